//! What a workload accepts: mutual TLS, plaintext or both.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Selector;
use crate::{Labels, ResourceKind, Spec, key};

/// The spec of a PeerAuthentication.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PeerAuthentication {
    /// The workloads it is about. See [`Self::selects_all`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<Selector>,
    /// What they accept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtls: Option<MutualTls>,
    /// What they accept on single ports of the workload, which a Service calls target ports.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub port_level_mtls: BTreeMap<u16, MutualTls>,
}

/// A mode of mutual TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MutualTls {
    /// The mode.
    pub mode: PeerMode,
}

/// The modes, as Istio writes them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PeerMode {
    /// Takes the mode of the next wider scope.
    #[default]
    Unset,
    /// Only plaintext.
    Disable,
    /// Both.
    Permissive,
    /// Only mutual TLS.
    Strict,
}

impl Spec for PeerAuthentication {
    const KIND: ResourceKind = ResourceKind::PeerAuthentication;
}

impl PeerAuthentication {
    /// The mode for the whole of what it is about.
    pub fn mode(&self) -> PeerMode {
        self.mtls.unwrap_or_default().mode
    }

    /// Whether it is about all workloads of its scope: an empty selector counts as none.
    pub fn selects_all(&self) -> bool {
        self.selector.as_ref().is_none_or(Selector::is_empty)
    }

    /// Whether it is about single workloads and this is one of them.
    pub fn selects(&self, labels: &Labels) -> bool {
        let Some(selector) = &self.selector else {
            return false;
        };
        !selector.is_empty() && key::carries(labels, &selector.match_labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_reads_and_writes_as_istio_does() {
        let text = r#"{"selector":{"matchLabels":{"app":"reviews"}},"mtls":{"mode":"STRICT"},"portLevelMtls":{"9080":{"mode":"PERMISSIVE"}}}"#;
        let spec: PeerAuthentication = serde_json::from_str(text).unwrap();
        assert_eq!(spec.mode(), PeerMode::Strict);
        assert_eq!(spec.port_level_mtls[&9080].mode, PeerMode::Permissive);
        assert_eq!(serde_json::to_string(&spec).unwrap(), text);
    }

    #[test]
    fn what_is_left_out_is_unset() {
        for text in ["{}", r#"{"mtls":{}}"#, r#"{"selector":{}}"#] {
            let spec: PeerAuthentication = serde_json::from_str(text).unwrap();
            assert_eq!(spec.mode(), PeerMode::Unset, "{text}");
            assert!(spec.selects_all(), "{text}");
        }
    }
}
