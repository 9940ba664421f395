//! Rehearses plans.
#![expect(
    clippy::disallowed_methods,
    reason = "this makes what is there by the requests that are rehearsed"
)]

mod common;

use std::{sync::Arc, time::Duration};

use cluster::{Answer, Cluster, Connection, Force, Seen, View};
use common::*;
use mesh::{Action, Labels, Manifest, Ours, Plan, plan};
use sandbox::{Aim, Line, Refusal, Sandbox, WriteFault};
use serde_json::json;
use tokio::time::Instant;

/// A cluster with three of ours and one of somebody else, and a plan in which everything is to be done once.
async fn planned() -> (Sandbox, Cluster, Plan) {
    let (sandbox, cluster) = empty();
    for name in ["change", "gone", "keep"] {
        done(cluster.apply(&strict(name), &Seen::nothing()).await);
    }
    edit(&sandbox, "theirs", &Labels::new(), json!({}));
    let open = json!({"mtls": {"mode": "PERMISSIVE"}});
    let wanted = [
        wants("change", open),
        strict("keep"),
        strict("new"),
        strict("theirs"),
    ];
    let plan = plan_for(&cluster, &wanted).await;
    let actions: Vec<_> = plan.changes.iter().map(|change| change.action).collect();
    let expected = [
        Action::Update,
        Action::Keep,
        Action::Create,
        Action::Foreign,
        Action::Remove,
    ];
    assert_eq!(actions, expected);
    (sandbox, cluster, plan)
}

async fn plan_for(cluster: &Cluster, wanted: &[Manifest]) -> Plan {
    let mut views = cluster.views();
    let sees_all = |view: &Arc<View>| {
        view.connection == Connection::Live && view.snapshot.resources(PEER).count() == 4
    };
    let view = views
        .wait_for(sees_all)
        .await
        .expect("it is followed")
        .clone();
    plan(wanted, &Ours::within(["default"], labels()), &view.snapshot)
}

#[tokio::test(start_paused = true)]
async fn a_rehearsal_tells_what_would_be_and_does_nothing() {
    let (sandbox, cluster, plan) = planned().await;
    let (before, earlier) = (sandbox.save(), asked(&sandbox).len());
    let rehearsed = cluster.rehearse(&plan, Force::Never).await;
    assert_eq!(sandbox.save(), before);
    let asked = asked(&sandbox).split_off(earlier);
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|asked| asked.dry_run), "{asked:?}");

    let names: Vec<_> = rehearsed.iter().map(|(key, _)| key.name.as_str()).collect();
    assert_eq!(names, ["change", "new", "gone"]);
    let [change, new, gone] = rehearsed.try_into().unwrap();
    let open = r#"{"mtls":{"mode":"PERMISSIVE"}}"#;
    assert_eq!(done(change.1).canonical(), open);
    assert_eq!(done(new.1).canonical(), strict("new").canonical());
    let uid = live(&cluster, "gone").await.uid;
    assert_eq!(gone.1, Answer::Removed { uid });
}

#[tokio::test(start_paused = true)]
async fn a_rehearsal_tells_what_would_be_refused_and_goes_on() {
    let (sandbox, cluster, plan) = planned().await;
    edit(
        &sandbox,
        "change",
        &labels(),
        json!({"mtls": {"mode": "DISABLE"}}),
    );
    let quota = WriteFault::Refuse(Refusal::of(403));
    sandbox.faults().writes(Aim::every().named("new"), quota);
    sandbox
        .delete("PeerAuthentication", "default", "gone")
        .unwrap();
    let rehearsed = cluster.rehearse(&plan, Force::Never).await;
    let answers: Vec<_> = rehearsed.into_iter().map(|(_, answer)| answer).collect();
    let expected = [
        Answer::Conflict {
            owner: "kubectl-edit".into(),
            field: ".spec.mtls.mode".into(),
        },
        Answer::Refused {
            code: 403,
            says: "the request is forbidden: exceeded quota".into(),
            field: None,
        },
        Answer::Moved,
    ];
    assert_eq!(answers, expected);
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_does_not_answer_is_not_asked_again() {
    let (sandbox, cluster, plan) = planned().await;
    sandbox.faults().line(Line::Silent);
    let begun = Instant::now();
    let late = Answer::Unreachable("no answer within 10 s".into());
    let rehearsed = cluster.rehearse(&plan, Force::Never).await;
    assert!(rehearsed.iter().all(|(_, answer)| *answer == late));
    assert_eq!(rehearsed.len(), 3);
    assert_eq!(begun.elapsed(), Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn a_rehearsal_without_an_answer_has_done_nothing() {
    let (sandbox, cluster, plan) = planned().await;
    sandbox
        .faults()
        .writes(Aim::every(), WriteFault::LoseAnswer);
    let before = sandbox.save();
    let reset = Answer::Unreachable("the connection was reset".into());
    let rehearsed = cluster.rehearse(&plan, Force::Never).await;
    assert!(rehearsed.iter().all(|(_, answer)| *answer == reset));
    assert_eq!(sandbox.save(), before);
}
