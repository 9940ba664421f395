//! What browsers report: scripts and styles that a document's policy kept from running.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::{
    Json,
    http::{StatusCode, Uri},
};
use serde::Deserialize;

/// The address to which browsers send reports.
pub(crate) const PATH: &str = "/reports";
/// The kind of content in which they come.
pub(crate) const KIND: &str = "application/reports+json";
/// So many are written down between two starts; after that they are only counted.
const MOST: u64 = 1_000;

/// A report, as far as it is read. The address of the document is left out: it may hold a one-time link.
#[derive(Deserialize)]
pub(crate) struct Report {
    #[serde(default)]
    body: Body,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Body {
    effective_directive: String,
    #[serde(rename = "blockedURL")]
    blocked_url: String,
}

/// Writes reports down. They come from a browser that anybody may drive, so they are escaped, cut, and
/// believed by nobody.
pub(crate) async fn report(Json(reports): Json<Vec<Report>>) -> StatusCode {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    for Report { body } in reports.iter().take(10) {
        metrics::counter!("assent_policy_reports_total").increment(1);
        if WRITTEN.fetch_add(1, Ordering::Relaxed) < MOST {
            let rule: String = body.effective_directive.chars().take(40).collect();
            let blocked = origin(&body.blocked_url);
            tracing::warn!(?rule, ?blocked, "a browser reports a broken policy");
        }
    }
    StatusCode::NO_CONTENT
}

/// Scheme and host of what was blocked, or the word that stands for it, such as `inline`.
fn origin(blocked: &str) -> String {
    let origin = blocked
        .parse::<Uri>()
        .ok()
        .and_then(|uri| Some(format!("{}://{}", uri.scheme_str()?, uri.host()?)));
    let short = || blocked.split(['/', '?', '#']).next().unwrap_or_default();
    origin
        .unwrap_or_else(|| short().into())
        .chars()
        .take(100)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_blocked_is_named_by_its_origin_only() {
        let cases = [
            (
                "https://evil.example/welcome/secret?x=1",
                "https://evil.example",
            ),
            ("inline", "inline"),
            ("/welcome/secret", ""),
            ("", ""),
        ];
        for (blocked, named) in cases {
            assert_eq!(origin(blocked), named);
        }
    }
}
