//! The card terminal. Three outcomes: approved, declined, and unknown, which is a state of its own until the terminal
//! has said what happened.

use crate::PortError;
use salon_domain::kernel::{Money, PaymentId};
use salon_domain::payment::CardIntentKind;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardRequest {
    /// Ours. Journalled before the terminal is asked.
    pub payment: PaymentId,
    /// Positive, whichever way it moves.
    pub amount: Money,
    /// Part of the request, so that one that survives a restart can still be resolved.
    pub kind: CardIntentKind,
    /// The terminal that this is meant for, by its own id; empty where it was not said. Another one does not reverse, for
    /// a receipt number means nothing there, and is not asked what became of this.
    pub at_terminal: String,
}

impl CardRequest {
    pub fn payment(payment: PaymentId, amount: Money) -> Self {
        CardRequest { payment, amount, kind: CardIntentKind::Payment, at_terminal: String::new() }
    }

    pub fn reversal(payment: PaymentId, receipt_number: u32, at_terminal: &str, amount: Money) -> Self {
        let kind = CardIntentKind::Reversal { receipt_number };
        CardRequest { payment, amount, kind, at_terminal: at_terminal.to_owned() }
    }

    pub fn refund(payment: PaymentId, of: PaymentId, amount: Money) -> Self {
        CardRequest { payment, amount, kind: CardIntentKind::Refund { of }, at_terminal: String::new() }
    }
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
    /// Nothing was charged. `code` is the terminal's result code, `text` its own words, empty where it has none.
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
    /// The cashier is to say what a terminal that is not connected to us said, through the answer handle.
    Confirm,
    /// After a lost link: asking the terminal what happened.
    Recovering,
}

/// What a cashier says of a terminal that is not connected to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CashierAnswer {
    /// The terminal said yes; its authorisation code as printed on its slip.
    Approved {
        authorisation: String,
    },
    Declined,
}

/// One kind of card within a day's totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardTotal {
    pub brand: String,
    pub count: u32,
    pub amount_minor: i64,
}

/// What the terminal says it has taken since its last end of day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayTotals {
    /// Which terminal says so, by its own id; empty where it does not.
    pub terminal_id: String,
    /// Payments less what was given back. A terminal has no sign for it: more given back than paid looks the same.
    pub total_minor: i64,
    /// Payments and what was given back together, where the terminal says.
    pub count: Option<u32>,
    pub by_card: Vec<CardTotal>,
    /// The terminal's own report, free of card numbers.
    pub lines: Vec<String>,
}

/// What a driver can be asked for beyond a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CardAbilities {
    pub reversal: bool,
    pub refund: bool,
    pub end_of_day: bool,
    pub repeat_receipt: bool,
    pub diagnosis: bool,
}

/// The terminal's answer to "what was your last transaction?", held against what we asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardResolution {
    Approved(CardReceipt),
    /// The terminal knows of no payment that matches: nothing was charged.
    NotCharged,
}

/// Told what the terminal reports.
pub type Progress<'a> = &'a mut dyn FnMut(CardProgress);

/// Makes an approval durable; the error says why it is not.
pub type Record<'a> = &'a mut dyn FnMut(&CardReceipt) -> Result<(), String>;

pub trait CardPort: Send {
    /// Moves the request's money: a payment, the reversal of a whole payment in the terminal's open batch without the
    /// card, or a refund, for which the client may have to hold the card. `progress` is called as the terminal reports.
    /// `record` is called with the approval, and has to make it durable, *before* the terminal is told that we have it
    /// (it takes it back otherwise); if it fails, the terminal gets a negative acknowledgement, takes it back by itself,
    /// and the result is `Permanent`. A terminal that can't take a refund back answers `OutcomeUnknown` then.
    ///
    /// `Declined`, [`PortError::Retryable`] and `Permanent` promise that no money has moved. After anything else than
    /// that or an approval it is [`PortError::OutcomeUnknown`], and only [`CardPort::resolve`] may be called next.
    fn transact(
        &mut self,
        request: &CardRequest,
        progress: Progress<'_>,
        record: Record<'_>,
    ) -> Result<CardOutcome, PortError>;

    /// The number of the terminal's last transaction, 0 if it has none; `None` from a driver or a terminal that cannot
    /// tell. To be asked right before a request and journalled with its intent, so that [`CardPort::resolve`] can tell
    /// an older transaction of the same amount from the one that was asked for, after a restart too. Moves no money.
    fn last_trace(&mut self) -> Result<Option<u32>, PortError> {
        Ok(None)
    }

    /// Which terminal answered last, by its own id; empty while none has, or where it does not say.
    fn terminal_id(&self) -> String {
        String::new()
    }

    /// Asks what became of `request`, whose outcome is unknown. `asked_at_trace` is what [`CardPort::last_trace`] said
    /// before the request, or the last number seen until then: the terminal's last transaction answers for `request`
    /// only when it is newer, of its kind, and the amount matches. Without any number a matching amount proves nothing
    /// and the outcome stays unknown.
    fn resolve(
        &mut self,
        request: &CardRequest,
        asked_at_trace: Option<u32>,
        progress: Progress<'_>,
    ) -> Result<CardResolution, PortError>;

    /// Asks to stop a payment in progress; called from another thread through the handle. The outcome is still what
    /// [`CardPort::transact`] returns.
    fn cancel_handle(&self) -> Box<dyn Fn() + Send + Sync>;

    /// Connects and registers, moves no money: the one-click test.
    fn test(&mut self) -> Result<(), PortError>;

    /// Whether the terminal can be reached, asked every few seconds while nobody uses it: no registration, nothing that
    /// its display would show. A driver that cannot tell says yes.
    fn reachable(&mut self) -> Result<(), PortError> {
        Ok(())
    }

    /// What this driver can do besides taking payments; the rest it refuses.
    fn abilities(&self) -> CardAbilities {
        CardAbilities::default()
    }

    /// Closes the terminal's batch. [`PortError::OutcomeUnknown`] when the link broke midway: the terminal keeps its
    /// batch then, or has closed it; the next end of day tells.
    fn end_of_day(&mut self, _progress: Progress<'_>) -> Result<DayTotals, PortError> {
        Err(PortError::unsupported())
    }

    /// The lines of the terminal's last receipt, printed again.
    fn repeat_receipt(&mut self) -> Result<Vec<String>, PortError> {
        Err(PortError::unsupported())
    }

    /// Lets the terminal try its own connection to the bank; its words.
    fn diagnosis(&mut self, _progress: Progress<'_>) -> Result<Vec<String>, PortError> {
        Err(PortError::unsupported())
    }

    /// For a terminal that is not connected to us: how the cashier's answer reaches the payment that waits for it.
    fn answer_handle(&self) -> Option<Box<dyn Fn(CashierAnswer) + Send + Sync>> {
        None
    }
}
