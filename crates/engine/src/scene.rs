//! A cloud as it is seen at one moment.

use std::sync::Arc;

use cluster::{Cloud, Site, View};
use intent::{Base, Bundle, Facts, Revision, Unseen};
use mesh::Snapshot;

use crate::{Engine, views::latest};

/// A cloud with one view of each of its sites, by name in order.
pub(crate) struct Scene<'a> {
    /// The cloud.
    pub(crate) cloud: &'a Cloud,
    /// Its sites.
    pub(crate) sites: Vec<(&'a Site, Arc<View>)>,
}

impl Engine {
    /// A cloud as it is now.
    pub(crate) fn scene<'a>(&self, cloud: &'a Cloud) -> Scene<'a> {
        let mut sites = latest(cloud);
        sites.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        Scene { cloud, sites }
    }

    /// The facts of the sites of a cloud, in the same order.
    pub(crate) fn facts(&self, scene: &Scene<'_>) -> Vec<Arc<Facts>> {
        let sites = scene.sites.iter();
        sites
            .map(|(site, view)| self.known.facts(scene.cloud, site, view))
            .collect()
    }
}

impl Scene<'_> {
    /// The names of the sites, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let sites = self.sites.iter();
        sites.map(|(site, _)| site.name.clone()).collect()
    }

    /// What the objects of a revision look like on those of its sites that are still there.
    pub(crate) fn base(&self, revision: &Revision) -> Result<Base, Unseen> {
        let bundles = revision.bundles.iter();
        let there: Vec<Bundle> = bundles
            .filter(|bundle| self.snapshot(&bundle.site).is_some())
            .cloned()
            .collect();
        Base::of(&there, |site| self.snapshot(site))
    }

    /// A site, if the cloud has it.
    pub(crate) fn snapshot(&self, site: &str) -> Option<&Snapshot> {
        let mut sites = self.sites.iter();
        let (_, view) = sites.find(|(known, _)| known.name == site)?;
        Some(&view.snapshot)
    }
}
