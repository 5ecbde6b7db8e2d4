//! What became of a sale later: whether it stands or was voided, and the tips that were given for it.

use super::ledger::{SUMMARY, summary};
use super::{SaleSummary, Store, StoreError};
use rusqlite::{Connection, OptionalExtension, params};
use salon_domain::kernel::{BookingId, TicketId};
use salon_domain::payment::Sale;
use std::collections::HashMap;
use uuid::Uuid;

/// Of sales that were not voided.
const STANDS: &str = " AND NOT EXISTS (SELECT 1 FROM follow_up f WHERE f.ticket = sale.ticket AND f.how = 'void')";

/// Notes what a receipt is about.
pub(super) fn project_follow_up(conn: &Connection, sale: &Sale) -> Result<(), StoreError> {
    let Some(follows) = &sale.follows else { return Ok(()) };
    conn.prepare_cached("INSERT INTO follow_up (ticket, by_ticket, how) VALUES (?1, ?2, ?3)")?.execute(params![
        follows.ticket.as_bytes(),
        sale.ticket.as_bytes(),
        follows.how.name()
    ])?;
    Ok(())
}

impl Store {
    /// The receipts of tips that were given for a sale after it was paid, in the order of their numbers at each till.
    pub fn tips_after(&self, ticket: TicketId) -> Result<Vec<SaleSummary>, StoreError> {
        self.read(|c| {
            let mut statement = c.prepare_cached(&format!(
                "{SUMMARY} WHERE ticket IN (SELECT by_ticket FROM follow_up WHERE ticket = ?1 AND how = 'tip') ORDER BY id"
            ))?;
            Ok(statement.query_map([ticket.as_bytes()], summary)?.collect::<Result<_, _>>()?)
        })
    }

    /// Which ticket each booking of a day was checked out with, voids apart: after one it can be checked out again.
    pub fn tickets_of_bookings(&self, day: i32) -> Result<HashMap<BookingId, TicketId>, StoreError> {
        self.read(|c| {
            let mut statement = c.prepare_cached(&format!(
                "SELECT booking, ticket FROM sale WHERE day = ?1 AND booking IS NOT NULL{STANDS}"
            ))?;
            let pairs = statement
                .query_map([day], |r| Ok((r.get::<_, [u8; 16]>(0)?, r.get::<_, [u8; 16]>(1)?)))?
                .collect::<Result<Vec<_>, _>>()?;
            Ok(pairs
                .into_iter()
                .map(|(b, t)| (BookingId::from_uuid(Uuid::from_bytes(b)), TicketId::from_uuid(Uuid::from_bytes(t))))
                .collect())
        })
    }

    pub fn ticket_of_booking(&self, booking: BookingId) -> Result<Option<TicketId>, StoreError> {
        self.read(|c| {
            let ticket: Option<[u8; 16]> = c
                .prepare_cached(&format!("SELECT ticket FROM sale WHERE booking = ?1{STANDS} LIMIT 1"))?
                .query_row([booking.as_bytes()], |r| r.get(0))
                .optional()?;
            Ok(ticket.map(|t| TicketId::from_uuid(Uuid::from_bytes(t))))
        })
    }
}
