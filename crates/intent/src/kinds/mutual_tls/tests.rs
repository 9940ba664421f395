//! What mutual TLS makes, says and finds.

use mesh::mtls::Mode as Accepts;
use serde_json::{Value, json};

use super::*;
use crate::{CloudName, Facts, IntentName, Owner, ServiceFact, WorkloadFact};

fn owner() -> Owner {
    Owner {
        installation: "demo".into(),
        cloud: CloudName::read("shop").unwrap(),
        intent: IntentName::read("it").unwrap(),
    }
}

fn service(name: &str, mode: Mode) -> MutualTls {
    MutualTls {
        scope: Scope::Service,
        namespace: String::new(),
        service: name.into(),
        workload: String::new(),
        mode,
        ports: vec![],
        clients: false,
    }
}

fn workload(name: &str, mode: Mode) -> MutualTls {
    MutualTls {
        scope: Scope::Workload,
        workload: name.into(),
        ..service("", mode)
    }
}

fn namespace(name: &str, mode: Mode) -> MutualTls {
    MutualTls {
        scope: Scope::Namespace,
        namespace: name.into(),
        ..service("", mode)
    }
}

fn with_ports(intent: MutualTls, ports: &[(u16, Mode)]) -> MutualTls {
    let ports = ports.iter().map(|(port, mode)| PortMode {
        port: *port,
        mode: *mode,
    });
    MutualTls {
        ports: ports.collect(),
        ..intent
    }
}

fn telling_clients(intent: MutualTls) -> MutualTls {
    MutualTls {
        clients: true,
        ..intent
    }
}

/// Facts as in the example, but for one service.
fn with_service(name: &str, change: impl FnOnce(&mut ServiceFact)) -> Facts {
    let mut facts = Facts::example();
    let service = facts
        .services
        .iter_mut()
        .find(|service| service.name == name);
    change(service.unwrap());
    facts
}

fn with_workload(name: &str, change: impl FnOnce(&mut WorkloadFact)) -> Facts {
    let mut facts = Facts::example();
    let workload = facts
        .workloads
        .iter_mut()
        .find(|workload| workload.name == name);
    change(workload.unwrap());
    facts
}

fn short_form(findings: Vec<Finding>) -> Vec<String> {
    let short = |finding: Finding| {
        assert_eq!(finding.sites, ["eu-west"]);
        format!(
            "{:?} {} {}: {}",
            finding.level,
            finding.code,
            finding.path().unwrap(),
            finding.says
        )
    };
    findings.into_iter().map(short).collect()
}

fn found(intent: &MutualTls, facts: &Facts) -> Vec<String> {
    short_form(intent.check(&Place::at(facts, &owner())))
}

fn refused(intent: &MutualTls, facts: &Facts) -> Vec<String> {
    short_form(intent.compile(&Place::at(facts, &owner())).unwrap_err())
}

fn specs(intent: &MutualTls, facts: &Facts) -> Vec<Value> {
    let made = intent.compile(&Place::at(facts, &owner())).unwrap();
    let specs = made
        .iter()
        .map(|manifest| serde_json::from_str(manifest.canonical()).unwrap());
    specs.collect()
}

fn says(intent: &MutualTls) -> String {
    intent.says(&Place::at(&Facts::example(), &owner()))
}

#[test]
fn ports_are_of_the_workload_for_servers_and_of_the_service_for_clients() {
    let facts = with_service("reviews", |reviews| {
        reviews.ports[0].port = 80;
        reviews.ports[1].port = 90;
    });
    let intent = with_ports(
        telling_clients(service("default/reviews", Mode::Disable)),
        &[(9080, Mode::Permissive)],
    );
    let rule = json!({
        "host": "reviews.default.svc.cluster.local",
        "trafficPolicy": {
            "tls": {"mode": "DISABLE"},
            "portLevelSettings": [{"port": {"number": 80}, "tls": {"mode": "ISTIO_MUTUAL"}}],
        },
    });
    let policy = json!({
        "selector": {"matchLabels": {"app": "reviews"}},
        "mtls": {"mode": "DISABLE"},
        "portLevelMtls": {"9080": {"mode": "PERMISSIVE"}},
    });
    assert_eq!(specs(&intent, &facts), [rule, policy]);
}

#[test]
fn a_workload_is_chosen_by_its_labels_and_its_clients_are_not_told() {
    let intent = telling_clients(workload("default/reviews-v2", Mode::Permissive));
    let policy = json!({
        "selector": {"matchLabels": {"app": "reviews", "version": "v2"}},
        "mtls": {"mode": "PERMISSIVE"},
    });
    assert_eq!(specs(&intent, &Facts::example()), [policy]);
    assert_eq!(
        says(&intent),
        "reviews-v2 will accept mutual TLS and plaintext."
    );
}

