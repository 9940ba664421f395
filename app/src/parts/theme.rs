//! Light, dark, or as the system has it.

use leptos::prelude::*;

use crate::{Theme, api::account::ChooseTheme};

/// Switches between light and dark. Without script it leads to the page where a theme is chosen.
#[component]
pub(crate) fn ThemeSwitch(children: Children) -> impl IntoView {
    let choose = ServerAction::<ChooseTheme>::new();
    let switch = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        let theme = match shown() {
            Theme::Dark => Theme::Light,
            Theme::Light => Theme::Dark,
        };
        show(Some(theme));
        choose.dispatch(ChooseTheme {
            theme: theme.word().into(),
        });
    };
    view! { <a class="theme" href="/settings" title="Theme" on:click=switch>{children()}</a> }
}

/// Puts a theme on the document.
pub(crate) fn show(theme: Option<Theme>) {
    if let Some(root) = document().document_element() {
        // The two calls fail only for names that are not allowed; this one is.
        let _ = match theme {
            Some(theme) => root.set_attribute("data-theme", theme.word()),
            None => root.remove_attribute("data-theme"),
        };
    }
}

/// The theme that is on the screen now.
fn shown() -> Theme {
    let chosen = document()
        .document_element()
        .and_then(|root| root.get_attribute("data-theme"))
        .and_then(|word| Theme::named(&word));
    let system_is_dark = || {
        let query = window().match_media("(prefers-color-scheme: dark)");
        query.ok().flatten().is_some_and(|query| query.matches())
    };
    match chosen {
        Some(theme) => theme,
        None if system_is_dark() => Theme::Dark,
        None => Theme::Light,
    }
}
