//! Rollouts: ordered, read back, stopped.

use intent::{
    Act, CloudName, Digest, RevisionNumber, RolloutNumber, Time, Verb,
    rollout::{Note, Noted, Order, Past, Rollout, Turn},
};
use sqlx::{Row, SqliteConnection};

use crate::{Error, Result, Store, audit};

mod claim;
mod kept;
mod lease;

pub use claim::NewRollout;
pub use lease::Lease;

/// What is said of a rollout that already turned.
const TURNED: &str = "This rollout is being taken back already.";

impl Store {
    /// A rollout of a cloud with its journal, the first row first. What is not as it was kept is refused.
    pub async fn rollout(
        &self,
        cloud: &CloudName,
        number: RolloutNumber,
    ) -> Result<(Rollout, Vec<Noted>)> {
        let mut tx = self.read.begin().await?;
        let rollout = load(&mut tx, cloud, number).await?;
        Ok((rollout, notes(&mut tx, cloud, number, 0).await?))
    }

    /// The rows of a journal after a number, the first first.
    pub async fn notes_after(
        &self,
        cloud: &CloudName,
        number: RolloutNumber,
        seq: i64,
    ) -> Result<Vec<Noted>> {
        let mut connection = self.read.acquire().await?;
        notes(&mut connection, cloud, number, seq).await
    }

    /// The rollouts of a cloud, the latest first.
    pub async fn rollouts(&self, cloud: &CloudName) -> Result<Vec<Past>> {
        let mut connection = self.read.acquire().await?;
        pasts(&mut connection, cloud, None).await
    }

    /// The rollouts under way, in all clouds.
    pub async fn running(&self) -> Result<Vec<(CloudName, RolloutNumber)>> {
        let rows = sqlx::query(
            "select cloud, rollout
             from leases
             where rollout is not null
             order by cloud",
        )
        .fetch_all(&self.read)
        .await?;
        let running = rows.iter().map(|row| {
            let cloud = CloudName::read(row.get("cloud"))
                .map_err(|says| Error::Unfit(format!("the cloud of a lease is unfit: {says}")))?;
            Ok((cloud, RolloutNumber(row.get("rollout"))))
        });
        running.collect()
    }

    /// Has a rollout taken back that is under way.
    pub async fn stop(&self, cloud: &CloudName, number: RolloutNumber, act: Act) -> Result<()> {
        let by = act.person.ok_or(Error::NotFound)?;
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        let rollout = load(&mut tx, cloud, number).await?;
        if under_way(&mut tx, cloud).await? != Some(number) {
            return Err(Error::Moved("This rollout ended meanwhile.".into()));
        }
        if has_turned(&mut tx, &rollout.order).await? {
            return Err(Error::Moved(TURNED.into()));
        }
        let name = act.name.clone();
        let turned = Note::Turned(Turn::Stopped { by, name });
        add(&mut tx, &rollout.order, &turned, now).await?;
        record(
            &mut tx,
            &rollout.order,
            Verb::StoppedRollout,
            act,
            None,
            now,
        )
        .await?;
        Ok(tx.commit().await?)
    }
}

/// The rollout that is under way in a cloud.
async fn under_way(tx: &mut SqliteConnection, cloud: &CloudName) -> Result<Option<RolloutNumber>> {
    let number: Option<Option<i64>> =
        sqlx::query_scalar("select rollout from leases where cloud = ?")
            .bind(cloud.as_str())
            .fetch_optional(tx)
            .await?;
    Ok(number.flatten().map(RolloutNumber))
}

/// Says whether a revision was rolled out, or is being so, without having been taken back.
pub(crate) async fn has_begun(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    revision: RevisionNumber,
) -> Result<bool> {
    let begun = sqlx::query_scalar(
        "select exists (
            select 1
            from rollouts
            left join rollout_journal as ended
                on ended.cloud = rollouts.cloud and ended.rollout = rollouts.number and ended.word = 'ended'
            where rollouts.cloud = ? and rollouts.revision = ?
                and (ended.outcome is null or ended.outcome <> 'taken_back'))",
    )
    .bind(cloud.as_str())
    .bind(revision.0)
    .fetch_one(tx)
    .await?;
    Ok(begun)
}

