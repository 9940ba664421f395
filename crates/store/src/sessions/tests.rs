//! Facts about sessions.

use intent::{Origin, PersonName, Verb};

use super::*;
use crate::NewPerson;

fn act(verb: Verb) -> Act {
    Act {
        person: Some(PersonId(1)),
        ..Act::unsigned(PersonName::known("ada"), verb, &Origin::default())
    }
}

async fn with_ada() -> Sessions {
    let store = Store::scratch().await.unwrap();
    let ada = NewPerson {
        name: PersonName::known("ada"),
        password: None,
        grants: vec![],
    };
    let made = Act {
        person: None,
        ..act(Verb::PreparedDemo)
    };
    store.add_missing(&[ada], &made).await.unwrap();
    Sessions(store)
}

fn session() -> Record {
    Record {
        id: Id::default(),
        data: HashMap::from([(PERSON.into(), Value::from(1))]),
        expiry_date: OffsetDateTime::now_utc() + time::Duration::minutes(30),
    }
}

#[tokio::test]
async fn a_session_that_was_ended_is_not_brought_back_by_a_late_save() {
    let sessions = with_ada().await;
    let mut record = session();
    sessions.create(&mut record).await.unwrap();
    sessions.delete(&record.id).await.unwrap();
    sessions.save(&record).await.unwrap();
    assert_eq!(sessions.load(&record.id).await.unwrap(), None);
}

#[tokio::test]
async fn an_id_that_is_taken_is_not_given_twice() {
    let sessions = with_ada().await;
    let (mut first, mut second) = (session(), session());
    sessions.create(&mut first).await.unwrap();
    second.id = first.id;
    sessions.create(&mut second).await.unwrap();
    assert_ne!(first.id, second.id);
}

#[tokio::test]
async fn a_session_is_over_when_idle_and_after_twelve_hours() {
    let sessions = with_ada().await;
    let mut record = session();
    sessions.create(&mut record).await.unwrap();
    assert!(sessions.load(&record.id).await.unwrap().is_some());
    for column in [
        "update sessions set expires = 1",
        "update sessions set ends = 1",
    ] {
        let mut record = session();
        sessions.create(&mut record).await.unwrap();
        sqlx::query(column)
            .execute(&sessions.0.write)
            .await
            .unwrap();
        assert_eq!(sessions.load(&record.id).await.unwrap(), None, "{column}");
    }
}

#[tokio::test]
async fn the_file_holds_no_id_that_opens_a_session() {
    let sessions = with_ada().await;
    let mut record = session();
    sessions.create(&mut record).await.unwrap();
    let kept = sessions.0.sessions(PersonId(1)).await.unwrap();
    assert_eq!(kept[0].key, session_key(record.id.0));
    assert_ne!(kept[0].key[..16], record.id.0.to_be_bytes());
}

#[tokio::test]
async fn signing_out_everywhere_ends_all_sessions_and_is_recorded() {
    let sessions = with_ada().await;
    let (mut first, mut second) = (session(), session());
    sessions.create(&mut first).await.unwrap();
    sessions.create(&mut second).await.unwrap();
    sessions
        .0
        .end_sessions(&act(Verb::SignedOutEverywhere))
        .await
        .unwrap();
    assert_eq!(sessions.0.sessions(PersonId(1)).await.unwrap(), []);
    assert_eq!(
        sessions.0.acts(1).await.unwrap()[0].verb,
        "signed_out_everywhere"
    );
}

