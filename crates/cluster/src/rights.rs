//! What we may do.

use std::{collections::BTreeSet, fmt};

use k8s_openapi::api::authorization::v1::{
    ResourceRule, SelfSubjectRulesReview, SelfSubjectRulesReviewSpec,
};
use kube::{Api, Client, api::PostParams};
use mesh::{
    Namespace, ResourceKind,
    resources::{ALL, READ},
};

use crate::Error;

/// A right that reading or writing needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Right {
    /// What to do.
    pub verb: Verb,
    /// With what, as Kubernetes writes it: `peerauthentications.security.istio.io`.
    pub resource: String,
    /// Where; everywhere if none.
    pub namespace: Option<Namespace>,
}

/// What reading and writing do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is named as Kubernetes names it")]
pub enum Verb {
    Get,
    List,
    Watch,
    Create,
    Patch,
    Delete,
}

/// What watching needs.
const READS: [Verb; 3] = [Verb::Get, Verb::List, Verb::Watch];

/// What changing objects needs. An apply that makes one is asked for both of the first.
const WRITES: [Verb; 3] = [Verb::Patch, Verb::Create, Verb::Delete];

/// The rights that reading and writing need, as the API server tells them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// Those we have.
    pub found: BTreeSet<Right>,
    /// Those we lack.
    pub missing: BTreeSet<Right>,
    /// Whether the API server could not tell all: what is missing may be there.
    pub incomplete: bool,
}

impl Right {
    pub(crate) fn new(verb: Verb, kind: ResourceKind, namespace: Option<Namespace>) -> Self {
        let resource = match kind.group() {
            "" => kind.plural().into(),
            group => format!("{}.{group}", kind.plural()),
        };
        Self {
            verb,
            resource,
            namespace,
        }
    }
}

/// Asks which rights we have in some namespaces of a mesh: to read what is watched, and to write these kinds.
///
/// The answer counts rights that are bound in a namespace like those bound everywhere, while
/// watches need the latter: what a watch is refused stands in [`crate::View::missing`].
pub(crate) async fn rights(
    client: &Client,
    root: &Namespace,
    namespaces: &[Namespace],
    writes: &[ResourceKind],
) -> Result<Rights, Error> {
    let mut rights = Rights::default();
    let asked: BTreeSet<_> = namespaces.iter().chain([root]).collect();
    for namespace in asked {
        let (rules, incomplete) = rules(client, namespace).await?;
        rights.incomplete |= incomplete;
        for kind in READ.iter().chain(ALL) {
            let at = match kind {
                // Only one is read, in the root namespace.
                kind if kind.only().is_some() => namespace == root,
                _ => namespaces.contains(namespace),
            };
            let written = namespaces.contains(namespace) && writes.contains(kind);
            let reads = READS.iter().filter(|_| at);
            for verb in reads.chain(WRITES.iter().filter(|_| written)) {
                let there = kind.is_namespaced().then(|| namespace.clone());
                let right = Right::new(*verb, *kind, there);
                let allows = |rule: &ResourceRule| allows(rule, *verb, *kind);
                match rules.iter().any(allows) {
                    true => rights.found.insert(right),
                    false => rights.missing.insert(right),
                };
            }
        }
    }
    Ok(rights)
}

async fn rules(client: &Client, namespace: &Namespace) -> Result<(Vec<ResourceRule>, bool), Error> {
    let question = SelfSubjectRulesReview {
        spec: SelfSubjectRulesReviewSpec {
            namespace: Some(namespace.as_str().into()),
        },
        ..SelfSubjectRulesReview::default()
    };
    let answer = Api::all(client.clone())
        .create(&PostParams::default(), &question)
        .await;
    let answer = answer.map_err(|error| {
        let wanted = Right {
            verb: Verb::Create,
            resource: "selfsubjectrulesreviews.authorization.k8s.io".into(),
            namespace: None,
        };
        Error::of(&error, wanted)
    })?;
    let status = answer.status.unwrap_or_default();
    Ok((status.resource_rules, status.incomplete))
}

fn allows(rule: &ResourceRule, verb: Verb, kind: ResourceKind) -> bool {
    let holds = |list: &[String], word: &str| list.iter().any(|item| item == "*" || item == word);
    let names = rule.resource_names.as_deref().unwrap_or_default();
    let named = names.is_empty()
        || kind
            .only()
            .is_some_and(|only| names.iter().any(|name| name == only));
    named
        && holds(&rule.verbs, &verb.to_string())
        && holds(rule.api_groups.as_deref().unwrap_or_default(), kind.group())
        && holds(rule.resources.as_deref().unwrap_or_default(), kind.plural())
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Watch => "watch",
            Self::Create => "create",
            Self::Patch => "patch",
            Self::Delete => "delete",
        })
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb, self.resource)?;
        match &self.namespace {
            Some(namespace) => write!(f, " in {namespace}"),
            None => Ok(()),
        }
    }
}
