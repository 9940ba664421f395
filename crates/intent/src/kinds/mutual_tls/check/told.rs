//! Whether what clients send will be accepted, where this intent does not tell them.

use std::collections::{BTreeMap, BTreeSet};

use mesh::{Finding, Level, mtls, resources::TlsMode};

use super::super::{
    super::words::and,
    Mode, MutualTls,
    target::{Target, named_with, own_policy},
};
use crate::{Place, PortFact, RuleFact, ServiceFact, WorkloadFact, facts::covers};

/// By what the clients of a service go.
pub(super) enum Told<'a> {
    /// By this intent.
    Here,
    /// By a rule of others.
    By(&'a RuleFact),
    /// By what they find out.
    Nowhere,
}

impl<'a> Told<'a> {
    /// By what the clients of a service will go. Of rules in one namespace the one for the narrowest host counts, and
    /// those of the service's own namespace go first.
    pub(super) fn of(
        intent: &MutualTls,
        at: &Place<'a>,
        target: &Target<'_>,
        service: &ServiceFact,
    ) -> Self {
        let rule = at.rule_for(&service.namespace, &service.host);
        let here = intent
            .host(target)
            .filter(|host| covers(host, &service.host));
        match (here, rule) {
            (Some(host), Some(rule)) => {
                let own = rule.namespace == service.namespace;
                let narrower = rule.host != host && covers(&host, &rule.host);
                if own && narrower {
                    Self::By(rule)
                } else {
                    Self::Here
                }
            }
            (Some(_), None) => Self::Here,
            (None, Some(rule)) => Self::By(rule),
            (None, None) => Self::Nowhere,
        }
    }

    /// Whether clients in all namespaces are told to use mutual TLS on a port. Whether what is told here fits is found
    /// where it is told.
    fn is_mutual(&self, port: &PortFact) -> bool {
        match self {
            Self::Here => true,
            Self::By(rule) => rule.public && rule.sends(port.port) == Some(TlsMode::IstioMutual),
            Self::Nowhere => false,
        }
    }
}

/// Clients that nobody tells go by what is decided for the whole namespace or mesh. Where that is DISABLE they send
/// plaintext, even to what accepts mutual TLS only.
pub(super) fn refused<'a>(intent: &MutualTls, at: &Place<'a>, target: &Target<'a>) -> Vec<Finding> {
    match target {
        Target::Namespace(namespace) => in_namespace(intent, at, target, namespace),
        Target::Service(_) | Target::Workload(_) => by_namespace(intent, at, target),
    }
}

/// The workloads of a namespace that go on accepting mutual TLS only, on some ports.
fn in_namespace<'a>(
    intent: &MutualTls,
    at: &Place<'a>,
    target: &Target<'a>,
    namespace: &str,
) -> Vec<Finding> {
    if intent.mode != Mode::Disable {
        return Vec::new();
    }
    let own = own_policy(at, namespace);
    let refusing = own.iter().filter_map(|workload| {
        let calls = Calls::of(intent, at, target, at.before(workload));
        named_with(workload, |port, accepts| {
            let plain = port.is_none_or(|port| calls.plain(port).unwrap_or(true));
            accepts == Some(mtls::Mode::Strict) && plain
        })
    });
    let refusing: Vec<String> = refusing.collect();
    if refusing.is_empty() {
        return Vec::new();
    }
    let be = if refusing.len() == 1 {
        "accepts"
    } else {
        "accept"
    };
    let says = format!(
        "{} {be} mutual TLS only, by another policy; with DISABLE for {namespace}, clients send plaintext there and \
         are refused.",
        and(refusing)
    );
    let todo = "Change that policy first, or choose another mode.";
    vec![at.finding(Level::Error, "clients_refused", "mode", says, todo)]
}

fn by_namespace<'a>(intent: &MutualTls, at: &Place<'a>, target: &Target<'a>) -> Vec<Finding> {
    let namespace = target.namespace();
    if at.mode_of(namespace) != Some(mtls::Mode::Disabled) {
        return Vec::new();
    }
    let calls = Calls::of(intent, at, target, target.services(at));
    let refused = |port: u16| {
        let plain = calls.plain(port).unwrap_or(!intent.tells_clients());
        intent.mode_on(port) == Mode::Strict && plain
    };
    let by_row: BTreeSet<u16> = intent.rows().map(|(_, row)| row.port).collect();
    let mut others = target.ports(at);
    others.retain(|port| !by_row.contains(port));
    let whole = if others.is_empty() && by_row.is_empty() {
        intent.mode == Mode::Strict && !intent.tells_clients()
    } else {
        others.into_iter().any(refused)
    };
    let rows = intent.rows().filter(|(_, row)| refused(row.port));
    let rows = rows.map(|(row, _)| format!("ports.{row}.mode"));
    let fields = whole.then(|| "mode".to_owned()).into_iter().chain(rows);
    let says = format!(
        "What is decided for all of {namespace} is DISABLE, so clients send plaintext there; {} would refuse it.",
        intent.subject()
    );
    let todo = format!("Choose another mode for all of {namespace} first.");
    fields
        .map(|field| at.finding(Level::Error, "clients_refused", field, &*says, &*todo))
        .collect()
}

