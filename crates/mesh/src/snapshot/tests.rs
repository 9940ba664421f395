//! What a snapshot makes of what watches tell.

use serde_json::json;

use super::*;

fn pod(name: &str, image: &str) -> Value {
    json!({
        "metadata": {"name": name, "namespace": "istio-system", "labels": {"app": "istiod"}},
        "spec": {"containers": [{"name": "discovery", "image": image}]},
    })
}

fn policy(name: &str, version: &str, mode: &str) -> Value {
    json!({
        "metadata": {
            "name": name, "namespace": "default", "uid": name, "resourceVersion": version,
            "creationTimestamp": "2026-01-01T00:00:00Z",
        },
        "spec": {"mtls": {"mode": mode}},
    })
}

fn names(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.pods().map(|pod| pod.name.as_str()).collect()
}

fn after(events: impl IntoIterator<Item = Event>) -> Snapshot {
    let mut snapshot = Snapshot::new("istio-system");
    for event in events {
        snapshot.observe(event).unwrap();
    }
    snapshot
}

const POD: ResourceKind = ResourceKind::Pod;
const POLICY: ResourceKind = ResourceKind::PeerAuthentication;

#[test]
fn what_a_new_list_does_not_hold_is_gone() {
    let mut snapshot = after([
        Event::Started(POD),
        Event::Listed(POD, pod("a", "x:1")),
        Event::Listed(POD, pod("b", "x:1")),
        Event::Synced(POD),
        Event::Started(POD),
        Event::Listed(POD, pod("b", "x:1")),
    ]);
    assert_eq!(names(&snapshot), ["a", "b"]);
    assert_eq!(snapshot.observe(Event::Synced(POD)), Ok(true));
    assert_eq!(names(&snapshot), ["b"]);
}

#[test]
fn half_a_list_is_not_seen() {
    let mut snapshot = after([
        Event::Applied(POD, pod("old", "x:1")),
        Event::Started(POD),
        Event::Listed(POD, pod("a", "x:1")),
    ]);
    assert_eq!(names(&snapshot), ["old"]);
    // What happens meanwhile is seen at once, and stays.
    assert_eq!(
        snapshot.observe(Event::Applied(POD, pod("b", "x:1"))),
        Ok(true)
    );
    assert_eq!(names(&snapshot), ["b", "old"]);
    assert_eq!(snapshot.observe(Event::Synced(POD)), Ok(true));
    assert_eq!(names(&snapshot), ["a", "b"]);
}

#[test]
fn a_list_that_tells_nothing_new_changes_nothing() {
    let list = [
        Event::Started(POD),
        Event::Listed(POD, pod("a", "x:1")),
        Event::Synced(POD),
    ];
    let mut snapshot = after(list.clone());
    let before = snapshot.clone();
    for event in list {
        assert_eq!(snapshot.observe(event), Ok(false));
    }
    assert_eq!(snapshot, before);
    assert!(Arc::ptr_eq(&snapshot.objects[&POD], &before.objects[&POD]));
}

#[test]
fn a_new_mark_of_the_api_server_alone_is_no_change() {
    let mut snapshot = after([Event::Applied(POLICY, policy("a", "1", "STRICT"))]);
    let marked = Event::Applied(POLICY, policy("a", "2", "STRICT"));
    assert_eq!(snapshot.observe(marked), Ok(false));
    let resource = snapshot.resources(POLICY).next().unwrap();
    assert_eq!(resource.resource_version, "2");
    let edited = Event::Applied(POLICY, policy("a", "3", "DISABLE"));
    assert_eq!(snapshot.observe(edited), Ok(true));
}

#[test]
fn a_clone_stays_as_it_was() {
    let mut snapshot = after([Event::Applied(POD, pod("a", "x:1"))]);
    let before = snapshot.clone();
    let key = ResourceKey::new(POD, "istio-system", "a");
    assert_eq!(snapshot.observe(Event::Deleted(key.clone())), Ok(true));
    assert_eq!(snapshot.observe(Event::Deleted(key)), Ok(false));
    assert_eq!((names(&before), names(&snapshot)), (vec!["a"], vec![]));
    assert_eq!(snapshot, Snapshot::new("istio-system"));
}

