//! Beginning an intent.

use intent::CloudName;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::not_found::NotFound;
use crate::{
    parts::{kind_cards::KindCards, loaded::cloud_named},
    visit::visit,
};

/// Offers the kinds of intents.
#[component]
pub(crate) fn NewIntent() -> impl IntoView {
    let params = use_params_map();
    move || match cloud_named(params.with(|params| params.get("cloud"))) {
        // A cloud that somebody may not see is not there for them.
        Ok(cloud) if visit().me.is_some_and(|me| me.clouds.contains(&cloud)) => {
            view! { <Offered cloud/> }.into_any()
        }
        _ => view! { <NotFound/> }.into_any(),
    }
}

#[component]
fn Offered(cloud: CloudName) -> impl IntoView {
    view! {
        <Title text=format!("New intent · {cloud} · Assent")/>
        <header class="head">
            <h1>
                <strong>{format!("What do you want for {cloud}?")}</strong>
                " Choose a kind. Writing an intent changes nothing in the mesh."
            </h1>
        </header>
        {if visit().read_only {
            view! { <p class="reason">"Assent runs read-only; nothing is written here."</p> }.into_any()
        } else {
            view! { <div class="empty"><KindCards cloud/></div> }.into_any()
        }}
    }
}
