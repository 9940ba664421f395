//! The revisions of a cloud.

use intent::{CloudName, RevisionRow};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::{
    AppError,
    api::reviews::reviews,
    live::ear,
    parts::{
        loaded::{cloud_named, loaded},
        revision_rows::{Of, RevisionRows},
        stage::is_open,
    },
};

/// Lists the revisions: those that wait for whoever is here, others that are open, settled ones.
#[component]
pub(crate) fn Reviews() -> impl IntoView {
    let params = use_params_map();
    let papers = ear().papers;
    let rows = Resource::new_blocking(
        move || (params.with(|params| params.get("cloud")), papers.get()),
        |(name, _)| async move {
            let cloud = cloud_named(name)?;
            let rows = reviews(cloud.clone()).await?;
            Ok::<_, AppError>((cloud, rows))
        },
    );
    loaded(rows, |(cloud, rows)| {
        view! { <Listed cloud sorted=Sorted::of(rows)/> }.into_any()
    })
}

/// Revisions by what is to be done about them; each list in its order.
#[derive(Clone, Debug, Default, PartialEq)]
struct Sorted {
    /// Those that wait for whoever is here.
    mine: Vec<RevisionRow>,
    /// Others to which something is still to come.
    open: Vec<RevisionRow>,
    /// Those to which nothing more is said.
    settled: Vec<RevisionRow>,
}

impl Sorted {
    fn of(rows: Vec<RevisionRow>) -> Self {
        let mut sorted = Self::default();
        for row in rows {
            let list = if row.waits_for_me {
                &mut sorted.mine
            } else if is_open(&row.stage) {
                &mut sorted.open
            } else {
                &mut sorted.settled
            };
            list.push(row);
        }
        sorted
    }

    /// The state of things, in two sentences.
    fn sentence(&self) -> (String, String) {
        let (mine, open) = (self.mine.len(), self.open.len());
        let first = match mine {
            0 => "No revision waits for you.".into(),
            1 => "1 revision waits for you.".into(),
            mine => format!("{mine} revisions wait for you."),
        };
        let second = match (mine, open) {
            (0, 0) => "All are settled.".into(),
            (_, 0) => String::new(),
            (0, 1) => "1 is open.".into(),
            (0, open) => format!("{open} are open."),
            (_, 1) => "1 more is open.".into(),
            (_, open) => format!("{open} more are open."),
        };
        (first, second)
    }

    fn is_empty(&self) -> bool {
        self.mine.is_empty() && self.open.is_empty() && self.settled.is_empty()
    }
}

#[component]
fn Listed(cloud: CloudName, sorted: Sorted) -> impl IntoView {
    let title = format!("Reviews of {cloud} · Assent");
    if sorted.is_empty() {
        return view! { <Title text=title/><Nothing cloud/> }.into_any();
    }
    let (first, second) = sorted.sentence();
    let lists = [
        ("mine", "Waiting for you", sorted.mine),
        ("open", "Open", sorted.open),
        ("settled", "Settled", sorted.settled),
    ];
    view! {
        <Title text=title/>
        <header class="head">
            <h1><strong>{first}</strong>" "{second}</h1>
        </header>
        {lists.into_iter().filter(|(.., rows)| !rows.is_empty()).map(|(id, name, rows)| view! {
            <section class="section" aria-labelledby=id>
                <header><h2 id=id>{name}</h2></header>
                <RevisionRows cloud=cloud.clone() rows of=Of::Cloud/>
            </section>
        }).collect_view()}
    }
    .into_any()
}

/// Says what would stand here.
#[component]
fn Nothing(cloud: CloudName) -> impl IntoView {
    view! {
        <header class="head">
            <h1><strong>{format!("Nothing was submitted for {cloud} yet.")}</strong></h1>
        </header>
        <section class="empty section" aria-labelledby="how">
            <h2 id="how">"How a change gets here"</h2>
            <p>
                "An author writes a draft and submits it. That seals a revision: the words, the objects of every site \
                 and what they replace. Reviewers see all of it and approve it, or say what has to change. Nobody \
                 approves what they wrote themselves."
            </p>
            <p class="actions"><a class="button" href=format!("/c/{cloud}/intents")>"Open the intents"</a></p>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use intent::{IntentName, PersonName, RevisionNumber, RolloutNumber, Stage};
    use mesh::Time;

    use super::*;

    fn row(number: i64, stage: Stage) -> RevisionRow {
        RevisionRow {
            number: RevisionNumber(number),
            names: vec![IntentName::read("a").unwrap()],
            version: 1,
            says: String::new(),
            author: PersonName::known("ada"),
            at: Time(0),
            stage,
            approvals: 0,
            needed: 1,
            waits_for_me: false,
        }
    }

    fn applied() -> Stage {
        Stage::Applied {
            rollout: RolloutNumber(1),
        }
    }

    fn for_me(number: i64) -> RevisionRow {
        RevisionRow {
            waits_for_me: true,
            ..row(number, Stage::InReview)
        }
    }

    #[test]
    fn what_waits_for_me_comes_first_and_what_is_settled_last() {
        let rows = vec![
            for_me(5),
            row(6, Stage::InReview),
            row(4, applied()),
            row(3, Stage::ChangesRequested),
            row(2, Stage::Superseded(RevisionNumber(3))),
            row(1, Stage::Recalled),
        ];
        let Sorted {
            mine,
            open,
            settled,
        } = Sorted::of(rows);
        let numbers =
            |rows: Vec<RevisionRow>| rows.iter().map(|row| row.number.0).collect::<Vec<_>>();
        assert_eq!(
            (numbers(mine), numbers(open), numbers(settled)),
            (vec![5], vec![6, 3], vec![4, 2, 1])
        );
    }

    #[test]
    fn the_sentence_says_first_what_waits_for_me() {
        let says = |rows| {
            let (first, second) = Sorted::of(rows).sentence();
            format!("{first} {second}")
        };
        assert_eq!(
            says(vec![row(1, applied())]),
            "No revision waits for you. All are settled."
        );
        assert_eq!(
            says(vec![for_me(2), row(1, Stage::InReview)]),
            "1 revision waits for you. 1 more is open."
        );
        assert_eq!(
            says(vec![for_me(2), for_me(1)]),
            "2 revisions wait for you. "
        );
    }
}
