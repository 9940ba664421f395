//! What one answer says that another does not.

use serde_json::Value;

/// What is another from run to run, from site to site, or by the version that runs.
const VOLATILE: &[&str] = &[
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "time",
    "continue",
    "remainingItemCount",
    "image",
    "gitVersion",
    "gitCommit",
    "gitTreeState",
    "buildDate",
    "goVersion",
    "compiler",
    "minor",
];

/// What is not compared: who owns which fields depends on who made them.
const APART: &str = "fieldsV1";

/// The fields that are told and are not so, by where they are. What is not told may be as it likes.
pub fn differences(told: &Value, is: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", told, is, &mut found);
    found.sort();
    found.dedup();
    found
}

fn compare(at: &str, told: &Value, is: &Value, found: &mut Vec<String>) {
    match (told, is) {
        (Value::Object(told), Value::Object(is)) => {
            for (field, told) in told.iter().filter(|(field, _)| *field != APART) {
                let at = format!("{at}.{field}");
                match is.get(field) {
                    Some(is) => compare(&at, told, is, found),
                    None => found.push(at),
                }
            }
        }
        (Value::Array(told), Value::Array(is)) => {
            let at = format!("{at}[]");
            for told in told {
                // The one that is meant is the one that differs least.
                let compared = is.iter().map(|is| {
                    let mut found = Vec::new();
                    compare(&at, told, is, &mut found);
                    found
                });
                match compared.min_by_key(Vec::len) {
                    Some(least) => found.extend(least),
                    None => found.push(at.clone()),
                }
            }
        }
        (Value::String(_), Value::String(_)) | (Value::Number(_), Value::Number(_))
            if is_volatile(at) => {}
        (told, is) if told == is => {}
        _ => found.push(at.to_owned()),
    }
}

fn is_volatile(at: &str) -> bool {
    let field = at.trim_end_matches("[]").rsplit('.').next();
    field.is_some_and(|field| VOLATILE.contains(&field))
}
