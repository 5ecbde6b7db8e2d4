//! What somebody earned, with the reasons.

use salon_domain::commission::Earned;
use salon_domain::kernel::{StaffId, TicketId};
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
}

impl EarnedSums {
    pub fn add(&mut self, more: EarnedSums) {
        self.turnover_minor = self.turnover_minor.saturating_add(more.turnover_minor);
        self.commission_minor = self.commission_minor.saturating_add(more.commission_minor);
        self.tips_minor = self.tips_minor.saturating_add(more.tips_minor);
    }
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct EarnedDay {
    pub date: String,
    pub sums: EarnedSums,
    pub lines: Vec<EarnedLine>,
    pub tips: Vec<EarnedTip>,
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
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EarnedTip {
    pub ticket: TicketId,
    pub number: u64,
    pub minute: u16,
    pub amount_minor: i64,
}
