//! What facts tell of a site.

use mesh::{Event, resources::TlsMode};
use serde_json::{Value, json};

use super::*;

const KINDS: [ResourceKind; 4] = [
    ResourceKind::Namespace,
    ResourceKind::Service,
    ResourceKind::Pod,
    ResourceKind::PeerAuthentication,
];

/// A site of which everything was listed.
fn site() -> Snapshot {
    let mut site = Snapshot::new("istio-system");
    for kind in KINDS {
        site.observe(Event::Started(kind)).unwrap();
        site.observe(Event::Synced(kind)).unwrap();
    }
    for name in ["default", "istio-system", "legacy", "tools"] {
        let object = json!({"metadata": {"name": name}});
        site.observe(Event::Applied(ResourceKind::Namespace, object))
            .unwrap();
    }
    site
}

fn put(site: &mut Snapshot, kind: ResourceKind, place: &str, labels: Value, spec: Value) {
    let (namespace, name) = place.split_once('/').unwrap();
    let object = json!({
        "metadata": {
            "namespace": namespace, "name": name, "labels": labels, "uid": "u", "resourceVersion": "1",
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "ownerReferences": [{"kind": "StatefulSet", "name": name.split('.').next(), "controller": true}],
        },
        "spec": spec,
    });
    site.observe(Event::Applied(kind, object)).unwrap();
}

fn pod(site: &mut Snapshot, place: &str, labels: Value) {
    let ports = json!([{"containerPort": 9080, "name": "web"}, {"containerPort": 9090}, {"containerPort": 53, "protocol": "UDP"}]);
    let spec =
        json!({"serviceAccountName": "reviews", "containers": [{"name": "app", "ports": ports}]});
    put(site, ResourceKind::Pod, place, labels, spec);
}

fn policy(site: &mut Snapshot, place: &str, spec: Value) {
    put(
        site,
        ResourceKind::PeerAuthentication,
        place,
        json!({}),
        spec,
    );
}

fn gathered(site: &Snapshot) -> Facts {
    facts(
        "eu-west",
        site,
        &["tools".into(), "default".into(), "planned".into()],
    )
}

#[test]
fn facts_tell_names_ports_and_what_is_accepted() {
    let mut site = site();
    let mut labels = json!({
        "app": "reviews", "example.com/team": "a", "helm.sh/chart": "c-1", "service.istio.io/canonical-name": "reviews",
        "istio.io/rev": "default", "pod-template-hash": "7d4", "job-name": "j",
        "statefulset.kubernetes.io/pod-name": "p", "apps.kubernetes.io/pod-index": "0",
    });
    pod(&mut site, "default/reviews.1", labels.clone());
    labels["security.istio.io/tlsMode"] = "istio".into();
    pod(&mut site, "default/reviews.0", labels);
    let spec = json!({"selector": {"app": "reviews"}, "ports": [
        {"name": "http", "port": 80, "targetPort": "web"},
        {"name": "dns", "port": 53, "protocol": "UDP"},
        {"port": 7000},
    ]});
    put(
        &mut site,
        ResourceKind::Service,
        "default/reviews",
        json!({}),
        spec,
    );
    put(
        &mut site,
        ResourceKind::Service,
        "legacy/old",
        json!({}),
        json!({}),
    );
    policy(
        &mut site,
        "default/all",
        json!({"mtls": {"mode": "STRICT"}}),
    );

    let labels = |pairs: &[(&str, &str)]| -> Labels {
        let pairs = pairs.iter();
        pairs
            .map(|(key, value)| ((*key).into(), (*value).into()))
            .collect()
    };
    let port = |port, name: &str, protocol: &str, http, target| PortFact {
        port,
        name: name.into(),
        protocol: protocol.into(),
        http,
        targets: vec![target],
    };
    let expected = Facts {
        site: "eu-west".into(),
        root: "istio-system".into(),
        trust_domain: "cluster.local".into(),
        istio: None,
        namespaces: vec!["default".into(), "tools".into()],
        modes: [
            ("default".into(), Mode::Strict),
            ("tools".into(), Mode::Permissive),
        ]
        .into(),
        others: vec!["istio-system".into(), "legacy".into()],
        services: vec![ServiceFact {
            namespace: "default".into(),
            name: "reviews".into(),
            host: "reviews.default.svc.cluster.local".into(),
            selector: labels(&[("app", "reviews")]),
            ports: vec![
                port(80, "http", "HTTP", Some(true), 9080),
                port(7000, "", "found out at run time", None, 7000),
            ],
            pods: 2,
            bare: 1,
            accepts: Some(Mode::Permissive),
            ..ServiceFact::default()
        }],
        workloads: vec![WorkloadFact {
            namespace: "default".into(),
            name: "reviews".into(),
            selector: labels(&[("app", "reviews")]),
            others: labels(&[("example.com/team", "a"), ("helm.sh/chart", "c-1")]),
            ports: vec![7000, 9080, 9090],
            pods: 2,
            bare: 1,
            accepts: Some(Mode::Permissive),
            account: "default/reviews".into(),
            ..WorkloadFact::default()
        }],
        accounts: vec!["default/reviews".into()],
        ..Facts::default()
    };
    assert_eq!(gathered(&site), expected);
}

