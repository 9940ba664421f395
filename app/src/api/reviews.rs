//! Intents, their revisions, and what is said to them.

use intent::{
    Ballot, CloudName, Digest, IntentPage, IntentsPage, RevisionNumber, RevisionPage, RevisionRow,
};
use leptos::prelude::*;

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::session::{actor, engine, go, proven_at};

/// The intents of a cloud and its open drafts.
#[server(endpoint = "intents")]
pub async fn intents(cloud: CloudName) -> Result<IntentsPage, AppError> {
    Ok(engine().intents(&actor()?, &cloud).await?)
}

/// One intent with all its revisions.
#[server(endpoint = "intent")]
pub async fn intent(cloud: CloudName, name: String) -> Result<IntentPage, AppError> {
    Ok(engine().intent(&actor()?, &cloud, &name).await?)
}

/// The revisions of a cloud.
#[server(endpoint = "reviews")]
pub async fn reviews(cloud: CloudName) -> Result<Vec<RevisionRow>, AppError> {
    Ok(engine().reviews(&actor()?, &cloud).await?)
}

/// One revision.
#[server(endpoint = "revision")]
pub async fn revision(cloud: CloudName, number: RevisionNumber) -> Result<RevisionPage, AppError> {
    Ok(engine().revision(&actor()?, &cloud, number).await?)
}

/// Takes a revision out of review.
#[server(endpoint = "recall_revision")]
pub async fn recall_revision(cloud: CloudName, number: RevisionNumber) -> Result<String, AppError> {
    engine().recall_revision(&actor()?, &cloud, number).await?;
    go(page(&cloud, number))
}

/// Approves a revision or requests changes of it. What was shown comes along, and has to be so still.
#[server(endpoint = "vote")]
pub async fn vote(
    cloud: CloudName,
    number: RevisionNumber,
    digest: Digest,
    base: Digest,
    rule: i64,
    ballot: Ballot,
    #[server(default)] comment: String,
) -> Result<String, AppError> {
    let (actor, proved) = proven_at().await?;
    let shown = engine::Shown { digest, base, rule };
    engine()
        .vote(&actor, &cloud, number, &shown, ballot, &comment, proved)
        .await?;
    go(page(&cloud, number))
}

/// What waits for me.
#[server(endpoint = "in_flight")]
pub async fn in_flight(cloud: CloudName) -> Result<intent::InFlight, AppError> {
    Ok(engine().in_flight(&actor()?, &cloud).await?)
}

/// The address of a revision.
pub(crate) fn page(cloud: &CloudName, number: RevisionNumber) -> String {
    format!("/c/{cloud}/revisions/{number}")
}
