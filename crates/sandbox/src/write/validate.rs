//! Rules that hold for objects of every kind.

use serde_json::Value;

use crate::{cause::Cause, failure::Failure, kinds::Kind};

const NAME: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric \
                    characters, '-' or '.', and must start and end with an alphanumeric character";
const KEY: &str = "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and \
                   must start and end with an alphanumeric character, with an optional DNS \
                   subdomain prefix and '/'";
const LABEL: &str = "a valid label must be an empty string or consist of alphanumeric characters, \
                     '-', '_' or '.', and must start and end with an alphanumeric character";

/// Checks name, labels and annotations.
pub(super) fn validate(kind: &Kind, object: &Value) -> Result<(), Failure> {
    let metadata = &object["metadata"];
    let name = metadata["name"].as_str().unwrap_or_default();
    let mut causes = Vec::new();
    if name.is_empty() {
        let why = "name or generateName is required";
        causes.push(Cause::required("metadata.name", why));
    } else if !is_subdomain(name) {
        causes.push(Cause::invalid("metadata.name", name, NAME));
    }
    for (key, value) in entries(&metadata["labels"]) {
        if !is_qualified(key) {
            causes.push(Cause::invalid("metadata.labels", key, KEY));
        }
        if !value.is_empty() && !is_word(value) {
            causes.push(Cause::invalid("metadata.labels", value, LABEL));
        }
    }
    for (key, _) in entries(&metadata["annotations"]) {
        if !is_qualified(&key.to_ascii_lowercase()) {
            causes.push(Cause::invalid("metadata.annotations", key, KEY));
        }
    }
    if causes.is_empty() {
        return Ok(());
    }
    Err(Failure::invalid(kind, name, &causes))
}

fn entries(map: &Value) -> impl Iterator<Item = (&str, &str)> {
    let entries = map.as_object().into_iter().flatten();
    entries.map(|(key, value)| (key.as_str(), value.as_str().unwrap_or_default()))
}

fn is_subdomain(text: &str) -> bool {
    let is_lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    let is_label =
        |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    text.len() <= 253 && text.chars().all(is_lower) && text.split('.').all(is_label)
}

fn is_qualified(key: &str) -> bool {
    match key.split_once('/') {
        Some((prefix, name)) => is_subdomain(prefix) && is_word(name),
        None => is_word(key),
    }
}

fn is_word(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_outer = |c: char| c.is_ascii_alphanumeric();
    (1..=63).contains(&text.len())
        && text.chars().all(is_inner)
        && text.starts_with(is_outer)
        && text.ends_with(is_outer)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_and_labels_are_what_kubernetes_takes() {
        let kind = Kind::named("PeerAuthentication").unwrap();
        let taken = json!({ "metadata": {
            "name": "a.b-c.0",
            "labels": { "assent/intent": "a", "x": "", "example.com/A_b.c": "A_b.c" },
            "annotations": { "Example.com/note": "any text" },
        } });
        assert_eq!(validate(kind, &taken), Ok(()));

        let long = "a".repeat(254);
        for metadata in [
            json!({}),
            json!({ "name": "A" }),
            json!({ "name": "a_b" }),
            json!({ "name": "a..b" }),
            json!({ "name": "-a" }),
            json!({ "name": long }),
            json!({ "name": "a", "labels": { "x": "two words" } }),
            json!({ "name": "a", "labels": { "x": "-" } }),
            json!({ "name": "a", "labels": { "x/": "a" } }),
            json!({ "name": "a", "labels": { "A/x": "a" } }),
            json!({ "name": "a", "labels": { "x": "a".repeat(64) } }),
            json!({ "name": "a", "annotations": { "two words": "a" } }),
        ] {
            let object = json!({ "metadata": metadata });
            let failure = validate(kind, &object).unwrap_err();
            assert_eq!(failure.code, 422, "{object}");
        }
    }
}
