//! Votes as the record tells of them: each one is told of once, with the hash of its row.

use std::collections::HashMap;

use intent::{Ballot, CloudName, Digest, RevisionNumber, Verb};
use serde_json::json;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::{Error, Result};

/// The statement that reads what is told of votes; what follows says which.
macro_rules! select {
    ($which:literal) => {
        concat!(
            "select digest, person, at, verb, bound
             from audit
             where cloud = ?1 and verb in ('approved', 'requested_changes') and digest is not null ",
            $which
        )
    };
}

/// What is told of the votes on a revision.
pub(super) async fn on(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    number: RevisionNumber,
) -> Result<Vec<SqliteRow>> {
    let query =
        select!("and digest = (select digest from revisions where cloud = ?1 and number = ?2)");
    let rows = sqlx::query(query)
        .bind(cloud.as_str())
        .bind(number.0)
        .fetch_all(tx)
        .await?;
    Ok(rows)
}

/// What is told of all votes in a cloud.
pub(super) async fn all(tx: &mut SqliteConnection, cloud: &CloudName) -> Result<Vec<SqliteRow>> {
    let rows = sqlx::query(select!(""))
        .bind(cloud.as_str())
        .fetch_all(tx)
        .await?;
    Ok(rows)
}

/// Refuses votes that are not those of which the record tells: changed, removed or slipped in.
pub(super) fn as_told(votes: &[SqliteRow], told: &[SqliteRow]) -> Result<()> {
    let mut open: HashMap<Key<'_>, Vec<Option<&str>>> = HashMap::new();
    for row in told {
        let key = (
            row.get("digest"),
            row.get("person"),
            row.get("at"),
            row.get("verb"),
        );
        open.entry(key).or_default().push(row.get("bound"));
    }
    let mut left = told.len();
    for row in votes {
        let hash = hash(row);
        let verb = match Ballot::named(row.get("ballot")) {
            Some(ballot) => verb(ballot).word(),
            None => return Err(broken()),
        };
        let key: Key<'_> = (row.get("digest"), row.get("person"), row.get("at"), verb);
        let of_it = open.get_mut(&key).ok_or_else(broken)?;
        // What was voted in earlier versions is not bound.
        let is_it = |bound: &Option<&str>| bound.is_none_or(|bound| hash.as_str() == bound);
        let found = of_it.iter().position(is_it).ok_or_else(broken)?;
        of_it.swap_remove(found);
        left -= 1;
    }
    if left == 0 { Ok(()) } else { Err(broken()) }
}

/// The digest that was voted on, who did, when, and what the record calls it.
type Key<'a> = (&'a str, Option<i64>, i64, &'a str);

/// What the record calls a ballot.
pub(super) fn verb(ballot: Ballot) -> Verb {
    match ballot {
        Ballot::Approve => Verb::Approved,
        Ballot::RequestChanges => Verb::RequestedChanges,
    }
}

/// The hash of a row of votes, of every column of it.
pub(super) fn hash(row: &SqliteRow) -> Digest {
    let number = |column: &str| row.get::<i64, _>(column);
    let text = |column: &str| row.get::<String, _>(column);
    let columns = json!([
        number("seq"),
        text("cloud"),
        number("revision"),
        number("person"),
        text("name"),
        text("ballot"),
        text("comment"),
        text("digest"),
        number("rule"),
        number("approvals"),
        text("base"),
        number("proved"),
        number("at"),
    ]);
    Digest::of(columns.to_string())
}

fn broken() -> Error {
    Error::Unfit(
        "the votes are not those that were cast: they were changed by something other than Assent. Restore the data \
         folder from a backup."
            .into(),
    )
}
