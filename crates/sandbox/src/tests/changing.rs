//! Creating, replacing and patching.

use json_patch::Patch as Steps;
use kube::api::{Patch, PatchParams, PostParams};
use serde_json::{Value, json};

use super::{
    apply, cluster, in_shop, last_status, object, owners, policies, policy, status, stored, strict,
};

fn by(manager: &str) -> PostParams {
    PostParams {
        field_manager: Some(manager.to_owned()),
        ..PostParams::default()
    }
}

fn steps(steps: Value) -> Patch<()> {
    let steps: Steps = serde_json::from_value(steps).unwrap();
    Patch::Json(steps)
}

#[tokio::test]
async fn what_is_created_belongs_to_its_creator() {
    let sandbox = cluster();
    let api = policies(&sandbox);
    let created = api.create(&by("they"), &object(strict())).await.unwrap();
    assert_eq!(serde_json::to_value(created).ok(), stored(&sandbox));
    assert_eq!(last_status(&sandbox), Some(201));
    let owned = r#"they Update {"f:spec":{"f:mtls":{"f:mode":{}}}}"#;
    assert_eq!(owners(&stored(&sandbox).unwrap()), [owned]);

    let again = serde_json::to_value(status(api.create(&by("they"), &object(strict())).await));
    let expected = json!({
        "status": "Failure",
        "code": 409,
        "metadata": {},
        "reason": "AlreadyExists",
        "message": "peerauthentications.security.istio.io \"a\" already exists",
        "details": { "name": "a", "group": "security.istio.io", "kind": "peerauthentications" },
    });
    assert_eq!(again.unwrap(), expected);
}

#[tokio::test]
async fn a_rehearsed_creation_creates_nothing() {
    let sandbox = cluster();
    let params = PostParams {
        dry_run: true,
        ..by("they")
    };
    let api = policies(&sandbox);
    api.create(&params, &object(strict())).await.unwrap();
    assert_eq!(stored(&sandbox), None);
}

