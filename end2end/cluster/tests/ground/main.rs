//! What holds on a real control plane. All tests share one, so each keeps to objects of its own.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

mod follow;

mod alike;
mod answers;
mod golden;
mod hands;
