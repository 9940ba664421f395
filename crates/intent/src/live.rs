//! A cloud as it changes: what open pages follow. Plain values, computed, never stored.
//!
//! ```text
//!   Live ──delta_to──▶ Delta ──wire──▶ take ──▶ Live
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{IntentName, Line, RevisionNumber, Time};

/// A site that was not read for so long is not known any more, in milliseconds.
pub const UNKNOWN_AFTER: i64 = 65_000;

/// A cloud at one instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// The number of this state; each one that follows is one more.
    pub seq: u64,
    /// When it was so.
    pub at: Time,
    /// The sites, by name.
    pub sites: BTreeMap<String, SiteLive>,
    /// The intents that are in force or were to be, by name.
    pub intents: BTreeMap<IntentName, IntentLive>,
    /// The number of the last act on record in this cloud: what was written since is new.
    pub acts: i64,
    /// The number of the last row in the journal of a rollout of this cloud.
    pub notes: i64,
}

/// A site at one instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteLive {
    /// Whether it is seen as it is now.
    pub line: Line,
    /// When something last changed in it.
    pub changed: Option<Time>,
}

/// How an intent stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntentLive {
    /// The revision that is in force; none if none is.
    pub revision: Option<RevisionNumber>,
    /// How it stands on each site for which something was ever carried out, by name.
    pub sites: BTreeMap<String, SiteStatus>,
}

/// How an intent stands on one site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteStatus {
    /// How.
    pub status: Status,
    /// Since when that is so, or since when nothing is known. Not before the process began.
    pub since: Time,
    /// How many of its objects are not as they were applied.
    pub differ: usize,
    /// Of how many.
    pub of: usize,
}

/// How an intent stands on one site; the worse, the greater. Never stored: it is what is left to do for what the last
/// rollout applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Status {
    /// Everything is as it was applied.
    Synced,
    /// The site was not read for 65 seconds.
    Unknown,
    /// Something is not as it was applied.
    Drifted,
    /// Something that was applied is not there.
    Missing,
    /// The last rollout failed there, and could not put everything back.
    Failed,
}

impl Status {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Synced => "Synced",
            Self::Unknown => "Unknown",
            Self::Drifted => "Drifted",
            Self::Missing => "Missing",
            Self::Failed => "Failed",
        }
    }

    /// Whether somebody should look at it.
    pub fn is_trouble(self) -> bool {
        self != Self::Synced
    }
}

impl From<mesh::Sync> for Status {
    fn from(sync: mesh::Sync) -> Self {
        match sync {
            mesh::Sync::Synced => Self::Synced,
            mesh::Sync::Drifted => Self::Drifted,
            mesh::Sync::Missing => Self::Missing,
        }
    }
}

impl IntentLive {
    /// The worst of its sites; none where nothing was ever carried out.
    pub fn worst(&self) -> Option<Status> {
        self.sites.values().map(|standing| standing.status).max()
    }
}

/// What changed from one state to the next.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Delta {
    /// The number of the state that it leads to, from the one before.
    pub seq: u64,
    /// When that was so.
    pub at: Time,
    /// The sites that changed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sites: BTreeMap<String, SiteLive>,
    /// The intents that changed; none where one is gone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub intents: BTreeMap<IntentName, Option<IntentLive>>,
    /// The number of the last act.
    pub acts: i64,
    /// The number of the last row in the journal.
    pub notes: i64,
}

/// A delta does not lead on from this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A change is missing between state {have} and state {seq}.")]
pub struct Gap {
    /// The number of the state.
    pub have: u64,
    /// The number of the state that the delta leads to.
    pub seq: u64,
}

impl Live {
    /// What leads from this state to the next, which is numbered so; none if nothing changed but the time.
    pub fn delta_to(&self, next: &Self) -> Option<Delta> {
        let sites = next.sites.iter();
        let sites = sites.filter(|(name, site)| self.sites.get(*name) != Some(site));
        let changed = next.intents.iter();
        let changed = changed.filter(|(name, intent)| self.intents.get(*name) != Some(intent));
        let gone = self.intents.keys();
        let gone = gone.filter(|name| !next.intents.contains_key(*name));
        let intents = changed
            .map(|(name, intent)| (name.clone(), Some(intent.clone())))
            .chain(gone.map(|name| (name.clone(), None)));
        let delta = Delta {
            seq: self.seq + 1,
            at: next.at,
            sites: sites.map(|(n, site)| (n.clone(), site.clone())).collect(),
            intents: intents.collect(),
            acts: next.acts,
            notes: next.notes,
        };
        let is_new = !delta.sites.is_empty()
            || !delta.intents.is_empty()
            || (self.acts, self.notes) != (next.acts, next.notes);
        is_new.then_some(delta)
    }

    /// Goes on to the state that a delta leads to.
    pub fn take(&mut self, delta: Delta) -> Result<(), Gap> {
        if delta.seq != self.seq + 1 {
            return Err(Gap {
                have: self.seq,
                seq: delta.seq,
            });
        }
        (self.seq, self.at) = (delta.seq, delta.at);
        (self.acts, self.notes) = (delta.acts, delta.notes);
        self.sites.extend(delta.sites);
        for (name, intent) in delta.intents {
            match intent {
                Some(intent) => self.intents.insert(name, intent),
                None => self.intents.remove(&name),
            };
        }
        Ok(())
    }

    /// How many intents need a look, of those that stand anywhere.
    pub fn trouble(&self) -> (usize, usize) {
        let worst = || self.intents.values().filter_map(IntentLive::worst);
        let trouble = worst().filter(|status| status.is_trouble());
        (trouble.count(), worst().count())
    }

