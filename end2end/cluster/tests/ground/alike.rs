//! The sandbox and a real API server, asked the same: what the sandbox says, a real one says as well.

mod differences;

use futures::{StreamExt, stream};
use kube::Client;
use mesh::resources::{ALL, READ};
use serde_json::{Value, json};

use crate::common::{Question, SITES, ask, ground, post, read};
use differences::differences;

/// Asks for everything that is served at once.
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

const DISCOVERY: &[&str] = &[
    "/version",
    "/api",
    "/apis",
    "/apis/security.istio.io",
    "/apis/networking.istio.io",
    "/api/v1",
    "/apis/networking.istio.io/v1",
    "/apis/networking.istio.io/v1alpha3",
    "/apis/networking.istio.io/v1beta1",
    "/apis/security.istio.io/v1",
    "/apis/telemetry.istio.io/v1",
    "/apis/extensions.istio.io/v1alpha1",
    "/apis/authorization.k8s.io/v1",
];

/// How every kind is listed, by where its objects in one namespace are and by where all are.
const LISTS: &[&str] = &[
    "{all}",
    "{all}?limit=500&labelSelector=app%3Dreviews",
    "{all}?limit=500&resourceVersion=0",
    "{one}",
    "{one}?limit=1",
    "{one}?fieldSelector=metadata.name%3Dreviews",
    // What is there, then that this was all.
    "{all}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1",
];

const OBJECTS: &[&str] = &[
    "/api/v1/namespaces/default",
    "/api/v1/namespaces/default/services/reviews",
    "/api/v1/namespaces/istio-system/configmaps/istio",
    "/apis/security.istio.io/v1/namespaces/default/peerauthentications/reviews",
    "/apis/networking.istio.io/v1/namespaces/default/virtualservices/bookinfo",
    "/apis/security.istio.io/v1/namespaces/nowhere/peerauthentications",
];

/// Questions to which there is no good answer.
const FAILURES: &[&str] = &[
    "/nothing",
    "/api/v2",
    "/apis/nothing.istio.io",
    "/apis/security.istio.io/v2",
    "/api/v1/nothings",
    "/api/v1/namespaces/nowhere",
    "/api/v1/namespaces/default/services/nothing",
    "/apis/security.istio.io/v1/namespaces/default/peerauthentications/nothing",
    "/apis/security.istio.io/v1/peerauthentications?limit=many",
    "/apis/security.istio.io/v1/peerauthentications?continue=nothing",
    "/apis/security.istio.io/v1/peerauthentications?labelSelector=a%3D%3D%3Db",
    "/apis/security.istio.io/v1/peerauthentications?fieldSelector=spec.mode%3Da",
    "/apis/security.istio.io/v1/peerauthentications?resourceVersion=many&resourceVersionMatch=Exact",
    "/apis/security.istio.io/v1/peerauthentications?watch=true&timeoutSeconds=1&resourceVersion=many",
    "/apis/security.istio.io/v1/peerauthentications?watch=true&sendInitialEvents=true&timeoutSeconds=1",
];

/// How many questions are asked at once.
const AT_ONCE: usize = 16;

#[tokio::test]
async fn what_the_sandbox_says_a_real_api_server_says_as_well() {
    let ground = ground().await;
    let real = ground.client(SITES[0]).await.unwrap();
    let demo = sandbox::shop(SITES[0]).client();

    let lists = lists();
    let paths = DISCOVERY.iter().chain(OBJECTS).copied();
    let paths = paths.chain(lists.iter().map(String::as_str));
    let aggregated = ["/api", "/apis"].map(|path| Question {
        kind: AGGREGATED,
        ..read(path)
    });
    let rules = json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": { "namespace": "default" },
    });
    let access = json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": { "resourceAttributes": { "verb": "list", "resource": "pods" } },
    });
    let reviews = [
        post(
            "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
            &rules,
        ),
        post(
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            &access,
        ),
    ];
    let questions = paths.map(read).chain(aggregated).chain(reviews);
    let compared = stream::iter(questions).map(|question| compare(&demo, &real, question));
    let found: Vec<Vec<String>> = compared.buffer_unordered(AT_ONCE).collect().await;
    let mut found: Vec<String> = found.into_iter().flatten().collect();
    found.sort();
    assert_eq!(found, Vec::<String>::new());
}

#[tokio::test]
async fn the_sandbox_fails_as_a_real_api_server_does() {
    let ground = ground().await;
    let real = ground.client(SITES[0]).await.unwrap();
    let demo = sandbox::shop(SITES[0]).client();
    let mut otherwise = Vec::new();
    for path in FAILURES {
        let (demo, real) = (failure(&demo, path).await, failure(&real, path).await);
        if demo != real {
            otherwise.push(format!("{path}: the sandbox {demo:?}, a real one {real:?}"));
        }
    }
    assert_eq!(otherwise, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_watched_from_a_version_that_is_forgotten_has_expired() {
    let ground = ground().await;
    let real = ground.client(SITES[0]).await.unwrap();
    let demo = sandbox::shop(SITES[0]);
    demo.faults().expire_history();
    let path = "/apis/security.istio.io/v1/peerauthentications?watch=true&timeoutSeconds=1&resourceVersion=1";
    for client in [real, demo.client()] {
        let (code, events) = ask(&client, &read(path)).await;
        let [event] = events.as_slice() else {
            panic!("{events:?}");
        };
        let object = &event["object"];
        let told = json!([
            code,
            event["type"],
            object["kind"],
            object["code"],
            object["reason"]
        ]);
        assert_eq!(told, json!([200, "ERROR", "Status", 410, "Expired"]));
    }
}

/// All lists of all kinds.
fn lists() -> Vec<String> {
    let kinds = READ.iter().chain(ALL);
    let lists = kinds.flat_map(|kind| {
        let group = match kind.group() {
            "" => format!("/api/{}", kind.version()),
            group => format!("/apis/{group}/{}", kind.version()),
        };
        let all = format!("{group}/{}", kind.plural());
        let one = match kind.is_namespaced() {
            true => format!("{group}/namespaces/default/{}", kind.plural()),
            false => all.clone(),
        };
        // Which namespace comes first depends on the tests beside this one.
        let is_stable = |list: &&&str| kind.is_namespaced() || !list.ends_with("?limit=1");
        let lists = LISTS.iter().filter(is_stable);
        lists.map(move |list| list.replace("{all}", &all).replace("{one}", &one))
    });
    lists.collect()
}

/// What only the sandbox says to this question.
async fn compare(demo: &Client, real: &Client, question: Question<'_>) -> Vec<String> {
    let ((told, demo), (code, real)) = tokio::join!(ask(demo, &question), ask(real, &question));
    assert_eq!(told, code, "{question:?}");
    let found = differences(&Value::from(demo), &Value::from(real));
    let found = found.into_iter();
    found
        .map(|found| format!("{}: {found}", question.path))
        .collect()
}

/// The code and the reason of a failure.
async fn failure(client: &Client, path: &str) -> (u16, String) {
    let (code, answers) = ask(client, &read(path)).await;
    let reason = answers.first().map(|answer| &answer["reason"]);
    let reason = reason.and_then(Value::as_str).unwrap_or_default();
    (code, reason.to_owned())
}
