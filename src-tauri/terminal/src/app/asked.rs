//! A question for the card terminal, before it is journalled as an intent.

use salon_domain::kernel::PartId;
use salon_domain::payment::{CardIntentKind, PricedTicket, Tender, TicketDraft};
use uuid::Uuid;

/// What the card terminal is to be asked for, and on whose behalf.
#[derive(Clone)]
pub(super) struct Asked {
    pub draft: TicketDraft,
    pub priced: PricedTicket,
    /// What of the ticket goes by card; its sign is the ticket's.
    pub amount_minor: i64,
    /// Not all that is owed: it sells nothing.
    pub part: bool,
    pub kind: CardIntentKind,
    /// Of a reversal: the card terminal that took the payment.
    pub at_terminal: String,
    /// How the rest of a refund goes back, and what its cash is rounded by.
    pub rest: (Vec<Tender>, i64),
    pub external_number: Option<String>,
    /// Of a ticket that is not sold: the part that goes back.
    pub back: Option<PartId>,
    pub user: Uuid,
    pub key: Uuid,
}

impl Asked {
    /// Towards the ticket's total: negative where money is given back.
    pub fn signed_minor(&self) -> i64 {
        let minor = self.amount_minor.saturating_abs();
        if self.kind.is_payment() { minor } else { -minor }
    }

    /// Whether the command is about this one part, and done with it.
    pub fn is_one_part(&self) -> bool {
        self.part && (self.kind.is_payment() || self.back.is_some())
    }
}
