//! A draft made final.

use intent::{
    Act, CloudName, Draft, DraftId, Finding, IntentId, PersonId, Revision, RevisionNumber, Seal,
    Time, Unnumbered, Verb,
};
use sqlx::SqliteConnection;

use crate::{Error, Result, Store, drafts, intents, revisions};

/// What holds while a draft is made final: nothing of it changes until that is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Ground {
    /// The draft.
    pub draft: Draft,
    /// The number that the revision gets.
    pub number: RevisionNumber,
    /// The revisions of other intents of the cloud that hold.
    pub others: Vec<Revision>,
}

impl Store {
    /// Makes a draft final, in the version that was seen: what the closure makes of it is numbered, sealed and kept.
    /// From then on, earlier revisions of its intents are out of review.
    pub async fn submit(
        &self,
        cloud: &CloudName,
        id: DraftId,
        version: i64,
        act: Act,
        seal: impl FnOnce(&Ground) -> std::result::Result<Unnumbered, Vec<Finding>> + Send,
    ) -> Result<Revision> {
        let author = act.person.ok_or(Error::NotFound)?;
        let now = self.clock.now();
        let mut tx = self.begin().await?;
        let draft = drafts::open(&mut tx, cloud, id, version).await?.draft;
        let ground = Ground {
            number: next(&mut tx, cloud).await?,
            others: others(&mut tx, &draft).await?,
            draft,
        };
        let unnumbered = seal(&ground).map_err(Error::Rejected)?;
        let seal = Seal {
            intents: numbered(&mut tx, &ground.draft, &unnumbered, now).await?,
            cloud: cloud.clone(),
            number: ground.number,
            author,
            author_name: act.name.clone(),
            began: ground.draft.began,
            at: now,
        };
        let revision = unnumbered.seal(seal);
        keep(&mut tx, id, &revision).await?;
        close(&mut tx, id, &revision, author).await?;
        revisions::record(&mut tx, &revision, Verb::Submitted, act, now).await?;
        tx.commit().await?;
        Ok(revision)
    }
}

/// The number of the next revision of a cloud.
async fn next(tx: &mut SqliteConnection, cloud: &CloudName) -> Result<RevisionNumber> {
    let number = sqlx::query_scalar(
        "select coalesce(max(number), 0) + 1
         from revisions
         where cloud = ?",
    )
    .bind(cloud.as_str())
    .fetch_one(tx)
    .await?;
    Ok(RevisionNumber(number))
}

async fn others(tx: &mut SqliteConnection, draft: &Draft) -> Result<Vec<Revision>> {
    let mut others = revisions::holding(tx, &draft.cloud).await?;
    let written = |intent| draft.intents.iter().any(|own| own.intent == Some(intent));
    others.retain(|other| !other.intents.iter().any(|sealed| written(sealed.intent)));
    Ok(others)
}

/// Which intents these are, and the next version of each. New ones are made.
async fn numbered(
    tx: &mut SqliteConnection,
    draft: &Draft,
    unnumbered: &Unnumbered,
    now: Time,
) -> Result<Vec<(IntentId, i64)>> {
    const OTHER: Error = Error::Conflict("What is submitted is not what the draft holds.");
    if unnumbered.intents.len() != draft.intents.len() {
        return Err(OTHER);
    }
    let mut numbered = Vec::with_capacity(draft.intents.len());
    for (sealed, written) in unnumbered.intents.iter().zip(&draft.intents) {
        let intent = match written.intent {
            Some(_) if sealed.name.as_str() != written.name => return Err(OTHER),
            Some(intent) => intent,
            None => intents::add(tx, &draft.cloud, &sealed.name, now).await?,
        };
        let version: i64 = sqlx::query_scalar(
            "select coalesce(max(version), 0) + 1
             from revision_intents
             where intent = ?",
        )
        .bind(intent.0)
        .fetch_one(&mut *tx)
        .await?;
        numbered.push((intent, version));
    }
    Ok(numbered)
}

/// Keeps a revision: its bundles by the hash of their bytes, the rest beside.
async fn keep(tx: &mut SqliteConnection, draft: DraftId, revision: &Revision) -> Result<()> {
    let (cloud, number) = (revision.cloud.as_str(), revision.number.0);
    let rest = Revision {
        bundles: Vec::new(),
        ..revision.clone()
    };
    let sealed = serde_json::to_string(&rest)
        .map_err(|error| Error::Unfit(format!("the revision cannot be kept: {error}")))?;
    sqlx::query(
        "insert into revisions (cloud, number, draft, digest, sealed, at)
         values (?, ?, ?, ?, ?, ?)",
    )
    .bind(cloud)
    .bind(number)
    .bind(draft.0)
    .bind(revision.digest.as_str())
    .bind(sealed)
    .bind(revision.at.0)
    .execute(&mut *tx)
    .await?;
    for sealed in &revision.intents {
        sqlx::query(
            "insert into revision_intents (cloud, revision, intent, version)
             values (?, ?, ?, ?)",
        )
        .bind(cloud)
        .bind(number)
        .bind(sealed.intent.0)
        .bind(sealed.version)
        .execute(&mut *tx)
        .await?;
    }
    for (place, bundle) in (0_i64..).zip(&revision.bundles) {
        let hash = bundle.hash();
        sqlx::query("insert into bundles (hash, bytes) values (?, ?) on conflict do nothing")
            .bind(hash.as_str())
            .bind(bundle.bytes())
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "insert into revision_bundles (cloud, revision, place, hash)
             values (?, ?, ?, ?)",
        )
        .bind(cloud)
        .bind(number)
        .bind(place)
        .bind(hash.as_str())
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// Takes a draft from the open ones. Whoever submits it counts as having written on it.
async fn close(
    tx: &mut SqliteConnection,
    draft: DraftId,
    revision: &Revision,
    author: PersonId,
) -> Result<()> {
    sqlx::query("update drafts set revision = ? where id = ?")
        .bind(revision.number.0)
        .bind(draft.0)
        .execute(&mut *tx)
        .await?;
    for (place, sealed) in (0_i64..).zip(&revision.intents) {
        sqlx::query(
            "update draft_intents
             set intent = ?, open = 0
             where draft = ? and place = ?",
        )
        .bind(sealed.intent.0)
        .bind(draft.0)
        .bind(place)
        .execute(&mut *tx)
        .await?;
    }
    drafts::wrote(tx, draft, author, revision.at).await
}
