use super::*;
use crate::{Revision, Stage, revision::tests::sample};

/// A rollout of a revision of the sample's intent.
fn past(number: i64, revision: i64, errand: Errand, outcome: Option<Outcome>) -> Past {
    Past {
        order: Order {
            number: RolloutNumber(number),
            revision: RevisionNumber(revision),
            errand,
            ..order()
        },
        turned: None,
        ended: outcome.map(|outcome| (Time(9), outcome)),
    }
}

fn out(number: i64, revision: i64) -> Past {
    past(number, revision, Errand::RollOut, Some(Outcome::Applied))
}

fn taken_back(number: i64, revision: i64) -> Past {
    let outcome = Outcome::TakenBack {
        why: "olga stopped it.".into(),
        left: Vec::new(),
    };
    past(number, revision, Errand::RollOut, Some(outcome))
}

fn revision(number: i64) -> Revision {
    Revision {
        number: RevisionNumber(number),
        ..sample()
    }
}

/// The stage of revision 2 of three.
fn stage(before: Stage, rollouts: &[Past]) -> Stage {
    before.after(&revision(2), rollouts)
}

#[test]
fn a_revision_is_as_far_as_its_last_rollout_brought_it() {
    let applied = |rollout: i64| Stage::Applied {
        rollout: RolloutNumber(rollout),
    };
    let put_back = |rollout: i64, why: &str| Stage::TakenBack {
        rollout: RolloutNumber(rollout),
        why: why.into(),
    };
    let running = past(5, 2, Errand::RollOut, None);
    let back_to_1 = past(5, 1, Errand::RollBack, Some(Outcome::Applied));
    let nothing = past(4, 2, Errand::RollOut, Some(Outcome::NothingToDo));
    let superseded = Stage::Superseded(RevisionNumber(3));
    let review = || Stage::InReview;
    let cases: Vec<(Stage, Vec<Past>, Stage)> = vec![
        (Stage::Approved, vec![], Stage::Approved),
        (review(), vec![out(4, 1)], review()),
        (
            Stage::Approved,
            vec![running.clone(), out(4, 1)],
            Stage::RollingOut {
                rollout: RolloutNumber(5),
            },
        ),
        (review(), vec![out(4, 2)], applied(4)),
        (review(), vec![nothing], applied(4)),
        (superseded.clone(), vec![out(4, 2)], applied(4)),
        (
            superseded.clone(),
            vec![out(5, 3), out(4, 2)],
            superseded.clone(),
        ),
        (
            Stage::Approved,
            vec![taken_back(4, 2)],
            put_back(4, "olga stopped it."),
        ),
        (
            superseded.clone(),
            vec![taken_back(4, 2)],
            superseded.clone(),
        ),
        (Stage::Recalled, vec![taken_back(4, 2)], Stage::Recalled),
        // It was in force already, and carrying it out once more came to nothing.
        (review(), vec![taken_back(5, 2), out(4, 2)], applied(4)),
        (
            Stage::Approved,
            vec![back_to_1, out(4, 2), out(3, 1)],
            put_back(5, "Revision 1 was rolled back to."),
        ),
        (superseded, vec![taken_back(5, 3), out(4, 2)], applied(4)),
    ];
    for (before, rollouts, after) in cases {
        assert_eq!(stage(before, &rollouts), after, "{rollouts:?}");
    }
}

#[test]
fn rollouts_of_other_intents_do_not_end_that_a_revision_is_in_force() {
    let mut other = out(5, 1);
    other.order.intents[0].0 = IntentId(8);
    let applied = Stage::Applied {
        rollout: RolloutNumber(4),
    };
    assert_eq!(stage(Stage::InReview, &[other, out(4, 2)]), applied);
}

#[test]
fn a_revision_that_removed_everything_is_withdrawn() {
    let mut removes = revision(2);
    removes.intents[0].content = None;
    let stage = Stage::InReview.after(&removes, &[out(4, 2)]);
    assert_eq!(stage, Stage::Withdrawn);
}
