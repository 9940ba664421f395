//! What follows from telling clients what to send.

use mesh::{Finding, Level, mtls, resources::TlsMode};

use super::{
    super::{
        super::words::{and, few_and, without_sidecar},
        MutualTls,
        target::{Target, named_with, own_policy},
    },
    told::Told,
};
use crate::{Place, RuleFact, facts::covers};

/// What clients are told they do, whether a pod can take it or not.
pub(super) fn fail<'a>(intent: &MutualTls, at: &Place<'a>, target: &Target<'a>) -> Vec<Finding> {
    if !intent.tells_clients() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut find = |code, says: String, todo: &str| {
        findings.push(at.finding(Level::Warning, code, "clients", says, todo));
    };
    let off = "Leave this off: by themselves, clients do what each pod can take.";
    let (bare, pods) = target.pods(at);
    if bare > 0 && sends_mutual(intent, target) {
        let who = without_sidecar(bare, pods, intent.subject());
        let says = format!("{who}; clients told to use mutual TLS fail to call there.");
        find("calls_fail", says, off);
    }
    if let Target::Namespace(namespace) = target
        && intent.mode.sent() == TlsMode::IstioMutual
    {
        let plain = plain_on(intent, at, target, namespace);
        let be = if plain.len() == 1 {
            "accepts"
        } else {
            "accept"
        };
        if !plain.is_empty() {
            let says = format!(
                "{} {be} plaintext only, whatever is decided here; clients told to use mutual TLS fail to call there.",
                and(plain)
            );
            find("calls_fail", says, off);
        }
    }
    for port in target.service_ports() {
        if !port.targets.is_empty() && intent.sent_to(port).is_none() {
            let says = format!(
                "Port {} of {} leads to ports {}, which would not accept the same; clients cannot be told both.",
                port.port,
                intent.subject(),
                and(&port.targets)
            );
            let todo = "Choose one mode for all of these ports, or leave this off.";
            find("ports_not_alike", says, todo);
        }
    }
    findings
}

/// Whether clients are told to use mutual TLS on some port.
fn sends_mutual(intent: &MutualTls, target: &Target<'_>) -> bool {
    let told = |port| intent.sent_to(port).unwrap_or(intent.mode.sent());
    let mut ports = target.service_ports().map(told).peekable();
    if ports.peek().is_none() {
        return intent.mode.sent() == TlsMode::IstioMutual;
    }
    ports.any(|sent| sent == TlsMode::IstioMutual)
}

/// The workloads of a namespace that go on accepting plaintext only, on some ports, and whose clients are told here.
fn plain_on<'a>(
    intent: &MutualTls,
    at: &Place<'a>,
    target: &Target<'a>,
    namespace: &str,
) -> Vec<String> {
    let mut own = own_policy(at, namespace);
    own.retain(|workload| {
        let services = at.before(workload);
        let told = |service| matches!(Told::of(intent, at, target, service), Told::Here);
        services.is_empty() || services.into_iter().any(told)
    });
    let own = own.iter();
    own.filter_map(|workload| {
        named_with(workload, |_, accepts| accepts == Some(mtls::Mode::Disabled))
    })
    .collect()
}

/// Of several rules for a host one counts, and nothing is merged (Istio: DestinationRule, lookup).
pub(super) fn replaced<'a>(
    intent: &MutualTls,
    at: &Place<'a>,
    target: &Target<'a>,
) -> Vec<Finding> {
    let Some(host) = intent.host(target) else {
        return Vec::new();
    };
    let namespace = target.namespace();
    let warn = |rule: &RuleFact, whom: &str| {
        let says = format!(
            "{}, for {}, no longer holds for {whom}: of several rules one counts.",
            named(rule),
            rule.host
        );
        let todo = "Leave this off, or make sure that nothing is missed of what it says.";
        at.finding(Level::Warning, "rule_replaced", "clients", says, todo)
    };
    let wider = at.rule_for(namespace, &host);
    let wider = wider.filter(|rule| rule.namespace != namespace || rule.host != host);
    let mut findings: Vec<Finding> = wider
        .into_iter()
        .map(|rule| warn(rule, intent.subject()))
        .collect();
    let within = |rule: &&RuleFact| rule.host != host && covers(&host, &rule.host);
    let (own, elsewhere): (Vec<&RuleFact>, Vec<&RuleFact>) = at
        .rules()
        .filter(within)
        .partition(|rule| rule.namespace == namespace);
    let at_root = elsewhere.into_iter().filter(|rule| {
        let holds = at.rule_for(namespace, &rule.host);
        holds.is_some_and(|holds| holds == *rule)
    });
    findings.extend(at_root.map(|rule| warn(rule, &rule.host)));
    findings.extend(narrower(at, &own));
    findings
}

fn narrower(at: &Place<'_>, rules: &[&RuleFact]) -> Option<Finding> {
    let names: Vec<String> = rules.iter().map(|rule| named(rule)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let what = match rules {
        [] => return None,
        [one] => format!("is for {} alone and holds there", one.host),
        _ => "are for narrower hosts and hold there".into(),
    };
    let says = format!("{} {what} instead of this.", few_and(&names));
    Some(at.finding(Level::Note, "rule_narrower", "clients", says, ""))
}

fn named(rule: &RuleFact) -> String {
    format!("DestinationRule {}/{}", rule.namespace, rule.name)
}
