//! What is wrong or worth knowing about mutual TLS on a site.

use std::collections::BTreeMap;

use mesh::{Finding, Level, mtls};

use super::{
    super::words::{and, without_sidecar},
    Mode, MutualTls,
    target::Target,
};
use crate::Place;

mod clients;
mod told;

pub(super) fn check<'a>(intent: &MutualTls, at: &Place<'a>, target: &Target<'a>) -> Vec<Finding> {
    let checks = [
        unknown_ports,
        selects_more,
        no_sidecar,
        plaintext_again,
        told::refused,
        told::otherwise,
        clients::fail,
        clients::replaced,
    ];
    checks
        .iter()
        .flat_map(|check| check(intent, at, target))
        .collect()
}

/// Ports that neither the pods nor a service name. Istio takes them all the same.
fn unknown_ports<'a>(intent: &MutualTls, at: &Place<'a>, target: &Target<'a>) -> Vec<Finding> {
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
            let todo = match ports.find(|known| known.port == port && !known.targets.is_empty()) {
                Some(known) => format!(
                    "{port} is the port of the service; name the one of the pods, to which it leads: {}.",
                    and(&known.targets)
                ),
                None => format!("Its known ports are {}.", and(&known)),
            };
            at.finding(Level::Warning, "port_unknown", format!("ports.{row}.port"), says, todo)
        })
        .collect()
}

/// A workload's labels may be on the pods of others too.
fn selects_more<'a>(_: &MutualTls, at: &Place<'a>, target: &Target<'a>) -> Vec<Finding> {
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

fn no_sidecar<'a>(intent: &MutualTls, at: &Place<'a>, target: &Target<'a>) -> Vec<Finding> {
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

fn plaintext_again<'a>(intent: &MutualTls, at: &Place<'a>, target: &Target<'a>) -> Vec<Finding> {
    let strict = |accepts: Option<mtls::Mode>| accepts == Some(mtls::Mode::Strict);
    let name = intent.subject();
    let note =
        |field: String, says| vec![at.finding(Level::Note, "plaintext_again", field, says, "")];
    let now = match target {
        Target::Namespace(_) => BTreeMap::new(),
        Target::Service(_) | Target::Workload(_) => target.accepts(at),
    };
    let again = |port: &u16| intent.mode_on(*port) != Mode::Strict;
    let ports = now
        .iter()
        .filter(|(port, accepts)| strict(**accepts) && again(port));
    let ports: Vec<u16> = ports.map(|(port, _)| *port).collect();
    let unknown = now.is_empty() && intent.mode != Mode::Strict && strict(target.accepts_whole(at));
    if unknown || !ports.is_empty() && ports.len() == now.len() {
        let says = format!("{name} accepts mutual TLS only now; it accepts plaintext again.");
        return note("mode".into(), says);
    }
    let Some(first) = ports.first() else {
        return Vec::new();
    };
    let noun = if ports.len() == 1 { "port" } else { "ports" };
    let says = format!(
        "{name} accepts mutual TLS only on {noun} {} now; it accepts plaintext there again.",
        and(&ports)
    );
    let row = intent.rows().find(|(_, row)| row.port == *first);
    note(
        row.map_or("mode".into(), |(row, _)| format!("ports.{row}.mode")),
        says,
    )
}
