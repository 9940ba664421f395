//! Client access in words.

use super::{
    super::words::{and, or, short},
    Access, ClientAccess, Rule,
};
use mesh::resources::AuthorizationAction;

use crate::{Matches, Place, PolicyFact};

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

/// What becomes of everyone else: a status, where all that is spoken is HTTP.
fn everyone_else(intent: &ClientAccess, at: &Place<'_>) -> String {
    let service = at.service("service", &intent.service).ok();
    let ports = service.map_or(&[][..], |service| &service.ports);
    let http = !ports.is_empty() && ports.iter().all(|port| port.http == Some(true));
    let refused = if http { "gets 403" } else { "is refused" };
    format!("Everyone else {refused}{}.", except(intent, at))
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
