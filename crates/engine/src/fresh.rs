//! Objects as they are at this moment, past what the watches have told, and what has to change for some entries.

use cluster::{Answer, Cloud, Force, Site};
use futures::{StreamExt, TryStreamExt, future::join_all, stream};
use intent::{
    Base, Digest, Entry, Hindrance, Revision, Was,
    rollout::{Owned, SitePlan},
};
use mesh::{Action, Change, Plan, Resource, carries};

/// So many objects of a site are read at once.
const AT_ONCE: usize = 4;

/// The objects of some entries on one site.
pub(crate) struct Fresh<'a> {
    site: &'a Site,
    objects: Vec<(Entry, Option<Resource>)>,
}

/// What is to be done on one site, in the words of those who do it.
pub(crate) struct Ready<'a> {
    site: &'a Site,
    plan: Plan,
}

/// The sites of a cloud.
pub(crate) fn everywhere(cloud: &Cloud) -> Vec<&Site> {
    cloud.sites.iter().collect()
}

/// Reads the objects of some entries on some sites, side by side; in order of the names of the sites.
pub(crate) async fn fresh<'a>(
    mut sites: Vec<&'a Site>,
    entries: impl Fn(&str) -> Vec<Entry>,
) -> Result<Vec<Fresh<'a>>, Vec<Hindrance>> {
    sites.sort_by(|one, other| one.name.cmp(&other.name));
    let read = sites
        .into_iter()
        .map(|site| read(site, entries(&site.name)));
    all(join_all(read).await)
}

async fn read(site: &Site, entries: Vec<Entry>) -> Result<Fresh<'_>, Vec<Hindrance>> {
    let reads = entries.into_iter().map(async |entry| {
        let live = site.cluster.read(entry.key()).await;
        let key = match live {
            Err(cluster::Error::Missing(_)) => Some(entry.key().clone()),
            _ => None,
        };
        let live = live.map_err(|error| {
            vec![Hindrance {
                site: site.name.clone(),
                key,
                says: format!("could not be read: {error}"),
            }]
        })?;
        Ok::<_, Vec<Hindrance>>((entry, live))
    });
    let objects = stream::iter(reads).buffered(AT_ONCE).try_collect().await?;
    Ok(Fresh { site, objects })
}

/// What the objects of a revision look like.
pub(crate) fn base(revision: &Revision, fresh: &[Fresh<'_>]) -> Base {
    let of_site = |fresh: &Fresh<'_>| {
        let sealed = revision.entries(&fresh.site.name);
        let objects = fresh.objects.iter();
        let objects = objects.filter(|(entry, _)| sealed.contains(entry));
        let was = objects.map(|(entry, live)| Was {
            key: entry.key().clone(),
            spec: live.as_ref().map(|live| Digest::of(live.canonical())),
        });
        (fresh.site.name.clone(), was.collect())
    };
    Base {
        sites: fresh.iter().map(of_site).collect(),
    }
}

/// Says what has to change on every site, or what is in the way: objects that are not ours, or are not as they were
/// applied.
pub(crate) fn ready<'a>(
    fresh: Vec<Fresh<'a>>,
    ledger: &[Owned],
) -> Result<Vec<Ready<'a>>, Vec<Hindrance>> {
    all(fresh.into_iter().map(|fresh| fresh.ready(ledger)))
}

/// Says what has to be put back on every site, or what is in the way: objects that are not ours any more.
pub(crate) fn to_restore<'a>(
    fresh: Vec<Fresh<'a>>,
    ledger: &[Owned],
) -> Result<Vec<Ready<'a>>, Vec<Hindrance>> {
    all(fresh.into_iter().map(|fresh| fresh.restored(ledger)))
}

