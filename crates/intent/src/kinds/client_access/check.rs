//! What is wrong or worth knowing about client access on a site.

use mesh::{Finding, Level, mtls::Mode, resources::AuthorizationAction};

use super::{
    super::words::{and, or, short, without_sidecar},
    Access, ClientAccess, Rule, says, sorted,
};
use crate::{Place, PortFact, ServiceFact};

pub(super) fn check(intent: &ClientAccess, at: &Place<'_>, server: &ServiceFact) -> Vec<Finding> {
    let mut findings = identity(intent, at, server);
    findings.extend(others(intent, at));
    for (row, rule) in intent.counted() {
        findings.extend(unknown_callers(at, row, rule));
        findings.extend(http(at, server, row, rule));
        findings.extend(grpc(at, server, row, rule));
        findings.extend(said_already(intent, at, row, rule));
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
    match server.accepts {
        Some(Mode::Disabled) if listed && bare < pods => {
            let says = format!(
                "{name} accepts plaintext only, where callers have no identity: no rule can ever let anybody in."
            );
            let todo = "Let it accept mutual TLS first.";
            find(Level::Error, "identity_needs_mtls", says, todo);
        }
        Some(Mode::Permissive) if listed && bare == 0 => {
            let says = format!(
                "{name} accepts plaintext too; callers that send it have no identity and are refused."
            );
            let todo = "Make sure that all callers have sidecars.";
            find(Level::Warning, "plaintext_refused", says, todo);
        }
        Some(Mode::Disabled | Mode::Permissive | Mode::Strict) | None => {}
    }
    findings
}

/// Policies that allow add up, and one that denies wins (Istio: AuthorizationPolicy, evaluation order).
fn others(intent: &ClientAccess, at: &Place<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |level, code, says: String, todo: &str| {
        findings.push(at.finding(level, code, "service", says, todo));
    };
    for policy in says::allowing(intent, at) {
        let says = format!("AuthorizationPolicy {} lets callers in as well.", policy.policy);
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

fn unknown_callers(at: &Place<'_>, row: usize, rule: &Rule) -> Vec<Finding> {
    let accounts = rule
        .accounts
        .iter()
        .filter(|account| !at.has_account(account));
    let accounts = accounts.map(|account| {
        let says = format!(
            "No pod runs as {account} here; rule {} lets nobody in by it.",
            row + 1
        );
        ("account_unknown", format!("rules.{row}.accounts"), says)
    });
    let namespaces = rule
        .namespaces
        .iter()
        .filter(|name| !at.has_namespace(name));
    let namespaces = namespaces.map(|name| {
        let says = format!(
            "There is no namespace {name} here; rule {} lets nobody in by it.",
            row + 1
        );
        ("namespace_unknown", format!("rules.{row}.namespaces"), says)
    });
    accounts
        .chain(namespaces)
        .map(|(code, field, says)| {
            at.finding(
                Level::Warning,
                code,
                field,
                says,
                "Check how it is written.",
            )
        })
        .collect()
}

/// On a port without HTTP, Istio leaves out a whole rule that has methods or paths.
fn http(at: &Place<'_>, server: &ServiceFact, row: usize, rule: &Rule) -> Option<Finding> {
    let field = rule.needs_http()?;
    let those = |http| server.ports.iter().filter(move |port| port.http == http);
    let (never, open) = (those(Some(false)).count(), those(None).count());
    let (name, rule, field) = (&server.name, row + 1, format!("rules.{row}.{field}"));
    let todo =
        "Leave methods and paths empty, or say by the name of the port that it carries HTTP.";
    if never > 0 && never == server.ports.len() {
        let says = format!(
            "{name} speaks no HTTP on {}: Istio leaves out rule {rule} as a whole, and whom it names is refused.",
            ports(those(Some(false)))
        );
        return Some(at.finding(Level::Error, "needs_http", field, says, todo));
    }
    if never > 0 {
        let says = format!(
            "{name} speaks no HTTP on {}: there, rule {rule} lets nobody in.",
            ports(those(Some(false)))
        );
        return Some(at.finding(Level::Warning, "needs_http", field, says, todo));
    }
    let says = format!(
        "Istio finds out from the first bytes whether it is HTTP on {}: if it is not, rule {rule} lets nobody in.",
        ports(those(None))
    );
    (open > 0).then(|| at.finding(Level::Note, "http_not_declared", field, says, todo))
}

fn grpc(at: &Place<'_>, server: &ServiceFact, row: usize, rule: &Rule) -> Option<Finding> {
    let is_grpc = |port: &&PortFact| port.protocol == "gRPC";
    let count = server.ports.iter().filter(is_grpc).count();
    let others: Vec<_> = rule
        .methods
        .iter()
        .filter(|method| *method != "POST")
        .collect();
    let posts = rule.methods.iter().any(|method| method == "POST");
    let harmless = posts && count < server.ports.len();
    if count == 0 || others.is_empty() || harmless {
        return None;
    }
    let says = format!(
        "Every gRPC call is POST; {} never comes on {}.",
        or(others),
        ports(server.ports.iter().filter(is_grpc))
    );
    let todo = "Use POST, and name calls by path: /package.Service/Method.";
    let field = format!("rules.{row}.methods");
    Some(at.finding(Level::Warning, "grpc_is_post", field, says, todo))
}

/// What another rule says already.
fn said_already(intent: &ClientAccess, at: &Place<'_>, row: usize, rule: &Rule) -> Vec<Finding> {
    let note = |code, field: &str, says| {
        at.finding(Level::Note, code, format!("rules.{row}.{field}"), says, "")
    };
    let mut before = intent.counted().take(row);
    if let Some((first, _)) = before.find(|(_, other)| other.is_like(rule)) {
        let says = format!("Rule {} says the same as rule {}.", row + 1, first + 1);
        return vec![note("rule_twice", "accounts", says)];
    }
    let within = rule.accounts.iter().filter_map(|account| {
        let (namespace, _) = account.split_once('/')?;
        let mut rules = intent.counted();
        let (other, _) = rules.find(|(_, other)| {
            other.namespaces.iter().any(|name| name == namespace) && other.allows_all_of(rule)
        })?;
        let says = format!(
            "Rule {} lets in all of {namespace} already, {} with it.",
            other + 1,
            short(account)
        );
        Some(note("account_within_namespace", "accounts", says))
    });
    within.collect()
}

impl Rule {
    fn is_like(&self, other: &Self) -> bool {
        let lists = |rule: &Self| {
            [&rule.accounts, &rule.namespaces, &rule.methods, &rule.paths].map(|list| sorted(list))
        };
        lists(self) == lists(other)
    }

    /// Whether it lets do all that another rule does, whoever may.
    fn allows_all_of(&self, other: &Self) -> bool {
        let covers = |own: &[String], others: &[String]| {
            own.is_empty() || !others.is_empty() && others.iter().all(|one| own.contains(one))
        };
        covers(&self.methods, &other.methods) && covers(&self.paths, &other.paths)
    }
}

/// Ports with what is spoken there: "ports 80 (HTTP) and 90 (TCP)".
fn ports<'a>(ports: impl Iterator<Item = &'a PortFact>) -> String {
    let ports: Vec<_> = ports
        .map(|port| format!("{} ({})", port.port, port.protocol))
        .collect();
    let noun = if ports.len() == 1 { "port" } else { "ports" };
    format!("{noun} {}", and(ports))
}
