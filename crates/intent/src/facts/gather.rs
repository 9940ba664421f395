//! Gathers facts from what was observed.

use std::collections::{BTreeMap, BTreeSet};

use mesh::{
    Labels, Name, Namespace, ResourceKind, Service, Sidecar, Snapshot, Target, Transport, Workload,
    WorkloadKind,
    mtls::{Accepts, Mode, Policies},
};

mod choosing;
mod deciding;
mod telling;

use super::{Facts, PortFact, ServiceFact, WorkloadFact};

pub(super) fn facts(site: &str, snapshot: &Snapshot, namespaces: &[Namespace]) -> Facts {
    let policies = Policies::of(snapshot);
    let there: BTreeSet<&Namespace> = snapshot.namespaces().map(|(name, _)| name).collect();
    let counts =
        |name: &&Namespace| !snapshot.knows(ResourceKind::Namespace) || there.contains(name);
    let own: BTreeSet<&Namespace> = namespaces.iter().filter(counts).collect();
    let others = there.iter().filter(|name| !namespaces.contains(name));

    let services = snapshot.services();
    let services: Vec<&Service> = services
        .filter(|service| own.contains(&service.namespace))
        .collect();
    let modes = own.iter().filter_map(|namespace| {
        let mode = mode_of(&policies, namespace)?;
        Some((namespace.to_string(), mode))
    });
    Facts {
        site: site.into(),
        root: snapshot.root().to_string(),
        trust_domain: snapshot.trust_domain().into(),
        istio: snapshot.istio_version().map(String::from),
        namespaces: own.iter().map(ToString::to_string).collect(),
        modes: modes.collect(),
        others: others.map(ToString::to_string).collect(),
        deciding: deciding::of(snapshot, &policies, &services),
        rules: telling::of(snapshot, &own),
        services: services
            .iter()
            .map(|service| of_service(snapshot, &policies, service))
            .collect(),
        workloads: workloads(snapshot, &policies, &own),
        accounts: accounts(snapshot),
    }
}

/// What a workload of which no policy knows accepts: what is decided for all of its namespace.
fn mode_of(policies: &Policies<'_>, namespace: &Namespace) -> Option<Mode> {
    let unknown = Workload {
        namespace: namespace.clone(),
        name: "any".into(),
        kind: WorkloadKind::Deployment,
        ready: 0,
        total: 0,
        labels: Labels::new(),
        annotations: Labels::new(),
        service_account: "default".into(),
        sidecar: Sidecar::All,
        proxy_versions: Vec::new(),
        ports: Vec::new(),
    };
    policies.accepts(&unknown).ok().map(|accepts| accepts.mode)
}

fn of_service(snapshot: &Snapshot, policies: &Policies<'_>, service: &Service) -> ServiceFact {
    let workloads = policies.selection().behind(service);
    let carried = service.ports.iter();
    let carried = carried.filter(|port| port.transport != Transport::Udp);
    let carried: Vec<_> = carried.collect();

    let ports = carried.iter().map(|port| {
        let protocol = port.protocol();
        PortFact {
            port: port.port,
            name: port.name.clone(),
            protocol: protocol.as_str().into(),
            http: protocol.reads_http(),
            targets: targets(&workloads, &port.target),
        }
    });
    let told: Vec<Option<Accepts>> = workloads
        .iter()
        .map(|workload| policies.accepts(workload).ok())
        .collect();
    let each = || workloads.iter().zip(&told);
    let accepts = Mode::of_all(each().map(|(workload, accepts)| {
        let targets = carried
            .iter()
            .filter_map(|port| workload.port(&port.target));
        Some(together(accepts.as_ref()?, targets))
    }));
    let by_port = carried.iter().map(|port| {
        let modes = each().filter_map(|(workload, accepts)| {
            let target = workload.port(&port.target)?;
            Some(accepts.as_ref().map(|accepts| accepts.on(target).0))
        });
        (port.port, Mode::of_all(modes))
    });
    let beside = policies.selection().beside(service).into_iter();
    let bare = workloads
        .iter()
        .map(|workload| bare(snapshot, workload, |labels| service.selects(labels)));
    ServiceFact {
        namespace: service.namespace.to_string(),
        name: service.name.to_string(),
        host: service.host(),
        selector: service.selector.clone(),
        ports: ports.collect(),
        pods: workloads.iter().map(|workload| workload.total).sum(),
        bare: bare.sum(),
        accepts,
        by_port: apart(by_port, accepts),
        beside: beside.map(|other| other.name.to_string()).collect(),
    }
}

/// The ports on which something else is accepted than on all taken together.
fn apart(
    ports: impl Iterator<Item = (u16, Option<Mode>)>,
    together: Option<Mode>,
) -> BTreeMap<u16, Mode> {
    let Some(together) = together else {
        return BTreeMap::new();
    };
    let modes = ports.filter_map(|(port, mode)| Some((port, mode?)));
    modes.filter(|(_, mode)| *mode != together).collect()
}

/// The ports to which a port leads. One by number is known even before there are pods.
fn targets(workloads: &[Workload], target: &Target) -> Vec<u16> {
    let number = match target {
        Target::Number(number) => Some(*number),
        Target::Name(_) => None,
    };
    let found = workloads
        .iter()
        .filter_map(|workload| workload.port(target));
    sorted(found.chain(number))
}

