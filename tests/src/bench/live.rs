//! A change at one till seen at another, both online, over WebSockets on loopback: from the command until the other
//! till's window is told.

use super::Bench;
use super::fill::Filler;
use super::house::{House, STYLISTS, fresh};
use super::report::Bar;
use super::socket::{self, Served};
use super::stats::Samples;
use crate::salon::{cut, stylist};
use salon_contract::window::{BookingDraft, Notice, PartDraft};
use salon_domain::booking::Source;
use salon_terminal::clock::{Clock, SystemClock};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

const CHANGES: usize = 150;
const PAUSE: Duration = Duration::from_millis(15);

pub fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let mut random = bench.seed(7);
    let house = House::new()?;
    let served = Served::start(&house)?;
    let clock = Arc::new(SystemClock);
    let a = house.till(1, clock.clone(), &served.url)?;
    let b = house.till(2, clock.clone(), &served.url)?;
    let filler = Filler::new(&a.app, STYLISTS)?;
    let today = filler.catalog.today(clock.now())?;
    socket::keep_in_sync(&a)?;
    socket::keep_in_sync(&b)?;
    a.app.open_till(random.key(), 10_000)?;
    socket::wait_until_same(&house, &a.app, &b)?;
    std::thread::sleep(Duration::from_millis(300));

    let told = b.app.subscribe();
    let (mut sales, mut bookings) = (Samples::default(), Samples::default());
    for n in 0..CHANGES {
        let id = fresh(&mut random, clock.as_ref());
        let draft = filler.draft(&mut random, id, n % 3 == 0, None, None);
        let key = random.key();
        let begun = begin(&told);
        a.app.pay_cash(key, &draft, 100_000)?;
        wait_for(&told, |notice| matches!(notice, Notice::Till))?;
        sales.push(begun.elapsed());

        // Ten days ahead by turns, so that no day becomes absurdly full.
        let date = (0..n % 10 + 1).try_fold(today, |date, _| date.tomorrow())?.to_string();
        let staff = random.below(usize::from(STYLISTS)) as u8;
        let part =
            PartDraft { service: cut(), staff: stylist(staff), start_minute: 480 + 15 * random.below(40) as u16 };
        let booking = BookingDraft {
            date: date.clone(),
            card: None,
            client_name: format!("Somebody {n}"),
            source: Source::Phone,
            parts: vec![part],
            note: String::new(),
            anyway: true,
        };
        let key = random.key();
        let begun = begin(&told);
        a.app.make_booking(key, &booking)?;
        wait_for(&told, |notice| matches!(notice, Notice::Book { date: of } if *of == date))?;
        bookings.push(begun.elapsed());
    }
    let mut all = sales.clone();
    all.extend(&bookings);
    let report = &mut bench.report;
    report.bar("change seen, p95", all.percentile_ms(95.0), "ms", Bar::Below(50.0));
    report.info("change seen, p50", all.median_ms(), "ms");
    report.info("change seen, p99", all.percentile_ms(99.0), "ms");
    report.info("sale seen, p50", sales.median_ms(), "ms");
    report.info("sale seen, p95", sales.percentile_ms(95.0), "ms");
    report.info("booking seen, p50", bookings.median_ms(), "ms");
    report.info("booking seen, p95", bookings.percentile_ms(95.0), "ms");
    report.info("changes", all.len() as f64, "");
    Ok(())
}

/// What came before is of the change before.
fn begin(told: &Receiver<Notice>) -> Instant {
    std::thread::sleep(PAUSE);
    while told.try_recv().is_ok() {}
    Instant::now()
}

fn wait_for(told: &Receiver<Notice>, wanted: impl Fn(&Notice) -> bool) -> anyhow::Result<()> {
    loop {
        if wanted(&told.recv_timeout(Duration::from_secs(20))?) {
            return Ok(());
        }
    }
}
