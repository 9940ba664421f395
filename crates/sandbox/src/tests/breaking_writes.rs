//! What clients see of faults in writing, and what the journal says of it.

use std::time::Duration;

use kube::{
    Error,
    api::{DeleteParams, PatchParams},
};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use super::{apply, apply_as, cluster, ours, policies, policy, status, stored, strict};
use crate::{Aim, Journalled, Refusal, Sandbox, Twist, Verb, WriteFault};

fn break_next(sandbox: &Sandbox, fault: WriteFault) {
    sandbox.faults().writes(Aim::next(), fault);
}

fn disabled(object: &mut Value) {
    object["spec"]["mtls"]["mode"] = json!("DISABLE");
}

fn statuses(sandbox: &Sandbox) -> Vec<Option<u16>> {
    sandbox.journal().iter().map(|entry| entry.status).collect()
}

#[tokio::test]
async fn the_journal_holds_what_was_sent_byte_for_byte() {
    let sandbox = cluster();
    apply_as(&sandbox, &ours().dry_run(), &strict())
        .await
        .unwrap();
    policies(&sandbox).get("a").await.unwrap_err();
    let uid = json!({ "preconditions": { "uid": "x" } });
    let params: DeleteParams = DeleteParams::default().preconditions(kube::api::Preconditions {
        uid: Some("x".to_owned()),
        resource_version: None,
    });
    policies(&sandbox).delete("a", &params).await.unwrap_err();
    let path = "/apis/security.istio.io/v1/namespaces/shop/peerauthentications/a";
    let at = "2026-03-02T08:00:00Z".parse().unwrap();
    let rehearsal = Journalled {
        at,
        verb: Verb::Apply,
        path: path.to_owned(),
        query: "&dryRun=All&fieldManager=assent&fieldValidation=Strict".to_owned(),
        body: strict().to_string().into(),
        dry_run: true,
        status: Some(201),
    };
    let deletion = Journalled {
        at,
        verb: Verb::Delete,
        path: path.to_owned(),
        query: String::new(),
        body: uid.to_string().into(),
        dry_run: false,
        status: Some(404),
    };
    assert_eq!(sandbox.journal(), [rehearsal, deletion]);
}

#[tokio::test]
async fn a_refusal_says_its_status_and_stores_nothing() {
    let sandbox = cluster();
    for (code, reason) in [
        (403, "Forbidden"),
        (409, "Conflict"),
        (422, "Invalid"),
        (429, "TooManyRequests"),
        (503, "ServiceUnavailable"),
    ] {
        break_next(&sandbox, WriteFault::Refuse(Refusal::of(code)));
        let refused = status(apply(&sandbox, &strict()).await);
        assert_eq!((refused.code, refused.reason.as_str()), (code, reason));
    }
    assert_eq!(stored(&sandbox), None);
    let expected = [403, 409, 422, 429, 503].map(Some);
    assert_eq!(statuses(&sandbox), expected);
}

#[tokio::test]
async fn a_refusal_can_ask_for_patience() {
    let sandbox = cluster();
    for (retry_after, seconds) in [("3600", Some(3600)), ("soon", None)] {
        let refusal = Refusal {
            retry_after: Some(retry_after),
            ..Refusal::of(429)
        };
        break_next(&sandbox, WriteFault::Refuse(refusal));
        let path = "/apis/security.istio.io/v1/namespaces/shop/peerauthentications";
        let request = http::Request::post(path).body(strict().to_string().into_bytes().into());
        let answer = sandbox.client().send(request.unwrap()).await.unwrap();
        assert_eq!(answer.headers()["retry-after"], retry_after);
        let body = answer.into_body().collect_bytes().await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        let expected = seconds.map_or(Value::Null, |seconds: u32| json!(seconds));
        assert_eq!(body["details"]["retryAfterSeconds"], expected);
    }
}

#[tokio::test]
async fn a_lost_request_changed_nothing_and_a_lost_answer_did() {
    let sandbox = cluster();
    break_next(&sandbox, WriteFault::LoseRequest);
    let lost = apply(&sandbox, &strict()).await.unwrap_err();
    assert!(matches!(lost, Error::Service(_)), "{lost:?}");
    assert_eq!(stored(&sandbox), None);

    break_next(&sandbox, WriteFault::LoseAnswer);
    let lost = apply(&sandbox, &strict()).await.unwrap_err();
    assert!(matches!(lost, Error::Service(_)), "{lost:?}");
    assert!(stored(&sandbox).is_some());
    assert_eq!(statuses(&sandbox), [None, Some(201)]);
}

