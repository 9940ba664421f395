//! What teams want to do, from what they type to what comes out of it.

use intent::{
    CloudName, Facts, Form, Intent, IntentName, Matches, Owner, Place, PolicyFact, PortFact,
    ServiceFact,
};
use mesh::{Finding, Labels, Level, mtls::Mode, resources::AuthorizationAction};
use serde_json::{Value, json};

/// A site with httpbin, analyzer, guestbook and reviews, all with sidecars and mutual TLS only.
fn site() -> Facts {
    let names = ["analyzer", "guestbook", "httpbin", "reviews"];
    let accounts = ["default/default", "default/guestbook", "default/sleep"];
    Facts {
        site: "eu-west".into(),
        root: "istio-system".into(),
        trust_domain: "cluster.local".into(),
        namespaces: vec!["default".into()],
        modes: [("default".into(), Mode::Permissive)].into(),
        others: vec!["istio-system".into(), "tools".into()],
        services: names.map(service).into(),
        accounts: accounts.map(String::from).into(),
        ..Facts::default()
    }
}

fn service(name: &str) -> ServiceFact {
    ServiceFact {
        namespace: "default".into(),
        name: name.into(),
        host: format!("{name}.default.svc.cluster.local"),
        selector: Labels::from([("app".into(), name.into())]),
        ports: vec![PortFact {
            port: 80,
            name: "http".into(),
            protocol: "HTTP".into(),
            http: Some(true),
            targets: vec![80],
        }],
        pods: 2,
        accepts: Some(Mode::Strict),
        ..ServiceFact::default()
    }
}

/// The site with httpbin accepting something else.
fn accepting(mode: Mode) -> Facts {
    let mut facts = site();
    facts.services[2].accepts = Some(mode);
    facts
}

fn read(kind: &str, typed: &[(&str, &str)]) -> Intent {
    let typed = typed.iter().copied();
    let form = Form(
        typed
            .map(|(path, text)| (path.into(), text.into()))
            .collect(),
    );
    Intent::read(kind, &form).expect("all that is needed was typed")
}

fn owner() -> Owner {
    Owner {
        installation: "demo".into(),
        cloud: CloudName::read("shop").expect("it is a DNS label"),
        intent: IntentName::read("it").expect("it is a DNS label"),
    }
}

fn says(intent: &Intent, facts: &Facts) -> String {
    intent.says(&Place::at(facts, &owner()))
}

fn check(intent: &Intent, facts: &Facts) -> Vec<Finding> {
    intent.check(&Place::at(facts, &owner()))
}

/// What comes out, as kind, namespace and spec.
fn out(intent: &Intent, facts: &Facts) -> Vec<(String, String, Value)> {
    let made = intent.compile(&Place::at(facts, &owner()));
    let made = made.expect("nothing keeps it from compiling");
    let made = made.iter().map(|manifest| {
        let spec = serde_json::from_str(manifest.canonical()).expect("a spec is JSON");
        let key = &manifest.key;
        (key.kind.to_string(), key.namespace.to_string(), spec)
    });
    made.collect()
}

fn one(kind: &str, namespace: &str, spec: Value) -> (String, String, Value) {
    (kind.into(), namespace.into(), spec)
}

fn sleep_may_get() -> Intent {
    read(
        "client_access",
        &[
            ("service", "default/httpbin"),
            ("access", "listed"),
            ("rules.0.accounts", "default/sleep"),
            ("rules.0.methods", "GET"),
            ("rules.0.paths", "/status, /headers"),
        ],
    )
}

fn namespaces_may_call() -> Intent {
    read(
        "client_access",
        &[
            ("service", "default/httpbin"),
            ("access", "listed"),
            ("rules.0.namespaces", "default, tools"),
        ],
    )
}

