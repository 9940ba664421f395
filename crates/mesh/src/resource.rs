//! An object of Istio, whole.

use std::sync::Arc;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    Labels, Manifest, ResourceKey, ResourceKind, Time, Unreadable, manifest,
    read::{self, Field},
    yaml,
};

/// An object of Istio: what it is called, and all of its spec, fields unknown to us included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// What it is called.
    pub key: ResourceKey,
    /// Its labels.
    pub labels: Labels,
    /// Its annotations.
    pub annotations: Labels,
    /// When it was created; age decides between policies that contradict each other.
    pub created: Time,
    /// What tells it from an earlier object of the same name.
    pub uid: String,
    /// The API server's mark of its last change.
    pub resource_version: String,
    /// Who wrote its fields: the names of field managers, sorted.
    pub managers: Vec<String>,
    #[serde(deserialize_with = "manifest::json_text")]
    spec: Arc<str>,
}

/// A typed view of the spec of one kind.
pub trait Spec: DeserializeOwned {
    /// The kind whose spec this is.
    const KIND: ResourceKind;
}

impl Resource {
    /// Reads an object as an API server sends it.
    pub fn read(kind: ResourceKind, object: &Value) -> Result<Self, Unreadable> {
        let key = read::key(kind, object)?;
        let says = key.to_string();
        let whole = Field::whole(&says, object);
        let metadata = whole.at("metadata")?;
        Ok(Self {
            labels: metadata.at("labels")?.texts()?,
            annotations: metadata.at("annotations")?.texts()?,
            created: metadata.at("creationTimestamp")?.time()?,
            uid: metadata.at("uid")?.needed()?.into(),
            resource_version: metadata.at("resourceVersion")?.needed()?.into(),
            managers: managers(&metadata.at("managedFields")?)?,
            spec: canonical(&whole.at("spec")?)?,
            key,
        })
    }

    /// The spec as JSON with sorted keys and no blanks: equal specs are equal bytes.
    pub fn canonical(&self) -> &str {
        &self.spec
    }

    /// The spec as its kind understands it. Fields that the view does not know are left out.
    pub fn spec<T: Spec>(&self) -> Result<T, Unreadable> {
        let unreadable = |says| Unreadable {
            object: self.key.to_string(),
            field: "spec".into(),
            says,
        };
        if self.key.kind != T::KIND {
            return Err(unreadable(format!("is not that of a {}", T::KIND)));
        }
        serde_json::from_str(&self.spec)
            .map_err(|error| unreadable(format!("is not understood: {error}")))
    }

    /// The object as YAML: what somebody wants of it, without what a cluster adds.
    pub fn yaml(&self) -> String {
        yaml::object(&self.key, &self.labels, &self.spec)
    }

    /// An object as it is once it is made: younger than all others, and nothing added to it yet.
    pub(crate) fn made(manifest: &Manifest) -> Self {
        Self {
            key: manifest.key.clone(),
            labels: manifest.labels.clone(),
            annotations: Labels::new(),
            created: Time(i64::MAX),
            uid: String::new(),
            resource_version: String::new(),
            managers: Vec::new(),
            spec: manifest.canonical().into(),
        }
    }

    /// The same object with the spec and the labels that are wanted; labels that somebody else gave it stay.
    pub(crate) fn changed(&self, manifest: &Manifest) -> Self {
        let mut changed = self.clone();
        changed.labels.extend(manifest.labels.clone());
        changed.spec = manifest.canonical().into();
        changed
    }

    /// Whether nothing but the API server's mark differs.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let mark = self.resource_version.clone();
        *self
            == Self {
                resource_version: mark,
                ..other.clone()
            }
    }
}

fn managers(list: &Field<'_>) -> Result<Vec<String>, Unreadable> {
    let mut managers = Vec::new();
    for entry in list.items()? {
        managers.extend(entry.at("manager")?.text()?.map(String::from));
    }
    managers.sort();
    managers.dedup();
    Ok(managers)
}

fn canonical(spec: &Field<'_>) -> Result<Arc<str>, Unreadable> {
    let mut value = match spec.value() {
        Value::Null => Value::Object(serde_json::Map::new()),
        value @ Value::Object(_) => value,
        _ => return Err(spec.wrong("should be an object")),
    };
    value.sort_all_objects();
    Ok(value.to_string().into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::resources::{PeerAuthentication, PeerMode};

    fn object(spec: Value) -> Value {
        json!({
            "metadata": {
                "name": "a", "namespace": "default", "uid": "u", "resourceVersion": "1",
                "creationTimestamp": "2026-01-01T00:00:00Z",
                "managedFields": [{"manager": "kubectl"}, {"manager": "assent"}, {"manager": "kubectl"}],
            },
            "spec": spec,
        })
    }

    fn policy(spec: Value) -> Resource {
        Resource::read(ResourceKind::PeerAuthentication, &object(spec)).unwrap()
    }

    #[test]
    fn equal_specs_are_equal_bytes_and_unknown_fields_stay() {
        let one = policy(json!({"b": 1, "a": {"d": [], "c": null}}));
        let other = policy(json!({"a": {"c": null, "d": []}, "b": 1}));
        assert_eq!(one.canonical(), r#"{"a":{"c":null,"d":[]},"b":1}"#);
        assert_eq!(one, other);
        assert_eq!(one.managers, ["assent", "kubectl"]);
    }

    #[test]
    fn a_typed_view_says_why_it_fails() {
        assert_eq!(
            policy(json!({"mtls": {"mode": "STRICT"}}))
                .spec::<PeerAuthentication>()
                .unwrap()
                .mode(),
            PeerMode::Strict
        );
        let error = policy(json!({"mtls": {"mode": "LOOSE"}}))
            .spec::<PeerAuthentication>()
            .unwrap_err();
        assert!(error.to_string().starts_with(
            "PeerAuthentication default/a cannot be read: spec is not understood: unknown variant `LOOSE`"
        ));
        let sidecar = Resource::read(ResourceKind::Sidecar, &object(json!({}))).unwrap();
        assert_eq!(
            sidecar
                .spec::<PeerAuthentication>()
                .unwrap_err()
                .to_string(),
            "Sidecar default/a cannot be read: spec is not that of a PeerAuthentication"
        );
    }

    #[test]
    fn a_spec_that_is_no_object_is_refused() {
        let error = Resource::read(ResourceKind::Sidecar, &object(json!(7))).unwrap_err();
        assert_eq!(error.field, "spec");
    }
}
