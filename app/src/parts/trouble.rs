//! What went wrong with a whole form or list.

use leptos::prelude::*;
use leptos_router::{hooks::use_location, location::Url};

use super::icon::{Icon, Sign};
use crate::AppError;

/// Says what went wrong and what to do. Whoever is signed out is led to the sign-in and back.
#[component]
pub(crate) fn Trouble(
    /// What the server last said.
    #[prop(into)]
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let place = use_location();
    let (path, query) = (place.pathname, place.search);
    let says = move |error: AppError| {
        let again = (error == AppError::SignedOut).then(|| {
            let (path, query) = (path.get_untracked(), query.get_untracked());
            let here = match query.trim_start_matches('?') {
                "" => path,
                query => format!("{path}?{query}"),
            };
            let href = format!("/sign-in?next={}", Url::escape(&here));
            view! { <a class="do" rel="external" href=href>"Sign in again"</a> }
        });
        error.as_a_whole().map(|says| {
            view! {
                <div class="notice-line bad">
                    <Icon sign=Sign::Failed/>
                    <span>{says}</span>
                    {again}
                </div>
            }
        })
    };
    view! { <div role="alert">{move || error.get().and_then(says)}</div> }
}
