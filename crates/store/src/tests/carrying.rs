//! A rollout is carried out by its journal.

use intent::{
    RolloutNumber,
    rollout::{Next, Note, Outcome, Saw, Told, Turn, next as what_next},
};

use super::{
    rollouts::{ONE, back, begun, claim, done, finish, forward, looking, moved, to_do, write},
    *,
};
use crate::Error;

fn refused() -> Told {
    Told::Refused {
        code: 403,
        says: "quota exceeded".into(),
        field: None,
    }
}

#[tokio::test]
async fn a_journal_is_read_as_it_was_written_and_ends_with_the_lease() {
    let (store, lease) = begun().await;
    assert_eq!(finish(&store, &lease, vec![]).await, Outcome::Applied);
    let (_, journal) = store.rollout(&shop(), ONE).await.unwrap();
    let words: Vec<&str> = journal.iter().map(|noted| noted.note.word()).collect();
    let each = ["asked", "answered", "looked"];
    assert_eq!(words, [&each[..], &each[..], &["ended"]].concat());
    assert_eq!(
        store
            .notes_after(&shop(), ONE, journal[4].seq)
            .await
            .unwrap(),
        journal[5..]
    );
    assert_eq!(store.running().await.unwrap(), []);
    let acts = store.acts(1).await.unwrap();
    assert_eq!(
        (acts[0].name.as_str(), acts[0].person, acts[0].did()),
        ("assent", None, "finished rollout 1, revision 1".into())
    );
    let past = &store.rollouts(&shop()).await.unwrap()[0];
    assert_eq!(past.ended, Some((journal[6].at, Outcome::Applied)));
    moved(
        store.note(&lease, Note::Asked(forward("eu-west"))),
        "no longer",
    )
    .await;
}

#[tokio::test]
async fn whoever_takes_over_shuts_the_one_before_out() {
    let (store, lease) = begun().await;
    let asked = Note::Asked(forward("eu-west"));
    write(&store, &lease, std::slice::from_ref(&asked)).await;
    let (newer, journal) = store.resume(&shop(), ONE).await.unwrap();
    assert_eq!(newer.rollout(), lease.rollout());
    let notes: Vec<&Note> = journal.iter().map(|noted| &noted.note).collect();
    assert_eq!(notes, [&asked]);
    moved(
        store.note(&lease, Note::Answered(forward("eu-west"), done("u"))),
        "no longer",
    )
    .await;
    assert_eq!(finish(&store, &newer, journal).await, Outcome::Applied);
    for number in [1, 2] {
        let none = store.resume(&shop(), RolloutNumber(number)).await;
        assert!(matches!(none, Err(Error::NotFound)));
    }
}

#[tokio::test]
async fn an_older_lease_is_worth_nothing_in_the_next_rollout_either() {
    let (store, old) = begun().await;
    store.stop(&shop(), ONE, by(ROY)).await.unwrap();
    let journal = store.notes_after(&shop(), ONE, 0).await.unwrap();
    finish(&store, &old, journal).await;
    let revision = store.revision(&shop(), FIRST).await.unwrap();
    let new = to_do(&store, &revision, None).await;
    let lease = claim(&store, &new, &looking(None)).await.unwrap();
    assert_ne!(lease, old);
    moved(
        store.note(&old, Note::Asked(forward("eu-west"))),
        "no longer",
    )
    .await;
}

