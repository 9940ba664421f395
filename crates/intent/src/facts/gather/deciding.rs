//! Which AuthorizationPolicies decide about calls to a service.

use std::collections::BTreeMap;

use mesh::{
    Labels, Namespace, Resource, ResourceKind, Service, Snapshot, carries,
    mtls::Policies,
    resources::{AuthorizationAction, AuthorizationPolicy},
};
use serde_json::Value;

use super::super::{Matches, PolicyFact};

/// Experimental policies with this annotation are only tried out (Istio: dry run).
const DRY_RUN: &str = "istio.io/dry-run";

/// What Istio reads as a yes there: what Go's `ParseBool` does.
const YES: [&str; 6] = ["1", "t", "T", "TRUE", "true", "True"];

/// The policies that decide about calls to each service, those without any left out. One that cannot be read
/// is reported where the site is.
pub(super) fn of(
    snapshot: &Snapshot,
    pods: &Policies<'_>,
    services: &[&Service],
) -> BTreeMap<String, Vec<PolicyFact>> {
    let all = snapshot.resources(ResourceKind::AuthorizationPolicy);
    let mut by_namespace: BTreeMap<&Namespace, Vec<Deciding<'_>>> = BTreeMap::new();
    for policy in all.filter_map(Deciding::read) {
        by_namespace
            .entry(policy.namespace)
            .or_default()
            .push(policy);
    }
    if by_namespace.is_empty() {
        return BTreeMap::new();
    }
    let decided = services.iter().filter_map(|service| {
        // Istio: the root namespace's policies reach the whole mesh, others their own namespace.
        let mut places = vec![snapshot.root()];
        if service.namespace != *snapshot.root() {
            places.push(&service.namespace);
        }
        let near = places.iter().filter_map(|place| by_namespace.get(place));
        let near: Vec<&Deciding<'_>> = near.flatten().collect();
        if near.is_empty() {
            return None;
        }
        let workloads = pods.selection().behind(service);
        let reach = |policy: &&&Deciding<'_>| workloads.iter().any(|w| policy.selects(&w.labels));
        let facts: Vec<PolicyFact> = near.iter().filter(reach).map(|p| p.fact.clone()).collect();
        let name = format!("{}/{}", service.namespace, service.name);
        (!facts.is_empty()).then_some((name, facts))
    });
    decided.collect()
}

struct Deciding<'a> {
    namespace: &'a Namespace,
    selector: Labels,
    fact: PolicyFact,
}

impl<'a> Deciding<'a> {
    fn read(policy: &'a Resource) -> Option<Self> {
        let spec: AuthorizationPolicy = policy.spec().ok()?;
        let whole: Value = serde_json::from_str(policy.canonical()).ok()?;
        // Istio: what has a target reference is skipped by ordinary sidecars.
        let elsewhere = whole.get("targetRef").is_some() || whole.get("targetRefs").is_some();
        let tried_out = policy
            .annotations
            .get(DRY_RUN)
            .is_some_and(|on| YES.contains(&on.as_str()));
        if elsewhere || tried_out || spec.action == AuthorizationAction::Audit {
            return None;
        }
        let matches = if spec.rules.is_empty() {
            Matches::Nobody
        } else {
            Matches::Some
        };
        Some(Self {
            namespace: &policy.key.namespace,
            selector: spec
                .selector
                .map(|selector| selector.match_labels)
                .unwrap_or_default(),
            fact: PolicyFact {
                policy: format!("{}/{}", policy.key.namespace, policy.key.name),
                action: spec.action,
                matches,
                labels: policy.labels.clone(),
            },
        })
    }

    fn selects(&self, labels: &Labels) -> bool {
        carries(labels, &self.selector)
    }
}
