//! How intents stand on each site: what is left to do for what the last rollout applied there.

use std::{collections::BTreeMap, sync::Arc};

use cluster::View;
use intent::{
    Digest, Entry, INTENT, IntentId, IntentLive, IntentName, Live, Owner, Revision, RevisionNumber,
    SiteLive, Time,
    rollout::{Outcome, Past},
};
use mesh::{Action, Labels, Manifest, Namespace, Ours, Plan, ResourceKey, carries};
use store::InForce;

use crate::clouds::line;

mod status;

/// What has to hold of one intent, since it was rolled out.
#[derive(Clone, Debug)]
pub(crate) struct Applied {
    pub(crate) name: IntentName,
    /// The revision that is in force, with its digest; none if none is.
    pub(crate) revision: Option<(RevisionNumber, Digest)>,
    pub(crate) owner: Owner,
    /// The objects that were applied, by site.
    pub(crate) wanted: BTreeMap<String, Vec<Manifest>>,
    /// What tells them from others of the same name, by site.
    pub(crate) uids: BTreeMap<(String, ResourceKey), String>,
    /// What its last rollout could not put back, by site.
    left: BTreeMap<String, Left>,
}

/// What a rollout could not put back on one site, and when it ended.
#[derive(Clone, Debug)]
struct Left {
    ended: Time,
    keys: Vec<ResourceKey>,
}

/// What rollouts left behind in a cloud.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ground {
    pub(crate) intents: Vec<Applied>,
    /// All objects that were applied, by site.
    wanted: BTreeMap<String, Vec<Manifest>>,
    /// What all of them carry.
    labels: Labels,
    acts: i64,
    notes: i64,
}

impl Ground {
    /// What has to hold, by what is in force and its revisions.
    pub(crate) fn of(
        installation: &str,
        in_force: InForce,
        revisions: &BTreeMap<RevisionNumber, Arc<Revision>>,
    ) -> Self {
        let InForce {
            cloud,
            intents,
            ledger,
            rollouts,
            acts,
            notes,
        } = in_force;
        let applied = intents.into_iter().filter_map(|(id, (name, number))| {
            let revision = number.and_then(|number| revisions.get(&number));
            let left = left(id, &rollouts);
            if revision.is_none() && left.is_empty() {
                return None;
            }
            let owner = Owner {
                installation: installation.into(),
                cloud: cloud.clone(),
                intent: name.clone(),
            };
            let owned = ledger.iter().filter(|owned| owned.intent == id);
            Some(Applied {
                wanted: revision.map_or_else(BTreeMap::new, |one| wanted(one, &owner)),
                uids: owned
                    .map(|owned| ((owned.site.clone(), owned.key.clone()), owned.uid.clone()))
                    .collect(),
                revision: revision.map(|one| (one.number, one.digest.clone())),
                owner,
                name,
                left,
            })
        });
        let intents: Vec<Applied> = applied.collect();
        let mut wanted: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (site, manifests) in intents.iter().flat_map(|applied| &applied.wanted) {
            let all = wanted.entry(site.clone()).or_default();
            all.extend(manifests.iter().cloned());
        }
        let mut labels = intents
            .first()
            .map_or_else(Labels::new, |one| one.owner.labels());
        labels.remove(INTENT);
        Self {
            intents,
            wanted,
            labels,
            acts,
            notes,
        }
    }

    /// The cloud as it is now. What stands as it did before keeps the moment since when it does.
    pub(crate) fn live(
        &self,
        namespaces: &[Namespace],
        sites: &[(String, Arc<View>)],
        before: &Live,
        (began, now): (Time, Time),
    ) -> Live {
        let mut stand: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for (site, view) in sites {
            let mut plans = self.plans(site, view, namespaces);
            for applied in &self.intents {
                let before = before.intents.get(&applied.name);
                let before = before.and_then(|intent| intent.sites.get(site)).copied();
                let plan = plans.remove(applied.name.as_str()).unwrap_or_default();
                let plan = applied.judged(site, namespaces, plan);
                let status = applied.at(site, view, &plan, before, (began, now));
                if let Some(status) = status {
                    let sites = stand.entry(&applied.name).or_default();
                    sites.insert(site.clone(), status);
                }
            }
        }
        let intents = self.intents.iter().filter_map(|applied| {
            let live = IntentLive {
                revision: applied.revision.as_ref().map(|(number, _)| *number),
                sites: stand.remove(&applied.name)?,
            };
            Some((applied.name.clone(), live))
        });
        let site = |(name, view): &(String, Arc<View>)| {
            let site = SiteLive {
                line: line(&view.connection),
                changed: view.last_event,
            };
            (name.clone(), site)
        };
        Live {
            seq: before.seq,
            at: now,
            sites: sites.iter().map(site).collect(),
            intents: intents.collect(),
            acts: self.acts,
            notes: self.notes,
        }
    }

