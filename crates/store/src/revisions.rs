//! Revisions: sealed, read back, recalled.

use intent::{
    Act, Bundle, CloudName, Digest, IntentId, IntentName, Revision, RevisionNumber, Time, Verb,
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::{Error, Result, Store, audit, docket::Which, panel, rollouts};

/// The statements that read revisions, with what the record tells of each; what follows says which.
macro_rules! select {
    // With all that becomes of their objects.
    (whole $which:expr) => {
        select!(
            "(select json_group_array(json_array(bundles.hash, bundles.bytes) order by revision_bundles.place)
             from revision_bundles
             join bundles on bundles.hash = revision_bundles.hash
             where revision_bundles.cloud = revisions.cloud
                and revision_bundles.revision = revisions.number)",
            $which
        )
    };
    // Without.
    (head $which:expr) => {
        select!("null", $which)
    };
    ($bundles:literal, $which:expr) => {
        concat!(
            "select revisions.cloud, revisions.number, revisions.digest, revisions.sealed,
                (select json_group_array(json_array(audit.person, audit.name, audit.at, audit.bound))
                 from audit
                 where audit.digest = revisions.digest and audit.cloud = revisions.cloud
                    and audit.verb = 'submitted') as told, ",
            $bundles,
            " as bundles
             from revisions
             ",
            $which
        )
    };
}

