//! The object in the body of a write.

use serde_json::Value;

use crate::{
    cause::Cause,
    failure::Failure,
    journal::Verb,
    kinds::Kind,
    schema::{Mistyped, flaws, prune},
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
    let metadata = &object["metadata"];
    let (version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
    let wanted = (write.kind.api_version(), write.kind.kind);
    match write.verb {
        _ if (&version, kind.as_str()) == (&wanted.0, wanted.1) => {}
        Verb::Apply => return refuse(format!("invalid object type: {version}, Kind={kind}")),
        Verb::Create | Verb::Update if version == wanted.0 && write.kind.is_istio() => {
            let name = text(&metadata["name"]);
            return Err(Failure::of_another_kind(write.kind, &kind, &name));
        }
        _ => {
            return refuse(format!(
                "the object provided is unrecognized ({kind} of {version}); expected {} of {}",
                wanted.1, wanted.0
            ));
        }
    }
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
    let mut causes: Vec<Cause> = mistyped.iter().map(Mistyped::cause).collect();
    causes.extend(kind.is_istio().then(Cause::unchecked));
    Err(Failure::invalid(kind, name, &causes))
}
