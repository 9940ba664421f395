//! Intents: what keeps its number and its name through all revisions.

use std::collections::BTreeMap;

use intent::{CloudName, IntentId, IntentName, Time};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::{Error, Result, Store};

impl Store {
    /// The intents of a cloud that were submitted at least once, by name.
    pub async fn intents(&self, cloud: &CloudName) -> Result<Vec<(IntentId, IntentName)>> {
        let rows = sqlx::query("select id, name from intents where cloud = ? order by name")
            .bind(cloud.as_str())
            .fetch_all(&self.read)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The kinds of the intents of a cloud, by name; what is withdrawn keeps its own.
    pub async fn intent_kinds(&self, cloud: &CloudName) -> Result<BTreeMap<IntentId, String>> {
        let rows = sqlx::query(
            "select draft_intents.intent, max(draft_intents.kind) as kind
             from intents
             join draft_intents on draft_intents.intent = intents.id
             where intents.cloud = ?
             group by draft_intents.intent",
        )
        .bind(cloud.as_str())
        .fetch_all(&self.read)
        .await?;
        let kinds = rows
            .iter()
            .map(|row| (IntentId(row.get("intent")), row.get("kind")));
        Ok(kinds.collect())
    }

    /// Finds an intent of a cloud by its name.
    pub async fn intent(&self, cloud: &CloudName, name: &str) -> Result<(IntentId, IntentName)> {
        let row = sqlx::query("select id, name from intents where cloud = ? and name = ?")
            .bind(cloud.as_str())
            .bind(name)
            .fetch_optional(&self.read)
            .await?;
        read(&row.ok_or(Error::NotFound)?)
    }
}

/// Makes an intent; a conflict if its cloud has one of that name.
pub(crate) async fn add(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    name: &IntentName,
    now: Time,
) -> Result<IntentId> {
    let id: Option<i64> = sqlx::query_scalar(
        "insert into intents (cloud, name, created)
         values (?, ?, ?)
         on conflict do nothing
         returning id",
    )
    .bind(cloud.as_str())
    .bind(name.as_str())
    .bind(now.0)
    .fetch_optional(tx)
    .await?;
    id.map(IntentId).ok_or(Error::Conflict(
        "This name is taken by another intent of this cloud; choose another name.",
    ))
}

/// Says whether an intent is one of a cloud.
pub(crate) async fn exists(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    id: IntentId,
) -> Result<bool> {
    let found =
        sqlx::query_scalar("select exists (select 1 from intents where id = ? and cloud = ?)")
            .bind(id.0)
            .bind(cloud.as_str())
            .fetch_one(tx)
            .await?;
    Ok(found)
}

fn read(row: &SqliteRow) -> Result<(IntentId, IntentName)> {
    let name = IntentName::read(row.get("name"));
    let name =
        name.map_err(|says| Error::Unfit(format!("the name of an intent is unfit: {says}")))?;
    Ok((IntentId(row.get("id")), name))
}
