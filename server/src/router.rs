//! Every route and every layer, in order.

use std::{sync::LazyLock, time::Duration};

use app::{App, Assets, Visit, shell};
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, FromRef},
    middleware::from_fn_with_state,
    routing::{any, get, post},
};
use engine::Engine;
use leptos::prelude::*;
use leptos_axum::{AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list};
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
    Hands, Health, Public, assets, demo,
    door::{self, Doorkeeper},
    guard::guard,
    headers::headers,
    health,
    live::{self, Sockets},
    reports,
    requests::numbered,
};

/// The largest body that is read: 1 MiB.
const LARGEST: usize = 1 << 20;
/// How long a request may take.
const LONGEST: Duration = Duration::from_secs(30);

/// What answers beside pages and server functions.
pub const PLAIN: [&str; 8] = [
    live::PATH,
    demo::PATH,
    "/healthz",
    "/readyz",
    "/metrics",
    "/pkg/{*file}",
    "/favicon.svg",
    reports::PATH,
];

/// Every page. Worked out once, before the first is rendered: while that goes on, nothing in the process is
/// loaded, and a page that waits for what it shows would wait for ever.
pub fn pages() -> &'static Vec<AxumRouteListing> {
    static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));
    &PAGES
}

#[derive(Clone)]
struct Parts {
    leptos: LeptosOptions,
    health: Health,
    sockets: Sockets,
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

impl FromRef<Parts> for Sockets {
    fn from_ref(parts: &Parts) -> Self {
        parts.sockets.clone()
    }
}

/// Joins routes and layers. A request passes the layers from the last to the first.
pub fn router(
    engine: Engine,
    store: Store,
    public: Public,
    files: Assets,
    health: Health,
    hands: Option<Hands>,
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
    let sockets = Sockets::new(engine.clone(), health.stopping());
    let parts = Parts {
        leptos,
        health,
        sockets,
    };
    // What breaks the demo is there only in a demo.
    let broken = match hands {
        Some(hands) => Router::new()
            .route(demo::PATH, get(demo::state).post(demo::act))
            .layer(Extension(hands)),
        None => Router::new(),
    };
    let pages = pages().clone();
    let packed = DefaultPredicate::new().and(NotForContentType::const_new("application/wasm"));

    Router::new()
        .leptos_routes_with_context(&parts, pages, document.clone(), shell)
        .route(door::NOWHERE, any(door::no_function))
        .fallback(leptos_axum::render_app_to_stream_with_context(
            document, shell,
        ))
        // Documents only: the site's files are packed beforehand.
        .layer(CompressionLayer::new().compress_when(packed))
        .merge(broken)
        .route(live::PATH, get(live::follow))
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
        .layer(from_fn_with_state(public.clone(), headers))
        // Outermost: every answer has its number, refused or not.
        .layer(from_fn_with_state(public, numbered))
        .with_state(parts)
}

fn sessions(public: &Public, store: Store) -> SessionManagerLayer<Sessions> {
    SessionManagerLayer::new(Sessions(store))
        .with_name(public.cookie())
        .with_secure(public.secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(time::Duration::milliseconds(
            store::IDLE,
        )))
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
