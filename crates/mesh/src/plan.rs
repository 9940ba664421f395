//! What has to change for a site to hold exactly what is wanted.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    DiffLine, Labels, Manifest, Namespace, Resource, ResourceKey, Snapshot, diff, key,
    resources::ALL,
};

/// What is to be done with one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Action {
    /// It is not there.
    Create,
    /// It is there and differs.
    Update,
    /// It is there and no longer wanted.
    Remove,
    /// It is as it is wanted.
    Keep,
    /// Somebody else's object has its name, or its place is not ours; nothing is done.
    Foreign,
}

/// What has to become of one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which object.
    pub key: ResourceKey,
    /// What is to be done.
    pub action: Action,
    /// How it is, if it is there and can be read.
    pub live: Option<Resource>,
    /// How it is wanted, if it is.
    pub wanted: Option<Manifest>,
}

/// What has to change on one site, in order: first what is made or changed, what is referred to before what refers
/// to it; then what is removed, the other way round.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The changes.
    pub changes: Vec<Change>,
}

/// Whose objects a plan is about: those in these namespaces that carry all of these labels. Without labels, nothing
/// is anybody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ours {
    /// The labels.
    pub labels: Labels,
    /// The namespaces.
    pub namespaces: BTreeSet<Namespace>,
}

/// Says what has to change on a site for it to hold exactly what is wanted of ours, in whatever order it is
/// wanted. Only of kinds that the snapshot knows it can be told what is not there. Whatever is in other namespaces is
/// left alone, whoever made it.
pub fn plan(wanted: &[Manifest], ours: &Ours, live: &Snapshot) -> Plan {
    let mut wanted: Vec<_> = wanted.iter().collect();
    wanted.sort_by_key(|manifest| (&manifest.key, manifest.canonical(), &manifest.labels));
    wanted.dedup_by_key(|manifest| &manifest.key);

    let there = ALL.iter().flat_map(|kind| live.resources(*kind));
    let mut gone: Vec<_> = there
        .filter(|resource| ours.hold(resource))
        .filter(|resource| {
            let place = wanted.binary_search_by_key(&&resource.key, |manifest| &manifest.key);
            place.is_err()
        })
        .collect();
    gone.sort_by_key(|resource| &resource.key);

    let kept = wanted.iter().map(|manifest| Change {
        key: manifest.key.clone(),
        action: action(manifest, ours, live),
        live: live.resource(&manifest.key).cloned(),
        wanted: Some((*manifest).clone()),
    });
    let removed = gone.into_iter().rev().map(|resource| Change {
        key: resource.key.clone(),
        action: Action::Remove,
        live: Some(resource.clone()),
        wanted: None,
    });
    Plan {
        changes: kept.chain(removed).collect(),
    }
}

fn action(wanted: &Manifest, ours: &Ours, live: &Snapshot) -> Action {
    if !ours.namespaces.contains(&wanted.key.namespace) {
        return Action::Foreign;
    }
    let Some(there) = live.resource(&wanted.key) else {
        // Whose it is cannot be told, so it is not ours to overwrite.
        let unreadable = live.is_unreadable(&wanted.key);
        return if unreadable {
            Action::Foreign
        } else {
            Action::Create
        };
    };
    if !ours.hold(there) {
        Action::Foreign
    } else if there.canonical() == wanted.canonical() && key::carries(&there.labels, &wanted.labels)
    {
        Action::Keep
    } else {
        Action::Update
    }
}

impl Plan {
    /// Whether everything is as it is wanted.
    pub fn is_empty(&self) -> bool {
        self.count(Action::Keep) == self.changes.len()
    }

    /// How many objects this is to be done with.
    pub fn count(&self, action: Action) -> usize {
        let changes = self.changes.iter();
        changes.filter(|change| change.action == action).count()
    }
}

impl Change {
    /// The object as YAML, before and after: all lines where nothing is done, too.
    pub fn lines(&self) -> Vec<DiffLine> {
        let before = self.live.as_ref().map(Resource::yaml).unwrap_or_default();
        let after = self.after().as_ref().map(Resource::yaml);
        diff::lines(&before, &after.unwrap_or_default())
    }

    /// How the object is once this is done; none if it is not there then.
    pub(crate) fn after(&self) -> Option<Resource> {
        let live = self.live.as_ref();
        match self.action {
            Action::Keep | Action::Foreign => live.cloned(),
            Action::Remove => None,
            Action::Create | Action::Update => {
                let wanted = self.wanted.as_ref()?;
                Some(live.map_or_else(|| Resource::made(wanted), |live| live.changed(wanted)))
            }
        }
    }
}

impl Ours {
    /// The objects in some namespaces that carry all of these labels.
    pub fn within(
        namespaces: impl IntoIterator<Item = impl Into<Namespace>>,
        labels: Labels,
    ) -> Self {
        Self {
            labels,
            namespaces: namespaces.into_iter().map(Into::into).collect(),
        }
    }

    fn hold(&self, resource: &Resource) -> bool {
        let Self { labels, namespaces } = self;
        !labels.is_empty()
            && namespaces.contains(&resource.key.namespace)
            && key::carries(&resource.labels, labels)
    }
}

#[cfg(test)]
mod tests;
