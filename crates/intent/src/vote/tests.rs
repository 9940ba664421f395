use std::sync::LazyLock;

use super::*;
use crate::revision::tests;

const AUTHOR: PersonId = PersonId(1);
const SAVER: PersonId = PersonId(2);
const LATE: PersonId = PersonId(3);
const REV: PersonId = PersonId(4);
const ROY: PersonId = PersonId(5);
const GUEST: PersonId = PersonId(6);
const EVERYBODY: [PersonId; 6] = [AUTHOR, SAVER, LATE, REV, ROY, GUEST];

static SAMPLE: LazyLock<Revision> = LazyLock::new(tests::sample);

fn sample() -> Revision {
    SAMPLE.clone()
}

const NOW: Time = Time(VOTES_HOLD * 2);

fn name(person: PersonId) -> PersonName {
    PersonName::known(format!("person {}", person.0))
}

/// Everybody but the guest is a reviewer, one of them since after the draft was begun; one approval is needed.
fn today() -> Today {
    let reviewers = EVERYBODY.into_iter().filter(|person| *person != GUEST);
    let began = sample().began;
    Today {
        voters: reviewers
            .map(|person| Voter {
                person,
                name: name(person),
                since: if person == LATE { began.plus(1) } else { began },
            })
            .collect(),
        savers: [(AUTHOR, 0), (SAVER, 0)].into(),
        rule: Rule {
            version: 1,
            approvals: 1,
        },
        sites: sample().sites().into_iter().map(String::from).collect(),
        base: Base::default(),
        now: NOW,
    }
}

fn asking(approvals: u32) -> Today {
    let rule = Rule {
        version: 1,
        approvals,
    };
    Today { rule, ..today() }
}

/// An approval that binds what holds in [`today`].
fn approval(seq: i64, person: PersonId) -> Vote {
    Vote {
        seq,
        revision: SAMPLE.number,
        person,
        name: name(person),
        ballot: Ballot::Approve,
        comment: String::new(),
        digest: SAMPLE.digest.clone(),
        rule: Rule {
            version: 1,
            approvals: 1,
        },
        base: Base::default(),
        proved: NOW,
        at: NOW,
    }
}

fn objection(seq: i64, person: PersonId) -> Vote {
    Vote {
        ballot: Ballot::RequestChanges,
        ..approval(seq, person)
    }
}

fn short(votes: &[Vote], today: &Today) -> Option<Short> {
    Approved::count(sample(), votes, today).err()
}

#[test]
fn reviewers_vote_who_did_not_write_and_were_reviewers_before_the_draft_was_begun() {
    let expected = [
        (AUTHOR, Err(CannotVote::Wrote)),
        (SAVER, Err(CannotVote::Wrote)),
        (LATE, Err(CannotVote::TooLate)),
        (REV, Ok(())),
        (ROY, Ok(())),
        (GUEST, Err(CannotVote::NoReviewer)),
    ];
    for (person, may) in expected {
        assert_eq!(may_vote(&sample(), person, &today()), may, "{person:?}");
        let votes = [approval(1, person)];
        assert_eq!(
            counted(&sample(), &votes, &today()),
            [may.map_err(DoesNotCount::Voter)]
        );
    }
}

#[test]
fn an_author_cannot_approve_their_own_revision_even_if_no_save_of_theirs_is_known() {
    let forgotten = Today {
        savers: BTreeMap::new(),
        ..today()
    };
    assert_eq!(
        may_vote(&sample(), AUTHOR, &forgotten),
        Err(CannotVote::Wrote)
    );
}

#[test]
fn whoever_goes_on_writing_after_they_voted_keeps_that_vote_and_has_no_other() {
    let later = Today {
        savers: [(REV, 3)].into(),
        ..today()
    };
    let counts = |seq| counted(&sample(), &[approval(seq, REV)], &later).remove(0);
    assert_eq!(counts(3), Ok(()));
    let wrote = CannotVote::Wrote;
    assert_eq!(counts(4), Err(DoesNotCount::Voter(wrote)));
    assert_eq!(may_vote(&sample(), REV, &later), Err(wrote));
}

#[test]
fn whatever_changes_of_what_a_cloud_is_configured_as_changes_its_hash_but_the_order_does_not() {
    let site = |name: &str, context: &str, root: &str| SiteTerms {
        name: name.into(),
        context: context.into(),
        root_namespace: root.into(),
    };
    let terms = |approvals, namespaces: &[&str], sites: &[SiteTerms]| Terms {
        approvals,
        namespaces: namespaces.iter().map(|name| (*name).into()).collect(),
        sites: sites.to_vec(),
    };
    let (eu, us) = (
        site("eu", "a", "istio-system"),
        site("us", "b", "istio-system"),
    );
    let both = [eu.clone(), us.clone()];
    let one = terms(1, &["default", "guestbook"], &both).digest();
    let turned = terms(1, &["guestbook", "default"], &[us.clone(), eu.clone()]);
    assert_eq!(turned.digest(), one);
    for other in [
        terms(2, &["default", "guestbook"], &both),
        terms(1, &["default"], &both),
        terms(1, &["default", "guestbook"], &both[..1]),
        terms(
            1,
            &["default", "guestbook"],
            &[eu.clone(), site("ap", "b", "istio-system")],
        ),
        terms(
            1,
            &["default", "guestbook"],
            &[eu.clone(), site("us", "c", "istio-system")],
        ),
        terms(1, &["default", "guestbook"], &[eu, site("us", "b", "mesh")]),
    ] {
        assert_ne!(other.digest(), one, "{other:?}");
    }
}

