//! The stored forms as JSON: what this version writes, and what every later one has to read.

use std::{fmt::Debug, path::PathBuf};

use intent::{Entry, Facts, IntentId, Rule, Seal, Sealed, Time, Vote};
use serde::{Serialize, de::DeserializeOwned};

use super::*;

/// Holds a value to its file, both ways. With UPDATE_GOLDEN set, the file is written.
fn is_golden<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, value: &T) {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "golden"]
        .iter()
        .collect();
    let file = folder.join(name);
    let written = serde_json::to_string_pretty(value).unwrap() + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, &written).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap();
    assert_eq!(kept, written, "{name}");
    assert_eq!(serde_json::from_str::<T>(&kept).unwrap(), *value, "{name}");
}

fn revision() -> Revision {
    let mut bundles = bundles("STRICT");
    let key = bundles[1].entries[0].key().clone();
    bundles[1].entries = vec![Entry::Remove(key)];
    let mut base = base();
    base.sites[0].1[0].spec = Some(intent::Digest::of("{}"));
    let facts = Facts {
        site: "eu-west".into(),
        root: "istio-system".into(),
        trust_domain: "cluster.local".into(),
        ..Facts::default()
    };
    let intents = [("reviews-mtls", Some(content())), ("ratings-mtls", None)];
    let intents = intents.map(|(name, content)| Unversioned {
        name: IntentName::read(name).unwrap(),
        content,
        says: "reviews accepts mutual TLS only.".into(),
    });
    let unnumbered = Unnumbered {
        intents: intents.into(),
        bundles,
        facts: vec![facts],
        base,
        compiler: "0.1.0".into(),
    };
    unnumbered.seal(Seal {
        cloud: shop(),
        number: RevisionNumber(3),
        intents: vec![(IntentId(7), 2), (IntentId(8), 1)],
        author: ADA,
        author_name: PersonName::known("ada"),
        began: Time(1_800_000_000_000),
        at: Time(1_800_000_060_000),
    })
}

#[test]
fn a_form_is_kept_like_this() {
    let form = Form(
        [
            ("mode", "STRICT"),
            ("ports.0.port", "9080"),
            ("service", ""),
        ]
        .map(|(path, text)| (path.into(), text.into()))
        .into(),
    );
    is_golden("form.json", &form);
}

#[test]
fn a_revision_is_kept_like_this() {
    let revision = revision();
    let sealed: &Sealed = &revision.intents[0];
    is_golden("sealed_intent.json", sealed);
    is_golden("revision.json", &revision);
    is_golden("bundle.json", &revision.bundles[0]);
    is_golden("base.json", &revision.base);
}

#[test]
fn a_revision_that_was_kept_is_sealed_for_good() {
    let file = include_str!("../../tests/golden/revision.json");
    let kept: Revision = serde_json::from_str(file).unwrap();
    assert!(kept.seals());
}

#[test]
fn a_vote_is_kept_like_this() {
    let revision = revision();
    let vote = Vote {
        seq: 1,
        revision: revision.number,
        person: REV,
        name: PersonName::known("rev"),
        ballot: Ballot::RequestChanges,
        comment: "Not on Fridays.".into(),
        digest: revision.digest,
        rule: Rule {
            version: 1,
            approvals: 2,
        },
        base: revision.base,
        proved: Time(1_800_000_090_000),
        at: Time(1_800_000_100_000),
    };
    is_golden("vote.json", &vote);
}
