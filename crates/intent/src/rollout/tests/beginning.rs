use std::collections::BTreeMap;

use super::*;
use crate::{
    Approved, Base, Bundle, CannotRepeat, Entry, Revision, Seal, Today, Unnumbered, Unversioned,
    Was,
};

/// A revision that wants `a` to be strict and `b` to go, on both sites.
fn revision() -> Revision {
    let entries = vec![
        Entry::Apply(manifest("a", "STRICT")),
        Entry::Remove(key("b")),
    ];
    let bundle = |site: &str| Bundle {
        site: site.into(),
        entries: entries.clone(),
    };
    let unnumbered = Unnumbered {
        intents: vec![Unversioned {
            name: IntentName::read("reviews").unwrap(),
            content: None,
            says: String::new(),
        }],
        bundles: vec![bundle(EU), bundle(US)],
        facts: Vec::new(),
        base: Base::default(),
        compiler: "1".into(),
    };
    unnumbered.seal(Seal {
        cloud: order().cloud,
        number: RevisionNumber(2),
        intents: vec![(IntentId(7), 1)],
        author: PersonId(1),
        author_name: PersonName::known("ada"),
        began: Time(0),
        at: Time(0),
    })
}

fn ordered() -> Order {
    Order {
        digest: revision().digest,
        ..order()
    }
}

fn today() -> Today {
    Today {
        voters: Vec::new(),
        savers: BTreeMap::new(),
        rule: order().rule,
        sites: vec![EU.into(), US.into()],
        base: Base::default(),
        now: Time(0),
    }
}

fn approved() -> Approved {
    Approved::again(revision(), &ordered(), &Outcome::Applied, &today()).unwrap()
}

fn claim(errand: Errand) -> Claim {
    let order = order();
    Claim {
        number: order.number,
        errand,
        rule: order.rule,
        by: order.by,
        by_name: order.by_name,
        at: order.at,
    }
}

/// `a` is there and permissive, `b` is there.
fn base() -> Base {
    let was = |name: &str| Was {
        key: key(name),
        spec: Some(Digest::of(manifest(name, "PERMISSIVE").canonical())),
    };
    let sites = [EU, US].map(|site| (site.into(), vec![was("a"), was("b")]));
    Base {
        sites: sites.into(),
    }
}

fn ledger() -> Vec<Owned> {
    let steps = vec![changed("a"), gone("b"), gone("c")];
    rollout(&[(EU, steps.clone()), (US, steps)]).owned
}

fn begun(errand: Errand, plans: &[(&str, Vec<Step>)], ledger: &[Owned]) -> Result<Rollout, Misfit> {
    let plans = rollout(plans).plans;
    Rollout::begin(&approved(), claim(errand), plans, &base(), ledger)
}

#[test]
fn what_was_approved_begins_with_what_the_ledger_holds_of_its_objects() {
    let plans = [(EU, vec![changed("a"), gone("b")]), (US, vec![gone("b")])];
    let expected = Rollout {
        order: ordered(),
        ..rollout(&plans)
    };
    assert_eq!(begun(Errand::RollOut, &plans, &ledger()), Ok(expected));
    assert_eq!(ordered().about(), "rollout 3, revision 2");
    let nothing = [(EU, vec![]), (US, vec![])];
    assert!(begun(Errand::RollOut, &nothing, &[]).is_ok());
}

#[test]
fn what_was_not_approved_never_begins() {
    let other_bytes = Step {
        after: Some(manifest("a", "DISABLE")),
        ..changed("a")
    };
    let mut other_labels = changed("a");
    other_labels.after.as_mut().unwrap().labels.clear();
    let other_key = Step {
        key: key("x"),
        ..changed("a")
    };
    let of_another = Step {
        before: Some(before("b")),
        ..made("a")
    };
    let nothing = Step {
        before: None,
        ..gone("b")
    };
    let not_approved = [
        made("x"),
        changed("b"),
        gone("a"),
        gone("c"),
        other_bytes,
        other_labels,
        other_key,
        of_another,
        nothing,
    ];
    for step in not_approved {
        let refused = Misfit::NotApproved {
            site: US.into(),
            key: step.key.clone(),
        };
        let plans = [(EU, vec![]), (US, vec![step])];
        assert_eq!(begun(Errand::RollOut, &plans, &ledger()), Err(refused));
    }
    let twice = [(EU, vec![changed("a"), changed("a")]), (US, vec![])];
    let refused = begun(Errand::RollOut, &twice, &ledger()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "On eu-west, PeerAuthentication default/a is not approved like this."
    );
    for plans in [
        vec![(EU, vec![])],
        vec![(US, vec![]), (EU, vec![])],
        vec![(EU, vec![]), (EU, vec![]), (US, vec![])],
        vec![(EU, vec![]), ("us-west", vec![])],
    ] {
        assert_eq!(
            begun(Errand::RollOut, &plans, &ledger()),
            Err(Misfit::Sites)
        );
    }
}

