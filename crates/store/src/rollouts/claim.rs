//! Claims a cloud for a rollout.

use std::sync::Arc;

use intent::{
    Act, Approved, Base, CannotRepeat, CloudName, Digest, Revision, RevisionNumber, RolloutNumber,
    Rule, Today, Verb,
    rollout::{Claim, Errand, Rollout, SitePlan},
};
use sqlx::SqliteConnection;

use super::{Lease, kept, pasts, record, under_way};
use crate::{Error, Panel, Result, Store, ledger, panel, revisions, votes};

/// A rollout that is to be begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRollout {
    /// The cloud.
    pub cloud: CloudName,
    /// Which revision.
    pub revision: RevisionNumber,
    /// The digest that was shown.
    pub digest: Digest,
    /// The version of the rule that was shown.
    pub rule: i64,
    /// What it is for.
    pub errand: Errand,
    /// What is to be done on each site, in order of their names; one for each site of the revision.
    pub plans: Vec<SitePlan>,
}

impl Store {
    /// Claims a cloud for a rollout and writes down all of it, if none is under way there and the revision has its
    /// approvals at this moment. The sites are those of the cloud, the base is what the objects of the revision look
    /// like.
    pub async fn claim(
        &self,
        new: NewRollout,
        sites: &[String],
        base: &Base,
        act: Act,
    ) -> Result<Lease> {
        let by = act.person.ok_or(Error::NotFound)?;
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        let revision = revisions::load(&mut tx, &new.cloud, new.revision).await?;
        if let Some(other) = under_way(&mut tx, &new.cloud).await? {
            return Err(Error::Moved(format!(
                "Rollout {other} is under way in this cloud. Wait for its end, or stop it."
            )));
        }
        let panel = panel::read(&mut tx, &new.cloud, Some(new.revision), now).await?;
        is_as_shown(&new, &revision, &panel)?;
        let today = panel.today(new.revision, sites, base);
        let (approved, rule) = match new.errand {
            Errand::RollOut => (
                approved(&mut tx, revision, &panel, &today).await?,
                panel.rule,
            ),
            Errand::RollBack => (
                approved_before(&mut tx, revision, &today).await?,
                panel.rule,
            ),
            Errand::Restore => still_approved(&mut tx, revision).await?,
        };
        let claim = Claim {
            number: next(&mut tx, &new.cloud).await?,
            errand: new.errand,
            rule,
            by,
            by_name: act.name.clone(),
            at: now,
        };
        let ledger = ledger::of(&mut tx, &new.cloud).await?;
        let rollout = Rollout::begin(&approved, claim, new.plans, base, &ledger)
            .map_err(|misfit| Error::Moved(misfit.to_string()))?;
        let hash = keep(&mut tx, &rollout).await?;
        let fence = lease(&mut tx, &rollout).await?;
        let (order, verb) = (&rollout.order, Verb::BeganRollout);
        record(&mut tx, order, verb, act, Some(hash), now).await?;
        tx.commit().await?;
        Ok(Lease {
            rollout: Arc::new(rollout),
            fence,
        })
    }
}

/// Refuses to carry out something else than what was shown.
fn is_as_shown(new: &NewRollout, revision: &Revision, panel: &Panel) -> Result<()> {
    let moved = |says: &str| Err(Error::Moved(says.into()));
    if new.digest != revision.digest {
        return moved("This revision is not the one that was shown. Look at it again.");
    }
    // What is in force stays so, whatever is asked of others since.
    if new.errand != Errand::Restore && new.rule != panel.rule.version {
        return moved("The review rule was changed since this was shown. Look at it again.");
    }
    Ok(())
}

/// Counts the votes on a revision that is still in review.
async fn approved(
    tx: &mut SqliteConnection,
    revision: Revision,
    panel: &Panel,
    today: &Today,
) -> Result<Approved> {
    if let Some(left) = panel.left.get(&revision.number) {
        return Err(Error::Moved(left.to_string()));
    }
    let votes = votes::on(tx, &revision.cloud, revision.number).await?;
    Approved::count(revision, &votes, today)
        .map_err(|short| Error::Moved(format!("This revision is not approved now: {short}.")))
}

