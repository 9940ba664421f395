//! Names of things in a cluster.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::ResourceKind;

/// Labels or annotations.
pub type Labels = BTreeMap<String, String>;

/// Whether labels contain all of these.
pub fn carries(labels: &Labels, wanted: &Labels) -> bool {
    let mut wanted = wanted.iter();
    wanted.all(|(key, value)| labels.get(key) == Some(value))
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as it is shown.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<T: Into<Arc<str>>> From<T> for $name {
            fn from(name: T) -> Self {
                Self(name.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

names! {
    /// The name of a namespace.
    Namespace
    /// The name of an object within its namespace.
    Name
}

/// Names one object of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ResourceKey {
    /// What it is.
    pub kind: ResourceKind,
    /// Where it is. A Namespace object counts as being in itself.
    pub namespace: Namespace,
    /// What it is called.
    pub name: Name,
}

impl ResourceKey {
    /// Names an object.
    pub fn new(kind: ResourceKind, namespace: impl Into<Namespace>, name: impl Into<Name>) -> Self {
        Self {
            kind,
            namespace: namespace.into(),
            name: name.into(),
        }
    }
}

impl fmt::Display for ResourceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind.is_namespaced() {
            write!(f, "{} {}/{}", self.kind, self.namespace, self.name)
        } else {
            write!(f, "{} {}", self.kind, self.name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_as_people_say_it() {
        let policy = ResourceKey::new(ResourceKind::AuthorizationPolicy, "default", "productpage");
        let namespace = ResourceKey::new(ResourceKind::Namespace, "default", "default");
        assert_eq!(
            policy.to_string(),
            "AuthorizationPolicy default/productpage"
        );
        assert_eq!(namespace.to_string(), "Namespace default");
    }

    #[test]
    fn a_key_survives_the_wire() {
        let key = ResourceKey::new(ResourceKind::Gateway, "default", "front");
        let wire = serde_json::to_string(&key).unwrap();
        assert_eq!(
            wire,
            r#"{"kind":"Gateway","namespace":"default","name":"front"}"#
        );
        assert_eq!(serde_json::from_str::<ResourceKey>(&wire).unwrap(), key);
    }
}
