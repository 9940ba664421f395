use mesh::{Action, Change, Plan};

use super::*;

#[test]
fn what_stays_and_what_is_somebody_elses_is_no_step() {
    let live = live(&manifest("a", "PERMISSIVE"), "old-a", "7");
    let change = |action, live: Option<&Resource>, wanted: Option<&str>| Change {
        key: key("a"),
        action,
        live: live.cloned(),
        wanted: wanted.map(|mode| manifest("a", mode)),
    };
    let plan = Plan {
        changes: vec![
            change(Action::Create, None, Some("STRICT")),
            change(Action::Update, Some(&live), Some("STRICT")),
            change(Action::Keep, Some(&live), Some("PERMISSIVE")),
            change(Action::Foreign, Some(&live), Some("STRICT")),
            change(Action::Remove, Some(&live), None),
        ],
    };
    let expected = SitePlan {
        site: EU.into(),
        steps: vec![made("a"), changed("a"), gone("a")],
    };
    assert_eq!(SitePlan::of(EU, &plan), expected);
}

#[test]
fn what_was_read_can_be_put_back_whole() {
    let mut manifest = manifest("a", "PERMISSIVE");
    manifest.labels.insert("team".into(), "blue".into());
    let before = Before::from(&live(&manifest, "u", "7"));
    assert_eq!(before.manifest, manifest);
    assert_eq!(before.manifest.body(), manifest.body());
    assert_eq!(
        (before.uid.as_str(), before.resource_version.as_str()),
        ("u", "7")
    );
}

#[test]
fn a_request_is_locked_to_what_was_seen_and_back_to_what_was_made() {
    let lock = |uid: Option<&str>, version: Option<&str>| Lock {
        uid: uid.map(String::from),
        resource_version: version.map(String::from),
    };
    let nothing = lock(None, None);
    let cases = [
        (made("a"), nothing.clone(), lock(Some("new"), None)),
        (
            changed("a"),
            lock(Some("old-a"), Some("7")),
            lock(Some("old-a"), None),
        ),
        (gone("a"), lock(Some("old-a"), Some("7")), nothing),
    ];
    for (step, ahead, back) in cases {
        assert_eq!(step.lock(Direction::Forward, None), ahead);
        assert_eq!(step.lock(Direction::Back, Some("new")), back);
    }
}

#[test]
fn an_object_is_compared_with_both_ends_of_the_way() {
    let is = |mode: &str, uid: &str| live(&manifest("a", mode), uid, "9");
    let mut bare = manifest("a", "STRICT");
    bare.labels.clear();
    let unlabelled = live(&bare, "old-a", "9");
    let (old, new) = (is("PERMISSIVE", "old-a"), is("STRICT", "old-a"));
    let (old_anew, new_anew) = (is("PERMISSIVE", "x"), is("STRICT", "x"));
    let other = is("DISABLE", "old-a");
    let wanted = |uid: &str| Saw::Wanted {
        uid: Some(uid.into()),
    };
    let start = |uid: &str| Saw::Untouched {
        uid: Some(uid.into()),
    };
    let (no_more, not_yet) = (Saw::Wanted { uid: None }, untouched());
    use Direction::{Back, Forward};
    let cases: &[(Step, Direction, Option<&Resource>, Saw)] = &[
        (made("a"), Forward, None, not_yet.clone()),
        (made("a"), Forward, Some(&new_anew), wanted("x")),
        (made("a"), Forward, Some(&old), Saw::Differs),
        (made("a"), Forward, Some(&unlabelled), Saw::Differs),
        (made("a"), Back, None, no_more.clone()),
        (made("a"), Back, Some(&new_anew), start("x")),
        (made("a"), Back, Some(&other), Saw::Differs),
        (changed("a"), Forward, None, Saw::Differs),
        (changed("a"), Forward, Some(&old), start("old-a")),
        (changed("a"), Forward, Some(&new), wanted("old-a")),
        (changed("a"), Forward, Some(&new_anew), Saw::Differs),
        (changed("a"), Forward, Some(&old_anew), Saw::Differs),
        (changed("a"), Forward, Some(&other), Saw::Differs),
        (changed("a"), Back, Some(&old), wanted("old-a")),
        (changed("a"), Back, Some(&new), start("old-a")),
        (changed("a"), Back, Some(&old_anew), Saw::Differs),
        (gone("a"), Forward, None, no_more),
        (gone("a"), Forward, Some(&old), start("old-a")),
        (gone("a"), Forward, Some(&old_anew), Saw::Differs),
        (gone("a"), Forward, Some(&other), Saw::Differs),
        (gone("a"), Back, None, not_yet),
        (gone("a"), Back, Some(&old), wanted("old-a")),
        (gone("a"), Back, Some(&old_anew), wanted("x")),
        (gone("a"), Back, Some(&new_anew), Saw::Differs),
    ];
    for (step, direction, live, expected) in cases {
        assert_eq!(
            step.saw(*direction, *live),
            *expected,
            "{step:?} {direction:?} {live:?}"
        );
    }
}

