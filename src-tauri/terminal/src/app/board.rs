//! The book's views besides the day: a person's week, the month, and the bookings as a list. All of them come from the
//! projected rows of a span of days, read at once; no document is opened for them. What a month shows of a day is
//! worked out once and kept until that day's book changes.

use super::book_view::spans;
use super::catalog::{parse_date, time_failure};
use super::{App, Catalog, lock};
use crate::store::{BookingRow, Touched};
use jiff::ToSpan;
use jiff::civil::Date;
use salon_contract::window::{
    Agenda, AgendaSort, AgendaView, AppointmentView, Code, Failure, MonthDayView, MonthView, WeekDayView, WeekView,
};
use salon_domain::access::Permission;
use salon_domain::booking::{BookingStatus, DayLoad, loads_of};
use salon_domain::customer::{fold_for_search, phone_digits};
use salon_domain::kernel::{CardId, StaffId, day_from_number, day_number};
use std::cmp::Ordering;
use std::collections::HashMap;

/// Two years of summaries, twelve bytes each.
const DAYS_KEPT_MAX: usize = 800;
const AGENDA_DAYS_MAX: i32 = 62;
const AGENDA_ROWS_MAX: u16 = 1_000;

#[derive(Default)]
pub(super) struct Loads {
    /// Counts changes: what was read before one is not kept after it.
    changes: u64,
    held: HashMap<i32, DayLoad>,
}

impl Loads {
    pub(super) fn forget(&mut self, touched: &Touched) {
        if touched.rebuilt {
            self.held.clear();
            self.changes += 1;
        }
        for day in &touched.days {
            // A clash with a visit across midnight is one of both days.
            for near in [day - 1, *day, day + 1] {
                self.held.remove(&near);
            }
            self.changes += 1;
        }
    }
}

/// The Monday on or before a date.
fn monday(date: Date) -> Result<Date, Failure> {
    let offset = i64::from(date.weekday().to_monday_zero_offset());
    date.checked_sub(offset.days()).map_err(|_| Failure::new(Code::BadInput).with("field", "date"))
}

impl App {
    pub(super) fn week(&self, date: &str, staff: Option<StaffId>) -> Result<WeekView, Failure> {
        let me = self.require(Permission::BookRead)?;
        let catalog = self.catalog()?;
        let today = catalog.today(self.clock.now())?;
        let first = day_number(monday(parse_date(date)?)?);
        let last = first + 6;
        let mine = catalog.stylists().find(|person| person.id.uuid() == me).map(|person| person.id);
        let somebody = || catalog.stylists().next().map(|person| person.id);
        let staff = staff.or(mine).or_else(somebody).ok_or(Code::NotFound)?;
        let person = catalog.person(staff).ok_or(Code::NotFound)?;
        let rows = self.store.bookings(first, last)?;
        let appointments = self.shown(&rows, |row| row.booking.parts.iter().any(|p| p.claim.staff == staff))?;
        let mut days = Vec::with_capacity(7);
        for day in first..=last {
            let date = day_from_number(day).map_err(time_failure)?;
            days.push(WeekDayView {
                date: date.to_string(),
                is_today: date == today,
                open: spans(catalog.branch.hours.on(date.weekday())),
                working: spans(person.hours.on(date.weekday())),
            });
        }
        let booked = || appointments.iter().flat_map(|a| &a.parts).filter(|p| p.staff == staff);
        let open = || days.iter().flat_map(|d| &d.open);
        let from = booked().map(|p| p.start_minute).chain(open().map(|o| o.0)).min().unwrap_or(9 * 60);
        let to = booked().map(|p| p.end_minute).chain(open().map(|o| o.1)).max().unwrap_or(18 * 60);
        let others = catalog.stylists().filter(|other| other.id != staff);
        let mut people: Vec<_> = others.chain([person]).map(|person| catalog.tile(person)).collect();
        people.sort_by(|a, b| (&a.name, a.staff).cmp(&(&b.name, b.staff)));
        Ok(WeekView {
            from: day_from_number(first).map_err(time_failure)?.to_string(),
            staff,
            people,
            from_minute: from / 60 * 60,
            to_minute: to.div_ceil(60) * 60,
            days,
            appointments,
        })
    }

