//! Sessions, as tower-sessions keeps them.

use std::collections::HashMap;

use async_trait::async_trait;
use intent::{Act, PersonId, Time};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::Row;
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore,
    session::{Id, Record},
    session_store,
};

use crate::{Result, Store, audit};

/// The entry of a session that holds the number of its person. A session without it is not kept.
pub const PERSON: &str = "person";
/// The entry that holds what the browser calls itself.
const AGENT: &str = "agent";
/// A session is over after this time, however busy: 12 hours, in milliseconds.
const LONGEST: i64 = 12 * 60 * 60 * 1000;

/// A session of somebody, as they may see it themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What names it without opening it: the hash of its id.
    pub key: Vec<u8>,
    /// When its person signed in.
    pub began: Time,
    /// When it was last used, to the minute.
    pub seen: Time,
    /// What the browser calls itself.
    pub agent: String,
}

/// Hashes the id of a session: what is stored, and what names it.
pub fn session_key(id: i128) -> [u8; 32] {
    Sha256::digest(id.to_be_bytes()).into()
}

impl Store {
    /// The sessions of a person that are open now, latest first.
    pub async fn sessions(&self, person: PersonId) -> Result<Vec<Session>> {
        let now = self.clock.now();
        let rows = sqlx::query(
            "select key, began, seen, coalesce(json_extract(data, '$.agent'), '') as agent
             from sessions
             where person = ? and expires > ? and ends > ?
             order by seen desc, began desc",
        )
        .bind(person.0)
        .bind(now.0)
        .bind(now.0)
        .fetch_all(&self.read)
        .await?;
        Ok(rows
            .iter()
            .map(|row| Session {
                key: row.get("key"),
                began: Time(row.get("began")),
                seen: Time(row.get("seen")),
                agent: row.get("agent"),
            })
            .collect())
    }

    /// Ends one session of whoever acts.
    pub async fn end_session(&self, key: &[u8], act: &Act) -> Result<()> {
        self.end(
            "delete from sessions where person = ? and key = ?",
            key,
            act,
        )
        .await
    }

    /// Ends all sessions of whoever acts.
    pub async fn end_sessions(&self, act: &Act) -> Result<()> {
        self.end(
            "delete from sessions where person = ? and ? is not null",
            b"",
            act,
        )
        .await
    }

