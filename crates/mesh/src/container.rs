//! Containers of pods.

use serde::{Deserialize, Serialize};

use crate::{Target, Transport, Unreadable, read::Field};

/// A container of a pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Container {
    /// What it is called.
    pub name: String,
    /// What it runs.
    pub image: String,
    /// The ports it says it listens on.
    pub ports: Vec<ContainerPort>,
    /// How the kubelet asks whether it is well.
    pub probes: Vec<Probe>,
    /// How often it was started again.
    pub restarts: u32,
}

/// A port that a container says it listens on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ContainerPort {
    /// The number.
    pub port: u16,
    /// Its name, empty if it has none.
    pub name: String,
    /// What carries it.
    pub transport: Transport,
}

/// How the kubelet asks a container whether it is well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// What the answer is for.
    pub kind: ProbeKind,
    /// How it is asked.
    pub action: ProbeAction,
}

/// What the answer to a probe is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProbeKind {
    /// Whether it takes calls.
    Readiness,
    /// Whether it has to be started again.
    Liveness,
    /// Whether it has started.
    Startup,
}

/// How a probe asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProbeAction {
    /// By HTTP.
    Http(Target),
    /// By HTTPS.
    Https(Target),
    /// By connecting.
    Tcp(Target),
    /// By gRPC.
    Grpc(u16),
    /// By running a command inside.
    Exec,
}

impl Container {
    /// The version of its image, without what tells variants of one version apart.
    pub fn image_version(&self) -> Option<&str> {
        let (image, _) = self.image.split_once('@').unwrap_or((&self.image, ""));
        let (_, file) = image.rsplit_once('/').unwrap_or(("", image));
        let (_, tag) = file.split_once(':')?;
        let tag = tag.trim_end_matches("-distroless");
        Some(tag.trim_end_matches("-debug"))
    }
}

/// Reads the containers of a pod, with those init containers that keep running.
pub(crate) fn all(spec: &Field<'_>, status: &Field<'_>) -> Result<Vec<Container>, Unreadable> {
    let mut containers = Vec::new();
    for field in spec.at("initContainers")?.items()? {
        // This is how Kubernetes runs a sidecar that starts before the application.
        if field.at("restartPolicy")?.text()? == Some("Always") {
            containers.push(container(&field, &status.at("initContainerStatuses")?)?);
        }
    }
    for field in spec.at("containers")?.items()? {
        containers.push(container(&field, &status.at("containerStatuses")?)?);
    }
    Ok(containers)
}

fn container(field: &Field<'_>, statuses: &Field<'_>) -> Result<Container, Unreadable> {
    let name = field.at("name")?.needed()?;
    let mut restarts = 0;
    for status in statuses.items()? {
        if status.at("name")?.text()? == Some(name) {
            restarts = status.at("restartCount")?.count()?;
        }
    }
    let ports = field.at("ports")?.items()?;
    let mut probes = Vec::new();
    for (at, kind) in [
        ("readinessProbe", ProbeKind::Readiness),
        ("livenessProbe", ProbeKind::Liveness),
        ("startupProbe", ProbeKind::Startup),
    ] {
        let action = action(&field.at(at)?)?;
        probes.extend(action.map(|action| Probe { kind, action }));
    }
    Ok(Container {
        name: name.into(),
        image: field.at("image")?.text()?.unwrap_or_default().into(),
        ports: ports.iter().map(port).collect::<Result<_, _>>()?,
        probes,
        restarts,
    })
}

fn port(field: &Field<'_>) -> Result<ContainerPort, Unreadable> {
    Ok(ContainerPort {
        port: field.at("containerPort")?.port()?,
        name: field.at("name")?.text()?.unwrap_or_default().into(),
        transport: Transport::read(&field.at("protocol")?)?,
    })
}

fn action(probe: &Field<'_>) -> Result<Option<ProbeAction>, Unreadable> {
    let (http, tcp, grpc) = (
        probe.at("httpGet")?,
        probe.at("tcpSocket")?,
        probe.at("grpc")?,
    );
    let target = |field: &Field<'_>| {
        let port = field.at("port")?;
        port.target()?.ok_or_else(|| port.wrong("is missing"))
    };
    if http.is_there() {
        let action = match http.at("scheme")?.text()? {
            Some("HTTPS") => ProbeAction::Https,
            _ => ProbeAction::Http,
        };
        return Ok(Some(action(target(&http)?)));
    }
    if tcp.is_there() {
        return Ok(Some(ProbeAction::Tcp(target(&tcp)?)));
    }
    if grpc.is_there() {
        return Ok(Some(ProbeAction::Grpc(grpc.at("port")?.port()?)));
    }
    Ok(probe.at("exec")?.is_there().then_some(ProbeAction::Exec))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_an_image_is_its_tag() {
        for (image, version) in [
            ("docker.io/istio/pilot:1.27.1", Some("1.27.1")),
            ("host:5000/pilot", None),
            ("host:5000/pilot:1.26.4-distroless", Some("1.26.4")),
            ("pilot@sha256:00", None),
            ("pilot:1.27.1@sha256:00", Some("1.27.1")),
        ] {
            let container = Container {
                name: String::new(),
                image: image.into(),
                ports: vec![],
                probes: vec![],
                restarts: 0,
            };
            assert_eq!(container.image_version(), version, "{image}");
        }
    }
}
