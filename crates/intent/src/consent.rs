//! Whose consent a change to somebody's rights takes: the whole rule.

use std::collections::BTreeSet;

use mesh::Time;
use serde::{Deserialize, Serialize};

use crate::{Grant, PersonId, PersonName, Standing, Verb};

/// What will become of what somebody has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Who is concerned; nobody yet, where somebody is to be invited.
    pub person: Option<PersonId>,
    /// Their name.
    pub name: PersonName,
    /// What they have.
    pub before: Standing,
    /// What they will have.
    pub after: Standing,
}

impl Change {
    /// What is done when it takes effect.
    pub fn verb(&self) -> Verb {
        match (self.person, self.before.enabled, self.after.enabled) {
            (None, _, _) => Verb::Invited,
            (Some(_), true, false) => Verb::DisabledPerson,
            (Some(_), false, true) => Verb::EnabledPerson,
            (Some(_), true, true) | (Some(_), false, false) => Verb::ChangedRoles,
        }
    }

    /// Says it in a line, for the record: "ben: author in shop → author and reviewer in shop".
    pub fn says(&self) -> String {
        format!("{}: {} → {}", self.name, self.from(), self.to())
    }

    /// What was before, as a phrase.
    pub fn from(&self) -> String {
        match self.person {
            None => "not here".into(),
            Some(_) => phrase(&self.before),
        }
    }

    /// What will be, as a phrase.
    pub fn to(&self) -> String {
        match self.person {
            None => format!("invited, {}", phrase(&self.after)),
            Some(_) => phrase(&self.after),
        }
    }
}

fn phrase(standing: &Standing) -> String {
    let roles = Grant::phrase(&standing.grants);
    if standing.enabled {
        roles
    } else {
        format!("disabled, {roles}")
    }
}

/// The number of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalId(pub i64);

/// A change that waits for the consent of a second administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Which one it is.
    pub id: ProposalId,
    /// What it would change.
    pub change: Change,
    /// Who proposed it.
    pub by: PersonId,
    /// Their name.
    pub by_name: PersonName,
    /// When.
    pub at: Time,
}

/// What an administrator does about a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Makes it, or proposes it.
    Make,
    /// Accepts what this person proposed.
    Accept(PersonId),
    /// Declines what this person proposed, or takes back what they proposed themselves.
    Decline(PersonId),
}

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// It takes effect at once.
    Effect,
    /// It waits for another administrator.
    Proposal,
}

/// Why nothing comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    /// Whoever acts does not administer.
    #[error("This takes an administrator.")]
    NotAdministrator,
    /// Whoever proposed it cannot accept it.
    #[error("You proposed this; another administrator decides.")]
    OwnProposal,
    /// Nobody decides about their own rights.
    #[error("This changes your own rights; another administrator decides.")]
    OwnRights,
    /// What the change begins with is no longer so, or whoever proposed it no longer administers.
    #[error("Things have changed since this was shown; look again.")]
    Moved,
    /// It changes nothing.
    #[error("This changes nothing.")]
    Nothing,
    /// Nobody would administer any more.
    #[error("Nobody would administer any more; make somebody else an administrator first.")]
    LastAdministrator,
    /// Whoever could accept it is the one it concerns.
    #[error(
        "Nobody could accept this: it takes an administrator beside you and the person it concerns."
    )]
    NobodyToAccept,
}

/// Says whether changes wait for a second administrator: from two administrators on.
pub fn takes_two(administrators: &BTreeSet<PersonId>) -> bool {
    administrators.len() > 1
}

