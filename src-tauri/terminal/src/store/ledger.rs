//! Reading sales, till sessions, card payments and stock.

use super::project::open_ticket;
use super::together::CARDS_OF_CLIENT;
use super::{OWN, SEQ_BITS, Store, StoreError, Unit};
use rusqlite::{Connection, OptionalExtension, Row, params};
use salon_domain::event::{DomainEvent, Happening};
use salon_domain::kernel::{
    BookingId, CardId, DeviceId, Instant, PaymentId, ProductId, TicketId, TicketLineId, TillSessionId,
};
use salon_domain::payment::{
    BackByLine, CardApproved, CardDay, CardIntent, FollowKind, OpenTicket, Sale, SessionTotals, TillClosed,
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleRecord {
    pub at: Instant,
    pub user: Uuid,
    pub sale: Sale,
}

/// A sale as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleSummary {
    pub ticket: TicketId,
    pub day: i32,
    pub number: u64,
    pub at: Instant,
    pub card: Option<CardId>,
    pub booking: Option<BookingId>,
    pub net_minor: i64,
    pub total_minor: i64,
    pub tender: String,
    /// Whether it is about another receipt, and how.
    pub follows: Option<FollowKind>,
    pub own: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    pub session: TillSessionId,
    pub day: i32,
    pub opened: Instant,
    pub by: Uuid,
    pub totals: SessionTotals,
}

/// A card payment whose end is not journalled yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRow {
    pub unknown: bool,
    pub at: Instant,
    pub user: Uuid,
    pub intent: CardIntent,
}

pub(super) fn event_at(conn: &Connection, id: i64) -> Result<Option<DomainEvent>, StoreError> {
    let body: Option<Vec<u8>> =
        conn.prepare_cached("SELECT body FROM journal WHERE id = ?1")?.query_row([id], |r| r.get(0)).optional()?;
    body.map(|b| serde_json::from_slice(&b).map_err(StoreError::from)).transpose()
}

pub(super) fn summary(r: &Row<'_>) -> rusqlite::Result<SaleSummary> {
    Ok(SaleSummary {
        own: r.get::<_, i64>(0)? >> SEQ_BITS == OWN,
        ticket: TicketId::from_uuid(Uuid::from_bytes(r.get(1)?)),
        day: r.get(2)?,
        number: r.get::<_, i64>(3)? as u64,
        at: Instant(r.get(4)?),
        card: r.get::<_, Option<[u8; 16]>>(5)?.map(|b| CardId::from_uuid(Uuid::from_bytes(b))),
        booking: r.get::<_, Option<[u8; 16]>>(6)?.map(|b| BookingId::from_uuid(Uuid::from_bytes(b))),
        net_minor: r.get(7)?,
        total_minor: r.get(8)?,
        tender: r.get(9)?,
        follows: r.get::<_, Option<String>>(10)?.as_deref().and_then(FollowKind::named),
    })
}

pub(super) const SUMMARY: &str = "SELECT id, ticket, day, number, at_ms, card, booking, net, total, tender, \
     (SELECT how FROM follow_up f WHERE f.by_ticket = sale.ticket) FROM sale";

fn open_session(conn: &Connection) -> Result<Option<OpenSession>, StoreError> {
    let found = conn
        .prepare_cached(
            "SELECT session, day, opened_ms, by_user, totals FROM till_session \
             WHERE device = ?1 AND z_number IS NULL ORDER BY opened_ms DESC LIMIT 1",
        )?
        .query_row([OWN], session_row)
        .optional()?;
    found.map(session_of).transpose()
}

/// Session, day, opened, by, totals.
pub(super) type SessionRow = ([u8; 16], i32, i64, [u8; 16], Vec<u8>);

pub(super) fn session_row(r: &Row<'_>) -> rusqlite::Result<SessionRow> {
    Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?))
}

