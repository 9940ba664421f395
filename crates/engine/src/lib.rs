//! The use cases, one verb per file: load, decide, save.
//!
//! ```text
//!   Engine ─┬─ sign_in   who is it?            ── guesses: how often may they try?
//!           ├─ link      the first administrator
//!           ├─ account   password, sessions
//!           ├─ prove     is it still them?
//!           ├─ people    invitations, roles, consent
//!           ├─ demo      ready accounts
//!           ├─ clouds    what is: sites, mutual TLS, what to look at
//!           ├─ services  a list, and one of them whole
//!           └─ find      things by their names
//! ```

#![warn(missing_docs, unreachable_pub)]

mod account;
mod clouds;
mod concerns;
mod demo;
mod error;
mod find;
mod fresh_links;
mod guesses;
mod hashing;
mod link;
mod people;
mod prove;
mod services;
mod sign_in;
mod views;

pub use error::{Error, Result};
pub use store::{Session, session_key};

use std::sync::Arc;

use cluster::Fleet;
use store::Store;

/// Everything that can be done, over one store. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    store: Store,
    fleet: Arc<Fleet>,
    demo: bool,
    guesses: Arc<guesses::Guesses>,
    hashing: Arc<hashing::Hashing>,
    fresh: Arc<fresh_links::FreshLinks>,
}

impl Engine {
    /// Joins what is needed for an installation.
    pub fn new(store: Store) -> Self {
        Self {
            store,
            fleet: Arc::default(),
            demo: false,
            guesses: Arc::default(),
            hashing: Arc::default(),
            fresh: Arc::default(),
        }
    }

    /// Watches these clouds.
    #[must_use]
    pub fn watching(self, fleet: Fleet) -> Self {
        Self {
            fleet: Arc::new(fleet),
            ..self
        }
    }

    /// The time, which never goes back.
    pub fn now(&self) -> mesh::Time {
        self.store.clock.now()
    }

    /// Says whether the database answers.
    pub async fn is_ready(&self) -> bool {
        self.store.answers().await.is_ok()
    }

    /// Removes what is over: sessions, and counts of failed attempts that no longer slow anybody down.
    pub async fn sweep(&self) -> Result<()> {
        self.guesses.forget(self.store.clock.now());
        Ok(self.store.sweep_sessions().await?)
    }
}
