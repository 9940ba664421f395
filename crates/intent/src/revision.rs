//! A draft made final: numbered, sealed, never changed.

use mesh::{Manifest, ResourceKey, Time};
use serde::{Deserialize, Serialize};

use crate::{
    Base, CloudName, Digest, Facts, Intent, IntentId, IntentName, PersonId, PersonName,
    RevisionNumber, seal,
};

/// What was sealed of one intent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sealed {
    /// Which intent.
    pub intent: IntentId,
    /// Its name.
    pub name: IntentName,
    /// Its own version, counting from 1.
    pub version: i64,
    /// What it says; none where it is withdrawn.
    pub content: Option<Intent>,
    /// It in words, as it was when it was sealed.
    pub says: String,
}

/// What has to become of one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    /// It has to be like this.
    Apply(Manifest),
    /// It has to go.
    Remove(ResourceKey),
}

impl Entry {
    /// Which object.
    pub fn key(&self) -> &ResourceKey {
        match self {
            Self::Apply(manifest) => &manifest.key,
            Self::Remove(key) => key,
        }
    }

    /// What is approved of it: the bytes that are applied, or `remove` and the key.
    pub fn body(&self) -> String {
        match self {
            Self::Apply(manifest) => manifest.body(),
            Self::Remove(key) => format!("remove {key}"),
        }
    }
}

/// What has to become of the objects of one site, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    /// The site.
    pub site: String,
    /// The objects.
    pub entries: Vec<Entry>,
}

impl Bundle {
    /// The bytes that are kept of it.
    pub fn bytes(&self) -> String {
        serde_json::to_string(self).expect("a bundle has text for keys")
    }

    /// The hash of these bytes, by which they are kept and found.
    pub fn hash(&self) -> Digest {
        Digest::of(self.bytes())
    }
}

/// A draft made final. Nothing in it ever changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// Its cloud.
    pub cloud: CloudName,
    /// Its number there.
    pub number: RevisionNumber,
    /// What was sealed.
    pub intents: Vec<Sealed>,
    /// Who submitted it.
    pub author: PersonId,
    /// Their name.
    pub author_name: PersonName,
    /// When its draft was begun.
    pub began: Time,
    /// When it was submitted.
    pub at: Time,
    /// What is to become of each site, in order of their names.
    pub bundles: Vec<Bundle>,
    /// The facts that were looked up to make it, per site.
    pub facts: Vec<Facts>,
    /// What its objects looked like when it was submitted.
    pub base: Base,
    /// What binds all of that: see [`Revision::seals`].
    pub digest: Digest,
    /// The version of Assent that made it; recorded, never compared.
    pub compiler: String,
}

impl Revision {
    /// Whether its digest is that of what it holds.
    pub fn seals(&self) -> bool {
        self.digest == seal::digest(&self.cloud, self.number, &self.intents, &self.bundles)
    }

    /// The names of its sites, in order.
    pub fn sites(&self) -> Vec<&str> {
        self.bundles.iter().map(|b| b.site.as_str()).collect()
    }

    /// What has to become of each object of a site, in order; nothing, where it is not for that site.
    pub fn entries(&self, site: &str) -> &[Entry] {
        let bundle = self.bundles.iter().find(|bundle| bundle.site == site);
        bundle.map_or(&[], |bundle| &bundle.entries)
    }

    /// What the record calls it: "revision 3".
    pub fn about(&self) -> String {
        format!("revision {}", self.number)
    }
}

#[cfg(test)]
pub(crate) mod tests;
