//! What is being written, reviewed and rolled out, on the overview.

use intent::InFlight;
use leptos::prelude::*;

use super::{
    flight::flight,
    outcome::{OutcomeStatus, errand},
    plain::Plain,
    time::Moment,
};

/// So many drafts are named.
const NAMED: usize = 3;

/// What is being written, reviewed and rolled out.
#[component]
pub(crate) fn Work(cloud: String) -> impl IntoView {
    let flight = flight();
    let show = move || {
        let cloud = cloud.clone();
        Suspend::new(async move {
            match flight.now.await {
                Ok(Some(flight)) => view! { <Flying flight cloud/> }.into_any(),
                Ok(None) => ().into_any(),
                Err(error) => view! { <p class="quiet">{error.to_string()}</p> }.into_any(),
            }
        })
    };
    view! {
        <section aria-labelledby="work">
            <h2 class="kicker" id="work">"Work in flight"</h2>
            <Transition>{show}</Transition>
        </section>
    }
}

#[component]
fn Flying(flight: InFlight, cloud: String) -> impl IntoView {
    let reviews = format!("/c/{cloud}/reviews");
    let mine = format!("/c/{cloud}/intents?only=mine");
    let drafts = flight.drafts.len();
    let wait = match flight.waiting {
        1 => " review waits for you",
        _ => " reviews wait for you",
    };
    let named = flight.drafts.into_iter().take(NAMED).map(|draft| {
        let href = format!("/c/{cloud}/drafts/{}", draft.id);
        let name = if draft.name.is_empty() {
            "unnamed".to_owned()
        } else {
            draft.name
        };
        view! {
            <li>
                <a class="name" href=href><Plain text=name/></a>
                <small>{draft.kind}", saved "<Moment at=draft.saved/></small>
            </li>
        }
    });
    let running = flight.rollouts.into_iter().map(|rollout| {
        let href = format!("/c/{cloud}/rollouts/{}", rollout.number);
        view! {
            <li>
                <a class="name" href=href>{format!("Rollout {}", rollout.number)}</a>
                <OutcomeStatus row=rollout.clone()/>
                <small>{errand(&rollout)}", begun "<Moment at=rollout.at/></small>
            </li>
        }
    });
    view! {
        <p class="figure">
            <a href=reviews.clone()>
                <strong>{flight.waiting}</strong>
                {wait}
            </a>
        </p>
        <dl class="tallies">
            <dt><a href=reviews>"In review, all"</a></dt>
            <dd>{flight.reviews}</dd>
            <dt><a href=mine>"Drafts of mine"</a></dt>
            <dd>{drafts}</dd>
        </dl>
        <ul class="site-list after">{running.collect_view()}{named.collect_view()}</ul>
    }
}
