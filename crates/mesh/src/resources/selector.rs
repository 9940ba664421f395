//! Which workloads an object is about.

use serde::{Deserialize, Serialize};

use crate::Labels;

/// Selects workloads by their labels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Selector {
    /// The labels a workload must carry, all of them.
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub match_labels: Labels,
}

impl Selector {
    /// Whether it names no label, which counts as no selector at all.
    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty()
    }
}

impl From<Labels> for Selector {
    fn from(match_labels: Labels) -> Self {
        Self { match_labels }
    }
}
