//! Ten thousand sales and bookings made offline reach a second terminal: without sockets, where bytes and the server's
//! own time can be told apart, and over WebSockets on loopback.

use super::Bench;
use super::fill::Filler;
use super::house::{House, STYLISTS, Till};
use super::pump::{self, Pump, Traffic};
use super::random::Random;
use super::report::Bar;
use super::socket::{self, Served};
use crate::salon::{MORNING, desk};
use salon_domain::booking::BookingStatus;
use salon_domain::customer::{CardEdit, field};
use salon_domain::event::{CardRegistered, Happening};
use salon_domain::kernel::{CardId, TillSessionId, day_from_number, day_number};
use salon_terminal::clock::ManualClock;
use salon_terminal::store::{StoreError, Unit};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

const SALES: usize = 5_000;
const BOOKINGS: usize = 5_000;
/// The bookings are spread over so many days.
const DAYS: usize = 50;
const CARDS: usize = 500;

pub fn run(bench: &mut Bench) -> anyhow::Result<()> {
    in_memory(bench)?;
    over_sockets(bench)
}

fn in_memory(bench: &mut Bench) -> anyhow::Result<()> {
    let house = House::new()?;
    let clock = Arc::new(ManualClock::at(MORNING));
    let a = house.till(1, clock.clone(), "http://127.0.0.1:1")?;
    let b = house.till(2, clock.clone(), "http://127.0.0.1:1")?;
    let mut offline = Offline::new(&a, bench.seed(5))?;
    let (mut up, mut down) = (Pump::new(&a, house.server.clone())?, Pump::new(&b, house.server.clone())?);
    pump::settle(&mut up, &mut down)?;

    let mut seconds = 0.0;
    let mut server = 0.0;
    let mut spread = |bench: &mut Bench, what: &str, count: usize, bar: Option<Bar>| -> anyhow::Result<()> {
        (up.traffic, down.traffic) = (Traffic::default(), Traffic::default());
        up.poke()?;
        let begun = Instant::now();
        pump::settle(&mut up, &mut down)?;
        let took = begun.elapsed().as_secs_f64();
        seconds += took;
        server += (up.traffic.server + down.traffic.server).as_secs_f64();
        let each = |bytes: usize| bytes as f64 / count as f64;
        let report = &mut bench.report;
        match bar {
            Some(bar) => report.bar(format!("a {what}, up"), each(up.traffic.up), "bytes", bar),
            None => report.info(format!("a {what}, up"), each(up.traffic.up), "bytes"),
        }
        report.info(format!("a {what}, acknowledgements"), each(up.traffic.down), "bytes");
        report.info(format!("a {what}, down to the other till"), each(down.traffic.down), "bytes");
        report.info(format!("{what}s, frames"), (up.traffic.frames + down.traffic.frames) as f64, "");
        report.info(format!("{what}s, time"), took, "s");
        Ok(())
    };
    offline.sell(SALES)?;
    spread(bench, "sale", SALES, Some(Bar::AtMost(300.0)))?;
    offline.book(BOOKINGS)?;
    spread(bench, "booking", BOOKINGS, None)?;
    check_same(&a, &b)?;
    let report = &mut bench.report;
    report.info("10,000 in memory, time", seconds, "s");
    report.info("10,000 in memory, rate", (SALES + BOOKINGS) as f64 / seconds, "/s");
    report.info("10,000 in memory, of it in the server", server, "s");
    Ok(())
}

fn over_sockets(bench: &mut Bench) -> anyhow::Result<()> {
    let house = House::new()?;
    let served = Served::start(&house)?;
    let clock = Arc::new(ManualClock::at(MORNING));
    let a = house.till(1, clock.clone(), &served.url)?;
    let b = house.till(2, clock, &served.url)?;
    let mut offline = Offline::new(&a, bench.seed(6))?;
    // As a day goes: some sales, some bookings.
    for _ in 0..100 {
        offline.sell(SALES / 100)?;
        offline.book(BOOKINGS / 100)?;
    }
    let begun = Instant::now();
    socket::keep_in_sync(&b)?;
    socket::keep_in_sync(&a)?;
    socket::wait_until_same(&house, &a.app, &b)?;
    let took = begun.elapsed().as_secs_f64();
    check_same(&a, &b)?;
    let report = &mut bench.report;
    report.info("10,000 over WebSockets, time", took, "s");
    report.info("10,000 over WebSockets, rate", (SALES + BOOKINGS) as f64 / took, "/s");
    Ok(())
}

