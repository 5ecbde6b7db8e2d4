//! Invoices and credit notes by their sale.

use super::ledger::event_at;
use super::{OWN, Store, StoreError, Unit};
use rusqlite::{Connection, OptionalExtension, params};
use salon_domain::event::Happening;
use salon_domain::kernel::TicketId;
use salon_domain::payment::Invoiced;

fn at(conn: &Connection, journal: Option<i64>) -> Result<Option<Invoiced>, StoreError> {
    let Some(id) = journal else { return Ok(None) };
    Ok(event_at(conn, id)?.and_then(|event| match event.what {
        Happening::Invoiced(invoiced) => Some(*invoiced),
        _ => None,
    }))
}

impl Store {
    /// The invoice of a sale, this device's before another's.
    pub fn invoice_of(&self, ticket: TicketId) -> Result<Option<Invoiced>, StoreError> {
        self.read(|c| {
            let journal = c
                .prepare_cached("SELECT journal FROM invoice WHERE ticket = ?1 ORDER BY device <> ?2, device LIMIT 1")?
                .query_row(params![ticket.as_bytes(), OWN], |r| r.get(0))
                .optional()?;
            at(c, journal)
        })
    }
}

impl Unit<'_> {
    pub fn own_invoice(&self, ticket: TicketId) -> Result<Option<Invoiced>, StoreError> {
        let journal = self
            .tx
            .prepare_cached("SELECT journal FROM invoice WHERE ticket = ?1 AND device = ?2")?
            .query_row(params![ticket.as_bytes(), OWN], |r| r.get(0))
            .optional()?;
        at(&self.tx, journal)
    }

    pub fn next_invoice_number(&self) -> Result<u64, StoreError> {
        let last: Option<i64> = self
            .tx
            .prepare_cached("SELECT max(number) FROM invoice WHERE device = ?1")?
            .query_row([OWN], |r| r.get(0))?;
        Ok(last.map_or(0, i64::unsigned_abs) + 1)
    }
}
