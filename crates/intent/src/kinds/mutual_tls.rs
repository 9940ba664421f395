//! Which connections a namespace, a service or a workload accepts.

use std::collections::BTreeMap;

use mesh::{
    Finding, Level, Manifest, ResourceKind,
    resources::{
        ClientTls, DestinationRule, MutualTls as Written, PeerAuthentication, PeerMode, PortNumber,
        PortPolicy, TlsMode, TrafficPolicy,
    },
};
use serde::{Deserialize, Serialize};

use super::words::short;
use crate::{Choice, Field, Input, Kind, Place, PortFact};

mod check;
mod says;
mod target;

use target::Target;

/// Which connections a namespace, a service or a workload accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MutualTls {
    /// How far it reaches.
    pub scope: Scope,
    /// The namespace, where it is about a whole one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// The service, where it is about one, as `namespace/name`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub service: String,
    /// The workload, where it is about one, as `namespace/name`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub workload: String,
    /// What is accepted.
    pub mode: Mode,
    /// What is accepted on single ports instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<PortMode>,
    /// Whether clients are told what to send.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clients: bool,
}

/// How far it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// All workloads of a namespace.
    Namespace,
    /// The pods behind a service.
    Service,
    /// The pods of a workload.
    Workload,
}

/// What is accepted, as Istio writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Mode {
    /// Only mutual TLS.
    Strict,
    /// Both.
    Permissive,
    /// Only plaintext.
    Disable,
}

/// What is accepted on one port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortMode {
    /// The port of the workload.
    pub port: u16,
    /// What is accepted there.
    pub mode: Mode,
}

impl Kind for MutualTls {
    const NAME: &'static str = "mutual_tls";
    const TITLE: &'static str = "Mutual TLS";
    const PURPOSE: &'static str = "Decides whether a namespace, a service or a workload accepts mutual TLS, plaintext or both.";
    const FIELDS: &'static [Field] = FIELDS;
    const MAKES: &'static [ResourceKind] =
        &[ResourceKind::DestinationRule, ResourceKind::PeerAuthentication];

    fn example() -> Self {
        Self {
            scope: Scope::Service,
            namespace: String::new(),
            service: "default/reviews".into(),
            workload: String::new(),
            mode: Mode::Strict,
            ports: vec![PortMode {
                port: 9090,
                mode: Mode::Disable,
            }],
            clients: true,
        }
    }

    fn says(&self, at: &Place<'_>) -> String {
        says::says(self, at)
    }

    fn check(&self, at: &Place<'_>) -> Vec<Finding> {
        let target = Target::of(self, at);
        target.map_or_else(|_| Vec::new(), |target| check::check(self, at, &target))
    }

    fn compile(&self, at: &Place<'_>) -> Result<Vec<Manifest>, Vec<Finding>> {
        let target = Target::of(self, at)?;
        let ports = self.by_port(at)?;
        let namespace = target.namespace();
        let server = PeerAuthentication {
            selector: target.selector().cloned().map(Into::into),
            mtls: Some(self.mode.written()),
            port_level_mtls: ports
                .iter()
                .map(|(port, mode)| (*port, mode.written()))
                .collect(),
        };
        let kind = ResourceKind::PeerAuthentication;
        let mut manifests = vec![at.manifest(kind, namespace, None, &server)];
        if let Some(clients) = self.client_side(&target) {
            let kind = ResourceKind::DestinationRule;
            manifests.insert(0, at.manifest(kind, namespace, Some("clients"), &clients));
        }
        Ok(manifests)
    }
}

const FIELDS: &[Field] = &[
    Field::new("scope", "Applies to", "Where", Input::OneOf(SCOPES)).required(),
    Field::new("namespace", "Namespace", "Where", Input::Namespace)
        .help("Every workload in it, but for those with a policy of their own.")
        .required()
        .only("scope", &["namespace"]),
    Field::new("service", "Service", "Where", Input::Service)
        .help("All pods behind it, whichever workload they are of.")
        .required()
        .only("scope", &["service"]),
    Field::new("workload", "Workload", "Where", Input::Workload)
        .help("All pods of it.")
        .required()
        .only("scope", &["workload"]),
    Field::new("mode", "Mode", "What it accepts", Input::OneOf(MODES)).required(),
    Field::new(
        "ports",
        "Ports with another mode",
        "What it accepts",
        Input::Rows {
            one: "port",
            fields: PORTS,
        },
    )
    .help("Ports of the pods, which a service calls target ports.")
    .only("scope", &["service", "workload"]),
    Field::new("clients", "Also tell clients", "Clients", Input::Switch)
        .help(
            "Writes a DestinationRule for callers. Leave it off: with automatic mutual TLS, which is Istio's \
             default, callers find out by themselves.",
        )
        .only("scope", &["namespace", "service"]),
];

