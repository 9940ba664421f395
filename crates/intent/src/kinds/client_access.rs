//! Who may call a service, and with what.

use mesh::{
    Finding, Level, Manifest, ResourceKind,
    resources::{
        AuthorizationAction, AuthorizationPolicy, AuthorizationRule, From, Operation, Source, To,
    },
};
use serde::{Deserialize, Serialize};

use crate::{Choice, Field, Input, Kind, Place, ServiceFact};

mod check;
mod says;

/// Who may call a service, and with what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientAccess {
    /// The service, as `namespace/name`.
    pub service: String,
    /// Whether anybody may call it.
    pub access: Access,
    /// Who may call it, and with what; one rule is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
}

/// Whether anybody may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Those whom a rule lets in.
    Listed,
    /// Nobody.
    Nobody,
}

/// Lets some callers in. A list that is empty leaves out what it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Callers by service account, as `namespace/name`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
    /// Callers by namespace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<String>,
    /// The methods they may use; all, if there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
    /// The paths they may call; all, if there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
}

impl Kind for ClientAccess {
    const NAME: &'static str = "client_access";
    const TITLE: &'static str = "Client access";
    const PURPOSE: &'static str = "Lets only named service accounts and namespaces call a service, with the methods and paths they need.";
    const FIELDS: &'static [Field] = FIELDS;
    const MAKES: &'static [ResourceKind] =
        &[ResourceKind::AuthorizationPolicy];

    fn example() -> Self {
        let texts = |all: &[&str]| all.iter().map(ToString::to_string).collect();
        Self {
            service: "default/ratings".into(),
            access: Access::Listed,
            rules: vec![
                Rule {
                    accounts: texts(&["default/bookinfo-reviews"]),
                    methods: texts(&["GET"]),
                    paths: texts(&["/ratings/*"]),
                    ..Rule::default()
                },
                Rule {
                    namespaces: texts(&["tools"]),
                    ..Rule::default()
                },
            ],
        }
    }

    fn says(&self, at: &Place<'_>) -> String {
        says::says(self, at)
    }

    fn check(&self, at: &Place<'_>) -> Vec<Finding> {
        let server = self.server(at);
        server.map_or_else(|_| Vec::new(), |server| check::check(self, at, server))
    }

    fn compile(&self, at: &Place<'_>) -> Result<Vec<Manifest>, Vec<Finding>> {
        let server = self.server(at)?;
        self.complete(at)?;
        let policy = AuthorizationPolicy {
            selector: Some(server.selector.clone().into()),
            action: AuthorizationAction::Allow,
            rules: self.counted().map(|(_, rule)| rule.written(at)).collect(),
            ..AuthorizationPolicy::default()
        };
        let kind = ResourceKind::AuthorizationPolicy;
        Ok(vec![at.manifest(kind, &server.namespace, None, &policy)])
    }
}

/// So many callers are named by one intent.
const MOST_CALLERS: usize = 500;

const FIELDS: &[Field] = &[
    Field::new("service", "Service", "Service", Input::Service)
        .help("All pods behind it on all of their ports, whichever name they are called by.")
        .required(),
    Field::new(
        "access",
        "Who may call it",
        "Who may call",
        Input::OneOf(ACCESS),
    )
    .required(),
    Field::new(
        "rules",
        "Rules",
        "Who may call",
        Input::Rows {
            one: "rule",
            fields: RULE,
        },
    )
    .help("One rule that fits is enough.")
    .only("access", &["listed"]),
];

const ACCESS: &[Choice] = &[
    Choice::new("listed", "Only these").help(
        "Whoever fits none of the rules is refused: over HTTP with status 403, unless plaintext is refused before.",
    ),
    Choice::new("nobody", "Nobody").help("Every call is refused that no other policy lets in."),
];

const RULE: &[Field] = &[
    Field::new("accounts", "Service accounts", "", Input::Accounts)
        .help("What calling pods run as. Each needs a sidecar: plaintext has no identity."),
    Field::new("namespaces", "Namespaces", "", Input::Namespaces)
        .help("Every service account of these may call."),
    Field::new("methods", "Methods", "", Input::Methods).help("Empty: all of them."),
    Field::new("paths", "Paths", "", Input::Paths)
        .help("Empty: all of them. A star at one end stands for more: /ratings/*."),
];

