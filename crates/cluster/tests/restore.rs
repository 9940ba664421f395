//! Brings one object back to what is wanted, whoever changed it.
#![expect(
    clippy::disallowed_methods,
    reason = "this is about the requests themselves"
)]

mod common;

use std::time::Duration;

use cluster::{Answer, Cluster, Seen, Verified};
use common::*;
use mesh::{Labels, Resource};
use sandbox::{Aim, Sandbox, Verb, WriteFault};
use serde_json::json;
use tokio::time::sleep;

/// One of ours that somebody changed and added to.
async fn drifted() -> (Sandbox, Cluster, Resource) {
    let (sandbox, cluster) = empty();
    done(cluster.apply(&strict("a"), &Seen::nothing()).await);
    let mut labels = labels();
    labels.insert("team".into(), "blue".into());
    let spec = json!({
        "mtls": {"mode": "DISABLE"}, "selector": {"matchLabels": {"app": "a"}},
        "portLevelMtls": {"80": {"mode": "DISABLE"}},
    });
    edit(&sandbox, "a", &labels, spec);
    let live = live(&cluster, "a").await;
    (sandbox, cluster, live)
}

#[tokio::test(start_paused = true)]
async fn what_others_changed_and_added_is_taken_back_and_is_ours_again() {
    let (sandbox, cluster, drifted) = drifted().await;
    let restored = done(cluster.restore(&strict("a"), &Seen::from(&drifted)).await);
    assert_eq!(cluster.verify(&strict("a")).await, Verified::Same);
    assert_eq!(restored, live(&cluster, "a").await);
    // Labels of others stay.
    assert_eq!(restored.labels["team"], "blue");

    let asked = asked(&sandbox);
    let requests: Vec<_> = asked
        .iter()
        .skip(1)
        .map(|asked| (asked.verb, asked.query.contains("force=true")))
        .collect();
    assert_eq!(requests, [(Verb::Apply, true), (Verb::JsonPatch, false)]);

    let open = wants("a", json!({"mtls": {"mode": "PERMISSIVE"}}));
    let changed = done(cluster.apply(&open, &Seen::from(&restored)).await);
    assert_eq!(changed.canonical(), open.canonical());
}

#[tokio::test(start_paused = true)]
async fn where_nothing_was_added_one_request_is_enough() {
    let (sandbox, cluster) = empty();
    done(cluster.apply(&strict("a"), &Seen::nothing()).await);
    edit(
        &sandbox,
        "a",
        &labels(),
        json!({"mtls": {"mode": "DISABLE"}}),
    );
    let drifted = live(&cluster, "a").await;
    done(cluster.restore(&strict("a"), &Seen::from(&drifted)).await);
    assert_eq!(asked(&sandbox).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn only_what_was_seen_is_restored() {
    let (sandbox, cluster, drifted) = drifted().await;
    let before = asked(&sandbox);
    for seen in [
        seen(&drifted.uid, "1"),
        seen("another", &drifted.resource_version),
        Seen {
            uid: Some(drifted.uid.clone()),
            resource_version: None,
        },
        Seen::nothing(),
    ] {
        assert_eq!(cluster.restore(&strict("a"), &seen).await, Answer::Moved);
    }
    let seen = Seen::from(&drifted);
    assert_eq!(cluster.restore(&strict("b"), &seen).await, Answer::Moved);
    sandbox.faults().forbid("PeerAuthentication").unwrap();
    let refused = Answer::Refused {
        code: 403,
        says: "the cluster does not let us get peerauthentications.security.istio.io in default"
            .into(),
        field: None,
    };
    assert_eq!(cluster.restore(&strict("a"), &seen).await, refused);
    assert_eq!(asked(&sandbox), before);
}

#[tokio::test(start_paused = true)]
async fn what_changes_while_it_is_restored_stops_it() {
    let (sandbox, cluster, drifted) = drifted().await;
    let slow = WriteFault::SlowAnswer(Duration::from_secs(2));
    let applies = Aim::next().verb(Verb::Apply);
    sandbox.faults().writes(applies, slow);
    let (restored, seen) = (strict("a"), Seen::from(&drifted));
    let meanwhile = async {
        sleep(Duration::from_secs(1)).await;
        let spec = json!({"portLevelMtls": {"81": {"mode": "DISABLE"}}});
        edit(&sandbox, "a", &Labels::new(), spec);
    };
    let (answer, ()) = tokio::join!(cluster.restore(&restored, &seen), meanwhile);
    // Its first half was done, so nobody may go on as if nothing had been.
    let says = "what others added to it could not be removed: somebody else changed it meanwhile";
    assert_eq!(answer, Answer::Unknown(says.into()));
    let left = r#"{"portLevelMtls":{"81":{"mode":"DISABLE"}}}"#;
    assert_eq!(live(&cluster, "a").await.canonical(), left);
}

#[tokio::test(start_paused = true)]
async fn a_restore_that_got_lost_half_way_is_not_done() {
    let (sandbox, cluster, drifted) = drifted().await;
    let patches = Aim::every().verb(Verb::JsonPatch);
    sandbox.faults().writes(patches, WriteFault::LoseRequest);
    let answer = cluster.restore(&strict("a"), &Seen::from(&drifted)).await;
    let says = "what others added to it could not be removed: the connection was reset";
    assert_eq!(answer, Answer::Unknown(says.into()));
}