async fn has_turned(tx: &mut SqliteConnection, order: &Order) -> Result<bool> {
    let turned = sqlx::query_scalar(
        "select exists (
            select 1
            from rollout_journal
            where cloud = ? and rollout = ? and word = 'turned')",
    )
    .bind(order.cloud.as_str())
    .bind(order.number.0)
    .fetch_one(tx)
    .await?;
    Ok(turned)
}

/// The rollouts of a cloud in short, the latest first: of one revision or of all.
pub(crate) async fn pasts(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    only: Option<RevisionNumber>,
) -> Result<Vec<Past>> {
    let rows = sqlx::query(
        "select rollouts.*, turned.note as turned, ended.note as ended, ended.outcome,
            ended.at as ended_at
         from rollouts
         left join rollout_journal as turned
            on turned.cloud = rollouts.cloud and turned.rollout = rollouts.number and turned.word = 'turned'
         left join rollout_journal as ended
            on ended.cloud = rollouts.cloud and ended.rollout = rollouts.number and ended.word = 'ended'
         where rollouts.cloud = ?1 and (?2 is null or rollouts.revision = ?2)
         order by rollouts.number desc",
    )
    .bind(cloud.as_str())
    .bind(only.map(|number| number.0))
    .fetch_all(&mut *tx)
    .await?;
    let told = kept::told(tx, cloud).await?;
    rows.iter().map(|row| kept::past(row, &told)).collect()
}

async fn load(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    number: RolloutNumber,
) -> Result<Rollout> {
    let row = sqlx::query("select * from rollouts where cloud = ? and number = ?")
        .bind(cloud.as_str())
        .bind(number.0)
        .fetch_optional(&mut *tx)
        .await?;
    let row = row.ok_or(Error::NotFound)?;
    kept::rollout(&row, &kept::told(tx, cloud).await?)
}

async fn notes(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    number: RolloutNumber,
    after: i64,
) -> Result<Vec<Noted>> {
    let rows = sqlx::query(
        "select seq, at, note
         from rollout_journal
         where cloud = ? and rollout = ? and seq > ?
         order by seq",
    )
    .bind(cloud.as_str())
    .bind(number.0)
    .bind(after)
    .fetch_all(tx)
    .await?;
    let noted = rows.iter().map(|row| {
        Ok(Noted {
            seq: row.get("seq"),
            at: Time(row.get("at")),
            note: kept::note(row.get("note"))?,
        })
    });
    noted.collect()
}

/// Adds a row to a journal.
async fn add(tx: &mut SqliteConnection, order: &Order, note: &Note, now: Time) -> Result<Noted> {
    let direction = note.request().map(|request| request.direction.word());
    let outcome = match note {
        Note::Ended(outcome) => Some(outcome.word()),
        Note::Asked(_) | Note::Answered(..) | Note::Looked(..) | Note::Turned(_) => None,
    };
    let seq = sqlx::query_scalar(
        "insert into rollout_journal (cloud, rollout, word, direction, outcome, note, at)
         values (?, ?, ?, ?, ?, ?, ?)
         returning seq",
    )
    .bind(order.cloud.as_str())
    .bind(order.number.0)
    .bind(note.word())
    .bind(direction)
    .bind(outcome)
    .bind(kept::text(note)?)
    .bind(now.0)
    .fetch_one(tx)
    .await?;
    Ok(Noted {
        seq,
        at: now,
        note: note.clone(),
    })
}

/// Records what was done to a rollout, and binds what was written down of that.
async fn record(
    tx: &mut SqliteConnection,
    order: &Order,
    verb: Verb,
    act: Act,
    bound: Option<Digest>,
    now: Time,
) -> Result<()> {
    let act = Act {
        verb,
        about: order.about(),
        cloud: Some(order.cloud.clone()),
        digest: Some(order.digest.clone()),
        bound,
        ..act
    };
    audit::append(tx, &act, now).await
}