pub(super) fn session_of((session, day, opened, by, totals): SessionRow) -> Result<OpenSession, StoreError> {
    Ok(OpenSession {
        session: TillSessionId::from_uuid(Uuid::from_bytes(session)),
        day,
        opened: Instant(opened),
        by: Uuid::from_bytes(by),
        totals: serde_json::from_slice(&totals)?,
    })
}

/// The next receipt number, the next Z number, and the perpetual total, of this device.
pub(super) fn running(conn: &Connection) -> Result<(u64, u64, i64), StoreError> {
    let found = conn
        .prepare_cached("SELECT receipt, z, perpetual FROM device_total WHERE device = ?1")?
        .query_row([OWN], |r| Ok((r.get::<_, i64>(0)? as u64 + 1, r.get::<_, i64>(1)? as u64 + 1, r.get(2)?)))
        .optional()?;
    Ok(found.unwrap_or((1, 1, 0)))
}

pub(super) fn find_sale(conn: &Connection, ticket: TicketId) -> Result<Option<SaleRecord>, StoreError> {
    let id: Option<i64> = conn
        .prepare_cached("SELECT id FROM sale WHERE ticket = ?1")?
        .query_row([ticket.as_bytes()], |r| r.get(0))
        .optional()?;
    let Some(id) = id else { return Ok(None) };
    let Some(event) = event_at(conn, id)? else { return Ok(None) };
    Ok(match event.what {
        Happening::PaymentCompleted(sale) | Happening::PaymentRefunded(sale) => {
            Some(SaleRecord { at: event.at, user: event.meta.user, sale: *sale })
        }
        _ => None,
    })
}

