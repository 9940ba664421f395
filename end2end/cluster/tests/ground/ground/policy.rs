//! How a site is made to refuse: by a policy of its own, which the API server asks as it asks a webhook.

use serde_json::{Value, json};

use super::NAMESPACE;

/// A policy that refuses objects of one name.
pub(super) struct Refuses {
    /// What has to be so in CEL.
    only_if: String,
}

impl Refuses {
    pub(super) const NAME: &str = "stories";

    /// What is always refused, so that it can be seen whether the policy is in force.
    pub(super) const PROBE: &str = "probe";

    /// Where the binding is, and where the policy.
    pub(super) const PATHS: [&str; 2] = [
        "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings",
        "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies",
    ];

    /// Takes what is only rehearsed.
    pub(super) fn in_earnest(name: &str) -> Self {
        Self {
            only_if: format!("object.metadata.name != '{name}' || request.dryRun"),
        }
    }

    /// Takes everything but rehearsals.
    pub(super) fn rehearsals(name: &str) -> Self {
        Self {
            only_if: format!("object.metadata.name != '{name}' || !request.dryRun"),
        }
    }

    /// The objects of which it is made, with where to post them.
    pub(super) fn objects(&self) -> [(&'static str, Value); 2] {
        let [bindings, policies] = Self::PATHS;
        let binding = json!({
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": {"name": Self::NAME},
            "spec": {"policyName": Self::NAME, "validationActions": ["Deny"]},
        });
        let rule = json!({
            "apiGroups": ["security.istio.io"],
            "apiVersions": ["*"],
            "operations": ["CREATE", "UPDATE"],
            "resources": ["peerauthentications"],
        });
        let probe = Self::PROBE;
        let validation = json!({
            "expression": format!("object.metadata.name != '{probe}' && ({})", self.only_if),
            "message": "this site takes no policy of this name",
            "reason": "Forbidden",
        });
        let namespace = json!({"matchLabels": {"kubernetes.io/metadata.name": NAMESPACE}});
        let policy = json!({
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicy",
            "metadata": {"name": Self::NAME},
            "spec": {
                "failurePolicy": "Fail",
                "matchConstraints": {"resourceRules": [rule], "namespaceSelector": namespace},
                "validations": [validation],
            },
        });
        [(policies, policy), (bindings, binding)]
    }
}
