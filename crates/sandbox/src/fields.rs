//! Which fields an object has, and sets of them as `fieldsV1` writes them down.
//!
//! Objects are gone into, key by key. Everything else is one field, a list with all its elements
//! too: the lists of Istio's kinds are atomic but for a few, and those of Kubernetes' own kinds
//! count as atomic here.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

use serde_json::{Value, json};

/// What the server writes into the metadata, or what says which object it is.
const SERVERS: [&str; 9] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "name",
    "namespace",
    "resourceVersion",
    "uid",
];

/// The way to a field, from the outside in.
pub(crate) type Path = Vec<String>;

/// A set of fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields(BTreeSet<Path>);

/// What the authors of an object say in it: not what it is and where it lies, how it does, or what
/// the server notes.
pub(crate) fn content(object: &Value) -> Value {
    let mut content = object.clone();
    let Some(parts) = content.as_object_mut() else {
        return json!({});
    };
    for part in ["apiVersion", "kind", "status"] {
        parts.remove(part);
    }
    if let Some(metadata) = parts.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|field, value| !SERVERS.contains(&field.as_str()) && !is_empty(value));
    }
    if parts.get("metadata").is_some_and(is_empty) {
        parts.remove("metadata");
    }
    content
}

/// Writes a path as conflicts name it.
pub(crate) fn dotted(path: &[String]) -> String {
    path.iter().map(|name| format!(".{name}")).collect()
}

impl Fields {
    /// The fields of some content.
    pub(crate) fn of(content: &Value) -> Self {
        let mut fields = Self::default();
        fields.collect(content, &mut Vec::new());
        fields
    }

    /// The fields that are only in one of two contents, or not the same in both.
    pub(crate) fn changed(before: &Value, after: &Value) -> Self {
        let mut fields = Self::default();
        fields.compare(before, after, &mut Vec::new());
        fields
    }

    /// Reads `fieldsV1`.
    pub(crate) fn read(written: &Value) -> Self {
        let mut fields = Self::default();
        fields.read_node(written, &mut Vec::new());
        fields
    }

    /// Writes `fieldsV1`.
    pub(crate) fn written(&self) -> Value {
        #[derive(Default)]
        struct Node<'a>(bool, BTreeMap<&'a str, Node<'a>>);

        fn write(Node(is_member, below): Node<'_>) -> Value {
            let own = (is_member && !below.is_empty()).then(|| (".".to_owned(), json!({})));
            let below = below
                .into_iter()
                .map(|(name, node)| (format!("f:{name}"), write(node)));
            Value::Object(own.into_iter().chain(below).collect())
        }

        let mut root = Node::default();
        for path in &self.0 {
            let mut node = &mut root;
            for name in path {
                node = node.1.entry(name).or_default();
            }
            node.0 = true;
        }
        write(root)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Answers whether the field is one of them, or one inside it is.
    pub(crate) fn reaches(&self, path: &[String]) -> bool {
        let mut from = self
            .0
            .range::<[String], _>((Bound::Included(path), Bound::Unbounded));
        from.next().is_some_and(|first| first.starts_with(path))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Path> {
        self.0.iter()
    }

    /// The fields in both sets.
    pub(crate) fn both(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    /// The fields that are not in the other set.
    pub(crate) fn without(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).cloned().collect())
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.0.extend(other.0.iter().cloned());
    }

    fn collect(&mut self, value: &Value, path: &mut Path) {
        let inside = value.as_object().filter(|inside| !inside.is_empty());
        let Some(inside) = inside else {
            // Content without anything in it has no fields.
            if !path.is_empty() {
                self.0.insert(path.clone());
            }
            return;
        };
        for (name, value) in inside {
            path.push(name.clone());
            self.collect(value, path);
            path.pop();
        }
    }

    fn compare(&mut self, before: &Value, after: &Value, path: &mut Path) {
        let (Some(old), Some(new)) = (before.as_object(), after.as_object()) else {
            if before != after {
                self.collect(before, path);
                self.collect(after, path);
            }
            return;
        };
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            path.push(name.clone());
            match (old.get(name), new.get(name)) {
                (Some(before), Some(after)) => self.compare(before, after, path),
                (one, other) => one.or(other).into_iter().for_each(|value| {
                    self.collect(value, path);
                }),
            }
            path.pop();
        }
    }

    fn read_node(&mut self, node: &Value, path: &mut Path) {
        let Some(inside) = node.as_object() else {
            return;
        };
        if inside.is_empty() && !path.is_empty() {
            self.0.insert(path.clone());
        }
        for (name, below) in inside {
            match name.strip_prefix("f:") {
                Some(name) => {
                    path.push(name.to_owned());
                    self.read_node(below, path);
                    path.pop();
                }
                // The field itself, or an element of a list, which is one field with the list.
                None => {
                    self.0.insert(path.clone());
                }
            }
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(fields: &Fields) -> Vec<String> {
        fields.iter().map(|path| dotted(path)).collect()
    }

    #[test]
    fn only_what_authors_say_is_content() {
        let object = json!({
            "apiVersion": "v1", "kind": "Pod", "status": {},
            "metadata": { "name": "a", "uid": "u", "labels": { "a": "b" }, "annotations": {} },
            "spec": {},
        });
        let said = json!({ "metadata": { "labels": { "a": "b" } }, "spec": {} });
        assert_eq!(content(&object), said);
        let bare = json!({ "apiVersion": "v1", "metadata": { "name": "a" } });
        assert_eq!(content(&bare), json!({}));
    }

    #[test]
    fn maps_are_many_fields_and_lists_are_one() {
        let content = json!({ "spec": { "a": { "b": 1, "c": {} }, "list": [{ "d": 1 }] } });
        let fields = Fields::of(&content);
        assert_eq!(told(&fields), [".spec.a.b", ".spec.a.c", ".spec.list"]);
    }

    #[test]
    fn a_change_names_what_came_what_went_and_what_is_other() {
        let before = json!({ "same": 1, "other": 1, "gone": { "x": 1 }, "flat": { "y": 1 } });
        let after = json!({ "same": 1, "other": 2, "new": {}, "flat": 3 });
        let changed = Fields::changed(&before, &after);
        let expected = [".flat", ".flat.y", ".gone.x", ".new", ".other"];
        assert_eq!(told(&changed), expected);
    }

    #[test]
    fn a_set_is_read_as_it_was_written() {
        let content = json!({ "spec": { "a": {} } });
        let mut fields = Fields::of(&content);
        fields.add(&Fields::of(&json!({ "spec": { "a": { "b": 1 }, "c": 1 } })));
        let written = json!({ "f:spec": { "f:a": { ".": {}, "f:b": {} }, "f:c": {} } });
        assert_eq!(fields.written(), written);
        assert_eq!(Fields::read(&written), fields);
        let elements = json!({ "f:spec": { "f:ports": { "k:{\"port\":80}": { "f:name": {} } } } });
        assert_eq!(told(&Fields::read(&elements)), [".spec.ports"]);
    }

    #[test]
    fn a_set_reaches_what_is_in_it_and_what_is_around_that() {
        let fields = Fields::of(&json!({ "spec": { "a": { "b": 1 } } }));
        let path = |names: &[&str]| -> Path { names.iter().map(|&n| n.to_owned()).collect() };
        for (names, reaches) in [
            (&["spec"][..], true),
            (&["spec", "a", "b"], true),
            (&["spec", "b"], false),
            (&["spec", "a", "b", "c"], false),
        ] {
            assert_eq!(fields.reaches(&path(names)), reaches, "{names:?}");
        }
    }
}
