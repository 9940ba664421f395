//! Rollouts as they are kept, and read again.

use std::collections::HashSet;

use intent::{
    CloudName, Digest, Time,
    rollout::{Note, Order, Outcome, Owned, Past, Rollout, SitePlan},
};
use serde_json::json;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::{Error, Result};

/// What is kept of a value.
pub(super) fn text(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| Error::Unfit(format!("the rollout cannot be kept: {error}")))
}

/// The hash of what was planned.
pub(super) fn planned(plans: &str, owned: &str) -> Digest {
    Digest::of(json!([plans, owned]).to_string())
}

/// The hash of a rollout, of what was ordered and what was planned. The record tells of it when it begins.
pub(super) fn whole(ordered: &str, planned: &str) -> Digest {
    Digest::of(json!([ordered, planned]).to_string())
}

/// The hash of an end. The record tells of it when a rollout ends.
pub(super) fn end(cloud: &str, number: i64, note: &str, at: Time) -> Digest {
    Digest::of(json!([cloud, number, note, at.0]).to_string())
}

/// The hashes of which the record tells that rollouts of a cloud began or ended like this.
pub(super) async fn told(tx: &mut SqliteConnection, cloud: &CloudName) -> Result<HashSet<String>> {
    let told: Vec<String> = sqlx::query_scalar(
        "select bound
         from audit
         where cloud = ? and verb in ('began_rollout', 'finished_rollout', 'took_back') and bound is not null",
    )
    .bind(cloud.as_str())
    .fetch_all(tx)
    .await?;
    Ok(told.into_iter().collect())
}

fn broken(row: &SqliteRow) -> Error {
    Error::Unfit(format!(
        "rollout {} of {} is not what was kept: it was changed by something other than Assent. Restore the data \
         folder from a backup.",
        row.get::<i64, _>("number"),
        row.get::<&str, _>("cloud"),
    ))
}

/// Reads what was ordered, if it is what the record tells of.
fn order(row: &SqliteRow, told: &HashSet<String>) -> Result<Order> {
    let hash = whole(row.get("ordered"), row.get("planned"));
    if row.get::<&str, _>("hash") != hash.as_str() || !told.contains(hash.as_str()) {
        return Err(broken(row));
    }
    serde_json::from_str(row.get("ordered")).map_err(|_| broken(row))
}

/// Reads a rollout, if it is what the record tells of.
pub(super) fn rollout(row: &SqliteRow, told: &HashSet<String>) -> Result<Rollout> {
    let (plans, owned): (&str, &str) = (row.get("plans"), row.get("owned"));
    if planned(plans, owned).as_str() != row.get::<&str, _>("planned") {
        return Err(broken(row));
    }
    Ok(Rollout {
        order: order(row, told)?,
        plans: serde_json::from_str::<Vec<SitePlan>>(plans).map_err(|_| broken(row))?,
        owned: serde_json::from_str::<Vec<Owned>>(owned).map_err(|_| broken(row))?,
    })
}

/// Reads what a row of a journal says.
pub(super) fn note(text: &str) -> Result<Note> {
    serde_json::from_str(text)
        .map_err(|error| Error::Unfit(format!("a note of a rollout cannot be read: {error}")))
}

/// Reads a rollout in short, if its beginning and its end are what the record tells of.
pub(super) fn past(row: &SqliteRow, told: &HashSet<String>) -> Result<Past> {
    let read = |column: &str| -> Result<Option<Note>> {
        row.get::<Option<&str>, _>(column).map(note).transpose()
    };
    let turned = match read("turned")? {
        Some(Note::Turned(turn)) => Some(turn),
        Some(_) => return Err(broken(row)),
        None => None,
    };
    let ended = match read("ended")? {
        Some(Note::Ended(outcome)) => Some(ended(row, outcome, told)?),
        Some(_) => return Err(broken(row)),
        None => None,
    };
    Ok(Past {
        order: order(row, told)?,
        turned,
        ended,
    })
}

fn ended(row: &SqliteRow, outcome: Outcome, told: &HashSet<String>) -> Result<(Time, Outcome)> {
    let at = Time(row.get("ended_at"));
    let hash = end(row.get("cloud"), row.get("number"), row.get("ended"), at);
    let is_kept_as_such = row.get::<&str, _>("outcome") == outcome.word();
    if is_kept_as_such && told.contains(hash.as_str()) {
        Ok((at, outcome))
    } else {
        Err(broken(row))
    }
}
