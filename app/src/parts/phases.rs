//! How far a rollout is, on the whole.

use intent::{Phase, PhaseSeen, RolloutRow, Time, rollout::Outcome};
use leptos::prelude::*;

use super::{
    icon::{Icon, Sign},
    time::length,
    words::count,
};

/// Shows the parts of a rollout side by side, and where it leads.
#[component]
pub(crate) fn Phases(
    phases: Vec<PhaseSeen>,
    row: RolloutRow,
    /// What the clock of the browser says, once the page is awake.
    now: Option<Time>,
) -> impl IntoView {
    view! {
        <ol class="phases" aria-label="Phases">
            {legs(&phases, &row, now).into_iter().map(|leg| view! {
                <li class=leg.tone aria-current=(leg.tone == WORKING).then_some("step")>
                    <Icon sign=leg.sign tone=leg.tone/>
                    <span><b>{leg.name}</b>" "{leg.says}</span>
                </li>
            }).collect_view()}
        </ol>
    }
}

const WORKING: &str = "working";

/// A part of the way.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Leg {
    tone: &'static str,
    sign: Sign,
    name: &'static str,
    says: String,
}

fn legs(phases: &[PhaseSeen], row: &RolloutRow, now: Option<Time>) -> Vec<Leg> {
    let mut legs: Vec<Leg> = phases
        .iter()
        .map(|phase| leg(phase, left(row), row.turned.is_some(), now))
        .collect();
    legs.push(end(row));
    legs
}

fn leg(phase: &PhaseSeen, left: usize, has_turned: bool, now: Option<Time>) -> Leg {
    let name = match phase.phase {
        Phase::Rehearsal => "Dry run",
        Phase::Apply => "Apply",
        Phase::TakeBack => "Take back",
    };
    let (tone, sign) = match (phase.phase, phase.ended) {
        (_, None) => (WORKING, Sign::Working),
        (Phase::Apply, Some(_)) if has_turned => ("bad", Sign::Failed),
        (Phase::TakeBack, Some(_)) if left > 0 => ("bad", Sign::Failed),
        (_, Some(_)) => ("good", Sign::Well),
    };
    Leg {
        tone,
        sign,
        name,
        says: far(phase, now),
    }
}

/// How long a part takes, and how far it is: "13 s, 3 of 6".
fn far(phase: &PhaseSeen, now: Option<Time>) -> String {
    if phase.phase == Phase::Rehearsal {
        return "passed on every site".into();
    }
    let until = phase.ended.or(now);
    let took = until.and_then(|until| Some(until.since(phase.began?)));
    let took = took.map(|took| match phase.ended {
        Some(_) => length(took),
        // It goes on, so what is shown of it stays for a second.
        None => length(took / 1_000 * 1_000).replace("0 ms", "0 s"),
    });
    let of = (phase.of > 0).then(|| format!("{} of {}", phase.done, phase.of));
    let parts: Vec<String> = took.into_iter().chain(of).collect();
    parts.join(", ")
}

/// Where it leads.
fn end(row: &RolloutRow) -> Leg {
    let (tone, sign, name, says) = match (&row.outcome, &row.turned) {
        (None, None) => ("waiting", Sign::Waiting, "In force", String::new()),
        (None, Some(_)) => ("waiting", Sign::Waiting, "As before", String::new()),
        (Some(Outcome::Applied), _) => ("good", Sign::Well, "In force", String::new()),
        (Some(Outcome::NothingToDo), _) => ("good", Sign::Well, "In force", "as before".into()),
        (Some(Outcome::TakenBack { left, .. }), _) if left.is_empty() => {
            ("good", Sign::Undo, "As before", String::new())
        }
        (Some(Outcome::TakenBack { left, .. }), _) => {
            let left = format!("but {}", count(left.len(), "object"));
            ("bad", Sign::Failed, "As before", left)
        }
    };
    Leg {
        tone,
        sign,
        name,
        says,
    }
}

/// How many objects could not be put back.
fn left(row: &RolloutRow) -> usize {
    match &row.outcome {
        Some(Outcome::TakenBack { left, .. }) => left.len(),
        Some(Outcome::Applied | Outcome::NothingToDo) | None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::outcome::examples::{running, taken_back};

    fn phase(phase: Phase, done: usize, began: i64, ended: Option<i64>) -> PhaseSeen {
        PhaseSeen {
            phase,
            done,
            of: 4,
            began: Some(Time(began)),
            ended: ended.map(Time),
        }
    }

    fn said(phases: &[PhaseSeen], row: &RolloutRow, now: Option<Time>) -> Vec<String> {
        let legs = legs(phases, row, now);
        let said = |leg: &Leg| format!("{} {} {}", leg.tone, leg.name, leg.says);
        legs.iter().map(|leg| said(leg).trim().into()).collect()
    }

    #[test]
    fn what_goes_on_has_lasted_until_now() {
        let phases = [
            phase(Phase::Rehearsal, 4, 0, Some(0)),
            phase(Phase::Apply, 1, 0, None),
        ];
        assert_eq!(
            said(&phases, &running(), Some(Time(2_900))),
            [
                "good Dry run passed on every site",
                "working Apply 2 s, 1 of 4",
                "waiting In force"
            ]
        );
        assert_eq!(said(&phases, &running(), None)[1], "working Apply 1 of 4");
    }

    #[test]
    fn what_is_taken_back_leads_to_where_it_began() {
        let phases = [
            phase(Phase::Apply, 1, 0, Some(13_000)),
            phase(Phase::TakeBack, 4, 13_000, Some(15_000)),
        ];
        assert_eq!(
            said(&phases, &taken_back(vec![]), None),
            [
                "bad Apply 13 s, 1 of 4",
                "good Take back 2 s, 4 of 4",
                "good As before"
            ]
        );
    }
}
