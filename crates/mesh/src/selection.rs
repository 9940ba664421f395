//! Which pods are behind which services, found by labels and not by looking through all.

use std::collections::HashMap;

use crate::{Labels, Namespace, Pod, Service, Snapshot, Workload, workload};

/// The pods and services of a site by their labels. Made once for whoever asks about many of them.
pub struct Selection<'a> {
    pods: HashMap<Label<'a>, Vec<&'a Pod>>,
    /// Each service by one label that its pods must carry.
    services: HashMap<Label<'a>, Vec<&'a Service>>,
}

/// A label in a namespace: its key and its value.
type Label<'a> = (&'a Namespace, &'a str, &'a str);

impl<'a> Selection<'a> {
    /// Sorts what a site holds by its labels.
    pub fn of(snapshot: &'a Snapshot) -> Self {
        let mut pods: HashMap<_, Vec<_>> = HashMap::new();
        for pod in snapshot.pods() {
            for label in labels(&pod.namespace, &pod.labels) {
                pods.entry(label).or_default().push(pod);
            }
        }
        let mut services: HashMap<_, Vec<_>> = HashMap::new();
        for service in snapshot.services() {
            for label in labels(&service.namespace, &service.selector).take(1) {
                services.entry(label).or_default().push(service);
            }
        }
        Self { pods, services }
    }

    /// The workloads behind a service.
    pub fn behind(&self, service: &Service) -> Vec<Workload> {
        let one = labels(&service.namespace, &service.selector).next();
        let pods = one.and_then(|label| self.pods.get(&label));
        let pods = pods.into_iter().flatten().copied();
        workload::group(pods.filter(|pod| service.selects(&pod.labels)))
    }

    /// The services before a workload, in no order.
    pub fn before(&self, workload: &Workload) -> Vec<&'a Service> {
        labels(&workload.namespace, &workload.labels)
            .filter_map(|label| self.services.get(&label))
            .flatten()
            .copied()
            .filter(|service| service.selects(&workload.labels))
            .collect()
    }
}

fn labels<'a>(namespace: &'a Namespace, labels: &'a Labels) -> impl Iterator<Item = Label<'a>> {
    labels
        .iter()
        .map(move |(key, value)| (namespace, key.as_str(), value.as_str()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{Event, ResourceKind};

    fn put(snapshot: &mut Snapshot, kind: ResourceKind, place: &str, rest: Value) {
        let (namespace, name) = place.split_once('/').unwrap();
        let metadata = json!({"namespace": namespace, "name": name, "labels": rest["labels"]});
        let object = json!({"metadata": metadata, "spec": rest["spec"]});
        snapshot.observe(Event::Applied(kind, object)).unwrap();
    }

    #[test]
    fn the_same_is_found_as_by_looking_through_all() {
        let mut site = Snapshot::new("root");
        for (place, labels) in [
            ("default/a-1", json!({"app": "a", "version": "1"})),
            ("default/a-2", json!({"app": "a", "version": "2"})),
            ("default/none", json!({})),
            ("other/a-1", json!({"app": "a", "version": "1"})),
        ] {
            put(
                &mut site,
                ResourceKind::Pod,
                place,
                json!({"labels": labels}),
            );
        }
        for (place, selector) in [
            ("default/a", json!({"app": "a"})),
            ("default/a-2", json!({"app": "a", "version": "2"})),
            ("default/by-hand", json!({})),
            ("default/nothing", json!({"app": "b"})),
        ] {
            let spec = json!({"selector": selector});
            put(
                &mut site,
                ResourceKind::Service,
                place,
                json!({"spec": spec}),
            );
        }
        let selection = Selection::of(&site);
        for service in site.services() {
            assert_eq!(selection.behind(service), site.behind(service));
        }
        let before = site.workloads().into_iter().map(|workload| {
            let mut names: Vec<_> = selection
                .before(&workload)
                .iter()
                .map(|s| s.name.as_str())
                .collect();
            names.sort_unstable();
            (workload.to_string(), names)
        });
        let expected = [
            ("default/a-1".into(), vec!["a"]),
            ("default/a-2".into(), vec!["a", "a-2"]),
            ("default/none".into(), vec![]),
            ("other/a-1".into(), vec![]),
        ];
        assert_eq!(before.collect::<Vec<_>>(), expected);
    }
}
