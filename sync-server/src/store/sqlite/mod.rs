//! The store on embedded SQLite: one writer, a few readers, write-ahead log, every commit synced to the disk before it
//! is reported. A file beside others of its kind: commands may open it while a server runs.

mod cards;
mod devices;
mod docs;
mod figures;
mod log;
mod messages;
mod projections;
mod tenants;
mod users;
mod value;

use super::{Store, StoreError, Tx, Verdict};
use crate::env::Env;
use crate::sync::{DocCache, Outcome};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use salon_sync::server::{Answer, Query};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

mod embedded {
    refinery::embed_migrations!("../migrations/server-sqlite");
}

const READERS: usize = 6;
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);

pub struct SqliteStore {
    path: PathBuf,
    /// None for a store in memory: its only connection reads too. Closed before the writer, which then tidies up.
    readers: Option<Readers>,
    writer: Mutex<Connection>,
    env: Env,
    docs: DocCache,
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SqliteStore({})", self.path.display())
    }
}

struct Readers {
    idle: Mutex<Vec<Connection>>,
    returned: Condvar,
}

/// A transaction on a connection.
struct SqliteTx<'c> {
    conn: &'c Connection,
}

impl SqliteStore {
    /// Opens or creates the database file and brings it to the newest schema.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_with(path, Env::system())
    }

    pub fn open_with(path: &Path, env: Env) -> Result<Self, StoreError> {
        let writer = open_writer(path).map_err(|e| explain(&e, path))?;
        let mut writer = migrated(writer, path)?;
        // Whatever is wrong with the file's pages at the root shows now and not in the middle of a push.
        writer
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))
            .map_err(|e| explain(&e, path))?;
        writer.set_transaction_behavior(rusqlite::TransactionBehavior::Immediate);
        let idle =
            (0..READERS).map(|_| open_reader(path)).collect::<Result<Vec<_>, _>>().map_err(|e| explain(&e, path))?;
        let readers = Readers { idle: Mutex::new(idle), returned: Condvar::new() };
        Ok(Self::over(path.to_owned(), writer, Some(readers), env))
    }

    pub fn open_in_memory() -> Result<Self, StoreError> {
        Self::open_in_memory_with(Env::system())
    }

    pub fn open_in_memory_with(env: Env) -> Result<Self, StoreError> {
        let path = Path::new(":memory:");
        let conn = Connection::open_in_memory().and_then(prepared).map_err(|e| explain(&e, path))?;
        let conn = migrated(conn, path)?;
        Ok(Self::over(path.to_owned(), conn, None, env))
    }

    fn over(path: PathBuf, writer: Connection, readers: Option<Readers>, env: Env) -> Self {
        SqliteStore { path, writer: Mutex::new(writer), readers, env, docs: DocCache::default() }
    }

    /// Performs what a sync session asks for.
    pub fn answer(&self, query: Query) -> Answer {
        self.answer_with_news(query).answer
    }

    /// The same, with the news that other sessions want to hear.
    pub fn answer_with_news(&self, query: Query) -> Outcome {
        crate::sync::answer(self, query)
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        // A panic inside a transaction rolled it back when the transaction was dropped: the connection is sound.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open_writer(path: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open(path)?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    prepared(conn)
}

fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    prepared(Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?)
}

fn prepared(conn: Connection) -> rusqlite::Result<Connection> {
    conn.busy_timeout(BUSY_TIMEOUT)?;
    conn.pragma_update(None, "synchronous", "full")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "cache_size", -16_000)?;
    conn.set_prepared_statement_cache_capacity(128);
    Ok(conn)
}

fn migrated(mut conn: Connection, path: &Path) -> Result<Connection, StoreError> {
    let runner = embedded::migrations::runner();
    let known = runner.get_migrations().iter().map(|m| m.version()).max().unwrap_or(0);
    let found = schema_version(&conn).map_err(|e| explain(&e, path))?;
    if found > i64::from(known) {
        let found = u32::try_from(found).unwrap_or(u32::MAX);
        return Err(StoreError::Newer { path: path.display().to_string(), found, known: known as u32 });
    }
    runner.run(&mut conn).map_err(|e| StoreError::Failed(format!("migration: {e}")))?;
    Ok(conn)
}

fn schema_version(conn: &Connection) -> rusqlite::Result<i64> {
    let exists: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history')",
        [],
        |row| row.get(0),
    )?;
    if !exists {
        return Ok(0);
    }
    conn.query_row("SELECT coalesce(max(version), 0) FROM refinery_schema_history", [], |row| row.get(0))
}

/// A failure of SQLite as one of ours.
fn explain(error: &rusqlite::Error, path: &Path) -> StoreError {
    let path = path.display().to_string();
    let detail = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Corrupt { path, detail },
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            StoreError::Unwritable { path, detail }
        }
        _ => error.into(),
    }
}

impl From<&rusqlite::Error> for StoreError {
    fn from(error: &rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreError::Corrupt { path: String::from("of the server"), detail: error.to_string() }
            }
            Some(ErrorCode::DiskFull) => StoreError::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
            _ => StoreError::Failed(error.to_string()),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        (&error).into()
    }
}

impl Store for SqliteStore {
    fn read(&self, work: &mut dyn FnMut(&dyn Tx)) -> Result<(), StoreError> {
        let Some(readers) = &self.readers else {
            work(&SqliteTx { conn: &self.writer() });
            return Ok(());
        };
        let mut conn = readers.take();
        let result = read_on(&mut conn, work);
        readers.give_back(conn);
        result
    }

    fn write(&self, work: &mut dyn FnMut(&dyn Tx) -> Verdict) -> Result<(), StoreError> {
        let mut conn = self.writer();
        let tx = conn.transaction()?;
        match work(&SqliteTx { conn: &tx }) {
            Verdict::Commit => tx.commit()?,
            Verdict::Rollback => tx.rollback()?,
        }
        Ok(())
    }

    fn env(&self) -> &Env {
        &self.env
    }

    fn doc_cache(&self) -> &DocCache {
        &self.docs
    }
}

fn read_on(conn: &mut Connection, work: &mut dyn FnMut(&dyn Tx)) -> Result<(), StoreError> {
    let tx = conn.transaction()?;
    work(&SqliteTx { conn: &tx });
    tx.rollback()?;
    Ok(())
}

impl Readers {
    fn take(&self) -> Connection {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match idle.pop() {
                Some(conn) => return conn,
                None => idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn give_back(&self, conn: Connection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
        self.returned.notify_one();
    }
}
