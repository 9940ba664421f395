//! Finds anything, by Ctrl K.

use std::time::Duration;

use intent::Found;
use leptos::{ev, html, leptos_dom::helpers::debounce, prelude::*};
use leptos_router::hooks::use_navigate;

use super::icon::{Icon, Sign};
use crate::{api::clouds::Find, visit::visit};

/// How long somebody has to pause before it is looked for what they typed.
const PAUSE: Duration = Duration::from_millis(120);

/// The button that opens the search, and the search.
#[component]
pub(crate) fn FindAnything() -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let open = move || {
        if let Some(dialog) = dialog.get_untracked() {
            // Fails only where it is open already.
            let _ = dialog.show_modal();
        }
    };
    Effect::new(move |_| {
        let listening = window_event_listener(ev::keydown, move |event| {
            let with_control = event.ctrl_key() || event.meta_key();
            let slash = event.key() == "/" && !with_control && !crate::keys::is_typing(&event);
            if slash || (with_control && event.key() == "k") {
                event.prevent_default();
                open();
            }
        });
        on_cleanup(move || listening.remove());
    });
    view! {
        <button class="button find" type="button" on:click=move |_| open()>
            <Icon sign=Sign::Search/>
            <span class="label">"Find anything"</span>
            <kbd>"Ctrl K"</kbd>
        </button>
        <FindBox dialog/>
    }
}

#[component]
fn FindBox(dialog: NodeRef<html::Dialog>) -> impl IntoView {
    let find = ServerAction::<Find>::new();
    let typed = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let found = Memo::new(move |_| {
        let mut all = find.value().get().and_then(Result::ok).unwrap_or_default();
        all.extend(pages(&typed.get()));
        all
    });
    let mut ask = debounce(PAUSE, move |text: String| {
        find.dispatch(Find { text });
    });
    let input = move |event| {
        let text = event_target_value(&event);
        typed.set(text.clone());
        chosen.set(0);
        ask(text);
    };
    let navigate = use_navigate();
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let go = move |event: ev::KeyboardEvent| {
        let last = found.with(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|at| *at = (*at + 1).min(last)),
            "ArrowUp" => chosen.update(|at| *at = at.saturating_sub(1)),
            "Enter" => {
                if let Some(found) = found.with(|all| all.get(chosen.get()).cloned()) {
                    close();
                    navigate(&found.href, Default::default());
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <dialog class="find-box" aria-label="Find anything" node_ref=dialog>
            <div class="input">
                <Icon sign=Sign::Search/>
                <input
                    role="combobox" aria-expanded="true" aria-controls="found" aria-label="Find anything"
                    aria-activedescendant=move || format!("found-{}", chosen.get())
                    placeholder="A service, a cloud, a page" autocomplete="off" spellcheck="false"
                    prop:value=move || typed.get() on:input=input on:keydown=go
                />
                <kbd>"Esc"</kbd>
            </div>
            <ul class="options" id="found" role="listbox" aria-label="Found">
                {move || listed(found.get(), chosen, dialog)}
            </ul>
            <p class="help" role="status">{move || found.with(Vec::is_empty).then_some("Nothing has that in its name.")}</p>
        </dialog>
    }
}

fn listed(
    found: Vec<Found>,
    chosen: RwSignal<usize>,
    dialog: NodeRef<html::Dialog>,
) -> impl IntoView {
    let mut group = String::new();
    found
        .into_iter()
        .enumerate()
        .map(|(at, found)| {
            let head = (found.group != group).then(|| {
                group.clone_from(&found.group);
                view! { <li class="group" role="presentation">{found.group.clone()}</li> }
            });
            let close = move |_| {
                if let Some(dialog) = dialog.get_untracked() {
                    dialog.close();
                }
            };
            view! {
                {head}
                <li role="presentation">
                    <a
                        role="option" id=format!("found-{at}") href=found.href tabindex="-1"
                        aria-selected=move || (chosen.get() == at).to_string() on:click=close
                    >
                        <span>{found.title}</span>
                        <small>{found.about}</small>
                    </a>
                </li>
            }
        })
        .collect_view()
}

/// The pages with this in their names.
fn pages(text: &str) -> Vec<Found> {
    let text = text.trim().to_lowercase();
    let page = |title: String, href: String| Found {
        group: "Pages".into(),
        title,
        about: "page".into(),
        href,
    };
    let clouds = visit().me.map(|me| me.clouds).unwrap_or_default();
    let mut all: Vec<Found> = clouds
        .iter()
        .map(|c| page(format!("Services of {c}"), format!("/c/{c}/services")))
        .collect();
    all.push(page("My account".into(), "/settings".into()));
    all.push(page("Clouds and sites".into(), "/settings/clouds".into()));
    all.retain(|page| page.title.to_lowercase().contains(&text));
    all
}
