//! The button that sends a form, and what follows.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_navigate;

use super::icon::{Icon, Sign};
use crate::AppError;

/// A button that sends its form once and says so while it waits.
#[component]
pub(crate) fn Submit(
    /// What it does, as a verb with its object.
    #[prop(into)]
    label: String,
    /// How it looks, as classes of `button`.
    #[prop(default = "")]
    look: &'static str,
    /// Whether an answer is awaited.
    #[prop(into)]
    waiting: Signal<bool>,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            class=format!("button {look}")
            aria-busy=move || waiting.get().then_some("true")
            on:click=move |event| if waiting.get_untracked() { event.prevent_default() }
        >
            {move || waiting.get().then(|| view! { <Icon sign=Sign::Working/> })}
            {label}
        </button>
    }
}

/// What a form's action last failed with.
pub(crate) fn error_of<F>(action: ServerAction<F>) -> Signal<Option<AppError>>
where
    F: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    F::Output: Clone + Send + Sync + 'static,
{
    let value = action.value();
    Signal::derive(move || {
        value.with(|value| value.as_ref().and_then(|v| v.as_ref().err().cloned()))
    })
}

/// Leaves for the address that an action answered with, by loading it anew: another person is here now.
pub(crate) fn leave_when_done<F>(action: ServerAction<F>)
where
    F: ServerFn<Output = String, Error = AppError> + Clone + Send + Sync + 'static,
{
    let value = action.value();
    Effect::new(move |_| {
        if let Some(Ok(path)) = value.get() {
            // A browser that refuses to move stays where it is; the form can be sent again.
            let _ = window().location().assign(&path);
        }
    });
}

/// Goes on to the page that an action answered with.
pub(crate) fn go_on_when_done<F>(action: ServerAction<F>)
where
    F: ServerFn<Output = String, Error = AppError> + Clone + Send + Sync + 'static,
{
    let (navigate, value) = (use_navigate(), action.value());
    Effect::new(move |_| {
        if let Some(Ok(path)) = value.get() {
            navigate(&path, Default::default());
        }
    });
}
