//! The first administrator comes in by a link that works once.

use intent::{Act, Grant, Origin, Password, PersonId, PersonName, Verb};
use sha2::{Digest, Sha256};
use store::NewPerson;

use crate::{Engine, Error, Result};

/// How long the link works: 15 minutes, in milliseconds.
const VALID: i64 = 15 * 60_000;

impl Engine {
    /// Makes the token of a link for an administrator, if there is none yet; in the demo, always.
    /// Earlier links stop working.
    pub async fn offer_link(&self) -> Result<Option<String>> {
        if !self.demo && self.store.has_administrator().await? {
            return Ok(None);
        }
        let token = token()?;
        let expires = self.store.clock.now().plus(VALID);
        self.store.put_link(&key(&token), expires).await?;
        Ok(Some(token))
    }

    /// Says whether a link can still be used.
    pub async fn link_works(&self, token: &str) -> Result<bool> {
        Ok(self.store.has_link(&key(token)).await?)
    }

    /// Makes an administrator of whoever holds the link.
    pub async fn accept_link(
        &self,
        token: &str,
        name: &str,
        password: String,
        again: &str,
        origin: &Origin,
    ) -> Result<PersonId> {
        let same = password == again;
        let (name, password) = match (
            PersonName::read("name", name),
            Password::chosen("password", password, name),
        ) {
            (Ok(name), Ok(password)) if same => (name, password),
            (Ok(_), Ok(_)) => {
                return Err(Error::field("again", "The two passwords differ."));
            }
            (name, password) => {
                let objections = [name.err(), password.err()].into_iter().flatten();
                return Err(Error::Rejected(objections.collect()));
            }
        };
        if !self.link_works(token).await? {
            return Err(Error::NotFound);
        }
        let act = Act {
            person: None,
            name: name.clone(),
            verb: Verb::BecameAdministrator,
            about: String::new(),
            origin: origin.clone(),
        };
        let new = NewPerson {
            name,
            password: Some(self.hashing.hash(password).await?),
            grants: vec![Grant::Installation],
        };
        match self.store.use_link(&key(token), &new, act).await {
            Err(store::Error::Conflict(says)) => Err(Error::field("name", says)),
            other => Ok(other?),
        }
    }
}

fn key(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// 128 bits from the system's generator, as text.
fn token() -> Result<String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|e| Error::Unavailable(format!("the system gives no random numbers: {e}")))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}
