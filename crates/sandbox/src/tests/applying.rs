//! Server-side apply: what comes of it, and who owns it.

use std::pin::pin;

use futures::StreamExt;
use kube::api::{Patch, PatchParams, WatchEvent, WatchParams};
use serde_json::{Value, json};

use super::{
    apply, apply_as, cluster, in_shop, last_status, ours, owners, policies, policy, status, stored,
    strict,
};

const OWNS_MODE: &str = r#"assent Apply {"f:spec":{"f:mtls":{"f:mode":{}}}}"#;

#[tokio::test]
async fn what_is_missing_is_created_with_all_that_a_server_adds() {
    let sandbox = cluster();
    let mut wanted = strict();
    wanted["metadata"]["labels"] = json!({ "assent/intent": "a" });
    let applied = apply(&sandbox, &wanted).await.unwrap();
    let expected = json!({
        "apiVersion": "security.istio.io/v1",
        "kind": "PeerAuthentication",
        "metadata": {
            "name": "a",
            "namespace": "shop",
            "labels": { "assent/intent": "a" },
            "creationTimestamp": "2026-03-02T08:00:00Z",
            "generation": 1,
            "resourceVersion": "3",
            "uid": applied["metadata"]["uid"],
            "managedFields": [{
                "manager": "assent",
                "operation": "Apply",
                "apiVersion": "security.istio.io/v1",
                "time": "2026-03-02T08:00:00Z",
                "fieldsType": "FieldsV1",
                "fieldsV1": {
                    "f:metadata": { "f:labels": { "f:assent/intent": {} } },
                    "f:spec": { "f:mtls": { "f:mode": {} } },
                },
            }],
        },
        "spec": { "mtls": { "mode": "STRICT" } },
    });
    assert_eq!(applied, expected);
    assert_eq!(stored(&sandbox), Some(expected));
    assert_eq!(last_status(&sandbox), Some(201));
}

#[tokio::test]
async fn the_same_bytes_again_change_nothing() {
    let sandbox = cluster();
    let first = apply(&sandbox, &strict()).await.unwrap();
    let hour_later = jiff::Timestamp::constant(1_772_442_000, 0);
    sandbox.set_clock(move || hour_later);
    assert_eq!(apply(&sandbox, &strict()).await.unwrap(), first);
    assert_eq!(last_status(&sandbox), Some(200));
}

#[tokio::test]
async fn another_spec_is_another_generation_of_the_same_object() {
    let sandbox = cluster();
    let first = apply(&sandbox, &strict()).await.unwrap();
    let mut wanted = policy(json!({ "mtls": { "mode": "PERMISSIVE" } }));
    let second = apply(&sandbox, &wanted).await.unwrap();
    wanted["metadata"]["labels"] = json!({ "team": "red" });
    let third = apply(&sandbox, &wanted).await.unwrap();
    let told = [&first, &second, &third].map(|object| {
        let metadata = &object["metadata"];
        (
            metadata["generation"].clone(),
            metadata["resourceVersion"].clone(),
        )
    });
    let expected = [(1, "3"), (2, "4"), (2, "5")];
    assert_eq!(told, expected.map(|(g, v)| (json!(g), json!(v))));
    assert_eq!(first["metadata"]["uid"], third["metadata"]["uid"]);
}

#[tokio::test]
async fn what_is_left_out_goes_unless_somebody_else_wants_it() {
    let sandbox = cluster();
    let with_port = policy(json!({
        "selector": { "matchLabels": { "app": "a" } },
        "mtls": { "mode": "STRICT" },
        "portLevelMtls": { "8080": { "mode": "DISABLE" } },
    }));
    apply(&sandbox, &with_port).await.unwrap();
    let theirs = policy(json!({ "selector": { "matchLabels": { "app": "a" } } }));
    apply_as(&sandbox, &PatchParams::apply("they"), &theirs)
        .await
        .unwrap();
    let left = apply(&sandbox, &strict()).await.unwrap();
    let spec =
        json!({ "selector": { "matchLabels": { "app": "a" } }, "mtls": { "mode": "STRICT" } });
    assert_eq!(left["spec"], spec);
    let they = r#"they Apply {"f:spec":{"f:selector":{"f:matchLabels":{"f:app":{}}}}}"#;
    assert_eq!(owners(&left), [OWNS_MODE, they]);
}

