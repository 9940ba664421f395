//! The stored forms as JSON: what this version writes, and what every later one has to read.

use std::{fmt::Debug, path::PathBuf};

use intent::{
    Entry, Facts, IntentId, RolloutNumber, Rule, Seal, Sealed, Time, Vote,
    rollout::{
        Before, Direction, Errand, Note, Order, Outcome, Owned, Remnant, Request, Rollout, Saw,
        SitePlan, Step, Told, Turn,
    },
};
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

#[test]
fn a_rollout_is_kept_like_this() {
    let revision = revision();
    let Entry::Apply(after) = revision.bundles[0].entries[0].clone() else {
        panic!("it is applied");
    };
    let before = Before {
        manifest: after.clone(),
        uid: "3f0c".into(),
        resource_version: "884171".into(),
    };
    let step = |before: Option<&Before>, wanted: Option<&Before>| Step {
        key: after.key.clone(),
        before: before.cloned(),
        after: wanted.map(|wanted| wanted.manifest.clone()),
    };
    let there = Some(&before);
    let plans = [
        ("eu-west", step(there, there)),
        ("us-east", step(there, None)),
        ("us-west", step(None, there)),
    ];
    let rollout = Rollout {
        order: Order {
            cloud: shop(),
            number: RolloutNumber(4),
            revision: revision.number,
            digest: revision.digest,
            intents: vec![(IntentId(7), IntentName::read("reviews-mtls").unwrap())],
            errand: Errand::RollBack,
            rule: Rule {
                version: 1,
                approvals: 2,
            },
            by: ROY,
            by_name: PersonName::known("roy"),
            at: Time(1_800_000_110_000),
        },
        plans: plans
            .map(|(site, step)| SitePlan {
                site: site.into(),
                steps: vec![step],
            })
            .into(),
        owned: vec![Owned {
            site: "eu-west".into(),
            key: after.key.clone(),
            uid: "3f0c".into(),
            intent: IntentId(7),
            revision: RevisionNumber(2),
            spec: intent::Digest::of(after.canonical()),
        }],
    };
    is_golden("rollout.json", &rollout);
}

#[test]
fn notes_are_kept_like_this() {
    let key = || bundles("STRICT")[0].entries[0].key().clone();
    let request = || Request {
        site: "eu-west".into(),
        step: 0,
        direction: Direction::Forward,
    };
    let answered = [
        Told::Done {
            uid: "3f0c".into(),
            resource_version: "884171".into(),
        },
        Told::Removed,
        Told::Refused {
            code: 403,
            says: "quota exceeded".into(),
            field: Some(".spec.mtls.mode".into()),
        },
        Told::Conflict {
            owner: "kubectl-edit".into(),
            field: ".spec.mtls.mode".into(),
        },
        Told::Moved,
        Told::Unknown("reset".into()),
        Told::Unreachable("refused".into()),
    ];
    let looked = [
        Saw::Wanted {
            uid: Some("3f0c".into()),
        },
        Saw::Untouched { uid: None },
        Saw::Differs,
        Saw::Unknown("reset".into()),
    ];
    let turned = [
        Turn::Failed {
            site: "eu-west".into(),
            key: key(),
            says: "was refused: quota exceeded".into(),
        },
        Turn::Silent {
            site: "eu-west".into(),
            since: Time(1_800_000_120_000),
        },
        Turn::Stopped {
            by: ROY,
            name: PersonName::known("roy"),
        },
    ];
    let ended = [
        Outcome::Applied,
        Outcome::NothingToDo,
        Outcome::TakenBack {
            why: "roy stopped it.".into(),
            left: vec![Remnant {
                site: "eu-west".into(),
                key: key(),
                says: "was refused: quota exceeded".into(),
            }],
        },
    ];
    let back = Request {
        direction: Direction::Back,
        ..request()
    };
    let mut notes = vec![Note::Asked(request()), Note::Asked(back)];
    notes.extend(answered.map(|told| Note::Answered(request(), told)));
    notes.extend(looked.map(|saw| Note::Looked(request(), saw)));
    notes.extend(turned.map(Note::Turned));
    notes.extend(ended.map(Note::Ended));
    is_golden("notes.json", &notes);
}
