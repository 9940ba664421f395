//! Who is asking, and may they?
//!
//! Decides by the one table in `intent`, for every route. Rights are read from the database each time.

use app::{AppError, Me, SESSION_PERSON, SESSION_SEEN, Theme, Visit};
use axum::{
    Json,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use engine::Engine;
use intent::{Access, Actor, CloudName, DOORS, Door, Needs, Origin, PersonId, Role};
use leptos::prelude::FromServerFnError;
use tower_sessions::Session;

use crate::{Public, live};

/// What the door needs to decide.
#[derive(Clone)]
pub(crate) struct Doorkeeper {
    pub(crate) engine: Engine,
    pub(crate) public: Public,
}

/// The route of functions that are not there.
pub(crate) const NOWHERE: &str = "/api/{*rest}";

/// A session is written again at most once a minute, in milliseconds.
const TOUCH: i64 = 60_000;

/// Lets somebody come in, sends them to sign in, or turns them away.
pub(crate) async fn door(
    State(keeper): State<Doorkeeper>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let origin = request
        .extensions()
        .get::<Origin>()
        .cloned()
        .unwrap_or_default();
    let actor = match keeper.who(&session, origin.clone()).await {
        Ok(actor) => actor,
        Err(failed) => {
            tracing::error!(%failed, "the session could not be read");
            let error = AppError::Unavailable {
                request: origin.request,
            };
            return (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response();
        }
    };
    let matched = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let cloud = matched
        .as_deref()
        .and_then(|pattern| cloud_of(pattern, request.uri().path()));
    let access = match (matched.as_deref(), &actor) {
        // Strangers do not learn which addresses exist; people learn that these do not.
        (None | Some(NOWHERE), None) => Access::SignIn,
        (None | Some(NOWHERE), Some(_)) => Access::Granted,
        (Some(route), actor) => match named(route) {
            Some(door) => intent::door(door, actor.as_ref(), cloud.as_ref()),
            None => Access::Denied(Needs::Administrator),
        },
    };
    let mut refused = None;
    match access {
        Access::SignIn => return sign_in(&request),
        // The page of a cloud that somebody may not see answers by itself, as for one that is not there.
        Access::Denied(_)
            if cloud
                .as_ref()
                .is_some_and(|cloud| !sees(actor.as_ref(), cloud)) => {}
        Access::Denied(needs) if is_page(&request) => refused = Some(takes(needs)),
        Access::Denied(needs) => return denied(needs),
        Access::Granted => {}
    }
    let visit = Visit {
        me: actor
            .as_ref()
            .map(|actor| Me::new(actor, keeper.engine.cloud_names(actor))),
        demo: keeper.engine.is_demo(),
        read_only: keeper.engine.is_read_only(),
        host: keeper.public.host().to_owned(),
        origin: keeper.public.origin().to_owned(),
        refused,
        theme: theme(request.headers()),
        request: origin.request,
        version: env!("CARGO_PKG_VERSION").into(),
    };
    request.extensions_mut().insert(visit);
    if let Some(actor) = actor {
        request.extensions_mut().insert(actor);
    }
    next.run(request).await
}

impl Doorkeeper {
    /// Reads whose session this is and keeps it open. Somebody who is no longer there is a stranger.
    async fn who(&self, session: &Session, origin: Origin) -> Result<Option<Actor>, String> {
        let failed = |e: tower_sessions::session::Error| e.to_string();
        let Some(person) = session.get::<i64>(SESSION_PERSON).await.map_err(failed)? else {
            return Ok(None);
        };
        match self.engine.actor(PersonId(person), origin).await {
            Ok(actor) => {
                let now = self.engine.now();
                let seen = session.get::<i64>(SESSION_SEEN).await.map_err(failed)?;
                if seen.is_none_or(|seen| now.0 - seen >= TOUCH) {
                    session.insert(SESSION_SEEN, now.0).await.map_err(failed)?;
                }
                Ok(Some(actor))
            }
            Err(engine::Error::NotFound) => Ok(None),
            Err(other) => Err(other.to_string()),
        }
    }
}

/// Finds a route in the table of doors.
fn named(path: &str) -> Option<Door> {
    DOORS.iter().map(|(door, _)| *door).find(|door| match door {
        Door::Page(page) | Door::Plain(page) => *page == path,
        Door::Function(name) => path.strip_prefix("/api/") == Some(name),
    })
}

/// The cloud that the path of a page or a socket names. A name that no cloud can have is one that nobody may see.
fn cloud_of(pattern: &str, path: &str) -> Option<CloudName> {
    if !pattern.starts_with("/c/{cloud}") && pattern != live::PATH {
        return None;
    }
    path.split('/')
        .nth(2)
        .and_then(|name| CloudName::read(name).ok())
}

/// A page leads to the sign-in and back; everything else says that somebody has to sign in.
fn sign_in(request: &Request) -> Response {
    if is_page(request) {
        let wanted = request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str());
        let to = if wanted == "/" {
            "/sign-in".into()
        } else {
            format!("/sign-in?next={}", encoded(wanted))
        };
        return Redirect::to(&to).into_response();
    }
    (StatusCode::UNAUTHORIZED, wire(&AppError::SignedOut)).into_response()
}

fn denied(needs: Needs) -> Response {
    let takes = takes(needs);
    let error = AppError::Denied(format!("This takes {takes}; an administrator gives roles."));
    (StatusCode::FORBIDDEN, wire(&error)).into_response()
}

/// Says whether somebody sees a cloud at all.
fn sees(actor: Option<&Actor>, cloud: &CloudName) -> bool {
    actor.is_some_and(|actor| actor.is(Role::Viewer, cloud))
}

/// Who may, in words.
fn takes(needs: Needs) -> String {
    match needs {
        Needs::Role(role) => format!("the role {role}"),
        Needs::Administrator => "an administrator".into(),
        Needs::Nothing | Needs::Person => "somebody else".into(),
    }
}

/// Says whether a browser asks for a document. A page that is refused is sent too, and shows in its place
/// who may see it; everything else is answered right here.
fn is_page(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
        && !["/api/", "/live/"]
            .iter()
            .any(|other| request.uri().path().starts_with(other))
}

/// An error as server functions send it.
fn wire(error: &AppError) -> impl IntoResponse + use<> {
    ([(header::CONTENT_TYPE, "application/json")], error.ser())
}

/// Puts an address into the query of another.
fn encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    path.bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn theme(headers: &HeaderMap) -> Option<Theme> {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|cookie| Theme::named(cookie.trim().strip_prefix("theme=")?))
}

/// What a function that is not there answers.
pub(crate) async fn no_function() -> Response {
    (StatusCode::NOT_FOUND, Json("There is no such function.")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives_the_way_through_a_query() {
        assert_eq!(
            encoded("/c/shop?site=eu&x=1#é"),
            "/c/shop%3Fsite%3Deu%26x%3D1%23%C3%A9"
        );
    }

    #[test]
    fn every_door_is_found_by_its_route() {
        for (door, _) in DOORS {
            let path = match door {
                Door::Page(path) | Door::Plain(path) => (*path).to_owned(),
                Door::Function(name) => format!("/api/{name}"),
            };
            assert_eq!(named(&path), Some(*door));
        }
        assert_eq!(named("/api/"), None);
    }
}
