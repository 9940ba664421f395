//! Rows of a form: added, moved, removed.

use intent::{Edit, Field, Form};
use leptos::{ev, prelude::*};

use super::{
    finding::{focus, focus_id, id_of},
    icon::{Icon, Sign},
    intent_form::{Sheet, all_of, help, leaving, required, said},
};

/// Rows with fields of their own, in order.
pub(crate) fn rows(
    sheet: Sheet,
    field: &'static Field,
    one: &'static str,
    fields: &'static [Field],
    path: String,
) -> AnyView {
    let id = id_of(&path);
    let number = {
        let path = path.clone();
        Memo::new(move |_| sheet.desk.form.with(|form| form.rows(&path)))
    };
    let add = Edit::Add(path.clone());
    let full = move || number.get() >= Form::MOST_ROWS;
    let row = {
        let path = path.clone();
        move |at| {
            let row = Row {
                path: path.clone(),
                at,
                one,
                number,
            };
            shown(sheet, fields, row)
        }
    };
    view! {
        <div class="field rows" role="group" aria-labelledby=format!("{id}-label") on:focusout=leaving(sheet, &path)>
            <span class="label" id=format!("{id}-label")>{field.label}{field.required.then(required)}</span>
            {help(field, &path)}
            <ol><For each=move || 0..number.get() key=|at| *at children=row/></ol>
            <button
                type="submit" class="button small" id=id.clone() name="edit" value=add.to_string()
                hidden=full on:click=editing(sheet, fields, add)
            >
                <Icon sign=Sign::Plus/>{format!("Add a {one}")}
            </button>
            <p class="help" hidden=move || !full()>{format!("{} is the most there can be.", Form::MOST_ROWS)}</p>
            {said(&path, sheet.found_beside(path.clone(), fields))}
        </div>
    }
    .into_any()
}

/// Which row.
#[derive(Clone)]
struct Row {
    /// The field whose row it is.
    path: String,
    at: usize,
    /// What one is called.
    one: &'static str,
    /// How many there are.
    number: Memo<usize>,
}

fn shown(sheet: Sheet, fields: &'static [Field], row: Row) -> AnyView {
    let Row {
        path,
        at,
        one,
        number,
    } = row;
    let own = format!("{path}.{at}");
    let label = format!("{}-label", id_of(&own));
    let name = format!("{one} {}", at + 1);
    let button = |word: &'static str, edit: Edit, hidden: Signal<bool>| {
        let id = button_id(&edit);
        view! {
            <button
                type="submit" class="button small plain" id=id name="edit" value=edit.to_string()
                hidden=move || hidden.get() on:click=editing(sheet, fields, edit)
            >
                {word}<span class="spoken">{format!(" {name}")}</span>
            </button>
        }
    };
    let last = Signal::derive(move || at + 1 >= number.get());
    view! {
        <li class="row"><div role="group" aria-labelledby=label.clone()>
            <header>
                <span class="label" id=label.clone()>{capitalised(&name)}</span>
                {button("Up", Edit::Up(path.clone(), at), (at == 0).into())}
                {button("Down", Edit::Down(path.clone(), at), last)}
                {button("Remove", Edit::Remove(path.clone(), at), false.into())}
            </header>
            <input type="hidden" name=format!("form[{own}]") value=""/>
            {all_of(sheet, fields, &format!("{own}."))}
        </div></li>
    }
    .into_any()
}

/// Carries out an edit where the button stands, and moves the focus to what it was about. Without script
/// the button sends the form with it.
fn editing(sheet: Sheet, fields: &'static [Field], edit: Edit) -> impl Fn(ev::MouseEvent) {
    move |event| {
        event.prevent_default();
        sheet.desk.form.update(|form| form.apply(&edit));
        let next = sheet
            .desk
            .form
            .with_untracked(|form| next_focus(form, fields, &edit));
        // It is there after the page has caught up.
        request_animation_frame(move || match next {
            Next::Field(path) => {
                focus(&path);
            }
            Next::Button(edit) => {
                focus_id(&button_id(&edit));
            }
        });
    }
}

/// Where the focus goes.
#[derive(Debug, PartialEq)]
enum Next {
    /// To a field, by its path.
    Field(String),
    /// To the button of a row.
    Button(Edit),
}

/// Where the focus goes after an edit: into a new row; to the row that took the place of a removed one; along
/// with a row that moves.
fn next_focus(form: &Form, fields: &[Field], edit: &Edit) -> Next {
    let field_in = |name: &str, row: usize| {
        let prefix = format!("{name}.{row}.");
        let first = fields.iter().find(|field| form.counts(field, &prefix));
        let first = first.map_or("", |field| field.name);
        Next::Field(format!("{prefix}{first}"))
    };
    match edit {
        Edit::Add(name) => match form.rows(name) {
            0 => Next::Field(name.clone()),
            rows => field_in(name, rows - 1),
        },
        Edit::Remove(name, row) => match form.rows(name) {
            0 => Next::Field(name.clone()),
            rows if *row < rows => field_in(name, *row),
            _ => Next::Field(name.clone()),
        },
        // The first row has no button up, the last none down.
        Edit::Up(name, row) => Next::Button(match row {
            0 | 1 => Edit::Down(name.clone(), 0),
            row => Edit::Up(name.clone(), row - 1),
        }),
        Edit::Down(name, row) => Next::Button(match row + 1 {
            row if row + 1 < form.rows(name) => Edit::Down(name.clone(), row),
            row => Edit::Up(name.clone(), row),
        }),
    }
}

fn button_id(edit: &Edit) -> String {
    edit.to_string().replace([':', '.'], "-")
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use intent::Input;

    use super::*;

    const FIELDS: &[Field] = &[Field {
        name: "methods",
        label: "Methods",
        help: "",
        group: "",
        required: false,
        input: Input::Methods,
        only: None,
    }];

    fn after(rows: usize, edit: Edit) -> Next {
        let mut form = Form::default();
        for row in 0..rows {
            form.set(format!("rules.{row}"), "");
        }
        next_focus(&form, FIELDS, &edit)
    }

    #[test]
    fn the_focus_follows_what_was_edited() {
        let name = || "rules".to_owned();
        let field = |path: &str| Next::Field(path.into());
        assert_eq!(after(1, Edit::Add(name())), field("rules.0.methods"));
        assert_eq!(after(2, Edit::Remove(name(), 0)), field("rules.0.methods"));
        assert_eq!(after(2, Edit::Remove(name(), 2)), field("rules"));
        assert_eq!(after(0, Edit::Remove(name(), 0)), field("rules"));
        let button = Next::Button;
        assert_eq!(after(3, Edit::Up(name(), 2)), button(Edit::Up(name(), 1)));
        assert_eq!(after(3, Edit::Up(name(), 1)), button(Edit::Down(name(), 0)));
        assert_eq!(
            after(3, Edit::Down(name(), 0)),
            button(Edit::Down(name(), 1))
        );
        assert_eq!(after(3, Edit::Down(name(), 1)), button(Edit::Up(name(), 2)));
    }
}
