//! The rollouts of a cloud.

use intent::{CloudName, RolloutRow, rollout::Outcome};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::{
    AppError,
    api::rollouts::{page as address, rollouts},
    live::ear,
    parts::{
        loaded::{cloud_named, loaded},
        outcome::{OutcomeStatus, errand},
        person::Person,
        time::{Moment, length},
        words::listed,
    },
};

/// Lists rollouts, the latest first.
#[component]
pub(crate) fn Rollouts() -> impl IntoView {
    let params = use_params_map();
    let papers = ear().papers;
    let rows = Resource::new_blocking(
        move || (params.with(|params| params.get("cloud")), papers.get()),
        |(name, _)| async move {
            let cloud = cloud_named(name)?;
            let rows = rollouts(cloud.clone()).await?;
            Ok::<_, AppError>((cloud, rows))
        },
    );
    loaded(rows, |(cloud, rows)| {
        view! { <Listed cloud rows/> }.into_any()
    })
}

#[component]
fn Listed(cloud: CloudName, rows: Vec<RolloutRow>) -> impl IntoView {
    let title = format!("Rollouts of {cloud} · Assent");
    let Some(latest) = rows.first() else {
        return view! { <Title text=title/><Nothing cloud/> }.into_any();
    };
    let (first, second) = sentence(&cloud, latest);
    view! {
        <Title text=title/>
        <header class="head">
            <h1><strong>{first}</strong>" "{second}</h1>
        </header>
        <table class="table stacks rows-open rollouts">
            <thead>
                <tr>
                    <th scope="col">"Rollout"</th>
                    <th scope="col">"What"</th>
                    <th scope="col">"Revision"</th>
                    <th scope="col">"By"</th>
                    <th scope="col">"Begun"</th>
                    <th scope="col" class="number">"Took"</th>
                    <th scope="col">"Outcome"</th>
                </tr>
            </thead>
            <tbody>
                {rows.into_iter().map(|row| view! { <Row row cloud=cloud.clone()/> }).collect_view()}
            </tbody>
        </table>
    }
    .into_any()
}

/// The state of things, by the latest rollout.
fn sentence(cloud: &CloudName, latest: &RolloutRow) -> (String, String) {
    let (number, errand) = (latest.number, errand(latest));
    let idle = || format!("Nothing is being rolled out in {cloud}.");
    match (&latest.outcome, &latest.turned) {
        (None, None) => (
            format!("Rollout {number} is under way."),
            format!("It carries out {errand}."),
        ),
        (None, Some(_)) => (
            format!("Rollout {number} is being taken back."),
            "Nothing of it stays.".into(),
        ),
        (Some(Outcome::Applied | Outcome::NothingToDo), _) => (
            idle(),
            format!("The last one, {errand}, reached every site."),
        ),
        (Some(Outcome::TakenBack { left, .. }), _) if left.is_empty() => {
            (idle(), format!("The last one, {errand}, was taken back."))
        }
        (Some(Outcome::TakenBack { .. }), _) => (
            idle(),
            format!("The last one, {errand}, could not be taken back whole."),
        ),
    }
}

#[component]
fn Row(row: RolloutRow, cloud: CloudName) -> impl IntoView {
    let names: Vec<String> = row.names.iter().map(ToString::to_string).collect();
    let revision = format!("/c/{cloud}/revisions/{}", row.revision);
    let took = row.ended.map(|ended| length(ended.since(row.at)));
    view! {
        <tr>
            <th scope="row">
                <a href=address(&cloud, row.number)>{format!("Rollout {}", row.number)}</a>
            </th>
            <td data-label="What">{listed(&names)}</td>
            <td data-label="Revision"><a href=revision>{capital(&errand(&row))}</a></td>
            <td data-label="By"><Person name=row.by.to_string()/></td>
            <td data-label="Begun" class="quiet"><Moment at=row.at/></td>
            <td data-label="Took" class="number quiet">{took}</td>
            <td class="whole"><OutcomeStatus row/></td>
        </tr>
    }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// Says what would stand here.
#[component]
fn Nothing(cloud: CloudName) -> impl IntoView {
    view! {
        <header class="head">
            <h1><strong>{format!("Nothing was rolled out to {cloud} yet.")}</strong></h1>
        </header>
        <section class="empty section" aria-labelledby="how">
            <h2 id="how">"How a change reaches the sites"</h2>
            <p>
                "Once a revision has its approvals, an operator rolls it out. Every site is asked first whether it \
                 would take each object; unless all would, nothing starts. Then each site is changed one object after \
                 another, and each is read back. If one fails, all sites are taken back to how they were."
            </p>
            <p class="actions"><a class="button" href=format!("/c/{cloud}/reviews")>"Open the reviews"</a></p>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::outcome::examples::{running, taken_back};

    #[test]
    fn the_sentence_follows_the_latest_rollout() {
        let cloud = CloudName::read("shop").unwrap();
        let applied = RolloutRow {
            outcome: Some(Outcome::Applied),
            ..running()
        };
        let says = |row| {
            let (first, second) = sentence(&cloud, &row);
            format!("{first} {second}")
        };
        assert_eq!(
            says(running()),
            "Rollout 3 is under way. It carries out revision 2."
        );
        assert_eq!(
            says(applied),
            "Nothing is being rolled out in shop. The last one, revision 2, reached every site."
        );
        assert_eq!(
            says(taken_back(vec![])),
            "Nothing is being rolled out in shop. The last one, revision 2, was taken back."
        );
    }
}
