//! Names of logical clouds.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of a logical cloud: a DNS label, since it stands in addresses, labels and object names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CloudName(String);

impl CloudName {
    /// Reads a name: a DNS label of at most 40 characters (RFC 1123).
    pub fn read(text: &str) -> Result<Self, String> {
        let fits = (1..=40).contains(&text.len());
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if fits && text.chars().all(plain) && !text.starts_with('-') && !text.ends_with('-') {
            Ok(Self(text.into()))
        } else {
            Err(format!(
                "“{text}” is no name for a cloud: 1 to 40 lower-case letters, digits and dashes, \
                 with no dash at either end."
            ))
        }
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CloudName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::read(&text)
    }
}

impl From<CloudName> for String {
    fn from(name: CloudName) -> Self {
        name.0
    }
}

impl fmt::Display for CloudName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cloud_has_the_name_of_a_dns_label() {
        for text in ["shop", "a", "eu-1"] {
            assert_eq!(CloudName::read(text).unwrap().as_str(), text);
        }
        for text in ["", "Shop", "-a", "a-", "a.b", "a/b", &"a".repeat(41)] {
            assert!(CloudName::read(text).is_err(), "{text:?}");
        }
    }
}
