//! The one ground, and plain questions to an API server.

use std::sync::{Arc, Weak};

use end2end_cluster::Ground;
use http::{Method, Request, header};
use kube::{Client, client::Body};
use serde_json::Value;
use tokio::sync::Mutex;

pub const SITES: [&str; 2] = ["eu-west", "us-east"];

/// What became of the ground.
enum Shared {
    /// It runs for as long as a test holds it.
    Held(Weak<Ground>),
    Failed(String),
}

static SHARED: Mutex<Shared> = Mutex::const_new(Shared::Held(Weak::new()));

/// The ground that all tests share; stopped when the last that runs lets go.
pub async fn ground() -> Arc<Ground> {
    let mut shared = SHARED.lock().await;
    match &*shared {
        Shared::Failed(says) => panic!("the ground did not start: {says}"),
        Shared::Held(held) => {
            if let Some(ground) = held.upgrade() {
                return ground;
            }
        }
    }
    match Ground::start(&SITES).await {
        Ok(ground) => {
            let ground = Arc::new(ground);
            *shared = Shared::Held(Arc::downgrade(&ground));
            ground
        }
        Err(failed) => {
            *shared = Shared::Failed(failed.to_string());
            panic!("{failed}");
        }
    }
}

/// A question to an API server.
#[derive(Clone, Debug, PartialEq)]
pub struct Question<'a> {
    pub method: Method,
    pub path: &'a str,
    /// What it accepts, or what its body is.
    pub kind: &'a str,
    pub body: Option<&'a Value>,
}

/// A question that only reads.
pub fn read(path: &str) -> Question<'_> {
    Question {
        method: Method::GET,
        path,
        kind: "application/json",
        body: None,
    }
}

/// A question that makes something, or that is a question itself.
pub fn post<'a>(path: &'a str, body: &'a Value) -> Question<'a> {
    Question {
        method: Method::POST,
        path,
        kind: "application/json",
        body: Some(body),
    }
}

/// Asks, and returns the code and every JSON value that is answered; what is no JSON is a text.
pub async fn ask(client: &Client, question: &Question<'_>) -> (u16, Vec<Value>) {
    let named = match question.body {
        None => header::ACCEPT,
        Some(_) => header::CONTENT_TYPE,
    };
    let body = question.body.map(Value::to_string).unwrap_or_default();
    let request = Request::builder()
        .method(question.method.clone())
        .uri(question.path)
        .header(named, question.kind)
        .body(Body::from(body.into_bytes()))
        .unwrap();
    let response = client.send(request).await.unwrap();
    let code = response.status().as_u16();
    let body = response.into_body().collect_bytes().await.unwrap();
    let values = serde_json::Deserializer::from_slice(&body).into_iter();
    let values: Result<Vec<Value>, _> = values.collect();
    let text = || vec![Value::from(String::from_utf8_lossy(&body))];
    (code, values.unwrap_or_else(|_| text()))
}
