//! Drafts as rows.

use intent::{
    CloudName, Draft, DraftId, DraftIntent, IntentId, PersonId, PersonName, RevisionNumber, Time,
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::{Error, Result};

/// A draft as it is kept, with what only the store and lists need.
pub(crate) struct Kept {
    pub(crate) draft: Draft,
    pub(super) began_by: PersonName,
    pub(super) saved_by: PersonId,
}

/// The one statement that reads drafts; what follows says which.
macro_rules! select {
    ($which:literal) => {
        concat!(
            "select drafts.*, began_by.name as began_name, saved_by.name as saved_name,
                draft_intents.intent, coalesce(intents.name, draft_intents.name) as name,
                draft_intents.kind, draft_intents.form
             from drafts
             join people as began_by on began_by.id = drafts.began_by
             join people as saved_by on saved_by.id = drafts.saved_by
             join draft_intents on draft_intents.draft = drafts.id
             left join intents on intents.id = draft_intents.intent
             ",
            $which
        )
    };
}

/// Reads a draft.
pub(super) async fn load(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    id: DraftId,
) -> Result<Kept> {
    let rows = sqlx::query(select!(
        "where drafts.cloud = ? and drafts.id = ?
         order by draft_intents.place"
    ))
    .bind(cloud.as_str())
    .bind(id.0)
    .fetch_all(tx)
    .await?;
    gather(&rows)?.pop().ok_or(Error::NotFound)
}

/// The open drafts of a cloud, the last saved first.
pub(super) async fn all_open(tx: &mut SqliteConnection, cloud: &CloudName) -> Result<Vec<Kept>> {
    let rows = sqlx::query(select!(
        "where drafts.cloud = ? and drafts.discarded is null and drafts.revision is null
         order by drafts.saved desc, drafts.id desc, draft_intents.place"
    ))
    .bind(cloud.as_str())
    .fetch_all(tx)
    .await?;
    gather(&rows)
}

/// The open draft of an intent, if there is one.
pub(super) async fn open_of(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    intent: IntentId,
) -> Result<Option<Draft>> {
    let rows = sqlx::query(select!(
        "where drafts.cloud = ? and drafts.id = (select draft from draft_intents where intent = ? and open = 1)
         order by draft_intents.place"
    ))
    .bind(cloud.as_str())
    .bind(intent.0)
    .fetch_all(tx)
    .await?;
    Ok(gather(&rows)?.pop().map(|kept| kept.draft))
}

/// Puts rows together, one per intent, that follow each other.
fn gather(rows: &[SqliteRow]) -> Result<Vec<Kept>> {
    let mut all: Vec<Kept> = Vec::new();
    for row in rows {
        let intent = DraftIntent {
            intent: row.get::<Option<i64>, _>("intent").map(IntentId),
            name: row.get("name"),
            kind: row.get("kind"),
            form: serde_json::from_str(row.get("form")).map_err(unfit)?,
        };
        match all.last_mut() {
            Some(kept) if kept.draft.id.0 == row.get::<i64, _>("id") => {
                kept.draft.intents.push(intent);
            }
            Some(_) | None => all.push(read(row, intent)?),
        }
    }
    Ok(all)
}

fn read(row: &SqliteRow, first: DraftIntent) -> Result<Kept> {
    let number = |column: &str| row.get::<Option<i64>, _>(column).map(RevisionNumber);
    Ok(Kept {
        draft: Draft {
            id: DraftId(row.get("id")),
            cloud: CloudName::read(row.get("cloud")).map_err(Error::Unfit)?,
            intents: vec![first],
            base: number("base"),
            version: row.get("version"),
            began: Time(row.get("began")),
            by: PersonId(row.get("began_by")),
            saved: Time(row.get("saved")),
            saved_by: PersonName::known(row.get::<String, _>("saved_name")),
            discarded: row.get::<Option<i64>, _>("discarded").is_some(),
            revision: number("revision"),
        },
        began_by: PersonName::known(row.get::<String, _>("began_name")),
        saved_by: PersonId(row.get("saved_by")),
    })
}

/// Says that a form is not JSON that is understood.
pub(super) fn unfit(error: serde_json::Error) -> Error {
    Error::Unfit(format!("a form cannot be kept or read back: {error}"))
}
