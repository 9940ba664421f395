//! What stands where somebody may not go.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::visit::visit;

/// Says who may see the page that was asked for.
#[component]
pub(crate) fn Denied(
    /// Who may: "an administrator".
    takes: String,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::FORBIDDEN);
    }
    view! {
        <Title text="Not allowed · Assent"/>
        <header class="head">
            <p class="kicker">"403, not allowed"</p>
            <h1><strong>"This page takes "{takes}"."</strong>" An administrator gives roles."</h1>
            <p class="context">
                <span>"Request "<code>{visit().request}</code>", in case you ask somebody."</span>
            </p>
        </header>
        <p class="actions"><a class="button primary" href="/">"Open the overview"</a></p>
    }
}
