//! How the process is, for whoever watches it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    extract::{ConnectInfo, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::Engine;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::{Failed, Peer};

/// What the probes and the metrics answer from. Cheap to clone.
#[derive(Clone)]
pub struct Health {
    engine: Engine,
    stopping: Arc<AtomicBool>,
    metrics: Option<PrometheusHandle>,
}

impl Health {
    /// Answers probes, without metrics.
    pub fn new(engine: Engine) -> Self {
        Self {
            engine,
            stopping: Arc::default(),
            metrics: None,
        }
    }

    /// Counts from now on, for the whole process.
    pub(crate) fn counting(mut self) -> Result<Self, Failed> {
        let handle = PrometheusBuilder::new()
            .install_recorder()
            .map_err(|e| Failed(format!("the metrics could not start: {e}")))?;
        self.metrics = Some(handle);
        Ok(self)
    }

    /// Says from now on that no new work should be sent.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }
}

/// Says that the process runs.
pub(crate) async fn healthz() -> &'static str {
    "ok"
}

/// Says whether work can be sent: the database answers and the process is not about to stop.
pub(crate) async fn readyz(State(health): State<Health>) -> Response {
    if health.stopping.load(Ordering::Relaxed) || !health.engine.is_ready().await {
        return (StatusCode::SERVICE_UNAVAILABLE, "not ready").into_response();
    }
    "ok".into_response()
}

/// What was counted, in the format of Prometheus; for this machine only.
pub(crate) async fn metrics(
    State(health): State<Health>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
) -> Response {
    match health.metrics {
        Some(handle) if peer.ip().to_canonical().is_loopback() => {
            let kind = "text/plain; version=0.0.4";
            ([(header::CONTENT_TYPE, kind)], handle.render()).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
