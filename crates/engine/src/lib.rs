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
//!           ├─ intents   what is wanted, and every revision of it
//!           ├─ drafts    forms being written
//!           ├─ submit    a draft made final
//!           ├─ revisions in review or settled
//!           ├─ vote      on one of them
//!           ├─ roll_out  carries an approved revision out
//!           ├─ roll_back to one that was in force
//!           ├─ drift     what is not as it was applied
//!           ├─ restore   puts that back
//!           ├─ withdraw  an intent: a revision that removes what it made
//!           ├─ stop      a rollout, which is taken back
//!           ├─ rollouts  a list, and one of them whole
//!           ├─ resume    what was under way when the process ended
//!           ├─ in_flight what waits for somebody
//!           ├─ observe   keeps the state of each cloud current, for whoever follows it
//!           ├─ presence  whether they still may
//!           ├─ history   what was done
//!           └─ find      things by their names
//! ```
//!
//! What becomes of intents is worked out alike for those who write and those who review:
//!
//! ```text
//!   scene ─┬─ compile   of what was typed ──┐
//!   known ─┘  sealed    of a revision ──────┴─▶ preview ─┬─ insight  is every site seen well?
//!                                                        ├─ places   who holds what?
//!                                                        └─ turns    what do workloads accept then?
//!   standing how intents stand on each site
//!   desk     where that is worked out
//!   bench    by what revisions are judged
//! ```
//!
//! A rollout begins when nothing is in its way on any site, and goes on by itself:
//!
//! ```text
//!   removals ─┬─▶ fresh ──▶ begin ──claim──▶ carry ──▶ hands ──▶ clusters
//!   sealed  ──┘                                │
//!                                          under_way   what this process carries out
//! ```

#![warn(missing_docs, unreachable_pub)]

mod account;
mod begin;
mod bench;
mod carry;
mod choices;
mod clouds;
mod compile;
mod concerns;
mod demo;
mod desk;
mod drafts;
mod drift;
mod error;
mod find;
mod found;
mod fresh;
mod fresh_links;
mod guesses;
mod hands;
mod hashing;
mod history;
mod in_flight;
mod insight;
mod intents;
mod known;
mod link;
mod may;
mod observe;
mod people;
mod places;
mod presence;
mod preview;
mod prove;
mod removals;
mod restore;
mod resume;
mod revisions;
mod roll_back;
mod roll_out;
mod rollouts;
mod scene;
mod sealed;
mod services;
mod sign_in;
mod standing;
mod stop;
mod submit;
mod turns;
mod under_way;
mod views;
mod vote;
mod withdraw;

pub use error::{Error, Result};
pub use observe::Latest;
pub use store::{Session, session_key};
pub use vote::Shown;

use std::{collections::BTreeMap, sync::Arc};

use cluster::Fleet;
use intent::{CloudName, Terms};
use store::Store;
use tokio::sync::watch;

/// Everything that can be done, over one store. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    store: Store,
    fleet: Arc<Fleet>,
    demo: bool,
    read_only: bool,
    guesses: Arc<guesses::Guesses>,
    hashing: Arc<hashing::Hashing>,
    fresh: Arc<fresh_links::FreshLinks>,
    known: Arc<known::Known>,
    desk: desk::Desk,
    under_way: Arc<under_way::UnderWay>,
    live: Arc<observe::States>,
}

impl Engine {
    /// Joins what is needed for an installation.
    pub fn new(store: Store) -> Self {
        Self {
            store,
            fleet: Arc::default(),
            demo: false,
            read_only: false,
            guesses: Arc::default(),
            hashing: Arc::default(),
            fresh: Arc::default(),
            known: Arc::default(),
            desk: desk::Desk::default(),
            under_way: Arc::default(),
            live: Arc::default(),
        }
    }

    /// Watches these clouds.
    #[must_use]
    pub fn watching(self, fleet: Fleet) -> Self {
        let names = fleet
            .clouds()
            .filter_map(|cloud| CloudName::read(&cloud.name).ok());
        let states = names.map(|name| (name, watch::Sender::default()));
        Self {
            live: Arc::new(states.collect()),
            fleet: Arc::new(fleet),
            ..self
        }
    }

    /// Lets nobody write intents, submit, vote or roll out.
    #[must_use]
    pub fn read_only(self) -> Self {
        Self {
            read_only: true,
            ..self
        }
    }

    /// Whether nobody writes intents, submits, votes or rolls out.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Has these terms hold in each cloud. Where they are others than before, reviewers vote again.
    pub async fn agree(&self, terms: &BTreeMap<CloudName, Terms>) -> Result<()> {
        for (cloud, terms) in terms {
            self.store.agree(cloud, terms).await?;
        }
        Ok(())
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