/// Which revisions of a cloud hold: those that were neither recalled nor superseded, and those that are in force or
/// being rolled out.
macro_rules! holding {
    () => {
        "where cloud = ?1
            and (exists (
                    select 1
                    from in_force
                    where in_force.cloud = ?1 and in_force.revision = revisions.number)
                or exists (
                    select 1
                    from leases
                    join rollouts on rollouts.cloud = leases.cloud and rollouts.number = leases.rollout
                    where leases.cloud = ?1 and rollouts.revision = revisions.number)
                or not exists (
                        select 1
                        from recalls
                        where recalls.cloud = ?1 and recalls.revision = revisions.number)
                    and not exists (
                        select 1
                        from revision_intents as mine
                        join revision_intents as later on later.intent = mine.intent and later.revision > mine.revision
                        where mine.cloud = ?1 and mine.revision = revisions.number))
         order by number"
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
        let rows = sqlx::query(select!(whole "where cloud = ? order by number desc"))
            .bind(cloud.as_str())
            .fetch_all(&self.read)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The numbers of the revisions of a cloud, newest first.
    pub async fn revision_numbers(&self, cloud: &CloudName) -> Result<Vec<RevisionNumber>> {
        let numbers: Vec<i64> =
            sqlx::query_scalar("select number from revisions where cloud = ? order by number desc")
                .bind(cloud.as_str())
                .fetch_all(&self.read)
                .await?;
        Ok(numbers.into_iter().map(RevisionNumber).collect())
    }

    /// The revisions of one intent, newest first.
    pub async fn revisions_of(
        &self,
        cloud: &CloudName,
        name: &IntentName,
    ) -> Result<Vec<Revision>> {
        let mut connection = self.read.acquire().await?;
        of_intent(&mut connection, cloud, name).await
    }

    /// The revisions of a cloud that hold: the latest of each intent, where it was not recalled, and whatever is in
    /// force or being rolled out.
    pub async fn holding(&self, cloud: &CloudName) -> Result<Vec<Revision>> {
        let mut connection = self.read.acquire().await?;
        holding(&mut connection, cloud).await
    }

    /// Takes a revision out of review, for good. One that was rolled out stays: its intent is withdrawn instead.
    pub async fn recall(&self, cloud: &CloudName, number: RevisionNumber, act: Act) -> Result<()> {
        let by = act.person.ok_or(Error::NotFound)?;
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        let revision = load(&mut tx, cloud, number).await?;
        if let Some(left) = panel::left(&mut tx, cloud, Some(number))
            .await?
            .remove(&number)
        {
            return Err(Error::Moved(left.to_string()));
        }
        if rollouts::has_begun(&mut tx, cloud, number).await? {
            return Err(Error::Conflict(
                "This revision was rolled out; withdraw the intent instead.",
            ));
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
    let row = sqlx::query(select!(whole "where cloud = ? and number = ?"))
        .bind(cloud.as_str())
        .bind(number.0)
        .fetch_optional(tx)
        .await?;
    read(&row.ok_or(Error::NotFound)?)
}

/// The revisions of one intent, newest first.
pub(crate) async fn of_intent(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    name: &IntentName,
) -> Result<Vec<Revision>> {
    let rows = sqlx::query(select!(whole
        "where cloud = ?1 and number in (
            select revision_intents.revision
            from revision_intents
            join intents on intents.id = revision_intents.intent
            where revision_intents.cloud = ?1 and intents.name = ?2)
         order by number desc"
    ))
    .bind(cloud.as_str())
    .bind(name.as_str())
    .fetch_all(tx)
    .await?;
    rows.iter().map(read).collect()
}

/// The revisions of a cloud that hold, the oldest first.
pub(crate) async fn holding(tx: &mut SqliteConnection, cloud: &CloudName) -> Result<Vec<Revision>> {
    let rows = sqlx::query(select!(whole holding!()))
        .bind(cloud.as_str())
        .fetch_all(tx)
        .await?;
    rows.iter().map(read).collect()
}

/// Their numbers, in order.
pub(crate) async fn numbers_holding(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
) -> Result<Vec<RevisionNumber>> {
    let numbers: Vec<i64> =
        sqlx::query_scalar(concat!("select number from revisions ", holding!()))
            .bind(cloud.as_str())
            .fetch_all(tx)
            .await?;
    Ok(numbers.into_iter().map(RevisionNumber).collect())
}

/// The revisions that a page lists, without what becomes of their objects.
pub(crate) async fn heads(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    which: Which,
) -> Result<Vec<Revision>> {
    let query = match which {
        Which::All => sqlx::query(select!(head "where cloud = ? order by number desc")),
        Which::Latest => sqlx::query(select!(head
            "where cloud = ?1 and number in (
                select max(revision)
                from revision_intents
                where cloud = ?1
                group by intent)
             order by number desc"
        )),
        Which::Holding => sqlx::query(select!(head holding!())),
    };
    let rows = query.bind(cloud.as_str()).fetch_all(tx).await?;
    rows.iter().map(head).collect()
}

/// The number of the latest revision of an intent.
pub(crate) async fn latest_of(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    intent: IntentId,
) -> Result<Option<RevisionNumber>> {
    let number: Option<i64> = sqlx::query_scalar(
        "select max(revision)
         from revision_intents
         where cloud = ? and intent = ?",
    )
    .bind(cloud.as_str())
    .bind(intent.0)
    .fetch_one(tx)
    .await?;
    Ok(number.map(RevisionNumber))
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
    let sealed = sealed(row)?;
    let kept: Vec<(String, String)> =
        serde_json::from_str(row.get("bundles")).map_err(|_| broken(row))?;
    let mut bundles = Vec::with_capacity(kept.len());
    for (hash, bytes) in kept {
        if Digest::of(&bytes).as_str() != hash {
            return Err(broken(row));
        }
        bundles.push(serde_json::from_str::<Bundle>(&bytes).map_err(|_| broken(row))?);
    }
    let revision = Revision { bundles, ..sealed };
    if revision.seals() {
        Ok(revision)
    } else {
        Err(broken(row))
    }
}

/// Reads a revision of which its objects do not matter: the sites are there, and nothing is on them. It never counts
/// as approved.
fn head(row: &SqliteRow) -> Result<Revision> {
    let sealed = sealed(row)?;
    let sites = sealed.base.sites.iter().map(|(site, _)| Bundle {
        site: site.clone(),
        entries: Vec::new(),
    });
    let bundles = sites.collect();
    Ok(Revision { bundles, ..sealed })
}

/// Reads what was sealed beside the bundles, and holds it to what the record tells of it.
fn sealed(row: &SqliteRow) -> Result<Revision> {
    let text: &str = row.get("sealed");
    let sealed: Revision = serde_json::from_str(text).map_err(|_| broken(row))?;
    let is_the_one = sealed.cloud.as_str() == row.get::<&str, _>("cloud")
        && sealed.number.0 == row.get::<i64, _>("number")
        && sealed.digest.as_str() == row.get::<&str, _>("digest");
    let told: Vec<(Option<i64>, String, i64, Option<String>)> =
        serde_json::from_str(row.get("told")).map_err(|_| broken(row))?;
    let is_told = match told.as_slice() {
        [(person, name, at, bound)] => {
            // What earlier versions submitted is not bound.
            let is_bound = bound
                .as_ref()
                .is_none_or(|bound| Digest::of(text).as_str() == bound);
            let author = *person == Some(sealed.author.0) && name == sealed.author_name.as_str();
            is_bound && author && *at == sealed.at.0
        }
        _ => false,
    };
    if is_the_one && is_told {
        Ok(sealed)
    } else {
        Err(broken(row))
    }
}

fn broken(row: &SqliteRow) -> Error {
    Error::Unfit(format!(
        "revision {} of {} is not what was sealed: it was changed by something other than Assent. Restore the data \
         folder from a backup.",
        row.get::<i64, _>("number"),
        row.get::<&str, _>("cloud"),
    ))
}
