//! What somebody changed by hand is shown, and put back by an operator.

use engine::Error;
use intent::{
    Digest, DriftSeen, RolloutNumber, Stage,
    rollout::{Note, Outcome},
};
use mesh::Action;
use sandbox::{Aim, Journalled, Line, Refusal, Sandbox, WriteFault};
use serde_json::{Value, json};
use tokio::task::yield_now;

use crate::{
    checks::{is_whole, ledger_is_what_is_there},
    world::{FIRST, PEER, Process, SITES, World, all, by_hand, shop},
};

/// The rollout that restores.
const NUMBER: RolloutNumber = RolloutNumber(2);

/// The first revision is in force.
fn in_force() -> World {
    let world = World::approved();
    world.process(async |process| process.applies("olga", FIRST).await);
    world
}

/// Changes a policy as somebody with kubectl does.
fn edit(site: &Sandbox, name: &str, change: impl FnOnce(&mut Value)) {
    let mut object = site.object(PEER.as_str(), "default", name).unwrap();
    change(&mut object);
    site.put(object).unwrap();
}

fn to_permissive(object: &mut Value) {
    object["spec"]["mtls"]["mode"] = json!("PERMISSIVE");
}

async fn drift(process: &Process, world: &World, by: &str) -> Vec<DriftSeen> {
    process.settles(world).await;
    let by = process.actor(by).await;
    process.engine.drift(&by, &shop(), "mtls").await.unwrap()
}

async fn restore(process: &Process, by: &str, what: &DriftSeen) -> Result<RolloutNumber, Error> {
    let by = process.actor(by).await;
    let DriftSeen {
        sites,
        digest,
        seen,
        ..
    } = what;
    process
        .engine
        .restore(&by, &shop(), "mtls", sites, digest, seen)
        .await
}

#[test]
fn nothing_differs_where_everything_is_as_it_was_applied() {
    let world = in_force();
    world.process(async |process| assert_eq!(drift(process, &world, "olga").await, []));
}

#[test]
fn what_was_changed_by_hand_is_shown_and_put_back_on_that_site_alone() {
    let world = in_force();
    edit(&world.us, "one", to_permissive);
    let before = world.sent("eu-west").len();
    world.process(async |process| {
        let found = drift(process, &world, "olga").await;
        let [one] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(
            (one.sites.as_slice(), one.revision),
            (&["us-east".into()][..], FIRST)
        );
        assert_eq!(one.can_restore, Ok(()));
        let change = &one.changes[0];
        assert_eq!(
            (change.name.as_str(), change.action),
            ("default/one", Action::Update)
        );
        let lines = change.lines.iter();
        let turned: Vec<&str> = lines
            .filter(|line| line.before.is_none() || line.after.is_none())
            .map(|line| line.text.trim())
            .collect();
        assert_eq!(turned, ["mode: PERMISSIVE", "mode: STRICT"]);

        assert_eq!(restore(process, "olga", one).await.unwrap(), NUMBER);
        assert_eq!(process.ends().await, Outcome::Applied);
        assert_eq!(world.specs(), all(&[("one", "STRICT"), ("two", "STRICT")]));
        assert_eq!(drift(process, &world, "olga").await, []);
        ledger_is_what_is_there(&world, &process.store).await;
        assert_eq!(world.sent("eu-west").len(), before);
        let page = process.rollout(NUMBER).await;
        assert_eq!(
            page.sentence,
            "On us-east, everything is as revision 1 made it again."
        );
        assert_eq!(page.acts[1].did, "began rollout 2, restoring revision 1");
        // It stays in force since it was rolled out.
        assert!(matches!(process.stage(FIRST).await, Stage::Applied { .. }));
    });
}

#[test]
fn what_others_added_and_labels_they_took_come_back_too() {
    let world = in_force();
    for site in SITES {
        edit(world.site(site), "one", |object| {
            object["spec"]["portLevelMtls"] = json!({"9080": {"mode": "DISABLE"}});
        });
        edit(world.site(site), "two", |object| {
            object["metadata"]["labels"] = json!({"team": "theirs"});
        });
    }
    world.process(async |process| {
        let found = drift(process, &world, "olga").await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].sites, SITES);
        assert_eq!(found[0].changes.len(), 2);
        restore(process, "olga", &found[0]).await.unwrap();
        assert_eq!(process.ends().await, Outcome::Applied);
        assert_eq!(world.specs(), all(&[("one", "STRICT"), ("two", "STRICT")]));
        assert_eq!(drift(process, &world, "olga").await, []);
        // What is nobody's business of ours stays.
        let two = world.us.object(PEER.as_str(), "default", "two").unwrap();
        assert_eq!(two["metadata"]["labels"]["team"], "theirs");
    });
}

