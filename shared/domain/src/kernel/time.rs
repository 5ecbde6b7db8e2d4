//! Instants are UTC milliseconds. A branch has an IANA time zone, and a day is the branch's day:
//! 23 or 25 hours long when the clocks change.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub const MINUTE_MS: i64 = 60_000;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    pub const fn plus_min(self, minutes: i64) -> Instant {
        Instant(self.0 + minutes * MINUTE_MS)
    }

    /// Its day in UTC, in days since 1970-01-01: for journals that do not state the branch's.
    pub fn utc_day(self) -> i32 {
        i32::try_from(self.0.div_euclid(24 * 60 * MINUTE_MS)).unwrap_or(i32::MAX)
    }

    /// `2026-11-23T10:15:00.000Z`.
    pub fn to_rfc3339(self) -> String {
        jiff::Timestamp::from_millisecond(self.0).map_or_else(|_| format!("{} ms", self.0), |t| format!("{t:.3}"))
    }
}

/// A half-open span `[start, end)` of instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Interval {
    pub start: Instant,
    pub end: Instant,
}

impl Interval {
    pub const fn new(start: Instant, end: Instant) -> Self {
        Interval { start, end }
    }
    pub const fn overlaps(&self, other: &Interval) -> bool {
        self.start.0 < other.end.0 && other.start.0 < self.end.0
    }
    pub const fn contains(&self, other: &Interval) -> bool {
        self.start.0 <= other.start.0 && other.end.0 <= self.end.0
    }
    pub const fn minutes(&self) -> i64 {
        (self.end.0 - self.start.0) / MINUTE_MS
    }
    pub const fn is_empty(&self) -> bool {
        self.end.0 <= self.start.0
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    #[error("\"{0}\" is not an IANA time zone")]
    UnknownZone(String),
    #[error("the date is out of range")]
    OutOfRange,
}

/// A branch's time zone, loaded. The name comes from master data, the rules from the bundled IANA database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchZone(TimeZone);

impl BranchZone {
    pub const UTC: BranchZone = BranchZone(TimeZone::UTC);

    #[cfg(feature = "zones")]
    pub fn named(name: &str) -> Result<Self, TimeError> {
        TimeZone::get(name).map(BranchZone).map_err(|_| TimeError::UnknownZone(name.to_owned()))
    }

    pub fn day_of(&self, at: Instant) -> Result<Date, TimeError> {
        Ok(self.civil(at)?.date())
    }

    /// Wall-clock date and time at the branch.
    pub fn civil(&self, at: Instant) -> Result<jiff::civil::DateTime, TimeError> {
        let stamp = jiff::Timestamp::from_millisecond(at.0).map_err(|_| TimeError::OutOfRange)?;
        Ok(self.0.to_datetime(stamp))
    }

    /// The instant of a wall-clock time. In the hour that is skipped in spring it is the instant as far past the gap
    /// as the time is into it; in the hour that happens twice in autumn, the first (RFC 5545's "compatible" choice).
    pub fn instant(&self, date: Date, time: Time) -> Result<Instant, TimeError> {
        let zoned =
            self.0.to_ambiguous_zoned(date.to_datetime(time)).compatible().map_err(|_| TimeError::OutOfRange)?;
        Ok(Instant(zoned.timestamp().as_millisecond()))
    }

    /// From the day's first instant to the next day's first.
    pub fn day_span(&self, date: Date) -> Result<Interval, TimeError> {
        let next = date.tomorrow().map_err(|_| TimeError::OutOfRange)?;
        Ok(Interval::new(self.instant(date, Time::midnight())?, self.instant(next, Time::midnight())?))
    }

    /// Minutes after midnight as a wall clock shows them, on `date`.
    pub fn at_minute(&self, date: Date, minute: u16) -> Result<Instant, TimeError> {
        if minute >= 24 * 60 {
            let next = date.tomorrow().map_err(|_| TimeError::OutOfRange)?;
            return self.instant(next, Time::midnight());
        }
        let time = Time::new((minute / 60) as i8, (minute % 60) as i8, 0, 0).map_err(|_| TimeError::OutOfRange)?;
        self.instant(date, time)
    }

    /// The wall clock's minute of the day at `at`.
    pub fn minute_of(&self, at: Instant) -> Result<u16, TimeError> {
        let civil = self.civil(at)?;
        Ok(civil.hour() as u16 * 60 + civil.minute() as u16)
    }
}

/// Days since 1970-01-01: how a day is keyed in stores and documents.
pub fn day_number(date: Date) -> i32 {
    // A difference of civil dates in days cannot fail: both are in jiff's range.
    date.since((jiff::Unit::Day, Date::constant(1970, 1, 1))).map_or(0, |span| span.get_days())
}

pub fn day_from_number(number: i32) -> Result<Date, TimeError> {
    let span = jiff::Span::new().try_days(number).map_err(|_| TimeError::OutOfRange)?;
    Date::constant(1970, 1, 1).checked_add(span).map_err(|_| TimeError::OutOfRange)
}

#[cfg(all(test, feature = "zones"))]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_the_branch_s_days() {
        let zone = BranchZone::named("America/Toronto").unwrap();
        let spring = zone.day_span(date(2018, 3, 11)).unwrap();
        assert_eq!(spring.minutes(), 23 * 60);
        let autumn = zone.day_span(date(2018, 11, 4)).unwrap();
        assert_eq!(autumn.minutes(), 25 * 60);
        // 02:30 does not exist that day: it becomes 03:30.
        let skipped = zone.at_minute(date(2018, 3, 11), 150).unwrap();
        assert_eq!(zone.minute_of(skipped).unwrap(), 210);
        assert!(BranchZone::named("Mars/Olympus").is_err());
    }

    #[test]
    fn day_numbers_round_trip() {
        for day in [date(1970, 1, 1), date(2018, 5, 31), date(2026, 2, 28), date(1969, 12, 31)] {
            assert_eq!(day_from_number(day_number(day)).unwrap(), day);
        }
        assert_eq!(day_number(date(1970, 1, 2)), 1);
        for beyond in [i32::MIN, 7_304_485, i32::MAX] {
            assert_eq!(day_from_number(beyond), Err(TimeError::OutOfRange));
        }
    }
}
