//! What is refused because of what it says.

use http::Request;
use kube::api::{DynamicObject, Patch, PatchParams, PostParams};
use serde_json::{Value, json};

use super::{
    apply, apply_as, cluster, in_shop, object, ours, policies, policy, status, stored, strict,
};
use crate::Sandbox;

const PATH: &str = "/apis/security.istio.io/v1/namespaces/shop/peerauthentications";

/// Creates a policy with strict validation, which `PostParams` do not know.
async fn create_strictly(sandbox: &Sandbox, new: &Value) -> Result<DynamicObject, kube::Error> {
    let request = Request::post(format!("{PATH}?fieldValidation=Strict"));
    let request = request.body(new.to_string().into_bytes()).unwrap();
    sandbox.client().request(request).await
}

#[tokio::test]
async fn a_rule_of_the_schema_holds_whichever_way_it_is_written() {
    let sandbox = cluster();
    let wrong = policy(json!({ "mtls": { "mode": "STRICT" }, "portLevelMtls": { "80": {} } }));
    let message = "PeerAuthentication.security.istio.io \"a\" is invalid: spec: Invalid value: \
                   portLevelMtls requires selector";
    let api = policies(&sandbox);
    let applied = status(apply(&sandbox, &wrong).await);
    let rehearsed = status(apply_as(&sandbox, &ours().dry_run(), &wrong).await);
    let created = status(
        api.create(&PostParams::default(), &object(wrong.clone()))
            .await,
    );
    assert_eq!(stored(&sandbox), None);
    apply(&sandbox, &strict()).await.unwrap();
    let patch = Patch::Merge(json!({ "spec": { "portLevelMtls": { "80": {} } } }));
    let patched = status(api.patch("a", &PatchParams::default(), &patch).await);
    for refused in [applied, rehearsed, created, patched] {
        let told = (
            refused.code,
            refused.reason.as_str(),
            refused.message.as_str(),
        );
        assert_eq!(told, (422, "Invalid", message));
    }
}

#[tokio::test]
async fn istiod_refuses_through_its_webhook() {
    let sandbox = cluster();
    let wrong = json!({
        "apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": { "name": "a" },
        "spec": { "http": [{ "route": [{ "destination": { "host": "a" }, "weight": -60 }] }] },
    });
    let refused = status(apply(&sandbox, &wrong).await);
    let message = "admission webhook \"rev.validation.istio.io\" denied the request: configuration is \
                   invalid: weight -60 < 0";
    let told = (
        refused.code,
        refused.reason.as_str(),
        refused.message.as_str(),
    );
    assert_eq!(told, (400, "", message));
}

