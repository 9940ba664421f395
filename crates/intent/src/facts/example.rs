//! A small site on which the example of every kind is fine.

use std::collections::BTreeMap;

use mesh::{Labels, mtls::Mode};

use super::{Facts, PortFact, ServiceFact, WorkloadFact};

pub(super) fn facts() -> Facts {
    let texts = |all: &[&str]| all.iter().map(ToString::to_string).collect();
    Facts {
        site: "eu-west".into(),
        root: "istio-system".into(),
        trust_domain: "cluster.local".into(),
        istio: Some("1.27.1".into()),
        namespaces: texts(&["default", "tools"]),
        modes: ["default", "tools"]
            .map(|namespace| (namespace.into(), Mode::Permissive))
            .into(),
        others: texts(&["istio-system", "kube-system"]),
        services: vec![
            ServiceFact {
                ports: vec![port(27017, "mongo", "MongoDB", Some(false))],
                pods: 1,
                ..service("default", "mongodb")
            },
            ServiceFact {
                ports: vec![port(9080, "http", "HTTP", Some(true))],
                pods: 2,
                accepts: Some(Mode::Strict),
                ..service("default", "ratings")
            },
            ServiceFact {
                ports: vec![
                    port(9080, "http", "HTTP", Some(true)),
                    port(9090, "http-metrics", "HTTP", Some(true)),
                ],
                pods: 6,
                ..service("default", "reviews")
            },
            ServiceFact {
                ports: vec![port(80, "http", "HTTP", Some(true))],
                pods: 1,
                ..service("tools", "sleep")
            },
        ],
        workloads: vec![
            WorkloadFact {
                bare: 1,
                accepts: Some(Mode::Disabled),
                ..workload("default", "cron", &[])
            },
            WorkloadFact {
                ports: vec![27017],
                ..workload("default", "mongodb", &[])
            },
            WorkloadFact {
                ports: vec![9080],
                pods: 2,
                accepts: Some(Mode::Strict),
                account: "default/bookinfo-ratings".into(),
                ..workload("default", "ratings", &[])
            },
            reviews("v1"),
            reviews("v2"),
            reviews("v3"),
            WorkloadFact {
                ports: vec![80],
                account: "tools/sleep".into(),
                ..workload("tools", "sleep", &[])
            },
        ],
        accounts: texts(&[
            "default/bookinfo-ratings",
            "default/bookinfo-reviews",
            "default/default",
            "tools/default",
            "tools/sleep",
        ]),
        deciding: BTreeMap::new(),
        rules: vec![],
    }
}

fn reviews(version: &str) -> WorkloadFact {
    WorkloadFact {
        name: format!("reviews-{version}"),
        ports: vec![9080, 9090],
        pods: 2,
        account: "default/bookinfo-reviews".into(),
        ..workload("default", "reviews", &[("version", version)])
    }
}

fn service(namespace: &str, name: &str) -> ServiceFact {
    ServiceFact {
        namespace: namespace.into(),
        name: name.into(),
        host: format!("{name}.{namespace}.svc.cluster.local"),
        selector: Labels::from([("app".into(), name.into())]),
        accepts: Some(Mode::Permissive),
        ..ServiceFact::default()
    }
}

fn port(port: u16, name: &str, protocol: &str, http: Option<bool>) -> PortFact {
    PortFact {
        port,
        name: name.into(),
        protocol: protocol.into(),
        http,
        targets: vec![port],
    }
}

fn workload(namespace: &str, app: &str, labels: &[(&str, &str)]) -> WorkloadFact {
    let labels = [("app", app)].into_iter().chain(labels.iter().copied());
    WorkloadFact {
        namespace: namespace.into(),
        name: app.into(),
        selector: labels
            .map(|(key, value)| (key.into(), value.into()))
            .collect(),
        pods: 1,
        accepts: Some(Mode::Permissive),
        account: format!("{namespace}/default"),
        ..WorkloadFact::default()
    }
}
