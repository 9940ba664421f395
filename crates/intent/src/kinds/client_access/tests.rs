//! What client access says and finds.

use mesh::mtls::Mode;

use super::*;
use crate::{CloudName, Facts, IntentName, Owner};

fn owner() -> Owner {
    Owner {
        installation: "demo".into(),
        cloud: CloudName::read("shop").unwrap(),
        intent: IntentName::read("it").unwrap(),
    }
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

fn rule(accounts: &[&str], namespaces: &[&str], methods: &[&str], paths: &[&str]) -> Rule {
    Rule {
        accounts: texts(accounts),
        namespaces: texts(namespaces),
        methods: texts(methods),
        paths: texts(paths),
    }
}

fn ratings(rules: &[Rule]) -> ClientAccess {
    ClientAccess {
        service: "default/ratings".into(),
        access: Access::Listed,
        rules: rules.to_vec(),
    }
}

fn tools() -> Rule {
    rule(&[], &["tools"], &[], &[])
}

fn gets() -> Rule {
    rule(&[], &["tools"], &["GET"], &[])
}

/// Facts as in the example, but for ratings.
fn with_ratings(change: impl FnOnce(&mut ServiceFact)) -> Facts {
    let mut facts = Facts::example();
    let ratings = facts
        .services
        .iter_mut()
        .find(|service| service.name == "ratings");
    change(ratings.unwrap());
    facts
}

fn with_ports(ports: &[(u16, &str, Option<bool>)]) -> Facts {
    with_ratings(|ratings| {
        let ports = ports.iter().map(|(port, protocol, http)| crate::PortFact {
            port: *port,
            name: String::new(),
            protocol: (*protocol).into(),
            http: *http,
            targets: vec![*port],
        });
        ratings.ports = ports.collect();
    })
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

fn found(intent: &ClientAccess, facts: &Facts) -> Vec<String> {
    short_form(intent.check(&Place::at(facts, &owner())))
}

fn refused(intent: &ClientAccess, facts: &Facts) -> Vec<String> {
    short_form(intent.compile(&Place::at(facts, &owner())).unwrap_err())
}

fn says(intent: &ClientAccess, facts: &Facts) -> String {
    intent.says(&Place::at(facts, &owner()))
}

#[test]
fn rules_are_said_one_by_one_and_then_what_becomes_of_all_others() {
    let facts = Facts::example();
    let intent = ratings(&[
        rule(
            &["default/bookinfo-reviews"],
            &[],
            &["GET"],
            &["/ratings/*"],
        ),
        rule(&["tools/a", "tools/b"], &["default"], &["GET", "HEAD"], &[]),
        rule(&[], &["tools"], &[], &["/a", "/b"]),
    ]);
    assert_eq!(
        says(&intent, &facts),
        "bookinfo-reviews of default may GET /ratings/* on ratings. a of tools, b of tools and every account of \
         default may GET or HEAD everything on ratings. Every account of tools may call /a or /b on ratings. \
         Everyone else with a sidecar gets 403; plaintext is refused."
    );
    let refused = "Every account of tools may call ratings. Everyone else is refused.";
    for facts in [
        with_ports(&[(9000, "TCP", Some(false))]),
        with_ports(&[(80, "", None)]),
        Facts::default(),
    ] {
        assert_eq!(says(&ratings(&[tools()]), &facts), refused);
    }
}

#[test]
fn the_order_of_values_makes_no_difference_to_what_is_written() {
    let (facts, owner) = (Facts::example(), owner());
    let written = |rule| {
        ratings(&[rule])
            .compile(&Place::at(&facts, &owner))
            .unwrap()
    };
    let one = rule(&["a/b", "a/a"], &["y", "x"], &["PUT", "GET"], &["/b", "/a"]);
    let other = rule(&["a/a", "a/b"], &["x", "y"], &["GET", "PUT"], &["/a", "/b"]);
    assert_eq!(written(one.clone()), written(other));
    let spec = written(one)[0].canonical().to_owned();
    let from = r#""from":[{"source":{"principals":["cluster.local/ns/a/sa/a","cluster.local/ns/a/sa/b"]}},{"source":{"namespaces":["x","y"]}}]"#;
    assert!(spec.contains(from), "{spec}");
}

#[test]
fn what_would_let_in_everybody_or_nobody_is_refused() {
    let facts = Facts::example();
    assert_eq!(
        refused(&ratings(&[]), &facts),
        ["Error required rules: There is no rule."]
    );
    let open = [tools(), rule(&[], &[], &["GET"], &[])];
    assert_eq!(
        refused(&ratings(&open), &facts),
        ["Error required rules.1.accounts: Rule 2 names no caller."]
    );
    let nobody = ClientAccess {
        access: Access::Nobody,
        ..ratings(&open)
    };
    let made = nobody.compile(&Place::at(&facts, &owner())).unwrap();
    let spec = r#"{"action":"ALLOW","selector":{"matchLabels":{"app":"ratings"}}}"#;
    assert_eq!(made[0].canonical(), spec);
}

#[test]
fn a_service_without_a_selector_would_mean_all_of_its_namespace() {
    let facts = with_ratings(|ratings| ratings.selector.clear());
    assert_eq!(
        refused(&ratings(&[tools()]), &facts),
        [
            "Error nothing_to_select_by service: ratings has no labels by which its pods could be chosen."
        ]
    );
}

#[test]
fn callers_that_are_not_there_are_told() {
    let intent = ratings(&[rule(
        &["tools/slep", "tools/sleep"],
        &["tool", "kube-system"],
        &[],
        &[],
    )]);
    assert_eq!(
        found(&intent, &Facts::example()),
        [
            "Warning account_unknown rules.0.accounts: No pod runs as tools/slep here; rule 1 lets nobody in by it.",
            "Warning namespace_unknown rules.0.namespaces: There is no namespace tool here; rule 1 lets nobody in by it.",
        ]
    );
}

#[test]
fn identities_need_mutual_tls_and_sidecars() {
    let listed = ratings(&[tools()]);
    let nobody = ClientAccess {
        access: Access::Nobody,
        ..listed.clone()
    };
    let about = |accepts, bare| {
        let facts = with_ratings(|ratings| (ratings.accepts, ratings.bare) = (accepts, bare));
        (found(&listed, &facts), found(&nobody, &facts))
    };
    let codes = |found: &[String]| -> Vec<String> {
        let codes = found
            .iter()
            .map(|text| text.split(' ').take(2).collect::<Vec<_>>().join(" "));
        codes.collect()
    };
    for (accepts, bare, of_listed, of_nobody) in [
        (Some(Mode::Strict), 0, &[][..], &[][..]),
        (None, 0, &[], &[]),
        (Some(Mode::Disabled), 0, &["Error identity_needs_mtls"], &[]),
        (
            Some(Mode::Permissive),
            0,
            &["Warning plaintext_refused"],
            &[],
        ),
        (
            Some(Mode::Permissive),
            1,
            &["Warning no_sidecar"],
            &["Warning no_sidecar"],
        ),
        (
            Some(Mode::Disabled),
            2,
            &["Warning no_sidecar"],
            &["Warning no_sidecar"],
        ),
        (
            Some(Mode::Disabled),
            1,
            &["Warning no_sidecar", "Error identity_needs_mtls"],
            &["Warning no_sidecar"],
        ),
    ] {
        let (listed, nobody) = about(accepts, bare);
        assert_eq!(codes(&listed), of_listed, "{accepts:?} {bare}");
        assert_eq!(codes(&nobody), of_nobody, "{accepts:?} {bare}");
    }
    assert_eq!(
        about(Some(Mode::Permissive), 1).0,
        [
            "Warning no_sidecar service: 1 of 2 pods of ratings has no sidecar; nothing is enforced there."
        ]
    );
    assert_eq!(
        about(Some(Mode::Disabled), 2).0,
        [
            "Warning no_sidecar service: None of the 2 pods of ratings has a sidecar; nothing is enforced."
        ]
    );
}

#[test]
fn methods_and_paths_need_http() {
    let (tcp, http, open) = (
        (9000, "TCP", Some(false)),
        (80, "HTTP", Some(true)),
        (81, "?", None),
    );
    let paths = rule(&[], &["tools"], &[], &["/a"]);
    for (intent, ports, expected) in [
        (
            gets(),
            &[tcp, (9001, "Redis", Some(false))][..],
            &[
                "Error needs_http rules.0.methods: ratings speaks no HTTP on ports 9000 (TCP) and 9001 (Redis): Istio \
               leaves out rule 1 as a whole, and whom it names is refused.",
            ][..],
        ),
        (
            paths,
            &[tcp, http],
            &[
                "Warning needs_http rules.0.paths: ratings speaks no HTTP on port 9000 (TCP): there, rule 1 lets \
               nobody in.",
            ],
        ),
        (
            gets(),
            &[http, open],
            &[
                "Note http_not_declared rules.0.methods: Istio finds out from the first bytes whether it is HTTP on \
               port 81 (?): if it is not, rule 1 lets nobody in.",
            ],
        ),
        (gets(), &[http], &[]),
        (gets(), &[], &[]),
        (tools(), &[tcp], &[]),
    ] {
        assert_eq!(found(&ratings(&[intent]), &with_ports(ports)), expected);
    }
}

#[test]
fn every_grpc_call_is_a_post() {
    let (grpc, http) = ((50051, "gRPC", Some(true)), (80, "HTTP", Some(true)));
    let told = [
        "Warning grpc_is_post rules.0.methods: Every gRPC call is POST; GET never comes on port 50051 (gRPC).",
    ];
    let both = rule(&[], &["tools"], &["GET", "POST"], &[]);
    let post = rule(&[], &["tools"], &["POST"], &[]);
    for (rule, ports, expected) in [
        (gets(), &[grpc][..], &told[..]),
        (gets(), &[grpc, http], &told),
        (both.clone(), &[grpc], &told),
        (both, &[grpc, http], &[]),
        (post, &[grpc], &[]),
        (tools(), &[grpc], &[]),
        (gets(), &[http], &[]),
    ] {
        assert_eq!(found(&ratings(&[rule]), &with_ports(ports)), expected);
    }
}

#[test]
fn what_is_said_twice_is_noted() {
    let facts = Facts::example();
    let one = rule(&["tools/sleep"], &[], &["GET", "PUT"], &[]);
    let other = rule(&["tools/sleep"], &[], &["PUT", "GET"], &[]);
    assert_eq!(
        found(&ratings(&[one.clone(), other]), &facts),
        ["Note rule_twice rules.1.accounts: Rule 2 says the same as rule 1."]
    );
    let told = [
        "Note account_within_namespace rules.0.accounts: Rule 2 lets in all of tools already, sleep with it.",
    ];
    assert_eq!(found(&ratings(&[one.clone(), tools()]), &facts), told);
    let more = rule(&[], &["tools"], &["GET", "PUT", "HEAD"], &[]);
    assert_eq!(found(&ratings(&[one.clone(), more]), &facts), told);
    assert_eq!(
        found(&ratings(&[one, gets()]), &facts),
        [""; 0],
        "it allows less"
    );
}

#[test]
fn what_becomes_of_all_others_is_said_only_where_it_is_sure() {
    let others = |change: &dyn Fn(&mut ServiceFact)| {
        let says = says(&ratings(&[tools()]), &with_ratings(change));
        says.replace("Every account of tools may call ratings. ", "")
    };
    let accepting = |accepts| others(&move |ratings| ratings.accepts = accepts);
    assert_eq!(accepting(Some(Mode::Permissive)), "Everyone else gets 403.");
    let strict = "Everyone else with a sidecar gets 403; plaintext is refused.";
    assert_eq!(accepting(Some(Mode::Strict)), strict);
    let refused = "Everyone else is refused.";
    assert_eq!(accepting(Some(Mode::Disabled)), refused);
    assert_eq!(accepting(None), refused);
    let by_port = |ratings: &mut ServiceFact| ratings.by_port = [(9080, Mode::Strict)].into();
    assert_eq!(others(&by_port), refused);
    let half = "Everyone else is refused by those of its pods that have a sidecar.";
    assert_eq!(others(&|ratings| ratings.bare = 1), half);
    let later = "Once its pods have sidecars, everyone else is refused.";
    assert_eq!(others(&|ratings| ratings.bare = 2), later);
}

#[test]
fn a_policy_in_the_root_namespace_would_reach_the_whole_mesh() {
    let facts = Facts {
        root: "default".into(),
        ..Facts::example()
    };
    let intent = ratings(&[tools()]);
    assert_eq!(
        refused(&intent, &facts),
        [
            "Error namespace_is_root service: default is the root namespace: an AuthorizationPolicy there reaches pods \
             with the same labels in the whole mesh."
        ]
    );
    assert_eq!(found(&intent, &facts), [""; 0]);
}

#[test]
fn unknown_callers_of_a_rule_are_told_at_once() {
    let names = |many: usize| -> Vec<String> { (0..many).map(|n| format!("tools/a{n}")).collect() };
    let with = |many| Rule {
        accounts: names(many),
        ..Rule::default()
    };
    let told = |many| found(&ratings(&[with(many)]), &Facts::example());
    assert_eq!(
        told(200),
        [
            "Warning account_unknown rules.0.accounts: No pod runs as tools/a0, tools/a1, tools/a2 or 197 others here; \
             rule 1 lets nobody in by them."
        ]
    );
    assert!(told(4)[0].contains("tools/a2 or tools/a3 here"));
}

#[test]
fn too_many_callers_are_refused() {
    let rules = |many: usize| -> Vec<Rule> {
        let rule = |row| Rule {
            accounts: (0..many).map(|n| format!("tools/a{row}-{n}")).collect(),
            ..Rule::default()
        };
        (0..100).map(rule).collect()
    };
    let facts = Facts::example();
    assert_eq!(
        refused(&ratings(&rules(6)), &facts),
        ["Error too_many rules: The rules name 600 callers; more than 500 are too many."]
    );
    assert_eq!(found(&ratings(&rules(200)), &facts), [""; 0]);
    assert_eq!(found(&ratings(&rules(5)), &facts).len(), 100);
    let nobody = ClientAccess {
        access: Access::Nobody,
        ..ratings(&rules(6))
    };
    assert!(nobody.compile(&Place::at(&facts, &owner())).is_ok());
}

#[test]
fn callers_of_other_services_of_the_same_pods_are_refused_too() {
    let mut facts = with_ports(&[(80, "HTTP", Some(true))]);
    let ratings_fact = facts.services.iter_mut().find(|s| s.name == "ratings");
    ratings_fact.unwrap().beside = vec!["ratings-db".into()];
    let port = crate::PortFact {
        port: 5432,
        name: String::new(),
        protocol: "Postgres".into(),
        http: Some(false),
        targets: vec![5432],
    };
    facts.services.push(ServiceFact {
        namespace: "default".into(),
        name: "ratings-db".into(),
        selector: [("app".into(), "ratings".into())].into(),
        ports: vec![port],
        ..ServiceFact::default()
    });
    let closed = "Warning others_closed service: ratings-db chooses the same pods; its callers are refused as well";
    assert_eq!(
        found(&ratings(&[gets()]), &facts),
        [
            format!("{closed} unless a rule lets them in."),
            "Warning needs_http rules.0.methods: ratings speaks no HTTP on port 5432 (Postgres) of ratings-db: there, \
             rule 1 lets nobody in."
                .into(),
        ]
    );
    let nobody = ClientAccess {
        access: Access::Nobody,
        ..ratings(&[])
    };
    assert_eq!(found(&nobody, &facts), [format!("{closed}.")]);
}

#[test]
fn identities_need_mutual_tls_on_each_port() {
    let ports = [(80, "HTTP", Some(true)), (90, "HTTP", Some(true))];
    let mut facts = with_ports(&ports);
    let server = facts.services.iter_mut().find(|s| s.name == "ratings");
    let server = server.unwrap();
    server.accepts = Some(Mode::Permissive);
    server.by_port = [(80, Mode::Strict), (90, Mode::Disabled)].into();
    assert_eq!(
        found(&ratings(&[tools()]), &facts),
        [
            "Warning identity_needs_mtls service: ratings accepts plaintext only on port 90, where callers have no \
             identity: no rule lets anybody in there."
        ]
    );
}
