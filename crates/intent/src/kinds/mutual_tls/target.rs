//! What mutual TLS is about, as a site knows it.

use std::collections::BTreeSet;

use mesh::{Finding, Labels, Level};

use super::{MutualTls, Scope};
use crate::{Place, ServiceFact, WorkloadFact};

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

    /// The ports of the service that it is about, each with the ports to which it leads.
    pub(super) fn service_ports(&self) -> impl Iterator<Item = (u16, &'a [u16])> + use<'a> {
        let service = match self {
            Self::Service(service) => Some(*service),
            Self::Namespace(_) | Self::Workload(_) => None,
        };
        let ports = service.into_iter().flat_map(|service| &service.ports);
        ports.map(|port| (port.port, port.targets.as_slice()))
    }

    /// The ports on which its pods are known to listen.
    pub(super) fn ports(&self, at: &Place<'a>) -> BTreeSet<u16> {
        let called = self
            .service_ports()
            .flat_map(|(_, targets)| targets)
            .copied();
        let workloads = self.workloads(at);
        let own = workloads
            .iter()
            .flat_map(|workload| &workload.ports)
            .copied();
        called.chain(own).collect()
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
    workloads.retain(|workload| {
        workload.bare == 0 && workload.accepts.is_some_and(|accepts| accepts != whole)
    });
    workloads
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
