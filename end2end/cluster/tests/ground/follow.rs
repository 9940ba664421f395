//! The product's eyes on a real cluster.

use std::{collections::BTreeSet, sync::Arc};

use cluster::{Cluster, Connection, View, connect};
use end2end_cluster::Ground;
use mesh::{
    Namespace, Snapshot, Time, Workload,
    mtls::posture,
    resources::{ALL, READ},
};

use crate::common::{SITES, ground};

const ROOT: &str = "istio-system";
const NAMESPACES: [&str; 3] = ["default", "guestbook", "legacy"];

/// The first view in which everything was listed.
async fn live(cluster: &Cluster) -> View {
    let mut views = cluster.views();
    let is_live = |view: &Arc<View>| {
        view.connection == Connection::Live && view.snapshot.synced() && view.kubernetes.is_some()
    };
    let view = views.wait_for(is_live).await.unwrap();
    View::clone(&**view)
}

/// What a snapshot holds of the shop, by name.
fn held(snapshot: &Snapshot) -> BTreeSet<String> {
    let is_of_shop = |namespace: &Namespace| {
        namespace.as_str() == ROOT || NAMESPACES.contains(&namespace.as_str())
    };
    let services = snapshot
        .services()
        .map(|it| ("Service", &it.namespace, &it.name));
    let pods = snapshot.pods().map(|it| ("Pod", &it.namespace, &it.name));
    let accounts = snapshot.service_accounts();
    let accounts = accounts.map(|it| ("ServiceAccount", &it.namespace, &it.name));
    let of_kubernetes = services.chain(pods).chain(accounts);
    let of_kubernetes = of_kubernetes.filter(|(_, namespace, _)| is_of_shop(namespace));
    let of_kubernetes = of_kubernetes.map(|(kind, at, name)| format!("{kind} {at}/{name}"));
    let resources = ALL.iter().flat_map(|kind| snapshot.resources(*kind));
    let resources = resources.filter(|it| is_of_shop(&it.key.namespace));
    of_kubernetes
        .chain(resources.map(|it| it.key.to_string()))
        .collect()
}

/// The workloads, but for the versions of their proxies.
fn workloads(snapshot: &Snapshot) -> Vec<Workload> {
    let mut workloads = snapshot.workloads();
    for workload in &mut workloads {
        workload.proxy_versions.clear();
    }
    workloads
}

/// Follows a site of the ground.
async fn follow(ground: &Ground, site: &str) -> Cluster {
    let client = connect(ground.kubeconfig(), site).await.unwrap();
    Cluster::follow(client, ROOT, || Time(0))
}

#[tokio::test]
async fn a_site_is_seen_as_the_demo_shows_it() {
    let ground = ground().await;
    for site in SITES {
        let real = live(&follow(&ground, site).await).await;
        let demo = Cluster::follow(sandbox::shop(site).client(), ROOT, || Time(0));
        let demo = live(&demo).await;

        assert_eq!(real.absent, demo.absent);
        assert_eq!(real.missing, demo.missing);
        assert_eq!(real.snapshot.unreadable().count(), 0);
        // A real API server has a service of its own.
        let mut shop = held(&demo.snapshot);
        shop.insert("Service default/kubernetes".into());
        assert_eq!(held(&real.snapshot), shop);
        assert_eq!(workloads(&real.snapshot), workloads(&demo.snapshot));
        assert_eq!(real.snapshot.mesh_config(), demo.snapshot.mesh_config());
        let accepts = |view: &View| posture(&view.snapshot, &NAMESPACES.map(Namespace::from));
        assert_eq!(accepts(&real), accepts(&demo));
    }
}

#[tokio::test]
async fn a_site_says_which_versions_run() {
    let ground = ground().await;
    let view = live(&follow(&ground, SITES[0]).await).await;
    assert_eq!(view.kubernetes.as_deref(), Some("v1.36.3"));
    assert_eq!(
        view.snapshot.istio_version(),
        Some("1.31-alpha.eed52ebb66ad")
    );
}

#[tokio::test]
async fn whoever_runs_the_ground_may_do_everything() {
    let ground = ground().await;
    let cluster = follow(&ground, SITES[0]).await.writing(ALL);
    let rights = cluster
        .rights(&NAMESPACES.map(Namespace::from))
        .await
        .unwrap();
    assert_eq!(rights.missing.len(), 0);
    assert!(rights.found.len() > 3 * (READ.len() + ALL.len()));
    assert!(!rights.incomplete);
}
