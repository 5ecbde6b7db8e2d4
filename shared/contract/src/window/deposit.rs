//! Deposits: money that is held for a visit or an order until it is paid.

use salon_domain::booking::BookingStatus;
use salon_domain::kernel::{BookingId, TicketId};
use salon_domain::payment::{TakenPart, TicketDraft};
use serde::{Deserialize, Serialize};

/// What a deposit for a booking can be taken with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DepositView {
    /// To be paid in part: what is taken for it as it is here is a deposit.
    pub ticket: TicketDraft,
    pub client_name: String,
    /// What the booking comes to.
    pub total_minor: i64,
    /// What the branch asks for, less what is held. None: nothing more, or it asks for nothing in particular.
    pub suggested_minor: Option<i64>,
    pub held_minor: i64,
    pub parts: Vec<TakenPart>,
}

/// A deposit that is held.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DepositRow {
    pub ticket: TicketId,
    pub booking: Option<BookingId>,
    pub client_name: String,
    /// What the ticket is called; may be empty.
    pub name: String,
    pub what: String,
    pub held_minor: i64,
    /// When something was last taken for it.
    pub date: String,
    pub visit_date: Option<String>,
    pub visit_minute: Option<u16>,
    pub status: Option<BookingStatus>,
    /// Nobody will use it: the visit does not take place, or was paid for without it. Somebody has to decide.
    pub to_decide: bool,
}
