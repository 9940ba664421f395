use intent::{IntentId, Left, Level};
use tokio::task::JoinSet;

use super::*;
use crate::{About, Error, Which};

#[tokio::test]
async fn a_revision_is_numbered_per_cloud_and_its_intents_by_themselves() {
    let store = asking(1).await;
    let reviews = submitted(&store, "reviews", ADA).await;
    let ratings = submitted(&store, "ratings", ADA).await;
    let draft = next(&store, &reviews).await;
    let again = submit(&store, &draft, ADA).await;
    let numbers: Vec<(i64, IntentId, i64)> = [&reviews, &ratings, &again]
        .iter()
        .map(|r| (r.number.0, r.intents[0].intent, r.intents[0].version))
        .collect();
    assert_eq!(
        numbers,
        [
            (1, IntentId(1), 1),
            (2, IntentId(2), 1),
            (3, IntentId(1), 2)
        ]
    );
    let bank = CloudName::read("bank").unwrap();
    let elsewhere = NewDraft {
        cloud: bank.clone(),
        ..new("reviews")
    };
    store.agree(&bank, &terms(1)).await.unwrap();
    let draft = store.begin_draft(&elsewhere, by(ADA)).await.unwrap();
    let other = store
        .submit(&bank, draft.id, 0, &Seen::default(), by(ADA), sealing)
        .await
        .unwrap();
    assert_eq!((other.number, other.intents[0].version), (FIRST, 1));

    let name = |r: &Revision| (r.intents[0].intent, r.intents[0].name.clone());
    assert_eq!(
        store.intents(&shop()).await.unwrap(),
        [name(&ratings), name(&reviews)]
    );
    assert_eq!(
        store.intent(&shop(), "reviews").await.unwrap(),
        name(&reviews)
    );
    assert_eq!(
        store
            .revisions_of(&shop(), &name(&reviews).1)
            .await
            .unwrap(),
        [again.clone(), reviews.clone()]
    );
    assert_eq!(
        store.revisions(&shop()).await.unwrap(),
        [again, ratings, reviews]
    );
}

#[tokio::test]
async fn a_revision_is_read_as_it_was_sealed_and_its_draft_is_closed() {
    let store = asking(1).await;
    let draft = written(&store, &new("reviews"), ADA).await;
    let revision = submit(&store, &draft, BEN).await;
    assert!(revision.seals());
    assert_eq!(store.revision(&shop(), FIRST).await.unwrap(), revision);
    assert_eq!((revision.author, revision.began), (BEN, draft.began));
    assert_eq!(revision.author_name.as_str(), "ben");

    assert_eq!(store.drafts(&shop()).await.unwrap(), []);
    let closed = store.draft(&shop(), draft.id).await.unwrap();
    assert_eq!(closed.revision, Some(FIRST));
    assert_eq!(closed.intents[0].intent, Some(revision.intents[0].intent));
    let answers = [
        store
            .save_draft(&shop(), draft.id, 1, "x", &Form::default(), by(ADA))
            .await
            .err(),
        store.discard_draft(&shop(), draft.id, by(ADA)).await.err(),
        store.restore_draft(&shop(), draft.id, by(ADA)).await.err(),
    ];
    for answer in answers {
        assert!(matches!(answer, Some(Error::Conflict(_))), "{answer:?}");
    }

    let about = About {
        cloud: Some(shop()),
        digest: Some(revision.digest.clone()),
    };
    let acts = store.acts_about(&about, None, 9).await.unwrap();
    let told: Vec<(&str, String)> = acts.iter().map(|a| (a.name.as_str(), a.did())).collect();
    assert_eq!(told, [("ben", "submitted revision 1".into())]);
}

