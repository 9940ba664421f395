//! The use cases, one verb per file: load, decide, save.
//!
//! ```text
//!   Engine ─┬─ sign_in   who is it?            ── guesses: how often may they try?
//!           ├─ link      the first administrator
//!           ├─ account   password, sessions
//!           └─ demo      ready accounts
//! ```

#![warn(missing_docs, unreachable_pub)]

mod account;
mod demo;
mod error;
mod guesses;
mod hashing;
mod link;
mod sign_in;

pub use error::{Error, Result};
pub use store::{Session, session_key};

use std::sync::Arc;

use store::Store;

/// Everything that can be done, over one store. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    store: Store,
    demo: bool,
    guesses: Arc<guesses::Guesses>,
    hashing: Arc<hashing::Hashing>,
}

impl Engine {
    /// Joins what is needed for an installation.
    pub fn new(store: Store) -> Self {
        Self {
            store,
            demo: false,
            guesses: Arc::default(),
            hashing: Arc::default(),
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
