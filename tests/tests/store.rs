//! The store when things go wrong: what it says, and that nothing is lost.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

use salon_contract::window::Code;
use salon_domain::kernel::TicketId;
use salon_terminal::app::Ports;
use salon_terminal::clock::{ManualClock, SystemClock};
use salon_terminal::compose::Opened;
use salon_terminal::store::{Store, StoreError};
use salon_terminal::{data_out, import};
use salon_tests::net::Link;
use salon_tests::salon::{MORNING, Salon, Terminal, desk, ticket};
use std::sync::Arc;
use uuid::Uuid;

fn key(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | n)
}

fn trading(salon: &Salon) -> Terminal {
    let till = salon.terminal(1, Ports::default()).unwrap();
    let mut link = Link::new(&till).unwrap();
    for n in 0..200 {
        link.step(&till, salon, n).unwrap();
    }
    till.app.act_as(desk());
    till.app.open_till(key(1), 0).unwrap();
    for n in 0..20 {
        till.app.pay_cash(key(100 + n), &ticket(TicketId::from_uuid(key(500 + n)), (n % 2) as i64), 100_000).unwrap();
    }
    till
}

/// Closes the app and gives the folder of its store.
fn closed(till: Terminal) -> (std::path::PathBuf, Arc<ManualClock>) {
    let Terminal { app, dir, clock, .. } = till;
    drop(app);
    (dir, clock)
}

#[test]
fn nothing_readable_is_on_the_disk() {
    let salon = Salon::new().unwrap();
    let (dir, _) = closed(trading(&salon));
    for file in std::fs::read_dir(&dir).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for secret in [b"SQLite format".as_slice(), b"payment.completed", b"Shampoo"] {
            assert!(!bytes.windows(secret.len()).any(|w| w == secret));
        }
    }
}

#[test]
fn another_key_is_refused_in_words() {
    let salon = Salon::new().unwrap();
    let (dir, clock) = closed(trading(&salon));
    let Err(error) = Store::open(&dir, &[9; 32], clock) else { panic!("opened with another key") };
    assert!(matches!(error, StoreError::WrongKey(_)), "{error}");
}

#[test]
fn a_newer_store_is_left_alone() {
    let salon = Salon::new().unwrap();
    let (dir, clock) = closed(trading(&salon));
    {
        let conn = rusqlite::Connection::open(dir.join("store.db")).unwrap();
        conn.execute_batch(&format!("PRAGMA key = \"x'{}'\"", "01".repeat(32))).unwrap();
        conn.execute(
            "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES (999, 'later', '', '0')",
            [],
        )
        .unwrap();
    }
    let Err(error) = Store::open(&dir, &[1; 32], clock) else { panic!("opened a newer store") };
    assert!(matches!(error, StoreError::Newer { found: 999, .. }), "{error}");
}

#[test]
fn a_corrupt_page_is_found_and_named() {
    let salon = Salon::new().unwrap();
    let till = trading(&salon);
    till.app.store().copy_to(&till.dir.join("whole.db")).unwrap();
    let (dir, clock) = closed(till);
    for leftover in ["store.db-wal", "store.db-shm"] {
        let _ = std::fs::remove_file(dir.join(leftover));
    }
    let mut bytes = std::fs::read(dir.join("whole.db")).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096 + 100;
    bytes[middle..middle + 64].fill(0x5a);
    std::fs::write(dir.join("store.db"), &bytes).unwrap();
    let found = Store::open(&dir, &[1; 32], clock).and_then(|store| store.verify());
    let said = match found {
        Ok(verified) => verified.page_faults.join(" "),
        Err(error) => error.to_string(),
    };
    assert!(!said.is_empty(), "a damaged page was not noticed");
}

/// The disk fills up in the middle of trading: the sale that does not fit is refused with the reason, the ones before
/// are there, and with space again trading goes on where it was.
#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    if std::env::var_os("SALON_INSIDE_SMALL_DISK").is_none() {
        // A small disk of its own, in a mount namespace of its own.
        let status = std::process::Command::new("unshare")
            .args(["--mount", "--map-root-user"])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "a_full_disk_refuses_and_loses_nothing", "--nocapture"])
            .env("SALON_INSIDE_SMALL_DISK", "1")
            .status()
            .unwrap();
        assert!(status.success(), "with a small disk: {status}");
        return;
    }
    let mount = std::env::temp_dir().join(format!("salon-small-disk-{}", std::process::id()));
    std::fs::create_dir_all(&mount).unwrap();
    let mounted =
        std::process::Command::new("mount").args(["-t", "tmpfs", "-o", "size=6m", "tmpfs"]).arg(&mount).status();
    assert!(mounted.unwrap().success());
    let salon = Salon::new_in(&mount).unwrap();
    let till = trading(&salon);
    let filler = mount.join("filler");
    std::fs::write(&filler, vec![0; 1 << 20]).unwrap();
    let mut filled = 0;
    let failure = (0..100_000_u128)
        .find_map(|n| {
            match till.app.pay_cash(key(10_000 + n), &ticket(TicketId::from_uuid(key(1 << 40 | n)), 1), 100_000) {
                Ok(_) => {
                    filled += 1;
                    None
                }
                Err(failure) => Some(failure),
            }
        })
        .unwrap();
    assert_eq!(failure.code, Code::DiskFull, "{failure}");
    assert_eq!(till.app.store().sale_totals().unwrap().0, 20 + filled, "what was sold before is there");
    std::fs::remove_file(&filler).unwrap();
    let sold = till.app.pay_cash(key(3), &ticket(TicketId::from_uuid(key(4)), 0), 100_000).unwrap();
    assert_eq!(sold.sale.number, 21 + filled, "no number is skipped");
    assert!(till.app.store().verify().unwrap().is_well());
}

