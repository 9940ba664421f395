//! Begins a rollout: looks at every site, rehearses on every site, claims the cloud. Nothing begins anywhere where
//! anything is in the way.

use cluster::{Cloud, Force};
use intent::{
    Act, Actor, Approved, Base, CloudName, Revision, RevisionNumber, RolloutNumber, Verb,
    rollout::{Errand, Past},
};
use store::NewRollout;

use crate::{
    Engine, Error, Result, Shown,
    fresh::{base, everywhere, fresh, ready, rehearse},
    removals::{Confirm, entries},
    roll_back,
    vote::moved,
};

impl Engine {
    /// Begins to carry a revision out, for somebody who was shown it and has typed what has to be typed.
    pub(crate) async fn begin(
        &self,
        actor: &Actor,
        name: &CloudName,
        number: RevisionNumber,
        errand: Errand,
        shown: &Shown,
        confirm: Option<&str>,
    ) -> Result<RolloutNumber> {
        let cloud = self.cloud_for_operating(actor, name)?;
        let revision = self.store.revision(name, number).await?;
        let pasts = self.store.rollouts(name).await?;
        is_free(&pasts)?;
        let sites = names(cloud);
        if revision.sites() != sites {
            return Err(Error::Moved(SITES.into()));
        }
        let ledger = self.store.ledger(name).await?;
        let objects = fresh(everywhere(cloud), |site| {
            entries(&revision, errand, &ledger, site)
        });
        let objects = objects.await.map_err(Error::Rehearsed)?;
        let base = base(&revision, &objects);
        if shown.base != base.digest() {
            return Err(Error::Moved(moved(&revision, &base)));
        }
        self.may_begin(&revision, errand, &pasts, &sites, &base)
            .await?;
        if let Some(much) = Confirm::of(&revision, errand, &ledger) {
            much.check(confirm)?;
        }
        let ready = ready(objects, &ledger).map_err(Error::Rehearsed)?;
        let plans = rehearse(&ready, Force::Never)
            .await
            .map_err(Error::Rehearsed)?;
        let new = NewRollout {
            cloud: name.clone(),
            revision: number,
            digest: shown.digest.clone(),
            rule: shown.rule,
            errand,
            plans,
        };
        let act = Act::by(actor, Verb::BeganRollout);
        self.claim(cloud, new, sites, base, act).await
    }

    /// Asks what the store will ask once more, before any cluster is bothered with it.
    async fn may_begin(
        &self,
        revision: &Revision,
        errand: Errand,
        pasts: &[Past],
        sites: &[String],
        base: &Base,
    ) -> Result<()> {
        let panel = self.store.panel(&revision.cloud).await?;
        let today = panel.today(revision.number, sites, base);
        if errand == Errand::RollBack {
            let cannot = roll_back::cannot(revision, pasts, &today);
            return cannot.map_or(Ok(()), |why| Err(Error::Moved(why)));
        }
        if let Some(left) = panel.left.get(&revision.number) {
            return Err(Error::Moved(left.to_string()));
        }
        let votes = self.store.votes(&revision.cloud, revision.number).await?;
        Approved::count(revision.clone(), &votes, &today)
            .map(|_| ())
            .map_err(|short| Error::Moved(format!("This revision is not approved now: {short}.")))
    }

    /// Claims a cloud and begins. Once claimed, it begins even if whoever asked is gone.
    pub(crate) async fn claim(
        &self,
        cloud: &Cloud,
        new: NewRollout,
        sites: Vec<String>,
        base: Base,
        act: Act,
    ) -> Result<RolloutNumber> {
        let (engine, cloud) = (self.clone(), cloud.clone());
        let begun = tokio::spawn(async move {
            let lease = engine.store.claim(new, &sites, &base, act).await?;
            let order = &lease.rollout().order;
            let (name, number) = (order.cloud.clone(), order.number);
            if let Some(turn) = engine.under_way.take(&name, number) {
                engine.carry(&cloud, lease, Vec::new(), turn);
            }
            Ok(number)
        });
        begun
            .await
            .unwrap_or_else(|died| Err(Error::Unavailable(died.to_string())))
    }
}

/// What is said where a cloud has other sites than a revision.
pub(crate) const SITES: &str =
    "The sites of this cloud changed since this was submitted. Submit it again.";

/// Refuses to begin beside another rollout.
pub(crate) fn is_free(pasts: &[Past]) -> Result<()> {
    match under_way(pasts) {
        Some(other) => Err(Error::Moved(other)),
        None => Ok(()),
    }
}

/// Says which rollout is under way; none if none is.
pub(crate) fn under_way(pasts: &[Past]) -> Option<String> {
    let running = pasts.iter().find(|past| past.ended.is_none())?;
    let number = running.order.number;
    Some(format!(
        "Rollout {number} is under way in this cloud. Wait for its end, or stop it."
    ))
}

/// The names of the sites of a cloud, in order.
fn names(cloud: &Cloud) -> Vec<String> {
    let mut names: Vec<String> = cloud.sites.iter().map(|site| site.name.clone()).collect();
    names.sort();
    names
}
