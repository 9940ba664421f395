//! Stories of people looking at clouds.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use cluster::{Cloud, Cluster, Connection, Fleet, Site};
use engine::{Engine, Error};
use intent::{Actor, CloudName, Found, Grant, Level, Line, Origin, PersonId, PersonName, Role};
use mesh::{Namespace, Time, mtls::Mode};
use sandbox::{Line as Way, Sandbox, shop};
use serde_json::json;
use store::Store;

fn name(text: &str) -> CloudName {
    CloudName::read(text).unwrap()
}

fn with(grants: Vec<Grant>) -> Actor {
    Actor {
        person: PersonId(1),
        name: PersonName::known("ada"),
        grants,
        origin: Origin::default(),
    }
}

fn viewer() -> Actor {
    with(vec![Grant::In(name("shop"), Role::Viewer)])
}

/// An engine that watches one cloud on these clusters, all of them read.
async fn watching(sites: &[(&str, &Sandbox)]) -> Engine {
    let namespaces: Vec<Namespace> = vec!["default".into(), "guestbook".into()];
    let mut followed = Vec::new();
    for (site, sandbox) in sites {
        let cluster = Cluster::follow(sandbox.client(), "istio-system", || Time(1_000));
        let mut views = cluster.views();
        views
            .wait_for(|view| view.connection == Connection::Live)
            .await
            .unwrap();
        followed.push(Site {
            name: (*site).into(),
            cluster,
        });
    }
    let shop = Cloud {
        name: "shop".into(),
        namespaces,
        sites: followed,
    };
    Engine::new(Store::scratch().await.unwrap()).watching(Fleet::new([shop]))
}

#[tokio::test]
async fn a_cloud_is_seen_on_all_its_sites() {
    let (eu, us) = (shop("eu-west"), shop("us-east"));
    let engine = watching(&[("eu-west", &eu), ("us-east", &us)]).await;
    let seen = engine.cloud(&viewer(), &name("shop")).unwrap();
    assert_eq!(seen.live(), 2);
    let versions: Vec<_> = seen
        .sites
        .iter()
        .map(|site| site.istio.as_deref())
        .collect();
    assert_eq!(versions, [Some("1.27.1"), Some("1.26.4")]);
    let posture = seen.posture();
    let counted = posture.strict + posture.permissive + posture.disabled + posture.no_sidecar;
    assert_eq!(
        counted,
        seen.sites.iter().map(|site| site.workloads).sum::<usize>()
    );
    assert!(posture.strict > 0 && posture.permissive > 0 && posture.no_sidecar > 0);
}

#[tokio::test]
async fn for_whoever_may_not_see_a_cloud_there_is_none() {
    let eu = shop("eu-west");
    let engine = watching(&[("eu-west", &eu)]).await;
    for actor in [
        with(vec![]),
        with(vec![Grant::Installation]),
        with(vec![Grant::In(name("bank"), Role::Operator)]),
    ] {
        assert_eq!(engine.clouds(&actor), []);
        assert!(matches!(
            engine.cloud(&actor, &name("shop")),
            Err(Error::NotFound)
        ));
        assert!(matches!(
            engine.services(&actor, &name("shop")),
            Err(Error::NotFound)
        ));
        let service = engine.service(&actor, &name("shop"), "default", "reviews");
        assert!(matches!(service, Err(Error::NotFound)));
        assert_eq!(engine.find(&actor, "reviews").await.unwrap(), []);
    }
}

