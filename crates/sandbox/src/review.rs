//! Who may do what, and the two questions a client can ask about it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{failure::Failure, kinds::Kind, state::State};

/// One permission, as a role and its binding state it; `*` stands for everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The namespace it is bound in; `None` is the whole cluster.
    pub namespace: Option<String>,
    /// API groups; `""` is the core group.
    pub groups: Vec<String>,
    /// Resources by plural.
    pub resources: Vec<String>,
    /// Verbs, such as `list`.
    pub verbs: Vec<String>,
}

impl Rule {
    /// Allows everything everywhere.
    #[must_use]
    pub fn everything() -> Self {
        let all = || vec!["*".to_owned()];
        Self {
            namespace: None,
            groups: all(),
            resources: all(),
            verbs: all(),
        }
    }

    pub(crate) fn allows(&self, access: &Access<'_>) -> bool {
        self.reaches(access.namespace)
            && names(&self.groups, access.group)
            && names(&self.resources, access.resource)
            && names(&self.verbs, access.verb)
    }

    fn reaches(&self, namespace: Option<&str>) -> bool {
        self.namespace.is_none() || self.namespace.as_deref() == namespace
    }
}

/// Something a client wants to do.
#[derive(Debug)]
pub(crate) struct Access<'a> {
    pub(crate) verb: &'a str,
    pub(crate) group: &'a str,
    pub(crate) resource: &'a str,
    /// `None` is all namespaces, or an object of the cluster itself.
    pub(crate) namespace: Option<&'a str>,
}

/// Lets through what is installed and allowed.
pub(crate) fn permit(
    state: &State,
    kind: &'static Kind,
    verb: &str,
    namespace: Option<&str>,
) -> Result<(), Failure> {
    let access = Access {
        verb,
        group: kind.group,
        resource: kind.plural,
        namespace,
    };
    let is_allowed = state.rules.iter().any(|rule| rule.allows(&access));
    if !is_allowed || state.forbidden.contains(kind.kind) {
        return Err(Failure::forbidden(kind, &access));
    }
    if state.absent.contains(kind.kind) {
        return Err(match kind.group {
            "" => Failure::not_of_core(),
            _ => Failure::no_such_page(),
        });
    }
    Ok(())
}

/// Answers a SelfSubjectRulesReview: all permissions in one namespace.
pub(crate) fn rules(rules: &[Rule], mut question: Value) -> Value {
    // The question comes back without its namespace.
    let asked = question["spec"].take();
    question["spec"] = json!({});
    let namespace = asked["namespace"].as_str();
    let told: Vec<Value> = rules
        .iter()
        .filter(|rule| rule.reaches(namespace))
        .map(|rule| {
            json!({ "verbs": rule.verbs, "apiGroups": rule.groups, "resources": rule.resources })
        })
        .collect();
    question["status"] = json!({
        "resourceRules": told,
        "nonResourceRules": [{ "verbs": ["get"], "nonResourceURLs": ["/api", "/apis", "/version"] }],
        "incomplete": false,
    });
    question
}

/// Answers a SelfSubjectAccessReview: one thing a client wants to do.
pub(crate) fn access(rules: &[Rule], mut question: Value) -> Value {
    let wanted = &question["spec"]["resourceAttributes"];
    let text = |field: &str| wanted[field].as_str().unwrap_or_default();
    let access = Access {
        verb: text("verb"),
        group: text("group"),
        resource: text("resource"),
        namespace: Some(text("namespace")).filter(|namespace| !namespace.is_empty()),
    };
    let allowed = rules.iter().any(|rule| rule.allows(&access));
    question["status"] = json!({ "allowed": allowed });
    question
}

fn names(list: &[String], word: &str) -> bool {
    list.iter().any(|entry| entry == "*" || entry == word)
}
