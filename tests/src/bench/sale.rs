//! A sale, from "take payment" until it is durable, against one row made durable in a database of the same kind on the
//! same disk, by turns.

use super::Bench;
use super::fill::Filler;
use super::house::{House, STYLISTS, Till, fresh};
use super::random::Random;
use super::report::{Bar, Report};
use super::stats::Samples;
use crate::salon::MORNING;
use rusqlite::{Connection, params};
use salon_domain::booking::BookingStatus;
use salon_domain::kernel::{BookingId, day_from_number, day_number};
use salon_domain::payment::TicketDraft;
use salon_terminal::app::App;
use salon_terminal::clock::ManualClock;
use salon_terminal::store::StoreError;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

const DAYS: i32 = 12;
const BOOKINGS_A_DAY: usize = 40;
pub const SALES_A_DAY: usize = 40;
/// What is in the row: about as much as the least that a sale could be.
const ROW_BYTES: usize = 100;

pub fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let house = House::new()?;
    let clock = Arc::new(ManualClock::at(MORNING));
    let till = house.till(1, clock.clone(), "http://127.0.0.1:1")?;
    let fresh = measure(till, &clock, bench.seed(1))?;
    fresh.report(&mut bench.report, "new store", None);

    let history = bench.history()?;
    let till = Till { app: history.place.open()?, place: history.place.clone() };
    let long = measure(till, &history.clock, bench.seed(2))?;
    history.clock.set(MORNING);
    long.report(&mut bench.report, "long history", Some(Bar::AtMost(2.0)));
    Ok(())
}

#[derive(Default)]
struct Measured {
    row: Samples,
    /// Until `pay_cash` answers with the receipt's view.
    shown: Samples,
    /// Until it is durable.
    durable: Samples,
    plain: Samples,
    with_product: Samples,
    with_booking: Samples,
    first_product_ms: f64,
    pages_of_a_sale: f64,
    pages_of_a_row: f64,
}

impl Measured {
    fn report(&self, report: &mut Report, store: &str, bar: Option<Bar>) {
        let row = self.row.median_ms();
        let mut ratio = |name: &str, value: f64| match bar {
            Some(bar) => report.bar(format!("{store}: {name}"), value, "×", bar),
            None => report.info(format!("{store}: {name}"), value, "×"),
        };
        ratio("durable sale / one row", self.durable.median_ms() / row);
        ratio("answered sale / one row", self.shown.median_ms() / row);
        let mut info = |name: &str, value: f64, unit| report.info(format!("{store}: {name}"), value, unit);
        info("walk-in / one row", self.plain.median_ms() / row, "×");
        info("with a product / one row", self.with_product.median_ms() / row, "×");
        info("with a booking / one row", self.with_booking.median_ms() / row, "×");
        info("one row, median", row, "ms");
        info("durable sale, median", self.durable.median_ms(), "ms");
        info("durable sale, p95", self.durable.percentile_ms(95.0), "ms");
        info("durable sale, p99", self.durable.percentile_ms(99.0), "ms");
        info("WAL pages of a sale", self.pages_of_a_sale, "");
        info("WAL pages of one row", self.pages_of_a_row, "");
        info("first product sale after opening", self.first_product_ms, "ms");
    }
}

fn measure(till: Till, clock: &ManualClock, mut random: Random) -> anyhow::Result<Measured> {
    let Till { app, place } = till;
    let filler = Filler::new(&app, STYLISTS)?;
    let row_dir = place.dir.join("one-row");
    std::fs::create_dir_all(&row_dir)?;
    let row_file = row_dir.join("row.db");
    let row = encrypted(&row_file, &place.store_key)?;
    row.execute_batch("CREATE TABLE row (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")?;
    let durable_at = Arc::new(Mutex::new(None));
    let seen = durable_at.clone();
    app.store().watch(Box::new(move |_| {
        if let Ok(mut slot) = seen.lock() {
            *slot = Some(Instant::now());
        }
    }));
    let mut measured = Measured::default();
    let today = day_number(filler.catalog.today(MORNING)?);
    for n in 0..DAYS {
        clock.set(filler.catalog.zone.at_minute(day_from_number(today + n)?, 9 * 60)?);
        let visits = begin_day(&app, &filler, &mut random, today + n)?;
        if n == 0 {
            let id = fresh(&mut random, clock);
            let draft = filler.draft(&mut random, id, true, None, None);
            let mut first = Samples::default();
            first.time(|| app.pay_cash(random.key(), &draft, 100_000))?;
            measured.first_product_ms = first.median_ms();
            warm_up(&app, &filler, &mut random, clock, &row)?;
            empty_wal(&place.dir.join("store.db"), &place.store_key)?;
            empty_wal(&row_file, &place.store_key)?;
        }
        for (nth, visit) in visits.iter().take(SALES_A_DAY).enumerate() {
            let booking = (nth % 2 == 0).then_some(*visit);
            let id = fresh(&mut random, clock);
            let draft = filler.draft(&mut random, id, nth % 3 == 0, booking, None);
            let key = random.key();
            if nth % 4 < 2 {
                measured.row.time(|| insert(&row))?;
                measured.sell(&app, key, &draft, &durable_at)?;
            } else {
                measured.sell(&app, key, &draft, &durable_at)?;
                measured.row.time(|| insert(&row))?;
            }
        }
        if n == 0 {
            measured.pages_of_a_sale = wal_pages(&place.dir.join("store.db"))? / SALES_A_DAY as f64;
            measured.pages_of_a_row = wal_pages(&row_file)? / SALES_A_DAY as f64;
        }
        app.store().write::<_, StoreError>(|unit| filler.close_till(unit, &mut random))?;
    }
    Ok(measured)
}

