//! Somebody, by name.

use leptos::prelude::*;

/// Shows a person: their initial and their name.
#[component]
pub(crate) fn Person(#[prop(into)] name: String) -> impl IntoView {
    let initial = name.chars().next().map(|c| c.to_uppercase().to_string());
    view! {
        <span class="person"><span class="initial" aria-hidden="true">{initial}</span>{name}</span>
    }
}