fn numbered_sale(c: &Connection, device_ix: i64, number: u64) -> Result<Option<SaleSummary>, StoreError> {
    let Ok(wanted) = i64::try_from(number) else { return Ok(None) };
    let (first, last) = (device_ix << SEQ_BITS, ((device_ix + 1) << SEQ_BITS) - 1);
    let newest: Option<i64> = c
        .prepare_cached("SELECT id FROM sale WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1")?
        .query_row([first, last], |r| r.get(0))
        .optional()?;
    let Some(mut high) = newest else { return Ok(None) };
    let mut low = first;
    let mut at = c.prepare_cached("SELECT id, number FROM sale WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT 1")?;
    while low <= high {
        let middle = low + (high - low) / 2;
        let found: Option<(i64, i64)> = at.query_row([middle, high], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
        match found {
            Some((id, number)) if number == wanted => {
                return Ok(Some(c.prepare_cached(&format!("{SUMMARY} WHERE id = ?1"))?.query_row([id], summary)?));
            }
            Some((id, number)) if number < wanted => low = id + 1,
            _ => high = middle - 1,
        }
    }
    Ok(None)
}

impl Store {
    pub fn sale(&self, ticket: TicketId) -> Result<Option<SaleRecord>, StoreError> {
        self.glance(|c| find_sale(c, ticket))
    }

    /// What of a sale's lines came back before, and the tickets that it came back with.
    pub fn given_back(&self, ticket: TicketId) -> Result<(BackByLine, BTreeSet<TicketId>), StoreError> {
        self.read(|c| {
            let mut statement =
                c.prepare_cached("SELECT line, refund, pieces, total FROM given_back WHERE ticket = ?1")?;
            let rows = statement.query_map([ticket.as_bytes()], |r| {
                Ok((r.get::<_, [u8; 16]>(0)?, r.get::<_, [u8; 16]>(1)?, r.get::<_, i64>(2)?, r.get::<_, i64>(3)?))
            })?;
            let (mut lines, mut refunds) = (BackByLine::new(), BTreeSet::new());
            for row in rows {
                let (line, refund, pieces, total) = row?;
                let back = lines.entry(TicketLineId::from_uuid(Uuid::from_bytes(line))).or_default();
                back.pieces += pieces;
                back.total_minor -= total;
                refunds.insert(TicketId::from_uuid(Uuid::from_bytes(refund)));
            }
            Ok((lines, refunds))
        })
    }

    /// Sales of a day, newest first.
    pub fn sales_of_day(&self, day: i32) -> Result<Vec<SaleSummary>, StoreError> {
        self.read(|c| {
            let mut statement = c.prepare_cached(&format!("{SUMMARY} WHERE day = ?1 ORDER BY at_ms DESC, id DESC"))?;
            Ok(statement.query_map([day], summary)?.collect::<Result<_, _>>()?)
        })
    }

    pub fn sales_of_card(&self, card: CardId, limit: u32) -> Result<(i64, Vec<SaleSummary>), StoreError> {
        self.read(|c| {
            let spent = c
                .prepare_cached(&format!(
                    "SELECT coalesce(sum(net + tax), 0) FROM sale WHERE card IN {CARDS_OF_CLIENT}"
                ))?
                .query_row([card.as_bytes()], |r| r.get(0))?;
            let mut statement =
                c.prepare_cached(&format!("{SUMMARY} WHERE card IN {CARDS_OF_CLIENT} ORDER BY at_ms DESC LIMIT ?2"))?;
            Ok((spent, statement.query_map(params![card.as_bytes(), limit], summary)?.collect::<Result<_, _>>()?))
        })
    }

    /// The sale of this device with a receipt number. Numbers grow with the journal, so that it is found by halving:
    /// an index would cost every sale a page.
    pub fn sale_by_number(&self, number: u64) -> Result<Option<SaleSummary>, StoreError> {
        self.read(|c| numbered_sale(c, OWN, number))
    }

    /// The sales with a receipt number at any of the devices that `fits` picks, this one first.
    pub fn sales_by_receipt(
        &self,
        fits: impl Fn(DeviceId) -> bool,
        number: u64,
    ) -> Result<Vec<SaleSummary>, StoreError> {
        self.read(|c| {
            let devices = c
                .prepare_cached("SELECT ix, device FROM device ORDER BY ix")?
                .query_map([], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, [u8; 16]>(1)?)))?
                .collect::<Result<Vec<_>, _>>()?;
            let picked = devices.into_iter().filter(|(_, id)| fits(DeviceId::from_uuid(Uuid::from_bytes(*id))));
            picked.filter_map(|(ix, _)| numbered_sale(c, ix, number).transpose()).collect()
        })
    }

    /// Receipts, net and total of everything here, whichever device sold it.
    pub fn sale_totals(&self) -> Result<(u64, i64, i64), StoreError> {
        self.read(|c| {
            Ok(c.query_row("SELECT count(*), coalesce(sum(net), 0), coalesce(sum(total), 0) FROM sale", [], |r| {
                Ok((r.get::<_, i64>(0)? as u64, r.get(1)?, r.get(2)?))
            })?)
        })
    }

    pub fn open_session(&self) -> Result<Option<OpenSession>, StoreError> {
        self.read(open_session)
    }

    pub fn last_close(&self) -> Result<Option<TillClosed>, StoreError> {
        self.read(|c| {
            let id: Option<i64> = c
                .prepare_cached("SELECT max(z_journal) FROM till_session WHERE device = ?1 AND z_journal IS NOT NULL")?
                .query_row([OWN], |r| r.get(0))?;
            let Some(id) = id else { return Ok(None) };
            closing(c, id)
        })
    }

    pub fn close_at(&self, journal_id: i64) -> Result<Option<TillClosed>, StoreError> {
        self.read(|c| closing(c, journal_id))
    }

    /// The card terminal's end of day in a journal entry.
    pub fn card_day_at(&self, journal_id: i64) -> Result<Option<CardDay>, StoreError> {
        self.read(|c| {
            Ok(event_at(c, journal_id)?.and_then(|event| match event.what {
                Happening::CardDay(day) => Some(*day),
                _ => None,
            }))
        })
    }

    /// Tickets that are put aside or that money was taken for, the latest first. What was dropped is one only for the
    /// money that is left in it.
    pub fn open_tickets(&self) -> Result<Vec<OpenTicket>, StoreError> {
        self.read(|c| {
            let mut statement =
                c.prepare_cached("SELECT body FROM open_ticket WHERE dropped = 0 OR paid <> 0 ORDER BY at_ms DESC")?;
            let bodies = statement.query_map([], |r| r.get::<_, Vec<u8>>(0))?.collect::<Result<Vec<_>, _>>()?;
            bodies.iter().map(|body| serde_json::from_slice(body).map_err(StoreError::from)).collect()
        })
    }

    pub fn open_ticket_count(&self) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM open_ticket WHERE dropped = 0 OR paid <> 0";
        self.read(|c| Ok(c.prepare_cached(sql)?.query_row([], |r| r.get(0))?))
    }

    pub fn open_ticket(&self, ticket: TicketId) -> Result<Option<OpenTicket>, StoreError> {
        self.glance(|c| open_ticket(c, ticket))
    }

    /// Card payments that were begun and whose end is not known, oldest first.
    pub fn open_payments(&self) -> Result<Vec<PaymentRow>, StoreError> {
        self.read(open_payments)
    }

    /// What the card terminal had said of a payment when it approved it. It stands in the same device's journal soon after
    /// the intent.
    pub fn approval(&self, payment: PaymentId) -> Result<Option<CardApproved>, StoreError> {
        self.read(|c| {
            let intent: Option<i64> = c
                .prepare_cached("SELECT journal FROM card_payment WHERE payment = ?1")?
                .query_row([payment.as_bytes()], |r| r.get(0))
                .optional()?;
            let Some(intent) = intent else { return Ok(None) };
            let mut statement = c.prepare_cached(
                "SELECT body FROM journal WHERE id BETWEEN ?1 AND ?1 + 1000 AND type = 'payment.approved' ORDER BY id",
            )?;
            let mut rows = statement.query([intent])?;
            while let Some(row) = rows.next()? {
                let event: DomainEvent =
                    serde_json::from_slice(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?)?;
                if let Happening::PaymentApproved(approved) = event.what
                    && approved.payment == payment
                {
                    return Ok(Some(*approved));
                }
            }
            Ok(None)
        })
    }

    /// Levels in thousandths, of the products that have moved at all.
    pub fn levels(&self) -> Result<HashMap<ProductId, i64>, StoreError> {
        self.read(|c| {
            let mut statement = c.prepare_cached("SELECT product, milli FROM stock_level")?;
            let rows = statement
                .query_map([], |r| Ok((r.get::<_, [u8; 16]>(0)?, r.get(1)?)))?
                .collect::<Result<Vec<(_, i64)>, _>>()?;
            Ok(rows.into_iter().map(|(p, m)| (ProductId::from_uuid(Uuid::from_bytes(p)), m)).collect())
        })
    }

    pub fn journal_count(&self) -> Result<u64, StoreError> {
        self.read(|c| Ok(c.query_row("SELECT count(*) FROM journal", [], |r| r.get::<_, i64>(0))? as u64))
    }

    /// The latest instant in this device's journal.
    pub fn last_journalled(&self) -> Result<Option<Instant>, StoreError> {
        self.read(|c| {
            Ok(c.prepare_cached("SELECT at_ms FROM journal WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1")?
                .query_row([OWN << SEQ_BITS, ((OWN + 1) << SEQ_BITS) - 1], |r| r.get(0))
                .optional()?
                .map(Instant))
        })
    }

    /// What was sold most in the last 400 sales: items as JSON keys with their counts.
    pub fn recent_items(&self) -> Result<HashMap<salon_domain::payment::Item, u32>, StoreError> {
        self.read(|c| {
            let mut statement = c.prepare_cached(
                "SELECT j.body FROM (SELECT id FROM sale ORDER BY day DESC, id DESC LIMIT 400) s JOIN journal j ON j.id = s.id",
            )?;
            let bodies = statement.query_map([], |r| r.get::<_, Vec<u8>>(0))?.collect::<Result<Vec<_>, _>>()?;
            let mut counts = HashMap::new();
            for body in bodies {
                let event: DomainEvent = serde_json::from_slice(&body)?;
                for line in event.what.sale().map_or(&[][..], |s| s.lines.as_slice()) {
                    *counts.entry(line.item.clone()).or_insert(0) += 1;
                }
            }
            Ok(counts)
        })
    }
}

