//! Intents are withdrawn: just what they made goes.

use engine::Error;
use intent::{Entry, RevisionNumber, Stage, rollout::Outcome};

use crate::{
    checks::{ledger_is_what_is_there, only_approved_bytes_were_sent, taken_back},
    ground::NAMESPACE,
    world::{FIRST, PEER, SITES, World, all, at, by_hand, shop},
};

const WITHDRAWAL: RevisionNumber = RevisionNumber(2);

/// The first revision is in force, and a withdrawal of it is approved.
fn withdrawing() -> World {
    let world = World::approved();
    world.process(async |process| {
        process.applies("olga", FIRST).await;
        process.settles(&world).await;
        let ada = process.actor("ada").await;
        let page = process.engine.intent(&ada, &shop(), "mtls").await.unwrap();
        let says = "This submits a revision that removes 2 objects on 2 sites. It is reviewed like any other.";
        assert_eq!(page.can_withdraw, Ok(says.into()));
        let number = process.engine.withdraw(&ada, &shop(), "mtls").await.unwrap();
        assert_eq!(number, WITHDRAWAL);
        process.approves("rex", number).await;
    });
    world
}

#[test]
fn a_withdrawal_removes_what_was_made_and_names_each_object_by_its_uid() {
    let world = withdrawing();
    // Somebody else's in the same namespace stays.
    for site in SITES {
        world.site(site).put(by_hand("theirs", "DISABLE")).unwrap();
    }
    world.process(async |process| {
        process.settles(&world).await;
        let revision = process.store.revision(&shop(), WITHDRAWAL).await.unwrap();
        let entries = revision.entries("eu-west");
        let names: Vec<&str> = entries.iter().map(|e| e.key().name.as_str()).collect();
        assert_eq!(names, ["two", "one"]);
        assert!(
            entries
                .iter()
                .all(|entry| matches!(entry, Entry::Remove(_)))
        );
        assert_eq!(
            revision.intents[0].says,
            "Withdraws mtls: removes 2 objects on 2 sites."
        );
        process.applies("olga", WITHDRAWAL).await;
        assert_eq!(world.specs(), all(&[("theirs", "DISABLE")]));
        assert_eq!(process.store.ledger(&shop()).await.unwrap(), []);
        only_approved_bytes_were_sent(&world, process).await;
        process.settles(&world).await;
        assert_eq!(process.stage(WITHDRAWAL).await, Stage::Withdrawn);
        let ada = process.actor("ada").await;
        let page = process.engine.intent(&ada, &shop(), "mtls").await.unwrap();
        assert!(
            page.can_withdraw
                .unwrap_err()
                .starts_with("Nothing of this intent is applied.")
        );
    });
}

#[test]
fn what_was_replaced_by_hand_survives_a_withdrawal() {
    let world = withdrawing();
    world.process(async |process| {
        process.rolls_out("olga", WITHDRAWAL).await.unwrap();
        let theirs = world.us.delete(PEER.as_str(), NAMESPACE, "one").unwrap();
        world.us.put(theirs).unwrap();
        let why = taken_back(process.ends().await);
        let says = format!("On us-east, PeerAuthentication {} was not changed", at("one"));
        assert!(why.starts_with(&says), "{why}");
        assert_eq!(world.specs(), all(&[("one", "STRICT"), ("two", "STRICT")]));
        process.settles(&world).await;

        // The ledger knows the other one, so nothing begins any more.
        let Err(Error::Rehearsed(found)) = process.rolls_out("olga", WITHDRAWAL).await else {
            panic!("it began");
        };
        let one = at("one");
        let says = format!("On us-east, PeerAuthentication {one} was replaced: it is not the object that revision 1 made.");
        assert_eq!(found[0].to_string(), says);
    });
}

#[test]
fn nothing_is_withdrawn_that_was_not_applied() {
    let world = World::approved();
    world.process(async |process| {
        let ada = process.actor("ada").await;
        let refused = process.engine.withdraw(&ada, &shop(), "mtls").await;
        let says = "Nothing of this intent is applied. Recall what is in review, or discard the draft, instead.";
        assert!(matches!(refused, Err(Error::Denied(why)) if why == says));
        let olga = process.actor("olga").await;
        let refused = process.engine.withdraw(&olga, &shop(), "mtls").await;
        assert!(matches!(refused, Err(Error::Denied(_))));
        assert_eq!(process.store.drafts(&shop()).await.unwrap(), []);
    });
}

#[test]
fn nothing_is_withdrawn_over_a_draft_that_somebody_writes() {
    let world = World::applied();
    world.process(async |process| {
        let ada = process.actor("ada").await;
        process
            .engine
            .edit_intent(&ada, &shop(), "mtls")
            .await
            .unwrap();
        let refused = process.engine.withdraw(&ada, &shop(), "mtls").await;
        let says = "There is an open draft of this intent. Discard it first.";
        assert!(matches!(refused, Err(Error::Denied(why)) if why == says));
    });
}

#[test]
fn what_was_withdrawn_can_be_rolled_back_to() {
    let world = withdrawing();
    world.process(async |process| {
        process.applies("olga", WITHDRAWAL).await;
        process.settles(&world).await;
        process.rolls_back("otto", FIRST).await.unwrap();
        assert_eq!(process.ends().await, Outcome::Applied);
        assert_eq!(world.specs(), all(&[("one", "STRICT"), ("two", "STRICT")]));
        ledger_is_what_is_there(&world, &process.store).await;
    });
}
