//! Writing, and word of it: whoever waits for news is told once it is on disk.

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use sqlx::{
    Sqlite, SqliteConnection, SqlitePool, Transaction,
    sqlite::{SqliteOperation, UpdateHookResult},
};
use tokio::sync::watch;

use crate::{Result, Store};

/// The tables that say who may come in and what they may do.
const PEOPLE: [&str; 5] = ["people", "grants", "links", "invitations", "proposals"];

/// The table of sessions: those that begin or go on are no news, those that end are.
const SESSIONS: &str = "sessions";

/// Tells what is new. A number goes up each time; it means nothing else.
#[derive(Debug, Default)]
pub(crate) struct News {
    people: Topic,
    papers: Topic,
}

#[derive(Debug)]
struct Topic {
    /// Whether the transaction that goes on wrote something about it.
    touched: AtomicBool,
    told: watch::Sender<u64>,
}

impl Default for Topic {
    fn default() -> Self {
        Self {
            touched: AtomicBool::new(false),
            told: watch::Sender::new(0),
        }
    }
}

impl News {
    /// Notices what a connection writes.
    pub(crate) async fn notice(
        self: &Arc<Self>,
        connection: &mut SqliteConnection,
    ) -> sqlx::Result<()> {
        let news = self.clone();
        let noticed = move |change: UpdateHookResult<'_>| {
            if let Some(topic) = news.topic(change.table, &change.operation) {
                topic.touched.store(true, Ordering::Relaxed);
            }
        };
        connection.lock_handle().await?.set_update_hook(noticed);
        Ok(())
    }

    fn topic(&self, table: &str, operation: &SqliteOperation) -> Option<&Topic> {
        match (table, operation) {
            (SESSIONS, SqliteOperation::Insert | SqliteOperation::Update) => None,
            (SESSIONS, _) => Some(&self.people),
            (table, _) if PEOPLE.contains(&table) => Some(&self.people),
            _ => Some(&self.papers),
        }
    }

    /// What was touched since this was asked the last time.
    fn take(&self) -> [bool; 2] {
        [&self.people, &self.papers].map(|topic| topic.touched.swap(false, Ordering::Relaxed))
    }

    fn tell(&self, touched: [bool; 2]) {
        for (topic, touched) in [&self.people, &self.papers].into_iter().zip(touched) {
            if touched {
                topic.told.send_modify(|number| *number += 1);
            }
        }
    }
}

/// A transaction that writes. What it wrote is told once it is committed.
pub(crate) struct Tx {
    inner: Transaction<'static, Sqlite>,
    news: Arc<News>,
}

impl Tx {
    /// Begins at once, not at the first statement: a reader that turns writer fails at once.
    pub(crate) async fn begin(pool: &SqlitePool, news: &Arc<News>) -> sqlx::Result<Self> {
        let inner = pool.begin_with("begin immediate").await?;
        // There is one writer, so this is of a transaction that was taken back, and no news.
        news.take();
        Ok(Self {
            inner,
            news: news.clone(),
        })
    }

    /// Puts all of it on disk, then tells: to the end, even if whoever wrote it does not wait for that.
    pub(crate) async fn commit(self) -> sqlx::Result<()> {
        let Self { inner, news } = self;
        // Once it is committed, the next transaction may begin at any moment.
        let touched = news.take();
        let committed = tokio::spawn(async move {
            inner.commit().await?;
            news.tell(touched);
            Ok(())
        });
        committed.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
    }
}

impl Deref for Tx {
    type Target = SqliteConnection;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.inner
    }
}