#[tokio::test]
async fn a_draft_is_submitted_once_and_in_the_version_that_was_seen() {
    let store = asking(1).await;
    let draft = written(&store, &new("reviews"), ADA).await;
    let seen = Seen::default();
    let late = store
        .submit(&shop(), draft.id, 0, &seen, by(ADA), sealing)
        .await;
    assert!(matches!(late, Err(Error::Overtaken(now)) if *now == draft));

    let mut submitting = JoinSet::new();
    for _ in 0..8 {
        let (store, id) = (store.clone(), draft.id);
        let seen = seen.clone();
        submitting.spawn(async move {
            let (cloud, by) = (shop(), by(ADA));
            store.submit(&cloud, id, 1, &seen, by, sealing).await
        });
    }
    let answers = submitting.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let refused = answers.into_iter().filter_map(Result::err);
    assert!(refused.into_iter().all(|e| matches!(e, Error::Conflict(_))));
    assert_eq!(count(&store, "revisions").await, 1);
}

#[tokio::test]
async fn what_cannot_be_sealed_leaves_everything_as_it_was() {
    let store = asking(1).await;
    submitted(&store, "reviews", ADA).await;
    let draft = written(&store, &new("reviews"), ADA).await;
    let before = verbs(&store).await;

    let finding = Finding::field(Level::Error, "required", "mode", "Mode is missing.", "");
    let findings = vec![finding];
    let seen = seen(&store).await;
    let refused = store
        .submit(&shop(), draft.id, 1, &seen, by(ADA), |_| {
            Err(findings.clone())
        })
        .await;
    assert!(matches!(refused, Err(Error::Rejected(said)) if said == findings));
    let taken = store
        .submit(&shop(), draft.id, 1, &seen, by(ADA), sealing)
        .await;
    assert!(matches!(taken, Err(Error::Conflict(says)) if says.contains("is taken")));
    let other = store
        .submit(&shop(), draft.id, 1, &seen, by(ADA), |ground| {
            let mut unnumbered = sealing(ground)?;
            unnumbered.intents.clear();
            Ok(unnumbered)
        })
        .await;
    assert!(matches!(other, Err(Error::Conflict(_))));

    assert_eq!(store.draft(&shop(), draft.id).await.unwrap(), draft);
    assert_eq!(count(&store, "intents").await, 1);
    assert_eq!(count(&store, "revisions").await, 1);
    assert_eq!(verbs(&store).await, before);
}

#[tokio::test]
async fn whoever_seals_sees_what_else_holds_in_the_cloud() {
    let store = asking(1).await;
    let reviews = submitted(&store, "reviews", ADA).await;
    let ratings = submitted(&store, "ratings", ADA).await;
    let recalled = submitted(&store, "details", ADA).await;
    store
        .recall(&shop(), recalled.number, by(ADA))
        .await
        .unwrap();
    let draft = next(&store, &reviews).await;
    let second = submit(&store, &draft, ADA).await;
    assert_eq!(
        store.holding(&shop()).await.unwrap(),
        [ratings.clone(), second.clone()]
    );

    let numbers = [ratings.number, second.number];
    assert_eq!(seen(&store).await.holding, numbers);

    let draft = next(&store, &ratings).await;
    let now = seen(&store).await;
    let mut ground = None;
    store
        .submit(&shop(), draft.id, 0, &now, by(ADA), |seen| {
            ground = Some(seen.clone());
            sealing(seen)
        })
        .await
        .unwrap();
    let number = RevisionNumber(5);
    assert_eq!(ground, Some(Ground { draft, number }));
}

#[tokio::test]
async fn what_was_worked_out_before_others_submitted_is_worked_out_again() {
    let store = asking(1).await;
    let draft = written(&store, &new("reviews"), ADA).await;
    let before = seen(&store).await;
    submitted(&store, "ratings", BEN).await;
    let stale = store
        .submit(&shop(), draft.id, 1, &before, by(ADA), |_| {
            panic!("this is not to be sealed")
        })
        .await;
    assert!(matches!(stale, Err(Error::Stale)));
    submit(&store, &draft, ADA).await;
}

#[tokio::test]
async fn nothing_is_sealed_outside_the_namespaces_of_its_cloud() {
    let store = asking(1).await;
    let draft = written(&store, &new("reviews"), ADA).await;
    let elsewhere = Terms {
        namespaces: vec!["guestbook".into()],
        ..terms(1)
    };
    store.agree(&shop(), &elsewhere).await.unwrap();
    let seen = seen(&store).await;
    let refused = store
        .submit(&shop(), draft.id, 1, &seen, by(ADA), sealing)
        .await;
    let Err(Error::Rejected(found)) = refused else {
        panic!("{refused:?}");
    };
    let says = "PeerAuthentication default/reviews is in a namespace that does not belong to shop.";
    let said: Vec<&str> = found.iter().map(|one| one.says.as_str()).collect();
    assert_eq!(said, [says; 2]);
    assert_eq!(count(&store, "revisions").await, 0);
}

