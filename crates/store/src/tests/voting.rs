use intent::{Approved, CannotVote, Left, Rule, Vote};
use tokio::task::JoinSet;

use super::*;
use crate::{About, Error};

/// Whether the votes on a revision are enough now.
pub(super) async fn is_approved(store: &Store, revision: &Revision) -> bool {
    let today = store.today(revision, &sites(), &base()).await.unwrap();
    let votes = store.votes(&shop(), revision.number).await.unwrap();
    Approved::count(revision.clone(), &votes, &today).is_ok()
}

#[tokio::test]
async fn a_vote_is_read_as_it_was_cast_and_recorded_with_its_digest() {
    let store = asking(1).await;
    let revision = submitted(&store, "reviews", ADA).await;
    let cast = NewVote {
        comment: "Fine.".into(),
        ..ballot(&revision, Ballot::Approve)
    };
    let votes = store.vote(&cast, &sites(), &base(), by(REV)).await.unwrap();
    let expected = Vote {
        seq: 1,
        revision: FIRST,
        person: REV,
        name: PersonName::known("rev"),
        ballot: Ballot::Approve,
        comment: "Fine.".into(),
        digest: revision.digest.clone(),
        rule: Rule {
            version: 1,
            approvals: 1,
        },
        base: base(),
        proved: revision.at,
        at: votes[0].at,
    };
    assert_eq!(votes, [expected]);
    assert_eq!(store.votes(&shop(), FIRST).await.unwrap(), votes);
    assert_eq!(store.all_votes(&shop()).await.unwrap(), votes);

    let about = About {
        digest: Some(revision.digest.clone()),
        cloud: None,
    };
    let acts = store.acts_about(&about, None, 1).await.unwrap();
    assert_eq!(acts[0].did(), "approved revision 1");
    assert_eq!(acts[0].cloud.as_deref(), Some("shop"));

    let today = store.today(&revision, &sites(), &base()).await.unwrap();
    let approved = Approved::count(revision.clone(), &votes, &today).unwrap();
    assert_eq!(*approved.revision(), revision);
}

#[tokio::test]
async fn what_was_shown_has_to_be_so_still() {
    let store = asking(1).await;
    let revision = submitted(&store, "reviews", ADA).await;
    let right = ballot(&revision, Ballot::Approve);
    let one = vec!["eu-west".into()];
    let cases = [
        (
            NewVote {
                digest: intent::Digest::of("other bytes"),
                ..right.clone()
            },
            sites(),
            "not the one",
        ),
        (
            NewVote {
                rule: 2,
                ..right.clone()
            },
            sites(),
            "review rule",
        ),
        (right, one, "sites"),
    ];
    let before = verbs(&store).await;
    for (vote, sites, why) in cases {
        let refused = store.vote(&vote, &sites, &base(), by(REV)).await;
        assert!(matches!(refused, Err(Error::Moved(says)) if says.contains(why)));
    }
    assert_eq!(count(&store, "votes").await, 0);
    assert_eq!(verbs(&store).await, before);
}

#[tokio::test]
async fn whoever_wrote_or_became_a_reviewer_late_or_no_longer_is_one_cannot_vote() {
    let store = asking(1).await;
    let draft = written(&store, &new("reviews"), ADA).await;
    let draft = save(&store, &draft, BEN).await;
    let revision = submit(&store, &draft, ADA).await;
    run(
        &store,
        "update grants set since = since + 1000000 where person = 4",
    )
    .await;
    let refused = [
        (ADA, CannotVote::NoReviewer),
        (BEN, CannotVote::Wrote),
        (ROY, CannotVote::TooLate),
    ];
    for (person, why) in refused {
        let answer = approve(&store, &revision, person).await;
        assert!(matches!(answer, Err(Error::CannotVote(w)) if w == why));
    }
    run(&store, "update people set disabled = 1 where id = 3").await;
    let answer = approve(&store, &revision, REV).await;
    assert!(matches!(
        answer,
        Err(Error::CannotVote(CannotVote::NoReviewer))
    ));
    run(&store, "update people set disabled = 0 where id = 3").await;
    approve(&store, &revision, REV).await.unwrap();
}

#[tokio::test]
async fn a_vote_and_its_record_are_written_together_or_not_at_all() {
    let store = asking(1).await;
    let revision = submitted(&store, "reviews", ADA).await;
    run(
        &store,
        "create trigger full before insert on audit begin select raise(abort, 'disk full'); end",
    )
    .await;
    assert!(approve(&store, &revision, REV).await.is_err());
    assert_eq!(count(&store, "votes").await, 0);
}

#[tokio::test]
async fn two_votes_at_once_reach_the_threshold() {
    let store = asking(2).await;
    let revision = submitted(&store, "reviews", ADA).await;
    let mut voting = JoinSet::new();
    for person in [REV, ROY] {
        let (store, revision) = (store.clone(), revision.clone());
        voting.spawn(async move { approve(&store, &revision, person).await });
    }
    let answers = voting.join_all().await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(count(&store, "votes").await, 2);
    assert!(is_approved(&store, &revision).await);
}

#[tokio::test]
async fn one_person_is_one_approval() {
    let store = asking(2).await;
    let revision = submitted(&store, "reviews", ADA).await;
    for _twice in 0..2 {
        approve(&store, &revision, REV).await.unwrap();
    }
    assert_eq!(count(&store, "votes").await, 2);
    assert!(!is_approved(&store, &revision).await);
    approve(&store, &revision, ROY).await.unwrap();
    assert!(is_approved(&store, &revision).await);
}

