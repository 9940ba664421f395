//! When a rollout begins, and when nothing begins anywhere.

use engine::Error;
use intent::{Stage, rollout::Outcome};
use serde_json::json;

use crate::{
    checks::{hindrance, nothing_began, rehearsed},
    ground::{self, NAMESPACE},
    world::{FIRST, PEER, Process, SECOND, SITES, World, at, by_hand, first, second, shop, terms},
};

fn moved<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Moved(says)) => says,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_not_approved_never_sends_a_byte() {
    let world = World::new();
    world.process(async |process| {
        let number = process.submits("ada", &first()).await;
        let page = process.page("olga", number).await;
        let why = "This is not approved now: 1 approval is still missing.";
        assert_eq!(page.can_roll_out, Err(why.into()));
        let says = moved(process.rolls_out("olga", number).await);
        assert_eq!(
            says,
            "This revision is not approved now: 1 approval is still missing."
        );
        nothing_began(&world, process).await;
        // Not even a rehearsal.
        assert!(world.eu.journal().is_empty() && world.us.journal().is_empty());
    });
}

#[test]
fn one_approval_short_is_not_approved() {
    let world = World::approved();
    world.process(async |process| {
        process.store.agree(&shop(), &terms(2)).await.unwrap();
        process.approves("rex", FIRST).await;
        let says = moved(process.rolls_out("olga", FIRST).await);
        assert!(says.ends_with("1 approval is still missing."), "{says}");
        assert!(world.eu.journal().is_empty());
        process.approves("ria", FIRST).await;
        process.applies("olga", FIRST).await;
    });
}

#[test]
fn operators_roll_out_and_nobody_else() {
    let world = World::approved();
    world.process(async |process| {
        let why = "Operators of shop roll out and back; you are not one of them.";
        for name in ["ada", "rex", "vic"] {
            let says = process
                .rolls_out(name, FIRST)
                .await
                .unwrap_err()
                .to_string();
            assert_eq!(says, why);
            let page = process.page(name, FIRST).await;
            assert_eq!(page.can_roll_out, Err(why.into()));
        }
        let page = process.page("olga", FIRST).await;
        assert_eq!((page.can_roll_out, page.needs_confirm), (Ok(()), None));
        let read_only = process.engine.clone().read_only();
        let olga = process.actor("olga").await;
        let page = read_only.revision(&olga, &shop(), FIRST).await.unwrap();
        let read_only = Process {
            engine: read_only,
            store: process.store.clone(),
        };
        let begun = read_only.begins("olga", &page, None).await;
        assert!(matches!(begun, Err(Error::Denied(_))));
        nothing_began(&world, process).await;
    });
}

#[test]
fn a_rehearsal_that_is_refused_on_one_site_keeps_all_from_beginning() {
    let world = World::approved();
    ground::refuses_rehearsals(&world.us, "two");
    world.process(async |process| {
        let found = rehearsed(process.rolls_out("olga", FIRST).await);
        let [one] = found.as_slice() else {
            panic!("{found:?}");
        };
        let says = one.says.strip_prefix("would be refused: ");
        assert_eq!(*one, hindrance("us-east", Some("two"), &one.says));
        assert!(says.is_some_and(|why| !why.is_empty()), "{one:?}");
        let told = format!("On us-east, PeerAuthentication {} would be", at("two"));
        assert!(one.to_string().starts_with(&told), "{one}");
        nothing_began(&world, process).await;
        assert_eq!(process.stage(FIRST).await, Stage::Approved);
    });
}

#[test]
fn what_is_somebody_elses_is_never_touched() {
    let world = World::new();
    world.process(async |process| {
        let number = process.submits("ada", &first()).await;
        world.us.put(by_hand("two", "DISABLE")).unwrap();
        process.settles(&world).await;
        process.approves("rex", number).await;
        let found = rehearsed(process.rolls_out("olga", number).await);
        let says = "was not made by Assent: remove it, or choose another name for the intent";
        assert_eq!(found, [hindrance("us-east", Some("two"), says)]);
        nothing_began(&world, process).await;
    });
}

#[test]
fn what_was_changed_by_hand_since_it_was_applied_stops_a_rollout() {
    let world = World::approved();
    world.process(async |process| {
        process.applies("olga", FIRST).await;
        let mut drifted = world.eu.object(PEER.as_str(), NAMESPACE, "one").unwrap();
        drifted["spec"]["mtls"]["mode"] = json!("DISABLE");
        world.eu.put(drifted).unwrap();
        process.settles(&world).await;
        let number = process.submits("ada", &second()).await;
        process.approves("rex", number).await;
        let sent = world.all_sent();
        let found = rehearsed(process.rolls_out("olga", number).await);
        let says = "is not as revision 1 made it: somebody changed it since; put it back first";
        assert_eq!(found, [hindrance("eu-west", Some("one"), says)]);
        assert_eq!(world.all_sent(), sent);
    });
}

#[test]
fn a_mesh_that_moved_since_the_votes_asks_for_new_ones() {
    let world = World::approved();
    world.process(async |process| {
        let page = process.page("olga", FIRST).await;
        world.us.put(by_hand("one", "DISABLE")).unwrap();
        let begun = process.begins("olga", &page, None);
        let one = at("one");
        let says =
            format!("On us-east PeerAuthentication {one} was created since. Look at it again.");
        assert_eq!(moved(begun.await), says);
        process.settles(&world).await;
        let says = moved(process.rolls_out("olga", FIRST).await);
        assert!(says.ends_with("1 approval is still missing."), "{says}");
        nothing_began(&world, process).await;
    });
}

#[test]
fn of_two_who_begin_at_once_one_does() {
    let world = World::approved();
    world.process(async |process| {
        let (olga, otto) = tokio::join!(
            process.rolls_out("olga", FIRST),
            process.rolls_out("otto", FIRST)
        );
        let (begun, refused) = if olga.is_ok() {
            (olga, otto)
        } else {
            (otto, olga)
        };
        begun.unwrap();
        // How far the other comes depends on how quick the sites are.
        let refused = refused.unwrap_err();
        let is_told = matches!(refused, Error::Moved(_) | Error::Rehearsed(_));
        assert!(is_told, "{refused:?}");
        assert_eq!(process.ends().await, Outcome::Applied);
        assert_eq!(process.store.rollouts(&shop()).await.unwrap().len(), 1);
        assert_eq!(SITES.map(|site| world.sent(site).len()), [2, 2]);
    });
}

#[test]
fn what_removes_much_is_confirmed_by_name() {
    let world = World::applied();
    world.process(async |process| {
        let page = process.page("olga", SECOND).await;
        assert_eq!(page.needs_confirm.as_deref(), Some("mtls"));
        for typed in [None, Some("mtl")] {
            let begun = process.begins("olga", &page, typed);
            let Err(Error::Rejected(objections)) = begun.await else {
                panic!("{typed:?}");
            };
            assert_eq!(objections[0].field, "confirm");
            assert_eq!(
                objections[0].says,
                "This removes 2 of the 4 objects that Assent made in this cloud. Type mtls to go on."
            );
        }
        process.applies("olga", SECOND).await;
    });
}
