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
mod name;
mod objection;
mod password;

pub use access::{Access, DOORS, Door, Needs, door};
pub use act::{Act, Link, Record, Verb};
pub use actor::{Actor, Grant, Origin, PersonId, Role};
pub use cloud::CloudName;
pub use name::PersonName;
pub use objection::Objection;
pub use password::Password;

pub use mesh::Time;
