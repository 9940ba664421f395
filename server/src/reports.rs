//! What browsers report: scripts and styles that a document's policy kept from running.

use axum::{
    body::Bytes,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

/// The address to which browsers send reports.
pub(crate) const PATH: &str = "/reports";
/// The kind of content in which they come.
pub(crate) const KIND: &str = "application/reports+json";
/// So much of a report is written down: enough to see which rule was broken and where.
const LONGEST: usize = 2_000;

/// Writes a report down. It comes from a browser that anybody may drive, so it is escaped, cut, and believed
/// by nobody.
pub(crate) async fn report(body: Bytes) -> Response {
    let text = String::from_utf8_lossy(&body[..body.len().min(LONGEST)]);
    metrics::counter!("assent_policy_reports_total").increment(1);
    tracing::warn!(report = ?text, "a browser reports a broken policy");
    (
        StatusCode::NO_CONTENT,
        [(header::CACHE_CONTROL, "no-store")],
    )
        .into_response()
}
