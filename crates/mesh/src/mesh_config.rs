//! The settings of a mesh.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Namespace, ResourceKind, Unreadable, read, read::Field};

/// The settings of a mesh that decide what its objects mean. What is left out has Istio's default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeshConfig {
    /// The namespace whose policies reach the whole mesh, as the mesh itself says.
    pub root_namespace: Namespace,
    /// Whether clients use mutual TLS wherever the server can.
    pub enable_auto_mtls: bool,
    /// Who vouches for identities.
    pub trust_domain: String,
    /// Other names of the same.
    pub trust_domain_aliases: Vec<String>,
    /// What becomes of calls to hosts that nobody declared.
    pub outbound_traffic_policy: OutboundTrafficPolicy,
    /// Who sees services that do not say it themselves.
    pub default_service_export_to: Vec<String>,
    /// Who sees virtual services that do not say it themselves.
    pub default_virtual_service_export_to: Vec<String>,
    /// Who sees destination rules that do not say it themselves.
    pub default_destination_rule_export_to: Vec<String>,
    /// How paths are made alike before policies look at them.
    pub path_normalization: String,
    /// The names of providers that policies and telemetry refer to.
    pub extension_providers: Vec<String>,
    /// How many trusted proxies stand in front of gateways.
    pub trusted_proxies: u32,
}

/// What becomes of calls to hosts that nobody declared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OutboundTrafficPolicy {
    /// They pass.
    #[default]
    AllowAny,
    /// They are refused.
    RegistryOnly,
}

impl MeshConfig {
    /// The trust domain of a mesh that names none.
    pub const TRUST_DOMAIN: &'static str = "cluster.local";

    /// Reads the ConfigMap that holds the settings, as YAML under `mesh`.
    pub fn read(object: &Value) -> Result<Self, Unreadable> {
        let key = read::key(ResourceKind::ConfigMap, object)?;
        let says = key.to_string();
        let text = Field::whole(&says, object).at("data.mesh")?;
        let yaml = text.text()?.unwrap_or_default();
        let written = if yaml.trim().is_empty() {
            Ok(Written::default())
        } else {
            serde_saphyr::from_str(yaml)
        };
        written
            .map(|written| written.settings(key.namespace))
            .map_err(|error| {
                let error = error.to_string();
                text.wrong(format!(
                    "is not understood: {}",
                    error.lines().next().unwrap_or_default()
                ))
            })
    }
}

/// The settings as they are written.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Written {
    root_namespace: Option<String>,
    enable_auto_mtls: Option<bool>,
    trust_domain: Option<String>,
    trust_domain_aliases: Option<Vec<String>>,
    outbound_traffic_policy: Option<WrittenOutbound>,
    default_service_export_to: Option<Vec<String>>,
    default_virtual_service_export_to: Option<Vec<String>>,
    default_destination_rule_export_to: Option<Vec<String>>,
    path_normalization: Option<WrittenNormalization>,
    extension_providers: Option<Vec<WrittenProvider>>,
    default_config: Option<WrittenProxy>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WrittenOutbound {
    mode: OutboundTrafficPolicy,
}

#[derive(Deserialize)]
struct WrittenNormalization {
    normalization: Option<String>,
}

#[derive(Deserialize)]
struct WrittenProvider {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WrittenProxy {
    gateway_topology: Option<WrittenTopology>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WrittenTopology {
    num_trusted_proxies: u32,
}

impl Written {
    /// Fills in what Istio takes where nothing is written.
    fn settings(self, found_in: Namespace) -> MeshConfig {
        let everyone = || vec![String::from("*")];
        let providers = self.extension_providers.unwrap_or_default();
        MeshConfig {
            root_namespace: self.root_namespace.map_or(found_in, Namespace::from),
            enable_auto_mtls: self.enable_auto_mtls.unwrap_or(true),
            trust_domain: self
                .trust_domain
                .unwrap_or_else(|| MeshConfig::TRUST_DOMAIN.into()),
            trust_domain_aliases: self.trust_domain_aliases.unwrap_or_default(),
            outbound_traffic_policy: self.outbound_traffic_policy.unwrap_or_default().mode,
            default_service_export_to: self.default_service_export_to.unwrap_or_else(everyone),
            default_virtual_service_export_to: self
                .default_virtual_service_export_to
                .unwrap_or_else(everyone),
            default_destination_rule_export_to: self
                .default_destination_rule_export_to
                .unwrap_or_else(everyone),
            path_normalization: self
                .path_normalization
                .and_then(|path| path.normalization)
                .unwrap_or_else(|| "BASE".into()),
            extension_providers: providers
                .into_iter()
                .map(|provider| provider.name)
                .collect(),
            trusted_proxies: self
                .default_config
                .and_then(|config| config.gateway_topology)
                .unwrap_or_default()
                .num_trusted_proxies,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn config(yaml: &str) -> Result<MeshConfig, Unreadable> {
        MeshConfig::read(&json!({
            "metadata": {"name": "istio", "namespace": "istio-system"},
            "data": {"mesh": yaml},
        }))
    }

    fn defaults() -> MeshConfig {
        MeshConfig {
            root_namespace: "istio-system".into(),
            enable_auto_mtls: true,
            trust_domain: "cluster.local".into(),
            trust_domain_aliases: vec![],
            outbound_traffic_policy: OutboundTrafficPolicy::AllowAny,
            default_service_export_to: vec!["*".into()],
            default_virtual_service_export_to: vec!["*".into()],
            default_destination_rule_export_to: vec!["*".into()],
            path_normalization: "BASE".into(),
            extension_providers: vec![],
            trusted_proxies: 0,
        }
    }

    #[test]
    fn what_is_left_out_has_istios_default() {
        for yaml in ["", "\n", "{}", "accessLogFile: /dev/stdout\n"] {
            assert_eq!(config(yaml), Ok(defaults()), "{yaml:?}");
        }
    }

    #[test]
    fn the_settings_are_read_from_yaml() {
        let yaml = "
defaultConfig:
  discoveryAddress: istiod.istio-system.svc:15012
  gatewayTopology:
    numTrustedProxies: 2
defaultServiceExportTo: ['.']
enableAutoMtls: false
extensionProviders:
- name: otel
  opentelemetry: {service: otel.example.com, port: 4317}
outboundTrafficPolicy:
  mode: REGISTRY_ONLY
pathNormalization:
  normalization: MERGE_SLASHES
rootNamespace: mesh-root
trustDomain: shop.example.com
trustDomainAliases: [old.example.com]
";
        let expected = MeshConfig {
            root_namespace: "mesh-root".into(),
            enable_auto_mtls: false,
            trust_domain: "shop.example.com".into(),
            trust_domain_aliases: vec!["old.example.com".into()],
            outbound_traffic_policy: OutboundTrafficPolicy::RegistryOnly,
            default_service_export_to: vec![".".into()],
            path_normalization: "MERGE_SLASHES".into(),
            extension_providers: vec!["otel".into()],
            trusted_proxies: 2,
            ..defaults()
        };
        assert_eq!(config(yaml), Ok(expected));
    }

    #[test]
    fn settings_that_are_not_understood_are_refused_by_field() {
        for yaml in [
            "enableAutoMtls: [",
            "enableAutoMtls: 7",
            "- a",
            "outboundTrafficPolicy: {mode: X}",
        ] {
            let error = config(yaml).unwrap_err();
            assert_eq!(error.object, "ConfigMap istio-system/istio", "{yaml}");
            assert_eq!(error.field, "data.mesh", "{yaml}");
            assert!(!error.says.contains('\n'), "{error}");
        }
    }
}
