//! Counts votes. Pure: everything it counts by comes in as [`Today`].

use std::collections::BTreeMap;

use super::{
    Approved, Ballot, CannotRepeat, CannotVote, DoesNotCount, Left, Short, Stage, Today,
    VOTES_HOLD, Vote,
};
use crate::{
    PersonId, Revision,
    rollout::{Order, Outcome},
};

/// Decides whether somebody may vote on a revision.
pub fn may_vote(revision: &Revision, person: PersonId, today: &Today) -> Result<(), CannotVote> {
    votes_as(revision, person, today)?;
    if today.savers.contains_key(&person) {
        return Err(CannotVote::Wrote);
    }
    Ok(())
}

/// Decides whether the vote of somebody counts, as far as that does not depend on what they saved.
fn votes_as(revision: &Revision, person: PersonId, today: &Today) -> Result<(), CannotVote> {
    let voter = today.voters.iter().find(|voter| voter.person == person);
    let voter = voter.ok_or(CannotVote::NoReviewer)?;
    if person == revision.author {
        return Err(CannotVote::Wrote);
    }
    if voter.since > revision.began {
        return Err(CannotVote::TooLate);
    }
    Ok(())
}

/// Says of each vote whether it counts.
///
/// An approval counts for exactly what was shown: these bytes, this rule, these sites, this base, for a while. A
/// request for changes stands until whoever made it votes again.
pub fn counted(
    revision: &Revision,
    votes: &[Vote],
    today: &Today,
) -> Vec<Result<(), DoesNotCount>> {
    let mut latest: BTreeMap<PersonId, i64> = BTreeMap::new();
    for vote in votes {
        let seq = latest.entry(vote.person).or_insert(vote.seq);
        *seq = vote.seq.max(*seq);
    }
    votes
        .iter()
        .map(|vote| {
            if latest[&vote.person] != vote.seq {
                return Err(DoesNotCount::Again);
            }
            counts(revision, vote, today)
        })
        .collect()
}

/// How many approvals count.
pub fn approvals(revision: &Revision, votes: &[Vote], today: &Today) -> u32 {
    let counted = counting(revision, votes, today);
    let approving = counted.filter(|ballot| *ballot == Ballot::Approve);
    u32::try_from(approving.count()).unwrap_or(u32::MAX)
}

impl Approved {
    /// Counts the votes on a revision, now.
    pub fn count(revision: Revision, votes: &[Vote], today: &Today) -> Result<Self, Short> {
        if !revision.seals() {
            return Err(Short::Broken);
        }
        missing(&revision, votes, today)?;
        Ok(Self(revision))
    }

    /// Takes the approval over by which a revision was rolled out that was in force here. Its base has moved by
    /// nature, and at three in the morning nobody else may be awake.
    pub fn again(
        revision: Revision,
        earlier: &Order,
        outcome: &Outcome,
        today: &Today,
    ) -> Result<Self, CannotRepeat> {
        let approved = Self::still(revision, earlier, outcome)?;
        if earlier.rule != today.rule {
            return Err(CannotRepeat::Rule);
        }
        if approved.0.sites() != today.sites {
            return Err(CannotRepeat::Sites);
        }
        Ok(approved)
    }

    /// Takes the approval over by which a revision is in force, to put back what it says. Whoever changed the rule or
    /// the sites since did not ask for what is there to be otherwise.
    pub fn still(
        revision: Revision,
        earlier: &Order,
        outcome: &Outcome,
    ) -> Result<Self, CannotRepeat> {
        let is_of_it = earlier.cloud == revision.cloud
            && earlier.revision == revision.number
            && earlier.digest == revision.digest;
        if !is_of_it || !outcome.is_in_force() {
            return Err(CannotRepeat::NeverApplied);
        }
        if !revision.seals() {
            return Err(CannotRepeat::Broken);
        }
        Ok(Self(revision))
    }

    /// The revision.
    pub fn revision(&self) -> &Revision {
        &self.0
    }
}

/// Says how far a revision has come which was read back: whether it is what was sealed was looked at then.
pub fn stage(revision: &Revision, votes: &[Vote], today: &Today, left: Option<Left>) -> Stage {
    match (left, missing(revision, votes, today)) {
        (Some(Left::Recalled), _) => Stage::Recalled,
        (Some(Left::Superseded(by)), _) => Stage::Superseded(by),
        (None, Ok(())) => Stage::Approved,
        (None, Err(Short::ChangesRequested)) => Stage::ChangesRequested,
        (None, Err(Short::Approvals(_) | Short::Broken | Short::NoRule)) => Stage::InReview,
    }
}

/// What is missing for an approval, if anything is.
fn missing(revision: &Revision, votes: &[Vote], today: &Today) -> Result<(), Short> {
    if today.rule.approvals == 0 {
        return Err(Short::NoRule);
    }
    if counting(revision, votes, today).any(|ballot| ballot == Ballot::RequestChanges) {
        return Err(Short::ChangesRequested);
    }
    match today
        .rule
        .approvals
        .saturating_sub(approvals(revision, votes, today))
    {
        0 => Ok(()),
        missing => Err(Short::Approvals(missing)),
    }
}

/// The ballots that count.
fn counting(revision: &Revision, votes: &[Vote], today: &Today) -> impl Iterator<Item = Ballot> {
    let counted = counted(revision, votes, today);
    let ballots: Vec<Ballot> = votes
        .iter()
        .zip(counted)
        .filter(|(_, counts)| counts.is_ok())
        .map(|(vote, _)| vote.ballot)
        .collect();
    ballots.into_iter()
}

/// Whether the latest vote of somebody counts.
fn counts(revision: &Revision, vote: &Vote, today: &Today) -> Result<(), DoesNotCount> {
    votes_as(revision, vote.person, today).map_err(DoesNotCount::Voter)?;
    // Whoever goes on writing after they voted has not voted on what they wrote.
    let voted_before = |before: &i64| vote.seq <= *before;
    if !today.savers.get(&vote.person).is_none_or(voted_before) {
        return Err(DoesNotCount::Voter(CannotVote::Wrote));
    }
    if vote.digest != revision.digest || vote.revision != revision.number {
        return Err(DoesNotCount::Digest);
    }
    match vote.ballot {
        Ballot::RequestChanges => Ok(()),
        Ballot::Approve if vote.rule != today.rule => Err(DoesNotCount::Rule),
        Ballot::Approve if revision.sites() != today.sites => Err(DoesNotCount::Sites),
        Ballot::Approve if vote.base != today.base => Err(DoesNotCount::Base),
        Ballot::Approve if today.now.since(vote.at) >= VOTES_HOLD => Err(DoesNotCount::Old),
        Ballot::Approve => Ok(()),
    }
}
