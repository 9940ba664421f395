//! Finds things by their names.

use std::collections::BTreeMap;

use intent::{Actor, CloudName, Found};
use mesh::{Namespace, Pod, Snapshot};

use crate::{Engine, Result};

/// So many of each kind are shown.
const MOST: usize = 8;
/// So many characters are looked for.
const LONGEST: usize = 100;

impl Engine {
    /// Finds clouds, services, workloads, intents and revisions that somebody may see, by a part of their names;
    /// those that begin with it first.
    pub async fn find(&self, actor: &Actor, text: &str) -> Result<Vec<Found>> {
        let text: String = text.trim().to_lowercase().chars().take(LONGEST).collect();
        let names = self.cloud_names(actor);
        let clouds = names.iter().filter_map(|name| {
            let cloud = self.cloud_for(actor, name).ok()?;
            let sites = cloud.sites.iter().map(|site| site.cluster.view());
            Some((name, &cloud.namespaces, sites.collect::<Vec<_>>()))
        });
        let clouds: Vec<_> = clouds.collect();
        let mut services = Nearest::of(&text);
        let mut workloads = Nearest::of(&text);
        let mut named = Nearest::of(&text);
        for (cloud, namespaces, views) in &clouds {
            named.offer(cloud.as_str(), (*cloud, None), ());
            for snapshot in views.iter().map(|view| &view.snapshot) {
                for service in snapshot.services() {
                    if namespaces.contains(&service.namespace) {
                        let place = (*cloud, Some(&service.namespace));
                        services.offer(service.name.as_str(), place, ());
                    }
                }
                for pod in snapshot.pods().filter(|pod| !pod.has_ended()) {
                    if namespaces.contains(&pod.namespace) {
                        let place = (*cloud, Some(&pod.namespace));
                        workloads.offer(pod.made_by().0.as_str(), place, (snapshot, pod));
                    }
                }
            }
        }
        let mut intents = Nearest::of(&text);
        let mut revisions = Nearest::of(&text);
        for name in &names {
            for (_, intent) in self.store.intents(name).await? {
                intents.offer(intent.as_str(), (name, None), ());
            }
            if names_revisions(&text) {
                for number in self.store.revision_numbers(name).await? {
                    let title = format!("Revision {number}");
                    revisions.offer(&title, (name, None), number);
                }
            }
        }
        let services = services.found("Services", |name, place, ()| page(place, name));
        let workloads = workloads.found("Workloads", |_, place, (snapshot, pod)| {
            page(place, before(snapshot, pod).unwrap_or_default())
        });
        let named = named.found("Clouds", |_, (cloud, _), ()| format!("/c/{cloud}"));
        let intents = intents.found("Intents", |name, (cloud, _), ()| {
            format!("/c/{cloud}/intents/{name}")
        });
        let revisions = revisions.found("Revisions", |_, (cloud, _), number| {
            format!("/c/{cloud}/revisions/{number}")
        });
        let found = services.chain(workloads).chain(intents).chain(revisions);
        Ok(found.chain(named).collect())
    }
}

/// A cloud, and a namespace of it for what is in one.
type Place<'a> = (&'a CloudName, Option<&'a Namespace>);

/// The things with a text in their names, by where in the name it stands; no more than are shown, and what
/// is offered by several sites once.
struct Nearest<'a, T> {
    text: &'a str,
    all: BTreeMap<(usize, String, Place<'a>), T>,
}

impl<'a, T> Nearest<'a, T> {
    fn of(text: &'a str) -> Self {
        let all = BTreeMap::new();
        Self { text, all }
    }

    fn offer(&mut self, name: &str, place: Place<'a>, thing: T) {
        if let Some(at) = name.to_lowercase().find(self.text) {
            self.all.entry((at, name.into(), place)).or_insert(thing);
            if self.all.len() > MOST {
                self.all.pop_last();
            }
        }
    }

    fn found(
        self,
        group: &str,
        href: impl Fn(&str, Place<'a>, T) -> String,
    ) -> impl Iterator<Item = Found> {
        self.all
            .into_iter()
            .map(move |((_, title, place), thing)| Found {
                group: group.into(),
                about: match place {
                    (_, None) if group == "Clouds" => "overview".into(),
                    (cloud, None) => format!("in {cloud}"),
                    (cloud, Some(namespace)) => format!("{namespace} in {cloud}"),
                },
                href: href(&title, place, thing),
                title,
            })
    }
}

/// Whether a text can be a part of the name of a revision: of "revision 12".
fn names_revisions(text: &str) -> bool {
    let number = text.strip_prefix("revision").unwrap_or(text).trim();
    let words = text.len() >= 3 && "revision".starts_with(text);
    words || (!number.is_empty() && number.chars().all(|c| c.is_ascii_digit()))
}

/// The page of a service; the list of all, if there is no name.
fn page((cloud, namespace): Place<'_>, service: &str) -> String {
    match namespace {
        Some(namespace) if !service.is_empty() => {
            format!("/c/{cloud}/services/{namespace}/{service}")
        }
        _ => format!("/c/{cloud}/services"),
    }
}

/// The first service before a pod.
fn before<'a>(snapshot: &'a Snapshot, pod: &Pod) -> Option<&'a str> {
    let mut services = snapshot.services();
    let first = services.find(|s| s.namespace == pod.namespace && s.selects(&pod.labels));
    first.map(|service| service.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_the_text_comes_first_and_once() {
        let shop = CloudName::read("shop").unwrap();
        let mut nearest = Nearest::of("rat");
        for name in ["my-ratings", "details", "ratings", "Rates", "ratings"] {
            nearest.offer(name, (&shop, None), ());
        }
        let found = nearest.found("Services", |name, _, ()| name.into());
        let titles: Vec<String> = found.map(|found| found.title).collect();
        assert_eq!(titles, ["Rates", "ratings", "my-ratings"]);
    }

    #[test]
    fn no_more_are_kept_than_are_shown() {
        let shop = CloudName::read("shop").unwrap();
        let mut nearest = Nearest::of("");
        for number in 0..100 {
            nearest.offer(&format!("a{number:02}"), (&shop, None), ());
        }
        let titles: Vec<&str> = nearest
            .all
            .keys()
            .map(|(_, title, _)| title.as_str())
            .collect();
        assert_eq!(
            titles,
            ["a00", "a01", "a02", "a03", "a04", "a05", "a06", "a07"]
        );
    }
}
