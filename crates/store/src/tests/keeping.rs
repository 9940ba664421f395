//! What is kept of rollouts stays as it is.

use intent::rollout::{Errand, Note};

use super::{
    rollouts::{ONE, begun, claim, done, finish, forward, looking, to_do, write},
    *,
};
use crate::{Error, NewRollout};

#[tokio::test]
async fn a_row_and_what_it_changes_are_written_together_or_not_at_all() {
    let (store, lease) = begun().await;
    let eu = forward("eu-west");
    write(&store, &lease, &[Note::Asked(eu.clone())]).await;
    run(
        &store,
        "create trigger full before insert on ledger begin select raise(abort, 'disk full'); end",
    )
    .await;
    let answer = Note::Answered(eu, done("new"));
    assert!(store.note(&lease, answer).await.is_err());
    assert_eq!(count(&store, "rollout_journal").await, 1);
    run(&store, "drop trigger full").await;

    run(
        &store,
        "create trigger full before insert on audit begin select raise(abort, 'disk full'); end",
    )
    .await;
    assert!(store.stop(&shop(), ONE, by(ROY)).await.is_err());
    assert_eq!(count(&store, "rollout_journal").await, 1);
    run(&store, "drop trigger full").await;
    store.stop(&shop(), ONE, by(ROY)).await.unwrap();
}

#[tokio::test]
async fn rows_of_rollouts_can_be_neither_changed_nor_removed_nor_replaced() {
    let (store, lease) = begun().await;
    write(&store, &lease, &[Note::Asked(forward("eu-west"))]).await;
    for table in ["rollouts", "rollout_journal"] {
        for sql in [
            format!("update {table} set rowid = rowid"),
            format!("delete from {table}"),
            format!("insert or replace into {table} select * from {table}"),
        ] {
            let done = sqlx::query(sqlx::AssertSqlSafe(sql.clone()))
                .execute(&store.write)
                .await;
            let says = done.unwrap_err().to_string();
            assert!(says.contains(" are never "), "{sql}: {says}");
        }
    }
    let row = "insert into rollout_journal (cloud, rollout, word, direction, outcome, note, at)
        values ('shop', 1, ";
    let refused = [
        ("'asked', 'forward', null, '{}', 1)", "never continued"),
        ("'turned', null, null, '{}', 1)", "UNIQUE"),
        ("'ended', null, null, '{}', 1)", "CHECK"),
    ];
    store.stop(&shop(), ONE, by(ROY)).await.unwrap();
    for (values, why) in refused {
        let sql = format!("{row}{values}");
        let done = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&store.write);
        let says = done.await.unwrap_err().to_string();
        assert!(says.contains(why), "{values}: {says}");
    }
    let journal = store.notes_after(&shop(), ONE, 0).await.unwrap();
    finish(&store, &lease, journal).await;
    for (sql, why) in [
        (
            format!("{row}'looked', 'back', null, '{{}}', 1)"),
            "never taken up",
        ),
        ("update leases set fence = 0".into(), "never set back"),
        ("delete from leases".into(), "never removed"),
    ] {
        let done = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&store.write);
        let says = done.await.unwrap_err().to_string();
        assert!(says.contains(why), "{says}");
    }
}

#[tokio::test]
async fn a_rollout_that_was_edited_by_hand_is_noticed() {
    // Whoever edits the hashes as well cannot edit what the record tells of them.
    for edit in [
        "update rollouts set plans = replace(plans, 'STRICT', 'DISABLE')",
        "update rollouts set ordered = replace(ordered, '\"by\":4', '\"by\":1')",
        "update rollouts set owned = '[ ]'",
        "update rollouts set planned = replace(planned, substr(planned, 1, 1), 'x')",
        "update rollouts set hash = replace(hash, substr(hash, 1, 1), 'x')",
    ] {
        let (store, lease) = begun().await;
        run(&store, "drop trigger rollouts_are_never_changed").await;
        run(&store, edit).await;
        let told = store.rollout(&shop(), ONE).await.unwrap_err();
        assert!(matches!(told, Error::Unfit(_)), "{edit}");
        assert!(told.to_string().contains("not what was kept"), "{told}");
        assert!(store.resume(&shop(), ONE).await.is_err(), "{edit}");
        assert!(store.stop(&shop(), ONE, by(ROY)).await.is_err(), "{edit}");
        drop(lease);
    }
}

#[tokio::test]
async fn a_rollout_that_was_forged_whole_is_noticed() {
    let (store, _lease) = begun().await;
    let (ordered, plans, owned): (String, String, String) =
        sqlx::query_as("select ordered, plans, owned from rollouts")
            .fetch_one(&store.read)
            .await
            .unwrap();
    let plans = plans.replace("STRICT", "DISABLE");
    let planned = intent::Digest::of(json!([plans, owned]).to_string());
    let hash = intent::Digest::of(json!([ordered, planned]).to_string());
    run(&store, "drop trigger rollouts_are_never_changed").await;
    sqlx::query("update rollouts set plans = ?, planned = ?, hash = ?")
        .bind(plans)
        .bind(planned.as_str())
        .bind(hash.as_str())
        .execute(&store.write)
        .await
        .unwrap();
    let told = store.resume(&shop(), ONE).await.unwrap_err();
    assert!(told.to_string().contains("not what was kept"), "{told}");
    assert!(store.rollouts(&shop()).await.is_err());
}

#[tokio::test]
async fn an_end_that_was_forged_lets_nothing_be_rolled_back_to() {
    let (store, lease) = begun().await;
    store.stop(&shop(), ONE, by(ROY)).await.unwrap();
    let journal = store.notes_after(&shop(), ONE, 0).await.unwrap();
    finish(&store, &lease, journal).await;
    for sql in [
        "drop trigger notes_are_never_changed",
        "update rollout_journal set outcome = 'applied', note = '{\"ended\":\"applied\"}' where word = 'ended'",
    ] {
        run(&store, sql).await;
    }
    let told = store.rollouts(&shop()).await.unwrap_err();
    assert!(told.to_string().contains("not what was kept"), "{told}");
    let revision = store.revision(&shop(), FIRST).await.unwrap();
    let back = NewRollout {
        errand: Errand::RollBack,
        ..to_do(&store, &revision, None).await
    };
    let refused = claim(&store, &back, &looking(None)).await.unwrap_err();
    assert!(matches!(refused, Error::Unfit(_)), "{refused}");
}
