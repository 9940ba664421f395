//! A form: fields, and what was typed into them.
//!
//! ```text
//!   FIELDS + Form ──read──▶ JSON ──▶ a kind        or findings beside the fields
//!   a kind ──▶ JSON ──Form::of──▶ Form
//! ```

use std::{collections::BTreeMap, ops::Bound};

use mesh::Finding;
use serde::{Deserialize, Serialize};
use serde_json::Value;

mod edit;
mod item;
mod read;

pub use edit::Edit;

/// A field of a form. All that pages know of a kind is its list of fields.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// Its name, which is that of the kind's own field: `mode`.
    pub name: &'static str,
    /// What stands above it: "Mode".
    pub label: &'static str,
    /// What helps to fill it in, as a sentence; may be empty.
    pub help: &'static str,
    /// The heading under which it stands; fields of one group follow each other.
    pub group: &'static str,
    /// Whether it may not stay empty.
    pub required: bool,
    /// How it is filled in.
    pub input: Input,
    /// The field on whose value it depends whether this one counts, and those values. One that does not
    /// count is neither shown nor read; what was typed into it stays.
    pub only: Option<(&'static str, &'static [&'static str])>,
}

/// How a field is filled in, and what it is in JSON.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Input {
    /// One of a few: text.
    OneOf(&'static [Choice]),
    /// Yes or no: a boolean; typed, "true" or nothing.
    Switch,
    /// A namespace of the cloud: text.
    Namespace,
    /// A service of the cloud, as `namespace/name`: text.
    Service,
    /// A workload of the cloud, as `namespace/name`: text.
    Workload,
    /// A port of the workload that one of these fields names: a number.
    Port(&'static [&'static str]),
    /// Service accounts of the site, as `namespace/name`: a list of texts.
    Accounts,
    /// Namespaces of the site: a list of texts.
    Namespaces,
    /// HTTP methods: a list of texts.
    Methods,
    /// Paths, with a star at one end if it stands for more: a list of texts.
    Paths,
    /// Rows with fields of their own: a list of objects.
    Rows {
        /// What one is called: "rule".
        one: &'static str,
        /// The fields of each.
        fields: &'static [Field],
    },
}

/// One of a few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is stored.
    pub value: &'static str,
    /// What is shown.
    pub label: &'static str,
    /// What it means, as a sentence; may be empty.
    pub help: &'static str,
}

impl Field {
    /// A field that may stay empty and always counts.
    pub const fn new(
        name: &'static str,
        label: &'static str,
        group: &'static str,
        input: Input,
    ) -> Self {
        Self {
            name,
            label,
            help: "",
            group,
            required: false,
            input,
            only: None,
        }
    }

    /// The same field with help.
    #[must_use]
    pub const fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    /// The same field, which may not stay empty.
    #[must_use]
    pub const fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    /// The same field, which counts only where another has one of these values.
    #[must_use]
    pub const fn only(self, other: &'static str, values: &'static [&'static str]) -> Self {
        Self {
            only: Some((other, values)),
            ..self
        }
    }
}

impl Choice {
    /// A choice that needs no help.
    pub const fn new(value: &'static str, label: &'static str) -> Self {
        Self {
            value,
            label,
            help: "",
        }
    }

    /// The same choice with help.
    #[must_use]
    pub const fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }
}

/// What was typed into a form, by the path of each field: `mode`, `rules.0.methods`. May be nonsense. A list is one
/// text, its items apart by commas or lines. A row is there if it (`rules.0`) or any of its fields is, even an
/// empty one. Paths that no field has are kept and not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Form(pub BTreeMap<String, String>);

impl Form {
    /// How many rows a field can have.
    pub const MOST_ROWS: usize = 100;
    /// How many items a list can have.
    pub const MOST_ITEMS: usize = 200;

    /// What was typed into a field; empty if nothing was.
    pub fn get(&self, path: &str) -> &str {
        self.0.get(path).map_or("", String::as_str)
    }

    /// Types something into a field.
    pub fn set(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.0.insert(path.into(), text.into());
    }

    /// The items that were typed into a list.
    pub fn list(&self, path: &str) -> Vec<String> {
        items(self.get(path)).map(String::from).collect()
    }

    /// How many rows a field has, up to [`Self::MOST_ROWS`]; a gap between rows counts as an empty row.
    pub fn rows(&self, name: &str) -> usize {
        let rows = self.keys_of_rows(name).map(|(row, _)| row);
        let last = rows.filter(|row| *row < Self::MOST_ROWS).max();
        last.map_or(0, |last| last + 1)
    }

    /// Whether a field counts, by the value of the one on which it depends. The prefix is what stands before
    /// the names of its neighbours: `rules.0.`, and nothing outside of rows.
    pub fn counts(&self, field: &Field, prefix: &str) -> bool {
        field.only.is_none_or(|(other, values)| {
            let value = self.get(&format!("{prefix}{other}"));
            values.contains(&value.trim())
        })
    }

    /// Reads the fields that count as JSON, or finds what is wrong beside them. What may be empty and is
    /// empty is left out, as is what does not count.
    pub fn read(&self, fields: &[Field]) -> Result<Value, Vec<Finding>> {
        read::read(self, fields)
    }

    /// The form that reads as this.
    pub fn of(value: &Value, fields: &[Field]) -> Self {
        let mut form = Self::default();
        form.fill("", value, fields);
        form
    }

    /// Changes the rows of a field; an edit of a row that is not there changes nothing.
    pub fn apply(&mut self, edit: &Edit) {
        edit::apply(self, edit);
    }

    fn fill(&mut self, prefix: &str, value: &Value, fields: &[Field]) {
        for field in fields {
            let path = format!("{prefix}{}", field.name);
            match (&field.input, &value[field.name]) {
                (Input::Rows { fields, .. }, Value::Array(rows)) => {
                    for (number, row) in rows.iter().enumerate() {
                        let row_path = format!("{path}.{number}");
                        self.fill(&format!("{row_path}."), row, fields);
                        self.set(row_path, "");
                    }
                }
                (_, Value::Array(items)) => {
                    let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                    self.set(path, items.join(", "));
                }
                (_, Value::String(text)) => self.set(path, text),
                (_, Value::Number(number)) => self.set(path, number.to_string()),
                (_, Value::Bool(true)) => self.set(path, "true"),
                (_, Value::Bool(false)) => self.set(path, ""),
                (_, Value::Null | Value::Object(_)) => {}
            }
        }
    }

    /// The keys of the rows of a field and of what is in them, each with the number of its row.
    fn keys_of_rows(&self, name: &str) -> impl Iterator<Item = (usize, &str)> {
        let prefix = format!("{name}.");
        let length = prefix.len();
        let from = (Bound::Included(prefix.as_str()), Bound::Unbounded);
        let keys = self.0.range::<str, _>(from).map(|(key, _)| key.as_str());
        keys.take_while(move |key| key.starts_with(&prefix))
            .filter_map(move |key| Some((row_number(key[length..].split('.').next()?)?, key)))
    }
}

/// The number of a row, as it is written in a path: without signs or zeros before it.
fn row_number(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let plain = digits && (text == "0" || !text.starts_with('0'));
    // One too large for a number is too large for a row as well.
    plain.then(|| text.parse().unwrap_or(usize::MAX))
}

/// The items of a list, as typed.
fn items(text: &str) -> impl Iterator<Item = &str> {
    let items = text.split([',', '\n', '\r']).map(str::trim);
    items.filter(|item| !item.is_empty())
}

#[cfg(test)]
mod tests;
