//! What is wrong or worth knowing about mutual TLS on a site.

use mesh::{Finding, Level, mtls, resources::TlsMode};

use super::{
    super::words::{and, without_sidecar},
    Mode, MutualTls, sent_to,
    target::{Target, own_policy},
};
use crate::{Place, WorkloadFact};

pub(super) fn check(intent: &MutualTls, at: &Place<'_>, target: &Target<'_>) -> Vec<Finding> {
    let checks = [
        unknown_ports,
        selects_more,
        no_sidecar,
        plaintext_again,
        apart,
        clients,
    ];
    checks
        .iter()
        .flat_map(|check| check(intent, at, target))
        .collect()
}

/// Ports that neither the pods nor a service name. Istio takes them all the same.
fn unknown_ports(intent: &MutualTls, at: &Place<'_>, target: &Target<'_>) -> Vec<Finding> {
    let known = target.ports(at);
    if known.is_empty() {
        return Vec::new();
    }
    let unknown = intent.rows().filter(|(_, row)| !known.contains(&row.port));
    unknown
        .map(|(row, port)| {
            let (port, name) = (port.port, intent.subject());
            let says = format!("No pod of {name} is known to listen on port {port}.");
            let mut ports = target.service_ports();
            let todo = match ports.find(|(number, targets)| *number == port && !targets.is_empty()) {
                Some((_, targets)) => format!(
                    "{port} is the port of the service; name the one of the pods, to which it leads: {}.",
                    and(targets)
                ),
                None => format!("Its known ports are {}.", and(&known)),
            };
            at.finding(Level::Warning, "port_unknown", format!("ports.{row}.port"), says, todo)
        })
        .collect()
}

/// A workload's labels may be on the pods of others too.
fn selects_more(_: &MutualTls, at: &Place<'_>, target: &Target<'_>) -> Vec<Finding> {
    let Target::Workload(workload) = target else {
        return Vec::new();
    };
    let mut others = at.workloads(&workload.namespace, &workload.selector);
    others.retain(|other| other.name != workload.name);
    if others.is_empty() {
        return Vec::new();
    }
    let names = and(others.iter().map(|other| &other.name));
    let says = format!(
        "The labels of {} are also on {names}; this decides for both.",
        workload.name
    );
    let todo = "Give its pods a label of their own if that is not meant.";
    vec![at.finding(Level::Warning, "selects_more", "workload", says, todo)]
}

fn no_sidecar(intent: &MutualTls, at: &Place<'_>, target: &Target<'_>) -> Vec<Finding> {
    let mut modes = intent.rows().map(|(_, row)| row.mode);
    let strict = intent.mode == Mode::Strict || modes.any(|mode| mode == Mode::Strict);
    let (bare, pods) = target.pods(at);
    if bare == 0 || !strict {
        return Vec::new();
    }
    let whom = match (bare, pods) {
        (bare, pods) if bare == pods => "this has no effect",
        (1, _) => "for it this has no effect",
        _ => "for them this has no effect",
    };
    let says = format!("{}; {whom}.", without_sidecar(bare, pods, intent.subject()));
    let todo = "They take plaintext whatever is decided; give them sidecars.";
    vec![at.finding(Level::Warning, "no_sidecar", "mode", says, todo)]
}

fn plaintext_again(intent: &MutualTls, at: &Place<'_>, target: &Target<'_>) -> Vec<Finding> {
    if intent.mode == Mode::Strict {
        return Vec::new();
    }
    let strict = |accepts: Option<mtls::Mode>| accepts == Some(mtls::Mode::Strict);
    let says = match target {
        Target::Service(service) if strict(service.accepts) => {
            format!(
                "{} accepts mutual TLS only now; it accepts plaintext again.",
                service.name
            )
        }
        Target::Workload(workload) if strict(workload.accepts) => {
            format!(
                "{} accepts mutual TLS only now; it accepts plaintext again.",
                workload.name
            )
        }
        Target::Namespace(namespace) if at.mode_of(namespace) == Some(mtls::Mode::Strict) => {
            format!("{namespace} accepts mutual TLS only now; it accepts plaintext again.")
        }
        Target::Service(_) | Target::Workload(_) | Target::Namespace(_) => return Vec::new(),
    };
    vec![at.finding(Level::Note, "plaintext_again", "mode", says, "")]
}

