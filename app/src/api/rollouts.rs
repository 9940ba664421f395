//! Carrying revisions out, and back.

use intent::{
    CloudName, Digest, DriftSeen, RevisionNumber, RolloutNumber, RolloutPage, RolloutRow,
};
use leptos::prelude::*;

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::reviews,
    session::{actor, engine, go, proven},
};

/// The rollouts of a cloud.
#[server(endpoint = "rollouts")]
pub async fn rollouts(cloud: CloudName) -> Result<Vec<RolloutRow>, AppError> {
    Ok(engine().rollouts(&actor()?, &cloud).await?)
}

/// One rollout.
#[server(endpoint = "rollout")]
pub async fn rollout(cloud: CloudName, rollout: RolloutNumber) -> Result<RolloutPage, AppError> {
    Ok(engine().rollout(&actor()?, &cloud, rollout).await?)
}

/// Begins to roll a revision out. What was shown comes along, and has to be so still; answers with the page of the
/// rollout.
#[server(endpoint = "roll_out")]
pub async fn roll_out(
    cloud: CloudName,
    number: RevisionNumber,
    digest: Digest,
    base: Digest,
    rule: i64,
    #[server(default)] confirm: Option<String>,
) -> Result<String, AppError> {
    let actor = proven().await?;
    let shown = engine::Shown { digest, base, rule };
    let begun = engine()
        .roll_out(&actor, &cloud, number, &shown, confirm.as_deref())
        .await?;
    go(page(&cloud, begun))
}

/// Begins to roll back to a revision, likewise.
#[server(endpoint = "roll_back")]
pub async fn roll_back(
    cloud: CloudName,
    number: RevisionNumber,
    digest: Digest,
    base: Digest,
    rule: i64,
    #[server(default)] confirm: Option<String>,
) -> Result<String, AppError> {
    let actor = proven().await?;
    let shown = engine::Shown { digest, base, rule };
    let begun = engine()
        .roll_back(&actor, &cloud, number, &shown, confirm.as_deref())
        .await?;
    go(page(&cloud, begun))
}

/// Has a rollout taken back before its end.
#[server(endpoint = "stop_rollout")]
pub async fn stop_rollout(cloud: CloudName, rollout: RolloutNumber) -> Result<String, AppError> {
    engine().stop_rollout(&actor()?, &cloud, rollout).await?;
    go(page(&cloud, rollout))
}

/// What of an intent is not as it was applied.
#[server(endpoint = "drift")]
pub async fn drift(cloud: CloudName, name: String) -> Result<Vec<DriftSeen>, AppError> {
    Ok(engine().drift(&actor()?, &cloud, &name).await?)
}

/// Begins to restore an intent on some sites, named with commas between them. What was shown comes along, and has to
/// be so still; answers with the page of the rollout.
#[server(endpoint = "restore_intent")]
pub async fn restore_intent(
    cloud: CloudName,
    name: String,
    sites: String,
    digest: Digest,
    seen: Digest,
) -> Result<String, AppError> {
    let actor = proven().await?;
    let sites: Vec<String> = sites.split(',').map(String::from).collect();
    let begun = engine()
        .restore(&actor, &cloud, &name, &sites, &digest, &seen)
        .await?;
    go(page(&cloud, begun))
}

/// Submits a revision that removes what an intent made; answers with its page.
#[server(endpoint = "withdraw_intent")]
pub async fn withdraw_intent(cloud: CloudName, name: String) -> Result<String, AppError> {
    let number = engine().withdraw(&actor()?, &cloud, &name).await?;
    go(reviews::page(&cloud, number))
}

/// The address of a rollout.
pub(crate) fn page(cloud: &CloudName, number: RolloutNumber) -> String {
    format!("/c/{cloud}/rollouts/{number}")
}
