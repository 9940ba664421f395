//! The socket on which an open page follows its cloud.

use std::{net::SocketAddr, time::Duration};

use axum::http::{Method, Request, StatusCode};
use futures::{SinkExt, StreamExt};
use intent::{Actor, Closing, CloudName, Frame, Grant, Live, Role};
use sandbox::Line;
use server::Peer;
use tokio::{
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message},
};

use crate::common::{HOST, Process, request, text};

const OURS: &str = "http://127.0.0.1:3000";

/// What a page sees of a socket.
type Page = WebSocketStream<TcpStream>;

fn shop() -> CloudName {
    CloudName::read("shop").unwrap()
}

/// Serves a process on a port of its own.
async fn served(process: &Process) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = process
        .router
        .clone()
        .into_make_service_with_connect_info::<Peer>();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

/// Opens a socket as a page of this origin does.
async fn open(
    address: SocketAddr,
    cloud: &str,
    cookie: Option<&str>,
    origin: Option<&str>,
) -> Result<Page, StatusCode> {
    let mut asked = Request::builder()
        .uri(format!("ws://{HOST}/live/{cloud}"))
        .header("host", HOST)
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    if let Some(cookie) = cookie {
        asked = asked.header("cookie", cookie);
    }
    if let Some(origin) = origin {
        asked = asked.header("origin", origin);
    }
    let stream = TcpStream::connect(address).await.unwrap();
    match client_async(asked.body(()).unwrap(), stream).await {
        Ok((page, _)) => Ok(page),
        Err(Error::Http(response)) => Err(response.status()),
        Err(other) => panic!("{other}"),
    }
}

async fn opened(address: SocketAddr, cookie: &str) -> Page {
    open(address, "shop", Some(cookie), Some(OURS))
        .await
        .unwrap()
}

