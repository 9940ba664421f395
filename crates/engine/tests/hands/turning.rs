//! What becomes of a rollout in which a site lies, loses or falls silent.

use std::time::Duration;

use intent::{
    RolloutNumber,
    rollout::{Note, Outcome, Turn},
};
use sandbox::{Aim, Line, Refusal, Twist, WriteFault};
use serde_json::json;
use tokio::time::timeout;

use crate::{
    checks::{ledger_is_what_is_there, only_approved_bytes_were_sent, taken_back},
    world::{AFTER, BEFORE, SECOND, SITES, World, all},
};

const NUMBER: RolloutNumber = RolloutNumber(2);

/// Lets the second write of one site go wrong once; says how that ends, and checks all that has to hold then.
fn ends_with(fault: WriteFault) -> Outcome {
    let world = World::applied();
    let aim = Aim::next().in_earnest().after(1);
    world.us.faults().writes(aim, fault);
    world.process(async |process| {
        process.rolls_out("olga", SECOND).await.unwrap();
        let outcome = process.ends().await;
        let wanted = match outcome {
            Outcome::Applied => all(&AFTER),
            _ => all(&BEFORE),
        };
        assert_eq!(world.specs(), wanted, "{outcome:?}");
        ledger_is_what_is_there(&world, &process.store).await;
        only_approved_bytes_were_sent(&world, process).await;
        outcome
    })
}

#[test]
fn a_refusal_of_any_code_is_taken_back() {
    for code in [400, 403, 404, 422] {
        let refusal = WriteFault::Refuse(Refusal::of(code));
        let why = taken_back(ends_with(refusal));
        assert!(
            why.starts_with("On us-east, PeerAuthentication default/three was refused: "),
            "{code} {why}"
        );
    }
    let conflict = taken_back(ends_with(WriteFault::Refuse(Refusal::of(409))));
    assert_eq!(
        conflict,
        "On us-east, PeerAuthentication default/three was not changed: somebody else changed it meanwhile."
    );
}

#[test]
fn what_a_cluster_only_says_it_did_is_taken_back() {
    let why = taken_back(ends_with(WriteFault::Pretend));
    assert!(
        why.ends_with("was not changed, although the cluster said so."),
        "{why}"
    );
}

#[test]
fn what_a_cluster_stored_otherwise_is_taken_back() {
    let twist = Twist::new(|object| object["spec"]["mtls"]["mode"] = json!("DISABLE"));
    let why = taken_back(ends_with(WriteFault::Store(twist)));
    assert!(
        why.contains("is neither as it was nor as it should be"),
        "{why}"
    );
}

#[test]
fn what_was_lost_on_the_way_is_looked_for_and_sent_again() {
    assert_eq!(ends_with(WriteFault::LoseRequest), Outcome::Applied);
}

#[test]
fn what_was_done_without_an_answer_is_looked_for_and_not_done_twice() {
    assert_eq!(ends_with(WriteFault::LoseAnswer), Outcome::Applied);
    let world = World::applied();
    let aim = Aim::every().in_earnest();
    world.us.faults().writes(aim, WriteFault::LoseAnswer);
    world.process(async |process| {
        process.applies("olga", SECOND).await;
        assert_eq!(SITES.map(|site| world.sent(site).len()), [3, 3]);
        assert_eq!(world.specs(), all(&AFTER));
        ledger_is_what_is_there(&world, &process.store).await;
    });
}

#[test]
fn what_a_cluster_tells_otherwise_than_it_stored_is_looked_at() {
    let twist = Twist::new(|object| object["spec"]["mtls"]["mode"] = json!("DISABLE"));
    assert_eq!(ends_with(WriteFault::Tell(twist)), Outcome::Applied);
}

#[test]
fn a_panic_on_the_way_loses_nothing() {
    let world = World::applied();
    let panics = WriteFault::Store(Twist::new(|_| panic!("somebody made a mistake")));
    let aim = Aim::next().in_earnest().after(1);
    world.us.faults().writes(aim, panics);
    world.process(async |process| {
        process.rolls_out("olga", SECOND).await.unwrap();
        let ended = async {
            while !process.store.running().await.unwrap().is_empty() {
                // Takes nothing up as long as it is carried out.
                process.engine.resume().await.unwrap();
            }
        };
        timeout(Duration::from_secs(20), ended).await.unwrap();
        assert_eq!(process.ends().await, Outcome::Applied);
        assert_eq!(world.specs(), all(&AFTER));
        ledger_is_what_is_there(&world, &process.store).await;
    });
}

#[test]
fn a_site_that_falls_silent_is_put_back_when_it_answers_and_the_others_at_once() {
    let world = World::applied();
    let down = |note: &Note| {
        matches!(note, Note::Answered(request, told)
        if request.site == "us-east" && format!("{told}").starts_with("could not be asked for"))
    };
    let at = world.process(async |process| {
        process.rolls_out("olga", SECOND).await.unwrap();
        world
            .us
            .faults()
            .line(Line::Slow(Duration::from_millis(200)));
        process
            .notes(NUMBER, |notes| {
                // It has changed one object, and the request for the next is on its way.
                let us = notes.iter().filter_map(|noted| noted.note.request());
                us.filter(|request| request.site == "us-east").count() == 4
            })
            .await;
        world.us.faults().line(Line::Down);
        process
            .notes(NUMBER, |notes| notes.iter().any(|noted| down(&noted.note)))
            .await;
        process.store.clock.now()
    });
    // A minute later it does not answer yet.
    let turned =
        |note: &Note| matches!(note, Note::Turned(Turn::Silent { site, .. }) if site == "us-east");
    let at = world.later(at.plus(61_000), async |process| {
        process.engine.resume().await.unwrap();
        process
            .notes(NUMBER, |notes| {
                notes.iter().any(|noted| turned(&noted.note))
            })
            .await;
        let back = |noted: &&intent::rollout::Noted| {
            matches!(&noted.note, Note::Looked(request, _)
            if request.site == "eu-west" && request.direction == intent::rollout::Direction::Back)
        };
        process
            .notes(NUMBER, |notes| notes.iter().filter(back).count() == 3)
            .await;
        assert_eq!(world.specs()[0], all(&BEFORE)[0]);
        assert_ne!(world.specs()[1], all(&BEFORE)[1]);
        let page = process.rollout(NUMBER).await;
        assert!(page.running, "{}", page.sentence);
        assert!(
            page.sentence.contains("us-east does not answer"),
            "{}",
            page.sentence
        );
        process.store.clock.now()
    });
    world.us.faults().line(Line::Up);
    world.later(at.plus(10_000), async |process| {
        process.engine.resume().await.unwrap();
        assert_eq!(
            taken_back(process.ends().await),
            "us-east did not answer for a minute."
        );
        assert_eq!(world.specs(), all(&BEFORE));
        ledger_is_what_is_there(&world, &process.store).await;
        only_approved_bytes_were_sent(&world, process).await;
    });
}
