//! When a view is worth telling, and what it says of the connection.

use serde_json::{Value, json};

use super::*;

const POD: ResourceKind = ResourceKind::Pod;

fn pod(name: &str) -> Value {
    json!({"metadata": {"name": name, "namespace": "default"}})
}

/// A fold of which every kind but pods was listed, and told.
fn listed() -> Fold {
    let mut fold = Fold::new("istio-system".into());
    for kind in READ.iter().chain(ALL).filter(|kind| **kind != POD) {
        fold.tell(Told::Event(Event::Started(*kind)), Time(1));
        fold.tell(Told::Event(Event::Synced(*kind)), Time(1));
    }
    fold.take().unwrap();
    fold
}

fn event(fold: &mut Fold, event: Event) -> Option<View> {
    fold.tell(Told::Event(event), Time(2));
    fold.take()
}

#[test]
fn a_list_is_told_as_one() {
    let mut fold = listed();
    assert_eq!(fold.view.connection, Connection::Connecting);
    assert_eq!(event(&mut fold, Event::Started(POD)), None);
    for number in 0..500 {
        let listed = Event::Listed(POD, pod(&number.to_string()));
        assert_eq!(event(&mut fold, listed), None);
    }
    let view = event(&mut fold, Event::Synced(POD)).unwrap();
    assert_eq!(view.snapshot.pods().count(), 500);
    assert_eq!(view.connection, Connection::Live);
    assert_eq!(view.last_event, Some(Time(2)));
    assert_eq!(fold.take(), None);
}

#[test]
fn what_changes_nothing_is_not_told() {
    let mut fold = listed();
    let relist = [
        Event::Started(ResourceKind::Service),
        Event::Synced(ResourceKind::Service),
    ];
    for again in relist {
        assert_eq!(event(&mut fold, again), None);
    }
    assert!(event(&mut fold, Event::Applied(POD, pod("a"))).is_some());
    assert_eq!(event(&mut fold, Event::Applied(POD, pod("a"))), None);
}

#[test]
fn a_list_that_takes_long_holds_up_no_other_kind() {
    let mut fold = listed();
    event(&mut fold, Event::Started(POD));
    event(&mut fold, Event::Listed(POD, pod("a")));
    let service = Event::Applied(ResourceKind::Service, pod("a"));
    let view = event(&mut fold, service).unwrap();
    let snapshot = &view.snapshot;
    assert_eq!(
        (snapshot.services().count(), snapshot.pods().count()),
        (1, 0)
    );
}

#[test]
fn a_kind_that_is_lost_is_lost_since_the_first_time() {
    let mut fold = listed();
    let lost = |fold: &mut Fold, kind, reason: &str, now| {
        fold.tell(Told::Lost(kind, reason.into()), Time(now));
        fold.take().map(|view| view.connection)
    };
    let since_five = |reason: &str| {
        Some(Connection::Lost {
            since: Time(5),
            reason: reason.into(),
        })
    };
    assert_eq!(lost(&mut fold, POD, "a", 5), since_five("a"));
    assert_eq!(lost(&mut fold, POD, "a", 6), None);
    assert_eq!(lost(&mut fold, ResourceKind::Service, "b", 7), None);
    fold.tell(Told::Back(POD), Time(8));
    let expected = Connection::Lost {
        since: Time(7),
        reason: "b".into(),
    };
    assert_eq!(fold.take().unwrap().connection, expected);
    // An event of a lost kind proves that it is heard again.
    event(&mut fold, Event::Applied(ResourceKind::Service, pod("x")));
    assert_eq!(fold.view.connection, Connection::Live);
}

#[test]
fn what_was_seen_of_a_kind_that_is_forbidden_later_is_forgotten() {
    let mut fold = listed();
    let policies = ResourceKind::PeerAuthentication;
    event(&mut fold, Event::Applied(policies, pod("p")));
    fold.tell(Told::Forbidden(policies, Verb::Watch), Time(3));
    let snapshot = fold.take().unwrap().snapshot;
    assert_eq!(snapshot.resources(policies).count(), 0);
    assert!(!snapshot.knows(policies));
    // Asked again, and still forbidden.
    fold.tell(Told::Forbidden(policies, Verb::Watch), Time(4));
    assert_eq!(fold.take(), None);
}

#[test]
fn what_is_absent_or_forbidden_holds_up_nothing_and_is_named() {
    let mut fold = listed();
    for event in [Event::Started(POD), Event::Synced(POD)] {
        fold.tell(Told::Event(event), Time(2));
    }
    fold.tell(Told::Absent(ResourceKind::WasmPlugin), Time(2));
    fold.tell(
        Told::Forbidden(ResourceKind::ConfigMap, Verb::List),
        Time(2),
    );
    fold.tell(Told::Forbidden(ResourceKind::Gateway, Verb::Watch), Time(2));
    let view = fold.take().unwrap();
    assert_eq!(view.connection, Connection::Live);
    assert_eq!(view.absent, BTreeSet::from([ResourceKind::WasmPlugin]));
    let missing: Vec<_> = view.missing.iter().map(Right::to_string).collect();
    assert_eq!(
        missing,
        [
            "list configmaps in istio-system",
            "watch gateways.networking.istio.io"
        ]
    );
    // Asked again, and still not there.
    fold.tell(Told::Absent(ResourceKind::WasmPlugin), Time(3));
    assert_eq!(fold.take(), None);
    // Asked again, and there.
    fold.tell(Told::Event(Event::Started(ResourceKind::Gateway)), Time(3));
    fold.tell(Told::Event(Event::Synced(ResourceKind::Gateway)), Time(3));
    assert_eq!(fold.take().unwrap().missing.len(), 1);
}
