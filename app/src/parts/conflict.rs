//! Somebody else saved meanwhile: who decides, and between what.

use intent::{Field, Theirs};
use leptos::prelude::*;

use super::{
    desk::{Desk, Keeping},
    icon::{Icon, Sign},
    kept::Typed,
    time::Moment,
    words::listed,
};
use crate::visit::visit;

/// Says that somebody else saved meanwhile, in which fields it differs, and offers both. It stays until
/// one of them was taken.
#[component]
pub(crate) fn Conflict(
    desk: Desk,
    fields: &'static [Field],
    /// Reads the draft anew.
    again: RwSignal<u32>,
) -> impl IntoView {
    let overtaken = Memo::new(move |_| {
        desk.keeping.with(|keeping| match keeping {
            Keeping::Overtaken(theirs) => Some((**theirs).clone()),
            Keeping::Saved | Keeping::Saving | Keeping::Refused(_) => None,
        })
    });
    let notice = move || {
        overtaken
            .get()
            .map(|theirs| notice(desk, fields, again, theirs))
    };
    view! { <div role="alert" id="conflict">{notice}</div> }
}

fn notice(desk: Desk, fields: &'static [Field], again: RwSignal<u32>, theirs: Theirs) -> AnyView {
    let by_me = visit().me.is_some_and(|me| me.name == theirs.by.as_str());
    let who = match by_me {
        true => "You saved this draft in another window ".to_owned(),
        false => format!("{} saved this draft ", theirs.by),
    };
    let at = theirs.at;
    let other = Typed {
        name: theirs.name,
        form: theirs.form,
    };
    let differs = move || {
        let mine = Typed {
            name: desk.name.get(),
            form: desk.form.get(),
        };
        match differing(fields, &mine, &other) {
            none if none.is_empty() => "It is what you typed.".to_owned(),
            labels => format!("It differs from what you typed in {}.", listed(&labels)),
        }
    };
    let take = move |_| {
        desk.give_up();
        again.update(|again| *again += 1);
    };
    view! {
        <div class="notice-line notice">
            <Icon sign=Sign::Warning/>
            <span>
                <strong>{who}<Moment at/>"."</strong>
                " "{differs}" Nothing is saved until you choose; what you typed stays."
            </span>
            <span class="actions">
                <button type="button" class="button small" on:click=take>"Take theirs"</button>
                <button type="button" class="button small" on:click=move |_| desk.insist()>
                    "Save mine over it"
                </button>
            </span>
        </div>
    }
    .into_any()
}

/// The labels of the fields in which two texts differ.
fn differing(fields: &[Field], mine: &Typed, theirs: &Typed) -> Vec<String> {
    let name = (mine.name != theirs.name).then(|| "Name".to_owned());
    let within = |path: &str, field: &str| {
        path.strip_prefix(field)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let differs = |field: &&Field| {
        let paths = mine.form.0.keys().chain(theirs.form.0.keys());
        let mut paths = paths.filter(|path| within(path, field.name));
        paths.any(|path| mine.form.0.get(path) != theirs.form.0.get(path))
    };
    let labels = fields.iter().filter(differs);
    name.into_iter()
        .chain(labels.map(|field| field.label.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use intent::{Form, Input};

    use super::*;

    const MODE: Field = Field {
        name: "mode",
        label: "Mode",
        help: "",
        group: "",
        required: false,
        input: Input::Switch,
        only: None,
    };
    const FIELDS: &[Field] = &[
        MODE,
        Field {
            name: "rules",
            label: "Rules",
            input: Input::Rows {
                one: "rule",
                fields: &[],
            },
            ..MODE
        },
    ];

    #[test]
    fn the_fields_that_differ_are_named_as_people_see_them() {
        let typed = |name: &str, fields: &[(&str, &str)]| Typed {
            name: name.into(),
            form: Form(
                fields
                    .iter()
                    .map(|(path, text)| ((*path).into(), (*text).into()))
                    .collect(),
            ),
        };
        let mine = typed("a", &[("mode", "x"), ("rules.0.methods", "GET")]);
        let theirs = typed("b", &[("mode", "x"), ("rules.0", "")]);
        assert_eq!(differing(FIELDS, &mine, &theirs), ["Name", "Rules"]);
        assert_eq!(differing(FIELDS, &mine, &mine), [""; 0]);
    }
}
