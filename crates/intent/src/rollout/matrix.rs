//! What becomes of each object on each site, as a table.

use std::collections::BTreeSet;

use mesh::ResourceKey;

use super::{
    Noted, Rollout,
    course::State,
    track::{SiteTrack, StepTrack, Track},
};
use crate::{CellSeen, CellState, ObjectSeen, Time};

/// The objects of a rollout, each with what becomes of it on each site. What is made or changed comes first, in order
/// of applying; then what is removed, in the order of that.
pub fn matrix(rollout: &Rollout, journal: &[Noted]) -> Vec<ObjectSeen> {
    let track = Track::of(rollout, journal);
    keys(rollout)
        .map(|key| ObjectSeen {
            key: key.clone(),
            cells: track
                .sites
                .iter()
                .map(|site| cell(&track, site, key))
                .collect(),
        })
        .collect()
}

fn keys(rollout: &Rollout) -> impl Iterator<Item = &ResourceKey> {
    let steps = || rollout.plans.iter().flat_map(|plan| &plan.steps);
    let made = steps().filter(|step| step.after.is_some());
    let made: BTreeSet<&ResourceKey> = made.map(|step| &step.key).collect();
    let gone: BTreeSet<&ResourceKey> = steps()
        .map(|step| &step.key)
        .filter(|key| !made.contains(key))
        .collect();
    made.into_iter().chain(gone.into_iter().rev())
}

fn cell(track: &Track<'_>, site: &SiteTrack<'_>, key: &ResourceKey) -> Option<CellSeen> {
    let mut steps = site.steps.iter();
    let step = steps.find(|step| step.step.key == *key)?;
    let cell = match (&track.turned, &track.ended) {
        (None, None) => forward(step, CellState::Waiting),
        (None, Some(_)) => forward(step, CellState::NotBegun),
        (Some(_), _) => back(step),
    };
    Some(match site.silent_since() {
        Some(since) if track.ended.is_none() && is_open(&cell) => unknown(cell, since),
        _ => cell,
    })
}

/// Whether it is not known how an object is, if its site does not answer.
fn is_open(cell: &CellSeen) -> bool {
    match cell.state {
        CellState::Asking | CellState::Applied | CellState::TakingBack => true,
        CellState::Waiting
        | CellState::Verified
        | CellState::Refused
        | CellState::NotBegun
        | CellState::ToTakeBack
        | CellState::TakenBack
        | CellState::Left
        | CellState::Unknown => false,
    }
}

fn unknown(cell: CellSeen, since: Time) -> CellSeen {
    CellSeen {
        state: CellState::Unknown,
        at: Some(since),
        ..cell
    }
}

fn forward(step: &StepTrack<'_>, before: CellState) -> CellSeen {
    let course = &step.forward;
    let (state, says) = match &course.state {
        State::NotBegun => (before, ""),
        State::Asked | State::Again | State::Doubtful | State::Moved => (CellState::Asking, ""),
        State::Answered => (CellState::Applied, ""),
        State::Going { .. } => (CellState::Applied, "not gone yet"),
        State::Reached => (CellState::Verified, ""),
        State::Failed(says) => (CellState::Refused, says.as_str()),
    };
    CellSeen {
        state,
        says: says.into(),
        at: course.at,
    }
}

fn back(step: &StepTrack<'_>) -> CellSeen {
    if let Some(says) = step.left() {
        return CellSeen {
            state: CellState::Left,
            says: says.into(),
            at: step.back.at.or(step.forward.at),
        };
    }
    if step.forward.is_open()
        || matches!(step.forward.state, State::Failed(_) if !step.forward.done)
    {
        return forward(step, CellState::NotBegun);
    }
    let (state, says) = match &step.back.state {
        State::NotBegun if step.forward.done => (CellState::ToTakeBack, ""),
        State::NotBegun => (CellState::NotBegun, ""),
        State::Asked | State::Again | State::Doubtful | State::Moved | State::Answered => {
            (CellState::TakingBack, "")
        }
        State::Going { .. } => (CellState::TakingBack, "not gone yet"),
        State::Reached => (CellState::TakenBack, ""),
        State::Failed(says) => (CellState::Left, says.as_str()),
    };
    CellSeen {
        state,
        says: says.into(),
        at: step.back.at.or(step.forward.at),
    }
}
