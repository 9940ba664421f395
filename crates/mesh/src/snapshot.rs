//! One site at one instant.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::Value;

use crate::{
    Event, Labels, MeshConfig, Name, Namespace, Pod, Resource, ResourceKey, ResourceKind, Service,
    ServiceAccount, Unreadable, Workload,
    read::{self, Field},
    resources::{ALL, READ},
    workload,
};

mod after;

/// What one site looks like at one instant. Cheap to clone: what it holds is shared.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    root: Namespace,
    objects: BTreeMap<ResourceKind, Arc<Objects>>,
    /// The kinds that were listed whole at least once.
    known: BTreeSet<ResourceKind>,
    /// What lists that are not complete held so far; nobody sees it before they are.
    listing: BTreeMap<ResourceKind, Arc<Objects>>,
}

type Objects = BTreeMap<(Namespace, Name), Fact>;

/// What is kept of an object.
#[derive(Clone, Debug, PartialEq)]
enum Fact {
    Namespace(Arc<Labels>),
    ServiceAccount(Arc<ServiceAccount>),
    MeshConfig(Arc<MeshConfig>),
    Service(Arc<Service>),
    Pod(Arc<Pod>),
    Resource(Arc<Resource>),
    /// Takes the place of what was there before, which is no longer true.
    Unreadable(Arc<Unreadable>),
}

impl Snapshot {
    /// A site of which nothing is known yet, but which namespace is the root of its mesh.
    pub fn new(root: impl Into<Namespace>) -> Self {
        Self {
            root: root.into(),
            objects: BTreeMap::new(),
            known: BTreeSet::new(),
            listing: BTreeMap::new(),
        }
    }

    /// Takes in what a watch tells, and says whether anything changed by it.
    ///
    /// A new mark of the API server alone is no change. An object that cannot be read is an error
    /// and takes the place of what was known of it.
    pub fn observe(&mut self, event: Event) -> Result<bool, Unreadable> {
        match event {
            Event::Started(kind) => {
                self.listing.insert(kind, Arc::default());
                Ok(false)
            }
            Event::Listed(kind, object) => self.list(read::key(kind, &object)?, &object),
            Event::Synced(kind) => Ok(self.finish(kind)),
            Event::Applied(kind, object) => self.put(read::key(kind, &object)?, &object),
            Event::Deleted(key) => Ok(self.remove(key)),
            Event::Forgotten(kind) => Ok(self.forget(kind)),
        }
    }

    /// Whether every kind was listed at least once.
    pub fn synced(&self) -> bool {
        READ.iter().chain(ALL).all(|kind| self.knows(*kind))
    }

    /// Whether this kind was listed at least once; before, an absent object means nothing.
    pub fn knows(&self, kind: ResourceKind) -> bool {
        self.known.contains(&kind)
    }

    /// The namespace whose policies reach the whole mesh.
    pub fn root(&self) -> &Namespace {
        &self.root
    }

    /// The settings of the mesh, if it has any that can be read.
    pub fn mesh_config(&self) -> Option<&MeshConfig> {
        self.facts(ResourceKind::ConfigMap)
            .find_map(|fact| match fact {
                Fact::MeshConfig(config) => Some(&**config),
                _ => None,
            })
    }

    /// Who vouches for identities in this mesh.
    pub fn trust_domain(&self) -> &str {
        self.mesh_config()
            .map_or(MeshConfig::TRUST_DOMAIN, |config| &config.trust_domain)
    }

    /// The version of Istio, by the image of its control plane; the oldest, if several run.
    pub fn istio_version(&self) -> Option<&str> {
        let control = self.pods().filter(|pod| {
            let app = pod.labels.get("app");
            pod.namespace == self.root && !pod.has_ended() && app.is_some_and(|app| app == "istiod")
        });
        let containers = control.flat_map(|pod| &pod.containers);
        containers
            .filter(|container| container.name == "discovery")
            .filter_map(|container| container.image_version())
            .min_by_key(|version| numbers(version))
    }

    /// The namespaces with their labels, by name.
    pub fn namespaces(&self) -> impl Iterator<Item = (&Namespace, &Labels)> {
        let objects = self.objects.get(&ResourceKind::Namespace);
        let objects = objects.into_iter().flat_map(|objects| objects.iter());
        objects.filter_map(|((namespace, _), fact)| match fact {
            Fact::Namespace(labels) => Some((namespace, &**labels)),
            _ => None,
        })
    }

