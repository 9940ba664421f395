//! What an API server answers to whoever changes objects, word for word.
//!
//! Every file of `answers` is a scene in a namespace of its own: questions in the order in which they are asked, each
//! with its answer. What differs from run to run has a name there: `{uid1}` is the first uid that was seen. Answers are
//! written when `UPDATE_GOLDEN` is set.

mod scene;
mod seen;

use std::env;

use sandbox::Sandbox;

use crate::common::{SITES, ask, ground, post};
use scene::scenes;

/// What the sandbox answers otherwise, by scene, and why that cannot matter.
const DIFFER: &[(&str, &[&str])] = &[
    // A map belongs to whoever made it, also when another has changed all that is in it: that is no conflict for
    // anybody, and the product reads managed fields only to name who stands in the way.
    (
        "creating",
        &["replace what was seen", "replace it by the same"],
    ),
    // A JSON patch makes what is missing on its way. The product sends none.
    (
        "patches",
        &[
            "replace a field that is gone",
            "add into a field that is gone",
        ],
    ),
];

#[tokio::test]
async fn an_api_server_answers_as_it_is_written_down() {
    let ground = ground().await;
    let client = ground.client(SITES[0]).await.unwrap();
    for scene in scenes() {
        let namespace = scene.namespace();
        let made = ask(&client, &post("/api/v1/namespaces", &namespace)).await;
        assert_eq!(made.0, 201, "{made:?}");
        let now = scene.replay(&client).await;
        if env::var_os("UPDATE_GOLDEN").is_some() {
            now.write();
        } else {
            now.assert_same(&scene);
        }
    }
}

#[tokio::test]
async fn the_sandbox_answers_what_can_be_acted_on_like_an_api_server() {
    let mut otherwise = Vec::new();
    for scene in scenes() {
        let differ = DIFFER.iter().find(|(name, _)| *name == scene.name);
        let differ = differ.map_or(&[][..], |(_, differ)| *differ);
        let sandbox = Sandbox::new(SITES[0]);
        sandbox.put(scene.namespace()).unwrap();
        let now = scene.replay(&sandbox.client()).await;
        for (now, written) in now.exchanges.iter().zip(&scene.exchanges) {
            let (told, is) = (now.essence(), written.essence());
            if told != is && !differ.contains(&written.it.as_str()) {
                let name = &scene.name;
                otherwise.push(format!(
                    "{name}, {}:\n  a real one: {is}\n  the sandbox: {told}",
                    written.it
                ));
            }
        }
    }
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n"));
}
