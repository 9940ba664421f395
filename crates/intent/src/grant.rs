//! Roles that were given.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{CloudName, Role};

/// A role that was given to a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grant {
    /// A role within one cloud.
    In(CloudName, Role),
    /// Administrator of the installation.
    Installation,
}

impl Grant {
    /// Finds a grant by its word: `author@shop`, or `administrator`.
    pub fn named(word: &str) -> Option<Self> {
        match word.split_once('@') {
            None => (word == Role::Administrator.word()).then_some(Self::Installation),
            Some((role, cloud)) => {
                let role = Role::named(role).filter(|role| *role != Role::Administrator)?;
                Some(Self::In(CloudName::read(cloud).ok()?, role))
            }
        }
    }

    /// Puts grants into a phrase: "author and reviewer in shop, administrator".
    pub fn phrase<'a>(grants: impl IntoIterator<Item = &'a Self>) -> String {
        let mut clouds: Vec<(&CloudName, Vec<&str>)> = Vec::new();
        let mut administers = false;
        for grant in grants {
            match grant {
                Self::Installation => administers = true,
                Self::In(cloud, role) => match clouds.iter_mut().find(|(c, _)| *c == cloud) {
                    Some((_, words)) => words.push(role.word()),
                    None => clouds.push((cloud, vec![role.word()])),
                },
            }
        }
        let mut phrases: Vec<String> = clouds
            .into_iter()
            .map(|(cloud, words)| format!("{} in {cloud}", words.join(" and ")))
            .collect();
        if administers {
            phrases.push(Role::Administrator.word().into());
        }
        if phrases.is_empty() {
            "no role yet".into()
        } else {
            phrases.join(", ")
        }
    }
}

/// The word for it, in forms and where it is stored.
impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::In(cloud, role) => write!(f, "{role}@{cloud}"),
            Self::Installation => f.write_str(Role::Administrator.word()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> CloudName {
        CloudName::read("shop").unwrap()
    }

    #[test]
    fn every_grant_is_found_by_its_word() {
        for role in Role::ALL {
            let grant = match role {
                Role::Administrator => Grant::Installation,
                role => Grant::In(shop(), role),
            };
            assert_eq!(Grant::named(&grant.to_string()), Some(grant));
        }
        for word in [
            "",
            "author",
            "root@shop",
            "administrator@shop",
            "author@Shop",
            "author@a@b",
        ] {
            assert_eq!(Grant::named(word), None, "{word}");
        }
    }

    #[test]
    fn grants_read_as_a_phrase() {
        assert_eq!(Grant::phrase(&[]), "no role yet");
        assert_eq!(Grant::phrase(&[Grant::Installation]), "administrator");
        assert_eq!(
            Grant::phrase(&[
                Grant::In(shop(), Role::Author),
                Grant::In(shop(), Role::Operator),
                Grant::Installation
            ]),
            "author and operator in shop, administrator"
        );
    }
}
