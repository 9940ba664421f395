//! The shop's pods, as a ReplicaSet and the sidecar injector leave them.

use serde_json::{Value, json};

use super::{OPENED, Site};
use crate::stamp::{self, fnv};

/// Which pods of a workload have a sidecar.
#[derive(Clone, Copy, PartialEq)]
enum Sidecar {
    All,
    /// The first pod is older than the namespace's label.
    AllButTheOldest,
    None,
}

/// One Deployment and what its pods look like.
struct Workload {
    namespace: &'static str,
    /// The Deployment's name.
    name: &'static str,
    labels: &'static [(&'static str, &'static str)],
    account: &'static str,
    replicas: usize,
    container: &'static str,
    image: String,
    ports: &'static [(&'static str, u16)],
    sidecar: Sidecar,
}

/// All pods: each workload's in a row, addresses counting up.
pub(super) fn pods(site: &Site<'_>) -> Vec<Value> {
    workloads(site)
        .iter()
        .flat_map(|workload| (0..workload.replicas).map(move |replica| (workload, replica)))
        .enumerate()
        .map(|(i, (workload, replica))| pod(site, workload, replica, i))
        .collect()
}

fn workloads(site: &Site<'_>) -> Vec<Workload> {
    vec![
        Workload {
            account: "istiod",
            replicas: 2,
            container: "discovery",
            ports: &[
                ("http-debug", 8080),
                ("grpc-xds", 15010),
                ("tls-xds", 15012),
                ("https-webhooks", 15017),
                ("http-monitoring", 15014),
            ],
            sidecar: Sidecar::None,
            ..workload(
                "istio-system",
                "istiod",
                &[
                    ("app", "istiod"),
                    ("istio", "pilot"),
                    ("istio.io/rev", "default"),
                ],
                format!("docker.io/istio/pilot:{}", site.istio),
            )
        },
        Workload {
            account: "istio-ingressgateway-service-account",
            replicas: 2,
            container: "istio-proxy",
            ports: &[
                ("status-port", 15021),
                ("http2", 8080),
                ("https", 8443),
                ("http-envoy-prom", 15090),
            ],
            sidecar: Sidecar::None,
            ..workload(
                "istio-system",
                "istio-ingressgateway",
                &[
                    ("app", "istio-ingressgateway"),
                    ("istio", "ingressgateway"),
                    ("istio.io/rev", "default"),
                    ("sidecar.istio.io/inject", "false"),
                ],
                proxy(site),
            )
        },
        bookinfo(
            "productpage-v1",
            &[("app", "productpage"), ("version", "v1")],
            "bookinfo-productpage",
        ),
        bookinfo(
            "details-v1",
            &[("app", "details"), ("version", "v1")],
            "bookinfo-details",
        ),
        bookinfo(
            "ratings-v1",
            &[("app", "ratings"), ("version", "v1")],
            "bookinfo-ratings",
        ),
        bookinfo(
            "reviews-v1",
            &[("app", "reviews"), ("version", "v1")],
            "bookinfo-reviews",
        ),
        bookinfo(
            "reviews-v2",
            &[("app", "reviews"), ("version", "v2")],
            "bookinfo-reviews",
        ),
        bookinfo(
            "reviews-v3",
            &[("app", "reviews"), ("version", "v3")],
            "bookinfo-reviews",
        ),
        Workload {
            replicas: 3,
            ports: &[("http", 3000)],
            sidecar: Sidecar::AllButTheOldest,
            ..workload(
                "guestbook",
                "guestbook-v1",
                &[("app", "guestbook"), ("version", "v1")],
                "docker.io/ibmcom/guestbook:v1".to_owned(),
            )
        },
        Workload {
            ports: &[("http", 3000)],
            ..workload(
                "guestbook",
                "guestbook-v2",
                &[("app", "guestbook"), ("version", "v2")],
                "docker.io/ibmcom/guestbook:v2".to_owned(),
            )
        },
        Workload {
            replicas: 1,
            ports: &[("redis", 6379)],
            ..workload(
                "guestbook",
                "redis-master",
                &[("app", "redis"), ("role", "master")],
                "docker.io/library/redis:7.4".to_owned(),
            )
        },
        Workload {
            ports: &[("redis", 6379)],
            sidecar: Sidecar::None,
            ..workload(
                "guestbook",
                "redis-slave",
                &[
                    ("app", "redis"),
                    ("role", "slave"),
                    ("sidecar.istio.io/inject", "false"),
                ],
                "docker.io/library/redis:7.4".to_owned(),
            )
        },
        Workload {
            replicas: 1,
            ports: &[("http", 5000)],
            ..workload(
                "guestbook",
                "analyzer",
                &[("app", "analyzer"), ("version", "v1")],
                "docker.io/ibmcom/analyzer:v1.1".to_owned(),
            )
        },
        Workload {
            replicas: 1,
            sidecar: Sidecar::None,
            ..workload(
                "legacy",
                "cron",
                &[("app", "cron")],
                "docker.io/library/busybox:1.37".to_owned(),
            )
        },
    ]
}

