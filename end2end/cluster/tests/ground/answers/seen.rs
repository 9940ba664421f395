//! Names for what differs from run to run.

use serde_json::Value;

/// What was seen so far of it, in the order in which it was seen first.
#[derive(Default)]
pub struct Seen {
    uids: Vec<String>,
    versions: Vec<String>,
}

impl Seen {
    /// Notes what an answer shows for the first time.
    pub fn note(&mut self, value: &Value) {
        match value {
            Value::Object(fields) => {
                fields
                    .iter()
                    .for_each(|(name, value)| match (name.as_str(), value) {
                        ("uid", Value::String(uid)) => note(&mut self.uids, uid),
                        ("resourceVersion", Value::String(version)) => {
                            note(&mut self.versions, version)
                        }
                        (_, value) => self.note(value),
                    })
            }
            Value::Array(items) => items.iter().for_each(|item| self.note(item)),
            Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {}
        }
    }

    /// Puts names in place of what differs.
    pub fn named(&self, value: Value) -> Value {
        match value {
            Value::Object(fields) => {
                let fields = fields.into_iter();
                fields
                    .map(|(name, value)| (name, self.named(value)))
                    .collect()
            }
            Value::Array(items) => items.into_iter().map(|item| self.named(item)).collect(),
            Value::String(text) => {
                let named = self.names();
                let text = named.fold(text, |text, (real, name)| replaced(&text, real, &name));
                without_times(&text).into()
            }
            Value::Number(_) | Value::Bool(_) | Value::Null => value,
        }
    }

    /// Puts what was seen in place of its name.
    pub fn real(&self, text: &str) -> String {
        let named = self.names();
        named.fold(text.to_owned(), |text, (real, name)| {
            text.replace(&name, real)
        })
    }

    fn names(&self) -> impl Iterator<Item = (&String, String)> {
        let uids = self.uids.iter().enumerate();
        let uids = uids.map(|(i, uid)| (uid, format!("{{uid{}}}", i + 1)));
        let versions = self.versions.iter().enumerate();
        uids.chain(versions.map(|(i, version)| (version, format!("{{version{}}}", i + 1))))
    }
}

fn note(seen: &mut Vec<String>, text: &String) {
    if !seen.contains(text) {
        seen.push(text.clone());
    }
}

/// Replaces whole words only: a version is a number that others may contain.
fn replaced(text: &str, word: &str, by: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric();
    let mut done = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, found) = rest.split_at(at);
        let after = &found[word.len()..];
        let stands_alone = !before.ends_with(is_part) && !after.starts_with(is_part);
        done.push_str(before);
        done.push_str(if stands_alone { by } else { word });
        rest = after;
    }
    done + rest
}

/// Puts `{time}` in place of every time of the form `2026-03-02T08:00:00Z`.
fn without_times(text: &str) -> String {
    const FORM: &[u8] = b"0000-00-00T00:00:00Z";
    let is_time = |text: &str| {
        let mut both = text.bytes().zip(FORM);
        text.len() >= FORM.len()
            && both.all(|(byte, form)| byte == *form || (*form == b'0' && byte.is_ascii_digit()))
    };
    let mut done = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let (put, taken) = match is_time(rest) {
            true => ("{time}", FORM.len()),
            false => (&rest[..next.len_utf8()], next.len_utf8()),
        };
        done.push_str(put);
        rest = &rest[taken..];
    }
    done
}
