use super::*;
use crate::{AnswerSeen, CellSeen, CellState, ObjectSeen, Phase, PhaseSeen, RolloutRow};

/// Two sites; eu-west makes `a` and removes `z`, us-east changes `a` and makes `b`.
fn two_sites() -> Rollout {
    rollout(&[
        (EU, vec![made("a"), gone("z")]),
        (US, vec![changed("a"), made("b")]),
    ])
}

fn stopped() -> Note {
    Note::Turned(Turn::Stopped {
        by: PersonId(4),
        name: PersonName::known("olga"),
    })
}

/// Each object with the states of its cells, and what is said there.
fn table(rollout: &Rollout, journal: &Journal) -> Vec<(String, Vec<Option<CellState>>)> {
    let objects = matrix(rollout, &journal.rows).into_iter();
    let states = |object: ObjectSeen| {
        let cells = object.cells.into_iter();
        let cells = cells.map(|cell| cell.map(|cell| cell.state)).collect();
        (object.key.name.to_string(), cells)
    };
    objects.map(states).collect()
}

fn rows(cells: &[(&str, [Option<CellState>; 2])]) -> Vec<(String, Vec<Option<CellState>>)> {
    let cells = cells.iter();
    cells
        .map(|(name, cells)| ((*name).into(), cells.to_vec()))
        .collect()
}

#[test]
fn objects_stand_in_order_of_applying_and_sites_beside_each_other() {
    use CellState::{Applied, Asking, Verified, Waiting};
    let rollout = two_sites();
    let mut journal = Journal::default();
    let w = Some(Waiting);
    assert_eq!(
        table(&rollout, &journal),
        rows(&[("a", [w, w]), ("b", [None, w]), ("z", [w, None])])
    );
    journal.reached(forward(EU, 0), "new-a");
    journal.told(forward(EU, 1), Told::Removed);
    journal.note(Note::Asked(forward(US, 0)));
    assert_eq!(
        table(&rollout, &journal),
        rows(&[
            ("a", [Some(Verified), Some(Asking)]),
            ("b", [None, w]),
            ("z", [Some(Applied), None]),
        ])
    );
    let cell = CellSeen {
        state: Verified,
        says: String::new(),
        at: Some(Time(3_000)),
    };
    assert_eq!(matrix(&rollout, &journal.rows)[0].cells[0], Some(cell));
}

#[test]
fn while_it_is_taken_back_a_table_shows_what_is_still_to_be_put_back() {
    use CellState::{NotBegun, Refused, TakenBack, TakingBack, ToTakeBack};
    let rollout = two_sites();
    let mut journal = Journal::default();
    journal.reached(forward(EU, 0), "new-a");
    journal.removed(forward(EU, 1));
    journal.told(forward(US, 0), refused(403));
    journal.write(&rollout);
    let refusal = CellSeen {
        state: Refused,
        says: "was refused: quota exceeded".into(),
        at: Some(Time(8_000)),
    };
    let shown = matrix(&rollout, &journal.rows);
    assert_eq!(shown[0].cells[1], Some(refusal));
    journal.note(Note::Asked(backward(EU, 1)));
    assert_eq!(
        table(&rollout, &journal),
        rows(&[
            ("a", [Some(ToTakeBack), Some(Refused)]),
            ("b", [None, Some(NotBegun)]),
            ("z", [Some(TakingBack), None]),
        ])
    );
    assert_eq!(
        sentence(&rollout, &journal.rows),
        "On us-east, PeerAuthentication default/a was refused: quota exceeded. What was done is being taken back."
    );
    journal.note(Note::Answered(backward(EU, 1), done("newer-z")));
    journal.saw(backward(EU, 1), wanted(Some("newer-z")));
    journal.removed(backward(EU, 0));
    journal.write(&rollout);
    assert_eq!(
        table(&rollout, &journal),
        rows(&[
            ("a", [Some(TakenBack), Some(Refused)]),
            ("b", [None, Some(NotBegun)]),
            ("z", [Some(TakenBack), None]),
        ])
    );
    assert_eq!(
        sentence(&rollout, &journal.rows),
        "On us-east, PeerAuthentication default/a was refused: quota exceeded. Everything is as it was before."
    );
}

#[test]
fn a_site_that_does_not_answer_is_shown_as_unknown_since_when() {
    let rollout = two_sites();
    let mut journal = Journal::default();
    journal.reached(forward(EU, 0), "new-a");
    journal.told(forward(US, 0), Told::Unknown("late".into()));
    let unknown = CellSeen {
        state: CellState::Unknown,
        says: String::new(),
        at: Some(Time(4_000)),
    };
    let shown = matrix(&rollout, &journal.rows);
    assert_eq!(shown[0].cells[1], Some(unknown));
    assert_eq!(
        shown[1].cells[1].as_ref().unwrap().state,
        CellState::Waiting
    );
    assert_eq!(
        sentence(&rollout, &journal.rows),
        "Revision 2 is being rolled out; 0 of 2 sites done. us-east does not answer; it is asked again until it does."
    );
}

