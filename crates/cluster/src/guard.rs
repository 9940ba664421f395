//! Bounds on what an API server may do to us: how long it may be silent, how much it may send.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use kube::{Client, client::Body};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::{Instant, Sleep, sleep_until, timeout_at},
};
use tower::BoxError;

/// How long an answer may take, its body included. A watch must begin within this time.
pub(crate) const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// How large an answer may be, in bytes; of a watch, how large one event.
const LARGEST: usize = 16 * 1024 * 1024;

/// How many answers are read at once from one cluster, watches not counted.
const AT_ONCE: usize = 4;

/// A bound that an API server overstepped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Limit {
    #[error("no answer within {} s", ANSWERS_WITHIN.as_secs())]
    Late,
    #[error("an answer is larger than {} MiB", LARGEST / 1024 / 1024)]
    Large,
}

/// One cluster's client, and the bounds that all who use it share.
#[derive(Clone)]
pub(crate) struct Guard {
    client: Client,
    permits: Arc<Semaphore>,
}

impl Guard {
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            permits: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// A client within the bounds.
    pub(crate) fn client(&self) -> Client {
        self.watching(Arc::new(Notify::new()))
    }

    /// A client within the bounds that tells when a watch was let in.
    pub(crate) fn watching(&self, answered: Arc<Notify>) -> Client {
        let guard = self.clone();
        let send = tower::service_fn(move |request| {
            let (guard, answered) = (guard.clone(), answered.clone());
            async move { guard.send(request, &answered).await }
        });
        Client::new(send, self.client.default_namespace())
    }

    async fn send(
        &self,
        request: Request<Body>,
        answered: &Notify,
    ) -> Result<Response<Bounded>, BoxError> {
        let is_watch = is_watch(&request);
        let permit = match is_watch {
            true => None,
            false => Some(self.permits.clone().acquire_owned().await?),
        };
        let deadline = Instant::now() + ANSWERS_WITHIN;
        let response = timeout_at(deadline, self.client.send(request)).await;
        let response = response.map_err(|_| Limit::Late)??;
        let streams = is_watch && response.status().is_success();
        if streams {
            answered.notify_one();
        }
        Ok(response.map(|body| Bounded {
            body,
            taken: 0,
            deadline: (!streams).then(|| Box::pin(sleep_until(deadline))),
            _permit: permit,
        }))
    }
}

fn is_watch(request: &Request<Body>) -> bool {
    let query = request.uri().query().unwrap_or_default();
    query.split('&').any(|part| part == "watch=true")
}

/// The body of an answer, cut off where it oversteps a bound.
struct Bounded {
    body: Body,
    /// Bytes so far; of a watch, of the event that is being read.
    taken: usize,
    /// None for a watch, which lasts.
    deadline: Option<Pin<Box<Sleep>>>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Bounded {
    fn take(&mut self, data: &[u8]) -> Result<(), Limit> {
        self.taken += data.len();
        if self.taken > LARGEST {
            return Err(Limit::Large);
        }
        if self.deadline.is_none()
            && let Some(end) = data.iter().rposition(|byte| *byte == b'\n')
        {
            self.taken = data.len() - end - 1;
        }
        Ok(())
    }
}

impl http_body::Body for Bounded {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(deadline) = &mut self.deadline
            && deadline.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Some(Err(Limit::Late.into())));
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx)?);
        if let Some(data) = frame.as_ref().and_then(Frame::data_ref) {
            self.take(data)?;
        }
        Poll::Ready(frame.map(Ok))
    }
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, io};

    use futures::{StreamExt, TryStreamExt, stream};
    use http_body_util::StreamBody;
    use kube::{Api, api::ListParams, api::WatchParams, core::DynamicObject};
    use mesh::ResourceKind;

    use super::*;
    use crate::{error::limit, watch::resource};

    /// An API server that answers every request by these chunks, and then is silent.
    fn server(chunk: &'static [u8], chunks: usize) -> Client {
        let answer = tower::service_fn(move |_: Request<Body>| async move {
            let chunks = stream::repeat(chunk).take(chunks).chain(stream::pending());
            let frames = chunks.map(|chunk| io::Result::Ok(Frame::data(Bytes::from_static(chunk))));
            Ok::<_, Infallible>(Response::new(StreamBody::new(frames)))
        });
        Client::new(answer, "default")
    }

    fn pods(client: Client) -> Api<DynamicObject> {
        Api::all_with(Guard::new(client).client(), &resource(ResourceKind::Pod))
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_never_ends_is_late() {
        let begun = Instant::now();
        let error = pods(server(b" ", 5)).list(&ListParams::default()).await;
        assert_eq!(limit(&error.unwrap_err()), Some(Limit::Late));
        assert_eq!(begun.elapsed(), ANSWERS_WITHIN);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_too_large_is_cut_off() {
        const CHUNK: &[u8] = &[b' '; 1 << 20];
        let error = pods(server(CHUNK, 17)).list(&ListParams::default()).await;
        assert_eq!(limit(&error.unwrap_err()), Some(Limit::Large));
    }

    #[tokio::test(start_paused = true)]
    async fn a_watch_may_send_much_but_no_event_that_is_too_large() {
        const BOOKMARK: &[u8] = b"{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"}}}\n";
        let (many, from) = (2 * LARGEST / BOOKMARK.len(), WatchParams::default());
        let quiet = pods(server(BOOKMARK, many));
        let events = quiet.watch(&from, "1").await.unwrap().take(many);
        assert_eq!(events.try_collect::<Vec<_>>().await.unwrap().len(), many);

        const CHUNK: &[u8] = &[b' '; 1 << 20];
        let flood = pods(server(CHUNK, 17));
        let mut events = flood.watch(&from, "1").await.unwrap().boxed();
        let error = events.try_next().await.unwrap_err();
        assert_eq!(limit(&error), Some(Limit::Large));
    }
}
