use super::{going::failed, *};

fn stopped() -> Note {
    Note::Turned(Turn::Stopped {
        by: PersonId(4),
        name: PersonName::known("olga"),
    })
}

fn taken_back(why: &str) -> Note {
    Note::Ended(Outcome::TakenBack {
        why: why.into(),
        left: Vec::new(),
    })
}

#[test]
fn whatever_is_refused_on_one_site_turns_all_of_them() {
    let answers = [
        (refused(403), "was refused: quota exceeded"),
        (refused(500), "was refused: quota exceeded"),
        (
            Told::Conflict {
                owner: "kubectl-edit".into(),
                field: ".spec.mtls.mode".into(),
            },
            "was not changed: .spec.mtls.mode belongs to kubectl-edit",
        ),
        (
            Told::Moved,
            "was not changed: somebody else changed it meanwhile",
        ),
    ];
    let rollout = rollout(&[(EU, vec![made("a"), made("b")]), (US, vec![changed("c")])]);
    for (told, says) in answers {
        let mut journal = Journal::default();
        journal.reached(forward(EU, 0), "new-a");
        journal.told(forward(US, 0), told);
        assert_eq!(journal.write(&rollout), Note::Turned(failed(US, "c", says)));
        assert_eq!(asks(journal.next(&rollout)), [backward(EU, 0)]);
        journal.removed(backward(EU, 0));
        let why = format!("On us-east, PeerAuthentication default/c {says}.");
        assert_eq!(journal.write(&rollout), taken_back(&why));
        assert_eq!(journal.next(&rollout), []);
    }
}

#[test]
fn everything_is_put_back_in_reverse_order_each_as_it_was() {
    let rollout = rollout(&[(EU, vec![made("a"), changed("b"), gone("c")])]);
    let mut journal = Journal::default();
    journal.reached(forward(EU, 0), "new-a");
    journal.reached(forward(EU, 1), "old-b");
    journal.removed(forward(EU, 2));
    journal.note(stopped());

    let lock = |uid: Option<&str>| Lock {
        uid: uid.map(String::from),
        resource_version: None,
    };
    let ask = |step: usize, name: &str, wanted: Option<Manifest>, uid: Option<&str>| {
        [Next::Ask(Ask {
            request: backward(EU, step),
            key: key(name),
            wanted,
            lock: lock(uid),
            how: How::Apply,
        })]
    };
    let before = |name: &str| Some(manifest(name, "PERMISSIVE"));
    assert_eq!(journal.next(&rollout), ask(2, "c", before("c"), None));
    journal.reached(backward(EU, 2), "newer-c");
    assert_eq!(
        journal.next(&rollout),
        ask(1, "b", before("b"), Some("old-b"))
    );
    journal.told(backward(EU, 1), done("old-b"));
    assert_eq!(journal.next(&rollout), [Next::Look(backward(EU, 1))]);
    journal.saw(backward(EU, 1), wanted(Some("old-b")));
    assert_eq!(journal.next(&rollout), ask(0, "a", None, Some("new-a")));
    journal.removed(backward(EU, 0));
    assert_eq!(journal.write(&rollout), taken_back("olga stopped it."));
}

#[test]
fn what_may_have_been_done_is_looked_at_before_anything_is_put_back() {
    let rollout = rollout(&[(EU, vec![made("a"), made("b")])]);
    let mut journal = Journal::default();
    journal.reached(forward(EU, 0), "new-a");
    journal.note(Note::Asked(forward(EU, 1)));
    journal.note(stopped());
    assert_eq!(journal.next(&rollout), [Next::Look(forward(EU, 1))]);
    let mut it_was_done = journal.clone();
    it_was_done.saw(forward(EU, 1), wanted(Some("new-b")));
    assert_eq!(asks(it_was_done.next(&rollout)), [backward(EU, 1)]);
    journal.saw(forward(EU, 1), untouched());
    assert_eq!(asks(journal.next(&rollout)), [backward(EU, 0)]);
}

