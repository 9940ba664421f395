//! Drafts: what is being written.

use intent::{
    Act, CloudName, Draft, DraftId, Form, IntentId, PersonId, PersonName, RevisionNumber, Time,
    Verb,
};
use sqlx::SqliteConnection;

use crate::{Error, Result, Store, audit, intents, revisions};

mod kept;

/// A draft that is to be begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDraft {
    /// The cloud it is for.
    pub cloud: CloudName,
    /// The kind of its intent, by name.
    pub kind: String,
    /// The intent it changes; none where it makes a new one.
    pub intent: Option<IntentId>,
    /// The name of that; one that exists keeps its own.
    pub name: String,
    /// What the form begins with.
    pub form: Form,
    /// The revision it goes on from.
    pub base: Option<RevisionNumber>,
}

impl Store {
    /// Begins a draft. An intent has one open draft: if there is one already, that is the answer.
    pub async fn begin_draft(&self, new: &NewDraft, act: Act) -> Result<Draft> {
        let by = act.person.ok_or(Error::NotFound)?;
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        if let Some(intent) = new.intent {
            if !intents::exists(&mut tx, &new.cloud, intent).await? {
                return Err(Error::NotFound);
            }
            if let Some(open) = kept::open_of(&mut tx, &new.cloud, intent).await? {
                return Ok(open);
            }
            let latest = revisions::latest_of(&mut tx, &new.cloud, intent).await?;
            if latest != new.base {
                return Err(Error::Moved(MEANWHILE.into()));
            }
        }
        let id = insert(&mut tx, new, by, now).await?;
        let draft = kept::load(&mut tx, &new.cloud, id).await?.draft;
        record(&mut tx, &draft, Verb::BeganDraft, act, now).await?;
        tx.commit().await?;
        Ok(draft)
    }

    /// A draft of a cloud, also one that was discarded or submitted.
    pub async fn draft(&self, cloud: &CloudName, id: DraftId) -> Result<Draft> {
        let mut connection = self.read.acquire().await?;
        Ok(kept::load(&mut connection, cloud, id).await?.draft)
    }

    /// The open drafts of a cloud with the name of whoever began each, the last saved first.
    pub async fn drafts(&self, cloud: &CloudName) -> Result<Vec<(Draft, PersonName)>> {
        let mut connection = self.read.acquire().await?;
        let found = kept::all_open(&mut connection, cloud).await?.into_iter();
        Ok(found.map(|kept| (kept.draft, kept.began_by)).collect())
    }

    /// The open draft of an intent, if there is one.
    pub async fn open_draft(&self, cloud: &CloudName, intent: IntentId) -> Result<Option<Draft>> {
        let mut connection = self.read.acquire().await?;
        kept::open_of(&mut connection, cloud, intent).await
    }

    /// Saves what was typed over the version that whoever saves has seen, and remembers that they wrote on it.
    pub async fn save_draft(
        &self,
        cloud: &CloudName,
        id: DraftId,
        version: i64,
        name: &str,
        form: &Form,
        act: Act,
    ) -> Result<Draft> {
        let by = act.person.ok_or(Error::NotFound)?;
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        let before = open(&mut tx, cloud, id, version).await?;
        sqlx::query(
            "update drafts
             set version = version + 1, saved = ?, saved_by = ?
             where id = ?",
        )
        .bind(now.0)
        .bind(by.0)
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
        sqlx::query("update draft_intents set name = ?, form = ? where draft = ? and place = 0")
            .bind(name)
            .bind(json(form)?)
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        wrote(&mut tx, id, by, now).await?;
        let draft = kept::load(&mut tx, cloud, id).await?.draft;
        if before.saved_by != by {
            record(&mut tx, &draft, Verb::EditedDraft, act, now).await?;
        }
        tx.commit().await?;
        Ok(draft)
    }

    /// Discards a draft. Everything in it is kept.
    pub async fn discard_draft(&self, cloud: &CloudName, id: DraftId, act: Act) -> Result<()> {
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        let draft = unsubmitted(&mut tx, cloud, id).await?.draft;
        if draft.discarded {
            return Ok(());
        }
        turn(&mut tx, id, Some(now)).await?;
        record(&mut tx, &draft, Verb::DiscardedDraft, act, now).await?;
        Ok(tx.commit().await?)
    }

