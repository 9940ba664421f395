//! What a cloud is configured as.

use serde::{Deserialize, Serialize};

use crate::Digest;

/// What a cloud is configured as, all of it. Votes are given under it: whatever changes of it, reviewers vote again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// How many people have to approve.
    pub approvals: u32,
    /// Its namespaces.
    pub namespaces: Vec<String>,
    /// Its sites.
    pub sites: Vec<SiteTerms>,
}

/// What a site of a cloud is configured as.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SiteTerms {
    /// What the cloud calls it.
    pub name: String,
    /// The context by which its cluster is reached.
    pub context: String,
    /// The namespace whose policies reach the whole mesh.
    pub root_namespace: String,
}

impl Terms {
    /// It as it is kept, in whatever order it was written down.
    pub fn text(&self) -> String {
        let mut sorted = self.clone();
        sorted.namespaces.sort();
        sorted.sites.sort();
        serde_json::to_string(&sorted).expect("terms have text for keys")
    }

    /// The hash of that.
    pub fn digest(&self) -> Digest {
        Digest::of(self.text())
    }
}