#[test]
fn what_the_cluster_says_is_done_is_put_back_without_a_further_look() {
    let rollout = rollout(&[(EU, vec![made("a")])]);
    let mut journal = Journal::default();
    journal.told(forward(EU, 0), done("new-a"));
    journal.note(stopped());
    assert_eq!(asks(journal.next(&rollout)), [backward(EU, 0)]);
}

#[test]
fn a_minute_of_silence_turns_everything_and_less_does_not() {
    let rollout = rollout(&[(EU, vec![made("a")]), (US, vec![made("b")])]);
    let mut journal = Journal::default();
    journal.reached(forward(EU, 0), "new-a");
    let since = journal.now.plus(1_000);
    // Each of these takes two seconds.
    for _ in 0..29 {
        journal.told(forward(US, 0), Told::Unreachable("refused".into()));
        assert_eq!(asks(journal.next(&rollout)), [forward(US, 0)]);
    }
    let mut in_time = journal.clone();
    in_time.reached(forward(US, 0), "new-b");
    assert_eq!(in_time.write(&rollout), Note::Ended(Outcome::Applied));

    journal.now = since.plus(58_000);
    journal.told(forward(US, 0), Told::Unknown("late".into()));
    let silent = Turn::Silent {
        site: US.into(),
        since,
    };
    assert_eq!(journal.write(&rollout), Note::Turned(silent));
    // The others go back at once, the silent one once it answers.
    let ask = journal.next(&rollout);
    assert!(matches!(&ask[0], Next::Ask(ask) if ask.request == backward(EU, 0)));
    assert_eq!(ask[1..], [Next::Look(forward(US, 0))]);
    journal.removed(backward(EU, 0));
    journal.saw(forward(US, 0), Saw::Unknown("late".into()));
    assert_eq!(journal.next(&rollout), [Next::Look(forward(US, 0))]);
    journal.saw(forward(US, 0), untouched());
    assert_eq!(
        journal.write(&rollout),
        taken_back("us-east did not answer for a minute.")
    );
}

#[test]
fn reads_that_succeed_while_writes_do_not_are_no_answer() {
    let rollout = rollout(&[(EU, vec![made("a")])]);
    let mut journal = Journal::default();
    let mut rounds = 0;
    while !matches!(journal.next(&rollout)[..], [Next::Write(_)]) {
        journal.told(forward(EU, 0), Told::Unknown("late".into()));
        journal.saw(forward(EU, 0), untouched());
        rounds += 1;
        assert!(rounds < 30);
    }
    assert!(matches!(
        journal.write(&rollout),
        Note::Turned(Turn::Silent {
            since: Time(1_000),
            ..
        })
    ));
}

#[test]
fn a_silent_site_is_asked_again_ever_more_slowly_but_every_five_seconds() {
    let rollout = rollout(&[(EU, vec![made("a")])]);
    let mut journal = Journal::default();
    journal.note(stopped());
    journal.rows.insert(0, journal.rows[0].clone());
    journal.rows[0].note = Note::Asked(forward(EU, 0));
    for (after, pause) in [(2_000, 1_000), (20_000, 2_000), (600_000, 5_000)] {
        journal.now = Time(1_000 + after - 1_000);
        journal.saw(forward(EU, 0), Saw::Unknown("late".into()));
        let until = journal.now.plus(pause);
        let wait = Next::Wait {
            site: EU.into(),
            until,
        };
        assert_eq!(next(&rollout, &journal.rows, until.plus(-1)), [wait]);
        let look = Next::Look(forward(EU, 0));
        assert_eq!(next(&rollout, &journal.rows, until), [look]);
    }
}

#[test]
fn while_going_back_a_failing_webhook_is_waited_for() {
    let rollout = rollout(&[(EU, vec![changed("a")])]);
    let mut journal = Journal::default();
    journal.reached(forward(EU, 0), "old-a");
    journal.note(stopped());
    for _ in 0..100 {
        journal.told(backward(EU, 0), refused(500));
        assert_eq!(asks(journal.next(&rollout)), [backward(EU, 0)]);
    }
    journal.reached(backward(EU, 0), "old-a");
    assert_eq!(journal.write(&rollout), taken_back("olga stopped it."));
}

