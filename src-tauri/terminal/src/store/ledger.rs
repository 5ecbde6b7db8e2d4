//! Reading sales, till sessions, card payments and stock.

use super::unit::get_meta;
use super::{OWN, SEQ_BITS, Store, StoreError, Unit};
use rusqlite::{Connection, OptionalExtension, Row, params};
use salon_domain::event::{DomainEvent, Happening};
use salon_domain::kernel::{BookingId, CardId, DeviceId, Instant, PaymentId, ProductId, TicketId, TillSessionId};
use salon_domain::payment::{CardApproved, CardDay, CardIntent, Sale, SessionTotals, TenderKind, TillClosed};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
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

fn event_at(conn: &Connection, id: i64) -> Result<Option<DomainEvent>, StoreError> {
    let body: Option<Vec<u8>> =
        conn.prepare_cached("SELECT body FROM journal WHERE id = ?1")?.query_row([id], |r| r.get(0)).optional()?;
    body.map(|b| serde_json::from_slice(&b).map_err(StoreError::from)).transpose()
}

fn summary(r: &Row<'_>) -> rusqlite::Result<SaleSummary> {
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
    })
}

const SUMMARY: &str = "SELECT id, ticket, day, number, at_ms, card, booking, net, total, tender FROM sale";

fn open_session(conn: &Connection) -> Result<Option<OpenSession>, StoreError> {
    let found = conn
        .prepare_cached(
            "SELECT session, day, opened_ms, by_user, totals FROM till_session \
             WHERE device = ?1 AND z_number IS NULL ORDER BY opened_ms DESC LIMIT 1",
        )?
        .query_row([OWN], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get::<_, Vec<u8>>(4)?)))
        .optional()?;
    let Some((session, day, opened, by, totals)) = found else { return Ok(None) };
    Ok(Some(OpenSession {
        session: TillSessionId::from_uuid(Uuid::from_bytes(session)),
        day,
        opened: Instant(opened),
        by: Uuid::from_bytes(by),
        totals: serde_json::from_slice(&totals)?,
    }))
}

