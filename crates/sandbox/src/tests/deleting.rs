//! Deleting.

use std::pin::pin;

use futures::StreamExt;
use kube::api::{DeleteParams, Patch, PatchParams, Preconditions, WatchEvent, WatchParams};
use serde_json::{Value, json};

use super::{apply, cluster, policies, status, stored, strict};

fn only(uid: Option<&str>, version: Option<&str>) -> DeleteParams {
    DeleteParams::default().preconditions(Preconditions {
        uid: uid.map(str::to_owned),
        resource_version: version.map(str::to_owned),
    })
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_told() {
    let sandbox = cluster();
    let uid = apply(&sandbox, &strict()).await.unwrap()["metadata"]["uid"].clone();
    let api = policies(&sandbox);
    let watch = api.watch(&WatchParams::default(), "3").await.unwrap();
    let mut watch = pin!(watch);
    let answer = api.delete("a", &DeleteParams::background()).await.unwrap();
    let expected = json!({
        "status": "Success",
        "metadata": {},
        "details": {
            "name": "a", "group": "security.istio.io", "kind": "peerauthentications", "uid": uid,
        },
    });
    let answer = serde_json::to_value(answer.right().unwrap()).unwrap();
    assert_eq!(answer, expected);
    assert_eq!(stored(&sandbox), None);
    let event = watch.next().await.unwrap().unwrap();
    assert!(matches!(event, WatchEvent::Deleted(_)), "{event:?}");
    assert!(status(api.delete("a", &DeleteParams::default()).await).is_not_found());
}

#[tokio::test]
async fn a_rehearsed_deletion_deletes_nothing() {
    let sandbox = cluster();
    apply(&sandbox, &strict()).await.unwrap();
    let before = stored(&sandbox);
    let api = policies(&sandbox);
    api.delete("a", &DeleteParams::default().dry_run())
        .await
        .unwrap();
    assert_eq!(stored(&sandbox), before);
    assert!(sandbox.journal().last().unwrap().dry_run);
    let missing = api.delete("b", &DeleteParams::default().dry_run()).await;
    assert!(status(missing).is_not_found());
}

#[tokio::test]
async fn only_the_object_that_is_meant_is_deleted() {
    let sandbox = cluster();
    let metadata = apply(&sandbox, &strict()).await.unwrap()["metadata"].clone();
    let uid = metadata["uid"].as_str().unwrap();
    let api = policies(&sandbox);
    for (params, what, found) in [
        (only(Some("x"), None), "UID", uid),
        (only(Some(uid), Some("x")), "ResourceVersion", "3"),
    ] {
        let refused = status(api.delete("a", &params).await);
        assert_eq!((refused.code, refused.reason.as_str()), (409, "Conflict"));
        let why = format!(
            "Operation cannot be fulfilled on peerauthentications.security.istio.io \"a\": \
             Precondition failed: {what} in precondition: x, {what} in object meta: {found}"
        );
        assert_eq!(refused.message, why);
    }
    api.delete("a", &only(Some(uid), Some("3"))).await.unwrap();
    assert_eq!(stored(&sandbox), None);
}

#[tokio::test]
async fn who_has_to_finish_with_an_object_holds_it() {
    let sandbox = cluster();
    let mut wanted = strict();
    wanted["metadata"]["finalizers"] = json!(["example.com/keep"]);
    apply(&sandbox, &wanted).await.unwrap();
    let api = policies(&sandbox);
    for _ in 0..2 {
        let answer = api.delete("a", &DeleteParams::default()).await.unwrap();
        let held = serde_json::to_value(answer.left().unwrap()).unwrap();
        assert_eq!(
            held["metadata"]["deletionTimestamp"],
            "2026-03-02T08:00:00Z"
        );
        assert_eq!(held["metadata"]["resourceVersion"], "4");
        assert_eq!(stored(&sandbox), Some(held));
    }
    let patch = Patch::Merge(json!({ "metadata": { "finalizers": Value::Null } }));
    api.patch("a", &PatchParams::default(), &patch)
        .await
        .unwrap();
    assert_eq!(stored(&sandbox), None);
}

#[tokio::test]
async fn an_unknown_policy_for_what_depends_on_it_is_refused() {
    let sandbox = cluster();
    apply(&sandbox, &strict()).await.unwrap();
    let path = "/apis/security.istio.io/v1/namespaces/shop/peerauthentications/a";
    let request = http::Request::delete(path);
    let request = request.body(br#"{ "propagationPolicy": "Later" }"#.to_vec());
    let refused = status(sandbox.client().request::<Value>(request.unwrap()).await);
    assert_eq!(
        refused.message,
        "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \
         \"Later\": supported values: \"Orphan\", \"Background\", \"Foreground\""
    );
    assert!(stored(&sandbox).is_some());
}
