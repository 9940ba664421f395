//! From a kubeconfig to a client, and from clouds to the clusters they share.

use std::{fs, path::PathBuf};

use cluster::{Cloud, Cluster, Error, Fleet, Site, connect};
use mesh::Time;
use sandbox::Sandbox;

fn file(name: &str, text: &str) -> PathBuf {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, text).expect("the folder for tests can be written to");
    file
}

const GOOD: &str = "
apiVersion: v1
kind: Config
clusters:
- name: c
  cluster: {server: 'http://127.0.0.1:1'}
users:
- name: u
  user: {token: s3cret}
contexts:
- name: eu
  context: {cluster: c, user: u, namespace: shop}
";

async fn says(name: &str, text: &str, context: &str) -> String {
    match connect(&file(name, text), context).await {
        Ok(_) => "connected".into(),
        Err(Error::Kubeconfig { says, .. }) => says,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_context_is_found_by_its_name() {
    assert_eq!(says("good", GOOD, "eu").await, "connected");
    assert_eq!(says("other", GOOD, "us").await, "it has no such context");
    let client = connect(&file("namespace", GOOD), "eu").await.unwrap();
    assert_eq!(client.default_namespace(), "shop");
}

#[tokio::test]
async fn what_is_wrong_with_a_kubeconfig_is_said_without_its_secrets() {
    for (name, text) in [
        ("type", GOOD.replace("{token: s3cret}", "[s3cret]")),
        ("yaml", GOOD.replace("{token: s3cret}", "{token: s3cret")),
        (
            "server",
            GOOD.replace("http://127.0.0.1:1", "http://s3cret:x:y"),
        ),
    ] {
        let says = says(name, &text, "eu").await;
        assert!(
            says != "connected" && !says.contains("s3cret"),
            "{name}: {says}"
        );
    }
}

#[tokio::test]
async fn two_clouds_share_the_watches_of_a_cluster() {
    let cluster = Cluster::follow(Sandbox::new("a").client(), "istio-system", || Time(0));
    let cloud = |name: &str| Cloud {
        name: name.into(),
        namespaces: vec!["default".into()],
        sites: vec![Site {
            name: "eu".into(),
            cluster: cluster.clone(),
        }],
    };
    let fleet = Fleet::new([cloud("b"), cloud("a")]);
    let names: Vec<_> = fleet.clouds().map(|cloud| cloud.name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    let views = |name: &str| {
        fleet
            .cloud(name)
            .unwrap()
            .site("eu")
            .unwrap()
            .cluster
            .views()
    };
    assert!(views("a").same_channel(&views("b")));
    let error = fleet.cloud("c").unwrap_err();
    assert_eq!(error, Error::UnknownCloud("c".into()));
}
