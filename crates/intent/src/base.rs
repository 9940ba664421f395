//! What the objects of a revision look like on the sites.

use std::collections::BTreeSet;

use mesh::{ResourceKey, Snapshot};
use serde::{Deserialize, Serialize};

use crate::{Bundle, Digest};

/// What the objects of a revision look like on each site: the hash of each one's live spec.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// The sites by name, in order, with what was seen of each object of the revision.
    pub sites: Vec<(String, Vec<Was>)>,
}

/// What one object looks like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Was {
    /// Which object.
    pub key: ResourceKey,
    /// The hash of its spec; none if it is not there.
    pub spec: Option<Digest>,
}

/// Why it cannot be said what objects look like.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unseen {
    /// A site was not read yet.
    #[error("The site {0} was not read yet.")]
    Site(String),
    /// An object is there but cannot be read.
    #[error("On {site}, {key} is there but cannot be read.")]
    Object {
        /// The site.
        site: String,
        /// The object.
        key: ResourceKey,
    },
}

impl Base {
    /// Looks at each object that bundles name, each on its site. An object counts as absent only where its kind was
    /// read.
    pub fn of<'a>(
        bundles: &[Bundle],
        live: impl Fn(&str) -> Option<&'a Snapshot>,
    ) -> Result<Self, Unseen> {
        let mut sites = Vec::with_capacity(bundles.len());
        for Bundle { site, entries } in bundles {
            let snapshot = live(site).ok_or_else(|| Unseen::Site(site.clone()))?;
            let seen: Result<_, _> = entries
                .iter()
                .map(|entry| was(site, entry.key(), snapshot))
                .collect();
            sites.push((site.clone(), seen?));
        }
        sites.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(Self { sites })
    }

    /// Looks at the same objects again, on those of their sites that are still there.
    pub fn again<'a>(&self, live: impl Fn(&str) -> Option<&'a Snapshot>) -> Result<Self, Unseen> {
        let mut sites = Vec::with_capacity(self.sites.len());
        for (site, objects) in &self.sites {
            let Some(snapshot) = live(site) else { continue };
            let seen: Result<_, _> = objects
                .iter()
                .map(|object| was(site, &object.key, snapshot))
                .collect();
            sites.push((site.clone(), seen?));
        }
        Ok(Self { sites })
    }

    /// The hash of all of it.
    pub fn digest(&self) -> Digest {
        Digest::of(serde_json::to_string(self).expect("a base has text for keys"))
    }

    /// Says what moved since, in sentences; none if nothing did.
    pub fn moved(&self, now: &Self) -> Vec<String> {
        let names = |base: &Self| -> BTreeSet<String> {
            base.sites.iter().map(|(site, _)| site.clone()).collect()
        };
        let (before, after) = (names(self), names(now));
        let gone = before.difference(&after);
        let came = after.difference(&before);
        let mut says: Vec<String> = gone
            .map(|site| format!("The site {site} is gone since."))
            .chain(came.map(|site| format!("The site {site} is new since.")))
            .collect();
        for (site, objects) in &self.sites {
            let Some((_, live)) = now.sites.iter().find(|(name, _)| name == site) else {
                continue;
            };
            says.extend(objects.iter().filter_map(|was| {
                let is = live.iter().find(|is| is.key == was.key)?;
                Some(format!(
                    "On {site} {} was {} since.",
                    was.key,
                    was.turned(is)?
                ))
            }));
        }
        says
    }
}

impl Was {
    fn turned(&self, now: &Self) -> Option<&'static str> {
        match (&self.spec, &now.spec) {
            (None, Some(_)) => Some("created"),
            (Some(_), None) => Some("removed"),
            (Some(before), Some(after)) if before != after => Some("changed"),
            (Some(_), Some(_)) | (None, None) => None,
        }
    }
}

fn was(site: &str, key: &ResourceKey, snapshot: &Snapshot) -> Result<Was, Unseen> {
    if !snapshot.knows(key.kind) {
        return Err(Unseen::Site(site.into()));
    }
    let live = snapshot.resource(key);
    let says = key.to_string();
    if live.is_none() && snapshot.unreadable().any(|object| object.object == says) {
        return Err(Unseen::Object {
            site: site.into(),
            key: key.clone(),
        });
    }
    Ok(Was {
        key: key.clone(),
        spec: live.map(|resource| Digest::of(resource.canonical())),
    })
}