#[test]
fn an_object_that_cannot_be_read_is_told_and_takes_the_place_of_the_old() {
    let mut snapshot = after([Event::Applied(POD, pod("a", "x:1"))]);
    let mut broken = pod("a", "x:1");
    broken["status"] = json!({"podIP": 7});
    let trouble = snapshot.observe(Event::Applied(POD, broken)).unwrap_err();
    assert_eq!(trouble.field, "status.podIP");
    assert_eq!(snapshot.unreadable().collect::<Vec<_>>(), [&trouble]);
    assert_eq!(names(&snapshot), Vec::<&str>::new());
    snapshot
        .observe(Event::Applied(POD, pod("a", "x:1")))
        .unwrap();
    assert_eq!(names(&snapshot), ["a"]);
}

#[test]
fn a_site_is_synced_once_every_kind_was_listed() {
    let mut snapshot = Snapshot::new("istio-system");
    for kind in READ.iter().chain(ALL) {
        assert!(!snapshot.synced(), "{kind}");
        snapshot.observe(Event::Started(*kind)).unwrap();
        assert!(!snapshot.knows(*kind), "{kind}");
        assert_eq!(snapshot.observe(Event::Synced(*kind)), Ok(true), "{kind}");
    }
    assert!(snapshot.synced());
}

#[test]
fn only_the_settings_in_the_root_namespace_count() {
    let config = |namespace: &str, name: &str, domain: &str| {
        let data = json!({"mesh": format!("trustDomain: {domain}")});
        let metadata = json!({"name": name, "namespace": namespace});
        let object = json!({"metadata": metadata, "data": data});
        Event::Applied(ResourceKind::ConfigMap, object)
    };
    let mut snapshot = after([
        config("default", "istio", "a"),
        config("istio-system", "b", "b"),
    ]);
    assert_eq!(snapshot.mesh_config(), None);
    assert_eq!(snapshot.trust_domain(), "cluster.local");
    snapshot
        .observe(config("istio-system", "istio", "c"))
        .unwrap();
    assert_eq!(snapshot.trust_domain(), "c");
}

#[test]
fn the_version_of_istio_is_that_of_the_oldest_control_plane() {
    let applied = |name, image| Event::Applied(POD, pod(name, image));
    assert_eq!(Snapshot::new("istio-system").istio_version(), None);
    let both = [
        applied("a", "istio/pilot:1.10.2"),
        applied("b", "istio/pilot:1.9.8"),
    ];
    assert_eq!(after(both).istio_version(), Some("1.9.8"));
}

/// Kinds are watched apart, so their events come in any order to each other.
#[test]
fn the_order_of_events_between_kinds_never_matters() {
    let service = json!({"metadata": {"name": "a", "namespace": "default"}});
    let key = ResourceKey::new(POD, "istio-system", "b");
    let streams = [
        vec![
            Event::Started(POD),
            Event::Listed(POD, pod("a", "x:1")),
            Event::Listed(POD, pod("b", "x:1")),
            Event::Synced(POD),
            Event::Applied(POD, pod("a", "x:2")),
            Event::Deleted(key),
        ],
        vec![
            Event::Started(POLICY),
            Event::Listed(POLICY, policy("a", "1", "STRICT")),
            Event::Synced(POLICY),
            Event::Applied(POLICY, policy("b", "2", "STRICT")),
            Event::Started(POLICY),
            Event::Listed(POLICY, policy("b", "3", "DISABLE")),
            Event::Synced(POLICY),
        ],
        vec![
            Event::Started(ResourceKind::Service),
            Event::Listed(ResourceKind::Service, service),
            Event::Synced(ResourceKind::Service),
        ],
    ];
    let expected = after(streams.concat());
    // Multiplication by an odd constant, as in Knuth's generator: any order, always the same.
    let mut seed = 1_u64;
    for round in 0..500 {
        let mut rest: Vec<_> = streams.iter().map(|stream| stream.iter()).collect();
        let mut mixed = Vec::new();
        while !rest.is_empty() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = (seed >> 33) as usize % rest.len();
            match rest[at].next() {
                Some(event) => mixed.push(event.clone()),
                None => drop(rest.swap_remove(at)),
            }
        }
        assert_eq!(after(mixed), expected, "round {round}");
    }
}
