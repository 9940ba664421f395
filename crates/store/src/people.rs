//! People and what they were given.

use intent::{Act, Actor, CloudName, Grant, Origin, PersonId, PersonName, Role, Time};
use sqlx::{Row, SqliteConnection};

use crate::{Error, Result, Store, audit, sessions};

/// What signing in needs to know of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Who it is.
    pub person: PersonId,
    /// Their name as it is shown.
    pub name: PersonName,
    /// The hash of the password; none where nobody signs in by password.
    pub password: Option<String>,
}

/// A person who is to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// Their name.
    pub name: PersonName,
    /// The hash of their password.
    pub password: Option<String>,
    /// What they are given.
    pub grants: Vec<Grant>,
}

impl Store {
    /// Finds the account that signs in under a name, unless it is disabled.
    pub async fn account(&self, name: &str) -> Result<Account> {
        let row = sqlx::query(
            "select id, name, password
             from people
             where key = ? and disabled = 0",
        )
        .bind(PersonName::key(name))
        .fetch_optional(&self.read)
        .await?
        .ok_or(Error::NotFound)?;
        Ok(Account {
            person: PersonId(row.get("id")),
            name: PersonName::known(row.get::<String, _>("name")),
            password: row.get("password"),
        })
    }

    /// Reads who somebody is and what they may do now; not found if they are disabled.
    pub async fn actor(&self, person: PersonId, origin: Origin) -> Result<Actor> {
        let rows = sqlx::query(
            "select people.name, grants.role, grants.cloud
             from people
             left join grants on grants.person = people.id
             where people.id = ? and people.disabled = 0
             order by grants.cloud, grants.role",
        )
        .bind(person.0)
        .fetch_all(&self.read)
        .await?;
        let name = rows
            .first()
            .ok_or(Error::NotFound)?
            .get::<String, _>("name");
        Ok(Actor {
            person,
            name: PersonName::known(name),
            grants: rows
                .iter()
                .filter_map(|row| grant(row.get("role"), row.get("cloud")))
                .collect(),
            origin,
        })
    }

