//! Databases that earlier versions wrote.

use intent::Record;
use sqlx::{SqlitePool, sqlite::SqliteConnectOptions};

use super::*;
use crate::{Error, MIGRATOR};

/// A folder as it was before there were intents, with these statements carried out.
async fn before_intents(sql: &[&'static str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("assent.db"))
        .create_if_missing(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    MIGRATOR.run_to(3, &pool).await.unwrap();
    for sql in sql {
        sqlx::query(*sql).execute(&pool).await.unwrap();
    }
    let act = Act::unsigned(
        PersonName::known("ada"),
        Verb::FailedToSignIn,
        &Origin::default(),
    );
    let record = Record::of(&act, 1, intent::Time(5));
    sqlx::query(
        "insert into audit (seq, at, person, name, verb, about, address, request, link)
         values (1, 5, null, 'ada', 'failed_to_sign_in', '', '', '', ?)",
    )
    .bind(record.link(&[0; 32]).as_slice())
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
    folder
}

#[tokio::test]
async fn a_record_from_before_there_were_intents_holds_together_and_goes_on() {
    let folder = before_intents(&[]).await;
    let store = Store::open(folder.path()).await.unwrap();
    store.agree(&shop(), &terms(1)).await.unwrap();
    drop(store);
    let store = Store::open(folder.path()).await.unwrap();
    let acts = store.acts(9).await.unwrap();
    let told: Vec<(i64, Option<&str>)> = acts.iter().map(|a| (a.seq, a.cloud.as_deref())).collect();
    assert_eq!(told, [(2, Some("shop")), (1, None)]);
}

#[tokio::test]
async fn the_cloud_of_an_act_cannot_be_changed_unnoticed() {
    for edit in [
        "update audit set cloud = 'bank'",
        "update audit set cloud = null",
        "update audit set digest = 'd'",
    ] {
        let folder = before_intents(&[]).await;
        let store = Store::open(folder.path()).await.unwrap();
        store.agree(&shop(), &terms(1)).await.unwrap();
        run(&store, "drop trigger audit_is_never_changed").await;
        run(&store, edit).await;
        drop(store);
        let refused = Store::open(folder.path()).await.unwrap_err();
        assert!(matches!(refused, Error::Unfit(_)), "{edit}: {refused}");
    }
}

#[tokio::test]
async fn an_installation_keeps_its_name_and_a_demo_is_called_demo() {
    let folder = before_intents(&[]).await;
    let store = Store::open(folder.path()).await.unwrap();
    let name = store.installation().await.unwrap();
    assert_eq!(name.len(), 16);
    drop(store);
    let store = Store::open(folder.path()).await.unwrap();
    assert_eq!(store.installation().await.unwrap(), name);
    let other = Store::scratch().await.unwrap();
    assert_ne!(other.installation().await.unwrap(), name);

    let act = by(ADA);
    let made = Act {
        person: None,
        ..act
    };
    other.prepare_demo(&[], &made).await.unwrap();
    assert_eq!(other.installation().await.unwrap(), "demo");
    let folder = before_intents(&["update instance set demo = 1"]).await;
    let old = Store::open(folder.path()).await.unwrap();
    assert_eq!(old.installation().await.unwrap(), "demo");
}

#[tokio::test]
async fn whoever_wrote_before_votes_and_saves_were_ordered_wrote_before_the_votes_of_that_moment() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("assent.db"))
        .create_if_missing(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    MIGRATOR.run_to(6, &pool).await.unwrap();
    for sql in [
        "insert into people (id, name, key, created) values (1, 'ada', 'ada', 1)",
        "insert into rules values ('shop', 1, 1, 1)",
        "insert into drafts (id, cloud, began, began_by, saved, saved_by) values (1, 'shop', 1, 1, 5, 1)",
        "insert into revisions values ('shop', 1, 1, 'd', '{}', 2)",
        "insert into votes values
            (1, 'shop', 1, 1, 'ada', 'approve', '', 'd', 1, 1, '{}', 3, 4),
            (2, 'shop', 1, 1, 'ada', 'approve', '', 'd', 1, 1, '{}', 3, 5)",
        "insert into approvals values ('shop', 1, 4)",
        "insert into draft_saves values (1, 1, 5, 9)",
    ] {
        sqlx::query(sql).execute(&pool).await.unwrap();
    }
    pool.close().await;
    let store = Store::open(folder.path()).await.unwrap();
    let before: i64 = sqlx::query_scalar("select votes_before from draft_saves")
        .fetch_one(&store.read)
        .await
        .unwrap();
    assert_eq!(before, 1);
    assert_eq!(count(&store, "held_approvals").await, 0);
    let rule = store.agree(&shop(), &terms(1)).await.unwrap();
    assert_eq!(rule.version, 2);
}

#[tokio::test]
async fn acts_are_read_a_page_at_a_time() {
    let store = asking(1).await;
    submitted(&store, "reviews", ADA).await;
    submitted(&store, "ratings", ADA).await;
    let about = crate::About {
        cloud: Some(shop()),
        digest: None,
    };
    let page = store.acts_about(&about, None, 3).await.unwrap();
    let rest = store
        .acts_about(&about, Some(page[2].seq), 9)
        .await
        .unwrap();
    let seqs = |acts: &[Record]| -> Vec<i64> { acts.iter().map(|act| act.seq).collect() };
    // The first act made the people; it belongs to no cloud.
    assert_eq!((seqs(&page), seqs(&rest)), (vec![6, 5, 4], vec![3, 2]));
}