fn check_same(a: &Till, b: &Till) -> anyhow::Result<()> {
    let (a, b) = (a.app.store(), b.app.store());
    let (left, right) = (a.sale_totals()?, b.sale_totals()?);
    anyhow::ensure!(left == right && left.0 == SALES as u64, "sales differ: {left:?}, {right:?}");
    anyhow::ensure!(a.booking_count()? == BOOKINGS as u64 && b.booking_count()? == BOOKINGS as u64, "bookings differ");
    anyhow::ensure!(a.levels()? == b.levels()?, "stock differs");
    Ok(())
}

/// A till without a network.
struct Offline<'t> {
    till: &'t Till,
    filler: Filler,
    random: Random,
    cards: Vec<CardId>,
    session: TillSessionId,
    today: i32,
    booked: usize,
}

impl<'t> Offline<'t> {
    fn new(till: &'t Till, mut random: Random) -> anyhow::Result<Self> {
        let filler = Filler::new(&till.app, STYLISTS)?;
        let today = day_number(filler.catalog.today(till.place.clock.now())?);
        let (cards, session) = till.app.store().write::<_, StoreError>(|unit| {
            let cards = (0..CARDS).map(|n| card(unit, &mut random, n)).collect::<Result<Vec<_>, _>>()?;
            Ok((cards, filler.open_till(unit, &mut random, today)?))
        })?;
        Ok(Offline { till, filler, random, cards, session, today, booked: 0 })
    }

    fn sell(&mut self, count: usize) -> anyhow::Result<()> {
        let Offline { till, filler, random, cards, session, today, .. } = self;
        till.app.store().write::<_, StoreError>(|unit| {
            for n in 0..count {
                let card = random.one_in(2).then(|| *random.pick(cards));
                let id = unit.id();
                let draft = filler.draft(random, id, n % 3 == 0, None, card);
                filler.sell(unit, random, *session, *today, &draft)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// One change of a day's document each, as `make_booking` makes it.
    fn book(&mut self, count: usize) -> anyhow::Result<()> {
        let Offline { till, filler, random, cards, today, booked, .. } = self;
        let failed = |e: salon_domain::kernel::TimeError| StoreError::Io(e.to_string());
        till.app.store().write::<_, StoreError>(|unit| {
            for _ in 0..count {
                let day = *today + (*booked % DAYS) as i32;
                let date = day_from_number(day).map_err(failed)?;
                let minute = 480 + 15 * random.below(44) as u16;
                let start = filler.catalog.zone.at_minute(date, minute).map_err(failed)?;
                let staff = random.below(usize::from(STYLISTS)) as u8;
                let card = *random.pick(cards);
                let (_, facts) = filler.visit(unit, staff, start, Some(card), &[BookingStatus::Confirmed])?;
                unit.add_facts(day, &facts)?;
                *booked += 1;
            }
            Ok(())
        })?;
        Ok(())
    }
}

fn card(unit: &mut Unit<'_>, random: &mut Random, n: usize) -> Result<CardId, StoreError> {
    let who = super::clients::person(random, n);
    let set = BTreeMap::from([
        (field::GIVEN_NAME.to_owned(), who.given.to_owned()),
        (field::FAMILY_NAME.to_owned(), who.family),
        (field::PHONE.to_owned(), who.phone),
    ]);
    let id: CardId = unit.id();
    let at = unit.stamp()?;
    unit.edit_card(&CardEdit { card: id, at, set })?;
    let what = Happening::CustomerRegistered(CardRegistered { card: id });
    unit.journal(id.uuid(), what, desk().uuid(), random.key())?;
    Ok(id)
}
