//! Which requests are answered at all.
//!
//! Stands before everything but the probes. It lets no other site make a browser act here: cookies alone
//! prove who a browser belongs to, not who sent it.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{Public, health, reports};

/// Why a request is not answered.
type Refused = (StatusCode, &'static str);

/// Lets a request through, or says why not.
pub(crate) async fn guard(State(public): State<Public>, request: Request, next: Next) -> Response {
    match refuses(&public, &request) {
        None => next.run(request).await,
        Some(refused) => refused.into_response(),
    }
}

fn refuses(public: &Public, request: &Request) -> Option<Refused> {
    let path = request.uri().path();
    // Probes come from wherever the process is run; metrics are asked for under the name of this machine.
    if matches!(path, "/healthz" | "/readyz")
        || (path == "/metrics" && health::is_local(request.headers()))
    {
        return None;
    }
    if !are_plain(public, request.headers()) {
        return Some((StatusCode::BAD_REQUEST, "These cookies are not ours."));
    }
    // HTTP/2 carries the host in the address, HTTP/1 in a header.
    let host = match request.uri().authority() {
        Some(authority) => Some(authority.as_str()),
        None => text(request.headers(), header::HOST),
    };
    if !host.is_some_and(|host| public.is_host(host)) {
        return Some((
            StatusCode::MISDIRECTED_REQUEST,
            "This is not the host you asked for.",
        ));
    }
    let acts = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if (acts || path.starts_with("/api/")) && !is_ours(public, request.headers()) {
        return Some((
            StatusCode::FORBIDDEN,
            "This request came from another site.",
        ));
    }
    if (path.starts_with("/live/") || request.headers().contains_key(header::UPGRADE))
        && !text(request.headers(), header::ORIGIN).is_some_and(|origin| public.is_origin(origin))
    {
        // A browser lets any page open a socket, with our cookies; only this tells whose page it was.
        return Some((
            StatusCode::FORBIDDEN,
            "This request came from another site.",
        ));
    }
    if acts && !has_known_content(path, request.headers()) {
        return Some((
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Send application/x-www-form-urlencoded or application/json.",
        ));
    }
    None
}

/// Says whether one of our own pages sent this. A browser says so itself where it can; older ones send an
/// origin; whoever sends neither has to come without a session.
fn is_ours(public: &Public, headers: &HeaderMap) -> bool {
    let is = |value: &HeaderValue, says: &dyn Fn(&str) -> bool| value.to_str().is_ok_and(says);
    match (headers.get("sec-fetch-site"), headers.get(header::ORIGIN)) {
        (Some(site), _) => is(site, &|site| site == "same-origin"),
        (None, Some(origin)) => is(origin, &|origin| public.is_origin(origin)),
        (None, None) => !has_session(public, headers),
    }
}

/// Says whether cookies are as a browser keeps them for us: the session's once, and no name in disguise. A
/// neighbour on a host beside ours could set one that reads like the session's once it is decoded.
fn are_plain(public: &Public, headers: &HeaderMap) -> bool {
    let mut sessions = 0;
    for value in headers.get_all(header::COOKIE) {
        let Ok(cookies) = value.to_str() else {
            return false;
        };
        for cookie in cookies.split(';') {
            let name = cookie.split('=').next().unwrap_or_default().trim();
            if name.contains('%') {
                return false;
            }
            sessions += usize::from(name == public.cookie());
        }
    }
    sessions < 2
}

fn has_session(public: &Public, headers: &HeaderMap) -> bool {
    headers.get_all(header::COOKIE).iter().any(|value| {
        let name = public.cookie();
        let Ok(cookies) = value.to_str() else {
            return true;
        };
        cookies
            .split(';')
            .any(|cookie| cookie.trim_start().split('=').next() == Some(name))
    })
}

fn has_known_content(path: &str, headers: &HeaderMap) -> bool {
    let kind = text(headers, header::CONTENT_TYPE).map(|kind| {
        kind.split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    });
    match kind.as_deref() {
        Some(reports::KIND) => path == reports::PATH,
        Some("application/x-www-form-urlencoded" | "application/json") => true,
        Some(_) => false,
        None => {
            text(headers, header::CONTENT_LENGTH).is_none_or(|length| length == "0")
                && !headers.contains_key(header::TRANSFER_ENCODING)
        }
    }
}

fn text(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