#[test]
fn what_was_removed_by_hand_is_made_again() {
    let world = in_force();
    world.us.delete(PEER.as_str(), "default", "two").unwrap();
    world.process(async |process| {
        let found = drift(process, &world, "olga").await;
        assert_eq!(found[0].changes[0].action, Action::Create);
        restore(process, "olga", &found[0]).await.unwrap();
        assert_eq!(process.ends().await, Outcome::Applied);
        assert_eq!(world.specs(), all(&[("one", "STRICT"), ("two", "STRICT")]));
        ledger_is_what_is_there(&world, &process.store).await;
    });
}

#[test]
fn what_somebody_made_anew_is_not_ours_to_restore() {
    let world = in_force();
    let made = world.us.delete(PEER.as_str(), "default", "two").unwrap();
    world.us.put(made).unwrap();
    world.process(async |process| {
        let found = drift(process, &world, "olga").await;
        let why = found[0].can_restore.clone().unwrap_err();
        assert!(why.contains("somebody made it anew"), "{why}");
        let refused = restore(process, "olga", &found[0]).await.unwrap_err();
        assert!(matches!(refused, Error::Rehearsed(_)), "{refused:?}");
    });
}

#[test]
fn what_carries_our_labels_and_was_not_applied_is_never_touched() {
    let world = in_force();
    let mut theirs = world.us.object(PEER.as_str(), "default", "one").unwrap();
    theirs["metadata"]["name"] = json!("stray");
    world.us.put(theirs).unwrap();
    world.process(async |process| {
        let found = drift(process, &world, "olga").await;
        assert_eq!(found[0].changes[0].action, Action::Remove);
        let why = found[0].can_restore.clone().unwrap_err();
        assert!(why.contains("was not applied by Assent"), "{why}");
    });
    edit(&world.us, "one", to_permissive);
    world.process(async |process| {
        let found = drift(process, &world, "olga").await;
        restore(process, "olga", &found[0]).await.unwrap();
        assert_eq!(process.ends().await, Outcome::Applied);
        assert!(world.us.object(PEER.as_str(), "default", "stray").is_some());
    });
}

#[test]
fn only_what_was_shown_is_put_back() {
    let world = in_force();
    edit(&world.us, "one", to_permissive);
    world.process(async |process| {
        let found = drift(process, &world, "olga").await;
        edit(&world.us, "one", |object| {
            object["spec"]["mtls"]["mode"] = json!("DISABLE");
        });
        let sent = world.all_sent();
        let moved = restore(process, "olga", &found[0]).await.unwrap_err();
        assert!(moved.to_string().contains("changed again"), "{moved}");
        let other = DriftSeen {
            digest: Digest::of("other"),
            ..found[0].clone()
        };
        let moved = restore(process, "olga", &other).await.unwrap_err();
        assert!(moved.to_string().contains("Another revision"), "{moved}");
        assert_eq!(world.all_sent(), sent);
    });
}

#[test]
fn only_operators_restore() {
    let world = in_force();
    edit(&world.us, "one", to_permissive);
    world.process(async |process| {
        for name in ["ada", "rex", "vic"] {
            let found = drift(process, &world, name).await;
            assert!(found[0].can_restore.is_err(), "{name}");
            let refused = restore(process, name, &found[0]).await.unwrap_err();
            assert!(matches!(refused, Error::Denied(_)), "{name}: {refused:?}");
        }
    });
}

#[test]
fn a_site_that_is_down_keeps_no_other_from_being_restored() {
    let world = in_force();
    edit(&world.us, "one", to_permissive);
    world.process(async |process| {
        let found = drift(process, &world, "olga").await;
        world.eu.faults().line(Line::Down);
        restore(process, "olga", &found[0]).await.unwrap();
        assert_eq!(process.ends().await, Outcome::Applied);
        world.eu.faults().line(Line::Up);
        assert_eq!(world.specs(), all(&[("one", "STRICT"), ("two", "STRICT")]));
    });
}

