//! Memory: people, sessions, intents with all that became of them, and the record of what was done, in one
//! SQLite file.
//!
//! ```text
//!   DATA/lock         held while a process runs
//!   DATA/assent.db    one writer, several readers; WAL, synchronous FULL
//! ```
//!
//! One transaction per method; rows become values of `intent` here and nowhere else. An act and its
//! record are written together: no record, no change.

#![warn(missing_docs, unreachable_pub)]

mod audit;
mod clock;
mod docket;
mod drafts;
mod error;
mod in_force;
mod intents;
mod invitations;
mod ledger;
mod links;
mod open;
mod panel;
mod people;
mod proposals;
mod revisions;
mod rollouts;
mod rules;
mod sessions;
mod standings;
mod submit;
mod tx;
mod votes;

pub use audit::About;
pub use clock::Clock;
pub use docket::{Docket, Which};
pub use drafts::NewDraft;
pub use error::{Error, Result};
pub use in_force::InForce;
pub use invitations::NewLink;
pub use panel::Panel;
pub use people::{Account, NewPerson};
pub use rollouts::{Lease, NewRollout};
pub use sessions::{AS_OF, IDLE, PERSON, Session, Sessions, session_key};
pub use submit::{Ground, Seen};
pub use votes::NewVote;

use sqlx::SqlitePool;

/// The migrations, oldest first.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// The database of one installation, opened by one process.
#[derive(Clone, Debug)]
pub struct Store {
    write: SqlitePool,
    read: SqlitePool,
    news: std::sync::Arc<tx::News>,
    /// The time, which never goes back.
    pub clock: Clock,
    _held: std::sync::Arc<open::Held>,
}

#[cfg(test)]
mod tests;
