//! Stories of approved revisions that are carried out on two sites.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod anywhere;
mod beginning;
mod carrying;
mod checks;
mod following;
mod ground;
mod restoring;
mod turning;
mod world;
