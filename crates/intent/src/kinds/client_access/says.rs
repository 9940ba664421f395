//! Client access in words.

use super::{
    super::words::{and, or, short},
    Access, ClientAccess, Rule,
};
use mesh::{mtls::Mode, resources::AuthorizationAction};

use crate::{Matches, Place, PolicyFact, ServiceFact};

pub(super) fn says(intent: &ClientAccess, at: &Place<'_>) -> String {
    let name = short(&intent.service);
    match intent.access {
        Access::Nobody => format!("Nobody may call {name}{}.", except(intent, at)),
        Access::Listed => {
            let rules = intent.rules.iter();
            let mut says: Vec<String> = rules.map(|rule| rule.says(name)).collect();
            says.push(everyone_else(intent, at));
            says.join(" ")
        }
    }
}

/// What becomes of everyone else: a status only where that is sure.
fn everyone_else(intent: &ClientAccess, at: &Place<'_>) -> String {
    let except = except(intent, at);
    let service = at.service("service", &intent.service).ok();
    match service.map_or(Refusal::Some, Refusal::of) {
        Refusal::Status => format!("Everyone else gets 403{except}."),
        Refusal::StatusOrReset => {
            format!("Everyone else with a sidecar gets 403{except}; plaintext is refused.")
        }
        Refusal::Some => format!("Everyone else is refused{except}."),
        Refusal::BySidecars => {
            format!("Everyone else is refused by those of its pods that have a sidecar{except}.")
        }
        Refusal::Later => {
            format!("Once its pods have sidecars, everyone else is refused{except}.")
        }
    }
}

/// How a service refuses a caller.
enum Refusal {
    /// With status 403.
    Status,
    /// With status 403 over mutual TLS, and before HTTP otherwise.
    StatusOrReset,
    /// In some way.
    Some,
    /// In some way, where a pod has a sidecar.
    BySidecars,
    /// Not at all, since no pod has a sidecar.
    Later,
}

impl Refusal {
    fn of(service: &ServiceFact) -> Self {
        let ports = &service.ports;
        let http = !ports.is_empty() && ports.iter().all(|port| port.http == Some(true));
        let accepts = |mode| service.by_port.is_empty() && service.accepts == Some(mode);
        if service.bare > 0 && service.bare == service.pods {
            Self::Later
        } else if service.bare > 0 {
            Self::BySidecars
        } else if http && accepts(Mode::Permissive) {
            Self::Status
        } else if http && accepts(Mode::Strict) {
            Self::StatusOrReset
        } else {
            Self::Some
        }
    }
}

/// Names the policies of others that let callers in as well: those that allow add up.
fn except(intent: &ClientAccess, at: &Place<'_>) -> String {
    let others = allowing(intent, at).map(|policy| short(&policy.policy).to_owned());
    match or(others) {
        others if others.is_empty() => String::new(),
        others => format!(", except callers that {others} lets in"),
    }
}

/// The policies of others that let somebody in.
pub(super) fn allowing<'a>(
    intent: &ClientAccess,
    at: &Place<'a>,
) -> impl Iterator<Item = &'a PolicyFact> {
    at.deciding(&intent.service).filter(|policy| {
        policy.action == AuthorizationAction::Allow && policy.matches == Matches::Some
    })
}

impl Rule {
    fn says(&self, service: &str) -> String {
        let accounts = self.accounts.iter().map(|account| {
            let (namespace, name) = account.split_once('/').unwrap_or(("", account));
            format!("{name} of {namespace}")
        });
        let namespaces = self.namespaces.iter();
        let namespaces = namespaces.map(|namespace| format!("every account of {namespace}"));
        let who = and(accounts.chain(namespaces));
        let mut letters = who.chars();
        let first = letters.next().map(|letter| match self.accounts.is_empty() {
            true => letter.to_ascii_uppercase(),
            false => letter,
        });
        let who: String = first.into_iter().chain(letters).collect();
        let (methods, paths) = (or(&self.methods), or(&self.paths));
        match (methods.is_empty(), paths.is_empty()) {
            (true, true) => format!("{who} may call {service}."),
            (true, false) => format!("{who} may call {paths} on {service}."),
            (false, true) => format!("{who} may {methods} everything on {service}."),
            (false, false) => format!("{who} may {methods} {paths} on {service}."),
        }
    }
}
