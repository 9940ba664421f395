//! A field that holds a list: each item a chip, with a line to add more.

use intent::{Field, Input};
use leptos::{ev, prelude::*};

use super::{
    finding::{focus_id, id_of},
    icon::{Icon, Sign},
    intent_form::{Marks, Sheet, around},
    offers::{list_of, offers},
    plain::Plain,
};

/// A list. Until the page is awake it is one line, its items apart by commas.
pub(crate) fn chips(sheet: Sheet, field: &'static Field, path: String) -> AnyView {
    let marks = Marks::new(sheet, field, &path, &[]);
    let edge = marks.clone();
    let of = path.clone();
    let control = move || match sheet.awake.get() {
        true => {
            let id = id_of(&of);
            if has_focus(&id) {
                request_animation_frame(move || {
                    focus_id(&id);
                });
            }
            list(sheet, field, of.clone(), marks.clone())
        }
        false => line(sheet, field, &of, marks.clone()),
    };
    let control = view! { <div class=move || format!("input {}", edge.tone())>{control}</div> };
    around(sheet, field, &path, control.into_any())
}

/// Whether somebody types there.
fn has_focus(id: &str) -> bool {
    document()
        .active_element()
        .is_some_and(|element| element.id() == id)
}

/// All items in one line.
fn line(sheet: Sheet, field: &'static Field, path: &str, marks: Marks) -> AnyView {
    let before = sheet
        .desk
        .form
        .with_untracked(|form| form.get(path).to_owned());
    let (invalid, described) = (marks.clone(), marks);
    view! {
        <input
            id=id_of(path) name=format!("form[{path}]") value=before placeholder=placeholder(field)
            autocomplete="off" autocapitalize="none" spellcheck="false"
            aria-invalid=move || invalid.invalid() aria-describedby=move || described.described()
        />
    }
    .into_any()
}

/// A chip for each item, and a line to add more.
fn list(sheet: Sheet, field: &'static Field, path: String, marks: Marks) -> AnyView {
    let id = id_of(&path);
    let (invalid, described) = (marks.clone(), marks);
    let typed = RwSignal::new(String::new());
    let items = {
        let path = path.clone();
        Memo::new(move |_| sheet.desk.form.with(|form| form.list(&path)))
    };
    let keep = {
        let path = path.clone();
        move |items: Vec<String>| sheet.set(&path, items.join(", "))
    };
    let add = {
        let keep = keep.clone();
        move |text: &str| {
            let before = items.get_untracked();
            let after = with(before.clone(), text);
            if after != before {
                keep(after);
            }
        }
    };
    let input = {
        let add = add.clone();
        move |event: ev::Event| {
            let text = event_target_value(&event);
            if was_picked(&event) && is_offered(sheet, &field.input, &text) {
                add(&text);
                typed.set(String::new());
                return;
            }
            let (whole, rest) = text.rsplit_once(',').unwrap_or(("", &text));
            add(whole);
            typed.set(rest.to_owned());
        }
    };
    let key = {
        let (add, keep) = (add.clone(), keep.clone());
        move |event: ev::KeyboardEvent| match event.key().as_str() {
            // An empty line is sent with the form, as in any other field.
            "Enter" if typed.with_untracked(|typed| !typed.trim().is_empty()) => {
                event.prevent_default();
                add(&typed.get_untracked());
                typed.set(String::new());
            }
            "Backspace" if typed.with_untracked(String::is_empty) => {
                let mut items = items.get_untracked();
                if items.pop().is_some() {
                    keep(items);
                }
            }
            _ => {}
        }
    };
    let leave = move |_| {
        add(&typed.get_untracked());
        typed.set(String::new());
    };
    let chips = {
        let id = id.clone();
        move || {
            let chip = |(at, item): (usize, String)| {
                let (keep, id) = (keep.clone(), id.clone());
                let remove = move |_| {
                    let mut items = items.get_untracked();
                    if at < items.len() {
                        items.remove(at);
                        keep(items);
                    }
                    focus_id(&id);
                };
                view! {
                    <span class="chip">
                        <Plain text=item.clone()/>
                        <button type="button" aria-label=format!("Remove {item}") on:click=remove>
                            <Icon sign=Sign::Close/>
                        </button>
                    </span>
                }
            };
            items.get().into_iter().enumerate().map(chip).collect_view()
        }
    };
    let hidden = path.clone();
    view! {
        {chips}
        <input type="hidden" name=format!("form[{path}]") prop:value=move || sheet.text(&hidden)/>
        <input
            id=id.clone() list=list_of(&field.input) placeholder=placeholder(field)
            autocomplete="off" autocapitalize="none" spellcheck="false"
            aria-invalid=move || invalid.invalid() aria-describedby=move || described.described()
            prop:value=move || typed.get() on:input=input on:keydown=key on:blur=leave
        />
    }
    .into_any()
}

/// The items with those that a text holds, each once.
fn with(mut items: Vec<String>, text: &str) -> Vec<String> {
    for item in text.split([',', '\n']).map(str::trim) {
        if !item.is_empty() && !items.iter().any(|one| one == item) {
            items.push(item.into());
        }
    }
    items
}

/// Whether a text came from the list of offers at once, and not letter by letter.
fn was_picked(event: &ev::Event) -> bool {
    use leptos::wasm_bindgen::JsCast;
    match event.dyn_ref::<web_sys::InputEvent>() {
        Some(event) => event.input_type() == "insertReplacementText",
        None => true,
    }
}

fn is_offered(sheet: Sheet, input: &Input, text: &str) -> bool {
    let among = |choices: &_| offers(input, choices).iter().any(|o| o.value == text);
    // The offered methods have no list of values; a picked one is whole as well.
    *input == Input::Methods || sheet.choices.with_value(among)
}

/// What can be added.
fn placeholder(field: &Field) -> &'static str {
    match field.input {
        Input::Accounts => "Add an account",
        Input::Namespaces => "Add a namespace",
        Input::Methods => "Add a method",
        Input::Paths => "Add a path",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_already_is_not_added_again() {
        let items = with(vec!["GET".into()], " POST, GET,,\nHEAD ");
        assert_eq!(items, ["GET", "POST", "HEAD"]);
    }
}
