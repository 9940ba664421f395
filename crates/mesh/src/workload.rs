//! Workloads: pods grouped as people name them.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::{ContainerPort, Labels, Name, Namespace, Pod};

/// Pods that run the same thing, under the name of what made them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workload {
    /// Where it is.
    pub namespace: Namespace,
    /// What it is called: the Deployment and not its ReplicaSet, the CronJob and not its Job.
    pub name: Name,
    /// What made its pods.
    pub kind: WorkloadKind,
    /// How many of its pods take calls.
    pub ready: usize,
    /// How many pods it has, those that ended not counted.
    pub total: usize,
    /// The labels that all of its pods carry.
    pub labels: Labels,
    /// The annotations that all of its pods carry.
    pub annotations: Labels,
    /// What it runs as.
    pub service_account: Name,
    /// Whether its pods have a proxy.
    pub sidecar: Sidecar,
    /// The versions of their proxies, sorted; more than one while they are being replaced.
    pub proxy_versions: Vec<String>,
    /// The ports its containers say they listen on, those of the proxy not counted.
    pub ports: Vec<ContainerPort>,
}

/// What made the pods of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is named as Kubernetes names it")]
pub enum WorkloadKind {
    CronJob,
    DaemonSet,
    Deployment,
    Job,
    Pod,
    ReplicaSet,
    StatefulSet,
}

/// How many pods of a workload have a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sidecar {
    /// All of them.
    All,
    /// Some of them.
    Some,
    /// None of them.
    None,
}

/// The name of the proxy's container.
const PROXY: &str = "istio-proxy";

/// Groups pods, in order of namespace, name and kind.
pub(crate) fn group<'a>(pods: impl Iterator<Item = &'a Pod>) -> Vec<Workload> {
    let mut groups: BTreeMap<_, Vec<&Pod>> = BTreeMap::new();
    for pod in pods.filter(|pod| !pod.has_ended()) {
        let (name, kind) = pod.made_by();
        let key = (pod.namespace.clone(), name, kind);
        groups.entry(key).or_default().push(pod);
    }
    groups.into_iter().map(workload).collect()
}

fn workload(
    ((namespace, name, kind), pods): ((Namespace, Name, WorkloadKind), Vec<&Pod>),
) -> Workload {
    let sidecars = pods.iter().filter(|pod| pod.has_sidecar()).count();
    let containers = || pods.iter().flat_map(|pod| &pod.containers);
    let versions = containers()
        .filter(|container| container.name == PROXY)
        .filter_map(|container| container.image_version());
    let ports = containers()
        .filter(|container| container.name != PROXY)
        .flat_map(|container| container.ports.iter().cloned());
    Workload {
        namespace,
        name,
        kind,
        ready: pods.iter().filter(|pod| pod.ready).count(),
        total: pods.len(),
        labels: common(pods.iter().map(|pod| &pod.labels)),
        annotations: common(pods.iter().map(|pod| &pod.annotations)),
        service_account: pods[0].service_account.clone(),
        sidecar: match sidecars {
            0 => Sidecar::None,
            some if some < pods.len() => Sidecar::Some,
            _ => Sidecar::All,
        },
        proxy_versions: sorted(versions.map(String::from)),
        ports: sorted(ports),
    }
}

impl Pod {
    /// The name of its workload: of what made it, as people say it.
    pub fn made_by(&self) -> (Name, WorkloadKind) {
        let owner = self.owner.as_ref();
        let (kind, name) =
            owner.map_or(("", ""), |owner| (owner.kind.as_str(), owner.name.as_str()));
        match kind {
            "ReplicaSet" => match deployment(self, name) {
                Some(name) => (name.into(), WorkloadKind::Deployment),
                None => (name.into(), WorkloadKind::ReplicaSet),
            },
            "Job" => match cron_job(name) {
                Some(name) => (name.into(), WorkloadKind::CronJob),
                None => (name.into(), WorkloadKind::Job),
            },
            "StatefulSet" => (name.into(), WorkloadKind::StatefulSet),
            "DaemonSet" => (name.into(), WorkloadKind::DaemonSet),
            _ => (self.name.clone(), WorkloadKind::Pod),
        }
    }
}

