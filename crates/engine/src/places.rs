//! Places that have one holder, and who holds those that a plan would take.

use intent::{Entry, INTENT, Revision, RevisionNumber};
use mesh::{
    Change, Finding, Level, Plan, Resource, ResourceKey, ResourceKind, Snapshot,
    claims::{self, Claim, Pods},
};

use crate::found::{object, whole};

/// A place that another intent holds on one site.
pub(crate) struct Other {
    /// The name of the intent.
    pub(crate) intent: String,
    /// The revision by which it holds it.
    pub(crate) revision: RevisionNumber,
    /// The place.
    pub(crate) claim: Claim,
}

/// The places that revisions hold on a site.
pub(crate) fn of<'a>(site: &str, holding: impl IntoIterator<Item = &'a Revision>) -> Vec<Other> {
    let mut all = Vec::new();
    for revision in holding {
        for entry in revision.entries(site) {
            let Entry::Apply(manifest) = entry else {
                continue;
            };
            let intent = manifest.labels.get(INTENT);
            all.extend(
                claims::of_manifest(manifest)
                    .into_iter()
                    .map(|claim| Other {
                        intent: intent.cloned().unwrap_or_default(),
                        revision: revision.number,
                        claim,
                    }),
            );
        }
    }
    all
}

/// Finds the places that a plan would take and that somebody else holds.
pub(crate) fn held(plan: &Plan, live: &Snapshot, others: &[Other]) -> Vec<Finding> {
    let pods = Pods::of(live);
    let mut findings = Vec::new();
    for change in &plan.changes {
        let Some(wanted) = &change.wanted else {
            continue;
        };
        for claim in claims::of_manifest(wanted) {
            let overlaps = |held: &Claim| held.overlaps(&claim, &pods);
            if let Some(other) = others.iter().find(|other| overlaps(&other.claim)) {
                findings.push(by_intent(&wanted.key, &claim, other));
            } else if is_new(change, &claim)
                && let Some(holder) = holder(plan, live, &pods, &claim)
            {
                findings.push(by_object(&wanted.key, &claim, holder));
            } else if let Some(older) = older(plan, change, (live, &pods), &claim) {
                findings.push(without_effect(&wanted.key, &claim, older));
            }
        }
    }
    findings
}

/// What an object holds already, it does not take.
fn is_new(change: &Change, claim: &Claim) -> bool {
    let held = change.live.as_ref().map(claims::of_resource);
    !held.is_some_and(|held| held.contains(claim))
}

/// The oldest live object that holds a place and is not itself part of the plan.
fn holder<'a>(
    plan: &Plan,
    live: &'a Snapshot,
    pods: &Pods<'_>,
    claim: &Claim,
) -> Option<&'a Resource> {
    let kind = match claim {
        Claim::Peer { .. } => ResourceKind::PeerAuthentication,
        Claim::Traffic { .. } => ResourceKind::DestinationRule,
    };
    let planned = |key: &ResourceKey| plan.changes.iter().any(|change| change.key == *key);
    let holders = live.resources(kind).filter(|resource| {
        let held = claims::of_resource(resource);
        !planned(&resource.key) && held.iter().any(|held| held.overlaps(claim, pods))
    });
    holders.min_by_key(|resource| (resource.created, &resource.key))
}

/// Another live object that holds the place of one of ours, and is older: of policies for one place, the oldest alone
/// counts, whoever changes.
fn older<'a>(
    plan: &Plan,
    change: &Change,
    (live, pods): (&'a Snapshot, &Pods<'_>),
    claim: &Claim,
) -> Option<&'a Resource> {
    let ours = change.live.as_ref()?;
    let age = |resource: &Resource| (resource.created, resource.key.name.clone());
    let holder = match claim {
        Claim::Peer { .. } => holder(plan, live, pods, claim)?,
        Claim::Traffic { .. } => return None,
    };
    (age(holder) < age(ours)).then_some(holder)
}

fn by_intent(key: &ResourceKey, claim: &Claim, other: &Other) -> Finding {
    let Other {
        intent, revision, ..
    } = other;
    let says = format!(
        "The intent {intent}, by revision {revision}, already decides {}.",
        what(claim)
    );
    let todo = format!("Edit {intent}, or choose {}.", instead(claim));
    found(key, says, todo)
}

fn by_object(key: &ResourceKey, claim: &Claim, holder: &Resource) -> Finding {
    let made = match holder.labels.get(INTENT) {
        Some(intent) => format!("it was made for the intent {intent}"),
        None => "it was not made by Assent".into(),
    };
    let says = format!("{} already decides {}; {made}.", holder.key, what(claim));
    let todo = format!("Change it there, or choose {}.", instead(claim));
    found(key, says, todo)
}

