//! One line to type in.

use leptos::prelude::*;

use super::icon::{Icon, Sign};
use crate::AppError;

/// A text field with its label, a word of help, and what is wrong with it.
#[component]
pub(crate) fn Field(
    /// The name under which the form sends it.
    name: &'static str,
    /// What people call it.
    label: &'static str,
    /// The kind of input.
    #[prop(default = "text")]
    kind: &'static str,
    /// What a browser may fill in.
    complete: &'static str,
    /// What helps to fill it in.
    #[prop(optional)]
    help: Option<&'static str>,
    /// What the server last said about the form.
    #[prop(into)]
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let objection = Memo::new(move |_| error.get().and_then(|error| error.about(name)));
    let said = format!("{name}-said");
    let helps = help.map(|_| format!("{name}-help"));
    let described = {
        let helps = helps.clone();
        move || match (&helps, objection.get()) {
            (Some(helps), Some(_)) => Some(format!("{helps} {name}-said")),
            (Some(helps), None) => Some(helps.clone()),
            (None, said) => said.map(|_| format!("{name}-said")),
        }
    };
    // Whoever sent the form goes on where something is to be mended.
    Effect::new(move |_| {
        if objection.get().is_some() {
            request_animation_frame(focus_first_refused);
        }
    });
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <div class="input" class:error=move || objection.get().is_some()>
                <input
                    id=name
                    name=name
                    type=kind
                    autocomplete=complete
                    autocapitalize="none"
                    spellcheck="false"
                    required
                    aria-invalid=move || objection.get().map(|_| "true")
                    aria-describedby=described
                />
            </div>
            {help.map(|help| view! { <p class="help" id=helps>{help}</p> })}
            <div id=said aria-live="polite">
                {move || {
                    objection.get().map(|says| {
                        view! {
                            <div class="finding error">
                                <Icon sign=Sign::Failed/>
                                <p>{says}</p>
                            </div>
                        }
                    })
                }}
            </div>
        </div>
    }
}

fn focus_first_refused() {
    use leptos::wasm_bindgen::JsCast;
    let refused = document()
        .query_selector("input[aria-invalid=true]")
        .ok()
        .flatten();
    if let Some(input) = refused.and_then(|input| input.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Fails only for what cannot have the focus; an input can.
        let _ = input.focus();
    }
}
