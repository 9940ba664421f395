//! The logical clouds by name.

use std::collections::BTreeMap;

use mesh::Namespace;

use crate::{Cluster, Error};

/// All logical clouds.
#[derive(Clone, Debug, Default)]
pub struct Fleet {
    clouds: BTreeMap<String, Cloud>,
}

/// A logical cloud: the same namespaces on each of its sites.
#[derive(Clone, Debug)]
pub struct Cloud {
    /// What it is called.
    pub name: String,
    /// Its namespaces.
    pub namespaces: Vec<Namespace>,
    /// Where it is.
    pub sites: Vec<Site>,
}

/// A cluster as one cloud sees it.
#[derive(Clone, Debug)]
pub struct Site {
    /// What the cloud calls it.
    pub name: String,
    /// The cluster, which other clouds may share.
    pub cluster: Cluster,
}

impl Fleet {
    /// Holds these clouds; of two by one name the later counts.
    pub fn new(clouds: impl IntoIterator<Item = Cloud>) -> Self {
        let named = clouds.into_iter().map(|cloud| (cloud.name.clone(), cloud));
        Self {
            clouds: named.collect(),
        }
    }

    /// A cloud by its name.
    pub fn cloud(&self, name: &str) -> Result<&Cloud, Error> {
        let cloud = self.clouds.get(name);
        cloud.ok_or_else(|| Error::UnknownCloud(name.into()))
    }

    /// All clouds, by name.
    pub fn clouds(&self) -> impl Iterator<Item = &Cloud> {
        self.clouds.values()
    }
}

impl Cloud {
    /// A site by its name.
    pub fn site(&self, name: &str) -> Result<&Site, Error> {
        let site = self.sites.iter().find(|site| site.name == name);
        site.ok_or_else(|| Error::UnknownSite(name.into()))
    }
}
