//! Finds things by their names.

use intent::{Actor, Found};

use crate::Engine;

/// So many of each kind are shown.
const MOST: usize = 8;
/// So many characters are looked for.
const LONGEST: usize = 100;

impl Engine {
    /// Finds clouds, services and workloads that somebody may see, by a part of their names; those that
    /// begin with it first.
    pub fn find(&self, actor: &Actor, text: &str) -> Vec<Found> {
        let text: String = text.trim().to_lowercase().chars().take(LONGEST).collect();
        let mut clouds = Vec::new();
        let mut services = Vec::new();
        for cloud in self.cloud_names(actor) {
            clouds.push(Found {
                group: "Clouds".into(),
                title: cloud.to_string(),
                about: "overview".into(),
                href: format!("/c/{cloud}"),
            });
            for service in self.services(actor, &cloud).unwrap_or_default() {
                services.push(Found {
                    group: "Services".into(),
                    about: format!("{} in {cloud}", service.namespace),
                    href: format!("/c/{cloud}/services/{}/{}", service.namespace, service.name),
                    title: service.name,
                });
            }
        }
        [services, clouds]
            .into_iter()
            .flat_map(|found| best(found, &text))
            .collect()
    }
}

fn best(found: Vec<Found>, text: &str) -> Vec<Found> {
    let mut matching: Vec<(usize, Found)> = found
        .into_iter()
        .filter_map(|found| Some((found.title.to_lowercase().find(text)?, found)))
        .collect();
    matching
        .sort_by(|(at, one), (other_at, other)| (at, &one.title).cmp(&(other_at, &other.title)));
    matching
        .into_iter()
        .map(|(_, found)| found)
        .take(MOST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_the_text_comes_first() {
        let found = |title: &str| Found {
            group: "Services".into(),
            title: title.into(),
            about: String::new(),
            href: String::new(),
        };
        let all = vec![
            found("my-ratings"),
            found("details"),
            found("ratings"),
            found("Rates"),
        ];
        let titles: Vec<String> = best(all, "rat").into_iter().map(|f| f.title).collect();
        assert_eq!(titles, ["Rates", "ratings", "my-ratings"]);
    }
}
