//! From an approval to a rollout: nothing is carried out that was not approved.

use std::collections::BTreeSet;

use mesh::{Manifest, ResourceKey};

use super::{Before, Errand, Order, Owned, Rollout, SitePlan, Step};
use crate::{Approved, Base, Digest, Entry, PersonId, PersonName, RolloutNumber, Rule, Time};

/// Who claims a cloud for a rollout, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The number of the rollout.
    pub number: RolloutNumber,
    /// What it is for.
    pub errand: Errand,
    /// The rule in force.
    pub rule: Rule,
    /// Who begins it.
    pub by: PersonId,
    /// Their name.
    pub by_name: PersonName,
    /// The time.
    pub at: Time,
}

/// Why a plan cannot be carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// It is not for the sites of the revision.
    #[error("The plan is not for the sites that the revision is for.")]
    Sites,
    /// It asks for something that was not approved.
    #[error("On {site}, {key} is not approved like this.")]
    NotApproved {
        /// The site.
        site: String,
        /// The object.
        key: ResourceKey,
    },
    /// An object was changed since it was looked at.
    #[error("On {site}, {key} was changed while this was planned. Look at it again.")]
    Moved {
        /// The site.
        site: String,
        /// The object.
        key: ResourceKey,
    },
    /// An object is somebody else's.
    #[error("On {site}, {key} was not made by Assent.")]
    Foreign {
        /// The site.
        site: String,
        /// The object.
        key: ResourceKey,
    },
    /// An object is not as it was applied.
    #[error("On {site}, {key} is not as revision {} made it; restore it first.", .owned.revision)]
    Drifted {
        /// The site.
        site: String,
        /// The object.
        key: ResourceKey,
        /// How it was applied.
        owned: Box<Owned>,
    },
}

impl Rollout {
    /// Begins to carry out what was approved. Each step has to be one that the revision asks for, on that site, and
    /// to start from the base; what is changed or removed has to be ours, as it was applied last.
    pub fn begin(
        approved: &Approved,
        claim: Claim,
        plans: Vec<SitePlan>,
        base: &Base,
        ledger: &[Owned],
    ) -> Result<Self, Misfit> {
        let revision = approved.revision();
        let intents = revision.intents.iter();
        let rollout = Self {
            order: Order {
                cloud: revision.cloud.clone(),
                number: claim.number,
                revision: revision.number,
                digest: revision.digest.clone(),
                intents: intents.map(|s| (s.intent, s.name.clone())).collect(),
                errand: claim.errand,
                rule: claim.rule,
                by: claim.by,
                by_name: claim.by_name,
                at: claim.at,
            },
            owned: owned(&plans, ledger),
            plans,
        };
        let sites = rollout.plans.iter().map(|plan| plan.site.as_str());
        if !sites.eq(revision.sites()) {
            return Err(Misfit::Sites);
        }
        for plan in &rollout.plans {
            let mut keys = BTreeSet::new();
            for step in &plan.steps {
                let is_first = keys.insert(&step.key);
                if !is_first || !rollout.is_approved(approved, plan, step) {
                    return Err(Misfit::NotApproved {
                        site: plan.site.clone(),
                        key: step.key.clone(),
                    });
                }
                starts_from(plan, step, base)?;
                rollout.is_ours(plan, step)?;
            }
        }
        Ok(rollout)
    }

    /// Whether a revision asks for a step: for these bytes or for this removal.
    fn is_approved(&self, approved: &Approved, plan: &SitePlan, step: &Step) -> bool {
        let entries = approved.revision().entries(&plan.site);
        let mut ends = step.before.iter().map(|before| &before.manifest);
        if ends.any(|manifest| manifest.key != step.key) {
            return false;
        }
        let Some(after) = &step.after else {
            return step.before.is_some() && self.is_to_go(entries, plan, step);
        };
        let applies = |entry: &Entry| matches!(entry, Entry::Apply(manifest) if manifest == after);
        after.key == step.key && entries.iter().any(applies) && self.intent_of(after).is_some()
    }

    /// Whether an object has to go: the revision says so. Where an earlier revision is carried out once more, also
    /// what its intents have made since and it does not have.
    fn is_to_go(&self, entries: &[Entry], plan: &SitePlan, step: &Step) -> bool {
        let named = entries.iter().find(|entry| *entry.key() == step.key);
        match (named, self.order.errand) {
            (_, Errand::Restore) => false,
            (Some(Entry::Remove(_)), _) => true,
            (Some(Entry::Apply(_)), _) | (None, Errand::RollOut) => false,
            (None, Errand::RollBack) => {
                let owned = self.owned_at(&plan.site, &step.key);
                let mut intents = self.order.intents.iter();
                owned.is_some_and(|owned| intents.any(|(intent, _)| *intent == owned.intent))
            }
        }
    }

    /// Refuses to change what was not applied here, or is not as it was applied: unless that is what is put right.
    fn is_ours(&self, plan: &SitePlan, step: &Step) -> Result<(), Misfit> {
        let Some(Before { manifest, uid, .. }) = &step.before else {
            return Ok(());
        };
        let (site, key) = (plan.site.clone(), step.key.clone());
        match self.owned_at(&plan.site, &step.key) {
            None => Err(Misfit::Foreign { site, key }),
            Some(owned) if owned.uid == *uid && self.order.errand == Errand::Restore => Ok(()),
            Some(owned) if owned.uid == *uid && owned.spec == spec(manifest) => Ok(()),
            Some(owned) => Err(Misfit::Drifted {
                site,
                key,
                owned: Box::new(owned.clone()),
            }),
        }
    }

    fn owned_at(&self, site: &str, key: &ResourceKey) -> Option<&Owned> {
        let mut owned = self.owned.iter();
        owned.find(|owned| owned.site == site && owned.key == *key)
    }
}

/// What the ledger holds of the objects of some plans.
fn owned(plans: &[SitePlan], ledger: &[Owned]) -> Vec<Owned> {
    let is_in = |owned: &&Owned| {
        let plan = plans.iter().find(|plan| plan.site == owned.site);
        plan.is_some_and(|plan| plan.steps.iter().any(|step| step.key == owned.key))
    };
    ledger.iter().filter(is_in).cloned().collect()
}

/// Refuses a step that starts from something else than what votes were counted by.
fn starts_from(plan: &SitePlan, step: &Step, base: &Base) -> Result<(), Misfit> {
    let mut sites = base.sites.iter();
    let site = sites.find(|(site, _)| *site == plan.site);
    let was = site.and_then(|(_, objects)| objects.iter().find(|was| was.key == step.key));
    let Some(was) = was else {
        // What a revision does not name has no base.
        return Ok(());
    };
    let before = step.before.as_ref().map(|before| spec(&before.manifest));
    if was.spec == before {
        Ok(())
    } else {
        Err(Misfit::Moved {
            site: plan.site.clone(),
            key: step.key.clone(),
        })
    }
}

fn spec(manifest: &Manifest) -> Digest {
    Digest::of(manifest.canonical())
}
