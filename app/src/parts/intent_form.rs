//! The form of an intent of any kind, made of its fields.

use std::{collections::BTreeSet, time::Duration};

use intent::{Choices, Field, Input, Level};
use leptos::{ev, prelude::*};
use mesh::Finding;

use super::{
    chips::chips,
    desk::Desk,
    finding::{self, id_of, is_about, is_in_row},
    inputs::{one_of, switch, typed},
    offers::Offers,
    rows::rows,
};

/// How long a press takes.
const PRESS: Duration = Duration::from_millis(300);

/// What a form is about: its fields, what was typed, what can be chosen, what is wrong.
#[derive(Clone, Copy)]
pub(crate) struct Sheet {
    /// The fields of the kind.
    pub(crate) fields: &'static [Field],
    /// What was typed.
    pub(crate) desk: Desk,
    /// What can be chosen.
    pub(crate) choices: StoredValue<Choices>,
    /// What was found last.
    pub(crate) findings: Memo<Vec<Finding>>,
    /// The fields that were left at least once.
    pub(crate) left: RwSignal<BTreeSet<String>>,
    /// Whether errors are shown beside all fields, and not only beside those that were left.
    pub(crate) strict: RwSignal<bool>,
    /// Whether the page is awake; until then a list is one line to type in.
    pub(crate) awake: RwSignal<bool>,
}

impl Sheet {
    /// What was typed into a field.
    pub(crate) fn text(self, path: &str) -> String {
        self.desk.form.with(|form| form.get(path).to_owned())
    }

    /// Types something into a field.
    pub(crate) fn set(self, path: &str, text: String) {
        self.desk.form.update(|form| form.set(path, text));
    }

    /// Whether a field counts, by what was typed into others.
    pub(crate) fn counts(self, field: &'static Field, prefix: String) -> Memo<bool> {
        Memo::new(move |_| self.desk.form.with(|form| form.counts(field, &prefix)))
    }

    /// What stands beside a field; nothing of what was found before it was changed.
    pub(crate) fn found(self, path: String) -> Memo<Vec<Finding>> {
        self.found_beside(path, &[])
    }

    /// What stands beside a field with rows of these fields, beside which stands what is about them.
    pub(crate) fn found_beside(self, path: String, inner: &'static [Field]) -> Memo<Vec<Finding>> {
        Memo::new(move |_| {
            if !self.desk.is_clean(&path) {
                return Vec::new();
            }
            let shown = self.strict.get() || self.left.with(|left| left.contains(&path));
            let here = |finding: &&Finding| {
                is_about(finding, &path)
                    && !is_in_row(finding, &path, inner)
                    && is_shown(finding, shown)
            };
            self.findings
                .with(|all| all.iter().filter(here).cloned().collect())
        })
    }

    /// Remembers that a field was left. What then stands beside it moves what is below, so it waits until
    /// the press that led away from the field is over.
    pub(crate) fn leave(self, path: &str) {
        if self.left.with_untracked(|left| left.contains(path)) {
            return;
        }
        let path = path.to_owned();
        let left = move || {
            // The page may be gone by then.
            let _ = self.left.try_update(|left| left.insert(path));
        };
        set_timeout(left, PRESS);
    }
}

/// Whether a finding stands beside its field. Nobody is told of an error in what they have not come to yet.
fn is_shown(finding: &Finding, was_left: bool) -> bool {
    finding.level != Level::Error || was_left
}

/// Renders the fields in their groups.
#[component]
pub(crate) fn IntentForm(sheet: Sheet) -> impl IntoView {
    let groups = sheet.fields.chunk_by(|one, next| one.group == next.group);
    view! {
        {groups.map(|group| in_group(sheet, group)).collect_view()}
        <Offers choices=sheet.choices/>
    }
}

fn in_group(sheet: Sheet, fields: &'static [Field]) -> AnyView {
    let counting: Vec<Memo<bool>> = fields
        .iter()
        .map(|field| sheet.counts(field, String::new()))
        .collect();
    let hidden = move || !counting.iter().any(Memo::get);
    view! {
        <fieldset class="group" hidden=hidden>
            <legend>{fields.first().map(|field| field.group)}</legend>
            {all_of(sheet, fields, "")}
        </fieldset>
    }
    .into_any()
}

/// Fields below each other. What was typed into one that does not count goes along unseen, so that it is
/// there when it counts again.
pub(crate) fn all_of(sheet: Sheet, fields: &'static [Field], prefix: &str) -> AnyView {
    let fields = fields.iter().map(|field| {
        let counts = sheet.counts(field, prefix.to_owned());
        let path = format!("{prefix}{}", field.name);
        move || match counts.get() {
            true => one(sheet, field, path.clone()),
            false => unseen(sheet, &path),
        }
    });
    fields.collect_view().into_any()
}

