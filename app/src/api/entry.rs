//! Coming in and going out.

use intent::Welcome;
use leptos::prelude::*;

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::{
    next::next,
    session::{actor, engine, enter, go, leave, origin, proved, who},
};

/// Signs in by name and password; answers where to go.
#[server(endpoint = "sign_in")]
pub async fn sign_in(
    name: String,
    password: String,
    wanted: Option<String>,
) -> Result<String, AppError> {
    let as_of = engine().as_of().await?;
    let person = engine().sign_in(&name, password, &origin()).await?;
    enter(person, as_of).await?;
    go(next(wanted.as_deref()))
}

/// Comes in as one of the ready accounts of a demo; answers where to go.
#[server(endpoint = "enter_demo")]
pub async fn enter_demo(role: intent::Role, wanted: Option<String>) -> Result<String, AppError> {
    let as_of = engine().as_of().await?;
    let person = engine().enter_demo(role, &origin()).await?;
    enter(person, as_of).await?;
    go(next(wanted.as_deref()))
}

/// Says what a one-time link makes of whoever holds it; nothing, if it cannot be used.
#[server(endpoint = "link")]
pub async fn link(token: String) -> Result<Option<Welcome>, AppError> {
    Ok(engine().welcome(&token).await?)
}

/// Becomes the first administrator by a one-time link; answers where to go.
#[server(endpoint = "accept_link")]
pub async fn accept_link(
    token: String,
    name: String,
    password: String,
    again: String,
) -> Result<String, AppError> {
    let as_of = engine().as_of().await?;
    let person = engine()
        .accept_link(&token, &name, password, &again, &origin())
        .await?;
    enter(person, as_of).await?;
    go("/".into())
}

/// Comes in by an invitation; answers where to go.
#[server(endpoint = "accept_invitation")]
pub async fn accept_invitation(
    token: String,
    password: String,
    again: String,
) -> Result<String, AppError> {
    let as_of = engine().as_of().await?;
    let person = engine()
        .accept_invitation(&token, password, &again, &origin())
        .await?;
    enter(person, as_of).await?;
    go("/".into())
}

/// Shows that it is still me, by my password.
#[server(endpoint = "prove")]
pub async fn prove(proof: String) -> Result<(), AppError> {
    let as_of = engine().as_of().await?;
    engine().prove(&actor()?, proof).await?;
    proved(as_of).await
}

/// Signs out here; answers where to go.
#[server(endpoint = "sign_out")]
pub async fn sign_out() -> Result<String, AppError> {
    if let Some(actor) = who() {
        engine().signed_out(&actor).await?;
    }
    leave().await?;
    go("/sign-in".into())
}
