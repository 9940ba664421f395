//! What a revision removes of what is ours, and whether that is much.

use std::collections::BTreeSet;

use intent::{
    Entry, IntentId, Revision,
    rollout::{Errand, Owned},
};
use mesh::ResourceKind;

use crate::{Error, Result};

/// What has to become of each object of a site, in order: what a revision says; where one is rolled back to, also
/// that what its intents have made since goes.
pub(crate) fn entries(
    revision: &Revision,
    errand: Errand,
    ledger: &[Owned],
    site: &str,
) -> Vec<Entry> {
    let sealed = revision.entries(site);
    let since = match errand {
        Errand::RollOut | Errand::Restore => Vec::new(),
        Errand::RollBack => since(revision, ledger, site),
    };
    let since = since.iter().map(|owned| Entry::Remove(owned.key.clone()));
    sealed.iter().cloned().chain(since).collect()
}

/// What is ours on a site of the intents of a revision, and is not in that revision; in order of removing.
pub(crate) fn since<'a>(revision: &Revision, ledger: &'a [Owned], site: &str) -> Vec<&'a Owned> {
    let intents: Vec<IntentId> = revision.intents.iter().map(|one| one.intent).collect();
    let sealed = revision.entries(site);
    let mut since: Vec<&Owned> = ledger
        .iter()
        .filter(|owned| owned.site == site && intents.contains(&owned.intent))
        .filter(|owned| !sealed.iter().any(|entry| *entry.key() == owned.key))
        .collect();
    since.sort_by(|one, other| other.key.cmp(&one.key));
    since
}

/// What has to be typed before much is removed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Confirm {
    /// The names of the intents.
    pub(crate) text: String,
    /// What is removed.
    why: String,
}

impl Confirm {
    /// What a revision asks to be typed: where it removes more than a fifth of all objects of its cloud, or the last
    /// of a kind.
    pub(crate) fn of(revision: &Revision, errand: Errand, ledger: &[Owned]) -> Option<Self> {
        let is_removed = |owned: &&Owned| {
            let entries = entries(revision, errand, ledger, &owned.site);
            let mut removals = entries.iter();
            removals.any(|entry| matches!(entry, Entry::Remove(key) if *key == owned.key))
        };
        let (gone, kept): (Vec<&Owned>, Vec<&Owned>) = ledger.iter().partition(is_removed);
        let kinds = |owned: &[&Owned]| -> BTreeSet<ResourceKind> {
            owned.iter().map(|owned| owned.key.kind).collect()
        };
        let last = kinds(&gone).difference(&kinds(&kept)).next().copied();
        let why = match last {
            Some(kind) => format!("This removes every {kind} that Assent made in this cloud."),
            None if gone.len() * 5 > ledger.len() => format!(
                "This removes {} of the {} objects that Assent made in this cloud.",
                gone.len(),
                ledger.len()
            ),
            None => return None,
        };
        let names: Vec<&str> = revision
            .intents
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        Some(Self {
            text: names.join(", "),
            why,
        })
    }

    /// Refuses to go on without the right words.
    pub(crate) fn check(&self, typed: Option<&str>) -> Result<()> {
        if typed.is_some_and(|typed| typed.trim() == self.text) {
            return Ok(());
        }
        let Self { text, why } = self;
        Err(Error::field(
            "confirm",
            &format!("{why} Type {text} to go on."),
        ))
    }
}

#[cfg(test)]
mod tests {
    use intent::{
        Base, Bundle, CloudName, Digest, IntentName, PersonId, PersonName, RevisionNumber, Sealed,
        Time,
    };
    use mesh::ResourceKey;

    use super::*;

    const PEER: ResourceKind = ResourceKind::PeerAuthentication;

    fn key(kind: ResourceKind, number: usize) -> ResourceKey {
        ResourceKey::new(kind, "default", format!("o{number}"))
    }

    /// A revision of the intent 1 that removes so many policies.
    fn removing(many: usize) -> Revision {
        let entries = (0..many).map(|number| Entry::Remove(key(PEER, number)));
        Revision {
            cloud: CloudName::read("shop").unwrap(),
            number: RevisionNumber(2),
            intents: vec![Sealed {
                intent: IntentId(1),
                name: IntentName::read("mtls").unwrap(),
                version: 2,
                content: None,
                says: String::new(),
            }],
            author: PersonId(1),
            author_name: PersonName::known("ada"),
            began: Time(1),
            at: Time(1),
            bundles: vec![Bundle {
                site: "eu".into(),
                entries: entries.collect(),
            }],
            facts: Vec::new(),
            base: Base::default(),
            digest: Digest::of(""),
            compiler: String::new(),
        }
    }

    /// So many objects of a kind that the intent 1 made.
    fn made(kind: ResourceKind, many: usize) -> Vec<Owned> {
        let made = (0..many).map(|number| Owned {
            site: "eu".into(),
            key: key(kind, number),
            uid: "u".into(),
            intent: IntentId(1),
            revision: RevisionNumber(1),
            spec: Digest::of(""),
        });
        made.collect()
    }

    fn asks(revision: &Revision, errand: Errand, ledger: &[Owned]) -> Option<String> {
        Some(Confirm::of(revision, errand, ledger)?.why)
    }

    #[test]
    fn more_than_a_fifth_is_much() {
        let asks = |many, of| asks(&removing(many), Errand::RollOut, &made(PEER, of));
        assert_eq!(asks(0, 3), None);
        assert_eq!(asks(2, 10), None);
        assert_eq!(
            asks(2, 9).unwrap(),
            "This removes 2 of the 9 objects that Assent made in this cloud."
        );
        // What is not ours is not removed.
        assert_eq!(asks(2, 0), None);
    }

    #[test]
    fn the_last_of_a_kind_is_much() {
        let rules = made(ResourceKind::DestinationRule, 9);
        let ledger = [made(PEER, 1), rules].concat();
        assert_eq!(
            asks(&removing(1), Errand::RollOut, &ledger).unwrap(),
            "This removes every PeerAuthentication that Assent made in this cloud."
        );
    }

    #[test]
    fn rolling_back_removes_what_was_made_since_and_just_that() {
        let mut ledger = made(PEER, 3);
        ledger[2].intent = IntentId(2);
        let revision = removing(0);
        let entries = |errand| entries(&revision, errand, &ledger, "eu");
        assert_eq!(entries(Errand::RollOut), []);
        let gone = [1, 0].map(|number| Entry::Remove(key(PEER, number)));
        assert_eq!(entries(Errand::RollBack), gone);
        assert!(asks(&revision, Errand::RollBack, &ledger).is_some());
    }

    #[test]
    fn what_removes_much_goes_on_with_the_right_name_only() {
        let confirm = Confirm::of(&removing(1), Errand::RollOut, &made(PEER, 1)).unwrap();
        assert!(confirm.check(Some(" mtls ")).is_ok());
        assert!(confirm.check(Some("mtl")).is_err());
        assert!(confirm.check(None).is_err());
    }
}
