//! People, as whoever keeps them sees them.

use std::collections::BTreeSet;

use mesh::Time;
use serde::{Deserialize, Serialize};

use crate::{CloudName, Grant, PersonId, PersonName, Proposal};

/// What somebody has: whether they may come in, and their roles. Nobody has neither.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Whether they may come in.
    pub enabled: bool,
    /// Their roles.
    pub grants: BTreeSet<Grant>,
}

impl Standing {
    /// Says whether somebody with this administers the installation.
    pub fn administers(&self) -> bool {
        self.enabled && self.grants.contains(&Grant::Installation)
    }
}

/// Somebody who has an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who it is.
    pub id: PersonId,
    /// Their name.
    pub name: PersonName,
    /// What they have.
    pub standing: Standing,
    /// When their account was made.
    pub since: Time,
    /// When they last did something here; none if they never came.
    pub seen: Option<Time>,
}

/// The number of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationId(pub i64);

/// Somebody who may still come by a one-time link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Which one it is.
    pub id: InvitationId,
    /// The name they will have.
    pub name: PersonName,
    /// The roles they will have.
    pub grants: BTreeSet<Grant>,
    /// Who invited them.
    pub by: PersonName,
    /// When the link stops working.
    pub expires: Time,
}

/// What a one-time link makes of whoever holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Welcome {
    /// The first administrator.
    Administrator,
    /// The person who was invited.
    Invited(Invitation),
}

/// A link that was just made: shown once to whoever made it, kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreshLink {
    /// Whom it is for.
    pub name: PersonName,
    /// What stands in its address.
    pub token: String,
}

/// Everybody, and what waits: the page on which they are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// Who is looking.
    pub me: PersonId,
    /// Whether whoever is looking signs in by password.
    pub by_password: bool,
    /// Everybody with an account, by name.
    pub people: Vec<Person>,
    /// Everybody who was invited and has not come yet.
    pub invitations: Vec<Invitation>,
    /// Changes that wait for consent.
    pub proposals: Vec<Proposal>,
    /// The clouds in which roles can be given.
    pub clouds: BTreeSet<CloudName>,
    /// The link that whoever is looking has just made.
    pub link: Option<FreshLink>,
}

impl People {
    /// Whoever administers the installation now.
    pub fn administrators(&self) -> BTreeSet<PersonId> {
        let administering = self.people.iter().filter(|p| p.standing.administers());
        administering.map(|person| person.id).collect()
    }

    /// What somebody has now; nothing, where they have no account.
    pub fn standing(&self, person: Option<PersonId>) -> Standing {
        let found = self.people.iter().find(|p| Some(p.id) == person);
        found.map(|p| p.standing.clone()).unwrap_or_default()
    }
}
