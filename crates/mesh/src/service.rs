//! Services and service accounts.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Labels, Name, Namespace, Protocol, ResourceKind, Unreadable, key,
    read::{self, Field},
};

/// A Service: a name under which workloads are called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Where it is.
    pub namespace: Namespace,
    /// What it is called.
    pub name: Name,
    /// Its labels.
    pub labels: Labels,
    /// Its annotations.
    pub annotations: Labels,
    /// How it is reached.
    pub service_type: ServiceType,
    /// Its address inside of the cluster; none if it is headless or has no address yet.
    pub cluster_ip: Option<String>,
    /// Whether callers are given the addresses of pods.
    pub headless: bool,
    /// The labels of the pods behind it. Empty: somebody else says what is behind it.
    pub selector: Labels,
    /// Its ports, in its order.
    pub ports: Vec<ServicePort>,
}

/// How a service is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is named as Kubernetes names it")]
pub enum ServiceType {
    ClusterIP,
    NodePort,
    LoadBalancer,
    ExternalName,
}

/// A port of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServicePort {
    /// Its name, empty if it has none.
    pub name: String,
    /// The number that callers use.
    pub port: u16,
    /// What carries it.
    pub transport: Transport,
    /// What is said to be spoken on it.
    pub app_protocol: Option<String>,
    /// The port of the workload.
    pub target: Target,
}

/// What carries a port's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is named as Kubernetes names it")]
pub enum Transport {
    Tcp,
    Udp,
    Sctp,
}

/// A port by number, or by the name it has in a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// By number.
    Number(u16),
    /// By name.
    Name(String),
}

/// A ServiceAccount: what a workload may be identified as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAccount {
    /// Where it is.
    pub namespace: Namespace,
    /// What it is called.
    pub name: Name,
}

impl Service {
    /// Reads a Service as an API server sends it.
    pub fn read(object: &Value) -> Result<Self, Unreadable> {
        let key = read::key(ResourceKind::Service, object)?;
        let says = key.to_string();
        let whole = Field::whole(&says, object);
        let spec = whole.at("spec")?;
        let address = spec.at("clusterIP")?.text()?;
        let ports = spec.at("ports")?.items()?;
        Ok(Self {
            namespace: key.namespace,
            name: key.name,
            labels: whole.at("metadata.labels")?.texts()?,
            annotations: whole.at("metadata.annotations")?.texts()?,
            service_type: service_type(&spec.at("type")?)?,
            cluster_ip: address
                .filter(|address| !matches!(*address, "" | "None"))
                .map(String::from),
            headless: address == Some("None"),
            selector: spec.at("selector")?.texts()?,
            ports: ports.iter().map(port).collect::<Result<_, _>>()?,
        })
    }

    /// The name under which it is called from everywhere in the cluster.
    pub fn host(&self) -> String {
        format!("{}.{}.svc.cluster.local", self.name, self.namespace)
    }

    /// Whether a pod of its namespace with these labels is behind it.
    pub fn selects(&self, labels: &Labels) -> bool {
        !self.selector.is_empty() && key::carries(labels, &self.selector)
    }
}

impl ServicePort {
    /// The protocol that Istio takes it for.
    pub fn protocol(&self) -> Protocol {
        let app_protocol = self.app_protocol.as_deref();
        Protocol::of(self.port, &self.name, app_protocol, self.transport)
    }
}

impl ServiceAccount {
    /// Reads a ServiceAccount as an API server sends it.
    pub fn read(object: &Value) -> Result<Self, Unreadable> {
        let key = read::key(ResourceKind::ServiceAccount, object)?;
        Ok(Self {
            namespace: key.namespace,
            name: key.name,
        })
    }
}

impl Transport {
    pub(crate) fn read(field: &Field<'_>) -> Result<Self, Unreadable> {
        match field.text()? {
            None | Some("TCP") => Ok(Self::Tcp),
            Some("UDP") => Ok(Self::Udp),
            Some("SCTP") => Ok(Self::Sctp),
            Some(_) => Err(field.wrong("should be TCP, UDP or SCTP")),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

fn service_type(field: &Field<'_>) -> Result<ServiceType, Unreadable> {
    match field.text()? {
        None | Some("ClusterIP") => Ok(ServiceType::ClusterIP),
        Some("NodePort") => Ok(ServiceType::NodePort),
        Some("LoadBalancer") => Ok(ServiceType::LoadBalancer),
        Some("ExternalName") => Ok(ServiceType::ExternalName),
        Some(_) => Err(field.wrong("is no type of a Service")),
    }
}

fn port(field: &Field<'_>) -> Result<ServicePort, Unreadable> {
    let port = field.at("port")?.port()?;
    Ok(ServicePort {
        name: field.at("name")?.text()?.unwrap_or_default().into(),
        port,
        transport: Transport::read(&field.at("protocol")?)?,
        app_protocol: field.at("appProtocol")?.text()?.map(String::from),
        target: field
            .at("targetPort")?
            .target()?
            .unwrap_or(Target::Number(port)),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_service_reads_as_an_api_server_sends_it() {
        let service = Service::read(&json!({
            "metadata": {"name": "reviews", "namespace": "default", "labels": {"app": "reviews"}},
            "spec": {
                "type": "ClusterIP", "clusterIP": "10.0.0.7", "selector": {"app": "reviews"},
                "ports": [
                    {"name": "http", "port": 9080, "protocol": "TCP", "targetPort": "web"},
                    {"port": 53, "protocol": "UDP"},
                ],
            },
        }));
        let labels = Labels::from([("app".into(), "reviews".into())]);
        let expected = Service {
            namespace: "default".into(),
            name: "reviews".into(),
            labels: labels.clone(),
            annotations: Labels::new(),
            service_type: ServiceType::ClusterIP,
            cluster_ip: Some("10.0.0.7".into()),
            headless: false,
            selector: labels,
            ports: vec![
                ServicePort {
                    name: "http".into(),
                    port: 9080,
                    transport: Transport::Tcp,
                    app_protocol: None,
                    target: Target::Name("web".into()),
                },
                ServicePort {
                    name: String::new(),
                    port: 53,
                    transport: Transport::Udp,
                    app_protocol: None,
                    target: Target::Number(53),
                },
            ],
        };
        assert_eq!(expected.host(), "reviews.default.svc.cluster.local");
        assert_eq!(service, Ok(expected));
    }

    #[test]
    fn a_headless_service_has_no_address_and_an_empty_selector_selects_nothing() {
        let service = Service::read(&json!({
            "metadata": {"name": "a", "namespace": "b"}, "spec": {"clusterIP": "None"},
        }))
        .unwrap();
        assert!(service.headless);
        assert_eq!(service.cluster_ip, None);
        assert!(!service.selects(&Labels::from([("app".into(), "a".into())])));
    }

    #[test]
    fn a_malformed_service_is_refused_by_field() {
        let ports = json!([{"port": 80}, {"port": 70000}]);
        let object = json!({"metadata": {"name": "a", "namespace": "b"}, "spec": {"ports": ports}});
        assert_eq!(
            Service::read(&object).unwrap_err().field,
            "spec.ports[1].port"
        );
    }
}
