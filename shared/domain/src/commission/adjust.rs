//! What only the whole period can tell.
//!
//! Lines are frozen at the rate that their till knew of. When the turnover goes on to reach another tier of a rate from
//! nought, the earlier lines are due that rate too; when tills that did not know of each other meet, a person's turnover
//! turns out higher than each of them thought; when a refund takes turnover away, a tier may no longer be reached. No
//! line is changed for it: the difference is a movement of its own, which says what it comes from.

use super::model::{Earned, Original};
use super::rate::{Rate, part};
use super::statement::once_each;
use crate::kernel::{MovementId, StaffId, TicketId, TicketLineId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The lines of one rate, taken together: what they were frozen at, and what the period makes of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Restated {
    pub rate: Rate,
    pub counted_minor: i64,
    pub frozen_minor: i64,
    pub due_minor: i64,
}

/// A correction of one person's commission in one period.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Adjusted {
    /// Follows from person, period, and all that was known: written twice from the same knowledge it is one.
    pub id: MovementId,
    pub staff: StaffId,
    /// The branch's days, in days since 1970-01-01; both belong to the period.
    pub from_day: i32,
    pub to_day: i32,
    /// The turnover that decides, net of what was refunded.
    pub turnover_minor: i64,
    pub restated: Vec<Restated>,
    /// What earlier adjustments of the period came to.
    pub adjusted_before_minor: i64,
    /// What is due, less what was frozen, less what was adjusted before.
    pub amount_minor: i64,
}

/// The adjustments that a period still needs; none for whom nothing changes. `earned` are the period's lines, sales and
/// refunds, and `before` its adjustments so far, in any order and any number of times.
///
/// A refund in the period of its sale takes the line out as far as it goes. A refund of an earlier period's sale keeps
/// its amount and lowers the turnover. A line at a flat rate, or frozen at the rate that was reached in the end, keeps its
/// amount to the minor unit. Progressive lines are laid end to end in the order of the turnover they were sold at.
///
/// Two tills that know different parts of a period can each write an adjustment; what both together got wrong, the next
/// one puts right.
pub fn adjust(from_day: i32, to_day: i32, earned: &[Earned], before: &[Adjusted]) -> Vec<Adjusted> {
    let mut people: BTreeMap<StaffId, (Vec<&Earned>, Vec<&Adjusted>)> = BTreeMap::new();
    for line in once_each(earned, |e| e.id) {
        people.entry(line.staff).or_default().0.push(line);
    }
    let of_period = before.iter().filter(|a| (a.from_day, a.to_day) == (from_day, to_day));
    for adjusted in once_each(of_period, |a| a.id) {
        people.entry(adjusted.staff).or_default().1.push(adjusted);
    }
    let of_person = |(staff, (lines, earlier)): (StaffId, (Vec<&Earned>, Vec<&Adjusted>))| {
        let adjusted_before_minor = earlier.iter().fold(0_i64, |sum, a| sum.saturating_add(a.amount_minor));
        let (turnover_minor, restated) = restate(&lines);
        let change = |r: &Restated| r.due_minor.saturating_sub(r.frozen_minor);
        let amount_minor =
            restated.iter().fold(adjusted_before_minor.saturating_neg(), |sum, r| sum.saturating_add(change(r)));
        let known = lines.iter().map(|e| e.id).chain(earlier.iter().map(|a| a.id));
        let id = id_of(staff, from_day, to_day, known);
        Adjusted { id, staff, from_day, to_day, turnover_minor, restated, adjusted_before_minor, amount_minor }
    };
    people.into_iter().map(of_person).filter(|adjusted| adjusted.amount_minor != 0).collect()
}

fn id_of(staff: StaffId, from_day: i32, to_day: i32, known: impl Iterator<Item = MovementId>) -> MovementId {
    let mut tag = b"adjust".to_vec();
    tag.extend_from_slice(&from_day.to_be_bytes());
    tag.extend_from_slice(&to_day.to_be_bytes());
    for id in known {
        tag.extend_from_slice(id.as_bytes());
    }
    staff.derive(&tag)
}

/// A sold line with what came back of it taken off.
struct Net<'a> {
    sale: &'a Earned,
    counted_minor: i64,
    frozen_minor: i64,
}

/// One person's turnover, and what the lines of each rate come to; those that change nothing are left out.
fn restate(lines: &[&Earned]) -> (i64, Vec<Restated>) {
    let mut nets: BTreeMap<Original, Net<'_>> = BTreeMap::new();
    for sale in lines.iter().filter(|e| e.of.is_none()) {
        let net = Net { sale, counted_minor: sale.counted_minor, frozen_minor: sale.amount_minor };
        nets.insert(sale.original(), net);
    }
    // What was sold in an earlier period.
    let mut earlier_minor = 0_i64;
    for refund in lines.iter().filter(|e| e.of.is_some()) {
        if let Some(net) = nets.get_mut(&refund.original()) {
            net.counted_minor = net.counted_minor.saturating_add(refund.counted_minor);
            net.frozen_minor = net.frozen_minor.saturating_add(refund.amount_minor);
        } else {
            earlier_minor = earlier_minor.saturating_add(refund.counted_minor);
        }
    }
    let turnover_minor = nets.values().fold(earlier_minor, |sum, net| sum.saturating_add(net.counted_minor));
    let mut in_order: Vec<&Net<'_>> = nets.values().collect();
    in_order.sort_by_key(|net| place(net));
    let mut by_rate: BTreeMap<&Rate, Restated> = BTreeMap::new();
    let mut so_far_minor = earlier_minor;
    for net in in_order {
        let due_minor = due(net, so_far_minor, turnover_minor);
        so_far_minor = so_far_minor.saturating_add(net.counted_minor);
        let none = || Restated { rate: net.sale.rate.clone(), counted_minor: 0, frozen_minor: 0, due_minor: 0 };
        let restated = by_rate.entry(&net.sale.rate).or_insert_with(none);
        restated.counted_minor = restated.counted_minor.saturating_add(net.counted_minor);
        restated.frozen_minor = restated.frozen_minor.saturating_add(net.frozen_minor);
        restated.due_minor = restated.due_minor.saturating_add(due_minor);
    }
    (turnover_minor, by_rate.into_values().filter(|r| r.due_minor != r.frozen_minor).collect())
}

fn place(net: &Net<'_>) -> (i64, TicketId, TicketLineId) {
    (net.sale.turnover_minor, net.sale.ticket, net.sale.line)
}

fn due(net: &Net<'_>, before_minor: i64, turnover_minor: i64) -> i64 {
    match &net.sale.rate {
        Rate::Flat(_) => net.frozen_minor,
        Rate::FromZero(bands) => {
            let reached_bp = bands.rate_at(turnover_minor);
            let as_frozen = net.sale.parts.iter().all(|part| part.rate_bp == reached_bp);
            if as_frozen { net.frozen_minor } else { part(reached_bp, net.counted_minor).amount_minor }
        }
        rate @ Rate::Progressive(_) => {
            let parts = rate.parts(before_minor, net.counted_minor);
            parts.iter().fold(0, |sum, part| part.amount_minor.saturating_add(sum))
        }
    }
}
