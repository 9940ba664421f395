//! Numbers requests, writes each down, and counts them.

use std::time::Instant;

use axum::{
    extract::{ConnectInfo, MatchedPath, Request},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use intent::Origin;
use tracing::Instrument;

use crate::Peer;

/// Gives a request its number, which the logs, error pages and the record of acts all show. The path is
/// written as the route's pattern: what stands in its place may be a secret or somebody's name.
pub(crate) async fn numbered(mut request: Request, next: Next) -> Response {
    let number = number();
    let address = request
        .extensions()
        .get::<ConnectInfo<Peer>>()
        .map_or_else(String::new, |ConnectInfo(Peer(peer))| {
            peer.ip().to_canonical().to_string()
        });
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("(none)", MatchedPath::as_str)
        .to_owned();
    let method = request.method().clone();
    request.extensions_mut().insert(Origin {
        address,
        request: number.clone(),
    });

    let span = tracing::info_span!("request", id = %number, %method, %path);
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let (took, status) = (began.elapsed(), response.status().as_u16());
    span.in_scope(|| tracing::info!(status, took_ms = took.as_millis() as u64, "answered"));

    let labels = [
        ("method", method.to_string()),
        ("path", path),
        ("status", status.to_string()),
    ];
    metrics::counter!("assent_http_requests_total", &labels).increment(1);
    metrics::histogram!("assent_http_request_seconds", &labels).record(took.as_secs_f64());
    if let Ok(value) = HeaderValue::from_str(&number) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-request-id"), value);
    }
    response
}

/// 64 random bits: enough to find a request in the logs, and no secret.
fn number() -> String {
    let mut bytes = [0u8; 8];
    // Without random numbers, requests share a number; nothing else depends on it.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
