//! Names of people.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_security::{GeneralSecurityProfile, RestrictionLevel, RestrictionLevelDetection};

use crate::Objection;

/// The name under which a person signs in and is shown.
///
/// Two names that look alike are one name: compared by [`PersonName::key`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonName(String);

impl PersonName {
    /// The longest name, in characters.
    pub const LONGEST: usize = 64;

    /// Reads a name as it was typed: blanks around it do not count.
    pub fn read(field: &str, typed: &str) -> Result<Self, Objection> {
        let name: String = typed.trim().nfkc().collect();
        if name.is_empty() {
            return Err(Objection::new(field, "A name is needed."));
        }
        if name.chars().count() > Self::LONGEST {
            let says = format!("A name has at most {} characters.", Self::LONGEST);
            return Err(Objection::new(field, says));
        }
        if let Some(c) = name.chars().find(|c| !is_plain(*c)) {
            return Err(Objection::new(field, refuses(c)));
        }
        if mixes_scripts(&name) {
            let says = "A name keeps to the letters of one script; these look alike in several.";
            return Err(Objection::new(field, says));
        }
        Ok(Self(name))
    }

    /// Takes a name that was read before, from our own records.
    pub fn known(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The form in which names are compared: NFKC, lower case, without blanks around it.
    ///
    /// Works on anything typed, so that a name that could never exist is counted like one that does.
    pub fn key(typed: &str) -> String {
        typed
            .trim()
            .nfkc()
            .flat_map(char::to_lowercase)
            .take(Self::LONGEST)
            .collect()
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Letters, digits and what addresses and account names are made of; nothing that hides or turns text.
fn is_plain(c: char) -> bool {
    is_letter(c) || matches!(c, '.' | '-' | '_' | '@' | '+')
}

/// Letters and digits that are seen and in use today: Unicode Technical Standard 39, General Security Profile.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && c.identifier_allowed()
}

/// Whether letters of scripts stand together that no language writes together: above the level that UTS 39
/// calls highly restrictive.
fn mixes_scripts(name: &str) -> bool {
    let letters: String = name.chars().filter(|c| is_letter(*c)).collect();
    !letters.check_restriction_level(RestrictionLevel::HighlyRestrictive)
}

fn refuses(c: char) -> String {
    if c.is_whitespace() {
        "A name has no blanks; a dot or a dash joins its parts.".into()
    } else if c.is_control() || !c.is_ascii() {
        format!("A name cannot hold the character U+{:04X}.", c as u32)
    } else {
        format!("A name cannot hold “{c}”. Letters, digits, and . - _ @ + can be used.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_are_one_name() {
        assert_eq!(PersonName::key(" Ada "), PersonName::key("ada"));
        assert_eq!(PersonName::key("ＡＤＡ"), PersonName::key("ada"));
        assert_ne!(PersonName::key("ada"), PersonName::key("adb"));
    }

    #[test]
    fn a_name_that_hides_something_is_refused() {
        for typed in ["ada\u{202e}", "a\u{200b}da", "a da", "a<b", "", "  "] {
            assert!(PersonName::read("name", typed).is_err(), "{typed:?}");
        }
        for typed in ["ada", "Ada.Lovelace", "ada@example.com", "Åsa-2"] {
            assert!(PersonName::read("name", typed).is_ok(), "{typed:?}");
        }
    }

    #[test]
    fn letters_that_are_not_seen_are_refused() {
        for c in [
            '\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}', '\u{34f}', '\u{ad}', '\u{200d}',
            '\u{fe0f}',
        ] {
            let typed = format!("ada{c}");
            assert!(
                PersonName::read("name", &typed).is_err(),
                "U+{:04X}",
                c as u32
            );
        }
    }

    #[test]
    fn a_name_does_not_mix_scripts_that_look_alike() {
        for typed in ["\u{430}da", "ad\u{430}", "\u{3b1}da"] {
            assert!(PersonName::read("name", typed).is_err(), "{typed:?}");
        }
        for typed in ["ада", "αδα", "山田花子", "김철수", "7", "@+"] {
            assert!(PersonName::read("name", typed).is_ok(), "{typed:?}");
        }
    }

    #[test]
    fn a_name_has_a_longest_length() {
        assert!(PersonName::read("name", &"a".repeat(64)).is_ok());
        assert!(PersonName::read("name", &"a".repeat(65)).is_err());
    }
}
