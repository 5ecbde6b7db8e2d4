//! What a sale gives back of earlier ones: how much of each line, for whatever was earned by it.

use crate::store::Unit;
use salon_contract::window::Failure;
use salon_domain::kernel::{Portion, Returned, TicketId, TicketLineId};
use salon_domain::payment::{BackBefore, GivenBack, LineKind, Sale};
use std::collections::BTreeMap;

/// A sale of which something comes back.
pub(super) struct ReturnedSale {
    pub sale: Sale,
    pub lines: Vec<Returned>,
}

impl ReturnedSale {
    /// How much of the ticket comes back, tips apart. What cost nothing is measured in pieces.
    pub fn portion(&self, unit: &Unit<'_>, refund: &Sale) -> Result<Portion, Failure> {
        let (mut money, mut pieces) = (Portion::NONE, Portion::NONE);
        for sold in self.sale.lines.iter().filter(|line| line.kind == LineKind::Sale) {
            let before = unit.back_before(self.sale.ticket, sold.id, refund.ticket)?;
            let is_it = |given: &&GivenBack| (given.ticket, given.line) == (self.sale.ticket, sold.id);
            money.whole += sold.total_minor;
            money.before += before.total_minor;
            pieces.whole += sold.quantity;
            pieces.before += before.pieces;
            for line in &refund.lines {
                if let Some(given) = line.given_back.as_deref().filter(is_it) {
                    money.now -= line.total_minor;
                    pieces.now += given.pieces;
                }
            }
        }
        Ok(if money.whole > 0 { money } else { pieces })
    }
}

/// The sales that `refund` gives something back of. It is journalled already.
pub(super) fn returned_by(unit: &Unit<'_>, refund: &Sale) -> Result<Vec<ReturnedSale>, Failure> {
    let mut sales: BTreeMap<TicketId, ReturnedSale> = BTreeMap::new();
    let mut here: BTreeMap<(TicketId, TicketLineId), BackBefore> = BTreeMap::new();
    for line in &refund.lines {
        let Some(given) = line.given_back.as_deref() else { continue };
        if let std::collections::btree_map::Entry::Vacant(place) = sales.entry(given.ticket) {
            let Some(record) = unit.sale(given.ticket)? else { continue };
            place.insert(ReturnedSale { sale: record.sale, lines: Vec::new() });
        }
        let Some(returned) = sales.get_mut(&given.ticket) else { continue };
        let Some(sold) = returned.sale.lines.iter().find(|sold| sold.id == given.line) else { continue };
        let before = match here.entry((given.ticket, given.line)) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(unit.back_before(given.ticket, given.line, refund.ticket)?)
            }
        };
        // What cost nothing is measured in pieces.
        let portion = if sold.total_minor > 0 {
            Portion { whole: sold.total_minor, before: before.total_minor, now: -line.total_minor }
        } else {
            Portion { whole: sold.quantity, before: before.pieces, now: given.pieces }
        };
        before.total_minor -= line.total_minor;
        before.pieces += given.pieces;
        returned.lines.push(Returned { line: line.id, of: given.line, portion });
    }
    Ok(sales.into_values().collect())
}
