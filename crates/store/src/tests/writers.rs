//! Whoever wrote on a revision has no vote on it.

use std::collections::BTreeSet;

use super::*;

async fn wrote(store: &Store, number: i64) -> BTreeSet<PersonId> {
    let panel = store.panel(&shop()).await.unwrap();
    let number = RevisionNumber(number);
    let savers = panel.savers.get(&number).cloned().unwrap_or_default();
    let revision = store.revision(&shop(), number).await.unwrap();
    let today = store.today(&revision, &sites(), &base()).await.unwrap();
    assert_eq!(today.savers, savers);
    savers
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
async fn a_discarded_draft_that_goes_on_from_before_the_last_approved_revision_brings_its_writers_back()
 {
    let store = asking(1).await;
    let first = submitted(&store, "reviews", BEN).await;
    let old = save(&store, &next(&store, &first).await, ROY).await;
    store.discard_draft(&shop(), old.id, by(ADA)).await.unwrap();
    let second = submit(&store, &next(&store, &first).await, ADA).await;
    run(
        &store,
        "update draft_saves set first = 1, last = 1 where person = 4",
    )
    .await;
    approve(&store, &second, REV).await.unwrap();
    let draft = next(&store, &second).await;
    let third = submit(&store, &draft, ADA).await;
    assert_eq!(wrote(&store, 3).await, [ADA].into());
    store.recall(&shop(), third.number, by(ADA)).await.unwrap();

    store.restore_draft(&shop(), old.id, by(ADA)).await.unwrap();
    submit(&store, &old, ADA).await;
    assert_eq!(wrote(&store, 4).await, [ADA, BEN, ROY].into());
}

#[tokio::test]
async fn whoever_approved_may_write_on_the_next_one_without_undoing_that() {
    let store = asking(1).await;
    let first = submitted(&store, "reviews", ADA).await;
    approve(&store, &first, BEN).await.unwrap();
    save(&store, &next(&store, &first).await, BEN).await;
    run(
        &store,
        "update draft_saves set first = first + 1 where person = 2",
    )
    .await;
    assert_eq!(wrote(&store, 1).await, [ADA].into());
    let votes = store.votes(&shop(), FIRST).await.unwrap();
    let today = store.today(&first, &sites(), &base()).await.unwrap();
    assert!(intent::Approved::count(first, &votes, &today).is_ok());
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
