//! Rows that come, go and change places.

use std::{fmt, str::FromStr};

use super::Form;

/// A change of the rows of a field, as a button sends it: `add:rules`, `remove:rules:1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Adds an empty row at the end.
    Add(String),
    /// Removes a row; those after it move up.
    Remove(String, usize),
    /// Changes places with the row before.
    Up(String, usize),
    /// Changes places with the row after.
    Down(String, usize),
}

pub(super) fn apply(form: &mut Form, edit: &Edit) {
    match edit {
        Edit::Add(name) => {
            let rows = form.rows(name);
            if rows < Form::MOST_ROWS {
                form.set(format!("{name}.{rows}"), "");
            }
        }
        Edit::Remove(name, gone) => {
            if *gone < form.rows(name) {
                renumber(form, name, |row| match row {
                    row if row == *gone => None,
                    row if row > *gone => Some(row - 1),
                    row => Some(row),
                });
            }
        }
        Edit::Up(name, row) => {
            if let Some(before) = row.checked_sub(1) {
                swap(form, name, before);
            }
        }
        Edit::Down(name, row) => swap(form, name, *row),
    }
}

/// Lets a row and the one after it change places.
fn swap(form: &mut Form, name: &str, first: usize) {
    let rows = form.rows(name);
    if rows < 2 || first > rows - 2 {
        return;
    }
    let second = first + 1;
    renumber(form, name, |row| {
        Some(match row {
            row if row == first => second,
            row if row == second => first,
            row => row,
        })
    });
}

/// Gives rows new numbers; those without one go.
fn renumber(form: &mut Form, name: &str, number: impl Fn(usize) -> Option<usize>) {
    let keys: Vec<(usize, String)> = form
        .keys_of_rows(name)
        .map(|(row, key)| (row, key.to_owned()))
        .collect();
    let mut moved = Vec::with_capacity(keys.len());
    for (row, key) in keys {
        let text = form.0.remove(&key).expect("its key was just listed");
        if let Some(row) = number(row) {
            let within = key[name.len() + 1..].find('.');
            let rest = within.map_or("", |at| &key[name.len() + 1 + at..]);
            moved.push((format!("{name}.{row}{rest}"), text));
        }
    }
    form.0.extend(moved);
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Add(name) => write!(f, "add:{name}"),
            Self::Remove(name, row) => write!(f, "remove:{name}:{row}"),
            Self::Up(name, row) => write!(f, "up:{name}:{row}"),
            Self::Down(name, row) => write!(f, "down:{name}:{row}"),
        }
    }
}

impl FromStr for Edit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (what, rest) = text.split_once(':')?;
            if what == "add" {
                return Some(Self::Add(rest.into()));
            }
            let (name, row) = rest.rsplit_once(':')?;
            let (name, row) = (name.to_owned(), super::row_number(row)?);
            match what {
                "remove" => Some(Self::Remove(name, row)),
                "up" => Some(Self::Up(name, row)),
                "down" => Some(Self::Down(name, row)),
                _ => None,
            }
        };
        read().ok_or_else(|| {
            "an edit of rows is add, remove, up or down, with a field and a row".into()
        })
    }
}