#[cfg(test)]
mod tests {
    use mesh::{Event, ResourceKind};
    use serde_json::{Value, json};

    use super::*;
    use crate::revision::tests::{key, sample};

    /// A site on which every kind was read and nothing is but these policies of default.
    fn site(policies: &[(&str, Value)]) -> Snapshot {
        let mut snapshot = Snapshot::new("istio-system");
        let kind = ResourceKind::PeerAuthentication;
        snapshot.observe(Event::Started(kind)).unwrap();
        snapshot.observe(Event::Synced(kind)).unwrap();
        for (name, spec) in policies {
            let object = json!({
                "metadata": {
                    "name": name, "namespace": "default", "uid": "u", "resourceVersion": "1",
                    "creationTimestamp": "2026-01-01T00:00:00Z",
                },
                "spec": spec,
            });
            // One that cannot be read is there all the same.
            let _ = snapshot.observe(Event::Applied(kind, object));
        }
        snapshot
    }

    fn base(eu: &Snapshot, us: &Snapshot) -> Result<Base, Unseen> {
        Base::of(&sample().bundles, |site| match site {
            "eu-west" => Some(eu),
            _ => Some(us),
        })
    }

    fn strict() -> Value {
        json!({"mtls": {"mode": "STRICT"}})
    }

    #[test]
    fn a_base_is_what_the_objects_of_a_revision_look_like_and_nothing_else() {
        let eu = site(&[("reviews", strict()), ("ratings", strict())]);
        let us = site(&[]);
        let was = |spec: Option<&str>| Was {
            key: key("reviews"),
            spec: spec.map(Digest::of),
        };
        let expected = Base {
            sites: vec![
                (
                    "eu-west".into(),
                    vec![was(Some(r#"{"mtls":{"mode":"STRICT"}}"#))],
                ),
                ("us-east".into(), vec![was(None)]),
            ],
        };
        assert_eq!(base(&eu, &us).unwrap(), expected);
    }

    #[test]
    fn a_base_says_what_moved() {
        let there = site(&[("reviews", strict())]);
        let nowhere = site(&[("ratings", strict())]);
        let other = site(&[("reviews", json!({"mtls": {"mode": "DISABLE"}}))]);
        let before = base(&there, &nowhere).unwrap();
        assert_eq!(before.moved(&before), [""; 0]);
        assert_eq!(
            before.moved(&base(&other, &there).unwrap()),
            [
                "On eu-west PeerAuthentication default/reviews was changed since.",
                "On us-east PeerAuthentication default/reviews was created since.",
            ]
        );
        assert_eq!(
            before.moved(&base(&nowhere, &nowhere).unwrap()),
            ["On eu-west PeerAuthentication default/reviews was removed since."]
        );
        let renamed = Base {
            sites: vec![before.sites[0].clone(), ("us-west".into(), Vec::new())],
        };
        assert_eq!(
            before.moved(&renamed),
            [
                "The site us-east is gone since.",
                "The site us-west is new since."
            ]
        );
        assert_ne!(before.digest(), renamed.digest());
    }

    #[test]
    fn the_same_objects_are_looked_at_again_where_their_sites_still_are() {
        let (strict, open) = (site(&[("reviews", json!({}))]), site(&[]));
        let before = base(&strict, &open).unwrap();
        let now = before.again(|name| (name == "eu-west").then_some(&open));
        let there = base(&open, &open).unwrap();
        assert_eq!(now.unwrap().sites, there.sites[..1]);
    }

    #[test]
    fn an_object_that_cannot_be_read_is_not_taken_for_absent() {
        let broken = site(&[("reviews", json!("STRICT"))]);
        let fine = site(&[]);
        assert_eq!(
            base(&fine, &broken).unwrap_err().to_string(),
            "On us-east, PeerAuthentication default/reviews is there but cannot be read."
        );
    }
}
