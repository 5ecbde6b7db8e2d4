//! Clients' points: which entries moved them. The rules fold what they come to.

use super::ledger::event_at;
use super::together::CARDS_OF_CLIENT;
use super::{Store, StoreError, Unit};
use rusqlite::{Connection, params};
use salon_domain::customer::Card;
use salon_domain::event::Happening;
use salon_domain::kernel::{CardId, Instant, TicketId};
use salon_domain::loyalty::{Points, PointsMoved};

/// A movement of points, and when it was journalled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointsRow {
    pub at: Instant,
    pub points: Points,
}

pub(super) fn project_points(conn: &Connection, entry: i64, moved: &PointsMoved) -> Result<(), StoreError> {
    conn.prepare_cached("INSERT INTO points (card, entry) VALUES (?1, ?2)")?
        .execute(params![moved.card.as_bytes(), entry])?;
    Ok(())
}

fn points_of(conn: &Connection, card: CardId) -> Result<Vec<PointsRow>, StoreError> {
    let entries = conn
        .prepare_cached(&format!("SELECT entry FROM points WHERE card IN {CARDS_OF_CLIENT} ORDER BY entry"))?
        .query_map([card.as_bytes()], |r| r.get::<_, i64>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        if let Some(event) = event_at(conn, entry)?
            && let Happening::LoyaltyEarned(moved) | Happening::LoyaltyClaimed(moved) = &event.what
        {
            rows.push(PointsRow { at: event.at, points: Points::of(moved, event.id, event.at.utc_day()) });
        }
    }
    Ok(rows)
}

impl Store {
    /// Every movement of a client's points, in the order of the journals.
    pub fn points_of(&self, card: CardId) -> Result<Vec<PointsRow>, StoreError> {
        self.read(|c| points_of(c, card))
    }
}

impl Unit<'_> {
    /// As [`Store::points_of`], with what this unit has written.
    pub fn points_of(&self, card: CardId) -> Result<Vec<PointsRow>, StoreError> {
        points_of(&self.tx, card)
    }

    pub fn card(&self, card: CardId) -> Result<Option<Card>, StoreError> {
        super::cards::find_card(&self.tx, card)
    }

    /// Whether a client has bought anything besides this ticket.
    pub fn has_bought_before(&self, card: CardId, ticket: TicketId) -> Result<bool, StoreError> {
        Ok(self
            .tx
            .prepare_cached(&format!(
                "SELECT EXISTS (SELECT 1 FROM sale WHERE card IN {CARDS_OF_CLIENT} AND ticket <> ?2)"
            ))?
            .query_row(params![card.as_bytes(), ticket.as_bytes()], |r| r.get(0))?)
    }
}
