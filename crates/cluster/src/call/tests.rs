//! What is known of requests on ways that break, and how often they are sent.

use std::{
    io,
    sync::Mutex,
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
};

use http::Method;
use kube::Config;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::Instant,
};

use super::*;

fn request() -> Request<Vec<u8>> {
    let request = Request::builder()
        .method(Method::PATCH)
        .uri("/apis/security.istio.io/v1/namespaces/default/peerauthentications/a");
    request.body(b"{}".to_vec()).unwrap()
}

/// Calls an API server that is this function.
async fn call<F>(answer: impl FnMut(Request<Body>) -> F + Send + 'static) -> Result<Answered, Lost>
where
    F: Future<Output = io::Result<Response<Body>>> + Send + 'static,
{
    let client = Client::new(tower::service_fn(answer), "default");
    Guard::new(client).call(request()).await
}

#[tokio::test(start_paused = true)]
async fn what_breaks_before_the_body_leaves_is_unsent_and_afterwards_unknown() {
    let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
    let reset = || io::Error::from(io::ErrorKind::ConnectionReset);
    let before = call(move |_| async move { Err(refused()) }).await;
    assert_eq!(
        before.unwrap_err(),
        Lost::Unsent("the connection is refused".into())
    );
    let after = call(move |request: Request<Body>| async move {
        request.into_body().collect_bytes().await.unwrap();
        Err(reset())
    });
    assert_eq!(
        after.await.unwrap_err(),
        Lost::Unknown("the connection was reset".into())
    );
}

#[tokio::test(start_paused = true)]
async fn silence_ends_after_ten_seconds() {
    let begun = Instant::now();
    let before = call(|_| std::future::pending()).await;
    assert_eq!(
        before.unwrap_err(),
        Lost::Unsent("no answer within 10 s".into())
    );
    assert_eq!(begun.elapsed(), ANSWERS_WITHIN);
    let after = call(|request: Request<Body>| async {
        request.into_body().collect_bytes().await.unwrap();
        std::future::pending().await
    });
    assert_eq!(
        after.await.unwrap_err(),
        Lost::Unknown("no answer within 10 s".into())
    );
    assert_eq!(begun.elapsed(), 2 * ANSWERS_WITHIN);
}

#[tokio::test(start_paused = true)]
async fn what_still_waits_for_its_turn_was_not_sent() {
    let silent = tower::service_fn(|request: Request<Body>| async {
        request.into_body().collect_bytes().await.unwrap();
        std::future::pending::<io::Result<Response<Body>>>().await
    });
    let guard = Guard::new(Client::new(silent, "default"));
    let begun = Instant::now();
    let lost = futures::future::join_all((0..5).map(|_| guard.call(request()))).await;
    let lost = lost.into_iter().map(Result::unwrap_err);
    let unsent = lost.filter(|lost| matches!(lost, Lost::Unsent(_)));
    assert_eq!((unsent.count(), begun.elapsed()), (1, ANSWERS_WITHIN));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_was_given_up_cannot_leave_any_more() {
    let held = Arc::new(Mutex::new(None));
    let hold = held.clone();
    let lost = call(move |request: Request<Body>| {
        *hold.lock().unwrap() = Some(request);
        std::future::pending()
    });
    assert!(matches!(lost.await, Err(Lost::Unsent(_))));
    let request = held.lock().unwrap().take().unwrap();
    assert!(request.into_body().collect_bytes().await.is_err());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_breaks_off_says_nothing() {
    let lost = call(|request: Request<Body>| async {
        request.into_body().collect_bytes().await.unwrap();
        let rest = Gated {
            bytes: Some("{".into()),
            gate: Gate(Arc::new(Passed::No.into())),
        };
        Ok(Response::new(wrapped(rest).await.unwrap()))
    });
    assert!(matches!(lost.await, Err(Lost::Unknown(_))));
}

#[tokio::test(start_paused = true)]
async fn what_was_turned_away_is_sent_thrice_at_most_and_waits_no_longer_than_half_a_minute() {
    for (said, waits) in [
        (None, 1),
        (Some("0"), 1),
        (Some("7"), 7),
        (Some("3600"), 30),
        (Some("18446744073709551615"), 30),
        (Some("99999999999999999999999999"), 30),
        (Some("-1"), 1),
        (Some(""), 1),
        (Some("Wed, 21 Oct 2099 07:28:00 GMT"), 1),
        (Some("soon"), 1),
    ] {
        let (begun, sent) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
        let count = sent.clone();
        let answered = call(move |_| {
            count.fetch_add(1, SeqCst);
            let mut answer = Response::builder().status(429);
            if let Some(said) = said {
                answer = answer.header(RETRY_AFTER, said);
            }
            let answer = answer.body(Body::empty()).unwrap();
            async { Ok(answer) }
        });
        assert_eq!(answered.await.unwrap().code, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(sent.load(SeqCst), 3, "{said:?}");
        assert_eq!(begun.elapsed(), Duration::from_secs(2 * waits), "{said:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_but_too_much_to_do_is_a_reason_to_send_again() {
    for code in [200, 408, 409, 500, 502, 503, 504] {
        let sent = Arc::new(AtomicUsize::new(0));
        let count = sent.clone();
        let answered = call(move |_| {
            count.fetch_add(1, SeqCst);
            let answer = Response::builder().status(code).header(RETRY_AFTER, "1");
            let answer = answer.body(Body::empty()).unwrap();
            async { Ok(answer) }
        });
        assert_eq!(answered.await.unwrap().code, code);
        assert_eq!(sent.load(SeqCst), 1, "{code}");
    }
}

/// An API server on a real socket: notes what it reads, answers, and hangs up.
async fn server(answer: &'static str) -> (Client, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(Mutex::new(Vec::new()));
    let noted = requests.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut read = Vec::new();
            while !read.ends_with(b"{}") {
                if stream.read_buf(&mut read).await.unwrap() == 0 {
                    break;
                }
            }
            noted.lock().unwrap().push(String::from_utf8(read).unwrap());
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    // With all of its own habits, such as sending again what is answered 503.
    let config = Config::new(uri.parse().unwrap());
    (Client::try_from(config).unwrap(), requests)
}

#[tokio::test]
async fn no_layer_below_sends_a_request_twice() {
    let overloaded =
        "HTTP/1.1 503 Service Unavailable\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n";
    let (client, requests) = server(overloaded).await;
    let answered = Guard::new(client).call(request()).await.unwrap();
    assert_eq!(answered.code, StatusCode::SERVICE_UNAVAILABLE);
    let requests = requests.lock().unwrap();
    assert_eq!(requests.len(), 1);
    let request = requests[0].to_lowercase();
    assert!(request.contains("content-length: 2\r\n"), "{request}");
}

#[tokio::test]
async fn a_connection_that_ends_without_an_answer_says_nothing() {
    let (client, requests) = server("").await;
    let lost = Guard::new(client).call(request()).await.unwrap_err();
    assert!(matches!(lost, Lost::Unknown(_)), "{lost:?}");
    assert_eq!(requests.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_port_where_nobody_listens_gets_nothing() {
    let config = Config::new("http://127.0.0.1:1".parse().unwrap());
    let guard = Guard::new(Client::try_from(config).unwrap());
    let lost = guard.call(request()).await.unwrap_err();
    assert_eq!(lost, Lost::Unsent("the connection is refused".into()));
}
