//! A rollout in words.

use super::{
    Errand, Note, Noted, Outcome, Request, Rollout, Saw, Step,
    course::{Need, State},
    track::{SiteTrack, Track},
};
use crate::{AnswerSeen, Phase, PhaseSeen, Time};

/// How a rollout goes, in a few sentences.
pub fn sentence(rollout: &Rollout, journal: &[Noted]) -> String {
    let track = Track::of(rollout, journal);
    let order = &rollout.order;
    match (&track.ended, &track.turned) {
        (Some((_, outcome)), _) => ended(rollout, outcome),
        (None, Some((_, turn))) => {
            let waits = waiting(&track);
            format!("{turn} What was done is being taken back.{waits}")
        }
        (None, None) => {
            // Sites on which nothing is restored are not counted.
            let is_asked =
                |site: &&SiteTrack<'_>| order.errand != Errand::Restore || !site.steps.is_empty();
            let sites = || track.sites.iter().filter(is_asked);
            let through = sites().filter(|site| is_through(site)).count();
            let of = sites().count();
            let many = if of == 1 { "site" } else { "sites" };
            format!(
                "Revision {} is being {}; {through} of {of} {many} done.{}",
                order.revision,
                being(order.errand),
                waiting(&track)
            )
        }
    }
}

/// What is done with a revision.
fn being(errand: Errand) -> &'static str {
    match errand {
        Errand::RollOut | Errand::RollBack => "rolled out",
        Errand::Restore => "restored",
    }
}

fn ended(rollout: &Rollout, outcome: &Outcome) -> String {
    let revision = rollout.order.revision;
    match (outcome, rollout.order.errand) {
        (Outcome::Applied, Errand::RollOut) => {
            format!("Revision {revision} is in force on every site.")
        }
        (Outcome::Applied, Errand::RollBack) => {
            format!("Revision {revision} is in force on every site again.")
        }
        (Outcome::Applied, Errand::Restore) => {
            let plans = rollout.plans.iter();
            let plans = plans.filter(|plan| !plan.steps.is_empty());
            let sites: Vec<&str> = plans.map(|plan| plan.site.as_str()).collect();
            format!(
                "On {}, everything is as revision {revision} made it again.",
                sites.join(" and ")
            )
        }
        (Outcome::NothingToDo, _) => {
            format!("Everything was as revision {revision} wants it; nothing was changed.")
        }
        (Outcome::TakenBack { why, left }, Errand::Restore) if left.is_empty() => {
            format!("{why} Nothing was restored; everything is as it was found.")
        }
        (Outcome::TakenBack { why, left }, _) if left.is_empty() => {
            format!("{why} Everything is as it was before.")
        }
        (Outcome::TakenBack { why, left }, _) => {
            let left: Vec<String> = left
                .iter()
                .map(|left| format!("On {}, {} {}.", left.site, left.key, left.says))
                .collect();
            format!("{why} Not everything could be put back. {}", left.join(" "))
        }
    }
}

/// Which sites do not answer.
fn waiting(track: &Track<'_>) -> String {
    let silent = track.sites.iter();
    let silent: Vec<&str> = silent
        .filter(|site| site.silent_since().is_some())
        .map(|site| site.site)
        .collect();
    match silent.as_slice() {
        [] => String::new(),
        [site] => format!(" {site} does not answer; it is asked again until it does."),
        sites => format!(
            " {} do not answer; they are asked again until they do.",
            sites.join(" and ")
        ),
    }
}

fn is_through(site: &SiteTrack<'_>) -> bool {
    let mut steps = site.steps.iter();
    steps.all(|step| step.forward.state == State::Reached)
}

/// How far each part of a rollout is.
pub fn phases(rollout: &Rollout, journal: &[Noted]) -> Vec<PhaseSeen> {
    let track = Track::of(rollout, journal);
    let steps = || track.sites.iter().flat_map(|site| &site.steps);
    let all = steps().count();
    let ended = track.ended.as_ref().map(|(at, _)| *at);
    let turned = track.turned.as_ref().map(|(at, _)| *at);
    let at_first = rollout.order.at;
    let mut phases = vec![
        PhaseSeen {
            phase: Phase::Rehearsal,
            done: all,
            of: all,
            began: None,
            ended: Some(at_first),
        },
        PhaseSeen {
            phase: Phase::Apply,
            done: steps()
                .filter(|step| step.forward.state == State::Reached)
                .count(),
            of: all,
            began: Some(at_first),
            ended: turned.or(ended),
        },
    ];
    if turned.is_some() {
        let to_put_back =
            steps().filter(|step| step.forward.done || step.back.state != State::NotBegun);
        phases.push(PhaseSeen {
            phase: Phase::TakeBack,
            done: steps()
                .filter(|step| step.back.need() == Need::Nothing)
                .count(),
            of: to_put_back.count(),
            began: turned,
            ended,
        });
    }
    phases
}

/// What the clusters answered, the latest first: so many at most.
pub fn answers(rollout: &Rollout, journal: &[Noted], at_most: usize) -> Vec<AnswerSeen> {
    let mut answers = Vec::new();
    // The request that each site was sent and has not answered.
    let mut open: Vec<(&Request, Time)> = Vec::new();
    for Noted { at, note, .. } in journal {
        let Some((request, step)) = note
            .request()
            .and_then(|request| Some((request, rollout.step(request)?)))
        else {
            continue;
        };
        let asked = open.iter().position(|(open, _)| open.site == request.site);
        let since = asked.map(|place| open.swap_remove(place).1);
        match note {
            Note::Asked(_) => open.push((request, *at)),
            Note::Answered(_, told) => {
                let took = since.map(|since| at.since(since));
                let answer = Some(told.to_string());
                answers.push(seen(request, step, *at, answer, took));
            }
            Note::Looked(_, saw) => answers.push(AnswerSeen {
                request: "read".into(),
                ..seen(request, step, *at, Some(read(saw)), None)
            }),
            Note::Turned(_) | Note::Ended(_) => {}
        }
    }
    for (request, at) in open {
        answers.extend(
            rollout
                .step(request)
                .map(|step| seen(request, step, at, None, None)),
        );
    }
    answers.reverse();
    answers.truncate(at_most);
    answers
}

fn seen(
    request: &Request,
    step: &Step,
    at: Time,
    answer: Option<String>,
    took: Option<i64>,
) -> AnswerSeen {
    let is_removal = step.wanted(request.direction).is_none();
    AnswerSeen {
        at,
        site: request.site.clone(),
        key: step.key.clone(),
        direction: request.direction,
        request: if is_removal { "remove" } else { "apply" }.into(),
        answer,
        took,
    }
}

fn read(saw: &Saw) -> String {
    match saw {
        Saw::Wanted { .. } => "is as it should be".into(),
        Saw::Untouched { .. } => "is as it was".into(),
        Saw::Differs => "is otherwise".into(),
        Saw::Unknown(says) => format!("could not be read: {says}"),
    }
}
