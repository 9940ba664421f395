//! Keeping people, as an administrator's browser does it.

use axum::http::{Method, StatusCode};
use intent::{CloudName, Grant, Role};

use crate::common::{Process, header_of, request, text};

#[tokio::test]
async fn whoever_may_not_keep_people_gets_a_page_that_says_who_may() {
    let process = Process::start().await;
    process.person("ada", vec![Grant::Installation]).await;
    let author = Grant::In(CloudName::read("shop").unwrap(), Role::Author);
    let cookie = process
        .cookie(&process.person("ben", vec![author]).await)
        .await;
    let page = process
        .send(request(Method::GET, "/settings/people", Some(&cookie), ""))
        .await;
    assert_eq!(page.status(), StatusCode::FORBIDDEN);
    let page = text(page).await;
    assert!(
        page.contains("403, not allowed") && page.contains("an administrator"),
        "{page}"
    );
    assert!(
        page.contains("Signed in as ben") && !page.contains("ada"),
        "{page}"
    );
    let function = process
        .send(request(Method::POST, "/api/everybody", Some(&cookie), ""))
        .await;
    assert_eq!(function.status(), StatusCode::FORBIDDEN);
    assert_eq!(header_of(&function, "content-type"), "application/json");
}

#[tokio::test]
async fn rights_change_only_after_a_sign_in_of_the_last_minutes() {
    let process = Process::demo().await;
    let ada = process.person("ada", vec![Grant::Installation]).await;
    let five_minutes_ago = process.engine.now().0 - 5 * 60_000;
    let old = process.cookie_proved(&ada, five_minutes_ago).await;
    for (function, body) in [
        ("invite", "name=eve"),
        ("change_roles", "person=1"),
        ("disable_person", "person=1"),
        ("enable_person", "person=1"),
        ("decide_proposal", "proposal=1&decision=accept"),
    ] {
        let path = format!("/api/{function}");
        let refused = process
            .send(request(Method::POST, &path, Some(&old), body))
            .await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{function}");
        assert!(text(refused).await.contains("ProveYourself"), "{function}");
    }
    let proved = process
        .send(request(Method::POST, "/api/prove", Some(&old), "proof="))
        .await;
    assert_eq!(proved.status(), StatusCode::OK);
    let new = header_of(&proved, "set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    assert!(new.starts_with("assent=") && new != old, "{new}");
    let invited = process
        .send(request(Method::POST, "/api/invite", Some(&new), "name=eve"))
        .await;
    assert_eq!(invited.status(), StatusCode::OK);
    let gone = process
        .send(request(Method::GET, "/settings", Some(&old), ""))
        .await;
    assert_eq!(header_of(&gone, "location"), "/sign-in?next=/settings");
}

#[tokio::test]
async fn roles_arrive_as_a_form_sends_them() {
    let process = Process::demo().await;
    let entered = process
        .send(request(
            Method::POST,
            "/api/enter_demo",
            None,
            "role=administrator",
        ))
        .await;
    let cookie = header_of(&entered, "set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let author = process.store.account("author").await.unwrap().person;
    let form = format!(
        "person={}&seen%5B%5D=author%40shop&roles%5B%5D=author%40shop&roles%5B%5D=operator%40shop",
        author.0
    );
    let changed = process
        .send(request(
            Method::POST,
            "/api/change_roles",
            Some(&cookie),
            &form,
        ))
        .await;
    assert_eq!(changed.status(), StatusCode::OK);
    let act = process.store.acts(1).await.unwrap().remove(0);
    assert_eq!(
        act.about,
        "author: author in shop → author and operator in shop"
    );
}

#[tokio::test]
async fn somebody_who_is_disabled_is_signed_out_at_the_next_request() {
    let process = Process::start().await;
    let ada = process.person("ada", vec![Grant::Installation]).await;
    let ben = process.person("ben", vec![]).await;
    let cookie = process.cookie(&ben).await;
    process
        .engine
        .disable_person(&ada, ben.person)
        .await
        .unwrap();
    assert_eq!(process.store.sessions(ben.person).await.unwrap(), []);
    let page = process
        .send(request(Method::GET, "/settings", Some(&cookie), ""))
        .await;
    assert_eq!(header_of(&page, "location"), "/sign-in?next=/settings");
}
