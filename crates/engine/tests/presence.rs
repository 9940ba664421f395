//! Stories of people who follow a cloud, until they may not any more.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;

use engine::{Engine, session_key};
use intent::{
    Act, Actor, Closing, CloudName, Grant, Origin, PersonId, PersonName, Role, Time, Verb,
};
use store::{AS_OF, NewPerson, PERSON, Sessions, Store};
use tokio::sync::watch;
use tower_sessions_core::Session;

struct Story {
    engine: Engine,
    store: Store,
    people: watch::Receiver<u64>,
}

fn shop() -> CloudName {
    CloudName::read("shop").unwrap()
}

impl Story {
    /// Ann administers, Ben writes in the shop.
    async fn new() -> Self {
        let store = Store::scratch().await.unwrap();
        let new = |name: &str, grant| NewPerson {
            name: PersonName::known(name),
            password: None,
            grants: vec![grant],
        };
        let people = [
            new("ann", Grant::Installation),
            new("ben", Grant::In(shop(), Role::Author)),
        ];
        let by = PersonName::known("test");
        let act = Act::unsigned(by, Verb::PreparedDemo, &Origin::default());
        store.add_missing(&people, &act).await.unwrap();
        let engine = Engine::new(store.clone());
        Self {
            people: engine.people_changed(),
            engine,
            store,
        }
    }

    async fn person(&self, name: &str) -> PersonId {
        self.store.account(name).await.unwrap().person
    }

    async fn actor(&self, name: &str) -> Actor {
        let person = self.person(name).await;
        self.engine.actor(person, Origin::default()).await.unwrap()
    }

    /// A session of somebody, and what names it.
    async fn session(&self, name: &str) -> (Session, [u8; 32]) {
        let session = Session::new(None, Arc::new(Sessions(self.store.clone())), None);
        let person = self.person(name).await.0;
        session.insert(PERSON, person).await.unwrap();
        let as_of = self.store.as_of().await.unwrap();
        session.insert(AS_OF, as_of).await.unwrap();
        session.save().await.unwrap();
        let key = session_key(session.id().unwrap().0);
        (session, key)
    }

    async fn may(&self, key: &[u8]) -> Result<Time, Closing> {
        self.engine.may_follow(key, &shop()).await.unwrap()
    }

    /// Whether anybody who follows was woken since this was asked the last time.
    fn wakes(&mut self) -> bool {
        let wakes = self.people.has_changed().unwrap();
        self.people.mark_unchanged();
        wakes
    }
}

#[tokio::test]
async fn whoever_has_a_role_there_follows_until_their_session_ends() {
    let story = Story::new().await;
    let (_, ben) = story.session("ben").await;
    let hours = (story.may(&ben).await.unwrap().since(story.engine.now()) + 60_000) / 3_600_000;
    assert_eq!(hours, 12);
    let (_, ann) = story.session("ann").await;
    assert_eq!(story.may(&ann).await, Err(Closing::NotAllowed));
    assert_eq!(story.may(b"nobody").await, Err(Closing::SignedOut));
    let bank = CloudName::read("bank").unwrap();
    let elsewhere = story.engine.may_follow(&ben, &bank).await.unwrap();
    assert_eq!(elsewhere, Err(Closing::NotAllowed));
}

#[tokio::test]
async fn looking_on_wakes_nobody() {
    let mut story = Story::new().await;
    let (_, ben) = story.session("ben").await;
    story.wakes();
    story.engine.is_looking(&ben).await.unwrap();
    story.engine.is_looking(b"nobody").await.unwrap();
    assert!(!story.wakes());
}

#[tokio::test]
async fn whoever_signs_out_here_or_everywhere_follows_no_more() {
    let mut story = Story::new().await;
    let (here, key) = story.session("ben").await;
    let (_, other) = story.session("ben").await;
    story.wakes();
    here.flush().await.unwrap();
    assert!(story.wakes());
    assert_eq!(story.may(&key).await, Err(Closing::SignedOut));
    assert!(story.may(&other).await.is_ok());
    let ben = story.actor("ben").await;
    story.engine.sign_out_everywhere(&ben).await.unwrap();
    assert!(story.wakes());
    assert_eq!(story.may(&other).await, Err(Closing::SignedOut));
}

#[tokio::test]
async fn whoever_loses_the_role_is_not_allowed_any_more_and_whoever_is_disabled_is_signed_out() {
    let mut story = Story::new().await;
    let (_, key) = story.session("ben").await;
    let (ann, ben) = (story.actor("ann").await, story.person("ben").await);
    story.wakes();
    let had = ["author@shop".into()];
    story
        .engine
        .change_roles(&ann, ben, &had, &[])
        .await
        .unwrap();
    assert!(story.wakes());
    assert_eq!(story.may(&key).await, Err(Closing::NotAllowed));
    story.engine.disable_person(&ann, ben).await.unwrap();
    assert!(story.wakes());
    assert_eq!(story.may(&key).await, Err(Closing::SignedOut));
}

#[tokio::test]
async fn what_is_written_of_anything_else_wakes_nobody_who_follows() {
    let mut story = Story::new().await;
    story.wakes();
    let mut papers = story.store.papers_changed();
    papers.mark_unchanged();
    let ben = story.actor("ben").await;
    story
        .store
        .record(&Act::by(&ben, Verb::SignedIn))
        .await
        .unwrap();
    assert!(papers.has_changed().unwrap());
    assert!(!story.wakes());
}
