//! What a client can find out about the API itself.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{failure::Failure, kinds::Kind, state::State};

/// How a client asks for everything at once, and how the answer is marked.
pub(crate) const AGGREGATED: &str =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// The version of the server.
pub(crate) fn version() -> Value {
    json!({
        "major": "1",
        "minor": "34",
        "gitVersion": "v1.34.1",
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "2026-03-02T08:00:00Z",
        "goVersion": "",
        "compiler": "",
        "platform": "linux/amd64",
    })
}

/// The versions of the core group.
pub(crate) fn core() -> Value {
    json!({
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [],
    })
}

/// The named groups.
pub(crate) fn groups(state: &State) -> Value {
    let groups: Vec<Value> = by_group(state)
        .into_iter()
        .filter(|(group, _)| !group.is_empty())
        .map(|(group, versions)| described(group, &versions))
        .collect();
    json!({ "kind": "APIGroupList", "apiVersion": "v1", "groups": groups })
}

/// One named group.
pub(crate) fn group(state: &State, name: &str) -> Result<Value, Failure> {
    let mut groups = by_group(state);
    let (group, versions) = groups
        .remove_entry(name)
        .ok_or_else(Failure::no_such_page)?;
    let mut answer = described(group, &versions);
    answer["kind"] = json!("APIGroup");
    answer["apiVersion"] = json!("v1");
    Ok(answer)
}

/// What one version of a group holds.
pub(crate) fn resources(state: &State, group: &str, version: &str) -> Result<Value, Failure> {
    let resources: Vec<Value> = state
        .served()
        .filter(|kind| kind.group == group && kind.version == version)
        .map(|kind| {
            json!({
                "name": kind.plural,
                "singularName": kind.kind.to_lowercase(),
                "namespaced": kind.namespaced,
                "kind": kind.kind,
                "verbs": kind.verbs,
            })
        })
        .collect();
    match (resources.is_empty(), group) {
        (true, "") => return Err(Failure::not_of_core()),
        (true, _) => return Err(Failure::no_such_page()),
        (false, _) => {}
    }
    let mut answer = json!({
        "kind": "APIResourceList",
        "groupVersion": group_version(group, version),
        "resources": resources,
    });
    // The core group is older than the versions of such answers.
    if !group.is_empty() {
        answer["apiVersion"] = json!("v1");
    }
    Ok(answer)
}

/// Groups, versions and resources in one answer; `is_wanted` picks the groups by name.
pub(crate) fn aggregated(state: &State, is_wanted: impl Fn(&str) -> bool) -> Value {
    let items: Vec<Value> = by_group(state)
        .into_iter()
        .filter(|(group, _)| is_wanted(group))
        .map(|(group, versions)| {
            let versions: Vec<Value> = versions
                .iter()
                .map(|(version, kinds)| {
                    let resources: Vec<Value> = kinds.iter().map(|kind| summary(kind)).collect();
                    json!({ "version": version, "resources": resources, "freshness": "Current" })
                })
                .collect();
            let metadata = match group {
                "" => json!({}),
                group => json!({ "name": group }),
            };
            json!({ "metadata": metadata, "versions": versions })
        })
        .collect();
    json!({
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": items,
    })
}

fn summary(kind: &Kind) -> Value {
    // What Kubernetes itself defines does not repeat where it is.
    let (group, version) = match kind.is_istio() {
        true => (kind.group, kind.version),
        false => ("", ""),
    };
    json!({
        "resource": kind.plural,
        "responseKind": { "group": group, "version": version, "kind": kind.kind },
        "scope": if kind.namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": kind.kind.to_lowercase(),
        "verbs": kind.verbs,
    })
}

type Versions = BTreeMap<&'static str, Vec<&'static Kind>>;

/// What is served; `v1` sorts before `v1alpha1`, which is also the order of preference.
fn by_group(state: &State) -> BTreeMap<&'static str, Versions> {
    let mut groups: BTreeMap<_, Versions> = BTreeMap::new();
    for kind in state.served() {
        let versions = groups.entry(kind.group).or_default();
        versions.entry(kind.version).or_default().push(kind);
    }
    groups
}

fn described(group: &str, versions: &Versions) -> Value {
    let versions: Vec<Value> = versions
        .keys()
        .map(|version| json!({ "groupVersion": group_version(group, version), "version": version }))
        .collect();
    json!({ "name": group, "preferredVersion": versions[0], "versions": versions })
}

fn group_version(group: &str, version: &str) -> String {
    match group {
        "" => version.to_owned(),
        group => format!("{group}/{version}"),
    }
}
