//! One-time links.

use intent::{Act, PersonId, Time, Verb};

use crate::{Error, NewPerson, Result, Store, audit, people};

impl Store {
    /// Puts a link in the place of all earlier ones that were not used. The key is the SHA-256 of its token.
    pub async fn put_link(&self, key: &[u8], expires: Time) -> Result<()> {
        let mut tx = self.begin().await?;
        sqlx::query("delete from links where used is null")
            .execute(&mut *tx)
            .await?;
        sqlx::query("insert into links (key, expires) values (?, ?)")
            .bind(key)
            .bind(expires.0)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Says whether a link can still be used.
    pub async fn has_link(&self, key: &[u8]) -> Result<bool> {
        let found = sqlx::query_scalar(
            "select exists (
                select 1
                from links
                where key = ? and used is null and expires > ?)",
        )
        .bind(key)
        .bind(self.clock.now().0)
        .fetch_one(&self.read)
        .await?;
        Ok(found)
    }

    /// Uses a link up and adds the person who came by it, both or neither. Not found if the link was
    /// used, has expired or never was, or if somebody administers already.
    pub async fn use_link(&self, key: &[u8], new: &NewPerson, act: Act) -> Result<PersonId> {
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        let used = sqlx::query(
            "update links
             set used = ?
             where key = ? and used is null and expires > ?",
        )
        .bind(now.0)
        .bind(key)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        if used.rows_affected() == 0 {
            return Err(Error::NotFound);
        }
        // Somebody may have become administrator since the link was made; only in a demo that is no matter.
        let closed: bool = sqlx::query_scalar(
            "select not demo and exists (
                select 1
                from grants
                join people on people.id = grants.person
                where grants.role = 'administrator' and people.disabled = 0)
             from instance",
        )
        .fetch_one(&mut *tx)
        .await?;
        if closed {
            return Err(Error::NotFound);
        }
        let person = people::add(&mut tx, new, now).await?;
        let act = Act {
            person: Some(person),
            verb: Verb::BecameAdministrator,
            ..act
        };
        audit::append(&mut tx, &act, now).await?;
        tx.commit().await?;
        Ok(person)
    }
}

#[cfg(test)]
mod tests {
    use intent::{Grant, Origin, PersonName};

    use super::*;

    fn new(name: &str) -> (NewPerson, Act) {
        let name = PersonName::known(name);
        let new = NewPerson {
            name: name.clone(),
            password: None,
            grants: vec![Grant::Installation],
        };
        let act = Act::unsigned(name, Verb::BecameAdministrator, &Origin::default());
        (new, act)
    }

    #[tokio::test]
    async fn a_link_is_used_once() {
        let store = Store::scratch().await.unwrap();
        store
            .put_link(b"key", store.clock.now().plus(60_000))
            .await
            .unwrap();
        let (ada, act) = new("ada");
        store.use_link(b"key", &ada, act).await.unwrap();
        assert!(!store.has_link(b"key").await.unwrap());
        let (eve, act) = new("eve");
        assert!(matches!(
            store.use_link(b"key", &eve, act).await,
            Err(Error::NotFound)
        ));
        assert!(matches!(store.account("eve").await, Err(Error::NotFound)));
    }

    #[tokio::test]
    async fn a_link_that_has_expired_lets_nobody_in() {
        let store = Store::scratch().await.unwrap();
        store.put_link(b"key", store.clock.now()).await.unwrap();
        let (ada, act) = new("ada");
        assert!(!store.has_link(b"key").await.unwrap());
        assert!(matches!(
            store.use_link(b"key", &ada, act).await,
            Err(Error::NotFound)
        ));
    }

    #[tokio::test]
    async fn a_name_that_is_taken_leaves_the_link_unused() {
        let store = Store::scratch().await.unwrap();
        let (ada, act) = new("ada");
        let taken = NewPerson {
            grants: vec![],
            ..ada.clone()
        };
        store.add_missing(&[taken], &act).await.unwrap();
        store
            .put_link(b"key", store.clock.now().plus(60_000))
            .await
            .unwrap();
        assert!(matches!(
            store.use_link(b"key", &ada, act).await,
            Err(Error::Conflict(_))
        ));
        assert!(store.has_link(b"key").await.unwrap());
    }

    #[tokio::test]
    async fn a_link_from_before_there_was_an_administrator_lets_nobody_in_after_except_in_a_demo() {
        let store = Store::scratch().await.unwrap();
        store
            .put_link(b"key", store.clock.now().plus(60_000))
            .await
            .unwrap();
        let (ada, act) = new("ada");
        store.add_missing(&[ada], &act).await.unwrap();
        let (eve, act) = new("eve");
        assert!(matches!(
            store.use_link(b"key", &eve, act.clone()).await,
            Err(Error::NotFound)
        ));
        assert!(matches!(store.account("eve").await, Err(Error::NotFound)));
        sqlx::query("update instance set demo = 1")
            .execute(&store.write)
            .await
            .unwrap();
        store.use_link(b"key", &eve, act).await.unwrap();
    }

    #[tokio::test]
    async fn a_new_link_replaces_the_old_one() {
        let store = Store::scratch().await.unwrap();
        for key in [b"one", b"two"] {
            store
                .put_link(key, store.clock.now().plus(60_000))
                .await
                .unwrap();
        }
        assert!(!store.has_link(b"one").await.unwrap());
        assert!(store.has_link(b"two").await.unwrap());
    }
}
