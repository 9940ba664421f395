//! What is in force in a cloud, read at once.

use intent::IntentId;

use super::{
    rollouts::{approved, carried_out, first, looking, removing, to_do, wanting},
    *,
};
use crate::InForce;

/// The names of the intents, and what is in force of each.
fn revisions(found: &InForce) -> Vec<(&str, Option<i64>)> {
    let intents = found.intents.values();
    let named = intents.map(|(name, revision)| (name.as_str(), revision.map(|number| number.0)));
    named.collect()
}

#[tokio::test]
async fn what_is_in_force_is_read_with_all_that_tells_how_far_it_goes() {
    let store = asking(1).await;
    let (one, new) = first(&store).await;
    let before = store.in_force(&shop()).await.unwrap();
    let name = one.intents[0].name.as_str();
    assert_eq!(revisions(&before), [(name, None)]);
    assert_eq!((before.rollouts.len(), before.notes), (0, 0));
    assert_eq!(before.acts, store.acts(1).await.unwrap()[0].seq);

    carried_out(&store, &new, &looking(None)).await;
    let found = store.in_force(&shop()).await.unwrap();
    let journal = store
        .notes_after(&shop(), found.rollouts[0].order.number, 0)
        .await
        .unwrap();
    let expected = InForce {
        cloud: shop(),
        intents: [(IntentId(1), (one.intents[0].name.clone(), Some(FIRST)))].into(),
        ledger: store.ledger(&shop()).await.unwrap(),
        rollouts: store.rollouts(&shop()).await.unwrap(),
        acts: store.acts(1).await.unwrap()[0].seq,
        notes: journal.last().unwrap().seq,
    };
    assert_eq!(found, expected);
    assert_eq!((found.ledger.len(), found.rollouts.len()), (2, 1));

    // A withdrawal is in force as well: it is what has to hold.
    let strict = looking(Some("STRICT"));
    let two = approved(&store, Some(&one), removing(), &strict).await;
    let new = to_do(&store, &two, Some("STRICT")).await;
    carried_out(&store, &new, &strict).await;
    let withdrawn = store.in_force(&shop()).await.unwrap();
    assert_eq!(revisions(&withdrawn), [(name, Some(two.number.0))]);
    assert_eq!(withdrawn.ledger, []);
}

#[tokio::test]
async fn what_is_in_force_elsewhere_is_not_told() {
    let store = asking(1).await;
    let (_, new) = first(&store).await;
    carried_out(&store, &new, &looking(None)).await;
    let bank = CloudName::read("bank").unwrap();
    let expected = InForce {
        cloud: bank.clone(),
        intents: [].into(),
        ledger: Vec::new(),
        rollouts: Vec::new(),
        acts: 0,
        notes: 0,
    };
    assert_eq!(store.in_force(&bank).await.unwrap(), expected);
}

#[tokio::test]
async fn intents_that_were_never_rolled_out_are_not_in_force() {
    let store = asking(1).await;
    approved(&store, None, wanting("STRICT"), &looking(None)).await;
    let found = store.in_force(&shop()).await.unwrap();
    assert!(
        found
            .intents
            .values()
            .all(|(_, revision)| revision.is_none())
    );
}
