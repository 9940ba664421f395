//! The ledger: which objects are ours, and as what.

use intent::{
    CloudName, IntentId, RevisionNumber,
    rollout::{LedgerChange, Owned},
};
use serde_json::json;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::{Error, Result, Store};

impl Store {
    /// The objects of a cloud that are ours, by site and in order of applying.
    pub async fn ledger(&self, cloud: &CloudName) -> Result<Vec<Owned>> {
        let mut connection = self.read.acquire().await?;
        of(&mut connection, cloud).await
    }

    /// The revision of an intent that is in force; none if it never was rolled out.
    pub async fn applied(
        &self,
        cloud: &CloudName,
        intent: IntentId,
    ) -> Result<Option<RevisionNumber>> {
        let revision =
            sqlx::query_scalar("select revision from in_force where cloud = ? and intent = ?")
                .bind(cloud.as_str())
                .bind(intent.0)
                .fetch_optional(&self.read)
                .await?;
        Ok(revision.map(RevisionNumber))
    }
}

/// The ledger of a cloud.
pub(crate) async fn of(tx: &mut SqliteConnection, cloud: &CloudName) -> Result<Vec<Owned>> {
    let rows = sqlx::query("select * from ledger where cloud = ?")
        .bind(cloud.as_str())
        .fetch_all(tx)
        .await?;
    let mut ledger = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    ledger.sort_by(|one, other| (&one.site, &one.key).cmp(&(&other.site, &other.key)));
    Ok(ledger)
}

/// Carries a change out.
pub(crate) async fn change(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    change: &LedgerChange,
) -> Result<()> {
    let query = match change {
        LedgerChange::Put(owned) => sqlx::query(
            "insert into ledger (cloud, site, kind, namespace, name, uid, intent, revision, spec)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             on conflict do update set uid = ?6, intent = ?7, revision = ?8, spec = ?9",
        )
        .bind(cloud.as_str())
        .bind(&owned.site)
        .bind(owned.key.kind.as_str())
        .bind(owned.key.namespace.as_str())
        .bind(owned.key.name.as_str())
        .bind(&owned.uid)
        .bind(owned.intent.0)
        .bind(owned.revision.0)
        .bind(owned.spec.as_str()),
        LedgerChange::Remove { site, key } => sqlx::query(
            "delete from ledger
             where cloud = ? and site = ? and kind = ? and namespace = ? and name = ?",
        )
        .bind(cloud.as_str())
        .bind(site)
        .bind(key.kind.as_str())
        .bind(key.namespace.as_str())
        .bind(key.name.as_str()),
    };
    query.execute(tx).await?;
    Ok(())
}

fn read(row: &SqliteRow) -> Result<Owned> {
    let text = |column: &str| row.get::<String, _>(column);
    let number = |column: &str| row.get::<i64, _>(column);
    let owned = json!({
        "site": text("site"),
        "key": {"kind": text("kind"), "namespace": text("namespace"), "name": text("name")},
        "uid": text("uid"),
        "intent": number("intent"),
        "revision": number("revision"),
        "spec": text("spec"),
    });
    serde_json::from_value(owned)
        .map_err(|error| Error::Unfit(format!("a row of the ledger cannot be read: {error}")))
}
