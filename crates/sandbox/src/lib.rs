//! A Kubernetes API server in memory, read by an ordinary `kube::Client`.
//!
//! ```text
//!   kube::Client ──▶ Service ──▶ route ──▶ discovery · list · watch · review
//!                       ▲                          │
//!                    Faults                      State ◀── put, delete   (somebody with kubectl)
//!                 (line, 403, 410)                 │
//!                                             save · load
//! ```
//!
//! It answers in the words of a real API server, resource versions, pages and expired histories
//! included, so that what was written against it needs no second thought on a real one. No
//! controllers run: deleting a namespace deletes nothing inside it, and nobody starts pods.
//!
//! [`shop()`] fills one with a small shop, the same on every run.

#![warn(missing_docs, unreachable_pub)]

mod discovery;
mod failure;
mod faults;
mod kinds;
mod list;
mod review;
mod route;
mod sandbox;
mod selector;
mod service;
mod shop;
mod state;
mod watch;

#[cfg(test)]
mod tests;

pub use faults::{Faults, Line};
pub use review::Rule;
pub use sandbox::{Sandbox, Unreadable};
pub use service::{Body, Service};
pub use shop::shop;
pub use state::Refused;
