//! Stories of people coming in.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use engine::{Engine, Error};
use intent::{Origin, Role};
use store::Store;

fn from(address: &str) -> Origin {
    Origin {
        address: address.into(),
        request: "r".into(),
    }
}

async fn with_ada() -> Engine {
    let engine = Engine::new(Store::scratch().await.unwrap());
    let token = engine.offer_link().await.unwrap().unwrap();
    let password = "correct horse".to_owned();
    engine
        .accept_link(&token, "ada", password.clone(), &password, &from("1"))
        .await
        .unwrap();
    engine
}

fn fields(error: Error) -> Vec<String> {
    match error {
        Error::Rejected(objections) => objections.into_iter().map(|o| o.field).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_first_administrator_comes_in_by_the_link_and_nobody_after() {
    let engine = with_ada().await;
    assert_eq!(engine.offer_link().await.unwrap(), None);
    let person = engine
        .sign_in("Ada", "correct horse".into(), &from("1"))
        .await
        .unwrap();
    let actor = engine.actor(person, from("1")).await.unwrap();
    assert!(actor.administers());
}

#[tokio::test]
async fn a_link_that_never_was_lets_nobody_in() {
    let engine = Engine::new(Store::scratch().await.unwrap());
    let password = "correct horse".to_owned();
    let refused = engine
        .accept_link("guessed", "eve", password.clone(), &password, &from("1"))
        .await;
    assert!(matches!(refused, Err(Error::Denied(_))), "{refused:?}");
}

#[tokio::test]
async fn all_that_is_wrong_with_a_new_account_is_said_at_once() {
    let engine = Engine::new(Store::scratch().await.unwrap());
    let token = engine.offer_link().await.unwrap().unwrap();
    let wrong = engine
        .accept_link(&token, " ", "short".into(), "", &from("1"))
        .await;
    assert_eq!(fields(wrong.unwrap_err()), ["name", "password"]);
    let differ = engine
        .accept_link(
            &token,
            "ada",
            "correct horse".into(),
            "correct hors",
            &from("1"),
        )
        .await;
    assert_eq!(fields(differ.unwrap_err()), ["again"]);
    assert!(engine.link_works(&token).await.unwrap());
}

#[tokio::test]
async fn an_unknown_name_is_answered_like_a_wrong_password() {
    let engine = with_ada().await;
    let wrong = engine
        .sign_in("ada", "wrong horse".into(), &from("1"))
        .await
        .unwrap_err();
    let unknown = engine
        .sign_in("eve", "wrong horse".into(), &from("2"))
        .await
        .unwrap_err();
    assert_eq!(format!("{wrong:?}"), format!("{unknown:?}"));
}

#[tokio::test]
async fn guessing_becomes_slow_from_any_address_and_under_any_spelling() {
    let engine = with_ada().await;
    let spellings = ["ada", "ADA", " ada ", "Ada"];
    for n in 0..11 {
        let address = format!("192.0.2.{n}");
        let wrong = engine
            .sign_in(spellings[n % 4], "wrong horse".into(), &from(&address))
            .await;
        assert!(matches!(wrong, Err(Error::Rejected(_))), "{n}: {wrong:?}");
    }
    let slowed = engine
        .sign_in("ada", "correct horse".into(), &from("192.0.2.99"))
        .await;
    assert!(
        matches!(slowed, Err(Error::TooMany { seconds: 1 })),
        "{slowed:?}"
    );
}

#[tokio::test]
async fn guessing_many_names_from_one_address_becomes_slow() {
    let engine = with_ada().await;
    for n in 0..11 {
        let wrong = engine
            .sign_in(
                &format!("name{n}"),
                "wrong horse".into(),
                &from("192.0.2.1"),
            )
            .await;
        assert!(matches!(wrong, Err(Error::Rejected(_))), "{n}: {wrong:?}");
    }
    let slowed = engine
        .sign_in("another", "wrong horse".into(), &from("192.0.2.1"))
        .await;
    assert!(matches!(slowed, Err(Error::TooMany { .. })), "{slowed:?}");
    engine
        .sign_in("ada", "correct horse".into(), &from("192.0.2.2"))
        .await
        .unwrap();
}

#[tokio::test]
async fn the_demo_has_an_account_for_every_role_and_nothing_else_has() {
    let engine = Engine::new(Store::scratch().await.unwrap());
    for role in Role::ALL {
        let refused = engine.enter_demo(role, &from("1")).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{role}");
    }
    let demo = engine.into_demo().await.unwrap();
    for role in Role::ALL {
        let person = demo.enter_demo(role, &from("1")).await.unwrap();
        let actor = demo.actor(person, from("1")).await.unwrap();
        assert_eq!((actor.name.as_str(), actor.grants.len()), (role.word(), 1));
    }
}

#[tokio::test]
async fn a_ready_account_has_no_password_that_fits() {
    let engine = Engine::new(Store::scratch().await.unwrap())
        .into_demo()
        .await
        .unwrap();
    for password in ["", "administrator", "nobody has this password"] {
        let refused = engine
            .sign_in("administrator", password.into(), &from("1"))
            .await;
        assert!(matches!(refused, Err(Error::Rejected(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn a_password_is_changed_only_by_someone_who_knows_it() {
    let engine = with_ada().await;
    let person = engine
        .sign_in("ada", "correct horse".into(), &from("1"))
        .await
        .unwrap();
    let ada = engine.actor(person, from("1")).await.unwrap();
    let new = "battery staple".to_owned();
    let guess = engine
        .change_password(&ada, "wrong".into(), new.clone(), &new, b"here")
        .await;
    assert_eq!(fields(guess.unwrap_err()), ["current"]);
    engine
        .change_password(&ada, "correct horse".into(), new.clone(), &new, b"here")
        .await
        .unwrap();
    engine.sign_in("ada", new, &from("1")).await.unwrap();
    let old = engine
        .sign_in("ada", "correct horse".into(), &from("1"))
        .await;
    assert!(matches!(old, Err(Error::Rejected(_))), "{old:?}");
}
