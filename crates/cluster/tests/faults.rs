//! What is known of a change on a bad way to a bad cluster.
#![expect(
    clippy::disallowed_methods,
    reason = "this is about the requests themselves"
)]

mod common;

use std::time::Duration;

use cluster::{Answer, Cluster, Error, Seen, Verified};
use common::*;
use sandbox::{Aim, Line, Refusal, Sandbox, Twist, WriteFault};
use serde_json::json;
use tokio::time::Instant;

/// Makes `a` while something goes wrong.
async fn make(cluster: &Cluster) -> Answer {
    cluster.apply(&strict("a"), &Seen::nothing()).await
}

fn refuse(code: u16) -> WriteFault {
    WriteFault::Refuse(Refusal::of(code))
}

fn is_unknown(answer: &Answer) -> bool {
    matches!(answer, Answer::Unknown(_))
}

fn statuses(sandbox: &Sandbox) -> Vec<Option<u16>> {
    asked(sandbox).iter().map(|asked| asked.status).collect()
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_is_not_there_was_asked_nothing() {
    let (sandbox, cluster) = empty();
    sandbox.faults().line(Line::Down);
    let refused = Answer::Unreachable("the connection is refused".into());
    assert_eq!(make(&cluster).await, refused);
    let begun = Instant::now();
    sandbox.faults().line(Line::Silent);
    let late = Answer::Unreachable("no answer within 10 s".into());
    assert_eq!(make(&cluster).await, late);
    assert_eq!(begun.elapsed(), Duration::from_secs(10));
    let unread = cluster.read(&key("a")).await.unwrap_err();
    assert_eq!(unread, Error::Unreachable("no answer within 10 s".into()));
    assert_eq!(
        cluster.verify(&strict("a")).await,
        Verified::Unknown(unread)
    );
    assert_eq!(asked(&sandbox), []);
}

#[tokio::test(start_paused = true)]
async fn after_a_request_that_got_lost_nobody_knows_and_it_is_not_repeated() {
    let late = Duration::from_secs(11);
    for (fault, is_stored) in [
        (WriteFault::LoseRequest, false),
        (WriteFault::LoseAnswer, true),
        (WriteFault::SlowAnswer(late), true),
        (refuse(500), false),
        (refuse(503), false),
        (refuse(504), false),
    ] {
        let (sandbox, cluster) = empty();
        sandbox.faults().writes(Aim::every(), fault.clone());
        let answer = make(&cluster).await;
        assert!(is_unknown(&answer), "{fault:?}: {answer:?}");
        assert_eq!(asked(&sandbox).len(), 1, "{fault:?}");
        let looked = cluster.verify(&strict("a")).await;
        assert_eq!(looked == Verified::Same, is_stored, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_removal_that_got_lost_is_not_repeated_either() {
    for fault in [WriteFault::LoseRequest, WriteFault::LoseAnswer, refuse(503)] {
        let (sandbox, cluster) = empty();
        let seen = Seen::from(&done(make(&cluster).await));
        sandbox.faults().writes(Aim::every(), fault.clone());
        let answer = cluster.remove(&key("a"), &seen).await;
        assert!(is_unknown(&answer), "{fault:?}: {answer:?}");
        assert_eq!(asked(&sandbox).len(), 2, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_overloaded_cluster_is_asked_again_twice() {
    let busy = |retry_after| {
        WriteFault::Refuse(Refusal {
            retry_after: Some(retry_after),
            ..Refusal::of(429)
        })
    };
    let (sandbox, cluster) = empty();
    sandbox.faults().writes(Aim::every().times(2), busy("3600"));
    let begun = Instant::now();
    done(make(&cluster).await);
    assert_eq!(begun.elapsed(), Duration::from_secs(60));
    assert_eq!(statuses(&sandbox), [Some(429), Some(429), Some(201)]);

    let (sandbox, cluster) = empty();
    let never = busy("18446744073709551615");
    sandbox.faults().writes(Aim::every(), never);
    let gives_up = Answer::Unreachable("the API server has too much to do".into());
    assert_eq!(make(&cluster).await, gives_up);
    assert_eq!(statuses(&sandbox), [Some(429); 3]);
}

#[tokio::test(start_paused = true)]
async fn what_the_cluster_refuses_is_said_once_and_without_what_it_echoes() {
    for code in [400, 401, 403, 404, 422] {
        let (sandbox, cluster) = empty();
        let fault = WriteFault::Refuse(Refusal {
            message: format!(
                "no: Invalid value: {{\"kind\":\"Secret\",\"data\":\"c2VjcmV0\"}}\0 {}",
                "x ".repeat(1000)
            ),
            ..Refusal::of(code)
        });
        sandbox.faults().writes(Aim::every(), fault);
        match make(&cluster).await {
            Answer::Refused {
                code: told, says, ..
            } => {
                assert_eq!(told, code);
                let is_short = says.chars().count() <= 500;
                assert!(is_short && !says.contains("c2VjcmV0"), "{says}");
                assert!(!says.contains(char::is_control), "{says}");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(asked(&sandbox).len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_stores_something_else_is_found_out_by_reading_back() {
    let (sandbox, cluster) = empty();
    let twist = Twist::new(|object| object["spec"]["mtls"]["mode"] = json!("DISABLE"));
    sandbox
        .faults()
        .writes(Aim::every(), WriteFault::Store(twist));
    done(make(&cluster).await);
    let stored = live(&cluster, "a").await;
    assert_eq!(
        cluster.verify(&strict("a")).await,
        Verified::Differs(Box::new(stored))
    );

    let (sandbox, cluster) = empty();
    sandbox.faults().writes(Aim::every(), WriteFault::Pretend);
    done(make(&cluster).await);
    assert_eq!(cluster.verify(&strict("a")).await, Verified::Gone);
}

#[tokio::test(start_paused = true)]
async fn labels_that_got_lost_are_a_difference() {
    let (sandbox, cluster) = empty();
    let twist = Twist::new(|object| object["metadata"]["labels"] = json!({}));
    sandbox
        .faults()
        .writes(Aim::every(), WriteFault::Store(twist));
    done(make(&cluster).await);
    let stored = live(&cluster, "a").await;
    assert_eq!(
        cluster.verify(&strict("a")).await,
        Verified::Differs(Box::new(stored))
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_about_something_else_is_no_success() {
    for twist in [
        Twist::new(|object| object["metadata"]["name"] = json!("b")),
        Twist::new(|object| object["kind"] = json!("AuthorizationPolicy")),
        Twist::new(|object| object["metadata"]["uid"] = json!(null)),
        Twist::new(|object| *object = json!([])),
    ] {
        let (sandbox, cluster) = empty();
        let tell = WriteFault::Tell(twist);
        sandbox.faults().writes(Aim::every(), tell);
        assert!(is_unknown(&make(&cluster).await));
    }
    let (sandbox, cluster) = empty();
    let seen = Seen::from(&done(make(&cluster).await));
    let another = Twist::new(|object| object["metadata"]["uid"] = json!("another"));
    let tell = WriteFault::Tell(another);
    sandbox.faults().writes(Aim::every(), tell);
    let open = wants("a", json!({"mtls": {"mode": "PERMISSIVE"}}));
    assert!(is_unknown(&cluster.apply(&open, &seen).await));
}
