//! What people want, and who may do what.
//!
//! ```text
//!   person ──▶ actor ──▶ access: may they come through this door?
//!
//!   form ──read──▶ intent ──compile, for a place──▶ manifests ──▶ revision ──votes──▶ approved ──▶ rollout
//! ```
//!
//! Pure: no I/O, no clock, never async. Time and identity come in as arguments.

#![warn(missing_docs, unreachable_pub)]

// The grid of kinds is also an integration test, which calls this crate by its name.
#[cfg(test)]
extern crate self as intent;

mod access;
mod act;
mod actor;
mod base;
mod carried;
mod cloud;
mod consent;
mod digest;
mod draft;
mod facts;
mod form;
mod grant;
mod kind;
mod kinds;
mod live;
mod name;
mod naming;
mod objection;
mod paper;
mod password;
mod person;
mod place;
mod revision;
pub mod rollout;
mod seal;
mod seen;
mod vote;

pub use access::{Access, DOORS, Door, Needs, door};
pub use act::{Act, Link, Record, Verb};
pub use actor::{Actor, Origin, PersonId, Role};
pub use base::{Base, Unseen, Was};
pub use carried::{
    AnswerSeen, CellSeen, CellState, Hindrance, ObjectSeen, Phase, PhaseSeen, RolloutPage,
    RolloutRow,
};
pub use cloud::CloudName;
pub use consent::{Change, Deed, Proposal, ProposalId, Refusal, Step, consent, takes_two};
pub use digest::Digest;
pub use draft::{Draft, DraftIntent};
pub use facts::{Facts, Matches, PolicyFact, PortFact, RuleFact, ServiceFact, WorkloadFact};
pub use form::{Choice, Edit, Field, Form, Input};
pub use grant::Grant;
pub use kind::Kind;
pub use kinds::{Intent, KINDS, KindInfo, kind_named, made};
pub use live::{
    Closing, Delta, Frame, Gap, IntentLive, Live, SiteLive, SiteStatus, Status, UNKNOWN_AFTER,
};
pub use name::PersonName;
pub use naming::{DraftId, IntentId, IntentName, RevisionNumber, RolloutNumber};
pub use objection::Objection;
pub use paper::{
    ActSeen, ChangeSeen, Choices, DraftPage, DraftRow, DriftSeen, HistoryPage, InFlight,
    IntentPage, IntentRow, IntentsPage, Offer, PlanSeen, Preview, RevisionPage, RevisionRow, Said,
    Saved, Theirs, Turn, VoteSeen,
};
pub use password::Password;
pub use person::{FreshLink, Invitation, InvitationId, People, Person, Standing, Welcome};
pub use place::{INTENT, Owner, Place};
pub use revision::{Bundle, Entry, Revision, Sealed};
pub use seal::{Seal, Unnumbered, Unversioned};
pub use seen::{
    Behind, CloudConfigured, CloudSeen, Concern, Found, Line, PortSeen, ServiceAt, ServicePage,
    ServiceSeen, SiteConfigured, SiteSeen, WorkloadSeen,
};

pub use vote::{
    Approved, Ballot, CannotRepeat, CannotVote, DoesNotCount, Left, Rule, Short, SiteTerms, Stage,
    Terms, Today, VOTES_HOLD, Vote, Voter, approvals, counted, may_vote, stage,
};

pub use mesh::{Finding, Level, Time};
