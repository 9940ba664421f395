//! The logical clouds, as they are now.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use cluster::{Cloud, Connection, Rights, Site, View};
use futures::future::join_all;
use intent::{Actor, CloudConfigured, CloudName, CloudSeen, Line, Role, SiteConfigured, SiteSeen};
use mesh::{Namespace, mtls};
use tokio::sync::watch;

use crate::{
    Engine, Error, Result, concerns,
    views::{Views, latest},
};

impl Engine {
    /// The clouds that somebody may see and that are configured, by name.
    pub fn cloud_names(&self, actor: &Actor) -> Vec<CloudName> {
        let configured = |cloud: &&CloudName| self.fleet.cloud(cloud.as_str()).is_ok();
        actor
            .clouds()
            .into_iter()
            .filter(configured)
            .cloned()
            .collect()
    }

    /// All clouds that somebody may see.
    pub fn clouds(&self, actor: &Actor) -> Vec<CloudSeen> {
        let names = self.cloud_names(actor);
        names
            .iter()
            .filter_map(|name| self.cloud(actor, name).ok())
            .collect()
    }

    /// A cloud as it is now.
    pub fn cloud(&self, actor: &Actor, name: &CloudName) -> Result<CloudSeen> {
        let cloud = self.cloud_for(actor, name)?;
        let views = latest(cloud);
        Ok(CloudSeen {
            name: name.clone(),
            as_of: self.now(),
            namespaces: cloud.namespaces.clone(),
            sites: views
                .iter()
                .map(|(site, view)| seen(cloud, site, view))
                .collect(),
            services: services(cloud, &views),
            concerns: concerns::of(name, cloud, &views),
            live: self.live_now(name),
        })
    }

    /// The clouds as they were configured, with what was found on their sites: all for an administrator,
    /// else those that somebody may see.
    pub async fn configured(&self, actor: &Actor) -> Vec<CloudConfigured> {
        let shown = self.fleet.clouds().filter_map(|cloud| {
            let name = CloudName::read(&cloud.name).ok()?;
            let may = actor.administers() || actor.is(Role::Viewer, &name);
            may.then_some((name, cloud))
        });
        join_all(shown.map(|(name, cloud)| async move {
            CloudConfigured {
                name,
                namespaces: cloud.namespaces.clone(),
                sites: join_all(cloud.sites.iter().map(|site| configured(cloud, site))).await,
            }
        }))
        .await
    }

    /// The views of one site, as they come.
    pub fn views(&self, cloud: &CloudName, site: &str) -> Result<watch::Receiver<Arc<View>>> {
        let cloud = self
            .fleet
            .cloud(cloud.as_str())
            .map_err(|_| Error::NotFound)?;
        let site = cloud.site(site).map_err(|_| Error::NotFound)?;
        Ok(site.cluster.views())
    }

    /// A cloud, for somebody who reads what was written there. One that is not configured any more has neither sites
    /// nor namespaces left.
    pub(crate) async fn cloud_for_reading(
        &self,
        actor: &Actor,
        name: &CloudName,
    ) -> Result<Cow<'_, Cloud>> {
        match self.cloud_for(actor, name) {
            Ok(cloud) => Ok(Cow::Borrowed(cloud)),
            Err(Error::NotFound)
                if actor.is(Role::Viewer, name) && self.store.knows(name).await? =>
            {
                Ok(Cow::Owned(Cloud {
                    name: name.to_string(),
                    namespaces: Vec::new(),
                    sites: Vec::new(),
                }))
            }
            Err(other) => Err(other),
        }
    }

    /// A cloud, for somebody who may see it; for all others there is none.
    pub(crate) fn cloud_for(&self, actor: &Actor, name: &CloudName) -> Result<&Cloud> {
        if !actor.is(Role::Viewer, name) {
            return Err(Error::NotFound);
        }
        self.fleet.cloud(name.as_str()).map_err(|_| Error::NotFound)
    }
}

fn seen(cloud: &Cloud, site: &Site, view: &View) -> SiteSeen {
    let ours = |namespace: &Namespace| cloud.namespaces.contains(namespace);
    let workloads = view.snapshot.workloads();
    SiteSeen {
        name: site.name.clone(),
        line: line(&view.connection),
        istio: view.snapshot.istio_version().map(Into::into),
        kubernetes: view.kubernetes.clone(),
        changed: view.last_event,
        workloads: workloads
            .iter()
            .filter(|workload| ours(&workload.namespace))
            .count(),
        posture: mtls::posture(&view.snapshot, &cloud.namespaces),
    }
}

pub(crate) fn line(connection: &Connection) -> Line {
    match connection {
        Connection::Connecting => Line::Connecting,
        Connection::Live => Line::Live,
        Connection::Lost { since, reason } => Line::Lost {
            since: *since,
            reason: reason.clone(),
        },
    }
}

/// Counts the services of a cloud, those of several sites once.
fn services(cloud: &Cloud, views: &Views<'_>) -> usize {
    let mut names = BTreeMap::new();
    for (_, view) in views {
        for service in view.snapshot.services() {
            if cloud.namespaces.contains(&service.namespace) {
                names.insert((service.namespace.clone(), service.name.clone()), ());
            }
        }
    }
    names.len()
}

async fn configured(cloud: &Cloud, site: &Site) -> SiteConfigured {
    let view = site.cluster.view();
    let asked = site.cluster.rights(&cloud.namespaces).await;
    let (rights, unasked) = match asked {
        Ok(rights) => (rights, None),
        Err(error) => (Rights::default(), Some(error.to_string())),
    };
    let mut missing = rights.missing;
    // What a watch was refused is missing, whatever the answer about rights says.
    missing.extend(view.missing.iter().cloned());
    SiteConfigured {
        seen: seen(cloud, site, &view),
        root: site.cluster.root().to_string(),
        found: rights.found.len(),
        missing: missing.iter().map(ToString::to_string).collect(),
        incomplete: rights.incomplete,
        unasked,
        absent: view
            .absent
            .iter()
            .map(|kind| kind.as_str().to_owned())
            .collect(),
    }
}
