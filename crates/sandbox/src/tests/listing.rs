//! Reading what is there.

use http::Request;
use kube::{
    Discovery,
    api::{DeleteParams, ListParams},
    discovery::verbs,
};
use serde_json::{Value, json};

use super::{account, everywhere, in_shop, labelled, names, status};
use crate::{Sandbox, shop};

#[tokio::test]
async fn a_list_is_in_order_and_says_its_version() {
    let sandbox = Sandbox::new("s");
    for name in ["b", "a"] {
        sandbox.put(account(name)).unwrap();
    }
    let list = everywhere(&sandbox, "ServiceAccount")
        .list(&ListParams::default())
        .await
        .unwrap();
    assert_eq!(names(&list.items), ["a", "b"]);
    assert_eq!(list.metadata.resource_version.as_deref(), Some("3"));
    assert_eq!(list.metadata.continue_, None);
}

#[tokio::test]
async fn only_lists_of_built_in_kinds_leave_out_what_the_items_are() {
    let sandbox = shop("eu-west");
    for (kind, is_said) in [("Pod", false), ("VirtualService", true)] {
        let api = everywhere(&sandbox, kind);
        let list = api.list(&ListParams::default()).await.unwrap();
        let item = &list.items[0];
        assert_eq!(item.types.is_some(), is_said, "{kind}");
    }
}

#[tokio::test]
async fn pages_together_show_one_instant() {
    let sandbox = Sandbox::new("s");
    let expected: Vec<String> = (0..1203).map(|i| format!("account-{i:04}")).collect();
    for name in &expected {
        sandbox.put(account(name)).unwrap();
    }
    let api = everywhere(&sandbox, "ServiceAccount");
    let mut params = ListParams::default().limit(500);
    let mut found = Vec::new();
    let mut rest = Vec::new();
    loop {
        let page = api.list(&params).await.unwrap();
        found.extend(names(&page.items).into_iter().map(str::to_owned));
        rest.push(page.metadata.remaining_item_count);
        assert_eq!(page.metadata.resource_version.as_deref(), Some("1204"));
        let Some(token) = page.metadata.continue_ else {
            break;
        };
        params = params.continue_token(&token);
        // Neither of these belongs to the instant the first page showed.
        sandbox.delete("ServiceAccount", "shop", "account-1200");
        sandbox.put(account("account-1200-b")).unwrap();
    }
    assert_eq!(found, expected);
    assert_eq!(rest, [Some(703), Some(203), None]);
}

#[tokio::test]
async fn a_page_of_a_forgotten_instant_is_gone() {
    let sandbox = Sandbox::new("s");
    for name in ["a", "b"] {
        sandbox.put(account(name)).unwrap();
    }
    let api = everywhere(&sandbox, "ServiceAccount");
    let params = ListParams::default().limit(1);
    let page = api.list(&params).await.unwrap();
    sandbox.faults().expire_history();
    let params = params.continue_token(&page.metadata.continue_.unwrap());
    let gone = status(api.list(&params).await);
    assert_eq!((gone.code, gone.reason.as_str()), (410, "Expired"));
}

#[tokio::test]
async fn an_exact_version_is_listed_as_it_was() {
    let sandbox = Sandbox::new("s");
    sandbox.put(account("a")).unwrap();
    sandbox.put(account("b")).unwrap();
    let params = ListParams::default()
        .at("2")
        .matching(kube::api::VersionMatch::Exact);
    let api = everywhere(&sandbox, "ServiceAccount");
    assert_eq!(names(&api.list(&params).await.unwrap().items), ["a"]);
    let params = params.matching(kube::api::VersionMatch::NotOlderThan);
    assert_eq!(names(&api.list(&params).await.unwrap().items), ["a", "b"]);
}