    async fn end(&self, sql: &'static str, key: &[u8], act: &Act) -> Result<()> {
        let mut tx = self.begin().await?;
        let ended = sqlx::query(sql)
            .bind(act.person.map(|p| p.0))
            .bind(key)
            .execute(&mut *tx)
            .await?;
        if ended.rows_affected() == 0 {
            return Err(crate::Error::NotFound);
        }
        audit::append(&mut tx, act, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Removes sessions that are over.
    pub async fn sweep_sessions(&self) -> Result<()> {
        let now = self.clock.now();
        sqlx::query("delete from sessions where expires <= ? or ends <= ?")
            .bind(now.0)
            .bind(now.0)
            .execute(&self.write)
            .await?;
        Ok(())
    }
}

/// The sessions of a store, for the layer that reads and writes cookies.
#[derive(Clone, Debug)]
pub struct Sessions(pub Store);

#[async_trait]
impl SessionStore for Sessions {
    /// Adds a session, under another id if that one is taken.
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let person = person(record)?;
        let now = self.0.clock.now();
        loop {
            let added = sqlx::query(
                "insert into sessions (key, person, data, began, seen, expires, ends)
                 values (?, ?, ?, ?, ?, ?, ?)
                 on conflict do nothing",
            )
            .bind(session_key(record.id.0).as_slice())
            .bind(person)
            .bind(data(record)?)
            .bind(now.0)
            .bind(now.0)
            .bind(expires(record))
            .bind(now.plus(LONGEST).0)
            .execute(&self.0.write)
            .await
            .map_err(backend)?;
            if added.rows_affected() == 1 {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    /// Writes a session again. A plain update: a request that is still running must not bring a session
    /// back that was ended meanwhile.
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        sqlx::query(
            "update sessions
             set data = ?, seen = ?, expires = ?
             where key = ? and person = ?",
        )
        .bind(data(record)?)
        .bind(self.0.clock.now().0)
        .bind(expires(record))
        .bind(session_key(record.id.0).as_slice())
        .bind(person(record)?)
        .execute(&self.0.write)
        .await
        .map_err(backend)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let now = self.0.clock.now();
        let row = sqlx::query(
            "select data, expires
             from sessions
             where key = ? and expires > ? and ends > ?",
        )
        .bind(session_key(id.0).as_slice())
        .bind(now.0)
        .bind(now.0)
        .fetch_optional(&self.0.read)
        .await
        .map_err(backend)?;
        let Some(row) = row else { return Ok(None) };
        let data: HashMap<String, Value> = serde_json::from_str(row.get("data"))
            .map_err(|e| session_store::Error::Decode(e.to_string()))?;
        let expires: i64 = row.get("expires");
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date: OffsetDateTime::from_unix_timestamp_nanos(i128::from(expires) * 1_000_000)
                .map_err(|e| session_store::Error::Decode(e.to_string()))?,
        }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        sqlx::query("delete from sessions where key = ?")
            .bind(session_key(id.0).as_slice())
            .execute(&self.0.write)
            .await
            .map_err(backend)?;
        Ok(())
    }
}

fn person(record: &Record) -> session_store::Result<i64> {
    record
        .data
        .get(PERSON)
        .and_then(Value::as_i64)
        .ok_or_else(|| session_store::Error::Encode("a session belongs to a person".into()))
}

/// What a session holds, with a browser's own words cut to a length that a page can show.
fn data(record: &Record) -> session_store::Result<String> {
    let mut data = record.data.clone();
    if let Some(Value::String(agent)) = data.get_mut(AGENT) {
        *agent = agent.chars().take(200).collect();
    }
    serde_json::to_string(&data).map_err(|e| session_store::Error::Encode(e.to_string()))
}

fn expires(record: &Record) -> i64 {
    i64::try_from(record.expiry_date.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

fn backend(error: sqlx::Error) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

#[cfg(test)]
mod tests {
    use intent::{Origin, PersonName, Verb};

    use super::*;
    use crate::NewPerson;

    fn act(verb: Verb) -> Act {
        Act {
            person: Some(PersonId(1)),
            name: PersonName::known("ada"),
            verb,
            about: String::new(),
            origin: Origin::default(),
        }
    }

    async fn with_ada() -> Sessions {
        let store = Store::scratch().await.unwrap();
        let ada = NewPerson {
            name: PersonName::known("ada"),
            password: None,
            grants: vec![],
        };
        let made = Act {
            person: None,
            ..act(Verb::PreparedDemo)
        };
        store.add_missing(&[ada], &made).await.unwrap();
        Sessions(store)
    }

    fn session() -> Record {
        Record {
            id: Id::default(),
            data: HashMap::from([(PERSON.into(), Value::from(1))]),
            expiry_date: OffsetDateTime::now_utc() + time::Duration::minutes(30),
        }
    }

    #[tokio::test]
    async fn a_session_that_was_ended_is_not_brought_back_by_a_late_save() {
        let sessions = with_ada().await;
        let mut record = session();
        sessions.create(&mut record).await.unwrap();
        sessions.delete(&record.id).await.unwrap();
        sessions.save(&record).await.unwrap();
        assert_eq!(sessions.load(&record.id).await.unwrap(), None);
    }

    #[tokio::test]
    async fn an_id_that_is_taken_is_not_given_twice() {
        let sessions = with_ada().await;
        let (mut first, mut second) = (session(), session());
        sessions.create(&mut first).await.unwrap();
        second.id = first.id;
        sessions.create(&mut second).await.unwrap();
        assert_ne!(first.id, second.id);
    }

    #[tokio::test]
    async fn a_session_is_over_when_idle_and_after_twelve_hours() {
        let sessions = with_ada().await;
        let mut record = session();
        sessions.create(&mut record).await.unwrap();
        assert!(sessions.load(&record.id).await.unwrap().is_some());
        for column in [
            "update sessions set expires = 1",
            "update sessions set ends = 1",
        ] {
            let mut record = session();
            sessions.create(&mut record).await.unwrap();
            sqlx::query(column)
                .execute(&sessions.0.write)
                .await
                .unwrap();
            assert_eq!(sessions.load(&record.id).await.unwrap(), None, "{column}");
        }
    }

    #[tokio::test]
    async fn the_file_holds_no_id_that_opens_a_session() {
        let sessions = with_ada().await;
        let mut record = session();
        sessions.create(&mut record).await.unwrap();
        let kept = sessions.0.sessions(PersonId(1)).await.unwrap();
        assert_eq!(kept[0].key, session_key(record.id.0));
        assert_ne!(kept[0].key[..16], record.id.0.to_be_bytes());
    }

    #[tokio::test]
    async fn signing_out_everywhere_ends_all_sessions_and_is_recorded() {
        let sessions = with_ada().await;
        let (mut first, mut second) = (session(), session());
        sessions.create(&mut first).await.unwrap();
        sessions.create(&mut second).await.unwrap();
        sessions
            .0
            .end_sessions(&act(Verb::SignedOutEverywhere))
            .await
            .unwrap();
        assert_eq!(sessions.0.sessions(PersonId(1)).await.unwrap(), []);
        assert_eq!(
            sessions.0.acts(1).await.unwrap()[0].verb,
            "signed_out_everywhere"
        );
    }

    #[tokio::test]
    async fn nobody_ends_the_session_of_another() {
        let sessions = with_ada().await;
        let mut record = session();
        sessions.create(&mut record).await.unwrap();
        let other = Act {
            person: Some(PersonId(2)),
            ..act(Verb::EndedSession)
        };
        let key = session_key(record.id.0);
        assert!(sessions.0.end_session(&key, &other).await.is_err());
        assert!(sessions.load(&record.id).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_new_password_ends_all_sessions_but_this_one() {
        let sessions = with_ada().await;
        let (mut here, mut there) = (session(), session());
        sessions.create(&mut here).await.unwrap();
        sessions.create(&mut there).await.unwrap();
        let keep = session_key(here.id.0);
        let changed = act(Verb::ChangedPassword);
        sessions
            .0
            .change_password("new", &keep, &changed)
            .await
            .unwrap();
        let left = sessions.0.sessions(PersonId(1)).await.unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].key, keep);
    }
}
