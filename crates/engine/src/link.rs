//! People come in by links that work once: the first administrator, and whoever was invited.

use intent::{Act, Grant, Origin, Password, PersonId, PersonName, Verb, Welcome};
use sha2::{Digest, Sha256};
use store::NewPerson;

use crate::{Engine, Error, Result};

/// How long the link of the first administrator works: 15 minutes, in milliseconds.
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

    /// Says what a link makes of whoever holds it; nothing, if it cannot be used.
    pub async fn welcome(&self, token: &str) -> Result<Option<Welcome>> {
        if self.link_works(token).await? {
            return Ok(Some(Welcome::Administrator));
        }
        match self.store.invitation(&key(token)).await {
            Ok(invitation) => Ok(Some(Welcome::Invited(invitation))),
            Err(store::Error::NotFound) => Ok(None),
            Err(other) => Err(other.into()),
        }
    }

    /// Adds whoever was invited, with the name and the roles of the invitation.
    pub async fn accept_invitation(
        &self,
        token: &str,
        password: String,
        again: &str,
        origin: &Origin,
    ) -> Result<PersonId> {
        let invitation = self.store.invitation(&key(token)).await.map_err(spent)?;
        let same = password == again;
        let password = Password::chosen("password", password, invitation.name.as_str())
            .map_err(|objection| Error::Rejected(vec![objection]))?;
        if !same {
            return Err(Error::field("again", "The two passwords differ."));
        }
        let hash = self.hashing.hash(password).await?;
        let act = Act::unsigned(invitation.name, Verb::AcceptedInvitation, origin);
        let accepted = self.store.accept_invitation(&key(token), &hash, act).await;
        accepted.map_err(spent)
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
            return Err(spent(store::Error::NotFound));
        }
        let act = Act::unsigned(name.clone(), Verb::BecameAdministrator, origin);
        let new = NewPerson {
            name,
            password: Some(self.hashing.hash(password).await?),
            grants: vec![Grant::Installation],
        };
        match self.store.use_link(&key(token), &new, act).await {
            Err(store::Error::Conflict(says)) => Err(Error::field("name", says)),
            other => other.map_err(spent),
        }
    }
}

/// Says to whoever came too late that the link is the reason.
fn spent(error: store::Error) -> Error {
    match error {
        store::Error::NotFound => {
            Error::Denied("This link does not work any more. Ask for a new one.".into())
        }
        other => other.into(),
    }
}

/// What is kept of a token.
pub(crate) fn key(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// 128 bits from the system's generator, as text.
pub(crate) fn token() -> Result<String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|e| Error::Unavailable(format!("the system gives no random numbers: {e}")))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}