    /// How many objects are not as they were applied on a site, of how many.
    pub fn differ_at(&self, site: &str) -> (usize, usize) {
        let standings = self.intents.values();
        let standings = standings.filter_map(|intent| intent.sites.get(site));
        standings.fold((0, 0), |(differ, of), standing| {
            (differ + standing.differ, of + standing.of)
        })
    }

    /// The worst that any intent is on a site; none where none stands.
    pub fn worst_at(&self, site: &str) -> Option<Status> {
        let standings = self.intents.values();
        let standings = standings.filter_map(|intent| intent.sites.get(site));
        standings.map(|standing| standing.status).max()
    }
}

/// What is sent to an open page: text in JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frame {
    /// The whole state: comes first, and after a gap.
    Live(Live),
    /// What leads to the next one.
    Delta(Delta),
    /// Nothing changed: whoever hears this knows that it is still so.
    Beat(Time),
}

/// Why a page is not sent anything any more: what the connection closes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// The process ends; another one will answer.
    Leaving,
    /// The page did not read what was sent.
    Slow,
    /// The page sent more than it may.
    Loud,
    /// The session has ended.
    SignedOut,
    /// Whoever signed in may not see this cloud any more.
    NotAllowed,
    /// They opened more pages than can be followed; this one was the oldest.
    Replaced,
}

impl Closing {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Leaving,
        Self::Slow,
        Self::Loud,
        Self::SignedOut,
        Self::NotAllowed,
        Self::Replaced,
    ];

    /// The code of a WebSocket (RFC 6455, section 7.4).
    pub fn code(self) -> u16 {
        match self {
            Self::Leaving => 1001,
            Self::Loud => 1008,
            Self::Slow => 1013,
            Self::SignedOut => 4001,
            Self::NotAllowed => 4003,
            Self::Replaced => 4008,
        }
    }

    /// Finds a reason by its code.
    pub fn by(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|closing| closing.code() == code)
    }

    /// Whether to come back by oneself.
    pub fn is_over(self) -> bool {
        match self {
            Self::SignedOut | Self::NotAllowed | Self::Replaced => true,
            Self::Leaving | Self::Slow | Self::Loud => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> IntentName {
        IntentName::read(text).unwrap()
    }

    fn standing(status: Status) -> SiteStatus {
        SiteStatus {
            status,
            since: Time(1),
            differ: usize::from(status.is_trouble()),
            of: 2,
        }
    }

    fn intent(status: Status) -> IntentLive {
        IntentLive {
            revision: Some(RevisionNumber(1)),
            sites: BTreeMap::from([
                ("eu-west".into(), standing(status)),
                ("us-east".into(), standing(Status::Synced)),
            ]),
        }
    }

    fn live(seq: u64, intents: &[(&str, Status)]) -> Live {
        let site = SiteLive {
            line: Line::Live,
            changed: None,
        };
        let intents = intents.iter();
        Live {
            seq,
            at: Time(i64::try_from(seq).unwrap()),
            sites: BTreeMap::from([("eu-west".into(), site)]),
            intents: intents.map(|(n, s)| (name(n), intent(*s))).collect(),
            acts: 3,
            notes: 5,
        }
    }

    #[test]
    fn a_delta_leads_from_one_state_to_the_next_and_names_just_what_changed() {
        let before = live(
            7,
            &[
                ("a", Status::Synced),
                ("b", Status::Synced),
                ("c", Status::Failed),
            ],
        );
        let after = Live {
            acts: 4,
            ..live(8, &[("a", Status::Drifted), ("b", Status::Synced)])
        };
        let delta = before.delta_to(&after).unwrap();
        let changed: Vec<&str> = delta.intents.keys().map(|name| name.as_str()).collect();
        assert_eq!(changed, ["a", "c"]);
        assert!(delta.sites.is_empty());
        let wire = serde_json::to_string(&Frame::Delta(delta)).unwrap();
        let Frame::Delta(delta) = serde_json::from_str(&wire).unwrap() else {
            panic!("{wire}");
        };
        let mut taken = before;
        taken.take(delta).unwrap();
        assert_eq!(taken, after);
    }

    #[test]
    fn the_time_alone_is_no_change() {
        let now = live(7, &[("a", Status::Synced)]);
        let later = Live {
            at: Time(99),
            ..now.clone()
        };
        assert_eq!(now.delta_to(&later), None);
    }

    #[test]
    fn a_change_that_is_missing_is_noticed_and_leaves_everything_as_it_was() {
        let mut now = live(7, &[]);
        let delta = Delta {
            seq: 9,
            ..Delta::default()
        };
        assert_eq!(now.take(delta), Err(Gap { have: 7, seq: 9 }));
        assert_eq!(now, live(7, &[]));
    }

    #[test]
    fn the_worst_site_is_told_and_synced_never_wins() {
        let now = live(1, &[("a", Status::Drifted), ("b", Status::Synced)]);
        assert_eq!(now.intents[&name("a")].worst(), Some(Status::Drifted));
        assert_eq!(now.trouble(), (1, 2));
        assert_eq!(now.worst_at("eu-west"), Some(Status::Drifted));
        assert_eq!(now.worst_at("us-east"), Some(Status::Synced));
        assert_eq!(now.worst_at("ap-south"), None);
        assert_eq!(now.differ_at("eu-west"), (1, 4));
    }

    #[test]
    fn every_reason_is_found_by_its_code() {
        for closing in Closing::ALL {
            assert_eq!(Closing::by(closing.code()), Some(closing));
        }
        assert_eq!(Closing::by(1006), None);
    }
}
