//! Numbers requests, writes each down, and counts them.

use std::{net::IpAddr, time::Instant};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use intent::Origin;
use tracing::Instrument;

use crate::{Peer, Public};

/// Gives a request its number, which the logs, error pages and the record of acts all show. The path is
/// written as the route's pattern: what stands in its place may be a secret or somebody's name.
pub(crate) async fn numbered(
    State(public): State<Public>,
    mut request: Request,
    next: Next,
) -> Response {
    let number = number();
    let peer = request
        .extensions()
        .get::<ConnectInfo<Peer>>()
        .map(|ConnectInfo(Peer(peer))| peer.ip().to_canonical());
    let address = peer.and_then(|peer| client(&public, peer, request.headers()));
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("(none)", MatchedPath::as_str)
        .to_owned();
    let method = request.method().clone();
    request.extensions_mut().insert(Origin {
        address: address.unwrap_or_default(),
        request: number.clone(),
    });

    let span = tracing::info_span!("request", id = %number, %method, %path);
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let (took, status) = (began.elapsed(), response.status().as_u16());
    span.in_scope(|| tracing::info!(status, took_ms = took.as_millis() as u64, "answered"));

    let labels = [
        ("method", known(&method)),
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

/// Who is at the other end, as far as it can be known: the peer itself or, behind a proxy that says so, the
/// last address that the proxy added. A peer on this machine that stands for others tells nothing.
fn client(public: &Public, peer: IpAddr, headers: &HeaderMap) -> Option<String> {
    if public.behind_proxy {
        let forwarded = headers.get_all("x-forwarded-for").iter().next_back()?;
        let last = forwarded.to_str().ok()?.rsplit(',').next()?;
        return last
            .trim()
            .parse()
            .ok()
            .map(|address: IpAddr| address.to_string());
    }
    let stands_for_others = public.secure && peer.is_loopback();
    (!stands_for_others).then(|| peer.to_string())
}

/// The method as it is counted. Anybody may invent methods; they are counted together.
fn known(method: &Method) -> String {
    let known = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    if known.contains(method) {
        method.to_string()
    } else {
        "other".into()
    }
}

/// 64 random bits: enough to find a request in the logs, and no secret.
fn number() -> String {
    let mut bytes = [0u8; 8];
    // Without random numbers, requests share a number; nothing else depends on it.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(url: Option<&str>) -> Public {
        Public::new("127.0.0.1:3000".parse().unwrap(), false, url).unwrap()
    }

    fn forwarded(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_str(value).unwrap());
        headers
    }

    #[test]
    fn an_address_that_anybody_may_claim_is_not_believed() {
        let here: IpAddr = "127.0.0.1".parse().unwrap();
        let claimed = forwarded("192.0.2.1");
        assert_eq!(
            client(&public(None), here, &claimed),
            Some("127.0.0.1".into())
        );
        // A proxy on this machine stands for everybody, so its own address says nothing.
        let open = public(Some("https://assent.example"));
        assert_eq!(client(&open, here, &claimed), None);
    }

    #[test]
    fn behind_a_proxy_the_last_address_is_the_one_it_added() {
        let here: IpAddr = "127.0.0.1".parse().unwrap();
        let mut proxied = public(Some("https://assent.example"));
        proxied.behind_proxy = true;
        let headers = forwarded("192.0.2.9, 198.51.100.7");
        assert_eq!(
            client(&proxied, here, &headers),
            Some("198.51.100.7".into())
        );
        assert_eq!(client(&proxied, here, &forwarded("x")), None);
        assert_eq!(client(&proxied, here, &HeaderMap::new()), None);
    }

    #[test]
    fn invented_methods_are_counted_together() {
        assert_eq!(known(&Method::GET), "GET");
        assert_eq!(known(&Method::from_bytes(b"A1").unwrap()), "other");
    }
}
