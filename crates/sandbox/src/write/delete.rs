//! Deleting.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{cause::Cause, failure::Failure, journal::Verb, stamp::set, state::State};

use super::{Answer, Task, failed};

/// What becomes of objects that belong to a deleted one; none of them exist here.
const POLICIES: [&str; 3] = ["Orphan", "Background", "Foreground"];

/// What the body of a deletion asks for; of more than this, nothing depends on it here.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wanted {
    dry_run: Vec<String>,
    preconditions: Preconditions,
    propagation_policy: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Preconditions {
    uid: Option<String>,
    resource_version: Option<String>,
}

/// Deletes an object, or marks it if somebody has to finish with it first.
pub(super) fn delete(task: &Task<'_>, state: &mut State) -> Result<Answer, Failure> {
    let wanted = read(task)?;
    let live = task.live(state)?;
    let metadata = &live["metadata"];
    for (what, said, field) in [
        ("UID", &wanted.preconditions.uid, "uid"),
        (
            "ResourceVersion",
            &wanted.preconditions.resource_version,
            "resourceVersion",
        ),
    ] {
        let found = metadata[field].as_str().unwrap_or_default();
        if let Some(said) = said.as_deref().filter(|said| *said != found) {
            let why = failed(what, said, found);
            return Err(Failure::conflict(task.write.kind, task.name(), &why));
        }
    }
    let key = task.write.key(task.name());
    let finalizers = metadata["finalizers"].as_array();
    if finalizers.is_none_or(Vec::is_empty) {
        if !task.is_rehearsed() {
            state.delete(&key);
        }
        return Ok((200, gone(task, &metadata["uid"])));
    }
    if metadata["deletionTimestamp"].is_string() {
        return Ok((200, Value::clone(&live)));
    }
    let mut object = Value::clone(&live);
    let metadata = &mut object["metadata"];
    set(metadata, "deletionTimestamp", json!(state.now()));
    set(metadata, "deletionGracePeriodSeconds", json!(0));
    if let Some(generation) = metadata["generation"].as_u64() {
        set(metadata, "generation", json!(generation + 1));
    }
    if task.is_rehearsed() {
        return Ok((200, object));
    }
    Ok((200, Value::clone(&state.record(key, Some(object)))))
}

fn read(task: &Task<'_>) -> Result<Wanted, Failure> {
    let body = &task.write.body;
    if body.is_empty() {
        return Ok(Wanted::default());
    }
    let wanted: Wanted = serde_json::from_slice(body)
        .map_err(|error| Failure::bad_request(format!("couldn't parse the body: {error}")))?;
    let refuse = |cause| Err(Failure::invalid_options(Verb::Delete.options(), cause));
    if let Some(word) = wanted.dry_run.iter().find(|word| *word != "All") {
        return refuse(Cause::unsupported("dryRun", word, &["All"]));
    }
    match wanted.propagation_policy.as_deref() {
        Some(policy) if !POLICIES.contains(&policy) => {
            refuse(Cause::unsupported("propagationPolicy", policy, &POLICIES))
        }
        _ => Ok(wanted),
    }
}

fn gone(task: &Task<'_>, uid: &Value) -> Value {
    let kind = task.write.kind;
    json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": { "name": task.name(), "group": kind.group, "kind": kind.plural, "uid": uid },
    })
}
