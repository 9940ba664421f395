//! A rollout begins with a claim.

use intent::{
    Left, RolloutNumber,
    rollout::{Errand, Past, Rollout},
};
use tokio::task::JoinSet;

use super::{
    rollouts::{
        approved, carried_out, claim, finish, first, in_review, looking, moved, to_do, wanting,
    },
    *,
};
use crate::{About, Error, NewRollout};

#[tokio::test]
async fn a_claim_writes_the_whole_rollout_down_before_anything_is_asked() {
    let store = asking(1).await;
    let (revision, new) = first(&store).await;
    let lease = claim(&store, &new, &looking(None)).await.unwrap();
    let rollout = lease.rollout();
    assert_eq!(rollout.plans, new.plans);
    assert_eq!(rollout.owned, []);
    let order = &rollout.order;
    assert_eq!(
        (order.number, order.revision, &order.digest, order.by),
        (RolloutNumber(1), FIRST, &revision.digest, ROY)
    );
    let sealed = &revision.intents[0];
    assert_eq!(order.intents, [(sealed.intent, sealed.name.clone())]);

    let number = RolloutNumber(1);
    let kept: (Rollout, Vec<_>) = store.rollout(&shop(), number).await.unwrap();
    assert_eq!(kept, (rollout.clone(), vec![]));
    let past = Past {
        order: order.clone(),
        turned: None,
        ended: None,
    };
    assert_eq!(store.rollouts(&shop()).await.unwrap(), [past]);
    assert_eq!(store.running().await.unwrap(), [(shop(), number)]);
    assert_eq!(store.ledger(&shop()).await.unwrap(), []);

    let about = About {
        cloud: Some(shop()),
        digest: Some(revision.digest),
    };
    let acts = store.acts_about(&about, None, 1).await.unwrap();
    assert_eq!(
        (acts[0].name.as_str(), acts[0].did()),
        ("roy", "began rollout 1, revision 1".into())
    );
}

#[tokio::test]
async fn a_claim_counts_approvals_in_its_own_transaction() {
    let none = looking(None);
    let strict = looking(Some("STRICT"));
    let disable = "update people set disabled = 1 where id = 3";
    let recall = "insert into recalls (cloud, revision, at, person) values ('shop', 1, 1, 1)";
    let late = "update grants set since = since + 1000000 where person = 3";
    let cases = [
        (Some(disable), &none, sites(), "1 approval is still missing"),
        (Some(late), &none, sites(), "1 approval is still missing"),
        (Some(recall), &none, sites(), "was recalled"),
        (None, &strict, sites(), "1 approval is still missing"),
        (
            None,
            &none,
            vec!["eu-west".into()],
            "1 approval is still missing",
        ),
    ];
    for (sql, base, sites, why) in cases {
        let store = asking(1).await;
        let (_, new) = first(&store).await;
        if let Some(sql) = sql {
            run(&store, sql).await;
        }
        let before = verbs(&store).await;
        moved(store.claim(new, &sites, base, by(ROY)), why).await;
        for table in ["rollouts", "leases"] {
            assert_eq!(count(&store, table).await, 0, "{why}");
        }
        assert_eq!(verbs(&store).await, before);
    }
}

#[tokio::test]
async fn what_nobody_approved_or_somebody_objects_to_is_not_claimed() {
    let store = asking(1).await;
    let revision = in_review(&store, None, wanting("STRICT")).await;
    let new = to_do(&store, &revision, None).await;
    let none = looking(None);
    moved(claim(&store, &new, &none), "1 approval is still missing").await;
    let vote = ballot(&revision, Ballot::Approve);
    store.vote(&vote, &sites(), &none, by(REV)).await.unwrap();
    let objection = NewVote {
        comment: "Not on Fridays.".into(),
        ..ballot(&revision, Ballot::RequestChanges)
    };
    store
        .vote(&objection, &sites(), &none, by(ROY))
        .await
        .unwrap();
    moved(claim(&store, &new, &none), "a reviewer wants changes").await;
}

#[tokio::test]
async fn what_was_shown_has_to_be_so_still_when_it_is_claimed() {
    let store = asking(1).await;
    let (revision, new) = first(&store).await;
    let none = looking(None);
    let other_digest = NewRollout {
        digest: intent::Digest::of("other bytes"),
        ..new.clone()
    };
    moved(claim(&store, &other_digest, &none), "not the one").await;
    store.agree(&shop(), &terms(2)).await.unwrap();
    moved(claim(&store, &new, &none), "review rule was changed").await;
    let other_rule = NewRollout {
        rule: 2,
        ..new.clone()
    };
    moved(
        claim(&store, &other_rule, &none),
        "approvals are still missing",
    )
    .await;
    store.agree(&shop(), &terms(1)).await.unwrap();

    let second = in_review(&store, Some(&revision), wanting("STRICT")).await;
    let again = NewRollout { rule: 3, ..new };
    moved(claim(&store, &again, &none), "Revision 2 took the place").await;
    assert_eq!(second.number, RevisionNumber(2));
}

