//! A site as one intent sees it, and whose objects it makes there.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashSet},
};

use mesh::{
    Finding, Labels, Level, Manifest, Namespace, Ours, ResourceKey, ResourceKind, carries,
    mtls::Mode,
};
use serde::Serialize;

use crate::{
    CloudName, Digest, Facts, IntentName, PolicyFact, RuleFact, ServiceFact, WorkloadFact,
};

/// The label that names the intent of an object.
pub const INTENT: &str = "assent/intent";

/// Whose objects an intent makes: their names and labels come from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// This installation of Assent.
    pub installation: String,
    /// The cloud.
    pub cloud: CloudName,
    /// The intent.
    pub intent: IntentName,
}

impl Owner {
    /// The labels that its objects carry, and nobody else's do.
    pub fn labels(&self) -> Labels {
        Labels::from([
            ("assent/installation".into(), self.installation.clone()),
            ("assent/cloud".into(), self.cloud.to_string()),
            (INTENT.into(), self.intent.to_string()),
        ])
    }

    /// Its objects among all of a site: those in the namespaces of its cloud.
    pub fn ours(&self, namespaces: &[Namespace]) -> Ours {
        Ours::within(namespaces.iter().cloned(), self.labels())
    }

    /// What an object of it is called: `<intent>[-<part>]-<8 digits>`. The digits keep installations and clouds
    /// apart.
    pub fn object_name(&self, part: Option<&str>) -> String {
        let Self {
            installation,
            cloud,
            intent,
        } = self;
        // Neither cloud nor intent holds a line end, so no two owners read alike.
        let digest = Digest::of(format!("{installation}\n{cloud}\n{intent}"));
        let digits = digest.short();
        match part {
            Some(part) => format!("{intent}-{part}-{digits}"),
            None => format!("{intent}-{digits}"),
        }
    }
}

/// A site as one intent sees it. Remembers which facts were looked up, so that they can be kept.
pub struct Place<'a> {
    facts: &'a Facts,
    owner: &'a Owner,
    read: RefCell<BTreeSet<Read>>,
    /// The accounts and namespaces of the site, since many may be asked for.
    accounts: HashSet<&'a str>,
    namespaces: HashSet<&'a str>,
}

/// A fact that was looked up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Read {
    Service(String),
    Workload(String),
    Account(String),
    Namespace(String),
    Mode(String),
    Root,
    TrustDomain,
}

impl<'a> Place<'a> {
    /// The site of these facts, for the objects of this owner.
    pub fn at(facts: &'a Facts, owner: &'a Owner) -> Self {
        Self {
            facts,
            owner,
            read: RefCell::default(),
            accounts: facts.accounts.iter().map(String::as_str).collect(),
            namespaces: facts
                .namespaces
                .iter()
                .chain(&facts.others)
                .map(String::as_str)
                .collect(),
        }
    }

