//! Finds anything, by Ctrl K.

use std::time::Duration;

use intent::{CloudName, Found};
use leptos::{ev, html, leptos_dom::helpers::debounce, prelude::*};
use leptos_router::hooks::use_navigate;

use super::{
    icon::{Icon, Sign},
    trouble::Trouble,
};
use crate::{AppError, api::clouds, visit::visit};

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
    let find = Action::new(|text: &String| {
        let text = text.clone();
        async move { (text.clone(), clouds::find(text).await) }
    });
    let typed = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let found = Memo::new(move |_| {
        let answer = find.value().get().and_then(|(_, answer)| answer.ok());
        let mut all = answer.unwrap_or_default();
        all.extend(pages(&typed.get()));
        all
    });
    let answered = Memo::new(move |_| {
        find.value()
            .with(|last| typed.with(|text| answers(last.as_ref(), text)))
    });
    let error = Signal::derive(move || find.value().get().and_then(|(_, answer)| answer.err()));
    let mut ask = debounce(PAUSE, move |text: String| {
        find.dispatch(text);
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
            "Enter" if answered.get() => {
                if let Some(found) = found.with(|all| all.get(chosen.get()).cloned()) {
                    close();
                    navigate(&found.href, Default::default());
                }
            }
            // What is listed is not about what is typed yet.
            "Enter" => {}
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
                    placeholder="A service, an intent, a page" autocomplete="off" spellcheck="false"
                    prop:value=move || typed.get() on:input=input on:keydown=go
                />
                <kbd>"Esc"</kbd>
            </div>
            <ul class="options" id="found" role="listbox" aria-label="Found">
                {move || listed(found.get(), chosen, dialog)}
            </ul>
            <Trouble error/>
            <p class="help" role="status">
                {move || {
                    let nothing = answered.get() && error.with(Option::is_none) && found.with(Vec::is_empty);
                    nothing.then_some("Nothing has that in its name.")
                }}
            </p>
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

/// An answer, and the text that was asked for.
type Answer = (String, Result<Vec<Found>, AppError>);

/// Whether the last answer is about this text. Of nothing typed nothing has to be asked.
fn answers(last: Option<&Answer>, text: &str) -> bool {
    last.map_or(text.is_empty(), |(asked, _)| asked == text)
}

/// The pages with this in their names.
fn pages(text: &str) -> Vec<Found> {
    let me = visit().me;
    let administers = me.as_ref().is_some_and(|me| me.administers);
    let clouds = me.map(|me| me.clouds).unwrap_or_default();
    pages_of(&clouds, administers, text)
}

fn pages_of(clouds: &[CloudName], administers: bool, text: &str) -> Vec<Found> {
    let text = text.trim().to_lowercase();
    let page = |title: String, href: String| Found {
        group: "Pages".into(),
        title,
        about: "page".into(),
        href,
    };
    let of = |c: &CloudName| {
        [
            ("Services of", "services"),
            ("Intents for", "intents"),
            ("Reviews of", "reviews"),
            ("History of", "history"),
        ]
        .map(|(name, place)| page(format!("{name} {c}"), format!("/c/{c}/{place}")))
    };
    let mut all: Vec<Found> = clouds.iter().flat_map(of).collect();
    all.push(page("My account".into(), "/settings".into()));
    all.push(page("Clouds and sites".into(), "/settings/clouds".into()));
    if administers {
        all.push(page("People".into(), "/settings/people".into()));
        all.push(page("History of all".into(), "/settings/history".into()));
    }
    all.retain(|page| page.title.to_lowercase().contains(&text));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_to_an_earlier_text_is_not_one_to_what_is_typed_now() {
        let earlier: Answer = ("rat".into(), Ok(vec![]));
        assert!(answers(Some(&earlier), "rat"));
        assert!(!answers(Some(&earlier), "ratings"));
        assert!(!answers(None, "rat"));
        assert!(answers(None, ""));
    }

    fn found(clouds: &[CloudName], administers: bool, text: &str) -> Vec<String> {
        let pages = pages_of(clouds, administers, text);
        pages.into_iter().map(|page| page.href).collect()
    }

    #[test]
    fn only_administrators_find_the_page_of_people_and_the_whole_history() {
        assert_eq!(found(&[], true, "PEO"), ["/settings/people"]);
        assert_eq!(found(&[], true, "history"), ["/settings/history"]);
        assert_eq!(found(&[], false, "peo"), Vec::<String>::new());
        assert_eq!(found(&[], false, "history"), Vec::<String>::new());
    }

    #[test]
    fn the_pages_of_each_cloud_are_found() {
        let clouds = ["bank", "shop"].map(|name| CloudName::read(name).unwrap());
        assert_eq!(
            found(&clouds, false, "reviews"),
            ["/c/bank/reviews", "/c/shop/reviews"]
        );
    }
}
