//! What became of a sale later: whether it stands or was voided, and the tips that were given for it.

use super::ledger::{SUMMARY, summary};
use super::{SaleSummary, Store, StoreError};
use rusqlite::{Connection, params};
use salon_domain::kernel::TicketId;
use salon_domain::payment::Sale;

/// Of sales `s` that were not voided.
pub(super) const STANDS: &str =
    " AND NOT EXISTS (SELECT 1 FROM follow_up f WHERE f.ticket = s.ticket AND f.how = 'void')";

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
        self.glance(|c| {
            let mut statement = c.prepare_cached(&format!(
                "{SUMMARY} WHERE ticket IN (SELECT by_ticket FROM follow_up WHERE ticket = ?1 AND how = 'tip') ORDER BY id"
            ))?;
            Ok(statement.query_map([ticket.as_bytes()], summary)?.collect::<Result<_, _>>()?)
        })
    }
}
