//! How clients call a host.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Selector;
use crate::{Labels, Namespace, ResourceKind, Spec};

/// The spec of a DestinationRule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DestinationRule {
    /// The host. See [`Self::full_host`].
    pub host: String,
    /// How it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traffic_policy: Option<TrafficPolicy>,
    /// Named parts of what is behind it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subsets: Vec<Subset>,
    /// The namespaces whose clients see it; `.` is its own, `*` are all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub export_to: Vec<String>,
    /// The clients of its namespace that it is for; all, without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload_selector: Option<Selector>,
}

/// How a host is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TrafficPolicy {
    /// How calls are spread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load_balancer: Option<Value>,
    /// How many connections and requests there may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection_pool: Option<Value>,
    /// When an endpoint is left out for a while.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlier_detection: Option<Value>,
    /// How calls are encrypted; as the server accepts it, without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<ClientTls>,
    /// What takes the place of all of the above on single ports.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub port_level_settings: Vec<PortPolicy>,
}

/// How one port is called. What it leaves out is as by default, not as on the other ports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PortPolicy {
    /// The port of the service.
    pub port: PortNumber,
    /// How calls are spread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load_balancer: Option<Value>,
    /// How many connections and requests there may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection_pool: Option<Value>,
    /// When an endpoint is left out for a while.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlier_detection: Option<Value>,
    /// How calls are encrypted; as the server accepts it, without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<ClientTls>,
}

/// A port, by its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PortNumber {
    /// The number.
    pub number: u16,
}

/// How calls are encrypted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClientTls {
    /// The mode.
    pub mode: TlsMode,
    /// The file of the client's certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<String>,
    /// The file of the client's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_key: Option<String>,
    /// The file of the authorities that may vouch for the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_certificates: Option<String>,
    /// The secret that holds all three instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_name: Option<String>,
    /// The names of which the server must prove one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subject_alt_names: Vec<String>,
    /// The name that the client asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sni: Option<String>,
    /// Whether the server need not prove anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insecure_skip_verify: Option<bool>,
}

/// The modes, as Istio writes them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TlsMode {
    /// Plaintext.
    #[default]
    Disable,
    /// TLS in which the server alone has a certificate.
    Simple,
    /// TLS with a certificate of the user's for the client.
    Mutual,
    /// TLS with the certificates of the mesh.
    IstioMutual,
}

/// A named part of what is behind a host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Subset {
    /// Its name.
    pub name: String,
    /// The labels its pods carry.
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub labels: Labels,
    /// How it is called where that differs from the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traffic_policy: Option<TrafficPolicy>,
}

impl Spec for DestinationRule {
    const KIND: ResourceKind = ResourceKind::DestinationRule;
}

impl DestinationRule {
    /// The host by its full name: a short one is in the namespace of the rule, whoever reads it.
    pub fn full_host(&self, namespace: &Namespace) -> String {
        let is_short = !self.host.contains(['.', ':']) && self.host != "*";
        if is_short {
            format!("{}.{namespace}.svc.cluster.local", self.host)
        } else {
            self.host.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_reads_and_writes_as_istio_does() {
        let text = concat!(
            r#"{"host":"reviews","trafficPolicy":{"loadBalancer":{"simple":"RANDOM"},"#,
            r#""connectionPool":{"tcp":{"maxConnections":1}},"outlierDetection":{},"#,
            r#""tls":{"mode":"MUTUAL","clientCertificate":"c","privateKey":"k","caCertificates":"ca","#,
            r#""credentialName":"s","subjectAltNames":["n"],"sni":"i","insecureSkipVerify":true},"#,
            r#""portLevelSettings":[{"port":{"number":80},"tls":{"mode":"ISTIO_MUTUAL"}}]},"#,
            r#""subsets":[{"name":"v1","labels":{"version":"1"},"trafficPolicy":{"tls":{"mode":"SIMPLE"}}}],"#,
            r#""exportTo":["."],"workloadSelector":{"matchLabels":{"app":"a"}}}"#,
        );
        let spec: DestinationRule = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&spec).unwrap(), text);
    }

    #[test]
    fn an_empty_policy_is_there_and_tls_without_a_mode_is_plaintext() {
        let text = r#"{"host":"a","trafficPolicy":{"tls":{}}}"#;
        let spec: DestinationRule = serde_json::from_str(text).unwrap();
        let policy = spec.traffic_policy.unwrap();
        assert_eq!(policy.tls.unwrap().mode, TlsMode::Disable);
        let text = r#"{"host":"a","trafficPolicy":{}}"#;
        let spec: DestinationRule = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&spec).unwrap(), text);
    }

    #[test]
    fn a_short_host_is_in_the_namespace_of_its_rule() {
        let table = [
            ("reviews", "reviews.a.svc.cluster.local"),
            ("reviews.b", "reviews.b"),
            ("*.local", "*.local"),
            ("*", "*"),
            ("2001:db8::1", "2001:db8::1"),
        ];
        for (host, full) in table {
            let host = host.into();
            let rule = DestinationRule {
                host,
                ..DestinationRule::default()
            };
            assert_eq!(rule.full_host(&"a".into()), full);
        }
    }
}