/// The next frame that says something.
async fn frame(page: &mut Page) -> Frame {
    loop {
        let message = timeout(Duration::from_secs(10), page.next()).await;
        match message.unwrap().unwrap().unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Ping(_) | Message::Pong(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Waits until what a page knows is so.
async fn until(page: &mut Page, is_so: impl Fn(&Live) -> bool) -> Live {
    let Frame::Live(mut live) = frame(page).await else {
        panic!("the whole state comes first");
    };
    while !is_so(&live) {
        match frame(page).await {
            Frame::Live(whole) => live = whole,
            Frame::Delta(delta) => live.take(delta).unwrap(),
            Frame::Beat(_) => {}
        }
    }
    live
}

/// With what a socket closes, within two seconds.
async fn closing(page: &mut Page) -> Option<Closing> {
    let closed = async {
        while let Some(message) = page.next().await {
            match message {
                Ok(Message::Close(Some(frame))) => return Closing::by(frame.code.into()),
                Ok(Message::Close(None)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
        None
    };
    timeout(Duration::from_secs(2), closed)
        .await
        .expect("it stays open")
}

async fn member(process: &Process, name: &str) -> (Actor, String) {
    let grants = vec![Grant::In(shop(), Role::Viewer)];
    let actor = process.person(name, grants).await;
    let cookie = process.cookie(&actor).await;
    (actor, cookie)
}

#[tokio::test]
async fn the_whole_state_comes_first_and_then_what_changes() {
    let (process, site) = Process::watching_a_site().await;
    let address = served(&process).await;
    let (_, cookie) = member(&process, "ada").await;
    let mut page = opened(address, &cookie).await;
    let before = until(&mut page, |live| live.sites.contains_key("eu-west")).await;
    site.faults().line(Line::Down);
    site.faults().cut_watches();
    loop {
        match frame(&mut page).await {
            Frame::Delta(delta) => {
                let mut live = before.clone();
                live.take(delta).unwrap();
                assert!(matches!(
                    live.sites["eu-west"].line,
                    intent::Line::Lost { .. }
                ));
                return;
            }
            Frame::Beat(_) => {}
            Frame::Live(_) => panic!("nothing was missed"),
        }
    }
}

#[tokio::test]
async fn only_pages_of_ours_follow() {
    let process = Process::watching().await;
    let address = served(&process).await;
    let (_, cookie) = member(&process, "ada").await;
    for origin in [
        None,
        Some("null"),
        Some("http://127.0.0.1:3001"),
        Some("https://127.0.0.1:3000"),
        Some("http://127.0.0.1:3000/"),
        Some("HTTP://127.0.0.1:3000"),
        Some("http://evil.127.0.0.1:3000"),
        Some("http://example.com"),
    ] {
        let refused = open(address, "shop", Some(&cookie), origin).await;
        assert_eq!(refused.unwrap_err(), StatusCode::FORBIDDEN, "{origin:?}");
    }
    assert!(
        open(address, "shop", Some(&cookie), Some(OURS))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn members_follow_their_cloud_and_for_others_it_is_not_there() {
    let process = Process::watching().await;
    let address = served(&process).await;
    let bank = CloudName::read("bank").unwrap();
    for (name, grants, expected) in [
        ("viewer", vec![Grant::In(shop(), Role::Viewer)], None),
        ("author", vec![Grant::In(shop(), Role::Author)], None),
        ("reviewer", vec![Grant::In(shop(), Role::Reviewer)], None),
        ("operator", vec![Grant::In(shop(), Role::Operator)], None),
        ("administrator", vec![Grant::Installation], Some(404)),
        ("teller", vec![Grant::In(bank, Role::Operator)], Some(404)),
        ("nobody", vec![], Some(404)),
    ] {
        let cookie = process.cookie(&process.person(name, grants).await).await;
        let opened = open(address, "shop", Some(&cookie), Some(OURS)).await;
        let status = opened.err().map(|status| status.as_u16());
        assert_eq!(status, expected, "{name}");
        let nowhere = open(address, "nowhere", Some(&cookie), Some(OURS)).await;
        assert_eq!(nowhere.unwrap_err(), StatusCode::NOT_FOUND, "{name}");
    }
    let stranger = open(address, "shop", None, Some(OURS)).await;
    assert_eq!(stranger.unwrap_err(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn whoever_signs_out_everywhere_follows_nothing_any_more() {
    let process = Process::watching().await;
    let address = served(&process).await;
    let (ada, cookie) = member(&process, "ada").await;
    let (_, other) = member(&process, "ben").await;
    let (mut hers, mut his) = (
        opened(address, &cookie).await,
        opened(address, &other).await,
    );
    frame(&mut hers).await;
    frame(&mut his).await;
    process.engine.sign_out_everywhere(&ada).await.unwrap();
    assert_eq!(closing(&mut hers).await, Some(Closing::SignedOut));
    his.send(Message::Ping("".into())).await.unwrap();
    assert!(
        matches!(his.next().await, Some(Ok(_))),
        "his own stays open"
    );
}

#[tokio::test]
async fn signing_out_closes_the_pages_of_that_session() {
    let process = Process::watching().await;
    let address = served(&process).await;
    let (_, cookie) = member(&process, "ada").await;
    let mut page = opened(address, &cookie).await;
    frame(&mut page).await;
    let out = request(Method::POST, "/api/sign_out", Some(&cookie), "");
    assert_eq!(process.send(out).await.status(), StatusCode::OK);
    assert_eq!(closing(&mut page).await, Some(Closing::SignedOut));
}

#[tokio::test]
async fn whoever_lost_their_role_follows_nothing_any_more() {
    let process = Process::watching().await;
    let address = served(&process).await;
    let (ada, cookie) = member(&process, "ada").await;
    let mut page = opened(address, &cookie).await;
    frame(&mut page).await;
    let root = process.person("root", vec![Grant::Installation]).await;
    let seen = ["viewer@shop".to_owned()];
    let changed = process
        .engine
        .change_roles(&root, ada.person, &seen, &[])
        .await;
    changed.unwrap();
    assert_eq!(closing(&mut page).await, Some(Closing::NotAllowed));
}

#[tokio::test]
async fn a_session_that_ends_by_itself_ends_its_pages_too_however_much_is_sent() {
    const TWELVE_HOURS: i64 = 12 * 60 * 60 * 1000;
    let (process, site) = Process::watching_a_site().await;
    let address = served(&process).await;
    let (ada, _) = member(&process, "ada").await;
    let cookie = process.cookie_begun(&ada, TWELVE_HOURS - 1_500).await;
    let mut page = opened(address, &cookie).await;
    frame(&mut page).await;
    // Whatever is sent meanwhile does not put the end off.
    site.faults().line(Line::Down);
    site.faults().cut_watches();
    frame(&mut page).await;
    assert_eq!(closing(&mut page).await, Some(Closing::SignedOut));
}

#[tokio::test]
async fn a_sixth_page_of_one_person_closes_the_oldest() {
    let process = Process::watching().await;
    let address = served(&process).await;
    let (_, cookie) = member(&process, "ada").await;
    let mut pages = Vec::new();
    for _ in 0..6 {
        let mut page = opened(address, &cookie).await;
        frame(&mut page).await;
        pages.push(page);
    }
    assert_eq!(closing(&mut pages[0]).await, Some(Closing::Replaced));
    for page in &mut pages[1..] {
        page.send(Message::Ping("".into())).await.unwrap();
        assert!(matches!(page.next().await, Some(Ok(Message::Pong(_)))));
    }
}

#[tokio::test]
async fn whoever_says_too_much_is_let_go() {
    let process = Process::watching().await;
    let address = served(&process).await;
    let (_, cookie) = member(&process, "ada").await;
    let mut page = opened(address, &cookie).await;
    frame(&mut page).await;
    for _ in 0..11 {
        let _ = page.send(Message::Text("{}".into())).await;
    }
    assert_eq!(closing(&mut page).await, Some(Closing::Loud));
    let mut page = opened(address, &cookie).await;
    frame(&mut page).await;
    let long = "x".repeat(5000);
    let _ = page.send(Message::Text(long.into())).await;
    assert_eq!(closing(&mut page).await, Some(Closing::Loud));
}

#[tokio::test]
async fn what_is_no_socket_is_told_what_this_is_for() {
    let process = Process::watching().await;
    let (_, cookie) = member(&process, "ada").await;
    let mut asked = request(Method::GET, "/live/shop", Some(&cookie), "");
    let origin = OURS.parse().unwrap();
    asked.headers_mut().insert("origin", origin);
    let answer = process.send(asked).await;
    assert_eq!(answer.status(), StatusCode::UPGRADE_REQUIRED);
    assert!(text(answer).await.contains("WebSockets"));
}
