//! What is seen of clusters.
//!
//! ```text
//!   Fleet ──▶ Cloud ──▶ Site ──▶ Cluster ◀── several clouds may look at one
//!                                   │
//!                 guard ──▶ watch ──▶ follow ──▶ latest View (snapshot, connection, rights)
//! ```
//!
//! Reading only. One task owns what a cluster looks like; everybody else holds its latest view.

#![warn(missing_docs, unreachable_pub)]

mod fleet;

mod cluster;

mod connect;
mod guard;

mod follow;
mod watch;

mod asked;
mod rights;

mod error;

pub use cluster::Cluster;
pub use connect::connect;
pub use error::Error;
pub use fleet::{Cloud, Fleet, Site};
pub use follow::{Connection, View};
pub use rights::{Right, Rights, Verb};