#[tokio::test]
async fn after_the_turn_nothing_goes_forward_and_before_it_nothing_back() {
    let (store, lease) = begun().await;
    let (eu, us) = (forward("eu-west"), forward("us-east"));
    moved(
        store.note(&lease, Note::Asked(back("eu-west"))),
        "not being taken back",
    )
    .await;
    let refusal = Note::Answered(us.clone(), refused());
    write(&store, &lease, &[Note::Asked(us.clone()), refusal]).await;
    // It has to turn, which somebody who writes now does not know yet.
    write(&store, &lease, &[Note::Asked(eu.clone())]).await;
    let (_, journal) = store.rollout(&shop(), ONE).await.unwrap();
    let nexts = what_next(lease.rollout(), &journal, store.clock.now());
    let [Next::Write(turned)] = nexts.as_slice() else {
        panic!("{nexts:?}");
    };
    write(&store, &lease, std::slice::from_ref(turned)).await;
    moved(store.note(&lease, turned.clone()), "does not follow").await;
    moved(store.note(&lease, Note::Asked(us)), "being taken back").await;
    write(&store, &lease, &[Note::Answered(eu, done("new"))]).await;
    let journal = store.notes_after(&shop(), ONE, 0).await.unwrap();
    let outcome = finish(&store, &lease, journal).await;
    let why = "On us-east, PeerAuthentication default/reviews was refused: quota exceeded.";
    let expected = Outcome::TakenBack {
        why: why.into(),
        left: vec![],
    };
    assert_eq!(outcome, expected);
    let past = &store.rollouts(&shop()).await.unwrap()[0];
    assert_eq!(
        past.turned.as_ref().map(ToString::to_string),
        Some(why.into())
    );
    assert_eq!(store.ledger(&shop()).await.unwrap(), []);
    let acts = store.acts(1).await.unwrap();
    assert_eq!(acts[0].did(), "took back rollout 1, revision 1");
}

#[tokio::test]
async fn an_end_or_a_turn_that_does_not_follow_is_refused() {
    let (store, lease) = begun().await;
    let nobody = Note::Turned(Turn::Silent {
        site: "eu-west".into(),
        since: intent::Time(0),
    });
    let taken_back = Note::Ended(Outcome::TakenBack {
        why: String::new(),
        left: vec![],
    });
    for note in [Note::Ended(Outcome::Applied), taken_back, nobody] {
        moved(store.note(&lease, note), "does not follow").await;
    }
    let unknown = Note::Asked(forward("us-west"));
    assert!(matches!(
        store.note(&lease, unknown).await,
        Err(Error::NotFound)
    ));
    assert_eq!(count(&store, "rollout_journal").await, 0);
}

#[tokio::test]
async fn whoever_stops_a_rollout_has_it_taken_back() {
    let (store, lease) = begun().await;
    let eu = forward("eu-west");
    write(
        &store,
        &lease,
        &[Note::Asked(eu.clone()), Note::Answered(eu, done("new"))],
    )
    .await;
    store.stop(&shop(), ONE, by(ROY)).await.unwrap();
    let acts = store.acts(1).await.unwrap();
    assert_eq!(
        (acts[0].name.as_str(), acts[0].did()),
        ("roy", "stopped rollout 1, revision 1".into())
    );
    moved(store.stop(&shop(), ONE, by(ROY)), "taken back already").await;
    moved(
        store.note(&lease, Note::Asked(forward("us-east"))),
        "taken back already",
    )
    .await;
    let journal = store.notes_after(&shop(), ONE, 0).await.unwrap();
    let outcome = finish(&store, &lease, journal).await;
    let expected = Outcome::TakenBack {
        why: "roy stopped it.".into(),
        left: vec![],
    };
    assert_eq!(outcome, expected);
    moved(store.stop(&shop(), ONE, by(ROY)), "ended meanwhile").await;
    let none = store.stop(&shop(), RolloutNumber(2), by(ROY)).await;
    assert!(matches!(none, Err(Error::NotFound)));
}

#[tokio::test]
async fn of_an_end_and_a_stop_at_once_one_comes_first() {
    for _ in 0..8 {
        let (store, lease) = begun().await;
        for site in sites() {
            let ask = forward(&site);
            let saw = Saw::Wanted {
                uid: Some("new".into()),
            };
            let notes = [
                Note::Asked(ask.clone()),
                Note::Answered(ask.clone(), done("new")),
                Note::Looked(ask, saw),
            ];
            write(&store, &lease, &notes).await;
        }
        let stopping = {
            let store = store.clone();
            tokio::spawn(async move { store.stop(&shop(), ONE, by(ROY)).await })
        };
        let ended = store.note(&lease, Note::Ended(Outcome::Applied)).await;
        let stopped = stopping.await.unwrap();
        assert_ne!(ended.is_ok(), stopped.is_ok(), "{ended:?} {stopped:?}");
    }
}