    /// The services, by namespace and name.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.facts(ResourceKind::Service)
            .filter_map(|fact| match fact {
                Fact::Service(service) => Some(&**service),
                _ => None,
            })
    }

    /// A service.
    pub fn service(&self, namespace: &Namespace, name: &Name) -> Option<&Service> {
        match self.fact(ResourceKind::Service, namespace, name)? {
            Fact::Service(service) => Some(service),
            _ => None,
        }
    }

    /// The pods, by namespace and name.
    pub fn pods(&self) -> impl Iterator<Item = &Pod> {
        self.facts(ResourceKind::Pod).filter_map(|fact| match fact {
            Fact::Pod(pod) => Some(&**pod),
            _ => None,
        })
    }

    /// The service accounts, by namespace and name.
    pub fn service_accounts(&self) -> impl Iterator<Item = &ServiceAccount> {
        self.facts(ResourceKind::ServiceAccount)
            .filter_map(|fact| match fact {
                Fact::ServiceAccount(account) => Some(&**account),
                _ => None,
            })
    }

    /// The objects of one kind of Istio, by namespace and name.
    pub fn resources(&self, kind: ResourceKind) -> impl Iterator<Item = &Resource> {
        self.facts(kind).filter_map(|fact| match fact {
            Fact::Resource(resource) => Some(&**resource),
            _ => None,
        })
    }

    /// An object of Istio.
    pub fn resource(&self, key: &ResourceKey) -> Option<&Resource> {
        match self.fact(key.kind, &key.namespace, &key.name)? {
            Fact::Resource(resource) => Some(resource),
            _ => None,
        }
    }

    /// The workloads, by namespace and name: pods grouped by what made them.
    pub fn workloads(&self) -> Vec<Workload> {
        workload::group(self.pods())
    }

    /// The workloads behind a service.
    pub fn behind(&self, service: &Service) -> Vec<Workload> {
        workload::group(
            self.pods()
                .filter(|pod| pod.namespace == service.namespace && service.selects(&pod.labels)),
        )
    }

    /// The objects that are there but cannot be read.
    pub fn unreadable(&self) -> impl Iterator<Item = &Unreadable> {
        let all = self.objects.values().flat_map(|objects| objects.values());
        all.filter_map(|fact| match fact {
            Fact::Unreadable(unreadable) => Some(&**unreadable),
            _ => None,
        })
    }

    /// Those of them that are in one namespace.
    pub fn unreadable_in(&self, namespace: &Namespace) -> impl Iterator<Item = &Unreadable> {
        let all = self.objects.values().flat_map(|objects| objects.iter());
        all.filter_map(move |((place, _), fact)| match fact {
            Fact::Unreadable(unreadable) if place == namespace => Some(&**unreadable),
            _ => None,
        })
    }

    /// Whether something is there under this name that cannot be read.
    pub(crate) fn is_unreadable(&self, key: &ResourceKey) -> bool {
        let fact = self.fact(key.kind, &key.namespace, &key.name);
        matches!(fact, Some(Fact::Unreadable(_)))
    }

    fn facts(&self, kind: ResourceKind) -> impl Iterator<Item = &Fact> {
        let objects = self.objects.get(&kind);
        objects.into_iter().flat_map(|objects| objects.values())
    }

    fn fact(&self, kind: ResourceKind, namespace: &Namespace, name: &Name) -> Option<&Fact> {
        let objects = self.objects.get(&kind)?;
        objects.get(&(namespace.clone(), name.clone()))
    }

    /// Lays an object of a list aside until the list is complete.
    fn list(&mut self, key: ResourceKey, object: &Value) -> Result<bool, Unreadable> {
        if self.counts(&key)
            && let Some(listed) = self.listing.get_mut(&key.kind)
        {
            let (fact, trouble) = Fact::or_unreadable(&key, object);
            Arc::make_mut(listed).insert((key.namespace, key.name), fact);
            return trouble.map_or(Ok(false), Err);
        }
        Ok(false)
    }

    /// Ends a list: what it held is what there is, the rest was deleted while nobody looked.
    fn finish(&mut self, kind: ResourceKind) -> bool {
        let Some(listed) = self.listing.remove(&kind) else {
            return false;
        };
        let first = self.known.insert(kind);
        let before = self.objects.get(&kind).cloned().unwrap_or_default();
        // A list that tells what is known already must not replace what others share.
        if before != listed {
            self.objects.insert(kind, listed.clone());
        }
        self.tidy(kind);
        let alike = before.len() == listed.len()
            && before
                .iter()
                .zip(listed.iter())
                .all(|(one, other)| one.0 == other.0 && one.1.is_like(other.1));
        first || !alike
    }

    fn put(&mut self, key: ResourceKey, object: &Value) -> Result<bool, Unreadable> {
        if !self.counts(&key) {
            return Ok(false);
        }
        let (fact, trouble) = Fact::or_unreadable(&key, object);
        let place = (key.namespace, key.name);
        if let Some(listed) = self.listing.get_mut(&key.kind) {
            Arc::make_mut(listed).insert(place.clone(), fact.clone());
        }
        let objects = self.objects.entry(key.kind).or_default();
        let before = objects.get(&place);
        let changed = !before.is_some_and(|before| before.is_like(&fact));
        if before != Some(&fact) {
            Arc::make_mut(objects).insert(place, fact);
        }
        trouble.map_or(Ok(changed), Err)
    }

    fn remove(&mut self, key: ResourceKey) -> bool {
        let place = (key.namespace, key.name);
        if let Some(listed) = self.listing.get_mut(&key.kind) {
            Arc::make_mut(listed).remove(&place);
        }
        let Some(objects) = self.objects.get_mut(&key.kind) else {
            return false;
        };
        let there = objects.contains_key(&place);
        if there {
            Arc::make_mut(objects).remove(&place);
            self.tidy(key.kind);
        }
        there
    }

    fn forget(&mut self, kind: ResourceKind) -> bool {
        self.listing.remove(&kind);
        let was_known = self.known.remove(&kind);
        self.objects.remove(&kind).is_some() || was_known
    }

    /// Whether this is an object that is read at all.
    fn counts(&self, key: &ResourceKey) -> bool {
        let only = key.kind.only();
        only.is_none_or(|only| key.name.as_str() == only && key.namespace == self.root)
    }

    /// A kind without objects has no entry, so that equal snapshots are equal.
    fn tidy(&mut self, kind: ResourceKind) {
        if self
            .objects
            .get(&kind)
            .is_some_and(|objects| objects.is_empty())
        {
            self.objects.remove(&kind);
        }
    }
}