fn workloads(
    snapshot: &Snapshot,
    policies: &Policies<'_>,
    namespaces: &BTreeSet<&Namespace>,
) -> Vec<WorkloadFact> {
    let mut facts: BTreeMap<(Namespace, Name), WorkloadFact> = BTreeMap::new();
    let all = snapshot.workloads().into_iter();
    for workload in all.filter(|workload| namespaces.contains(&workload.namespace)) {
        let fact = of_workload(snapshot, policies, &workload);
        // A CronJob and a Deployment may have one name; then people mean both.
        match facts.get_mut(&(workload.namespace.clone(), workload.name.clone())) {
            Some(known) => known.join(fact),
            None => {
                facts.insert((workload.namespace, workload.name), fact);
            }
        }
    }
    let carriers = choosing::Carriers::of(snapshot);
    let facts = facts.into_iter();
    facts
        .map(|((namespace, name), fact)| {
            let (selector, others) = carriers.choose(&namespace, &name, &fact.selector);
            WorkloadFact {
                selector,
                others,
                ..fact
            }
        })
        .collect()
}

fn of_workload(snapshot: &Snapshot, policies: &Policies<'_>, workload: &Workload) -> WorkloadFact {
    let carried = workload.ports.iter();
    let carried = carried.filter(|port| port.transport != Transport::Udp);
    let services = policies.selection().before(workload);
    let called = services.iter().flat_map(|service| &service.ports);
    let called = called
        .filter(|port| port.transport != Transport::Udp)
        .filter_map(|port| workload.port(&port.target));
    let ports = sorted(carried.map(|port| port.port).chain(called));

    let told = policies.accepts(workload).ok();
    let on = |port: &u16| (*port, told.as_ref().map(|accepts| accepts.on(*port).0));
    let accepts = told
        .as_ref()
        .map(|accepts| together(accepts, ports.iter().copied()));
    WorkloadFact {
        namespace: workload.namespace.to_string(),
        name: workload.name.to_string(),
        // Chosen among these once all workloads are known.
        selector: choosing::given(&workload.labels),
        others: Labels::new(),
        pods: workload.total,
        bare: bare(snapshot, workload, |_| true),
        accepts,
        by_port: apart(ports.iter().map(on), accepts),
        account: format!("{}/{}", workload.namespace, workload.service_account),
        ports,
    }
}

impl WorkloadFact {
    fn join(&mut self, other: Self) {
        self.selector
            .retain(|key, value| other.selector.get(key) == Some(value));
        let ports = sorted(self.ports.iter().chain(&other.ports).copied());
        let both = [&*self, &other];
        let accepts = Mode::of_all(both.map(|fact| fact.accepts));
        let on = |port: &u16| {
            let having = both.iter().filter(|fact| fact.ports.contains(port));
            (
                *port,
                Mode::of_all(having.map(|fact| fact.accepts_on(*port))),
            )
        };
        self.by_port = apart(ports.iter().map(on), accepts);
        self.accepts = accepts;
        self.ports = ports;
        self.pods += other.pods;
        self.bare += other.bare;
    }
}

/// What is accepted on some ports, taken together; on any, if none is named.
fn together(accepts: &Accepts, ports: impl Iterator<Item = u16>) -> Mode {
    let modes = ports.map(|port| accepts.on(port).0);
    let elsewhere = match accepts.sidecar {
        Sidecar::Some => accepts.mode.beside(Mode::Disabled),
        Sidecar::All | Sidecar::None => accepts.mode,
    };
    modes.reduce(Mode::beside).unwrap_or(elsewhere)
}

/// How many of a workload's pods with such labels have no proxy.
fn bare(snapshot: &Snapshot, workload: &Workload, counts: impl Fn(&Labels) -> bool) -> usize {
    match workload.sidecar {
        Sidecar::All => 0,
        Sidecar::None => workload.total,
        Sidecar::Some => {
            let pods = snapshot.pods().filter(|pod| {
                pod.namespace == workload.namespace && !pod.has_ended() && !pod.has_sidecar()
            });
            let is_of = |(name, kind)| name == workload.name && kind == workload.kind;
            pods.filter(|pod| is_of(pod.made_by()) && counts(&pod.labels))
                .count()
        }
    }
}

/// The accounts that exist and those that pods run as, should their objects be unread.
fn accounts(snapshot: &Snapshot) -> Vec<String> {
    let objects = snapshot.service_accounts();
    let objects = objects.map(|account| (&account.namespace, &account.name));
    let pods = snapshot.pods().filter(|pod| !pod.has_ended());
    let pods = pods.map(|pod| (&pod.namespace, &pod.service_account));
    let names: BTreeSet<_> = objects.chain(pods).collect();
    let names = names.into_iter();
    names
        .map(|(namespace, name)| format!("{namespace}/{name}"))
        .collect()
}

fn sorted(ports: impl Iterator<Item = u16>) -> Vec<u16> {
    let ports: BTreeSet<u16> = ports.collect();
    ports.into_iter().collect()
}

#[cfg(test)]
mod tests;
