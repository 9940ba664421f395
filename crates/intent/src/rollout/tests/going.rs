use super::*;

#[test]
fn sites_go_side_by_side_and_the_steps_of_a_site_one_after_the_other_each_verified() {
    let rollout = rollout(&[(EU, vec![made("a"), changed("b")]), (US, vec![gone("c")])]);
    let mut journal = Journal::default();
    let ask = |site: &str, step: usize, name: &str, wanted: Option<&str>, lock: Lock| {
        Next::Ask(Ask {
            request: forward(site, step),
            key: key(name),
            wanted: wanted.map(|mode| manifest(name, mode)),
            lock,
            how: How::Apply,
        })
    };
    let old = |name: &str| Lock {
        uid: Some(format!("old-{name}")),
        resource_version: Some("7".into()),
    };
    let first = ask(EU, 0, "a", Some("STRICT"), Lock::default());
    let removal = ask(US, 0, "c", None, old("c"));
    assert_eq!(journal.next(&rollout), [first, removal.clone()]);

    journal.told(forward(EU, 0), done("new-a"));
    assert_eq!(
        journal.next(&rollout),
        [Next::Look(forward(EU, 0)), removal.clone()]
    );
    journal.saw(forward(EU, 0), wanted(Some("new-a")));
    let second = ask(EU, 1, "b", Some("STRICT"), old("b"));
    assert_eq!(journal.next(&rollout), [second, removal]);

    journal.reached(forward(EU, 1), "old-b");
    journal.told(forward(US, 0), Told::Removed);
    assert_eq!(journal.next(&rollout), [Next::Look(forward(US, 0))]);
    journal.saw(forward(US, 0), wanted(None));
    assert_eq!(journal.write(&rollout), Note::Ended(Outcome::Applied));
    assert_eq!(journal.next(&rollout), []);
}

#[test]
fn where_everything_is_as_it_is_wanted_nothing_is_done() {
    let rollout = rollout(&[(EU, vec![]), (US, vec![])]);
    let mut journal = Journal::default();
    assert_eq!(journal.write(&rollout), Note::Ended(Outcome::NothingToDo));
}

#[test]
fn after_a_crash_a_request_that_may_have_been_sent_is_looked_at_first() {
    let rollout = rollout(&[(EU, vec![made("a"), made("b")])]);
    let mut journal = Journal::default();
    journal.note(Note::Asked(forward(EU, 0)));
    assert_eq!(journal.next(&rollout), [Next::Look(forward(EU, 0))]);

    let mut it_was_done = journal.clone();
    it_was_done.saw(forward(EU, 0), wanted(Some("new-a")));
    assert_eq!(asks(it_was_done.next(&rollout)), [forward(EU, 1)]);

    let mut it_was_not = journal.clone();
    it_was_not.saw(forward(EU, 0), untouched());
    assert_eq!(asks(it_was_not.next(&rollout)), [forward(EU, 0)]);

    let mut somebody_else = journal.clone();
    somebody_else.saw(forward(EU, 0), Saw::Differs);
    let says = "is neither as it was nor as it should be: somebody else changed it meanwhile";
    assert_eq!(
        somebody_else.write(&rollout),
        Note::Turned(failed(EU, "a", says))
    );
    let left = Remnant {
        site: EU.into(),
        key: key("a"),
        says: says.into(),
    };
    let ended = Outcome::TakenBack {
        why: format!("On eu-west, PeerAuthentication default/a {says}."),
        left: vec![left],
    };
    assert_eq!(somebody_else.write(&rollout), Note::Ended(ended));
}

#[test]
fn whoever_asked_may_be_gone_so_the_answer_is_given_a_second_to_come() {
    let rollout = rollout(&[(EU, vec![made("a")])]);
    let mut journal = Journal::default();
    journal.note(Note::Asked(forward(EU, 0)));
    let until = journal.now.plus(1_000);
    let wait = Next::Wait {
        site: EU.into(),
        until,
    };
    assert_eq!(next(&rollout, &journal.rows, until.plus(-1)), [wait]);
    let look = Next::Look(forward(EU, 0));
    assert_eq!(next(&rollout, &journal.rows, until), [look]);
    journal.note(Note::Answered(forward(EU, 0), done("new-a")));
    assert_eq!(
        next(&rollout, &journal.rows, journal.now),
        [Next::Look(forward(EU, 0))]
    );
}

