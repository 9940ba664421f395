//! Breaking the demo, from its bar.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::common::{Process, header_of, request, text};

async fn cookie(process: &Process) -> String {
    let nobody = process.person("nobody", vec![]).await;
    process.cookie(&nobody).await
}

#[tokio::test]
async fn without_a_demo_there_is_nothing_to_break() {
    let process = Process::watching().await;
    let cookie = cookie(&process).await;
    let asked = request(Method::POST, "/demo", Some(&cookie), "act=down");
    assert_eq!(process.send(asked).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_site_goes_down_and_comes_up_by_its_button() {
    let process = Process::demo().await;
    let cookie = cookie(&process).await;
    let lines = async |body: &str| {
        let asked = request(Method::POST, "/demo", Some(&cookie), body);
        let answer: Value = serde_json::from_str(&text(process.send(asked).await).await).unwrap();
        answer["sites"].clone()
    };
    let with =
        |line: &str| json!([{"name": "eu-west", "line": "up"}, {"name": "us-east", "line": line}]);
    assert_eq!(lines("act=down&site=us-east").await, with("down"));
    assert_eq!(lines("act=slow&site=us-east").await, with("slow"));
    assert_eq!(lines("act=reset").await, with("up"));
    let asked = request(Method::POST, "/demo", Some(&cookie), "act=down&site=mars");
    assert_eq!(process.send(asked).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_page_without_script_goes_back_to_where_it_was() {
    let process = Process::demo().await;
    let cookie = cookie(&process).await;
    let mut asked = request(Method::POST, "/demo", Some(&cookie), "act=reset");
    let headers = asked.headers_mut();
    headers.insert("accept", "text/html".parse().unwrap());
    let page = "http://127.0.0.1:3000/c/shop/intents?only=out";
    headers.insert("referer", page.parse().unwrap());
    let answer = process.send(asked).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(header_of(&answer, "location"), "/c/shop/intents?only=out");
}

#[tokio::test]
async fn strangers_break_nothing() {
    let process = Process::demo().await;
    let asked = request(Method::POST, "/demo", None, "act=down");
    assert_eq!(process.send(asked).await.status(), StatusCode::UNAUTHORIZED);
}
