//! What mutual TLS makes, says and finds.

use mesh::{Labels, mtls::Mode as Accepts, resources::TlsMode};
use serde_json::{Value, json};

use super::*;
use crate::{CloudName, Facts, IntentName, Owner, RuleFact, ServiceFact, WorkloadFact};

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
            "Warning calls_fail clients: sleep accepts plaintext only, whatever is decided here; clients told to use \
             mutual TLS fail to call there."
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

/// Facts as in the example, with a rule by which clients go.
fn with_rule(place: &str, host: &str, tls: Option<TlsMode>, facts: Facts) -> Facts {
    let (namespace, name) = place.split_once('/').unwrap();
    let rule = RuleFact {
        namespace: namespace.into(),
        name: name.into(),
        host: host.into(),
        decides: true,
        tls,
        ports: BTreeMap::new(),
        public: true,
        labels: Labels::new(),
    };
    let mut facts = facts;
    facts.rules.push(rule);
    facts
}

const REVIEWS: &str = "reviews.default.svc.cluster.local";
const ALL: &str = "*.default.svc.cluster.local";

#[test]
fn a_rule_that_tells_clients_otherwise_is_named() {
    let rule = |tls| with_rule("default/all", ALL, Some(tls), Facts::example());
    let told = |what: &str, to: &str| {
        [format!(
            "Warning clients_told_otherwise mode: Clients are told to send {what} to {to} by DestinationRule \
             default/all: their calls fail."
        )]
    };
    let strict = service("default/reviews", Mode::Strict);
    let disable = service("default/reviews", Mode::Disable);
    let plain = &rule(TlsMode::Disable);
    let mutual = &rule(TlsMode::IstioMutual);
    assert_eq!(found(&strict, plain), told("plaintext", "reviews"));
    assert_eq!(found(&disable, mutual), told("mutual TLS", "reviews"));
    assert_eq!(found(&strict, mutual), [""; 0]);
    assert_eq!(found(&disable, plain), [""; 0]);
    let permissive = service("default/reviews", Mode::Permissive);
    assert_eq!(found(&permissive, plain), [""; 0]);
    assert_eq!(found(&permissive, mutual), [""; 0]);

    let by_port = with_ports(permissive, &[(9090, Mode::Strict)]);
    assert_eq!(
        found(&by_port, plain),
        told("plaintext", "port 9090 of reviews")
    );
    let pods = workload("default/reviews-v1", Mode::Strict);
    assert_eq!(found(&pods, plain), told("plaintext", "reviews"));
    let whole = found(&namespace("default", Mode::Disable), mutual);
    assert!(
        whole.contains(&told("mutual TLS", "mongodb and reviews")[0]),
        "ratings has a policy of its own: {whole:?}"
    );
}

#[test]
fn the_rule_that_counts_is_the_one_that_clients_find() {
    let facts = with_rule(
        "default/exact",
        REVIEWS,
        Some(TlsMode::IstioMutual),
        Facts::example(),
    );
    let facts = with_rule("default/all", ALL, Some(TlsMode::Disable), facts);
    let strict = service("default/reviews", Mode::Strict);
    assert_eq!(
        found(&strict, &facts),
        [""; 0],
        "the narrower host goes first"
    );
    let facts = with_rule(
        "istio-system/mesh",
        "*.local",
        Some(TlsMode::Disable),
        Facts::example(),
    );
    assert_eq!(found(&strict, &facts).len(), 1);
    let mut hidden = facts.clone();
    hidden.rules[0].public = false;
    assert_eq!(found(&strict, &hidden), [""; 0], "nobody else sees it");
    let mut ours = facts;
    ours.rules[0].labels = owner().labels();
    assert_eq!(found(&strict, &ours), [""; 0], "it is made anew");
    let mut by_port = with_rule("default/all", ALL, Some(TlsMode::Disable), Facts::example());
    by_port.rules[0].ports = [(9080, None), (9090, None)].into();
    assert_eq!(
        found(&strict, &by_port),
        [""; 0],
        "ports lose what is said of the host"
    );
}

#[test]
fn clients_that_a_rule_tells_to_use_mutual_tls_are_not_refused() {
    let disabled = Facts {
        modes: [("default".into(), Accepts::Disabled)].into(),
        ..Facts::example()
    };
    let strict = service("default/reviews", Mode::Strict);
    let mutual = with_rule("default/all", ALL, Some(TlsMode::IstioMutual), disabled);
    assert_eq!(found(&strict, &mutual), [""; 0]);
    let mut hidden = mutual.clone();
    hidden.rules[0].public = false;
    assert_eq!(found(&strict, &hidden).len(), 1, "only some clients see it");
    let mut one_port = mutual;
    one_port.rules[0].ports = [(9090, None)].into();
    assert!(found(&strict, &one_port)[0].starts_with("Error clients_refused mode"));

    let ratings = "ratings.default.svc.cluster.local";
    let told = with_rule(
        "default/r",
        ratings,
        Some(TlsMode::IstioMutual),
        Facts::example(),
    );
    assert_eq!(found(&namespace("default", Mode::Disable), &told), [""; 0]);
}

