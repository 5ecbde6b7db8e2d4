//! What somebody earned, as it is journalled and shown.

use super::rate::{Part, Rate};
use super::scheme::What;
use crate::kernel::{MovementId, StaffId, TicketId, TicketLineId, largest_remainder, round_half_up};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One person's commission on one line: frozen at the sale. In a refund every amount is the negative of the sale's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Earned {
    /// Follows from ticket, line and person.
    pub id: MovementId,
    pub staff: StaffId,
    pub ticket: TicketId,
    pub line: TicketLineId,
    /// The person's share of the line's price, net of tax.
    pub base_minor: i64,
    /// The person's share of what the back bar used for it.
    pub cost_minor: i64,
    /// What the rate went on: `base_minor` less `cost_minor`. It is the person's turnover, for tiers.
    pub counted_minor: i64,
    /// The person's turnover in the period before this line, as far as it was known at the till.
    pub turnover_minor: i64,
    /// The rule's rate as it was then.
    pub rate: Rate,
    /// How much went at which rate; adds up to `counted_minor` and `amount_minor`.
    pub parts: Vec<Part>,
    pub amount_minor: i64,
    pub why: Vec<Why>,
    /// For a refund: the line that was sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Original>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Original {
    pub ticket: TicketId,
    pub line: TicketLineId,
}

/// Why an amount is what it is: codes with their numbers, in the order in which they were applied.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Why {
    /// This share of a line whose base was `of_minor`.
    Shared {
        share_bp: u32,
        of_minor: i64,
    },
    /// The base is before discounts, which the salon bears: so much of it is the person's.
    BeforeDiscounts {
        discount_minor: i64,
    },
    CostDeducted {
        cost_minor: i64,
    },
    /// The cost was so much above the price: the amount is nought or below.
    CostAbovePrice {
        by_minor: i64,
    },
    /// The rule that was the most specific; `personal` if it names the person.
    Rule {
        what: What,
        personal: bool,
    },
    /// No rule is for it: it earns nothing.
    NoRule,
    /// The tier that the turnover reached with this line.
    Reached {
        turnover_minor: i64,
        rate_bp: u32,
    },
    /// `now` of `whole` came back, after `before`: as much of what was frozen at the sale is given back.
    Refund {
        whole: i64,
        before: i64,
        now: i64,
    },
    /// A code of a later version.
    #[serde(other)]
    Other,
}

impl Earned {
    /// One rate for all of it, in basis points: with several parts what they come to. Nought where nothing counted.
    pub fn rate_bp(&self) -> u32 {
        match self.parts.as_slice() {
            [only] => only.rate_bp,
            _ if self.counted_minor == 0 => 0,
            _ => {
                let amount = i128::from(self.amount_minor) * i128::from(self.counted_minor.signum());
                let rate = round_half_up(amount * 10_000, i128::from(self.counted_minor).abs());
                u32::try_from(rate).unwrap_or(0)
            }
        }
    }

    /// The line that was sold: this one, or the one that came back.
    pub fn original(&self) -> Original {
        self.of.unwrap_or(Original { ticket: self.ticket, line: self.line })
    }
}

/// Somebody's part of a line or of a tip, in basis points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub staff: StaffId,
    pub share_bp: u32,
}

impl Share {
    pub const fn all(staff: StaffId) -> Share {
        Share { staff, share_bp: 10_000 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    #[error("the shares add up to {sum_bp} basis points instead of 10000")]
    NotWhole { sum_bp: u64 },
    #[error("somebody has two shares of one thing")]
    Twice { staff: StaffId },
}

/// Whether `shares` are a way for `own` and others to have worked for one line: all of it, everybody once, nobody for
/// nothing, and the line's own person among them.
pub fn check_line_shares(own: StaffId, shares: &[Share]) -> bool {
    check(shares).is_ok() && shares.iter().all(|s| s.share_bp > 0) && shares.iter().any(|s| s.staff == own)
}

/// `whole_minor` by largest remainder: the shares add up to it exactly.
pub(super) fn divide(whole_minor: i64, shares: &[Share]) -> Vec<i64> {
    let weights: Vec<i64> = shares.iter().map(|share| i64::from(share.share_bp)).collect();
    largest_remainder(whole_minor, &weights)
}

pub(super) fn check(shares: &[Share]) -> Result<(), ShareError> {
    let mut seen = BTreeSet::new();
    if let Some(share) = shares.iter().find(|share| !seen.insert(share.staff)) {
        return Err(ShareError::Twice { staff: share.staff });
    }
    let sum_bp = shares.iter().map(|share| u64::from(share.share_bp)).sum();
    if sum_bp == 10_000 { Ok(()) } else { Err(ShareError::NotWhole { sum_bp }) }
}

/// A tip that is owed to somebody, in full: no commission, no cost, no turnover.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TipOwed {
    /// Follows from ticket and person.
    pub id: MovementId,
    pub staff: StaffId,
    pub ticket: TicketId,
    pub amount_minor: i64,
}

/// A ticket's tip, by those that it was given to. A tip that a refund gives back is negative.
pub fn tips_owed(ticket: TicketId, tip_minor: i64, shares: &[Share]) -> Result<Vec<TipOwed>, ShareError> {
    check(shares)?;
    let owed = divide(tip_minor, shares).into_iter().zip(shares).map(|(amount_minor, share)| TipOwed {
        id: ticket.derive(&[b"tip:".as_slice(), share.staff.as_bytes()].concat()),
        staff: share.staff,
        ticket,
        amount_minor,
    });
    Ok(owed.filter(|tip| tip.amount_minor != 0).collect())
}
