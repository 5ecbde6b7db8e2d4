//! Till sessions read again: one by itself, and those that are closed with everything that moved money in them.

use super::books::Days;
use super::ledger::{running, session_of, session_row};
use super::{OpenSession, SEQ_BITS, Store, StoreError};
use rusqlite::{OptionalExtension, params};
use salon_domain::accounting;
use salon_domain::event::{DomainEvent, Happening};
use salon_domain::kernel::{DeviceId, Instant, TillSessionId};
use salon_domain::payment::TillClosed;
use uuid::Uuid;

/// A till session that is closed.
#[derive(Debug, Clone)]
pub struct ClosedSession {
    pub device: DeviceId,
    pub closed_at: Instant,
    pub closed: TillClosed,
    /// From its opening to its close, in the journal's order.
    pub events: Vec<DomainEvent>,
}

impl Store {
    /// A till session, open or closed.
    pub fn session(&self, session: TillSessionId) -> Result<Option<OpenSession>, StoreError> {
        self.read(|c| {
            let row = c
                .prepare_cached("SELECT session, day, opened_ms, by_user, totals FROM till_session WHERE session = ?1")?
                .query_row([session.as_bytes()], session_row)
                .optional()?;
            row.map(session_of).transpose()
        })
    }

    /// All that this device has ever taken, in minor units.
    pub fn perpetual_minor(&self) -> Result<i64, StoreError> {
        self.read(|c| running(c).map(|(_, _, perpetual)| perpetual))
    }

    /// The closed till sessions of a span of days, of every device of the branch, one after the other; gives the number of
    /// sessions that are left out because they are open. Reads only the journal of those sessions, and lets others read
    /// between two.
    pub fn each_closed_session<E: From<StoreError>>(
        &self,
        days: Days,
        mut visit: impl FnMut(&ClosedSession) -> Result<(), E>,
    ) -> Result<u64, E> {
        let (closes, open) = self.read(|c| {
            let closes = c
                .prepare_cached(
                    "SELECT z_journal FROM till_session WHERE day BETWEEN ?1 AND ?2 AND z_journal IS NOT NULL \
                     ORDER BY day, device, z_number",
                )?
                .query_map(params![days.from, days.to], |r| r.get(0))?
                .collect::<Result<Vec<i64>, _>>()?;
            let open: i64 = c.query_row(
                "SELECT count(*) FROM till_session WHERE day BETWEEN ?1 AND ?2 AND z_journal IS NULL",
                params![days.from, days.to],
                |r| r.get(0),
            )?;
            Ok((closes, open as u64))
        })?;
        for close in closes {
            if let Some(session) = self.closed_session(close)? {
                visit(&session)?;
            }
        }
        Ok(open)
    }

    /// All of a session stands between the close before it and its own, in its device's series.
    fn closed_session(&self, close: i64) -> Result<Option<ClosedSession>, StoreError> {
        self.read(|c| {
            let device_ix = close >> SEQ_BITS;
            let before: Option<i64> = c
                .prepare_cached("SELECT max(z_journal) FROM till_session WHERE device = ?1 AND z_journal < ?2")?
                .query_row([device_ix, close], |r| r.get(0))?;
            let mut statement = c.prepare_cached("SELECT body FROM journal WHERE id > ?1 AND id <= ?2 ORDER BY id")?;
            let mut rows = statement.query([before.unwrap_or(device_ix << SEQ_BITS), close])?;
            let mut events = Vec::new();
            while let Some(row) = rows.next()? {
                let body = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
                events.push(serde_json::from_slice::<DomainEvent>(body)?);
            }
            let Some(Happening::TillClosed(closed)) = events.last().map(|event| &event.what) else { return Ok(None) };
            let closed = (**closed).clone();
            let closed_at = events.last().map_or(Instant(0), |event| event.at);
            events.retain(|event| accounting::session_of(&event.what) == Some(closed.session));
            let device: [u8; 16] =
                c.prepare_cached("SELECT device FROM device WHERE ix = ?1")?.query_row([device_ix], |r| r.get(0))?;
            let device = DeviceId::from_uuid(Uuid::from_bytes(device));
            Ok(Some(ClosedSession { device, closed_at, closed, events }))
        })
    }
}
