//! What somebody earned, with the reasons.

use salon_domain::catalog::Pack;
use salon_domain::commission::{Adjusted, AdjustmentKind, Earned};
use salon_domain::kernel::{MovementId, StaffId, TicketId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EarningsView {
    pub staff: StaffId,
    pub name: String,
    pub from: String,
    pub to: String,
    /// Whether the salon pays commission now.
    pub has_scheme: bool,
    pub sums: EarnedSums,
    /// Days on which anything was earned, the latest first.
    pub days: Vec<EarnedDay>,
}

/// In minor units. Tips are owed in full, beside the commission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EarnedSums {
    pub turnover_minor: i64,
    pub commission_minor: i64,
    pub tips_minor: i64,
    /// Bonuses, corrections, advances.
    pub adjusted_minor: i64,
}

impl EarnedSums {
    pub fn add(&mut self, more: EarnedSums) {
        self.turnover_minor = self.turnover_minor.saturating_add(more.turnover_minor);
        self.commission_minor = self.commission_minor.saturating_add(more.commission_minor);
        self.tips_minor = self.tips_minor.saturating_add(more.tips_minor);
        self.adjusted_minor = self.adjusted_minor.saturating_add(more.adjusted_minor);
    }

    /// What all of it comes to. Below nought where more was taken off than was earned.
    pub const fn together_minor(&self) -> i64 {
        self.commission_minor.saturating_add(self.tips_minor).saturating_add(self.adjusted_minor)
    }
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct EarnedDay {
    pub date: String,
    pub sums: EarnedSums,
    pub lines: Vec<EarnedLine>,
    pub tips: Vec<EarnedTip>,
    pub adjustments: Vec<EarnedAdjustment>,
}

/// A line's commission as it was frozen at the sale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EarnedLine {
    pub ticket: TicketId,
    /// The receipt's.
    pub number: u64,
    pub minute: u16,
    pub description: String,
    pub earned: Earned,
    /// What the back bar used for the whole line: what the deducted cost is made of.
    pub used: Vec<UsedProduct>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedProduct {
    pub name: String,
    /// Thousandths of a unit.
    pub milli: i64,
    pub pack: Option<Pack>,
    pub cost_minor: i64,
}

/// Something that was decided, or worked out at the end of a month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EarnedAdjustment {
    pub id: MovementId,
    pub minute: u16,
    pub kind: AdjustmentKind,
    pub amount_minor: i64,
    pub reason: String,
    /// Who decided it; empty for somebody who is not here any more.
    pub by: String,
    /// It takes another one back.
    pub reverses: Option<MovementId>,
    /// It was taken back.
    pub taken_back: bool,
    /// What an adjustment of tiers comes from.
    pub how: Option<Box<Adjusted>>,
}

/// What the tiers of a month changed. Nought: everything was right already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TiersWorkedOut {
    pub amount_minor: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EarnedTip {
    pub ticket: TicketId,
    pub number: u64,
    pub minute: u16,
    pub amount_minor: i64,
}
