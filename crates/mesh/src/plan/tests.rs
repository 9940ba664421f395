//! What a plan makes of what is wanted and what is there.

use serde_json::{Value, json};

use super::*;
use crate::{Event, ResourceKind};

const PEER: ResourceKind = ResourceKind::PeerAuthentication;
const RULE: ResourceKind = ResourceKind::DestinationRule;
const POLICY: ResourceKind = ResourceKind::AuthorizationPolicy;

fn labels(pairs: &[(&str, &str)]) -> Labels {
    let pairs = pairs.iter();
    pairs
        .map(|(key, value)| ((*key).into(), (*value).into()))
        .collect()
}

fn us() -> Labels {
    labels(&[("of", "us")])
}

/// What is ours in every namespace that occurs here but for the far one.
fn ours(labels: Labels) -> Ours {
    Ours::within(["default", "a", "b"], labels)
}

fn wants(kind: ResourceKind, namespace: &str, name: &str, spec: Value) -> Manifest {
    Manifest::new(ResourceKey::new(kind, namespace, name), us(), &spec)
}

fn put(site: &mut Snapshot, kind: ResourceKind, place: &str, labels: &Labels, spec: Value) {
    let (namespace, name) = place.split_once('/').unwrap();
    let object = json!({
        "metadata": {
            "name": name, "namespace": namespace, "labels": labels, "uid": name, "resourceVersion": "1",
            "creationTimestamp": "2026-01-01T00:00:00Z",
        },
        "spec": spec,
    });
    site.observe(Event::Applied(kind, object)).unwrap();
}

fn one(kind: ResourceKind, place: &str, labels: &Labels, spec: Value) -> Snapshot {
    let mut site = Snapshot::new("istio-system");
    put(&mut site, kind, place, labels, spec);
    site
}

fn says(plan: &Plan) -> Vec<String> {
    let changes = plan.changes.iter();
    changes
        .map(|change| format!("{:?} {}", change.action, change.key))
        .collect()
}

#[test]
fn what_is_missing_is_made_and_what_is_no_longer_wanted_is_removed() {
    let mut site = one(PEER, "default/old", &us(), json!({}));
    let theirs = labels(&[("of", "them")]);
    put(&mut site, PEER, "default/theirs", &theirs, json!({}));
    let wanted = [wants(PEER, "default", "new", json!({}))];
    let expected = [
        "Create PeerAuthentication default/new",
        "Remove PeerAuthentication default/old",
    ];
    assert_eq!(says(&plan(&wanted, &ours(us()), &site)), expected);
}

#[test]
fn what_is_in_other_namespaces_is_left_alone_whoever_made_it() {
    let mut site = one(PEER, "far/old", &us(), json!({}));
    put(&mut site, PEER, "far/a", &us(), json!({}));
    assert_eq!(plan(&[], &ours(us()), &site), Plan::default());
    let wanted = [
        wants(PEER, "far", "a", json!({"mtls": {}})),
        wants(PEER, "far", "b", json!({})),
    ];
    let found = plan(&wanted, &ours(us()), &site);
    let expected = [
        "Foreign PeerAuthentication far/a",
        "Foreign PeerAuthentication far/b",
    ];
    assert_eq!(says(&found), expected);
    assert_eq!(site.after(&found), site);
}

#[test]
fn an_object_is_kept_only_if_its_spec_and_our_labels_are_as_wanted() {
    let wanted = Manifest::new(
        ResourceKey::new(PEER, "default", "a"),
        labels(&[("of", "us"), ("intent", "a")]),
        &json!({"mtls": {"mode": "STRICT"}}),
    );
    let strict = json!({"mtls": {"mode": "STRICT"}});
    let table = [
        (
            vec![("of", "us"), ("intent", "a")],
            strict.clone(),
            Action::Keep,
        ),
        (
            vec![("of", "us"), ("intent", "a"), ("team", "x")],
            strict.clone(),
            Action::Keep,
        ),
        (
            vec![("of", "us"), ("intent", "b")],
            strict.clone(),
            Action::Update,
        ),
        (vec![("of", "us")], strict.clone(), Action::Update),
        (
            vec![("of", "us"), ("intent", "a")],
            json!({}),
            Action::Update,
        ),
        (vec![("intent", "a")], strict.clone(), Action::Foreign),
        (
            vec![("of", "them"), ("intent", "a")],
            strict,
            Action::Foreign,
        ),
    ];
    for (given, spec, action) in table {
        let live = one(PEER, "default/a", &labels(&given), spec);
        let expected = Change {
            key: wanted.key.clone(),
            action,
            live: live.resource(&wanted.key).cloned(),
            wanted: Some(wanted.clone()),
        };
        let found = plan(std::slice::from_ref(&wanted), &ours(us()), &live);
        assert_eq!(found.changes, [expected], "{given:?}");
    }
}

