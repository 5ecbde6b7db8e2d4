//! What a sale earns, line by line and person by person.

use super::model::{Earned, Share, ShareError, Why, check, divide};
use super::rate::Rate;
use super::scheme::{Base, BelowNought, Scheme};
use crate::kernel::{MovementId, StaffId, TicketId, TicketLineId};
use crate::payment::Item;
use std::collections::BTreeMap;

/// A line that was sold. Both prices are net of tax, for all pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoldLine {
    pub ticket: TicketId,
    pub line: TicketLineId,
    pub item: Item,
    pub category: String,
    /// After all discounts.
    pub net_minor: i64,
    /// As it would have been without them.
    pub undiscounted_net_minor: i64,
    /// What the back bar used for it; nought or more.
    pub cost_minor: i64,
    /// Who worked for it: 10,000 basis points in all. None: nobody earns by it.
    pub shares: Vec<Share>,
}

/// Commission on the lines of a sale, in their order. `turnover` is what each person has turned over in the period so
/// far; a person's lines on this ticket add to it one after the other. A line with a negative price (something that was
/// given back, a deposit that was redeemed) earns nothing here: see [`super::give_back`].
///
/// Price and cost are shared out by largest remainder, each person's cost comes off that person's price, and that
/// person's rate goes on the rest.
pub fn earn(scheme: &Scheme, lines: &[SoldLine], turnover: &BTreeMap<StaffId, i64>) -> Result<Vec<Earned>, ShareError> {
    let mut turnover = turnover.clone();
    let mut earned = Vec::new();
    for line in lines.iter().filter(|line| !line.shares.is_empty()) {
        check(&line.shares)?;
        let base_minor = match scheme.base {
            Base::AfterDiscounts => line.net_minor,
            Base::BeforeDiscounts => line.undiscounted_net_minor,
        };
        if base_minor < 0 {
            continue;
        }
        let bases = divide(base_minor, &line.shares);
        let costs = divide(line.cost_minor.max(0), &line.shares);
        let discounts = divide(base_minor.saturating_sub(line.net_minor), &line.shares);
        for (ix, share) in line.shares.iter().enumerate() {
            let before = turnover.entry(share.staff).or_insert(0);
            let mut why = Vec::new();
            if line.shares.len() > 1 {
                why.push(Why::Shared { share_bp: share.share_bp, of_minor: base_minor });
            }
            if discounts[ix] != 0 {
                why.push(Why::BeforeDiscounts { discount_minor: discounts[ix] });
            }
            let one = of_share(scheme, line, share.staff, (bases[ix], costs[ix]), *before, why);
            *before = before.saturating_add(one.counted_minor);
            earned.push(one);
        }
    }
    Ok(earned)
}

/// The id of what somebody earns by a line that is sold.
pub fn earned_id(ticket: TicketId, line: TicketLineId, staff: StaffId) -> MovementId {
    ticket.derive(&[line.as_bytes().as_slice(), staff.as_bytes()].concat())
}

fn of_share(
    scheme: &Scheme,
    line: &SoldLine,
    staff: StaffId,
    (base_minor, cost_minor): (i64, i64),
    turnover_minor: i64,
    mut why: Vec<Why>,
) -> Earned {
    let mut counted_minor = base_minor.saturating_sub(cost_minor);
    if cost_minor != 0 {
        why.push(Why::CostDeducted { cost_minor });
    }
    if counted_minor < 0 {
        why.push(Why::CostAbovePrice { by_minor: counted_minor.saturating_neg() });
        if scheme.below_nought == BelowNought::Nothing {
            counted_minor = 0;
        }
    }
    let rate = match scheme.rule_for(staff, &line.item, &line.category) {
        Some(rule) => {
            why.push(Why::Rule { what: rule.what.clone(), personal: rule.staff.is_some() });
            rule.rate.clone()
        }
        None => {
            why.push(Why::NoRule);
            Rate::Flat(0)
        }
    };
    if let Rate::FromZero(bands) = &rate {
        let after_minor = turnover_minor.saturating_add(counted_minor);
        why.push(Why::Reached { turnover_minor: after_minor, rate_bp: bands.rate_at(after_minor) });
    }
    let parts = rate.parts(turnover_minor, counted_minor);
    Earned {
        id: earned_id(line.ticket, line.line, staff),
        staff,
        ticket: line.ticket,
        line: line.line,
        base_minor,
        cost_minor,
        counted_minor,
        turnover_minor,
        amount_minor: parts.iter().fold(0, |sum, part| part.amount_minor.saturating_add(sum)),
        rate,
        parts,
        why,
        of: None,
    }
}
