//! Reading the appointment book.

use super::together::CARDS_OF_CLIENT;
use super::{Store, StoreError, Unit};
use rusqlite::{Connection, params};
use salon_domain::booking::{Booking, fold_book};
use salon_domain::kernel::{BookingId, CardId};
use salon_sync::doc::DocId;
use std::ops::RangeInclusive;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingRow {
    pub day: i32,
    pub booking: Booking,
}

/// The keys that a day's rows have: they lie side by side.
pub(super) fn day_rows(day: i32) -> RangeInclusive<i64> {
    let first = i64::from(day) << DAY_BITS;
    first..=first + (1 << DAY_BITS) - 1
}

const DAY_BITS: u32 = 20;

fn rows(conn: &Connection, sql: &str, params: impl rusqlite::Params) -> Result<Vec<BookingRow>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let raw = statement
        .query_map(params, |r| Ok((r.get::<_, i32>(0)?, r.get::<_, Vec<u8>>(1)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    raw.into_iter().map(|(day, body)| Ok(BookingRow { day, booking: serde_json::from_slice(&body)? })).collect()
}

impl Store {
    /// Bookings of the days `from..=to`, by day and start.
    pub fn bookings(&self, from: i32, to: i32) -> Result<Vec<BookingRow>, StoreError> {
        let within = [day_rows(from).start(), day_rows(to).end()].map(|id| *id);
        self.read(|c| {
            rows(c, "SELECT day, body FROM booking WHERE id BETWEEN ?1 AND ?2 ORDER BY day, start_ms, booking", within)
        })
    }

    /// A client's bookings, newest first.
    pub fn bookings_of(&self, card: CardId, limit: u32) -> Result<Vec<BookingRow>, StoreError> {
        self.read(|c| {
            let sql = format!(
                "SELECT day, body FROM booking WHERE card IN {CARDS_OF_CLIENT} ORDER BY day DESC, start_ms DESC, booking \
                 LIMIT ?2"
            );
            rows(c, &sql, params![card.as_bytes(), limit])
        })
    }

    /// The day of a client's last completed visit.
    pub fn last_visit(&self, card: CardId) -> Result<Option<i32>, StoreError> {
        self.read(|c| {
            let sql = format!("SELECT max(day) FROM booking WHERE card IN {CARDS_OF_CLIENT} AND status = 'COMPLETED'");
            Ok(c.prepare_cached(&sql)?.query_row([card.as_bytes()], |r| r.get(0))?)
        })
    }

    /// How many of a client's bookings have been completed, and how many missed.
    pub fn visit_counts(&self, card: CardId) -> Result<(u32, u32), StoreError> {
        self.read(|c| {
            Ok(c.prepare_cached(&format!(
                "SELECT count(*) FILTER (WHERE status = 'COMPLETED'), count(*) FILTER (WHERE status = 'NO_SHOW') \
                 FROM booking WHERE card IN {CARDS_OF_CLIENT}",
            ))?
            .query_row([card.as_bytes()], |r| Ok((r.get(0)?, r.get(1)?)))?)
        })
    }

    /// The day in whose book a booking is now.
    pub fn day_of_booking(&self, booking: BookingId) -> Result<Option<i32>, StoreError> {
        use rusqlite::OptionalExtension;
        self.read(|c| {
            Ok(c.prepare_cached("SELECT day FROM booking WHERE booking = ?1 ORDER BY day DESC LIMIT 1")?
                .query_row([booking.as_bytes()], |r| r.get(0))
                .optional()?)
        })
    }

    /// A booking as the latest day's book has it.
    pub fn booking(&self, booking: BookingId) -> Result<Option<BookingRow>, StoreError> {
        self.glance(|c| {
            let sql = "SELECT day, body FROM booking WHERE booking = ?1 ORDER BY day DESC LIMIT 1";
            Ok(rows(c, sql, [booking.as_bytes()])?.pop())
        })
    }

    pub fn booking_count(&self) -> Result<u64, StoreError> {
        self.read(|c| Ok(c.query_row("SELECT count(*) FROM booking", [], |r| r.get::<_, i64>(0))? as u64))
    }
}

impl Unit<'_> {
    /// A booking as the day's document has it at this moment, inside the unit.
    pub fn booking(&mut self, day: i32, booking: BookingId) -> Result<Option<Booking>, StoreError> {
        let branch = self.identity()?.branch;
        let book = self.doc(DocId::Book { branch, day })?.book();
        Ok(fold_book(book.values().filter(|f| f.booking() == booking)).pop())
    }

    /// The day's bookings, from the document.
    pub fn day_book(&mut self, day: i32) -> Result<Vec<Booking>, StoreError> {
        let branch = self.identity()?.branch;
        Ok(fold_book(self.doc(DocId::Book { branch, day })?.book().values()))
    }
}
