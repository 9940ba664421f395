//! The API as a tower service: from a request to its answer.

use std::{
    convert::Infallible,
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures::{Stream, TryStreamExt};
use http::{HeaderMap, HeaderValue, Method, Request, Response, header, request::Parts};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use serde_json::Value;

use crate::{
    discovery,
    failure::Failure,
    faults::Line,
    kinds::Kind,
    list::{self, Scope, query},
    review::{self, permit},
    route::{About, Route, route},
    sandbox::Sandbox,
    selector::Selector,
    state::{Key, State},
    watch::watch,
    write::Write,
};

/// The body of an answer: one JSON value, or the lines of a watch.
pub type Body = UnsyncBoxBody<Bytes, io::Error>;

/// A Kubernetes API server as a tower service; an error is one of the connection.
#[derive(Clone, Debug)]
pub struct Service(pub(crate) Sandbox);

impl tower::Service<Request<kube::client::Body>> for Service {
    type Response = Response<Body>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Response<Body>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<kube::client::Body>) -> Self::Future {
        let sandbox = self.0.clone();
        Box::pin(async move {
            arrive(&sandbox).await?;
            let (parts, body) = request.into_parts();
            let body = body.collect_bytes().await.map_err(io::Error::other)?;
            let answer = match Write::read(&parts, &body) {
                Ok(Some(write)) => {
                    let answer = write.carry_out(&sandbox).await?;
                    answer.map(|(code, object)| json(code, &object))
                }
                Ok(None) => answer(&sandbox, &parts, &body),
                Err(failure) => Err(failure),
            };
            Ok(answer.unwrap_or_else(|failure| refusal(&failure)))
        })
    }
}

/// Waits until the line lets a request through.
async fn arrive(sandbox: &Sandbox) -> io::Result<()> {
    let mut changes = sandbox.changes();
    loop {
        let line = sandbox.state().line;
        match line {
            Line::Up => return Ok(()),
            Line::Down => return Err(io::ErrorKind::ConnectionRefused.into()),
            Line::Slow(delay) => {
                tokio::time::sleep(delay).await;
                // What is on its way when the line goes down does not arrive.
                match sandbox.state().line {
                    Line::Down => return Err(io::ErrorKind::ConnectionRefused.into()),
                    Line::Up | Line::Slow(_) => return Ok(()),
                    Line::Silent => {}
                }
            }
            Line::Silent => changes.changed().await.map_err(io::Error::other)?,
        }
    }
}

fn answer(sandbox: &Sandbox, parts: &Parts, body: &[u8]) -> Result<Response<Body>, Failure> {
    let path = parts.uri.path();
    let route = route(path).ok_or_else(|| Failure::no_such_path(path))?;
    match route {
        Route::Collection { kind, namespace } => collection(sandbox, parts, body, kind, namespace),
        Route::Object {
            kind,
            namespace,
            name,
        } => {
            only(&Method::GET, parts)?;
            object(&sandbox.state(), kind, namespace, name)
        }
        Route::About(about) => {
            only(&Method::GET, parts)?;
            discover(&sandbox.state(), &parts.headers, about)
        }
    }
}

/// Answers what is asked about the API itself.
fn discover(
    state: &State,
    headers: &HeaderMap,
    about: About<'_>,
) -> Result<Response<Body>, Failure> {
    let accepted = headers.get(header::ACCEPT).and_then(|a| a.to_str().ok());
    let wants_all = accepted.is_some_and(|accepted| accepted.contains(discovery::AGGREGATED));
    let all = |is_wanted: fn(&str) -> bool| {
        let answer = discovery::aggregated(state, is_wanted);
        Ok(typed(200, discovery::AGGREGATED, &answer.to_string()))
    };
    let answer = match about {
        About::Core if wants_all => return all(str::is_empty),
        About::Groups if wants_all => return all(|group| !group.is_empty()),
        About::Core => discovery::core(),
        About::Groups => discovery::groups(state),
        About::Group(name) => discovery::group(state, name)?,
        About::Resources { group, version } => discovery::resources(state, group, version)?,
        About::Version => discovery::version(),
    };
    Ok(json(200, &answer))
}

/// Reads one object.
fn object(
    state: &State,
    kind: &'static Kind,
    namespace: &str,
    name: &str,
) -> Result<Response<Body>, Failure> {
    permit(
        state,
        kind,
        "get",
        Some(namespace).filter(|n| !n.is_empty()),
    )?;
    let key = Key {
        kind: kind.kind,
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    };
    let object = state
        .objects
        .get(&key)
        .ok_or_else(|| Failure::no_such_object(kind, name))?;
    Ok(json(200, object))
}

/// Lists or watches objects, or answers a question.
fn collection(
    sandbox: &Sandbox,
    parts: &Parts,
    body: &[u8],
    kind: &'static Kind,
    namespace: Option<&str>,
) -> Result<Response<Body>, Failure> {
    if !kind.is_kept() {
        only(&Method::POST, parts)?;
        return review(&sandbox.state(), kind, body);
    }
    if matches!(parts.method, Method::PATCH | Method::PUT) {
        return Err(Failure::bad_request("name must be provided"));
    }
    only(&Method::GET, parts)?;
    let query = query(parts.uri.query().unwrap_or_default());
    let text = |name: &str| query.get(name).map_or("", String::as_str);
    let scope = Scope {
        kind,
        namespace: namespace.map(str::to_owned),
        selector: Selector::parse(text("labelSelector"), text("fieldSelector"))?,
    };
    if matches!(text("watch"), "true" | "1") {
        permit(&sandbox.state(), kind, "watch", namespace)?;
        return Ok(stream(watch(sandbox, scope, &query)?));
    }
    let state = sandbox.state();
    permit(&state, kind, "list", namespace)?;
    Ok(json(200, &list::list(&state, &scope, &query)?))
}

fn review(state: &State, kind: &Kind, body: &[u8]) -> Result<Response<Body>, Failure> {
    let question: Value = serde_json::from_slice(body)
        .ok()
        .filter(|question: &Value| question["spec"].is_object())
        .ok_or_else(|| Failure::bad_request("the body is no review with a spec"))?;
    let answer = match kind.kind {
        "SelfSubjectRulesReview" => review::rules(&state.rules, question),
        _ => review::access(&state.rules, question),
    };
    Ok(json(201, &answer))
}

fn only(method: &Method, parts: &Parts) -> Result<(), Failure> {
    if parts.method == *method {
        Ok(())
    } else {
        Err(Failure::method_not_allowed())
    }
}

fn refusal(failure: &Failure) -> Response<Body> {
    let mut response = match failure.page {
        Some(says) => typed(failure.code, "text/plain; charset=utf-8", says),
        None => json(failure.code, &failure.status()),
    };
    if let Some(text) = failure.retry_after {
        let value = HeaderValue::from_static(text);
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

fn json(code: u16, answer: &Value) -> Response<Body> {
    typed(code, "application/json", &answer.to_string())
}

fn typed(code: u16, content_type: &'static str, answer: &str) -> Response<Body> {
    let body = Full::new(Bytes::from(answer.to_owned()));
    let body = body.map_err(|never: Infallible| match never {});
    response(code, content_type, body.boxed_unsync())
}

fn stream(lines: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Response<Body> {
    let body = StreamBody::new(lines.map_ok(Frame::data));
    response(200, "application/json", body.boxed_unsync())
}

fn response(code: u16, content_type: &'static str, body: Body) -> Response<Body> {
    Response::builder()
        .status(code)
        .header(header::CONTENT_TYPE, content_type)
        .body(body)
        .expect("statuses are of three digits, and headers are constants of ours")
}
