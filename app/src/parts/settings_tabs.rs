//! The pages of the settings.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::visit::visit;

/// Leads from one page of the settings to the others.
#[component]
pub(crate) fn SettingsTabs() -> impl IntoView {
    let administers = visit().me.is_some_and(|me| me.administers);
    let tabs = [
        Some(("/settings", "My account")),
        administers.then_some(("/settings/people", "People")),
        Some(("/settings/clouds", "Clouds and sites")),
        administers.then_some(("/settings/history", "History")),
    ];
    let path = use_location().pathname;
    view! {
        <nav class="tabs" aria-label="Settings">
            {tabs.into_iter().flatten().map(|(href, name)| view! {
                <a href=href aria-current=move || (path.get() == href).then_some("page")>{name}</a>
            }).collect_view()}
        </nav>
    }
}
