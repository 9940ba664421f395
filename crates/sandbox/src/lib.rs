//! A Kubernetes API server in memory, under an ordinary `kube::Client`.
//!
//! ```text
//!                            ┌─▶ discovery · list · watch · review ◀─┐
//!   kube::Client ──▶ Service ┤                                     State ◀── put, delete (by hand)
//!                       ▲    └─▶ write: apply · change · delete ────▶┘ │
//!                    Faults             fields · managed             save · load
//!                                       schema · webhook · journal
//! ```
//!
//! It answers in the words of a real API server, resource versions, pages, expired histories, field
//! managers and dry runs included, so that what was written against it needs no second thought on a
//! real one. No controllers run: deleting a namespace deletes nothing inside it, and nobody starts
//! pods. Collections are not deleted, names not generated and subresources not served.
//!
//! [`shop()`] fills one with a small shop, the same on every run.

#![warn(missing_docs, unreachable_pub)]

mod cause;
mod discovery;
mod failure;
mod faults;
mod fields;
mod journal;
mod kinds;
mod list;
mod managed;
mod review;
mod route;
mod sandbox;
mod schema;
mod selector;
mod service;
mod shop;
mod stamp;
mod state;
mod watch;
mod webhook;
mod write;

#[cfg(test)]
mod tests;

pub use faults::{Aim, Faults, Line, Refusal, Twist, WriteFault};
pub use journal::{Journalled, Verb};
pub use review::Rule;
pub use sandbox::{Sandbox, Unreadable};
pub use service::{Body, Service};
pub use shop::shop;
pub use state::Refused;
