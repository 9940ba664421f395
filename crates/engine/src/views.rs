//! One view of each site of a cloud.

use std::sync::Arc;

use cluster::{Cloud, Site, View};

/// The sites of a cloud, each with one view of it, so that a page does not change while it is made.
pub(crate) type Views<'a> = Vec<(&'a Site, Arc<View>)>;

/// Takes the latest view of each site.
pub(crate) fn latest(cloud: &Cloud) -> Views<'_> {
    cloud
        .sites
        .iter()
        .map(|site| (site, site.cluster.view()))
        .collect()
}
