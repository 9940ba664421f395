//! Seeing what happens.

use std::{pin::pin, time::Duration};

use futures::{Stream, StreamExt, TryStreamExt};
use kube::{
    Error,
    api::{DynamicObject, WatchEvent, WatchParams},
    runtime::watcher,
};
use serde_json::json;
use tokio::time::Instant;

use super::{account, everywhere, labelled};
use crate::{Sandbox, shop};

type Answer = Result<WatchEvent<DynamicObject>, Error>;

/// An event in a few words, such as `ADDED a@2`.
fn told(answer: Option<Answer>) -> String {
    let named = |what: &str, object: DynamicObject| {
        let metadata = object.metadata;
        let name = metadata.name.unwrap_or_default();
        format!("{what} {name}@{}", metadata.resource_version.unwrap())
    };
    match answer {
        None => "end".to_owned(),
        Some(Err(error)) => format!("broken: {error}"),
        Some(Ok(WatchEvent::Added(object))) => named("ADDED", object),
        Some(Ok(WatchEvent::Modified(object))) => named("MODIFIED", object),
        Some(Ok(WatchEvent::Deleted(object))) => named("DELETED", object),
        Some(Ok(WatchEvent::Bookmark(mark))) => {
            format!("BOOKMARK @{}", mark.metadata.resource_version)
        }
        Some(Ok(WatchEvent::Error(status))) => format!("ERROR {} {}", status.code, status.reason),
    }
}

/// The next few events, in order.
async fn next(stream: &mut (impl Stream<Item = Answer> + Unpin), count: usize) -> Vec<String> {
    let mut events = Vec::new();
    for _ in 0..count {
        events.push(told(stream.next().await));
    }
    events
}

async fn watch(
    sandbox: &Sandbox,
    params: &WatchParams,
    version: &str,
) -> impl Stream<Item = Answer> + Unpin + use<> {
    let api = everywhere(sandbox, "ServiceAccount");
    Box::pin(api.watch(params, version).await.unwrap())
}

#[tokio::test]
async fn a_watch_sees_what_is_there_and_what_happens() {
    let sandbox = Sandbox::new("s");
    sandbox.put(account("a")).unwrap();
    let mut events = watch(&sandbox, &WatchParams::default(), "0").await;
    assert_eq!(next(&mut events, 1).await, ["ADDED a@2"]);
    sandbox.put(account("b")).unwrap();
    sandbox.put(labelled("a", "red")).unwrap();
    sandbox.delete("ServiceAccount", "shop", "b");
    assert_eq!(
        next(&mut events, 3).await,
        ["ADDED b@3", "MODIFIED a@4", "DELETED b@5"]
    );
}

#[tokio::test]
async fn a_watch_resumes_where_another_ended() {
    let sandbox = Sandbox::new("s");
    for name in ["a", "b", "c"] {
        sandbox.put(account(name)).unwrap();
    }
    let mut events = watch(&sandbox, &WatchParams::default(), "3").await;
    assert_eq!(next(&mut events, 1).await, ["ADDED c@4"]);
}

#[tokio::test]
async fn a_label_decides_what_a_watch_calls_added_and_deleted() {
    let sandbox = Sandbox::new("s");
    let params = WatchParams::default().labels("team=red");
    let mut events = watch(&sandbox, &params, "1").await;
    for team in ["blue", "red", "blue"] {
        sandbox.put(labelled("a", team)).unwrap();
    }
    assert_eq!(next(&mut events, 2).await, ["ADDED a@3", "DELETED a@4"]);
}

#[tokio::test]
async fn a_forgotten_version_ends_a_watch_with_410() {
    let sandbox = Sandbox::new("s");
    let mut open = watch(&sandbox, &WatchParams::default(), "1").await;
    sandbox.faults().expire_history();
    let mut late = watch(&sandbox, &WatchParams::default(), "1").await;
    for events in [&mut open, &mut late] {
        assert_eq!(next(events, 2).await, ["ERROR 410 Expired", "end"]);
    }
    let mut fresh = watch(&sandbox, &WatchParams::default(), "2").await;
    sandbox.put(account("a")).unwrap();
    assert_eq!(next(&mut fresh, 1).await, ["ADDED a@3"]);
}

#[tokio::test(start_paused = true)]
async fn a_quiet_watch_is_told_how_far_it_has_come() {
    let sandbox = Sandbox::new("s");
    let start = Instant::now();
    let params = WatchParams::default().timeout(90);
    let mut events = watch(&sandbox, &params, "1").await;
    sandbox
        .put(json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "other" },
        }))
        .unwrap();
    assert_eq!(next(&mut events, 1).await, ["BOOKMARK @2"]);
    assert_eq!(start.elapsed().as_secs(), 60);
    assert_eq!(next(&mut events, 2).await, ["BOOKMARK @2", "end"]);
    assert_eq!(start.elapsed().as_secs(), 90);
}

#[tokio::test(start_paused = true)]
async fn who_wants_no_bookmarks_gets_none() {
    let sandbox = Sandbox::new("s");
    let params = WatchParams::default().timeout(90).disable_bookmarks();
    let mut events = watch(&sandbox, &params, "1").await;
    assert_eq!(next(&mut events, 1).await, ["end"]);
}

#[tokio::test]
async fn removing_a_kind_deletes_its_objects_and_ends_its_watches() {
    let sandbox = Sandbox::new("s");
    sandbox.put(account("a")).unwrap();
    let mut events = watch(&sandbox, &WatchParams::default(), "2").await;
    sandbox.remove_kind("ServiceAccount").unwrap();
    assert_eq!(next(&mut events, 2).await, ["DELETED a@3", "end"]);
}

#[tokio::test(start_paused = true)]
async fn the_ordinary_watcher_lists_pages_follows_and_lists_again() {
    let sandbox = shop("eu-west");
    let api = everywhere(&sandbox, "Pod");
    let config = watcher::Config::default().timeout(60).page_size(10);
    let mut events = pin!(watcher(api, config));
    let pods = sandbox.objects("Pod").len();
    assert_eq!(until_listed(&mut events).await, pods);

    let cron = sandbox.objects("Pod").pop().unwrap();
    let name = cron["metadata"]["name"].as_str().unwrap();
    sandbox.delete("Pod", "legacy", name).unwrap();
    match events.try_next().await.unwrap() {
        Some(watcher::Event::Delete(pod)) => assert_eq!(pod.metadata.name.as_deref(), Some(name)),
        other => panic!("{other:?}"),
    }

    sandbox.faults().expire_history();
    assert!(events.try_next().await.is_err());
    assert_eq!(until_listed(&mut events).await, pods - 1);
}

#[tokio::test(start_paused = true)]
async fn a_list_can_be_streamed() {
    let sandbox = shop("eu-west");
    let api = everywhere(&sandbox, "Pod");
    let config = watcher::Config::default().streaming_lists();
    let mut events = pin!(watcher(api, config));
    let pods = sandbox.objects("Pod").len();
    assert_eq!(until_listed(&mut events).await, pods);
}

/// Counts the objects of one initial list.
async fn until_listed(
    events: &mut (impl Stream<Item = watcher::Result<watcher::Event<DynamicObject>>> + Unpin),
) -> usize {
    let mut count = 0;
    loop {
        let event = tokio::time::timeout(Duration::from_secs(5), events.next());
        match event.await.unwrap().unwrap().unwrap() {
            watcher::Event::Init => count = 0,
            watcher::Event::InitApply(_) => count += 1,
            watcher::Event::InitDone => return count,
            other => panic!("{other:?}"),
        }
    }
}
