//! What is spoken on the ports of the pods that client access is about.

use mesh::{Finding, Level};

use super::super::{
    super::words::{and, or},
    Rule,
};
use crate::{Place, PortFact, ServiceFact};

/// All ports by which the pods behind a service are called.
pub(super) struct Called<'a> {
    service: &'a ServiceFact,
    /// By the names of other services.
    others: Vec<(&'a ServiceFact, &'a PortFact)>,
}

impl<'a> Called<'a> {
    /// Looks up by which ports the pods behind a service are called.
    pub(super) fn of(at: &Place<'a>, service: &'a ServiceFact) -> Self {
        let others = at.beside(service).into_iter();
        let others = others.flat_map(|other| other.ports.iter().map(move |port| (other, port)));
        Self {
            service,
            others: others.collect(),
        }
    }

    /// On a port without HTTP, Istio leaves out a whole rule that has methods or paths.
    pub(super) fn http(&self, at: &Place<'_>, row: usize, rule: &Rule) -> Option<Finding> {
        let field = rule.needs_http()?;
        let (own, name) = (&self.service.ports, &self.service.name);
        let (rule, field) = (row + 1, format!("rules.{row}.{field}"));
        let todo =
            "Leave methods and paths empty, or say by the name of the port that it carries HTTP.";
        if !own.is_empty() && own.iter().all(|port| port.http == Some(false)) {
            let says = format!(
                "{name} speaks no HTTP on {}: Istio leaves out rule {rule} as a whole, and whom it names is refused.",
                ports(own.iter().map(spoken))
            );
            return Some(at.finding(Level::Error, "needs_http", field, says, todo));
        }
        if let Some(never) = self.on(|port| port.http == Some(false)) {
            let says =
                format!("{name} speaks no HTTP on {never}: there, rule {rule} lets nobody in.");
            return Some(at.finding(Level::Warning, "needs_http", field, says, todo));
        }
        let open = self.on(|port| port.http.is_none())?;
        let says = format!(
            "Istio finds out from the first bytes whether it is HTTP on {open}: if it is not, rule {rule} lets nobody in."
        );
        Some(at.finding(Level::Note, "http_not_declared", field, says, todo))
    }

    /// gRPC knows one method only.
    pub(super) fn grpc(&self, at: &Place<'_>, row: usize, rule: &Rule) -> Option<Finding> {
        let is_grpc = |port: &PortFact| port.protocol == "gRPC";
        let on = self.on(is_grpc)?;
        let (posts, others): (Vec<&String>, Vec<&String>) =
            rule.methods.iter().partition(|method| *method == "POST");
        let only_grpc = self.all().all(|(_, port)| is_grpc(port));
        let harmless = !posts.is_empty() && !only_grpc;
        if others.is_empty() || harmless {
            return None;
        }
        let says = format!(
            "Every gRPC call is POST; {} never comes on {on}.",
            or(others)
        );
        let todo = "Use POST, and name calls by path: /package.Service/Method.";
        let field = format!("rules.{row}.methods");
        Some(at.finding(Level::Warning, "grpc_is_post", field, says, todo))
    }

    fn all(&self) -> impl Iterator<Item = (&'a ServiceFact, &'a PortFact)> {
        let own = self.service.ports.iter().map(|port| (self.service, port));
        own.chain(self.others.iter().copied())
    }

    /// Says which ports are so, if any is; those of other services with their names.
    fn on(&self, counts: impl Fn(&PortFact) -> bool) -> Option<String> {
        let those = self.all().filter(|(_, port)| counts(port));
        let those: Vec<String> = those
            .map(|(service, port)| {
                let own = service.name == self.service.name;
                let of = if own {
                    String::new()
                } else {
                    format!(" of {}", service.name)
                };
                spoken(port) + &of
            })
            .collect();
        (!those.is_empty()).then(|| ports(those.into_iter()))
    }
}

/// A port with what is spoken there: "80 (HTTP)".
fn spoken(port: &PortFact) -> String {
    format!("{} ({})", port.port, port.protocol)
}

fn ports(ports: impl Iterator<Item = String>) -> String {
    let ports: Vec<String> = ports.collect();
    let noun = if ports.len() == 1 { "port" } else { "ports" };
    format!("{noun} {}", and(ports))
}
