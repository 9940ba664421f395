//! An approved revision is carried out: step by step, on every site, to its end or back again.
//!
//! ```text
//!   approved ──begin──▶ rollout ──next──▶ what to ask or look at on each site
//!                          ▲                        │
//!                          └─ journal ◀── note ─────┘     and after a crash: next, once more
//! ```
//!
//! The journal says all that is known. A row is written before each request and after each answer, so what remains to
//! be done follows from rows alone.

mod begin;
mod course;
mod journal;
mod ledger;
mod matrix;
mod next;
mod says;
mod stage;
mod step;
mod track;

use serde::{Deserialize, Serialize};

use crate::{
    CloudName, Digest, IntentId, IntentName, PersonId, PersonName, RevisionNumber, RolloutNumber,
    Rule, Time,
};

pub use begin::{Claim, Misfit};
pub use journal::{Note, Noted, Outcome, Remnant, Saw, Told, Turn};
pub use ledger::{LedgerChange, Owned};
pub use matrix::matrix;
pub use next::{Ask, How, Next, next};
pub use says::{answers, phases, sentence};
pub use step::{Before, Direction, Lock, Request, SitePlan, Step};

/// What a rollout is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Errand {
    /// Carries out a revision that was approved.
    RollOut,
    /// Carries out once more a revision that was in force before.
    RollBack,
    /// Puts back what the revision in force says, where somebody changed it.
    Restore,
}

/// What was ordered: which revision is to be carried out, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The cloud.
    pub cloud: CloudName,
    /// The number of the rollout there.
    pub number: RolloutNumber,
    /// The revision.
    pub revision: RevisionNumber,
    /// Its digest.
    pub digest: Digest,
    /// Its intents.
    pub intents: Vec<(IntentId, IntentName)>,
    /// What it is for.
    pub errand: Errand,
    /// The rule by which it was approved.
    pub rule: Rule,
    /// Who began it.
    pub by: PersonId,
    /// Their name.
    pub by_name: PersonName,
    /// When.
    pub at: Time,
}

impl Order {
    /// What the record calls it: "rollout 3, revision 2".
    pub fn about(&self) -> String {
        let (number, revision) = (self.number, self.revision);
        match self.errand {
            Errand::RollOut => format!("rollout {number}, revision {revision}"),
            Errand::RollBack => format!("rollout {number}, back to revision {revision}"),
            Errand::Restore => format!("rollout {number}, restoring revision {revision}"),
        }
    }
}

/// A revision that is carried out. Only [`Rollout::begin`] makes one; nothing in it ever changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollout {
    /// What was ordered.
    pub order: Order,
    /// What is to be done on each site, in order of their names.
    pub plans: Vec<SitePlan>,
    /// What the ledger held of the objects that are changed.
    pub owned: Vec<Owned>,
}

impl Rollout {
    /// What is to be done on a site, in order; nothing, where it is not for that site.
    pub fn steps(&self, site: &str) -> &[Step] {
        let plan = self.plans.iter().find(|plan| plan.site == site);
        plan.map_or(&[], |plan| &plan.steps)
    }

    /// The step that a request belongs to.
    pub fn step(&self, request: &Request) -> Option<&Step> {
        self.steps(&request.site).get(request.step)
    }
}

/// A rollout in short, as lists tell of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// What was ordered.
    pub order: Order,
    /// Why it was taken back, or is being so.
    pub turned: Option<Turn>,
    /// When it ended, and how.
    pub ended: Option<(Time, Outcome)>,
}

impl Past {
    /// Whether it ended with the revision in force.
    pub fn is_in_force(&self) -> bool {
        let ended = self.ended.as_ref();
        ended.is_some_and(|(_, outcome)| outcome.is_in_force())
    }
}

#[cfg(test)]
mod tests;
