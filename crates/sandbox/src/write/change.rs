//! Creating, replacing and patching.

use json_patch::Patch;
use serde_json::Value;

use crate::{cause::Cause, failure::Failure, state::State};

use super::{
    Answer, Task, body, failed,
    settle::{Outcome, check_uid, check_version, settle},
};

/// Creates an object that is not there yet.
pub(super) fn create(task: &Task<'_>, state: &mut State) -> Result<Answer, Failure> {
    let kind = task.write.kind;
    let mut object = body::object(task.write)?;
    decode(task, &mut object)?;
    if object["metadata"]["resourceVersion"].is_string() {
        let message = "resourceVersion should not be set on objects to be created";
        return Err(Failure::unexplained(message));
    }
    let outcome = Outcome::of_update(task, state, None, &object);
    if state.objects.contains_key(&task.write.key(&outcome.name)) {
        return Err(Failure::already_exists(kind, &outcome.name));
    }
    settle(task, state, outcome)
}

/// Replaces all of an object.
pub(super) fn update(task: &Task<'_>, state: &mut State) -> Result<Answer, Failure> {
    let kind = task.write.kind;
    let name = task.name();
    let mut object = body::object(task.write)?;
    decode(task, &mut object)?;
    object["metadata"]["name"] = name.into();
    let live = state.objects.get(&task.write.key(name)).cloned();
    let said = object["metadata"]["uid"].as_str().unwrap_or_default();
    let found = live
        .as_ref()
        .and_then(|live| live["metadata"]["uid"].as_str());
    if !said.is_empty() && found != Some(said) {
        let found = found.unwrap_or_default();
        return Err(Failure::conflict(kind, name, &failed("UID", said, found)));
    }
    let live = live.ok_or_else(|| Failure::no_such_object(kind, name))?;
    let says_version = object["metadata"]["resourceVersion"].is_string();
    if kind.is_istio() && !says_version {
        let why = "must be specified for an update";
        let cause = Cause::invalid_number("metadata.resourceVersion", 0, why);
        return Err(Failure::invalid(kind, name, &[cause]));
    }
    check_version(kind, &object, &live)?;
    let outcome = Outcome::of_update(task, state, Some(live), &object);
    settle(task, state, outcome)
}

/// Changes an object step by step.
pub(super) fn json_patch(task: &Task<'_>, state: &mut State) -> Result<Answer, Failure> {
    let steps: Value = read(task)?;
    if !steps.is_array() {
        return Err(Failure::bad_request("error decoding patch: it is no list"));
    }
    let patch: Patch = serde_json::from_value(steps).map_err(|_| Failure::rejected_patch())?;
    patched(task, state, |object| {
        json_patch::patch(object, &patch).map_err(|_| Failure::rejected_patch())
    })
}

/// Lays something over an object, where null removes.
pub(super) fn merge_patch(task: &Task<'_>, state: &mut State) -> Result<Answer, Failure> {
    let patch: Value = read(task)?;
    patched(task, state, |object| {
        json_patch::merge(object, &patch);
        Ok(())
    })
}

fn patched(
    task: &Task<'_>,
    state: &mut State,
    patch: impl FnOnce(&mut Value) -> Result<(), Failure>,
) -> Result<Answer, Failure> {
    let kind = task.write.kind;
    let live = task.live(state)?;
    let mut object = Value::clone(&live);
    patch(&mut object)?;
    body::fits(task.write, &object)?;
    body::decode(kind, &mut object, task.options.unknown, |why| {
        let sent = String::from_utf8_lossy(&task.write.body);
        Failure::invalid_patch(Cause::invalid("patch", &sent, why))
    })?;
    check_version(kind, &object, &live)?;
    check_uid(kind, &object, &live)?;
    object["metadata"]["name"] = task.name().into();
    let outcome = Outcome::of_update(task, state, Some(live), &object);
    settle(task, state, outcome)
}

fn read(task: &Task<'_>) -> Result<Value, Failure> {
    serde_json::from_slice(&task.write.body)
        .map_err(|error| Failure::bad_request(format!("error decoding patch: {error}")))
}

fn decode(task: &Task<'_>, object: &mut Value) -> Result<(), Failure> {
    let kind = task.write.kind;
    body::decode(kind, object, task.options.unknown, |why| {
        let (version, kind) = (kind.version, kind.kind);
        Failure::bad_request(format!(
            "{kind} in version {version:?} cannot be handled as a {kind}: {why}"
        ))
    })
}
