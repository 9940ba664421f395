//! What we may do, as the API server tells it.

use std::time::Duration;

use cluster::{Cluster, Error, Rights};
use mesh::{
    Namespace, ResourceKind, Time,
    resources::{ALL, READ},
};
use sandbox::{Line, Rule, Sandbox};
use tokio::time::{Instant, sleep};

fn rule(namespace: Option<&str>, groups: &[&str], resources: &[&str], verbs: &[&str]) -> Rule {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).into()).collect();
    Rule {
        namespace: namespace.map(String::from),
        groups: owned(groups),
        resources: owned(resources),
        verbs: owned(verbs),
    }
}

async fn rights(sandbox: &Sandbox, namespaces: &[&str]) -> Result<Rights, Error> {
    let namespaces: Vec<Namespace> = namespaces.iter().map(|name| (*name).into()).collect();
    let cluster = Cluster::follow(sandbox.client(), "istio-system", || Time(0));
    cluster.rights(&namespaces).await
}

#[tokio::test(start_paused = true)]
async fn with_all_rights_none_is_missing() {
    let sandbox = Sandbox::new("a");
    let rights = rights(&sandbox, &["default"]).await.unwrap();
    assert_eq!(rights.missing.len(), 0);
    assert_eq!(rights.found.len(), 3 * (READ.len() + ALL.len()));
    assert!(!rights.incomplete);
}

#[tokio::test(start_paused = true)]
async fn what_is_missing_is_named_by_verb_resource_and_namespace() {
    let sandbox = Sandbox::new("a");
    let verbs = ["get", "list", "watch"];
    let istio = [
        "networking.istio.io",
        "security.istio.io",
        "telemetry.istio.io",
        "extensions.istio.io",
    ];
    sandbox.set_rules(vec![
        rule(None, &[""], &["*"], &verbs),
        rule(Some("default"), &istio, &["*"], &verbs),
        rule(Some("other"), &istio[1..], &["*"], &verbs),
        rule(Some("other"), &istio[..1], &["*"], &verbs[..2]),
    ]);
    let rights = rights(&sandbox, &["default", "other"]).await.unwrap();
    let missing: Vec<_> = rights
        .missing
        .iter()
        .map(|right| right.to_string())
        .collect();
    assert_eq!(missing.len(), 9, "{missing:?}");
    assert_eq!(
        missing[0],
        "watch destinationrules.networking.istio.io in other"
    );
}

#[tokio::test(start_paused = true)]
async fn where_something_is_written_its_rights_are_asked_for_too() {
    let sandbox = Sandbox::new("a");
    let verbs = ["get", "list", "watch"];
    let writes = ["patch", "create"];
    sandbox.set_rules(vec![
        rule(None, &["*"], &["*"], &verbs),
        rule(
            Some("default"),
            &["security.istio.io"],
            &["authorizationpolicies"],
            &writes,
        ),
    ]);
    let kinds = [
        ResourceKind::AuthorizationPolicy,
        ResourceKind::DestinationRule,
    ];
    let cluster = Cluster::follow(sandbox.client(), "istio-system", || Time(0));
    let reading = cluster.rights(&["default".into()]).await.unwrap();
    assert_eq!(reading.missing.len(), 0);
    let cluster = cluster.writing(&kinds);
    let rights = cluster.rights(&["default".into()]).await.unwrap();
    assert_eq!(rights.found.len(), reading.found.len() + 2);
    let missing: Vec<_> = rights.missing.iter().map(ToString::to_string).collect();
    let expected = [
        "create destinationrules.networking.istio.io in default",
        "patch destinationrules.networking.istio.io in default",
        "delete authorizationpolicies.security.istio.io in default",
        "delete destinationrules.networking.istio.io in default",
    ];
    assert_eq!(missing, expected);
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_does_not_answer_is_told_from_one_that_refuses() {
    let sandbox = Sandbox::new("a");
    sandbox.faults().line(Line::Down);
    let error = rights(&sandbox, &["default"]).await.unwrap_err();
    assert_eq!(
        error,
        Error::Unreachable("the connection is refused".into())
    );
    sandbox.faults().line(Line::Silent);
    let error = rights(&sandbox, &["default"]).await.unwrap_err();
    assert_eq!(error, Error::Unreachable("no answer within 10 s".into()));
}

#[tokio::test(start_paused = true)]
async fn an_answer_holds_for_a_minute_and_for_its_namespaces_only() {
    let sandbox = Sandbox::new("a");
    let cluster = Cluster::follow(sandbox.client(), "istio-system", || Time(0));
    let missing = async |namespace: &str| {
        let rights = cluster.rights(&[namespace.into()]).await.unwrap();
        !rights.missing.is_empty()
    };
    assert!(!missing("default").await);
    sandbox.set_rules(Vec::new());
    assert!(!missing("default").await);
    assert!(missing("other").await);
    sleep(Duration::from_secs(61)).await;
    assert!(missing("default").await);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_turn_counts_as_waiting_for_an_answer() {
    let sandbox = Sandbox::new("a");
    sandbox.faults().line(Line::Silent);
    let begun = Instant::now();
    // The lists of the watches take every turn.
    let error = rights(&sandbox, &["default", "other"]).await.unwrap_err();
    assert_eq!(error, Error::Unreachable("no answer within 10 s".into()));
    assert_eq!(begun.elapsed(), Duration::from_secs(10));
}
