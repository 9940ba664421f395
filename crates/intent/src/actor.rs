//! Who is asking, and what they were given.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{CloudName, Grant, Needs, PersonName};

/// The number of a person. People are counted by it, never by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonId(pub i64);

/// What somebody may do. Each role within a cloud also sees that cloud; nothing else is implied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees a cloud.
    Viewer,
    /// Writes, submits and withdraws.
    Author,
    /// Votes.
    Reviewer,
    /// Rolls out, rolls back, restores and stops.
    Operator,
    /// Keeps people, roles, clouds, sites and rules of the whole installation.
    Administrator,
}

impl Role {
    /// All roles, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::Viewer,
        Self::Author,
        Self::Reviewer,
        Self::Operator,
        Self::Administrator,
    ];

    /// The word for it, also where it is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Author => "author",
            Self::Reviewer => "reviewer",
            Self::Operator => "operator",
            Self::Administrator => "administrator",
        }
    }

    /// What someone in this role does, as a sentence.
    pub fn does(self) -> &'static str {
        match self {
            Self::Viewer => "Sees clouds and their services.",
            Self::Author => "Writes intents and submits them.",
            Self::Reviewer => "Approves what others wrote.",
            Self::Operator => "Rolls out what was approved.",
            Self::Administrator => "Keeps people, clouds, sites and rules.",
        }
    }

    /// Finds a role by its word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Where a request came from, for the record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The address of the other end.
    pub address: String,
    /// The number of the request, which logs and error pages show too.
    pub request: String,
}

/// A person as they stand before us in one request. Rights are read afresh for each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Who it is.
    pub person: PersonId,
    /// Their name.
    pub name: PersonName,
    /// What they were given.
    pub grants: Vec<Grant>,
    /// Where they ask from.
    pub origin: Origin,
}

impl Actor {
    /// Says whether the person administers the installation.
    pub fn administers(&self) -> bool {
        self.grants.contains(&Grant::Installation)
    }

    /// Says whether the person has a role in a cloud; any role there makes a viewer.
    pub fn is(&self, role: Role, cloud: &CloudName) -> bool {
        self.grants.iter().any(|grant| match grant {
            Grant::In(place, given) => place == cloud && (*given == role || role == Role::Viewer),
            Grant::Installation => role == Role::Administrator,
        })
    }

    /// The clouds the person may see, in order, each once.
    pub fn clouds(&self) -> Vec<&CloudName> {
        let mut clouds: Vec<&CloudName> = self
            .grants
            .iter()
            .filter_map(|grant| match grant {
                Grant::In(cloud, _) => Some(cloud),
                Grant::Installation => None,
            })
            .collect();
        clouds.sort();
        clouds.dedup();
        clouds
    }

    /// Says whether the person has what is needed, in that cloud or, where none is named, in any.
    pub fn has(&self, needs: Needs, cloud: Option<&CloudName>) -> bool {
        match (needs, cloud) {
            (Needs::Nothing | Needs::Person, _) => true,
            (Needs::Administrator, _) => self.administers(),
            (Needs::Role(role), Some(cloud)) => self.is(role, cloud),
            (Needs::Role(role), None) => self.clouds().into_iter().any(|c| self.is(role, c)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(grants: Vec<Grant>) -> Actor {
        Actor {
            person: PersonId(1),
            name: PersonName::known("ada"),
            grants,
            origin: Origin::default(),
        }
    }

    fn shop() -> CloudName {
        CloudName::read("shop").unwrap()
    }

    #[test]
    fn a_role_in_a_cloud_implies_seeing_it_and_nothing_else() {
        for given in [Role::Viewer, Role::Author, Role::Reviewer, Role::Operator] {
            let actor = with(vec![Grant::In(shop(), given)]);
            for asked in Role::ALL {
                let expected = asked == given || asked == Role::Viewer;
                assert_eq!(actor.is(asked, &shop()), expected, "{given} as {asked}");
            }
        }
    }

    #[test]
    fn a_role_counts_in_its_own_cloud_only() {
        let actor = with(vec![Grant::In(shop(), Role::Author)]);
        let other = CloudName::read("bank").unwrap();
        for role in Role::ALL {
            assert!(!actor.is(role, &other), "{role}");
        }
    }

    #[test]
    fn an_administrator_neither_sees_nor_votes_nor_rolls_out() {
        let actor = with(vec![Grant::Installation]);
        for role in [Role::Viewer, Role::Author, Role::Reviewer, Role::Operator] {
            assert!(!actor.is(role, &shop()), "{role}");
        }
        assert!(actor.has(Needs::Administrator, None));
    }

    #[test]
    fn roles_combine() {
        let actor = with(vec![
            Grant::In(shop(), Role::Reviewer),
            Grant::In(shop(), Role::Operator),
            Grant::Installation,
        ]);
        assert!(actor.is(Role::Reviewer, &shop()) && actor.is(Role::Operator, &shop()));
        assert!(!actor.is(Role::Author, &shop()));
        assert!(actor.administers());
        assert_eq!(actor.clouds(), [&shop()]);
    }

    #[test]
    fn every_role_is_found_by_its_word() {
        for role in Role::ALL {
            assert_eq!(Role::named(role.word()), Some(role));
        }
        assert_eq!(Role::named("root"), None);
    }
}
