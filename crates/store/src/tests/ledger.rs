//! The ledger tells of what was answered.

use intent::{
    IntentId,
    rollout::{Note, Outcome, Owned},
};

use super::{
    rollouts::{
        approved, carried_out, claim, done, finish, first, forward, looking, moved, removing,
        to_do, wanting,
    },
    *,
};

/// The object on both sites, as these uids, made so by this revision.
fn owned(uids: [&str; 2], revision: i64, mode: &str) -> Vec<Owned> {
    let of_site = |(bundle, uid): (&Bundle, &str)| Owned {
        site: bundle.site.clone(),
        key: bundle.entries[0].key().clone(),
        uid: uid.into(),
        intent: IntentId(1),
        revision: RevisionNumber(revision),
        spec: intent::Digest::of(json!({"mtls": {"mode": mode}}).to_string()),
    };
    wanting(mode).iter().zip(uids).map(of_site).collect()
}

#[tokio::test]
async fn the_ledger_holds_what_the_clusters_said_that_they_stored() {
    let store = asking(1).await;
    let (one, new) = first(&store).await;
    carried_out(&store, &new, &looking(None)).await;
    let first_made = owned(["new-0", "new-3"], 1, "STRICT");
    assert_eq!(store.ledger(&shop()).await.unwrap(), first_made);

    // Changed, on one site only, then put back: all is as before.
    let strict = looking(Some("STRICT"));
    let two = approved(&store, Some(&one), wanting("DISABLE"), &strict).await;
    let new = to_do(&store, &two, Some("STRICT")).await;
    let lease = claim(&store, &new, &strict).await.unwrap();
    assert_eq!(lease.rollout().owned, first_made);
    let eu = forward("eu-west");
    store.note(&lease, Note::Asked(eu.clone())).await.unwrap();
    let answer = Note::Answered(eu, done("new-0"));
    store.note(&lease, answer).await.unwrap();
    let halfway = [&owned(["new-0", ""], 2, "DISABLE")[..1], &first_made[1..]].concat();
    assert_eq!(store.ledger(&shop()).await.unwrap(), halfway);
    let number = lease.rollout().order.number;
    store.stop(&shop(), number, by(ROY)).await.unwrap();
    let journal = store.notes_after(&shop(), number, 0).await.unwrap();
    let outcome = finish(&store, &lease, journal).await;
    assert!(matches!(outcome, Outcome::TakenBack { left, .. } if left.is_empty()));
    assert_eq!(store.ledger(&shop()).await.unwrap(), first_made);

    // Changed on both.
    carried_out(&store, &new, &strict).await;
    let changed = owned(["new-0", "new-3"], 2, "DISABLE");
    assert_eq!(store.ledger(&shop()).await.unwrap(), changed);
    assert_eq!(
        store.applied(&shop(), IntentId(1)).await.unwrap(),
        Some(two.number)
    );

    // Withdrawn.
    let disable = looking(Some("DISABLE"));
    let three = approved(&store, Some(&two), removing(), &disable).await;
    let new = to_do(&store, &three, Some("DISABLE")).await;
    carried_out(&store, &new, &disable).await;
    assert_eq!(store.ledger(&shop()).await.unwrap(), []);
    let bank = CloudName::read("bank").unwrap();
    assert_eq!(store.applied(&bank, IntentId(1)).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_foreign_or_drifted_is_not_claimed() {
    let store = asking(1).await;
    let disable = looking(Some("DISABLE"));
    let one = approved(&store, None, wanting("STRICT"), &disable).await;
    let foreign = to_do(&store, &one, Some("DISABLE")).await;
    moved(claim(&store, &foreign, &disable), "was not made by Assent").await;

    let store = asking(1).await;
    let (one, new) = first(&store).await;
    carried_out(&store, &new, &looking(None)).await;
    let two = approved(
        &store,
        Some(&one),
        wanting("DISABLE"),
        &looking(Some("PERMISSIVE")),
    )
    .await;
    let drifted = to_do(&store, &two, Some("PERMISSIVE")).await;
    moved(
        claim(&store, &drifted, &looking(Some("PERMISSIVE"))),
        "On eu-west, PeerAuthentication default/reviews is not as revision 1 made it",
    )
    .await;
}