#[tokio::test]
async fn a_draft_from_before_the_latest_revision_does_not_undo_that() {
    let store = asking(1).await;
    let first = submitted(&store, "reviews", ADA).await;
    let old = save(&store, &next(&store, &first).await, ADA).await;
    store.discard_draft(&shop(), old.id, by(ADA)).await.unwrap();
    submit(&store, &next(&store, &first).await, ADA).await;
    let says = "Revision 2 of this intent was submitted since this draft was begun, and this draft would undo it. Edit \
                the intent as it is now; what was typed here stays readable.";
    let restored = store.restore_draft(&shop(), old.id, by(ADA)).await;
    assert!(matches!(restored, Err(Error::Moved(said)) if said == says));
    // As earlier versions could leave it behind.
    run(&store, "update drafts set discarded = null where id = 2").await;
    let refused = store
        .submit(&shop(), old.id, 1, &seen(&store).await, by(ADA), sealing)
        .await;
    assert!(matches!(refused, Err(Error::Moved(said)) if said == says));
    let late = NewDraft {
        intent: Some(first.intents[0].intent),
        base: Some(first.number),
        ..new("reviews")
    };
    let begun = store.begin_draft(&late, by(BEN)).await;
    assert!(matches!(begun, Err(Error::Moved(_))));
}

#[tokio::test]
async fn what_a_draft_was_and_who_wrote_on_it_stays_once_it_is_submitted() {
    let store = asking(1).await;
    let draft = written(&store, &new("reviews"), ADA).await;
    let open = written(&store, &new("ratings"), BEN).await;
    submit(&store, &draft, ADA).await;
    for sql in [
        "update draft_saves set person = 2 where draft = 1",
        "update draft_saves set first = 1",
        "update draft_saves set last = 1",
        "update draft_saves set votes_before = 99",
        "update draft_saves set last = last + 1 where draft = 1",
        "delete from draft_saves",
        "insert into draft_saves (draft, person, first, last) values (1, 3, 1, 1)",
        "insert or replace into draft_saves (draft, person, first, last) values (2, 2, 1, 1)",
        "update drafts set saved_by = 2 where id = 1",
        "update drafts set revision = null where id = 1",
        "update drafts set began = began - 1",
        "update drafts set base = 1 where id = 2",
        "delete from drafts where id = 2",
        "update draft_intents set form = '{}' where draft = 1",
        "update draft_intents set intent = null where draft = 1",
        "delete from draft_intents",
        "insert into draft_intents (draft, place, name, kind, form) values (1, 1, 'x', 'x', '{}')",
    ] {
        let done = sqlx::query(sql).execute(&store.write).await;
        let says = done.unwrap_err().to_string();
        assert!(says.contains(" are never "), "{sql}: {says}");
    }
    save(&store, &open, BEN).await;
}

#[tokio::test]
async fn what_a_list_shows_is_read_without_what_becomes_of_objects() {
    let store = asking(1).await;
    let first = submitted(&store, "reviews", ADA).await;
    let other = submitted(&store, "ratings", ADA).await;
    let second = submit(&store, &next(&store, &first).await, ADA).await;
    approve(&store, &second, REV).await.unwrap();
    run(&store, "drop trigger bundles_are_never_changed").await;
    run(&store, "update bundles set bytes = 'not read'").await;
    let bare = |revision: &Revision| {
        let mut bare = revision.clone();
        bare.bundles.iter_mut().for_each(|b| b.entries.clear());
        bare
    };
    let (docket, all) = store.listed(&shop(), Which::All).await.unwrap();
    assert_eq!(all, [&second, &other, &first].map(bare));
    let votes = store.votes(&shop(), second.number).await.unwrap();
    assert_eq!(docket.votes, [(second.number, votes)].into());
    let panel = docket.panel.unwrap();
    assert_eq!(
        panel.left,
        [(first.number, Left::Superseded(second.number))].into()
    );
    let (_, latest) = store.listed(&shop(), Which::Latest).await.unwrap();
    assert_eq!(latest, [&second, &other].map(bare));
    let (_, holding) = store.listed(&shop(), Which::Holding).await.unwrap();
    assert_eq!(holding, [&other, &second].map(bare));
    let numbers = store.revision_numbers(&shop()).await.unwrap();
    assert_eq!(numbers, [second.number, other.number, first.number]);
    let today = panel.today(second.number, &sites(), &base());
    let counted = intent::Approved::count(bare(&second), &docket.votes[&second.number], &today);
    assert_eq!(counted, Err(intent::Short::Broken));
}

