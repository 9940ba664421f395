//! Server-side apply.

use serde_json::{Value, json};

use crate::{
    cause::Cause,
    failure::Failure,
    fields::content,
    journal::Verb,
    managed::{Managers, contested},
    review::permit,
    schema::{Mistyped, flaws, prune_metadata},
    state::State,
};

use super::{
    Answer, Task, Write, body,
    settle::{Outcome, check_uid, check_version, settle},
};

/// Makes an object have the fields a manager wants, and creates it if it is not there.
///
/// As seen on a real API server: a version or uid in the body is a lock on an object that is there;
/// on a missing one the version counts for nothing, while a uid is a conflict.
pub(super) fn apply(task: &Task<'_>, state: &mut State) -> Result<Answer, Failure> {
    let write = task.write;
    let kind = write.kind;
    let name = task.name();
    let object = wanted(write)?;
    let live = state.objects.get(&write.key(name)).cloned();
    if live.is_none() {
        permit(state, kind, Verb::Create.right(), write.place())?;
        if let Some(uid) = object["metadata"]["uid"].as_str() {
            let why = format!(
                "uid mismatch: the provided object specified uid {uid}, and no existing object was \
                 found"
            );
            return Err(Failure::conflict(kind, name, &why));
        }
    }
    let (mut managers, before) = match &live {
        Some(live) => (Managers::of(live), content(live)),
        None => (Managers::default(), json!({})),
    };
    let options = &task.options;
    let content = managers
        .apply(
            &before,
            &content(&object),
            &options.manager,
            options.on_conflict,
            &state.now(),
        )
        .map_err(|conflicts| contested(kind, &conflicts))?;
    if let Some(live) = &live {
        is_version(&object)?;
        check_version(kind, &object, live)?;
        check_uid(kind, &object, live)?;
    }
    let outcome = Outcome {
        name: name.to_owned(),
        live,
        content,
        managers,
    };
    settle(task, state, outcome)
}

/// Reads what fields an object shall have.
fn wanted(write: &Write) -> Result<Value, Failure> {
    if has_surrogates(&write.body) {
        return Err(Failure::bad_request(
            "error decoding YAML: error converting YAML to JSON: yaml: found invalid Unicode \
             character escape code",
        ));
    }
    let mut object = body::object(write)?;
    prune_metadata(&mut object);
    if !object["metadata"]["managedFields"].is_null() {
        return Err(Failure::bad_request("metadata.managedFields must be nil"));
    }
    let found = flaws(write.kind, &object);
    let (nulls, mistyped): (Vec<_>, Vec<_>) =
        found.mistyped.iter().partition(|it| it.found.is_null());
    let undeclared = found
        .unknown
        .iter()
        .map(|path| format!(".{path}: field not declared in schema"));
    let untyped: Vec<String> = undeclared
        .chain(mistyped.into_iter().map(Mistyped::untyped))
        .collect();
    if !untyped.is_empty() {
        return Err(not_typed(write, &object, &untyped));
    }
    if !nulls.is_empty() {
        let mut causes: Vec<Cause> = nulls.into_iter().map(Mistyped::cause).collect();
        causes.extend(write.kind.is_istio().then(Cause::unchecked));
        let name = write.name.as_deref().unwrap_or_default();
        return Err(Failure::invalid(write.kind, name, &causes));
    }
    Ok(object)
}

/// Checks that a lock to a version names one; a real server takes anything else for its own fault.
fn is_version(object: &Value) -> Result<(), Failure> {
    match object["metadata"]["resourceVersion"].as_str() {
        Some(said) if !said.is_empty() && said.parse::<u64>().is_err() => {
            let why = format!("strconv.ParseUint: parsing {said:?}: invalid syntax");
            Err(Failure::unexplained(why))
        }
        _ => Ok(()),
    }
}

/// Answers whether a character is written as two escapes, which JSON allows and YAML does not.
///
/// A real server reads this body as YAML; here only its JSON is read.
fn has_surrogates(body: &[u8]) -> bool {
    let escapes = body
        .windows(4)
        .enumerate()
        .filter(|(_, it)| it.starts_with(b"\\u"));
    let mut surrogates = escapes.filter(|(at, it)| {
        let before = body[..*at].iter().rev().take_while(|&&byte| byte == b'\\');
        let is_escape = before.count() % 2 == 0;
        is_escape
            && it[2].eq_ignore_ascii_case(&b'd')
            && matches!(it[3], b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F')
    });
    surrogates.next().is_some()
}

/// A real server answers 500 here, whatever `fieldValidation` says.
fn not_typed(write: &Write, object: &Value, each: &[String]) -> Failure {
    let errors = match each {
        [one] => one.clone(),
        several => format!("errors:\n  {}", several.join("\n  ")),
    };
    let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
    let (namespace, name) = (text("namespace"), text("name"));
    let (group, version, kind) = (write.kind.group, write.kind.version, write.kind.kind);
    Failure::unexplained(format!(
        "failed to create typed patch object ({namespace}/{name}; {group}/{version}, Kind={kind}): \
         {errors}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_half_characters_are_found() {
        for (body, is_found) in [
            (r#""\ud83d\ude00""#, true),
            (r#""\\\uDE00""#, true),
            (r#""\\ud83d""#, false),
            (r#""\u00fc \ud7ff""#, false),
            ("\"😀\"", false),
        ] {
            assert_eq!(has_surrogates(body.as_bytes()), is_found, "{body}");
        }
    }
}
