//! What reviewers say to a revision, and when that counts.

use std::collections::BTreeMap;

use mesh::Time;
use serde::{Deserialize, Serialize};

use crate::{Base, Digest, PersonId, PersonName, Revision, RevisionNumber, RolloutNumber};

mod count;
mod terms;

pub use count::{approvals, counted, may_vote, stage};
pub use terms::{SiteTerms, Terms};

/// What a reviewer says to a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ballot {
    /// It may be rolled out.
    Approve,
    /// Something has to change first.
    RequestChanges,
}

impl Ballot {
    /// The word for it, where it is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::RequestChanges => "request_changes",
        }
    }

    /// Finds a ballot by its word.
    pub fn named(word: &str) -> Option<Self> {
        let mut all = [Self::Approve, Self::RequestChanges].into_iter();
        all.find(|ballot| ballot.word() == word)
    }
}

/// What a cloud asks of a revision before it may be rolled out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Goes up by one with each change.
    pub version: i64,
    /// How many people have to approve.
    pub approvals: u32,
}

/// How long votes count without a rollout: 7 days, in milliseconds.
pub const VOTES_HOLD: i64 = 7 * 24 * 60 * 60_000;

/// A vote. It binds what was shown: the digest, the rule and the base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Its number; they go up.
    pub seq: i64,
    /// Which revision.
    pub revision: RevisionNumber,
    /// Who voted.
    pub person: PersonId,
    /// Their name.
    pub name: PersonName,
    /// What they say.
    pub ballot: Ballot,
    /// Why; may be empty.
    pub comment: String,
    /// The digest that they were shown.
    pub digest: Digest,
    /// The rule that was in force.
    pub rule: Rule,
    /// What the objects looked like.
    pub base: Base,
    /// When they last showed who they are.
    pub proved: Time,
    /// When they voted.
    pub at: Time,
}

/// Somebody who may vote in a cloud, as of now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voter {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: PersonName,
    /// Since when they are a reviewer there.
    pub since: Time,
}

/// What counts at the moment of counting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Today {
    /// Whoever may come in and is a reviewer of the cloud.
    pub voters: Vec<Voter>,
    /// Whoever saved a draft of one of the revision's intents since the last one that was approved, with the number of
    /// the last vote that was cast, on anything, before they did.
    pub savers: BTreeMap<PersonId, i64>,
    /// The rule in force.
    pub rule: Rule,
    /// The sites of the cloud, by name in order.
    pub sites: Vec<String>,
    /// What the revision's objects look like.
    pub base: Base,
    /// The time.
    pub now: Time,
}

/// Why somebody cannot vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum CannotVote {
    /// Not a reviewer of the cloud.
    #[error("Reviewers of this cloud vote.")]
    NoReviewer,
    /// Became a reviewer after the draft was begun.
    #[error("You became a reviewer after this was begun; you vote from the next draft on.")]
    TooLate,
    /// Saved a draft of it.
    #[error("You wrote on this; someone else has to approve it.")]
    Wrote,
}

/// Why a vote does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum DoesNotCount {
    /// Whoever voted may not, or no longer.
    #[error("{0}")]
    Voter(CannotVote),
    /// It was about other bytes.
    #[error("it is about something else")]
    Digest,
    /// The rule was changed.
    #[error("the review rule was changed since")]
    Rule,
    /// The sites of the cloud are others.
    #[error("the sites of the cloud changed since")]
    Sites,
    /// The objects were changed in a cluster.
    #[error("the mesh moved since")]
    Base,
    /// It is too old.
    #[error("it is older than 7 days")]
    Old,
    /// The same person voted again.
    #[error("they voted again")]
    Again,
}

/// A revision that has the approvals that it needs. Only [`Approved::count`] and [`Approved::again`] make one.
#[derive(Clone, Debug, PartialEq)]
pub struct Approved(Revision);

/// What is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Short {
    /// So many approvals.
    #[error("{} still missing", many(.0))]
    Approvals(u32),
    /// Somebody wants changes.
    #[error("a reviewer wants changes")]
    ChangesRequested,
    /// It is not what was sealed.
    #[error("its bytes are not those that were submitted")]
    Broken,
    /// The rule asks for no approval at all; nothing follows from that.
    #[error("the review rule asks for no approval")]
    NoRule,
}

/// Why a revision cannot be carried out once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotRepeat {
    /// It never was in force.
    #[error("this revision never was in force here")]
    NeverApplied,
    /// The rule was changed.
    #[error(
        "the review rule was changed since this revision was rolled out, so reviewers have to approve it again"
    )]
    Rule,
    /// The sites of the cloud are others.
    #[error("the sites of the cloud changed since this revision was rolled out")]
    Sites,
    /// It is not what was sealed.
    #[error("its bytes are not those that were submitted")]
    Broken,
}

/// How far a revision has come. Never stored: it follows from votes, rule, base and rollouts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Waits for votes.
    InReview,
    /// Has the approvals that it needs.
    Approved,
    /// A reviewer wants changes.
    ChangesRequested,
    /// Was taken out of review.
    Recalled,
    /// A later revision of the same intent was submitted.
    Superseded(RevisionNumber),
    /// It is being carried out.
    RollingOut {
        /// By which rollout.
        rollout: RolloutNumber,
    },
    /// It is in force on every site.
    Applied {
        /// Since which rollout.
        rollout: RolloutNumber,
    },
    /// It was carried out and removed what its intents had made; nothing of them is left.
    Withdrawn,
    /// It was carried out and put back.
    TakenBack {
        /// By which rollout.
        rollout: RolloutNumber,
        /// Why, as a sentence.
        why: String,
    },
}

/// How a revision left review. It never comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Left {
    /// It was recalled.
    #[error("This revision was recalled.")]
    Recalled,
    /// A later revision of one of its intents was submitted.
    #[error("Revision {0} took the place of this one.")]
    Superseded(RevisionNumber),
}

fn many(approvals: &u32) -> String {
    match approvals {
        1 => "1 approval is".into(),
        more => format!("{more} approvals are"),
    }
}

#[cfg(test)]
mod tests;
