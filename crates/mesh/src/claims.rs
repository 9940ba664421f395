//! Places in a mesh that only one object can hold: of several, Istio follows one and leaves out the others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Labels, Manifest, Namespace, Resource, ResourceKey, ResourceKind, Snapshot, carries,
    resources::{DestinationRule, PeerAuthentication},
};

/// A place that an object takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Claim {
    /// What workloads accept.
    Peer {
        /// Where they are.
        namespace: Namespace,
        /// Their labels; empty for the namespace as a whole.
        selector: Labels,
    },
    /// How a host is called.
    Traffic {
        /// Where the rule stands.
        namespace: Namespace,
        /// The host, by its full name.
        host: String,
    },
}

/// The places that an object takes which is wanted.
pub fn of_manifest(manifest: &Manifest) -> Vec<Claim> {
    of(&manifest.key, manifest.canonical())
}

/// The places that an object takes which is there. If its spec is not understood it takes none: which ones
/// cannot be told, and that it is not understood is said where it is read.
pub fn of_resource(resource: &Resource) -> Vec<Claim> {
    of(&resource.key, resource.canonical())
}

fn of(key: &ResourceKey, spec: &str) -> Vec<Claim> {
    let claim = match key.kind {
        ResourceKind::PeerAuthentication => peer(&key.namespace, spec),
        ResourceKind::DestinationRule => traffic(&key.namespace, spec),
        _ => None,
    };
    claim.into_iter().collect()
}

fn peer(namespace: &Namespace, spec: &str) -> Option<Claim> {
    let policy: PeerAuthentication = serde_json::from_str(spec).ok()?;
    let selector = policy.selector.map(|selector| selector.match_labels);
    Some(Claim::Peer {
        namespace: namespace.clone(),
        selector: selector.unwrap_or_default(),
    })
}

/// Subsets of several rules are united, and rules for some clients only stand beside those for all.
fn traffic(namespace: &Namespace, spec: &str) -> Option<Claim> {
    let rule: DestinationRule = serde_json::from_str(spec).ok()?;
    let claims = rule.traffic_policy.is_some() && rule.workload_selector.is_none();
    claims.then(|| Claim::Traffic {
        namespace: namespace.clone(),
        host: rule.full_host(namespace),
    })
}

/// The labels of the pods of a site that have not ended. Looked up once for whoever compares many claims.
pub struct Pods<'a>(BTreeMap<&'a Namespace, Vec<&'a Labels>>);

impl<'a> Pods<'a> {
    /// Looks up the pods of a site.
    pub fn of(live: &'a Snapshot) -> Self {
        let mut pods: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for pod in live.pods().filter(|pod| !pod.has_ended()) {
            pods.entry(&pod.namespace).or_default().push(&pod.labels);
        }
        Self(pods)
    }

    /// Whether one of them carries the labels of both.
    fn carry(&self, namespace: &Namespace, one: &Labels, other: &Labels) -> bool {
        let mut pods = self.0.get(namespace).into_iter().flatten();
        pods.any(|pod| carries(pod, one) && carries(pod, other))
    }
}

impl Claim {
    /// Whether both are about the same, so that one of the two would have no effect. Two selections of workloads
    /// are, where one contains the other, or where a pod of the site carries the labels of both.
    pub fn overlaps(&self, other: &Self, pods: &Pods<'_>) -> bool {
        match (self, other) {
            (
                Self::Peer {
                    namespace,
                    selector,
                },
                Self::Peer {
                    namespace: there,
                    selector: others,
                },
            ) => namespace == there && select_the_same(namespace, selector, others, pods),
            (Self::Traffic { .. }, Self::Traffic { .. }) => self == other,
            (Self::Peer { .. }, Self::Traffic { .. })
            | (Self::Traffic { .. }, Self::Peer { .. }) => false,
        }
    }
}

