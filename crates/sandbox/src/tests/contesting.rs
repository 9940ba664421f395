//! Fields that two managers want to be different.

use kube::api::{Patch, PatchParams};
use serde_json::json;

use super::{apply, apply_as, cluster, ours, owners, policies, policy, status, stored, strict};

#[tokio::test]
async fn a_field_of_somebody_else_is_a_conflict_that_names_field_and_owner() {
    let sandbox = cluster();
    sandbox
        .put(policy(json!({ "mtls": { "mode": "PERMISSIVE" } })))
        .unwrap();
    let before = stored(&sandbox);
    let conflict = serde_json::to_value(status(apply(&sandbox, &strict()).await)).unwrap();
    let owner = "conflict with \"kubectl-edit\" using security.istio.io/v1";
    let expected = json!({
        "status": "Failure",
        "code": 409,
        "metadata": {},
        "reason": "Conflict",
        "message": format!("Apply failed with 1 conflict: {owner}: .spec.mtls.mode"),
        "details": { "causes": [{
            "reason": "FieldManagerConflict",
            "message": owner,
            "field": ".spec.mtls.mode",
        }] },
    });
    assert_eq!(conflict, expected);
    assert_eq!(stored(&sandbox), before);
}

#[tokio::test]
async fn several_conflicts_are_told_by_owner() {
    let sandbox = cluster();
    let theirs = policy(json!({
        "selector": { "matchLabels": { "app": "a", "tier": "b" } },
    }));
    apply_as(&sandbox, &PatchParams::apply("they"), &theirs)
        .await
        .unwrap();
    let patch = json!({ "spec": { "mtls": { "mode": "DISABLE" } } });
    let someone = PatchParams {
        field_manager: Some("someone".to_owned()),
        ..PatchParams::default()
    };
    let api = policies(&sandbox);
    api.patch("a", &someone, &Patch::Merge(&patch))
        .await
        .unwrap();

    let mut wanted = strict();
    wanted["spec"]["selector"] = json!({ "matchLabels": { "app": "x", "tier": "y" } });
    let conflict = status(apply(&sandbox, &wanted).await);
    assert_eq!(
        conflict.message,
        "Apply failed with 3 conflicts: conflicts with \"they\":\n\
         - .spec.selector.matchLabels.app\n\
         - .spec.selector.matchLabels.tier\n\
         conflicts with \"someone\" using security.istio.io/v1:\n\
         - .spec.mtls.mode"
    );
}

#[tokio::test]
async fn wanting_the_same_is_no_conflict_but_shared() {
    let sandbox = cluster();
    apply(&sandbox, &strict()).await.unwrap();
    let they = PatchParams::apply("they");
    let shared = apply_as(&sandbox, &they, &strict()).await.unwrap();
    let fields = r#"{"f:spec":{"f:mtls":{"f:mode":{}}}}"#;
    let expected = ["assent", "they"].map(|name| format!("{name} Apply {fields}"));
    assert_eq!(owners(&shared), expected);
}

#[tokio::test]
async fn force_takes_the_field_from_its_owner_and_leaves_the_rest() {
    let sandbox = cluster();
    let mut theirs = policy(json!({ "mtls": { "mode": "PERMISSIVE" } }));
    theirs["metadata"]["labels"] = json!({ "team": "red" });
    sandbox.put(theirs).unwrap();
    let forced = apply_as(&sandbox, &ours().force(), &strict())
        .await
        .unwrap();
    assert_eq!(forced["spec"], strict()["spec"]);
    let ours = r#"assent Apply {"f:spec":{"f:mtls":{"f:mode":{}}}}"#;
    let theirs = r#"kubectl-edit Update {"f:metadata":{"f:labels":{"f:team":{}}}}"#;
    assert_eq!(owners(&forced), [ours, theirs]);
}

#[tokio::test]
async fn what_was_changed_by_hand_is_a_conflict_for_who_applied_it() {
    let sandbox = cluster();
    apply(&sandbox, &strict()).await.unwrap();
    sandbox
        .put(policy(json!({ "mtls": { "mode": "DISABLE" } })))
        .unwrap();
    let conflict = status(apply(&sandbox, &strict()).await);
    assert!(conflict.is_conflict(), "{conflict:?}");
    sandbox.put(strict()).unwrap();
    let shared = apply(&sandbox, &strict()).await.unwrap();
    assert_eq!(owners(&shared).len(), 2);
}

#[tokio::test]
async fn one_name_that_applies_and_updates_is_two_owners() {
    let sandbox = cluster();
    let api = policies(&sandbox);
    let params = kube::api::PostParams {
        field_manager: Some("assent".to_owned()),
        ..kube::api::PostParams::default()
    };
    api.create(&params, &super::object(strict())).await.unwrap();
    let wanted = policy(json!({ "mtls": { "mode": "DISABLE" } }));
    let conflict = status(apply(&sandbox, &wanted).await);
    assert_eq!(
        conflict.details.unwrap().causes[0].message,
        "conflict with \"assent\" using security.istio.io/v1"
    );
}
