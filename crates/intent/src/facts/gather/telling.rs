//! What DestinationRules tell clients to send.

use std::{cmp::Reverse, collections::BTreeSet};

use mesh::{
    MeshConfig, Namespace, Resource, ResourceKind, Snapshot, Time, resources::DestinationRule,
};

use super::super::RuleFact;

/// The rules in some namespaces and in the root namespace, in the order in which a host is looked for. One that
/// cannot be read is reported where the site is.
pub(super) fn of(snapshot: &Snapshot, namespaces: &BTreeSet<&Namespace>) -> Vec<RuleFact> {
    let root = snapshot.root();
    let all = snapshot.resources(ResourceKind::DestinationRule);
    let near =
        all.filter(|rule| rule.key.namespace == *root || namespaces.contains(&rule.key.namespace));
    let config = snapshot.mesh_config();
    let mut rules: Vec<(Time, RuleFact)> = near
        .filter_map(|rule| Some((rule.created, fact(rule, config)?)))
        .collect();
    rules.sort_by(|(created, one), (later, other)| {
        let place = |rule: &RuleFact| {
            let stands_for_several = rule.host.starts_with('*');
            (
                rule.namespace.clone(),
                stands_for_several,
                Reverse(rule.host.len()),
                rule.host.clone(),
            )
        };
        let age = (created, &one.name).cmp(&(later, &other.name));
        place(one).cmp(&place(other)).then(age)
    });
    rules.into_iter().map(|(_, rule)| rule).collect()
}

/// A rule for some clients only stands beside those for all; it is left out.
fn fact(rule: &Resource, config: Option<&MeshConfig>) -> Option<RuleFact> {
    let spec: DestinationRule = rule.spec().ok()?;
    if spec
        .workload_selector
        .as_ref()
        .is_some_and(|selector| !selector.is_empty())
    {
        return None;
    }
    let namespace = &rule.key.namespace;
    let everyone = |exported: &[String]| exported.iter().any(|to| to == "*");
    let public = if spec.export_to.is_empty() {
        config.is_none_or(|config| everyone(&config.default_destination_rule_export_to))
    } else {
        everyone(&spec.export_to)
    };
    let host = spec.full_host(namespace);
    let policy = spec.traffic_policy;
    let ports = policy.iter().flat_map(|policy| &policy.port_level_settings);
    let ports = ports.map(|own| (own.port.number, own.tls.as_ref().map(|tls| tls.mode)));
    Some(RuleFact {
        namespace: namespace.to_string(),
        name: rule.key.name.to_string(),
        host,
        decides: policy.is_some(),
        ports: ports.collect(),
        tls: policy
            .as_ref()
            .and_then(|policy| Some(policy.tls.as_ref()?.mode)),
        public,
        labels: rule.labels.clone(),
    })
}