#[test]
fn only_the_ports_of_a_service_tell_what_it_accepts() {
    let mut site = site();
    let labels = json!({"app": "reviews", "security.istio.io/tlsMode": "istio"});
    pod(&mut site, "default/reviews.0", labels);
    let spec = json!({"selector": {"app": "reviews"}, "ports": [{"port": 9080}]});
    put(
        &mut site,
        ResourceKind::Service,
        "default/reviews",
        json!({}),
        spec,
    );
    let spec = json!({
        "selector": {"matchLabels": {"app": "reviews"}},
        "mtls": {"mode": "STRICT"}, "portLevelMtls": {"9090": {"mode": "DISABLE"}},
    });
    policy(&mut site, "default/reviews", spec);
    let facts = gathered(&site);
    assert_eq!(facts.services[0].accepts, Some(Mode::Strict));
    assert_eq!(facts.services[0].by_port, BTreeMap::new());
    let reviews = &facts.workloads[0];
    assert_eq!(reviews.accepts, Some(Mode::Permissive));
    let by_port = [(9080, Mode::Strict), (9090, Mode::Disabled)];
    assert_eq!(reviews.by_port, BTreeMap::from(by_port));
    assert_eq!(
        facts.modes["default"],
        Mode::Permissive,
        "it is decided for reviews alone"
    );
}

#[test]
fn only_the_pods_behind_a_service_are_counted() {
    let mut site = site();
    pod(
        &mut site,
        "default/a.0",
        json!({"app": "a", "role": "first"}),
    );
    pod(&mut site, "default/a.1", json!({"app": "a"}));
    let proxied = json!({"app": "a", "role": "first", "security.istio.io/tlsMode": "istio"});
    pod(&mut site, "default/a.2", proxied);
    let spec = json!({"selector": {"role": "first"}, "ports": [{"port": 9080}]});
    put(
        &mut site,
        ResourceKind::Service,
        "default/first",
        json!({}),
        spec,
    );
    let facts = gathered(&site);
    let (first, all) = (&facts.services[0], &facts.workloads[0]);
    assert_eq!((first.pods, first.bare, all.pods, all.bare), (2, 1, 3, 2));
}

#[test]
fn what_was_not_read_is_not_told() {
    let mut site = Snapshot::new("istio-system");
    pod(
        &mut site,
        "default/a.0",
        json!({"security.istio.io/tlsMode": "istio"}),
    );
    let facts = gathered(&site);
    assert_eq!(facts.namespaces, ["default", "planned", "tools"]);
    assert_eq!(facts.modes, BTreeMap::new());
    assert_eq!(facts.workloads[0].accepts, None);
}

#[test]
fn workloads_of_one_name_are_one() {
    let mut site = site();
    pod(&mut site, "default/a.0", json!({"app": "a", "v": "1"}));
    let object = json!({
        "metadata": {"namespace": "default", "name": "a", "labels": {"app": "a", "v": "2"}},
        "spec": {"containers": [{"name": "app", "ports": [{"containerPort": 80}]}]},
    });
    site.observe(Event::Applied(ResourceKind::Pod, object))
        .unwrap();
    let facts = gathered(&site);
    assert_eq!(facts.workloads.len(), 1);
    let both = &facts.workloads[0];
    assert_eq!(
        (both.pods, both.bare, both.ports.as_slice()),
        (2, 2, &[80, 9080, 9090][..])
    );
    assert_eq!(both.selector, Labels::from([("app".into(), "a".into())]));
    assert_eq!(both.by_port, BTreeMap::new());
}

#[test]
fn many_services_and_pods_are_gathered_at_once() {
    let mut site = site();
    for number in 0..500 {
        let labels = json!({"app": format!("a{number}"), "security.istio.io/tlsMode": "istio"});
        pod(&mut site, &format!("default/a{number}.0"), labels.clone());
        pod(&mut site, &format!("default/a{number}.1"), labels);
        let spec = json!({"selector": {"app": format!("a{number}")}, "ports": [{"port": 80, "targetPort": 9080}]});
        put(
            &mut site,
            ResourceKind::Service,
            &format!("default/a{number}"),
            json!({}),
            spec,
        );
    }
    let begun = std::time::Instant::now();
    let facts = gathered(&site);
    let took = begun.elapsed();
    assert_eq!((facts.services.len(), facts.workloads.len()), (500, 500));
    assert!(facts.services.iter().all(|service| service.pods == 2));
    assert!(
        took.as_millis() < 500,
        "{took:?}, which is no longer a matter of milliseconds"
    );
}

