//! The keyboard.

use leptos::{ev, html::Dialog, prelude::*};
use leptos_router::hooks::use_navigate;

/// Where `g` and a second key lead.
const PLACES: &[(&str, &str, &str)] = &[
    ("o", "/", "Go to the overview"),
    ("s", "/settings", "Go to settings"),
];

/// Listens for keys and shows, on `?`, what each does.
#[component]
pub(crate) fn Keys() -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let navigate = use_navigate();
    let going = StoredValue::new(false);
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let listening = window_event_listener(ev::keydown, move |event| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(&event) {
                return;
            }
            let was_going = going.get_value();
            going.set_value(false);
            let key = event.key();
            let place = PLACES
                .iter()
                .find(|(second, _, _)| was_going && *second == key);
            match (place, key.as_str()) {
                (Some((_, path, _)), _) => navigate(path, Default::default()),
                (None, "g") => going.set_value(true),
                (None, "?") => {
                    if let Some(dialog) = dialog.get() {
                        // Fails only where it is open already.
                        let _ = dialog.show_modal();
                    }
                }
                (None, _) => {}
            }
        });
        on_cleanup(move || listening.remove());
    });
    view! {
        <dialog class="dialog keys" aria-labelledby="keys" node_ref=dialog>
            <h2 id="keys">"Keys"</h2>
            <dl>
                {PLACES.iter().map(|(second, _, does)| view! {
                    <div><dt><kbd>"g"</kbd>" "<kbd>{*second}</kbd></dt><dd>{*does}</dd></div>
                }).collect_view()}
                <div><dt><kbd>"?"</kbd></dt><dd>"Show these keys"</dd></div>
                <div><dt><kbd>"Esc"</kbd></dt><dd>"Close"</dd></div>
            </dl>
            <form method="dialog" class="actions"><button class="button">"Close"</button></form>
        </dialog>
    }
}

/// Says whether a key belongs to a field that somebody types in.
fn is_typing(event: &ev::KeyboardEvent) -> bool {
    use leptos::wasm_bindgen::JsCast;
    let element = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
    })
}
