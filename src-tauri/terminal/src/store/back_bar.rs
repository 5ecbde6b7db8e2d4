//! What the back bar used: by product, and for which line of which ticket.

use super::{Store, StoreError};
use rusqlite::{Connection, params};
use salon_domain::commission::CommissionCalculated;
use salon_domain::event::{DomainEvent, Happening};
use salon_domain::inventory::Movement;
use salon_domain::kernel::{ProductId, TicketId, TicketLineId};
use std::collections::BTreeMap;
use uuid::Uuid;

/// So much of a product went into a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedRow {
    pub line: TicketLineId,
    pub product: ProductId,
    /// Above nought.
    pub milli: i64,
    /// As it was frozen.
    pub cost_minor: i64,
}

pub(super) fn project_used(conn: &Connection, event: &DomainEvent, movement: &Movement) -> Result<(), StoreError> {
    let used = movement.used_for.as_ref();
    conn.prepare_cached(
        "INSERT OR IGNORE INTO product_used (day, ticket, line, id, product, milli, cost) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        used.map_or_else(|| event.at.utc_day(), |used| used.day),
        used.map_or(&[][..], |used| used.ticket.as_bytes()),
        used.map_or(&[][..], |used| used.line.as_bytes()),
        movement.id.as_bytes(),
        movement.product.as_bytes(),
        -movement.milli,
        used.map_or(0, |used| used.cost_minor)
    ])?;
    Ok(())
}

impl Store {
    /// What was used of each product between two days, both included: thousandths of a unit.
    pub fn used_between(&self, from_day: i32, to_day: i32) -> Result<BTreeMap<ProductId, i64>, StoreError> {
        self.read(|c| {
            let mut statement = c.prepare_cached(
                "SELECT product, sum(milli) FROM product_used WHERE day BETWEEN ?1 AND ?2 GROUP BY product",
            )?;
            let rows = statement.query_map([from_day, to_day], |r| Ok((product_of(r.get(0)?), r.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// What was used for a ticket that was sold on `day`, in the order of its entries.
    pub fn used_for(&self, day: i32, ticket: TicketId) -> Result<Vec<UsedRow>, StoreError> {
        self.read(|c| {
            let mut statement = c.prepare_cached(
                "SELECT line, product, sum(milli), sum(cost) FROM product_used WHERE day = ?1 AND ticket = ?2 \
                 GROUP BY line, product ORDER BY line, product",
            )?;
            let rows = statement.query_map(params![day, ticket.as_bytes()], |r| {
                Ok(UsedRow {
                    line: TicketLineId::from_uuid(Uuid::from_bytes(r.get(0)?)),
                    product: product_of(r.get(1)?),
                    milli: r.get(2)?,
                    cost_minor: r.get(3)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

fn product_of(bytes: [u8; 16]) -> ProductId {
    ProductId::from_uuid(Uuid::from_bytes(bytes))
}

/// Holds what a till journalled as used for a line against what the commission on that line was lowered by.
#[derive(Default)]
pub(super) struct CostCheck {
    /// By device, ticket and line: used, and deducted once somebody earned by it.
    lines: BTreeMap<(i64, TicketId, TicketLineId), (i64, Option<i64>)>,
}

impl CostCheck {
    pub fn enter(&mut self, device: i64, event: &DomainEvent) {
        match &event.what {
            Happening::InventoryProductUsed(Movement { used_for: Some(used), .. }) => {
                self.lines.entry((device, used.ticket, used.line)).or_default().0 += used.cost_minor;
            }
            Happening::CommissionCalculated(calculated) => self.deducted(device, calculated),
            _ => {}
        }
    }

    fn deducted(&mut self, device: i64, calculated: &CommissionCalculated) {
        let Some(how) = calculated.how.as_ref().filter(|how| how.of.is_none()) else { return };
        let key = (device, calculated.ticket, calculated.line);
        // Most lines use nothing: they are not kept.
        if how.cost_minor != 0 || self.lines.contains_key(&key) {
            *self.lines.entry(key).or_default().1.get_or_insert(0) += how.cost_minor;
        }
    }

    pub fn faults(self) -> impl Iterator<Item = String> {
        self.lines.into_iter().filter_map(|((_, ticket, line), (used, deducted))| {
            let deducted = deducted.filter(|deducted| *deducted != used)?;
            Some(format!("ticket {ticket}, line {line}: used for {used}, and {deducted} deducted"))
        })
    }
}