#[test]
fn a_restore_that_is_refused_leaves_everything_as_it_was_found() {
    let world = in_force();
    edit(&world.us, "one", to_permissive);
    edit(&world.us, "two", to_permissive);
    let found = world.specs();
    world.process(async |process| {
        let drift = drift(process, &world, "olga").await;
        let aim = Aim::every().in_earnest().named("two");
        let refusal = WriteFault::Refuse(Refusal::of(403));
        world.us.faults().writes(aim, refusal);
        restore(process, "olga", &drift[0]).await.unwrap();
        let outcome = process.ends().await;
        assert!(is_whole(&outcome), "{outcome:?}");
        assert_eq!(world.specs(), found);
        let page = process.rollout(NUMBER).await;
        assert!(
            page.sentence
                .ends_with("Nothing was restored; everything is as it was found.")
        );
        // What is in force stays in force.
        assert!(matches!(process.stage(FIRST).await, Stage::Applied { .. }));
        ledger_is_what_is_ours(process).await;
    });
}

/// The ledger still holds what was applied, whatever is there.
async fn ledger_is_what_is_ours(process: &Process) {
    let ledger = process.store.ledger(&shop()).await.unwrap();
    assert_eq!(ledger.len(), 4);
}

#[test]
fn only_what_is_restored_and_is_there_is_forced() {
    let is_forced = |request: &Journalled| request.query.contains("force=true");
    let world = in_force();
    for site in SITES {
        assert!(!world.sent(site).iter().any(is_forced));
    }
    edit(&world.us, "one", to_permissive);
    world.us.delete(PEER.as_str(), "default", "two").unwrap();
    world.process(async |process| {
        let drift = drift(process, &world, "olga").await;
        restore(process, "olga", &drift[0]).await.unwrap();
        assert_eq!(process.ends().await, Outcome::Applied);
    });
    let forced = world.sent("us-east").into_iter().filter(is_forced);
    let forced: Vec<String> = forced.map(|request| request.path).collect();
    assert_eq!(forced.len(), 1);
    assert!(forced[0].ends_with("/one"), "{forced:?}");
}

#[test]
fn a_restore_is_brought_to_its_end_wherever_the_process_ends() {
    for rows in 0.. {
        let world = in_force();
        edit(&world.us, "one", |object| {
            object["spec"]["portLevelMtls"] = json!({"9080": {"mode": "DISABLE"}});
        });
        edit(&world.us, "two", to_permissive);
        let (was_ended, at) = world.process(async |process| {
            let drift = drift(process, &world, "olga").await;
            restore(process, "olga", &drift[0]).await.unwrap();
            loop {
                let at = process.store.clock.now();
                let notes = process.store.notes_after(&shop(), NUMBER, 0).await.unwrap();
                if matches!(notes.last(), Some(noted) if matches!(noted.note, Note::Ended(_))) {
                    return (false, at);
                }
                if notes.len() >= rows {
                    return (true, at);
                }
                yield_now().await;
            }
        });
        world.later(at.plus(2_000), async |process| {
            process.engine.resume().await.unwrap();
            // Between its two requests, what others added is still there: that is told, and can be restored again.
            let outcome = process.ends().await;
            if outcome != Outcome::Applied {
                let page = process.rollout(NUMBER).await;
                assert!(page.sentence.contains("Not everything could be put back"));
                let again = drift(process, &world, "olga").await;
                restore(process, "olga", &again[0]).await.unwrap();
                assert_eq!(process.ends().await, Outcome::Applied);
            }
            assert_eq!(world.specs(), all(&[("one", "STRICT"), ("two", "STRICT")]));
            ledger_is_what_is_there(&world, &process.store).await;
        });
        if !was_ended {
            assert!(rows > 4, "{rows}");
            return;
        }
    }
}

#[test]
fn whatever_somebody_else_makes_beside_it_does_not_differ() {
    let world = in_force();
    world.us.put(by_hand("theirs", "DISABLE")).unwrap();
    world.process(async |process| assert_eq!(drift(process, &world, "olga").await, []));
}
