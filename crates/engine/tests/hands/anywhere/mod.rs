//! Stories that are told on every ground: here in the sandbox, and on a real control plane by `end2end/cluster`.
//!
//! Those that need a site which lies, loses or falls silent are told beside this folder, and only in the sandbox.

mod beginning;
mod carrying;
mod killing;
mod turning;
mod withdrawing;
