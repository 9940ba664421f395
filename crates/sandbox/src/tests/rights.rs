//! What a client may do, and what it is told about it.

use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
    SelfSubjectRulesReview, SelfSubjectRulesReviewSpec,
};
use kube::{
    Api,
    api::{DeleteParams, ListParams, PostParams},
};

use super::{apply, cluster, everywhere, in_shop, policies, status, stored, strict};
use crate::{Rule, Sandbox};

fn pods_in_shop() -> Rule {
    Rule {
        namespace: Some("shop".to_owned()),
        groups: vec![String::new()],
        resources: vec!["pods".to_owned()],
        verbs: vec!["get".to_owned(), "list".to_owned()],
    }
}

async fn rules(sandbox: &Sandbox, namespace: &str) -> Vec<Vec<String>> {
    let question = SelfSubjectRulesReview {
        spec: SelfSubjectRulesReviewSpec {
            namespace: Some(namespace.to_owned()),
        },
        ..SelfSubjectRulesReview::default()
    };
    let api: Api<SelfSubjectRulesReview> = Api::all(sandbox.client());
    let answer = api.create(&PostParams::default(), &question).await.unwrap();
    let rules = answer.status.unwrap().resource_rules;
    rules.into_iter().map(|rule| rule.verbs).collect()
}

async fn may_list_pods(sandbox: &Sandbox, namespace: &str) -> bool {
    may(sandbox, namespace, "list", "", "pods").await
}

async fn may(sandbox: &Sandbox, namespace: &str, verb: &str, group: &str, resource: &str) -> bool {
    let question = SelfSubjectAccessReview {
        spec: SelfSubjectAccessReviewSpec {
            resource_attributes: Some(ResourceAttributes {
                namespace: Some(namespace.to_owned()),
                verb: Some(verb.to_owned()),
                group: Some(group.to_owned()),
                resource: Some(resource.to_owned()),
                ..ResourceAttributes::default()
            }),
            ..SelfSubjectAccessReviewSpec::default()
        },
        ..SelfSubjectAccessReview::default()
    };
    let api: Api<SelfSubjectAccessReview> = Api::all(sandbox.client());
    let answer = api.create(&PostParams::default(), &question).await.unwrap();
    answer.status.unwrap().allowed
}

#[tokio::test]
async fn without_rules_of_ones_own_everything_is_allowed() {
    let sandbox = Sandbox::new("s");
    assert_eq!(rules(&sandbox, "shop").await, [["*"]]);
    assert!(may_list_pods(&sandbox, "").await);
}

#[tokio::test]
async fn reviews_and_answers_agree() {
    let sandbox = Sandbox::new("s");
    sandbox.set_rules(vec![pods_in_shop()]);
    assert_eq!(rules(&sandbox, "shop").await, [["get", "list"]]);
    assert_eq!(rules(&sandbox, "other").await, [[""; 0]; 0]);
    assert!(may_list_pods(&sandbox, "shop").await);
    assert!(!may_list_pods(&sandbox, "other").await);
    assert!(!may_list_pods(&sandbox, "").await);

    let params = ListParams::default();
    in_shop(&sandbox, "Pod").list(&params).await.unwrap();
    let everywhere = status(everywhere(&sandbox, "Pod").list(&params).await);
    assert_eq!(
        everywhere.message,
        "pods is forbidden: User \"assent\" cannot list resource \"pods\" in API group \"\" at the \
         cluster scope"
    );
}

#[tokio::test]
async fn writing_needs_the_right_to_and_applying_a_new_object_that_to_create() {
    let sandbox = cluster();
    let writes = |verbs: &[&str]| Rule {
        namespace: Some("shop".to_owned()),
        groups: vec!["security.istio.io".to_owned()],
        resources: vec!["peerauthentications".to_owned()],
        verbs: verbs.iter().map(|&verb| verb.to_owned()).collect(),
    };
    let refused = async || status(apply(&sandbox, &strict()).await).message;
    let cannot = |verb: &str| {
        format!(
            "peerauthentications.security.istio.io is forbidden: User \"assent\" cannot {verb} \
             resource \"peerauthentications\" in API group \"security.istio.io\" in the namespace \
             \"shop\""
        )
    };
    sandbox.set_rules(vec![]);
    assert_eq!(refused().await, cannot("patch"));
    sandbox.set_rules(vec![writes(&["patch"])]);
    assert_eq!(refused().await, cannot("create"));
    assert_eq!(rules(&sandbox, "shop").await, [["patch"]]);
    sandbox.set_rules(vec![writes(&["patch", "create"])]);
    apply(&sandbox, &strict()).await.unwrap();
    let deleted = policies(&sandbox)
        .delete("a", &DeleteParams::default())
        .await;
    assert_eq!(status(deleted).message, cannot("delete"));
    let mut found = Vec::new();
    for verb in ["create", "delete", "patch", "update"] {
        let resource = "peerauthentications";
        if may(&sandbox, "shop", verb, "security.istio.io", resource).await {
            found.push(verb);
        }
    }
    assert_eq!(found, ["create", "patch"]);

    sandbox.set_rules(vec![Rule::everything()]);
    sandbox.faults().forbid("PeerAuthentication").unwrap();
    let before = stored(&sandbox);
    assert_eq!(refused().await, cannot("patch"));
    assert_eq!(stored(&sandbox), before);
}
