//! What the shop told Istio: the settings of the mesh, and its own routes and policies.

use serde_json::{Value, json};

use super::Site;

/// The settings of the mesh, the same on both sites.
const MESH: &str = "\
accessLogFile: /dev/stdout
defaultConfig:
  discoveryAddress: istiod.istio-system.svc:15012
enablePrometheusMerge: true
outboundTrafficPolicy:
  mode: ALLOW_ANY
rootNamespace: istio-system
trustDomain: cluster.local
";

/// The ConfigMap istiod reads the settings of the mesh from.
pub(super) fn mesh_config() -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "namespace": "istio-system",
            "name": "istio",
            "labels": { "istio.io/rev": "default" },
        },
        "data": { "mesh": MESH, "meshNetworks": "networks: {}" },
    })
}

/// The shop's Istio objects.
///
/// The namespace `default` is strict; where `reviews` is excepted, an old caller still needs it.
/// Nothing is said about `guestbook`, which therefore is permissive.
pub(super) fn configuration(site: &Site<'_>) -> Vec<Value> {
    let mut objects = vec![
        gateway(),
        bookinfo(),
        reviews_route(),
        subsets("default", "reviews", &["v1", "v2", "v3"]),
        subsets("guestbook", "guestbook", &["v1", "v2"]),
        peer_authentication("default", json!({ "mtls": { "mode": "STRICT" } })),
    ];
    if site.excepts_reviews {
        objects.push(peer_authentication(
            "reviews",
            json!({
                "selector": { "matchLabels": { "app": "reviews" } },
                "mtls": { "mode": "PERMISSIVE" },
            }),
        ));
    }
    objects.push(ratings_viewer());
    objects
}

fn gateway() -> Value {
    networking(
        "Gateway",
        "default",
        "bookinfo-gateway",
        json!({
            "selector": { "istio": "ingressgateway" },
            "servers": [{
                "port": { "number": 80, "name": "http", "protocol": "HTTP" },
                "hosts": ["*"],
            }],
        }),
    )
}

fn bookinfo() -> Value {
    networking(
        "VirtualService",
        "default",
        "bookinfo",
        json!({
            "hosts": ["*"],
            "gateways": ["bookinfo-gateway"],
            "http": [{
                "match": [
                    { "uri": { "exact": "/productpage" } },
                    { "uri": { "prefix": "/static" } },
                    { "uri": { "exact": "/login" } },
                    { "uri": { "exact": "/logout" } },
                    { "uri": { "prefix": "/api/v1/products" } },
                ],
                "route": [{ "destination": { "host": "productpage", "port": { "number": 9080 } } }],
            }],
        }),
    )
}

fn reviews_route() -> Value {
    let to = |subset: &str, weight: u8| json!({ "destination": { "host": "reviews", "subset": subset }, "weight": weight });
    networking(
        "VirtualService",
        "default",
        "reviews",
        json!({
            "hosts": ["reviews"],
            "http": [{ "route": [to("v1", 50), to("v2", 30), to("v3", 20)] }],
        }),
    )
}

fn subsets(namespace: &str, app: &str, versions: &[&str]) -> Value {
    let subsets: Vec<Value> = versions
        .iter()
        .map(|version| json!({ "name": version, "labels": { "version": version } }))
        .collect();
    let spec = json!({ "host": app, "subsets": subsets });
    networking("DestinationRule", namespace, app, spec)
}

fn peer_authentication(name: &str, spec: Value) -> Value {
    object(
        "security.istio.io/v1",
        "PeerAuthentication",
        "default",
        name,
        spec,
    )
}

/// Only reviews reads ratings.
fn ratings_viewer() -> Value {
    object(
        "security.istio.io/v1",
        "AuthorizationPolicy",
        "default",
        "ratings-viewer",
        json!({
            "selector": { "matchLabels": { "app": "ratings" } },
            "action": "ALLOW",
            "rules": [{
                "from": [{ "source": { "principals": ["cluster.local/ns/default/sa/bookinfo-reviews"] } }],
                "to": [{ "operation": { "methods": ["GET"] } }],
            }],
        }),
    )
}

fn networking(kind: &str, namespace: &str, name: &str, spec: Value) -> Value {
    object("networking.istio.io/v1", kind, namespace, name, spec)
}

fn object(api_version: &str, kind: &str, namespace: &str, name: &str, spec: Value) -> Value {
    json!({
        "apiVersion": api_version,
        "kind": kind,
        "metadata": { "namespace": namespace, "name": name },
        "spec": spec,
    })
}
