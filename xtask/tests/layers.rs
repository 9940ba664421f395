//! The layers: arrows point down, and two crates on one level never see each other.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{collections::BTreeMap, process::Command};

use serde_json::Value;

/// Every crate of the product with what it may name. `sandbox` meets `cluster` as the transport under an
/// ordinary client, so only tests of `cluster` may name it.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("mesh", &[]),
    ("intent", &["mesh"]),
    ("store", &["intent"]),
    ("cluster", &["mesh"]),
    ("sandbox", &[]),
    ("engine", &["store", "cluster", "intent", "mesh"]),
    ("app", &["engine", "intent", "mesh"]),
    (
        "server",
        &[
            "app", "engine", "store", "cluster", "sandbox", "intent", "mesh",
        ],
    ),
    ("end2end-cluster", &["sandbox"]),
    ("xtask", &[]),
];

/// Outside crates that only some of ours may name.
const ONLY: &[(&str, &[&str])] = &[
    ("sqlx", &["store"]),
    ("axum", &["server", "app"]),
    ("leptos", &["server", "app"]),
    ("kube", &["cluster", "sandbox", "end2end-cluster"]),
    (
        "tokio",
        &[
            "store",
            "cluster",
            "sandbox",
            "engine",
            "server",
            "end2end-cluster",
        ],
    ),
];

#[test]
fn every_crate_names_only_what_stands_below_it() {
    let crates = dependencies();
    let known: Vec<&str> = MAY_NAME.iter().map(|(name, _)| *name).collect();
    for (name, named) in &crates {
        let (_, may) = MAY_NAME
            .iter()
            .find(|(known, _)| known == name)
            .unwrap_or_else(|| panic!("{name} is in no layer"));
        for dependency in named
            .iter()
            .filter(|dependency| known.contains(&dependency.as_str()))
        {
            assert!(
                may.contains(&dependency.as_str()),
                "{name} must not name {dependency}"
            );
        }
    }
    assert_eq!(crates.len(), known.len(), "a layer has no crate");
}

#[test]
fn outside_crates_stay_at_the_edges() {
    for (name, named) in dependencies() {
        for (outside, may) in ONLY {
            let names_it = named.iter().any(|dependency| dependency == outside);
            assert!(
                !names_it || may.contains(&name.as_str()),
                "{name} must not name {outside}"
            );
        }
    }
}

/// The crates of the workspace with what they name, tests left out.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let named = package["dependencies"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|dependency| dependency["kind"].is_null())
                .map(|dependency| text(&dependency["name"]))
                .collect();
            (text(&package["name"]), named)
        })
        .collect()
}
