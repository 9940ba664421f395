//! Applies to what was seen, and to nothing else.
#![expect(
    clippy::disallowed_methods,
    reason = "this is about the requests themselves"
)]

mod common;

use cluster::{Answer, Cluster, Seen, Verified};
use common::*;
use mesh::{Labels, Manifest, ResourceKey, ResourceKind};
use sandbox::{Sandbox, Verb};
use serde_json::{Value, json};

/// The body of the only request there was, without what it is locked to.
fn unlocked(sandbox: &Sandbox) -> String {
    let asked = asked(sandbox);
    assert_eq!(asked.len(), 1, "{asked:?}");
    let mut body: Value = serde_json::from_slice(&asked[0].body).expect("a body is JSON");
    let metadata = body["metadata"].as_object_mut().expect("it has some");
    metadata.retain(|name, _| !["uid", "resourceVersion"].contains(&name.as_str()));
    body.sort_all_objects();
    body.to_string()
}

/// Ours, and how it is.
async fn ours(cluster: &Cluster, name: &str) -> Seen {
    Seen::from(&done(cluster.apply(&strict(name), &Seen::nothing()).await))
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_is_made_by_one_request_of_the_approved_bytes() {
    let (sandbox, cluster) = empty();
    let wanted = wants(
        "a",
        json!({"selector": {"matchLabels": {"app": "ä\u{1f600}"}}, "mtls": {"mode": "STRICT"}}),
    );
    let made = done(cluster.apply(&wanted, &Seen::nothing()).await);
    assert_eq!(made.canonical(), wanted.canonical());
    assert_eq!(unlocked(&sandbox), wanted.body());
    let asked = &asked(&sandbox)[0];
    let path = "/apis/security.istio.io/v1/namespaces/default/peerauthentications/a";
    let query = "&fieldManager=assent&fieldValidation=Strict";
    assert_eq!(
        (
            asked.verb,
            asked.path.as_str(),
            asked.query.as_str(),
            asked.status
        ),
        (Verb::Apply, path, query, Some(201))
    );
    assert_eq!(cluster.verify(&wanted).await, Verified::Same);
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_istio_has_its_address() {
    let (sandbox, cluster) = empty();
    for kind in mesh::resources::ALL {
        let wanted = Manifest::new(
            ResourceKey::new(*kind, "default", "a"),
            labels(),
            &json!({}),
        );
        // What the webhook thinks of it does not count here.
        cluster.apply(&wanted, &Seen::nothing()).await;
        cluster.remove(&wanted.key, &seen("u", "7")).await;
    }
    for asked in sandbox.journal() {
        assert_ne!(asked.status, None, "{asked:?}");
    }
    assert_eq!(sandbox.journal().len(), 2 * mesh::resources::ALL.len());
}

#[tokio::test(start_paused = true)]
async fn what_somebody_made_meanwhile_is_left_alone() {
    for spec in [
        json!({"mtls": {"mode": "STRICT"}}),
        json!({"mtls": {"mode": "DISABLE"}}),
        json!({"portLevelMtls": {"80": {"mode": "DISABLE"}}}),
    ] {
        let (sandbox, cluster) = empty();
        edit(&sandbox, "a", &Labels::new(), spec);
        let before = sandbox.save();
        let answer = cluster.apply(&strict("a"), &Seen::nothing()).await;
        assert_eq!(answer, Answer::Moved);
        assert_eq!(sandbox.save(), before);
        assert_eq!(asked(&sandbox).len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_is_of_the_version_that_was_seen() {
    let (sandbox, cluster) = empty();
    let seen = ours(&cluster, "a").await;
    let wanted = wants("a", json!({"mtls": {"mode": "PERMISSIVE"}}));
    let changed = done(cluster.apply(&wanted, &seen).await);
    assert_eq!(changed.canonical(), wanted.canonical());

    let before = sandbox.save();
    let stale = cluster.apply(&strict("a"), &seen).await;
    assert_eq!(stale, Answer::Moved);
    let any_version = Seen {
        uid: Some("another".into()),
        resource_version: None,
    };
    let another = cluster.apply(&strict("a"), &any_version).await;
    assert_eq!(another, Answer::Moved);
    assert_eq!(sandbox.save(), before);

    let any_version = Seen {
        uid: seen.uid.clone(),
        resource_version: None,
    };
    done(cluster.apply(&strict("a"), &any_version).await);
}

#[tokio::test(start_paused = true)]
async fn what_was_removed_is_not_made_again() {
    let (sandbox, cluster) = empty();
    let seen = ours(&cluster, "a").await;
    sandbox
        .delete("PeerAuthentication", "default", "a")
        .unwrap();
    assert_eq!(cluster.apply(&strict("a"), &seen).await, Answer::Moved);
    assert_eq!(cluster.verify(&strict("a")).await, Verified::Gone);
    ours(&cluster, "a").await;
    assert_eq!(cluster.apply(&strict("a"), &seen).await, Answer::Moved);
}

#[tokio::test(start_paused = true)]
async fn a_field_of_somebody_else_stops_a_change() {
    let (sandbox, cluster) = empty();
    ours(&cluster, "a").await;
    edit(
        &sandbox,
        "a",
        &labels(),
        json!({"mtls": {"mode": "DISABLE"}}),
    );
    let drifted = live(&cluster, "a").await;
    let answer = cluster.apply(&strict("a"), &Seen::from(&drifted)).await;
    let conflict = Answer::Conflict {
        owner: "kubectl-edit".into(),
        field: ".spec.mtls.mode".into(),
    };
    assert_eq!(answer, conflict);
    assert_eq!(
        cluster.verify(&strict("a")).await,
        Verified::Differs(Box::new(drifted))
    );
}

#[tokio::test(start_paused = true)]
async fn what_the_cluster_does_not_take_is_refused_with_its_reason() {
    let (sandbox, cluster) = empty();
    let refused = async |wanted: Manifest| match cluster.apply(&wanted, &Seen::nothing()).await {
        Answer::Refused { code, says, field } => (code, says, field),
        other => panic!("{other:?}"),
    };
    let ports = json!({"mtls": {"mode": "STRICT"}, "portLevelMtls": {"80": {"mode": "DISABLE"}}});
    let (code, says, field) = refused(wants("a", ports)).await;
    assert_eq!((code, field.as_deref()), (422, Some("spec")));
    assert!(says.ends_with("portLevelMtls requires selector"), "{says}");

    let (code, _, field) = refused(wants("a", json!({"bogus": 1}))).await;
    assert_eq!((code, field.as_deref()), (500, Some(".spec.bogus")));

    let (code, _, field) = refused(wants("a", json!({"mtls": {"mode": 7}}))).await;
    assert_eq!((code, field.as_deref()), (500, Some(".spec.mtls.mode")));

    let (code, _, field) = refused(wants("a", json!({"mtls": {"mode": "LOOSE"}}))).await;
    assert_eq!((code, field.as_deref()), (422, Some("spec.mtls.mode")));

    let elsewhere = ResourceKey::new(PEER, "nowhere", "a");
    let (code, says, _) = refused(Manifest::new(elsewhere, labels(), &json!({}))).await;
    assert_eq!(
        (code, says.as_str()),
        (404, "namespaces \"nowhere\" not found")
    );

    sandbox.faults().forbid("PeerAuthentication").unwrap();
    let (code, _, field) = refused(strict("a")).await;
    assert_eq!((code, field), (403, None));
    assert_eq!(asked(&sandbox).len(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_leads_elsewhere_is_asked_for_nowhere() {
    let (sandbox, cluster) = empty();
    for (namespace, name) in [
        ("default", "../../../secrets/a"),
        ("default", "a?x=y"),
        ("default", ""),
        ("default", ".."),
        ("a/b", "a"),
    ] {
        let key = ResourceKey::new(ResourceKind::Gateway, namespace, name);
        assert_eq!(cluster.read(&key).await, Ok(None));
        let wanted = Manifest::new(key.clone(), labels(), &json!({}));
        let answers = [
            cluster.apply(&wanted, &Seen::nothing()).await,
            cluster.remove(&key, &seen("u", "7")).await,
        ];
        for answer in answers {
            assert!(matches!(answer, Answer::Refused { .. }), "{answer:?}");
        }
    }
    assert_eq!(asked(&sandbox), []);
}

#[tokio::test(start_paused = true)]
async fn only_what_was_seen_is_removed() {
    let (sandbox, cluster) = empty();
    let seen = ours(&cluster, "a").await;
    let uid = seen.uid.clone().unwrap();
    let remove = async |seen: &Seen| cluster.remove(&key("a"), seen).await;

    assert_eq!(remove(&Seen::nothing()).await, Answer::Moved);
    assert_eq!(asked(&sandbox).len(), 1, "only what made it");
    let any_version = |uid: &str| Seen {
        uid: Some(uid.into()),
        resource_version: None,
    };
    assert_eq!(remove(&any_version("another")).await, Answer::Moved);
    assert_eq!(remove(&common::seen(&uid, "1")).await, Answer::Moved);
    live(&cluster, "a").await;

    let removed = Answer::Removed { uid: uid.clone() };
    assert_eq!(remove(&seen).await, removed);
    assert_eq!(cluster.read(&key("a")).await, Ok(None));
    assert_eq!(remove(&seen).await, Answer::Moved);

    ours(&cluster, "a").await;
    assert_eq!(remove(&any_version(&uid)).await, Answer::Moved);
    let again = live(&cluster, "a").await.uid;
    let removed = Answer::Removed { uid: again.clone() };
    assert_eq!(remove(&any_version(&again)).await, removed);
}

#[tokio::test(start_paused = true)]
async fn what_somebody_holds_is_removed_later() {
    let (sandbox, cluster) = empty();
    let held = json!({
        "apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication",
        "metadata": {"name": "a", "namespace": "default", "finalizers": ["example.com/hold"]},
        "spec": {},
    });
    sandbox.put(held).unwrap();
    let there = live(&cluster, "a").await;
    let answer = cluster.remove(&key("a"), &Seen::from(&there)).await;
    assert_eq!(answer, Answer::Removed { uid: there.uid });
    live(&cluster, "a").await;
}