pub(super) fn closing(conn: &Connection, id: i64) -> Result<Option<TillClosed>, StoreError> {
    Ok(match event_at(conn, id)?.map(|e| e.what) {
        Some(Happening::TillClosed(closed)) => Some(*closed),
        _ => None,
    })
}

fn open_payments(conn: &Connection) -> Result<Vec<PaymentRow>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT journal, state FROM card_payment WHERE state IN ('initiated', 'approved', 'unknown') \
         AND journal BETWEEN ?1 AND ?2 ORDER BY journal",
    )?;
    let rows = statement
        .query_map([OWN << SEQ_BITS, ((OWN + 1) << SEQ_BITS) - 1], |r| {
            Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let mut open = Vec::new();
    for (id, state) in rows {
        if let Some(event) = event_at(conn, id)?
            && let Happening::PaymentInitiated(intent) = event.what
        {
            open.push(PaymentRow { unknown: state == "unknown", at: event.at, user: event.meta.user, intent: *intent });
        }
    }
    Ok(open)
}

impl Unit<'_> {
    pub fn open_session(&self) -> Result<Option<OpenSession>, StoreError> {
        open_session(&self.tx)
    }

    pub fn sale(&self, ticket: TicketId) -> Result<Option<SaleRecord>, StoreError> {
        find_sale(&self.tx, ticket)
    }

    pub fn open_payments(&self) -> Result<Vec<PaymentRow>, StoreError> {
        open_payments(&self.tx)
    }

    pub fn open_ticket(&self, ticket: TicketId) -> Result<Option<OpenTicket>, StoreError> {
        open_ticket(&self.tx, ticket)
    }

    /// The next receipt number, the next Z number, and the perpetual total, of this device.
    pub fn running(&self) -> Result<(u64, u64, i64), StoreError> {
        running(&self.tx)
    }

    /// The level of a product before this unit's own moves that are still to come.
    pub fn level(&self, product: ProductId) -> Result<i64, StoreError> {
        Ok(self
            .tx
            .prepare_cached("SELECT milli FROM stock_level WHERE product = ?1")?
            .query_row([product.as_bytes()], |r| r.get(0))
            .optional()?
            .unwrap_or(0))
    }

    /// The command that a card payment was begun by.
    pub fn command_of_payment(&self, payment: PaymentId) -> Result<Option<Uuid>, StoreError> {
        let intent: Option<i64> = self
            .tx
            .prepare_cached("SELECT journal FROM card_payment WHERE payment = ?1")?
            .query_row([payment.as_bytes()], |r| r.get(0))
            .optional()?;
        let Some(intent) = intent else { return Ok(None) };
        let event = event_at(&self.tx, intent)?;
        let is_intent = |event: &DomainEvent| matches!(event.what, Happening::PaymentInitiated(_));
        Ok(event.filter(is_intent).map(|event| event.meta.correlation))
    }

    /// Whether a card payment was begun and has not ended.
    pub fn payment_is_open(&self, payment: PaymentId) -> Result<bool, StoreError> {
        Ok(self
            .tx
            .prepare_cached(
                "SELECT state IN ('initiated', 'approved', 'unknown') FROM card_payment WHERE payment = ?1",
            )?
            .query_row([payment.as_bytes()], |r| r.get(0))
            .optional()?
            .unwrap_or(false))
    }
}