#[tokio::test(start_paused = true)]
async fn who_stops_waiting_for_an_answer_does_not_stop_the_change() {
    let sandbox = cluster();
    let hour = Duration::from_secs(3600);
    let minute = Duration::from_secs(60);
    break_next(&sandbox, WriteFault::SlowRequest(hour));
    assert!(timeout(minute, apply(&sandbox, &strict())).await.is_err());
    assert_eq!((stored(&sandbox), statuses(&sandbox)), (None, vec![]));

    break_next(&sandbox, WriteFault::SlowAnswer(hour));
    assert!(timeout(minute, apply(&sandbox, &strict())).await.is_err());
    assert!(stored(&sandbox).is_some());

    let start = Instant::now();
    break_next(&sandbox, WriteFault::SlowRequest(minute));
    break_next(&sandbox, WriteFault::SlowAnswer(minute));
    apply(&sandbox, &strict()).await.unwrap();
    assert_eq!(start.elapsed(), 2 * minute);
}

#[tokio::test]
async fn other_bytes_can_be_stored_or_told_or_none_stored_at_all() {
    let sandbox = cluster();
    let told = |answer: &Value| answer["spec"]["mtls"]["mode"].clone();
    break_next(&sandbox, WriteFault::Store(Twist::new(disabled)));
    let answer = apply(&sandbox, &strict()).await.unwrap();
    assert_eq!(told(&answer), "DISABLE");
    assert_eq!(stored(&sandbox), Some(answer));

    sandbox.delete("PeerAuthentication", "shop", "a");
    break_next(&sandbox, WriteFault::Tell(Twist::new(disabled)));
    let answer = apply(&sandbox, &strict()).await.unwrap();
    assert_eq!(told(&answer), "DISABLE");
    let before = stored(&sandbox);
    assert_eq!(told(before.as_ref().unwrap()), "STRICT");

    break_next(&sandbox, WriteFault::Pretend);
    let wanted = policy(json!({ "mtls": { "mode": "PERMISSIVE" } }));
    let answer = apply(&sandbox, &wanted).await.unwrap();
    assert_eq!(told(&answer), "PERMISSIVE");
    assert_ne!(
        answer["metadata"]["resourceVersion"],
        before.as_ref().unwrap()["metadata"]["resourceVersion"]
    );
    assert_eq!(stored(&sandbox), before);

    break_next(&sandbox, WriteFault::Pretend);
    policies(&sandbox)
        .delete("a", &DeleteParams::default())
        .await
        .unwrap();
    assert_eq!(stored(&sandbox), before);
}

#[tokio::test]
async fn faults_hit_what_they_aim_at() {
    let sandbox = cluster();
    let faults = sandbox.faults();
    let no = || WriteFault::Refuse(Refusal::of(503));
    let passes = async |params: &PatchParams| apply_as(&sandbox, params, &strict()).await.is_ok();
    let rehearsal = ours().dry_run();

    faults.writes(Aim::every().dry_runs(), no());
    assert!(!passes(&rehearsal).await && passes(&ours()).await);
    faults.heal_writes();
    faults.writes(Aim::every().in_earnest(), no());
    assert!(passes(&rehearsal).await && !passes(&ours()).await);
    faults.heal_writes();
    faults.writes(Aim::next().after(2), no());
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(passes(&ours()).await);
    }
    assert_eq!(answers, [true, true, false, true]);
    faults.heal_writes();

    faults.writes(Aim::every().verb(Verb::Delete), no());
    faults.writes(Aim::every().named("b"), no());
    faults.writes(Aim::every().kind("Gateway").unwrap(), no());
    assert!(passes(&ours()).await);
    let deleted = policies(&sandbox)
        .delete("a", &DeleteParams::default())
        .await;
    assert_eq!(status(deleted).code, 503);
    faults.writes(
        Aim::every().kind("PeerAuthentication").unwrap().named("a"),
        no(),
    );
    assert!(!passes(&ours()).await);
    assert!(Aim::every().kind("Node").is_err());
}
