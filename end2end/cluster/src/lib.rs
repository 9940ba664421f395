//! A real control plane on one machine, and a shop in it.
//!
//! ```text
//!   Programs ──▶ target/cluster: etcd · kube-apiserver · istiod, and Istio's definitions
//!      │
//!      ▼
//!   Ground ──┬─ folder: certificate · kubeconfig · clouds · logs
//!            ├─ etcd
//!            └─ Site ──▶ kube-apiserver ◀── definitions, webhook, shop
//!                             ▲
//!                          istiod
//! ```
//!
//! No kubelet and no controllers run: pods are objects, nothing is collected, and a namespace that is deleted stays.

#![warn(missing_docs, unreachable_pub)]

mod programs;

mod ground;

mod site;

mod certificate;
mod files;
mod running;

mod istio;
mod shop;

pub use ground::Ground;
pub use programs::Programs;

/// Why there is no ground, in words for whoever wanted one.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failed(pub String);