#[test]
fn a_request_without_an_answer_is_looked_at_and_the_same_bytes_are_sent_again() {
    let rollout = rollout(&[(EU, vec![changed("a")])]);
    let mut journal = Journal::default();
    let first = journal.next(&rollout);
    journal.told(forward(EU, 0), Told::Unknown("reset".into()));
    assert_eq!(journal.next(&rollout), [Next::Look(forward(EU, 0))]);
    journal.saw(forward(EU, 0), untouched());
    assert_eq!(journal.next(&rollout), first);

    // The first request came late: the second finds the object moved, by ourselves.
    journal.told(forward(EU, 0), Told::Moved);
    assert_eq!(journal.next(&rollout), [Next::Look(forward(EU, 0))]);
    journal.saw(forward(EU, 0), wanted(Some("old-a")));
    assert_eq!(journal.write(&rollout), Note::Ended(Outcome::Applied));
}

#[test]
fn an_object_that_moved_although_every_request_was_answered_was_moved_by_somebody_else() {
    let rollout = rollout(&[(EU, vec![changed("a")])]);
    let mut journal = Journal::default();
    journal.told(forward(EU, 0), Told::Unreachable("refused".into()));
    journal.told(forward(EU, 0), Told::Moved);
    let says = "was not changed: somebody else changed it meanwhile";
    assert_eq!(journal.write(&rollout), Note::Turned(failed(EU, "a", says)));
}

#[test]
fn a_cluster_that_stores_something_else_than_it_says_is_not_believed() {
    let rollout = rollout(&[(EU, vec![changed("a")])]);
    let mut journal = Journal::default();
    journal.told(forward(EU, 0), done("old-a"));
    let mut as_it_was = journal.clone();
    as_it_was.saw(forward(EU, 0), untouched());
    let says = "was not changed, although the cluster said so";
    assert_eq!(
        as_it_was.write(&rollout),
        Note::Turned(failed(EU, "a", says))
    );
    assert!(matches!(
        as_it_was.write(&rollout),
        Note::Ended(Outcome::TakenBack { left, .. }) if left.is_empty()
    ));

    journal.saw(forward(EU, 0), Saw::Differs);
    journal.write(&rollout);
    assert_eq!(asks(journal.next(&rollout)), [backward(EU, 0)]);
}

#[test]
fn what_was_removed_is_waited_for_a_minute_until_it_is_gone() {
    let rollout = rollout(&[(EU, vec![gone("a")])]);
    let mut journal = Journal::default();
    journal.told(forward(EU, 0), Told::Removed);
    for _ in 0..59 {
        journal.saw(forward(EU, 0), untouched());
        assert_eq!(journal.next(&rollout), [Next::Look(forward(EU, 0))]);
    }
    let wait = Next::Wait {
        site: EU.into(),
        until: journal.now.plus(1_000),
    };
    assert_eq!(next(&rollout, &journal.rows, journal.now), [wait]);
    let mut in_time = journal.clone();
    in_time.saw(forward(EU, 0), wanted(None));
    assert_eq!(in_time.write(&rollout), Note::Ended(Outcome::Applied));

    journal.saw(forward(EU, 0), untouched());
    let says = "was removed and is still there; something holds it";
    assert_eq!(journal.write(&rollout), Note::Turned(failed(EU, "a", says)));
}

#[test]
fn rows_about_other_sites_and_steps_say_nothing() {
    let rollout = rollout(&[(EU, vec![made("a")])]);
    let mut journal = Journal::default();
    journal.reached(forward(US, 0), "u");
    journal.reached(forward(EU, 9), "u");
    assert_eq!(asks(journal.next(&rollout)), [forward(EU, 0)]);
}

pub(super) fn failed(site: &str, name: &str, says: &str) -> Turn {
    Turn::Failed {
        site: site.into(),
        key: key(name),
        says: says.into(),
    }
}
