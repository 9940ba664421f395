//! Follows a cluster in memory, through what can go wrong on the way to it.

use std::{sync::Arc, time::Duration};

use cluster::{Cluster, Connection, View};
use mesh::{ResourceKind, Time};
use sandbox::{Line, Sandbox};
use serde_json::{Value, json};
use tokio::{
    sync::watch,
    time::{Instant, timeout},
};

fn pod(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "default"},
        "spec": {"containers": [{"name": "app", "image": "app:1"}]},
    })
}

fn policy(name: &str, mode: &str) -> Value {
    json!({
        "apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication",
        "metadata": {"name": name, "namespace": "default"}, "spec": {"mtls": {"mode": mode}},
    })
}

fn follow(sandbox: &Sandbox) -> (Cluster, watch::Receiver<Arc<View>>) {
    let cluster = Cluster::follow(sandbox.client(), "istio-system", || Time(7));
    let views = cluster.views();
    (cluster, views)
}

/// Waits for a view; on a paused clock the time limit is reached only if nothing else happens.
async fn until(views: &mut watch::Receiver<Arc<View>>, is: impl Fn(&View) -> bool) -> Arc<View> {
    let found = views.wait_for(|view| is(view));
    let found = timeout(Duration::from_secs(3600), found).await;
    found
        .expect("the view comes")
        .expect("somebody follows")
        .clone()
}

fn pods(view: &View) -> Vec<&str> {
    view.snapshot.pods().map(|pod| pod.name.as_str()).collect()
}

fn is_live(view: &View) -> bool {
    view.connection == Connection::Live && view.snapshot.synced()
}