#[test]
fn clients_are_refused_by_port() {
    let facts = with_workload("ratings", |ratings| {
        ratings.ports.push(9090);
        ratings.accepts = Some(Accepts::Permissive);
        ratings.by_port = [(9090, Accepts::Strict)].into();
    });
    assert_eq!(
        found(&namespace("default", Mode::Disable), &facts),
        [
            "Error clients_refused mode: ratings on port 9090 accepts mutual TLS only, by another policy; with DISABLE \
             for default, clients send plaintext there and are refused."
        ]
    );
    let disabled = Facts {
        modes: [("default".into(), Accepts::Disabled)].into(),
        ..Facts::example()
    };
    let rows = [(9080, Mode::Permissive), (9090, Mode::Disable)];
    let strict = with_ports(service("default/reviews", Mode::Strict), &rows);
    assert_eq!(
        found(&strict, &disabled),
        [""; 0],
        "no known port is strict"
    );
}

#[test]
fn clients_told_to_use_mutual_tls_fail_by_port() {
    let facts = with_workload("sleep", |sleep| {
        sleep.ports.push(81);
        sleep.by_port = [(81, Accepts::Disabled)].into();
    });
    assert_eq!(
        found(&telling_clients(namespace("tools", Mode::Strict)), &facts),
        [
            "Warning calls_fail clients: sleep on port 81 accepts plaintext only, whatever is decided here; clients told \
             to use mutual TLS fail to call there."
        ]
    );
    let facts = with_service("reviews", |reviews| reviews.bare = 1);
    let row = with_ports(
        service("default/reviews", Mode::Disable),
        &[(9080, Mode::Permissive)],
    );
    assert!(found(&telling_clients(row), &facts)[0].starts_with("Warning calls_fail"));
}

#[test]
fn accepting_plaintext_again_is_noted_by_port() {
    let facts = with_service("reviews", |reviews| {
        reviews.by_port = [(9090, Accepts::Strict)].into();
    });
    let says =
        "reviews accepts mutual TLS only on port 9090 now; it accepts plaintext there again.";
    let permissive = service("default/reviews", Mode::Permissive);
    assert_eq!(
        found(&permissive, &facts),
        [format!("Note plaintext_again mode: {says}")]
    );
    let row = with_ports(
        service("default/reviews", Mode::Strict),
        &[(9090, Mode::Disable)],
    );
    assert_eq!(
        found(&row, &facts),
        [format!("Note plaintext_again ports.0.mode: {says}")]
    );
    let kept = with_ports(permissive, &[(9090, Mode::Strict)]);
    assert_eq!(found(&kept, &facts), [""; 0]);
}

#[test]
fn a_rule_that_no_longer_holds_once_clients_are_told_is_named() {
    let told = telling_clients(service("default/reviews", Mode::Strict));
    let wider = with_rule("default/all", ALL, None, Facts::example());
    let lost = |rule: &str, host: &str, whom: &str| {
        format!(
            "Warning rule_replaced clients: DestinationRule {rule}, for {host}, no longer holds for {whom}: of several \
             rules one counts."
        )
    };
    assert_eq!(found(&told, &wider), [lost("default/all", ALL, "reviews")]);
    assert_eq!(
        found(&service("default/reviews", Mode::Strict), &wider),
        [""; 0]
    );
    let root = with_rule("istio-system/r", REVIEWS, None, Facts::example());
    assert_eq!(
        found(&told, &root),
        [lost("istio-system/r", REVIEWS, "reviews")]
    );

    let whole = telling_clients(namespace("default", Mode::Permissive));
    let narrower = with_rule("default/one", REVIEWS, None, Facts::example());
    let without = |facts: &Facts| {
        let mut found = found(&whole, facts);
        found.retain(|text| text.contains("rule_"));
        found
    };
    let note = format!(
        "Note rule_narrower clients: DestinationRule default/one is for {REVIEWS} alone and holds there instead of this."
    );
    assert_eq!(without(&narrower), [note]);
    assert_eq!(without(&root), [lost("istio-system/r", REVIEWS, REVIEWS)]);
}
