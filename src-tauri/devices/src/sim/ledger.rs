//! What was really charged: the truth that tests hold a till's journal against.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    Payment,
    Reversal,
    Refund,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// The card's bank said yes; the till has not acknowledged it yet.
    Authorised,
    /// Acknowledged: money moves.
    Final,
    /// Not acknowledged: the terminal reversed it by itself, no money moves.
    TakenBack,
}

/// One transaction that the card's bank approved. Declined ones move nothing and are not in here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    pub trace: u32,
    pub receipt_number: u16,
    pub kind: EntryKind,
    pub amount_minor: u64,
    pub state: EntryState,
    /// ZVT's number for the kind of card (bitmap 8A).
    pub card_type: u8,
    /// For a reversal: the payment that it gives back.
    pub original_trace: Option<u32>,
    /// An end-of-day has closed its batch; it cannot be reversed any more, only refunded.
    pub closed: bool,
}

impl LedgerEntry {
    /// What it moves from clients to the salon.
    pub fn charged_minor(&self) -> i64 {
        // Twelve digits at most.
        let amount = i64::try_from(self.amount_minor).unwrap_or(i64::MAX);
        match (self.state, self.kind) {
            (EntryState::Authorised | EntryState::TakenBack, _) => 0,
            (EntryState::Final, EntryKind::Payment) => amount,
            (EntryState::Final, EntryKind::Reversal | EntryKind::Refund) => -amount,
        }
    }
}
