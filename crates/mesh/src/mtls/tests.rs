//! One test for each rule of PeerAuthentication, and for each trap in them.

use serde_json::{Value, json};

use super::*;
use crate::Event;

const POLICY: ResourceKind = ResourceKind::PeerAuthentication;

/// A mesh whose root is `root`, with what a test puts into it.
struct Mesh(Snapshot);

impl Mesh {
    fn new() -> Self {
        let mut snapshot = Snapshot::new("root");
        snapshot.observe(Event::Started(POLICY)).unwrap();
        snapshot.observe(Event::Synced(POLICY)).unwrap();
        Self(snapshot)
    }

    fn put(mut self, kind: ResourceKind, object: Value) -> Self {
        self.0.observe(Event::Applied(kind, object)).unwrap();
        self
    }

    /// Adds a policy; its age is its day.
    fn policy(self, place: &str, day: u8, spec: Value) -> Self {
        let (namespace, name) = place.split_once('/').unwrap();
        let metadata = json!({
            "namespace": namespace, "name": name, "uid": name, "resourceVersion": "1",
            "creationTimestamp": format!("2026-01-{day:02}T00:00:00Z"),
        });
        self.put(POLICY, json!({"metadata": metadata, "spec": spec}))
    }

    /// Adds a pod with a sidecar, which listens on 9080, named `web`.
    fn pod(self, namespace: &str, name: &str) -> Self {
        self.pod_with(namespace, name, json!({}))
    }

    fn pod_with(self, namespace: &str, name: &str, annotations: Value) -> Self {
        let labels = json!({"app": name, "security.istio.io/tlsMode": "istio"});
        self.any_pod(namespace, name, labels, annotations)
    }

    fn any_pod(self, namespace: &str, name: &str, labels: Value, annotations: Value) -> Self {
        let metadata = json!({
            "namespace": namespace, "name": name, "labels": labels, "annotations": annotations,
        });
        let ports = json!([{"containerPort": 9080, "name": "web"}]);
        let spec = json!({"containers": [{"name": "app", "ports": ports}]});
        self.put(
            ResourceKind::Pod,
            json!({"metadata": metadata, "spec": spec}),
        )
    }

    fn service(self, name: &str, ports: Value) -> Self {
        let metadata = json!({"namespace": "default", "name": name});
        let spec = json!({"selector": {"app": name}, "ports": ports});
        self.put(
            ResourceKind::Service,
            json!({"metadata": metadata, "spec": spec}),
        )
    }

    fn accepts(&self, name: &str) -> Accepts {
        let workloads = self.0.workloads();
        let workload = workloads
            .iter()
            .find(|workload| workload.name.as_str() == name);
        Policies::of(&self.0).accepts(workload.unwrap()).unwrap()
    }

    fn mode(&self, name: &str) -> Mode {
        self.accepts(name).mode
    }
}

fn all(mode: &str) -> Value {
    json!({"mtls": {"mode": mode}})
}

fn only(app: &str, mode: &str) -> Value {
    json!({"selector": {"matchLabels": {"app": app}}, "mtls": {"mode": mode}})
}

fn decided(place: &str, scope: Scope) -> By {
    let (namespace, name) = place.split_once('/').unwrap();
    by(&ResourceKey::new(POLICY, namespace, name), scope)
}

#[test]
fn without_a_policy_both_are_accepted() {
    let accepts = Mesh::new().pod("default", "a").accepts("a");
    let port = PortAccepts {
        port: 9080,
        mode: Mode::Permissive,
        by: By::Default,
    };
    let expected = Accepts {
        mode: Mode::Permissive,
        by: By::Default,
        sidecar: Sidecar::All,
        ports: vec![port],
    };
    assert_eq!(accepts, expected);
}

#[test]
fn the_narrowest_scope_that_says_something_decides() {
    let mesh = Mesh::new()
        .pod("default", "a")
        .policy("root/m", 1, all("STRICT"));
    let accepts = mesh.accepts("a");
    assert_eq!(
        (accepts.mode, accepts.by),
        (Mode::Strict, decided("root/m", Scope::Mesh))
    );

    let mesh = mesh.policy("default/n", 2, all("DISABLE"));
    let accepts = mesh.accepts("a");
    assert_eq!(
        (accepts.mode, accepts.by),
        (Mode::Disabled, decided("default/n", Scope::Namespace))
    );

    let mesh = mesh.policy("default/w", 3, only("a", "PERMISSIVE"));
    let accepts = mesh.accepts("a");
    assert_eq!(
        (accepts.mode, accepts.by),
        (Mode::Permissive, decided("default/w", Scope::Workload))
    );
}

