//! What is wrong or worth knowing about client access on a site.

use mesh::{Finding, Level, mtls::Mode, resources::AuthorizationAction};

use super::{
    super::words::{and, few_or, without_sidecar},
    Access, ClientAccess, MOST_CALLERS, Rule, says,
};
use crate::{Place, PortFact, ServiceFact};

mod http;
mod said;

use http::Called;

pub(super) fn check(intent: &ClientAccess, at: &Place<'_>, server: &ServiceFact) -> Vec<Finding> {
    let mut findings = identity(intent, at, server);
    findings.extend(closed(intent, at, server));
    findings.extend(others(intent, at));
    let called = Called::of(at, server);
    let said = (intent.callers() <= MOST_CALLERS).then(|| said::Already::of(intent));
    for (row, rule) in intent.counted() {
        findings.extend(called.http(at, row, rule));
        findings.extend(called.grpc(at, row, rule));
        if let Some(said) = &said {
            findings.extend(unknown_callers(at, row, rule));
            findings.extend(said.findings(at, row));
        }
    }
    findings
}

/// Rules go by identities, which only mutual TLS proves, and only sidecars enforce them.
fn identity(intent: &ClientAccess, at: &Place<'_>, server: &ServiceFact) -> Vec<Finding> {
    let ServiceFact {
        name, bare, pods, ..
    } = server;
    let (bare, pods) = (*bare, *pods);
    let listed = intent.access == Access::Listed;
    let mut findings = Vec::new();
    let mut find = |level, code, says: String, todo: &str| {
        findings.push(at.finding(level, code, "service", says, todo));
    };
    if bare > 0 {
        let there = if bare == pods {
            "nothing is enforced"
        } else {
            "nothing is enforced there"
        };
        let says = format!("{}; {there}.", without_sidecar(bare, pods, name));
        find(Level::Warning, "no_sidecar", says, "Give them sidecars.");
    }
    let whole = |mode| server.by_port.is_empty() && server.accepts == Some(mode);
    let on = |mode| {
        let ports = server.ports.iter();
        let those: Vec<&PortFact> = ports
            .filter(|port| server.accepts_on(port.port) == Some(mode))
            .collect();
        let some = listed && !server.by_port.is_empty() && !those.is_empty();
        some.then(|| on_ports(&those))
    };
    let first = "Let it accept mutual TLS first.";
    if listed && bare < pods && whole(Mode::Disabled) {
        let says = format!(
            "{name} accepts plaintext only, where callers have no identity: no rule can ever let anybody in."
        );
        find(Level::Error, "identity_needs_mtls", says, first);
    } else if bare < pods
        && let Some(ports) = on(Mode::Disabled)
    {
        let says = format!(
            "{name} accepts plaintext only on {ports}, where callers have no identity: no rule lets anybody in there."
        );
        find(Level::Warning, "identity_needs_mtls", says, first);
    }
    let sidecars = "Make sure that all callers have sidecars.";
    if listed && bare == 0 && whole(Mode::Permissive) {
        let says = format!(
            "{name} accepts plaintext too; callers that send it have no identity and are refused."
        );
        find(Level::Warning, "plaintext_refused", says, sidecars);
    } else if bare == 0
        && let Some(ports) = on(Mode::Permissive)
    {
        let says = format!(
            "{name} accepts plaintext too on {ports}; callers that send it there have no identity and are refused."
        );
        find(Level::Warning, "plaintext_refused", says, sidecars);
    }
    findings
}

/// Once a policy allows some calls to a pod, all others are refused, by whichever name they come.
fn closed(intent: &ClientAccess, at: &Place<'_>, server: &ServiceFact) -> Option<Finding> {
    let beside = at.beside(server);
    let (names, choose, whose) = (
        and(beside.iter().map(|other| &other.name)),
        if beside.len() == 1 {
            "chooses"
        } else {
            "choose"
        },
        if beside.len() == 1 { "its" } else { "their" },
    );
    let unless = match intent.access {
        Access::Listed => " unless a rule lets them in",
        Access::Nobody => "",
    };
    let says =
        format!("{names} {choose} the same pods; {whose} callers are refused as well{unless}.");
    let todo = "Let them in too, or give the pods labels by which only this service chooses them.";
    (!beside.is_empty()).then(|| at.finding(Level::Warning, "others_closed", "service", says, todo))
}

/// Policies that allow add up, and one that denies wins (Istio: AuthorizationPolicy, evaluation order).
fn others(intent: &ClientAccess, at: &Place<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |level, code, says: String, todo: &str| {
        findings.push(at.finding(level, code, "service", says, todo));
    };
    for policy in says::allowing(intent, at) {
        let says = format!(
            "AuthorizationPolicy {} lets callers in as well.",
            policy.policy
        );
        let todo = "Remove it there if only what is said here should count.";
        find(Level::Warning, "others_allow", says, todo);
    }
    let refusing = at.deciding(&intent.service);
    for policy in refusing.filter(|policy| policy.action != AuthorizationAction::Allow) {
        let says = format!(
            "AuthorizationPolicy {} may refuse callers that are let in here.",
            policy.policy
        );
        find(Level::Note, "others_refuse", says, "Read what it refuses.");
    }
    findings
}

/// One finding for the accounts of a rule and one for its namespaces, however many there are.
fn unknown_callers(at: &Place<'_>, row: usize, rule: &Rule) -> Vec<Finding> {
    let unknown = |all: &'_ [String], known: &dyn Fn(&str) -> bool| -> Option<(String, &str)> {
        let unknown = all.iter().map(String::as_str);
        let unknown: Vec<&str> = unknown.filter(|name| !known(name)).collect();
        let them = if unknown.len() == 1 { "it" } else { "them" };
        (!unknown.is_empty()).then(|| (few_or(&unknown), them))
    };
    let find = |code, field, says| {
        let field = format!("rules.{row}.{field}");
        at.finding(
            Level::Warning,
            code,
            field,
            says,
            "Check how it is written.",
        )
    };
    let rule_number = row + 1;
    let accounts = unknown(&rule.accounts, &|name| at.has_account(name));
    let accounts = accounts.map(|(names, them)| {
        let says =
            format!("No pod runs as {names} here; rule {rule_number} lets nobody in by {them}.");
        find("account_unknown", "accounts", says)
    });
    let namespaces = unknown(&rule.namespaces, &|name| at.has_namespace(name));
    let namespaces = namespaces.map(|(names, them)| {
        let says = format!(
            "There is no namespace {names} here; rule {rule_number} lets nobody in by {them}."
        );
        find("namespace_unknown", "namespaces", says)
    });
    accounts.into_iter().chain(namespaces).collect()
}

/// Ports by number: "ports 80 and 90".
fn on_ports(ports: &[&PortFact]) -> String {
    let noun = if ports.len() == 1 { "port" } else { "ports" };
    format!("{noun} {}", and(ports.iter().map(|port| port.port)))
}
