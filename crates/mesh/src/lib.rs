//! Istio as values: what a mesh looks like, and what follows from it.
//!
//! ```text
//!   event ──observe──▶ snapshot ──┬─ resources, services, workloads   what is there
//!                       ▲    │    ├─ mtls: accepts, posture            what follows
//!                       │    │    └─ describe                          the same in words
//!                     after  │
//!                       │    ▼
//!   manifest ─────────▶ plan ─┬─lines──▶ diff      what would change, as YAML before and after
//!       │                     └─status            how far it is from what is wanted
//!       └──────────────▶ claims                    the places that only one object can hold
//! ```
//!
//! Pure: no I/O, no clock, never async; compiles to wasm.

#![warn(missing_docs, unreachable_pub)]

mod time;

mod key;
mod read;

pub mod resources;

mod resource;

mod container;
mod mesh_config;
mod pod;
mod protocol;
mod service;
mod workload;

mod event;
mod selection;
mod snapshot;

pub mod describe;
pub mod mtls;

mod finding;
mod yaml;

mod manifest;

pub mod claims;
pub mod diff;

mod plan;
mod status;

pub use container::{Container, ContainerPort, Probe, ProbeAction, ProbeKind};
pub use diff::DiffLine;
pub use event::Event;
pub use finding::{At, Finding, Level};
pub use key::{Labels, Name, Namespace, ResourceKey, carries};
pub use manifest::Manifest;
pub use mesh_config::{MeshConfig, OutboundTrafficPolicy};
pub use plan::{Action, Change, Ours, Plan, plan};
pub use pod::{Identity, Owner, Phase, Pod};
pub use protocol::Protocol;
pub use read::Unreadable;
pub use resource::{Resource, Spec};
pub use resources::ResourceKind;
pub use selection::Selection;
pub use service::{Service, ServiceAccount, ServicePort, ServiceType, Target, Transport};
pub use snapshot::Snapshot;
pub use status::{Sync, status};
pub use time::Time;
pub use workload::{Sidecar, Workload, WorkloadKind};