    /// A service of the cloud, by `namespace/name`, or a finding beside the field that names it.
    pub fn service(&self, field: &str, name: &str) -> Result<&'a ServiceFact, Vec<Finding>> {
        self.look(Read::Service(name.into()));
        self.facts.service(name).ok_or_else(|| {
            let says = format!("There is no service {name} in the namespaces of this cloud.");
            vec![self.error("service_unknown", field, says, "Choose one that is there.")]
        })
    }

    /// A workload of the cloud, by `namespace/name`, or a finding beside the field that names it.
    pub fn workload(&self, field: &str, name: &str) -> Result<&'a WorkloadFact, Vec<Finding>> {
        self.look(Read::Workload(name.into()));
        self.facts.workload(name).ok_or_else(|| {
            let says = format!("There is no workload {name} in the namespaces of this cloud.");
            vec![self.error("workload_unknown", field, says, "Choose one that is there.")]
        })
    }

    /// A namespace of the cloud, or a finding beside the field that names it.
    pub fn namespace(&self, field: &str, name: &str) -> Result<&'a str, Vec<Finding>> {
        self.look(Read::Namespace(name.into()));
        let found = self.facts.namespaces.iter().find(|known| *known == name);
        found.map(String::as_str).ok_or_else(|| {
            let says = format!("There is no namespace {name} in this cloud.");
            vec![self.error(
                "namespace_unknown",
                field,
                says,
                "Choose one of the cloud's.",
            )]
        })
    }

    /// The workloads of a namespace that carry all of these labels.
    pub fn workloads(&self, namespace: &str, labels: &Labels) -> Vec<&'a WorkloadFact> {
        let all = self.facts.workloads.iter();
        let found =
            all.filter(|workload| workload.namespace == namespace && workload.carries(labels));
        found
            .inspect(|workload| self.look(Read::Workload(workload.to_string())))
            .collect()
    }

    /// What policies for all of a namespace, or for the mesh, make it accept; none if it cannot be told.
    pub fn mode_of(&self, namespace: &str) -> Option<Mode> {
        self.look(Read::Mode(namespace.into()));
        self.facts.modes.get(namespace).copied()
    }

    /// The policies of others that decide about calls to a service as well. Not remembered as looked up: no
    /// object is made from them.
    pub fn deciding(&self, service: &str) -> impl Iterator<Item = &'a PolicyFact> {
        let ours = self.owner.labels();
        let all = self.facts.deciding.get(service).into_iter().flatten();
        all.filter(move |policy| !carries(&policy.labels, &ours))
    }

    /// The services that choose pods which this one chooses too. Not remembered as looked up: no object is made from
    /// them, as from those below.
    pub fn beside(&self, service: &ServiceFact) -> Vec<&'a ServiceFact> {
        let mut others = self.services_of(&service.namespace);
        others.retain(|other| service.beside.contains(&other.name));
        others
    }

    /// The services that choose the pods of a workload.
    pub fn before(&self, workload: &WorkloadFact) -> Vec<&'a ServiceFact> {
        let mut services = self.services_of(&workload.namespace);
        services.retain(|service| workload.carries(&service.selector));
        services
    }

    /// The services of a namespace that choose pods.
    pub fn services_of(&self, namespace: &str) -> Vec<&'a ServiceFact> {
        let all = self.facts.services.iter();
        all.filter(|service| service.namespace == namespace && !service.selector.is_empty())
            .collect()
    }

    /// The DestinationRules of others.
    pub fn rules(&self) -> impl Iterator<Item = &'a RuleFact> {
        let ours = self.owner.labels();
        let all = self.facts.rules.iter();
        all.filter(move |rule| !carries(&rule.labels, &ours))
    }

    /// The rule of others by which clients call a host of a namespace, if it decides anything. The first namespace
    /// that has one for the host counts, and of it the most specific (Istio: DestinationRule, lookup).
    pub fn rule_for(&self, namespace: &str, host: &str) -> Option<&'a RuleFact> {
        for place in [namespace, &self.facts.root] {
            let mut near = self
                .rules()
                .filter(|rule| rule.namespace == place && rule.covers(host));
            let Some(first) = near.next() else {
                continue;
            };
            let mut alike =
                std::iter::once(first).chain(near.filter(|rule| rule.host == first.host));
            let decides = alike.find(|rule| rule.decides);
            return decides.filter(|rule| place == namespace || rule.public);
        }
        None
    }

    /// Whether a service account is on the site, by `namespace/name`.
    pub fn has_account(&self, name: &str) -> bool {
        self.look(Read::Account(name.into()));
        self.accounts.contains(name)
    }

    /// Whether a namespace is on the site, of the cloud or not.
    pub fn has_namespace(&self, name: &str) -> bool {
        self.look(Read::Namespace(name.into()));
        self.namespaces.contains(name)
    }

    /// The namespace whose policies reach the whole mesh.
    pub fn root(&self) -> &'a str {
        self.look(Read::Root);
        &self.facts.root
    }

    /// What a service account, as `namespace/name`, proves to be: an identity without `spiffe://`.
    pub fn principal(&self, account: &str) -> String {
        self.look(Read::TrustDomain);
        let (namespace, name) = account.split_once('/').unwrap_or(("default", account));
        format!("{}/ns/{namespace}/sa/{name}", self.facts.trust_domain)
    }

    /// Finds something about a field of the form on this site.
    pub fn finding(
        &self,
        level: Level,
        code: &'static str,
        field: impl Into<String>,
        says: impl Into<String>,
        todo: impl Into<String>,
    ) -> Finding {
        Finding {
            sites: vec![self.facts.site.clone()],
            ..Finding::field(level, code, field, says, todo)
        }
    }

    /// An object of the owner. Several of one kind in one namespace need different parts, of at most 13 letters.
    pub fn manifest(
        &self,
        kind: ResourceKind,
        namespace: &str,
        part: Option<&str>,
        spec: &impl Serialize,
    ) -> Manifest {
        let key = ResourceKey::new(kind, namespace, self.owner.object_name(part));
        Manifest::new(key, self.owner.labels(), spec)
    }

    /// The facts that were looked up, and none else.
    pub fn used(self) -> Facts {
        let read = self.read.into_inner();
        let all = self.facts;
        let when = |wanted: Read, text: &str| match read.contains(&wanted) {
            true => text.into(),
            false => String::new(),
        };
        let namespace = |name: &&String| read.contains(&Read::Namespace((*name).clone()));
        let mode = |(name, _): &(&String, &Mode)| read.contains(&Read::Mode((*name).clone()));
        let service = |service: &&ServiceFact| read.contains(&Read::Service(service.to_string()));
        let workload =
            |workload: &&WorkloadFact| read.contains(&Read::Workload(workload.to_string()));
        let account = |name: &&String| read.contains(&Read::Account((*name).clone()));
        Facts {
            site: all.site.clone(),
            root: when(Read::Root, &all.root),
            trust_domain: when(Read::TrustDomain, &all.trust_domain),
            istio: None,
            namespaces: all.namespaces.iter().filter(namespace).cloned().collect(),
            modes: all
                .modes
                .iter()
                .filter(mode)
                .map(|(name, mode)| (name.clone(), *mode))
                .collect(),
            others: all.others.iter().filter(namespace).cloned().collect(),
            services: all.services.iter().filter(service).cloned().collect(),
            workloads: all.workloads.iter().filter(workload).cloned().collect(),
            accounts: all.accounts.iter().filter(account).cloned().collect(),
            deciding: BTreeMap::new(),
            rules: Vec::new(),
        }
    }

    fn error(&self, code: &'static str, field: &str, says: String, todo: &str) -> Finding {
        self.finding(Level::Error, code, field, says, todo)
    }

    fn look(&self, fact: Read) {
        self.read.borrow_mut().insert(fact);
    }
}

#[cfg(test)]
mod tests;
