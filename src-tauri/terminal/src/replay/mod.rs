//! Trading a salon's exported days through the very code that a till runs: a fresh server, a card terminal and a
//! printer as processes of their own, a fresh store, every day from float to Z, and a second terminal that catches up.

mod day;
mod house;

use crate::app::App;
use crate::clock::{Clock, ManualClock};
use crate::compose::{AppConfig, Opened};
use crate::enrol;
use crate::import::{self, Plan};
use crate::printing::{self, Step};
use anyhow::Context;
use house::House;
use salon_contract::window::{Failure, SyncState};
use salon_domain::kernel::{Currency, StaffId};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant as Timer};

/// The last line of the standard output.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub receipts: u64,
    pub lines: u64,
    pub net_minor: i64,
    pub tax_minor: BTreeMap<String, i64>,
    pub line_tax_differences: Vec<TaxDifference>,
    pub unreadable_rows: usize,
    pub bookings: u64,
    pub clashes: usize,
    pub days: usize,
    pub journal_entries: u64,
    pub chain_ok: bool,
    pub server: Figures,
    pub second_terminal: Figures,
    pub seconds: f64,
    pub card_payments: u64,
    pub printed: u64,
    pub no_shows: u64,
    pub cancelled: u64,
    /// Cancellations of appointments that the export has no more.
    pub cancellations_without_booking: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaxDifference {
    pub receipt: String,
    pub tax: String,
    pub recorded_minor: i64,
    pub computed_minor: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    pub net_minor: i64,
    pub receipts: u64,
    pub bookings: u64,
}

fn failed(failure: Failure) -> anyhow::Error {
    anyhow::anyhow!("{failure}")
}

/// One terminal of the replay.
pub(crate) struct Till {
    pub app: Arc<App>,
    pub clock: Arc<ManualClock>,
}

/// Plays the export in `dir`. `bins`: where the other programs are; `say` is told of progress.
pub fn replay(dir: &Path, bins: &Path, say: &mut dyn FnMut(String)) -> anyhow::Result<Report> {
    let begun = Timer::now();
    let currency = Currency::CAD;
    let plan = import::read(dir, currency).map_err(failed)?;
    let place = House::folder()?;
    let house = House::start(bins, place.path(), &plan, currency)?;
    say(format!("server, printer and card terminal are up; {} rows cannot be read", plan.unreadable.len()));

    let first = open_till(&house, "first", &house.codes[0], true)?;
    await_synced(&first.app, Duration::from_secs(60)).context("the fresh terminal did not get its branch")?;
    let staff = owner_of(&first.app)?;
    first.app.act_as(staff);
    let imported = import::apply(&first.app, &plan, staff.uuid()).map_err(failed)?;
    say(format!(
        "imported {} services, {} products, {} staff, {} clients",
        imported.services.len(),
        imported.products.len(),
        imported.staff.len(),
        imported.clients.len()
    ));
    let mut report = trade(&first, &plan, say)?;
    report.unreadable_rows = plan.unreadable.len();

    say("syncing".into());
    await_synced(&first.app, Duration::from_secs(300)).context("the first terminal did not sync")?;
    say("a second terminal catches up".into());
    let second = open_till(&house, "second", &house.codes[1], false)?;
    await_synced(&second.app, Duration::from_secs(300)).context("the second terminal did not catch up")?;

    let verified = first.app.store().verify().map_err(|e| failed(e.into()))?;
    let second_verified = second.app.store().verify().map_err(|e| failed(e.into()))?;
    report.chain_ok = verified.is_well() && second_verified.is_well();
    if !report.chain_ok {
        say(format!("verify: {verified:?} {second_verified:?}"));
    }
    report.journal_entries = verified.journal_entries;
    report.second_terminal = figures(&second.app)?;
    report.server = house.server_figures()?;
    report.printed = first.app.store().printed_jobs().map_err(|e| failed(e.into()))?;
    report.seconds = (begun.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    Ok(report)
}

fn trade(till: &Till, plan: &Plan, say: &mut dyn FnMut(String)) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let mut trader = day::Trader::new(till, plan)?;
    let days = plan.days();
    for (ix, date) in days.iter().enumerate() {
        trader.trade(*date, &mut report).with_context(|| format!("on {date}"))?;
        if (ix + 1) % 10 == 0 || ix + 1 == days.len() {
            say(format!("{} of {} days traded", ix + 1, days.len()));
        }
    }
    report.cancellations_without_booking = trader.unmatched_cancellations();
    let (receipts, net_minor, _) = till.app.store().sale_totals().map_err(|e| failed(e.into()))?;
    report.receipts = receipts;
    report.net_minor = net_minor;
    report.bookings = till.app.store().booking_count().map_err(|e| failed(e.into()))?;
    report.days = days.len();
    for date in &days {
        report.clashes += till.app.clashes(&date.to_string()).map_err(failed)?.len();
    }
    Ok(report)
}

fn open_till(house: &House, name: &str, code: &str, devices: bool) -> anyhow::Result<Till> {
    let data: PathBuf = house.place.join(name);
    let now = crate::clock::SystemClock.now();
    let clock = Arc::new(ManualClock::at(now));
    // These stores are gone in a minute: their keys are not for the user's keyring.
    std::fs::create_dir_all(&data)?;
    std::fs::write(data.join("secrets.json"), b"{}")?;
    let opened = Opened::new(&data, clock.clone()).map_err(failed)?;
    enrol::enrol(&opened, &house.server_url(), code, &format!("Till {name}")).map_err(failed)?;
    if devices {
        for device in [format!("escpos_tcp:{}", house.printer), format!("zvt_tcp:{}", house.card)] {
            opened.add_device(&device, "", &[], house.currency, true).map_err(failed)?;
        }
    }
    drop(opened);
    // The replay prints by itself, job by job, so that its days are as slow as their printer and no slower.
    let config = AppConfig { data, clock: clock.clone(), print: false, sync: true };
    let app = App::open(config).map_err(failed)?;
    Ok(Till { app, clock })
}

/// Prints what waits, now.
pub(crate) fn print_queue(app: &App) -> anyhow::Result<()> {
    loop {
        match printing::print_next(app).map_err(failed)? {
            Step::Done => {}
            Step::Nothing => return Ok(()),
            Step::Blocked => anyhow::bail!("the printer has a fault"),
        }
    }
}

/// The first person who may do everything: the salon's owner.
fn owner_of(app: &App) -> anyhow::Result<StaffId> {
    let catalog = app.catalog().map_err(failed)?;
    let owner = catalog.staff.iter().find(|s| s.role == salon_domain::access::Role::Admin);
    Ok(owner.context("the salon has no owner among its staff")?.id)
}

/// Waits until everything is pushed and pulled.
pub fn await_synced(app: &App, patience: Duration) -> anyhow::Result<()> {
    let begun = Timer::now();
    loop {
        let sync = app.sync_view();
        let position = app.store().sync_position().map_err(|e| failed(e.into()))?;
        if sync.state == SyncState::Synced && position.outbox_last == position.acked && position.cursor > 0 {
            return Ok(());
        }
        if sync.state == SyncState::Refused {
            anyhow::bail!("the server refuses this terminal");
        }
        if begun.elapsed() > patience {
            anyhow::bail!("still {:?} with {} to go after {} s", sync.state, sync.pending, patience.as_secs());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn figures(app: &App) -> anyhow::Result<Figures> {
    let (receipts, net_minor, _) = app.store().sale_totals().map_err(|e| failed(e.into()))?;
    let bookings = app.store().booking_count().map_err(|e| failed(e.into()))?;
    Ok(Figures { net_minor, receipts, bookings })
}