#[tokio::test]
async fn a_replacement_keeps_what_is_the_servers() {
    let sandbox = cluster();
    sandbox
        .put(json!({
            "apiVersion": "v1", "kind": "Service", "metadata": { "name": "a", "namespace": "shop" },
            "spec": { "type": "ClusterIP" }, "status": { "loadBalancer": {} },
        }))
        .unwrap();
    let before = sandbox.object("Service", "shop", "a").unwrap();
    let new = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": { "name": "a", "uid": before["metadata"]["uid"] },
        "spec": { "type": "ExternalName" }, "status": { "loadBalancer": { "ingress": [] } },
    });
    let api = in_shop(&sandbox, "Service");
    api.replace("a", &by("they"), &object(new)).await.unwrap();
    let after = sandbox.object("Service", "shop", "a").unwrap();
    for field in ["uid", "creationTimestamp", "namespace"] {
        assert_eq!(
            after["metadata"][field], before["metadata"][field],
            "{field}"
        );
    }
    assert_eq!(after["status"], before["status"]);
    assert_eq!(after["spec"], json!({ "type": "ExternalName" }));
    assert_eq!(owners(&after), [r#"they Update {"f:spec":{"f:type":{}}}"#]);
}

#[tokio::test]
async fn what_is_missing_cannot_be_replaced_or_patched() {
    let sandbox = cluster();
    let api = policies(&sandbox);
    let replaced = api.replace("a", &by("they"), &object(strict())).await;
    let patch = Patch::Merge(json!({}));
    let patched = api.patch("a", &PatchParams::default(), &patch).await;
    for answer in [replaced, patched] {
        assert!(status(answer).is_not_found());
    }
}

#[tokio::test]
async fn a_json_patch_tests_before_it_changes() {
    let sandbox = cluster();
    apply(&sandbox, &strict()).await.unwrap();
    let api = policies(&sandbox);
    let patch = |version: &str| {
        steps(json!([
            { "op": "test", "path": "/metadata/resourceVersion", "value": version },
            { "op": "replace", "path": "/spec/mtls/mode", "value": "DISABLE" },
            { "op": "add", "path": "/metadata/labels", "value": { "team": "red" } },
        ]))
    };
    let before = stored(&sandbox);
    let refused = status(api.patch("a", &PatchParams::default(), &patch("2")).await);
    let message = "the server rejected our request due to an error in our request";
    let told = (
        refused.code,
        refused.reason.as_str(),
        refused.message.as_str(),
    );
    assert_eq!(told, (422, "Invalid", message));
    assert_eq!(stored(&sandbox), before);

    api.patch("a", &PatchParams::default(), &patch("3"))
        .await
        .unwrap();
    let after = stored(&sandbox).unwrap();
    assert_eq!(after["spec"]["mtls"]["mode"], "DISABLE");
    let fields = r#"{"f:metadata":{"f:labels":{"f:team":{}}},"f:spec":{"f:mtls":{"f:mode":{}}}}"#;
    assert_eq!(owners(&after), [format!("unknown Update {fields}")]);

    let remove = steps(json!([{ "op": "remove", "path": "/metadata/labels/team" }]));
    api.patch("a", &PatchParams::default(), &remove)
        .await
        .unwrap();
    assert_eq!(stored(&sandbox).unwrap()["metadata"]["labels"], Value::Null);
}

#[tokio::test]
async fn a_merge_patch_lays_over_and_null_removes() {
    let sandbox = cluster();
    let mut wanted = strict();
    wanted["metadata"]["labels"] = json!({ "team": "red", "tier": "front" });
    apply(&sandbox, &wanted).await.unwrap();
    let patch = json!({ "metadata": { "labels": { "team": null, "tier": "back" } } });
    let params = PatchParams {
        field_manager: Some("they".to_owned()),
        ..PatchParams::default()
    };
    let api = policies(&sandbox);
    let dry = PatchParams {
        dry_run: true,
        ..params.clone()
    };
    let before = stored(&sandbox);
    api.patch("a", &dry, &Patch::Merge(&patch)).await.unwrap();
    assert_eq!(stored(&sandbox), before);

    api.patch("a", &params, &Patch::Merge(&patch))
        .await
        .unwrap();
    let after = stored(&sandbox).unwrap();
    assert_eq!(after["metadata"]["labels"], json!({ "tier": "back" }));
    assert_eq!(after["spec"], wanted["spec"]);
    assert_eq!(
        owners(&after),
        [
            r#"assent Apply {"f:spec":{"f:mtls":{"f:mode":{}}}}"#,
            r#"they Update {"f:metadata":{"f:labels":{"f:tier":{}}}}"#,
        ]
    );
}

#[tokio::test]
async fn a_patch_that_changes_nothing_makes_no_version() {
    let sandbox = cluster();
    let before = apply(&sandbox, &strict()).await.unwrap();
    let patch = Patch::Merge(json!({ "spec": { "mtls": { "mode": "STRICT" } } }));
    let api = policies(&sandbox);
    api.patch("a", &PatchParams::default(), &patch)
        .await
        .unwrap();
    assert_eq!(stored(&sandbox), Some(before));
}

#[tokio::test]
async fn a_body_that_is_not_what_the_path_says_is_a_bad_request() {
    let sandbox = cluster();
    let api = policies(&sandbox);
    let mut other_name = strict();
    other_name["metadata"]["name"] = json!("b");
    let mut other_namespace = strict();
    other_namespace["metadata"]["namespace"] = json!("elsewhere");
    let mut other_version = strict();
    other_version["apiVersion"] = json!("security.istio.io/v1beta1");
    let mut other_kind = strict();
    other_kind["kind"] = json!("AuthorizationPolicy");
    let mut untyped = policy(json!({}));
    untyped.as_object_mut().unwrap().remove("apiVersion");
    for wrong in [
        &other_name,
        &other_namespace,
        &other_version,
        &other_kind,
        &untyped,
    ] {
        let params = PatchParams::apply("they");
        let applied = status(api.patch("a", &params, &Patch::Apply(wrong)).await);
        assert_eq!(
            (applied.code, applied.reason.as_str()),
            (400, "BadRequest"),
            "{wrong}"
        );
    }
    for (wrong, code) in [
        (&other_namespace, 400),
        (&other_version, 400),
        // What is created can be read whatever kind it is of, and is then invalid.
        (&other_kind, 422),
    ] {
        let created = api.create(&by("they"), &object(wrong.clone())).await;
        assert_eq!(status(created).code, code, "{wrong}");
    }
    apply(&sandbox, &strict()).await.unwrap();
    let rename = Patch::Merge(json!({ "metadata": { "name": "b" } }));
    let renamed = api.patch("a", &PatchParams::default(), &rename).await;
    assert_eq!(status(renamed).code, 400);
}

#[tokio::test]
async fn a_format_that_is_not_read_is_told() {
    let sandbox = cluster();
    let patch = Patch::Strategic(json!({}));
    let api = policies(&sandbox);
    let refused = status(api.patch("a", &PatchParams::default(), &patch).await);
    assert_eq!(
        (refused.code, refused.reason.as_str()),
        (415, "UnsupportedMediaType")
    );
}
