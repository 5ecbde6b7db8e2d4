//! Months and years that were closed, and the Z reports that they are made of.

use super::ledger::{closing, event_at};
use super::{OWN, SEQ_BITS, Store, StoreError, Unit};
use rusqlite::{Connection, OptionalExtension, params};
use salon_domain::event::Happening;
use salon_domain::payment::{Period, PeriodClosed, TillClosed};
use std::collections::BTreeSet;

pub(super) fn project_period(conn: &Connection, id: i64, closed: &PeriodClosed) -> Result<(), StoreError> {
    let last_day = closed.period.days().map_or(0, |(_, last)| last);
    conn.prepare_cached(
        "INSERT INTO period_close (device, number, period, last_day, journal) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![id >> SEQ_BITS, closed.number as i64, closed.period.name(), last_day, id])?;
    Ok(())
}

fn period_at(conn: &Connection, id: i64) -> Result<Option<PeriodClosed>, StoreError> {
    Ok(match event_at(conn, id)?.map(|event| event.what) {
        Some(Happening::PeriodClosed(closed)) => Some(*closed),
        _ => None,
    })
}

impl Store {
    pub fn period_at(&self, journal_id: i64) -> Result<Option<PeriodClosed>, StoreError> {
        self.read(|c| period_at(c, journal_id))
    }

    /// The journal entry of this device's closure of that number.
    pub fn period_numbered(&self, number: u64) -> Result<Option<i64>, StoreError> {
        self.read(|c| {
            Ok(c.prepare_cached("SELECT journal FROM period_close WHERE device = ?1 AND number = ?2")?
                .query_row(params![OWN, number as i64], |r| r.get(0))
                .optional()?)
        })
    }

    /// This device's closures, the latest first.
    pub fn periods_closed(&self) -> Result<Vec<PeriodClosed>, StoreError> {
        self.read(|c| {
            let ids = c
                .prepare_cached("SELECT journal FROM period_close WHERE device = ?1 ORDER BY number DESC")?
                .query_map([OWN], |r| r.get(0))?
                .collect::<Result<Vec<i64>, _>>()?;
            ids.into_iter().filter_map(|id| period_at(c, id).transpose()).collect()
        })
    }

    /// Months and years with Z reports of this device, which end before `today` and are not closed, the latest first.
    pub fn periods_to_close(&self, today: i32) -> Result<Vec<Period>, StoreError> {
        self.read(|c| {
            let days = c
                .prepare_cached("SELECT DISTINCT day FROM till_session WHERE device = ?1 AND z_journal IS NOT NULL")?
                .query_map([OWN], |r| r.get(0))?
                .collect::<Result<Vec<i32>, _>>()?;
            let closed = c
                .prepare_cached("SELECT period FROM period_close WHERE device = ?1")?
                .query_map([OWN], |r| r.get::<_, String>(0))?
                .collect::<Result<BTreeSet<_>, _>>()?;
            let periods: BTreeSet<Period> = days.into_iter().filter_map(Period::both_of).flatten().collect();
            let is_due = |period: &Period| {
                period.days().is_some_and(|(_, last)| last < today) && !closed.contains(&period.name())
            };
            let mut due: Vec<Period> = periods.into_iter().filter(is_due).collect();
            due.sort_by_key(|period| std::cmp::Reverse(period.name()));
            Ok(due)
        })
    }
}

impl Unit<'_> {
    /// The number that this device's next closure gets.
    pub fn next_period_number(&self) -> Result<u64, StoreError> {
        let last: Option<i64> = self
            .tx
            .prepare_cached("SELECT max(number) FROM period_close WHERE device = ?1")?
            .query_row([OWN], |r| r.get(0))?;
        Ok(last.unwrap_or(0) as u64 + 1)
    }

    /// The journal entry of this device's closure of a period, if there is one.
    pub fn period_closed(&self, period: Period) -> Result<Option<i64>, StoreError> {
        Ok(self
            .tx
            .prepare_cached("SELECT journal FROM period_close WHERE device = ?1 AND period = ?2")?
            .query_row(params![OWN, period.name()], |r| r.get(0))
            .optional()?)
    }

    /// This device's Z reports of a span of days, by number.
    pub fn closes_of(&self, (first, last): (i32, i32)) -> Result<Vec<TillClosed>, StoreError> {
        let ids = self
            .tx
            .prepare_cached(
                "SELECT z_journal FROM till_session WHERE device = ?1 AND day BETWEEN ?2 AND ?3 \
                 AND z_journal IS NOT NULL ORDER BY z_number",
            )?
            .query_map(params![OWN, first, last], |r| r.get(0))?
            .collect::<Result<Vec<i64>, _>>()?;
        ids.into_iter().filter_map(|id| closing(&self.tx, id).transpose()).collect()
    }
}
