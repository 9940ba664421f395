//! How the process is, for whoever watches it.

use axum::{
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::Engine;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;

use crate::{Failed, Peer, public::is_loopback};

/// What the probes and the metrics answer from. Cheap to clone.
#[derive(Clone)]
pub struct Health {
    engine: Engine,
    stopping: CancellationToken,
    metrics: Option<PrometheusHandle>,
}

impl Health {
    /// Answers probes, without metrics.
    pub fn new(engine: Engine) -> Self {
        Self {
            engine,
            stopping: CancellationToken::new(),
            metrics: None,
        }
    }

    /// Answers metrics from what was counted here.
    #[must_use]
    pub fn counting(self, metrics: PrometheusHandle) -> Self {
        Self {
            metrics: Some(metrics),
            ..self
        }
    }

    /// Folds what was counted; without it, samples pile up until somebody asks for them.
    pub(crate) fn upkeep(&self) {
        if let Some(handle) = &self.metrics {
            handle.run_upkeep();
        }
    }

    /// Says from now on that no new work should be sent.
    pub(crate) fn stop(&self) {
        self.stopping.cancel();
    }

    /// Cancelled once no new work should be sent.
    pub(crate) fn stopping(&self) -> CancellationToken {
        self.stopping.clone()
    }
}

/// Says that the process runs.
pub(crate) async fn healthz() -> &'static str {
    "ok"
}

/// Says whether work can be sent: the database answers and the process is not about to stop.
pub(crate) async fn readyz(State(health): State<Health>) -> Response {
    if health.stopping.is_cancelled() || !health.engine.is_ready().await {
        return (StatusCode::SERVICE_UNAVAILABLE, "not ready").into_response();
    }
    "ok".into_response()
}

/// Counts from now on, for the whole process.
pub(crate) fn recorder() -> Result<PrometheusHandle, Failed> {
    PrometheusBuilder::new()
        .install_recorder()
        .map_err(|e| Failed(format!("the metrics could not start: {e}")))
}

/// What was counted, in the format of Prometheus; for this machine only, and not through a proxy on it.
pub(crate) async fn metrics(
    State(health): State<Health>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    headers: HeaderMap,
) -> Response {
    let forwarded = ["forwarded", "x-forwarded-for", "x-forwarded-host", "via"]
        .iter()
        .any(|name| headers.contains_key(*name));
    match health.metrics {
        Some(handle)
            if peer.ip().to_canonical().is_loopback() && !forwarded && is_local(&headers) =>
        {
            let kind = "text/plain; version=0.0.4";
            ([(header::CONTENT_TYPE, kind)], handle.render()).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Says whether a request names this machine as its host.
pub(crate) fn is_local(headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    host.and_then(|host| host.parse().ok())
        .is_some_and(|authority| is_loopback(&authority))
}