#[test]
fn a_rebuild_gives_the_same_tables_and_tampering_is_found() {
    let salon = Salon::new().unwrap();
    let till = trading(&salon);
    let store = till.app.store();
    let before = (store.sale_totals().unwrap(), store.levels().unwrap());
    store.write::<_, StoreError>(|unit| unit.rebuild()).unwrap();
    assert_eq!((store.sale_totals().unwrap(), store.levels().unwrap()), before);
    assert!(store.verify().unwrap().is_well());
    let (dir, clock) = closed(till);
    {
        let conn = rusqlite::Connection::open(dir.join("store.db")).unwrap();
        conn.execute_batch(&format!("PRAGMA key = \"x'{}'\"", "01".repeat(32))).unwrap();
        conn.execute("UPDATE sale SET total = total - 100 WHERE number = 3", []).unwrap();
        conn.execute(
            "UPDATE journal SET body = CAST(replace(CAST(body AS TEXT), '\"quantity\":1', '\"quantity\":2') AS BLOB) \
             WHERE id = (SELECT id FROM sale WHERE number = 5)",
            [],
        )
        .unwrap();
    }
    let found = Store::open(&dir, &[1; 32], clock).unwrap().verify().unwrap();
    assert!(!found.chain_faults.is_empty(), "a changed entry breaks the chain");
    assert!(found.stale_tables.contains(&"sale".to_owned()), "a changed row is not what a rebuild makes");
}

#[test]
fn a_backup_comes_back_whole_and_a_second_copy_stays_out() {
    // A secrets file that is there already is used: no keyring in this test.
    let salon = Salon::new().unwrap();
    let dir = salon.dir.path().join("own");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("secrets.json"), b"{}").unwrap();
    let clock = Arc::new(SystemClock);
    let opened = Opened::new(&dir, clock.clone()).unwrap();
    let second = Opened::new(&dir, clock.clone());
    assert_eq!(second.err().map(|f| f.code), Some(Code::StoreInUse));
    opened.store.write::<_, StoreError>(|unit| unit.set_meta("mark", &42)).unwrap();
    let file = salon.dir.path().join("till.backup");
    data_out::backup(&opened, &file).unwrap();
    drop(opened);

    let back = salon.dir.path().join("back");
    std::fs::create_dir_all(&back).unwrap();
    std::fs::write(back.join("secrets.json"), b"{}").unwrap();
    data_out::restore(&file, &back).unwrap();
    let opened = Opened::new(&back, clock).unwrap();
    let mark: Option<i32> = opened.store.write::<_, StoreError>(|unit| unit.meta("mark")).unwrap();
    assert_eq!(mark, Some(42));

    let mut cut_short = std::fs::read(&file).unwrap();
    cut_short.truncate(20);
    std::fs::write(&file, cut_short).unwrap();
    let refused = data_out::restore(&file, &salon.dir.path().join("third")).unwrap_err();
    assert_eq!(refused.code, Code::BadInput);
}

#[test]
fn an_export_has_everything_and_an_import_can_be_undone() {
    let salon = Salon::new().unwrap();
    let till = trading(&salon);
    let out = salon.dir.path().join("export");
    let exported = data_out::export(till.app.store(), &out).unwrap();
    assert_eq!((exported.sales, exported.journal_entries), (20, till.app.store().journal_count().unwrap()));
    let lines = std::fs::read_to_string(out.join("journal.jsonl")).unwrap();
    assert_eq!(lines.lines().count() as u64, exported.journal_entries);
    assert_eq!(data_out::export(till.app.store(), &out).unwrap_err().code, Code::BadInput, "the folder is not empty");

    let from = salon.dir.path().join("other-software");
    std::fs::create_dir_all(&from).unwrap();
    let put = |name: &str, text: &str| std::fs::write(from.join(name), text).unwrap();
    put("services.csv", "IsActive,Code,Desc,Cate,Price,Cost\nTRUE,PERM,Perm,STYLE,80,5\n");
    put(
        "products.csv",
        "IsActive,Code,Description,Supplier,Brand,Category,Price,On Hand,Minimum,Maximum,Cost\nTRUE,WAX,Wax,S,B,RETAIL,12,4,1,6,5\n",
    );
    put("bookings.csv", "Code,Staff,Service,Date,Time,TimeInt\nZZ01,KIM,PERM,03/14/2018,,950\n");
    put("receipts.csv", "Receipt,Date,Description,Client,Staff,Quantity,Amount,VAT\n");
    let plan = import::read(&from, salon_domain::kernel::Currency::EUR).unwrap();
    let made = import::apply(&till.app, &plan, Uuid::nil()).unwrap();
    assert_eq!((made.services.len(), made.products.len(), made.staff.len(), made.clients.len()), (1, 1, 1, 1));
    assert_eq!(till.app.search("zz01", 5).unwrap().clients.len(), 1);
    assert_eq!(import::apply(&till.app, &plan, Uuid::nil()).unwrap().clients.len(), 0, "twice is once");
    import::undo(&till.app, &made.id, Uuid::nil()).unwrap();
    assert!(till.app.search("zz01", 5).unwrap().clients.is_empty());
    assert!(till.app.search("perm", 5).unwrap().services.is_empty());
    assert!(till.app.store().verify().unwrap().is_well());
    assert_eq!(import::undo(&till.app, &made.id, Uuid::nil()).unwrap_err().code, Code::NotFound);
    assert_eq!(MORNING, till.app.store().clock().now());
}