/// Asks every site, side by side, what would become of all that has to change; nothing is done.
pub(crate) async fn rehearse(
    ready: &[Ready<'_>],
    force: Force,
) -> Result<Vec<SitePlan>, Vec<Hindrance>> {
    all(join_all(ready.iter().map(|ready| ready.rehearse(force))).await)
}

/// The hash of objects as they are, of those that have to be changed or made: with what tells them from others of the
/// same name, and the mark of their last change.
pub(crate) fn seen<'a>(sites: impl IntoIterator<Item = (&'a str, &'a Plan)>) -> Digest {
    let mut lines = String::new();
    for (site, plan) in sites {
        for change in &plan.changes {
            if !matches!(change.action, Action::Create | Action::Update) {
                continue;
            }
            let live = change.live.as_ref();
            let live = live.map(|live| (&live.uid, &live.resource_version, live.canonical()));
            lines.push_str(&format!("{site}\n{}\n{live:?}\n", change.key));
        }
    }
    Digest::of(lines)
}

impl<'a> Fresh<'a> {
    fn ready(self, ledger: &[Owned]) -> Result<Ready<'a>, Vec<Hindrance>> {
        let site = &self.site.name;
        let changes = self.objects.into_iter().filter_map(|(entry, live)| {
            let mut owned = ledger.iter();
            let owned = owned.find(|owned| owned.site == *site && owned.key == *entry.key());
            let says = live
                .as_ref()
                .and_then(|live| in_the_way(&entry, live, owned));
            match says {
                Some(says) => Some(Err(vec![Hindrance {
                    site: site.clone(),
                    key: Some(entry.key().clone()),
                    says,
                }])),
                None => change(entry, live).map(Ok),
            }
        });
        let changes = all(changes)?;
        Ok(Ready {
            site: self.site,
            plan: Plan { changes },
        })
    }

    fn restored(self, ledger: &[Owned]) -> Result<Ready<'a>, Vec<Hindrance>> {
        let site = &self.site.name;
        let changes = self.objects.into_iter().map(|(entry, live)| {
            let mut owned = ledger.iter();
            let owned = owned.find(|owned| owned.site == *site && owned.key == *entry.key());
            let is_ours = live
                .as_ref()
                .is_none_or(|live| owned.is_some_and(|owned| owned.uid == live.uid));
            if is_ours {
                return Ok(put_back(entry, live));
            }
            Err(vec![Hindrance {
                site: site.clone(),
                key: Some(entry.key().clone()),
                says: REPLACED.into(),
            }])
        });
        let changes = all(changes)?.into_iter().flatten().collect();
        Ok(Ready {
            site: self.site,
            plan: Plan { changes },
        })
    }
}

/// What is said of an object that took the place of one of ours, as it goes on after its name.
pub(crate) const REPLACED: &str =
    "is not the object that was applied: somebody made it anew; remove it, then restore";

/// What has to become of an object for it to be as it was applied.
fn put_back(entry: Entry, live: Option<Resource>) -> Option<Change> {
    let Entry::Apply(manifest) = entry else {
        return None;
    };
    let action = match &live {
        None => Action::Create,
        Some(live)
            if live.canonical() == manifest.canonical()
                && carries(&live.labels, &manifest.labels) =>
        {
            Action::Keep
        }
        Some(_) => Action::Update,
    };
    Some(Change {
        key: manifest.key.clone(),
        action,
        live,
        wanted: Some(manifest),
    })
}

impl Ready<'_> {
    /// The name of its site, and what is to be done there.
    pub(crate) fn plan(&self) -> (&str, &Plan) {
        (&self.site.name, &self.plan)
    }

    async fn rehearse(&self, force: Force) -> Result<SitePlan, Vec<Hindrance>> {
        let site = &self.site.name;
        let rehearsed = self.site.cluster.rehearse(&self.plan, force).await;
        let mut hindrances: Vec<Hindrance> = Vec::new();
        for (key, answer) in rehearsed {
            let mut changes = self.plan.changes.iter();
            let change = changes.find(|change| change.key == key);
            let (is_of_site, says) = match refusal(change, answer, force) {
                Ok(()) => continue,
                Err(refusal) => refusal,
            };
            let hindrance = Hindrance {
                site: site.clone(),
                key: (!is_of_site).then_some(key),
                says,
            };
            if !hindrances.contains(&hindrance) {
                hindrances.push(hindrance);
            }
        }
        if hindrances.is_empty() {
            Ok(SitePlan::of(site, &self.plan))
        } else {
            Err(hindrances)
        }
    }
}