#[test]
fn s0_3_let_sleep_do_two_things() {
    let (facts, intent) = (site(), sleep_may_get());
    let spec = json!({
        "selector": {"matchLabels": {"app": "httpbin"}},
        "action": "ALLOW",
        "rules": [{
            "from": [{"source": {"principals": ["cluster.local/ns/default/sa/sleep"]}}],
            "to": [{"operation": {"methods": ["GET"], "paths": ["/headers", "/status"]}}],
        }],
    });
    assert_eq!(
        out(&intent, &facts),
        [one("AuthorizationPolicy", "default", spec)]
    );
    assert_eq!(
        says(&intent, &facts),
        "sleep of default may GET /status or /headers on httpbin. Everyone else with a sidecar gets 403; plaintext is refused."
    );
    assert_eq!(check(&intent, &facts), []);
}

#[test]
fn s0_4_let_namespaces_in() {
    let (facts, intent) = (site(), namespaces_may_call());
    let spec = json!({
        "selector": {"matchLabels": {"app": "httpbin"}},
        "action": "ALLOW",
        "rules": [{"from": [{"source": {"namespaces": ["default", "tools"]}}]}],
    });
    assert_eq!(
        out(&intent, &facts),
        [one("AuthorizationPolicy", "default", spec)]
    );
    assert_eq!(
        says(&intent, &facts),
        "Every account of default and every account of tools may call httpbin. Everyone else with a sidecar gets 403; plaintext is refused."
    );
    assert_eq!(check(&intent, &facts), []);

    let unknown = Facts {
        others: vec![],
        ..facts
    };
    let found = Finding {
        sites: vec!["eu-west".into()],
        ..Finding::field(
            Level::Warning,
            "namespace_unknown",
            "rules.0.namespaces",
            "There is no namespace tools here; rule 1 lets nobody in by it.",
            "Check how it is written.",
        )
    };
    assert_eq!(check(&intent, &unknown), [found]);
}

#[test]
fn s0_6_be_told_that_identity_needs_mtls() {
    for intent in [sleep_may_get(), namespaces_may_call()] {
        let found = check(&intent, &accepting(Mode::Disabled));
        let told: Vec<_> = found.iter().map(|f| (f.level, f.says.as_str())).collect();
        let says = "httpbin accepts plaintext only, where callers have no identity: no rule can ever let anybody in.";
        assert_eq!(told, [(Level::Error, says)]);

        let found = check(&intent, &accepting(Mode::Permissive));
        let told: Vec<_> = found.iter().map(|f| (f.level, f.says.as_str())).collect();
        let says =
            "httpbin accepts plaintext too; callers that send it have no identity and are refused.";
        assert_eq!(told, [(Level::Warning, says)]);
    }
}

#[test]
fn s1_3_let_nobody_call_analyzer() {
    let typed = [("service", "default/analyzer"), ("access", "nobody")];
    let (facts, intent) = (site(), read("client_access", &typed));
    let spec = json!({"selector": {"matchLabels": {"app": "analyzer"}}, "action": "ALLOW"});
    assert_eq!(
        out(&intent, &facts),
        [one("AuthorizationPolicy", "default", spec)]
    );
    assert_eq!(says(&intent, &facts), "Nobody may call analyzer.");
    assert_eq!(check(&intent, &facts), []);
}

#[test]
fn s1_4_let_only_guestbook_post() {
    let typed = [
        ("service", "default/analyzer"),
        ("access", "listed"),
        ("rules.0.accounts", "default/guestbook"),
        ("rules.0.methods", "POST"),
    ];
    let (facts, intent) = (site(), read("client_access", &typed));
    let spec = json!({
        "selector": {"matchLabels": {"app": "analyzer"}},
        "action": "ALLOW",
        "rules": [{
            "from": [{"source": {"principals": ["cluster.local/ns/default/sa/guestbook"]}}],
            "to": [{"operation": {"methods": ["POST"]}}],
        }],
    });
    assert_eq!(
        out(&intent, &facts),
        [one("AuthorizationPolicy", "default", spec)]
    );
    assert_eq!(
        says(&intent, &facts),
        "guestbook of default may POST everything on analyzer. Everyone else with a sidecar gets 403; plaintext is refused."
    );
    assert_eq!(check(&intent, &facts), []);
}

