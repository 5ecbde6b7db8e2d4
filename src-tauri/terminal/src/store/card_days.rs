//! Which of what was taken by card is in a card terminal's open batch.

use super::ledger::event_at;
use super::unit::get_meta;
use super::{OWN, SEQ_BITS, Store, StoreError, Unit};
use rusqlite::{OptionalExtension, params};
use salon_domain::event::Happening;
use salon_domain::kernel::PaymentId;
use salon_domain::payment::TenderKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// Whether a card payment of this device may still be in the open batch of this card terminal: its day was not closed
    /// since, seen or not.
    pub fn is_in_open_batch(&self, payment: PaymentId, terminal_id: &str) -> Result<bool, StoreError> {
        self.read(|c| {
            let marks: Option<CardMarks> = get_meta(c, CARD_DAYS)?;
            let tried = marks.unwrap_or_default().get(terminal_id).map(|mark| mark.tried);
            let last = get_meta::<i64>(c, CARD_DAY)?.max(tried).unwrap_or(0);
            let intent: Option<i64> = c
                .prepare_cached("SELECT journal FROM card_payment WHERE payment = ?1")?
                .query_row([payment.as_bytes()], |r| r.get(0))
                .optional()?;
            Ok(intent.is_some_and(|intent| intent >> SEQ_BITS == OWN && intent > last))
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
        // Parts of tickets have no row of their own; of a day's journal they are few.
        let mut statement = self.tx.prepare_cached(
            "SELECT id FROM sale WHERE id > ?1 AND id < ?2 AND tender IN ('card', 'mixed') \
             UNION ALL SELECT id FROM journal WHERE id > ?1 AND id < ?2 AND type = 'ticket.part_paid'",
        )?;
        let ids: Vec<i64> =
            statement.query_map(params![since, (OWN + 1) << SEQ_BITS], |r| r.get(0))?.collect::<Result<_, _>>()?;
        let mut takings = CardTakings::default();
        for id in ids {
            let Some(event) = event_at(&self.tx, id)? else { continue };
            let tenders = match &event.what {
                Happening::PartPaid(part) => std::slice::from_ref(&part.tender),
                what => what.sale().map(|sale| sale.tenders.as_slice()).unwrap_or_default(),
            };
            for tender in tenders.iter().filter(|tender| tender.taken.is_none()) {
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
