//! Opens the database, or says why it must not be served from.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::Path,
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use intent::Time;
use sqlx::{
    Connection, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{Clock, Error, MIGRATOR, Result, Store, tx::News};

/// Below this version a race while the log is reset can corrupt the file (SQLite 3.51.3 release notes).
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

/// What a process holds on to while it has the database open.
#[derive(Debug)]
pub(crate) struct Held {
    /// Keeps other processes out.
    _lock: File,
    /// Removed with the last handle; only for [`Store::scratch`].
    _scratch: Option<tempfile::TempDir>,
}

impl Store {
    /// Opens the database in a folder, makes both if they are missing, and checks that it is fit to be
    /// served from: its version, its pragmas as read back, its record, and that no other process has it.
    pub async fn open(folder: &Path) -> Result<Self> {
        Self::open_held(folder, None).await
    }

    /// Opens a fresh database in a folder that goes away with the last handle: for tests and demos.
    pub async fn scratch() -> Result<Self> {
        let folder = tempfile::tempdir().map_err(|e| unfit("a temporary folder", &e))?;
        let path = folder.path().to_owned();
        Self::open_held(&path, Some(folder)).await
    }

    async fn open_held(folder: &Path, scratch: Option<tempfile::TempDir>) -> Result<Self> {
        private_folder(folder).map_err(|e| unfit(&folder.display().to_string(), &e))?;
        let held = Held {
            _lock: lock(&folder.join("lock"))?,
            _scratch: scratch,
        };
        let file = folder.join("assent.db");
        private_file(&file).map_err(|e| unfit(&file.display().to_string(), &e))?;

        let news = Arc::new(News::default());
        let write = writer(options(&file), &news).await?;
        MIGRATOR.run(&write).await.map_err(|e| {
            Error::Unfit(format!(
                "{}: the tables could not be brought up to date: {e}. Was it written by a newer Assent?",
                file.display()
            ))
        })?;
        let read = pool(4).connect_with(options(&file).read_only(true)).await?;
        let clock = Clock::after(latest(&read).await?);
        let store = Self {
            write,
            read,
            news,
            clock,
            _held: Arc::new(held),
        };
        store.check_record().await?;
        Ok(store)
    }

    /// What tells the objects of this installation from those of another; `demo` in every demo.
    pub async fn installation(&self) -> Result<String> {
        let installation = sqlx::query_scalar("select installation from instance")
            .fetch_one(&self.read)
            .await?;
        Ok(installation)
    }

    /// Says whether the database answers, by a row of a table.
    pub async fn answers(&self) -> Result<()> {
        sqlx::query("select demo from instance")
            .fetch_one(&self.read)
            .await?;
        Ok(())
    }
}

fn unfit(what: &str, error: &dyn std::fmt::Display) -> Error {
    Error::Unfit(format!("{what}: {error}"))
}

/// Takes the lock, or says who is in the way.
fn lock(path: &Path) -> Result<File> {
    let file = private_file(path).map_err(|e| unfit(&path.display().to_string(), &e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Unfit(format!(
            "{}: another Assent is running on this data folder. Stop it, or choose another folder with --data.",
            path.display()
        ))),
        Err(TryLockError::Error(e)) => Err(unfit(&path.display().to_string(), &e)),
    }
}

#[cfg(unix)]
fn private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .mode(0o600)
        .open(path)
}

#[cfg(not(unix))]
fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
}

#[cfg(unix)]
fn private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

#[cfg(not(unix))]
fn private_folder(path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(path)
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(true)
        .pragma("recursive_triggers", "on")
        .busy_timeout(Duration::from_secs(5))
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(5))
}

/// Opens the one connection that writes. The pool replaces it now and then, so each one is checked; the
/// first by itself, because a pool says only that it got none.
async fn writer(options: SqliteConnectOptions, news: &Arc<News>) -> Result<SqlitePool> {
    let options = options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut first = SqliteConnection::connect_with(&options).await?;
    is_fit(&mut first).await?;
    first.close().await?;
    let news = news.clone();
    let pool = pool(1)
        .after_connect(move |connection, _| {
            let news = news.clone();
            Box::pin(async move {
                news.notice(connection).await?;
                is_fit(connection).await.map_err(|error| match error {
                    Error::Unavailable(error) => error,
                    other => sqlx::Error::Configuration(other.into()),
                })
            })
        })
        .connect_with(options)
        .await?;
    Ok(pool)
}

