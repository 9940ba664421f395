//! What fields an object may have, as far as the sandbox knows.
//!
//! It knows all fields at the top of every kind and in the metadata; the whole spec of
//! PeerAuthentication and AuthorizationPolicy; that of DestinationRule but for what its load
//! balancers, pools, outlier detection and tunnels say; and of VirtualService where HTTP goes. Of
//! other kinds, any spec is taken.

mod kinds;
mod rules;

use serde_json::Value;

use crate::{cause::Cause, kinds::Kind};

use kinds::{COMMON, own};
pub(crate) use rules::broken;

use Shape::{Any, Flag, List, Map, Number, Object, Text};

/// What a value has to be like.
#[derive(Debug)]
enum Shape {
    Any,
    Text,
    Number,
    Flag,
    List(&'static Shape),
    Map(&'static Shape),
    Object(&'static [Field]),
}

type Field = (&'static str, Shape);

/// What is wrong with an object.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Flaws {
    /// Fields that no schema declares, such as `spec.rules[0].bogus`.
    pub(crate) unknown: Vec<String>,
    /// Fields of a wrong type.
    pub(crate) mistyped: Vec<Mistyped>,
}

/// A field of a wrong type.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mistyped {
    path: String,
    wanted: &'static str,
    pub(crate) found: Value,
}

/// Finds everything an object must not have.
pub(crate) fn flaws(kind: &Kind, object: &Value) -> Flaws {
    let mut flaws = Flaws::default();
    for fields in [COMMON, own(kind)] {
        flaws.inspect_fields(fields, object, "");
    }
    let is_known = |name: &str| {
        let mut fields = COMMON.iter().chain(own(kind));
        fields.any(|(field, _)| *field == name)
    };
    let parts = object
        .as_object()
        .into_iter()
        .flat_map(|parts| parts.keys());
    let unknown = parts.filter(|name| !is_known(name)).cloned();
    flaws.unknown.extend(unknown);
    flaws
}

/// Drops unknown fields, and those that say null.
pub(crate) fn prune(kind: &Kind, object: &mut Value) {
    let Some(parts) = object.as_object_mut() else {
        return;
    };
    parts.retain(|name, value| {
        let mut fields = COMMON.iter().chain(own(kind));
        match fields.find(|(field, _)| field == name) {
            Some((_, shape)) => {
                prune_value(shape, value);
                !value.is_null()
            }
            None => false,
        }
    });
}

/// Drops fields of the metadata that say null, which mean as little as absent ones.
pub(crate) fn prune_metadata(object: &mut Value) {
    if let Some(metadata) = object.get_mut("metadata") {
        drop_nulls(metadata);
    }
}

fn drop_nulls(value: &mut Value) {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, value| {
            drop_nulls(value);
            !value.is_null()
        });
    }
}

fn prune_value(shape: &Shape, value: &mut Value) {
    match (shape, value) {
        (List(shape), Value::Array(items)) => {
            items.iter_mut().for_each(|item| prune_value(shape, item));
        }
        (Map(shape), Value::Object(entries)) => entries.retain(|_, value| {
            prune_value(shape, value);
            !value.is_null()
        }),
        (Object(fields), Value::Object(entries)) => {
            entries.retain(
                |name, value| match fields.iter().find(|(field, _)| field == name) {
                    Some((_, shape)) => {
                        prune_value(shape, value);
                        !value.is_null()
                    }
                    None => false,
                },
            )
        }
        _ => {}
    }
}

