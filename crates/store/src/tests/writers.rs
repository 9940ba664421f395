//! Whoever wrote on a revision has no vote on it.

use std::collections::BTreeSet;

use super::{voting::is_approved, *};

async fn wrote(store: &Store, number: i64) -> BTreeSet<PersonId> {
    let panel = store.panel(&shop()).await.unwrap();
    let number = RevisionNumber(number);
    let savers = panel.savers.get(&number).cloned().unwrap_or_default();
    let wrote = savers.keys().copied().collect();
    let revision = store.revision(&shop(), number).await.unwrap();
    let today = store.today(&revision, &sites(), &base()).await.unwrap();
    assert_eq!(today.savers, savers);
    wrote
}

#[tokio::test]
async fn whoever_saved_or_submitted_wrote() {
    let store = asking(1).await;
    let draft = store.begin_draft(&new("reviews"), by(ROY)).await.unwrap();
    let draft = save(&store, &draft, BEN).await;
    submit(&store, &draft, ADA).await;
    assert_eq!(wrote(&store, 1).await, [ADA, BEN].into());
}

#[tokio::test]
async fn what_was_written_on_earlier_revisions_counts_until_one_is_approved() {
    let store = asking(1).await;
    let draft = written(&store, &new("reviews"), BEN).await;
    let first = submit(&store, &draft, ADA).await;
    let second = submit(&store, &next(&store, &first).await, ADA).await;
    assert_eq!(wrote(&store, 2).await, [ADA, BEN].into());
    approve(&store, &second, REV).await.unwrap();
    submit(&store, &next(&store, &second).await, ROY).await;
    assert_eq!(wrote(&store, 3).await, [ROY].into());
}

#[tokio::test]
async fn what_was_written_before_the_last_one_was_approved_counts_for_the_next() {
    let store = asking(1).await;
    let first = submitted(&store, "reviews", ADA).await;
    let draft = save(&store, &next(&store, &first).await, BEN).await;
    approve(&store, &first, REV).await.unwrap();
    submit(&store, &draft, ADA).await;
    assert_eq!(wrote(&store, 2).await, [ADA, BEN].into());
}

#[tokio::test]
async fn an_open_or_discarded_draft_counts_too() {
    let store = asking(1).await;
    let first = submitted(&store, "reviews", ADA).await;
    let draft = save(&store, &next(&store, &first).await, BEN).await;
    assert_eq!(wrote(&store, 1).await, [ADA, BEN].into());
    store
        .discard_draft(&shop(), draft.id, by(BEN))
        .await
        .unwrap();
    assert_eq!(wrote(&store, 1).await, [ADA, BEN].into());
    let refused = approve(&store, &first, BEN).await;
    assert!(matches!(refused, Err(crate::Error::CannotVote(_))));
}

#[tokio::test]
async fn whoever_approved_may_write_on_the_next_one_without_undoing_that() {
    let store = asking(1).await;
    let first = submitted(&store, "reviews", ADA).await;
    approve(&store, &first, BEN).await.unwrap();
    // In the same millisecond, as it may be.
    save(&store, &next(&store, &first).await, BEN).await;
    assert_eq!(wrote(&store, 1).await, [ADA, BEN].into());
    assert!(is_approved(&store, &first).await);
    let again = approve(&store, &first, BEN).await;
    assert!(matches!(again, Err(crate::Error::CannotVote(_))));
}

#[tokio::test]
async fn an_approval_that_was_taken_back_does_not_let_its_writers_vote_on_the_next_one() {
    let store = asking(1).await;
    let first = submitted(&store, "reviews", BEN).await;
    approve(&store, &first, REV).await.unwrap();
    let objection = ballot(&first, Ballot::RequestChanges);
    store
        .vote(&objection, &sites(), &base(), by(REV))
        .await
        .unwrap();
    let draft = save(&store, &next(&store, &first).await, ADA).await;
    let second = submit(&store, &draft, ADA).await;
    assert_eq!(wrote(&store, 2).await, [ADA, BEN].into());
    let refused = approve(&store, &second, BEN).await;
    assert!(matches!(refused, Err(crate::Error::CannotVote(_))));
}

#[tokio::test]
async fn an_approval_that_came_true_without_a_vote_stands_and_lets_its_writers_vote_on_the_next_one()
 {
    let store = asking(2).await;
    let first = submitted(&store, "reviews", ADA).await;
    approve(&store, &first, BEN).await.unwrap();
    let objection = ballot(&first, Ballot::RequestChanges);
    store
        .vote(&objection, &sites(), &base(), by(ROY))
        .await
        .unwrap();
    approve(&store, &first, REV).await.unwrap();
    assert!(!is_approved(&store, &first).await);
    run(
        &store,
        "delete from grants where person = 4 and role = 'reviewer'",
    )
    .await;
    let draft = save(&store, &next(&store, &first).await, BEN).await;
    assert!(is_approved(&store, &first).await);
    submit(&store, &draft, BEN).await;
    assert_eq!(wrote(&store, 2).await, [BEN].into());
}

#[tokio::test]
async fn an_approval_under_which_the_mesh_moved_clears_nobody() {
    let store = asking(1).await;
    let first = submitted(&store, "reviews", ADA).await;
    approve(&store, &first, REV).await.unwrap();
    let draft = save(&store, &next(&store, &first).await, BEN).await;
    let mut moved = seen(&store).await;
    moved.bases.get_mut(&FIRST).unwrap().sites[0].1[0].spec = Some(intent::Digest::of("{}"));
    let (id, version) = (draft.id, draft.version);
    store
        .submit(&shop(), id, version, &moved, by(BEN), sealing)
        .await
        .unwrap();
    assert_eq!(wrote(&store, 2).await, [ADA, BEN].into());
}

#[tokio::test]
async fn what_was_in_force_clears_whoever_wrote_it_and_what_was_taken_back_does_not() {
    for (outcome, expected) in [("applied", vec![BEN]), ("taken_back", vec![ADA, BEN])] {
        let store = asking(1).await;
        let first = submitted(&store, "reviews", ADA).await;
        let draft = save(&store, &next(&store, &first).await, BEN).await;
        submit(&store, &draft, BEN).await;
        run(
            &store,
            "insert into rollouts (cloud, number, revision, ordered, plans, owned, planned, hash, at)
             values ('shop', 1, 1, '', '', '', '', '', 1)",
        )
        .await;
        sqlx::query(
            "insert into rollout_journal (cloud, rollout, word, outcome, note, at)
             values ('shop', 1, 'ended', ?, '', 1)",
        )
        .bind(outcome)
        .execute(&store.write)
        .await
        .unwrap();
        let expected = expected.into_iter().collect();
        assert_eq!(wrote(&store, 2).await, expected, "{outcome}");
    }
}

#[tokio::test]
async fn what_was_written_on_other_intents_does_not_count() {
    let store = asking(1).await;
    submitted(&store, "reviews", ADA).await;
    submitted(&store, "ratings", BEN).await;
    written(&store, &new("details"), ROY).await;
    assert_eq!(wrote(&store, 1).await, [ADA].into());
    assert_eq!(wrote(&store, 2).await, [BEN].into());
}