/// How some pods are called by services.
struct Calls<'a>(Vec<(Told<'a>, &'a ServiceFact)>);

impl<'a> Calls<'a> {
    fn of(
        intent: &MutualTls,
        at: &Place<'a>,
        target: &Target<'_>,
        services: Vec<&'a ServiceFact>,
    ) -> Self {
        let services = services.into_iter();
        let calls = services.map(|service| (Told::of(intent, at, target, service), service));
        Self(calls.collect())
    }

    /// Whether some clients send plaintext to a port of the pods; none if no service leads there.
    fn plain(&self, port: u16) -> Option<bool> {
        let ports = self.0.iter().flat_map(|(told, service)| {
            let ports = service.ports.iter();
            ports.map(move |port| (told, port))
        });
        let leading = ports.filter(|(_, service_port)| service_port.targets.contains(&port));
        leading
            .map(|(told, service_port)| !told.is_mutual(service_port))
            .reduce(|one, other| one || other)
    }
}

/// Rules of others that tell clients to send what will not be accepted.
pub(super) fn otherwise<'a>(
    intent: &MutualTls,
    at: &Place<'a>,
    target: &Target<'a>,
) -> Vec<Finding> {
    let mut failing: BTreeMap<(String, &str), Vec<String>> = BTreeMap::new();
    for service in decided(at, target) {
        let Told::By(rule) = Told::of(intent, at, target, service) else {
            continue;
        };
        let mut by_words: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
        for port in &service.ports {
            if let Some(sent) = rule.sends(port.port)
                && will_fail(intent, port, sent)
            {
                by_words.entry(words(sent)).or_default().push(port.port);
            }
        }
        for (words, ports) in by_words {
            let rule = format!("{}/{}", rule.namespace, rule.name);
            let name = &service.name;
            let to = match ports.len() {
                all if all == service.ports.len() => name.clone(),
                1 => format!("port {} of {name}", ports[0]),
                _ => format!("ports {} of {name}", and(ports)),
            };
            failing.entry((rule, words)).or_default().push(to);
        }
    }
    let failing = failing.into_iter();
    failing
        .map(|((rule, words), to)| {
            let says = format!(
                "Clients are told to send {words} to {} by DestinationRule {rule}: their calls fail.",
                and(to)
            );
            let todo = "Change that rule first, or choose another mode.";
            at.finding(Level::Warning, "clients_told_otherwise", "mode", says, todo)
        })
        .collect()
}

/// The services about whose pods it decides, but for those without any sidecar, for which nothing decides.
fn decided<'a>(at: &Place<'a>, target: &Target<'a>) -> Vec<&'a ServiceFact> {
    let mut services = target.services(at);
    services.retain(|service| service.bare == 0 || service.bare < service.pods);
    if let Target::Namespace(namespace) = target {
        let own: BTreeSet<&str> = own_policy(at, namespace)
            .iter()
            .map(|workload| workload.name.as_str())
            .collect();
        let has_own = |workload: &&WorkloadFact| own.contains(workload.name.as_str());
        services.retain(|service| {
            let behind = at.workloads(namespace, &service.selector);
            behind.is_empty() || !behind.iter().all(has_own)
        });
    }
    services
}

/// Whether a call fails on some port behind a port of a service.
fn will_fail(intent: &MutualTls, port: &PortFact, sent: TlsMode) -> bool {
    let fails = |mode: Mode| match (sent, mode) {
        (TlsMode::Disable | TlsMode::Simple | TlsMode::Mutual, Mode::Strict)
        | (TlsMode::IstioMutual, Mode::Disable) => true,
        (
            TlsMode::Disable | TlsMode::Simple | TlsMode::Mutual,
            Mode::Permissive | Mode::Disable,
        )
        | (TlsMode::IstioMutual, Mode::Strict | Mode::Permissive) => false,
    };
    let mut targets = port.targets.iter();
    if port.targets.is_empty() {
        fails(intent.mode)
    } else {
        targets.any(|target| fails(intent.mode_on(*target)))
    }
}

fn words(sent: TlsMode) -> &'static str {
    match sent {
        TlsMode::Disable => "plaintext",
        TlsMode::IstioMutual => "mutual TLS",
        TlsMode::Simple | TlsMode::Mutual => "TLS of their own",
    }
}
