//! What a site says of itself keeps a rollout from beginning.

use sandbox::{Aim, Line, Twist, WriteFault};
use serde_json::json;

use crate::{
    checks::{hindrance, nothing_began, rehearsed},
    world::{FIRST, World},
};

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
