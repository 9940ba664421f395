//! An object as it is wanted.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::{Value, json};

use crate::{Labels, ResourceKey, yaml};

/// An object as it is wanted: what it is called, its labels and its spec. Nothing that a cluster adds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// What it is called.
    pub key: ResourceKey,
    /// Its labels.
    pub labels: Labels,
    #[serde(deserialize_with = "json_text")]
    spec: Arc<str>,
}

impl Manifest {
    /// Wants an object with this spec.
    pub fn new(key: ResourceKey, labels: Labels, spec: &impl Serialize) -> Self {
        let mut spec = serde_json::to_value(spec).expect("a spec has text for keys");
        spec.sort_all_objects();
        Self {
            key,
            labels,
            spec: spec.to_string().into(),
        }
    }

    /// The spec as JSON with sorted keys and no blanks: equal specs are equal bytes.
    pub fn canonical(&self) -> &str {
        &self.spec
    }

    /// The whole object as an API server takes it, as JSON with sorted keys and no blanks: the bytes that
    /// are approved and applied.
    pub fn body(&self) -> String {
        let spec: Value = serde_json::from_str(&self.spec).expect("a spec is JSON");
        let mut body = json!({
            "apiVersion": self.key.kind.api_version(),
            "kind": self.key.kind.as_str(),
            "metadata": {
                "labels": self.labels,
                "name": self.key.name,
                "namespace": self.key.namespace,
            },
            "spec": spec,
        });
        body.sort_all_objects();
        body.to_string()
    }

    /// The whole object as YAML, for people.
    pub fn yaml(&self) -> String {
        yaml::object(&self.key, &self.labels, &self.spec)
    }
}

/// Takes over the bytes as they are, once it is known that they can be read as a value: neither nested too deeply
/// nor with numbers that are too large.
pub(crate) fn json_text<'de, D: Deserializer<'de>>(source: D) -> Result<Arc<str>, D::Error> {
    let text = Arc::<str>::deserialize(source)?;
    serde_json::from_str::<Value>(&text).map_err(D::Error::custom)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ResourceKind, resources::PeerAuthentication};

    fn manifest(spec: Value) -> Manifest {
        let key = ResourceKey::new(ResourceKind::PeerAuthentication, "default", "reviews");
        let labels = Labels::from([("assent/intent".into(), "on".into())]);
        Manifest::new(key, labels, &spec)
    }

    #[test]
    fn a_manifest_reads_from_top_to_bottom_as_people_write_it() {
        let spec =
            json!({"selector": {"matchLabels": {"app": "reviews"}}, "mtls": {"mode": "STRICT"}});
        let yaml = "\
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: reviews
  namespace: default
  labels:
    assent/intent: \"on\"
spec:
  mtls:
    mode: STRICT
  selector:
    matchLabels:
      app: reviews
";
        assert_eq!(manifest(spec).yaml(), yaml);
    }

    #[test]
    fn the_body_is_the_whole_object_with_sorted_keys() {
        let body = r#"{"apiVersion":"security.istio.io/v1","kind":"PeerAuthentication","metadata":{"labels":{"assent/intent":"on"},"name":"reviews","namespace":"default"},"spec":{}}"#;
        assert_eq!(manifest(json!({})).body(), body);
    }

    #[test]
    fn a_manifest_survives_the_wire_unless_its_spec_is_no_json() {
        let sent = manifest(json!({"mtls": {"mode": "STRICT"}}));
        let wire = serde_json::to_string(&sent).unwrap();
        assert_eq!(serde_json::from_str::<Manifest>(&wire).unwrap(), sent);
        let broken = wire.replace("}}\"", "\"");
        assert!(serde_json::from_str::<Manifest>(&broken).is_err());
    }

    #[test]
    fn a_spec_that_could_not_be_shown_is_refused_where_it_is_read() {
        let sent = serde_json::to_value(manifest(json!({}))).unwrap();
        let read = |spec: String| {
            let mut sent = sent.clone();
            sent["spec"] = spec.into();
            serde_json::from_value::<Manifest>(sent)
        };
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        for spec in [nested(200), r#"{"a":1e999}"#.into()] {
            assert!(read(spec.clone()).is_err(), "{spec}");
        }
        let deep = read(format!(r#"{{"a":{}}}"#, nested(126))).unwrap();
        assert!(deep.yaml().contains("[]") && deep.body().contains("[]"));
    }

    #[test]
    fn a_typed_spec_is_wanted_as_the_same_bytes_as_its_json() {
        let typed = PeerAuthentication::default();
        let key = manifest(json!({})).key;
        let labels = manifest(json!({})).labels;
        assert_eq!(Manifest::new(key, labels, &typed), manifest(json!({})));
    }
}