    /// Says whether anybody administers the installation.
    pub async fn has_administrator(&self) -> Result<bool> {
        let found = sqlx::query_scalar(
            "select exists (
                select 1
                from grants
                join people on people.id = grants.person
                where grants.role = 'administrator' and people.disabled = 0)",
        )
        .fetch_one(&self.read)
        .await?;
        Ok(found)
    }

    /// Makes this the database of a demo with these people, those of them who are not there yet. Refused
    /// where people are already who came in otherwise.
    pub async fn prepare_demo(&self, people: &[NewPerson], act: &Act) -> Result<()> {
        let mut tx = self.begin().await?;
        let marked = sqlx::query(
            "update instance
             set demo = 1, installation = 'demo'
             where demo = 1 or not exists (select 1 from people)",
        )
        .execute(&mut *tx)
        .await?;
        if marked.rows_affected() == 0 {
            return Err(Error::Unfit(
                "--demo would let everyone in as the people of this data folder; leave it out, or choose another \
                 folder with --data."
                    .into(),
            ));
        }
        add_all(&mut tx, people, act, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Refuses the database of a demo: whoever came in there showed nothing.
    pub async fn is_no_demo(&self) -> Result<()> {
        let demo: bool = sqlx::query_scalar("select demo from instance")
            .fetch_one(&self.read)
            .await?;
        if demo {
            return Err(Error::Unfit(
                "this data folder belongs to a demo, whose people need no password; start with --demo, or choose \
                 another folder with --data."
                    .into(),
            ));
        }
        Ok(())
    }

    /// Adds people who are not there yet, and leaves those who are as they are.
    pub async fn add_missing(&self, people: &[NewPerson], act: &Act) -> Result<()> {
        let mut tx = self.begin().await?;
        add_all(&mut tx, people, act, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Puts a new password in the place of the old one and ends all sessions of that person but one.
    pub async fn change_password(&self, hash: &str, keep: &[u8], act: &Act) -> Result<()> {
        let person = act.person.ok_or(Error::NotFound)?;
        let mut tx = self.begin().await?;
        sqlx::query("update people set password = ? where id = ?")
            .bind(hash)
            .bind(person.0)
            .execute(&mut *tx)
            .await?;
        sessions::end_all(&mut tx, person, Some(keep)).await?;
        audit::append(&mut tx, act, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }
}

/// Adds people who are not there yet, and records it if there were any.
async fn add_all(
    tx: &mut SqliteConnection,
    people: &[NewPerson],
    act: &Act,
    now: Time,
) -> Result<()> {
    let mut added = false;
    for new in people {
        match add(tx, new, now).await {
            Ok(_) => added = true,
            Err(Error::Conflict(_)) => {}
            Err(other) => return Err(other),
        }
    }
    if added {
        audit::append(tx, act, now).await?;
    }
    Ok(())
}

/// Adds a person; a conflict if the name is taken.
pub(crate) async fn add(tx: &mut SqliteConnection, new: &NewPerson, now: Time) -> Result<PersonId> {
    let id: Option<i64> = sqlx::query_scalar(
        "insert into people (name, key, password, created)
         values (?, ?, ?, ?)
         on conflict do nothing
         returning id",
    )
    .bind(new.name.as_str())
    .bind(PersonName::key(new.name.as_str()))
    .bind(&new.password)
    .bind(now.0)
    .fetch_optional(&mut *tx)
    .await?;
    let id = id.ok_or(Error::Conflict("This name is taken."))?;
    for given in &new.grants {
        give(tx, PersonId(id), given, now).await?;
    }
    Ok(PersonId(id))
}

/// Gives a role.
pub(crate) async fn give(
    tx: &mut SqliteConnection,
    person: PersonId,
    given: &Grant,
    now: Time,
) -> Result<()> {
    let (role, cloud) = columns(given);
    sqlx::query("insert into grants (person, role, cloud, since) values (?, ?, ?, ?)")
        .bind(person.0)
        .bind(role)
        .bind(cloud)
        .bind(now.0)
        .execute(tx)
        .await?;
    Ok(())
}

/// A grant as it is kept.
pub(crate) fn columns(grant: &Grant) -> (&'static str, &str) {
    match grant {
        Grant::In(cloud, role) => (role.word(), cloud.as_str()),
        Grant::Installation => (Role::Administrator.word(), ""),
    }
}

/// Reads a grant; one that this version does not know gives nothing.
fn grant(role: Option<String>, cloud: Option<String>) -> Option<Grant> {
    let (role, cloud) = (Role::named(&role?)?, cloud?);
    if role == Role::Administrator {
        Some(Grant::Installation)
    } else {
        Some(Grant::In(CloudName::read(&cloud).ok()?, role))
    }
}

#[cfg(test)]
mod tests {
    use intent::Verb;

    use super::*;

    fn act(verb: Verb, person: Option<PersonId>) -> Act {
        Act {
            person,
            ..Act::unsigned(PersonName::known("assent"), verb, &Origin::default())
        }
    }

    fn author() -> NewPerson {
        NewPerson {
            name: PersonName::known("Ada"),
            password: Some("hash".into()),
            grants: vec![
                Grant::Installation,
                Grant::In(CloudName::read("shop").unwrap(), Role::Author),
            ],
        }
    }

    #[tokio::test]
    async fn a_person_is_found_under_any_spelling_of_the_name() {
        let store = Store::scratch().await.unwrap();
        store
            .add_missing(&[author()], &act(Verb::PreparedDemo, None))
            .await
            .unwrap();
        let found = store.account(" aDA ").await.unwrap();
        assert_eq!(found.name.as_str(), "Ada");
        assert!(matches!(store.account("adam").await, Err(Error::NotFound)));
    }

    #[tokio::test]
    async fn rights_are_read_as_they_were_given() {
        let store = Store::scratch().await.unwrap();
        store
            .add_missing(&[author()], &act(Verb::PreparedDemo, None))
            .await
            .unwrap();
        let person = store.account("ada").await.unwrap().person;
        let actor = store.actor(person, Origin::default()).await.unwrap();
        assert_eq!(actor.grants, author().grants);
        assert!(store.has_administrator().await.unwrap());
    }

    #[tokio::test]
    async fn a_disabled_person_is_nobody() {
        let store = Store::scratch().await.unwrap();
        store
            .add_missing(&[author()], &act(Verb::PreparedDemo, None))
            .await
            .unwrap();
        let person = store.account("ada").await.unwrap().person;
        sqlx::query("update people set disabled = 1")
            .execute(&store.write)
            .await
            .unwrap();
        assert!(matches!(store.account("ada").await, Err(Error::NotFound)));
        assert!(matches!(
            store.actor(person, Origin::default()).await,
            Err(Error::NotFound)
        ));
        assert!(!store.has_administrator().await.unwrap());
    }

    #[tokio::test]
    async fn a_demo_and_real_use_never_share_a_database() {
        let act = act(Verb::PreparedDemo, None);
        let demo = Store::scratch().await.unwrap();
        demo.is_no_demo().await.unwrap();
        for _start in 0..2 {
            demo.prepare_demo(&[author()], &act).await.unwrap();
        }
        let refused = demo.is_no_demo().await.unwrap_err();
        assert!(refused.to_string().contains("start with --demo"));

        let real = Store::scratch().await.unwrap();
        real.add_missing(&[author()], &act).await.unwrap();
        let refused = real.prepare_demo(&[], &act).await.unwrap_err();
        assert!(refused.to_string().contains("leave it out"));
        real.is_no_demo().await.unwrap();
    }

    #[tokio::test]
    async fn people_who_are_there_are_left_as_they_are() {
        let store = Store::scratch().await.unwrap();
        store
            .add_missing(&[author()], &act(Verb::PreparedDemo, None))
            .await
            .unwrap();
        let again = NewPerson {
            password: None,
            grants: vec![],
            ..author()
        };
        store
            .add_missing(&[again], &act(Verb::PreparedDemo, None))
            .await
            .unwrap();
        assert_eq!(
            store.account("ada").await.unwrap().password,
            Some("hash".into())
        );
        assert_eq!(store.acts(9).await.unwrap().len(), 1);
    }
}
