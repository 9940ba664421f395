//! The labels by which a workload is chosen: as few as tell its pods from those of others, and such as stay when a
//! new version of it is rolled out.

use std::collections::{BTreeSet, HashMap};

use mesh::{Labels, Name, Namespace, Snapshot};

/// Which workloads have pods that carry a label.
pub(super) struct Carriers<'a>(HashMap<(&'a Namespace, &'a str, &'a str), BTreeSet<Name>>);

/// So many labels are looked at; more are tried all together only.
const MOST: usize = 10;

impl<'a> Carriers<'a> {
    /// Looks up the pods of a site.
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        let mut carriers: HashMap<_, BTreeSet<Name>> = HashMap::new();
        for pod in snapshot.pods().filter(|pod| !pod.has_ended()) {
            let (name, _) = pod.made_by();
            for (key, value) in &pod.labels {
                let label = (&pod.namespace, key.as_str(), value.as_str());
                carriers.entry(label).or_default().insert(name.clone());
            }
        }
        Self(carriers)
    }

    /// Divides the labels that the pods of a workload share into those that choose it and the others.
    pub(super) fn choose(
        &self,
        namespace: &Namespace,
        name: &Name,
        shared: &Labels,
    ) -> (Labels, Labels) {
        let mut stable: Vec<Stable<'_>> = shared
            .iter()
            .filter(|(key, _)| stays(key))
            .map(|(key, value)| {
                let label = (namespace, key.as_str(), value.as_str());
                let carriers = self.0.get(&label).into_iter().flatten();
                Stable {
                    key,
                    rivals: carriers.filter(|carrier| *carrier != name).collect(),
                }
            })
            .collect();
        stable.sort_by_key(|label| (rank(label.key), label.key));
        let chosen = smallest(&stable).unwrap_or_else(|| whole(&stable));
        let chosen: BTreeSet<&str> = chosen.iter().map(|label| label.key).collect();
        let shared = shared.clone().into_iter();
        shared.partition(|(key, _)| chosen.contains(key.as_str()))
    }
}

/// A label that stays, and which other workloads carry it too.
struct Stable<'a> {
    key: &'a str,
    rivals: BTreeSet<&'a Name>,
}

/// The smallest set of labels that nobody else carries; one without a version, if there is any.
fn smallest<'a, 'b>(stable: &'b [Stable<'a>]) -> Option<Vec<&'b Stable<'a>>> {
    let (version, others): (Vec<_>, Vec<_>) = stable.iter().partition(|one| one.key == VERSION);
    let others: Vec<_> = others.into_iter().take(MOST).collect();
    let with_version: Vec<_> = others.iter().chain(&version).copied().collect();
    [others, with_version]
        .iter()
        .filter(|labels| rivals(labels).is_empty())
        .find_map(|labels| smallest_of(labels))
}

/// The smallest set of these labels that nobody else carries, those that come first rather than the others.
fn smallest_of<'a, 'b>(labels: &[&'b Stable<'a>]) -> Option<Vec<&'b Stable<'a>>> {
    let sets = (1..=labels.len()).flat_map(|size| {
        (1..1_usize << labels.len()).filter(move |set| set.count_ones() as usize == size)
    });
    let mut sets = sets.map(|set| -> Vec<&'b Stable<'a>> {
        let members = labels
            .iter()
            .enumerate()
            .filter(|(at, _)| set >> at & 1 == 1);
        members.map(|(_, label)| *label).collect()
    });
    sets.find(|set| rivals(set).is_empty())
}

/// All labels, for nothing less would do, nor do they; without a version that tells nobody apart.
fn whole<'a, 'b>(stable: &'b [Stable<'a>]) -> Vec<&'b Stable<'a>> {
    let all: Vec<_> = stable.iter().collect();
    let others: Vec<_> = stable.iter().filter(|one| one.key != VERSION).collect();
    if !others.is_empty() && rivals(&others) == rivals(&all) {
        others
    } else {
        all
    }
}

/// The other workloads that carry all of some labels.
fn rivals<'a>(set: &[&Stable<'a>]) -> BTreeSet<&'a Name> {
    let Some((first, rest)) = set.split_first() else {
        return BTreeSet::new();
    };
    let all = first.rivals.iter().copied();
    all.filter(|rival| rest.iter().all(|label| label.rivals.contains(rival)))
        .collect()
}

const VERSION: &str = "version";

/// In which order labels are tried.
fn rank(key: &str) -> usize {
    const FIRST: [&str; 6] = [
        "app",
        "app.kubernetes.io/name",
        "app.kubernetes.io/instance",
        "app.kubernetes.io/component",
        "k8s-app",
        VERSION,
    ];
    let place = FIRST.iter().position(|first| *first == key);
    place.unwrap_or(FIRST.len())
}

/// Whether a label stays what it is when a new version is rolled out.
fn stays(key: &str) -> bool {
    let changes = ["helm.sh/chart", "app.kubernetes.io/version"].contains(&key)
        || key.contains("hash")
        || key.contains("revision");
    !changes
}

/// The labels that people give to pods: without those that Kubernetes and Istio add, which come and go with them.
pub(super) fn given(labels: &Labels) -> Labels {
    let added = |key: &str| {
        let domain = key.split_once('/').map(|(domain, _)| domain);
        match domain {
            Some("statefulset.kubernetes.io" | "apps.kubernetes.io" | "batch.kubernetes.io") => {
                true
            }
            Some(domain) => domain == "istio.io" || domain.ends_with(".istio.io"),
            None => matches!(
                key,
                "pod-template-hash"
                    | "pod-template-generation"
                    | "controller-revision-hash"
                    | "controller-uid"
                    | "job-name"
            ),
        }
    };
    let kept = labels.iter().filter(|(key, _)| !added(key));
    kept.map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
