//! What one site tells those who write intents: names, ports, identities.

use std::{collections::BTreeMap, fmt};

use mesh::{
    Labels, Namespace, Snapshot,
    mtls::Mode,
    resources::{AuthorizationAction, TlsMode},
};
use serde::{Deserialize, Serialize};

mod example;
mod gather;

/// The facts of one site that forms offer and kinds look up. Lists are sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The site.
    pub site: String,
    /// The namespace whose policies reach the whole mesh.
    pub root: String,
    /// Who vouches for identities in this mesh.
    pub trust_domain: String,
    /// The version of Istio; none if it is not known.
    pub istio: Option<String>,
    /// The namespaces of the cloud that are there.
    pub namespaces: Vec<String>,
    /// What policies for all of a namespace of the cloud, or for the mesh, make it accept; one of which that
    /// cannot be told is absent.
    pub modes: BTreeMap<String, Mode>,
    /// All other namespaces of the site, by name only.
    pub others: Vec<String>,
    /// The services in the namespaces of the cloud.
    pub services: Vec<ServiceFact>,
    /// The workloads in the namespaces of the cloud.
    pub workloads: Vec<WorkloadFact>,
    /// The service accounts of the site, as `namespace/name`.
    pub accounts: Vec<String>,
    /// The AuthorizationPolicies that decide about calls to a service, by its `namespace/name`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub deciding: BTreeMap<String, Vec<PolicyFact>>,
    /// The DestinationRules in the namespaces of the cloud and in the root namespace, but for those that are for
    /// some clients only. By namespace; within one, in the order in which Istio looks for a host: the most specific
    /// first, of those for one host the oldest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleFact>,
}

/// What a DestinationRule tells clients to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleFact {
    /// Where it is.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The host, by its full name; one that begins with a star stands for several.
    pub host: String,
    /// Whether it has a traffic policy; without, it leaves open how its host is called.
    pub decides: bool,
    /// What clients send; none where they find out by themselves.
    pub tls: Option<TlsMode>,
    /// The same on single ports of the service, where it says anything of them.
    pub ports: BTreeMap<u16, Option<TlsMode>>,
    /// Whether the clients of all namespaces see it.
    pub public: bool,
    /// The labels that tell whose it is.
    pub labels: Labels,
}

/// A policy that decides about calls to a service, or to some of its pods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyFact {
    /// Which one, as `namespace/name`.
    pub policy: String,
    /// What it does: `ALLOW`, `DENY` or `CUSTOM`.
    pub action: AuthorizationAction,
    /// Whether anybody can fit one of its rules.
    pub matches: Matches,
    /// The labels that tell whose it is.
    pub labels: Labels,
}

/// Whether anybody can fit a rule of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Matches {
    /// It has no rule.
    Nobody,
    /// It has some.
    Some,
}

/// A service, as far as intents need it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceFact {
    /// Where it is.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The name by which the mesh knows it.
    pub host: String,
    /// The labels by which it chooses pods; empty where somebody else chooses them.
    pub selector: Labels,
    /// Its ports, but for those of datagrams, which a mesh does not touch.
    pub ports: Vec<PortFact>,
    /// How many pods are behind it.
    pub pods: usize,
    /// How many of them have no proxy.
    pub bare: usize,
    /// What its pods accept now on its ports, taken together; none if it cannot be told or there are none.
    pub accepts: Option<Mode>,
    /// What they accept on single ports of the service, where that is something else.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_port: BTreeMap<u16, Mode>,
    /// The names of the services of its namespace that choose pods which it chooses too, or would.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<String>,
}

/// A port of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortFact {
    /// Its number at the service.
    pub port: u16,
    /// Its name; may be empty.
    pub name: String,
    /// What Istio takes it for: `mesh::Protocol` as it is shown, "HTTP".
    pub protocol: String,
    /// Whether Istio reads HTTP there: always, never, or as the first bytes tell.
    pub http: Option<bool>,
    /// Its numbers at the pods, which differ where they name it and number it differently.
    pub targets: Vec<u16>,
}

/// A workload, as far as intents need it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkloadFact {
    /// Where it is.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The labels that choose its pods: as few as tell them from those of others, and such as stay.
    pub selector: Labels,
    /// What other labels its pods share, without what Kubernetes and Istio add.
    #[serde(default, skip_serializing_if = "Labels::is_empty")]
    pub others: Labels,
    /// The ports its pods declare or a service leads to.
    pub ports: Vec<u16>,
    /// How many pods it has.
    pub pods: usize,
    /// How many of them have no proxy.
    pub bare: usize,
    /// What it accepts now on all of its ports, taken together; none if it cannot be told.
    pub accepts: Option<Mode>,
    /// What it accepts on single ports, where that is something else.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_port: BTreeMap<u16, Mode>,
    /// The account it runs as, as `namespace/name`.
    pub account: String,
}

impl Facts {
    /// Gathers the facts of a site for a cloud of these namespaces.
    pub fn of(site: &str, snapshot: &Snapshot, namespaces: &[Namespace]) -> Self {
        gather::facts(site, snapshot, namespaces)
    }

    /// A small site on which the example of every kind is fine.
    pub fn example() -> Self {
        example::facts()
    }

    /// A service, by `namespace/name`.
    pub fn service(&self, name: &str) -> Option<&ServiceFact> {
        let (namespace, name) = name.split_once('/')?;
        let mut services = self.services.iter();
        services.find(|service| service.namespace == namespace && service.name == name)
    }

    /// A workload, by `namespace/name`.
    pub fn workload(&self, name: &str) -> Option<&WorkloadFact> {
        let (namespace, name) = name.split_once('/')?;
        let mut workloads = self.workloads.iter();
        workloads.find(|workload| workload.namespace == namespace && workload.name == name)
    }
}

impl RuleFact {
    /// Whether a host, or all that it stands for, is among those that this is for.
    pub fn covers(&self, host: &str) -> bool {
        covers(&self.host, host)
    }

    /// What clients send to a port of the service; none where they find out by themselves.
    pub fn sends(&self, port: u16) -> Option<TlsMode> {
        // Istio: what is said of a port takes the place of all that is said of the host.
        self.ports.get(&port).copied().unwrap_or(self.tls)
    }
}

/// Whether a host, or all that it stands for, is among those for which another stands.
pub(crate) fn covers(all: &str, host: &str) -> bool {
    let rest = all.strip_prefix('*');
    rest.map_or(all == host, |rest| {
        host.strip_prefix('*').unwrap_or(host).ends_with(rest)
    })
}

impl ServiceFact {
    /// What its pods accept now on one of its ports.
    pub fn accepts_on(&self, port: u16) -> Option<Mode> {
        self.by_port.get(&port).copied().or(self.accepts)
    }
}

impl WorkloadFact {
    /// Whether its pods carry all of these labels.
    pub fn carries(&self, labels: &Labels) -> bool {
        let own = |key| self.selector.get(key).or_else(|| self.others.get(key));
        let mut labels = labels.iter();
        labels.all(|(key, value)| own(key) == Some(value))
    }

    /// What it accepts now on one of its ports.
    pub fn accepts_on(&self, port: u16) -> Option<Mode> {
        self.by_port.get(&port).copied().or(self.accepts)
    }
}

impl fmt::Display for ServiceFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

impl fmt::Display for WorkloadFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}