#[test]
fn rolling_back_also_removes_what_the_same_intents_have_made_since() {
    let plans = [(EU, vec![gone("c")]), (US, vec![])];
    assert!(begun(Errand::RollBack, &plans, &ledger()).is_ok());
    let mut of_others = ledger();
    for owned in &mut of_others {
        owned.intent = IntentId(8);
    }
    for ledger in [Vec::new(), of_others] {
        let refused = begun(Errand::RollBack, &plans, &ledger).unwrap_err();
        assert!(matches!(refused, Misfit::NotApproved { .. }));
    }
    let kept = [(EU, vec![gone("a")]), (US, vec![])];
    assert!(begun(Errand::RollBack, &kept, &ledger()).is_err());
}

#[test]
fn a_step_starts_from_what_the_votes_were_counted_by() {
    let plans = |step: Step| [(EU, vec![step]), (US, vec![])];
    let refused = begun(Errand::RollOut, &plans(made("a")), &ledger()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "On eu-west, PeerAuthentication default/a was changed while this was planned. Look at it again."
    );
    let mut step = changed("a");
    step.before = Some(Before::from(&live(&manifest("a", "DISABLE"), "old-a", "9")));
    let refused = begun(Errand::RollOut, &plans(step), &ledger()).unwrap_err();
    assert!(matches!(refused, Misfit::Moved { .. }));
}

#[test]
fn what_is_not_ours_or_not_as_it_was_applied_is_not_touched() {
    let plans = [(EU, vec![changed("a")]), (US, vec![])];
    let refused = begun(Errand::RollOut, &plans, &[]).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "On eu-west, PeerAuthentication default/a was not made by Assent."
    );
    type Edit = fn(&mut Owned);
    let edits: [Edit; 2] = [
        |owned| owned.uid = "older".into(),
        |owned| owned.spec = Digest::of("{}"),
    ];
    for edit in edits {
        let mut ledger = ledger();
        edit(&mut ledger[0]);
        let refused = begun(Errand::RollOut, &plans, &ledger).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "On eu-west, PeerAuthentication default/a is not as revision 1 made it; restore it first."
        );
    }
}

#[test]
fn only_what_was_in_force_here_under_the_same_rule_and_sites_is_approved_again() {
    let again = |order: &Order, outcome: &Outcome, today: &Today| {
        Approved::again(revision(), order, outcome, today).map(|a| a.revision().number)
    };
    let (applied, same) = (Outcome::Applied, today());
    assert_eq!(again(&ordered(), &applied, &same), Ok(RevisionNumber(2)));
    assert!(again(&ordered(), &Outcome::NothingToDo, &same).is_ok());
    let taken_back = Outcome::TakenBack {
        why: String::new(),
        left: Vec::new(),
    };
    let never = Err(CannotRepeat::NeverApplied);
    assert_eq!(again(&ordered(), &taken_back, &same), never);
    assert_eq!(again(&order(), &applied, &same), never);
    let elsewhere = Order {
        cloud: CloudName::read("bank").unwrap(),
        ..ordered()
    };
    assert_eq!(again(&elsewhere, &applied, &same), never);
    let another = Order {
        revision: RevisionNumber(1),
        ..ordered()
    };
    assert_eq!(again(&another, &applied, &same), never);

    let mut ruled = today();
    ruled.rule.version = 2;
    assert_eq!(again(&ordered(), &applied, &ruled), Err(CannotRepeat::Rule));
    let fewer = Today {
        sites: vec![EU.into()],
        ..today()
    };
    assert_eq!(
        again(&ordered(), &applied, &fewer),
        Err(CannotRepeat::Sites)
    );
    let mut edited = revision();
    edited.bundles[0].entries.clear();
    let broken = Approved::again(edited, &ordered(), &applied, &same);
    assert_eq!(broken, Err(CannotRepeat::Broken));
}

#[test]
fn a_restore_starts_from_whatever_is_there_but_never_removes_nor_touches_another_object() {
    let found = manifest("a", "DISABLE");
    let mut base = base();
    for (_, objects) in &mut base.sites {
        objects[0].spec = Some(Digest::of(found.canonical()));
    }
    let begun = |errand: Errand, uid: &str| {
        let step = Step {
            before: Some(Before::from(&live(&found, uid, "9"))),
            ..changed("a")
        };
        let plans = rollout(&[(EU, vec![step]), (US, vec![])]).plans;
        Rollout::begin(&approved(), claim(errand), plans, &base, &ledger())
    };
    assert!(begun(Errand::Restore, "old-a").is_ok());
    for refused in [
        begun(Errand::RollOut, "old-a"),
        begun(Errand::RollBack, "old-a"),
        begun(Errand::Restore, "another"),
    ] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused, Misfit::Drifted { .. }), "{refused:?}");
    }
    let plans = rollout(&[(EU, vec![gone("b")]), (US, vec![])]).plans;
    let removal = Rollout::begin(&approved(), claim(Errand::Restore), plans, &base, &ledger());
    let refused = removal.unwrap_err();
    assert!(matches!(refused, Misfit::NotApproved { .. }), "{refused:?}");
}
