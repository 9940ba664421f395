//! What becomes of a rollout that is refused, stopped, crossed or rolled back.

use intent::{RolloutNumber, Stage, rollout::Outcome};
use serde_json::json;

use crate::{
    checks::{ledger_is_what_is_there, only_approved_bytes_were_sent, taken_back},
    ground::{self, NAMESPACE},
    world::{AFTER, BEFORE, FIRST, PEER, SECOND, World, all, at, shop},
};

const NUMBER: RolloutNumber = RolloutNumber(2);

#[test]
fn what_one_site_refuses_is_taken_back_on_all() {
    let world = World::applied();
    ground::refuses(&world.us, "three");
    world.process(async |process| {
        process.rolls_out("olga", SECOND).await.unwrap();
        let why = taken_back(process.ends().await);
        let says = format!(
            "On us-east, PeerAuthentication {} was refused: ",
            at("three")
        );
        assert!(why.starts_with(&says), "{why}");
        assert_eq!(world.specs(), all(&BEFORE));
        ledger_is_what_is_there(&world, &process.store).await;
        only_approved_bytes_were_sent(&world, process).await;
    });
}

#[test]
fn what_somebody_changed_between_the_plan_and_the_request_is_left_to_them() {
    let world = World::applied();
    world.process(async |process| {
        process.rolls_out("olga", SECOND).await.unwrap();
        let mut theirs = world.us.object(PEER.as_str(), NAMESPACE, "one").unwrap();
        theirs["spec"]["mtls"]["mode"] = json!("DISABLE");
        world.us.put(theirs).unwrap();
        let why = taken_back(process.ends().await);
        let one = at("one");
        let says = format!("On us-east, PeerAuthentication {one} was not changed: .spec.mtls.mode belongs to kubectl-edit.");
        assert_eq!(why, says);
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
        assert_eq!(gone, [at("three")]);
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