#[test]
fn unset_takes_the_mode_of_the_next_wider_scope() {
    let mesh = Mesh::new()
        .pod("default", "a")
        .policy("default/w", 1, only("a", "UNSET"))
        .policy("default/n", 1, json!({}));
    assert_eq!(mesh.mode("a"), Mode::Permissive);
    let mesh = mesh.policy("root/m", 1, all("STRICT"));
    assert_eq!(mesh.accepts("a").by, decided("root/m", Scope::Mesh));
}

#[test]
fn g1_a_selector_in_the_root_namespace_reaches_only_workloads_there() {
    let mesh = Mesh::new()
        .pod("default", "a")
        .policy("root/w", 1, only("a", "STRICT"));
    assert_eq!(mesh.mode("a"), Mode::Permissive);
    let mesh = Mesh::new()
        .pod("root", "a")
        .policy("root/w", 1, only("a", "STRICT"));
    assert_eq!(mesh.accepts("a").by, decided("root/w", Scope::Workload));
}

#[test]
fn a_policy_without_selector_in_the_root_namespace_is_that_of_the_mesh_there_too() {
    let mesh = Mesh::new()
        .pod("root", "a")
        .policy("root/m", 1, all("STRICT"));
    assert_eq!(mesh.accepts("a").by, decided("root/m", Scope::Mesh));
}

#[test]
fn g2_an_empty_selector_counts_as_none() {
    for selector in [json!({}), json!({"matchLabels": {}})] {
        let spec = json!({"selector": selector, "mtls": {"mode": "STRICT"}});
        let mesh = Mesh::new().pod("default", "a").policy("default/n", 1, spec);
        assert_eq!(mesh.accepts("a").by, decided("default/n", Scope::Namespace));
    }
}

#[test]
fn g3_of_several_policies_in_one_scope_the_oldest_counts_alone() {
    let mesh = Mesh::new()
        .pod("default", "a")
        .policy("default/young", 2, all("STRICT"))
        .policy("default/old", 1, all("DISABLE"));
    assert_eq!(
        mesh.accepts("a").by,
        decided("default/old", Scope::Namespace)
    );
    // The oldest counts even where it says nothing.
    let mesh = mesh.policy("default/old", 1, all("UNSET"));
    assert_eq!(mesh.mode("a"), Mode::Permissive);
    // Of the same age, the first by name.
    let mesh = mesh.policy("default/a", 1, all("STRICT"));
    assert_eq!(mesh.accepts("a").by, decided("default/a", Scope::Namespace));

    let mesh = Mesh::new()
        .pod("default", "a")
        .policy("default/young", 2, only("a", "STRICT"))
        .policy("default/old", 1, only("a", "DISABLE"));
    assert_eq!(
        mesh.accepts("a").by,
        decided("default/old", Scope::Workload)
    );
}

#[test]
fn g4_port_level_modes_are_about_ports_of_the_workload_even_undeclared_ones() {
    let mut spec = only("a", "STRICT");
    spec["portLevelMtls"] = json!({"9080": {"mode": "PERMISSIVE"}, "7000": {"mode": "DISABLE"}});
    let mesh = Mesh::new()
        .pod("default", "a")
        .service(
            "a",
            json!([{"port": 80, "targetPort": "web"}, {"port": 81}]),
        )
        .policy("default/w", 1, spec);
    let accepts = mesh.accepts("a");
    let port = |port, mode, scope| PortAccepts {
        port,
        mode,
        by: decided("default/w", scope),
    };
    let expected = [
        port(81, Mode::Strict, Scope::Workload),
        port(7000, Mode::Disabled, Scope::Port),
        port(9080, Mode::Permissive, Scope::Port),
    ];
    assert_eq!(accepts.ports, expected);
    assert_eq!(
        accepts.on(80).0,
        Mode::Strict,
        "80 is a port of the service only"
    );
}

#[test]
fn g4_port_level_modes_need_a_selector() {
    let mut spec = all("STRICT");
    spec["portLevelMtls"] = json!({"9080": {"mode": "DISABLE"}});
    let mesh = Mesh::new().pod("default", "a").policy("default/n", 1, spec);
    assert_eq!(mesh.accepts("a").on(9080).0, Mode::Strict);
}

#[test]
fn g5_an_unset_port_takes_the_mode_of_the_workload() {
    let mut spec = only("a", "UNSET");
    spec["portLevelMtls"] = json!({"9080": {"mode": "UNSET"}});
    let mesh = Mesh::new()
        .pod("default", "a")
        .policy("default/w", 1, spec)
        .policy("default/n", 1, all("STRICT"));
    let by = decided("default/n", Scope::Namespace);
    assert_eq!(mesh.accepts("a").on(9080), (Mode::Strict, &by));
}

#[test]
fn g12_without_a_sidecar_no_policy_has_an_effect() {
    let mesh = Mesh::new()
        .any_pod("default", "a", json!({"app": "a"}), json!({}))
        .policy("default/n", 1, all("STRICT"));
    let accepts = mesh.accepts("a");
    assert_eq!(
        (accepts.mode, &accepts.by),
        (Mode::Disabled, &By::NoSidecar)
    );
    assert_eq!(accepts.on(9080), (Mode::Disabled, &By::NoSidecar));
}

