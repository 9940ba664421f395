//! Is it still them?

use intent::{Act, Actor, Password, Verb};

use crate::{Engine, Error, Result, guesses::Key};

impl Engine {
    /// How long the record is now. Read before somebody is asked who they are, and kept with their session
    /// as [`store::AS_OF`]: what ends their sessions meanwhile ends that one too.
    pub async fn as_of(&self) -> Result<i64> {
        Ok(self.store.as_of().await?)
    }

    /// Checks that it is still whoever signed in. In a demo, the word of a ready account is enough.
    pub async fn prove(&self, actor: &Actor, password: String) -> Result<()> {
        let account = self.store.account(actor.name.as_str()).await?;
        let act = Act::by(actor, Verb::Proved);
        let Some(hash) = account.password else {
            return if self.demo {
                Ok(self.store.record(&act).await?)
            } else {
                let says = "This account signs in without a password; sign out and in again.";
                Err(Error::Denied(says.into()))
            };
        };
        let counted = [Key::Person(actor.person.0)];
        self.attempt(&counted)?;
        let typed = Password::typed(password);
        if !self.hashing.is(typed, Some(hash)).await? {
            return Err(Error::field("proof", "This is not your password."));
        }
        self.guesses.succeeded(&counted);
        Ok(self.store.record(&act).await?)
    }
}
