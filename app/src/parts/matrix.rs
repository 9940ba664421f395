//! What becomes of each object on each site.

use intent::{CellSeen, CellState, ObjectSeen};
use leptos::prelude::*;
use mesh::ResourceKey;

use super::{
    icon::{Icon, Sign},
    plain::Plain,
    time::Clock,
};

/// Shows resources down, sites across.
#[component]
pub(crate) fn Matrix(sites: Vec<String>, objects: Vec<ObjectSeen>) -> impl IntoView {
    let heads = sites.iter().enumerate().map(|(at, site)| {
        let cells = objects
            .iter()
            .filter_map(|object| object.cells.get(at)?.as_ref());
        let along = along(cells.map(|cell| cell.state));
        view! { <th scope="col"><b>{site.clone()}</b>" "{along}</th> }
    });
    let heads = heads.collect_view();
    view! {
        <table class="table stacks matrix">
            <caption class="spoken">"Resources down in the order in which they are applied, sites across"</caption>
            <thead>
                <tr><th scope="col">"Resource, in order of apply"</th>{heads}</tr>
            </thead>
            <tbody>
                {objects.into_iter().enumerate().map(|(at, object)| {
                    let cells = object.cells.into_iter().zip(sites.clone());
                    view! {
                        <tr>
                            <th scope="row"><span class="order">{at + 1}</span><Resource key=object.key/></th>
                            {cells.map(|(cell, site)| view! { <Cell cell site/> }).collect_view()}
                        </tr>
                    }
                }).collect_view()}
            </tbody>
        </table>
    }
}

/// Names an object.
#[component]
pub(crate) fn Resource(key: ResourceKey) -> impl IntoView {
    let ResourceKey {
        kind,
        namespace,
        name,
    } = key;
    view! {
        <span class="resource">
            <span class="kind">{kind.to_string()}</span>
            " "
            {format!("{namespace}/{name}")}
        </span>
    }
}

#[component]
fn Cell(cell: Option<CellSeen>, site: String) -> impl IntoView {
    let Some(CellSeen { state, says, at }) = cell else {
        return view! { <td data-label=site><span class="status none"><Icon sign=Sign::Nothing/>"nothing to do"</span></td> }
            .into_any();
    };
    let (tone, sign, word) = shape(state);
    let since = match state {
        CellState::Asking | CellState::TakingBack | CellState::Unknown => "since ",
        _ => "",
    };
    view! {
        <td data-label=site>
            <span class=format!("status {tone}")><Icon sign/>{word}</span>
            {at.map(|at| view! { <small>{since}<Clock at/></small> })}
            {(!says.is_empty()).then(|| view! {
                <p class="reply">"It "<Plain text=ended(says)/></p>
            })}
        </td>
    }
    .into_any()
}

/// The tone, the sign and the word of a state.
fn shape(state: CellState) -> (&'static str, Sign, &'static str) {
    match state {
        CellState::Waiting => ("waiting", Sign::Waiting, "waiting"),
        CellState::Asking => ("working", Sign::Working, "in progress"),
        CellState::Applied => ("working", Sign::Working, "reading back"),
        CellState::Verified => ("synced", Sign::Well, "done, verified"),
        CellState::Refused => ("failed", Sign::Failed, "refused"),
        CellState::NotBegun => ("none", Sign::Nothing, "not begun"),
        CellState::ToTakeBack => ("waiting", Sign::Waiting, "waiting to be taken back"),
        CellState::TakingBack => ("working", Sign::Working, "taking back"),
        CellState::TakenBack => ("", Sign::Undo, "taken back"),
        CellState::Left => ("failed", Sign::Failed, "left as it is"),
        CellState::Unknown => ("unknown", Sign::Unknown, "unknown"),
    }
}

/// How far a site is: "2 of 5 done".
fn along(states: impl Iterator<Item = CellState>) -> String {
    use CellState::{Left, TakenBack, TakingBack, ToTakeBack, Unknown, Verified};
    let states: Vec<CellState> = states.collect();
    let count = |of: &[CellState]| states.iter().filter(|state| of.contains(state)).count();
    let (all, back) = (states.len(), count(&[ToTakeBack, TakingBack, TakenBack]));
    if all == 0 {
        "nothing to do".into()
    } else if count(&[Unknown]) > 0 {
        "does not answer".into()
    } else if count(&[Left]) > 0 {
        format!("{} left as it is", count(&[Left]))
    } else if back > 0 {
        format!("{} of {back} taken back", count(&[TakenBack]))
    } else {
        format!("{} of {all} done", count(&[Verified]))
    }
}

fn ended(says: String) -> String {
    if says.ends_with(['.', '!', '?']) {
        says
    } else {
        format!("{says}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CellState::{Left, NotBegun, TakenBack, ToTakeBack, Unknown, Verified, Waiting};

    #[test]
    fn a_site_says_how_far_it_is() {
        for (states, says) in [
            (vec![], "nothing to do"),
            (vec![Verified, Waiting], "1 of 2 done"),
            (vec![ToTakeBack, TakenBack, NotBegun], "1 of 2 taken back"),
            (vec![TakenBack, Left], "1 left as it is"),
            (vec![Unknown, Left], "does not answer"),
        ] {
            assert_eq!(along(states.iter().copied()), says, "{states:?}");
        }
    }

    #[test]
    fn what_the_server_says_ends_with_a_stop() {
        assert_eq!(ended("was refused: no.".into()), "was refused: no.");
        assert_eq!(ended("is otherwise".into()), "is otherwise.");
    }
}
