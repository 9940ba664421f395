//! The record of what was done.

use intent::{Act, CloudName, Digest, Link, PersonId, Record, Time};
use sqlx::{QueryBuilder, Row, SqliteConnection, sqlite::SqliteRow};

use crate::{Error, Result, Store};

/// So many rows of the record are held in memory at once while it is checked.
const PAGE: i64 = 500;

/// Which acts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Those in this cloud; everywhere, if none is named.
    pub cloud: Option<CloudName>,
    /// Those done to the revision with this digest; to anything, if none is named.
    pub digest: Option<Digest>,
}

impl Store {
    /// Records an act that changes nothing else.
    pub async fn record(&self, act: &Act) -> Result<()> {
        let mut tx = self.begin().await?;
        append(&mut tx, act, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// The latest acts, newest first.
    pub async fn acts(&self, at_most: u32) -> Result<Vec<Record>> {
        self.acts_about(&About::default(), None, at_most).await
    }

    /// The latest of some acts before a number, newest first.
    pub async fn acts_about(
        &self,
        about: &About,
        before: Option<i64>,
        at_most: u32,
    ) -> Result<Vec<Record>> {
        let mut query = QueryBuilder::new(
            "select seq, at, person, name, verb, about, address, request, cloud, digest, bound
             from audit
             where seq < ",
        );
        query.push_bind(before.unwrap_or(i64::MAX));
        if let Some(cloud) = &about.cloud {
            query.push(" and cloud = ").push_bind(cloud.as_str());
        }
        if let Some(digest) = &about.digest {
            query.push(" and digest = ").push_bind(digest.as_str());
        }
        query.push(" order by seq desc limit ").push_bind(at_most);
        let rows = query.build().fetch_all(&self.read).await?;
        Ok(rows.iter().map(read).collect())
    }

    /// Goes through the whole record and refuses it if a row was changed, removed or slipped in.
    pub(crate) async fn check_record(&self) -> Result<()> {
        let (mut from, mut expected) = (i64::MIN, 1);
        let mut before: Link = [0; 32];
        loop {
            let rows = sqlx::query(
                "select seq, at, person, name, verb, about, address, request, cloud, digest, bound, link
                 from audit
                 where seq >= ?
                 order by seq
                 limit ?",
            )
            .bind(from)
            .bind(PAGE)
            .fetch_all(&self.read)
            .await?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in &rows {
                let record = read(row);
                let link = record.link(&before);
                if record.seq != expected || row.get::<&[u8], _>("link") != link {
                    return Err(Error::Unfit(format!(
                        "the record of what was done does not hold together at row {}: it was changed by something \
                         other than Assent. Restore the data folder from a backup.",
                        record.seq
                    )));
                }
                before = link;
                expected += 1;
            }
            from = expected;
        }
    }
}

/// Adds an act to the record, in the transaction that carries it out.
pub(crate) async fn append(tx: &mut SqliteConnection, act: &Act, at: Time) -> Result<()> {
    let last = sqlx::query("select seq, link from audit order by seq desc limit 1")
        .fetch_optional(&mut *tx)
        .await?;
    let (seq, before) = match &last {
        Some(row) => (row.get::<i64, _>("seq") + 1, link(row)?),
        None => (1, [0; 32]),
    };
    let record = Record::of(act, seq, at);
    let next = record.link(&before);
    sqlx::query(
        "insert into audit (seq, at, person, name, verb, about, address, request, cloud, digest, bound, link)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(record.seq)
    .bind(record.at.0)
    .bind(record.person.map(|p| p.0))
    .bind(&record.name)
    .bind(&record.verb)
    .bind(&record.about)
    .bind(&record.address)
    .bind(&record.request)
    .bind(&record.cloud)
    .bind(&record.digest)
    .bind(&record.bound)
    .bind(next.as_slice())
    .execute(tx)
    .await?;
    Ok(())
}

fn link(row: &SqliteRow) -> Result<Link> {
    row.get::<&[u8], _>("link")
        .try_into()
        .map_err(|_| Error::Unfit("a link of the record has the wrong length".into()))
}

fn read(row: &SqliteRow) -> Record {
    Record {
        seq: row.get("seq"),
        at: Time(row.get("at")),
        person: row.get::<Option<i64>, _>("person").map(PersonId),
        name: row.get("name"),
        verb: row.get("verb"),
        about: row.get("about"),
        address: row.get("address"),
        request: row.get("request"),
        cloud: row.get("cloud"),
        digest: row.get("digest"),
        bound: row.get("bound"),
    }
}

#[cfg(test)]
mod tests {
    use intent::{Origin, PersonName, Verb};
    use sqlx::AssertSqlSafe;

    use super::*;

    fn act(about: &str) -> Act {
        Act {
            about: about.into(),
            ..Act::unsigned(
                PersonName::known("stranger"),
                Verb::FailedToSignIn,
                &Origin::default(),
            )
        }
    }

    async fn with_three_acts() -> Store {
        let store = Store::scratch().await.unwrap();
        for about in ["one", "two", "three"] {
            store.record(&act(about)).await.unwrap();
        }
        store
    }

    #[tokio::test]
    async fn acts_are_numbered_from_one_and_read_newest_first() {
        let store = with_three_acts().await;
        let acts = store.acts(2).await.unwrap();
        let read: Vec<(i64, &str)> = acts.iter().map(|r| (r.seq, r.about.as_str())).collect();
        assert_eq!(read, [(3, "three"), (2, "two")]);
    }

    #[tokio::test]
    async fn a_record_can_be_neither_changed_nor_removed() {
        let store = with_three_acts().await;
        for sql in ["update audit set about = 'x'", "delete from audit"] {
            assert!(
                sqlx::query(sql).execute(&store.write).await.is_err(),
                "{sql}"
            );
        }
    }

    #[tokio::test]
    async fn a_long_record_is_checked_to_its_last_row() {
        let store = Store::scratch().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        for _ in 0..=PAGE {
            append(&mut tx, &act("one"), Time(1)).await.unwrap();
        }
        tx.commit().await.unwrap();
        store.check_record().await.unwrap();
        for sql in [
            "drop trigger audit_is_never_changed",
            "update audit set at = 2 where seq = (select max(seq) from audit)",
        ] {
            sqlx::query(sql).execute(&store.write).await.unwrap();
        }
        assert!(store.check_record().await.is_err());
    }

    #[tokio::test]
    async fn a_record_edited_by_hand_is_refused() {
        for edit in [
            "update audit set name = 'someone else' where seq = 2",
            "delete from audit where seq = 2",
            "delete from audit where seq = 1",
            "update audit set at = at + 1 where seq = 3",
        ] {
            let store = with_three_acts().await;
            store.check_record().await.unwrap();
            for sql in [
                "drop trigger audit_is_never_changed",
                "drop trigger audit_is_never_removed",
                edit,
            ] {
                sqlx::query(AssertSqlSafe(sql))
                    .execute(&store.write)
                    .await
                    .unwrap();
            }
            assert!(store.check_record().await.is_err(), "{edit}");
        }
    }
}
