//! Keeping people: who may come in, and what they may do.

use std::collections::BTreeSet;

use intent::{
    Act, Actor, Change, CloudName, FreshLink, Grant, InvitationId, People, Person, PersonId,
    PersonName, ProposalId, Standing, Step, Verb,
};
use store::NewLink;

use crate::{Engine, Error, Result, link};

/// How long the link of an invitation works: 24 hours, in milliseconds.
const VALID: i64 = 24 * 60 * 60_000;

impl Engine {
    /// Everybody and what waits. A link that whoever asks has just made is handed out with it, once.
    pub async fn people(&self, actor: &Actor) -> Result<People> {
        let people = self.store.people().await?;
        let account = self.store.account(actor.name.as_str()).await?;
        Ok(People {
            me: actor.person,
            by_password: account.password.is_some(),
            clouds: self.clouds_with_roles(&people),
            people,
            invitations: self.store.invitations().await?,
            proposals: self.store.proposals().await?,
            link: self.fresh.take(actor.person),
        })
    }

    /// Invites somebody, or proposes to.
    pub async fn invite(&self, actor: &Actor, name: &str, roles: &[String]) -> Result<Step> {
        let name = PersonName::read("name", name).map_err(|o| Error::Rejected(vec![o]))?;
        let people = self.store.people().await?;
        let change = Change {
            person: None,
            name,
            before: Standing::default(),
            after: Standing {
                enabled: true,
                grants: self.grants(&people, roles)?,
            },
        };
        self.change(actor, change).await
    }

    /// Gives somebody these roles in the place of those that whoever asks has `seen`, or proposes to.
    pub async fn change_roles(
        &self,
        actor: &Actor,
        person: PersonId,
        seen: &[String],
        roles: &[String],
    ) -> Result<Step> {
        let people = self.store.people().await?;
        let mut change = concerning(&people, person)?;
        change.before.grants = self.grants(&people, seen)?;
        change.after.grants = self.grants(&people, roles)?;
        self.change(actor, change).await
    }

    /// Disables somebody and ends their sessions, or proposes to.
    pub async fn disable_person(&self, actor: &Actor, person: PersonId) -> Result<Step> {
        let mut change = concerning(&self.store.people().await?, person)?;
        change.after.enabled = false;
        self.change(actor, change).await
    }

    /// Lets somebody who was disabled come in again, or proposes to.
    pub async fn enable_person(&self, actor: &Actor, person: PersonId) -> Result<Step> {
        let mut change = concerning(&self.store.people().await?, person)?;
        change.after.enabled = true;
        self.change(actor, change).await
    }

    /// Accepts what another administrator proposed.
    pub async fn accept_proposal(&self, actor: &Actor, id: ProposalId) -> Result<()> {
        let (token, link) = self.new_link()?;
        let act = Act::by(actor, Verb::ChangedRoles);
        let change = self.store.accept(id, &link, act).await?;
        self.hold(actor, &change, token);
        Ok(())
    }

    /// Declines what another administrator proposed, or takes back what whoever asks proposed.
    pub async fn decline_proposal(&self, actor: &Actor, id: ProposalId) -> Result<()> {
        let act = Act::by(actor, Verb::DeclinedRoles);
        Ok(self.store.decline(id, act).await?)
    }

    /// Takes an invitation back: its link stops working.
    pub async fn revoke_invitation(&self, actor: &Actor, id: InvitationId) -> Result<()> {
        let act = Act::by(actor, Verb::RevokedInvitation);
        Ok(self.store.revoke_invitation(id, act).await?)
    }

    async fn change(&self, actor: &Actor, change: Change) -> Result<Step> {
        let (token, link) = self.new_link()?;
        let act = Act::by(actor, change.verb());
        let step = match self.store.change(&change, &link, act).await {
            Err(store::Error::Conflict(says)) => return Err(Error::field("name", says)),
            step => step?,
        };
        if step == Step::Effect {
            self.hold(actor, &change, token);
        }
        Ok(step)
    }

    /// Holds the link of an invitation until it is shown.
    fn hold(&self, actor: &Actor, change: &Change, token: String) {
        if change.person.is_none() {
            let name = change.name.clone();
            self.fresh.put(actor.person, FreshLink { name, token });
        }
    }

    fn new_link(&self) -> Result<(String, NewLink)> {
        let token = link::token()?;
        let link = NewLink {
            key: link::key(&token),
            expires: self.store.clock.now().plus(VALID),
        };
        Ok((token, link))
    }

    /// The clouds that are watched, and those in which somebody has a role.
    fn clouds_with_roles(&self, people: &[Person]) -> BTreeSet<CloudName> {
        let watched = self
            .fleet
            .clouds()
            .filter_map(|cloud| CloudName::read(&cloud.name).ok());
        let grants = people.iter().flat_map(|person| &person.standing.grants);
        let given = grants.filter_map(|grant| match grant {
            Grant::In(cloud, _) => Some(cloud.clone()),
            Grant::Installation => None,
        });
        watched.chain(given).collect()
    }

    /// Reads roles as the form sends them; only in clouds that are known.
    fn grants(&self, people: &[Person], words: &[String]) -> Result<BTreeSet<Grant>> {
        let clouds = self.clouds_with_roles(people);
        let known = |grant: &Grant| match grant {
            Grant::In(cloud, _) => clouds.contains(cloud),
            Grant::Installation => true,
        };
        words
            .iter()
            .map(|word| Grant::named(word).filter(known))
            .collect::<Option<_>>()
            .ok_or_else(|| {
                Error::field("roles", "One of these roles is not known here; look again.")
            })
    }
}

/// A change to somebody that changes nothing yet.
fn concerning(people: &[Person], person: PersonId) -> Result<Change> {
    let person = people.iter().find(|found| found.id == person);
    let person = person.ok_or(Error::NotFound)?;
    Ok(Change {
        person: Some(person.id),
        name: person.name.clone(),
        before: person.standing.clone(),
        after: person.standing.clone(),
    })
}
