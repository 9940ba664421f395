//! Sites that are not seen as they are now.

use cluster::{Cloud, Cluster, Fleet, Site};
use engine::Engine;
use intent::{Line, Time};
use sandbox::Line as Way;
use store::Clock;
use tokio::runtime::{Builder, Runtime};

use super::*;
use crate::world::{SITES, open};

/// A process that follows its sites by this clock.
async fn following(world: &World, now: fn() -> Time) -> Process {
    let store = open(world.folder.path()).await;
    let sites = SITES.map(|name| Site {
        name: name.into(),
        cluster: Cluster::follow(world.site(name).client(), "istio-system", now),
    });
    let cloud = Cloud {
        name: shop().to_string(),
        namespaces: vec!["default".into()],
        sites: sites.into(),
    };
    let engine = Engine::new(store.clone()).watching(Fleet::new([cloud]));
    Process { engine, store }
}

fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

fn now() -> Time {
    Clock::after(Time(0)).now()
}

/// Two seconds before what was lost just now is not known any more.
fn a_minute_ago() -> Time {
    now().plus(-63_000)
}

fn lost(live: &Live, site: &str) -> Option<Time> {
    match live.sites.get(site)?.line {
        Line::Lost { since, .. } => Some(since),
        Line::Connecting | Line::Live => None,
    }
}

#[test]
fn a_site_that_is_lost_stays_as_it_was_for_65_seconds_and_is_unknown_from_then_on() {
    let world = in_force();
    runtime().block_on(async {
        let process = following(&world, a_minute_ago).await;
        let mut page = Page::of(&process);
        page.stands(Synced, Synced).await;
        world.us.faults().line(Way::Down);
        let live = page.until(|live| lost(live, "us-east").is_some()).await;
        assert_eq!(statuses(live), [Some(Synced), Some(Synced)]);
        let since = lost(live, "us-east");
        let intent = page.stands(Synced, Unknown).await;
        assert_eq!(Some(intent.sites["us-east"].since), since);
        assert!(now().since(intent.sites["us-east"].since) >= 65_000);
        assert_eq!(differ(intent.sites["us-east"]), (0, 2));
        // What happened meanwhile is seen when it is back.
        edit(&world, mode("PERMISSIVE"));
        world.us.faults().line(Way::Up);
        page.stands(Synced, Drifted).await;
    });
}

#[test]
fn a_site_that_was_never_read_is_unknown_and_nothing_is_missing_there() {
    for way in [Way::Silent, Way::Down] {
        let world = in_force();
        world.us.faults().line(way);
        runtime().block_on(async {
            let process = following(&world, now).await;
            let began = process.engine.now();
            let mut page = Page::of(&process);
            let intent = page.stands(Synced, Unknown).await;
            assert!(intent.sites["us-east"].since.since(began).abs() < 5_000);
            if way == Way::Down {
                let live = page.until(|live| lost(live, "us-east").is_some()).await;
                assert_eq!(statuses(live), [Some(Synced), Some(Unknown)]);
            }
            world.us.faults().line(Way::Up);
            page.stands(Synced, Synced).await;
        });
    }
}

#[test]
fn what_may_not_be_read_or_is_not_installed_is_unknown() {
    let world = in_force();
    world.eu.faults().forbid(PEER.as_str()).unwrap();
    world.us.remove_kind(PEER.as_str()).unwrap();
    world.process(async |process| {
        let mut page = Page::of(process);
        page.stands(Unknown, Unknown).await;
    });
}