#[tokio::test]
async fn a_request_for_changes_keeps_a_revision_from_approval() {
    let store = asking(1).await;
    let revision = submitted(&store, "reviews", ADA).await;
    let vote = NewVote {
        comment: "Not on Fridays.".into(),
        ..ballot(&revision, Ballot::RequestChanges)
    };
    store.vote(&vote, &sites(), &base(), by(REV)).await.unwrap();
    approve(&store, &revision, ROY).await.unwrap();
    assert!(!is_approved(&store, &revision).await);
    approve(&store, &revision, REV).await.unwrap();
    assert!(is_approved(&store, &revision).await);
    assert_eq!(
        verbs(&store).await[2..],
        ["requested_changes", "approved", "approved"]
    );
}

#[tokio::test]
async fn of_an_approval_and_a_recall_at_once_none_comes_after_the_recall() {
    for _ in 0..8 {
        let store = asking(1).await;
        let revision = submitted(&store, "reviews", ADA).await;
        let recalling = {
            let store = store.clone();
            tokio::spawn(async move { store.recall(&shop(), FIRST, by(ADA)).await })
        };
        let approved = approve(&store, &revision, REV).await;
        recalling.await.unwrap().unwrap();
        let record = verbs(&store).await;
        match approved {
            Ok(()) => assert_eq!(record[2..], ["approved", "recalled"]),
            Err(Error::Moved(_)) => assert_eq!(record[2..], ["recalled"]),
            Err(other) => panic!("{other}"),
        }
        let panel = store.panel(&shop()).await.unwrap();
        assert_eq!(panel.left[&FIRST], Left::Recalled);
    }
}

#[tokio::test]
async fn a_revision_that_left_review_takes_no_vote_and_is_not_recalled_again() {
    let store = asking(1).await;
    let first = submitted(&store, "reviews", ADA).await;
    let draft = next(&store, &first).await;
    let second = submit(&store, &draft, ADA).await;
    store.recall(&shop(), second.number, by(ADA)).await.unwrap();
    for revision in [&first, &second] {
        let answer = approve(&store, revision, REV).await;
        assert!(matches!(answer, Err(Error::Moved(_))));
        let answer = store.recall(&shop(), revision.number, by(ADA)).await;
        assert!(matches!(answer, Err(Error::Moved(_))));
    }
    let panel = store.panel(&shop()).await.unwrap();
    assert_eq!(
        panel.left,
        [
            (first.number, Left::Superseded(second.number)),
            (second.number, Left::Recalled)
        ]
        .into()
    );
}

#[tokio::test]
async fn votes_that_were_edited_by_hand_are_noticed() {
    for edit in [
        "update votes set ballot = 'approve'",
        "update votes set comment = 'x' where seq = 1",
        "update votes set rule = 1, approvals = 1 where seq = 1",
        "update votes set base = '{\"sites\":[]}' where seq = 1",
        "update votes set name = 'roy' where seq = 1",
        "update votes set person = 4 where seq = 1",
        "update votes set proved = 0 where seq = 1",
        "update votes set at = at + 1 where seq = 1",
        "update votes set seq = 9 where seq = 1",
        "update votes set revision = 2 where seq = 1",
        "update votes set digest = (select digest from revisions where number = 2) where seq = 1",
        "delete from votes where seq = 2",
        "insert into votes select 9, cloud, revision, 2, 'ben', 'approve', comment, digest, rule, approvals, base, \
         proved, at from votes where seq = 1",
    ] {
        let store = asking(1).await;
        let revision = submitted(&store, "reviews", ADA).await;
        submitted(&store, "ratings", ADA).await;
        store.agree(&shop(), &terms(2)).await.unwrap();
        let with = |said| NewVote {
            rule: 2,
            ..ballot(&revision, said)
        };
        let approval = with(Ballot::Approve);
        store
            .vote(&approval, &sites(), &base(), by(REV))
            .await
            .unwrap();
        let objection = NewVote {
            comment: "Not on Fridays.".into(),
            ..with(Ballot::RequestChanges)
        };
        store
            .vote(&objection, &sites(), &base(), by(ROY))
            .await
            .unwrap();
        for sql in [
            "drop trigger votes_are_never_changed",
            "drop trigger votes_are_never_removed",
        ] {
            run(&store, sql).await;
        }
        store.votes(&shop(), FIRST).await.unwrap();
        store.all_votes(&shop()).await.unwrap();
        run(&store, edit).await;
        // One that was moved to another revision is missed where it was.
        for told in [
            store.votes(&shop(), FIRST).await,
            store.all_votes(&shop()).await,
        ] {
            assert!(matches!(told, Err(Error::Unfit(_))), "{edit}: {told:?}");
        }
    }
}

#[tokio::test]
async fn votes_that_earlier_versions_did_not_bind_are_read_all_the_same() {
    let store = asking(1).await;
    let revision = submitted(&store, "reviews", ADA).await;
    approve(&store, &revision, REV).await.unwrap();
    run(&store, "drop trigger audit_is_never_changed").await;
    run(&store, "update audit set bound = null").await;
    assert_eq!(store.votes(&shop(), FIRST).await.unwrap().len(), 1);
    assert_eq!(store.revision(&shop(), FIRST).await.unwrap(), revision);
}

#[tokio::test]
async fn whoever_waited_for_their_turn_writes_the_time_at_which_it_came() {
    let store = asking(1).await;
    let revision = submitted(&store, "reviews", ADA).await;
    let held = store.begin().await.unwrap();
    let waiting = {
        let store = store.clone();
        tokio::spawn(async move { approve(&store, &revision, REV).await })
    };
    let begun = store.clock.now();
    while store.clock.now() <= begun {
        tokio::task::yield_now().await;
    }
    let turn = store.clock.now();
    drop(held);
    waiting.await.unwrap().unwrap();
    let votes = store.votes(&shop(), FIRST).await.unwrap();
    assert!(votes[0].at >= turn);
}
