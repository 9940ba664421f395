//! Coming in and going out.

use leptos::prelude::*;

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::{
    next::next,
    session::{broken, engine, enter, go, origin, session, who},
};

/// Signs in by name and password; answers where to go.
#[server(endpoint = "sign_in")]
pub async fn sign_in(
    name: String,
    password: String,
    wanted: Option<String>,
) -> Result<String, AppError> {
    enter(engine().sign_in(&name, password, &origin()).await?).await?;
    go(next(wanted.as_deref()))
}

/// Comes in as one of the ready accounts of a demo; answers where to go.
#[server(endpoint = "enter_demo")]
pub async fn enter_demo(role: intent::Role, wanted: Option<String>) -> Result<String, AppError> {
    enter(engine().enter_demo(role, &origin()).await?).await?;
    go(next(wanted.as_deref()))
}

/// Says whether a one-time link can still be used.
#[server(endpoint = "link")]
pub async fn link(token: String) -> Result<bool, AppError> {
    Ok(engine().link_works(&token).await?)
}

/// Becomes the first administrator by a one-time link; answers where to go.
#[server(endpoint = "accept_link")]
pub async fn accept_link(
    token: String,
    name: String,
    password: String,
    again: String,
) -> Result<String, AppError> {
    let person = engine()
        .accept_link(&token, &name, password, &again, &origin())
        .await?;
    enter(person).await?;
    go("/".into())
}

/// Signs out here; answers where to go.
#[server(endpoint = "sign_out")]
pub async fn sign_out() -> Result<String, AppError> {
    if let Some(actor) = who() {
        engine().signed_out(&actor).await?;
    }
    session()?.flush().await.map_err(broken)?;
    go("/sign-in".into())
}
