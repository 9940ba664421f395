//! What may be a password.

use std::fmt;

use crate::Objection;

/// A password as it was typed. It is never shown: not by `Debug`, not in an error, not on the wire back.
pub struct Password(String);

impl Password {
    /// The fewest characters (OWASP ASVS 6.2.1).
    pub const SHORTEST: usize = 8;
    /// The longest, in bytes: far above what people type, and a bound for the work of hashing.
    pub const LONGEST: usize = 1024;

    /// Takes a password that is to be checked against a stored one.
    pub fn typed(text: String) -> Self {
        Self(text)
    }

    /// Takes a password for a new account or in the place of an old one. Any characters may be used;
    /// nothing is cut off and nothing is trimmed.
    pub fn chosen(field: &str, text: String, name: &str) -> Result<Self, Objection> {
        let length = text.chars().count();
        if length < Self::SHORTEST {
            let says = format!(
                "A password has at least {} characters; this one has {length}. Fifteen or more are better.",
                Self::SHORTEST
            );
            return Err(Objection::new(field, says));
        }
        if text.len() > Self::LONGEST {
            let says = format!("A password has at most {} bytes.", Self::LONGEST);
            return Err(Objection::new(field, says));
        }
        if is_guessable(&text, name) {
            return Err(Objection::new(
                field,
                "This password is among the first that are tried. Several words that do not belong together are better.",
            ));
        }
        Ok(Self(text))
    }

    /// The bytes to hash.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// The name, the product, one character over and over, a run of the keyboard, or a word that everyone
/// tries first with digits around it.
fn is_guessable(text: &str, name: &str) -> bool {
    let lower = text.to_lowercase();
    let letters: String = lower.chars().filter(|c| c.is_alphabetic()).collect();
    let name = name.trim().to_lowercase();
    let mut distinct: Vec<char> = lower.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let spelled: String = lower
        .chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            c => c,
        })
        .filter(|c| c.is_alphabetic())
        .collect();
    distinct.len() < 4
        || (!name.is_empty() && (lower == name || letters == name))
        || RUNS.iter().any(|run| run.contains(lower.as_str()))
        || FIRST_TRIED
            .iter()
            .any(|word| [&letters, &spelled].contains(&&word.to_string()))
}

/// Rows of keys and of the alphabet.
const RUNS: &[&str] = &[
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "qazwsxedcrfvtgbyhnujm",
    "1qaz2wsx3edc4rfv5tgb",
];

/// Words that stand at the top of every list of leaked passwords, as letters.
const FIRST_TRIED: &[&str] = &[
    "password",
    "passwort",
    "passw",
    "letmein",
    "iloveyou",
    "welcome",
    "admin",
    "administrator",
    "qwerty",
    "qwertyuiop",
    "monkey",
    "dragon",
    "football",
    "baseball",
    "sunshine",
    "princess",
    "superman",
    "batman",
    "trustnoi",
    "master",
    "login",
    "changeme",
    "secret",
    "default",
    "starwars",
    "whatever",
    "computer",
    "internet",
    "istio",
    "kubernetes",
    "assent",
    "assentassent",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str) -> Result<Password, Objection> {
        Password::chosen("password", text.into(), "margaret")
    }

    #[test]
    fn a_password_has_a_shortest_and_a_longest_length() {
        assert!(chosen("zB4)kd7").is_err());
        assert!(chosen("zB4)kd7ü").is_ok());
        assert!(chosen(&"correct horse ".repeat(70)).is_ok());
        assert!(chosen(&"correct horse ".repeat(80)).is_err());
    }

    #[test]
    fn what_is_tried_first_is_no_password() {
        for text in [
            "password",
            "P@ssw0rd",
            "password123",
            "12345678",
            "qwertyui",
            "aaaaaaaaaa",
            "margaret",
            "Margaret99",
            "letmein!!",
            "admin1234",
            "abcdefgh",
            "1q2w3e4r",
        ] {
            assert!(chosen(text).is_err(), "{text}");
        }
        for text in ["correct horse battery", "staple-7-river", "ö-ß-水-kettle"] {
            assert!(chosen(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_password_is_never_printed() {
        let password = Password::typed("correct horse".into());
        assert_eq!(format!("{password:?}"), "Password(…)");
    }
}
