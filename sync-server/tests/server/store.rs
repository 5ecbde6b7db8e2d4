//! The database file: newer, damaged, out of reach; and what survives.

use super::support::{PASSWORD, TestApp, env, harbour};
use salon_server::store::{SqliteStore, Store, StoreError, StoreExt};
use std::sync::Arc;

fn file() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("salon-server.sqlite");
    (folder, path)
}

#[test]
fn a_store_of_a_newer_version_is_left_alone() {
    let (_folder, path) = file();
    drop(SqliteStore::open(&path).unwrap());
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute(
        "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES (99, 'x', '', '1')",
        [],
    )
    .unwrap();
    drop(conn);
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 99, .. }), "{error}");
    assert!(error.to_string().contains("update salon-server"), "{error}");
}

#[test]
fn a_damaged_store_says_what_to_do() {
    let (_folder, path) = file();
    drop(SqliteStore::open(&path).unwrap());
    let whole = std::fs::read(&path).unwrap();
    let mut header = whole.clone();
    header[..100].fill(7);
    let mut root = whole.clone();
    root[100..4096].fill(0xff);
    for damaged in [header, root] {
        std::fs::write(&path, damaged).unwrap();
        let error = SqliteStore::open(&path).unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
        assert!(error.to_string().contains("restore the latest backup"), "{error}");
    }
}

#[test]
fn a_place_that_cannot_be_written_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let error = SqliteStore::open(&folder.path().join("missing/salon.sqlite")).unwrap_err();
    assert!(matches!(error, StoreError::Unwritable { .. }), "{error:?}");
}

#[test]
fn what_was_acknowledged_is_there_after_a_restart_and_commands_may_come_beside() {
    let (_folder, path) = file();
    let (environment, clock) = env();
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open_with(&path, environment).unwrap());
    let app = TestApp::over(store, clock, "owner@example.com");
    let mut till = app.terminal(harbour(), 1);
    for n in 0..5 {
        till.sell(super::support::DAY, super::support::MONDAY_MS + n, 1_190);
    }
    till.push_all();
    // A command beside the running server.
    let beside = SqliteStore::open(&path).unwrap();
    assert_eq!(beside.reading(|tx| tx.totals(app.tenant)).unwrap().receipts, 5);
    salon_server::provision::pairing_code(&beside, app.tenant, harbour(), "Till 2").unwrap();
    let (totals, tenant, user) = (app.totals(), app.tenant, "owner@example.com");
    drop((till, app, beside));
    let again = SqliteStore::open(&path).unwrap();
    assert_eq!(again.reading(|tx| tx.totals(tenant)).unwrap(), totals);
    let owner = again.reading(|tx| tx.user_by_email(user)).unwrap().unwrap();
    assert!(owner.password_hash.starts_with("$argon2id$") && !owner.password_hash.contains(PASSWORD));
}

/// A rebuild gives the same tables, row by row.
#[test]
fn read_models_can_be_made_anew() {
    let (_folder, path) = file();
    let (environment, clock) = env();
    let now = environment.now();
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open_with(&path, environment).unwrap());
    let app = TestApp::over(Arc::clone(&store), clock, "owner@test.example");
    let wish = salon_server::demo::Wish { seed: 3, months: 1, clients: 150, now };
    let demo = salon_server::demo::seed(store.as_ref(), &wish).unwrap();
    let mut till = app.terminal(harbour(), 1);
    till.sell(super::support::DAY, super::support::MONDAY_MS, 1_190);
    till.push_all();
    let dump = || {
        let conn = rusqlite::Connection::open(&path).unwrap();
        let tables = ["sale", "sale_staff", "booking_day", "booking_staff", "card", "z_report", "stock_level"];
        tables.map(|table| {
            let mut statement = conn.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let columns = statement.column_count();
            let rows = statement.query_map([], |row| {
                (0..columns).map(|ix| row.get::<_, rusqlite::types::Value>(ix)).collect::<Result<Vec<_>, _>>()
            });
            rows.unwrap().collect::<Result<Vec<_>, _>>().unwrap()
        })
    };
    let before = dump();
    assert!(before.iter().all(|rows| !rows.is_empty()));
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute("UPDATE sale SET total_minor = 0", []).unwrap();
    conn.execute("DELETE FROM booking_day", []).unwrap();
    assert!(dump() != before);
    let rebuilt = salon_server::sync::rebuild(store.as_ref(), demo.tenant).unwrap();
    assert!(rebuilt.entries > 500 && rebuilt.documents > 80 && rebuilt.left_out == 0, "{rebuilt:?}");
    salon_server::sync::rebuild(store.as_ref(), app.tenant).unwrap();
    assert!(dump() == before);
}

#[test]
fn an_error_rolls_everything_back() {
    let app = TestApp::new();
    let before = app.head();
    let result: Result<(), StoreError> = app.store.writing(|tx| {
        salon_server::sync::master::put(tx, app.tenant, &super::support::product())?;
        assert_eq!(tx.head(app.tenant)?, before + 1);
        Err(StoreError::Busy)
    });
    assert!(matches!(result, Err(StoreError::Busy)));
    assert_eq!(app.head(), before);
}
