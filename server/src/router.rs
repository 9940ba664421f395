//! Every route and every layer, in order.

use std::{net::SocketAddr, time::Duration};

use app::{App, Assets, Visit, shell};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    http::{Uri, uri::Authority},
    middleware::{from_fn, from_fn_with_state},
    routing::{any, get, post},
};
use engine::Engine;
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list};
use store::{Sessions, Store};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
    limit::RequestBodyLimitLayer,
    timeout::TimeoutLayer,
};
use tower_sessions::{
    Expiry, SessionManagerLayer,
    cookie::{SameSite, time},
};

use crate::{
    Failed, Health, assets,
    door::{self, Doorkeeper},
    guard::guard,
    headers::headers,
    health, reports,
    requests::numbered,
};

/// The largest body that is read: 1 MiB.
const LARGEST: usize = 1 << 20;
/// How long a request may take.
const LONGEST: Duration = Duration::from_secs(30);
/// A session ends when it was not used for this long.
const IDLE: time::Duration = time::Duration::minutes(30);

/// What answers beside pages and server functions.
pub const PLAIN: [&str; 6] = [
    "/healthz",
    "/readyz",
    "/metrics",
    "/pkg/{*file}",
    "/favicon.svg",
    reports::PATH,
];

/// How people reach the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Public {
    /// The origin of our own pages, as a browser writes it.
    origins: Vec<String>,
    /// Host and port, as a browser writes them.
    hosts: Vec<String>,
    /// Whether all of it is https, so that cookies say so too.
    pub secure: bool,
}

impl Public {
    /// Works out under which hosts and origins Assent is known. On loopback these are the three names of
    /// this machine; elsewhere it is the one address that was named, and that is https.
    pub fn new(listen: SocketAddr, tls: bool, url: Option<&str>) -> Result<Self, Failed> {
        if let Some(url) = url {
            return Self::named(url);
        }
        if !listen.ip().is_loopback() {
            return Err(Failed(format!(
                "--listen {listen} can be reached from other machines, so --public-url is needed: the https \
                 address under which people reach Assent."
            )));
        }
        let port = listen.port();
        let scheme = if tls { "https" } else { "http" };
        let hosts = ["127.0.0.1", "localhost", "[::1]"].map(|host| format!("{host}:{port}"));
        Ok(Self {
            origins: hosts
                .iter()
                .map(|host| format!("{scheme}://{host}"))
                .collect(),
            hosts: hosts.into(),
            secure: false,
        })
    }

    fn named(url: &str) -> Result<Self, Failed> {
        let wrong = |says: &str| Failed(format!("--public-url {url} {says}."));
        let uri: Uri = url.parse().map_err(|_| wrong("is no address"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(wrong("is no address of the form https://host"));
        };
        if uri.path() != "/" || uri.query().is_some() || authority.as_str().contains('@') {
            return Err(wrong("may hold scheme, host and port only"));
        }
        let loopback = is_loopback(authority);
        match scheme {
            "https" => {}
            "http" if loopback => {}
            _ => return Err(wrong("has to be https, except on loopback")),
        }
        let host = authority.as_str().to_ascii_lowercase();
        Ok(Self {
            origins: vec![format!("{scheme}://{host}")],
            secure: scheme == "https" && !loopback,
            hosts: vec![host],
        })
    }

    /// Says whether a request names us as its host.
    pub fn is_host(&self, host: &str) -> bool {
        self.hosts
            .iter()
            .any(|known| known.eq_ignore_ascii_case(host))
    }

    /// Says whether a page of ours sent a request.
    pub fn is_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|known| known == origin)
    }

    /// The address to print.
    pub fn origin(&self) -> &str {
        &self.origins[0]
    }

    /// The host to show.
    pub fn host(&self) -> &str {
        &self.hosts[0]
    }

    /// The name of the session's cookie. The prefix makes a browser refuse it over anything but https.
    pub fn cookie(&self) -> &'static str {
        if self.secure {
            "__Host-assent"
        } else {
            "assent"
        }
    }
}

fn is_loopback(authority: &Authority) -> bool {
    matches!(authority.host(), "127.0.0.1" | "localhost" | "[::1]")
}

#[derive(Clone)]
struct Parts {
    leptos: LeptosOptions,
    health: Health,
}

impl FromRef<Parts> for LeptosOptions {
    fn from_ref(parts: &Parts) -> Self {
        parts.leptos.clone()
    }
}

impl FromRef<Parts> for Health {
    fn from_ref(parts: &Parts) -> Self {
        parts.health.clone()
    }
}

/// Joins routes and layers. A request passes the layers from the last to the first.
pub fn router(
    engine: Engine,
    store: Store,
    public: Public,
    files: Assets,
    health: Health,
) -> Router {
    let context = {
        let engine = engine.clone();
        move || {
            provide_context(engine.clone());
            provide_context(files.clone());
            visit();
        }
    };
    let document = {
        let context = context.clone();
        move || {
            context();
            policy();
        }
    };
    let leptos = LeptosOptions::builder().output_name("app").build();
    let parts = Parts { leptos, health };
    let pages = generate_route_list(App);
    let packed = DefaultPredicate::new().and(NotForContentType::const_new("application/wasm"));

    Router::new()
        .leptos_routes_with_context(&parts, pages, document.clone(), shell)
        .route("/api/{*rest}", any(door::no_function))
        .fallback(leptos_axum::render_app_to_stream_with_context(
            document, shell,
        ))
        // Documents only: the site's files are packed beforehand.
        .layer(CompressionLayer::new().compress_when(packed))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .route("/pkg/{*file}", get(assets::file))
        .route("/favicon.svg", get(assets::favicon))
        .route(reports::PATH, post(reports::report))
        // Who is asking, and may they? Behind the guard, so that nobody is looked up for a request that
        // is not answered.
        .layer(from_fn_with_state(
            Doorkeeper {
                engine,
                public: public.clone(),
            },
            door::door,
        ))
        .layer(sessions(&public, store))
        .layer(from_fn_with_state(public.clone(), guard))
        .layer(RequestBodyLimitLayer::new(LARGEST))
        .layer(DefaultBodyLimit::disable())
        .layer(TimeoutLayer::with_status_code(
            http::StatusCode::GATEWAY_TIMEOUT,
            LONGEST,
        ))
        // A panic answers like any other failure, with headers and number.
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(public, headers))
        // Outermost: every answer has its number, refused or not.
        .layer(from_fn(numbered))
        .with_state(parts)
}

fn sessions(public: &Public, store: Store) -> SessionManagerLayer<Sessions> {
    SessionManagerLayer::new(Sessions(store))
        .with_name(public.cookie())
        .with_secure(public.secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(IDLE))
}

/// Hands the pages what the door found out.
fn visit() {
    let parts = use_context::<http::request::Parts>();
    if let Some(visit) = parts.and_then(|parts| parts.extensions.get::<Visit>().cloned()) {
        provide_context(visit);
    }
}

/// Says what a document may do. Its own scripts carry the nonce; nothing else runs.
fn policy() {
    let (Some(nonce), Some(response)) =
        (leptos::nonce::use_nonce(), use_context::<ResponseOptions>())
    else {
        return;
    };
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
         base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; report-to csp"
    );
    if let Ok(value) = http::HeaderValue::from_str(&policy) {
        response.insert_header(http::header::CONTENT_SECURITY_POLICY, value);
    }
}