impl Store {
    /// Begins to write.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        Ok(Tx::begin(&self.write, &self.news).await?)
    }

    /// Tells whenever somebody's session was ended or what they may do was changed.
    pub fn people_changed(&self) -> watch::Receiver<u64> {
        self.news.people.told.subscribe()
    }

    /// Tells whenever anything else was written: drafts, revisions, votes, rollouts, what is ours.
    pub fn papers_changed(&self) -> watch::Receiver<u64> {
        self.news.papers.told.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, time::Duration};

    use tokio::time::timeout;

    use super::*;

    async fn write(store: &Store, sql: &'static str) {
        let mut tx = store.begin().await.unwrap();
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    const ADA: &str = "insert into people (id, name, key, created) values (1, 'ada', 'ada', 0)";

    #[tokio::test]
    async fn what_is_written_of_people_is_told_to_whoever_waits_for_that_alone() {
        let store = Store::scratch().await.unwrap();
        let (people, papers) = (store.people_changed(), store.papers_changed());
        write(&store, ADA).await;
        assert!(people.has_changed().unwrap());
        assert!(!papers.has_changed().unwrap());
    }

    #[tokio::test]
    async fn what_is_written_of_anything_else_is_told_as_papers() {
        let store = Store::scratch().await.unwrap();
        let (people, papers) = (store.people_changed(), store.papers_changed());
        let intent = "insert into intents (cloud, name, created) values ('shop', 'mtls', 0)";
        write(&store, intent).await;
        assert!(!people.has_changed().unwrap());
        assert!(papers.has_changed().unwrap());
    }

    #[tokio::test]
    async fn what_was_taken_back_is_no_news() {
        let store = Store::scratch().await.unwrap();
        let people = store.people_changed();
        let mut tx = store.begin().await.unwrap();
        sqlx::query(ADA).execute(&mut *tx).await.unwrap();
        drop(tx);
        write(&store, "update instance set demo = demo").await;
        assert!(!people.has_changed().unwrap());
    }

    #[tokio::test]
    async fn whoever_hears_of_something_finds_it_there() {
        let store = Store::scratch().await.unwrap();
        let mut people = store.people_changed();
        let reader = store.clone();
        let heard = tokio::spawn(async move {
            let told = timeout(Duration::from_secs(5), people.changed()).await;
            told.unwrap().unwrap();
            reader.people().await.unwrap().len()
        });
        write(&store, ADA).await;
        assert_eq!(heard.await.unwrap(), 1);
    }

    #[tokio::test]
    async fn what_is_committed_is_told_even_if_nobody_waits_for_that() {
        let store = Store::scratch().await.unwrap();
        let mut people = store.people_changed();
        let mut tx = store.begin().await.unwrap();
        sqlx::query(ADA).execute(&mut *tx).await.unwrap();
        let gone = async {
            tokio::select! {
                biased;
                _ = tx.commit() => panic!("it waited"),
                () = std::future::ready(()) => {}
            }
        };
        gone.await;
        let told = timeout(Duration::from_secs(5), people.changed()).await;
        told.unwrap().unwrap();
        assert_eq!(store.people().await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_session_that_goes_on_is_no_news_and_one_that_ends_is() {
        let store = Store::scratch().await.unwrap();
        write(&store, ADA).await;
        let (people, papers) = (store.people_changed(), store.papers_changed());
        let begin = "insert into sessions (key, person, data, began, seen, expires, ends, as_of)
             values (x'01', 1, '{}', 0, 0, 9, 9, 0)";
        write(&store, begin).await;
        write(&store, "update sessions set seen = 1, expires = 10").await;
        assert!(!people.has_changed().unwrap());
        write(&store, "delete from sessions where key = x'01'").await;
        assert!(people.has_changed().unwrap());
        assert!(!papers.has_changed().unwrap());
    }

    /// SQLite says nothing of what is written to tables without row numbers.
    #[tokio::test]
    async fn every_table_is_noticed_and_those_that_are_named_are_there() {
        let store = Store::scratch().await.unwrap();
        let tables: Vec<(String, bool)> =
            sqlx::query_as("select name, wr from pragma_table_list where type = 'table'")
                .fetch_all(&store.read)
                .await
                .unwrap();
        for (table, is_unnoticed) in &tables {
            assert!(!is_unnoticed, "{table}");
        }
        for named in PEOPLE.iter().chain([&SESSIONS]) {
            assert!(tables.iter().any(|(table, _)| table == named), "{named}");
        }
    }

    #[test]
    fn nothing_writes_but_through_here() {
        fn files(folder: &Path, found: &mut Vec<(String, String)>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    files(&path, found);
                } else {
                    let text = fs::read_to_string(&path).unwrap();
                    found.push((path.display().to_string(), text));
                }
            }
        }
        let mut found = Vec::new();
        files(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut found,
        );
        for (path, text) in found {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let is_here = path.ends_with("/tx.rs") || path.ends_with("/open.rs");
            let is_test = path.contains("tests");
            let code: String = code.split_whitespace().collect();
            let mut named = code.split(".write").skip(1);
            let writes =
                named.any(|next| !next.starts_with(|c: char| c.is_alphabetic() || c == '_'));
            assert!(is_here || is_test || !writes, "{path} writes past Tx");
        }
    }
}