/// Clients go by what is decided for the whole namespace or mesh. Where that is DISABLE they send plaintext,
/// even to what accepts mutual TLS only.
fn apart(intent: &MutualTls, at: &Place<'_>, target: &Target<'_>) -> Vec<Finding> {
    let namespace = target.namespace();
    if let Target::Namespace(_) = target {
        if intent.mode != Mode::Disable {
            return Vec::new();
        }
        let mut own = own_policy(at, namespace);
        own.retain(|workload| workload.accepts == Some(mtls::Mode::Strict));
        if own.is_empty() {
            return Vec::new();
        }
        let names = and(own.iter().map(|workload| &workload.name));
        let be = if own.len() == 1 { "accepts" } else { "accept" };
        let says = format!(
            "{names} {be} mutual TLS only, by another policy; with DISABLE for {namespace}, clients send plaintext \
             there and are refused."
        );
        let todo = "Change that policy first, or choose another mode.";
        return vec![at.finding(Level::Error, "clients_refused", "mode", says, todo)];
    }
    if intent.tells_clients() || at.mode_of(namespace) != Some(mtls::Mode::Disabled) {
        return Vec::new();
    }
    let whole = (intent.mode == Mode::Strict).then(|| "mode".to_owned());
    let rows = intent.rows().filter(|(_, row)| row.mode == Mode::Strict);
    let rows = rows.map(|(row, _)| format!("ports.{row}.mode"));
    let says = format!(
        "What is decided for all of {namespace} is DISABLE, so clients send plaintext there; {} would refuse it.",
        intent.subject()
    );
    let todo = format!("Choose another mode for all of {namespace} first.");
    whole
        .into_iter()
        .chain(rows)
        .map(|field| {
            at.finding(
                Level::Error,
                "clients_refused",
                field,
                says.clone(),
                todo.clone(),
            )
        })
        .collect()
}

/// What clients are told they do, whether a pod can take it or not.
fn clients(intent: &MutualTls, at: &Place<'_>, target: &Target<'_>) -> Vec<Finding> {
    if !intent.tells_clients() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut find = |code, says: String, todo: &str| {
        findings.push(at.finding(Level::Warning, code, "clients", says, todo));
    };
    let off = "Leave this off: by themselves, clients do what each pod can take.";
    let (bare, pods) = target.pods(at);
    if intent.mode.sent() == TlsMode::IstioMutual {
        if bare > 0 {
            let who = without_sidecar(bare, pods, intent.subject());
            find(
                "calls_fail",
                format!("{who}; clients told to use mutual TLS fail to call there."),
                off,
            );
        }
        if let Target::Namespace(namespace) = target {
            let plain = |workload: &&WorkloadFact| workload.accepts == Some(mtls::Mode::Disabled);
            let own: Vec<_> = own_policy(at, namespace)
                .into_iter()
                .filter(plain)
                .collect();
            if !own.is_empty() {
                let names = and(own.iter().map(|workload| &workload.name));
                let be = if own.len() == 1 { "accepts" } else { "accept" };
                let says = format!(
                    "{names} {be} plaintext only, by another policy; clients told to use mutual TLS fail to call \
                     there."
                );
                find("calls_fail", says, off);
            }
        }
    }
    let ports = intent.rows().map(|(_, row)| (row.port, row.mode)).collect();
    for (port, targets) in target.service_ports() {
        if !targets.is_empty() && sent_to(targets, &ports, intent.mode).is_none() {
            let says = format!(
                "Port {port} of {} leads to ports {}, which would not accept the same; clients cannot be told both.",
                intent.subject(),
                and(targets)
            );
            find(
                "ports_not_alike",
                says,
                "Choose one mode for all of these ports, or leave this off.",
            );
        }
    }
    findings
}