#[test]
fn what_cannot_be_put_back_is_left_and_named_and_the_rest_goes_on() {
    let rollout = rollout(&[(EU, vec![changed("a"), changed("b")])]);
    let conflict = Told::Conflict {
        owner: "kubectl-edit".into(),
        field: ".spec.mtls.mode".into(),
    };
    let ways: [(Told, Option<Saw>, &str); 5] = [
        (refused(403), None, "was refused: quota exceeded"),
        (
            conflict,
            None,
            "was not changed: .spec.mtls.mode belongs to kubectl-edit",
        ),
        (
            Told::Moved,
            Some(Saw::Differs),
            "was not changed: somebody else changed it meanwhile",
        ),
        (
            done("old-b"),
            Some(untouched()),
            "was not changed, although the cluster said so",
        ),
        (
            done("old-b"),
            Some(Saw::Differs),
            "is neither as it was nor as it should be: somebody else changed it meanwhile",
        ),
    ];
    for (told, saw, says) in ways {
        let mut journal = Journal::default();
        journal.reached(forward(EU, 0), "old-a");
        journal.reached(forward(EU, 1), "old-b");
        journal.note(stopped());
        journal.told(backward(EU, 1), told);
        if let Some(saw) = saw {
            assert_eq!(journal.next(&rollout), [Next::Look(backward(EU, 1))]);
            journal.saw(backward(EU, 1), saw);
        }
        assert_eq!(asks(journal.next(&rollout)), [backward(EU, 0)]);
        journal.reached(backward(EU, 0), "old-a");
        let ended = Outcome::TakenBack {
            why: "olga stopped it.".into(),
            left: vec![Remnant {
                site: EU.into(),
                key: key("b"),
                says: says.into(),
            }],
        };
        assert_eq!(journal.write(&rollout), Note::Ended(ended));
    }
}

#[test]
fn what_somebody_else_removed_meanwhile_is_as_it_was() {
    let rollout = rollout(&[(EU, vec![made("a")])]);
    let mut journal = Journal::default();
    journal.reached(forward(EU, 0), "new-a");
    journal.note(stopped());
    journal.told(backward(EU, 0), Told::Moved);
    assert_eq!(journal.next(&rollout), [Next::Look(backward(EU, 0))]);
    journal.saw(backward(EU, 0), wanted(None));
    assert_eq!(journal.write(&rollout), taken_back("olga stopped it."));
}

#[test]
fn a_rollout_that_is_stopped_at_its_last_step_goes_back_all_the_way() {
    let rollout = rollout(&[(EU, vec![made("a")])]);
    let mut journal = Journal::default();
    journal.reached(forward(EU, 0), "new-a");
    journal.note(stopped());
    assert_eq!(asks(journal.next(&rollout)), [backward(EU, 0)]);
}

#[test]
fn only_what_is_there_and_is_restored_is_forced_and_never_on_the_way_back() {
    for errand in [Errand::RollOut, Errand::RollBack, Errand::Restore] {
        let steps = vec![made("a"), changed("b")];
        let mut rollout = rollout(&[(EU, steps)]);
        rollout.order.errand = errand;
        let mut journal = Journal::default();
        let how = |journal: &mut Journal| {
            let next = journal.next(&rollout);
            let [Next::Ask(ask)] = next.as_slice() else {
                panic!("{next:?}");
            };
            ask.how
        };
        assert_eq!(how(&mut journal), How::Apply, "{errand:?}");
        journal.reached(forward(EU, 0), "new-a");
        let forced = match errand {
            Errand::Restore => How::Restore,
            Errand::RollOut | Errand::RollBack => How::Apply,
        };
        assert_eq!(how(&mut journal), forced, "{errand:?}");
        journal.reached(forward(EU, 1), "old-b");
        journal.note(stopped());
        assert_eq!(how(&mut journal), How::Apply, "{errand:?}");
    }
}
