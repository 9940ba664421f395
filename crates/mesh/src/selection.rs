//! Which pods are behind which services, found by labels and not by looking through all.

use std::collections::{BTreeMap, HashMap};

use crate::{Labels, Namespace, Pod, Service, Snapshot, Workload, workload};

/// The pods and services of a site by their labels. Made once for whoever asks about many of them.
pub struct Selection<'a> {
    pods: HashMap<Label<'a>, Vec<&'a Pod>>,
    /// Each service by one label that its pods must carry.
    services: HashMap<Label<'a>, Vec<&'a Service>>,
    /// Each service by all labels that its pods must carry.
    narrower: HashMap<Label<'a>, Vec<&'a Service>>,
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
        let mut narrower: HashMap<_, Vec<_>> = HashMap::new();
        for service in snapshot.services() {
            for (number, label) in labels(&service.namespace, &service.selector).enumerate() {
                narrower.entry(label).or_default().push(service);
                if number == 0 {
                    services.entry(label).or_default().push(service);
                }
            }
        }
        Self {
            pods,
            services,
            narrower,
        }
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
        self.selecting(&workload.namespace, &workload.labels)
            .collect()
    }

    /// The other services that choose pods which this one chooses too, by name: as the pods are now, or whatever
    /// pods there will be, where the selector of one contains that of the other.
    pub fn beside(&self, service: &Service) -> Vec<&'a Service> {
        let Service {
            namespace,
            selector,
            ..
        } = service;
        let Some(one) = labels(namespace, selector).next() else {
            return Vec::new();
        };
        let pods = self.pods.get(&one).into_iter().flatten();
        let pods = pods.filter(|pod| !pod.has_ended() && service.selects(&pod.labels));
        let chosen = pods.flat_map(|pod| self.selecting(namespace, &pod.labels));
        let narrower = self.narrower.get(&one).into_iter().flatten().copied();
        let narrower = narrower.filter(|other| service.selects(&other.selector));
        let wider = self.selecting(namespace, selector);
        let all = chosen.chain(narrower).chain(wider);
        let by_name: BTreeMap<_, _> = all.map(|other| (&other.name, other)).collect();
        let others = by_name.into_values();
        others.filter(|other| other.name != service.name).collect()
    }

    /// The services that choose what carries these labels; one may come twice.
    fn selecting<'b>(
        &'b self,
        namespace: &'b Namespace,
        carried: &'b Labels,
    ) -> impl Iterator<Item = &'a Service> + use<'a, 'b> {
        labels(namespace, carried)
            .filter_map(|label| self.services.get(&label))
            .flatten()
            .copied()
            .filter(|service| service.selects(carried))
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

    #[test]
    fn services_are_beside_each_other_where_they_choose_the_same_pods_or_would() {
        let mut site = Snapshot::new("root");
        let labels = json!({"labels": {"app": "a", "role": "db"}});
        put(&mut site, ResourceKind::Pod, "default/a-1", labels);
        for (place, selector) in [
            ("default/api", json!({"app": "a"})),
            ("default/by-hand", json!({})),
            ("default/db", json!({"role": "db"})),
            ("default/next", json!({"app": "a", "version": "2"})),
            ("default/none", json!({"role": "none"})),
            ("other/api", json!({"app": "a"})),
        ] {
            let spec = json!({"spec": {"selector": selector}});
            put(&mut site, ResourceKind::Service, place, spec);
        }
        let selection = Selection::of(&site);
        let beside = site.services().map(|service| {
            let names = selection.beside(service);
            let names = names.iter().map(|other| other.name.as_str());
            names.collect::<Vec<_>>()
        });
        let expected = [
            vec!["db", "next"],
            vec![],
            vec!["api"],
            vec!["api"],
            vec![],
            vec![],
        ];
        assert_eq!(beside.collect::<Vec<_>>(), expected);
    }
}
