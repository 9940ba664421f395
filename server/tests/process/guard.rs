//! Which requests are answered at all.

use crate::common::{FORM, HOST, Process, header_of, request, text};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};

const OURS: &str = "http://127.0.0.1:3000";

/// What a request says of where it comes from.
#[derive(Clone, Debug)]
struct Case {
    method: Method,
    path: &'static str,
    content: Option<&'static str>,
    site: Option<&'static str>,
    origin: Option<&'static str>,
    cookie: bool,
}

impl Case {
    fn all() -> Vec<Self> {
        let mut cases = Vec::new();
        let methods = [
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::DELETE,
            Method::PATCH,
        ];
        for method in methods {
            for path in ["/api/choose_theme", "/sign-in"] {
                for content in [
                    None,
                    Some(FORM),
                    Some("application/json"),
                    Some("text/plain"),
                ] {
                    for site in [
                        None,
                        Some("same-origin"),
                        Some("same-site"),
                        Some("cross-site"),
                        Some("none"),
                    ] {
                        for origin in [
                            None,
                            Some(OURS),
                            Some("http://127.0.0.1:3001"),
                            Some("null"),
                        ] {
                            for cookie in [false, true] {
                                let method = method.clone();
                                cases.push(Self {
                                    method,
                                    path,
                                    content,
                                    site,
                                    origin,
                                    cookie,
                                });
                            }
                        }
                    }
                }
            }
        }
        cases
    }

    /// The rule, said once more: an act, or anything below `/api/`, has to come from our own page; where
    /// nothing says where it comes from, it must not carry a session; and an act has a form or JSON.
    fn is_answered(&self) -> bool {
        let acts = !["GET", "HEAD"].contains(&self.method.as_str());
        let asks = acts || self.path.starts_with("/api/");
        let ours = match (self.site, self.origin) {
            (Some("same-origin"), _) | (None, Some(OURS)) => true,
            (None, None) => !self.cookie,
            _ => false,
        };
        (!asks || ours) && (!acts || self.content != Some("text/plain"))
    }

