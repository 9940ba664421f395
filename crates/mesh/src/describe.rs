//! What a service or a workload is and accepts, in words.

use crate::{
    Service, ServicePort, ServiceType, Sidecar, Transport, Workload,
    mtls::{self, Accepts, By, Mode, Policies, Scope},
};

/// Describes a service: its ports, what is behind it, what it accepts.
pub fn service(policies: &Policies<'_>, service: &Service) -> Vec<String> {
    let workloads = policies.selection().behind(service);
    let mut says = vec![ports(service), behind(service, &workloads)];

    let carried = service
        .ports
        .iter()
        .filter(|port| port.transport != Transport::Udp);
    let carried: Vec<&ServicePort> = carried.collect();
    let mut told = Vec::new();
    for workload in &workloads {
        match policies.accepts(workload) {
            Ok(accepts) => told.push((workload, on_ports(&accepts, workload, &carried))),
            Err(unknown) => says.push(cannot_tell(workload.name.as_str(), &unknown)),
        }
    }
    let kind = |(workload, rows): &(&Workload, Vec<_>)| (is_half_proxied(workload), rows.clone());
    let alike =
        told.len() == workloads.len() && told.windows(2).all(|two| kind(&two[0]) == kind(&two[1]));
    if alike {
        if let Some((workload, rows)) = told.first() {
            let subject = subject(service.name.as_str(), workload);
            says.extend(accepted(&subject, rows, carried.len()));
        }
    } else {
        for (workload, rows) in &told {
            let subject = subject(workload.name.as_str(), workload);
            says.extend(accepted(&subject, rows, carried.len()));
        }
    }
    says.extend(workloads.iter().filter_map(half_proxied));
    says
}

/// Describes a workload: its pods, what it runs as, its proxy, what it accepts.
pub fn workload(policies: &Policies<'_>, workload: &Workload) -> Vec<String> {
    let name = workload.name.as_str();
    let subject = subject(name, workload);
    let mut says = vec![
        format!(
            "{name} is a {:?} with {} of {} pods ready. It runs as service account {}.",
            workload.kind, workload.ready, workload.total, workload.service_account
        ),
        proxy(workload),
    ];
    match policies.accepts(workload) {
        Ok(accepts) if accepts.ports.is_empty() => {
            let (mode, why) = (mode(accepts.mode), why(accepts.mode, &accepts.by));
            says.push(format!("{subject} accepts {mode}, {why}."));
        }
        Ok(accepts) => {
            let ports = accepts.ports.iter();
            let rows: Vec<_> = ports.map(|port| (port.mode, port.by.clone())).collect();
            says.extend(accepted(&subject, &rows, rows.len()));
        }
        Err(unknown) => says.push(cannot_tell(name, &unknown)),
    }
    says.extend(half_proxied(workload));
    says
}

fn ports(service: &Service) -> String {
    let name = &service.name;
    if service.ports.is_empty() {
        return format!("{name} has no ports.");
    }
    let port = |port: &ServicePort| {
        let (number, target) = (port.port, &port.target);
        format!("{number} ({}, to port {target})", port.protocol().as_str())
    };
    let ports = list(service.ports.iter().map(port));
    format!(
        "{name} is called on {} {ports}.",
        count_noun(service.ports.len(), "port")
    )
}

fn behind(service: &Service, workloads: &[Workload]) -> String {
    let name = &service.name;
    if service.service_type == ServiceType::ExternalName {
        return format!("{name} is another name for a host outside of the cluster.");
    }
    if service.selector.is_empty() {
        return format!("{name} selects no pods: its addresses are set by hand.");
    }
    if workloads.is_empty() {
        return format!("No workload is behind {name}.");
    }
    let names = list(workloads.iter().map(|workload| workload.name.to_string()));
    let be = if workloads.len() == 1 { "is" } else { "are" };
    format!("Behind it {be} {names}.")
}

/// What each port of a service means for those pods of a workload that follow policies, which are
/// all or those with a sidecar; a target it does not name leads nowhere.
fn on_ports(accepts: &Accepts, workload: &Workload, ports: &[&ServicePort]) -> Vec<(Mode, By)> {
    let targets = ports.iter().filter_map(|port| workload.port(&port.target));
    let row = |port| {
        let (mode, by) = accepts.proxied_on(port);
        (mode, by.clone())
    };
    targets.map(row).collect()
}

