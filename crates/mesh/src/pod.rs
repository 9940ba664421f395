//! Pods.

use std::{fmt, net::IpAddr};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Container, Labels, Name, Namespace, ResourceKind, Unreadable, container,
    read::{self, Field},
};

/// A Pod: one running copy of a workload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pod {
    /// Where it is.
    pub namespace: Namespace,
    /// What it is called.
    pub name: Name,
    /// Its labels.
    pub labels: Labels,
    /// Its annotations.
    pub annotations: Labels,
    /// What it runs as.
    pub service_account: Name,
    /// Its address, once it has one.
    pub ip: Option<IpAddr>,
    /// The machine it runs on, once it has one.
    pub node: Option<String>,
    /// How far it has come.
    pub phase: Phase,
    /// Whether it takes calls.
    pub ready: bool,
    /// What made it, if something did.
    pub owner: Option<Owner>,
    /// Its containers, with those init containers that keep running.
    pub containers: Vec<Container>,
}

/// How far a pod has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is named as Kubernetes names it")]
pub enum Phase {
    Pending,
    Running,
    Succeeded,
    Failed,
    Unknown,
}

/// The controller that made a pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// What it is, such as `ReplicaSet`.
    pub kind: String,
    /// What it is called.
    pub name: String,
}

/// What a workload proves to be: an id of SPIFFE.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// Who vouches for it.
    pub trust_domain: String,
    /// Where it runs.
    pub namespace: Namespace,
    /// What it runs as.
    pub service_account: Name,
}

impl Pod {
    /// Reads a Pod as an API server sends it.
    pub fn read(object: &Value) -> Result<Self, Unreadable> {
        let key = read::key(ResourceKind::Pod, object)?;
        let says = key.to_string();
        let whole = Field::whole(&says, object);
        let (spec, status) = (whole.at("spec")?, whole.at("status")?);
        let account = spec.at("serviceAccountName")?.text()?;
        let account = account.filter(|name| !name.is_empty());
        Ok(Self {
            namespace: key.namespace,
            name: key.name,
            labels: whole.at("metadata.labels")?.texts()?,
            annotations: whole.at("metadata.annotations")?.texts()?,
            service_account: account.unwrap_or("default").into(),
            ip: ip(&status.at("podIP")?)?,
            node: spec.at("nodeName")?.text()?.map(String::from),
            phase: phase(&status.at("phase")?)?,
            ready: ready(&status.at("conditions")?)?,
            owner: owner(&whole.at("metadata.ownerReferences")?)?,
            containers: container::all(&spec, &status)?,
        })
    }

    /// Whether calls to and from it go through a proxy of the mesh.
    pub fn has_sidecar(&self) -> bool {
        let label = self.labels.get("security.istio.io/tlsMode");
        label.is_some_and(|mode| mode == "istio")
            || self.annotations.contains_key("sidecar.istio.io/status")
    }

    /// What it proves to be, in a mesh of this trust domain.
    pub fn identity(&self, trust_domain: &str) -> Identity {
        Identity {
            trust_domain: trust_domain.into(),
            namespace: self.namespace.clone(),
            service_account: self.service_account.clone(),
        }
    }

    /// The application it is part of, as its labels say.
    pub fn app(&self) -> Option<&str> {
        self.label(["app.kubernetes.io/name", "app"])
    }

    /// The version of its application, as its labels say.
    pub fn version(&self) -> Option<&str> {
        self.label(["app.kubernetes.io/version", "version"])
    }

    /// How often its containers were started again.
    pub fn restarts(&self) -> u32 {
        let restarts = self.containers.iter().map(|container| container.restarts);
        restarts.fold(0, u32::saturating_add)
    }

    /// Whether it has ended and will not run again.
    pub fn has_ended(&self) -> bool {
        matches!(self.phase, Phase::Succeeded | Phase::Failed)
    }

    fn label<'a>(&'a self, names: [&str; 2]) -> Option<&'a str> {
        let mut values = names.iter().filter_map(|name| self.labels.get(*name));
        values.next().map(String::as_str)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            trust_domain,
            namespace,
            service_account,
        } = self;
        write!(
            f,
            "spiffe://{trust_domain}/ns/{namespace}/sa/{service_account}"
        )
    }
}

fn ip(field: &Field<'_>) -> Result<Option<IpAddr>, Unreadable> {
    match field.text()? {
        None | Some("") => Ok(None),
        Some(text) => text
            .parse()
            .map(Some)
            .map_err(|_| field.wrong("should be an IP address")),
    }
}

fn phase(field: &Field<'_>) -> Result<Phase, Unreadable> {
    match field.text()? {
        None | Some("" | "Pending") => Ok(Phase::Pending),
        Some("Running") => Ok(Phase::Running),
        Some("Succeeded") => Ok(Phase::Succeeded),
        Some("Failed") => Ok(Phase::Failed),
        Some("Unknown") => Ok(Phase::Unknown),
        Some(_) => Err(field.wrong("is no phase of a Pod")),
    }
}

