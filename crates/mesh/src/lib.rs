//! Istio as values: what a mesh looks like, and what follows from it.
//!
//! ```text
//!   event ──observe──▶ snapshot ──┬─ resources, services, workloads   what is there
//!                                 ├─ mtls: accepts, posture            what follows
//!                                 └─ describe                          the same in words
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

pub use container::{Container, ContainerPort, Probe, ProbeAction, ProbeKind};
pub use event::Event;
pub use key::{Labels, Name, Namespace, ResourceKey};
pub use mesh_config::{MeshConfig, OutboundTrafficPolicy};
pub use pod::{Identity, Owner, Phase, Pod};
pub use protocol::Protocol;
pub use read::Unreadable;
pub use resource::{Resource, Spec};
pub use resources::ResourceKind;
pub use selection::Selection;
pub use service::{Service, ServiceAccount, ServicePort, ServiceType, Target, Transport};
pub use snapshot::Snapshot;
pub use time::Time;
pub use workload::{Sidecar, Workload, WorkloadKind};
