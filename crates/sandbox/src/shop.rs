//! A small shop on Kubernetes: bookinfo, a guestbook and something old, with Istio around them.
//!
//! The same on every run. Two sites look alike but for their addresses, the version of Istio, and
//! one exception from strict mutual TLS that only one of them still makes.

mod istio;
mod services;
mod workloads;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::sandbox::Sandbox;

/// When the first object of the shop was made: 2026-03-02, 08:00 UTC.
const OPENED: Timestamp = Timestamp::constant(1_772_438_400, 0);

/// What tells one site from another.
struct Site<'a> {
    name: &'a str,
    /// The version of Istio, control plane and sidecars.
    istio: &'static str,
    /// The second part of its pods' addresses.
    network: u8,
    /// Whether reviews still accepts calls without mutual TLS.
    excepts_reviews: bool,
}

/// Fills a sandbox with a small shop; `us-east` is the site that lags behind.
#[must_use]
pub fn shop(site: &str) -> Sandbox {
    let site = match site {
        "us-east" => Site {
            name: site,
            istio: "1.26.4",
            network: 40,
            excepts_reviews: false,
        },
        _ => Site {
            name: site,
            istio: "1.27.1",
            network: 20,
            excepts_reviews: true,
        },
    };
    let sandbox = Sandbox::new(site.name);
    let objects = namespaces()
        .into_iter()
        .chain([istio::mesh_config()])
        .chain(services::accounts())
        .chain(services::services(&site))
        .chain(workloads::pods(&site))
        .chain(istio::configuration(&site));
    let mut now = OPENED;
    for object in objects {
        sandbox.set_clock(move || now);
        sandbox
            .put(object)
            .expect("the shop holds named objects of kinds that are served");
        // Age decides between policies, so no two objects share one.
        now += SignedDuration::from_secs(20);
    }
    sandbox
}

fn namespaces() -> Vec<Value> {
    let injected = |name: &str| {
        namespace(
            name,
            json!({ "kubernetes.io/metadata.name": name, "istio-injection": "enabled" }),
        )
    };
    let plain = |name: &str| namespace(name, json!({ "kubernetes.io/metadata.name": name }));
    vec![
        injected("default"),
        plain("istio-system"),
        injected("guestbook"),
        plain("legacy"),
    ]
}

fn namespace(name: &str, labels: Value) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": { "name": name, "labels": labels },
        "spec": { "finalizers": ["kubernetes"] },
        "status": { "phase": "Active" },
    })
}
