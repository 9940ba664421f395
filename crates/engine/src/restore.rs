//! Puts back what the revision in force says, where somebody changed it.

use cluster::{Force, Site};
use intent::{
    Act, Actor, CloudName, Digest, Entry, RolloutNumber, Verb,
    rollout::{Errand, SitePlan},
};
use store::NewRollout;

use crate::{
    Engine, Error, Result,
    begin::is_free,
    fresh::{base, fresh, rehearse, seen, to_restore},
};

/// What is said where something else is there than what was shown.
const MOVED: &str = "This changed again since it was shown. Look at the difference again.";

impl Engine {
    /// Begins to restore what differs of an intent on some sites, as it was shown: fields of others go, too. Only
    /// what was applied there and is still the same object is touched. It goes on by itself, to its end or back.
    pub async fn restore(
        &self,
        actor: &Actor,
        name: &CloudName,
        intent: &str,
        sites: &[String],
        digest: &Digest,
        shown: &Digest,
    ) -> Result<RolloutNumber> {
        let cloud = self.cloud_for_operating(actor, name)?;
        is_free(&self.store.rollouts(name).await?)?;
        let applied = self.applied(name, intent).await?.ok_or(Error::NotFound)?;
        let in_force = applied.revision.as_ref();
        let Some((number, _)) = in_force.filter(|(_, known)| known == digest).cloned() else {
            return Err(Error::Moved(
                "Another revision is in force since this was shown. Look at it again.".into(),
            ));
        };
        let revision = self.store.revision(name, number).await?;
        let wanted = |site: &str| -> Vec<Entry> {
            let wanted = applied.wanted.get(site).into_iter().flatten();
            wanted.cloned().map(Entry::Apply).collect()
        };
        let chosen: Vec<&Site> = cloud
            .sites
            .iter()
            .filter(|site| sites.contains(&site.name))
            .collect();
        if chosen.is_empty() || chosen.len() != sites.len() {
            return Err(Error::NotFound);
        }
        let ledger = self.store.ledger(name).await?;
        let objects = fresh(chosen, wanted).await.map_err(Error::Rehearsed)?;
        let base = base(&revision, &objects);
        let ready = to_restore(objects, &ledger).map_err(Error::Rehearsed)?;
        if seen(ready.iter().map(|ready| ready.plan())) != *shown {
            return Err(Error::Moved(MOVED.into()));
        }
        let mut plans = rehearse(&ready, Force::Restore)
            .await
            .map_err(Error::Rehearsed)?;
        // Nothing is done on other sites, so nobody asks whether they answer.
        let others = revision.sites().into_iter();
        let others = others.filter(|site| !sites.iter().any(|chosen| chosen == site));
        plans.extend(others.map(|site| SitePlan {
            site: site.into(),
            steps: Vec::new(),
        }));
        plans.sort_by(|one, other| one.site.cmp(&other.site));
        let new = NewRollout {
            cloud: name.clone(),
            revision: number,
            digest: digest.clone(),
            rule: 0,
            errand: Errand::Restore,
            plans,
        };
        let sites = revision.sites().into_iter().map(String::from).collect();
        let act = Act::by(actor, Verb::BeganRollout);
        self.claim(cloud, new, sites, base, act).await
    }
}