#[test]
fn an_approval_counts_for_exactly_what_was_shown() {
    let vote = approval(1, REV);
    let with = |change: fn(&mut Vote)| {
        let mut changed = vote.clone();
        change(&mut changed);
        counted(&sample(), &[changed], &today()).remove(0)
    };
    assert_eq!(with(|_| ()), Ok(()));
    type Case = (fn(&mut Vote), DoesNotCount);
    let cases: [Case; 6] = [
        (|v| v.digest = Digest::of("other"), DoesNotCount::Digest),
        (|v| v.revision = RevisionNumber(9), DoesNotCount::Digest),
        (|v| v.rule.version = 2, DoesNotCount::Rule),
        (|v| v.rule.approvals = 2, DoesNotCount::Rule),
        (
            |v| v.base.sites.push(("eu-west".into(), Vec::new())),
            DoesNotCount::Base,
        ),
        (|v| v.at = Time(NOW.0 - VOTES_HOLD), DoesNotCount::Old),
    ];
    for (change, why) in cases {
        assert_eq!(with(change), Err(why));
    }
    assert_eq!(with(|v| v.at = Time(NOW.0 - VOTES_HOLD + 1)), Ok(()));
    let fewer = Today {
        sites: vec!["eu-west".into()],
        ..today()
    };
    assert_eq!(
        counted(&sample(), &[vote], &fewer),
        [Err(DoesNotCount::Sites)]
    );
}

#[test]
fn approving_twice_is_one_approval() {
    let votes = [approval(1, REV), approval(2, REV)];
    assert_eq!(
        counted(&sample(), &votes, &asking(1)),
        [Err(DoesNotCount::Again), Ok(())]
    );
    let two = asking(2);
    let votes = votes.map(|vote| Vote {
        rule: two.rule,
        ..vote
    });
    assert_eq!(short(&votes, &two), Some(Short::Approvals(1)));
    assert_eq!(approvals(&sample(), &votes, &two), 1);
}

#[test]
fn one_request_for_changes_outweighs_all_approvals_until_it_is_taken_back() {
    let mut votes = vec![approval(1, REV), objection(2, ROY)];
    assert_eq!(short(&votes, &today()), Some(Short::ChangesRequested));
    votes.push(approval(3, ROY));
    assert_eq!(short(&votes, &today()), None);
}

#[test]
fn a_request_for_changes_outlives_base_rule_and_age_but_not_the_right_to_vote() {
    let objects = |person| Vote {
        at: Time(0),
        rule: Rule {
            version: 9,
            approvals: 9,
        },
        base: Base {
            sites: vec![("eu-west".into(), Vec::new())],
        },
        ..objection(2, person)
    };
    let votes = |person| [approval(1, REV), objects(person)];
    assert_eq!(short(&votes(ROY), &today()), Some(Short::ChangesRequested));
    for nobody in [GUEST, LATE, SAVER] {
        assert_eq!(short(&votes(nobody), &today()), None, "{nobody:?}");
    }
}

#[test]
fn a_right_that_was_lost_takes_its_vote_along() {
    let votes = [approval(1, REV)];
    let mut without = today();
    without.voters.retain(|voter| voter.person != REV);
    assert_eq!(short(&votes, &without), Some(Short::Approvals(1)));
}

#[test]
fn bytes_that_were_not_sealed_are_never_approved() {
    let votes = [approval(1, REV)];
    assert_eq!(short(&votes, &today()), None);
    let mut other = sample();
    other.bundles[0].entries.clear();
    assert_eq!(Approved::count(other, &votes, &today()), Err(Short::Broken));
}

#[test]
fn a_rule_that_asks_for_nothing_approves_nothing() {
    let none = asking(0);
    let vote = Vote {
        rule: none.rule,
        ..approval(1, REV)
    };
    assert_eq!(short(&[vote], &none), Some(Short::NoRule));
    assert_eq!(short(&[], &none), Some(Short::NoRule));
}

#[test]
fn how_far_a_revision_has_come_follows_from_its_votes() {
    let told = |votes: &[Vote], left| stage(&sample(), votes, &today(), left);
    let approved = [approval(1, REV)];
    assert_eq!(told(&[], None), Stage::InReview);
    assert_eq!(told(&approved, None), Stage::Approved);
    assert_eq!(told(&[objection(1, REV)], None), Stage::ChangesRequested);
    assert_eq!(told(&approved, Some(Left::Recalled)), Stage::Recalled);
    let by = RevisionNumber(3);
    assert_eq!(
        told(&approved, Some(Left::Superseded(by))),
        Stage::Superseded(by)
    );
}