#[test]
fn the_ledger_follows_what_is_known_of_an_object() {
    let rollout = rollout(&[(EU, vec![made("a"), changed("b"), gone("c")])]);
    let owned = |name: &str, uid: &str, mode: &str, revision: i64| {
        Some(LedgerChange::Put(Owned {
            site: EU.into(),
            key: key(name),
            uid: uid.into(),
            intent: IntentId(7),
            revision: RevisionNumber(revision),
            spec: Digest::of(manifest(name, mode).canonical()),
        }))
    };
    let removed = |name: &str| {
        Some(LedgerChange::Remove {
            site: EU.into(),
            key: key(name),
        })
    };
    let start = |uid: &str| Saw::Untouched {
        uid: Some(uid.into()),
    };
    let cases = [
        (
            Note::Answered(forward(EU, 0), done("u")),
            owned("a", "u", "STRICT", 2),
        ),
        (
            Note::Looked(forward(EU, 0), wanted(Some("u"))),
            owned("a", "u", "STRICT", 2),
        ),
        (Note::Looked(forward(EU, 0), untouched()), removed("a")),
        (Note::Answered(backward(EU, 0), Told::Removed), removed("a")),
        (
            Note::Looked(backward(EU, 0), start("u")),
            owned("a", "u", "STRICT", 2),
        ),
        (
            Note::Answered(forward(EU, 1), done("old-b")),
            owned("b", "old-b", "STRICT", 2),
        ),
        (
            Note::Looked(forward(EU, 1), start("old-b")),
            owned("b", "old-b", "PERMISSIVE", 1),
        ),
        (
            Note::Answered(backward(EU, 1), done("old-b")),
            owned("b", "old-b", "PERMISSIVE", 1),
        ),
        (Note::Answered(forward(EU, 2), Told::Removed), removed("c")),
        (
            Note::Looked(forward(EU, 2), start("old-c")),
            owned("c", "old-c", "PERMISSIVE", 1),
        ),
        (
            Note::Answered(backward(EU, 2), done("n")),
            owned("c", "n", "PERMISSIVE", 1),
        ),
        (Note::Asked(forward(EU, 0)), None),
        (
            Note::Answered(forward(EU, 0), Told::Unknown("reset".into())),
            None,
        ),
        (Note::Answered(forward(EU, 0), refused(403)), None),
        (Note::Looked(forward(EU, 0), Saw::Differs), None),
        (
            Note::Looked(forward(EU, 0), Saw::Unknown("reset".into())),
            None,
        ),
        (Note::Answered(forward(EU, 9), done("u")), None),
        (Note::Answered(forward(US, 0), done("u")), None),
    ];
    for (note, expected) in cases {
        assert_eq!(rollout.ledger_change(&note), expected, "{note:?}");
    }
}
