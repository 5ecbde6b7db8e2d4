//! The card terminal. Three outcomes: approved, declined, and unknown, which is a state of its own until the terminal
//! has said what happened.

use crate::PortError;
use salon_domain::kernel::{Money, PaymentId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardRequest {
    /// Ours. Journalled before the terminal is asked.
    pub payment: PaymentId,
    /// Positive.
    pub amount: Money,
}

/// What may be kept of a card payment. Never a card number: at most its last four digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardReceipt {
    pub trace: u32,
    pub receipt_number: u32,
    pub terminal_id: String,
    pub authorisation: String,
    pub card_last4: String,
    pub card_brand: String,
    pub amount_minor: i64,
    /// The terminal's own local date and time, `MMDDhhmmss`, as it gave them.
    pub terminal_clock: String,
    /// Lines that the terminal wants on the client's receipt, already free of card numbers.
    pub lines: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardOutcome {
    Approved(CardReceipt),
    /// Nothing was charged. `code` is the terminal's result code.
    Declined {
        code: u8,
        text: String,
    },
}

/// What the cashier sees while the client holds the card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "progress", rename_all = "snake_case")]
pub enum CardProgress {
    Connecting,
    /// The terminal's intermediate status, in its own code (PA00P015, table of intermediate states).
    Status {
        code: u8,
    },
    /// A text the terminal asks to show.
    Text {
        text: String,
    },
    /// After a lost link: asking the terminal what happened.
    Recovering,
}

/// The terminal's answer to "what was your last transaction?", held against what we asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardResolution {
    Approved(CardReceipt),
    /// The terminal knows of no payment that matches: nothing was charged.
    NotCharged,
}

pub trait CardPort: Send {
    /// Asks for a payment. `progress` is called as the terminal reports. `record` is called with the approval, and has
    /// to make it durable, *before* the terminal is told that we have it (it reverses the payment otherwise); if it
    /// fails, the terminal gets a negative acknowledgement and reverses by itself, and the result is `Permanent`.
    ///
    /// [`PortError::Retryable`] and `Permanent` promise that nothing was charged. After anything else than that or an
    /// outcome it is [`PortError::OutcomeUnknown`], and only [`CardPort::resolve`] may be called next.
    fn pay(
        &mut self,
        request: &CardRequest,
        progress: &mut dyn FnMut(CardProgress),
        record: &mut dyn FnMut(&CardReceipt) -> Result<(), String>,
    ) -> Result<CardOutcome, PortError>;

    /// Asks what became of `request`, whose outcome is unknown. `asked_at_trace` is the last trace number seen before
    /// the request, if any: the terminal's last transaction answers for `request` only when it is newer and the amount
    /// matches.
    fn resolve(
        &mut self,
        request: &CardRequest,
        asked_at_trace: Option<u32>,
        progress: &mut dyn FnMut(CardProgress),
    ) -> Result<CardResolution, PortError>;

    /// Asks to stop a payment in progress; called from another thread through the handle. The outcome is still what
    /// [`CardPort::pay`] returns.
    fn cancel_handle(&self) -> Box<dyn Fn() + Send + Sync>;

    /// Connects and registers, moves no money: the one-click test.
    fn test(&mut self) -> Result<(), PortError>;

    /// Gives back `amount` of the payment with `receipt_number` (reversal when whole and of today's batch).
    fn reverse(
        &mut self,
        receipt_number: u32,
        request: &CardRequest,
        progress: &mut dyn FnMut(CardProgress),
        record: &mut dyn FnMut(&CardReceipt) -> Result<(), String>,
    ) -> Result<CardOutcome, PortError>;
}
