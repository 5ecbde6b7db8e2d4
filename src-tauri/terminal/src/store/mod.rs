//! The terminal's SQLite store, encrypted at rest. SQL lives here and nowhere else.
//!
//! One writer, whose every unit of work ([`Store::write`]) is one transaction: journal, read models, outbox and print
//! job together or not at all, durable (WAL, synchronous=FULL) before it returns. One reader beside it.

mod back_bar;
mod book;
mod books;
mod card_days;
mod cards;
mod earnings;
mod error;
mod follow_ups;
mod imports;
mod invoices;
mod jobs;
mod kept;
mod ledger;
mod master;
mod membership;
mod messages;
mod out;
mod periods;
mod points;
mod project;
mod rebuild;
mod sessions;
mod sync;
mod together;
mod unit;
mod value;
mod visits;

pub use back_bar::UsedRow;
pub use book::BookingRow;
pub use books::{BookFigures, Days};
pub use card_days::CardTakings;
pub use cards::{CardFace, CardHit, CardRow};
pub use earnings::{Earning, EarningKind};
pub use error::StoreError;
pub use jobs::{JobKind, JobState, PrintJob};
pub use ledger::{OpenSession, PaymentRow, SaleRecord, SaleSummary};
pub use messages::{KnownChannels, Message};
pub use points::PointsRow;
pub use project::sale_movements;
pub use rebuild::{Rebuilt, Verification};
pub use sessions::ClosedSession;
pub use sync::SyncPosition;
pub use unit::{Identity, Touched, Unit};

use crate::clock::Clock;
use rusqlite::{Connection, OpenFlags};
use salon_sync::doc::{Doc, DocId};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

mod migrations {
    refinery::embed_migrations!("../../migrations/terminal");
}

/// 32 random bytes, from the keyring.
pub type StoreKey = [u8; 32];

/// Journal ids are `device index << 40 | sequence`.
pub(crate) const SEQ_BITS: u32 = 40;
/// This device's index.
pub(crate) const OWN: i64 = 1;

pub struct Store {
    path: PathBuf,
    writer: Mutex<Writer>,
    reader: Mutex<Connection>,
    kept: Mutex<kept::Kept>,
    reads: AtomicU64,
    clock: Arc<dyn Clock>,
    watcher: Mutex<Option<Watcher>>,
}

/// Called after every unit that was committed, with what it touched.
pub type Watcher = Box<dyn Fn(&Touched) + Send>;

pub(crate) struct Writer {
    conn: Connection,
    /// Documents in memory, dropped when a transaction fails.
    docs: HashMap<DocId, Doc>,
    identity: Option<Identity>,
}

/// More open documents than anybody edits at once.
const DOCS_MAX: usize = 12;

impl Store {
    /// Opens or makes the store in `dir`. Takes the same time however much it holds.
    pub fn open(dir: &Path, key: &StoreKey, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        std::fs::create_dir_all(dir).map_err(|e| StoreError::Io(format!("{}: {e}", dir.display())))?;
        let path = dir.join("store.db");
        let mut conn = connect(&path, key)?;
        migrate(&mut conn)?;
        let reader = connect(&path, key)?;
        // A page from the disk has to be decrypted: what search and the book look at stays in memory.
        reader.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -64000")?;
        let identity = unit::load_identity(&conn)?;
        Ok(Store {
            path,
            writer: Mutex::new(Writer { conn, docs: HashMap::new(), identity }),
            reader: Mutex::new(reader),
            kept: Mutex::default(),
            reads: AtomicU64::new(0),
            clock,
            watcher: Mutex::new(None),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        // A panic while writing rolled its transaction back; the cached documents may be ahead of the store.
        self.writer.lock().unwrap_or_else(|poisoned| {
            let mut guard = poisoned.into_inner();
            guard.docs.clear();
            guard
        })
    }

    fn kept(&self) -> MutexGuard<'_, kept::Kept> {
        self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let reader = self.reader.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        work(&reader)
    }

    /// A row or two that the writer has just had in its hands. What the writer writes costs the reader every page that it
    /// kept, to be read and decrypted again; the writer's own pages stay. Nobody waits: a busy writer is left alone.
    pub(crate) fn glance<T>(&self, look: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        match self.writer.try_lock() {
            Ok(writer) => look(&writer.conn),
            Err(_) => self.read(look),
        }
    }

    /// How often this store was read since it was opened: what a screen costs, whatever the machine.
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    /// One unit of work, all of it or nothing. Durable when this returns `Ok`.
    pub fn write<T, E: From<StoreError>>(&self, work: impl FnOnce(&mut Unit<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut guard = self.writer();
        let Writer { conn, docs, identity } = &mut *guard;
        if docs.len() > DOCS_MAX {
            docs.clear();
        }
        let begun =
            conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let mut unit = Unit::begin(begun, docs, identity.clone(), self.clock.now()).map_err(E::from)?;
        let result = work(&mut unit).and_then(|value| {
            let touched = std::mem::take(&mut unit.touched);
            let after = unit.commit().map_err(E::from)?;
            Ok((value, after, touched))
        });
        match result {
            Ok((value, after, touched)) => {
                *identity = after;
                self.kept().forget(&touched);
                drop(guard);
                if let Some(watcher) = self.watcher.lock().unwrap_or_else(std::sync::PoisonError::into_inner).as_ref() {
                    watcher(&touched);
                }
                Ok(value)
            }
            Err(error) => {
                docs.clear();
                Err(error)
            }
        }
    }

    pub fn watch(&self, watcher: Watcher) {
        *self.watcher.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(watcher);
    }

    pub fn identity(&self) -> Option<Identity> {
        self.writer().identity.clone()
    }

    /// SQLite's own check of every page: damaged pages are found before they are found out.
    pub fn check_pages(&self) -> Result<(), StoreError> {
        self.read(|conn| {
            let verdict: String = conn.query_row("PRAGMA quick_check(1)", [], |r| r.get(0))?;
            if verdict == "ok" { Ok(()) } else { Err(StoreError::Corrupt(verdict)) }
        })
    }
}

/// Opens one connection with the raw key (no key derivation at every start) and the settings that durability needs.
pub(crate) fn connect(path: &Path, key: &StoreKey) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    let hex: String = key.iter().map(|b| format!("{b:02x}")).collect();
    conn.execute_batch(&format!("PRAGMA key = \"x'{hex}'\"; PRAGMA cipher_memory_security = OFF;"))?;
    // The first read shows whether the key fits.
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get::<_, i64>(0)).map_err(
        |e| match StoreError::from(e) {
            StoreError::Corrupt(detail) => StoreError::WrongKey(detail),
            other => other,
        },
    )?;
    // A sale alone is some thirty statements; rusqlite keeps sixteen.
    conn.set_prepared_statement_cache_capacity(128);
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         PRAGMA busy_timeout = 5000; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; \
         PRAGMA wal_autocheckpoint = 2000;",
    )?;
    Ok(conn)
}