#[tokio::test]
async fn namespaces_of_others_are_not_shown() {
    let eu = shop("eu-west");
    let engine = watching(&[("eu-west", &eu)]).await;
    let services = engine.services(&viewer(), &name("shop")).unwrap();
    assert!(
        services
            .iter()
            .all(|s| ["default", "guestbook"].contains(&s.namespace.as_str()))
    );
    let gateway = engine.service(
        &viewer(),
        &name("shop"),
        "istio-system",
        "istio-ingressgateway",
    );
    assert!(matches!(gateway, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_service_that_looks_alike_on_two_sites_is_told_once() {
    let (one, other) = (shop("eu-west"), shop("eu-west"));
    let engine = watching(&[("a", &one), ("b", &other)]).await;
    let page = engine
        .service(&viewer(), &name("shop"), "default", "reviews")
        .unwrap();
    assert_eq!(page.sites.len(), 1);
    assert_eq!(page.sites[0].sites, ["a", "b"]);
    assert_eq!(page.host, "reviews.default.svc.cluster.local");
}

#[tokio::test]
async fn a_service_that_differs_between_sites_is_told_for_each() {
    let (eu, us) = (shop("eu-west"), shop("us-east"));
    let engine = watching(&[("eu-west", &eu), ("us-east", &us)]).await;
    let page = engine
        .service(&viewer(), &name("shop"), "default", "reviews")
        .unwrap();
    let accepts: Vec<_> = page.sites.iter().map(|at| at.ports[0].accepts).collect();
    assert_eq!(accepts, [Some(Mode::Permissive), Some(Mode::Strict)]);
    let row = engine.services(&viewer(), &name("shop")).unwrap();
    let reviews = row.iter().find(|row| row.name == "reviews").unwrap();
    assert_eq!(
        reviews.accepts(),
        Some(Mode::Permissive),
        "the weaker site counts"
    );
}

#[tokio::test]
async fn what_holds_on_several_sites_is_told_once() {
    let (eu, us) = (shop("eu-west"), shop("us-east"));
    let engine = watching(&[("eu-west", &eu), ("us-east", &us)]).await;
    let concerns = engine.cloud(&viewer(), &name("shop")).unwrap().concerns;
    let bare = concerns.iter().filter(|c| c.title.contains("redis-slave"));
    let titles: Vec<&str> = bare.map(|c| c.title.as_str()).collect();
    assert_eq!(
        titles,
        ["guestbook/redis-slave on eu-west and us-east has no sidecar"]
    );
}

#[tokio::test]
async fn a_change_made_by_hand_is_seen() {
    let eu = shop("eu-west");
    let engine = watching(&[("eu-west", &eu)]).await;
    let before = engine.services(&viewer(), &name("shop")).unwrap().len();
    let mut views = {
        let service = json!({
            "apiVersion": "v1", "kind": "Service",
            "metadata": { "name": "orders", "namespace": "default" },
            "spec": { "ports": [{ "port": 80, "name": "http" }], "selector": { "app": "orders" } },
        });
        eu.put(service).unwrap();
        engine.views(&name("shop"), "eu-west").unwrap()
    };
    views
        .wait_for(|view| {
            view.snapshot
                .service(&"default".into(), &"orders".into())
                .is_some()
        })
        .await
        .unwrap();
    assert_eq!(
        engine.services(&viewer(), &name("shop")).unwrap().len(),
        before + 1
    );
    let concerns = engine.cloud(&viewer(), &name("shop")).unwrap().concerns;
    let orders = concerns
        .iter()
        .find(|c| c.title.starts_with("default/orders"))
        .unwrap();
    assert_eq!(orders.title, "default/orders on eu-west has no pods");
    assert_eq!(orders.href, "/c/shop/services/default/orders");
}

#[tokio::test]
async fn a_site_that_is_down_is_said_to_be_and_the_other_is_live() {
    let (eu, us) = (shop("eu-west"), shop("us-east"));
    let engine = watching(&[("eu-west", &eu), ("us-east", &us)]).await;
    us.faults().line(Way::Down);
    us.faults().cut_watches();
    let mut views = engine.views(&name("shop"), "us-east").unwrap();
    views
        .wait_for(|view| matches!(view.connection, Connection::Lost { .. }))
        .await
        .unwrap();
    let seen = engine.cloud(&viewer(), &name("shop")).unwrap();
    assert_eq!(seen.live(), 1);
    assert!(matches!(seen.sites[1].line, Line::Lost { .. }));
    assert_eq!(seen.concerns[0].level, Level::Error);
    assert_eq!(seen.concerns[0].title, "us-east cannot be reached");
    assert!(
        seen.sites[1].workloads > 0,
        "what was seen last is still shown"
    );
}

#[tokio::test]
async fn a_site_that_cannot_be_reached_is_told_before_what_was_seen_on_it() {
    let us = shop("us-east");
    let label = json!({ "app": "aaa" });
    us.put(json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": { "name": "aaa", "namespace": "default" },
        "spec": { "ports": [{ "port": 80 }], "selector": label },
    }))
    .unwrap();
    us.put(json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": "aaa-1", "namespace": "default", "labels": label },
        "spec": { "containers": [{ "name": "app", "image": "aaa" }] },
    }))
    .unwrap();
    let engine = watching(&[("us-east", &us)]).await;
    us.faults().line(Way::Down);
    us.faults().cut_watches();
    let mut views = engine.views(&name("shop"), "us-east").unwrap();
    views
        .wait_for(|view| matches!(view.connection, Connection::Lost { .. }))
        .await
        .unwrap();
    let concerns = engine.cloud(&viewer(), &name("shop")).unwrap().concerns;
    let titles: Vec<&str> = concerns.iter().map(|c| c.title.as_str()).take(2).collect();
    assert_eq!(
        titles,
        [
            "us-east cannot be reached",
            "default/aaa on us-east has no ready pod"
        ]
    );
}

#[tokio::test]
async fn an_administrator_sees_how_all_clouds_are_configured_and_others_their_own() {
    let eu = shop("eu-west");
    let engine = watching(&[("eu-west", &eu)]).await;
    let all = engine.configured(&with(vec![Grant::Installation])).await;
    assert_eq!(all.len(), 1);
    assert!(all[0].sites[0].found > 0);
    assert_eq!(all[0].sites[0].missing, Vec::<String>::new());
    assert_eq!(engine.configured(&viewer()).await.len(), 1);
    assert_eq!(engine.configured(&with(vec![])).await.len(), 0);
}