#[test]
fn a_namespace_has_no_ports() {
    let intent = with_ports(namespace("tools", Mode::Strict), &[(80, Mode::Disable)]);
    let facts = Facts::example();
    assert_eq!(
        specs(&intent, &facts),
        [json!({"mtls": {"mode": "STRICT"}})]
    );
    assert_eq!(found(&intent, &facts), [""; 0]);
}

#[test]
fn exceptions_are_named() {
    let ports = [
        (9090, Mode::Disable),
        (15, Mode::Permissive),
        (14, Mode::Permissive),
        (1, Mode::Strict),
    ];
    let intent = telling_clients(with_ports(service("default/reviews", Mode::Strict), &ports));
    assert_eq!(
        says(&intent),
        "reviews will accept mutual TLS only, except mutual TLS and plaintext on ports 14 and 15 and plaintext only \
         on port 9090. Clients are told to use mutual TLS, but plaintext on port 9090."
    );
    assert_eq!(
        says(&namespace("default", Mode::Strict)),
        "Every workload of default will accept mutual TLS only, unless a policy of its own decides, as for ratings."
    );
}

#[test]
fn what_cannot_be_chosen_is_refused_beside_its_field() {
    let facts = Facts::example();
    assert_eq!(
        refused(&service("default/none", Mode::Strict), &facts),
        [
            "Error service_unknown service: There is no service default/none in the namespaces of this cloud."
        ]
    );
    assert_eq!(
        refused(&workload("legacy/cron", Mode::Strict), &facts),
        [
            "Error workload_unknown workload: There is no workload legacy/cron in the namespaces of this cloud."
        ]
    );
    assert_eq!(
        refused(&namespace("istio-system", Mode::Strict), &facts),
        ["Error namespace_unknown namespace: There is no namespace istio-system in this cloud."]
    );
    let by_hand = with_service("reviews", |reviews| reviews.selector.clear());
    assert_eq!(
        refused(&service("default/reviews", Mode::Strict), &by_hand),
        [
            "Error nothing_to_select_by service: reviews has no labels by which its pods could be chosen."
        ]
    );
    let bare = with_workload("cron", |cron| cron.selector.clear());
    assert_eq!(
        refused(&workload("default/cron", Mode::Strict), &bare),
        [
            "Error nothing_to_select_by workload: cron has no labels by which its pods could be chosen."
        ]
    );
    let ports = [
        (9080, Mode::Strict),
        (9090, Mode::Strict),
        (9080, Mode::Disable),
    ];
    assert_eq!(
        refused(
            &with_ports(service("default/reviews", Mode::Strict), &ports),
            &facts
        ),
        ["Error port_twice ports.2.port: Port 9080 is there twice."]
    );
}

#[test]
fn a_port_that_nobody_is_known_to_listen_on_is_told() {
    let facts = with_service("reviews", |reviews| reviews.ports[0].port = 80);
    let intent = with_ports(
        service("default/reviews", Mode::Permissive),
        &[
            (80, Mode::Disable),
            (7, Mode::Disable),
            (9080, Mode::Disable),
        ],
    );
    let findings = intent.check(&Place::at(&facts, &owner()));
    let todo: Vec<_> = findings
        .iter()
        .map(|finding| finding.todo.as_str())
        .collect();
    let expected = [
        "80 is the port of the service; name the one of the pods, to which it leads: 9080.",
        "Its known ports are 9080 and 9090.",
    ];
    assert_eq!(todo, expected);
    assert_eq!(
        short_form(findings)[1],
        "Warning port_unknown ports.1.port: No pod of reviews is known to listen on port 7."
    );
    let none = with_workload("cron", |cron| cron.ports.clear());
    let intent = with_ports(
        workload("default/cron", Mode::Permissive),
        &[(7, Mode::Disable)],
    );
    assert_eq!(
        found(&intent, &none),
        [""; 0],
        "where no port is known, none is unknown"
    );
}

#[test]
fn labels_that_are_on_other_workloads_too_are_told() {
    let facts = with_workload("reviews-v1", |v1| {
        v1.selector.remove("version");
    });
    assert_eq!(
        found(&workload("default/reviews-v1", Mode::Strict), &facts),
        [
            "Warning selects_more workload: The labels of reviews-v1 are also on reviews-v2 and reviews-v3; this \
             decides for both."
        ]
    );
    assert_eq!(
        found(&workload("default/reviews-v2", Mode::Strict), &facts),
        [""; 0]
    );
}