#[tokio::test]
async fn a_list_is_one_field() {
    let sandbox = cluster();
    let rules = |methods: Value| {
        json!({
            "apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy",
            "metadata": { "name": "a" },
            "spec": { "rules": [{ "to": [{ "operation": { "methods": methods } }] }] },
        })
    };
    let applied = apply(&sandbox, &rules(json!(["GET"]))).await.unwrap();
    assert_eq!(
        owners(&applied),
        [r#"assent Apply {"f:spec":{"f:rules":{}}}"#]
    );
    let wanted = rules(json!(["GET", "HEAD"]));
    let conflict = status(apply_as(&sandbox, &PatchParams::apply("they"), &wanted).await);
    assert_eq!(conflict.details.unwrap().causes[0].field, ".spec.rules");
    let applied = apply(&sandbox, &wanted).await.unwrap();
    assert_eq!(applied["spec"], wanted["spec"]);
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_and_leaves_no_trace() {
    let sandbox = cluster();
    let api = policies(&sandbox);
    let watch = api.watch(&WatchParams::default(), "2").await.unwrap();
    let mut watch = pin!(watch);
    let rehearsed = apply_as(&sandbox, &ours().dry_run(), &strict())
        .await
        .unwrap();
    assert_eq!(rehearsed["metadata"]["resourceVersion"], Value::Null);
    assert_eq!((stored(&sandbox), last_status(&sandbox)), (None, Some(201)));

    let real = apply(&sandbox, &strict()).await.unwrap();
    assert_ne!(real["metadata"]["uid"], rehearsed["metadata"]["uid"]);
    let wanted = policy(json!({ "mtls": { "mode": "DISABLE" } }));
    let rehearsed = apply_as(&sandbox, &ours().dry_run(), &wanted)
        .await
        .unwrap();
    assert_eq!(rehearsed["spec"], wanted["spec"]);
    assert_eq!(rehearsed["metadata"]["resourceVersion"], "3");
    assert_eq!(rehearsed["metadata"]["generation"], 2);
    assert_eq!(stored(&sandbox), Some(real));

    apply(&sandbox, &wanted).await.unwrap();
    for (what, version) in [("ADDED", "3"), ("MODIFIED", "4")] {
        let (told, object) = match watch.next().await.unwrap().unwrap() {
            WatchEvent::Added(object) => ("ADDED", object),
            WatchEvent::Modified(object) => ("MODIFIED", object),
            other => panic!("{other:?}"),
        };
        let told = (told, object.metadata.resource_version.unwrap());
        assert_eq!(told, (what, version.to_owned()));
    }
}

#[tokio::test]
async fn what_only_the_server_says_cannot_be_applied() {
    let sandbox = cluster();
    let mut wanted = strict();
    wanted["status"] = json!({ "conditions": [] });
    wanted["metadata"]["generation"] = json!(7);
    wanted["metadata"]["creationTimestamp"] = Value::Null;
    let applied = apply(&sandbox, &wanted).await.unwrap();
    assert_eq!(applied["status"], Value::Null);
    assert_eq!(applied["metadata"]["generation"], 1);
    assert_eq!(owners(&applied), [OWNS_MODE]);

    let read = status(apply(&sandbox, &applied).await);
    let told = (read.code, read.message.as_str());
    assert_eq!(told, (400, "metadata.managedFields must be nil"));
}

#[tokio::test]
async fn an_apply_patch_needs_a_manager() {
    let sandbox = cluster();
    let api = in_shop(&sandbox, "PeerAuthentication");
    let wanted = strict();
    let patch = Patch::Apply(&wanted);
    let refused = status(api.patch("a", &PatchParams::default(), &patch).await);
    assert_eq!(
        (refused.code, refused.message.as_str()),
        (
            422,
            "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for \
             apply patch"
        )
    );
}