#[test]
fn a_service_knows_the_policies_that_decide_about_its_pods() {
    let mut site = site();
    let labels = json!({"app": "reviews"});
    pod(&mut site, "default/reviews.1", labels.clone());
    let spec = json!({"selector": labels, "ports": [{"port": 80}]});
    put(
        &mut site,
        ResourceKind::Service,
        "default/reviews",
        json!({}),
        spec,
    );
    let reviews = json!({"matchLabels": labels});
    let ratings = json!({"matchLabels": {"app": "ratings"}});
    for (place, spec) in [
        ("default/own", json!({"selector": reviews, "rules": [{}]})),
        ("default/all", json!({})),
        (
            "istio-system/mesh",
            json!({"action": "DENY", "selector": reviews, "rules": [{}]}),
        ),
        (
            "default/ratings",
            json!({"selector": ratings, "rules": [{}]}),
        ),
        (
            "tools/elsewhere",
            json!({"selector": reviews, "rules": [{}]}),
        ),
        (
            "default/gateway",
            json!({"targetRefs": [{"kind": "Gateway", "name": "g"}], "rules": [{}]}),
        ),
        ("default/logged", json!({"action": "AUDIT", "rules": [{}]})),
    ] {
        put(
            &mut site,
            ResourceKind::AuthorizationPolicy,
            place,
            json!({}),
            spec,
        );
    }
    let deciding = gathered(&site).deciding;
    assert_eq!(Vec::from_iter(deciding.keys()), ["default/reviews"]);
    let said = deciding["default/reviews"]
        .iter()
        .map(|fact| (fact.policy.as_str(), fact.action, fact.matches));
    assert_eq!(
        Vec::from_iter(said),
        [
            (
                "istio-system/mesh",
                mesh::resources::AuthorizationAction::Deny,
                crate::Matches::Some
            ),
            (
                "default/all",
                mesh::resources::AuthorizationAction::Allow,
                crate::Matches::Nobody
            ),
            (
                "default/own",
                mesh::resources::AuthorizationAction::Allow,
                crate::Matches::Some
            ),
        ]
    );
}

#[test]
fn what_is_accepted_is_told_by_port_where_it_differs() {
    let mut site = site();
    let labels = json!({"app": "a", "security.istio.io/tlsMode": "istio"});
    pod(&mut site, "default/a.0", labels);
    let ports = json!([{"port": 80, "targetPort": "web"}, {"port": 90, "targetPort": 9090}]);
    let spec = json!({"selector": {"app": "a"}, "ports": ports});
    put(
        &mut site,
        ResourceKind::Service,
        "default/a",
        json!({}),
        spec,
    );
    let spec = json!({
        "selector": {"matchLabels": {"app": "a"}},
        "mtls": {"mode": "STRICT"}, "portLevelMtls": {"9090": {"mode": "PERMISSIVE"}},
    });
    policy(&mut site, "default/a", spec);
    let facts = gathered(&site);
    let service = &facts.services[0];
    assert_eq!(service.accepts, Some(Mode::Permissive));
    assert_eq!(service.by_port, BTreeMap::from([(80, Mode::Strict)]));
    assert_eq!(service.accepts_on(90), Some(Mode::Permissive));
}

#[test]
fn a_workload_is_chosen_by_the_fewest_labels_that_stay_and_are_its_own() {
    let all = [
        (
            "one",
            json!({"app": "one", "app.kubernetes.io/name": "one", "version": "1"}),
        ),
        (
            "web",
            json!({"app.kubernetes.io/name": "shop", "app.kubernetes.io/component": "web", "team": "x"}),
        ),
        (
            "db",
            json!({"app.kubernetes.io/name": "shop", "app.kubernetes.io/component": "db", "team": "x"}),
        ),
        ("r1", json!({"app": "r", "version": "1", "team": "x"})),
        ("r2", json!({"app": "r", "version": "2", "team": "x"})),
        ("blue", json!({"app": "s", "version": "1", "color": "blue"})),
        ("red", json!({"app": "s", "version": "2", "color": "red"})),
        ("twin", json!({"app": "t", "team": "t"})),
        ("same", json!({"app": "t", "team": "t"})),
        (
            "rolled",
            json!({"app": "v", "x-revision": "1", "my-hash": "1", "app.kubernetes.io/version": "1"}),
        ),
        (
            "older",
            json!({"app": "v", "x-revision": "0", "my-hash": "0", "app.kubernetes.io/version": "0"}),
        ),
        ("chart", json!({"helm.sh/chart": "c-1"})),
    ];
    let mut site = site();
    for (name, labels) in all {
        pod(&mut site, &format!("default/{name}.0"), labels);
    }
    let facts = gathered(&site);
    let chosen = |name: &str| {
        let workload = facts.workload(&format!("default/{name}")).unwrap();
        let labels = workload.selector.iter();
        let labels = labels.map(|(key, value)| format!("{key}={value}"));
        labels.collect::<Vec<_>>().join(",")
    };
    for (name, expected) in [
        ("one", "app=one"),
        ("web", "app.kubernetes.io/component=web"),
        ("r1", "app=r,version=1"),
        ("blue", "color=blue"),
        ("twin", "app=t,team=t"),
        ("rolled", "app=v"),
        ("chart", ""),
    ] {
        assert_eq!(chosen(name), expected, "{name}");
    }
    let web = facts.workload("default/web").unwrap();
    let shop = Labels::from([("app.kubernetes.io/name".into(), "shop".into())]);
    assert!(web.carries(&shop) && !web.selector.contains_key("team"));
}

