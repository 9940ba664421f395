//! Writes the journal of a rollout. Only whoever holds the lease does.

use std::sync::Arc;

use intent::{
    Act, CloudName, Origin, PersonName, RolloutNumber, Verb,
    rollout::{Direction, Next, Note, Noted, Outcome, Request, Rollout, next},
};
use sqlx::SqliteConnection;

use super::{TURNED, add, has_turned, kept, load, notes, record, under_way};
use crate::{Error, Result, Store, ledger};

/// A rollout under way, in the hands of whoever carries it out. Whoever takes over later gets another, and this one is
/// worth nothing from then on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    pub(super) rollout: Arc<Rollout>,
    pub(super) fence: i64,
}

impl Lease {
    /// The rollout.
    pub fn rollout(&self) -> &Rollout {
        &self.rollout
    }
}

impl Store {
    /// Takes over a rollout that is under way, with its journal so far. Whoever carried it out before no longer can.
    pub async fn resume(
        &self,
        cloud: &CloudName,
        number: RolloutNumber,
    ) -> Result<(Lease, Vec<Noted>)> {
        let mut tx = self.begin().await?;
        if under_way(&mut tx, cloud).await? != Some(number) {
            return Err(Error::NotFound);
        }
        let fence = sqlx::query_scalar(
            "update leases set fence = fence + 1 where cloud = ? returning fence",
        )
        .bind(cloud.as_str())
        .fetch_one(&mut *tx)
        .await?;
        let rollout = load(&mut tx, cloud, number).await?;
        let noted = notes(&mut tx, cloud, number, 0).await?;
        tx.commit().await?;
        let rollout = Arc::new(rollout);
        Ok((Lease { rollout, fence }, noted))
    }

    /// Writes a row of the journal, and with it what it changes in the ledger. Once this is back, it is on disk.
    ///
    /// Refused as moved where somebody else carries the rollout out, where it turned meanwhile, or where the end does
    /// not follow from the journal: whoever writes reads the journal again then.
    pub async fn note(&self, lease: &Lease, note: Note) -> Result<Noted> {
        let rollout = lease.rollout();
        let mut tx = self.begin().await?;
        // Not before the writer is ours: times have to go up as the numbers of rows do.
        let now = self.clock.now();
        is_held(&mut tx, lease).await?;
        match &note {
            Note::Asked(request) => is_on_the_way(&mut tx, rollout, request).await?,
            Note::Turned(_) | Note::Ended(_) => follows(&mut tx, rollout, &note).await?,
            Note::Answered(..) | Note::Looked(..) => {}
        }
        // The trigger lets nothing come after an end.
        let noted = add(&mut tx, &rollout.order, &note, now).await?;
        if let Some(change) = rollout.ledger_change(&note) {
            ledger::change(&mut tx, &rollout.order.cloud, &change).await?;
        }
        if let Note::Ended(outcome) = &note {
            release(&mut tx, lease).await?;
            end(&mut tx, rollout, outcome, &noted).await?;
        }
        tx.commit().await?;
        Ok(noted)
    }
}

async fn is_held(tx: &mut SqliteConnection, lease: &Lease) -> Result<()> {
    let order = &lease.rollout.order;
    let held: bool = sqlx::query_scalar(
        "select exists (
            select 1
            from leases
            where cloud = ? and rollout = ? and fence = ?)",
    )
    .bind(order.cloud.as_str())
    .bind(order.number.0)
    .bind(lease.fence)
    .fetch_one(tx)
    .await?;
    if held {
        Ok(())
    } else {
        let says = format!("Rollout {} is no longer carried out here.", order.number);
        Err(Error::Moved(says))
    }
}

/// Refuses a request that goes forward after the turn, or back before it.
async fn is_on_the_way(
    tx: &mut SqliteConnection,
    rollout: &Rollout,
    request: &Request,
) -> Result<()> {
    if rollout.step(request).is_none() {
        return Err(Error::NotFound);
    }
    match (request.direction, has_turned(tx, &rollout.order).await?) {
        (Direction::Forward, false) | (Direction::Back, true) => Ok(()),
        (Direction::Forward, true) => Err(Error::Moved(TURNED.into())),
        (Direction::Back, false) => {
            Err(Error::Moved("This rollout is not being taken back.".into()))
        }
    }
}

/// Refuses a turn or an end that the journal does not ask for.
async fn follows(tx: &mut SqliteConnection, rollout: &Rollout, note: &Note) -> Result<()> {
    let order = &rollout.order;
    let journal = notes(tx, &order.cloud, order.number, 0).await?;
    let asked = next(rollout, &journal, order.at);
    if asked == [Next::Write(note.clone())] {
        Ok(())
    } else {
        Err(Error::Moved(
            "This does not follow from what was written down.".into(),
        ))
    }
}

/// Records how a rollout ended.
async fn end(
    tx: &mut SqliteConnection,
    rollout: &Rollout,
    outcome: &Outcome,
    noted: &Noted,
) -> Result<()> {
    let order = &rollout.order;
    let verb = match outcome {
        Outcome::Applied | Outcome::NothingToDo => Verb::FinishedRollout,
        Outcome::TakenBack { .. } => Verb::TookBack,
    };
    let act = Act::unsigned(PersonName::known("assent"), verb, &Origin::default());
    let note = kept::text(&noted.note)?;
    let hash = kept::end(order.cloud.as_str(), order.number.0, &note, noted.at);
    record(tx, order, verb, act, Some(hash), noted.at).await
}

/// Gives the lease back.
async fn release(tx: &mut SqliteConnection, lease: &Lease) -> Result<()> {
    sqlx::query("update leases set rollout = null where cloud = ? and fence = ?")
        .bind(lease.rollout.order.cloud.as_str())
        .bind(lease.fence)
        .execute(tx)
        .await?;
    Ok(())
}
