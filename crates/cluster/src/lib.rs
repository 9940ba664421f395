//! What is seen of clusters, and what is done in them.
//!
//! ```text
//!   Fleet ──▶ Cloud ──▶ Site ──▶ Cluster ◀── several clouds may look at one
//!                                   │
//!              eyes: guard ──▶ watch ──▶ follow ──▶ latest View (snapshot, connection, rights)
//!                                   │
//!             hands: guard ──▶ call ──┬─ read, verify               one object, as it is now
//!                                     ├─ rehearse                   a plan, and nothing is done
//!                                     └─ apply, remove, restore ──▶ Answer
//! ```
//!
//! One task owns what a cluster looks like; everybody else holds its latest view. The hands carry out one request
//! each and keep nothing: what may be done, when, and what was done, others know.

#![warn(missing_docs, unreachable_pub)]

mod fleet;

mod cluster;

mod connect;
mod guard;

mod follow;
mod watch;

mod asked;
mod rights;

mod apply;
mod look;
mod rehearse;

mod answer;
mod call;
mod object;
mod says;

mod error;

pub use answer::Answer;
pub use cluster::Cluster;
pub use connect::connect;
pub use error::Error;
pub use fleet::{Cloud, Fleet, Site};
pub use follow::{Connection, View};
pub use look::Verified;
pub use object::Seen;
pub use rehearse::Force;
pub use rights::{Right, Rights, Verb};
