//! What is not as the last rollout applied it.

use std::{collections::BTreeMap, sync::Arc};

use cluster::{Connection, View};
use intent::{Actor, ChangeSeen, CloudName, Digest, DriftSeen, RevisionNumber};
use mesh::{Action, Change, Plan};

use crate::{
    Engine, Result,
    begin::under_way,
    fresh::{REPLACED, seen},
    scene::Scene,
    standing::{Applied, Ground},
};

/// What differs on one site, and why that cannot be restored.
struct Differs {
    site: String,
    plan: Plan,
    cannot: Option<String>,
}

impl Engine {
    /// What of an intent is not as the last rollout applied it; sites on which the same is so stand together.
    pub async fn drift(
        &self,
        actor: &Actor,
        cloud: &CloudName,
        name: &str,
    ) -> Result<Vec<DriftSeen>> {
        let known = self.cloud_for_reading(actor, cloud).await?;
        let scene = self.scene(&known);
        let Some(applied) = self.applied(cloud, name).await? else {
            return Ok(Vec::new());
        };
        let Some((revision, digest)) = applied.revision.clone() else {
            return Ok(Vec::new());
        };
        let pasts = self.store.rollouts(cloud).await?;
        let cannot = self
            .cannot_operate(actor, cloud)
            .or_else(|| under_way(&pasts));
        Ok(together(
            differs(&scene, &applied, cannot.as_deref()),
            revision,
            &digest,
        ))
    }

    /// What has to hold of an intent; none where it was never carried out.
    pub(crate) async fn applied(&self, cloud: &CloudName, name: &str) -> Result<Option<Applied>> {
        self.store.intent(cloud, name).await?;
        let mut in_force = self.store.in_force(cloud).await?;
        in_force
            .intents
            .retain(|_, (known, _)| known.as_str() == name);
        let mut revisions = BTreeMap::new();
        for (_, number) in in_force.intents.values() {
            if let Some(number) = *number {
                let revision = self.store.revision(cloud, number).await?;
                revisions.insert(number, Arc::new(revision));
            }
        }
        let installation = self.store.installation().await?;
        Ok(Ground::of(&installation, in_force, &revisions)
            .intents
            .pop())
    }
}

fn differs(scene: &Scene<'_>, applied: &Applied, cannot: Option<&str>) -> Vec<Differs> {
    let sites = scene.sites.iter().filter_map(|(site, view)| {
        let mut plan = applied.plan(&site.name, view, &scene.cloud.namespaces)?;
        let why = |plan: &Plan| {
            let first = cannot.map(String::from);
            first
                .or_else(|| unseen(&site.name, view))
                .or_else(|| in_the_way(&site.name, applied, plan))
        };
        plan.changes.retain(|change| change.action != Action::Keep);
        (!plan.changes.is_empty()).then(|| Differs {
            cannot: why(&plan),
            site: site.name.clone(),
            plan,
        })
    });
    sites.collect()
}

fn unseen(site: &str, view: &View) -> Option<String> {
    (view.connection != Connection::Live)
        .then(|| format!("{site} is not seen as it is now. Restore when it is."))
}

/// Why nothing of a site can be restored, where an object is not ours to change or nothing else is left to do.
fn in_the_way(site: &str, applied: &Applied, plan: &Plan) -> Option<String> {
    let mut changes = plan.changes.iter();
    let replaced = changes.find(|change| applied.is_another(site, change));
    if let Some(change) = replaced {
        return Some(format!("On {site}, {} {REPLACED}.", change.key));
    }
    let to_restore = plan.changes.iter().any(is_to_restore);
    (!to_restore).then(|| {
        format!("What carries our labels on {site} was not applied by Assent, which removes nothing it did not make. Remove it there.")
    })
}

fn is_to_restore(change: &Change) -> bool {
    matches!(change.action, Action::Create | Action::Update)
}

/// Puts sites together on which the same differs, and can be restored alike.
fn together(differs: Vec<Differs>, revision: RevisionNumber, digest: &Digest) -> Vec<DriftSeen> {
    let mut groups: Vec<(Vec<ChangeSeen>, Vec<Differs>)> = Vec::new();
    for one in differs {
        let changes: Vec<ChangeSeen> = one.plan.changes.iter().map(shown).collect();
        let alike = groups.iter_mut().find(|(known, sites)| {
            *known == changes && sites.iter().all(|site| site.cannot == one.cannot)
        });
        match alike {
            Some((_, sites)) => sites.push(one),
            None => groups.push((changes, vec![one])),
        }
    }
    let groups = groups.into_iter().map(|(changes, sites)| DriftSeen {
        seen: seen(sites.iter().map(|one| (one.site.as_str(), &one.plan))),
        can_restore: sites[0].cannot.clone().map_or(Ok(()), Err),
        sites: sites.into_iter().map(|one| one.site).collect(),
        revision,
        digest: digest.clone(),
        changes,
    });
    groups.collect()
}

fn shown(change: &Change) -> ChangeSeen {
    ChangeSeen {
        kind: change.key.kind.as_str().into(),
        name: format!("{}/{}", change.key.namespace, change.key.name),
        action: change.action,
        lines: change.lines(),
    }
}
