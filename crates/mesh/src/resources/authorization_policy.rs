//! Which requests workloads let in.

use serde::{Deserialize, Serialize};

use super::Selector;
use crate::{ResourceKind, Spec};

/// The spec of an AuthorizationPolicy.
///
/// Without rules it matches nothing, so that ALLOW lets nothing in; a rule without fields matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AuthorizationPolicy {
    /// The workloads it is about; all of the namespace without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<Selector>,
    /// What becomes of a request that a rule matches.
    pub action: AuthorizationAction,
    /// Who is asked where the action is [`AuthorizationAction::Custom`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<Provider>,
    /// The rules; one that matches is enough.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<AuthorizationRule>,
}

/// The actions, as Istio writes them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum AuthorizationAction {
    /// Lets in what matches, and from then on nothing that no such policy lets in.
    #[default]
    Allow,
    /// Lets in nothing that matches, whoever else would.
    Deny,
    /// Writes down what matches.
    Audit,
    /// Asks a provider about what matches.
    Custom,
}

/// Who decides instead of Istio.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provider {
    /// Its name in the settings of the mesh.
    pub name: String,
}

/// A rule. It matches where one of `from`, one of `to` and all of `when` do; an absent part does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuthorizationRule {
    /// Who calls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<From>,
    /// What is called.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<To>,
    /// What else must hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Condition>,
}

/// One answer to who calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct From {
    /// Who.
    pub source: Source,
}

/// One answer to what is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct To {
    /// What.
    pub operation: Operation,
}

/// Something that must hold of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Condition {
    /// What of it is looked at: `request.headers[x-user]`.
    pub key: String,
    /// What it must be, one of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// What it must not be, any of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_values: Vec<String>,
}

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        pub struct $name {
            $(
                $(#[$field_doc])*
                #[serde(skip_serializing_if = "Vec::is_empty")]
                pub $field: Vec<String>,
            )*
        }
    )*};
}

lists! {
    /// Who calls: each field that is given must hold, by one of its values. Without mutual TLS the caller has
    /// no identity: what is asked of it never holds, and what is ruled out always does.
    Source {
        /// Identities, without `spiffe://`.
        principals
        /// Identities it must not have.
        not_principals
        /// Issuer and subject of a token, as `issuer/subject`.
        request_principals
        /// Issuers and subjects that must not be.
        not_request_principals
        /// Namespaces of the identity.
        namespaces
        /// Namespaces it must not be of.
        not_namespaces
        /// Accounts, as `account` or `namespace/account`. Since Istio 1.25.
        service_accounts
        /// Accounts that must not be. Since Istio 1.25.
        not_service_accounts
        /// Trust domains of the identity. Since Istio 1.30.
        trust_domains
        /// Trust domains it must not be of. Since Istio 1.30.
        not_trust_domains
        /// Addresses or ranges of the peer.
        ip_blocks
        /// Addresses or ranges it must not have.
        not_ip_blocks
        /// Addresses or ranges of the first client.
        remote_ip_blocks
        /// Addresses or ranges it must not have.
        not_remote_ip_blocks
    }
    /// What is called: each field that is given must hold, by one of its values.
    Operation {
        /// Hosts, with the port if the client names it.
        hosts
        /// Hosts that must not be.
        not_hosts
        /// Ports of the workload.
        ports
        /// Ports that must not be.
        not_ports
        /// Methods.
        methods
        /// Methods that must not be.
        not_methods
        /// Paths.
        paths
        /// Paths that must not be.
        not_paths
    }
}

impl Spec for AuthorizationPolicy {
    const KIND: ResourceKind = ResourceKind::AuthorizationPolicy;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_reads_and_writes_as_istio_does() {
        let text = concat!(
            r#"{"selector":{"matchLabels":{"app":"reviews"}},"action":"CUSTOM","provider":{"name":"opa"},"#,
            r#""rules":[{"from":[{"source":{"principals":["*"],"notRequestPrincipals":["a/b"],"#,
            r#""notNamespaces":["x"],"serviceAccounts":["default/a"],"notTrustDomains":["t"],"#,
            r#""ipBlocks":["10.0.0.0/8"],"notRemoteIpBlocks":["1.2.3.4"]}}],"#,
            r#""to":[{"operation":{"hosts":["a"],"notPorts":["80"],"methods":["GET"],"notPaths":["/x"]}}],"#,
            r#""when":[{"key":"request.headers[a]","values":["1"],"notValues":["2"]}]}]}"#,
        );
        let spec: AuthorizationPolicy = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&spec).unwrap(), text);
        assert_eq!(spec.rules[0].to[0].operation.not_paths, ["/x"]);
    }

    #[test]
    fn every_action_is_written_as_istio_names_it() {
        use AuthorizationAction::*;
        let names =
            [Allow, Deny, Audit, Custom].map(|action| serde_json::to_value(action).unwrap());
        assert_eq!(names, ["ALLOW", "DENY", "AUDIT", "CUSTOM"]);
    }

    #[test]
    fn no_rule_and_a_rule_for_everything_stay_apart() {
        let nothing: AuthorizationPolicy = serde_json::from_str("{}").unwrap();
        let all: AuthorizationPolicy = serde_json::from_str(r#"{"rules":[{}]}"#).unwrap();
        assert_eq!(nothing, AuthorizationPolicy::default());
        assert_eq!(all.rules, [AuthorizationRule::default()]);
        let written = [&nothing, &all].map(|spec| serde_json::to_string(spec).unwrap());
        assert_eq!(
            written,
            [
                r#"{"action":"ALLOW"}"#,
                r#"{"action":"ALLOW","rules":[{}]}"#
            ]
        );
    }

    #[test]
    fn fields_that_are_not_known_are_passed_over() {
        let text =
            r#"{"targetRefs":[{"kind":"Service"}],"rules":[{"to":[{"operation":{"new":1}}]}]}"#;
        let spec: AuthorizationPolicy = serde_json::from_str(text).unwrap();
        assert_eq!(spec.rules[0].to, [To::default()]);
    }
}