impl ClientAccess {
    fn server<'a>(&self, at: &Place<'a>) -> Result<&'a ServiceFact, Vec<Finding>> {
        let service = at.service("service", &self.service)?;
        if service.selector.is_empty() {
            let says = format!(
                "{} has no labels by which its pods could be chosen.",
                service.name
            );
            let todo = "Choose another service; who answers for this one is set by hand.";
            return Err(vec![at.finding(
                Level::Error,
                "nothing_to_select_by",
                "service",
                says,
                todo,
            )]);
        }
        if service.namespace == at.root() {
            return Err(vec![mesh_wide(at, service)]);
        }
        Ok(service)
    }

    /// A rule without a caller would let in everybody, and no rule at all would let in nobody.
    fn complete(&self, at: &Place<'_>) -> Result<(), Vec<Finding>> {
        if self.access == Access::Listed && self.rules.is_empty() {
            let todo = "Add a rule, or choose Nobody if that is meant.";
            return Err(vec![at.finding(
                Level::Error,
                "required",
                "rules",
                "There is no rule.",
                todo,
            )]);
        }
        let callers = self.callers();
        if callers > MOST_CALLERS {
            let says =
                format!("The rules name {callers} callers; more than {MOST_CALLERS} are too many.");
            let todo = "Name whole namespaces, or write another intent for the rest.";
            return Err(vec![at.finding(
                Level::Error,
                "too_many",
                "rules",
                says,
                todo,
            )]);
        }
        let open = self
            .counted()
            .filter(|(_, rule)| rule.accounts.is_empty() && rule.namespaces.is_empty());
        let findings: Vec<_> = open
            .map(|(row, _)| {
                let says = format!("Rule {} names no caller.", row + 1);
                let todo = "Name a service account or a namespace.";
                let field = format!("rules.{row}.accounts");
                at.finding(Level::Error, "required", field, says, todo)
            })
            .collect();
        if findings.is_empty() {
            Ok(())
        } else {
            Err(findings)
        }
    }

    /// How many callers the rules that count name, taken together.
    fn callers(&self) -> usize {
        let callers = self
            .counted()
            .map(|(_, rule)| rule.accounts.len() + rule.namespaces.len());
        callers.sum()
    }

    /// The rules that count, each with its row.
    fn counted(&self) -> impl Iterator<Item = (usize, &Rule)> {
        let counts = self.access == Access::Listed;
        let rules = self.rules.iter().enumerate();
        rules.filter(move |_| counts)
    }
}

impl Rule {
    fn written(&self, at: &Place<'_>) -> AuthorizationRule {
        let accounts = sorted(&self.accounts);
        let accounts = accounts.iter().map(|account| at.principal(account));
        let by_account = Source {
            principals: accounts.collect(),
            ..Source::default()
        };
        let by_namespace = Source {
            namespaces: sorted(&self.namespaces),
            ..Source::default()
        };
        let operation = Operation {
            methods: sorted(&self.methods),
            paths: sorted(&self.paths),
            ..Operation::default()
        };
        let sources = [by_account, by_namespace].into_iter();
        let sources = sources.filter(|source| *source != Source::default());
        AuthorizationRule {
            from: sources.map(|source| From { source }).collect(),
            to: if operation == Operation::default() {
                Vec::new()
            } else {
                vec![To { operation }]
            },
            ..AuthorizationRule::default()
        }
    }

    /// Whether it needs HTTP, and the field by which it does.
    fn needs_http(&self) -> Option<&'static str> {
        if !self.methods.is_empty() {
            Some("methods")
        } else if !self.paths.is_empty() {
            Some("paths")
        } else {
            None
        }
    }
}

/// A policy with a selector in the root namespace chooses pods in every namespace.
fn mesh_wide(at: &Place<'_>, service: &ServiceFact) -> Finding {
    let says = format!(
        "{} is the root namespace: an AuthorizationPolicy there reaches pods with the same labels in the whole mesh.",
        service.namespace
    );
    let todo = "Choose another service; who may call this one is set by hand.";
    at.finding(Level::Error, "namespace_is_root", "service", says, todo)
}

/// In which order values were typed makes no difference to what they mean, nor to what is written.
fn sorted(values: &[String]) -> Vec<String> {
    let mut values = values.to_vec();
    values.sort();
    values.dedup();
    values
}

#[cfg(test)]
mod tests;