#[tokio::test]
async fn things_are_found_by_a_part_of_their_name() {
    let eu = shop("eu-west");
    let engine = watching(&[("eu-west", &eu)]).await;
    let found = engine.find(&viewer(), "RAT").await.unwrap();
    assert_eq!(found[0].href, "/c/shop/services/default/ratings");
    assert_eq!(
        engine.find(&viewer(), "shop").await.unwrap()[0].href,
        "/c/shop"
    );
}

#[tokio::test]
async fn a_workload_is_found_once_and_leads_to_the_service_before_it() {
    let (eu, us) = (shop("eu-west"), shop("us-east"));
    let engine = watching(&[("eu-west", &eu), ("us-east", &us)]).await;
    let found = engine.find(&viewer(), "reviews-v2").await.unwrap();
    let expected = Found {
        group: "Workloads".into(),
        title: "reviews-v2".into(),
        about: "default in shop".into(),
        href: "/c/shop/services/default/reviews".into(),
    };
    assert_eq!(found, [expected]);
}

#[tokio::test]
async fn a_service_with_a_pod_without_sidecar_is_not_shown_as_mtls_only() {
    let us = shop("us-east");
    let engine = watching(&[("us-east", &us)]).await;
    let owner = json!([{ "kind": "StatefulSet", "name": "db", "controller": true }]);
    let pod = |name: &str, labels: serde_json::Value| {
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {
                "name": name, "namespace": "default", "labels": labels, "ownerReferences": owner,
            },
            "spec": { "containers": [{ "name": "db" }] },
        })
    };
    us.put(json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": { "name": "db", "namespace": "default" },
        "spec": { "ports": [{ "port": 80, "name": "http" }], "selector": { "app": "db" } },
    }))
    .unwrap();
    let proxied = json!({ "app": "db", "security.istio.io/tlsMode": "istio" });
    us.put(pod("db-0", proxied)).unwrap();
    us.put(pod("db-1", json!({ "app": "db" }))).unwrap();
    let mut views = engine.views(&name("shop"), "us-east").unwrap();
    views
        .wait_for(|view| {
            let db = view
                .snapshot
                .service(&"default".into(), &"db".into())
                .map(|db| view.snapshot.behind(db));
            db.is_some_and(|db| db.iter().map(|w| w.total).sum::<usize>() == 2)
        })
        .await
        .unwrap();
    let rows = engine.services(&viewer(), &name("shop")).unwrap();
    let row = rows.iter().find(|row| row.name == "db").unwrap();
    assert_eq!(row.accepts(), Some(Mode::Permissive));
    let page = engine
        .service(&viewer(), &name("shop"), "default", "db")
        .unwrap();
    let port = &page.sites[0].ports[0];
    assert_eq!(port.accepts, Some(Mode::Permissive));
    assert_eq!(
        port.by,
        "since some pods have no sidecar and accept plaintext"
    );
}

#[tokio::test]
async fn objects_of_one_cloud_are_not_told_to_viewers_of_another() {
    let eu = shop("eu-west");
    for (namespace, broken) in [
        ("default", "mine"),
        ("guestbook", "theirs"),
        ("istio-system", "shared"),
    ] {
        eu.put(json!({
            "apiVersion": "v1", "kind": "Service",
            "metadata": { "name": broken, "namespace": namespace },
            "spec": { "type": "Secretive" },
        }))
        .unwrap();
    }
    let cluster = Cluster::follow(eu.client(), "istio-system", || Time(1_000));
    let mut views = cluster.views();
    views
        .wait_for(|view| view.connection == Connection::Live)
        .await
        .unwrap();
    let cloud = |name: &str, namespace: &str| Cloud {
        name: name.into(),
        namespaces: vec![namespace.into()],
        sites: vec![Site {
            name: "eu-west".into(),
            cluster: cluster.clone(),
        }],
    };
    let fleet = Fleet::new([cloud("shop", "default"), cloud("guests", "guestbook")]);
    let engine = Engine::new(Store::scratch().await.unwrap()).watching(fleet);
    let concerns = engine.cloud(&viewer(), &name("shop")).unwrap().concerns;
    let unread: Vec<(&str, &str)> = concerns
        .iter()
        .filter(|concern| concern.title.ends_with("cannot be read"))
        .map(|concern| (concern.title.as_str(), concern.says.as_str()))
        .collect();
    let expected = [
        (
            "Service default/mine on eu-west cannot be read",
            "spec.type: is no type of a Service. It is left out of what follows.",
        ),
        (
            "Service istio-system/shared on eu-west cannot be read",
            "It is in the namespace that the whole mesh shares. It is left out of what follows.",
        ),
    ];
    assert_eq!(unread, expected);
}