#[tokio::test]
async fn a_plan_that_was_not_approved_is_not_claimed() {
    let store = asking(1).await;
    let (_, new) = first(&store).await;
    let none = looking(None);
    let mut other_bytes = new.clone();
    let step = &mut other_bytes.plans[1].steps[0];
    let intent::Entry::Apply(disable) = wanting("DISABLE").remove(0).entries.remove(0) else {
        panic!("it is applied");
    };
    step.after = Some(disable);
    moved(
        claim(&store, &other_bytes, &none),
        "On us-east, PeerAuthentication default/reviews is not approved",
    )
    .await;
    let mut one_site = new.clone();
    one_site.plans.pop();
    moved(claim(&store, &one_site, &none), "not for the sites").await;
    assert_eq!(count(&store, "rollouts").await, 0);
    claim(&store, &new, &none).await.unwrap();
}

#[tokio::test]
async fn of_two_claims_at_once_one_is_refused_and_told_by_which() {
    let store = asking(1).await;
    let (_, new) = first(&store).await;
    let mut claiming = JoinSet::new();
    for _ in 0..8 {
        let (store, new) = (store.clone(), new.clone());
        claiming.spawn(async move { claim(&store, &new, &looking(None)).await });
    }
    let answers = claiming.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for refused in answers.into_iter().filter_map(Result::err) {
        assert!(
            matches!(refused, Error::Moved(says) if says.starts_with("Rollout 1 is under way"))
        );
    }
    assert_eq!(count(&store, "rollouts").await, 1);
}

#[tokio::test]
async fn a_claimed_rollout_keeps_its_approval_whatever_comes_after() {
    let store = asking(1).await;
    let (revision, new) = first(&store).await;
    let lease = claim(&store, &new, &looking(None)).await.unwrap();
    run(&store, "update people set disabled = 1 where id = 3").await;
    store.agree(&shop(), &terms(2)).await.unwrap();
    in_review(&store, Some(&revision), wanting("DISABLE")).await;
    let (lease, journal) = store
        .resume(&shop(), lease.rollout().order.number)
        .await
        .unwrap();
    assert_eq!(journal, []);
    finish(&store, &lease, journal).await;
    let rollouts = store.rollouts(&shop()).await.unwrap();
    assert!(rollouts[0].is_in_force());
}

#[tokio::test]
async fn a_revision_that_is_rolled_out_is_not_recalled_and_holds_its_places() {
    let store = asking(1).await;
    let (revision, new) = first(&store).await;
    let lease = claim(&store, &new, &looking(None)).await.unwrap();
    let refused = store.recall(&shop(), FIRST, by(ADA)).await;
    assert!(matches!(refused, Err(Error::Conflict(says)) if says.contains("withdraw")));
    let second = in_review(&store, Some(&revision), wanting("DISABLE")).await;
    assert_eq!(
        store.holding(&shop()).await.unwrap(),
        [revision.clone(), second.clone()]
    );
    finish(&store, &lease, vec![]).await;
    store.recall(&shop(), second.number, by(ADA)).await.unwrap();
    assert_eq!(store.holding(&shop()).await.unwrap(), [revision]);
    let panel = store.panel(&shop()).await.unwrap();
    assert_eq!(panel.left[&second.number], Left::Recalled);
}

#[tokio::test]
async fn what_was_taken_back_may_be_recalled_or_rolled_out_again() {
    let store = asking(1).await;
    let (revision, new) = first(&store).await;
    for number in [1, 2] {
        let lease = claim(&store, &new, &looking(None)).await.unwrap();
        let number = RolloutNumber(number);
        assert_eq!(lease.rollout().order.number, number);
        store.stop(&shop(), number, by(ROY)).await.unwrap();
        let journal = store.notes_after(&shop(), number, 0).await.unwrap();
        finish(&store, &lease, journal).await;
    }
    assert_eq!(
        store
            .applied(&shop(), revision.intents[0].intent)
            .await
            .unwrap(),
        None
    );
    store.recall(&shop(), FIRST, by(ADA)).await.unwrap();
    assert_eq!(store.holding(&shop()).await.unwrap(), []);
}

#[tokio::test]
async fn rolling_back_needs_no_new_votes_unless_the_rule_changed() {
    let store = asking(1).await;
    let (one, new) = first(&store).await;
    let back = NewRollout {
        errand: Errand::RollBack,
        ..new.clone()
    };
    moved(claim(&store, &back, &looking(None)), "never was in force").await;
    carried_out(&store, &new, &looking(None)).await;
    let strict = looking(Some("STRICT"));
    let two = approved(&store, Some(&one), wanting("DISABLE"), &strict).await;
    let new = to_do(&store, &two, Some("STRICT")).await;
    carried_out(&store, &new, &strict).await;

    // Nobody who approved is there any more.
    run(&store, "update people set disabled = 1 where id = 3").await;
    let disable = looking(Some("DISABLE"));
    let back = NewRollout {
        errand: Errand::RollBack,
        ..to_do(&store, &one, Some("DISABLE")).await
    };
    let lease = claim(&store, &back, &disable).await.unwrap();
    let acts = store.acts(1).await.unwrap();
    assert_eq!(acts[0].did(), "began rollout 3, back to revision 1");
    finish(&store, &lease, vec![]).await;
    let intent = one.intents[0].intent;
    assert_eq!(
        store.applied(&shop(), intent).await.unwrap(),
        Some(one.number)
    );

    store.agree(&shop(), &terms(2)).await.unwrap();
    let ruled = NewRollout {
        errand: Errand::RollBack,
        rule: 2,
        ..to_do(&store, &two, Some("STRICT")).await
    };
    moved(
        claim(&store, &ruled, &strict),
        "review rule was changed since",
    )
    .await;
}
