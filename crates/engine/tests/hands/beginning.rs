//! When a rollout begins, and when nothing begins anywhere.

use engine::Error;
use intent::{Hindrance, Stage, rollout::Outcome};
use mesh::ResourceKey;
use sandbox::{Aim, Line, Refusal, Twist, WriteFault};
use serde_json::json;

use crate::world::{FIRST, PEER, Process, SECOND, SITES, World, by_hand, first, shop, terms};

fn hindrance(site: &str, app: Option<&str>, says: &str) -> Hindrance {
    Hindrance {
        site: site.into(),
        key: app.map(|app| ResourceKey::new(PEER, "default", app)),
        says: says.into(),
    }
}

fn rehearsed<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<Hindrance> {
    match result {
        Err(Error::Rehearsed(hindrances)) => hindrances,
        other => panic!("{other:?}"),
    }
}

fn moved<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Moved(says)) => says,
        other => panic!("{other:?}"),
    }
}

/// Nothing was begun, and nothing was meant.
async fn nothing_began(world: &World, process: &Process) {
    assert_eq!(process.store.rollouts(&shop()).await.unwrap(), []);
    assert_eq!(world.all_sent(), 0);
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
    let refusal = WriteFault::Refuse(Refusal::of(403));
    let aim = Aim::every().dry_runs().named("two");
    world.us.faults().writes(aim, refusal);
    world.process(async |process| {
        let found = rehearsed(process.rolls_out("olga", FIRST).await);
        let says = "would be refused: the request is forbidden: exceeded quota";
        assert_eq!(found, [hindrance("us-east", Some("two"), says)]);
        let says = found[0].to_string();
        assert!(
            says.starts_with("On us-east, PeerAuthentication default/two would be"),
            "{says}"
        );
        nothing_began(&world, process).await;
        assert_eq!(process.stage(FIRST).await, Stage::Approved);
    });
}

#[test]
fn what_a_cluster_would_store_otherwise_does_not_begin() {
    let world = World::approved();
    let twist = Twist::new(|object| object["spec"]["mtls"]["mode"] = json!("DISABLE"));
    let aim = Aim::every().dry_runs().named("one");
    world.eu.faults().writes(aim, WriteFault::Store(twist));
    world.process(async |process| {
        let found = rehearsed(process.rolls_out("olga", FIRST).await);
        let says = "would not be stored as it is wanted: something in the cluster changes it";
        assert_eq!(found, [hindrance("eu-west", Some("one"), says)]);
        nothing_began(&world, process).await;
    });
}

#[test]
fn a_site_that_is_down_keeps_all_from_beginning() {
    let world = World::approved();
    world.process(async |process| {
        let page = process.page("olga", FIRST).await;
        world.us.faults().line(Line::Down);
        let begun = process.begins("olga", &page, None);
        let found = rehearsed(begun.await);
        assert_eq!((found.len(), found[0].site.as_str()), (1, "us-east"));
        assert!(
            found[0]
                .to_string()
                .starts_with("us-east could not be read: ")
        );
        nothing_began(&world, process).await;
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
        let mut drifted = world.eu.object(PEER.as_str(), "default", "one").unwrap();
        drifted["spec"]["mtls"]["mode"] = json!("DISABLE");
        world.eu.put(drifted).unwrap();
        process.settles(&world).await;
        let number = process.submits("ada", &crate::world::second()).await;
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
        assert_eq!(
            moved(begun.await),
            "On us-east PeerAuthentication default/one was created since. Look at it again."
        );
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
        let says = moved(refused);
        assert!(says.starts_with("Rollout 1 is under way"), "{says}");
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