fn lost(view: &View) -> Option<&str> {
    match &view.connection {
        Connection::Lost { reason, .. } => Some(reason),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_there_is_listed_and_what_happens_is_seen() {
    let sandbox = Sandbox::new("a");
    sandbox.put(pod("a")).unwrap();
    let (_cluster, mut views) = follow(&sandbox);
    let view = until(&mut views, |view| {
        is_live(view) && view.kubernetes.is_some()
    })
    .await;
    assert_eq!(pods(&view), ["a"]);
    assert_eq!(view.last_event, Some(Time(7)));

    sandbox.put(policy("p", "STRICT")).unwrap();
    let kind = ResourceKind::PeerAuthentication;
    let view = until(&mut views, |view| {
        view.snapshot.resources(kind).count() == 1
    })
    .await;
    let spec = view.snapshot.resources(kind).next().unwrap().canonical();
    assert_eq!(spec, r#"{"mtls":{"mode":"STRICT"}}"#);

    sandbox.delete("Pod", "default", "a").unwrap();
    until(&mut views, |view| pods(view).is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn a_list_of_many_pages_arrives_as_one() {
    let sandbox = Sandbox::new("a");
    for number in 0..1200 {
        sandbox.put(pod(&number.to_string())).unwrap();
    }
    let (_cluster, mut views) = follow(&sandbox);
    let mut told = Vec::new();
    while !is_live(&views.borrow_and_update()) {
        timeout(Duration::from_secs(60), views.changed())
            .await
            .unwrap()
            .unwrap();
        told.push(views.borrow().snapshot.pods().count());
    }
    told.dedup();
    assert!(told == [1200] || told == [0, 1200], "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_deletion_in_a_gap_is_noticed() {
    let sandbox = Sandbox::new("a");
    for name in ["a", "b"] {
        sandbox.put(pod(name)).unwrap();
    }
    let (_cluster, mut views) = follow(&sandbox);
    until(&mut views, is_live).await;

    sandbox.faults().line(Line::Down);
    let view = until(&mut views, |view| lost(view).is_some()).await;
    assert!(
        lost(&view).unwrap().starts_with("the connection"),
        "{view:?}"
    );
    sandbox.delete("Pod", "default", "a").unwrap();
    // So much happened that the history is gone: only a new list can tell.
    sandbox.faults().expire_history();
    sandbox.faults().line(Line::Up);
    let view = until(&mut views, |view| pods(view) == ["b"]).await;
    assert!(view.snapshot.synced());
    until(&mut views, is_live).await;
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_was_cut_goes_on_and_is_live_again_without_news() {
    let sandbox = Sandbox::new("a");
    sandbox.put(pod("a")).unwrap();
    let (_cluster, mut views) = follow(&sandbox);
    until(&mut views, is_live).await;
    sandbox.faults().cut_watches();
    until(&mut views, |view| {
        lost(view) == Some("the connection was reset")
    })
    .await;
    until(&mut views, is_live).await;
    sandbox.put(pod("b")).unwrap();
    until(&mut views, |view| pods(view) == ["a", "b"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_history_that_is_gone_is_no_loss() {
    let sandbox = Sandbox::new("a");
    sandbox.put(pod("a")).unwrap();
    let (_cluster, mut views) = follow(&sandbox);
    until(&mut views, is_live).await;
    sandbox.faults().expire_history();
    sandbox.put(pod("b")).unwrap();
    let view = until(&mut views, |view| {
        pods(view) == ["a", "b"] || lost(view).is_some()
    })
    .await;
    assert!(is_live(&view), "{:?}", view.connection);
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_is_not_installed_holds_up_nothing_and_is_asked_for_again() {
    let sandbox = Sandbox::new("a");
    sandbox.remove_kind("WasmPlugin").unwrap();
    let (_cluster, mut views) = follow(&sandbox);
    let view = until(&mut views, is_live).await;
    assert!(view.absent.contains(&ResourceKind::WasmPlugin));

    let begun = Instant::now();
    sandbox.install_kind("WasmPlugin").unwrap();
    until(&mut views, |view| view.absent.is_empty()).await;
    assert!(
        begun.elapsed() <= Duration::from_secs(31),
        "{:?}",
        begun.elapsed()
    );

    sandbox.remove_kind("WasmPlugin").unwrap();
    until(&mut views, |view| is_live(view) && view.absent.len() == 1).await;
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_is_forbidden_is_named_and_asked_for_again() {
    let sandbox = Sandbox::new("a");
    sandbox.faults().forbid("PeerAuthentication").unwrap();
    let (_cluster, mut views) = follow(&sandbox);
    let view = until(&mut views, |view| view.connection == Connection::Live).await;
    let missing: Vec<_> = view.missing.iter().map(|right| right.to_string()).collect();
    assert_eq!(missing, ["list peerauthentications.security.istio.io"]);
    assert!(!view.snapshot.knows(ResourceKind::PeerAuthentication));

    sandbox.faults().permit("PeerAuthentication").unwrap();
    let view = until(&mut views, |view| view.missing.is_empty()).await;
    assert!(is_live(&view));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_silent_from_the_start_is_told_as_lost() {
    let sandbox = Sandbox::new("a");
    sandbox.faults().line(Line::Silent);
    let begun = Instant::now();
    let (_cluster, mut views) = follow(&sandbox);
    until(&mut views, |view| {
        lost(view) == Some("no answer within 10 s")
    })
    .await;
    assert_eq!(begun.elapsed(), Duration::from_secs(10));
    sandbox.faults().line(Line::Up);
    until(&mut views, is_live).await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_falls_silent_is_noticed() {
    let sandbox = Sandbox::new("a");
    let (_cluster, mut views) = follow(&sandbox);
    until(&mut views, is_live).await;
    sandbox.faults().line(Line::Silent);
    let begun = Instant::now();
    until(&mut views, |view| lost(view).is_some()).await;
    // 65 s until a watch is given up, 10 s until a new one is.
    assert!(
        begun.elapsed() <= Duration::from_secs(75),
        "{:?}",
        begun.elapsed()
    );
    sandbox.faults().line(Line::Up);
    until(&mut views, is_live).await;
}

#[tokio::test(start_paused = true)]
async fn the_last_handle_dropped_ends_the_watches() {
    let sandbox = Sandbox::new("a");
    let (cluster, mut views) = follow(&sandbox);
    let other = cluster.clone();
    until(&mut views, is_live).await;
    drop(cluster);
    sandbox.put(pod("a")).unwrap();
    until(&mut views, |view| pods(view) == ["a"]).await;
    drop(other);
    while views.changed().await.is_ok() {}
}

#[tokio::test(start_paused = true)]
async fn the_shop_is_read_whole() {
    let (_cluster, mut views) = follow(&sandbox::shop("eu-west"));
    let view = until(&mut views, is_live).await;
    assert_eq!(
        view.snapshot.unreadable().collect::<Vec<_>>(),
        Vec::<&mesh::Unreadable>::new()
    );
    assert_eq!(view.snapshot.istio_version(), Some("1.27.1"));
    assert!(view.snapshot.mesh_config().is_some());
    let posture = mesh::mtls::posture(
        &view.snapshot,
        &["default".into(), "guestbook".into(), "legacy".into()],
    );
    assert!(
        posture.strict > 0 && posture.permissive > 0 && posture.no_sidecar > 0,
        "{posture:?}"
    );
    assert_eq!(posture.unknown, 0);
}
