//! Who is it?

use intent::{Act, Actor, Origin, Password, PersonId, PersonName, Verb};

use crate::{Engine, Error, Result, guesses::Key};

impl Engine {
    /// Reads who somebody is and what they may do, afresh.
    pub async fn actor(&self, person: PersonId, origin: Origin) -> Result<Actor> {
        Ok(self.store.actor(person, origin).await?)
    }

    /// Checks a name and a password. Whether the name or the password was wrong is never said.
    pub async fn sign_in(&self, name: &str, password: String, origin: &Origin) -> Result<PersonId> {
        let key = PersonName::key(name);
        let counted = Key::of(&key, &origin.address);
        self.attempt(&counted)?;

        let account = match self.store.account(name).await {
            Ok(account) => Some(account),
            Err(store::Error::NotFound) => None,
            Err(other) => return Err(other.into()),
        };
        let hash = account.as_ref().and_then(|a| a.password.clone());
        let right = self.hashing.is(Password::typed(password), hash).await?;
        match account.filter(|_| right) {
            Some(account) => {
                self.guesses.succeeded(&counted);
                self.signed_in(account.person, account.name, origin).await
            }
            None => {
                let act = Act::unsigned(PersonName::known(key), Verb::FailedToSignIn, origin);
                self.store.record(&act).await?;
                Err(Error::field(
                    "password",
                    "This name and password do not belong together.",
                ))
            }
        }
    }

    /// Counts an attempt at a password, or says when the next one may be made.
    pub(crate) fn attempt(&self, counted: &[Key]) -> Result<()> {
        self.guesses
            .attempt(counted, self.store.clock.now())
            .map_err(|wait| Error::TooMany {
                seconds: wait.unsigned_abs().div_ceil(1000),
            })
    }

    /// Writes down that somebody came in.
    pub(crate) async fn signed_in(
        &self,
        person: PersonId,
        name: PersonName,
        origin: &Origin,
    ) -> Result<PersonId> {
        let act = Act {
            person: Some(person),
            ..Act::unsigned(name, Verb::SignedIn, origin)
        };
        self.store.record(&act).await?;
        Ok(person)
    }

    /// Writes down that somebody left.
    pub async fn signed_out(&self, actor: &Actor) -> Result<()> {
        let act = Act::by(actor, Verb::SignedOut);
        Ok(self.store.record(&act).await?)
    }
}
