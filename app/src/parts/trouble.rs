//! What went wrong with a whole form or list.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::icon::{Icon, Sign};
use crate::AppError;

/// Says what went wrong and what to do. Whoever is signed out is led to the sign-in and back.
#[component]
pub(crate) fn Trouble(
    /// What the server last said.
    #[prop(into)]
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let path = use_location().pathname;
    let says = move |error: AppError| {
        let again = (error == AppError::SignedOut).then(|| {
            let href = format!("/sign-in?next={}", path.get_untracked());
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
