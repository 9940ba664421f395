//! The product's hands on a real cluster.
#![expect(
    clippy::disallowed_methods,
    reason = "this is about the requests themselves"
)]

use std::sync::Arc;

use cluster::{Answer, Cluster, Seen, Verified, connect};
use end2end_cluster::Ground;
use http::Method;
use mesh::{Labels, Manifest, Resource, ResourceKey, ResourceKind, Time};
use serde_json::{Value, json};

use crate::common::{Question, SITES, ask, ground, post};

const KIND: ResourceKind = ResourceKind::PeerAuthentication;

/// A namespace of one's own, and the hands that reach it.
struct Hands {
    ground: Arc<Ground>,
    cluster: Cluster,
    namespace: &'static str,
}

impl Hands {
    async fn in_namespace(namespace: &'static str) -> Self {
        let ground = ground().await;
        let client = ground.client(SITES[0]).await.unwrap();
        let object =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
        let made = ask(&client, &post("/api/v1/namespaces", &object)).await;
        assert_eq!(made.0, 201, "{made:?}");
        let client = connect(ground.kubeconfig(), SITES[0]).await.unwrap();
        let cluster = Cluster::follow(client, "istio-system", || Time(0));
        Self {
            ground,
            cluster,
            namespace,
        }
    }

    fn wants(&self, spec: Value) -> Manifest {
        let labels = Labels::from([("assent/intent".into(), "mtls".into())]);
        Manifest::new(ResourceKey::new(KIND, self.namespace, "p"), labels, &spec)
    }

    fn strict(&self) -> Manifest {
        self.wants(json!({"mtls": {"mode": "STRICT"}}))
    }

    /// Makes what is strict.
    async fn made(&self) -> Resource {
        done(self.cluster.apply(&self.strict(), &Seen::nothing()).await)
    }

    /// Somebody changes the object with kubectl.
    async fn edit(&self, spec: Value) {
        let client = self.ground.client(SITES[0]).await.unwrap();
        let path = format!(
            "/apis/security.istio.io/v1/namespaces/{}/peerauthentications/p?fieldManager=kubectl-edit",
            self.namespace
        );
        let question = Question {
            method: Method::PATCH,
            path: &path,
            kind: "application/merge-patch+json",
            body: Some(&json!({ "spec": spec })),
        };
        let edited = ask(&client, &question).await;
        assert_eq!(edited.0, 200, "{edited:?}");
    }

    async fn live(&self) -> Resource {
        self.cluster
            .read(&self.strict().key)
            .await
            .unwrap()
            .unwrap()
    }
}

/// The object that an answer says was stored.
fn done(answer: Answer) -> Resource {
    match answer {
        Answer::Done { resource, .. } => *resource,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_made_can_be_changed_and_removed_as_it_was_seen() {
    let hands = Hands::in_namespace("hands-change").await;
    let made = hands.made().await;
    assert_eq!(hands.cluster.verify(&hands.strict()).await, Verified::Same);
    let open = hands.wants(json!({"mtls": {"mode": "PERMISSIVE"}}));
    let changed = done(hands.cluster.apply(&open, &Seen::from(&made)).await);
    assert_eq!(changed.canonical(), open.canonical());
    let removed = hands.cluster.remove(&open.key, &Seen::from(&changed)).await;
    assert_eq!(removed, Answer::Removed { uid: made.uid });
    assert_eq!(hands.cluster.verify(&open).await, Verified::Gone);
}

#[tokio::test]
async fn what_is_otherwise_than_it_was_seen_is_left_alone() {
    let hands = Hands::in_namespace("hands-moved").await;
    let made = hands.made().await;
    let again = hands.cluster.apply(&hands.strict(), &Seen::nothing()).await;
    assert_eq!(again, Answer::Moved);
    let spec = json!({"selector": {"matchLabels": {"app": "a"}}});
    hands.edit(spec).await;
    let live = hands.live().await;
    let stale = Seen::from(&made);
    assert_eq!(
        hands.cluster.apply(&hands.strict(), &stale).await,
        Answer::Moved
    );
    assert_eq!(hands.cluster.remove(&made.key, &stale).await, Answer::Moved);
    let another = Seen {
        uid: Some("00000000-0000-0000-0000-000000000000".into()),
        ..Seen::from(&live)
    };
    assert_eq!(
        hands.cluster.apply(&hands.strict(), &another).await,
        Answer::Moved
    );
    assert_eq!(
        hands.cluster.remove(&made.key, &another).await,
        Answer::Moved
    );
    assert_eq!(hands.live().await, live);

    let seen = Seen::from(&live);
    let removed = hands.cluster.remove(&made.key, &seen).await;
    assert_eq!(removed, Answer::Removed { uid: made.uid });
    assert_eq!(
        hands.cluster.apply(&hands.strict(), &seen).await,
        Answer::Moved
    );
    assert_eq!(hands.cluster.remove(&made.key, &seen).await, Answer::Moved);
}

#[tokio::test]
async fn what_another_changed_is_a_conflict_until_it_is_restored() {
    let hands = Hands::in_namespace("hands-conflict").await;
    hands.made().await;
    let spec = json!({"mtls": {"mode": "DISABLE"}, "selector": {"matchLabels": {"app": "a"}}});
    hands.edit(spec).await;
    let seen = Seen::from(&hands.live().await);
    let conflict = Answer::Conflict {
        owner: "kubectl-edit".into(),
        field: ".spec.mtls.mode".into(),
    };
    assert_eq!(hands.cluster.apply(&hands.strict(), &seen).await, conflict);
    done(hands.cluster.restore(&hands.strict(), &seen).await);
    assert_eq!(hands.cluster.verify(&hands.strict()).await, Verified::Same);
}

#[tokio::test]
async fn what_istio_refuses_is_told_with_its_field() {
    let hands = Hands::in_namespace("hands-refused").await;
    let ports = hands.wants(json!({"portLevelMtls": {"9090": {"mode": "DISABLE"}}}));
    let refused = hands.cluster.apply(&ports, &Seen::nothing()).await;
    let told = Answer::Refused {
        code: 422,
        says: "PeerAuthentication.security.istio.io \"p\" is invalid: spec: Invalid value: portLevelMtls requires selector".into(),
        field: Some("spec".into()),
    };
    assert_eq!(refused, told);

    let key = ResourceKey::new(ResourceKind::VirtualService, hands.namespace, "v");
    let route = json!({"hosts": ["web"], "http": [{"route": [{"destination": {"host": "web"}, "weight": -60}]}]});
    let route = Manifest::new(key, Labels::new(), &route);
    let refused = hands.cluster.apply(&route, &Seen::nothing()).await;
    let told = Answer::Refused {
        code: 400,
        says: "admission webhook \"rev.validation.istio.io\" denied the request: configuration is invalid: weight -60 < 0".into(),
        field: None,
    };
    assert_eq!(refused, told);
    assert_eq!(hands.cluster.read(&route.key).await.unwrap(), None);
}
