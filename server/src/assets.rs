//! The site's files: inside the binary when released, from the folder while developing.

use app::Assets;
use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::Failed;

/// What the build put into the site's folder.
#[derive(RustEmbed)]
#[folder = "../target/site"]
#[allow_missing = true]
struct Site;

/// Finds the files that every page names. A release gives each a hash in its name.
pub(crate) fn assets() -> Result<Assets, Failed> {
    Ok(Assets {
        css: named("main", ".css")?,
        js: named("app", ".js")?,
        wasm: named("app", ".wasm")?,
    })
}

fn named(stem: &str, ending: &str) -> Result<String, Failed> {
    Site::iter()
        .find(|name| {
            let middle = name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(ending));
            middle.is_some_and(|hash| hash.is_empty() || hash.starts_with('.'))
        })
        .map(|name| format!("/pkg/{name}"))
        .ok_or_else(|| {
            Failed(format!("the site has no {stem}{ending}; build it with `cargo xtask run` or `cargo xtask dist`"))
        })
}

/// Serves a file of the site, compressed if the browser takes it so.
pub(crate) async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(plain) = Site::get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = tag(&plain);
    if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let packed = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(coding, _)| accepts(accepted, coding))
        .find_map(|(coding, ending)| Some((coding, Site::get(&format!("{name}{ending}"))?)));
    let (coding, file) = match packed {
        Some((coding, file)) => (Some(coding), file),
        None => (None, plain),
    };

    let mut response = Response::new(Body::from(file.data.into_owned()));
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(&name)));
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep(&name)));
    answer.insert(header::ETAG, tag);
    if let Some(coding) = coding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

/// The sign of the product, for the browser's tab.
pub(crate) async fn favicon() -> Response {
    let svg = include_str!("../../public/favicon.svg");
    (
        [
            (header::CONTENT_TYPE, "image/svg+xml"),
            (header::CACHE_CONTROL, "max-age=86400"),
        ],
        svg,
    )
        .into_response()
}

fn tag(file: &EmbeddedFile) -> HeaderValue {
    let hash: String = file
        .metadata
        .sha256_hash()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    HeaderValue::from_str(&format!("\"{hash}\""))
        .expect("hexadecimal digits in quotes are a header value")
}

/// Says whether a list of codings takes this one; `q=0` refuses it.
fn accepts(list: &str, coding: &str) -> bool {
    list.split(',').any(|entry| {
        let (name, weight) = entry.split_once(';').unwrap_or((entry, ""));
        let refused = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        name.trim() == coding && !refused
    })
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}

/// A name with a hash never changes what it holds.
fn keep(name: &str) -> &'static str {
    let hashed = name
        .split('.')
        .any(|part| part.len() == 16 && part.bytes().all(|b| b.is_ascii_hexdigit()));
    if hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_taken_unless_it_is_refused() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("br;q=0.5", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("", "br"));
    }

    #[test]
    fn only_a_name_with_a_hash_is_kept() {
        assert!(keep("app.0123456789abcdef.wasm").contains("immutable"));
        assert_eq!(keep("app.wasm"), "no-cache");
    }
}
