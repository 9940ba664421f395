//! From a manifest to what is sent.

use mesh::{Manifest, Resource, ResourceKey, ResourceKind};
use serde_json::{Map, Value, json};

/// Where objects are locked: how an object was when it was last looked at, or that it was not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// What tells it from an earlier object of the same name; without, it must not be there.
    pub uid: Option<String>,
    /// The API server's mark of its last change; without, any change since is let pass.
    pub resource_version: Option<String>,
}

impl Seen {
    /// Nothing was there.
    pub fn nothing() -> Self {
        Self::default()
    }
}

impl From<&Resource> for Seen {
    fn from(resource: &Resource) -> Self {
        Self {
            uid: Some(resource.uid.clone()),
            resource_version: Some(resource.resource_version.clone()),
        }
    }
}

impl From<Option<&Resource>> for Seen {
    fn from(resource: Option<&Resource>) -> Self {
        resource.map(Self::from).unwrap_or_default()
    }
}

/// A version that no object ever has. Where nothing is, an API server passes over it and makes the object; where
/// something is, it does not fit. So of two who make an object at once one is refused.
const NEVER: &str = "9223372036854775807";

/// A manifest as it is applied: the approved object, locked to what was seen.
pub(crate) fn body(manifest: &Manifest, seen: &Seen) -> Value {
    let mut body: Value = serde_json::from_str(&manifest.body()).expect("a body is JSON");
    let version = match &seen.uid {
        Some(uid) => {
            body["metadata"]["uid"] = json!(uid);
            seen.resource_version.as_deref()
        }
        None => Some(NEVER),
    };
    if let Some(version) = version {
        body["metadata"]["resourceVersion"] = json!(version);
    }
    body.sort_all_objects();
    body
}

/// The JSON patch that removes from a stored object what its manifest does not hold, if there is anything. It holds
/// for that version only.
pub(crate) fn without_extras(stored: &Resource, manifest: &Manifest) -> Option<Value> {
    let spec = |text| serde_json::from_str(text).expect("a spec is JSON");
    let (is, wanted): (Map<_, _>, Map<_, _>) =
        (spec(stored.canonical()), spec(manifest.canonical()));
    let mut paths = Vec::new();
    find_extras(&is, &wanted, "/spec", &mut paths);
    let removals = paths
        .iter()
        .map(|path| json!({"op": "remove", "path": path}));
    let test = json!({
        "op": "test", "path": "/metadata/resourceVersion", "value": stored.resource_version,
    });
    let patch = [test].into_iter().chain(removals);
    (!paths.is_empty()).then(|| patch.collect())
}

/// Lists are whole: Istio's belong to one owner each.
fn find_extras(
    is: &Map<String, Value>,
    wanted: &Map<String, Value>,
    at: &str,
    paths: &mut Vec<String>,
) {
    for (name, value) in is {
        let path = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        match (value, wanted.get(name)) {
            (_, None) => paths.push(path),
            (Value::Object(is), Some(Value::Object(wanted))) => {
                find_extras(is, wanted, &path, paths);
            }
            _ => {}
        }
    }
}

/// Gives an object a version that has none: what a rehearsal makes is not stored.
pub(crate) fn give_version(object: &mut Value) {
    if let Some(metadata) = object["metadata"].as_object_mut() {
        metadata
            .entry("resourceVersion")
            .or_insert_with(|| json!("0"));
    }
}

/// An object that an API server shows, if it is the one that was asked for.
pub(crate) fn shown(key: &ResourceKey, object: &Value) -> Option<Resource> {
    let kind = |kind: ResourceKind| {
        object["kind"] == kind.as_str() && object["apiVersion"] == kind.api_version()
    };
    let resource = Resource::read(key.kind, object)
        .ok()
        .filter(|_| kind(key.kind));
    resource.filter(|resource| resource.key == *key)
}

#[cfg(test)]
mod tests {
    use mesh::Labels;

    use super::*;

    fn manifest(spec: Value) -> Manifest {
        let key = ResourceKey::new(ResourceKind::PeerAuthentication, "default", "reviews");
        let labels = Labels::from([("assent/intent".into(), "on".into())]);
        Manifest::new(key, labels, &spec)
    }

    fn stored(spec: Value) -> Resource {
        let object = json!({
            "apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication",
            "metadata": {
                "name": "reviews", "namespace": "default", "uid": "u", "resourceVersion": "7",
                "creationTimestamp": "2026-01-01T00:00:00Z",
            },
            "spec": spec,
        });
        shown(&manifest(json!({})).key, &object).unwrap()
    }

    #[test]
    fn without_its_lock_a_body_is_the_approved_bytes() {
        let wanted = manifest(
            json!({"z": [1.5, -0.0, 1e300], "mtls": {"mode": "STRICT"}, "a": "\u{1f600}\n"}),
        );
        let seen = stored(json!({}));
        for (seen, lock) in [
            (
                Seen::from(&seen),
                json!({"uid": "u", "resourceVersion": "7"}),
            ),
            (Seen::nothing(), json!({"resourceVersion": NEVER})),
            (
                Seen {
                    uid: Some("u".into()),
                    resource_version: None,
                },
                json!({"uid": "u"}),
            ),
        ] {
            let mut body = body(&wanted, &seen);
            let metadata = body["metadata"].as_object_mut().unwrap();
            let mut taken = Map::new();
            for field in ["uid", "resourceVersion"] {
                taken.extend(metadata.remove(field).map(|value| (field.into(), value)));
            }
            assert_eq!(Value::Object(taken), lock);
            assert_eq!(body.to_string(), wanted.body());
        }
    }

    #[test]
    fn what_others_added_is_removed_from_the_version_that_has_it() {
        let wanted = manifest(json!({"mtls": {"mode": "STRICT"}, "list": [1]}));
        let is = stored(json!({
            "mtls": {"mode": "DISABLE", "a/b~c": 1}, "list": [1, 2], "portLevelMtls": {"80": {}},
        }));
        let patch = json!([
            {"op": "test", "path": "/metadata/resourceVersion", "value": "7"},
            {"op": "remove", "path": "/spec/mtls/a~1b~0c"},
            {"op": "remove", "path": "/spec/portLevelMtls"},
        ]);
        assert_eq!(without_extras(&is, &wanted), Some(patch));
        let same = stored(json!({"mtls": {"mode": "STRICT"}}));
        assert_eq!(without_extras(&same, &wanted), None);
    }

    #[test]
    fn another_object_than_the_one_that_was_asked_for_is_none() {
        let key = manifest(json!({})).key;
        let shows = |kind: &str, name: &str| {
            let object = json!({
                "apiVersion": "security.istio.io/v1", "kind": kind,
                "metadata": {
                    "name": name, "namespace": "default", "uid": "u", "resourceVersion": "7",
                    "creationTimestamp": "2026-01-01T00:00:00Z",
                },
            });
            shown(&key, &object).is_some()
        };
        assert!(shows("PeerAuthentication", "reviews"));
        assert!(!shows("PeerAuthentication", "ratings"));
        assert!(!shows("AuthorizationPolicy", "reviews"));
    }
}
