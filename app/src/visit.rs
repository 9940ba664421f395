//! What a document knows from the start: who is here, and where.

use intent::{Actor, Grant};
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
    /// The host that was asked, as people know it.
    pub host: String,
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
    /// Whether they have any role at all.
    pub has_role: bool,
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

impl From<&Actor> for Me {
    fn from(actor: &Actor) -> Self {
        Self {
            name: actor.name.to_string(),
            roles: roles(&actor.grants),
            has_role: !actor.grants.is_empty(),
        }
    }
}

/// Puts roles into a phrase: "author and reviewer in shop, administrator".
fn roles(grants: &[Grant]) -> String {
    let mut phrases: Vec<String> = Vec::new();
    let mut clouds: Vec<&intent::CloudName> = Vec::new();
    for grant in grants {
        if let Grant::In(cloud, _) = grant
            && !clouds.contains(&cloud)
        {
            clouds.push(cloud);
        }
    }
    for cloud in clouds {
        let words: Vec<&str> = grants
            .iter()
            .filter_map(|grant| match grant {
                Grant::In(place, role) if place == cloud => Some(role.word()),
                _ => None,
            })
            .collect();
        phrases.push(format!("{} in {cloud}", words.join(" and ")));
    }
    if grants.contains(&Grant::Installation) {
        phrases.push("administrator".into());
    }
    if phrases.is_empty() {
        "no role yet".into()
    } else {
        phrases.join(", ")
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
    use intent::{CloudName, Role};

    use super::*;

    #[test]
    fn roles_read_as_a_phrase() {
        let shop = CloudName::read("shop").unwrap();
        assert_eq!(roles(&[]), "no role yet");
        assert_eq!(roles(&[Grant::Installation]), "administrator");
        assert_eq!(
            roles(&[
                Grant::In(shop.clone(), Role::Author),
                Grant::In(shop, Role::Operator),
                Grant::Installation
            ]),
            "author and operator in shop, administrator"
        );
    }

    #[test]
    fn a_theme_that_nobody_knows_follows_the_system() {
        assert_eq!(Theme::named("dark"), Some(Theme::Dark));
        assert_eq!(Theme::named("system"), None);
        assert_eq!(Theme::named("\"><script>"), None);
    }
}
