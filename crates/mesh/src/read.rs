//! Reads what an API server sent, field by field, so that trouble names its place.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Labels, Name, Namespace, ResourceKey, ResourceKind, Target, Time};

/// Says which field of which object cannot be read, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{object} cannot be read: {field} {says}")]
pub struct Unreadable {
    /// The object, as people say it.
    pub object: String,
    /// The field, such as `spec.ports[0].port`.
    pub field: String,
    /// What is wrong with it.
    pub says: String,
}

/// One field of an object that is being read. Null counts as absent.
pub(crate) struct Field<'a> {
    object: &'a str,
    path: String,
    value: &'a Value,
}

impl<'a> Field<'a> {
    /// The object itself.
    pub(crate) fn whole(object: &'a str, value: &'a Value) -> Self {
        Self {
            object,
            path: String::new(),
            value,
        }
    }

    /// A field below, by its path, such as `spec.selector`.
    pub(crate) fn at(&self, path: &str) -> Result<Field<'a>, Unreadable> {
        let mut field = self.clone();
        for step in path.split('.') {
            field = match field.value {
                Value::Object(map) => field.below(step, map.get(step).unwrap_or(&Value::Null)),
                Value::Null => field.below(step, &Value::Null),
                _ => return Err(field.wrong("should be an object")),
            };
        }
        Ok(field)
    }

    /// The items of a list, none if it is absent.
    pub(crate) fn items(&self) -> Result<Vec<Field<'a>>, Unreadable> {
        let items = match self.value {
            Value::Array(items) => items.as_slice(),
            Value::Null => &[],
            _ => return Err(self.wrong("should be a list")),
        };
        let item = |(number, value)| Field {
            object: self.object,
            path: format!("{}[{number}]", self.path),
            value,
        };
        Ok(items.iter().enumerate().map(item).collect())
    }

    pub(crate) fn is_there(&self) -> bool {
        !self.value.is_null()
    }

    pub(crate) fn text(&self) -> Result<Option<&'a str>, Unreadable> {
        match self.value {
            Value::String(text) => Ok(Some(text)),
            Value::Null => Ok(None),
            _ => Err(self.wrong("should be text")),
        }
    }

    pub(crate) fn needed(&self) -> Result<&'a str, Unreadable> {
        match self.text()? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(self.wrong("is missing")),
        }
    }

    pub(crate) fn texts(&self) -> Result<Labels, Unreadable> {
        match self.value {
            Value::Object(map) => map
                .iter()
                .map(|(key, value)| match value {
                    Value::String(text) => Ok((key.clone(), text.clone())),
                    _ => Err(self.below(key, value).wrong("should be text")),
                })
                .collect(),
            Value::Null => Ok(BTreeMap::new()),
            _ => Err(self.wrong("should be an object")),
        }
    }

    pub(crate) fn flag(&self) -> Result<bool, Unreadable> {
        match self.value {
            Value::Bool(flag) => Ok(*flag),
            Value::Null => Ok(false),
            _ => Err(self.wrong("should be true or false")),
        }
    }

    pub(crate) fn count(&self) -> Result<u32, Unreadable> {
        match self.value {
            Value::Null => Ok(0),
            value => value
                .as_u64()
                .and_then(|number| number.try_into().ok())
                .ok_or_else(|| self.wrong("should be a whole number")),
        }
    }

    pub(crate) fn port(&self) -> Result<u16, Unreadable> {
        self.value
            .as_u64()
            .and_then(|number| number.try_into().ok())
            .filter(|port| *port != 0)
            .ok_or_else(|| self.wrong("should be a port, 1 to 65535"))
    }

    /// A port by number or by name.
    pub(crate) fn target(&self) -> Result<Option<Target>, Unreadable> {
        match self.value {
            Value::Null => Ok(None),
            Value::String(name) => Ok(Some(Target::Name(name.clone()))),
            // Zero is how "not given" is written in an integer that may also be text.
            Value::Number(number) if number.as_u64() == Some(0) => Ok(None),
            _ => self.port().map(Target::Number).map(Some),
        }
    }

    pub(crate) fn time(&self) -> Result<Time, Unreadable> {
        Time::parse(self.needed()?).ok_or_else(|| self.wrong("should be a time"))
    }

    /// A copy of what is there.
    pub(crate) fn value(&self) -> Value {
        self.value.clone()
    }

    pub(crate) fn wrong(&self, says: impl Into<String>) -> Unreadable {
        Unreadable {
            object: self.object.into(),
            field: self.path.clone(),
            says: says.into(),
        }
    }

    fn below(&self, step: &str, value: &'a Value) -> Field<'a> {
        let path = match self.path.as_str() {
            "" => step.into(),
            path => format!("{path}.{step}"),
        };
        Field {
            object: self.object,
            path,
            value,
        }
    }

    fn clone(&self) -> Field<'a> {
        Field {
            object: self.object,
            path: self.path.clone(),
            value: self.value,
        }
    }
}

/// Reads which object this is.
pub(crate) fn key(kind: ResourceKind, object: &Value) -> Result<ResourceKey, Unreadable> {
    let nameless = format!("A nameless {kind}");
    let name: Name = Field::whole(&nameless, object)
        .at("metadata.name")?
        .needed()?
        .into();
    if !kind.is_namespaced() {
        return Ok(ResourceKey::new(kind, name.as_str(), name.as_str()));
    }
    let homeless = format!("{kind} {name}");
    let namespace: Namespace = Field::whole(&homeless, object)
        .at("metadata.namespace")?
        .needed()?
        .into();
    Ok(ResourceKey {
        kind,
        namespace,
        name,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn trouble_names_object_and_field() {
        let object = json!({"spec": {"ports": [{"port": 80}, {"port": "x"}]}});
        let ports = Field::whole("Service default/a", &object)
            .at("spec.ports")
            .unwrap();
        let port = ports.items().unwrap()[1].at("port").unwrap();
        assert_eq!(
            port.port().unwrap_err().to_string(),
            "Service default/a cannot be read: spec.ports[1].port should be a port, 1 to 65535"
        );
    }

    #[test]
    fn absent_and_null_are_alike_and_text_is_no_object() {
        let object = json!({"null": null, "text": "x"});
        let whole = Field::whole("it", &object);
        for path in ["null", "absent", "absent.deeper", "null.deeper"] {
            assert!(!whole.at(path).unwrap().is_there(), "{path}");
        }
        let error = whole.at("text.deeper").err().unwrap();
        assert_eq!(
            error.to_string(),
            "it cannot be read: text should be an object"
        );
    }

    #[test]
    fn an_object_without_a_name_is_refused() {
        let error = key(ResourceKind::Pod, &json!({"metadata": {}})).unwrap_err();
        assert_eq!(
            error.to_string(),
            "A nameless Pod cannot be read: metadata.name is missing"
        );
        let error = key(ResourceKind::Pod, &json!({"metadata": {"name": "a"}})).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Pod a cannot be read: metadata.namespace is missing"
        );
    }
}