fn ready(conditions: &Field<'_>) -> Result<bool, Unreadable> {
    for condition in conditions.items()? {
        if condition.at("type")?.text()? == Some("Ready") {
            return Ok(condition.at("status")?.text()? == Some("True"));
        }
    }
    Ok(false)
}

fn owner(references: &Field<'_>) -> Result<Option<Owner>, Unreadable> {
    for reference in references.items()? {
        if reference.at("controller")?.flag()? {
            return Ok(Some(Owner {
                kind: reference.at("kind")?.needed()?.into(),
                name: reference.at("name")?.needed()?.into(),
            }));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{ContainerPort, Probe, ProbeAction, ProbeKind, Target, Transport};

    fn whole() -> Value {
        json!({
            "metadata": {
                "name": "reviews-v1-7d4-x", "namespace": "default",
                "labels": {"app": "reviews", "version": "v1", "security.istio.io/tlsMode": "istio"},
                "ownerReferences": [
                    {"kind": "Other", "name": "a"},
                    {"kind": "ReplicaSet", "name": "reviews-v1-7d4", "controller": true},
                ],
            },
            "spec": {
                "serviceAccountName": "bookinfo-reviews", "nodeName": "n1",
                "initContainers": [
                    {"name": "istio-init", "image": "x"},
                    {"name": "istio-proxy", "image": "docker.io/istio/proxyv2:1.27.1", "restartPolicy": "Always"},
                ],
                "containers": [{
                    "name": "reviews", "image": "host:5000/reviews",
                    "ports": [{"name": "web", "containerPort": 9080}],
                    "readinessProbe": {"httpGet": {"path": "/", "port": "web"}},
                    "livenessProbe": {"grpc": {"port": 9081}},
                }],
            },
            "status": {
                "phase": "Running", "podIP": "10.1.0.4",
                "conditions": [{"type": "Ready", "status": "True"}],
                "containerStatuses": [{"name": "reviews", "restartCount": 2}],
                "initContainerStatuses": [{"name": "istio-proxy", "restartCount": 1}],
            },
        })
    }

    #[test]
    fn a_pod_reads_as_an_api_server_sends_it() {
        let pod = Pod::read(&whole()).unwrap();
        let web = ContainerPort {
            port: 9080,
            name: "web".into(),
            transport: Transport::Tcp,
        };
        let probes = vec![
            Probe {
                kind: ProbeKind::Readiness,
                action: ProbeAction::Http(Target::Name("web".into())),
            },
            Probe {
                kind: ProbeKind::Liveness,
                action: ProbeAction::Grpc(9081),
            },
        ];
        let proxy = Container {
            name: "istio-proxy".into(),
            image: "docker.io/istio/proxyv2:1.27.1".into(),
            ports: vec![],
            probes: vec![],
            restarts: 1,
        };
        let reviews = Container {
            name: "reviews".into(),
            image: "host:5000/reviews".into(),
            ports: vec![web],
            probes,
            restarts: 2,
        };
        assert_eq!(pod.containers, [proxy, reviews]);
        assert_eq!(pod.owner.as_ref().unwrap().name, "reviews-v1-7d4");
        assert_eq!(pod.ip, Some(IpAddr::from([10, 1, 0, 4])));
        assert_eq!((pod.app(), pod.version()), (Some("reviews"), Some("v1")));
        assert_eq!(
            (pod.restarts(), pod.ready, pod.has_sidecar()),
            (3, true, true)
        );
        assert_eq!(
            pod.identity("cluster.local").to_string(),
            "spiffe://cluster.local/ns/default/sa/bookinfo-reviews"
        );
    }

    #[test]
    fn the_smallest_pod_runs_as_default_and_has_no_sidecar() {
        let pod = Pod::read(&json!({"metadata": {"name": "a", "namespace": "b"}})).unwrap();
        assert_eq!(pod.service_account.as_str(), "default");
        assert!(!pod.has_sidecar() && !pod.ready && pod.containers.is_empty());
    }

    #[test]
    fn a_malformed_pod_is_refused_by_field() {
        for (at, value, field) in [
            ("/status/podIP", json!("nowhere"), "status.podIP"),
            ("/status/phase", json!("Dancing"), "status.phase"),
            (
                "/spec/containers/0/ports/0/containerPort",
                json!(0),
                "spec.containers[0].ports[0].containerPort",
            ),
            ("/metadata/labels/app", json!(1), "metadata.labels.app"),
            ("/spec", json!([]), "spec"),
        ] {
            let mut object = whole();
            *object.pointer_mut(at).unwrap() = value;
            assert_eq!(Pod::read(&object).unwrap_err().field, field);
        }
    }
}
