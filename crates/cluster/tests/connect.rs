//! From a kubeconfig to a client, and from clouds to the clusters they share.

use std::{fs, path::PathBuf, sync::Arc};

use cluster::{Cloud, Cluster, Connection, Error, Fleet, Site, View, connect};
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

/// Prints a token.
const TOKEN: &str = r#"echo "{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \"status\": {\"token\": \"t\"}}""#;

/// A kubeconfig whose credentials come from this shell script.
fn by(script: &str) -> String {
    let command = format!(
        "exec: {{apiVersion: client.authentication.k8s.io/v1, command: sh, args: ['-c', '{script}']}}"
    );
    GOOD.replace("token: s3cret", &command)
}

/// Follows a cluster whose credentials come from this script.
async fn follow(name: &str, script: &str) -> Cluster {
    let client = connect(&file(name, &by(script)), "eu")
        .await
        .expect("it waits for nothing");
    Cluster::follow(client, "istio-system", || Time(0))
}

/// Why a cluster is lost whose credentials come from this script.
async fn lost(name: &str, script: &str) -> String {
    let cluster = follow(name, script).await;
    let mut views = cluster.views();
    let is_lost = |view: &Arc<View>| matches!(view.connection, Connection::Lost { .. });
    let view = views.wait_for(is_lost).await.expect("it is followed");
    match &view.connection {
        Connection::Lost { reason, .. } => reason.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn credentials_that_do_not_come_lose_the_cluster_and_are_not_shown() {
    let reason = lost("fails", "echo s3cret; exit 1").await;
    assert_eq!(reason, "our credentials could not be renewed");
    let reason = lost("is not understood", "echo s3cret").await;
    assert_eq!(reason, "our credentials could not be renewed");
}

#[tokio::test(start_paused = true)]
async fn credentials_that_hang_hold_up_neither_the_start_nor_the_end() {
    let reason = lost("hangs", "exec sleep 20").await;
    assert_eq!(reason, "our credentials did not come within 10 s");
}

#[tokio::test]
async fn credentials_that_come_late_are_used() {
    let reason = lost("comes", &format!("sleep 0.2; {TOKEN}")).await;
    assert_eq!(reason, "the connection is refused");
}

#[tokio::test(start_paused = true)]
async fn credentials_that_did_not_come_are_fetched_again() {
    let seen = file("seen", "");
    fs::remove_file(&seen).unwrap();
    let seen = seen.display();
    let cluster = follow(
        "again",
        &format!("mkdir {seen} && exit 1; rmdir {seen}; {TOKEN}"),
    )
    .await;
    let mut views = cluster.views();
    let refused = |view: &Arc<View>| matches!(&view.connection, Connection::Lost { reason, .. } if reason == "the connection is refused");
    views.wait_for(refused).await.unwrap();
}
