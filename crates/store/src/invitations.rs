//! People who may come by a one-time link.

use intent::{Act, Change, Invitation, InvitationId, PersonId, PersonName, Time, Verb};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::{
    Error, NewPerson, Result, Store, audit, people,
    standings::{grants, words},
};

/// The link of an invitation, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// The SHA-256 of its token.
    pub key: [u8; 32],
    /// When it stops working.
    pub expires: Time,
}

impl Store {
    /// The invitations that can still be used, the next to expire first.
    pub async fn invitations(&self) -> Result<Vec<Invitation>> {
        let rows = sqlx::query(
            "select invitations.*, people.name as by_name
             from invitations
             join people on people.id = invitations.invited_by
             where ended is null and expires > ?
             order by expires, invitations.id",
        )
        .bind(self.clock.now().0)
        .fetch_all(&self.read)
        .await?;
        Ok(rows.iter().map(read).collect())
    }

    /// Finds the invitation that a link belongs to, while it can be used.
    pub async fn invitation(&self, key: &[u8]) -> Result<Invitation> {
        let row = sqlx::query(
            "select invitations.*, people.name as by_name
             from invitations
             join people on people.id = invitations.invited_by
             where token = ? and ended is null and expires > ?",
        )
        .bind(key)
        .bind(self.clock.now().0)
        .fetch_optional(&self.read)
        .await?;
        row.as_ref().map(read).ok_or(Error::NotFound)
    }

    /// Uses an invitation up and adds the person who came by it, both or neither. Not found if it was
    /// used, taken back, has expired or never was.
    pub async fn accept_invitation(
        &self,
        key: &[u8],
        password: &str,
        act: Act,
    ) -> Result<PersonId> {
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        let row = sqlx::query(
            "update invitations
             set ended = ?
             where token = ? and ended is null and expires > ?
             returning *, (select name from people where id = invited_by) as by_name",
        )
        .bind(now.0)
        .bind(key)
        .bind(now.0)
        .fetch_optional(&mut *tx)
        .await?;
        let invitation = row.as_ref().map(read).ok_or(Error::NotFound)?;
        let new = NewPerson {
            name: invitation.name.clone(),
            password: Some(password.into()),
            grants: invitation.grants.into_iter().collect(),
        };
        let person = people::add(&mut tx, &new, now).await?;
        let act = Act {
            person: Some(person),
            name: invitation.name,
            verb: Verb::AcceptedInvitation,
            about: format!("invited by {}", invitation.by),
            ..act
        };
        audit::append(&mut tx, &act, now).await?;
        tx.commit().await?;
        Ok(person)
    }

    /// Takes an invitation back.
    pub async fn revoke_invitation(&self, id: InvitationId, act: Act) -> Result<()> {
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        let name: Option<String> = sqlx::query_scalar(
            "update invitations
             set ended = ?
             where id = ? and ended is null
             returning name",
        )
        .bind(now.0)
        .bind(id.0)
        .fetch_optional(&mut *tx)
        .await?;
        let act = Act {
            verb: Verb::RevokedInvitation,
            about: name.ok_or(Error::NotFound)?,
            ..act
        };
        audit::append(&mut tx, &act, now).await?;
        Ok(tx.commit().await?)
    }
}

/// Adds an invitation that the rule allows.
pub(crate) async fn add(
    tx: &mut SqliteConnection,
    change: &Change,
    by: PersonId,
    link: &NewLink,
    now: Time,
) -> Result<()> {
    sqlx::query(
        "insert into invitations (name, key, roles, token, invited_by, invited, expires)
         values (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(change.name.as_str())
    .bind(PersonName::key(change.name.as_str()))
    .bind(words(&change.after.grants))
    .bind(link.key.as_slice())
    .bind(by.0)
    .bind(now.0)
    .bind(link.expires.0)
    .execute(tx)
    .await?;
    Ok(())
}

/// Refuses a name that somebody has or was invited under.
pub(crate) async fn is_free(tx: &mut SqliteConnection, name: &PersonName, now: Time) -> Result<()> {
    let key = PersonName::key(name.as_str());
    let (taken, invited): (bool, bool) = sqlx::query_as(
        "select
            exists (select 1 from people where key = ?),
            exists (select 1 from invitations where key = ? and ended is null and expires > ?)",
    )
    .bind(&key)
    .bind(&key)
    .bind(now.0)
    .fetch_one(tx)
    .await?;
    match (taken, invited) {
        (true, _) => Err(Error::Conflict("This name is taken.")),
        (false, true) => Err(Error::Conflict(
            "Somebody is invited under this name already; revoke that first.",
        )),
        (false, false) => Ok(()),
    }
}

fn read(row: &SqliteRow) -> Invitation {
    Invitation {
        id: InvitationId(row.get("id")),
        name: PersonName::known(row.get::<String, _>("name")),
        grants: grants(row.get("roles")),
        by: PersonName::known(row.get::<String, _>("by_name")),
        expires: Time(row.get("expires")),
    }
}

#[cfg(test)]
mod tests {
    use intent::{Grant, Origin, Standing};

    use super::*;

    fn act() -> Act {
        Act {
            person: Some(PersonId(1)),
            ..Act::unsigned(PersonName::known("ada"), Verb::Invited, &Origin::default())
        }
    }

    /// Ada, who administers, and an invitation for Eve.
    async fn invited(expires: Time) -> Store {
        let store = Store::scratch().await.unwrap();
        let ada = NewPerson {
            name: PersonName::known("ada"),
            password: None,
            grants: vec![Grant::Installation],
        };
        let made = Act {
            person: None,
            ..act()
        };
        store.add_missing(&[ada], &made).await.unwrap();
        let change = Change {
            person: None,
            name: PersonName::known("eve"),
            before: Standing::default(),
            after: Standing {
                enabled: true,
                grants: [Grant::Installation].into(),
            },
        };
        let link = NewLink {
            key: [7; 32],
            expires,
        };
        store.change(&change, &link, act()).await.unwrap();
        store
    }

    #[tokio::test]
    async fn an_invitation_is_used_once_and_gives_what_it_says() {
        let store = invited(Time(i64::MAX)).await;
        let waiting = store.invitation(&[7; 32]).await.unwrap();
        assert_eq!(store.invitations().await.unwrap(), [waiting]);
        let eve = store
            .accept_invitation(&[7; 32], "hash", act())
            .await
            .unwrap();
        let actor = store.actor(eve, Origin::default()).await.unwrap();
        assert!(actor.administers());
        assert!(matches!(
            store.accept_invitation(&[7; 32], "hash", act()).await,
            Err(Error::NotFound)
        ));
        assert_eq!(store.invitations().await.unwrap(), []);
    }

    #[tokio::test]
    async fn an_invitation_that_has_expired_lets_nobody_in() {
        let store = invited(Time(0)).await;
        assert_eq!(store.invitations().await.unwrap(), []);
        assert!(matches!(
            store.accept_invitation(&[7; 32], "hash", act()).await,
            Err(Error::NotFound)
        ));
        assert!(matches!(store.account("eve").await, Err(Error::NotFound)));
    }

    #[tokio::test]
    async fn a_name_taken_meanwhile_leaves_the_invitation_unused() {
        let store = invited(Time(i64::MAX)).await;
        let eve = NewPerson {
            name: PersonName::known("Eve"),
            password: None,
            grants: vec![],
        };
        store.add_missing(&[eve], &act()).await.unwrap();
        assert!(matches!(
            store.accept_invitation(&[7; 32], "hash", act()).await,
            Err(Error::Conflict(_))
        ));
        assert!(store.invitation(&[7; 32]).await.is_ok());
    }
}
