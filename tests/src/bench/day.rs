//! The day view of thirty full columns, and where a visit of three parts fits in thirty such days.

use super::Bench;
use super::history::{FULL_DAYS_FROM, History};
use super::house::{STYLISTS, dry};
use super::random::Random;
use super::report::Bar;
use super::stats::Samples;
use crate::salon::{colour, cut, desk, stylist};
use salon_contract::window::{Call, Suggest};
use salon_domain::booking::{BookFact, Booking, DayRoster, Note, PartWish, VisitWish, find_slots, staff_busy};
use salon_domain::kernel::{BookingId, Instant, Interval, day_from_number};
use salon_terminal::app::{App, Catalog, day_text};
use salon_terminal::store::StoreError;

const VIEWS: usize = 300;
const SEARCHES: usize = 300;
const DAYS: i32 = 30;
/// As many as the window shows.
const SLOTS_MAX: usize = 40;

pub fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let mut random = bench.seed(4);
    let history = bench.history()?;
    let app = history.place.open()?;
    let first = history.today + FULL_DAYS_FROM;

    let mut appointments = 0;
    let mut leafing = Samples::default();
    for _ in 0..VIEWS {
        let date = day_text(first + random.below(DAYS as usize) as i32);
        appointments = leafing.time(|| app.day(Some(&date)))?.appointments.len();
    }
    let date = day_text(first);
    let mut again = Samples::default();
    for _ in 0..VIEWS {
        again.time(|| app.day(Some(&date)))?;
    }
    // Each change of the day, most of them from other tills, has the window ask again.
    let (mut changing, mut changed) = (Samples::default(), Samples::default());
    let booking = app.day(Some(&date))?.appointments[0].booking;
    for n in 0..VIEWS / 10 {
        changing.time(|| note(&app, first, booking, &format!("note {n}")))?;
        changed.time(|| app.day(Some(&date)))?;
    }

    let catalog = app.catalog()?;
    let wish = wish(&catalog);
    let full: Vec<DayRoster> =
        (first..first + DAYS).map(|day| roster_from_store(&app, &catalog, day)).collect::<anyhow::Result<_>>()?;
    let open: Vec<DayRoster> = (0..DAYS).map(|n| open_roster(&history, &mut random, n)).collect();
    let (full_took, full_found) = time_engine(&full, &wish);
    let (open_took, open_found) = time_engine(&open, &wish);

    // As the window asks, from the store: the first time, and again while nothing has changed.
    let mut cold = Samples::default();
    let mut warm = Samples::default();
    let mut suggested = 0;
    for _ in 0..5 {
        let app = history.place.open()?;
        app.catalog()?;
        suggested = cold.time(|| suggest(&app, first))?;
        for _ in 0..10 {
            warm.time(|| suggest(&app, first))?;
        }
    }

    let report = &mut bench.report;
    report.bar("view, the same day again, median", again.median_ms(), "ms", Bar::Below(5.0));
    report.bar("view, after a change in it, median", changed.median_ms(), "ms", Bar::Below(5.0));
    report.bar("view, another day each time, median", leafing.median_ms(), "ms", Bar::Below(5.0));
    report.info("a note on a full day, median", changing.median_ms(), "ms");
    report.info("view, the same day again, p99", again.percentile_ms(99.0), "ms");
    report.info("view, after a change in it, p99", changed.percentile_ms(99.0), "ms");
    report.info("view, another day each time, p99", leafing.percentile_ms(99.0), "ms");
    report.info("appointments in it", appointments as f64, "");
    report.bar("availability, full days, p99", full_took.percentile_ms(99.0), "ms", Bar::Below(10.0));
    report.info("availability, full days, median", full_took.median_ms(), "ms");
    report.info("starts found, full days", full_found as f64, "");
    report.bar("availability, open days, p99", open_took.percentile_ms(99.0), "ms", Bar::Below(10.0));
    report.info("availability, open days, median", open_took.median_ms(), "ms");
    report.info("starts found, open days", open_found as f64, "");
    report.bar("suggest from the store, again, median", warm.median_ms(), "ms", Bar::Below(10.0));
    report.info("suggest from the store, first time, median", cold.median_ms(), "ms");
    report.info("starts suggested", suggested as f64, "");
    Ok(())
}

/// A change as it comes from another till: nothing is read for an answer.
fn note(app: &App, day: i32, booking: BookingId, text: &str) -> anyhow::Result<()> {
    app.store().write::<_, StoreError>(|unit| {
        let (id, at) = (unit.id(), unit.stamp()?);
        let note = Note { id, booking, text: text.to_owned(), at, by: desk().uuid() };
        unit.add_facts(day, &[BookFact::Note(note)])
    })?;
    Ok(())
}

/// Cut, colour, dry: each by any of the thirty.
fn wish(catalog: &Catalog) -> VisitWish {
    let parts = [cut(), colour(), dry()].map(|id| {
        let service = &catalog.services[&id];
        PartWish {
            service: id,
            by: catalog
                .stylists()
                .map(|s| (s.id, service.phases_for(s.id).to_vec(), service.buffer_before_min, service.buffer_after_min))
                .collect(),
        }
    });
    VisitWish { parts: parts.into(), earliest: Instant(0), grid_min: 15 }
}

fn time_engine(days: &[DayRoster], wish: &VisitWish) -> (Samples, usize) {
    let mut took = Samples::default();
    let mut found = 0;
    for _ in 0..SEARCHES {
        found = took.time(|| days.iter().map(|day| find_slots(day, wish, SLOTS_MAX).len()).sum());
    }
    (took, found)
}

fn suggest(app: &App, first: i32) -> anyhow::Result<usize> {
    let wish = Suggest {
        date: day_text(first),
        days: DAYS as u16,
        services: vec![cut(), colour(), dry()],
        staff: None,
        limit: u16::MAX,
    };
    let slots = app.ask(Call::Suggest(wish))?;
    Ok(slots.as_array().map_or(0, Vec::len))
}

fn roster_from_store(app: &App, catalog: &Catalog, day: i32) -> anyhow::Result<DayRoster> {
    let date = day_from_number(day)?;
    let bookings: Vec<Booking> = app.store().bookings(day, day)?.into_iter().map(|r| r.booking).collect();
    let mut roster = DayRoster::new(catalog.zone.day_span(date)?);
    for person in catalog.stylists() {
        roster.add(person.id, &person.hours.spans(date, &catalog.zone)?, &staff_busy(&bookings, person.id));
    }
    Ok(roster)
}

/// A day on which each stylist has eight visits of three quarters of an hour somewhere between eight and eight.
fn open_roster(history: &History, random: &mut Random, n: i32) -> DayRoster {
    let midnight = Instant(i64::from(history.today + n) * 86_400_000);
    let span = |from: i64, to: i64| Interval::new(midnight.plus_min(from), midnight.plus_min(to));
    let mut roster = DayRoster::new(span(0, 24 * 60));
    for staff in 0..STYLISTS {
        let busy: Vec<Interval> = (0..8)
            .map(|_| {
                let from = 480 + 15 * random.below(45) as i64;
                span(from, from + 45)
            })
            .collect();
        roster.add(stylist(staff), &[span(480, 1200)], &busy);
    }
    roster
}
