//! What people want, and who may do what.
//!
//! ```text
//!   person ──▶ actor ──▶ access: may they come through this door?
//! ```
//!
//! Pure: no I/O, no clock, never async. Time and identity come in as arguments.

#![warn(missing_docs, unreachable_pub)]

mod access;
mod act;
mod actor;
mod cloud;
mod consent;
mod grant;
mod name;
mod objection;
mod password;
mod person;
mod seen;

pub use access::{Access, DOORS, Door, Needs, door};
pub use act::{Act, Link, Record, Verb};
pub use actor::{Actor, Origin, PersonId, Role};
pub use cloud::CloudName;
pub use consent::{Change, Deed, Proposal, ProposalId, Refusal, Step, consent, takes_two};
pub use grant::Grant;
pub use name::PersonName;
pub use objection::Objection;
pub use password::Password;
pub use person::{FreshLink, Invitation, InvitationId, People, Person, Standing, Welcome};
pub use seen::{
    Behind, CloudConfigured, CloudSeen, Concern, Found, Level, Line, PortSeen, ServiceAt,
    ServicePage, ServiceSeen, SiteConfigured, SiteSeen, WorkloadSeen,
};

pub use mesh::Time;