impl Measured {
    fn sell(
        &mut self,
        app: &App,
        key: uuid::Uuid,
        draft: &TicketDraft,
        durable_at: &Mutex<Option<Instant>>,
    ) -> anyhow::Result<()> {
        let begun = Instant::now();
        app.pay_cash(key, draft, 100_000)?;
        let shown = begun.elapsed();
        let durable = durable_at.lock().ok().and_then(|mut slot| slot.take());
        let durable = durable.ok_or_else(|| anyhow::anyhow!("a sale was not written"))?.duration_since(begun);
        self.shown.push(shown);
        self.durable.push(durable);
        match (draft.booking.is_some(), draft.lines.len() > 1) {
            (false, false) => self.plain.push(durable),
            (false, true) => self.with_product.push(durable),
            (true, false) => self.with_booking.push(durable),
            (true, true) => {}
        }
        Ok(())
    }
}

/// Opens the till and puts visits into the day's book.
pub fn begin_day(app: &App, filler: &Filler, random: &mut Random, day: i32) -> anyhow::Result<Vec<BookingId>> {
    Ok(app.store().write::<_, StoreError>(|unit| {
        filler.open_till(unit, random, day)?;
        let mut facts = Vec::new();
        let mut visits = Vec::new();
        for _ in 0..BOOKINGS_A_DAY {
            let start = unit.now().plus_min(15 * random.below(40) as i64);
            let staff = random.below(usize::from(STYLISTS)) as u8;
            let (booking, of_visit) = filler.visit(unit, staff, start, None, &[BookingStatus::Confirmed])?;
            facts.extend(of_visit);
            visits.push(booking);
        }
        unit.add_facts(day, &facts)?;
        Ok(visits)
    })?)
}

fn warm_up(
    app: &App,
    filler: &Filler,
    random: &mut Random,
    clock: &ManualClock,
    row: &Connection,
) -> anyhow::Result<()> {
    for n in 0..20 {
        let id = fresh(random, clock);
        let draft = filler.draft(random, id, n % 3 == 0, None, None);
        app.pay_cash(random.key(), &draft, 100_000)?;
        insert(row)?;
    }
    Ok(())
}

fn insert(row: &Connection) -> anyhow::Result<()> {
    row.prepare_cached("INSERT INTO row (body) VALUES (?1)")?.execute(params![[7_u8; ROW_BYTES]])?;
    Ok(())
}

/// A database with the settings of the terminal's store.
fn encrypted(path: &Path, key: &[u8; 32]) -> anyhow::Result<Connection> {
    let conn = Connection::open(path)?;
    let hex: String = key.iter().map(|b| format!("{b:02x}")).collect();
    conn.execute_batch(&format!(
        "PRAGMA key = \"x'{hex}'\"; PRAGMA cipher_memory_security = OFF; PRAGMA journal_mode = WAL; \
         PRAGMA synchronous = FULL; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; \
         PRAGMA wal_autocheckpoint = 2000; PRAGMA busy_timeout = 5000;"
    ))?;
    Ok(conn)
}

/// Moves the log into the database, so that its length says what came after.
fn empty_wal(path: &Path, key: &[u8; 32]) -> anyhow::Result<()> {
    let conn = encrypted(path, key)?;
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

fn wal_pages(path: &Path) -> anyhow::Result<f64> {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    let bytes = std::fs::metadata(wal)?.len();
    // A header of 32 bytes, then frames of a header of 24 and a page.
    Ok(bytes.saturating_sub(32) as f64 / (24.0 + 4096.0))
}
