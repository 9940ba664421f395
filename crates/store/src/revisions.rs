//! Revisions: sealed, read back, recalled.

use intent::{Act, Bundle, CloudName, Digest, IntentName, Revision, RevisionNumber, Time, Verb};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::{Error, Result, Store, audit, panel};

/// The one statement that reads revisions, each with its bundles; what follows says which.
macro_rules! select {
    ($which:literal) => {
        concat!(
            "select revisions.cloud, revisions.number, revisions.digest, revisions.sealed,
                (select json_group_array(json_array(bundles.hash, bundles.bytes) order by revision_bundles.place)
                 from revision_bundles
                 join bundles on bundles.hash = revision_bundles.hash
                 where revision_bundles.cloud = revisions.cloud
                    and revision_bundles.revision = revisions.number) as bundles
             from revisions
             ",
            $which
        )
    };
}

impl Store {
    /// A revision of a cloud. What is not as it was sealed is refused.
    pub async fn revision(&self, cloud: &CloudName, number: RevisionNumber) -> Result<Revision> {
        let mut connection = self.read.acquire().await?;
        load(&mut connection, cloud, number).await
    }

    /// The revisions of a cloud, newest first.
    pub async fn revisions(&self, cloud: &CloudName) -> Result<Vec<Revision>> {
        let rows = sqlx::query(select!("where cloud = ? order by number desc"))
            .bind(cloud.as_str())
            .fetch_all(&self.read)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The revisions of one intent, newest first.
    pub async fn revisions_of(
        &self,
        cloud: &CloudName,
        name: &IntentName,
    ) -> Result<Vec<Revision>> {
        let rows = sqlx::query(select!(
            "where cloud = ?1 and number in (
                select revision_intents.revision
                from revision_intents
                join intents on intents.id = revision_intents.intent
                where revision_intents.cloud = ?1 and intents.name = ?2)
             order by number desc"
        ))
        .bind(cloud.as_str())
        .bind(name.as_str())
        .fetch_all(&self.read)
        .await?;
        rows.iter().map(read).collect()
    }

    /// The revisions of a cloud that hold: the latest of each intent, where it was not recalled.
    pub async fn holding(&self, cloud: &CloudName) -> Result<Vec<Revision>> {
        let mut connection = self.read.acquire().await?;
        holding(&mut connection, cloud).await
    }

    /// Takes a revision out of review, for good.
    pub async fn recall(&self, cloud: &CloudName, number: RevisionNumber, act: Act) -> Result<()> {
        let by = act.person.ok_or(Error::NotFound)?;
        let now = self.clock.now();
        let mut tx = self.begin().await?;
        let revision = load(&mut tx, cloud, number).await?;
        if let Some(left) = panel::left(&mut tx, cloud, Some(number))
            .await?
            .remove(&number)
        {
            return Err(Error::Moved(left.to_string()));
        }
        sqlx::query("insert into recalls (cloud, revision, at, person) values (?, ?, ?, ?)")
            .bind(cloud.as_str())
            .bind(number.0)
            .bind(now.0)
            .bind(by.0)
            .execute(&mut *tx)
            .await?;
        record(&mut tx, &revision, Verb::Recalled, act, now).await?;
        Ok(tx.commit().await?)
    }
}

/// Reads a revision.
pub(crate) async fn load(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    number: RevisionNumber,
) -> Result<Revision> {
    let row = sqlx::query(select!("where cloud = ? and number = ?"))
        .bind(cloud.as_str())
        .bind(number.0)
        .fetch_optional(tx)
        .await?;
    read(&row.ok_or(Error::NotFound)?)
}

/// The revisions of a cloud that were neither recalled nor superseded, the oldest first.
pub(crate) async fn holding(tx: &mut SqliteConnection, cloud: &CloudName) -> Result<Vec<Revision>> {
    let rows = sqlx::query(select!(
        "where cloud = ?1
            and not exists (
                select 1
                from recalls
                where recalls.cloud = ?1 and recalls.revision = revisions.number)
            and not exists (
                select 1
                from revision_intents as mine
                join revision_intents as later on later.intent = mine.intent and later.revision > mine.revision
                where mine.cloud = ?1 and mine.revision = revisions.number)
         order by number"
    ))
    .bind(cloud.as_str())
    .fetch_all(tx)
    .await?;
    rows.iter().map(read).collect()
}

/// Records what was done to a revision.
pub(crate) async fn record(
    tx: &mut SqliteConnection,
    revision: &Revision,
    verb: Verb,
    act: Act,
    now: Time,
) -> Result<()> {
    let act = Act {
        verb,
        about: revision.about(),
        cloud: Some(revision.cloud.clone()),
        digest: Some(revision.digest.clone()),
        ..act
    };
    audit::append(tx, &act, now).await
}

/// Reads a revision and hashes everything in it again.
fn read(row: &SqliteRow) -> Result<Revision> {
    let broken = || {
        Error::Unfit(format!(
            "revision {} of {} is not what was sealed: it was changed by something other than Assent. Restore the \
             data folder from a backup.",
            row.get::<i64, _>("number"),
            row.get::<&str, _>("cloud"),
        ))
    };
    let sealed: Revision = serde_json::from_str(row.get("sealed")).map_err(|_| broken())?;
    let kept: Vec<(String, String)> =
        serde_json::from_str(row.get("bundles")).map_err(|_| broken())?;
    let mut bundles = Vec::with_capacity(kept.len());
    for (hash, bytes) in kept {
        if Digest::of(&bytes).as_str() != hash {
            return Err(broken());
        }
        bundles.push(serde_json::from_str::<Bundle>(&bytes).map_err(|_| broken())?);
    }
    let revision = Revision { bundles, ..sealed };
    let is_the_one = revision.cloud.as_str() == row.get::<&str, _>("cloud")
        && revision.number.0 == row.get::<i64, _>("number")
        && revision.digest.as_str() == row.get::<&str, _>("digest");
    if is_the_one && revision.seals() {
        Ok(revision)
    } else {
        Err(broken())
    }
}
