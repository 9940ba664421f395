//! Fields with one value: typed, chosen, or switched.

use intent::{Choice, Field, Form, Input, Offer};
use leptos::prelude::*;

use super::{
    finding::id_of,
    intent_form::{Marks, Sheet, around, help, leaving, required, said},
    offers::{list_of, offers, option, ports_of},
};

/// A line to type in, with what can be chosen, and below it what tells the chosen one from others.
pub(crate) fn typed(sheet: Sheet, field: &'static Field, path: String) -> AnyView {
    let id = id_of(&path);
    let marks = Marks::new(sheet, field, &path, &["about"]);
    let (edge, invalid, described) = (marks.clone(), marks.clone(), marks);
    let own_list = format!("{id}-offers");
    let (mode, size) = match field.input {
        Input::Port(_) => (Some("numeric"), "short"),
        _ => (None, ""),
    };
    let before = sheet
        .desk
        .form
        .with_untracked(|form| form.get(&path).to_owned());
    let (read, write) = (path.clone(), path.clone());
    let control = view! {
        <div class=move || format!("input {size} {}", edge.tone())>
            <input
                id=id.clone() name=format!("form[{path}]") inputmode=mode
                list=list_of(&field.input).map_or_else(|| own_list.clone(), String::from)
                value=before autocomplete="off" autocapitalize="none" spellcheck="false"
                aria-invalid=move || invalid.invalid() aria-describedby=move || described.described()
                prop:value=move || sheet.text(&read)
                on:input=move |event| sheet.set(&write, event_target_value(&event))
            />
        </div>
        {own_offers(sheet, field, own_list.clone())}
        {about(sheet, field, path.clone())}
    };
    around(sheet, field, &path, control.into_any())
}

/// The ports of what was chosen in the fields that this one names.
fn own_offers(sheet: Sheet, field: &'static Field, id: String) -> Option<impl IntoView> {
    let Input::Port(of) = field.input else {
        return None;
    };
    let ports = Memo::new(move |_| {
        let owners = sheet.desk.form.with(|form| owners(form, sheet.fields, of));
        sheet
            .choices
            .with_value(|choices| ports_of(choices, &owners))
    });
    let options = move || ports.get().iter().map(option).collect_view();
    Some(view! { <datalist id=id>{options}</datalist> })
}

/// What was typed into those of these fields that count.
fn owners(form: &Form, fields: &[Field], names: &[&str]) -> Vec<String> {
    let named = fields.iter().filter(|field| names.contains(&field.name));
    named
        .filter(|field| form.counts(field, ""))
        .map(|field| form.get(field.name).trim().to_owned())
        .collect()
}

/// What tells the one that was chosen from others.
fn about(sheet: Sheet, field: &'static Field, path: String) -> impl IntoView {
    let id = format!("{}-about", id_of(&path));
    let about = Memo::new(move |_| {
        let value = sheet.text(&path);
        let of = match field.input {
            Input::Port(of) => sheet.desk.form.with(|form| owners(form, sheet.fields, of)),
            _ => Vec::new(),
        };
        let fits = |offer: &&Offer| {
            offer.value == value.trim() && offer.of.as_ref().is_none_or(|owner| of.contains(owner))
        };
        sheet.choices.with_value(|choices| {
            let offers = offers(&field.input, choices);
            let offer = offers.iter().find(fits);
            offer.map(|offer| offer.about.clone()).unwrap_or_default()
        })
    });
    view! { <p class="about" id=id hidden=move || about.with(String::is_empty)>{move || about.get()}</p> }
}

/// One of a few, all in sight, with what the chosen one means.
pub(crate) fn one_of(
    sheet: Sheet,
    field: &'static Field,
    choices: &'static [Choice],
    path: String,
) -> AnyView {
    let id = id_of(&path);
    let label = format!("{id}-label");
    let marks = Marks::new(sheet, field, &path, &["means"]);
    let (invalid, described) = (marks.clone(), marks);
    let chosen = {
        let path = path.clone();
        Memo::new(move |_| sheet.text(&path))
    };
    let means = move || {
        let chosen = chosen.get();
        choices
            .iter()
            .find(|choice| choice.value == chosen)
            .map(|choice| choice.help)
    };
    let before = chosen.get_untracked();
    let labels = choices.iter().enumerate().map(|(at, choice)| {
        let id = if at == 0 { id.clone() } else { format!("{id}-{at}") };
        let write = path.clone();
        view! {
            <label>
                <input
                    type="radio" id=id name=format!("form[{path}]") value=choice.value autocomplete="off"
                    checked=before == choice.value
                    prop:checked=move || chosen.get() == choice.value
                    on:change=move |_| sheet.set(&write, choice.value.into())
                />
                {choice.label}
            </label>
        }
    });
    let segments = labels.collect_view();
    view! {
        <div
            class="field" role="radiogroup" aria-labelledby=label.clone() on:focusout=leaving(sheet, &path)
            aria-required=field.required.then_some("true")
            aria-invalid=move || invalid.invalid() aria-describedby=move || described.described()
        >
            <span class="label" id=label.clone()>{field.label}{field.required.then(required)}</span>
            <div class="segments">{segments}</div>
            <p class="help" id=format!("{id}-means") hidden=move || means().is_none_or(str::is_empty)>{means}</p>
            {help(field, &path)}
            {said(&path, sheet.found(path.clone()))}
        </div>
    }
    .into_any()
}

/// Yes or no.
pub(crate) fn switch(sheet: Sheet, field: &'static Field, path: String) -> AnyView {
    let id = id_of(&path);
    let marks = Marks::new(sheet, field, &path, &[]);
    let (invalid, described) = (marks.clone(), marks);
    let before = sheet
        .desk
        .form
        .with_untracked(|form| form.get(&path) == "true");
    let (read, write) = (path.clone(), path.clone());
    let change = move |event| {
        let text = if event_target_checked(&event) {
            "true"
        } else {
            ""
        };
        sheet.set(&write, text.into());
    };
    view! {
        <div class="field" on:focusout=leaving(sheet, &path)>
            <label class="choice">
                <input
                    type="checkbox" id=id name=format!("form[{path}]") value="true" autocomplete="off"
                    checked=before prop:checked=move || sheet.text(&read) == "true" on:change=change
                    aria-invalid=move || invalid.invalid() aria-describedby=move || described.described()
                />
                <span>{field.label}" "<span class="help" id=format!("{}-help", id_of(&path))>{field.help}</span></span>
            </label>
            {said(&path, sheet.found(path.clone()))}
        </div>
    }
    .into_any()
}
