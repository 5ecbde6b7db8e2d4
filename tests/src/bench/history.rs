//! A store as it is after three years: sales, clients, the book. And an empty one beside it, of the same salon.

use super::clients::person;
use super::fill::Filler;
use super::house::{House, Place, STYLISTS, Till};
use super::random::Random;
use crate::salon::{MORNING, desk};
use salon_domain::booking::BookingStatus::{Completed, Confirmed, InProgress, NoShow};
use salon_domain::customer::{CardEdit, field};
use salon_domain::event::{CardRegistered, Happening};
use salon_domain::kernel::{BookingId, CardId, day_from_number, day_number};
use salon_terminal::clock::ManualClock;
use salon_terminal::store::{StoreError, Unit};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

const CLIENTS: usize = 100_000;
const DAYS: i32 = 3 * 365;
const BOOKINGS_A_DAY: usize = 30;
/// The fullest days that there are, some way ahead.
pub const FULL_DAYS: i32 = 31;
pub const FULL_DAYS_FROM: i32 = 60;
pub const BOOKINGS_OF_A_STYLIST: usize = 20;

pub struct History {
    pub house: House,
    pub place: Place,
    pub empty: Place,
    pub clock: Arc<ManualClock>,
    pub today: i32,
    pub days: i32,
    pub sales: usize,
    pub cards: Vec<CardId>,
    pub took: Duration,
}

impl History {
    pub fn make(full: bool, seed: u64) -> anyhow::Result<History> {
        let begun = Instant::now();
        let mut random = Random::new(seed);
        let house = House::new()?;
        let clock = Arc::new(ManualClock::at(MORNING));
        let empty = house.till(1, clock.clone(), "http://127.0.0.1:1")?.place;
        let Till { app, place } = house.till(2, clock.clone(), "http://127.0.0.1:1")?;
        let filler = Filler::new(&app, STYLISTS)?;
        let today = day_number(filler.catalog.today(MORNING)?);
        let cards = fill_clients(&app, &mut random)?;
        let sales = if full { 500_000 } else { 50_000 };
        let mut sold = 0;
        for n in 0..DAYS {
            let wanted = sales * (n as usize + 1) / DAYS as usize - sold;
            let day = today - DAYS + n;
            clock.set(filler.catalog.zone.at_minute(day_from_number(day)?, 9 * 60)?);
            app.store().write::<_, StoreError>(|unit| {
                past_day(unit, &filler, &mut random, &cards, day, wanted)?;
                forget_outbox(unit)
            })?;
            sold += wanted;
        }
        clock.set(MORNING);
        for day in today + FULL_DAYS_FROM..today + FULL_DAYS_FROM + FULL_DAYS {
            app.store().write::<_, StoreError>(|unit| {
                full_day(unit, &filler, &mut random, &cards, day)?;
                forget_outbox(unit)
            })?;
        }
        drop(app);
        Ok(History { house, place, empty, clock, today, days: DAYS, sales: sold, cards, took: begun.elapsed() })
    }

    pub fn size_bytes(&self) -> anyhow::Result<u64> {
        Ok(std::fs::metadata(self.house.dir.path().join("till-2/store.db"))?.len())
    }
}

/// Everything has been acknowledged.
fn forget_outbox(unit: &mut Unit<'_>) -> Result<(), StoreError> {
    match unit.touched.outbox {
        Some(last) => unit.mark_acked(last),
        None => Ok(()),
    }
}

fn fill_clients(app: &salon_terminal::app::App, random: &mut Random) -> anyhow::Result<Vec<CardId>> {
    let mut cards = Vec::with_capacity(CLIENTS);
    while cards.len() < CLIENTS {
        app.store().write::<_, StoreError>(|unit| {
            for n in cards.len()..(cards.len() + 2_000).min(CLIENTS) {
                let who = person(random, n);
                let set = BTreeMap::from([
                    (field::GIVEN_NAME.to_owned(), who.given.to_owned()),
                    (field::FAMILY_NAME.to_owned(), who.family),
                    (field::PHONE.to_owned(), who.phone),
                    (field::EMAIL.to_owned(), who.email),
                ]);
                let card: CardId = unit.id();
                let at = unit.stamp()?;
                unit.edit_card(&CardEdit { card, at, set })?;
                let registered = Happening::CustomerRegistered(CardRegistered { card });
                unit.journal(card.uuid(), registered, desk().uuid(), random.key())?;
                cards.push(card);
            }
            forget_outbox(unit)
        })?;
    }
    Ok(cards)
}

/// A day that was: its book, its sales, the till opened and closed. Half of the book was checked out.
fn past_day(
    unit: &mut Unit<'_>,
    filler: &Filler,
    random: &mut Random,
    cards: &[CardId],
    day: i32,
    sales: usize,
) -> Result<(), StoreError> {
    let session = filler.open_till(unit, random, day)?;
    let mut facts = Vec::new();
    let mut visits: Vec<(BookingId, CardId)> = Vec::new();
    for _ in 0..BOOKINGS_A_DAY {
        let card = *random.pick(cards);
        let start = unit.now().plus_min(15 * random.below(40) as i64);
        let statuses = if random.one_in(20) { &[Confirmed, NoShow][..] } else { &[Confirmed, InProgress, Completed] };
        let staff = random.below(usize::from(STYLISTS)) as u8;
        let (booking, of_visit) = filler.visit(unit, staff, start, Some(card), statuses)?;
        facts.extend(of_visit);
        visits.push((booking, card));
    }
    unit.add_facts(day, &facts)?;
    for n in 0..sales {
        let visit = if random.one_in(2) { visits.pop() } else { None };
        let card = visit.map(|(_, card)| card);
        let id = unit.id();
        let draft = filler.draft(random, id, n % 3 == 0, visit.map(|(booking, _)| booking), card);
        filler.sell(unit, random, session, day, &draft)?;
    }
    filler.close_till(unit, random)
}

/// Every stylist has [`BOOKINGS_OF_A_STYLIST`] of the day's 24 half hours taken.
fn full_day(
    unit: &mut Unit<'_>,
    filler: &Filler,
    random: &mut Random,
    cards: &[CardId],
    day: i32,
) -> Result<(), StoreError> {
    let failed = |e: salon_domain::kernel::TimeError| StoreError::Io(e.to_string());
    let date = day_from_number(day).map_err(failed)?;
    let open = filler.catalog.zone.at_minute(date, 8 * 60).map_err(failed)?;
    let mut facts = Vec::new();
    for staff in 0..STYLISTS {
        let mut half_hours: Vec<i64> = (0..24).collect();
        random.shuffle(&mut half_hours);
        for slot in half_hours.into_iter().take(BOOKINGS_OF_A_STYLIST) {
            let card = *random.pick(cards);
            let (_, of_visit) = filler.visit(unit, staff, open.plus_min(30 * slot), Some(card), &[Confirmed])?;
            facts.extend(of_visit);
        }
    }
    unit.add_facts(day, &facts)
}
