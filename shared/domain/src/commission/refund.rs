//! What a refund gives back: what was frozen at the sale, whatever the rates and tiers are by now.

use super::model::{Earned, Why};
use super::rate::Part;
use crate::kernel::{Returned, TicketId};

/// The negative of what the lines in `returned` earned, in proportion. `sold` is what the ticket's sale earned. Rounded on
/// the running total of each part, so that a line given back in pieces gives back exactly what it had earned. A refund
/// that is taken back itself earns the sale's commission again.
pub fn give_back(sold: &[Earned], returned: &[Returned], refund: TicketId) -> Vec<Earned> {
    let mut earned = Vec::new();
    for back in returned {
        for sale in sold.iter().filter(|sale| sale.line == back.of) {
            let negative = |minor: i64| back.portion.of(minor).saturating_neg();
            let part = |part: &Part| Part {
                rate_bp: part.rate_bp,
                counted_minor: negative(part.counted_minor),
                amount_minor: negative(part.amount_minor),
            };
            let parts: Vec<Part> = sale.parts.iter().map(part).collect();
            let (whole, before, now) = (back.portion.whole, back.portion.before, back.portion.now);
            earned.push(Earned {
                id: refund.derive(&[back.line.as_bytes().as_slice(), sale.id.as_bytes()].concat()),
                staff: sale.staff,
                ticket: refund,
                line: back.line,
                base_minor: negative(sale.base_minor),
                cost_minor: negative(sale.cost_minor),
                counted_minor: parts.iter().fold(0, |sum, part| part.counted_minor.saturating_add(sum)),
                turnover_minor: sale.turnover_minor,
                rate: sale.rate.clone(),
                amount_minor: parts.iter().fold(0, |sum, part| part.amount_minor.saturating_add(sum)),
                parts,
                why: vec![Why::Refund { whole, before, now }],
                of: Some(sale.original()),
            });
        }
    }
    earned.retain(|e| e.base_minor != 0 || e.cost_minor != 0 || e.counted_minor != 0 || e.amount_minor != 0);
    earned
}