const PORTS: &[Field] = &[
    Field::new("port", "Port", "", Input::Port(&["service", "workload"])).required(),
    Field::new("mode", "Mode", "", Input::OneOf(MODES)).required(),
];

const SCOPES: &[Choice] = &[
    Choice::new("namespace", "Whole namespace"),
    Choice::new("service", "One service"),
    Choice::new("workload", "One workload"),
];

const MODES: &[Choice] = &[
    Choice::new("STRICT", "STRICT").help(
        "Accepts mesh identities only. Plaintext is refused before HTTP: a caller without a sidecar sees no status.",
    ),
    Choice::new("PERMISSIVE", "PERMISSIVE")
        .help("Accepts mutual TLS and plaintext, so that callers without a sidecar still get in."),
    Choice::new("DISABLE", "DISABLE")
        .help("Accepts plaintext only. Callers have no identity, so no rule can name them."),
];

impl MutualTls {
    /// What is accepted on which port instead. A whole namespace has no ports.
    fn by_port(&self, at: &Place<'_>) -> Result<BTreeMap<u16, Mode>, Vec<Finding>> {
        let mut ports = BTreeMap::new();
        let mut twice = Vec::new();
        for (row, PortMode { port, mode }) in self.rows() {
            if ports.insert(port, mode).is_some() {
                let (field, says) = (
                    format!("ports.{row}.port"),
                    format!("Port {port} is there twice."),
                );
                twice.push(at.finding(
                    Level::Error,
                    "port_twice",
                    field,
                    says,
                    "Remove one of the two.",
                ));
            }
        }
        if twice.is_empty() {
            Ok(ports)
        } else {
            Err(twice)
        }
    }

    fn rows(&self) -> impl Iterator<Item = (usize, PortMode)> {
        let counts = self.scope != Scope::Namespace;
        let ports = self.ports.iter().filter(move |_| counts);
        ports.cloned().enumerate()
    }

    /// Whether clients are told; those of a single workload cannot be, they call services.
    fn tells_clients(&self) -> bool {
        self.clients && self.scope != Scope::Workload
    }

    /// The host whose clients are told, if any are.
    fn host(&self, target: &Target<'_>) -> Option<String> {
        if !self.tells_clients() {
            return None;
        }
        match target {
            Target::Namespace(namespace) => Some(format!("*.{namespace}.svc.cluster.local")),
            Target::Service(service) => Some(service.host.clone()),
            Target::Workload(_) => None,
        }
    }

    /// The rule for those who call. A port that is called in another way has settings of its own.
    fn client_side(&self, target: &Target<'_>) -> Option<DestinationRule> {
        let host = self.host(target)?;
        let apart = target.service_ports().filter_map(|port| {
            let sent = self.sent_to(port)?;
            (sent != self.mode.sent()).then(|| PortPolicy {
                port: PortNumber { number: port.port },
                tls: Some(tls(sent)),
                ..PortPolicy::default()
            })
        });
        let policy = TrafficPolicy {
            tls: Some(tls(self.mode.sent())),
            port_level_settings: apart.collect(),
            ..TrafficPolicy::default()
        };
        Some(DestinationRule {
            host,
            traffic_policy: Some(policy),
            ..DestinationRule::default()
        })
    }

    /// What will be accepted on a port of the pods.
    fn mode_on(&self, port: u16) -> Mode {
        let row = self.rows().find(|(_, row)| row.port == port);
        row.map_or(self.mode, |(_, row)| row.mode)
    }

    /// What clients have to send to a port of a service; none if the ports behind it are not alike, or unknown.
    fn sent_to(&self, port: &PortFact) -> Option<TlsMode> {
        let mut sent = port.targets.iter().map(|port| self.mode_on(*port).sent());
        let first = sent.next()?;
        sent.all(|other| other == first).then_some(first)
    }

    /// What it is about, as it was written, without the namespace.
    fn subject(&self) -> &str {
        match self.scope {
            Scope::Namespace => &self.namespace,
            Scope::Service => short(&self.service),
            Scope::Workload => short(&self.workload),
        }
    }
}

impl Mode {
    fn written(self) -> Written {
        let mode = match self {
            Self::Strict => PeerMode::Strict,
            Self::Permissive => PeerMode::Permissive,
            Self::Disable => PeerMode::Disable,
        };
        Written { mode }
    }

    /// What clients have to send.
    fn sent(self) -> TlsMode {
        match self {
            Self::Strict | Self::Permissive => TlsMode::IstioMutual,
            Self::Disable => TlsMode::Disable,
        }
    }
}

fn tls(mode: TlsMode) -> ClientTls {
    ClientTls {
        mode,
        ..ClientTls::default()
    }
}

#[cfg(test)]
mod tests;