#[test]
fn strict_has_no_effect_on_pods_without_a_sidecar() {
    let facts = with_service("reviews", |reviews| reviews.bare = 2);
    let told = [
        "Warning no_sidecar mode: 2 of 6 pods of reviews have no sidecar; for them this has no effect.",
    ];
    let strict = service("default/reviews", Mode::Strict);
    assert_eq!(found(&strict, &facts), told);
    let by_port = with_ports(
        service("default/reviews", Mode::Permissive),
        &[(9080, Mode::Strict)],
    );
    assert_eq!(found(&by_port, &facts), told);
    assert_eq!(
        found(&service("default/reviews", Mode::Permissive), &facts),
        [""; 0]
    );
    assert_eq!(
        found(&workload("default/cron", Mode::Strict), &facts),
        ["Warning no_sidecar mode: The pod of cron has no sidecar; this has no effect."]
    );
    let whole = &found(&namespace("default", Mode::Strict), &facts)[0];
    assert!(
        whole.ends_with("1 of 10 pods of default has no sidecar; for it this has no effect."),
        "{whole}"
    );
}

#[test]
fn accepting_plaintext_again_is_noted() {
    let facts = Facts::example();
    for mode in [Mode::Permissive, Mode::Disable] {
        assert_eq!(
            found(&service("default/ratings", mode), &facts),
            [
                "Note plaintext_again mode: ratings accepts mutual TLS only now; it accepts plaintext again."
            ]
        );
    }
    assert_eq!(
        found(&workload("default/ratings", Mode::Permissive), &facts).len(),
        1
    );
    let strict = Facts {
        modes: [("tools".into(), Accepts::Strict)].into(),
        ..facts
    };
    assert_eq!(
        found(&namespace("tools", Mode::Permissive), &strict),
        [
            "Note plaintext_again mode: tools accepts mutual TLS only now; it accepts plaintext again."
        ]
    );
}

#[test]
fn clients_that_go_by_the_namespace_are_refused_by_what_is_stricter() {
    let facts = Facts {
        modes: [("default".into(), Accepts::Disabled)].into(),
        ..Facts::example()
    };
    let says = "What is decided for all of default is DISABLE, so clients send plaintext there; reviews would refuse it.";
    let strict = with_ports(
        service("default/reviews", Mode::Strict),
        &[(9080, Mode::Strict)],
    );
    assert_eq!(
        found(&strict, &facts),
        [
            format!("Error clients_refused mode: {says}"),
            format!("Error clients_refused ports.0.mode: {says}"),
        ]
    );
    assert_eq!(
        found(&telling_clients(strict), &facts),
        [""; 0],
        "who is told does not go by it"
    );
    let workload = workload("default/reviews-v1", Mode::Strict);
    assert_eq!(found(&telling_clients(workload), &facts).len(), 1);
    assert_eq!(
        found(&service("default/reviews", Mode::Permissive), &facts),
        [""; 0]
    );

    let narrower = found(&namespace("default", Mode::Disable), &Facts::example());
    assert_eq!(
        narrower,
        [
            "Error clients_refused mode: ratings accepts mutual TLS only, by another policy; with DISABLE for \
             default, clients send plaintext there and are refused."
        ]
    );
}

#[test]
fn clients_told_to_use_mutual_tls_fail_where_a_pod_cannot() {
    let facts = with_service("reviews", |reviews| reviews.bare = 1);
    let intent = telling_clients(service("default/reviews", Mode::Permissive));
    assert_eq!(
        found(&intent, &facts),
        [
            "Warning calls_fail clients: 1 of 6 pods of reviews has no sidecar; clients told to use mutual TLS fail \
             to call there."
        ]
    );
    let disable = telling_clients(service("default/reviews", Mode::Disable));
    assert_eq!(found(&disable, &facts), [""; 0]);

    let facts = with_workload("sleep", |sleep| sleep.accepts = Some(Accepts::Disabled));
    assert_eq!(
        found(&telling_clients(namespace("tools", Mode::Strict)), &facts),
        [
            "Warning calls_fail clients: sleep accepts plaintext only, by another policy; clients told to use mutual \
             TLS fail to call there."
        ]
    );
}

#[test]
fn clients_cannot_be_told_two_things_for_one_port() {
    let facts = with_service("reviews", |reviews| reviews.ports[0].targets.push(9090));
    let ports = [(9090, Mode::Disable)];
    let intent = telling_clients(with_ports(
        service("default/reviews", Mode::Permissive),
        &ports,
    ));
    assert_eq!(
        found(&intent, &facts),
        [
            "Warning ports_not_alike clients: Port 9080 of reviews leads to ports 9080 and 9090, which would not \
             accept the same; clients cannot be told both."
        ]
    );
}
