//! Memory: people, sessions and the record of what was done, in one SQLite file.
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
mod error;
mod invitations;
mod links;
mod open;
mod people;
mod proposals;
mod sessions;
mod standings;

pub use clock::Clock;
pub use error::{Error, Result};
pub use invitations::NewLink;
pub use people::{Account, NewPerson};
pub use sessions::{AS_OF, IDLE, PERSON, Session, Sessions, session_key};

use sqlx::SqlitePool;

/// The migrations, oldest first.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// The database of one installation, opened by one process.
#[derive(Clone, Debug)]
pub struct Store {
    write: SqlitePool,
    read: SqlitePool,
    /// The time, which never goes back.
    pub clock: Clock,
    _held: std::sync::Arc<open::Held>,
}
