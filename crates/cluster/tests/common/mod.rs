//! A cluster in memory, what is wanted of it, and what it was asked.
#![allow(dead_code, reason = "no test uses all of it")]

use cluster::{Answer, Cluster, Seen};
use mesh::{Labels, Manifest, Resource, ResourceKey, ResourceKind, Time};
use sandbox::{Journalled, Sandbox};
use serde_json::{Value, json};

pub const PEER: ResourceKind = ResourceKind::PeerAuthentication;

/// An empty namespace `default`, and a cluster around it.
pub fn empty() -> (Sandbox, Cluster) {
    let sandbox = Sandbox::new("a");
    let namespace =
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}});
    sandbox.put(namespace).expect("namespaces are kept");
    let cluster = Cluster::follow(sandbox.client(), "istio-system", || Time(7));
    (sandbox, cluster)
}

pub fn key(name: &str) -> ResourceKey {
    ResourceKey::new(PEER, "default", name)
}

pub fn labels() -> Labels {
    Labels::from([("assent/intent".into(), "mtls".into())])
}

/// One of ours, as it is wanted.
pub fn wants(name: &str, spec: Value) -> Manifest {
    Manifest::new(key(name), labels(), &spec)
}

pub fn strict(name: &str) -> Manifest {
    wants(name, json!({"mtls": {"mode": "STRICT"}}))
}

/// Somebody writes an object with kubectl.
pub fn edit(sandbox: &Sandbox, name: &str, labels: &Labels, spec: Value) {
    let object = json!({
        "apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication",
        "metadata": {"name": name, "namespace": "default", "labels": labels}, "spec": spec,
    });
    sandbox.put(object).expect("policies are kept");
}

/// What was asked to be changed so far.
pub fn asked(sandbox: &Sandbox) -> Vec<Journalled> {
    sandbox.journal()
}

/// The object as it is, which has to be there.
pub async fn live(cluster: &Cluster, name: &str) -> Resource {
    let live = cluster.read(&key(name)).await.expect("it can be read");
    live.expect("it is there")
}

/// The object that an answer says was stored.
pub fn done(answer: Answer) -> Resource {
    match answer {
        Answer::Done {
            uid,
            resource_version,
            resource,
        } => {
            assert_eq!(uid, resource.uid);
            assert_eq!(resource_version, resource.resource_version);
            *resource
        }
        other => panic!("{other:?}"),
    }
}

/// Something was seen by this uid and version.
pub fn seen(uid: &str, version: &str) -> Seen {
    Seen {
        uid: Some(uid.into()),
        resource_version: Some(version.into()),
    }
}