impl Fact {
    fn read(key: &ResourceKey, object: &Value) -> Result<Self, Unreadable> {
        Ok(match key.kind {
            ResourceKind::Namespace => {
                let says = key.to_string();
                let labels = Field::whole(&says, object).at("metadata.labels")?;
                Self::Namespace(Arc::new(labels.texts()?))
            }
            ResourceKind::ServiceAccount => {
                Self::ServiceAccount(Arc::new(ServiceAccount::read(object)?))
            }
            ResourceKind::ConfigMap => Self::MeshConfig(Arc::new(MeshConfig::read(object)?)),
            ResourceKind::Service => Self::Service(Arc::new(Service::read(object)?)),
            ResourceKind::Pod => Self::Pod(Arc::new(Pod::read(object)?)),
            kind => Self::Resource(Arc::new(Resource::read(kind, object)?)),
        })
    }

    /// What is kept of an object, and the trouble with it if it cannot be read.
    fn or_unreadable(key: &ResourceKey, object: &Value) -> (Self, Option<Unreadable>) {
        match Self::read(key, object) {
            Ok(fact) => (fact, None),
            Err(trouble) => (Self::Unreadable(Arc::new(trouble.clone())), Some(trouble)),
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Resource(one), Self::Resource(other)) => one.is_like(other),
            _ => self == other,
        }
    }
}

/// The numbers of a version, to compare by: 1.9 is older than 1.10.
fn numbers(version: &str) -> Vec<u32> {
    let parts = version.split(|c: char| !c.is_ascii_digit());
    parts.filter_map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests;