    /// Those of a span's rows that are wanted, as a screen shows them; what clashes and who is new is said with a view to
    /// all of them.
    fn shown(
        &self,
        rows: &[BookingRow],
        wanted: impl Fn(&BookingRow) -> bool,
    ) -> Result<Vec<AppointmentView>, Failure> {
        let chosen: Vec<BookingRow> = rows.iter().filter(|row| wanted(row)).cloned().collect();
        self.shown_of(rows, &chosen)
    }

    fn shown_of(&self, all: &[BookingRow], chosen: &[BookingRow]) -> Result<Vec<AppointmentView>, Failure> {
        let (Some(first), Some(last)) = (all.first().map(|r| r.day), all.last().map(|r| r.day)) else {
            return Ok(Vec::new());
        };
        let clashing = self.clashing(all);
        let mut been: HashMap<CardId, i32> = HashMap::new();
        for row in all.iter().filter(|row| row.booking.status == BookingStatus::Completed) {
            if let Some(card) = row.booking.visit.card {
                been.entry(card).or_insert(row.day);
            }
        }
        let mut views = self.views(chosen, (first, last))?;
        for (view, row) in views.iter_mut().zip(chosen) {
            view.clash = clashing.contains(&view.booking);
            view.new_client &= view.card.and_then(|card| been.get(&card)).is_none_or(|day| *day >= row.day);
        }
        Ok(views)
    }

    pub(super) fn month(&self, date: &str) -> Result<MonthView, Failure> {
        self.require(Permission::BookRead)?;
        let catalog = self.catalog()?;
        let today = catalog.today(self.clock.now())?;
        let date = parse_date(date)?;
        let first = day_number(monday(date.first_of_month())?);
        let last = day_number(monday(date.last_of_month())?) + 6;
        let loads = self.loads(first, last)?;
        let mut days = Vec::with_capacity(42);
        for day in first..=last {
            let of = day_from_number(day).map_err(time_failure)?;
            let load = loads.get(&day).copied().unwrap_or_default();
            days.push(MonthDayView {
                date: of.to_string(),
                is_within: of.month() == date.month() && of.year() == date.year(),
                is_today: of == today,
                is_open: catalog.branch.is_open_on(of),
                bookings: load.bookings,
                booked_min: load.booked_min,
                working_min: working_min(&catalog, of)?,
                clashes: load.clashes,
            });
        }
        Ok(MonthView { month: format!("{:04}-{:02}", date.year(), date.month()), days })
    }

    /// What is known of each day, from memory or, in one go, from the store.
    fn loads(&self, first: i32, last: i32) -> Result<HashMap<i32, DayLoad>, Failure> {
        let (changes, mut loads, missing) = {
            let kept = lock(&self.loads);
            let here = |day: i32| Some((day, *kept.held.get(&day)?));
            let loads: HashMap<i32, DayLoad> = (first..=last).filter_map(here).collect();
            let missing: Vec<i32> = (first..=last).filter(|day| !loads.contains_key(day)).collect();
            (kept.changes, loads, missing)
        };
        let (Some(from), Some(to)) = (missing.first(), missing.last()) else { return Ok(loads) };
        let rows = self.store.bookings(from - 1, to + 1)?;
        let found = loads_of(rows.into_iter().map(|row| (row.day, row.booking)).collect());
        loads.extend(missing.iter().map(|day| (*day, found.get(day).copied().unwrap_or_default())));
        let mut kept = lock(&self.loads);
        if kept.changes == changes {
            if kept.held.len() > DAYS_KEPT_MAX {
                kept.held.clear();
            }
            kept.held.extend(loads.iter().map(|(day, load)| (*day, *load)));
        }
        Ok(loads)
    }

