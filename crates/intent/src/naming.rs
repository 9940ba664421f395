//! Names and numbers of intents, drafts, revisions and rollouts.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

numbers! {
    /// The number of an intent, which stays with it through all its revisions.
    IntentId
    /// The number of a draft.
    DraftId
    /// The number of a revision within its cloud, counting from 1.
    RevisionNumber
    /// The number of a rollout within its cloud, counting from 1.
    RolloutNumber
}

/// The name of an intent within its cloud: a DNS label of at most 40 characters, since the names of the
/// objects that it makes begin with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IntentName(String);

impl IntentName {
    /// Reads a name: a DNS label of at most 40 characters (RFC 1123).
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if text.is_empty() {
            Err("An intent needs a name; its objects are called after it.".into())
        } else if text.len() <= 40
            && text.chars().all(plain)
            && !text.starts_with('-')
            && !text.ends_with('-')
        {
            Ok(Self(text.into()))
        } else {
            Err(
                "Use 1 to 40 lower-case letters, digits and dashes, with no dash at either end."
                    .into(),
            )
        }
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for IntentName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::read(&text)
    }
}

impl From<IntentName> for String {
    fn from(name: IntentName) -> Self {
        name.0
    }
}

impl fmt::Display for IntentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intent_has_the_name_of_a_dns_label_of_at_most_40_characters() {
        for text in ["reviews-access", "a", " mtls-1 ", &"a".repeat(40)] {
            assert_eq!(IntentName::read(text).unwrap().as_str(), text.trim());
        }
        for text in [
            "",
            "  ",
            "Reviews",
            "-a",
            "a-",
            "a.b",
            "a_b",
            &"a".repeat(41),
        ] {
            assert!(IntentName::read(text).is_err(), "{text:?}");
        }
    }
}