#[tokio::test]
async fn sealed_rows_can_be_neither_changed_nor_removed_nor_replaced() {
    let store = asking(1).await;
    let revision = submitted(&store, "reviews", ADA).await;
    approve(&store, &revision, REV).await.unwrap();
    let second = submit(&store, &next(&store, &revision).await, ADA).await;
    store.recall(&shop(), second.number, by(ADA)).await.unwrap();
    for table in [
        "revisions",
        "revision_intents",
        "bundles",
        "revision_bundles",
        "votes",
        "held_approvals",
        "recalls",
        "rules",
        "audit",
    ] {
        let before = count(&store, table).await;
        assert!(before > 0, "{table}");
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
        assert_eq!(count(&store, table).await, before);
    }
}

#[tokio::test]
async fn a_sealed_revision_that_was_edited_by_hand_is_noticed() {
    for edit in [
        "update bundles set bytes = replace(bytes, 'STRICT', 'DISABLE')",
        "update bundles set bytes = replace(bytes, '{\"site\"', '{ \"site\"')",
        "update bundles set hash = replace(hash, substr(hash, 1, 1), 'x')",
        "update revisions set sealed = replace(sealed, 'STRICT', 'DISABLE')",
        "update revisions set sealed = '{}'",
        "update revisions set sealed = replace(sealed, '\"author\":1', '\"author\":2')",
        "update revisions set sealed = json_set(sealed, '$.began', 1)",
        "update revisions set sealed = json_set(sealed, '$.base', json('{\"sites\":[]}'))",
        "update revisions set sealed = json_set(sealed, '$.compiler', '2')",
        "update revisions set sealed = replace(sealed, 'accepts mutual TLS only', 'stays as it is')",
        "update revisions set digest = replace(digest, substr(digest, 1, 1), 'x')",
        "update revisions set number = 1, sealed = replace(sealed, '\"number\":1', '\"number\":2')",
        "update revision_bundles set place = 1 - place",
        "delete from revision_bundles where place = 1",
    ] {
        let store = asking(1).await;
        submitted(&store, "reviews", ADA).await;
        for sql in [
            "pragma foreign_keys = off",
            "drop trigger bundles_are_never_changed",
            "drop trigger revisions_are_never_changed",
            "drop trigger revision_bundles_are_never_changed",
            "drop trigger revision_bundles_are_never_removed",
        ] {
            run(&store, sql).await;
        }
        // One place at a time: a primary key is checked row by row.
        if edit.contains("1 - place") {
            for sql in [
                "update revision_bundles set place = place + 8",
                "update revision_bundles set place = 9 - place",
            ] {
                run(&store, sql).await;
            }
        } else {
            run(&store, edit).await;
        }
        let told = store.revision(&shop(), FIRST).await.unwrap_err();
        assert!(matches!(told, Error::Unfit(_)), "{edit}");
        assert!(told.to_string().contains("not what was sealed"), "{told}");
        assert!(store.revisions(&shop()).await.is_err(), "{edit}");
        assert!(store.holding(&shop()).await.is_err(), "{edit}");
    }
}

#[tokio::test]
async fn equal_bundles_are_kept_once() {
    let store = asking(1).await;
    submitted(&store, "reviews", ADA).await;
    submitted(&store, "ratings", ADA).await;
    assert_eq!(count(&store, "bundles").await, 2);
    assert_eq!(count(&store, "revision_bundles").await, 4);
}
