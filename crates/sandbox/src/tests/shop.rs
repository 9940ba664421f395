//! The shop is one a cluster could hold.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Pod, Service, ServiceAccount};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Sandbox, kinds::KINDS, shop};

const SITES: [&str; 2] = ["eu-west", "us-east"];

fn all(sandbox: &Sandbox) -> Vec<Value> {
    let kinds = KINDS.iter().map(|kind| kind.kind);
    kinds.flat_map(|kind| sandbox.objects(kind)).collect()
}

/// Reads objects as their type and writes them again: a field nobody knows would be lost.
fn read<T: Serialize + DeserializeOwned>(sandbox: &Sandbox, kind: &str) -> Vec<T> {
    let objects = sandbox.objects(kind);
    assert!(!objects.is_empty(), "{kind}");
    let typed = |object: Value| {
        let typed: T = serde_json::from_value(object.clone()).unwrap();
        assert_eq!(serde_json::to_value(&typed).unwrap(), object);
        typed
    };
    objects.into_iter().map(typed).collect()
}

#[test]
fn two_shops_are_alike() {
    for site in SITES {
        assert_eq!(shop(site).save(), shop(site).save());
    }
}

#[test]
fn every_built_in_object_is_one_kubernetes_could_write() {
    for site in SITES {
        let sandbox = shop(site);
        read::<ConfigMap>(&sandbox, "ConfigMap");
        read::<Namespace>(&sandbox, "Namespace");
        read::<Pod>(&sandbox, "Pod");
        read::<Service>(&sandbox, "Service");
        read::<ServiceAccount>(&sandbox, "ServiceAccount");
    }
}

#[test]
fn everything_a_pod_or_object_refers_to_is_there() {
    for site in SITES {
        let sandbox = shop(site);
        for object in all(&sandbox) {
            if let Some(namespace) = object["metadata"]["namespace"].as_str() {
                let found = sandbox.object("Namespace", "", namespace);
                assert!(found.is_some(), "{object}");
            }
        }
        let pods: Vec<Pod> = read(&sandbox, "Pod");
        for pod in &pods {
            let namespace = pod.metadata.namespace.as_deref().unwrap();
            let account = pod.spec.as_ref().unwrap().service_account_name.as_deref();
            let found = sandbox.object("ServiceAccount", namespace, account.unwrap());
            assert!(found.is_some(), "{:?}", pod.metadata.name);
        }
        for service in read::<Service>(&sandbox, "Service") {
            let spec = service.spec.as_ref().unwrap();
            let selector = spec.selector.as_ref().unwrap();
            let is_selected = |pod: &&Pod| {
                let labels = pod.metadata.labels.as_ref().unwrap();
                pod.metadata.namespace == service.metadata.namespace
                    && selector.iter().all(|(k, v)| labels.get(k) == Some(v))
            };
            let count = pods.iter().filter(is_selected).count();
            assert!(count > 0, "{:?}", service.metadata.name);
        }
    }
}

#[test]
fn addresses_and_uids_are_nobody_elses() {
    let sandboxes = SITES.map(shop);
    let objects: Vec<Value> = sandboxes.iter().flat_map(all).collect();
    let told = |path: &str| -> Vec<String> {
        let values = objects.iter().filter_map(|object| object.pointer(path));
        values.map(ToString::to_string).collect()
    };
    for path in ["/metadata/uid", "/status/podIP", "/spec/clusterIP"] {
        let values = told(path);
        let distinct: BTreeSet<&String> = values.iter().collect();
        assert_eq!(distinct.len(), values.len(), "{path}");
    }
}

#[test]
fn all_some_and_no_pods_of_a_workload_have_a_sidecar() {
    let sandbox = shop("eu-west");
    let with_sidecar = |app: &str| -> Vec<bool> {
        let pods: Vec<Pod> = read(&sandbox, "Pod");
        let labels = pods.into_iter().filter_map(|pod| pod.metadata.labels);
        let of_app = labels.filter(|labels| labels["app"] == app);
        let mut found: Vec<bool> = of_app
            .map(|labels| labels.contains_key("security.istio.io/tlsMode"))
            .collect();
        found.sort_unstable();
        found
    };
    assert_eq!(with_sidecar("details"), [true, true]);
    assert_eq!(with_sidecar("guestbook"), [false, true, true, true, true]);
    assert_eq!(with_sidecar("cron"), [false]);
    assert_eq!(sandbox.objects("Pod").len(), 26);
}

#[test]
fn the_sites_differ_in_their_istio_and_in_one_policy() {
    let policies = |site: &str| -> Vec<String> {
        let objects = shop(site).objects("PeerAuthentication");
        let name = |object: &Value| object["metadata"]["name"].as_str().unwrap().to_owned();
        objects.iter().map(name).collect()
    };
    assert_eq!(policies("eu-west"), ["default", "reviews"]);
    assert_eq!(policies("us-east"), ["default"]);
    for (site, image) in [
        ("eu-west", "docker.io/istio/pilot:1.27.1"),
        ("us-east", "docker.io/istio/pilot:1.26.4"),
    ] {
        assert!(shop(site).objects("Pod").iter().any(|pod| {
            let container = &pod["spec"]["containers"][0];
            container["name"] == "discovery" && container["image"] == image
        }));
    }
}
