//! The services of a cloud, and one of them whole.

use std::collections::BTreeMap;

use intent::{
    Actor, Behind, CloudName, PortSeen, ServiceAt, ServicePage, ServiceSeen, WorkloadSeen,
};
use mesh::{
    Name, Namespace, Service, ServicePort, Sidecar, Workload, describe,
    mtls::{Mode, Policies},
};

use crate::{Engine, Error, Result, views::latest};

impl Engine {
    /// The services of a cloud, by namespace and name, those of several sites together.
    pub fn services(&self, actor: &Actor, name: &CloudName) -> Result<Vec<ServiceSeen>> {
        let cloud = self.cloud_for(actor, name)?;
        let views = latest(cloud);
        let mut rows: BTreeMap<(Namespace, Name), ServiceSeen> = BTreeMap::new();
        for (site, view) in &views {
            let policies = Policies::of(&view.snapshot);
            let ours = view.snapshot.services();
            for service in ours.filter(|s| cloud.namespaces.contains(&s.namespace)) {
                let key = (service.namespace.clone(), service.name.clone());
                let row = rows.entry(key).or_insert_with(|| ServiceSeen {
                    namespace: service.namespace.to_string(),
                    name: service.name.to_string(),
                    ports: Vec::new(),
                    sites: Vec::new(),
                });
                for port in service.ports.iter().map(port_in_short) {
                    if !row.ports.contains(&port) {
                        row.ports.push(port);
                    }
                }
                row.sites.push(behind(&site.name, &policies, service));
            }
        }
        Ok(rows.into_values().collect())
    }

    /// One service of a cloud, on all its sites.
    pub fn service(
        &self,
        actor: &Actor,
        cloud: &CloudName,
        namespace: &str,
        name: &str,
    ) -> Result<ServicePage> {
        let cloud = self.cloud_for(actor, cloud)?;
        let (namespace, name) = (Namespace::from(namespace), Name::from(name));
        if !cloud.namespaces.contains(&namespace) {
            return Err(Error::NotFound);
        }
        let (mut sites, mut absent, mut host): (Vec<ServiceAt>, _, _) =
            (Vec::new(), Vec::new(), None);
        for site in &cloud.sites {
            let view = site.cluster.view();
            let Some(service) = view.snapshot.service(&namespace, &name) else {
                absent.push(site.name.clone());
                continue;
            };
            host.get_or_insert_with(|| service.host());
            let trust_domain = view.snapshot.trust_domain();
            let here = at(&Policies::of(&view.snapshot), trust_domain, service);
            match sites.iter_mut().find(|other| looks_alike(other, &here)) {
                Some(other) => other.sites.push(site.name.clone()),
                None => sites.push(ServiceAt {
                    sites: vec![site.name.clone()],
                    ..here
                }),
            }
        }
        Ok(ServicePage {
            namespace: namespace.to_string(),
            name: name.to_string(),
            host: host.ok_or(Error::NotFound)?,
            as_of: self.now(),
            sites,
            absent,
        })
    }
}

fn port_in_short(port: &ServicePort) -> String {
    format!("{} {}", port.port, port.protocol().as_str())
}

fn behind(site: &str, policies: &Policies<'_>, service: &Service) -> Behind {
    let workloads = policies.selection().behind(service);
    let accepts = |workload| policies.accepts(workload).ok().map(|a| a.weakest());
    Behind {
        site: site.into(),
        ready: workloads.iter().map(|workload| workload.ready).sum(),
        total: workloads.iter().map(|workload| workload.total).sum(),
        accepts: Mode::of_all(workloads.iter().map(accepts)),
    }
}

fn looks_alike(one: &ServiceAt, other: &ServiceAt) -> bool {
    let anywhere = |at: &ServiceAt| ServiceAt {
        sites: Vec::new(),
        ..at.clone()
    };
    anywhere(one) == anywhere(other)
}

fn at(policies: &Policies<'_>, trust_domain: &str, service: &Service) -> ServiceAt {
    let workloads = policies.selection().behind(service);
    ServiceAt {
        sites: Vec::new(),
        words: describe::service(policies, service),
        service_type: format!("{:?}", service.service_type),
        selector: service
            .selector
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect(),
        ports: service
            .ports
            .iter()
            .map(|port| port_seen(policies, &workloads, port))
            .collect(),
        workloads: workloads
            .iter()
            .map(|workload| workload_seen(policies, trust_domain, workload))
            .collect(),
    }
}

fn port_seen(policies: &Policies<'_>, workloads: &[Workload], port: &ServicePort) -> PortSeen {
    // The reason is that of the weakest workload: it is what lets plaintext in.
    let mut decided: Vec<Option<(Mode, String)>> = workloads
        .iter()
        .map(|workload| {
            let accepts = policies.accepts(workload).ok()?;
            let (mode, by) = accepts.on(workload.port(&port.target)?);
            Some((mode, describe::why(mode, by)))
        })
        .collect();
    decided.sort();
    let accepts = Mode::of_all(
        decided
            .iter()
            .map(|one| one.as_ref().map(|(mode, _)| *mode)),
    );
    let by = match decided.into_iter().next().flatten() {
        Some((_, by)) => by,
        None if workloads.is_empty() => "no pods are behind it".into(),
        None => "it cannot be told".into(),
    };
    PortSeen {
        port: port.port,
        name: port.name.clone(),
        protocol: port.protocol().as_str().into(),
        target: port.target.to_string(),
        accepts,
        by,
    }
}

fn workload_seen(policies: &Policies<'_>, trust_domain: &str, workload: &Workload) -> WorkloadSeen {
    let identity = mesh::Identity {
        trust_domain: trust_domain.into(),
        namespace: workload.namespace.clone(),
        service_account: workload.service_account.clone(),
    };
    WorkloadSeen {
        name: workload.name.to_string(),
        kind: format!("{:?}", workload.kind),
        version: workload.labels.get("version").cloned().unwrap_or_default(),
        ready: workload.ready,
        total: workload.total,
        identity: identity.to_string(),
        shares_identity: workload.service_account == Name::from("default"),
        proxy: match workload.sidecar {
            Sidecar::All => workload.proxy_versions.join(", "),
            Sidecar::Some => format!(
                "{}, some pods have none",
                workload.proxy_versions.join(", ")
            ),
            Sidecar::None => "none".into(),
        },
        words: describe::workload(policies, workload),
    }
}
