//! One request, sent once, and whether it may have been carried out.

use std::{
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header::RETRY_AFTER};
use http_body::{Frame, SizeHint};
use kube::{Client, client::Body};
use serde_json::Value;
use tokio::time::{sleep, timeout};
use tower::BoxError;

use crate::{
    error::reason,
    guard::{ANSWERS_WITHIN, Guard, Limit},
};

/// How often a request is sent again that an overloaded API server turned away.
const AGAIN: usize = 2;

/// How long to wait before that at least, and at most, in seconds.
const PAUSE: (u64, u64) = (1, 30);

/// What an API server answered.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    pub(crate) code: StatusCode,
    /// Null if it is no JSON.
    pub(crate) body: Value,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The request cannot have been carried out: none of its body was sent.
    Unsent(String),
    /// The request may have been carried out.
    Unknown(String),
}

impl Guard {
    /// Sends a request and reads the whole answer. It is sent again only where an overloaded API server turned it
    /// away unread.
    pub(crate) async fn call(&self, request: Request<Vec<u8>>) -> Result<Answered, Lost> {
        let request = request.map(Bytes::from);
        for _ in 0..AGAIN {
            let (answered, pause) = self.call_once(request.clone()).await?;
            if answered.code != StatusCode::TOO_MANY_REQUESTS {
                return Ok(answered);
            }
            sleep(pause).await;
        }
        let (answered, _) = self.call_once(request).await?;
        Ok(answered)
    }

    async fn call_once(&self, request: Request<Bytes>) -> Result<(Answered, Duration), Lost> {
        let gate = Gate::default();
        let (head, bytes) = request.into_parts();
        let gated = Gated {
            bytes: Some(bytes).filter(|bytes| !bytes.is_empty()),
            gate: gate.clone(),
        };
        let answer = async {
            let request = Request::from_parts(head, wrapped(gated).await?);
            let (head, body) = self.client().send(request).await?.into_parts();
            Ok::<_, kube::Error>((head, body.collect_bytes().await?))
        };
        let says = match timeout(ANSWERS_WITHIN, answer).await {
            Ok(Ok((head, body))) => {
                let answered = Answered {
                    code: head.status,
                    body: serde_json::from_slice(&body).unwrap_or_default(),
                };
                return Ok((answered, pause(&head.headers)));
            }
            Ok(Err(error)) => reason(&error),
            Err(_) => Limit::Late.to_string(),
        };
        Err(match gate.shut() {
            Passed::No => Lost::Unsent(says),
            Passed::Yes => Lost::Unknown(says),
        })
    }
}

/// How long an API server asks to wait: whole seconds; whatever else it says counts as nothing said.
fn pause(headers: &HeaderMap) -> Duration {
    let (least, most) = PAUSE;
    let said = headers.get(RETRY_AFTER).and_then(|said| said.to_str().ok());
    let digits = said.filter(|said| said.bytes().all(|byte| byte.is_ascii_digit()));
    let seconds = match digits {
        None | Some("") => least,
        // What is too large for a number is more than we wait.
        Some(digits) => digits.parse().unwrap_or(most).clamp(least, most),
    };
    Duration::from_secs(seconds)
}

/// What a body passes on its way out. Once shut, nothing passes any more; so there is no doubt about a request that
/// was given up, whoever still holds it.
#[derive(Clone, Default)]
struct Gate(Arc<OnceLock<Passed>>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Passed {
    Yes,
    No,
}

impl Gate {
    fn pass(&self) -> Passed {
        *self.0.get_or_init(|| Passed::Yes)
    }

    fn shut(&self) -> Passed {
        *self.0.get_or_init(|| Passed::No)
    }
}

/// A body behind a gate. As a stream it cannot be copied, so that no layer below sends it twice.
struct Gated {
    bytes: Option<Bytes>,
    gate: Gate,
}

impl http_body::Body for Gated {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let bytes = self.bytes.take();
        Poll::Ready(bytes.map(|bytes| match self.gate.pass() {
            Passed::Yes => Ok(Frame::data(bytes)),
            Passed::No => Err("the request was given up".into()),
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, Bytes::len) as u64)
    }
}

/// Makes it a body as kube sends them. Kube wraps only what a service answers, so a service answers it.
async fn wrapped(body: Gated) -> kube::Result<Body> {
    let mut body = Some(body);
    let hand_over = tower::service_fn(move |_: Request<Body>| {
        let body = body.take();
        async { body.map(Response::new).ok_or("a body is sent once") }
    });
    let client = Client::new(hand_over, "");
    let answer = client.send(Request::new(Body::empty())).await?;
    Ok(answer.into_body())
}

#[cfg(test)]
mod tests;