/// A Deployment adds the hash of its pods' template to the names of its ReplicaSets.
fn deployment<'a>(pod: &Pod, replica_set: &'a str) -> Option<&'a str> {
    let hash = pod.labels.get("pod-template-hash")?;
    replica_set.strip_suffix(hash.as_str())?.strip_suffix('-')
}

/// A CronJob adds the minute, counted from 1970, to the names of its Jobs.
fn cron_job(job: &str) -> Option<&str> {
    let (name, minute) = job.rsplit_once('-')?;
    let counted = (8..=10).contains(&minute.len()) && minute.bytes().all(|b| b.is_ascii_digit());
    counted.then_some(name)
}

fn common<'a>(mut all: impl Iterator<Item = &'a Labels>) -> Labels {
    let mut common = all.next().cloned().unwrap_or_default();
    for labels in all {
        common.retain(|key, value| labels.get(key) == Some(value));
    }
    common
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<_> = items.collect();
    items.sort();
    items.dedup();
    items
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn pod(name: &str, owner: Value, with: Value) -> Pod {
        let mut object = json!({
            "metadata": {"name": name, "namespace": "default", "labels": {}, "annotations": {}},
            "spec": {"containers": [{"name": "app", "ports": [{"containerPort": 9080}]}]},
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
        });
        if !owner.is_null() {
            object["metadata"]["ownerReferences"] = json!([owner]);
        }
        for (pointer, value) in with.as_object().into_iter().flatten() {
            *object.pointer_mut(pointer).unwrap() = value.clone();
        }
        Pod::read(&object).unwrap()
    }

    fn owner(kind: &str, name: &str) -> Value {
        json!({"kind": kind, "name": name, "controller": true})
    }

    #[test]
    fn a_workload_is_named_as_people_name_it() {
        let hashed = json!({"/metadata/labels": {"pod-template-hash": "7d4"}});
        for (owner, with, name, kind) in [
            (
                owner("ReplicaSet", "reviews-v1-7d4"),
                hashed.clone(),
                "reviews-v1",
                WorkloadKind::Deployment,
            ),
            (
                owner("ReplicaSet", "alone"),
                json!({}),
                "alone",
                WorkloadKind::ReplicaSet,
            ),
            (
                owner("StatefulSet", "db"),
                json!({}),
                "db",
                WorkloadKind::StatefulSet,
            ),
            (
                owner("DaemonSet", "agent"),
                json!({}),
                "agent",
                WorkloadKind::DaemonSet,
            ),
            (
                owner("Job", "import"),
                json!({}),
                "import",
                WorkloadKind::Job,
            ),
            (
                owner("Job", "cron-29381290"),
                json!({}),
                "cron",
                WorkloadKind::CronJob,
            ),
            (owner("Node", "n1"), json!({}), "p", WorkloadKind::Pod),
            (Value::Null, json!({}), "p", WorkloadKind::Pod),
        ] {
            let workloads = group([pod("p", owner, with)].iter());
            assert_eq!(
                (workloads[0].name.as_str(), workloads[0].kind),
                (name, kind)
            );
        }
    }

    #[test]
    fn pods_of_one_workload_are_counted_together() {
        let proxied = json!({
            "/metadata/labels": {"app": "db", "n": "0", "security.istio.io/tlsMode": "istio"},
            "/spec/containers": [
                {"name": "app", "ports": [{"containerPort": 9080}]},
                {"name": "istio-proxy", "image": "istio/proxyv2:1.27.1", "ports": [{"containerPort": 15090}]},
            ],
        });
        let bare = json!({
            "/metadata/labels": {"app": "db", "n": "1"},
            "/status/conditions": [{"type": "Ready", "status": "False"}],
        });
        let ended = json!({"/status/phase": "Succeeded"});
        let set = || owner("StatefulSet", "db");
        let pods = [
            pod("db-0", set(), proxied),
            pod("db-1", set(), bare),
            pod("db-2", set(), ended),
        ];
        let expected = Workload {
            namespace: "default".into(),
            name: "db".into(),
            kind: WorkloadKind::StatefulSet,
            ready: 1,
            total: 2,
            labels: Labels::from([("app".into(), "db".into())]),
            annotations: Labels::new(),
            service_account: "default".into(),
            sidecar: Sidecar::Some,
            proxy_versions: vec!["1.27.1".into()],
            ports: pods[1].containers[0].ports.clone(),
        };
        assert_eq!(group(pods.iter()), [expected]);
    }
}
