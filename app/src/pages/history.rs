//! Who did what, when.

use intent::{ActSeen, HistoryPage};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map, use_query_map};

use super::denied::Denied;
use crate::{
    api::history::history,
    parts::{
        loaded::{cloud_named, loaded},
        settings_tabs::SettingsTabs,
        time::day,
        timeline::Timeline,
    },
    visit::visit,
};

/// Shows what was done in a cloud.
#[component]
pub(crate) fn History() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let acts = Resource::new_blocking(
        move || {
            let cloud = params.with(|params| params.get("cloud"));
            (cloud, query.with(|query| query.get("before")))
        },
        |(cloud, before)| async move {
            let cloud = cloud_named(cloud)?;
            history(Some(cloud), number(before)).await
        },
    );
    loaded(acts, |page| view! { <OfCloud page/> }.into_any())
}

#[component]
fn OfCloud(page: HistoryPage) -> impl IntoView {
    let cloud = use_params_map()
        .with_untracked(|params| params.get("cloud"))
        .unwrap_or_default();
    view! {
        <Title text=format!("History of {cloud} · Assent")/>
        <header class="head">
            <h1>
                <strong>{format!("What was done in {cloud}, the latest first.")}</strong>
                " Nothing of it can be changed or removed."
            </h1>
        </header>
        <Days page/>
    }
}

/// Shows an administrator what was done in the whole installation.
#[component]
pub(crate) fn WholeHistory() -> impl IntoView {
    if !visit().me.is_some_and(|me| me.administers) {
        return view! { <Denied takes="an administrator".into()/> }.into_any();
    }
    let query = use_query_map();
    let acts = Resource::new_blocking(
        move || query.with(|query| query.get("before")),
        |before| async move { history(None, number(before)).await },
    );
    view! {
        <Title text="History · Assent"/>
        <header class="head">
            <h1>
                <strong>"What was done in the whole installation, the latest first."</strong>
                " Each entry is bound to all before it; the chain is checked at each start."
            </h1>
        </header>
        <SettingsTabs/>
        {loaded(acts, |page| view! { <Days page/> }.into_any())}
    }
    .into_any()
}

fn number(text: Option<String>) -> Option<i64> {
    text?.parse().ok()
}

#[component]
fn Days(page: HistoryPage) -> impl IntoView {
    let path = use_location().pathname;
    let earlier = use_query_map().with_untracked(|query| query.get("before").is_some());
    let days = by_day(page.acts);
    let nothing = days.is_empty().then(|| {
        let says = if earlier {
            "Nothing was done before that."
        } else {
            "Nothing was done here yet. As soon as somebody begins a draft, submits or votes, it stands here."
        };
        view! { <p class="quiet">{says}</p> }
    });
    view! {
        {nothing}
        {days.into_iter().map(|(name, acts)| view! {
            <section class="section day">
                <header><h2>{name}</h2></header>
                <Timeline acts/>
            </section>
        }).collect_view()}
        <nav class="actions after" aria-label="Earlier and later">
            {earlier.then(|| view! { <a class="button" href=move || path.get()>"Latest"</a> })}
            {page.more.map(|before| view! {
                <a class="button" href=move || format!("{}?before={before}", path.get())>"Earlier"</a>
            })}
        </nav>
    }
}

/// Puts the acts of each day together; both stay in their order.
fn by_day(acts: Vec<ActSeen>) -> Vec<(String, Vec<ActSeen>)> {
    let mut days: Vec<(String, Vec<ActSeen>)> = Vec::new();
    for act in acts {
        let name = day(act.at);
        match days.last_mut() {
            Some((last, acts)) if *last == name => acts.push(act),
            Some(_) | None => days.push((name, vec![act])),
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use mesh::Time;

    use super::*;

    fn act(seq: i64, at: i64) -> ActSeen {
        ActSeen {
            seq,
            at: Time(at),
            by: Some("ada".into()),
            did: "submitted revision 1".into(),
            digest: None,
            address: String::new(),
            request: String::new(),
            href: None,
        }
    }

    #[test]
    fn the_acts_of_a_day_stand_together_in_their_order() {
        const DAY: i64 = 86_400_000;
        let acts = vec![act(4, 2 * DAY), act(3, DAY + 2), act(2, DAY), act(1, 0)];
        let days: Vec<(String, Vec<i64>)> = by_day(acts)
            .into_iter()
            .map(|(day, acts)| (day, acts.into_iter().map(|act| act.seq).collect()))
            .collect();
        assert_eq!(
            days,
            [
                ("3 Jan 1970".into(), vec![4]),
                ("2 Jan 1970".into(), vec![3, 2]),
                ("1 Jan 1970".into(), vec![1])
            ]
        );
    }
}
