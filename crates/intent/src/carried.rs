//! What pages show of rollouts: plain values, computed, never stored.

use std::fmt;

use mesh::{ResourceKey, Time};
use serde::{Deserialize, Serialize};

use crate::{
    ActSeen, CloudName, Digest, IntentName, PersonName, RevisionNumber, RolloutNumber,
    rollout::{Direction, Errand, Outcome, Past},
};

/// A rollout in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolloutRow {
    /// Its number.
    pub number: RolloutNumber,
    /// The revision.
    pub revision: RevisionNumber,
    /// The names of its intents.
    pub names: Vec<IntentName>,
    /// What it is for.
    pub errand: Errand,
    /// Who began it.
    pub by: PersonName,
    /// When.
    pub at: Time,
    /// Why it was taken back, or is being so, as a sentence.
    pub turned: Option<String>,
    /// When it ended; none while it is under way.
    pub ended: Option<Time>,
    /// How it ended.
    pub outcome: Option<Outcome>,
}

impl From<&Past> for RolloutRow {
    fn from(past: &Past) -> Self {
        let Past {
            order,
            turned,
            ended,
        } = past;
        Self {
            number: order.number,
            revision: order.revision,
            names: order.intents.iter().map(|(_, name)| name.clone()).collect(),
            errand: order.errand,
            by: order.by_name.clone(),
            at: order.at,
            turned: turned.as_ref().map(ToString::to_string),
            ended: ended.as_ref().map(|(at, _)| *at),
            outcome: ended.as_ref().map(|(_, outcome)| outcome.clone()),
        }
    }
}

/// A rollout as a page of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RolloutPage {
    /// What a list shows of it.
    pub row: RolloutRow,
    /// The cloud.
    pub cloud: CloudName,
    /// The digest of the revision.
    pub digest: Digest,
    /// What the revision says.
    pub says: String,
    /// Who approved it.
    pub approved_by: Vec<PersonName>,
    /// How it goes, in a few sentences.
    pub sentence: String,
    /// The sites, in order; cells stand in the same order.
    pub sites: Vec<String>,
    /// The objects in order of applying, with what becomes of each on each site.
    pub objects: Vec<ObjectSeen>,
    /// How far it is, on the whole.
    pub phases: Vec<PhaseSeen>,
    /// What the clusters answered, the latest first.
    pub answers: Vec<AnswerSeen>,
    /// Whether it is under way.
    pub running: bool,
    /// Whether whoever is looking can have it taken back.
    pub can_stop: bool,
    /// What was done to it, the latest first.
    pub acts: Vec<ActSeen>,
}

/// An object, and what becomes of it on each site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectSeen {
    /// Which object.
    pub key: ResourceKey,
    /// For each site what becomes of it; none where nothing is to be done.
    pub cells: Vec<Option<CellSeen>>,
}

/// What becomes of an object on one site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellSeen {
    /// How far that is.
    pub state: CellState,
    /// What there is to say about it; may be empty.
    pub says: String,
    /// When that last changed; since when, where nothing is known.
    pub at: Option<Time>,
}

/// How far an object is on one site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CellState {
    /// Its turn has not come.
    Waiting,
    /// A request is under way.
    Asking,
    /// The cluster says that it is done.
    Applied,
    /// It was read back and is as it is wanted.
    Verified,
    /// It could not be made as it is wanted, and was not changed.
    Refused,
    /// Nothing was done to it, and nothing will be.
    NotBegun,
    /// It will be put back.
    ToTakeBack,
    /// It is being put back.
    TakingBack,
    /// It was read back and is as it was.
    TakenBack,
    /// It stays as it is; somebody has to see to it.
    Left,
    /// Its site does not answer, so nobody knows how it is.
    Unknown,
}

/// A part of a rollout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// The clusters said what would become of it. Nothing began before that.
    Rehearsal,
    /// Objects are made as they are wanted.
    Apply,
    /// Objects are put back.
    TakeBack,
}

/// How far a part of a rollout is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseSeen {
    /// Which part.
    pub phase: Phase,
    /// How many objects are through.
    pub done: usize,
    /// Of how many.
    pub of: usize,
    /// When it began; none if it did not yet.
    pub began: Option<Time>,
    /// When it ended; none while it goes on.
    pub ended: Option<Time>,
}

/// What a cluster answered, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerSeen {
    /// When.
    pub at: Time,
    /// The site.
    pub site: String,
    /// The object.
    pub key: ResourceKey,
    /// Which way the object was to go.
    pub direction: Direction,
    /// What was asked: "apply", "remove", "read".
    pub request: String,
    /// What was answered; none while it is waited for.
    pub answer: Option<String>,
    /// How long that took, in milliseconds; none if it is not known.
    pub took: Option<i64>,
}

/// What keeps a rollout from beginning: how it is on a site, or what that says of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hindrance {
    /// The site.
    pub site: String,
    /// The object; none if it is the whole site.
    pub key: Option<ResourceKey>,
    /// What is so, as it goes on after the name of the object, or of the site.
    pub says: String,
}

/// It as a sentence.
impl fmt::Display for Hindrance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { site, key, says } = self;
        match key {
            Some(key) => write!(f, "On {site}, {key} {says}."),
            None => write!(f, "{site} {says}."),
        }
    }
}
