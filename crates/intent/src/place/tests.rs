//! What a place promises.

use super::*;

fn owner(installation: &str, cloud: &str, intent: &str) -> Owner {
    Owner {
        installation: installation.into(),
        cloud: CloudName::read(cloud).unwrap(),
        intent: IntentName::read(intent).unwrap(),
    }
}

#[test]
fn an_object_is_called_after_its_intent_and_apart_from_those_of_others() {
    let one = owner("demo", "shop", "reviews");
    assert_eq!(one.object_name(None), "reviews-4c19e762");
    assert_eq!(one.object_name(Some("clients")), "reviews-clients-4c19e762");
    for other in [
        owner("other", "shop", "reviews"),
        owner("demo", "shop-2", "reviews"),
        owner("demo", "shop", "reviews-2"),
        owner("demo\nshop", "shop", "reviews"),
    ] {
        assert_ne!(other.object_name(None)[8..], one.object_name(None)[8..]);
    }
    let longest = owner("demo", "shop", &"a".repeat(40));
    assert!(longest.object_name(Some("thirteen-long")).len() <= 63);
}

#[test]
fn only_what_was_looked_up_is_used() {
    let (facts, owner) = (Facts::example(), owner("demo", "shop", "a"));
    let place = Place::at(&facts, &owner);
    assert_eq!(
        place.used(),
        Facts {
            site: "eu-west".into(),
            ..Facts::default()
        }
    );
    let place = Place::at(&facts, &owner);
    place.service("service", "default/ratings").unwrap();
    place.workload("workload", "tools/none").unwrap_err();
    assert!(place.has_namespace("kube-system") && !place.has_namespace("nowhere"));
    assert!(place.has_account("tools/sleep"));
    assert_eq!(place.mode_of("tools"), Some(Mode::Permissive));
    assert_eq!(place.principal("a/b"), "cluster.local/ns/a/sa/b");
    let used = Facts {
        site: "eu-west".into(),
        trust_domain: "cluster.local".into(),
        others: vec!["kube-system".into()],
        modes: [("tools".into(), Mode::Permissive)].into(),
        services: vec![facts.service("default/ratings").unwrap().clone()],
        accounts: vec!["tools/sleep".into()],
        ..Facts::default()
    };
    assert_eq!(place.used(), used);
}

#[test]
fn equal_look_ups_in_another_order_use_equal_facts() {
    let (facts, owner) = (Facts::example(), owner("demo", "shop", "a"));
    let used = |names: [&str; 2]| {
        let place = Place::at(&facts, &owner);
        for name in names {
            place.service("service", name).unwrap();
        }
        place.used()
    };
    let names = ["default/ratings", "default/reviews"];
    assert_eq!(used(names), used([names[1], names[0]]));
    assert_eq!(used(names), used(names));
}

#[test]
fn what_is_not_there_is_found_beside_its_field_and_names_the_site() {
    let (facts, owner) = (Facts::example(), owner("demo", "shop", "a"));
    let place = Place::at(&facts, &owner);
    let found = place.service("service", "default/none").unwrap_err();
    let expected = Finding {
        sites: vec!["eu-west".into()],
        ..Finding::field(
            Level::Error,
            "service_unknown",
            "service",
            "There is no service default/none in the namespaces of this cloud.",
            "Choose one that is there.",
        )
    };
    assert_eq!(found, [expected]);
    let found = place.workload("w", "default/none").unwrap_err();
    assert_eq!(found[0].code, "workload_unknown");
    assert_eq!(
        place.namespace("n", "istio-system").unwrap_err()[0].code,
        "namespace_unknown"
    );
}
