//! What becomes of a rollout that goes well.

use intent::{CellState, Digest, RolloutNumber, Stage, rollout::Outcome};

use crate::{
    checks::{asked_for, ledger_is_what_is_there, only_approved_bytes_were_sent},
    world::{FIRST, SECOND, SITES, World, all, first, shop},
};

const NUMBER: RolloutNumber = RolloutNumber(1);

#[test]
fn an_approved_revision_is_applied_on_every_site_as_it_was_approved() {
    let world = World::approved();
    world.process(async |process| {
        process.applies("olga", FIRST).await;
        assert_eq!(world.specs(), all(&[("one", "STRICT"), ("two", "STRICT")]));
        ledger_is_what_is_there(&world, &process.store).await;
        only_approved_bytes_were_sent(&world, process).await;
        let revision = process.store.revision(&shop(), FIRST).await.unwrap();
        for site in SITES {
            let approved = revision.entries(site).iter();
            let approved: Vec<Digest> = approved.map(|e| Digest::of(e.body())).collect();
            let sent = world.sent(site);
            let sent: Vec<Digest> = sent.iter().map(|r| asked_for(&r.body)).collect();
            assert_eq!(sent, approved, "{site}");
        }
        process.settles(&world).await;
        let stage = Stage::Applied { rollout: NUMBER };
        assert_eq!(process.stage(FIRST).await, stage);
    });
}

#[test]
fn pages_tell_of_a_rollout_what_was_done() {
    let world = World::approved();
    world.process(async |process| {
        process.applies("olga", FIRST).await;
        process.settles(&world).await;
        let page = process.rollout(NUMBER).await;
        assert_eq!(page.sentence, "Revision 1 is in force on every site.");
        assert_eq!((page.running, page.can_stop), (false, false));
        assert_eq!(page.approved_by.len(), 1);
        let names: Vec<&str> = page.objects.iter().map(|o| o.key.name.as_str()).collect();
        assert_eq!(names, ["one", "two"]);
        let cells = page.objects.iter().flat_map(|object| &object.cells);
        assert!(
            cells
                .flatten()
                .all(|cell| cell.state == CellState::Verified)
        );
        let did: Vec<&str> = page.acts.iter().map(|act| act.did.as_str()).collect();
        assert_eq!(
            did,
            [
                "finished rollout 1, revision 1",
                "began rollout 1, revision 1"
            ]
        );
        assert_eq!(page.acts[0].href.as_deref(), Some("/c/shop/rollouts/1"));

        // Its votes are still those by which it was rolled out.
        let page = process.page("olga", FIRST).await;
        assert_eq!((page.row.approvals, page.votes[0].void.clone()), (1, None));
        assert_eq!(page.moved, [""; 0]);
        assert_eq!(page.rollouts.len(), 1);
        assert_eq!(
            page.can_roll_out,
            Err("This revision was rolled out.".into())
        );
        assert_eq!(page.can_roll_back, Err("This revision is in force.".into()));
        assert!(!page.can_recall);
        let says = "This revision was rolled out; there is nothing left to vote on.";
        assert_eq!(page.cannot_vote.as_deref(), Some(says));
        let olga = process.actor("olga").await;
        let rows = process.engine.rollouts(&olga, &shop()).await.unwrap();
        assert_eq!(
            (rows.len(), rows[0].outcome.clone()),
            (1, Some(Outcome::Applied))
        );
    });
}

#[test]
fn what_is_under_way_is_in_flight() {
    let world = World::approved();
    world.process(async |process| {
        process.rolls_out("olga", FIRST).await.unwrap();
        let olga = process.actor("olga").await;
        let flight = process.engine.in_flight(&olga, &shop()).await.unwrap();
        assert_eq!(flight.rollouts.len(), 1);
        assert_eq!(
            process.stage(FIRST).await,
            Stage::RollingOut { rollout: NUMBER }
        );
        process.ends().await;
        let flight = process.engine.in_flight(&olga, &shop()).await.unwrap();
        assert_eq!((flight.rollouts.len(), flight.reviews), (0, 0));
    });
}

#[test]
fn a_later_revision_changes_makes_and_removes() {
    let world = World::applied();
    world.process(async |process| {
        process.applies("olga", SECOND).await;
        let wanted = all(&[("one", "PERMISSIVE"), ("three", "STRICT")]);
        assert_eq!(world.specs(), wanted);
        ledger_is_what_is_there(&world, &process.store).await;
        only_approved_bytes_were_sent(&world, process).await;
        assert_eq!(SITES.map(|site| world.sent(site).len()), [3, 3]);
    });
}

#[test]
fn where_all_is_as_wanted_nothing_is_asked_and_yet_it_is_done() {
    let world = World::approved();
    world.process(async |process| {
        process.applies("olga", FIRST).await;
        process.settles(&world).await;
        let sent = world.all_sent();
        let number = process.submits("ada", &first()).await;
        process.approves("rex", number).await;
        process.rolls_out("olga", number).await.unwrap();
        assert_eq!(process.ends().await, Outcome::NothingToDo);
        assert_eq!(world.all_sent(), sent);
        let rollout = RolloutNumber(2);
        assert_eq!(process.stage(number).await, Stage::Applied { rollout });
    });
}

#[test]
fn a_start_and_further_resumes_carry_it_out_once() {
    let world = World::approved();
    world.process(async |process| {
        process.rolls_out("olga", FIRST).await.unwrap();
        for _ in 0..3 {
            process.engine.resume().await.unwrap();
        }
        assert_eq!(process.ends().await, Outcome::Applied);
        process.engine.resume().await.unwrap();
        assert_eq!(SITES.map(|site| world.sent(site).len()), [2, 2]);
        // Nobody had to take it over from anybody.
        assert_eq!(process.rollout(NUMBER).await.answers.len(), 8);
    });
}