#[test]
fn what_could_not_be_put_back_is_named() {
    let rollout = rollout(&[(EU, vec![changed("a")])]);
    let mut journal = Journal::default();
    journal.reached(forward(EU, 0), "old-a");
    journal.note(stopped());
    journal.told(backward(EU, 0), refused(403));
    journal.write(&rollout);
    assert_eq!(
        sentence(&rollout, &journal.rows),
        "olga stopped it. Not everything could be put back. \
         On eu-west, PeerAuthentication default/a was refused: quota exceeded."
    );
    let cell = CellSeen {
        state: CellState::Left,
        says: "was refused: quota exceeded".into(),
        at: Some(Time(6_000)),
    };
    assert_eq!(matrix(&rollout, &journal.rows)[0].cells, [Some(cell)]);
}

#[test]
fn ends_are_told_in_a_sentence() {
    let says = |errand: Errand, outcome: Outcome| {
        let mut rollout = rollout(&[(EU, vec![])]);
        rollout.order.errand = errand;
        let mut journal = Journal::default();
        journal.note(Note::Ended(outcome));
        sentence(&rollout, &journal.rows)
    };
    assert_eq!(
        says(Errand::RollOut, Outcome::Applied),
        "Revision 2 is in force on every site."
    );
    assert_eq!(
        says(Errand::RollBack, Outcome::Applied),
        "Revision 2 is in force on every site again."
    );
    assert_eq!(
        says(Errand::RollOut, Outcome::NothingToDo),
        "Everything was as revision 2 wants it; nothing was changed."
    );
}

#[test]
fn parts_are_counted_in_objects() {
    let rollout = two_sites();
    let mut journal = Journal::default();
    let part = |phase, done, of, began: Option<i64>, ended: Option<i64>| PhaseSeen {
        phase,
        done,
        of,
        began: began.map(Time),
        ended: ended.map(Time),
    };
    let rehearsal = part(Phase::Rehearsal, 4, 4, None, Some(0));
    journal.reached(forward(EU, 0), "new-a");
    journal.reached(forward(US, 0), "old-a");
    assert_eq!(
        phases(&rollout, &journal.rows),
        [rehearsal.clone(), part(Phase::Apply, 2, 4, Some(0), None)]
    );
    journal.note(stopped());
    journal.removed(backward(EU, 0));
    let apply = part(Phase::Apply, 2, 4, Some(0), Some(7_000));
    assert_eq!(
        phases(&rollout, &journal.rows),
        [
            rehearsal.clone(),
            apply.clone(),
            part(Phase::TakeBack, 1, 2, Some(7_000), None)
        ]
    );
    journal.reached(backward(US, 0), "old-a");
    journal.write(&rollout);
    assert_eq!(
        phases(&rollout, &journal.rows),
        [
            rehearsal,
            apply,
            part(Phase::TakeBack, 2, 2, Some(7_000), Some(14_000))
        ]
    );
}

#[test]
fn answers_are_told_the_latest_first_with_how_long_they_took() {
    let rollout = two_sites();
    let mut journal = Journal::default();
    journal.note(Note::Asked(forward(EU, 0)));
    journal.told(forward(US, 0), refused(403));
    journal.note(Note::Answered(forward(EU, 0), done("new-a")));
    journal.saw(forward(EU, 0), wanted(Some("new-a")));
    journal.write(&rollout);
    journal.note(Note::Asked(backward(EU, 0)));
    let answer =
        |at, site: &str, direction, request: &str, answer: Option<&str>, took| AnswerSeen {
            at: Time(at),
            site: site.into(),
            key: key("a"),
            direction,
            request: request.into(),
            answer: answer.map(String::from),
            took,
        };
    use Direction::{Back, Forward};
    let expected = [
        answer(7_000, EU, Back, "remove", None, None),
        answer(5_000, EU, Forward, "read", Some("is as it should be"), None),
        answer(
            4_000,
            EU,
            Forward,
            "apply",
            Some("was applied"),
            Some(3_000),
        ),
        answer(
            3_000,
            US,
            Forward,
            "apply",
            Some("was refused: quota exceeded"),
            Some(1_000),
        ),
    ];
    assert_eq!(answers(&rollout, &journal.rows, 9), expected);
    assert_eq!(answers(&rollout, &journal.rows, 2), expected[..2]);
}

#[test]
fn a_list_tells_of_a_rollout_in_a_row() {
    let past = Past {
        order: order(),
        turned: Some(Turn::Silent {
            site: US.into(),
            since: Time(5),
        }),
        ended: Some((Time(9), Outcome::Applied)),
    };
    let row = RolloutRow {
        number: RolloutNumber(3),
        revision: RevisionNumber(2),
        names: vec![IntentName::read("reviews").unwrap()],
        errand: Errand::RollOut,
        by: PersonName::known("olga"),
        at: Time(0),
        turned: Some("us-east did not answer for a minute.".into()),
        ended: Some(Time(9)),
        outcome: Some(Outcome::Applied),
    };
    assert_eq!(RolloutRow::from(&past), row);
}
