//! The fields of every kind.

use super::{
    Field,
    Shape::{self, Any, Flag, List, Map, Number, Object, Text},
};
use crate::kinds::Kind;

/// The fields of a kind beside those that all have.
pub(super) fn own(kind: &Kind) -> &'static [Field] {
    match kind.kind {
        "ConfigMap" => &[("binaryData", TEXTS), ("data", TEXTS), ("immutable", Flag)],
        "ServiceAccount" => &[
            ("automountServiceAccountToken", Flag),
            ("imagePullSecrets", List(&Any)),
            ("secrets", List(&Any)),
        ],
        "PeerAuthentication" => &[("spec", PEER_AUTHENTICATION), ("status", Any)],
        "AuthorizationPolicy" => &[("spec", AUTHORIZATION_POLICY), ("status", Any)],
        "DestinationRule" => &[("spec", DESTINATION_RULE), ("status", Any)],
        "VirtualService" => &[("spec", VIRTUAL_SERVICE), ("status", Any)],
        _ => &[("spec", Any), ("status", Any)],
    }
}

/// The fields that all kinds have.
pub(super) const COMMON: &[Field] = &[("apiVersion", Text), ("kind", Text), ("metadata", METADATA)];

const METADATA: Shape = Object(&[
    ("annotations", TEXTS),
    ("creationTimestamp", Text),
    ("deletionGracePeriodSeconds", Number),
    ("deletionTimestamp", Text),
    ("finalizers", WORDS),
    ("generateName", Text),
    ("generation", Number),
    ("labels", TEXTS),
    ("managedFields", List(&Any)),
    ("name", Text),
    ("namespace", Text),
    ("ownerReferences", List(&Any)),
    ("resourceVersion", Text),
    ("selfLink", Text),
    ("uid", Text),
]);

const TEXTS: Shape = Map(&Text);

const WORDS: Shape = List(&Text);

const SELECTOR: Shape = Object(&[("matchLabels", TEXTS)]);

const TARGET: Shape = Object(&[
    ("group", Text),
    ("kind", Text),
    ("name", Text),
    ("namespace", Text),
]);

const PEER_AUTHENTICATION: Shape = Object(&[
    ("mtls", MTLS),
    ("portLevelMtls", Map(&MTLS)),
    ("selector", SELECTOR),
]);

const MTLS: Shape = Object(&[("mode", Text)]);

const AUTHORIZATION_POLICY: Shape = Object(&[
    ("action", Text),
    ("provider", Object(&[("name", Text)])),
    ("rules", List(&RULE)),
    ("selector", SELECTOR),
    ("targetRef", TARGET),
    ("targetRefs", List(&TARGET)),
]);

const RULE: Shape = Object(&[
    ("from", List(&Object(&[("source", SOURCE)]))),
    ("to", List(&Object(&[("operation", OPERATION)]))),
    ("when", List(&CONDITION)),
]);

const SOURCE: Shape = Object(&[
    ("ipBlocks", WORDS),
    ("namespaces", WORDS),
    ("notIpBlocks", WORDS),
    ("notNamespaces", WORDS),
    ("notPrincipals", WORDS),
    ("notRemoteIpBlocks", WORDS),
    ("notRequestPrincipals", WORDS),
    ("notServiceAccounts", WORDS),
    ("notTrustDomains", WORDS),
    ("principals", WORDS),
    ("remoteIpBlocks", WORDS),
    ("requestPrincipals", WORDS),
    ("serviceAccounts", WORDS),
    ("trustDomains", WORDS),
]);

const OPERATION: Shape = Object(&[
    ("hosts", WORDS),
    ("methods", WORDS),
    ("notHosts", WORDS),
    ("notMethods", WORDS),
    ("notPaths", WORDS),
    ("notPorts", WORDS),
    ("paths", WORDS),
    ("ports", WORDS),
]);

const CONDITION: Shape = Object(&[("key", Text), ("notValues", WORDS), ("values", WORDS)]);

const DESTINATION_RULE: Shape = Object(&[
    ("exportTo", WORDS),
    ("host", Text),
    ("subsets", List(&SUBSET)),
    ("trafficPolicy", TRAFFIC_POLICY),
    ("workloadSelector", SELECTOR),
]);

const SUBSET: Shape = Object(&[
    ("labels", TEXTS),
    ("name", Text),
    ("trafficPolicy", TRAFFIC_POLICY),
]);

const TRAFFIC_POLICY: Shape = Object(&[
    ("connectionPool", Any),
    ("loadBalancer", Any),
    ("outlierDetection", Any),
    ("portLevelSettings", List(&PORT_POLICY)),
    ("proxyProtocol", Any),
    ("retryBudget", Any),
    ("tls", TLS),
    ("tunnel", Any),
]);

const PORT_POLICY: Shape = Object(&[
    ("connectionPool", Any),
    ("loadBalancer", Any),
    ("outlierDetection", Any),
    ("port", Object(&[("number", Number)])),
    ("tls", TLS),
]);

const VIRTUAL_SERVICE: Shape = Object(&[
    ("exportTo", WORDS),
    ("gateways", WORDS),
    ("hosts", WORDS),
    ("http", List(&HTTP)),
    ("tcp", Any),
    ("tls", Any),
]);

const HTTP: Shape = Object(&[
    ("corsPolicy", Any),
    ("delegate", Any),
    ("directResponse", Any),
    ("fault", Any),
    ("headers", Any),
    ("match", Any),
    ("mirror", DESTINATION),
    ("mirrorPercent", Number),
    ("mirrorPercentage", Any),
    ("mirror_percent", Number),
    ("mirrors", Any),
    ("name", Text),
    ("redirect", Any),
    ("retries", Any),
    ("rewrite", Any),
    ("route", List(&HTTP_ROUTE)),
    ("timeout", Text),
]);

const HTTP_ROUTE: Shape = Object(&[
    ("destination", DESTINATION),
    ("headers", Any),
    ("weight", Number),
]);

const DESTINATION: Shape = Object(&[
    ("host", Text),
    ("port", Object(&[("number", Number)])),
    ("subset", Text),
]);

const TLS: Shape = Object(&[
    ("caCertificates", Text),
    ("caCrl", Text),
    ("clientCertificate", Text),
    ("credentialName", Text),
    ("insecureSkipVerify", Flag),
    ("mode", Text),
    ("privateKey", Text),
    ("sni", Text),
    ("subjectAltNames", WORDS),
]);
