//! What is in force in a cloud, and how far its papers go.

use std::collections::BTreeMap;

use intent::{
    CloudName, IntentId, IntentName, RevisionNumber,
    rollout::{Owned, Past},
};
use sqlx::Row;

use crate::{Error, Result, Store, ledger, rollouts};

/// What rollouts left behind in a cloud, all of one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct InForce {
    /// The cloud.
    pub cloud: CloudName,
    /// The intents that were ever submitted: their names, and the revision that is in force; none if none is.
    pub intents: BTreeMap<IntentId, (IntentName, Option<RevisionNumber>)>,
    /// The objects that are ours.
    pub ledger: Vec<Owned>,
    /// The rollouts, the latest first.
    pub rollouts: Vec<Past>,
    /// The number of the last act on record.
    pub acts: i64,
    /// The number of the last row in the journal of a rollout.
    pub notes: i64,
}

impl Store {
    /// What is in force in a cloud.
    pub async fn in_force(&self, cloud: &CloudName) -> Result<InForce> {
        let mut tx = self.read.begin().await?;
        let rows = sqlx::query(
            "select intents.id, intents.name, in_force.revision
             from intents
             left join in_force on in_force.cloud = intents.cloud and in_force.intent = intents.id
             where intents.cloud = ?",
        )
        .bind(cloud.as_str())
        .fetch_all(&mut *tx)
        .await?;
        let intents = rows.iter().map(|row| {
            let name = IntentName::read(row.get("name"))
                .map_err(|says| Error::Unfit(format!("the name of an intent is unfit: {says}")))?;
            let revision = row.get::<Option<i64>, _>("revision").map(RevisionNumber);
            Ok((IntentId(row.get("id")), (name, revision)))
        });
        let intents = intents.collect::<Result<_>>()?;
        let (acts, notes) = sqlx::query_as(
            "select
                (select coalesce(max(seq), 0) from audit where cloud = ?1),
                (select coalesce(max(seq), 0) from rollout_journal where cloud = ?1)",
        )
        .bind(cloud.as_str())
        .fetch_one(&mut *tx)
        .await?;
        Ok(InForce {
            cloud: cloud.clone(),
            intents,
            ledger: ledger::of(&mut tx, cloud).await?,
            rollouts: rollouts::pasts(&mut tx, cloud, None).await?,
            acts,
            notes,
        })
    }
}
