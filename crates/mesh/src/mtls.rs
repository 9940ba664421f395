//! What workloads accept: mutual TLS, plaintext or both.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    Labels, Namespace, ResourceKey, ResourceKind, Selection, Sidecar, Snapshot, Target, Transport,
    Unreadable, Workload,
    resources::{PeerAuthentication, PeerMode},
};

/// What a workload accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepts {
    /// What it accepts on every port that is not named below.
    pub mode: Mode,
    /// What decides that.
    pub by: By,
    /// How many of its pods this holds for; those without a proxy accept plaintext.
    pub sidecar: Sidecar,
    /// What it accepts on the ports that it, a service or a policy names, by number.
    pub ports: Vec<PortAccepts>,
}

/// What a workload accepts on one of its ports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortAccepts {
    /// The port of the workload, which a Service calls its target.
    pub port: u16,
    /// What it accepts there.
    pub mode: Mode,
    /// What decides that.
    pub by: By,
}

/// What is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Mode {
    /// Only plaintext.
    Disabled,
    /// Mutual TLS and plaintext.
    Permissive,
    /// Only mutual TLS.
    Strict,
}

impl Mode {
    /// What is accepted where some pods accept one and others another: both occur.
    #[must_use]
    pub fn beside(self, other: Self) -> Self {
        if self == other {
            self
        } else {
            Self::Permissive
        }
    }

    /// What is accepted by all of several; none if it cannot be told of one, or there is none.
    pub fn of_all(modes: impl IntoIterator<Item = Option<Self>>) -> Option<Self> {
        let both = |one: Option<Self>, other: Option<Self>| Some(one?.beside(other?));
        modes.into_iter().reduce(both).flatten()
    }
}

/// What decides what is accepted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum By {
    /// A PeerAuthentication.
    Policy {
        /// Which one.
        policy: ResourceKey,
        /// How far it reaches.
        scope: Scope,
    },
    /// Nothing: Istio's default.
    Default,
    /// An annotation that keeps the proxy away from this port.
    Bypass,
    /// There is no proxy that could decide.
    NoSidecar,
    /// Some pods have no proxy that could decide.
    SomeNoSidecar,
}

/// How far a PeerAuthentication reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is its own description")]
pub enum Scope {
    Mesh,
    Namespace,
    Workload,
    Port,
}

/// Why it cannot be told what a workload accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Unknown {
    /// The policies were not read yet, or may not be read.
    #[error("no PeerAuthentication has been read")]
    NotRead,
    /// A policy that may decide is there but cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// How many workloads accept what. Each is counted once, by the weakest of its ports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posture {
    /// Those that accept only mutual TLS.
    pub strict: usize,
    /// Those that accept both on some port.
    pub permissive: usize,
    /// Those that accept only plaintext on some port.
    pub disabled: usize,
    /// Those of which at least one pod has no proxy.
    pub no_sidecar: usize,
    /// Those of which it cannot be told.
    pub unknown: usize,
}

/// Counts what the workloads of some namespaces accept.
pub fn posture(snapshot: &Snapshot, namespaces: &[Namespace]) -> Posture {
    let policies = Policies::of(snapshot);
    let mut posture = Posture::default();
    for workload in snapshot.workloads() {
        if !namespaces.contains(&workload.namespace) {
            continue;
        }
        let accepts = policies.accepts(&workload);
        *match (workload.sidecar, accepts.map(|accepts| accepts.weakest())) {
            (Sidecar::None | Sidecar::Some, _) => &mut posture.no_sidecar,
            (Sidecar::All, Ok(Mode::Strict)) => &mut posture.strict,
            (Sidecar::All, Ok(Mode::Permissive)) => &mut posture.permissive,
            (Sidecar::All, Ok(Mode::Disabled)) => &mut posture.disabled,
            (Sidecar::All, Err(_)) => &mut posture.unknown,
        } += 1;
    }
    posture
}

impl Accepts {
    fn new(
        workload: &Workload,
        (mode, by): (Mode, By),
        ports: BTreeSet<u16>,
        on_port: impl Fn(u16) -> (Mode, By),
    ) -> Self {
        let ports = ports.into_iter().map(|port| {
            let (mode, by) = on_port(port);
            PortAccepts { port, mode, by }
        });
        Self {
            mode,
            by,
            sidecar: workload.sidecar,
            ports: ports.collect(),
        }
    }

    /// What its weakest port accepts, on all of its pods: those without a proxy take plaintext.
    pub fn weakest(&self) -> Mode {
        let ports = self.ports.iter().map(|port| port.mode);
        let proxied = ports.fold(self.mode, Mode::min);
        match self.sidecar {
            Sidecar::Some => proxied.beside(Mode::Disabled),
            Sidecar::All | Sidecar::None => proxied,
        }
    }

    /// What is accepted on a port of the workload, named or not, on all of its pods.
    pub fn on(&self, port: u16) -> (Mode, &By) {
        match self.sidecar {
            Sidecar::Some => {
                let (proxied, _) = self.proxied_on(port);
                (proxied.beside(Mode::Disabled), &By::SomeNoSidecar)
            }
            Sidecar::All | Sidecar::None => self.proxied_on(port),
        }
    }

    /// What is accepted on a port by those pods that have a proxy, if any has one.
    pub fn proxied_on(&self, port: u16) -> (Mode, &By) {
        let named = self.ports.iter().find(|named| named.port == port);
        named.map_or((self.mode, &self.by), |named| (named.mode, &named.by))
    }
}

