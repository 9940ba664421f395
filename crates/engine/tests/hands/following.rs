//! The state of a cloud follows whatever happens, on sites and on paper.

mod pages;
mod unseen;

use std::{sync::Arc, time::Duration};

use engine::Latest;
use intent::{Frame, IntentLive, IntentName, Live, SiteStatus, Status, rollout::Outcome};
use sandbox::{Aim, Refusal, WriteFault};
use serde_json::{Value, json};
use tokio::{sync::watch, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::world::{FIRST, PEER, Process, SECOND, World, shop};

/// A page that follows: it takes what leads on from the state that it knows, and all of it where it missed one.
struct Page {
    states: watch::Receiver<Arc<Latest>>,
    known: Live,
    /// How often it took a delta, and how often all.
    taken: usize,
    missed: usize,
}

impl Page {
    fn of(process: &Process) -> Self {
        process.engine.observe(&CancellationToken::new());
        let mut states = process.engine.live(&shop()).unwrap();
        let known = Live::clone(&states.borrow_and_update().live);
        Self {
            states,
            known,
            taken: 0,
            missed: 0,
        }
    }

    /// Takes what comes until this is so.
    async fn until(&mut self, is_so: impl Fn(&Live) -> bool) -> &Live {
        while !is_so(&self.known) {
            let changed = timeout(Duration::from_secs(20), self.states.changed()).await;
            changed.expect("it never is so").unwrap();
            let latest = self.states.borrow_and_update().clone();
            if latest.live.seq == self.known.seq + 1 {
                let Ok(Frame::Delta(delta)) = serde_json::from_str(&latest.frame) else {
                    panic!("{}", latest.frame);
                };
                self.known.take(delta).unwrap();
                self.taken += 1;
            } else {
                self.known = Live::clone(&latest.live);
                self.missed += 1;
            }
            assert_eq!(self.known, *latest.live);
        }
        &self.known
    }

    /// Takes what comes until the intent stands so in eu-west and in us-east.
    async fn stands(&mut self, eu: Status, us: Status) -> &IntentLive {
        let live = self.until(|live| statuses(live) == [Some(eu), Some(us)]);
        &live.await.intents[&name()]
    }
}

fn name() -> IntentName {
    IntentName::read("mtls").unwrap()
}

/// How the intent stands in eu-west and in us-east.
fn statuses(live: &Live) -> [Option<Status>; 2] {
    ["eu-west", "us-east"].map(|site| {
        let intent = live.intents.get(&name())?;
        Some(intent.sites.get(site)?.status)
    })
}

/// The first revision is in force.
fn in_force() -> World {
    let world = World::approved();
    world.process(async |process| process.applies("olga", FIRST).await);
    world
}

/// Changes `one` in us-east, as somebody with kubectl does.
fn edit(world: &World, change: impl FnOnce(&mut Value)) {
    let mut object = world.us.object(PEER.as_str(), "default", "one").unwrap();
    change(&mut object);
    world.us.put(object).unwrap();
}

fn mode(mode: &str) -> impl FnOnce(&mut Value) {
    move |object| object["spec"]["mtls"]["mode"] = json!(mode)
}

fn differ(standing: SiteStatus) -> (usize, usize) {
    (standing.differ, standing.of)
}

use Status::{Drifted, Failed, Missing, Synced, Unknown};

#[test]
fn an_intent_stands_nowhere_before_it_is_rolled_out_and_is_synced_after() {
    let world = World::approved();
    world.process(async |process| {
        let mut page = Page::of(process);
        let live = page.until(|live| live.acts > 0).await;
        assert_eq!((&live.intents, live.notes), (&[].into(), 0));
        process.applies("olga", FIRST).await;
        let intent = page.stands(Synced, Synced).await;
        assert_eq!(intent.revision, Some(FIRST));
        let of = intent.sites.values().map(|standing| differ(*standing));
        assert_eq!(of.collect::<Vec<_>>(), [(0, 2), (0, 2)]);
    });
}

#[test]
fn a_change_by_hand_is_drift_on_that_site_until_it_is_put_back() {
    let world = in_force();
    world.process(async |process| {
        let mut page = Page::of(process);
        let before = page.stands(Synced, Synced).await.clone();
        edit(&world, mode("PERMISSIVE"));
        let after = page.stands(Synced, Drifted).await;
        assert_eq!(differ(after.sites["us-east"]), (1, 2));
        assert!(after.sites["us-east"].since > before.sites["us-east"].since);
        assert_eq!(after.sites["eu-west"], before.sites["eu-west"]);
        edit(&world, mode("STRICT"));
        page.stands(Synced, Synced).await;
    });
}

#[test]
fn what_others_wrote_beside_and_labels_that_they_took_are_drift() {
    let edits: [fn(&mut Value); 3] = [
        |object| object["spec"]["portLevelMtls"] = json!({"9080": {"mode": "DISABLE"}}),
        |object| object["metadata"]["labels"] = json!({"team": "theirs"}),
        |object| object["metadata"]["labels"]["assent/intent"] = json!("other"),
    ];
    for change in edits {
        let world = in_force();
        edit(&world, change);
        world.process(async |process| {
            let mut page = Page::of(process);
            let intent = page.stands(Synced, Drifted).await;
            assert_eq!(differ(intent.sites["us-east"]), (1, 2));
        });
    }
}

#[test]
fn what_is_gone_is_missing_and_what_was_made_under_our_labels_is_drift() {
    let world = in_force();
    world.process(async |process| {
        let mut page = Page::of(process);
        page.stands(Synced, Synced).await;
        let mut stray = world.eu.object(PEER.as_str(), "default", "two").unwrap();
        stray["metadata"]["name"] = json!("stray");
        world.eu.put(stray).unwrap();
        world.us.delete(PEER.as_str(), "default", "two").unwrap();
        let intent = page.stands(Drifted, Missing).await;
        let of = intent.sites.values().map(|standing| differ(*standing));
        assert_eq!(of.collect::<Vec<_>>(), [(1, 3), (1, 2)]);
        world.eu.delete(PEER.as_str(), "default", "stray").unwrap();
        page.stands(Synced, Missing).await;
    });
}

#[test]
fn what_was_made_anew_is_drift_though_it_looks_the_same() {
    let world = in_force();
    let theirs = world.us.delete(PEER.as_str(), "default", "two").unwrap();
    world.us.put(theirs).unwrap();
    world.process(async |process| {
        Page::of(process).stands(Synced, Drifted).await;
    });
}

#[test]
fn what_is_withdrawn_is_gone_unless_something_is_left_of_it() {
    let world = in_force();
    world.process(async |process| {
        process.settles(&world).await;
        let ada = process.actor("ada").await;
        let withdrawal = process
            .engine
            .withdraw(&ada, &shop(), "mtls")
            .await
            .unwrap();
        process.approves("rex", withdrawal).await;
        let mut page = Page::of(process);
        page.stands(Synced, Synced).await;
        let copy = world.us.object(PEER.as_str(), "default", "two").unwrap();
        process.applies("olga", withdrawal).await;
        page.until(|live| !live.intents.contains_key(&name())).await;
        world.us.put(copy).unwrap();
        let live = page
            .until(|live| statuses(live) == [None, Some(Drifted)])
            .await;
        assert_eq!(differ(live.intents[&name()].sites["us-east"]), (1, 1));
        assert_eq!(live.intents[&name()].revision, Some(withdrawal));
    });
}

/// A rollout of the second revision that us-east refuses in the middle, and then refuses to have taken back.
async fn fails(world: &World, process: &Process) {
    let aim = Aim::every().in_earnest().after(1);
    let refusal = WriteFault::Refuse(Refusal::of(403));
    world.us.faults().writes(aim, refusal);
    process.rolls_out("olga", SECOND).await.unwrap();
    let outcome = process.ends().await;
    assert!(
        matches!(&outcome, Outcome::TakenBack { left, .. } if left.len() == 1),
        "{outcome:?}"
    );
    world.us.faults().heal_writes();
}

#[test]
fn what_a_rollout_could_not_put_back_is_failed_until_the_next_one() {
    let world = World::applied();
    world.process(async |process| {
        let mut page = Page::of(process);
        page.stands(Synced, Synced).await;
        fails(&world, process).await;
        let intent = page.stands(Synced, Failed).await;
        let ended = process
            .store
            .rollouts(&shop())
            .await
            .unwrap()
            .remove(0)
            .ended;
        assert_eq!(intent.sites["us-east"].since, ended.unwrap().0);
        assert_eq!(intent.revision, Some(FIRST));
        assert_eq!(differ(intent.sites["us-east"]), (1, 2));

        let (olga, shop, engine) = (process.actor("olga").await, shop(), &process.engine);
        let differs = engine.drift(&olga, &shop, "mtls").await.unwrap().remove(0);
        let (sites, digest, seen) = (&differs.sites, &differs.digest, &differs.seen);
        let restores = engine.restore(&olga, &shop, "mtls", sites, digest, seen);
        restores.await.unwrap();
        assert_eq!(process.ends().await, Outcome::Applied);
        page.stands(Synced, Synced).await;
        // What differs from now on has nothing to do with that.
        edit(&world, mode("DISABLE"));
        page.stands(Synced, Drifted).await;
    });
}

#[test]
fn what_was_left_and_is_put_back_by_hand_is_not_failed_any_more() {
    let world = World::applied();
    world.process(async |process| {
        let mut page = Page::of(process);
        fails(&world, process).await;
        page.stands(Synced, Failed).await;
        edit(&world, mode("STRICT"));
        page.stands(Synced, Synced).await;
        edit(&world, mode("DISABLE"));
        page.stands(Synced, Failed).await;
    });
}
