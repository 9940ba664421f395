//! The object in the body of a write.

use serde_json::Value;

use crate::{
    failure::Failure,
    kinds::Kind,
    schema::{flaws, prune},
};

use super::{Write, options::Unknown};

/// Reads the object a client sent.
pub(super) fn object(write: &Write) -> Result<Value, Failure> {
    let object: Value = serde_json::from_slice(&write.body)
        .map_err(|error| Failure::bad_request(format!("couldn't parse the body: {error}")))?;
    fits(write, &object)?;
    Ok(object)
}

/// Checks that an object is what the path is about; a name or namespace it does not say, the path
/// says.
pub(super) fn fits(write: &Write, object: &Value) -> Result<(), Failure> {
    let refuse = |message: String| Err(Failure::bad_request(message));
    if !object.is_object() {
        return refuse("the body is no object".to_owned());
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let wanted = write.kind.api_version();
    let found = text(&object["apiVersion"]);
    if found != wanted {
        return refuse(format!(
            "the API version in the data ({found}) does not match the expected API version \
             ({wanted})"
        ));
    }
    let found = text(&object["kind"]);
    if found != write.kind.kind {
        let wanted = write.kind.kind;
        return refuse(format!(
            "the kind in the data ({found}) does not match the expected kind ({wanted})"
        ));
    }
    let metadata = &object["metadata"];
    let namespace = text(&metadata["namespace"]);
    if !namespace.is_empty() && namespace != write.namespace {
        return refuse(
            "the namespace of the provided object does not match the namespace sent on the request"
                .to_owned(),
        );
    }
    match (&write.name, text(&metadata["name"]).as_str()) {
        (None, _) | (_, "") => Ok(()),
        (Some(wanted), found) if wanted == found => Ok(()),
        (Some(wanted), found) => refuse(format!(
            "the name of the object ({found}) does not match the name on the URL ({wanted})"
        )),
    }
}

/// Refuses or drops what the schema does not know, and refuses what is of another type.
///
/// `refuse` words the refusal of unknown fields, which is another one for each way of writing.
pub(super) fn decode(
    kind: &Kind,
    object: &mut Value,
    unknown: Unknown,
    refuse: impl FnOnce(&str) -> Failure,
) -> Result<(), Failure> {
    let found = flaws(kind, object).unknown;
    if unknown == Unknown::Refused && !found.is_empty() {
        let each: Vec<String> = found
            .iter()
            .map(|path| format!("unknown field {path:?}"))
            .collect();
        return Err(refuse(&format!(
            "strict decoding error: {}",
            each.join(", ")
        )));
    }
    prune(kind, object);
    let mistyped = flaws(kind, object).mistyped;
    if mistyped.is_empty() {
        return Ok(());
    }
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    Err(Failure::invalid(kind, name, &mistyped))
}
