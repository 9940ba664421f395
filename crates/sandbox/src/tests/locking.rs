//! Versions and uids as locks.

use kube::{
    Error,
    api::{DynamicObject, PostParams},
};
use serde_json::{Value, json};

use super::{apply, apply_as, cluster, object, ours, policies, policy, status, stored, strict};

fn locked(field: &str, value: &str) -> Value {
    let mut wanted = policy(json!({ "mtls": { "mode": "DISABLE" } }));
    wanted["metadata"][field] = json!(value);
    wanted
}

fn told<T: std::fmt::Debug>(answer: Result<T, Error>) -> (u16, String) {
    let status = status(answer);
    (status.code, status.message)
}

const MODIFIED: &str = "Operation cannot be fulfilled on peerauthentications.security.istio.io \"a\": \
                        the object has been modified; please apply your changes to the latest \
                        version and try again";

#[tokio::test]
async fn a_stale_version_is_a_conflict_even_by_force() {
    let sandbox = cluster();
    apply(&sandbox, &strict()).await.unwrap();
    let before = stored(&sandbox);
    let stale = locked("resourceVersion", "2");
    let conflict = (409, MODIFIED.to_owned());
    assert_eq!(told(apply(&sandbox, &stale).await), conflict);
    let forced = apply_as(&sandbox, &ours().force(), &stale).await;
    assert_eq!(told(forced), conflict);
    let rehearsed = apply_as(&sandbox, &ours().dry_run(), &stale).await;
    assert_eq!(told(rehearsed), conflict);
    assert_eq!(stored(&sandbox), before);
    apply(&sandbox, &locked("resourceVersion", "3"))
        .await
        .unwrap();
}

#[tokio::test]
async fn nought_is_no_version() {
    let sandbox = cluster();
    apply(&sandbox, &strict()).await.unwrap();
    let (code, message) = told(apply(&sandbox, &locked("resourceVersion", "0")).await);
    assert_eq!(code, 422, "{message}");
    assert!(message.ends_with("Invalid value: 0: must be specified for an update"));
}

#[tokio::test]
async fn an_applied_version_of_what_is_missing_counts_for_nothing() {
    let sandbox = cluster();
    apply(&sandbox, &locked("resourceVersion", "2"))
        .await
        .unwrap();
}

#[tokio::test]
async fn an_applied_uid_of_another_object_is_refused() {
    let sandbox = cluster();
    let uid = apply(&sandbox, &strict()).await.unwrap()["metadata"]["uid"].clone();
    let uid = uid.as_str().unwrap();
    let (code, message) = told(apply(&sandbox, &locked("uid", "other")).await);
    assert_eq!(code, 422);
    assert!(message.ends_with("metadata.uid: Invalid value: \"other\": field is immutable"));
    apply(&sandbox, &locked("uid", uid)).await.unwrap();

    // Deleted and made anew: it looks the same and is another one.
    sandbox.delete("PeerAuthentication", "shop", "a");
    let (code, message) = told(apply(&sandbox, &locked("uid", uid)).await);
    assert_eq!(code, 409);
    assert!(message.contains("uid mismatch"), "{message}");
    apply(&sandbox, &strict()).await.unwrap();
    assert_eq!(told(apply(&sandbox, &locked("uid", uid)).await).0, 422);
}

#[tokio::test]
async fn a_replacement_needs_the_version_it_replaces() {
    let sandbox = cluster();
    apply(&sandbox, &strict()).await.unwrap();
    let replaced = async |object: Value| -> Result<DynamicObject, Error> {
        let api = policies(&sandbox);
        api.replace("a", &PostParams::default(), &super::object(object))
            .await
    };
    let (code, message) = told(replaced(strict()).await);
    assert_eq!(code, 422);
    assert!(
        message.ends_with("must be specified for an update"),
        "{message}"
    );
    let stale = told(replaced(locked("resourceVersion", "2")).await);
    assert_eq!(stale, (409, MODIFIED.to_owned()));
    let (code, message) = told(replaced(locked("uid", "other")).await);
    assert_eq!(code, 409);
    assert!(
        message.contains("Precondition failed: UID in precondition: other"),
        "{message}"
    );
    replaced(locked("resourceVersion", "3")).await.unwrap();
}

#[tokio::test]
async fn what_is_created_has_no_version_yet() {
    let sandbox = cluster();
    let api = policies(&sandbox);
    let new = object(locked("resourceVersion", "2"));
    let (code, message) = told(api.create(&PostParams::default(), &new).await);
    assert_eq!(code, 500);
    assert_eq!(
        message,
        "resourceVersion should not be set on objects to be created"
    );
}
