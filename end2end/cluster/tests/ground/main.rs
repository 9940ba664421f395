//! What holds on a real control plane. All tests share one, so each keeps to objects of its own.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

mod follow;

mod alike;
mod answers;
mod golden;
mod hands;

// The stories of rollouts that the engine's tests tell in the sandbox, told here word for word.
#[path = "../../../../crates/engine/tests/hands/anywhere/mod.rs"]
mod anywhere;
#[path = "../../../../crates/engine/tests/hands/checks.rs"]
mod checks;
mod ground;
#[expect(dead_code, reason = "some of it serves stories that need a sandbox")]
#[path = "../../../../crates/engine/tests/hands/world.rs"]
mod world;
