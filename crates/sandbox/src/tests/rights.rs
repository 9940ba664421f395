//! What a client may do, and what it is told about it.

use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
    SelfSubjectRulesReview, SelfSubjectRulesReviewSpec,
};
use kube::{
    Api,
    api::{ListParams, PostParams},
};

use super::{everywhere, in_shop, status};
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
    let question = SelfSubjectAccessReview {
        spec: SelfSubjectAccessReviewSpec {
            resource_attributes: Some(ResourceAttributes {
                namespace: Some(namespace.to_owned()),
                verb: Some("list".to_owned()),
                resource: Some("pods".to_owned()),
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
