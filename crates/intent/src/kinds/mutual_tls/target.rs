//! What mutual TLS is about, as a site knows it.

use std::collections::{BTreeMap, BTreeSet};

use mesh::{Finding, Labels, Level, mtls::Mode};

use super::{super::words::and, MutualTls, Scope};
use crate::{Place, PortFact, ServiceFact, WorkloadFact};

/// What it is about, as a site knows it.
pub(super) enum Target<'a> {
    Namespace(&'a str),
    Service(&'a ServiceFact),
    Workload(&'a WorkloadFact),
}

impl<'a> Target<'a> {
    /// Finds what an intent is about, or says why that cannot be.
    pub(super) fn of(intent: &MutualTls, at: &Place<'a>) -> Result<Self, Vec<Finding>> {
        match intent.scope {
            Scope::Namespace => {
                let namespace = at.namespace("namespace", &intent.namespace)?;
                if namespace == at.root() {
                    return Err(vec![mesh_wide(at, namespace)]);
                }
                Ok(Self::Namespace(namespace))
            }
            Scope::Service => {
                let service = at.service("service", &intent.service)?;
                if service.selector.is_empty() {
                    return Err(vec![unselected(at, "service", &service.name)]);
                }
                Ok(Self::Service(service))
            }
            Scope::Workload => {
                let workload = at.workload("workload", &intent.workload)?;
                if workload.selector.is_empty() {
                    return Err(vec![unselected(at, "workload", &workload.name)]);
                }
                Ok(Self::Workload(workload))
            }
        }
    }

    pub(super) fn namespace(&self) -> &'a str {
        match self {
            Self::Namespace(namespace) => namespace,
            Self::Service(service) => &service.namespace,
            Self::Workload(workload) => &workload.namespace,
        }
    }

    pub(super) fn selector(&self) -> Option<&'a Labels> {
        match self {
            Self::Namespace(_) => None,
            Self::Service(service) => Some(&service.selector),
            Self::Workload(workload) => Some(&workload.selector),
        }
    }

    /// The ports of the service that it is about.
    pub(super) fn service_ports(&self) -> impl Iterator<Item = &'a PortFact> + use<'a> {
        let service = match self {
            Self::Service(service) => Some(*service),
            Self::Namespace(_) | Self::Workload(_) => None,
        };
        service.into_iter().flat_map(|service| &service.ports)
    }

    /// The services by which its pods are called.
    pub(super) fn services(&self, at: &Place<'a>) -> Vec<&'a ServiceFact> {
        match self {
            Self::Namespace(namespace) => at.services_of(namespace),
            Self::Service(service) => {
                let mut services = at.beside(service);
                services.insert(0, service);
                services
            }
            Self::Workload(workload) => at.before(workload),
        }
    }

    /// The ports on which its pods are known to listen.
    pub(super) fn ports(&self, at: &Place<'a>) -> BTreeSet<u16> {
        self.accepts(at).into_keys().collect()
    }

    /// What is accepted now on these ports; none where it cannot be told.
    pub(super) fn accepts(&self, at: &Place<'a>) -> BTreeMap<u16, Option<Mode>> {
        let mut all: BTreeMap<u16, Option<Mode>> = BTreeMap::new();
        if let Self::Service(service) = self {
            for port in &service.ports {
                let accepts = service.accepts_on(port.port);
                all.extend(port.targets.iter().map(|target| (*target, accepts)));
            }
        }
        let called: BTreeSet<u16> = all.keys().copied().collect();
        for workload in self.workloads(at) {
            let own = workload.ports.iter().filter(|port| !called.contains(port));
            for port in own {
                let accepts = workload.accepts_on(*port);
                let both = |known: &mut Option<Mode>| *known = Mode::of_all([*known, accepts]);
                all.entry(*port).and_modify(both).or_insert(accepts);
            }
        }
        all
    }

    /// What is accepted now on all of it, taken together; none if it cannot be told.
    pub(super) fn accepts_whole(&self, at: &Place<'a>) -> Option<Mode> {
        match self {
            Self::Namespace(namespace) => at.mode_of(namespace),
            Self::Service(service) => service.accepts,
            Self::Workload(workload) => workload.accepts,
        }
    }

    /// How many of its pods have no sidecar, and how many it has.
    pub(super) fn pods(&self, at: &Place<'a>) -> (usize, usize) {
        if let Self::Service(service) = self {
            return (service.bare, service.pods);
        }
        let workloads = self.workloads(at);
        let counts = workloads
            .iter()
            .map(|workload| (workload.bare, workload.pods));
        counts.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }

    fn workloads(&self, at: &Place<'a>) -> Vec<&'a WorkloadFact> {
        match self {
            Self::Namespace(namespace) => at.workloads(namespace, &Labels::new()),
            Self::Service(service) => at.workloads(&service.namespace, &service.selector),
            Self::Workload(workload) => vec![workload],
        }
    }
}

/// The workloads of a namespace that are seen to accept something else than is decided for all of it. What those
/// without a sidecar accept, no policy decides.
pub(super) fn own_policy<'a>(at: &Place<'a>, namespace: &str) -> Vec<&'a WorkloadFact> {
    let Some(whole) = at.mode_of(namespace) else {
        return Vec::new();
    };
    let mut workloads = at.workloads(namespace, &Labels::new());
    let differs = |accepts: &Mode| *accepts != whole;
    workloads.retain(|workload| {
        let mut accepts = workload.by_port.values().chain(&workload.accepts);
        workload.bare == 0 && accepts.any(differs)
    });
    workloads
}

/// A workload with those of its ports that count: "reviews-v1 on port 9090", without ports if all of them do. None
/// if none does. One whose ports are unknown has one, of which nothing is known but what all accept.
pub(super) fn named_with(
    workload: &WorkloadFact,
    counts: impl Fn(Option<u16>, Option<Mode>) -> bool,
) -> Option<String> {
    let (name, ports) = (&workload.name, &workload.ports);
    if ports.is_empty() {
        return counts(None, workload.accepts).then(|| name.clone());
    }
    let those = ports.iter();
    let those: Vec<&u16> = those
        .filter(|port| counts(Some(**port), workload.accepts_on(**port)))
        .collect();
    match those.len() {
        0 => None,
        all if all == ports.len() => Some(name.clone()),
        1 => Some(format!("{name} on port {}", those[0])),
        _ => Some(format!("{name} on ports {}", and(those))),
    }
}

fn mesh_wide(at: &Place<'_>, namespace: &str) -> Finding {
    let says = format!(
        "{namespace} is the root namespace: a policy for all of it reaches the whole mesh."
    );
    let todo = "Choose single services or workloads of it.";
    at.finding(Level::Error, "namespace_is_root", "namespace", says, todo)
}

fn unselected(at: &Place<'_>, field: &str, name: &str) -> Finding {
    let says = format!("{name} has no labels by which its pods could be chosen.");
    let todo = format!("Choose another {field}, or the whole namespace.");
    at.finding(Level::Error, "nothing_to_select_by", field, says, todo)
}
