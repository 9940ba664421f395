//! What clients see of injected faults.

use std::{pin::pin, time::Duration};

use futures::StreamExt;
use kube::{
    Error,
    api::{ListParams, WatchEvent, WatchParams},
};
use tokio::time::{Instant, timeout};

use super::{account, everywhere, in_shop, names, status};
use crate::{Line, Sandbox};

#[tokio::test]
async fn a_line_that_is_down_refuses_requests_and_resets_watches() {
    let sandbox = Sandbox::new("s");
    let api = everywhere(&sandbox, "ServiceAccount");
    let watch = api.watch(&WatchParams::default(), "1").await.unwrap();
    let mut watch = pin!(watch);
    sandbox.faults().line(Line::Down);
    assert!(matches!(
        watch.next().await,
        Some(Err(Error::ReadEvents(_)))
    ));
    let refused = api.list(&ListParams::default()).await.unwrap_err();
    assert!(matches!(refused, Error::Service(_)), "{refused:?}");

    sandbox.faults().line(Line::Up);
    api.list(&ListParams::default()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_slow_line_delays_every_answer() {
    let sandbox = Sandbox::new("s");
    let api = everywhere(&sandbox, "ServiceAccount");
    sandbox.faults().line(Line::Slow(Duration::from_secs(3)));
    let start = Instant::now();
    api.list(&ListParams::default()).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_silent_line_holds_everything_back_until_it_speaks_again() {
    let sandbox = Sandbox::new("s");
    let api = everywhere(&sandbox, "ServiceAccount");
    let watch = api.watch(&WatchParams::default(), "1").await.unwrap();
    let mut watch = pin!(watch);
    sandbox.faults().line(Line::Silent);
    sandbox.put(account("a")).unwrap();

    let long = Duration::from_secs(3600);
    let params = ListParams::default();
    let mut list = pin!(api.list(&params));
    assert!(timeout(long, &mut list).await.is_err());
    assert!(timeout(long, watch.next()).await.is_err());

    sandbox.faults().line(Line::Up);
    assert_eq!(names(&list.await.unwrap().items), ["a"]);
    let event = watch.next().await.unwrap().unwrap();
    assert!(matches!(event, WatchEvent::Added(_)), "{event:?}");
}

#[tokio::test]
async fn a_forbidden_kind_answers_403_until_it_is_permitted() {
    let sandbox = Sandbox::new("s");
    let api = in_shop(&sandbox, "VirtualService");
    sandbox.faults().forbid("VirtualService").unwrap();
    let forbidden = status(api.list(&ListParams::default()).await);
    assert_eq!(
        (forbidden.code, forbidden.reason.as_str()),
        (403, "Forbidden")
    );
    assert_eq!(
        forbidden.message,
        "virtualservices.networking.istio.io is forbidden: User \"assent\" cannot list resource \
         \"virtualservices\" in API group \"networking.istio.io\" in the namespace \"shop\""
    );
    everywhere(&sandbox, "Pod")
        .list(&ListParams::default())
        .await
        .unwrap();
    sandbox.faults().permit("VirtualService").unwrap();
    api.list(&ListParams::default()).await.unwrap();
}

#[tokio::test]
async fn watches_that_were_cut_can_be_opened_again() {
    let sandbox = Sandbox::new("s");
    let api = everywhere(&sandbox, "ServiceAccount");
    let watch = api.watch(&WatchParams::default(), "1").await.unwrap();
    let mut watch = pin!(watch);
    sandbox.faults().cut_watches();
    sandbox.put(account("a")).unwrap();
    assert!(matches!(
        watch.next().await,
        Some(Err(Error::ReadEvents(_)))
    ));

    let again = api.watch(&WatchParams::default(), "1").await.unwrap();
    let mut again = pin!(again);
    let event = again.next().await.unwrap().unwrap();
    assert!(matches!(event, WatchEvent::Added(_)), "{event:?}");
}
