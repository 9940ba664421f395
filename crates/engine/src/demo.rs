//! One ready account per role, for a demo on this machine.

use intent::{Act, CloudName, Grant, Origin, PersonId, PersonName, Role, Verb};
use store::NewPerson;

use crate::{Engine, Error, Result};

/// The logical cloud of the demo.
const CLOUD: &str = "shop";

impl Engine {
    /// Makes the engine a demo: adds the accounts that are missing and lets people in by one click. Refused
    /// where the store has people of its own.
    pub async fn into_demo(mut self) -> Result<Self> {
        let people: Vec<NewPerson> = Role::ALL.into_iter().map(account).collect::<Result<_>>()?;
        let name = PersonName::known("assent");
        let act = Act::unsigned(name, Verb::PreparedDemo, &Origin::default());
        self.store.prepare_demo(&people, &act).await?;
        self.demo = true;
        Ok(self)
    }

    /// Says whether this is a demo.
    pub fn is_demo(&self) -> bool {
        self.demo
    }

    /// Lets somebody in as one of the ready accounts. Only in a demo.
    pub async fn enter_demo(&self, role: Role, origin: &Origin) -> Result<PersonId> {
        if !self.demo {
            return Err(Error::NotFound);
        }
        let account = self.store.account(role.word()).await?;
        if account.password.is_some() {
            return Err(Error::Denied(format!(
                "The name {role} belongs to somebody with a password; sign in with it."
            )));
        }
        self.signed_in(account.person, account.name, origin).await
    }
}

/// The account named after a role.
fn account(role: Role) -> Result<NewPerson> {
    let cloud = CloudName::read(CLOUD).map_err(Error::Unavailable)?;
    let grant = match role {
        Role::Administrator => Grant::Installation,
        role => Grant::In(cloud, role),
    };
    Ok(NewPerson {
        name: PersonName::known(role.word()),
        password: None,
        grants: vec![grant],
    })
}
