//! What a site would look like.

use std::sync::Arc;

use super::{Fact, Snapshot};
use crate::{Action, Plan};

impl Snapshot {
    /// The site as it would be once a plan is carried out. What does not change is shared.
    #[must_use]
    pub fn after(&self, plan: &Plan) -> Self {
        let mut after = self.clone();
        for change in &plan.changes {
            match change.action {
                Action::Keep | Action::Foreign => continue,
                Action::Create | Action::Update | Action::Remove => {}
            }
            let kind = change.key.kind;
            let place = (change.key.namespace.clone(), change.key.name.clone());
            let objects = Arc::make_mut(after.objects.entry(kind).or_default());
            match change.after() {
                Some(resource) => objects.insert(place, Fact::Resource(Arc::new(resource))),
                None => objects.remove(&place),
            };
            after.tidy(kind);
        }
        after
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{Event, Labels, Manifest, Ours, Resource, ResourceKey, ResourceKind, Time, plan};

    const PEER: ResourceKind = ResourceKind::PeerAuthentication;
    const RULE: ResourceKind = ResourceKind::DestinationRule;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        let pairs = pairs.iter();
        pairs
            .map(|(key, value)| ((*key).into(), (*value).into()))
            .collect()
    }

    fn key(kind: ResourceKind, name: &str) -> ResourceKey {
        ResourceKey::new(kind, "default", name)
    }

    fn wants(key: ResourceKey, spec: Value) -> Manifest {
        Manifest::new(key, labels(&[("of", "us")]), &spec)
    }

    fn object(name: &str, labels: &Labels, spec: Value) -> Value {
        json!({
            "metadata": {
                "name": name, "namespace": "default", "labels": labels, "annotations": {"by": "hand"},
                "uid": format!("uid-{name}"), "resourceVersion": "7",
                "creationTimestamp": "2026-01-01T00:00:00Z",
            },
            "spec": spec,
        })
    }

    fn site(objects: impl IntoIterator<Item = (ResourceKind, Value)>) -> Snapshot {
        let mut site = Snapshot::new("istio-system");
        for (kind, object) in objects {
            site.observe(Event::Applied(kind, object)).unwrap();
        }
        site
    }

    #[test]
    fn what_is_made_appears_younger_than_all_others() {
        let wanted = wants(key(PEER, "a"), json!({"mtls": {"mode": "STRICT"}}));
        let live = site([]);
        let ours = Ours::within(["default"], labels(&[("of", "us")]));
        let after = live.after(&plan(&[wanted], &ours, &live));
        let made = after.resource(&key(PEER, "a")).unwrap();
        assert_eq!(made.canonical(), r#"{"mtls":{"mode":"STRICT"}}"#);
        assert_eq!(
            (made.created, made.uid.as_str(), made.labels.clone()),
            (Time(i64::MAX), "", labels(&[("of", "us")]))
        );
    }

    #[test]
    fn what_changes_keeps_what_the_cluster_and_others_gave_it() {
        let both = labels(&[("of", "us"), ("team", "blue")]);
        let live = site([(PEER, object("a", &both, json!({})))]);
        let wanted = wants(key(PEER, "a"), json!({"mtls": {"mode": "STRICT"}}));
        let ours = Ours::within(["default"], labels(&[("of", "us")]));
        let after = live.after(&plan(&[wanted], &ours, &live));
        let spec = json!({"mtls": {"mode": "STRICT"}});
        let expected = Resource::read(PEER, &object("a", &both, spec)).unwrap();
        assert_eq!(after.resource(&key(PEER, "a")), Some(&expected));
    }

    #[test]
    fn what_does_not_change_is_shared() {
        let us = labels(&[("of", "us")]);
        let live = site([
            (PEER, object("a", &us, json!({}))),
            (RULE, object("a", &us, json!({}))),
            (RULE, object("b", &us, json!({}))),
        ]);
        let kept = wants(key(RULE, "b"), json!({}));
        let after = live.after(&plan(
            &[kept, wants(key(PEER, "a"), json!({}))],
            &Ours::within(["default"], us),
            &live,
        ));
        assert!(Arc::ptr_eq(&live.objects[&PEER], &after.objects[&PEER]));
        let place = ("default".into(), "b".into());
        let (Fact::Resource(before), Fact::Resource(after)) =
            (&live.objects[&RULE][&place], &after.objects[&RULE][&place])
        else {
            panic!("both are there");
        };
        assert!(Arc::ptr_eq(before, after));
    }

    #[test]
    fn once_the_last_of_a_kind_is_removed_the_site_is_as_if_it_had_never_been() {
        let us = labels(&[("of", "us")]);
        let live = site([(PEER, object("a", &us, json!({})))]);
        assert_eq!(
            live.after(&plan(&[], &Ours::within(["default"], us), &live)),
            site([])
        );
    }

    /// Any sites and wishes of few names, labels and specs, always the same.
    #[test]
    fn a_plan_that_was_carried_out_leaves_nothing_to_do() {
        let mut seed = 1_u64;
        let mut any = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as usize % below
        };
        let some_labels = [
            labels(&[]),
            labels(&[("of", "us")]),
            labels(&[("of", "us"), ("intent", "a")]),
            labels(&[("of", "us"), ("intent", "b"), ("team", "blue")]),
            labels(&[("of", "them")]),
        ];
        let ours = Ours::within(["default"], labels(&[("of", "us")]));
        let mut seen = [0; 5];
        for round in 0..2000 {
            let mut live = site([]);
            let mut wanted = Vec::new();
            for kind in [PEER, RULE] {
                for name in ["a", "b", "c"] {
                    if any(2) == 0 {
                        let given = &some_labels[any(5)];
                        let object = object(name, given, json!({"is": any(2)}));
                        live.observe(Event::Applied(kind, object)).unwrap();
                    }
                    if any(2) == 0 {
                        let given = some_labels[1 + any(3)].clone();
                        let spec = json!({"is": any(2)});
                        wanted.push(Manifest::new(key(kind, name), given, &spec));
                    }
                }
            }
            let first = plan(&wanted, &ours, &live);
            let again = plan(&wanted, &ours, &live.after(&first));
            for change in &first.changes {
                seen[change.action as usize] += 1;
            }
            let foreign = first.count(Action::Foreign);
            assert_eq!(again.count(Action::Foreign), foreign, "round {round}");
            assert_eq!(
                again.count(Action::Keep),
                wanted.len() - foreign,
                "round {round}"
            );
            assert_eq!(again.changes.len(), wanted.len(), "round {round}");
        }
        assert!(seen.iter().all(|times| *times > 100), "{seen:?}");
    }
}
