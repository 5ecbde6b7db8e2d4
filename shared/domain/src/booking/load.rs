//! How full days are: what a month's page shows of each. Who works when is not in here.

use super::clash::clashes_of;
use super::fold::Booking;
use super::model::Resource;
use crate::kernel::{BookingId, MINUTE_MS};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A day of the book in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DayLoad {
    /// Bookings that hold their time.
    pub bookings: u32,
    /// Minutes that stylists are taken, buffers counted and processing left out.
    pub booked_min: u32,
    pub clashes: u32,
}

/// Each day's numbers, from bookings with the day whose book they are in. A clash of two days' bookings is one of both.
/// Give the neighbouring days too, for visits across midnight. Days without a booking are left out.
pub fn loads_of(rows: Vec<(i32, Booking)>) -> BTreeMap<i32, DayLoad> {
    let mut loads: BTreeMap<i32, DayLoad> = BTreeMap::new();
    let mut day_of: HashMap<BookingId, i32> = HashMap::with_capacity(rows.len());
    let mut bookings = Vec::with_capacity(rows.len());
    for (day, booking) in rows {
        let load = loads.entry(day).or_default();
        if booking.status.holds_time() {
            load.bookings += 1;
            load.booked_min += staff_min(&booking);
        }
        day_of.insert(booking.id(), day);
        bookings.push(booking);
    }
    for clash in clashes_of(&bookings) {
        let days: BTreeSet<i32> =
            [clash.first.0, clash.second.0].iter().filter_map(|id| day_of.get(id).copied()).collect();
        for day in days {
            loads.entry(day).or_default().clashes += 1;
        }
    }
    loads
}

/// Real minutes, not the clock's: an hour that happens twice counts twice.
fn staff_min(booking: &Booking) -> u32 {
    let spans = booking.parts.iter().flat_map(|part| part.claim.holds(&Resource::Staff(part.claim.staff)));
    let minutes: i64 = spans.map(|span| (span.end.0 - span.start.0) / MINUTE_MS).sum();
    u32::try_from(minutes).unwrap_or(0)
}
