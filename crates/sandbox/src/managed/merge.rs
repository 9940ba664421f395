//! Adding fields to some content, and taking fields out of it.

use serde_json::{Map, Value};

use crate::fields::Fields;

/// Lays one content over another, map by map.
pub(super) fn merge(below: &mut Value, above: &Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (name, value) in above {
                match below.get_mut(name) {
                    Some(there) => merge(there, value),
                    None => {
                        below.insert(name.clone(), value.clone());
                    }
                }
            }
        }
        (below, above) => *below = above.clone(),
    }
}

/// Removes a field and the maps that only it filled, but for what somebody keeps.
pub(super) fn remove(content: &mut Value, path: &[String], kept: &Fields) {
    let Some((name, around)) = path.split_last() else {
        return;
    };
    if kept.reaches(path) {
        return;
    }
    let Some(map) = inside(content, around) else {
        return;
    };
    let is_filled = |map: &Map<String, Value>| !map.is_empty();
    if map
        .get(name)
        .and_then(Value::as_object)
        .is_some_and(is_filled)
    {
        return;
    }
    map.remove(name);
    if map.is_empty() {
        remove(content, around, kept);
    }
}

fn inside<'a>(content: &'a mut Value, path: &[String]) -> Option<&'a mut Map<String, Value>> {
    let mut value = content;
    for name in path {
        value = value.get_mut(name)?;
    }
    value.as_object_mut()
}
