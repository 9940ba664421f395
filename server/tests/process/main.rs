//! The process as others meet it: through its router.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;
mod demo;
mod door;
mod guard;
mod live;
mod people;
