//! The shop's services, and the accounts its workloads run as.

use serde_json::{Value, json};

use super::Site;

/// A port as `name`, service port and container port.
type Port = (&'static str, u16, u16);

/// Namespace, name, labels its pods carry, ports.
type Row = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [Port],
);

#[rustfmt::skip]
const SERVICES: &[Row] = &[
    ("istio-system", "istiod", &[("app", "istiod")],
        &[("grpc-xds", 15010, 15010), ("https-dns", 15012, 15012), ("https-webhook", 443, 15017), ("http-monitoring", 15014, 15014)]),
    ("istio-system", "istio-ingressgateway", &[("app", "istio-ingressgateway"), ("istio", "ingressgateway")],
        &[("status-port", 15021, 15021), ("http2", 80, 8080), ("https", 443, 8443)]),
    ("default", "details", &[("app", "details")], &[("http", 9080, 9080)]),
    ("default", "productpage", &[("app", "productpage")], &[("http", 9080, 9080)]),
    ("default", "ratings", &[("app", "ratings")], &[("http", 9080, 9080)]),
    ("default", "reviews", &[("app", "reviews")], &[("http", 9080, 9080)]),
    ("guestbook", "analyzer", &[("app", "analyzer")], &[("http", 80, 5000)]),
    ("guestbook", "guestbook", &[("app", "guestbook")], &[("http", 80, 3000)]),
    ("guestbook", "redis-master", &[("app", "redis"), ("role", "master")], &[("tcp-redis", 6379, 6379)]),
    ("guestbook", "redis-slave", &[("app", "redis"), ("role", "slave")], &[("tcp-redis", 6379, 6379)]),
];

const ACCOUNTS: &[(&str, &str)] = &[
    ("default", "default"),
    ("default", "bookinfo-details"),
    ("default", "bookinfo-productpage"),
    ("default", "bookinfo-ratings"),
    ("default", "bookinfo-reviews"),
    ("guestbook", "default"),
    ("istio-system", "default"),
    ("istio-system", "istio-ingressgateway-service-account"),
    ("istio-system", "istiod"),
    ("legacy", "default"),
];

/// One service account per workload of bookinfo, and the default one of every namespace.
pub(super) fn accounts() -> Vec<Value> {
    let account = |&(namespace, name): &(&str, &str)| {
        json!({
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": { "namespace": namespace, "name": name },
        })
    };
    ACCOUNTS.iter().map(account).collect()
}

/// All services; only the gateway is reachable from outside.
pub(super) fn services(site: &Site<'_>) -> Vec<Value> {
    let rows = SERVICES.iter().enumerate();
    rows.map(|(i, row)| service(site, i + 10, row)).collect()
}

fn service(site: &Site<'_>, host: usize, (namespace, name, labels, ports): &Row) -> Value {
    let selector: Value = labels
        .iter()
        .map(|&(k, v)| (k.to_owned(), json!(v)))
        .collect();
    let mut own_labels = selector.clone();
    if *namespace == "default" {
        own_labels["service"] = json!(name);
    }
    let is_gateway = *name == "istio-ingressgateway";
    let ports: Vec<Value> = ports
        .iter()
        .map(|(name, port, target)| {
            json!({ "name": name, "port": port, "targetPort": target, "protocol": "TCP" })
        })
        .collect();
    let address = format!("10.{}.0.{host}", site.network + 1);
    let mut load_balancer = json!({});
    if is_gateway {
        load_balancer = json!({ "ingress": [{ "ip": format!("198.51.100.{}", site.network) }] });
    }
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": { "namespace": namespace, "name": name, "labels": own_labels },
        "spec": {
            "type": if is_gateway { "LoadBalancer" } else { "ClusterIP" },
            "clusterIP": address,
            "clusterIPs": [address],
            "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": "SingleStack",
            "internalTrafficPolicy": "Cluster",
            "sessionAffinity": "None",
            "selector": selector,
            "ports": ports,
        },
        "status": { "loadBalancer": load_balancer },
    })
}
