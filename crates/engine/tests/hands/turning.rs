//! What becomes of a rollout in which something goes wrong.

use std::time::Duration;

use intent::{
    RolloutNumber, Stage,
    rollout::{Note, Outcome, Turn},
};
use sandbox::{Aim, Line, Refusal, Twist, WriteFault};
use serde_json::json;
use tokio::time::timeout;

use crate::{
    checks::{ledger_is_what_is_there, only_approved_bytes_were_sent, taken_back},
    world::{FIRST, PEER, SECOND, SITES, World, all, shop},
};

const BEFORE: [(&str, &str); 2] = [("one", "STRICT"), ("two", "STRICT")];
const AFTER: [(&str, &str); 2] = [("one", "PERMISSIVE"), ("three", "STRICT")];
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
fn what_one_site_refuses_is_taken_back_on_all() {
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
fn what_somebody_changed_between_the_plan_and_the_request_is_left_to_them() {
    let world = World::applied();
    world.process(async |process| {
        process.rolls_out("olga", SECOND).await.unwrap();
        let mut theirs = world.us.object(PEER.as_str(), "default", "one").unwrap();
        theirs["spec"]["mtls"]["mode"] = json!("DISABLE");
        world.us.put(theirs).unwrap();
        let why = taken_back(process.ends().await);
        assert_eq!(
            why,
            "On us-east, PeerAuthentication default/one was not changed: .spec.mtls.mode belongs to kubectl-edit."
        );
        let mut wanted = all(&BEFORE);
        wanted[1].get_mut("one").unwrap()["mtls"]["mode"] = json!("DISABLE");
        assert_eq!(world.specs(), wanted);
        process.settles(&world).await;
        let stage = Stage::TakenBack { rollout: NUMBER, why };
        assert_eq!(process.stage(SECOND).await, stage);
    });
}

#[test]
fn what_is_stopped_is_taken_back() {
    let world = World::applied();
    world.process(async |process| {
        process.rolls_out("olga", SECOND).await.unwrap();
        let vic = process.actor("vic").await;
        let stopped = process.engine.stop_rollout(&vic, &shop(), NUMBER).await;
        assert!(matches!(stopped, Err(engine::Error::Denied(_))));
        let otto = process.actor("otto").await;
        process
            .engine
            .stop_rollout(&otto, &shop(), NUMBER)
            .await
            .unwrap();
        assert_eq!(taken_back(process.ends().await), "otto stopped it.");
        assert_eq!(world.specs(), all(&BEFORE));
        ledger_is_what_is_there(&world, &process.store).await;
        let stopped = process.engine.stop_rollout(&otto, &shop(), NUMBER).await;
        assert!(matches!(stopped, Err(engine::Error::Moved(_))));

        // What was voted on is as it was, so it can be rolled out again.
        process.settles(&world).await;
        process.applies("olga", SECOND).await;
        assert_eq!(world.specs(), all(&AFTER));
    });
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
        process
            .notes(NUMBER, |notes| {
                // It has changed one object, and is about to be asked for the next.
                let us = notes.iter().filter_map(|noted| noted.note.request());
                us.filter(|request| request.site == "us-east").count() == 3
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

#[test]
fn what_was_never_in_force_cannot_be_rolled_back_to() {
    let world = World::approved();
    world.process(async |process| {
        let page = process.page("olga", FIRST).await;
        let why = "This cannot be rolled back to: this revision never was in force here.";
        assert_eq!(page.can_roll_back, Err(why.into()));
        let says = process.rolls_back("olga", FIRST).await.unwrap_err();
        assert_eq!(says.to_string(), why);
        assert!(world.eu.journal().is_empty());
    });
}

#[test]
fn one_operator_rolls_back_to_what_was_in_force() {
    let world = World::applied();
    world.process(async |process| {
        process.applies("olga", SECOND).await;
        process.settles(&world).await;
        let page = process.page("olga", FIRST).await;
        assert_eq!(page.can_roll_back, Ok(()));
        // The page shows that what was made since goes.
        let changes = page.preview.plans.iter().flat_map(|plan| &plan.changes);
        let gone: Vec<&str> = changes
            .filter(|change| change.action == mesh::Action::Remove)
            .map(|change| change.name.as_str())
            .collect();
        assert_eq!(gone, ["default/three"]);
        process.rolls_back("olga", FIRST).await.unwrap();
        assert_eq!(process.ends().await, Outcome::Applied);
        assert_eq!(world.specs(), all(&BEFORE));
        ledger_is_what_is_there(&world, &process.store).await;
        only_approved_bytes_were_sent(&world, process).await;
        process.settles(&world).await;
        let rollout = RolloutNumber(3);
        assert_eq!(process.stage(FIRST).await, Stage::Applied { rollout });
        let olga = process.actor("olga").await;
        let page = process.engine.intent(&olga, &shop(), "mtls").await.unwrap();
        assert_eq!(page.can_roll_back, [SECOND]);
    });
}
