//! A whole process without its socket, and people who ask.

use std::{collections::HashMap, net::SocketAddr};

use app::{Assets, SESSION_PERSON, SESSION_PROVED};
use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request, Response, header},
};
use cluster::{Cloud, Cluster, Connection, Fleet, Site};
use engine::Engine;
use http_body_util::BodyExt;
use intent::{Act, Actor, Grant, Origin, PersonName, Time, Verb};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use sandbox::Sandbox;
use server::{Hands, Health, Peer, Public, router};
use store::{AS_OF, NewPerson, Sessions, Store};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use tower_sessions::{
    SessionStore,
    cookie::time::{Duration, OffsetDateTime},
    session::{Id, Record},
};

pub const HOST: &str = "127.0.0.1:3000";
pub const FORM: &str = "application/x-www-form-urlencoded";

/// The process under test.
pub struct Process {
    pub router: Router,
    pub engine: Engine,
    pub store: Store,
}

impl Process {
    pub async fn start() -> Self {
        let store = Store::scratch().await.unwrap();
        Self::over(Engine::new(store.clone()), store, None)
    }

    /// A process that watches the cloud `shop` on one site, which was read.
    pub async fn watching() -> Self {
        Self::watching_a_site().await.0
    }

    /// The same, with the hands of somebody who changes that site.
    pub async fn watching_a_site() -> (Self, Sandbox) {
        let store = Store::scratch().await.unwrap();
        let sandbox = sandbox::shop("eu-west");
        let cluster = Cluster::follow(sandbox.client(), "istio-system", || Time(0));
        let mut views = cluster.views();
        views
            .wait_for(|view| view.connection == Connection::Live)
            .await
            .unwrap();
        let shop = Cloud {
            name: "shop".into(),
            namespaces: vec!["default".into()],
            sites: vec![Site {
                name: "eu-west".into(),
                cluster,
            }],
        };
        let engine = Engine::new(store.clone()).watching(Fleet::new([shop]));
        engine.observe(&CancellationToken::new());
        (Self::over(engine, store, None), sandbox)
    }

    pub async fn demo() -> Self {
        let store = Store::scratch().await.unwrap();
        let engine = Engine::new(store.clone()).into_demo().await.unwrap();
        let sites = ["eu-west", "us-east"].map(|name| (name, Sandbox::new(name)));
        Self::over(engine, store, Some(Hands::over(sites)))
    }

    fn over(engine: Engine, store: Store, hands: Option<Hands>) -> Self {
        let public = Public::new(HOST.parse().unwrap(), false, None).unwrap();
        let files = Assets {
            css: "/pkg/main.css".into(),
            js: "/pkg/app.js".into(),
            wasm: "/pkg/app.wasm".into(),
        };
        let router = router(
            engine.clone(),
            store.clone(),
            public,
            files,
            Health::new(engine.clone()).counting(counted()),
            hands,
        );
        Self {
            router,
            engine,
            store,
        }
    }

    /// Sends a request from a browser on this machine.
    pub async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.send_from([127, 0, 0, 1], request).await
    }

    /// Sends a request from an address.
    pub async fn send_from(&self, from: [u8; 4], mut request: Request<Body>) -> Response<Body> {
        let peer = Peer(SocketAddr::from((from, 50_000)));
        request.extensions_mut().insert(ConnectInfo(peer));
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Adds a person with these rights.
    pub async fn person(&self, name: &str, grants: Vec<Grant>) -> Actor {
        let new = NewPerson {
            name: PersonName::known(name),
            password: None,
            grants,
        };
        let by = PersonName::known("test");
        let act = Act::unsigned(by, Verb::PreparedDemo, &Origin::default());
        self.store.add_missing(&[new], &act).await.unwrap();
        let person = self.store.account(name).await.unwrap().person;
        self.engine.actor(person, Origin::default()).await.unwrap()
    }

    /// Opens a session of a person who has just signed in and answers its cookie.
    pub async fn cookie(&self, actor: &Actor) -> String {
        self.cookie_proved(actor, self.engine.now().0).await
    }

    /// Opens a session that began so long ago, in milliseconds.
    pub async fn cookie_begun(&self, actor: &Actor, ago: i64) -> String {
        let now = self.engine.now().0;
        self.cookie_with(actor, now, Some(now - ago)).await
    }

    /// Opens a session of a person who showed at this time who they are, in milliseconds.
    pub async fn cookie_proved(&self, actor: &Actor, at: i64) -> String {
        self.cookie_with(actor, at, None).await
    }

    async fn cookie_with(&self, actor: &Actor, proved: i64, began: Option<i64>) -> String {
        let mut record = Record {
            id: Id::default(),
            data: HashMap::from([
                (SESSION_PERSON.to_owned(), actor.person.0.into()),
                (SESSION_PROVED.to_owned(), proved.into()),
                (AS_OF.to_owned(), self.store.as_of().await.unwrap().into()),
            ]),
            expiry_date: OffsetDateTime::now_utc() + Duration::minutes(30),
        };
        if let Some(began) = began {
            record.data.insert("began".into(), began.into());
        }
        Sessions(self.store.clone())
            .create(&mut record)
            .await
            .unwrap();
        format!("assent={}", record.id)
    }
}

/// What was counted, for this process under test only.
fn counted() -> PrometheusHandle {
    PrometheusBuilder::new().build_recorder().handle()
}

/// A request as one of our own pages makes it.
pub fn request(method: Method, path: &str, cookie: Option<&str>, body: &str) -> Request<Body> {
    let mut request = Request::builder()
        .method(method.clone())
        .uri(path)
        .header(header::HOST, HOST)
        .header("sec-fetch-site", "same-origin");
    if method == Method::POST {
        request = request.header(header::CONTENT_TYPE, FORM);
    }
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

pub async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub fn header_of<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}
