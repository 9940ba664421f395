//! Sessions, as tower-sessions keeps them.

use std::{collections::HashMap, fmt};

use async_trait::async_trait;
use intent::{Act, PersonId, Time};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{Row, SqliteConnection};
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore,
    session::{Id, Record},
    session_store,
};

use crate::{Error, Result, Store, audit};

/// The entry of a session that holds the number of its person. A session without it is not kept.
pub const PERSON: &str = "person";
/// The entry that holds how long the record was, in acts, when its person was asked who they are.
pub const AS_OF: &str = "as_of";
/// The entry that holds when its person signed in, in milliseconds; it outlives changes of the id.
const BEGAN: &str = "began";
/// The entry that holds what the browser calls itself.
const AGENT: &str = "agent";
/// A session is over after this time, however busy: 12 hours, in milliseconds.
const LONGEST: i64 = 12 * 60 * 60 * 1000;
/// A session that is not used for this time is over: 30 minutes, in milliseconds. Judged by the clock of
/// the store alone: a system's clock that was set back must not end sessions as they begin.
pub const IDLE: i64 = 30 * 60 * 1000;

/// Why a session does not begin.
const ENDED: &str = "the sessions of this person were ended while they came in";

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
        let mut tx = self.begin().await?;
        let ended = sqlx::query("delete from sessions where person = ? and key = ?")
            .bind(act.person.map(|p| p.0))
            .bind(key)
            .execute(&mut *tx)
            .await?;
        if ended.rows_affected() == 0 {
            return Err(Error::NotFound);
        }
        audit::append(&mut tx, act, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Ends all sessions of whoever acts, those too that are about to begin.
    pub async fn end_sessions(&self, act: &Act) -> Result<()> {
        let person = act.person.ok_or(Error::NotFound)?;
        let mut tx = self.begin().await?;
        end_all(&mut tx, person, None).await?;
        audit::append(&mut tx, act, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// How long the record is, in acts. Read before somebody is asked who they are and kept with their
    /// session as [`AS_OF`], it tells whether anything ended their sessions meanwhile.
    pub async fn as_of(&self) -> Result<i64> {
        let latest = sqlx::query_scalar("select coalesce(max(seq), 0) from audit")
            .fetch_one(&self.read)
            .await?;
        Ok(latest)
    }

    /// Whose session this is, and when it ends at the latest; none if it is over.
    pub async fn session_open(&self, key: &[u8]) -> Result<Option<(PersonId, Time)>> {
        let now = self.clock.now();
        let row = sqlx::query(
            "select sessions.person, sessions.ends
             from sessions
             join people on people.id = sessions.person
             where sessions.key = ?1 and expires > ?2 and ends > ?2 and as_of >= epoch",
        )
        .bind(key)
        .bind(now.0)
        .fetch_optional(&self.read)
        .await?;
        Ok(row.map(|row| (PersonId(row.get("person")), Time(row.get("ends")))))
    }

    /// Counts as activity of a session; false if that is over, which it then stays.
    pub async fn touch_session(&self, key: &[u8]) -> Result<bool> {
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        let touched = sqlx::query(
            "update sessions
             set seen = ?2, expires = ?3
             where key = ?1 and expires > ?2 and ends > ?2
                and as_of >= (select epoch from people where people.id = sessions.person)",
        )
        .bind(key)
        .bind(now.0)
        .bind(now.plus(IDLE).0)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(touched.rows_affected() == 1)
    }

    /// Removes sessions that are over.
    pub async fn sweep_sessions(&self) -> Result<()> {
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        sqlx::query("delete from sessions where expires <= ? or ends <= ?")
            .bind(now.0)
            .bind(now.0)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }
}

/// Ends all sessions of a person but `keep`. Comes before the act is recorded in the same transaction: the
/// number which that act will have is the person's new epoch.
pub(crate) async fn end_all(
    tx: &mut SqliteConnection,
    person: PersonId,
    keep: Option<&[u8]>,
) -> Result<()> {
    let epoch: Option<i64> = sqlx::query_scalar(
        "update people
         set epoch = (select coalesce(max(seq), 0) + 1 from audit)
         where id = ?
         returning epoch",
    )
    .bind(person.0)
    .fetch_optional(&mut *tx)
    .await?;
    sqlx::query("delete from sessions where person = ? and key is not ?")
        .bind(person.0)
        .bind(keep)
        .execute(&mut *tx)
        .await?;
    sqlx::query("update sessions set as_of = ? where person = ?")
        .bind(epoch.ok_or(Error::NotFound)?)
        .bind(person.0)
        .execute(tx)
        .await?;
    Ok(())
}

/// The sessions of a store, for the layer that reads and writes cookies.
#[derive(Clone, Debug)]
pub struct Sessions(pub Store);

#[async_trait]
impl SessionStore for Sessions {
    /// Adds a session, under another id if that one is taken. One that goes on under a new id ends when it
    /// would have ended. Refused if the sessions of its person were ended since [`AS_OF`].
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let person = person(record)?;
        let as_of = record.data.get(AS_OF).and_then(Value::as_i64).unwrap_or(0);
        let mut tx = self.0.begin().await.map_err(backend)?;
        let now = self.0.clock.now();
        let began = record.data.entry(BEGAN.into()).or_insert(now.0.into());
        let began = Time(began.as_i64().unwrap_or(0));
        let epoch: Option<i64> = sqlx::query_scalar("select epoch from people where id = ?")
            .bind(person)
            .fetch_optional(&mut *tx)
            .await
            .map_err(backend)?;
        if epoch.is_none_or(|epoch| epoch > as_of) {
            return Err(session_store::Error::Backend(ENDED.into()));
        }
        loop {
            let added = sqlx::query(
                "insert into sessions (key, person, data, began, seen, expires, ends, as_of)
                 values (?, ?, ?, ?, ?, ?, ?, ?)
                 on conflict do nothing",
            )
            .bind(session_key(record.id.0).as_slice())
            .bind(person)
            .bind(data(record)?)
            .bind(began.0)
            .bind(now.0)
            .bind(now.plus(IDLE).0)
            .bind(began.plus(LONGEST).0)
            .bind(as_of)
            .execute(&mut *tx)
            .await
            .map_err(backend)?;
            if added.rows_affected() == 1 {
                return tx.commit().await.map_err(backend);
            }
            record.id = Id::default();
        }
    }

    /// Writes a session again. A plain update: a request that is still running must not bring a session
    /// back that was ended meanwhile.
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let mut tx = self.0.begin().await.map_err(backend)?;
        let now = self.0.clock.now();
        sqlx::query(
            "update sessions
             set data = ?, seen = ?, expires = ?
             where key = ? and person = ?",
        )
        .bind(data(record)?)
        .bind(now.0)
        .bind(now.plus(IDLE).0)
        .bind(session_key(record.id.0).as_slice())
        .bind(person(record)?)
        .execute(&mut *tx)
        .await
        .map_err(backend)?;
        tx.commit().await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let now = self.0.clock.now();
        let row = sqlx::query(
            "select data, expires
             from sessions
             join people on people.id = sessions.person
             where sessions.key = ? and expires > ? and ends > ? and as_of >= epoch",
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
        let mut tx = self.0.begin().await.map_err(backend)?;
        sqlx::query("delete from sessions where key = ?")
            .bind(session_key(id.0).as_slice())
            .execute(&mut *tx)
            .await
            .map_err(backend)?;
        tx.commit().await.map_err(backend)
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

fn backend(error: impl fmt::Display) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

#[cfg(test)]
mod tests;
