//! Which sale a visit was paid for with, and what is held for tickets that are not sold.

use super::book::day_rows;
use super::follow_ups::STANDS;
use super::ledger::{SaleRecord, event_at, find_sale};
use super::{Store, StoreError, Unit};
use rusqlite::{Connection, OptionalExtension};
use salon_domain::event::Happening;
use salon_domain::kernel::{BookingId, Instant, TicketId};
use salon_domain::payment::PartPaid;
use std::collections::HashMap;
use uuid::Uuid;

fn sale_of_visit(c: &Connection, booking: BookingId, besides: TicketId) -> Result<Option<SaleRecord>, StoreError> {
    let mut statement = c.prepare_cached(&format!(
        "SELECT s.ticket FROM sale s WHERE s.booking = ?1{STANDS} UNION \
         SELECT s.ticket FROM visit_sale s WHERE s.booking = ?1{STANDS}"
    ))?;
    let tickets =
        statement.query_map([booking.as_bytes()], |r| r.get::<_, [u8; 16]>(0))?.collect::<Result<Vec<_>, _>>()?;
    for ticket in tickets {
        let ticket = TicketId::from_uuid(Uuid::from_bytes(ticket));
        let found = if ticket == besides { None } else { find_sale(c, ticket)? };
        if let Some(record) = found.filter(|record| record.sale.is_of_visit()) {
            return Ok(Some(record));
        }
    }
    Ok(None)
}

impl Store {
    /// Which ticket each booking of a day was checked out with, whenever that was; of several, the last.
    /// One that was voided does not count: the visit can be checked out again.
    pub fn tickets_of_bookings(&self, (from, to): (i32, i32)) -> Result<HashMap<BookingId, TicketId>, StoreError> {
        let within = (*day_rows(from).start(), *day_rows(to).end());
        self.read(|c| {
            let mut statement = c.prepare_cached(&format!(
                "SELECT b.booking, s.ticket, s.at_ms FROM booking b JOIN sale s ON s.booking = b.booking \
                 WHERE b.id BETWEEN ?1 AND ?2{STANDS} UNION ALL \
                 SELECT b.booking, s.ticket, s.at_ms FROM booking b JOIN visit_sale v ON v.booking = b.booking \
                 JOIN sale s ON s.ticket = v.ticket WHERE b.id BETWEEN ?1 AND ?2{STANDS} ORDER BY 3"
            ))?;
            let pairs = statement
                .query_map(within, |r| Ok((r.get::<_, [u8; 16]>(0)?, r.get::<_, [u8; 16]>(1)?)))?
                .collect::<Result<Vec<_>, _>>()?;
            Ok(pairs
                .into_iter()
                .map(|(b, t)| (BookingId::from_uuid(Uuid::from_bytes(b)), TicketId::from_uuid(Uuid::from_bytes(t))))
                .collect())
        })
    }

    /// The sale that a visit was paid for with, by a ticket of its own or by another's; not one of `besides`.
    pub fn sale_of_visit(&self, booking: BookingId, besides: TicketId) -> Result<Option<SaleRecord>, StoreError> {
        self.glance(|c| sale_of_visit(c, booking, besides))
    }

    /// What was taken for tickets that are not sold, where that is anything.
    pub fn paid_of_open_tickets(&self) -> Result<HashMap<TicketId, i64>, StoreError> {
        self.read(|c| {
            let mut statement = c.prepare_cached("SELECT ticket, paid FROM open_ticket WHERE paid <> 0")?;
            let rows = statement.query_map([], |r| Ok((r.get::<_, [u8; 16]>(0)?, r.get(1)?)))?;
            let pairs = rows.collect::<Result<Vec<_>, _>>()?;
            Ok(pairs.into_iter().map(|(t, paid)| (TicketId::from_uuid(Uuid::from_bytes(t)), paid)).collect())
        })
    }

    /// Money taken towards a ticket, by its journal entry; and when, and by whom.
    pub fn part_at(&self, journal_id: i64) -> Result<Option<(PartPaid, Instant, Uuid)>, StoreError> {
        self.read(|c| {
            Ok(event_at(c, journal_id)?.and_then(|event| match event.what {
                Happening::PartPaid(paid) => Some((*paid, event.at, event.meta.user)),
                _ => None,
            }))
        })
    }
}

impl Unit<'_> {
    /// As [`Store::sale_of_visit`].
    pub fn sale_of_visit(&self, booking: BookingId, besides: TicketId) -> Result<Option<SaleRecord>, StoreError> {
        sale_of_visit(&self.tx, booking, besides)
    }

    /// The day whose book a visit is in now.
    pub fn day_of_visit(&self, booking: BookingId) -> Result<Option<i32>, StoreError> {
        let sql = "SELECT day FROM booking WHERE booking = ?1 ORDER BY day DESC LIMIT 1";
        Ok(self.tx.prepare_cached(sql)?.query_row([booking.as_bytes()], |r| r.get(0)).optional()?)
    }
}