#[test]
fn what_is_referred_to_is_made_first_and_removed_last_however_it_is_wanted() {
    let mut site = Snapshot::new("istio-system");
    for (kind, place) in [
        (RULE, "a/x"),
        (RULE, "b/x"),
        (POLICY, "a/x"),
        (POLICY, "a/y"),
    ] {
        put(&mut site, kind, place, &us(), json!({}));
    }
    let mut wanted = vec![
        wants(POLICY, "a", "n", json!({})),
        wants(RULE, "b", "n", json!({})),
        wants(RULE, "a", "o", json!({})),
        wants(RULE, "a", "n", json!({})),
        wants(POLICY, "a", "y", json!({})),
    ];
    let expected = [
        "Create DestinationRule a/n",
        "Create DestinationRule a/o",
        "Create DestinationRule b/n",
        "Create AuthorizationPolicy a/n",
        "Keep AuthorizationPolicy a/y",
        "Remove AuthorizationPolicy a/x",
        "Remove DestinationRule b/x",
        "Remove DestinationRule a/x",
    ];
    for _ in 0..wanted.len() {
        wanted.rotate_left(1);
        assert_eq!(says(&plan(&wanted, &ours(us()), &site)), expected);
    }
}

#[test]
fn of_two_wishes_for_one_object_the_same_counts_in_any_order() {
    let wanted = [
        wants(PEER, "a", "x", json!({"b": 1})),
        wants(PEER, "a", "x", json!({"a": 1})),
    ];
    let [second, first] = wanted.clone();
    let site = Snapshot::new("istio-system");
    let found = plan(&wanted, &ours(us()), &site);
    assert_eq!(found.changes.len(), 1);
    assert_eq!(found, plan(&[first, second], &ours(us()), &site));
}

#[test]
fn without_labels_nothing_is_ours() {
    let site = one(PEER, "default/a", &us(), json!({}));
    let wanted = [wants(PEER, "default", "a", json!({}))];
    let nobody = ours(Labels::new());
    assert_eq!(plan(&[], &nobody, &site), Plan::default());
    let found = plan(&wanted, &nobody, &site);
    assert_eq!(says(&found), ["Foreign PeerAuthentication default/a"]);
}

#[test]
fn an_object_that_cannot_be_read_is_nobodys_to_overwrite() {
    let mut site = Snapshot::new("istio-system");
    let object = json!({"metadata": {"name": "a", "namespace": "default"}});
    site.observe(Event::Applied(PEER, object)).unwrap_err();
    let found = plan(
        &[wants(PEER, "default", "a", json!({}))],
        &ours(us()),
        &site,
    );
    assert_eq!(says(&found), ["Foreign PeerAuthentication default/a"]);
    assert_eq!(found.changes[0].lines(), []);
    assert_eq!(site.after(&found), site);
}

#[test]
fn a_plan_is_empty_only_if_all_is_as_wanted() {
    let site = one(PEER, "default/a", &us(), json!({}));
    let kept = plan(
        &[wants(PEER, "default", "a", json!({}))],
        &ours(us()),
        &site,
    );
    assert!(kept.is_empty() && Plan::default().is_empty());
    assert_eq!(kept.count(Action::Keep), 1);
    let removed = plan(&[], &ours(us()), &site);
    assert!(!removed.is_empty());
    assert_eq!(
        (removed.count(Action::Keep), removed.count(Action::Remove)),
        (0, 1)
    );
}

/// A line of a change: `-` gone, `+` new, a blank for one that stays.
fn signs(change: &Change) -> String {
    let lines = change.lines();
    let signs = lines.iter().map(|line| match (line.before, line.after) {
        (Some(_), None) => '-',
        (None, Some(_)) => '+',
        _ => ' ',
    });
    signs.collect()
}

#[test]
fn a_change_shows_the_object_before_and_after() {
    let theirs = labels(&[("of", "us"), ("team", "blue")]);
    let live = one(
        PEER,
        "default/a",
        &theirs,
        json!({"mtls": {"mode": "DISABLE"}}),
    );
    let change = |wanted: &[Manifest], ours: &Ours| plan(wanted, ours, &live).changes[0].clone();

    let strict = [wants(
        PEER,
        "default",
        "a",
        json!({"mtls": {"mode": "STRICT"}}),
    )];
    let update = change(&strict, &ours(us()));
    let texts: Vec<_> = update.lines().into_iter().map(|line| line.text).collect();
    let expected = [
        "apiVersion: security.istio.io/v1",
        "kind: PeerAuthentication",
        "metadata:",
        "  name: a",
        "  namespace: default",
        "  labels:",
        "    of: us",
        "    team: blue",
        "spec:",
        "  mtls:",
        "    mode: DISABLE",
        "    mode: STRICT",
    ];
    assert_eq!(
        (texts, signs(&update)),
        (expected.map(String::from).to_vec(), "          -+".into())
    );

    let same = [wants(
        PEER,
        "default",
        "a",
        json!({"mtls": {"mode": "DISABLE"}}),
    )];
    assert_eq!(signs(&change(&same, &ours(us()))), " ".repeat(11));
    let foreign = change(&strict, &ours(labels(&[("of", "others")])));
    assert_eq!(
        (foreign.action, signs(&foreign)),
        (Action::Foreign, " ".repeat(11))
    );
    assert_eq!(signs(&change(&[], &ours(us()))), "-".repeat(11));
    let new = [wants(PEER, "a", "a", json!({"mtls": {"mode": "STRICT"}}))];
    assert_eq!(signs(&change(&new, &ours(us()))), "+".repeat(10));
}
