//! The list of kinds we speak, and a typed view for each that has a use.

use std::fmt;

use serde::{Deserialize, Serialize};

mod selector;

mod authorization_policy;
mod destination_rule;
mod peer_authentication;

pub use authorization_policy::{
    AuthorizationAction, AuthorizationPolicy, AuthorizationRule, Condition, From, Operation,
    Provider, Source, To,
};
pub use destination_rule::{
    ClientTls, DestinationRule, PortNumber, PortPolicy, Subset, TlsMode, TrafficPolicy,
};
pub use peer_authentication::{MutualTls, PeerAuthentication, PeerMode};
pub use selector::Selector;

macro_rules! kinds {
    (
        read { $($read:ident $read_group:literal $read_version:literal $read_plural:literal)* }
        all { $($kind:ident $group:literal $version:literal $plural:literal)* }
    ) => {
        /// A kind of object. In order of applying: what is referred to comes before what refers to it.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[expect(missing_docs, reason = "each is named as Kubernetes or Istio names it")]
        pub enum ResourceKind { $($read,)* $($kind,)* }

        /// The kinds of Kubernetes that are only read.
        pub const READ: &[ResourceKind] = &[$(ResourceKind::$read),*];

        /// Every kind of Istio, in the order in which they are applied.
        pub const ALL: &[ResourceKind] = &[$(ResourceKind::$kind),*];

        impl ResourceKind {
            /// Its name, as objects carry it in `kind`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$read => stringify!($read),)*
                    $(Self::$kind => stringify!($kind),)*
                }
            }

            /// Its API group, empty for the core group.
            pub fn group(self) -> &'static str {
                match self { $(Self::$read => $read_group,)* $(Self::$kind => $group,)* }
            }

            /// The version in which it is listed, watched and written.
            pub fn version(self) -> &'static str {
                match self { $(Self::$read => $read_version,)* $(Self::$kind => $version,)* }
            }

            /// Its name in addresses.
            pub fn plural(self) -> &'static str {
                match self { $(Self::$read => $read_plural,)* $(Self::$kind => $plural,)* }
            }
        }
    };
}

kinds! {
    read {
        Namespace "" "v1" "namespaces"
        ServiceAccount "" "v1" "serviceaccounts"
        ConfigMap "" "v1" "configmaps"
        Service "" "v1" "services"
        Pod "" "v1" "pods"
    }
    all {
        ServiceEntry "networking.istio.io" "v1" "serviceentries"
        WorkloadGroup "networking.istio.io" "v1" "workloadgroups"
        WorkloadEntry "networking.istio.io" "v1" "workloadentries"
        Gateway "networking.istio.io" "v1" "gateways"
        DestinationRule "networking.istio.io" "v1" "destinationrules"
        VirtualService "networking.istio.io" "v1" "virtualservices"
        Sidecar "networking.istio.io" "v1" "sidecars"
        RequestAuthentication "security.istio.io" "v1" "requestauthentications"
        AuthorizationPolicy "security.istio.io" "v1" "authorizationpolicies"
        PeerAuthentication "security.istio.io" "v1" "peerauthentications"
        ProxyConfig "networking.istio.io" "v1beta1" "proxyconfigs"
        Telemetry "telemetry.istio.io" "v1" "telemetries"
        EnvoyFilter "networking.istio.io" "v1alpha3" "envoyfilters"
        WasmPlugin "extensions.istio.io" "v1alpha1" "wasmplugins"
        TrafficExtension "extensions.istio.io" "v1alpha1" "trafficextensions"
    }
}

impl ResourceKind {
    /// The one object that is read of a kind of which we read no other.
    ///
    /// Of ConfigMaps that is MeshConfig, which stands in the root namespace.
    pub fn only(self) -> Option<&'static str> {
        (self == Self::ConfigMap).then_some("istio")
    }

    /// Whether its objects are in a namespace.
    pub fn is_namespaced(self) -> bool {
        self != Self::Namespace
    }

    /// Group and version, as objects carry them in `apiVersion`.
    pub fn api_version(self) -> String {
        match self.group() {
            "" => self.version().into(),
            group => format!("{group}/{}", self.version()),
        }
    }
}

impl fmt::Display for ResourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_is_listed_once_in_order_of_applying() {
        let listed: Vec<_> = READ.iter().chain(ALL).collect();
        assert!(listed.is_sorted());
        assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), 20);
    }

    #[test]
    fn what_is_referred_to_is_applied_first() {
        assert!(ResourceKind::DestinationRule < ResourceKind::VirtualService);
        assert!(ResourceKind::Gateway < ResourceKind::VirtualService);
        assert!(ResourceKind::RequestAuthentication < ResourceKind::AuthorizationPolicy);
        assert!(ResourceKind::DestinationRule < ResourceKind::PeerAuthentication);
    }

    #[test]
    fn every_kind_says_how_it_is_asked_for() {
        for kind in READ.iter().chain(ALL) {
            let plural = kind.plural();
            assert!(
                plural.starts_with(&kind.as_str().to_lowercase()[..3]),
                "{kind}"
            );
            assert!(
                plural.ends_with('s') && !kind.version().is_empty(),
                "{kind}"
            );
        }
        assert_eq!(ResourceKind::Pod.api_version(), "v1");
        assert_eq!(
            ResourceKind::Gateway.api_version(),
            "networking.istio.io/v1"
        );
    }
}