#[test]
fn a_workload_of_which_some_pods_have_no_sidecar_accepts_plaintext() {
    let set = json!([{"kind": "StatefulSet", "name": "db", "controller": true}]);
    let pod = |name: &str, labels: Value| {
        let metadata = json!({
            "namespace": "default", "name": name, "labels": labels, "ownerReferences": set,
        });
        json!({"metadata": metadata, "spec": {"containers": [{"name": "app"}]}})
    };
    let proxied = json!({"security.istio.io/tlsMode": "istio"});
    let mesh = Mesh::new()
        .policy("default/n", 1, all("STRICT"))
        .put(ResourceKind::Pod, pod("db-0", proxied))
        .put(ResourceKind::Pod, pod("db-1", json!({})));
    let accepts = mesh.accepts("db");
    assert_eq!(accepts.sidecar, Sidecar::Some);
    assert_eq!(accepts.weakest(), Mode::Permissive);
    assert_eq!(accepts.on(9080), (Mode::Permissive, &By::SomeNoSidecar));
    let by = decided("default/n", Scope::Namespace);
    assert_eq!(accepts.proxied_on(9080), (Mode::Strict, &by));
}

#[test]
fn g13_a_port_that_bypasses_the_sidecar_accepts_plaintext() {
    for (annotations, bypassed) in [
        (
            json!({"traffic.sidecar.istio.io/excludeInboundPorts": "1, 9080"}),
            true,
        ),
        (
            json!({"traffic.sidecar.istio.io/excludeInboundPorts": "908"}),
            false,
        ),
        (
            json!({"traffic.sidecar.istio.io/includeInboundPorts": "*"}),
            false,
        ),
        (
            json!({"traffic.sidecar.istio.io/includeInboundPorts": "9080"}),
            false,
        ),
        (
            json!({"traffic.sidecar.istio.io/includeInboundPorts": ""}),
            true,
        ),
    ] {
        let mesh = Mesh::new()
            .pod_with("default", "a", annotations.clone())
            .policy("default/n", 1, all("STRICT"));
        let by = mesh.accepts("a").on(9080).1.clone();
        assert_eq!(by == By::Bypass, bypassed, "{annotations}");
    }
}

#[test]
fn what_cannot_be_read_is_not_guessed() {
    let mesh = Mesh::new()
        .pod("default", "a")
        .policy("default/n", 1, all("LOOSE"));
    let workload = &mesh.0.workloads()[0];
    let Err(Unknown::Unreadable(unreadable)) = Policies::of(&mesh.0).accepts(workload) else {
        panic!("a policy that cannot be read was passed over");
    };
    assert_eq!(unreadable.object, "PeerAuthentication default/n");
    assert_eq!(
        Policies::of(&Snapshot::new("root")).accepts(workload),
        Err(Unknown::NotRead)
    );
}

#[test]
fn the_posture_counts_each_workload_by_the_weakest_of_its_ports() {
    let mut mixed = only("mixed", "STRICT");
    mixed["portLevelMtls"] = json!({"9080": {"mode": "PERMISSIVE"}});
    let mesh = Mesh::new()
        .policy("default/n", 1, all("STRICT"))
        .policy("default/m", 1, mixed)
        .policy("default/d", 1, only("plain", "DISABLE"))
        .pod("default", "strict")
        .pod("default", "mixed")
        .pod("default", "plain")
        .any_pod("default", "bare", json!({}), json!({}))
        .pod("elsewhere", "uncounted");
    let expected = Posture {
        strict: 1,
        permissive: 1,
        disabled: 1,
        no_sidecar: 1,
        unknown: 0,
    };
    assert_eq!(posture(&mesh.0, &["default".into()]), expected);
    let broken = mesh.policy("default/broken", 1, all("LOOSE"));
    let expected = Posture {
        unknown: 3,
        no_sidecar: 1,
        ..Posture::default()
    };
    assert_eq!(posture(&broken.0, &["default".into()]), expected);
}

#[test]
fn side_by_side_both_are_accepted_and_what_is_unknown_stays_so() {
    use Mode::{Disabled, Permissive, Strict};
    let all = |modes: &[Option<Mode>]| Mode::of_all(modes.iter().copied());
    assert_eq!(all(&[Some(Strict), Some(Strict)]), Some(Strict));
    assert_eq!(all(&[Some(Disabled), Some(Disabled)]), Some(Disabled));
    assert_eq!(all(&[Some(Strict), Some(Disabled)]), Some(Permissive));
    assert_eq!(all(&[Some(Strict), None, Some(Strict)]), None);
    assert_eq!(all(&[]), None);
}