fn found(key: &ResourceKey, says: String, todo: String) -> Finding {
    Finding {
        at: object(key),
        ..whole(Level::Error, "place_held", says, todo)
    }
}

fn without_effect(key: &ResourceKey, claim: &Claim, older: &Resource) -> Finding {
    let says = format!(
        "{} is older than {key} and decides {}; of the two, the older alone counts, and ours has no effect.",
        older.key,
        what(claim)
    );
    let todo = "Remove the older one, or change it there.";
    Finding {
        at: object(key),
        ..whole(Level::Warning, "place_shared", says, todo)
    }
}

/// What the holder of a place decides.
fn what(claim: &Claim) -> String {
    match claim {
        Claim::Peer {
            namespace,
            selector,
        } if selector.is_empty() => format!("what all of {namespace} accepts"),
        Claim::Peer {
            namespace,
            selector,
        } => {
            let labels = selector.iter().map(|(key, value)| format!("{key}={value}"));
            let labels = labels.collect::<Vec<_>>().join(", ");
            format!("what {labels} in {namespace} accepts")
        }
        Claim::Traffic { namespace, host } => {
            format!("how clients in {namespace} connect to {host}")
        }
    }
}

/// What is free, perhaps.
fn instead(claim: &Claim) -> &'static str {
    match claim {
        Claim::Peer { selector, .. } if selector.is_empty() => "a narrower scope",
        Claim::Peer { .. } => "something else",
        Claim::Traffic { .. } => "not to tell clients",
    }
}

#[cfg(test)]
mod tests {
    use mesh::{Event, Labels, Manifest, Ours};
    use serde_json::{Value, json};

    use super::*;

    const KIND: ResourceKind = ResourceKind::PeerAuthentication;

    fn labels() -> Labels {
        Labels::from([(INTENT.into(), "mine".into())])
    }

    /// A site with these policies for all of the namespace default.
    fn site(policies: &[(&str, Value)]) -> Snapshot {
        let mut site = Snapshot::new("istio-system");
        for (name, labels) in policies {
            let object = json!({
                "metadata": {
                    "namespace": "default", "name": name, "labels": labels, "uid": "u", "resourceVersion": "1",
                    "creationTimestamp": "2026-01-01T00:00:00Z",
                },
                "spec": { "mtls": { "mode": "PERMISSIVE" } },
            });
            site.observe(Event::Applied(KIND, object)).unwrap();
        }
        site
    }

    /// What is in the way of a policy of ours for all of the namespace default.
    fn in_the_way(live: &Snapshot) -> Vec<String> {
        let key = ResourceKey::new(KIND, "default", "mine");
        let spec = json!({ "mtls": { "mode": "STRICT" } });
        let wanted = Manifest::new(key, labels(), &spec);
        let plan = mesh::plan(&[wanted], &Ours::within(["default"], labels()), live);
        let found = held(&plan, live, &[]).into_iter();
        found.map(|finding| finding.says).collect()
    }

    #[test]
    fn a_free_place_is_taken_and_nobody_is_in_their_own_way() {
        assert_eq!(in_the_way(&site(&[])), [""; 0]);
        // What is removed by the same plan gives its place away.
        let older = site(&[("older", json!({ INTENT: "mine" }))]);
        assert_eq!(in_the_way(&older), [""; 0]);
    }

    #[test]
    fn a_holder_is_named_with_whoever_made_it() {
        let held = |labels| in_the_way(&site(&[("theirs", labels)]));
        let says = "PeerAuthentication default/theirs already decides what all of default accepts";
        assert_eq!(
            held(json!({})),
            [format!("{says}; it was not made by Assent.")]
        );
        assert_eq!(
            held(json!({ INTENT: "other" })),
            [format!("{says}; it was made for the intent other.")]
        );
    }

    #[test]
    fn a_place_that_is_shared_with_an_older_policy_is_told_since_ours_has_no_effect() {
        // Of two of one age, the name decides.
        let earlier = site(&[
            ("earlier", json!({})),
            ("mine", json!({ INTENT: "mine" })),
            ("theirs", json!({})),
        ]);
        let says = "PeerAuthentication default/earlier is older than PeerAuthentication default/mine and decides what \
                    all of default accepts; of the two, the older alone counts, and ours has no effect.";
        assert_eq!(in_the_way(&earlier), [says]);
    }

    #[test]
    fn what_an_object_holds_already_it_does_not_take_anew() {
        let both = site(&[("mine", json!({ INTENT: "mine" })), ("theirs", json!({}))]);
        assert_eq!(in_the_way(&both), [""; 0]);
    }
}