/// The rule once more, told from the voters' side: go through the people who may vote, find the last thing each one
/// said, and see what it is worth.
fn naive(revision: &Revision, votes: &[Vote], today: &Today) -> Result<(), Short> {
    if today.rule.approvals == 0 {
        return Err(Short::NoRule);
    }
    let (mut approve, mut object) = (0, false);
    for person in EVERYBODY {
        let voter = today.voters.iter().find(|voter| voter.person == person);
        let eligible = voter.is_some_and(|voter| voter.since.0 <= revision.began.0)
            && revision.author != person;
        let mut said: Vec<&Vote> = votes.iter().filter(|vote| vote.person == person).collect();
        said.sort_by_key(|vote| vote.seq);
        let Some(last) = said.last() else { continue };
        let wrote = today
            .savers
            .get(&person)
            .is_some_and(|before| last.seq > *before);
        if !eligible || wrote || last.digest.as_str() != revision.digest.as_str() {
            continue;
        }
        let sites: Vec<String> = revision.bundles.iter().map(|b| b.site.clone()).collect();
        let fresh = last.at.0 > today.now.0 - VOTES_HOLD;
        let bound = last.rule == today.rule && last.base == today.base && sites == today.sites;
        if last.ballot == Ballot::RequestChanges {
            object = true;
        } else if fresh && bound {
            approve += 1;
        }
    }
    if object {
        Err(Short::ChangesRequested)
    } else if approve >= today.rule.approvals {
        Ok(())
    } else {
        Err(Short::Approvals(today.rule.approvals - approve))
    }
}

/// Numbers that look random and are the same in each run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn rarely(&mut self) -> bool {
        self.below(8) == 0
    }

    fn vote(&mut self, seq: i64, today: &Today) -> Vote {
        let person = EVERYBODY[usize::try_from(self.below(6)).unwrap()];
        let mut vote = Vote {
            rule: today.rule,
            ..approval(seq, person)
        };
        if self.below(4) == 0 {
            vote.ballot = Ballot::RequestChanges;
        }
        if self.rarely() {
            vote.digest = Digest::of("other");
        }
        if self.rarely() {
            vote.rule.version += 1;
        }
        if self.rarely() {
            vote.base.sites.push(("eu-west".into(), Vec::new()));
        }
        if self.rarely() {
            vote.at = Time(NOW.0 - VOTES_HOLD);
        }
        vote
    }

    fn today(&mut self) -> Today {
        let mut today = asking(u32::try_from(self.below(4)).unwrap());
        today.voters.retain(|_| !self.rarely());
        if self.rarely() {
            today.sites.pop();
        }
        if self.rarely() {
            today.savers.clear();
        }
        if self.rarely() {
            let before = i64::try_from(self.below(9)).unwrap();
            today.savers.insert(REV, before);
        }
        today
    }

    fn shuffle(&mut self, votes: &mut [Vote]) {
        for end in (1..votes.len()).rev() {
            let other = self.below(end as u64 + 1);
            votes.swap(end, usize::try_from(other).unwrap());
        }
    }
}

#[test]
fn counting_agrees_with_a_second_model_in_any_order_of_votes() {
    let mut dice = Dice(0x0123_4567_89ab_cdef);
    let revision = sample();
    let mut seen = [0; 4];
    for _ in 0..3_000 {
        let today = dice.today();
        let many = i64::try_from(dice.below(9)).unwrap();
        let mut votes: Vec<Vote> = (1..=many).map(|seq| dice.vote(seq, &today)).collect();
        let expected = naive(&revision, &votes, &today);
        for _ in 0..3 {
            dice.shuffle(&mut votes);
            let came = Approved::count(revision.clone(), &votes, &today);
            let came = came.map(|approved| assert_eq!(*approved.revision(), revision));
            assert_eq!(came, expected, "{votes:?} {today:?}");
        }
        seen[match expected {
            Ok(()) => 0,
            Err(Short::Approvals(_)) => 1,
            Err(Short::ChangesRequested) => 2,
            Err(Short::Broken | Short::NoRule) => 3,
        }] += 1;
    }
    assert!(seen.iter().all(|times| *times > 100), "{seen:?}");
}

#[test]
fn what_is_missing_reads_as_a_phrase() {
    assert_eq!(
        Short::Approvals(1).to_string(),
        "1 approval is still missing"
    );
    assert_eq!(
        Short::Approvals(2).to_string(),
        "2 approvals are still missing"
    );
}

#[test]
fn every_ballot_is_found_by_its_word_which_is_also_its_word_in_json() {
    for ballot in [Ballot::Approve, Ballot::RequestChanges] {
        assert_eq!(Ballot::named(ballot.word()), Some(ballot));
        assert_eq!(serde_json::to_value(ballot).unwrap(), ballot.word());
    }
    assert_eq!(Ballot::named("abstain"), None);
}
