//! What pages are told, and how often.

use std::time::Instant;

use cluster::{Cloud, Cluster, Connection, Fleet, Site};
use engine::{Engine, Error};
use intent::{Act, CloudName, Origin, PersonName, RevisionNumber, Verb};
use sandbox::Sandbox;
use store::Store;
use tokio::time::sleep;

use super::*;
use crate::world::first;

const THIRD: RevisionNumber = RevisionNumber(3);

#[test]
fn what_is_written_is_news() {
    let world = World::applied();
    world.process(async |process| {
        let mut page = Page::of(process);
        let before = page.until(|live| live.acts > 0).await.clone();
        assert_eq!(process.submits("ada", &first()).await, THIRD);
        let submitted = page.until(|live| live.acts > before.acts + 1).await.acts;
        process.approves("ria", THIRD).await;
        let voted = page.until(|live| live.acts > submitted).await.clone();
        assert_eq!(voted.notes, before.notes);
        process.rolls_out("olga", THIRD).await.unwrap();
        page.until(|live| live.notes > before.notes).await;
    });
}

#[test]
fn pages_come_with_the_latest_state() {
    let world = in_force();
    world.process(async |process| {
        let mut page = Page::of(process);
        let live = page.stands(Synced, Synced).await;
        assert_eq!(live.revision, Some(FIRST));
        let live = page.states.borrow().live.clone();
        let (vic, engine) = (process.actor("vic").await, &process.engine);
        let intents = engine.intents(&vic, &shop()).await.unwrap().live;
        let intent = engine.intent(&vic, &shop(), "mtls").await.unwrap().live;
        let cloud = engine.cloud(&vic, &shop()).unwrap().live;
        assert_eq!([&intents, &intent, &cloud], [&*live; 3]);
        let bank = CloudName::read("bank").unwrap();
        assert!(matches!(engine.live(&bank), Err(Error::NotFound)));
    });
}

#[test]
fn many_changes_at_once_are_few_states_and_none_is_missing_between_them() {
    let world = in_force();
    world.process(async |process| {
        let mut page = Page::of(process);
        page.stands(Synced, Synced).await;
        (page.taken, page.missed) = (0, 0);
        let began = Instant::now();
        let hands = async {
            for round in 0..200 {
                edit(&world, mode(["STRICT", "PERMISSIVE"][round % 2]));
                sleep(Duration::from_millis(1)).await;
            }
            world.us.delete(PEER.as_str(), "default", "two").unwrap();
        };
        let reads = async {
            page.stands(Synced, Missing).await;
            let us = |live: &Live| differ(live.intents[&name()].sites["us-east"]);
            page.until(|live| us(live) == (2, 2)).await;
        };
        tokio::join!(hands, reads);
        assert_eq!(page.missed, 0);
        let most = began.elapsed().as_millis() / 50 + 2;
        assert!(page.taken as u128 <= most, "{} of {most}", page.taken);
        assert_eq!(
            page.known,
            *process.engine.live(&shop()).unwrap().borrow().live
        );
    });
}

#[test]
fn the_first_change_after_a_while_is_told_at_once() {
    let world = in_force();
    world.process(async |process| {
        let mut page = Page::of(process);
        page.stands(Synced, Synced).await;
        let mut quickest = Duration::MAX;
        for round in 0..5 {
            sleep(Duration::from_millis(60)).await;
            let began = Instant::now();
            let (to, status) = [("PERMISSIVE", Drifted), ("STRICT", Synced)][round % 2];
            edit(&world, mode(to));
            page.stands(Synced, status).await;
            quickest = quickest.min(began.elapsed());
        }
        // Whoever waited first would take longer each time.
        assert!(quickest < Duration::from_millis(50), "{quickest:?}");
    });
}

/// Two clouds, each on a site of its own, and an act in one of them.
#[tokio::test]
async fn what_happens_in_one_cloud_does_not_touch_another() {
    let store = Store::scratch().await.unwrap();
    let [shop, bank] = ["shop", "bank"].map(|name| CloudName::read(name).unwrap());
    let sites = [&shop, &bank].map(|name| (name, Sandbox::new(name.as_str())));
    let mut clouds = Vec::new();
    for (name, sandbox) in &sites {
        let cluster = Cluster::follow(sandbox.client(), "istio-system", || intent::Time(1));
        let mut views = cluster.views();
        let is_live = |view: &Arc<cluster::View>| {
            view.connection == Connection::Live && view.kubernetes.is_some()
        };
        views.wait_for(is_live).await.unwrap();
        clouds.push(Cloud {
            name: name.to_string(),
            namespaces: vec!["default".into()],
            sites: vec![Site {
                name: "eu-west".into(),
                cluster,
            }],
        });
    }
    let engine = Engine::new(store.clone()).watching(Fleet::new(clouds));
    engine.observe(&CancellationToken::new());
    let [mut of_shop, mut of_bank] = [&shop, &bank].map(|name| engine.live(name).unwrap());
    for states in [&mut of_shop, &mut of_bank] {
        let seen = states.wait_for(|latest| !latest.live.sites.is_empty());
        assert_eq!(seen.await.unwrap().live.seq, 1);
    }
    let act = |cloud: &CloudName| Act {
        cloud: Some(cloud.clone()),
        ..Act::unsigned(
            PersonName::known("test"),
            Verb::Submitted,
            &Origin::default(),
        )
    };
    store.record(&act(&bank)).await.unwrap();
    let told = of_bank.wait_for(|latest| latest.live.acts > 0).await;
    assert_eq!((told.unwrap().live.seq, 1), (2, 1));
    // Were the first one told in the other cloud, this would be the state after that.
    store.record(&act(&shop)).await.unwrap();
    let told = of_shop.wait_for(|latest| latest.live.acts == 2).await;
    assert_eq!(told.unwrap().live.seq, 2);
}