#[test]
fn s4_1_set_mtls_for_a_namespace() {
    let typed = [
        ("scope", "namespace"),
        ("namespace", "default"),
        ("mode", "STRICT"),
        ("clients", "true"),
    ];
    let (facts, intent) = (site(), read("mutual_tls", &typed));
    let rule = json!({
        "host": "*.default.svc.cluster.local",
        "trafficPolicy": {"tls": {"mode": "ISTIO_MUTUAL"}},
    });
    let policy = json!({"mtls": {"mode": "STRICT"}});
    let expected = [
        one("DestinationRule", "default", rule),
        one("PeerAuthentication", "default", policy),
    ];
    assert_eq!(out(&intent, &facts), expected);
    assert_eq!(
        says(&intent, &facts),
        "Every workload of default will accept mutual TLS only, unless a policy of its own decides. Clients are \
         told to use mutual TLS."
    );
}

#[test]
fn s4_1_set_mtls_for_a_service() {
    let typed = [
        ("scope", "service"),
        ("service", "default/reviews"),
        ("mode", "STRICT"),
        ("clients", "true"),
    ];
    let (facts, intent) = (site(), read("mutual_tls", &typed));
    let rule = json!({
        "host": "reviews.default.svc.cluster.local",
        "trafficPolicy": {"tls": {"mode": "ISTIO_MUTUAL"}},
    });
    let policy = json!({
        "selector": {"matchLabels": {"app": "reviews"}},
        "mtls": {"mode": "STRICT"},
    });
    let expected = [
        one("DestinationRule", "default", rule),
        one("PeerAuthentication", "default", policy.clone()),
    ];
    assert_eq!(out(&intent, &facts), expected);

    let alone = read("mutual_tls", &typed[..3]);
    assert_eq!(
        out(&alone, &facts),
        [one("PeerAuthentication", "default", policy)]
    );
    assert_eq!(says(&alone, &facts), "reviews will accept mutual TLS only.");
}

#[test]
fn s4_1_a_policy_for_the_mesh_does_not_come_about_by_the_way() {
    let typed = [
        ("scope", "namespace"),
        ("namespace", "istio-system"),
        ("mode", "STRICT"),
    ];
    let facts = Facts {
        namespaces: vec!["default".into(), "istio-system".into()],
        ..site()
    };
    let intent = read("mutual_tls", &typed);
    let found = intent.compile(&Place::at(&facts, &owner())).unwrap_err();
    assert_eq!(
        found[0].says,
        "istio-system is the root namespace: a policy for all of it reaches the whole mesh."
    );
}

/// The site with a policy that decides about httpbin as well.
fn decided(action: AuthorizationAction, matches: Matches, labels: Labels) -> Facts {
    let policy = PolicyFact {
        policy: "default/viewer".into(),
        action,
        matches,
        labels,
    };
    Facts {
        deciding: [("default/httpbin".into(), vec![policy])].into(),
        ..site()
    }
}

#[test]
fn whoever_other_policies_let_in_is_not_said_to_be_refused() {
    let allow = AuthorizationAction::Allow;
    let nobody = read(
        "client_access",
        &[("service", "default/httpbin"), ("access", "nobody")],
    );
    let cases = [
        (
            allow,
            Matches::Some,
            Labels::new(),
            ", except callers that viewer lets in",
            Some("others_allow"),
        ),
        (allow, Matches::Nobody, Labels::new(), "", None),
        (allow, Matches::Some, owner().labels(), "", None),
        (
            AuthorizationAction::Deny,
            Matches::Some,
            Labels::new(),
            "",
            Some("others_refuse"),
        ),
    ];
    for (action, matches, labels, said, code) in cases {
        let facts = decided(action, matches, labels);
        assert_eq!(
            says(&nobody, &facts),
            format!("Nobody may call httpbin{said}.")
        );
        let owner = owner();
        let found = nobody.check(&Place::at(&facts, &owner));
        let codes: Vec<_> = found.iter().map(|finding| &*finding.code).collect();
        assert_eq!(codes, Vec::from_iter(code));
    }
}
