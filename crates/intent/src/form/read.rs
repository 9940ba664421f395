//! Text as typed becomes JSON, or findings beside the fields.

use std::collections::BTreeSet;

use mesh::{Finding, Level};
use serde_json::{Map, Value};

use super::{
    Field, Form, Input,
    item::{self, Wrong, shown},
    items,
};

/// How many wrong items of one list are told.
const MOST_TOLD: usize = 5;

pub(super) fn read(form: &Form, fields: &[Field]) -> Result<Value, Vec<Finding>> {
    let mut findings = Vec::new();
    let object = object(form, "", fields, &mut findings);
    if findings.is_empty() {
        Ok(Value::Object(object))
    } else {
        Err(findings)
    }
}

fn object(
    form: &Form,
    prefix: &str,
    fields: &[Field],
    findings: &mut Vec<Finding>,
) -> Map<String, Value> {
    let mut object = Map::new();
    for field in fields.iter().filter(|field| form.counts(field, prefix)) {
        let path = format!("{prefix}{}", field.name);
        if let Some(value) = value(form, &path, field, findings) {
            object.insert(field.name.into(), value);
        }
    }
    object
}

/// The value of a field; none if it is empty or something is wrong with it.
fn value(form: &Form, path: &str, field: &Field, findings: &mut Vec<Finding>) -> Option<Value> {
    let text = form.get(path).trim();
    let before = findings.len();
    let mut wrong = |found: Wrong| findings.push(found.at(path));
    match field.input {
        Input::Rows { one, fields } => return rows(form, path, field, one, fields, findings),
        Input::Switch => match text {
            "true" => return Some(Value::Bool(true)),
            "" => {}
            _ => wrong(Wrong::choice(text, field.label)),
        },
        _ if text.is_empty() => {}
        Input::OneOf(choices) => {
            if choices.iter().any(|choice| choice.value == text) {
                return Some(text.into());
            }
            wrong(Wrong::choice(text, field.label));
        }
        Input::Port(_) => match item::port(text) {
            Ok(port) => return Some(port.into()),
            Err(found) => wrong(found),
        },
        Input::Namespace | Input::Service | Input::Workload => match item::check(field.input, text)
        {
            None => return Some(text.into()),
            Some(found) => wrong(found),
        },
        Input::Accounts | Input::Namespaces | Input::Methods | Input::Paths => {
            match list(field, text) {
                Ok(items) if !items.is_empty() => return Some(items.into()),
                Ok(_) => {}
                Err(found) => found.into_iter().for_each(wrong),
            }
        }
    }
    if field.required && findings.len() == before {
        findings.push(missing(field).at(path));
    }
    None
}

fn list<'a>(field: &Field, text: &'a str) -> Result<Vec<&'a str>, Vec<Wrong>> {
    let most = Form::MOST_ITEMS;
    let items: Vec<&str> = items(text).take(most + 1).collect();
    if items.len() > most {
        let says = format!("{} are more than {most}.", field.label);
        return Err(vec![Wrong::new(
            "too_many",
            says,
            "Write another intent for the rest.",
        )]);
    }
    let mut seen = BTreeSet::new();
    let wrong = items.iter().filter_map(|item| {
        let twice = || {
            let says = format!("“{}” is there twice.", shown(item));
            Wrong::new("twice", says, "Take one away.")
        };
        let found = item::check(field.input, item);
        let again = !seen.insert(*item);
        found.or_else(|| again.then(twice))
    });
    let wrong: Vec<_> = wrong.take(MOST_TOLD).collect();
    if wrong.is_empty() {
        Ok(items)
    } else {
        Err(wrong)
    }
}

fn rows(
    form: &Form,
    path: &str,
    field: &Field,
    one: &str,
    fields: &[Field],
    findings: &mut Vec<Finding>,
) -> Option<Value> {
    let most = Form::MOST_ROWS;
    if form.keys_of_rows(path).any(|(row, _)| row >= most) {
        let says = format!("{} are more than {most}.", field.label);
        let todo = "Write another intent for the rest.";
        findings.push(Wrong::new("too_many", says, todo).at(path));
        return None;
    }
    let rows = form.rows(path);
    if rows == 0 {
        if field.required {
            let found = Wrong::new("required", format!("There is no {one}."), "Add one.");
            findings.push(found.at(path));
        }
        return None;
    }
    let row = |row| Value::Object(object(form, &format!("{path}.{row}."), fields, findings));
    Some((0..rows).map(row).collect())
}

fn missing(field: &Field) -> Wrong {
    let (be, todo) = match field.input {
        Input::Accounts | Input::Namespaces | Input::Methods | Input::Paths => {
            ("are", "Name at least one.")
        }
        Input::OneOf(_) => ("is", "Choose one."),
        Input::Switch => ("is", "Switch it on."),
        Input::Namespace
        | Input::Service
        | Input::Workload
        | Input::Port(_)
        | Input::Rows { .. } => ("is", "Name one."),
    };
    Wrong::new("required", format!("{} {be} missing.", field.label), todo)
}

impl Wrong {
    fn at(self, path: &str) -> Finding {
        Finding::field(Level::Error, self.code, path, self.says, self.todo)
    }

    fn choice(text: &str, label: &str) -> Self {
        let says = format!("“{}” is none of the choices for {label}.", shown(text));
        Self::new("choice_unknown", says, "Choose one of those offered.")
    }
}
