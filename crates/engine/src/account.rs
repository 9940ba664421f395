//! What people keep of their own: password and sessions.

use intent::{Act, Actor, Password, Verb};
use store::Session;

use crate::{Engine, Error, Result, guesses::Key};

impl Engine {
    /// The open sessions of whoever asks, latest first.
    pub async fn my_sessions(&self, actor: &Actor) -> Result<Vec<Session>> {
        Ok(self.store.sessions(actor.person).await?)
    }

    /// Says whether whoever asks signs in by a password.
    pub async fn has_password(&self, actor: &Actor) -> Result<bool> {
        let account = self.store.account(actor.name.as_str()).await?;
        Ok(account.password.is_some())
    }

    /// Ends one session of whoever asks.
    pub async fn end_session(&self, actor: &Actor, key: &[u8]) -> Result<()> {
        let act = Act::by(actor, Verb::EndedSession);
        Ok(self.store.end_session(key, &act).await?)
    }

    /// Ends all sessions of whoever asks, this one too.
    pub async fn sign_out_everywhere(&self, actor: &Actor) -> Result<()> {
        let act = Act::by(actor, Verb::SignedOutEverywhere);
        Ok(self.store.end_sessions(&act).await?)
    }

    /// Changes the password of whoever asks, and ends their sessions but the one named by `keep`.
    pub async fn change_password(
        &self,
        actor: &Actor,
        current: String,
        new: String,
        again: &str,
        keep: &[u8],
    ) -> Result<()> {
        let account = self.store.account(actor.name.as_str()).await?;
        if account.password.is_none() {
            return Err(Error::Denied(
                "This account signs in without a password; there is none to change.".into(),
            ));
        }
        let same = new == again;
        let chosen = Password::chosen("new", new, actor.name.as_str())
            .map_err(|objection| Error::Rejected(vec![objection]))?;
        if !same {
            return Err(Error::field("again", "The two passwords differ."));
        }
        let counted = [Key::Person(actor.person.0)];
        self.attempt(&counted)?;
        if !self
            .hashing
            .is(Password::typed(current), account.password)
            .await?
        {
            return Err(Error::field("current", "This is not your password."));
        }
        self.guesses.succeeded(&counted);
        let hash = self.hashing.hash(chosen).await?;
        let act = Act::by(actor, Verb::ChangedPassword);
        Ok(self.store.change_password(&hash, keep, &act).await?)
    }
}