/// Reads the pragmas back: a switch that fails silently would lose approvals at the next power cut.
async fn is_fit(connection: &mut SqliteConnection) -> Result<()> {
    let version: String = sqlx::query_scalar("select sqlite_version()")
        .fetch_one(&mut *connection)
        .await?;
    if parts(&version) < OLDEST_SQLITE.to_vec() {
        return Err(Error::Unfit(format!(
            "SQLite {version} can corrupt its file; at least 3.51.3 is needed. Build Assent with the SQLite it brings along."
        )));
    }
    let journal: String = sqlx::query_scalar("pragma journal_mode")
        .fetch_one(&mut *connection)
        .await?;
    let synchronous: i64 = sqlx::query_scalar("pragma synchronous")
        .fetch_one(&mut *connection)
        .await?;
    let foreign_keys: i64 = sqlx::query_scalar("pragma foreign_keys")
        .fetch_one(&mut *connection)
        .await?;
    let recursive: i64 = sqlx::query_scalar("pragma recursive_triggers")
        .fetch_one(connection)
        .await?;
    if (journal.as_str(), synchronous, foreign_keys, recursive) != ("wal", 2, 1, 1) {
        return Err(Error::Unfit(format!(
            "the database runs with journal_mode {journal}, synchronous {synchronous}, foreign_keys {foreign_keys}, \
             recursive_triggers {recursive}; wal, 2 (FULL), 1 and 1 are needed. Does the file system of the data \
             folder support shared memory?"
        )));
    }
    Ok(())
}

fn parts(version: &str) -> Vec<u32> {
    version
        .split('.')
        .map(|part| u32::from_str(part).unwrap_or(0))
        .collect()
}

/// The latest moment that the database knows of.
async fn latest(pool: &SqlitePool) -> Result<Time> {
    let at: i64 = sqlx::query_scalar(
        "select max(
            (select coalesce(max(at), 0) from audit),
            (select coalesce(max(seen), 0) from sessions),
            (select coalesce(max(saved), 0) from drafts),
            (select coalesce(max(at), 0) from rollout_journal))",
    )
    .fetch_one(pool)
    .await?;
    Ok(Time(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_pragmas_read_back_as_they_must() {
        let store = Store::scratch().await.unwrap();
        is_fit(&mut store.write.acquire().await.unwrap())
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn a_database_that_could_lose_commits_is_not_served() {
        let store = Store::scratch().await.unwrap();
        let mut connection = store.write.acquire().await.unwrap();
        sqlx::query("pragma synchronous = normal")
            .execute(&mut *connection)
            .await
            .unwrap();
        let refused = is_fit(&mut connection).await.unwrap_err();
        assert!(refused.to_string().contains("synchronous 1"), "{refused}");
    }

    #[tokio::test]
    async fn a_second_process_is_kept_out() {
        let folder = tempfile::tempdir().unwrap();
        let first = Store::open(folder.path()).await.unwrap();
        let second = Store::open(folder.path()).await.unwrap_err();
        assert!(second.to_string().contains("another Assent"), "{second}");
        drop(first);
    }

    #[tokio::test]
    async fn readers_cannot_write() {
        let store = Store::scratch().await.unwrap();
        let refused = sqlx::query("update instance set demo = 1")
            .execute(&store.read)
            .await;
        assert!(refused.is_err());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn nobody_else_can_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let _store = Store::open(folder.path()).await.unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{:?}", entry.path());
        }
    }

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(parts("3.51.2") < OLDEST_SQLITE.to_vec());
        assert!(parts("3.6.0") < OLDEST_SQLITE.to_vec());
        assert!(parts("3.51.3") >= OLDEST_SQLITE.to_vec());
        assert!(parts("3.100.0") >= OLDEST_SQLITE.to_vec());
    }
}