    fn request(&self, cookie: &str) -> Request<Body> {
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(self.path)
            .header(header::HOST, HOST);
        let headers = [
            ("content-type", self.content),
            ("sec-fetch-site", self.site),
            ("origin", self.origin),
        ];
        for (name, value) in headers {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        if self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        request.body(Body::empty()).unwrap()
    }
}

#[tokio::test]
async fn no_other_site_makes_a_browser_act_here() {
    let process = Process::start().await;
    let cookie = process.cookie(&process.person("ada", vec![]).await).await;
    let cases = Case::all();
    for case in &cases {
        let status = process.send(case.request(&cookie)).await.status();
        let refused = [StatusCode::FORBIDDEN, StatusCode::UNSUPPORTED_MEDIA_TYPE].contains(&status);
        assert_eq!(!refused, case.is_answered(), "{case:?}: {status}");
    }
    assert_eq!(cases.len(), 1920);
}

#[tokio::test]
async fn only_our_own_host_is_answered_but_probes_are() {
    let process = Process::start().await;
    for (host, expected) in [
        (HOST, StatusCode::OK),
        ("localhost:3000", StatusCode::OK),
        ("[::1]:3000", StatusCode::OK),
        ("127.0.0.1:3001", StatusCode::MISDIRECTED_REQUEST),
        ("evil.example", StatusCode::MISDIRECTED_REQUEST),
        ("", StatusCode::MISDIRECTED_REQUEST),
    ] {
        let ask = |path: &str| {
            Request::builder()
                .uri(path)
                .header(header::HOST, host)
                .body(Body::empty())
                .unwrap()
        };
        assert_eq!(
            process.send(ask("/sign-in")).await.status(),
            expected,
            "{host}"
        );
        for probe in ["/healthz", "/readyz"] {
            let response = process.send(ask(probe)).await;
            assert_eq!(response.status(), StatusCode::OK);
            assert_eq!(text(response).await, "ok");
        }
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_it() {
    let process = Process::start().await;
    for path in [
        "/sign-in",
        "/",
        "/healthz",
        "/pkg/none.js",
        "/no/such",
        "/api/none",
    ] {
        let response = process.send(request(Method::GET, path, None, "")).await;
        assert_eq!(
            header_of(&response, "x-content-type-options"),
            "nosniff",
            "{path}"
        );
        assert_eq!(
            header_of(&response, "referrer-policy"),
            "same-origin",
            "{path}"
        );
        assert_eq!(
            header_of(&response, "cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
        assert!(
            header_of(&response, "content-security-policy").starts_with("default-src 'none'"),
            "{path}"
        );
        assert_eq!(header_of(&response, "x-request-id").len(), 16, "{path}");
        // Only where the address is https, a browser is told to insist on it.
        assert_eq!(
            header_of(&response, "strict-transport-security"),
            "",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_document_runs_only_its_own_scripts() {
    let process = Process::start().await;
    let first = process
        .send(request(Method::GET, "/sign-in", None, ""))
        .await;
    let policy = header_of(&first, "content-security-policy").to_owned();
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap()
        .to_owned();
    assert!(policy.contains("'strict-dynamic'") && !policy.contains("unsafe-inline"));
    let page = text(first).await;
    assert!(page.contains(&format!("nonce=\"{nonce}\"")));
    for script in page.split("<script").skip(1) {
        assert!(
            script.split('>').next().unwrap().contains(&nonce),
            "{script}"
        );
    }
    assert!(!page.contains("style=\""));
    let second = process
        .send(request(Method::GET, "/sign-in", None, ""))
        .await;
    assert!(!header_of(&second, "content-security-policy").contains(&nonce));
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_and_nothing_is_saved() {
    let process = Process::start().await;
    let post = |content: &str, body: Vec<u8>| {
        Request::post("/api/sign_in")
            .header(header::HOST, HOST)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, content)
            .body(Body::from(body))
            .unwrap()
    };
    for (content, body) in [
        (FORM, b"".to_vec()),
        (FORM, b"name=%ff%fe&password=x".to_vec()),
        (FORM, vec![0xff; 64]),
        (FORM, b"name[a][b][c]=1&password=x".to_vec()),
        (FORM, vec![b'a'; (1 << 20) + 1]),
        ("application/json", b"{".to_vec()),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(30)]).into_owned();
        let status = process.send(post(content, body)).await.status();
        assert!(status.is_client_error(), "{shown}: {status}");
    }
    // Bytes that are no text make a name that nobody has; all else never became a request.
    let acts = process.store.acts(9).await.unwrap();
    let verbs: Vec<&str> = acts.iter().map(|act| act.verb.as_str()).collect();
    assert_eq!(verbs, ["failed_to_sign_in"]);
}

#[tokio::test]
async fn a_broken_policy_is_reported_and_nothing_else_speaks_that_way() {
    let process = Process::start().await;
    let page = process
        .send(request(Method::GET, "/sign-in", None, ""))
        .await;
    assert_eq!(header_of(&page, "reporting-endpoints"), "csp=\"/reports\"");
    assert!(header_of(&page, "content-security-policy").ends_with("report-to csp"));
    let send = |path: &str| {
        Request::post(path)
            .header(header::HOST, HOST)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/reports+json")
            .body(Body::from("[{\"type\":\"csp-violation\"}]"))
            .unwrap()
    };
    let taken = process.send(send("/reports")).await;
    assert_eq!(taken.status(), StatusCode::NO_CONTENT);
    let refused = process.send(send("/api/choose_theme")).await;
    assert_eq!(refused.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn metrics_are_for_this_machine_only() {
    let process = Process::start().await;
    let ask = |host: &str, via: Option<&str>| {
        let mut request = Request::get("/metrics").header(header::HOST, host);
        if let Some(header) = via {
            request = request.header(header, "192.0.2.1");
        }
        request.body(Body::empty()).unwrap()
    };
    let here = [127, 0, 0, 1];
    for (from, host, via, expected) in [
        (here, HOST, None, StatusCode::OK),
        (here, "localhost:9", None, StatusCode::OK),
        ([192, 0, 2, 1], HOST, None, StatusCode::NOT_FOUND),
        (here, HOST, Some("x-forwarded-for"), StatusCode::NOT_FOUND),
        (here, HOST, Some("forwarded"), StatusCode::NOT_FOUND),
        (
            here,
            "assent.example",
            None,
            StatusCode::MISDIRECTED_REQUEST,
        ),
    ] {
        let status = process.send_from(from, ask(host, via)).await.status();
        assert_eq!(status, expected, "{from:?} {host} {via:?}");
    }
}

#[tokio::test]
async fn a_cookie_in_disguise_opens_nothing() {
    let process = Process::start().await;
    let mine = process.cookie(&process.person("ada", vec![]).await).await;
    let theirs = process.cookie(&process.person("eve", vec![]).await).await;
    for cookies in [
        format!("{mine}; {theirs}"),
        format!("{mine}; {}", theirs.replacen("assent", "%61ssent", 1)),
    ] {
        let answer = process
            .send(request(Method::GET, "/settings", Some(&cookies), ""))
            .await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{cookies}");
    }
    let answer = process
        .send(request(
            Method::GET,
            "/settings",
            Some(&format!("theme=dark; {mine}")),
            "",
        ))
        .await;
    assert_eq!(answer.status(), StatusCode::OK);
}
