//! Who is asking, on the server.

use engine::Engine;
use http::{StatusCode, header, request::Parts};
use intent::{Actor, Origin, PersonId, Time};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;
use tower_sessions::Session;

use crate::AppError;

/// The entry of a session that holds the number of its person.
pub const SESSION_PERSON: &str = "person";
/// The entry that holds when a session was last written, in milliseconds.
pub const SESSION_SEEN: &str = "seen";
/// The entry that holds when its person last showed who they are, in milliseconds.
pub const SESSION_PROVED: &str = "proved";
/// The entry that holds how long the record was before its person showed who they are.
const SESSION_AS_OF: &str = "as_of";
const SESSION_AGENT: &str = "agent";
/// What changes rights takes a proof no older than this, in milliseconds.
const PROOF_HOLDS: i64 = 5 * 60_000;

/// The use cases.
pub(crate) fn engine() -> Engine {
    expect_context::<Engine>()
}

/// Whoever is asking, if they are signed in.
pub(crate) fn who() -> Option<Actor> {
    use_context::<Parts>().and_then(|parts| parts.extensions.get::<Actor>().cloned())
}

/// Whoever is asking. The door has let them in, so they are somebody.
pub(crate) fn actor() -> Result<Actor, AppError> {
    who().ok_or_else(|| refuse(AppError::SignedOut))
}

/// Whoever is asking, if they showed a short while ago who they are.
pub(crate) async fn proven() -> Result<Actor, AppError> {
    proven_at().await.map(|(actor, _)| actor)
}

/// Whoever is asking, and when they showed who they are, if that was a short while ago.
pub(crate) async fn proven_at() -> Result<(Actor, Time), AppError> {
    let proved: Option<i64> = session()?.get(SESSION_PROVED).await.map_err(broken)?;
    match proved.map(Time) {
        Some(at) if engine().now().since(at) < PROOF_HOLDS => Ok((actor()?, at)),
        _ => Err(refuse(AppError::ProveYourself)),
    }
}

/// Remembers that somebody has just shown who they are: under a new id, like a sign-in. If their sessions
/// were ended since `as_of`, they have to sign in again.
pub(crate) async fn proved(as_of: i64) -> Result<(), AppError> {
    let session = session()?;
    let now = engine().now().0;
    session.insert(SESSION_PROVED, now).await.map_err(broken)?;
    session.insert(SESSION_AS_OF, as_of).await.map_err(broken)?;
    session.cycle_id().await.map_err(broken)?;
    if let Err(error) = session.save().await {
        tracing::warn!(request = %origin().request, %error, "a session did not begin");
        session.flush().await.map_err(broken)?;
        return Err(refuse(AppError::SignedOut));
    }
    Ok(())
}

/// Where the request came from.
pub(crate) fn origin() -> Origin {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<Origin>().cloned())
        .unwrap_or_default()
}

/// The session of the request.
pub(crate) fn session() -> Result<Session, AppError> {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<Session>().cloned())
        .ok_or_else(|| broken("no session layer"))
}

/// Lets a person in: under a new id, so that an id known before is worth nothing after.
pub(crate) async fn enter(person: PersonId, as_of: i64) -> Result<(), AppError> {
    let session = session()?;
    let agent = use_context::<Parts>()
        .and_then(|parts| {
            Some(
                parts
                    .headers
                    .get(header::USER_AGENT)?
                    .to_str()
                    .ok()?
                    .to_owned(),
            )
        })
        .unwrap_or_default();
    session.clear().await;
    session
        .insert(SESSION_PERSON, person.0)
        .await
        .map_err(broken)?;
    session.insert(SESSION_AGENT, agent).await.map_err(broken)?;
    proved(as_of).await
}

/// Ends the session of the request, if it has one.
pub(crate) async fn leave() -> Result<(), AppError> {
    let session = session()?;
    if session.id().is_some() {
        session.flush().await.map_err(broken)?;
    }
    Ok(())
}

/// Sends a browser on: one without script by the answer itself, one with script by what it returns.
pub(crate) fn go(path: String) -> Result<String, AppError> {
    if wants_html() {
        leptos_axum::redirect(&path);
    }
    Ok(path)
}

/// Says which status belongs to an error, and hands the error on.
pub(crate) fn refuse(error: AppError) -> AppError {
    set_status(&error);
    error
}

/// Sets the status that belongs to an error. A form without script is answered by a way back instead.
pub(crate) fn set_status(error: &AppError) {
    let status = match error {
        AppError::SignedOut => StatusCode::UNAUTHORIZED,
        AppError::Denied(_) | AppError::ProveYourself => StatusCode::FORBIDDEN,
        AppError::NotFound => StatusCode::NOT_FOUND,
        AppError::Conflict(_) | AppError::Moved(_) | AppError::Rehearsed(_) => StatusCode::CONFLICT,
        AppError::Rejected(_) => StatusCode::UNPROCESSABLE_ENTITY,
        AppError::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        AppError::Malformed(_) => StatusCode::BAD_REQUEST,
        AppError::Unavailable { .. } | AppError::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
    };
    if let Some(response) = use_context::<ResponseOptions>()
        && !(wants_html() && is_unsafe())
    {
        response.set_status(status);
    }
}

fn wants_html() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        let accept = parts.headers.get(header::ACCEPT);
        accept
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.contains("text/html"))
    })
}

fn is_unsafe() -> bool {
    use_context::<Parts>().is_some_and(|parts| !parts.method.is_safe())
}

/// Logs what happened and tells the browser the number to look for.
pub(crate) fn broken(error: impl std::fmt::Display) -> AppError {
    let request = origin().request;
    tracing::error!(%request, %error, "a request failed");
    refuse(AppError::Unavailable { request })
}

impl From<engine::Error> for AppError {
    fn from(error: engine::Error) -> Self {
        refuse(match error {
            engine::Error::NotFound => Self::NotFound,
            engine::Error::Denied(says) => Self::Denied(says),
            engine::Error::Rejected(objections) => Self::Rejected(objections),
            engine::Error::Conflict(theirs) => Self::Conflict(theirs),
            engine::Error::Moved(says) => Self::Moved(says),
            engine::Error::Rehearsed(hindrances) => Self::Rehearsed(hindrances),
            engine::Error::TooMany { seconds } => Self::TooMany { seconds },
            engine::Error::Unavailable(says) => return broken(says),
        })
    }
}

/// Remembers a theme in the browser for a year; without one, forgets it.
pub(crate) fn remember_theme(theme: Option<crate::Theme>) {
    let cookie = match theme {
        Some(theme) => format!(
            "theme={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
            theme.word()
        ),
        None => "theme=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly".into(),
    };
    if let Some(response) = use_context::<ResponseOptions>()
        && let Ok(value) = http::HeaderValue::from_str(&cookie)
    {
        response.append_header(header::SET_COOKIE, value);
    }
}