/// Decides what comes of a deed.
///
/// With one administrator a change takes effect at once. With more, whatever changes rights waits until one
/// accepts it who neither proposed it nor is concerned by it. It has to begin with what the person has
/// `now`, and somebody has to administer after it.
pub fn consent(
    deed: Deed,
    by: PersonId,
    change: &Change,
    administrators: &BTreeSet<PersonId>,
    now: &Standing,
) -> Result<Step, Refusal> {
    if !administrators.contains(&by) {
        return Err(Refusal::NotAdministrator);
    }
    match deed {
        Deed::Decline(proposer) if proposer == by => return Ok(Step::Effect),
        Deed::Accept(proposer) if proposer == by => return Err(Refusal::OwnProposal),
        Deed::Accept(_) | Deed::Decline(_) if change.person == Some(by) => {
            return Err(Refusal::OwnRights);
        }
        Deed::Decline(_) => return Ok(Step::Effect),
        Deed::Accept(proposer) if !administrators.contains(&proposer) => {
            return Err(Refusal::Moved);
        }
        Deed::Accept(_) | Deed::Make => {}
    }
    if *now != change.before {
        return Err(Refusal::Moved);
    }
    if change.before == change.after {
        return Err(Refusal::Nothing);
    }
    let others = |but: PersonId| administrators.iter().any(|a| *a != but);
    if let Some(person) = change.person
        && !change.after.administers()
        && !others(person)
    {
        return Err(Refusal::LastAdministrator);
    }
    let gives_nothing = change.person.is_none() && change.after.grants.is_empty();
    match deed {
        Deed::Make if takes_two(administrators) && !gives_nothing => {
            let mut deciding = administrators.iter();
            if deciding.any(|a| *a != by && Some(*a) != change.person) {
                Ok(Step::Proposal)
            } else {
                Err(Refusal::NobodyToAccept)
            }
        }
        Deed::Make | Deed::Accept(_) | Deed::Decline(_) => Ok(Step::Effect),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CloudName, Role};

    const ADA: PersonId = PersonId(1);
    const BEN: PersonId = PersonId(2);
    const CY: PersonId = PersonId(3);
    const DORA: PersonId = PersonId(4);

    fn author() -> Standing {
        Standing {
            enabled: true,
            grants: [Grant::In(CloudName::read("shop").unwrap(), Role::Author)].into(),
        }
    }

    fn administrator() -> Standing {
        Standing {
            enabled: true,
            grants: [Grant::Installation].into(),
        }
    }

    fn plain() -> Standing {
        Standing {
            enabled: true,
            grants: [].into(),
        }
    }

    fn disabled(standing: Standing) -> Standing {
        Standing {
            enabled: false,
            ..standing
        }
    }

    fn of(person: PersonId, before: Standing, after: Standing) -> Change {
        Change {
            person: Some(person),
            name: PersonName::known("x"),
            before,
            after,
        }
    }

    fn invite(after: Standing) -> Change {
        Change {
            person: None,
            ..of(DORA, Standing::default(), after)
        }
    }

    #[test]
    fn the_rule_line_by_line() {
        use Deed::{Accept, Decline, Make};
        use Refusal::*;
        use Step::{Effect, Proposal};
        let promote = || of(DORA, plain(), author());
        let demote = |person| of(person, administrator(), plain());
        let disable = |person, had: Standing| of(person, had.clone(), disabled(had));
        let one = [ADA].as_slice();
        let two = [ADA, BEN].as_slice();
        let three = [ADA, BEN, CY].as_slice();
        let table = [
            // Alone, an administrator decides at once; only the last one stays one.
            (Make, ADA, promote(), one, Ok(Effect)),
            (Make, ADA, disable(DORA, author()), one, Ok(Effect)),
            (
                Make,
                ADA,
                of(DORA, disabled(author()), author()),
                one,
                Ok(Effect),
            ),
            (Make, ADA, invite(author()), one, Ok(Effect)),
            (Make, ADA, invite(plain()), one, Ok(Effect)),
            (Make, ADA, demote(ADA), one, Err(LastAdministrator)),
            (
                Make,
                ADA,
                disable(ADA, administrator()),
                one,
                Err(LastAdministrator),
            ),
            // With two, whatever changes rights waits for the other.
            (Make, ADA, promote(), two, Ok(Proposal)),
            (Make, ADA, disable(DORA, author()), two, Ok(Proposal)),
            (
                Make,
                ADA,
                of(DORA, disabled(author()), author()),
                two,
                Ok(Proposal),
            ),
            (Make, ADA, invite(author()), two, Ok(Proposal)),
            (Make, ADA, demote(ADA), two, Ok(Proposal)),
            // An invitation without a role changes nobody's rights.
            (Make, ADA, invite(plain()), two, Ok(Effect)),
            // Nobody decides about their own rights, so of two neither removes the other.
            (Make, ADA, demote(BEN), two, Err(NobodyToAccept)),
            (Make, ADA, demote(BEN), three, Ok(Proposal)),
            (Accept(ADA), BEN, demote(BEN), three, Err(OwnRights)),
            (Decline(ADA), BEN, demote(BEN), three, Err(OwnRights)),
            (Accept(ADA), CY, demote(BEN), three, Ok(Effect)),
            (Accept(ADA), BEN, demote(ADA), two, Ok(Effect)),
            (Accept(ADA), ADA, demote(ADA), two, Err(OwnProposal)),
            // Whoever proposed may take it back, and not accept it.
            (Accept(ADA), ADA, promote(), two, Err(OwnProposal)),
            (Decline(ADA), ADA, promote(), two, Ok(Effect)),
            (Accept(ADA), BEN, promote(), two, Ok(Effect)),
            (Decline(ADA), BEN, promote(), two, Ok(Effect)),
            (Accept(ADA), BEN, invite(author()), two, Ok(Effect)),
            // Whoever no longer administers neither decides nor has proposed.
            (Make, DORA, promote(), two, Err(NotAdministrator)),
            (
                Accept(ADA),
                DORA,
                invite(author()),
                two,
                Err(NotAdministrator),
            ),
            (
                Decline(ADA),
                DORA,
                invite(author()),
                two,
                Err(NotAdministrator),
            ),
            (Accept(CY), BEN, promote(), two, Err(Moved)),
            (Decline(CY), BEN, promote(), two, Ok(Effect)),
            // A change that changes nothing.
            (Make, ADA, of(DORA, author(), author()), one, Err(Nothing)),
            (Make, ADA, of(DORA, author(), author()), two, Err(Nothing)),
        ];
        for (deed, by, change, administrators, expected) in table {
            let now = change.before.clone();
            let came = consent(
                deed,
                by,
                &change,
                &administrators.iter().copied().collect(),
                &now,
            );
            assert_eq!(came, expected, "{deed:?} by {by:?}: {}", change.says());
        }
    }

    #[test]
    fn a_change_that_begins_with_something_else_is_void_and_can_only_be_declined() {
        let administrators = [ADA, BEN].into();
        let change = of(DORA, plain(), author());
        for moved in [author(), disabled(plain()), Standing::default()] {
            let came = |deed, by| consent(deed, by, &change, &administrators, &moved);
            assert_eq!(came(Deed::Make, ADA), Err(Refusal::Moved));
            assert_eq!(came(Deed::Accept(ADA), BEN), Err(Refusal::Moved));
            assert_eq!(came(Deed::Decline(ADA), BEN), Ok(Step::Effect));
        }
    }

    #[test]
    fn a_change_says_what_was_and_what_will_be() {
        let change = of(DORA, author(), disabled(author()));
        assert_eq!(
            change.says(),
            "x: author in shop → disabled, author in shop"
        );
        assert_eq!(change.verb(), Verb::DisabledPerson);
        assert_eq!(
            invite(author()).says(),
            "x: not here → invited, author in shop"
        );
        assert_eq!(invite(author()).verb(), Verb::Invited);
    }
}
