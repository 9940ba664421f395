//! The last steps of every write that is no deletion: checks, and the store.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    cause::Cause,
    failure::Failure,
    fields::content,
    kinds::Kind,
    managed::Managers,
    schema,
    stamp::{set, stamp, uid},
    state::{Key, State},
    webhook,
};

use super::{Answer, Task, validate::validate};

/// What a write makes of an object.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) name: String,
    /// The object before; none if it is new.
    pub(super) live: Option<Arc<Value>>,
    pub(super) content: Value,
    pub(super) managers: Managers,
}

impl Outcome {
    /// What a client's own object makes of what there is, all of it, by an update.
    pub(super) fn of_update(
        task: &Task<'_>,
        state: &State,
        live: Option<Arc<Value>>,
        object: &Value,
    ) -> Self {
        let (mut managers, before) = match &live {
            Some(live) => (Managers::of(live), content(live)),
            None => (Managers::default(), json!({})),
        };
        let content = content(object);
        managers.update(&before, &content, &task.options.manager, &state.now());
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        Self {
            name: name.to_owned(),
            live,
            content,
            managers,
        }
    }
}

/// Checks what a write makes of an object, and stores it unless that is only rehearsed.
pub(super) fn settle(
    task: &Task<'_>,
    state: &mut State,
    outcome: Outcome,
) -> Result<Answer, Failure> {
    let Outcome {
        name,
        live,
        content,
        managers,
    } = outcome;
    let kind = task.write.kind;
    if live.is_none() {
        find_namespace(state, &task.write.namespace)?;
    }
    let key = task.write.key(&name);
    let mut object = content;
    set(&mut object, "apiVersion", json!(kind.api_version()));
    set(&mut object, "kind", json!(kind.kind));
    overlay(&mut object, &key, live.as_deref());
    validate(kind, &object)?;
    let broken = schema::broken(kind, &object["spec"]);
    if !broken.is_empty() {
        return Err(Failure::invalid(kind, &name, &broken));
    }
    webhook::review(kind.kind, &object).map_err(|why| Failure::denied(&why))?;

    let mut birth = state.birth();
    if task.is_rehearsed() {
        birth.uid = uid(&format!("{} in a dry run", state.site), state.version);
    }
    let mut object = stamp(kind, object, live.as_deref(), &birth, &managers);
    task.hits.store(&mut object);
    match live {
        Some(live) if *live == object => Ok((200, Value::clone(&live))),
        Some(_) if task.is_rehearsed() => Ok((200, object)),
        None if task.is_rehearsed() => Ok((201, object)),
        None => Ok((201, Value::clone(&state.record(key, Some(object))))),
        Some(live) if is_let_go(&live, &object) => {
            state.delete(&key);
            Ok((200, object))
        }
        Some(_) => Ok((200, Value::clone(&state.record(key, Some(object))))),
    }
}

/// Checks that a client writes to the version it read; none is one it did not say.
pub(super) fn check_version(kind: &Kind, object: &Value, live: &Value) -> Result<(), Failure> {
    let name = live["metadata"]["name"].as_str().unwrap_or_default();
    let field = "metadata.resourceVersion";
    let said = object["metadata"]["resourceVersion"]
        .as_str()
        .unwrap_or_default();
    match (said, said.parse::<u64>()) {
        ("", _) => Ok(()),
        (_, Ok(0)) => {
            let cause = Cause::invalid_number(field, 0, "must be specified for an update");
            Err(Failure::invalid(kind, name, &[cause]))
        }
        (_, Err(_)) => {
            let cause = Cause::invalid(field, said, "must be an unsigned integer");
            Err(Failure::invalid(kind, name, &[cause]))
        }
        _ if live["metadata"]["resourceVersion"] == said => Ok(()),
        _ => Err(Failure::modified(kind, name)),
    }
}

/// Checks that a patch means the object that is there; none is one it did not say.
pub(super) fn check_uid(kind: &Kind, object: &Value, live: &Value) -> Result<(), Failure> {
    let name = live["metadata"]["name"].as_str().unwrap_or_default();
    match object["metadata"]["uid"].as_str() {
        Some(said) if !said.is_empty() && live["metadata"]["uid"] != said => {
            let cause = Cause::invalid("metadata.uid", said, "field is immutable");
            Err(Failure::invalid(kind, name, &[cause]))
        }
        _ => Ok(()),
    }
}

/// Checks that a new object has somewhere to lie.
fn find_namespace(state: &State, name: &str) -> Result<(), Failure> {
    let kind = Kind::named("Namespace").expect("namespaces are kept");
    let key = Key {
        kind: kind.kind,
        namespace: String::new(),
        name: name.to_owned(),
    };
    if name.is_empty() || state.objects.contains_key(&key) {
        return Ok(());
    }
    Err(Failure::no_such_object(kind, name))
}

/// Adds what no author says: what the object is called, and what the server keeps of it.
fn overlay(object: &mut Value, key: &Key, live: Option<&Value>) {
    object["metadata"]["name"] = json!(key.name);
    if !key.namespace.is_empty() {
        object["metadata"]["namespace"] = json!(key.namespace);
    }
    let Some(live) = live else {
        return;
    };
    for field in ["deletionTimestamp", "deletionGracePeriodSeconds"] {
        set(
            &mut object["metadata"],
            field,
            live["metadata"][field].clone(),
        );
    }
    set(object, "status", live["status"].clone());
}

/// Answers whether an object that was only waiting for its finalizers has none left.
fn is_let_go(live: &Value, object: &Value) -> bool {
    live["metadata"]["deletionTimestamp"].is_string() && object["metadata"]["finalizers"].is_null()
}