/// One sentence for all ports that have the mode from the same decision, the strictest first.
fn accepted(name: &str, rows: &[(Mode, By)], ports: usize) -> Vec<String> {
    let mut kinds = rows.to_vec();
    kinds.sort_by(|one, other| other.cmp(one));
    kinds.dedup();
    let sentence = |kind: &(Mode, By)| {
        let count = rows.iter().filter(|row| *row == kind).count();
        let noun = if ports == 1 { "port" } else { "ports" };
        let (mode, why) = (mode(kind.0), why(kind.0, &kind.1));
        format!("{name} accepts {mode} on {count} of {ports} {noun}, {why}.")
    };
    kinds.iter().map(sentence).collect()
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Strict => "mutual TLS only",
        Mode::Permissive => "both mutual TLS and plaintext",
        Mode::Disabled => "plaintext only",
    }
}

/// Says what decided what is accepted, as the second half of a sentence.
pub fn why(mode: Mode, by: &By) -> String {
    match by {
        By::Policy { policy, scope } => {
            let mode = match mode {
                Mode::Strict => "STRICT",
                Mode::Permissive => "PERMISSIVE",
                Mode::Disabled => "DISABLE",
            };
            let scope = match scope {
                Scope::Mesh => "mesh",
                Scope::Namespace => "namespace",
                Scope::Workload => "workload",
                Scope::Port => "port",
            };
            format!("decided by {policy} ({mode}, {scope})")
        }
        By::Default => "since no PeerAuthentication decides".into(),
        By::Bypass => "since an annotation keeps the sidecar away from there".into(),
        By::NoSidecar => "since it has no sidecar".into(),
        By::SomeNoSidecar => "since some pods have no sidecar and accept plaintext".into(),
    }
}

fn proxy(workload: &Workload) -> String {
    let pods = match workload.sidecar {
        Sidecar::All if workload.total == 1 => "Its pod has a sidecar",
        Sidecar::All => "All of its pods have a sidecar",
        Sidecar::Some => "Some of its pods have a sidecar",
        Sidecar::None => return "It has no sidecar.".into(),
    };
    match workload.proxy_versions.as_slice() {
        [] => format!("{pods}."),
        versions => format!(
            "{pods}, {} {}.",
            count_noun(versions.len(), "version"),
            list(versions.iter().cloned())
        ),
    }
}

/// A warning, where a mode does not hold for all pods.
fn half_proxied(workload: &Workload) -> Option<String> {
    let name = &workload.name;
    is_half_proxied(workload)
        .then(|| format!("Some pods of {name} have no sidecar and accept plaintext only."))
}

fn is_half_proxied(workload: &Workload) -> bool {
    workload.sidecar == Sidecar::Some
}

/// Who accepts what a policy says: where only some pods have a sidecar, not the rest.
fn subject(name: &str, workload: &Workload) -> String {
    if is_half_proxied(workload) {
        format!("Where its pods have a sidecar, {name}")
    } else {
        name.into()
    }
}

fn cannot_tell(name: &str, unknown: &mtls::Unknown) -> String {
    format!("What {name} accepts cannot be told: {unknown}.")
}

fn count_noun(count: usize, noun: &str) -> String {
    if count == 1 {
        noun.into()
    } else {
        format!("{noun}s")
    }
}