    pub(super) fn agenda(&self, wish: &Agenda) -> Result<AgendaView, Failure> {
        self.require(Permission::BookRead)?;
        let catalog = self.catalog()?;
        let (from, to) = (day_number(parse_date(&wish.from)?), day_number(parse_date(&wish.to)?));
        if !(0..AGENDA_DAYS_MAX).contains(&(to - from)) {
            return Err(Failure::new(Code::BadInput).with("field", "date"));
        }
        let rows = self.store.bookings(from, to)?;
        let mut lines = self.lines(&catalog, &rows, wish)?;
        lines.sort_by(|a, b| {
            let by_wish = match wish.sort {
                AgendaSort::Time => Ordering::Equal,
                AgendaSort::Client => a.client.cmp(&b.client),
                AgendaSort::Staff => a.staff.cmp(&b.staff),
                AgendaSort::Status => a.rank.cmp(&b.rank),
            };
            // What is sorted the other way round by time is so in all; else the day goes on from morning to evening.
            let by_time = match (wish.descending, wish.sort) {
                (true, AgendaSort::Time) => b.at.cmp(&a.at),
                (true, _) => by_wish.reverse().then(a.at.cmp(&b.at)),
                (false, _) => by_wish.then(a.at.cmp(&b.at)),
            };
            by_time.then_with(|| (&a.client, a.row.booking.id()).cmp(&(&b.client, b.row.booking.id())))
        });
        let total = lines.len();
        let limit = usize::from(wish.limit.clamp(1, AGENDA_ROWS_MAX));
        let chosen: Vec<BookingRow> = lines.iter().take(limit).map(|line| line.row.clone()).collect();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Ok(AgendaView {
            from: wish.from.clone(),
            to: wish.to.clone(),
            rows: self.shown_of(&rows, &chosen)?,
            total: count(total),
            unfiltered: count(rows.len()),
        })
    }

    /// The rows that a wish lets through, with what they are sorted by.
    fn lines<'a>(&self, catalog: &Catalog, rows: &'a [BookingRow], wish: &Agenda) -> Result<Vec<Line<'a>>, Failure> {
        let cards: Vec<CardId> = rows.iter().filter_map(|r| r.booking.visit.card).collect();
        let faces = self.store.card_faces(&cards)?;
        let (words, digits) = (fold_for_search(&wish.text), phone_digits(&wish.text));
        let is_phone = digits.len() >= 3 && !wish.text.chars().any(char::is_alphabetic);
        let line = |row: &'a BookingRow| {
            let booking = &row.booking;
            let face = booking.visit.card.and_then(|card| faces.get(&card));
            let named = face.filter(|face| !face.name.is_empty());
            let name = named.map_or(booking.visit.client_name.as_str(), |face| face.name.as_str());
            let client = fold_for_search(name);
            let by_staff = wish.staff.is_none_or(|staff| booking.parts.iter().any(|p| p.claim.staff == staff));
            let by_status = wish.statuses.is_empty() || wish.statuses.contains(&booking.status);
            let by_text = || {
                if is_phone {
                    return face.is_some_and(|face| phone_digits(&face.phone).contains(&digits));
                }
                let services = booking.parts.iter().filter_map(|p| catalog.services.get(&p.claim.service));
                let services: Vec<String> = services.map(|service| fold_for_search(&service.name)).collect();
                words.split_whitespace().all(|word| client.contains(word) || services.iter().any(|s| s.contains(word)))
            };
            (by_staff && by_status && by_text()).then(|| {
                let first = booking.parts.first();
                let staff = first.map_or_else(String::new, |p| catalog.person_name(p.claim.staff.uuid()));
                let at = (row.day, first.map_or(0, |p| p.claim.start.0));
                Line { row, at, client, staff, rank: booking.status.rank() }
            })
        };
        Ok(rows.iter().filter_map(line).collect())
    }
}

struct Line<'a> {
    row: &'a BookingRow,
    at: (i32, i64),
    client: String,
    staff: String,
    rank: u8,
}

/// What the stylists of a branch work on a day within its opening hours, in real minutes: a shift through the night in
/// which the clocks go back is an hour longer.
fn working_min(catalog: &Catalog, date: Date) -> Result<u32, Failure> {
    let open = catalog.branch.hours.spans(date, &catalog.zone).map_err(time_failure)?;
    let mut minutes = 0;
    for person in catalog.stylists() {
        for shift in person.hours.spans(date, &catalog.zone).map_err(time_failure)? {
            let within = open.iter().map(|o| (shift.end.0.min(o.end.0) - shift.start.0.max(o.start.0)).max(0));
            minutes += within.sum::<i64>() / salon_domain::kernel::MINUTE_MS;
        }
    }
    Ok(u32::try_from(minutes).unwrap_or(0))
}