#[tokio::test]
async fn nobody_ends_the_session_of_another() {
    let sessions = with_ada().await;
    let mut record = session();
    sessions.create(&mut record).await.unwrap();
    let other = Act {
        person: Some(PersonId(2)),
        ..act(Verb::EndedSession)
    };
    let key = session_key(record.id.0);
    assert!(sessions.0.end_session(&key, &other).await.is_err());
    assert!(sessions.load(&record.id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_new_password_ends_all_sessions_but_this_one() {
    let sessions = with_ada().await;
    let (mut here, mut there) = (session(), session());
    sessions.create(&mut here).await.unwrap();
    sessions.create(&mut there).await.unwrap();
    let keep = session_key(here.id.0);
    let changed = act(Verb::ChangedPassword);
    sessions
        .0
        .change_password("new", &keep, &changed)
        .await
        .unwrap();
    let left = sessions.0.sessions(PersonId(1)).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].key, keep);
    assert!(sessions.load(&here.id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_sign_in_from_before_all_sessions_were_ended_opens_none_after() {
    let sessions = with_ada().await;
    let store = &sessions.0;
    let as_of = |at: i64| {
        let mut record = session();
        record.data.insert(AS_OF.into(), at.into());
        record
    };
    let before = store.as_of().await.unwrap();
    sessions.create(&mut as_of(before)).await.unwrap();
    let changed = act(Verb::ChangedPassword);
    store.change_password("new", b"", &changed).await.unwrap();
    assert!(sessions.create(&mut as_of(before)).await.is_err());
    let between = store.as_of().await.unwrap();
    sessions.create(&mut as_of(between)).await.unwrap();
    let everywhere = act(Verb::SignedOutEverywhere);
    store.end_sessions(&everywhere).await.unwrap();
    assert!(sessions.create(&mut as_of(between)).await.is_err());
    let after = store.as_of().await.unwrap();
    sessions.create(&mut as_of(after)).await.unwrap();
}

#[tokio::test]
async fn a_session_under_a_new_id_ends_when_it_would_have_ended() {
    let sessions = with_ada().await;
    let mut record = session();
    let ends = || async {
        sqlx::query_scalar::<_, i64>("select ends from sessions")
            .fetch_all(&sessions.0.read)
            .await
            .unwrap()
    };
    let began = sessions.0.clock.now().0 - 60_000;
    record.data.insert(BEGAN.into(), began.into());
    sessions.create(&mut record).await.unwrap();
    assert_eq!(ends().await, [began + LONGEST]);
    let mut record = sessions.load(&record.id).await.unwrap().unwrap();
    sessions.delete(&record.id).await.unwrap();
    record.id = Id::default();
    sessions.create(&mut record).await.unwrap();
    assert_eq!(ends().await, [began + LONGEST]);
}

#[tokio::test]
async fn a_session_lives_although_the_clock_of_the_system_was_set_back() {
    let mut sessions = with_ada().await;
    let ahead = sessions.0.clock.now().plus(LONGEST);
    sessions.0.clock = crate::Clock::after(ahead);
    let mut record = session();
    sessions.create(&mut record).await.unwrap();
    assert!(sessions.load(&record.id).await.unwrap().is_some());
    sessions.save(&record).await.unwrap();
    assert!(sessions.load(&record.id).await.unwrap().is_some());
}

/// A session, and its key.
async fn open(sessions: &Sessions) -> (Record, [u8; 32]) {
    let mut record = session();
    let as_of = sessions.0.as_of().await.unwrap();
    record.data.insert(AS_OF.into(), as_of.into());
    sessions.create(&mut record).await.unwrap();
    let key = session_key(record.id.0);
    (record, key)
}

async fn run(sessions: &Sessions, sql: &'static str) {
    sqlx::query(sql).execute(&sessions.0.write).await.unwrap();
}

/// The two ways in which time ends a session, and the one in which somebody does who meant all of them.
const ENDS: [&str; 3] = [
    "update sessions set expires = 1",
    "update sessions set ends = 1",
    "update people set epoch = 99",
];

#[tokio::test]
async fn it_is_known_whose_session_is_open_and_when_it_ends_at_the_latest() {
    for end in ENDS {
        let sessions = with_ada().await;
        let (_, key) = open(&sessions).await;
        let began = sessions.0.sessions(PersonId(1)).await.unwrap()[0].began;
        let found = sessions.0.session_open(&key).await.unwrap();
        assert_eq!(found, Some((PersonId(1), began.plus(LONGEST))));
        assert_eq!(sessions.0.session_open(b"other").await.unwrap(), None);
        run(&sessions, end).await;
        assert_eq!(sessions.0.session_open(&key).await.unwrap(), None, "{end}");
    }
}

#[tokio::test]
async fn a_look_keeps_a_session_from_being_idle_and_brings_none_back() {
    let sessions = with_ada().await;
    let (record, key) = open(&sessions).await;
    run(
        &sessions,
        "update sessions set seen = 1, expires = expires - 60000",
    )
    .await;
    assert!(sessions.0.touch_session(&key).await.unwrap());
    let kept = sessions.0.sessions(PersonId(1)).await.unwrap().remove(0);
    assert!(kept.seen > Time(1));
    let expires: i64 = sqlx::query_scalar("select expires from sessions")
        .fetch_one(&sessions.0.read)
        .await
        .unwrap();
    assert_eq!(expires, kept.seen.plus(IDLE).0);
    for end in ENDS {
        let sessions = with_ada().await;
        let (record, key) = open(&sessions).await;
        run(&sessions, end).await;
        assert!(!sessions.0.touch_session(&key).await.unwrap(), "{end}");
        assert_eq!(sessions.load(&record.id).await.unwrap(), None, "{end}");
    }
    sessions.delete(&record.id).await.unwrap();
    assert!(!sessions.0.touch_session(&key).await.unwrap());
}

#[tokio::test]
async fn whatever_ends_a_session_is_news_of_people_and_what_keeps_it_is_none() {
    let sessions = with_ada().await;
    let store = &sessions.0;
    let (here, key) = open(&sessions).await;
    let mut people = store.people_changed();
    store.touch_session(&key).await.unwrap();
    sessions.save(&here).await.unwrap();
    open(&sessions).await;
    assert!(!people.has_changed().unwrap());

    let mut is_told = |what: &str| {
        assert!(people.has_changed().unwrap(), "{what}");
        people.mark_unchanged();
    };
    sessions.delete(&here.id).await.unwrap();
    is_told("signed out");
    let (_, key) = open(&sessions).await;
    let ended = act(Verb::EndedSession);
    store.end_session(&key, &ended).await.unwrap();
    is_told("ended one");
    let everywhere = act(Verb::SignedOutEverywhere);
    store.end_sessions(&everywhere).await.unwrap();
    is_told("ended all");
    let changed = act(Verb::ChangedPassword);
    store.change_password("new", b"", &changed).await.unwrap();
    is_told("changed the password");
    open(&sessions).await;
    run(&sessions, "update sessions set expires = 1").await;
    store.sweep_sessions().await.unwrap();
    is_told("swept what is over");
}