#[tokio::test]
async fn selectors_and_namespaces_narrow_a_list() {
    let sandbox = Sandbox::new("s");
    let mut elsewhere = labelled("a", "red");
    elsewhere["metadata"]["namespace"] = json!("elsewhere");
    for object in [elsewhere, labelled("b", "red"), labelled("c", "blue")] {
        sandbox.put(object).unwrap();
    }
    let all = everywhere(&sandbox, "ServiceAccount");
    let shop = in_shop(&sandbox, "ServiceAccount");
    let red = ListParams::default().labels("team in (red)");
    let not_b = ListParams::default().fields("metadata.name!=b");
    assert_eq!(names(&all.list(&red).await.unwrap().items), ["a", "b"]);
    assert_eq!(names(&all.list(&not_b).await.unwrap().items), ["a", "c"]);
    assert_eq!(names(&shop.list(&red).await.unwrap().items), ["b"]);
    let wrong = ListParams::default().labels("team ~ red");
    assert_eq!(status(all.list(&wrong).await).code, 400);
}

#[tokio::test]
async fn one_object_is_read_by_name() {
    let sandbox = shop("eu-west");
    let api = everywhere(&sandbox, "Namespace");
    let namespace = api.get("default").await.unwrap();
    let stored = sandbox.object("Namespace", "", "default").unwrap();
    assert_eq!(serde_json::to_value(namespace).unwrap(), stored);
}

#[tokio::test]
async fn what_is_missing_is_named_in_the_status() {
    let sandbox = Sandbox::new("s");
    let api = in_shop(&sandbox, "VirtualService");
    let missing = serde_json::to_value(status(api.get("web").await)).unwrap();
    let expected = json!({
        "status": "Failure",
        "code": 404,
        "metadata": {},
        "reason": "NotFound",
        "message": "virtualservices.networking.istio.io \"web\" not found",
        "details": { "name": "web", "group": "networking.istio.io", "kind": "virtualservices" },
    });
    assert_eq!(missing, expected);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused() {
    let sandbox = shop("eu-west");
    let request = Request::get("/api/v1/nodes").body(Vec::new()).unwrap();
    let unknown = status(sandbox.client().request::<Value>(request).await);
    assert_eq!((unknown.code, unknown.reason.as_str()), (404, "NotFound"));

    let api = everywhere(&sandbox, "Namespace");
    let (how, which) = (DeleteParams::default(), ListParams::default());
    let refused = status(api.delete_collection(&how, &which).await);
    assert_eq!(
        (refused.code, refused.reason.as_str()),
        (405, "MethodNotAllowed")
    );
}

#[tokio::test]
async fn both_ways_of_discovery_find_the_same() {
    let sandbox = Sandbox::new("s");
    sandbox.remove_kind("TrafficExtension").unwrap();
    let found = |discovery: Discovery| {
        let mut kinds: Vec<String> = discovery
            .groups()
            .flat_map(|group| group.resources_by_stability())
            .filter(|(_, capabilities)| capabilities.supports_operation(verbs::WATCH))
            .map(|(resource, _)| format!("{}/{}", resource.api_version, resource.plural))
            .collect();
        kinds.sort();
        kinds
    };
    let client = sandbox.client();
    let classic = found(Discovery::new(client.clone()).run().await.unwrap());
    let aggregated = found(Discovery::new(client).run_aggregated().await.unwrap());
    assert_eq!(classic, aggregated);
    assert_eq!(classic.len(), 19);
    assert!(classic.contains(&"networking.istio.io/v1alpha3/envoyfilters".to_owned()));
}

#[tokio::test]
async fn the_version_of_the_server_is_told() {
    let version = Sandbox::new("s")
        .client()
        .apiserver_version()
        .await
        .unwrap();
    assert_eq!(
        (version.major.as_str(), version.minor.as_str()),
        ("1", "34")
    );
}

#[tokio::test]
async fn a_removed_kind_is_not_found_until_it_is_installed_again() {
    let sandbox = shop("eu-west");
    let api = everywhere(&sandbox, "Gateway");
    sandbox.remove_kind("Gateway").unwrap();
    let gone = status(api.list(&ListParams::default()).await);
    assert_eq!(
        (gone.code, gone.message.as_str()),
        (404, "404 page not found")
    );
    sandbox.install_kind("Gateway").unwrap();
    let list = api.list(&ListParams::default()).await.unwrap();
    assert_eq!(names(&list.items), [""; 0]);
}