fn workload(
    namespace: &'static str,
    name: &'static str,
    labels: &'static [(&'static str, &'static str)],
    image: String,
) -> Workload {
    Workload {
        namespace,
        name,
        labels,
        account: "default",
        replicas: 2,
        container: name.split_once("-v").map_or(name, |(app, _)| app),
        image,
        ports: &[],
        sidecar: Sidecar::All,
    }
}

fn bookinfo(
    name: &'static str,
    labels: &'static [(&'static str, &'static str)],
    account: &'static str,
) -> Workload {
    Workload {
        account,
        ports: &[("http", 9080)],
        ..workload(
            "default",
            name,
            labels,
            format!("docker.io/istio/examples-bookinfo-{name}:1.20.3"),
        )
    }
}

fn proxy(site: &Site<'_>) -> String {
    format!("docker.io/istio/proxyv2:{}", site.istio)
}

fn pod(site: &Site<'_>, workload: &Workload, replica: usize, i: usize) -> Value {
    let Workload {
        namespace, name, ..
    } = workload;
    let seed = format!("{}/{namespace}/{name}", site.name);
    let hash = word(&seed, 10);
    let set = format!("{name}-{hash}");
    let node = i % 3 + 1;
    let has_sidecar = match workload.sidecar {
        Sidecar::All => true,
        Sidecar::AllButTheOldest => replica > 0,
        Sidecar::None => false,
    };

    let mut containers = vec![container(
        workload.container,
        &workload.image,
        workload.ports,
    )];
    if workload.container == "istio-proxy" {
        containers[0]["args"] = json!(["proxy", "router", "--domain", domain(namespace)]);
    }
    let mut labels: Value = workload
        .labels
        .iter()
        .map(|&(key, value)| (key.to_owned(), json!(value)))
        .collect();
    labels["pod-template-hash"] = json!(hash);
    let mut annotations = Value::Null;
    let mut init_containers = Value::Null;
    if has_sidecar {
        containers.push(sidecar(site, namespace));
        init_containers =
            json!([{ "name": "istio-init", "image": proxy(site), "args": ["istio-iptables"] }]);
        let version = labels["version"].as_str().unwrap_or("latest").to_owned();
        labels["security.istio.io/tlsMode"] = json!("istio");
        labels["service.istio.io/canonical-name"] = labels["app"].clone();
        labels["service.istio.io/canonical-revision"] = json!(version);
        annotations = json!({
            "istio.io/rev": "default",
            "kubectl.kubernetes.io/default-container": workload.container,
            "prometheus.io/path": "/stats/prometheus",
            "prometheus.io/port": "15020",
            "prometheus.io/scrape": "true",
            "sidecar.istio.io/status": json!({
                "initContainers": ["istio-init"],
                "containers": ["istio-proxy"],
                "volumes": ["istio-envoy", "istio-data", "istio-podinfo", "istio-token"],
                "imagePullSecrets": null,
                "revision": "default",
            }).to_string(),
        });
    }
    let mut pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "namespace": namespace,
            "name": format!("{set}-{}", word(&format!("{seed}/{replica}"), 5)),
            "generateName": format!("{set}-"),
            "labels": labels,
            "ownerReferences": [{
                "apiVersion": "apps/v1",
                "kind": "ReplicaSet",
                "name": set,
                "uid": format!("{:08x}-0000-4000-8000-{:012x}", fnv(&seed) >> 32, fnv(&set) >> 16),
                "controller": true,
                "blockOwnerDeletion": true,
            }],
        },
        "spec": {
            "serviceAccountName": workload.account,
            "nodeName": format!("{}-node-{node}", site.name),
            "restartPolicy": "Always",
            "containers": containers,
        },
        "status": status(site, &containers, node, i),
    });
    stamp::set(&mut pod["metadata"], "annotations", annotations);
    stamp::set(&mut pod["spec"], "initContainers", init_containers);
    pod
}