/// A namespace as a whole and some of its workloads are different scopes; the narrower one goes first.
fn select_the_same(namespace: &Namespace, one: &Labels, other: &Labels, pods: &Pods<'_>) -> bool {
    if one.is_empty() || other.is_empty() {
        return one == other;
    }
    // Pods come and go; what one contains of the other does not depend on them.
    carries(one, other) || carries(other, one) || pods.carry(namespace, one, other)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::Event;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        let pairs = pairs.iter();
        pairs
            .map(|(key, value)| ((*key).into(), (*value).into()))
            .collect()
    }

    fn claims(kind: ResourceKind, spec: Value) -> Vec<Claim> {
        let key = ResourceKey::new(kind, "default", "a");
        of_manifest(&Manifest::new(key, Labels::new(), &spec))
    }

    fn peer(namespace: &str, pairs: &[(&str, &str)]) -> Claim {
        Claim::Peer {
            namespace: namespace.into(),
            selector: labels(pairs),
        }
    }

    fn traffic(namespace: &str, host: &str) -> Claim {
        Claim::Traffic {
            namespace: namespace.into(),
            host: host.into(),
        }
    }

    fn site(phase: &str) -> Snapshot {
        let mut site = Snapshot::new("istio-system");
        let object = json!({
            "metadata": {"namespace": "default", "name": "reviews-1", "labels": {"app": "reviews", "version": "1"}},
            "spec": {"containers": []}, "status": {"phase": phase},
        });
        site.observe(Event::Applied(ResourceKind::Pod, object))
            .unwrap();
        site
    }

    #[test]
    fn a_peer_authentication_claims_its_workloads_or_its_namespace() {
        let kind = ResourceKind::PeerAuthentication;
        let whole = [peer("default", &[])];
        for spec in [
            json!({}),
            json!({"selector": {}}),
            json!({"selector": {"matchLabels": {}}}),
        ] {
            assert_eq!(claims(kind, spec), whole);
        }
        let selected = json!({"selector": {"matchLabels": {"app": "reviews"}}});
        assert_eq!(
            claims(kind, selected),
            [peer("default", &[("app", "reviews")])]
        );
    }

    #[test]
    fn a_destination_rule_claims_a_host_only_by_a_policy_for_all_clients() {
        let kind = ResourceKind::DestinationRule;
        let tls = json!({"tls": {"mode": "ISTIO_MUTUAL"}});
        let rule = json!({"host": "reviews", "trafficPolicy": tls});
        let host = "reviews.default.svc.cluster.local";
        assert_eq!(claims(kind, rule), [traffic("default", host)]);
        let subsets = json!([{"name": "v1", "labels": {"version": "1"}, "trafficPolicy": tls}]);
        assert_eq!(
            claims(kind, json!({"host": "reviews", "subsets": subsets})),
            []
        );
        let some = json!({"host": "reviews", "trafficPolicy": tls, "workloadSelector": {"matchLabels": {"a": "b"}}});
        assert_eq!(claims(kind, some), []);
    }

    #[test]
    fn what_is_there_claims_as_what_is_wanted_and_nothing_if_it_is_not_understood() {
        let read = |spec: Value| {
            let object = json!({
                "metadata": {
                    "name": "a", "namespace": "default", "uid": "u", "resourceVersion": "1",
                    "creationTimestamp": "2026-01-01T00:00:00Z",
                },
                "spec": spec,
            });
            of_resource(&Resource::read(ResourceKind::PeerAuthentication, &object).unwrap())
        };
        assert_eq!(read(json!({})), [peer("default", &[])]);
        assert_eq!(read(json!({"mtls": {"mode": "LOOSE"}})), []);
        assert_eq!(claims(ResourceKind::AuthorizationPolicy, json!({})), []);
    }

    #[test]
    fn claims_overlap_where_one_of_two_would_have_no_effect() {
        let reviews = peer("default", &[("app", "reviews")]);
        let first = peer("default", &[("version", "1")]);
        let second = peer("default", &[("version", "2")]);
        let narrow = peer("default", &[("app", "reviews"), ("version", "2")]);
        let whole = peer("default", &[]);
        let host = traffic("default", "a.default.svc.cluster.local");
        let table = [
            (&whole, &whole, true),
            (&whole, &peer("other", &[]), false),
            (&whole, &reviews, false),
            (&reviews, &first, true),
            (&narrow, &reviews, true),
            (
                &peer("default", &[("app", "none"), ("v", "1")]),
                &peer("default", &[("v", "1")]),
                true,
            ),
            (&reviews, &second, false),
            (&second, &second, true),
            (&reviews, &peer("other", &[("app", "reviews")]), false),
            (&host, &host, true),
            (
                &host,
                &traffic("other", "a.default.svc.cluster.local"),
                false,
            ),
            (
                &host,
                &traffic("default", "b.default.svc.cluster.local"),
                false,
            ),
            (&host, &whole, false),
        ];
        let (running, ended) = (site("Running"), site("Succeeded"));
        let pods = Pods::of(&running);
        for (one, other, overlap) in table {
            assert_eq!(one.overlaps(other, &pods), overlap, "{one:?}; {other:?}");
            assert_eq!(other.overlaps(one, &pods), overlap, "{other:?}; {one:?}");
        }
        let gone = Pods::of(&ended);
        assert!(!reviews.overlaps(&first, &gone));
        assert!(reviews.overlaps(&narrow, &gone), "whatever pods there are");
    }
}
