//! Keeping people.

use intent::{InvitationId, People, PersonId, ProposalId, Step};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::session::{actor, engine, go, proven};

/// Where people are kept.
pub(crate) const PAGE: &str = "/settings/people";

/// What an administrator says to a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It takes effect.
    Accept,
    /// It does not; from whoever proposed it, they take it back.
    Decline,
}

/// Everybody and what waits.
#[server(endpoint = "everybody")]
pub async fn everybody() -> Result<People, AppError> {
    Ok(engine().people(&actor()?).await?)
}

/// Invites somebody, or proposes to.
#[server(endpoint = "invite")]
pub async fn invite(name: String, #[server(default)] roles: Vec<String>) -> Result<Step, AppError> {
    let step = engine().invite(&proven().await?, &name, &roles).await?;
    back(step)
}

/// Takes an invitation back.
#[server(endpoint = "revoke_invitation")]
pub async fn revoke_invitation(invitation: InvitationId) -> Result<Step, AppError> {
    engine().revoke_invitation(&actor()?, invitation).await?;
    back(Step::Effect)
}

/// Gives somebody these roles in the place of those that were seen, or proposes to.
#[server(endpoint = "change_roles")]
pub async fn change_roles(
    person: PersonId,
    #[server(default)] seen: Vec<String>,
    #[server(default)] roles: Vec<String>,
) -> Result<Step, AppError> {
    let actor = proven().await?;
    back(engine().change_roles(&actor, person, &seen, &roles).await?)
}

/// Disables somebody, or proposes to.
#[server(endpoint = "disable_person")]
pub async fn disable_person(person: PersonId) -> Result<Step, AppError> {
    back(engine().disable_person(&proven().await?, person).await?)
}

/// Lets somebody come in again, or proposes to.
#[server(endpoint = "enable_person")]
pub async fn enable_person(person: PersonId) -> Result<Step, AppError> {
    back(engine().enable_person(&proven().await?, person).await?)
}

/// Accepts or declines a proposal.
#[server(endpoint = "decide_proposal")]
pub async fn decide_proposal(proposal: ProposalId, decision: Decision) -> Result<Step, AppError> {
    match decision {
        Decision::Accept => engine().accept_proposal(&proven().await?, proposal).await?,
        Decision::Decline => engine().decline_proposal(&actor()?, proposal).await?,
    }
    back(Step::Effect)
}

/// Leads a browser without script back to the list.
#[cfg(feature = "ssr")]
fn back(step: Step) -> Result<Step, AppError> {
    go(PAGE.into()).map(|_| step)
}