fn status(site: &Site<'_>, containers: &[Value], node: usize, i: usize) -> Value {
    let started = OPENED.to_string();
    let address = format!("10.{}.{node}.{}", site.network, i + 5);
    let host = format!("192.0.2.{}", usize::from(site.network) + node);
    let conditions: Vec<Value> = ["PodScheduled", "Initialized", "ContainersReady", "Ready"]
        .iter()
        .map(|what| json!({ "type": what, "status": "True", "lastTransitionTime": started }))
        .collect();
    let statuses: Vec<Value> = containers
        .iter()
        .map(|container| {
            let image = container["image"].as_str().unwrap_or_default();
            json!({
                "name": container["name"],
                "image": image,
                "imageID": format!("{image}@sha256:{:064x}", fnv(image)),
                "ready": true,
                "started": true,
                "restartCount": 0,
                "state": { "running": { "startedAt": started } },
            })
        })
        .collect();
    json!({
        "phase": "Running",
        "conditions": conditions,
        "containerStatuses": statuses,
        "hostIP": host,
        "podIP": address,
        "podIPs": [{ "ip": address }],
        "startTime": started,
        "qosClass": "BestEffort",
    })
}

fn container(name: &str, image: &str, ports: &[(&str, u16)]) -> Value {
    let ports: Vec<Value> = ports
        .iter()
        .map(|(name, port)| json!({ "name": name, "containerPort": port, "protocol": "TCP" }))
        .collect();
    let mut container = json!({ "name": name, "image": image });
    if !ports.is_empty() {
        container["ports"] = json!(ports);
    }
    container
}

/// What the injector adds to a pod.
fn sidecar(site: &Site<'_>, namespace: &str) -> Value {
    let mut sidecar = container("istio-proxy", &proxy(site), &[("http-envoy-prom", 15090)]);
    sidecar["args"] = json!([
        "proxy",
        "sidecar",
        "--domain",
        domain(namespace),
        "--proxyLogLevel=warning",
        "--proxyComponentLogLevel=misc:error",
        "--log_output_level=default:info",
    ]);
    sidecar["readinessProbe"] = json!({
        "httpGet": { "path": "/healthz/ready", "port": 15021, "scheme": "HTTP" },
        "periodSeconds": 15,
        "timeoutSeconds": 3,
        "failureThreshold": 4,
    });
    sidecar
}

fn domain(namespace: &str) -> String {
    format!("{namespace}.svc.cluster.local")
}

/// A word such as Kubernetes makes up for names: no vowels, nothing easily confused.
fn word(seed: &str, length: usize) -> String {
    const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut rest = fnv(seed);
    (0..length)
        .map(|_| {
            let letter = LETTERS[usize::from((rest % 27) as u8)];
            rest /= 27;
            char::from(letter)
        })
        .collect()
}