/// Why an object that is there is not to be changed, as it goes on after its name; none if it is ours, as it was
/// applied last.
fn in_the_way(entry: &Entry, live: &Resource, owned: Option<&Owned>) -> Option<String> {
    let Some(owned) = owned else {
        return Some(
            "was not made by Assent: remove it, or choose another name for the intent".into(),
        );
    };
    let revision = owned.revision;
    if owned.uid != live.uid {
        return Some(format!(
            "was replaced: it is not the object that revision {revision} made"
        ));
    }
    let labels = match entry {
        Entry::Apply(manifest) => Some(&manifest.labels),
        Entry::Remove(_) => None,
    };
    let mut labels = labels.into_iter().flatten();
    let carries_all = labels.all(|(key, value)| live.labels.get(key) == Some(value));
    (owned.spec != Digest::of(live.canonical()) || !carries_all).then(|| {
        format!(
            "is not as revision {revision} made it: somebody changed it since; put it back first"
        )
    })
}

/// What has to become of an object; nothing, where it has to go and is gone.
fn change(entry: Entry, live: Option<Resource>) -> Option<Change> {
    let key = entry.key().clone();
    let (action, wanted) = match (entry, &live) {
        (Entry::Remove(_), None) => return None,
        (Entry::Remove(_), Some(_)) => (Action::Remove, None),
        (Entry::Apply(manifest), None) => (Action::Create, Some(manifest)),
        (Entry::Apply(manifest), Some(live)) if live.canonical() == manifest.canonical() => {
            (Action::Keep, Some(manifest))
        }
        (Entry::Apply(manifest), Some(_)) => (Action::Update, Some(manifest)),
    };
    Some(Change {
        key,
        action,
        live,
        wanted,
    })
}

/// Why a rehearsed change would not become what it is to become, and whether that is about the whole site.
fn refusal(change: Option<&Change>, answer: Answer, force: Force) -> Result<(), (bool, String)> {
    let wanted = change.and_then(|change| change.wanted.as_ref());
    let says = match answer {
        Answer::Done { resource, .. } => match wanted {
            // What others added goes only afterwards.
            Some(_) if force == Force::Restore => return Ok(()),
            Some(wanted) if resource.canonical() != wanted.canonical() => {
                "would not be stored as it is wanted: something in the cluster changes it".into()
            }
            Some(_) | None => return Ok(()),
        },
        Answer::Removed { .. } => return Ok(()),
        Answer::Refused { says, .. } => format!("would be refused: {says}"),
        Answer::Conflict { owner, field } => {
            format!("would not be changed: {field} belongs to {owner}")
        }
        Answer::Moved => "was changed while this was rehearsed; try again".into(),
        Answer::Unknown(says) | Answer::Unreachable(says) => {
            return Err((true, format!("could not be asked: {says}")));
        }
    };
    Err((false, says))
}

/// All of it, or all that is in the way.
fn all<T>(
    each: impl IntoIterator<Item = Result<T, Vec<Hindrance>>>,
) -> Result<Vec<T>, Vec<Hindrance>> {
    let (mut all, mut hindrances) = (Vec::new(), Vec::new());
    for one in each {
        match one {
            Ok(one) => all.push(one),
            Err(found) => hindrances.extend(found),
        }
    }
    if hindrances.is_empty() {
        Ok(all)
    } else {
        Err(hindrances)
    }
}