/// Takes over the approval of an earlier rollout.
async fn approved_before(
    tx: &mut SqliteConnection,
    revision: Revision,
    today: &Today,
) -> Result<Approved> {
    let mut why = CannotRepeat::NeverApplied;
    for past in pasts(tx, &revision.cloud, Some(revision.number)).await? {
        let Some((_, outcome)) = &past.ended else {
            continue;
        };
        match Approved::again(revision.clone(), &past.order, outcome, today) {
            Ok(approved) => return Ok(approved),
            Err(CannotRepeat::NeverApplied) => {}
            Err(other) => why = other,
        }
    }
    Err(Error::Moved(format!(
        "This revision cannot be rolled back to: {why}."
    )))
}

/// Takes over the approval by which a revision is in force, and the rule it was counted by: it is approved no better
/// for being restored.
async fn still_approved(tx: &mut SqliteConnection, revision: Revision) -> Result<(Approved, Rule)> {
    let replaced: bool = sqlx::query_scalar(
        "select exists (
            select 1
            from revision_intents
            left join in_force
                on in_force.cloud = revision_intents.cloud and in_force.intent = revision_intents.intent
            where revision_intents.cloud = ?1 and revision_intents.revision = ?2
                and in_force.revision is not ?2)",
    )
    .bind(revision.cloud.as_str())
    .bind(revision.number.0)
    .fetch_one(&mut *tx)
    .await?;
    if replaced {
        return Err(Error::Moved(
            "This revision is not in force any more. Look at it again.".into(),
        ));
    }
    let pasts = pasts(tx, &revision.cloud, Some(revision.number)).await?;
    let applied = pasts.iter().filter(|past| past.is_in_force());
    for past in applied {
        if let Some((_, outcome)) = &past.ended {
            let approved = Approved::still(revision, &past.order, outcome);
            let approved =
                approved.map_err(|why| Error::Moved(format!("This cannot be restored: {why}.")))?;
            return Ok((approved, past.order.rule));
        }
    }
    Err(Error::Moved("This revision was never in force.".into()))
}

async fn next(tx: &mut SqliteConnection, cloud: &CloudName) -> Result<RolloutNumber> {
    let number = sqlx::query_scalar(
        "select coalesce(max(number), 0) + 1
         from rollouts
         where cloud = ?",
    )
    .bind(cloud.as_str())
    .fetch_one(tx)
    .await?;
    Ok(RolloutNumber(number))
}

/// Keeps a rollout; answers its hash.
async fn keep(tx: &mut SqliteConnection, rollout: &Rollout) -> Result<Digest> {
    let order = &rollout.order;
    let ordered = kept::text(order)?;
    let (plans, owned) = (kept::text(&rollout.plans)?, kept::text(&rollout.owned)?);
    let planned = kept::planned(&plans, &owned);
    let hash = kept::whole(&ordered, planned.as_str());
    sqlx::query(
        "insert into rollouts (cloud, number, revision, ordered, plans, owned, planned, hash, at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(order.cloud.as_str())
    .bind(order.number.0)
    .bind(order.revision.0)
    .bind(ordered)
    .bind(plans)
    .bind(owned)
    .bind(planned.as_str())
    .bind(hash.as_str())
    .bind(order.at.0)
    .execute(tx)
    .await?;
    Ok(hash)
}

/// Takes the lease of a cloud that nobody holds.
async fn lease(tx: &mut SqliteConnection, rollout: &Rollout) -> Result<i64> {
    let fence = sqlx::query_scalar(
        "insert into leases (cloud, rollout, fence)
         values (?1, ?2, 1)
         on conflict do update set rollout = ?2, fence = fence + 1
            where leases.rollout is null
         returning fence",
    )
    .bind(rollout.order.cloud.as_str())
    .bind(rollout.order.number.0)
    .fetch_one(tx)
    .await?;
    Ok(fence)
}