    /// What is left to do on a site, by intent. All at once: to look through the site for each of them would take long.
    fn plans(&self, site: &str, view: &View, namespaces: &[Namespace]) -> BTreeMap<String, Plan> {
        let ours = Ours::within(namespaces.iter().cloned(), self.labels.clone());
        let wanted = self.wanted.get(site).map_or(&[][..], Vec::as_slice);
        let mut plans: BTreeMap<_, Plan> = BTreeMap::new();
        for change in mesh::plan(wanted, &ours, &view.snapshot).changes {
            let wanted = change.wanted.as_ref().map(|wanted| &wanted.labels);
            let labels = wanted.or(change.live.as_ref().map(|live| &live.labels));
            if let Some(intent) = labels.and_then(|labels| labels.get(INTENT)) {
                plans
                    .entry(intent.clone())
                    .or_default()
                    .changes
                    .push(change);
            }
        }
        plans
    }
}

impl Applied {
    /// What is left to do on a site; none where nothing was ever carried out.
    pub(crate) fn plan(&self, site: &str, view: &View, namespaces: &[Namespace]) -> Option<Plan> {
        let wanted = self.wanted.get(site);
        if wanted.is_none() && !self.left.contains_key(site) {
            return None;
        }
        let wanted = wanted.map_or(&[][..], Vec::as_slice);
        let plan = mesh::plan(wanted, &self.owner.ours(namespaces), &view.snapshot);
        Some(self.judged(site, namespaces, plan))
    }

    /// The same plan, where it counts which object was applied and not just what it is called and carries.
    fn judged(&self, site: &str, namespaces: &[Namespace], mut plan: Plan) -> Plan {
        for change in &mut plan.changes {
            let is_another = self.is_another(site, change);
            let is_owned = change.live.is_some() && !is_another && self.owns(site, change);
            change.action = match change.action {
                // Somebody made it anew, be it just like it was.
                Action::Keep if is_another => Action::Update,
                // The object that was applied, whose labels somebody took.
                Action::Foreign if is_owned && namespaces.contains(&change.key.namespace) => {
                    Action::Update
                }
                action => action,
            };
        }
        plan
    }

    /// Whether an object is not the one that was applied, but one that somebody made in its place.
    pub(crate) fn is_another(&self, site: &str, change: &mesh::Change) -> bool {
        let owned = self.uids.get(&(site.to_owned(), change.key.clone()));
        match (owned, &change.live) {
            (Some(uid), Some(live)) => live.uid != *uid,
            _ => false,
        }
    }

    fn owns(&self, site: &str, change: &mesh::Change) -> bool {
        self.uids
            .contains_key(&(site.to_owned(), change.key.clone()))
    }
}

/// What a revision has of one owner, by site.
fn wanted(revision: &Revision, owner: &Owner) -> BTreeMap<String, Vec<Manifest>> {
    let labels = owner.labels();
    let sites = revision.bundles.iter().map(|bundle| {
        let applied = bundle.entries.iter().filter_map(|entry| match entry {
            Entry::Apply(manifest) if carries(&manifest.labels, &labels) => Some(manifest.clone()),
            Entry::Apply(_) | Entry::Remove(_) => None,
        });
        (bundle.site.clone(), applied.collect())
    });
    sites.collect()
}

/// What the last rollout of an intent could not put back, by site.
fn left(intent: IntentId, rollouts: &[Past]) -> BTreeMap<String, Left> {
    let is_of_it = |past: &&Past| past.order.intents.iter().any(|(id, _)| *id == intent);
    let mut ended = rollouts
        .iter()
        .filter(is_of_it)
        .filter_map(|past| past.ended.as_ref());
    let mut sites = BTreeMap::new();
    if let Some((at, Outcome::TakenBack { left, .. })) = ended.next() {
        for remnant in left {
            let left = sites.entry(remnant.site.clone()).or_insert(Left {
                ended: *at,
                keys: Vec::new(),
            });
            left.keys.push(remnant.key.clone());
        }
    }
    sites
}
