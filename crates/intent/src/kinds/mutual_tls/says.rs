//! Mutual TLS in words.

use std::collections::BTreeMap;

use mesh::resources::TlsMode;

use super::{super::words::and, Mode, MutualTls, Scope, target::own_policy};
use crate::Place;

pub(super) fn says(intent: &MutualTls, at: &Place<'_>) -> String {
    let (subject, mode) = (intent.subject(), intent.mode.words());
    let mut says = match intent.scope {
        Scope::Namespace => {
            let own = own_policies(intent, at);
            format!(
                "Every workload of {subject} will accept {mode}, unless a policy of its own decides{own}."
            )
        }
        Scope::Service | Scope::Workload => {
            let other = ports_by(intent, Mode::words, |row| row != intent.mode);
            let other = if other.is_empty() {
                other
            } else {
                format!(", except {other}")
            };
            format!("{subject} will accept {mode}{other}.")
        }
    };
    if intent.tells_clients() {
        let told = sent(intent.mode);
        let other = ports_by(intent, sent, |row| row.sent() != intent.mode.sent());
        let other = if other.is_empty() {
            other
        } else {
            format!(", but {other}")
        };
        says.push_str(&format!(" Clients are told to use {told}{other}."));
    }
    says
}

/// The workloads that are seen to accept something else than their namespace decides.
fn own_policies(intent: &MutualTls, at: &Place<'_>) -> String {
    let own = own_policy(at, &intent.namespace);
    if own.is_empty() {
        return String::new();
    }
    format!(
        ", as for {}",
        and(own.iter().map(|workload| &workload.name))
    )
}

/// Ports with another mode, in groups: "plaintext only on port 9090".
fn ports_by(
    intent: &MutualTls,
    words: impl Fn(Mode) -> &'static str,
    counts: impl Fn(Mode) -> bool,
) -> String {
    let mut groups: BTreeMap<Mode, Vec<u16>> = BTreeMap::new();
    for (_, row) in intent.rows().filter(|(_, row)| counts(row.mode)) {
        groups.entry(row.mode).or_default().push(row.port);
    }
    let each = groups.into_iter().map(|(mode, mut ports)| {
        ports.sort_unstable();
        let noun = if ports.len() == 1 { "port" } else { "ports" };
        format!("{} on {noun} {}", words(mode), and(ports))
    });
    and(each)
}

fn sent(mode: Mode) -> &'static str {
    match mode.sent() {
        TlsMode::Disable => "plaintext",
        TlsMode::IstioMutual | TlsMode::Mutual | TlsMode::Simple => "mutual TLS",
    }
}

impl Mode {
    /// What is accepted, after "accepts".
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Strict => "mutual TLS only",
            Self::Permissive => "mutual TLS and plaintext",
            Self::Disable => "plaintext only",
        }
    }
}