impl Flaws {
    fn inspect(&mut self, shape: &Shape, value: &Value, path: &str) {
        match (shape, value) {
            (Any, _)
            | (Text, Value::String(_))
            | (Number, Value::Number(_))
            | (Flag, Value::Bool(_)) => {}
            (List(shape), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.inspect(shape, item, &format!("{path}[{index}]"));
                }
            }
            (Map(shape), Value::Object(entries)) => {
                for (name, value) in entries {
                    self.inspect(shape, value, &format!("{path}.{name}"));
                }
            }
            (Object(fields), Value::Object(entries)) => {
                self.inspect_fields(fields, value, path);
                let is_known = |name: &str| fields.iter().any(|(field, _)| *field == name);
                let unknown = entries.keys().filter(|name| !is_known(name));
                self.unknown
                    .extend(unknown.map(|name| format!("{path}.{name}")));
            }
            (wanted, found) => self.mistyped.push(Mistyped {
                path: path.to_owned(),
                wanted: wanted.name(),
                found: found.clone(),
            }),
        }
    }

    fn inspect_fields(&mut self, fields: &[Field], object: &Value, path: &str) {
        for (name, shape) in fields {
            let Some(value) = object.get(name) else {
                continue;
            };
            match path {
                "" => self.inspect(shape, value, name),
                path => self.inspect(shape, value, &format!("{path}.{name}")),
            }
        }
    }
}

impl Mistyped {
    /// As a schema says it.
    pub(crate) fn cause(&self) -> Cause {
        Cause::mistyped(&self.path, self.wanted, name(&self.found))
    }

    /// As it is said of what is applied, before any schema is asked.
    pub(crate) fn untyped(&self) -> String {
        let found = match &self.found {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let (wanted, found) = match self.wanted {
            "object" => ("map", format!("&{{{found}}}")),
            "array" => ("list", format!("&{{{found}}}")),
            wanted => {
                let wanted = match wanted {
                    "integer" => "numeric (int or float)",
                    scalar => scalar,
                };
                (
                    wanted,
                    format!("&value.valueUnstructured{{Value:{}}}", self.found),
                )
            }
        };
        format!(".{}: expected {wanted}, got {found}", self.path)
    }
}

impl Shape {
    fn name(&self) -> &'static str {
        match self {
            Any => "any",
            Text => "string",
            Number => "integer",
            Flag => "boolean",
            List(_) => "array",
            Map(_) | Object(_) => "object",
        }
    }
}

fn name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{kinds::KINDS, shop};

    #[test]
    fn unknown_fields_are_found_at_every_depth_that_is_known() {
        let kind = Kind::named("AuthorizationPolicy").unwrap();
        let object = json!({
            "metadata": { "lables": {} },
            "spec": { "rules": [{ "from": [{ "source": { "principal": [] } }] }], "bogus": 1 },
            "data": {},
        });
        let flaws = flaws(kind, &object);
        let expected = [
            "metadata.lables",
            "spec.rules[0].from[0].source.principal",
            "spec.bogus",
            "data",
        ];
        assert_eq!(flaws.unknown, expected);
        let mut pruned = object;
        prune(kind, &mut pruned);
        let left = json!({
            "metadata": {}, "spec": { "rules": [{ "from": [{ "source": {} }] }] },
        });
        assert_eq!(pruned, left);
    }

    #[test]
    fn wrong_types_and_nulls_are_told_with_their_place() {
        let kind = Kind::named("PeerAuthentication").unwrap();
        let object = json!({ "spec": { "mtls": { "mode": 5 }, "selector": null } });
        let expected = [
            Cause::mistyped("spec.mtls.mode", "string", "number"),
            Cause::mistyped("spec.selector", "object", "null"),
        ];
        let found = flaws(kind, &object).mistyped;
        let causes: Vec<Cause> = found.iter().map(Mistyped::cause).collect();
        assert_eq!(causes, expected);
        let untyped = ".spec.mtls.mode: expected string, got &value.valueUnstructured{Value:5}";
        assert_eq!(found[0].untyped(), untyped);
    }

    #[test]
    fn nothing_in_the_shop_is_flawed() {
        let sandbox = shop("eu-west");
        for kind in KINDS {
            for object in sandbox.objects(kind.kind) {
                assert_eq!(flaws(kind, &object), Flaws::default(), "{object}");
            }
        }
    }
}
