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

/// What the sandbox answers otherwise, by scene.
const DIFFER: &[(&str, &[&str])] = &[
    (
        "creating",
        &[
            "create another kind",
            // Here a map belongs to whoever made it, also when another has changed all that is in it.
            "replace what was seen",
            "replace it by the same",
        ],
    ),
    // There it is said what is refused.
    (
        "judged",
        &[
            "make ports without a selector",
            "rehearse ports without a selector",
            "add ports without a selector",
            "make what istiod refuses",
            "rehearse what istiod refuses",
            "create what istiod refuses",
        ],
    ),
    ("locks", &["apply to a version that is none"]),
    ("making", &["read a kind that is not there"]),
    (
        "malformed",
        &["patch all", "post to an object", "put to all"],
    ),
    (
        "patches",
        &[
            "an operation that is none",
            // Here what is missing on the way is made.
            "replace a field that is gone",
            "add into a field that is gone",
        ],
    ),
    // There no kind has its whole schema.
    (
        "schema",
        &[
            "apply a field in a list that is unknown",
            "apply a text for a map",
            "apply a text for a list",
            "apply a number for a text",
            "apply a word that is not one of them",
            "apply without what is required",
            "create a field that is unknown without being strict",
            "create a word that is not one of them",
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
