//! Stories of approved revisions that are carried out on two sites.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod anywhere;

mod beginning;
mod carrying;
mod following;
mod restoring;
mod turning;

mod checks;
mod ground;
mod world;

/// The stories that are told only here, and what of the sandbox they need. All others are in `anywhere`.
const ONLY_HERE: &[(&str, &str)] = &[
    (
        "beginning",
        "a site that is down, or would store something else",
    ),
    (
        "carrying",
        "a look at the disk at the moment when a request arrives",
    ),
    (
        "following",
        "a line that is silent or down, and a change that costs nothing",
    ),
    (
        "restoring",
        "a site that is down or refuses, and a world at every step",
    ),
    ("turning", "a site that lies, loses answers or falls silent"),
];

#[test]
fn what_is_told_only_here_says_why() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hands");
    let files = std::fs::read_dir(folder).unwrap();
    let names = files.filter_map(|file| {
        let name = file.unwrap().file_name().into_string().unwrap();
        Some(name.strip_suffix(".rs")?.to_owned())
    });
    let mut stories: Vec<String> = names
        .filter(|name| !["main", "checks", "ground", "world"].contains(&name.as_str()))
        .collect();
    stories.sort();
    let listed: Vec<&str> = ONLY_HERE.iter().map(|(name, _)| *name).collect();
    assert_eq!(stories, listed);
}
