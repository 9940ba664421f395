//! Stories of approved revisions that are carried out on two sites.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod beginning;
mod carrying;
mod checks;
mod killing;
mod turning;
mod withdrawing;
mod world;
