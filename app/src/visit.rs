//! What a document knows from the start: who is here, and where.

use intent::{Actor, CloudName, Grant, Role};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the server knew when it sent the document. It does not change while the document lives:
/// signing in and out load a new one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Who is signed in.
    pub me: Option<Me>,
    /// Whether this is a demo, where roles are taken by one click.
    pub demo: bool,
    /// Whether nobody writes here: no drafts, no votes.
    pub read_only: bool,
    /// The host that was asked, as people know it.
    pub host: String,
    /// The origin under which people reach Assent, for links that leave it.
    pub origin: String,
    /// Who may see the page that was asked for, where whoever asked may not.
    pub refused: Option<String>,
    /// The theme that was chosen; none follows the system.
    pub theme: Option<Theme>,
    /// The number of the request, which the logs know too.
    pub request: String,
    /// The version of Assent.
    pub version: String,
}

/// Whoever is signed in, as their own pages show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Their name.
    pub name: String,
    /// What they were given, as a phrase.
    pub roles: String,
    /// What they were given.
    pub grants: Vec<Grant>,
    /// Whether they have any role at all.
    pub has_role: bool,
    /// Whether they administer the installation.
    pub administers: bool,
    /// The clouds they may see, by name.
    pub clouds: Vec<CloudName>,
}

/// Light or dark, where it does not follow the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The word for it, in the cookie and on the document.
    pub fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Finds a theme by its word; anything else follows the system.
    pub fn named(word: &str) -> Option<Self> {
        [Self::Light, Self::Dark]
            .into_iter()
            .find(|theme| theme.word() == word)
    }
}

impl Me {
    /// Shows somebody to themselves.
    pub fn new(actor: &Actor, clouds: Vec<CloudName>) -> Self {
        Self {
            name: actor.name.to_string(),
            roles: Grant::phrase(&actor.grants),
            grants: actor.grants.clone(),
            has_role: !actor.grants.is_empty(),
            administers: actor.administers(),
            clouds,
        }
    }

    /// Says whether they were given this role in a cloud. Pages hide by it what would be refused.
    pub fn is(&self, role: Role, cloud: &CloudName) -> bool {
        self.grants.iter().any(
            |grant| matches!(grant, Grant::In(place, given) if place == cloud && *given == role),
        )
    }
}

impl Visit {
    /// Says whether whoever is here may write in a cloud in this role.
    pub fn may(&self, role: Role, cloud: &CloudName) -> bool {
        let given = self.me.as_ref().is_some_and(|me| me.is(role, cloud));
        given && !self.read_only
    }
}

/// Hands what the server knows to the pages, on both sides.
pub(crate) fn provide_visit() {
    let visit = SharedValue::new(|| use_context::<Visit>().unwrap_or_default()).into_inner();
    provide_context(visit);
}

/// What the server knew when it sent the document.
pub(crate) fn visit() -> Visit {
    expect_context::<Visit>()
}

#[cfg(test)]
mod tests {
    use intent::{Origin, PersonId, PersonName};

    use super::*;

    fn shop() -> CloudName {
        CloudName::read("shop").unwrap()
    }

    fn author() -> Visit {
        let actor = Actor {
            person: PersonId(1),
            name: PersonName::known("ada"),
            grants: vec![Grant::In(shop(), Role::Author)],
            origin: Origin::default(),
        };
        Visit {
            me: Some(Me::new(&actor, vec![shop()])),
            ..Visit::default()
        }
    }

    #[test]
    fn an_author_writes_in_their_own_cloud_only() {
        let bank = CloudName::read("bank").unwrap();
        assert!(author().may(Role::Author, &shop()));
        assert!(!author().may(Role::Reviewer, &shop()));
        assert!(!author().may(Role::Author, &bank));
        assert!(!Visit::default().may(Role::Author, &shop()));
    }

    #[test]
    fn nobody_writes_where_nothing_is_written() {
        let visit = Visit {
            read_only: true,
            ..author()
        };
        assert!(!visit.may(Role::Author, &shop()));
    }

    #[test]
    fn a_theme_that_nobody_knows_follows_the_system() {
        assert_eq!(Theme::named("dark"), Some(Theme::Dark));
        assert_eq!(Theme::named("system"), None);
        assert_eq!(Theme::named("\"><script>"), None);
    }
}
