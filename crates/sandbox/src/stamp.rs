//! The server's part of an object: what only it writes into the metadata.

use serde_json::{Value, json};

use crate::{kinds::Kind, managed::Managers};

/// What a new object gets.
#[derive(Debug)]
pub(crate) struct Birth {
    pub(crate) uid: String,
    pub(crate) time: String,
}

/// Writes the server's part into what an object becomes: that of the object it was, or a new one.
pub(crate) fn stamp(
    kind: &Kind,
    mut object: Value,
    live: Option<&Value>,
    birth: &Birth,
    managers: &Managers,
) -> Value {
    let inherited = match live {
        Some(live) => live["metadata"].clone(),
        None => json!({
            "uid": birth.uid,
            "creationTimestamp": birth.time,
            "generation": object.get("spec").filter(|_| kind.counts()).map(|_| 1),
        }),
    };
    let metadata = &mut object["metadata"];
    for field in ["uid", "creationTimestamp", "generation", "resourceVersion"] {
        set(metadata, field, inherited[field].clone());
    }
    set(metadata, "managedFields", managers.written(kind));
    if kind.counts() && live.is_some_and(|live| live["spec"] != object["spec"]) {
        let generation = inherited["generation"].as_u64().unwrap_or_default() + 1;
        set(&mut object["metadata"], "generation", json!(generation));
    }
    object
}

/// Sets a field, or removes it where there is nothing to say.
pub(crate) fn set(fields: &mut Value, field: &str, value: Value) {
    let Some(fields) = fields.as_object_mut() else {
        return;
    };
    if value.is_null() {
        fields.remove(field);
    } else {
        fields.insert(field.to_owned(), value);
    }
}

/// A uid that no other object of any site has, and that is the same on every run.
pub(crate) fn uid(site: &str, version: u64) -> String {
    let site = fnv(site);
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{version:012x}",
        site >> 32,
        (site >> 16) & 0xffff,
        (site >> 4) & 0xfff,
        site & 0xfff,
    )
}

/// Scatters a text into a number, by FNV-1a.
pub(crate) fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
