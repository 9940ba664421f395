//! What this API serves: a table, one line a kind.

/// What a client may do with most kinds.
const KEPT: &[&str] = &[
    "create", "delete", "get", "list", "patch", "update", "watch",
];

/// What a client may do with a question that is stored nowhere.
const ASK: &[&str] = &["create"];

const NETWORKING: &str = "networking.istio.io";
const SECURITY: &str = "security.istio.io";
const EXTENSIONS: &str = "extensions.istio.io";

/// A kind of object, in the one version it is served in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// The API group, empty for the core group.
    pub(crate) group: &'static str,
    pub(crate) version: &'static str,
    pub(crate) kind: &'static str,
    /// The plural as paths name it.
    pub(crate) plural: &'static str,
    pub(crate) namespaced: bool,
    /// What discovery says can be done with it.
    pub(crate) verbs: &'static [&'static str],
}

impl Kind {
    /// Finds a kind of which objects are kept.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        KINDS
            .iter()
            .find(|kind| kind.kind == name && kind.is_kept())
    }

    /// Answers whether objects of this kind are kept, other than questions.
    pub(crate) fn is_kept(&self) -> bool {
        self.verbs == KEPT
    }

    pub(crate) fn api_version(&self) -> String {
        match self.group {
            "" => self.version.to_owned(),
            group => format!("{group}/{}", self.version),
        }
    }

    /// The plural with its group, as error messages name it.
    pub(crate) fn resource(&self) -> String {
        self.in_group(self.plural)
    }

    /// The kind with its group, as messages about an invalid object name it.
    pub(crate) fn qualified(&self) -> String {
        self.in_group(self.kind)
    }

    /// Answers whether Istio, not Kubernetes, defines it.
    pub(crate) fn is_istio(&self) -> bool {
        self.group.ends_with(".istio.io")
    }

    /// Answers whether its objects count how often what they want has changed.
    pub(crate) fn counts(&self) -> bool {
        !["Namespace", "Service"].contains(&self.kind)
    }

    fn in_group(&self, name: &str) -> String {
        match self.group {
            "" => name.to_owned(),
            group => format!("{name}.{group}"),
        }
    }
}

/// Everything served, by group.
#[rustfmt::skip]
pub(crate) static KINDS: &[Kind] = &[
    row("", "v1", "ConfigMap", "configmaps"),
    Kind { namespaced: false, ..row("", "v1", "Namespace", "namespaces") },
    row("", "v1", "Pod", "pods"),
    row("", "v1", "Service", "services"),
    row("", "v1", "ServiceAccount", "serviceaccounts"),
    Kind { namespaced: false, verbs: ASK, ..row("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews") },
    Kind { namespaced: false, verbs: ASK, ..row("authorization.k8s.io", "v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews") },
    row(EXTENSIONS, "v1alpha1", "TrafficExtension", "trafficextensions"),
    row(EXTENSIONS, "v1alpha1", "WasmPlugin", "wasmplugins"),
    row(NETWORKING, "v1", "DestinationRule", "destinationrules"),
    row(NETWORKING, "v1alpha3", "EnvoyFilter", "envoyfilters"),
    row(NETWORKING, "v1", "Gateway", "gateways"),
    row(NETWORKING, "v1beta1", "ProxyConfig", "proxyconfigs"),
    row(NETWORKING, "v1", "ServiceEntry", "serviceentries"),
    row(NETWORKING, "v1", "Sidecar", "sidecars"),
    row(NETWORKING, "v1", "VirtualService", "virtualservices"),
    row(NETWORKING, "v1", "WorkloadEntry", "workloadentries"),
    row(NETWORKING, "v1", "WorkloadGroup", "workloadgroups"),
    row(SECURITY, "v1", "AuthorizationPolicy", "authorizationpolicies"),
    row(SECURITY, "v1", "PeerAuthentication", "peerauthentications"),
    row(SECURITY, "v1", "RequestAuthentication", "requestauthentications"),
    row("telemetry.istio.io", "v1", "Telemetry", "telemetries"),
];

const fn row(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    plural: &'static str,
) -> Kind {
    Kind {
        group,
        version,
        kind,
        plural,
        namespaced: true,
        verbs: KEPT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_kinds_share_a_name_or_a_path() {
        for (i, one) in KINDS.iter().enumerate() {
            for other in &KINDS[i + 1..] {
                assert_ne!(one.kind, other.kind);
                assert_ne!(one.resource(), other.resource());
            }
        }
    }
}