/// All PeerAuthentications of a site. Made once for whoever asks about many workloads.
pub struct Policies<'a> {
    snapshot: &'a Snapshot,
    selection: Selection<'a>,
    /// Of several in one scope the oldest alone counts.
    oldest_first: Vec<(ResourceKey, Result<PeerAuthentication, Unreadable>)>,
}

impl<'a> Policies<'a> {
    /// Reads the policies of a site.
    pub fn of(snapshot: &'a Snapshot) -> Self {
        let mut all: Vec<_> = snapshot
            .resources(ResourceKind::PeerAuthentication)
            .collect();
        all.sort_by_key(|policy| (policy.created, &policy.key.name, &policy.key.namespace));
        let policies = all
            .into_iter()
            .map(|policy| (policy.key.clone(), policy.spec()));
        Self {
            snapshot,
            selection: Selection::of(snapshot),
            oldest_first: policies.collect(),
        }
    }

    /// Which pods are behind which services of the site.
    pub fn selection(&self) -> &Selection<'a> {
        &self.selection
    }

    /// Says what a workload accepts.
    pub fn accepts(&self, workload: &Workload) -> Result<Accepts, Unknown> {
        let mut numbers = ports(&self.selection, workload);
        if workload.sidecar == Sidecar::None {
            let bare = |_: u16| (Mode::Disabled, By::NoSidecar);
            return Ok(Accepts::new(
                workload,
                (Mode::Disabled, By::NoSidecar),
                numbers,
                bare,
            ));
        }
        let root = self.snapshot.root();
        let (own, in_root_namespace) = (self.within(&workload.namespace)?, self.within(root)?);
        let single = own.iter().find(|(_, spec)| spec.selects(&workload.labels));
        let namespace = if workload.namespace == *root {
            None
        } else {
            whole(&own)
        };
        let scopes = [
            (Scope::Workload, single),
            (Scope::Namespace, namespace),
            (Scope::Mesh, whole(&in_root_namespace)),
        ];
        let decided = scopes.into_iter().find_map(|(scope, policy)| {
            let (key, spec) = policy?;
            Some((mode(spec.mode())?, by(key, scope)))
        });
        let all = decided.unwrap_or((Mode::Permissive, By::Default));

        numbers.extend(
            single
                .into_iter()
                .flat_map(|(_, spec)| spec.port_level_mtls.keys()),
        );
        let on_port = |port: u16| {
            if bypasses(&workload.annotations, port) {
                return (Mode::Disabled, By::Bypass);
            }
            let entry =
                single.and_then(|(key, spec)| Some((key, spec.port_level_mtls.get(&port)?)));
            let decided =
                entry.and_then(|(key, entry)| Some((mode(entry.mode)?, by(key, Scope::Port))));
            decided.unwrap_or(all.clone())
        };
        Ok(Accepts::new(workload, all.clone(), numbers, on_port))
    }

    /// The policies of a namespace. One that cannot be read may be the one that decides.
    fn within(&self, namespace: &Namespace) -> Result<Vec<Policy<'_>>, Unknown> {
        if !self.snapshot.knows(ResourceKind::PeerAuthentication) {
            return Err(Unknown::NotRead);
        }
        let policies = self.oldest_first.iter();
        let own = policies.filter(|(key, _)| key.namespace == *namespace);
        own.map(|(key, spec)| match spec {
            Ok(spec) => Ok((key, spec)),
            Err(unreadable) => Err(unreadable.clone().into()),
        })
        .collect()
    }
}

type Policy<'a> = (&'a ResourceKey, &'a PeerAuthentication);

/// The oldest policy that is about all workloads of its scope.
fn whole<'a, 'b>(policies: &'b [Policy<'a>]) -> Option<&'b Policy<'a>> {
    policies.iter().find(|(_, spec)| spec.selects_all())
}

fn mode(written: PeerMode) -> Option<Mode> {
    match written {
        PeerMode::Unset => None,
        PeerMode::Disable => Some(Mode::Disabled),
        PeerMode::Permissive => Some(Mode::Permissive),
        PeerMode::Strict => Some(Mode::Strict),
    }
}

fn by(policy: &ResourceKey, scope: Scope) -> By {
    By::Policy {
        policy: policy.clone(),
        scope,
    }
}

/// The ports of a workload that it or a service names.
fn ports(selection: &Selection<'_>, workload: &Workload) -> BTreeSet<u16> {
    let own = workload
        .ports
        .iter()
        .filter(|port| port.transport != Transport::Udp);
    let mut ports: BTreeSet<u16> = own.map(|port| port.port).collect();
    for port in selection
        .before(workload)
        .into_iter()
        .flat_map(|service| &service.ports)
    {
        if port.transport != Transport::Udp {
            ports.extend(workload.port(&port.target));
        }
    }
    ports
}

impl Workload {
    /// The number of the port that a service means by its target.
    pub fn port(&self, target: &Target) -> Option<u16> {
        match target {
            Target::Number(port) => Some(*port),
            Target::Name(name) => {
                let mut named = self.ports.iter().filter(|port| port.name == *name);
                named.next().map(|port| port.port)
            }
        }
    }
}

/// Whether annotations keep the proxy away from a port.
fn bypasses(annotations: &Labels, port: u16) -> bool {
    let ports = |name: &str| {
        let list = annotations.get(&format!("traffic.sidecar.istio.io/{name}"))?;
        Some(list.split(',').map(str::trim).collect::<Vec<_>>())
    };
    let port = port.to_string();
    match ports("includeInboundPorts") {
        Some(included) if !included.contains(&"*") => !included.contains(&port.as_str()),
        _ => ports("excludeInboundPorts").is_some_and(|excluded| excluded.contains(&port.as_str())),
    }
}

#[cfg(test)]
mod tests;
