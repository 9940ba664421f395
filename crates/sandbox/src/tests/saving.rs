//! Writing a sandbox down and reading it again.

use std::pin::pin;

use futures::StreamExt;
use kube::api::{WatchEvent, WatchParams};

use super::{account, apply, cluster, everywhere, status, strict};
use crate::{Rule, Sandbox, Unreadable, shop};

#[test]
fn what_was_saved_is_what_was_loaded() {
    let sandbox = shop("us-east");
    sandbox.remove_kind("WasmPlugin").unwrap();
    sandbox.set_rules(vec![Rule {
        namespace: Some("default".to_owned()),
        ..Rule::everything()
    }]);
    let bytes = sandbox.save();
    let again = Sandbox::load(&bytes).unwrap();
    assert_eq!(again.save(), bytes);
    assert_eq!(again.objects("Pod"), sandbox.objects("Pod"));
}

#[test]
fn a_loaded_sandbox_goes_on_counting() {
    let sandbox = Sandbox::new("s");
    sandbox.put(account("old")).unwrap();
    let loaded = Sandbox::load(&sandbox.save()).unwrap();
    assert_eq!(
        loaded.put(account("new")).unwrap(),
        sandbox.put(account("new")).unwrap()
    );
}

#[tokio::test]
async fn only_the_last_version_can_be_watched_from_after_loading() {
    let sandbox = Sandbox::new("s");
    sandbox.put(account("a")).unwrap();
    let loaded = Sandbox::load(&sandbox.save()).unwrap();
    let api = everywhere(&loaded, "ServiceAccount");
    let params = WatchParams::default();
    let mut early = pin!(api.watch(&params, "1").await.unwrap());
    let mut latest = pin!(api.watch(&params, "2").await.unwrap());
    loaded.put(account("b")).unwrap();
    assert!(matches!(early.next().await, Some(Ok(WatchEvent::Error(_)))));
    assert!(matches!(
        latest.next().await,
        Some(Ok(WatchEvent::Added(_)))
    ));
}

#[tokio::test]
async fn what_was_applied_is_still_owned_after_loading() {
    let sandbox = cluster();
    let applied = apply(&sandbox, &strict()).await.unwrap();
    let loaded = Sandbox::load(&sandbox.save()).unwrap();
    assert_eq!(loaded.save(), sandbox.save());
    assert_eq!(apply(&loaded, &strict()).await.unwrap(), applied);
    let mut other = strict();
    other["spec"]["mtls"]["mode"] = serde_json::json!("DISABLE");
    loaded.put(other).unwrap();
    assert!(status(apply(&loaded, &strict()).await).is_conflict());
    assert_eq!(loaded.journal().len(), 2);
}

#[test]
fn what_is_no_sandbox_is_not_loaded() {
    assert!(matches!(
        Sandbox::load(b"{}"),
        Err(Unreadable::Malformed(_))
    ));
    let foreign =
        br#"{ "site": "s", "version": 1, "absent": ["Node"], "rules": [], "objects": [] }"#;
    assert!(matches!(
        Sandbox::load(foreign),
        Err(Unreadable::Foreign(_))
    ));
}