fn one(sheet: Sheet, field: &'static Field, path: String) -> AnyView {
    match &field.input {
        Input::OneOf(choices) => one_of(sheet, field, choices, path),
        Input::Switch => switch(sheet, field, path),
        Input::Namespace | Input::Service | Input::Workload | Input::Port(_) => {
            typed(sheet, field, path)
        }
        Input::Accounts | Input::Namespaces | Input::Methods | Input::Paths => {
            chips(sheet, field, path)
        }
        Input::Rows { one, fields } => rows(sheet, field, one, fields, path),
    }
}

/// What was typed into a field and what is below it.
fn unseen(sheet: Sheet, path: &str) -> AnyView {
    let below = format!("{path}.");
    let kept = sheet.desk.form.with_untracked(|form| {
        let typed = form.0.iter();
        let typed = typed.filter(|(key, _)| *key == path || key.starts_with(&below));
        typed
            .map(|(key, text)| (format!("form[{key}]"), text.clone()))
            .collect::<Vec<_>>()
    });
    let kept = kept
        .into_iter()
        .map(|(name, text)| view! { <input type="hidden" name=name value=text/> });
    kept.collect_view().into_any()
}

/// A field with its label, its help and what was found, around what it is typed into.
pub(crate) fn around(sheet: Sheet, field: &'static Field, path: &str, control: AnyView) -> AnyView {
    let id = id_of(path);
    view! {
        <div class="field" on:focusout=leaving(sheet, path)>
            <label for=id>{field.label}{field.required.then(required)}</label>
            {control}
            {help(field, path)}
            {said(path, sheet.found(path.into()))}
        </div>
    }
    .into_any()
}

/// The mark of a field that may not stay empty.
pub(crate) fn required() -> impl IntoView {
    view! { " "<span class="quiet">"required"</span> }
}

/// What helps to fill a field in.
pub(crate) fn help(field: &Field, path: &str) -> Option<impl IntoView + use<>> {
    let id = format!("{}-help", id_of(path));
    let text = field.help;
    (!text.is_empty()).then(|| view! { <p class="help" id=id>{text}</p> })
}

/// What was found about a field.
pub(crate) fn said(path: &str, found: Memo<Vec<Finding>>) -> AnyView {
    let id = format!("{}-said", id_of(path));
    view! {
        <div class="said" id=id aria-live="polite">
            {move || found.get().iter().map(finding::beside).collect_view()}
        </div>
    }
    .into_any()
}

/// Remembers that a field was left.
pub(crate) fn leaving(sheet: Sheet, path: &str) -> impl Fn(ev::FocusEvent) + use<> {
    let path = path.to_owned();
    move |_| sheet.leave(&path)
}

/// How a control shows what was found: the tone of its edge, whether it is invalid, and what describes it.
#[derive(Clone)]
pub(crate) struct Marks {
    found: Memo<Vec<Finding>>,
    /// What always describes it.
    about: String,
    /// What describes it where something was found.
    said: String,
}

impl Marks {
    /// The marks of a field. `about` are the ids of what always describes it.
    pub(crate) fn new(sheet: Sheet, field: &Field, path: &str, about: &[&str]) -> Self {
        let id = id_of(path);
        let help = (!field.help.is_empty()).then(|| format!("{id}-help"));
        let about = about.iter().map(|part| format!("{id}-{part}"));
        Self {
            found: sheet.found(path.to_owned()),
            about: about.chain(help).collect::<Vec<_>>().join(" "),
            said: format!("{id}-said"),
        }
    }

    /// The marks of the name of an intent, which no kind lists.
    pub(crate) fn of_name(sheet: Sheet) -> Self {
        Self {
            found: sheet.found("name".into()),
            about: "at-name-help".into(),
            said: "at-name-said".into(),
        }
    }

    fn worst(&self) -> Option<Level> {
        let found = self.found.get();
        found.iter().map(|finding| finding.level).min()
    }

    /// The class of its edge.
    pub(crate) fn tone(&self) -> &'static str {
        match self.worst() {
            Some(Level::Error) => "error",
            Some(Level::Warning) => "warning",
            Some(Level::Note) | None => "",
        }
    }

    /// The value of `aria-invalid`.
    pub(crate) fn invalid(&self) -> Option<&'static str> {
        (self.worst() == Some(Level::Error)).then_some("true")
    }

    /// The value of `aria-describedby`.
    pub(crate) fn described(&self) -> Option<String> {
        let ids = match self.worst() {
            Some(_) => format!("{} {}", self.about, self.said),
            None => self.about.clone(),
        };
        let ids = ids.trim().to_owned();
        (!ids.is_empty()).then_some(ids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_once_its_field_was_left_and_a_warning_at_once() {
        let of = |level| Finding::field(level, "x", "mode", "", "");
        assert!(!is_shown(&of(Level::Error), false));
        assert!(is_shown(&of(Level::Error), true));
        assert!(is_shown(&of(Level::Warning), false));
        assert!(is_shown(&of(Level::Note), false));
    }
}
