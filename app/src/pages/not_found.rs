//! What stands where no page is.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::visit::visit;

/// Says that there is no page here, and where there are some.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Not found · Assent"/>
        <header class="head">
            <p class="kicker">"404, not found"</p>
            <h1><strong>"There is no page at this address."</strong>" It may never have been one."</h1>
            <p class="context">
                <span>"Request "<code>{visit().request}</code>", in case you ask somebody."</span>
            </p>
        </header>
        <p class="actions"><a class="button primary" href="/">"Open the overview"</a></p>
    }
}