    /// Restores a draft that was discarded; a conflict if another of the same intent was begun meanwhile.
    pub async fn restore_draft(&self, cloud: &CloudName, id: DraftId, act: Act) -> Result<()> {
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        let draft = unsubmitted(&mut tx, cloud, id).await?.draft;
        if !draft.discarded {
            return Ok(());
        }
        for intent in draft.intents.iter().filter_map(|intent| intent.intent) {
            if kept::open_of(&mut tx, cloud, intent).await?.is_some() {
                return Err(Error::Conflict(
                    "Another draft of this intent was begun meanwhile; discard that first.",
                ));
            }
        }
        goes_on_from_the_latest(&mut tx, &draft).await?;
        turn(&mut tx, id, None).await?;
        record(&mut tx, &draft, Verb::RestoredDraft, act, now).await?;
        Ok(tx.commit().await?)
    }
}

/// A draft that can be saved and submitted, in the version that was seen.
pub(crate) async fn open(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    id: DraftId,
    version: i64,
) -> Result<kept::Kept> {
    let kept = unsubmitted(tx, cloud, id).await?;
    if kept.draft.discarded {
        return Err(Error::Conflict(
            "This draft was discarded; restore it first.",
        ));
    }
    if kept.draft.version != version {
        return Err(Error::Overtaken(Box::new(kept.draft)));
    }
    Ok(kept)
}

/// What is said to whoever began from what is no longer the latest.
const MEANWHILE: &str = "Another revision of this intent was submitted meanwhile. Edit that.";

/// Refuses a draft that would silently undo what was submitted of its intents since.
pub(crate) async fn goes_on_from_the_latest(
    tx: &mut SqliteConnection,
    draft: &Draft,
) -> Result<()> {
    for intent in draft.intents.iter().filter_map(|intent| intent.intent) {
        let latest = revisions::latest_of(tx, &draft.cloud, intent).await?;
        if let Some(latest) = latest
            && draft.base != Some(latest)
        {
            return Err(Error::Moved(format!(
                "Revision {latest} of this intent was submitted since this draft was begun, and this draft would undo \
                 it. Edit the intent as it is now; what was typed here stays readable."
            )));
        }
    }
    Ok(())
}

/// Remembers that somebody wrote on a draft.
pub(crate) async fn wrote(
    tx: &mut SqliteConnection,
    id: DraftId,
    person: PersonId,
    now: Time,
) -> Result<()> {
    sqlx::query(
        "insert into draft_saves (draft, person, first, last, votes_before)
         values (?1, ?2, ?3, ?3, (select coalesce(max(seq), 0) from votes))
         on conflict do update set last = ?3",
    )
    .bind(id.0)
    .bind(person.0)
    .bind(now.0)
    .execute(tx)
    .await?;
    Ok(())
}

async fn insert(
    tx: &mut SqliteConnection,
    new: &NewDraft,
    by: PersonId,
    now: Time,
) -> Result<DraftId> {
    let id: i64 = sqlx::query_scalar(
        "insert into drafts (cloud, base, began, began_by, saved, saved_by)
         values (?1, ?2, ?3, ?4, ?3, ?4)
         returning id",
    )
    .bind(new.cloud.as_str())
    .bind(new.base.map(|base| base.0))
    .bind(now.0)
    .bind(by.0)
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query(
        "insert into draft_intents (draft, place, intent, name, kind, form)
         values (?, 0, ?, ?, ?, ?)",
    )
    .bind(id)
    .bind(new.intent.map(|intent| intent.0))
    .bind(&new.name)
    .bind(&new.kind)
    .bind(json(&new.form)?)
    .execute(tx)
    .await?;
    Ok(DraftId(id))
}

async fn unsubmitted(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    id: DraftId,
) -> Result<kept::Kept> {
    let kept = kept::load(tx, cloud, id).await?;
    match kept.draft.revision {
        None => Ok(kept),
        Some(_) => Err(Error::Conflict(
            "This draft was submitted; begin another one.",
        )),
    }
}

/// Discards, or restores.
async fn turn(tx: &mut SqliteConnection, id: DraftId, discarded: Option<Time>) -> Result<()> {
    sqlx::query("update drafts set discarded = ? where id = ?")
        .bind(discarded.map(|at| at.0))
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
    sqlx::query("update draft_intents set open = ? where draft = ?")
        .bind(i64::from(discarded.is_none()))
        .bind(id.0)
        .execute(tx)
        .await?;
    Ok(())
}

async fn record(
    tx: &mut SqliteConnection,
    draft: &Draft,
    verb: Verb,
    act: Act,
    now: Time,
) -> Result<()> {
    let act = Act {
        verb,
        about: draft.about(),
        cloud: Some(draft.cloud.clone()),
        ..act
    };
    audit::append(tx, &act, now).await
}

fn json(form: &Form) -> Result<String> {
    serde_json::to_string(form).map_err(kept::unfit)
}