/// A list as one reads it: *a, b and c*.
fn list(items: impl Iterator<Item = String>) -> String {
    let mut items: Vec<_> = items.collect();
    let last = items.pop().unwrap_or_default();
    if items.is_empty() {
        last
    } else {
        format!("{} and {last}", items.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{Event, ResourceKind, Snapshot};

    fn mesh(pods: &[Value], policies: &[(&str, Value)]) -> Snapshot {
        let kind = ResourceKind::PeerAuthentication;
        let mut snapshot = Snapshot::new("istio-system");
        let mut tell = |event| snapshot.observe(event).unwrap();
        tell(Event::Started(kind));
        tell(Event::Synced(kind));
        for pod in pods {
            tell(Event::Applied(ResourceKind::Pod, pod.clone()));
        }
        for (name, spec) in policies {
            let metadata = json!({
                "name": name, "namespace": "default", "uid": name, "resourceVersion": "1",
                "creationTimestamp": "2026-01-01T00:00:00Z",
            });
            tell(Event::Applied(
                kind,
                json!({"metadata": metadata, "spec": spec}),
            ));
        }
        let ports = json!([{"name": "http", "port": 9080}, {"name": "tcp", "port": 81, "targetPort": 8081}]);
        tell(Event::Applied(
            ResourceKind::Service,
            json!({
                "metadata": {"name": "reviews", "namespace": "default"},
                "spec": {"selector": {"app": "reviews"}, "ports": ports},
            }),
        ));
        snapshot
    }

    fn pod(name: &str, version: &str, proxied: bool) -> Value {
        let mut labels = json!({"app": "reviews", "version": version});
        let mut containers = vec![json!({"name": "app"})];
        if proxied {
            labels["security.istio.io/tlsMode"] = json!("istio");
            containers.push(json!({"name": "istio-proxy", "image": "istio/proxyv2:1.27.1"}));
        }
        json!({
            "metadata": {"name": name, "namespace": "default", "labels": labels},
            "spec": {"containers": containers},
        })
    }

    fn says(snapshot: &Snapshot) -> Vec<String> {
        service(&Policies::of(snapshot), snapshot.services().next().unwrap())
    }

    #[test]
    fn a_service_whose_workloads_agree_is_described_as_one() {
        let pods = [pod("reviews-v1", "v1", true), pod("reviews-v2", "v2", true)];
        let strict = json!({"mtls": {"mode": "STRICT"}});
        assert_eq!(
            says(&mesh(&pods, &[("default", strict)])),
            [
                "reviews is called on ports 9080 (HTTP, to port 9080) and 81 (TCP, to port 8081).",
                "Behind it are reviews-v1 and reviews-v2.",
                "reviews accepts mutual TLS only on 2 of 2 ports, decided by PeerAuthentication default/default (STRICT, namespace).",
            ]
        );
    }

    #[test]
    fn a_service_whose_workloads_differ_is_described_by_workload() {
        let pods = [
            pod("reviews-v1", "v1", true),
            pod("reviews-v2", "v2", false),
        ];
        let port = json!({
            "selector": {"matchLabels": {"version": "v1"}},
            "portLevelMtls": {"8081": {"mode": "STRICT"}},
        });
        assert_eq!(
            says(&mesh(&pods, &[("one", port)]))[2..],
            [
                "reviews-v1 accepts mutual TLS only on 1 of 2 ports, decided by PeerAuthentication default/one (STRICT, port).",
                "reviews-v1 accepts both mutual TLS and plaintext on 1 of 2 ports, since no PeerAuthentication decides.",
                "reviews-v2 accepts plaintext only on 2 of 2 ports, since it has no sidecar.",
            ]
        );
    }

    #[test]
    fn a_policy_is_not_said_to_hold_for_pods_without_a_sidecar() {
        let set = json!([{"kind": "StatefulSet", "name": "reviews-v1", "controller": true}]);
        let mut pods = [
            pod("reviews-v1-0", "v1", true),
            pod("reviews-v1-1", "v1", false),
        ];
        for pod in &mut pods {
            pod["metadata"]["ownerReferences"] = set.clone();
        }
        let strict = json!({"mtls": {"mode": "STRICT"}});
        let half = mesh(&pods, &[("default", strict)]);
        let expected = [
            "Where its pods have a sidecar, reviews accepts mutual TLS only on 2 of 2 ports, decided by PeerAuthentication default/default (STRICT, namespace).",
            "Some pods of reviews-v1 have no sidecar and accept plaintext only.",
        ];
        assert_eq!(says(&half)[2..], expected);
        let told = workload(&Policies::of(&half), &half.workloads()[0]);
        assert_eq!(
            told[2..],
            expected.map(|s| s.replace("reviews accepts", "reviews-v1 accepts"))
        );
    }

    #[test]
    fn a_service_says_when_nothing_is_behind_it_or_nothing_can_be_told() {
        assert_eq!(
            says(&mesh(&[], &[]))[1..],
            ["No workload is behind reviews."]
        );
        let broken = json!({"mtls": {"mode": "LOOSE"}});
        let told = says(&mesh(&[pod("reviews-v1", "v1", true)], &[("x", broken)]));
        assert!(told[2].starts_with(
            "What reviews-v1 accepts cannot be told: PeerAuthentication default/x cannot be read: spec"
        ));
    }

    #[test]
    fn a_workload_is_described_by_pods_account_proxy_and_mode() {
        let snapshot = mesh(&[pod("reviews-v1", "v1", true)], &[]);
        assert_eq!(
            workload(&Policies::of(&snapshot), &snapshot.workloads()[0]),
            [
                "reviews-v1 is a Pod with 0 of 1 pods ready. It runs as service account default.",
                "Its pod has a sidecar, version 1.27.1.",
                "reviews-v1 accepts both mutual TLS and plaintext on 2 of 2 ports, since no PeerAuthentication decides.",
            ]
        );
    }
}
