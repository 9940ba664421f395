//! The keyboard.

use intent::{CloudName, Role};
use leptos::{ev, html::Dialog, prelude::*};
use leptos_router::hooks::{use_location, use_navigate};

use crate::visit::visit;

/// Where `g` and a second key lead, within a cloud or everywhere.
const PLACES: &[(&str, &str)] = &[
    ("o", "Go to the overview"),
    ("v", "Go to the services"),
    ("i", "Go to the intents"),
    ("r", "Go to the reviews"),
    ("l", "Go to the rollouts"),
    ("h", "Go to the history"),
    ("s", "Go to settings"),
];

/// Listens for keys and shows, on `?`, what each does.
#[component]
pub(crate) fn Keys() -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let navigate = use_navigate();
    let path = use_location().pathname;
    let going = StoredValue::new(false);
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let listening = window_event_listener(ev::keydown, move |event| {
            let key = event.key();
            let held = event.ctrl_key() || event.meta_key() || event.alt_key();
            if held || key == "Shift" || is_typing(&event) {
                return;
            }
            let was_going = going.get_value();
            going.set_value(false);
            let place = if was_going {
                place(&key, &path.get_untracked())
            } else {
                None
            };
            match (place, key.as_str()) {
                (Some(path), _) => {
                    if let Some(dialog) = dialog.get() {
                        dialog.close();
                    }
                    navigate(&path, Default::default());
                }
                (None, "j") => step(1),
                (None, "k") => step(-1),
                (None, "g") => going.set_value(true),
                (None, "n") => {
                    if let Some(path) = new_intent(&path.get_untracked()) {
                        navigate(&path, Default::default());
                    }
                }
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
                {PLACES.iter().map(|(second, does)| view! {
                    <div><dt><kbd>"g"</kbd>" "<kbd>{*second}</kbd></dt><dd>{*does}</dd></div>
                }).collect_view()}
                {writes().then(|| view! { <div><dt><kbd>"n"</kbd></dt><dd>"Begin a new intent"</dd></div> })}
                <div><dt><kbd>"j"</kbd>" "<kbd>"k"</kbd></dt><dd>"Down and up in a list; Enter opens"</dd></div>
                <div><dt><kbd>"/"</kbd>" "<kbd>"Ctrl K"</kbd></dt><dd>"Find anything"</dd></div>
                <div><dt><kbd>"?"</kbd></dt><dd>"Show these keys"</dd></div>
                <div><dt><kbd>"Esc"</kbd></dt><dd>"Close"</dd></div>
            </dl>
            <form method="dialog" class="actions"><button class="button">"Close"</button></form>
        </dialog>
    }
}

/// Where a key leads after `g`, from the page that is open.
fn place(key: &str, path: &str) -> Option<String> {
    match (key, cloud(path)) {
        ("s", _) => Some("/settings".into()),
        ("o", Some(cloud)) => Some(format!("/c/{cloud}")),
        ("v", Some(cloud)) => Some(format!("/c/{cloud}/services")),
        ("i", Some(cloud)) => Some(format!("/c/{cloud}/intents")),
        ("r", Some(cloud)) => Some(format!("/c/{cloud}/reviews")),
        ("l", Some(cloud)) => Some(format!("/c/{cloud}/rollouts")),
        ("h", Some(cloud)) => Some(format!("/c/{cloud}/history")),
        ("o" | "v" | "i" | "r" | "l" | "h", None) => Some("/".into()),
        _ => None,
    }
}

/// Where `n` leads an author, from the page that is open.
fn new_intent(path: &str) -> Option<String> {
    let cloud = CloudName::read(&cloud(path)?).ok()?;
    visit()
        .may(Role::Author, &cloud)
        .then(|| format!("/c/{cloud}/new"))
}

/// Whether whoever is here may begin intents anywhere.
fn writes() -> bool {
    let clouds = visit().me.map(|me| me.clouds).unwrap_or_default();
    clouds.iter().any(|cloud| visit().may(Role::Author, cloud))
}

/// The cloud that the open page is about; elsewhere the first.
fn cloud(path: &str) -> Option<String> {
    let named = path
        .strip_prefix("/c/")
        .and_then(|rest| rest.split('/').next());
    let first = || {
        visit()
            .me
            .and_then(|me| me.clouds.first().map(ToString::to_string))
    };
    named.map(ToOwned::to_owned).or_else(first)
}

/// Moves to the next or the one before of the links in a list; Enter then opens it.
fn step(by: i32) {
    use leptos::wasm_bindgen::JsCast;
    let Ok(links) = document().query_selector_all(".rows-open tbody th a, .worklist .name") else {
        return;
    };
    let links: Vec<web_sys::HtmlElement> = (0..links.length())
        .filter_map(|at| links.item(at)?.dyn_into().ok())
        .collect();
    let active = document().active_element();
    let here = links
        .iter()
        .position(|link| active.as_ref().is_some_and(|a| link.is_same_node(Some(a))));
    let next = match here {
        None if by > 0 => 0,
        None => return,
        Some(at) => at
            .saturating_add_signed(by as isize)
            .min(links.len().saturating_sub(1)),
    };
    if let Some(link) = links.get(next) {
        // A link that is gone cannot be focused, and need not be.
        let _ = link.focus();
    }
}

/// Says whether a key belongs to a field that somebody types in.
pub(crate) fn is_typing(event: &ev::KeyboardEvent) -> bool {
    use leptos::wasm_bindgen::JsCast;
    let element = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| match element.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => {
            let kind = element.get_attribute("type").unwrap_or_default();
            !matches!(kind.as_str(), "radio" | "checkbox")
        }
        _ => false,
    })
}