fn migrate(conn: &mut Connection) -> Result<(), StoreError> {
    let newest = migrations::migrations::runner().get_migrations().iter().map(refinery::Migration::version).max();
    let has_history: bool =
        conn.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'refinery_schema_history'", [], |r| {
            Ok(r.get::<_, i64>(0)? > 0)
        })?;
    if has_history {
        let found: Option<i64> =
            conn.query_row("SELECT max(version) FROM refinery_schema_history", [], |r| r.get(0))?;
        let newest = newest.map_or(0, |v| v as i64);
        match found {
            Some(found) if found > newest => return Err(StoreError::Newer { found, known: newest }),
            Some(found) if found == newest => return Ok(()),
            _ => {}
        }
    }
    migrations::migrations::runner().run(conn).map_err(|e| StoreError::Migration(e.to_string()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use refinery::Target;
    use salon_domain::kernel::ProductId;
    use salon_domain::kernel::{BranchId, DeviceId};

    /// What a store of the ninth version holds is there after it was opened by this one.
    #[test]
    fn an_older_store_keeps_what_it_has() {
        let dir = tempfile::tempdir().unwrap();
        let key = [7; 32];
        let (branch, device, product) =
            (BranchId::from_parts(1, [1; 10]), DeviceId::from_parts(1, [2; 10]), [3_u8; 16]);
        let day = 20_000;
        let id = DocId::Stock { branch };
        let product_id = ProductId::from_uuid(uuid::Uuid::from_bytes(product));
        let mut doc = Doc::new(id, device).unwrap();
        let changes =
            [-1_000_i64, -2_000].map(|milli| doc.add_stock(device, &[(product_id, milli)], 0).unwrap().unwrap());
        {
            let mut conn = connect(&dir.path().join("store.db"), &key).unwrap();
            migrations::migrations::runner().set_target(Target::Version(9)).run(&mut conn).unwrap();
            for change in &changes {
                conn.execute("INSERT INTO doc_change (doc, bytes) VALUES (?1, ?2)", (id.to_string(), change)).unwrap();
            }
            conn.execute("INSERT INTO stock_level (product, milli) VALUES (?1, -3000)", [product]).unwrap();
            conn.execute("INSERT INTO movement_sum (product, milli) VALUES (?1, -3000)", [product]).unwrap();
            conn.execute("INSERT INTO movement_sum (product, milli) VALUES (?1, 5)", [[4_u8; 16]]).unwrap();
            conn.execute("INSERT INTO meta (key, value) VALUES ('hlc', 'a reading')", []).unwrap();
            for booking in [[5_u8; 16], [6; 16]] {
                conn.execute(
                    "INSERT INTO booking (day, booking, status, start_ms, body) VALUES (?1, ?2, 'PENDING', 1, '{}')",
                    (day, booking),
                )
                .unwrap();
            }
            for state in ["printed", "queued", "printed", "sending"] {
                conn.execute("INSERT INTO print_job (kind, ref, state) VALUES ('receipt', x'00', ?1)", [state])
                    .unwrap();
            }
        }
        let store = Store::open(dir.path(), &key, Arc::new(SystemClock)).unwrap();
        let loaded = store.read(|c| unit::load_doc(c, id, device)).unwrap();
        assert_eq!(loaded.levels(), [(product_id, -3_000)].into());
        let count = |sql: &str| store.read(|c| Ok(c.query_row(sql, [], |r| r.get::<_, i64>(0))?)).unwrap();
        assert_eq!(count("SELECT count(*) FROM stock_level WHERE milli = moved"), 1);
        assert_eq!(count("SELECT moved FROM stock_level WHERE milli = 0"), 5);
        assert_eq!(
            count("SELECT count(*) FROM device_total WHERE device = 1 AND hlc = 'a reading' AND receipt = 0"),
            1
        );
        let within = book::day_rows(day);
        let (first, last) = (within.start(), within.end());
        let sql = format!("SELECT count(*) FROM booking WHERE id > {first} AND id <= {last} AND day = {day}");
        assert_eq!(count(&sql), 2);
        assert_eq!(count("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'print_floor'"), 1);
        assert_eq!(store.queued_jobs().unwrap(), 2);
    }
}
