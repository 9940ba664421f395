//! The state of a cloud follows whatever happens, on sites and on paper.

use std::{sync::Arc, time::Duration};

use engine::Latest;
use intent::{Frame, IntentName, Live, Status};
use sandbox::Line;
use serde_json::json;
use tokio::{sync::watch, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::world::{FIRST, PEER, Process, SECOND, World, shop};

type States = watch::Receiver<Arc<Latest>>;

fn follow(process: &Process) -> States {
    process.engine.observe(&CancellationToken::new());
    process.engine.live(&shop()).unwrap()
}

async fn until(states: &mut States, is_so: impl Fn(&Live) -> bool) -> Live {
    let so = states.wait_for(|latest| is_so(&latest.live));
    let so = timeout(Duration::from_secs(20), so).await;
    Live::clone(&so.expect("it never is so").unwrap().live)
}

fn name() -> IntentName {
    IntentName::read("mtls").unwrap()
}

fn at(live: &Live, site: &str) -> Option<Status> {
    Some(live.intents.get(&name())?.sites.get(site)?.status)
}

/// The first revision is in force.
fn in_force() -> World {
    let world = World::approved();
    world.process(async |process| process.applies("olga", FIRST).await);
    world
}

fn edit(world: &World, mode: &str) {
    let mut object = world.us.object(PEER.as_str(), "default", "one").unwrap();
    object["spec"]["mtls"]["mode"] = json!(mode);
    world.us.put(object).unwrap();
}

#[test]
fn an_intent_stands_nowhere_before_it_is_rolled_out_and_is_synced_after() {
    let world = World::approved();
    world.process(async |process| {
        let mut states = follow(process);
        let live = until(&mut states, |live| live.acts > 0).await;
        assert!(live.intents.is_empty());
        process.applies("olga", FIRST).await;
        let live = until(&mut states, |live| {
            at(live, "us-east") == Some(Status::Synced)
        })
        .await;
        let intent = &live.intents[&name()];
        assert_eq!(intent.revision, Some(FIRST));
        assert_eq!(
            (intent.sites["us-east"].differ, intent.sites["us-east"].of),
            (0, 2)
        );
        assert!(live.notes > 0);
    });
}

#[test]
fn a_change_by_hand_is_drift_on_that_site_and_goes_when_it_is_put_back() {
    let world = in_force();
    world.process(async |process| {
        let mut states = follow(process);
        until(&mut states, |live| {
            at(live, "us-east") == Some(Status::Synced)
        })
        .await;
        edit(&world, "PERMISSIVE");
        let live = until(&mut states, |live| {
            at(live, "us-east") == Some(Status::Drifted)
        })
        .await;
        assert_eq!(at(&live, "eu-west"), Some(Status::Synced));
        assert_eq!(live.intents[&name()].sites["us-east"].differ, 1);
        edit(&world, "STRICT");
        until(&mut states, |live| {
            at(live, "us-east") == Some(Status::Synced)
        })
        .await;
    });
}

#[test]
fn what_is_gone_is_missing_and_what_was_made_under_our_labels_is_drift() {
    let world = in_force();
    world.process(async |process| {
        let mut states = follow(process);
        until(&mut states, |live| {
            at(live, "us-east") == Some(Status::Synced)
        })
        .await;
        let mut stray = world.eu.object(PEER.as_str(), "default", "two").unwrap();
        stray["metadata"]["name"] = json!("stray");
        world.eu.put(stray).unwrap();
        world.us.delete(PEER.as_str(), "default", "two").unwrap();
        until(&mut states, |live| {
            at(live, "us-east") == Some(Status::Missing)
                && at(live, "eu-west") == Some(Status::Drifted)
        })
        .await;
    });
}

#[test]
fn a_site_that_was_not_read_yet_is_unknown_and_one_that_is_lost_stays_as_it_was_seen() {
    let world = in_force();
    world.eu.faults().line(Line::Silent);
    world.process(async |process| {
        let mut states = follow(process);
        let live = until(&mut states, |live| {
            at(live, "us-east") == Some(Status::Synced)
        })
        .await;
        assert_eq!(at(&live, "eu-west"), Some(Status::Unknown));
        world.eu.faults().line(Line::Up);
        until(&mut states, |live| {
            at(live, "eu-west") == Some(Status::Synced)
        })
        .await;
        world.us.faults().line(Line::Down);
        let is_lost = |live: &Live| matches!(live.sites["us-east"].line, intent::Line::Lost { .. });
        let live = until(&mut states, is_lost).await;
        // The sites are followed by a clock that stands still: too long ago is for the clock of the store.
        assert!(matches!(
            at(&live, "us-east"),
            Some(Status::Synced | Status::Unknown)
        ));
    });
}

#[test]
fn what_is_written_is_news() {
    let world = World::applied();
    world.process(async |process| {
        let mut states = follow(process);
        let before = until(&mut states, |live| live.acts > 0).await;
        process.rolls_out("olga", SECOND).await.unwrap();
        process.ends().await;
        let after = until(&mut states, |live| {
            live.intents
                .get(&name())
                .is_some_and(|one| one.revision == Some(SECOND))
        })
        .await;
        assert!(after.acts > before.acts && after.notes > before.notes);
    });
}

#[test]
fn whoever_takes_every_delta_knows_the_latest_state() {
    let world = in_force();
    world.process(async |process| {
        let mut states = follow(process);
        let mut known = until(&mut states, |live| {
            at(live, "us-east") == Some(Status::Synced)
        })
        .await;
        let mut taken = 0;
        for round in 0..40 {
            edit(
                &world,
                if round % 2 == 0 {
                    "PERMISSIVE"
                } else {
                    "STRICT"
                },
            );
            let wanted = if round % 2 == 0 {
                Status::Drifted
            } else {
                Status::Synced
            };
            while at(&known, "us-east") != Some(wanted) {
                states.changed().await.unwrap();
                let latest = states.borrow_and_update().clone();
                let Ok(Frame::Delta(delta)) = serde_json::from_str(&latest.frame) else {
                    panic!("{}", latest.frame);
                };
                known.take(delta).unwrap();
                taken += 1;
                assert_eq!(known, *latest.live);
            }
        }
        assert!(taken >= 40, "{taken}");
    });
}