#[tokio::test]
async fn every_kind_that_is_written_is_looked_at() {
    let sandbox = cluster();
    for (api_version, kind, spec) in [
        (
            "security.istio.io/v1",
            "AuthorizationPolicy",
            json!({ "action": "DENY" }),
        ),
        (
            "networking.istio.io/v1",
            "DestinationRule",
            json!({ "host": "" }),
        ),
    ] {
        let wrong = json!({
            "apiVersion": api_version, "kind": kind, "metadata": { "name": "a" }, "spec": spec,
        });
        let refused = status(apply(&sandbox, &wrong).await);
        assert!(
            refused.message.starts_with("admission webhook"),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn an_applied_field_no_schema_declares_is_a_500_that_is_no_fault_of_the_server() {
    let sandbox = cluster();
    let mut wrong = policy(json!({ "mtls": { "mode": "STRICT", "bogus": 1 } }));
    let typed = "failed to create typed patch object (shop/a; security.istio.io/v1, \
                 Kind=PeerAuthentication): ";
    for params in [ours(), PatchParams::apply("assent")] {
        let refused = status(apply_as(&sandbox, &params, &wrong).await);
        let message = format!("{typed}.spec.mtls.bogus: field not declared in schema");
        let told = (refused.code, refused.reason.as_str(), refused.message);
        assert_eq!(told, (500, "", message));
    }
    wrong["data"] = json!({});
    let refused = status(apply(&sandbox, &wrong).await);
    let both = "errors:\n  .spec.mtls.bogus: field not declared in schema\n  \
                .data: field not declared in schema";
    assert_eq!(refused.message, format!("{typed}{both}"));
    assert_eq!(stored(&sandbox), None);
}

#[tokio::test]
async fn other_writes_drop_unknown_fields_unless_they_are_strict() {
    let sandbox = cluster();
    let wrong = policy(json!({ "mtls": { "mode": "STRICT" }, "bogus": 1, "selector": null }));
    let refused = status(create_strictly(&sandbox, &wrong).await);
    let told = (
        refused.code,
        refused.reason.as_str(),
        refused.message.as_str(),
    );
    let message = "PeerAuthentication in version \"v1\" cannot be handled as a \
                   PeerAuthentication: strict decoding error: unknown field \"spec.bogus\"";
    assert_eq!(told, (400, "BadRequest", message));

    let api = policies(&sandbox);
    api.create(&PostParams::default(), &object(wrong))
        .await
        .unwrap();
    assert_eq!(stored(&sandbox).unwrap()["spec"], strict()["spec"]);

    let patch = Patch::Merge(json!({ "spec": { "bogus": 1 } }));
    let params = PatchParams::default().validation_strict();
    let refused = status(api.patch("a", &params, &patch).await);
    assert_eq!((refused.code, refused.reason.as_str()), (422, "Invalid"));
    let before = stored(&sandbox);
    api.patch("a", &PatchParams::default(), &patch)
        .await
        .unwrap();
    assert_eq!(stored(&sandbox), before);
}

#[tokio::test]
async fn a_value_of_another_type_is_another_failure_where_it_is_applied() {
    let sandbox = cluster();
    let wrong = policy(json!({ "mtls": { "mode": 5 } }));
    let refused = status(apply(&sandbox, &wrong).await);
    let message = "failed to create typed patch object (shop/a; security.istio.io/v1, \
                   Kind=PeerAuthentication): .spec.mtls.mode: expected string, got \
                   &value.valueUnstructured{Value:5}";
    assert_eq!((refused.code, refused.message.as_str()), (500, message));
    let created = status(create_strictly(&sandbox, &wrong).await);
    let message = "PeerAuthentication.security.istio.io \"a\" is invalid: [spec.mtls.mode: Invalid \
                   value: \"number\": spec.mtls.mode in body must be of type string: \"number\", ";
    assert_eq!(created.code, 422);
    assert!(created.message.starts_with(message), "{created:?}");
    let null = policy(json!({ "mtls": null }));
    assert_eq!(status(apply(&sandbox, &null).await).code, 422);
}

#[tokio::test]
async fn kinds_without_a_schema_take_any_spec() {
    let sandbox = cluster();
    let mut gateway = json!({
        "apiVersion": "networking.istio.io/v1", "kind": "Gateway",
        "metadata": { "name": "a" }, "spec": { "bogus": 1 },
    });
    apply(&sandbox, &gateway).await.unwrap();
    gateway["bogus"] = json!(1);
    assert_eq!(status(apply(&sandbox, &gateway).await).code, 500);
    let settings = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "a" }, "data": { "a": "b" },
    });
    apply(&sandbox, &settings).await.unwrap();
}

#[tokio::test]
async fn a_namespace_has_to_be_there() {
    let sandbox = Sandbox::new("s");
    for answer in [
        apply(&sandbox, &strict()).await,
        apply_as(&sandbox, &ours().dry_run(), &strict()).await,
    ] {
        let missing = status(answer);
        let told = (missing.code, missing.message.as_str());
        assert_eq!(told, (404, "namespaces \"shop\" not found"));
        assert_eq!(missing.details.unwrap().kind, "namespaces");
    }
    let namespace =
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "shop" } });
    let api = super::everywhere(&sandbox, "Namespace");
    api.create(&PostParams::default(), &object(namespace))
        .await
        .unwrap();
    apply(&sandbox, &strict()).await.unwrap();
}

#[tokio::test]
async fn names_and_labels_break_rules_field_by_field() {
    let sandbox = cluster();
    let mut wrong = strict();
    wrong["metadata"] = json!({ "name": "A", "labels": { "team": "two words" } });
    let refused = status(apply(&sandbox, &wrong).await);
    assert_eq!((refused.code, refused.reason.as_str()), (422, "Invalid"));
    let details = refused.details.unwrap();
    let causes = details.causes.iter();
    let told: Vec<[&str; 2]> = causes.map(|c| [&*c.field, &*c.reason]).collect();
    let expected = [
        ["metadata.name", "FieldValueInvalid"],
        ["metadata.labels", "FieldValueInvalid"],
    ];
    assert_eq!(told, expected);
    let api = in_shop(&sandbox, "PeerAuthentication");
    let mut nameless = strict();
    nameless["metadata"] = json!({});
    let refused = status(api.create(&PostParams::default(), &object(nameless)).await);
    assert!(
        refused
            .message
            .ends_with("name or generateName is required"),
        "{refused:?}"
    );
}