fn find_sale(conn: &Connection, ticket: TicketId) -> Result<Option<SaleRecord>, StoreError> {
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
        self.read(|c| find_sale(c, ticket))
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
                .prepare_cached("SELECT coalesce(sum(total), 0) FROM sale WHERE card = ?1")?
                .query_row([card.as_bytes()], |r| r.get(0))?;
            let mut statement = c.prepare_cached(&format!("{SUMMARY} WHERE card = ?1 ORDER BY at_ms DESC LIMIT ?2"))?;
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

    /// Which ticket each booking of a day was checked out with.
    pub fn tickets_of_bookings(&self, day: i32) -> Result<HashMap<BookingId, TicketId>, StoreError> {
        self.read(|c| {
            let mut statement =
                c.prepare_cached("SELECT booking, ticket FROM sale WHERE day = ?1 AND booking IS NOT NULL")?;
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
                .prepare_cached("SELECT ticket FROM sale WHERE booking = ?1 LIMIT 1")?
                .query_row([booking.as_bytes()], |r| r.get(0))
                .optional()?;
            Ok(ticket.map(|t| TicketId::from_uuid(Uuid::from_bytes(t))))
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

fn closing(conn: &Connection, id: i64) -> Result<Option<TillClosed>, StoreError> {
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

    /// The next receipt number, the next Z number, and the perpetual total, of this device.
    pub fn running(&self) -> Result<(u64, u64, i64), StoreError> {
        let found = self
            .tx
            .prepare_cached("SELECT receipt, z, perpetual FROM device_total WHERE device = ?1")?
            .query_row([OWN], |r| Ok((r.get::<_, i64>(0)? as u64 + 1, r.get::<_, i64>(1)? as u64 + 1, r.get(2)?)))
            .optional()?;
        Ok(found.unwrap_or((1, 1, 0)))
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

/// A journal id: nothing up to it is in the batch of any card terminal.
const CARD_DAY: &str = "card_day";
/// The ends of day of each card terminal by its own id: [`CardMarks`].
const CARD_DAYS: &str = "card_days";

/// Journal ids of a card terminal's ends of day.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct CardMark {
    /// The last one whose totals were seen.
    seen: i64,
    /// The last one, seen or not.
    tried: i64,
}

type CardMarks = BTreeMap<String, CardMark>;

impl Store {
    /// Whether the batch of this card terminal was closed since this sale, or may have been.
    pub fn is_before_card_day(&self, ticket: TicketId, terminal_id: &str) -> Result<bool, StoreError> {
        self.read(|c| {
            let marks: Option<CardMarks> = get_meta(c, CARD_DAYS)?;
            let tried = marks.unwrap_or_default().get(terminal_id).map(|mark| mark.tried);
            let last = get_meta::<i64>(c, CARD_DAY)?.max(tried);
            let sold: Option<i64> = c
                .prepare_cached("SELECT id FROM sale WHERE ticket = ?1")?
                .query_row([ticket.as_bytes()], |r| r.get(0))
                .optional()?;
            Ok(sold.zip(last).is_some_and(|(sold, last)| sold <= last))
        })
    }
}

/// Payments less what was given back, and the number of both together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CardTakings {
    pub minor: i64,
    pub count: u32,
}

impl Unit<'_> {
    /// What this device took by this card terminal since its last end of day whose totals were seen, and since the last
    /// one whose totals were not, if there was one after it. Before there was any: since the last close of the till, for
    /// what is older is in no batch of today's.
    pub fn card_takings(&self, terminal_id: &str) -> Result<(CardTakings, Option<CardTakings>), StoreError> {
        let mark = self.meta::<CardMarks>(CARD_DAYS)?.unwrap_or_default().get(terminal_id).copied().unwrap_or_default();
        let floor: Option<i64> = self.meta(CARD_DAY)?;
        let seen = match floor.max(Some(mark.seen).filter(|seen| *seen > 0)) {
            Some(id) => id,
            None => self
                .tx
                .prepare_cached("SELECT max(z_journal) FROM till_session WHERE device = ?1 AND z_journal IS NOT NULL")?
                .query_row([OWN], |r| r.get::<_, Option<i64>>(0))?
                .unwrap_or(OWN << SEQ_BITS),
        };
        let later = if mark.tried > seen { Some(self.card_takings_since(mark.tried, terminal_id)?) } else { None };
        Ok((self.card_takings_since(seen, terminal_id)?, later))
    }

    fn card_takings_since(&self, since: i64, terminal: &str) -> Result<CardTakings, StoreError> {
        let is_its = |theirs: &str| theirs == terminal || theirs.is_empty() || terminal.is_empty();
        let mut statement =
            self.tx.prepare_cached("SELECT id FROM sale WHERE id > ?1 AND id < ?2 AND tender IN ('card', 'mixed')")?;
        let ids: Vec<i64> =
            statement.query_map(params![since, (OWN + 1) << SEQ_BITS], |r| r.get(0))?.collect::<Result<_, _>>()?;
        let mut takings = CardTakings::default();
        for id in ids {
            let Some(event) = event_at(&self.tx, id)? else { continue };
            let tenders = event.what.sale().map(|sale| sale.tenders.as_slice()).unwrap_or_default();
            for tender in tenders {
                if matches!(&tender.kind, TenderKind::Card { terminal_id, .. } if is_its(terminal_id)) {
                    takings.minor += tender.amount_minor;
                    takings.count += 1;
                }
            }
        }
        Ok(takings)
    }

    /// The end of day of this card terminal is in the journal; `seen` when its totals were.
    pub fn note_card_day(&mut self, terminal_id: &str, journal_id: i64, seen: bool) -> Result<(), StoreError> {
        let mut marks = self.meta::<CardMarks>(CARD_DAYS)?.unwrap_or_default();
        let mark = marks.entry(terminal_id.to_owned()).or_default();
        mark.tried = journal_id;
        if seen {
            mark.seen = journal_id;
        }
        self.set_meta(CARD_DAYS, &marks)
    }

    /// What was sold up to this entry is in the batch of no card terminal that is asked from now on.
    pub fn forget_card_batches(&mut self, journal_id: i64) -> Result<(), StoreError> {
        self.set_meta(CARD_DAY, &journal_id)
    }
}
