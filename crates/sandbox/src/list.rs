//! All objects of a kind, whole or in pages that belong together.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};

use crate::{
    failure::Failure,
    kinds::Kind,
    selector::Selector,
    state::{Key, State},
};

/// The part of a query that says which objects are meant.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) kind: &'static Kind,
    pub(crate) namespace: Option<String>,
    pub(crate) selector: Selector,
}

impl Scope {
    /// Answers whether an object lying there is meant.
    pub(crate) fn holds(&self, key: &Key, object: &Value) -> bool {
        key.kind == self.kind.kind
            && self.namespace.as_ref().is_none_or(|n| *n == key.namespace)
            && self.selector.selects(object)
    }
}

/// Query parameters by name.
pub(crate) type Query = BTreeMap<String, String>;

/// Reads a query.
pub(crate) fn query(text: &str) -> Query {
    form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect()
}

/// Reads a parameter that is a number; missing or empty counts as nought, as in Kubernetes.
pub(crate) fn number(query: &Query, name: &str) -> Result<u64, Failure> {
    match query.get(name).map(String::as_str) {
        None | Some("") => Ok(0),
        Some(text) => text
            .parse()
            .map_err(|_| Failure::bad_request(format!("invalid {name}: {text:?} is no number"))),
    }
}

/// Lists the objects in scope.
///
/// The pages of one list show one version, even if objects change between two requests.
pub(crate) fn list(state: &State, scope: &Scope, query: &Query) -> Result<Value, Failure> {
    let limit = usize::try_from(number(query, "limit")?).unwrap_or(usize::MAX);
    let start = match query.get("continue").map(String::as_str) {
        None | Some("") => None,
        Some(token) => Some(
            read_token(token, scope.kind)
                .ok_or_else(|| Failure::bad_request("continue key is not valid"))?,
        ),
    };
    let version = match (
        &start,
        query.get("resourceVersionMatch").map(String::as_str),
    ) {
        (Some((version, _)), _) => *version,
        (None, Some("Exact")) => number(query, "resourceVersion")?,
        (None, _) => state.version,
    };
    let objects = state
        .as_of(scope.kind.kind, version)
        .ok_or_else(|| Failure::expired(version, state.forgotten))?;

    let is_ahead = |key: &Key| start.as_ref().is_none_or(|(_, last)| key > last);
    let mut found: Vec<(Key, Arc<Value>)> = objects
        .into_iter()
        .filter(|(key, object)| is_ahead(key) && scope.holds(key, object))
        .collect();
    let mut metadata = json!({ "resourceVersion": version.to_string() });
    if limit > 0 && found.len() > limit {
        let rest = found.split_off(limit);
        let (last, _) = &found[limit - 1];
        metadata["continue"] = json!(token(version, last));
        if scope.selector.is_empty() {
            metadata["remainingItemCount"] = json!(rest.len());
        }
    }
    let items: Vec<Value> = found.iter().map(|(_, o)| item(scope.kind, o)).collect();
    Ok(json!({
        "kind": format!("{}List", scope.kind.kind),
        "apiVersion": scope.kind.api_version(),
        "metadata": metadata,
        "items": items,
    }))
}

/// An object as a list shows it: those of built-in kinds do not repeat what they are.
fn item(kind: &Kind, object: &Value) -> Value {
    let mut object = object.clone();
    if kind.group.is_empty()
        && let Some(fields) = object.as_object_mut()
    {
        fields.remove("kind");
        fields.remove("apiVersion");
    }
    object
}

/// Says where the next page begins; neither namespaces nor names contain a slash.
fn token(version: u64, last: &Key) -> String {
    format!("{version}/{}/{}", last.namespace, last.name)
}

fn read_token(token: &str, kind: &Kind) -> Option<(u64, Key)> {
    let mut parts = token.splitn(3, '/');
    let version = parts.next()?.parse().ok()?;
    let key = Key {
        kind: kind.kind,
        namespace: parts.next()?.to_owned(),
        name: parts.next()?.to_owned(),
    };
    Some((version, key))
}
