//! Decides what comes next. Pure: after a crash it is asked once more, and answers the same.

use mesh::{Manifest, ResourceKey};

use super::{
    Direction, Errand, Lock, Note, Noted, Outcome, Request, Rollout,
    course::Need,
    track::{SiteTrack, StepTrack, Track},
};
use crate::Time;

/// What is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// A request, before which [`Note::Asked`] is written and after which [`Note::Answered`] is.
    Ask(Ask),
    /// The object of a request is looked at, and [`Note::Looked`] written: its outcome is not known, or has to be
    /// verified.
    Look(Request),
    /// A site that does not answer is left alone for a while.
    Wait {
        /// The site.
        site: String,
        /// Until when.
        until: Time,
    },
    /// This is written down: everything turns back, or is at its end.
    Write(Note),
}

/// A request, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What it is.
    pub request: Request,
    /// The object.
    pub key: ResourceKey,
    /// How it has to be; none if it has to go.
    pub wanted: Option<Manifest>,
    /// What it has to be now.
    pub lock: Lock,
    /// Whether fields of others stop it.
    pub how: How,
}

/// Whether the fields of others stop a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// They do.
    Apply,
    /// They do not: an object of ours, by name, is put back as it was applied.
    Restore,
}

/// Says what is to be done now: for each site at most one thing, or one thing to write down for the whole. Nothing,
/// once it ended.
///
/// What this says of a site holds while nothing is being asked or looked at there.
pub fn next(rollout: &Rollout, journal: &[Noted], now: Time) -> Vec<Next> {
    let track = Track::of(rollout, journal);
    if track.ended.is_some() {
        return Vec::new();
    }
    let Some((_, turn)) = &track.turned else {
        if let Some(turn) = track.reason_to_turn() {
            return vec![Next::Write(Note::Turned(turn))];
        }
        let how = match rollout.order.errand {
            Errand::Restore => How::Restore,
            Errand::RollOut | Errand::RollBack => How::Apply,
        };
        let steps = track.sites.iter();
        let steps = steps.filter_map(|site| forward(site, how, now));
        return all_or(steps, || {
            if rollout.plans.iter().all(|plan| plan.steps.is_empty()) {
                Outcome::NothingToDo
            } else {
                Outcome::Applied
            }
        });
    };
    let steps = track.sites.iter().filter_map(|site| back(site, now));
    all_or(steps, || Outcome::TakenBack {
        why: turn.to_string(),
        left: track.remnants(),
    })
}

fn all_or(steps: impl Iterator<Item = Next>, outcome: impl FnOnce() -> Outcome) -> Vec<Next> {
    let steps: Vec<Next> = steps.collect();
    if steps.is_empty() {
        vec![Next::Write(Note::Ended(outcome()))]
    } else {
        steps
    }
}

/// The first step that is not where it has to be.
fn forward(site: &SiteTrack<'_>, how: How, now: Time) -> Option<Next> {
    let mut steps = site.steps.iter().enumerate();
    steps.find_map(|(at, step)| {
        let need = step.forward.need();
        // What is not there has no fields of others.
        let how = step.step.before.as_ref().map_or(How::Apply, |_| how);
        taking(site, at, step, (Direction::Forward, how), need, now)
    })
}

/// The last step that is not as it was.
fn back(site: &SiteTrack<'_>, now: Time) -> Option<Next> {
    let mut steps = site.steps.iter().enumerate().rev();
    steps.find_map(|(at, step)| {
        if step.forward.is_open() {
            let forward = (Direction::Forward, How::Apply);
            return taking(site, at, step, forward, Need::Look, now);
        }
        if !step.forward.done {
            return None;
        }
        let back = (Direction::Back, How::Apply);
        taking(site, at, step, back, step.back.need(), now)
    })
}

fn taking(
    site: &SiteTrack<'_>,
    at: usize,
    step: &StepTrack<'_>,
    (direction, how): (Direction, How),
    need: Need,
    now: Time,
) -> Option<Next> {
    if need == Need::Nothing {
        return None;
    }
    if now < site.until {
        return Some(Next::Wait {
            site: site.site.into(),
            until: site.until,
        });
    }
    let request = Request {
        site: site.site.into(),
        step: at,
        direction,
    };
    Some(match need {
        Need::Ask => Next::Ask(Ask {
            key: step.step.key.clone(),
            wanted: step.step.wanted(direction).cloned(),
            lock: step.step.lock(direction, step.forward.uid.as_deref()),
            request,
            how,
        }),
        Need::Look | Need::Nothing => Next::Look(request),
    })
}
