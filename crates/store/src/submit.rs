//! A draft made final.

use std::collections::BTreeMap;

use intent::{
    Act, Approved, Base, CloudName, Digest, Draft, DraftId, Finding, IntentId, Level, PersonId,
    Revision, RevisionNumber, Seal, Time, Unnumbered, Verb,
};
use sqlx::SqliteConnection;

use crate::{Error, Result, Store, drafts, intents, panel, revisions, rules, votes};

/// What was seen of a cloud when it was worked out what a draft becomes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The numbers of the revisions that hold, in order.
    pub holding: Vec<RevisionNumber>,
    /// The sites of the cloud, by name in order.
    pub sites: Vec<String>,
    /// What the objects of those revisions that the draft goes on from look like, where that could be told.
    pub bases: BTreeMap<RevisionNumber, Base>,
}

/// What holds while a draft is made final: nothing of it changes until that is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Ground {
    /// The draft.
    pub draft: Draft,
    /// The number that the revision gets.
    pub number: RevisionNumber,
}

impl Store {
    /// Makes a draft final, in the version that was seen: what the closure makes of it is numbered, sealed and kept.
    /// From then on, earlier revisions of its intents are out of review. Refused as stale where other revisions hold
    /// by now than were seen.
    pub async fn submit(
        &self,
        cloud: &CloudName,
        id: DraftId,
        version: i64,
        seen: &Seen,
        act: Act,
        seal: impl FnOnce(&Ground) -> std::result::Result<Unnumbered, Vec<Finding>> + Send,
    ) -> Result<Revision> {
        let author = act.person.ok_or(Error::NotFound)?;
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        let draft = drafts::open(&mut tx, cloud, id, version).await?.draft;
        drafts::goes_on_from_the_latest(&mut tx, &draft).await?;
        if revisions::numbers_holding(&mut tx, cloud).await? != seen.holding {
            return Err(Error::Stale);
        }
        let ground = Ground {
            number: next(&mut tx, cloud).await?,
            draft,
        };
        let unnumbered = seal(&ground).map_err(Error::Rejected)?;
        is_of_the_cloud(&mut tx, cloud, &unnumbered).await?;
        keep_approvals(&mut tx, &ground.draft, seen, now).await?;
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
        let bound = keep(&mut tx, id, &revision).await?;
        close(&mut tx, id, &revision, author).await?;
        let act = Act {
            bound: Some(bound),
            ..act
        };
        revisions::record(&mut tx, &revision, Verb::Submitted, act, now).await?;
        tx.commit().await?;
        Ok(revision)
    }
}

/// Refuses objects in namespaces that are not those of the cloud.
async fn is_of_the_cloud(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    unnumbered: &Unnumbered,
) -> Result<()> {
    let namespaces = rules::namespaces(tx, cloud).await?;
    let entries = unnumbered.bundles.iter().flat_map(|bundle| &bundle.entries);
    let foreign = entries.filter(|entry| {
        let namespace = entry.key().namespace.as_str();
        !namespaces.iter().any(|own| own == namespace)
    });
    let found: Vec<Finding> = foreign
        .map(|entry| {
            let says = format!(
                "{} is in a namespace that does not belong to {cloud}.",
                entry.key()
            );
            let todo = format!("Choose a namespace of {cloud}, or have this one added to it.");
            Finding::field(Level::Error, "namespace_foreign", "", says, todo)
        })
        .collect();
    if found.is_empty() {
        Ok(())
    } else {
        Err(Error::Rejected(found))
    }
}

/// Writes down which of the revisions before this one had their approval to the end: whoever wrote up to there may
/// vote again.
async fn keep_approvals(
    tx: &mut SqliteConnection,
    draft: &Draft,
    seen: &Seen,
    now: Time,
) -> Result<()> {
    let cloud = &draft.cloud;
    for intent in draft.intents.iter().filter_map(|intent| intent.intent) {
        let Some(before) = revisions::latest_of(tx, cloud, intent).await? else {
            continue;
        };
        let Some(base) = seen.bases.get(&before) else {
            continue;
        };
        let panel = panel::read(tx, cloud, Some(before), now).await?;
        if panel.left.contains_key(&before) {
            continue;
        }
        let revision = revisions::load(tx, cloud, before).await?;
        let votes = votes::on(tx, cloud, before).await?;
        let today = panel.today(before, &seen.sites, base);
        if Approved::count(revision, &votes, &today).is_err() {
            continue;
        }
        sqlx::query("insert into held_approvals (cloud, revision, at) values (?, ?, ?) on conflict do nothing")
            .bind(cloud.as_str())
            .bind(before.0)
            .bind(now.0)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
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

/// Keeps a revision: its bundles by the hash of their bytes, the rest beside. Answers the hash of the rest.
async fn keep(tx: &mut SqliteConnection, draft: DraftId, revision: &Revision) -> Result<Digest> {
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
    .bind(&sealed)
    .bind(revision.at.0)
    .execute(&mut *tx)
    .await?;
    for intent in &revision.intents {
        sqlx::query(
            "insert into revision_intents (cloud, revision, intent, version)
             values (?, ?, ?, ?)",
        )
        .bind(cloud)
        .bind(number)
        .bind(intent.intent.0)
        .bind(intent.version)
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
    Ok(Digest::of(sealed))
}

/// Takes a draft from the open ones. Whoever submits it counts as having written on it; nothing of it is changed once
/// it is marked as submitted.
async fn close(
    tx: &mut SqliteConnection,
    draft: DraftId,
    revision: &Revision,
    author: PersonId,
) -> Result<()> {
    drafts::wrote(tx, draft, author, revision.at).await?;
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
    sqlx::query("update drafts set revision = ? where id = ?")
        .bind(revision.number.0)
        .bind(draft.0)
        .execute(tx)
        .await?;
    Ok(())
}