#[test]
fn services_that_choose_the_same_pods_are_named() {
    let mut site = site();
    pod(&mut site, "default/a.0", json!({"app": "a"}));
    for name in ["api", "api-db"] {
        let spec = json!({"selector": {"app": "a"}, "ports": [{"port": 80}]});
        put(
            &mut site,
            ResourceKind::Service,
            &format!("default/{name}"),
            json!({}),
            spec,
        );
    }
    let beside = gathered(&site)
        .services
        .into_iter()
        .map(|service| service.beside);
    assert_eq!(Vec::from_iter(beside), [["api-db"], ["api"]]);
}

#[test]
fn rules_are_listed_as_they_are_looked_for() {
    let mut site = site();
    let tls = |mode: &str| json!({"tls": {"mode": mode}});
    let ports = json!({"portLevelSettings": [{"port": {"number": 80}, "tls": {"mode": "SIMPLE"}}, {"port": {"number": 81}}]});
    let some = json!({"matchLabels": {"app": "a"}});
    for (place, spec) in [
        (
            "default/wide",
            json!({"host": "*.default.svc.cluster.local", "trafficPolicy": tls("ISTIO_MUTUAL")}),
        ),
        (
            "default/exact",
            json!({"host": "reviews", "trafficPolicy": ports, "exportTo": ["."]}),
        ),
        ("default/subsets", json!({"host": "ratings"})),
        (
            "default/some",
            json!({"host": "reviews", "trafficPolicy": tls("DISABLE"), "workloadSelector": some}),
        ),
        (
            "istio-system/mesh",
            json!({"host": "*.local", "trafficPolicy": tls("DISABLE")}),
        ),
        (
            "legacy/theirs",
            json!({"host": "reviews", "trafficPolicy": tls("DISABLE")}),
        ),
    ] {
        put(
            &mut site,
            ResourceKind::DestinationRule,
            place,
            json!({}),
            spec,
        );
    }
    let rules = gathered(&site).rules;
    let said = rules.iter().map(|rule| {
        let ports: Vec<_> = rule.ports.iter().map(|(port, tls)| (*port, *tls)).collect();
        (
            rule.name.as_str(),
            rule.decides,
            rule.tls,
            ports,
            rule.public,
        )
    });
    let expected = [
        ("subsets", false, None, vec![], true),
        (
            "exact",
            true,
            None,
            vec![(80, Some(TlsMode::Simple)), (81, None)],
            false,
        ),
        ("wide", true, Some(TlsMode::IstioMutual), vec![], true),
        ("mesh", true, Some(TlsMode::Disable), vec![], true),
    ];
    assert_eq!(Vec::from_iter(said), expected);
}

#[test]
fn a_policy_that_is_only_tried_out_decides_nothing() {
    for (tried, decides) in [("true", 0), ("T", 0), ("1", 0), ("yes", 1), ("false", 1)] {
        let mut site = site();
        pod(&mut site, "default/a.0", json!({"app": "a"}));
        let spec = json!({"selector": {"app": "a"}, "ports": [{"port": 80}]});
        put(
            &mut site,
            ResourceKind::Service,
            "default/a",
            json!({}),
            spec,
        );
        let object = json!({
            "metadata": {
                "namespace": "default", "name": "p", "uid": "u", "resourceVersion": "1",
                "creationTimestamp": "2026-01-01T00:00:00Z", "annotations": {"istio.io/dry-run": tried},
            },
            "spec": {},
        });
        site.observe(Event::Applied(ResourceKind::AuthorizationPolicy, object))
            .unwrap();
        assert_eq!(gathered(&site).deciding.len(), decides, "{tried}");
    }
}
