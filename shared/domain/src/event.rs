//! Everything that can have happened, and the envelope that it travels in.
//!
//! Facts of the appointment book are events too: [`of_book_fact`] names them in these terms, so that nothing is written
//! twice.

use crate::booking::{BookFact, BookingStatus};
use crate::commission::{AdjustmentMade, CommissionCalculated};
use crate::inventory::{LowStock, Movement};
use crate::kernel::{BookingId, CardId, ClaimId, EventId, Instant, PaymentId, StaffId, TenantId};
use crate::loyalty::PointsMoved;
use crate::payment::{
    CardApproved, CardDay, CardIntent, CardOutcomeUnknown, DrawerOpened, Invoiced, PartPaid, PaymentFailed,
    PeriodClosed, Sale, TicketDropped, TicketHeld, TillClosed, TillMoved, TillOpened,
};
use crate::value::{CreditMoved, GiftMoved, MembershipMoved, PackageMoved};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who, for which tenant, and which command: the same for all events of one command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventMeta {
    /// The staff member or user who acted; nil for the system itself.
    pub user: Uuid,
    pub tenant: TenantId,
    /// The idempotency key of the command. Two events with one correlation come from one command.
    pub correlation: Uuid,
}

/// What happened, when, to which aggregate (ticket, booking, product, card, …), by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainEvent {
    pub id: EventId,
    pub aggregate: Uuid,
    pub at: Instant,
    #[serde(flatten)]
    pub what: Happening,
    pub meta: EventMeta,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingRef {
    pub booking: BookingId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<ClaimId>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardRegistered {
    pub card: CardId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffOn {
    pub staff: StaffId,
    pub day: i32,
    pub from_min: u16,
    pub to_min: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffCheckedIn {
    pub staff: StaffId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardResolved {
    pub payment: PaymentId,
    pub by_person: bool,
    pub reason: String,
}

/// The kinds of event. `type` is the field's dotted name, `payload` the content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "payload")]
pub enum Happening {
    #[serde(rename = "booking.created")]
    BookingCreated(BookingRef),
    #[serde(rename = "booking.moved")]
    BookingMoved(BookingRef),
    #[serde(rename = "booking.confirmed")]
    BookingConfirmed(BookingRef),
    #[serde(rename = "booking.arrived")]
    BookingArrived(BookingRef),
    #[serde(rename = "booking.started")]
    BookingStarted(BookingRef),
    #[serde(rename = "booking.completed")]
    BookingCompleted(BookingRef),
    #[serde(rename = "booking.cancelled")]
    BookingCancelled(BookingRef),
    #[serde(rename = "booking.no_show")]
    BookingNoShow(BookingRef),
    #[serde(rename = "booking.noted")]
    BookingNoted(BookingRef),
    #[serde(rename = "booking.patch_test_waived")]
    BookingPatchTestWaived(BookingRef),
    #[serde(rename = "payment.initiated")]
    PaymentInitiated(Box<CardIntent>),
    #[serde(rename = "payment.approved")]
    PaymentApproved(Box<CardApproved>),
    #[serde(rename = "payment.completed")]
    PaymentCompleted(Box<Sale>),
    #[serde(rename = "payment.failed")]
    PaymentFailed(PaymentFailed),
    #[serde(rename = "payment.unknown")]
    PaymentUnknown(CardOutcomeUnknown),
    #[serde(rename = "payment.resolved")]
    PaymentResolved(CardResolved),
    #[serde(rename = "payment.card_day")]
    CardDay(Box<CardDay>),
    #[serde(rename = "payment.refunded")]
    PaymentRefunded(Box<Sale>),
    #[serde(rename = "payment.invoiced")]
    Invoiced(Box<Invoiced>),
    #[serde(rename = "ticket.held")]
    TicketHeld(Box<TicketHeld>),
    #[serde(rename = "ticket.part_paid")]
    PartPaid(Box<PartPaid>),
    #[serde(rename = "ticket.dropped")]
    TicketDropped(TicketDropped),
    #[serde(rename = "till.opened")]
    TillOpened(TillOpened),
    #[serde(rename = "till.moved")]
    TillMoved(TillMoved),
    #[serde(rename = "till.drawer_opened")]
    DrawerOpened(DrawerOpened),
    #[serde(rename = "till.closed")]
    TillClosed(Box<TillClosed>),
    #[serde(rename = "till.period_closed")]
    PeriodClosed(Box<PeriodClosed>),
    #[serde(rename = "inventory.low")]
    InventoryLow(LowStock),
    #[serde(rename = "inventory.restocked")]
    InventoryRestocked(Movement),
    #[serde(rename = "inventory.product_used")]
    InventoryProductUsed(Movement),
    #[serde(rename = "customer.registered")]
    CustomerRegistered(CardRegistered),
    #[serde(rename = "customer.loyalty.earned")]
    LoyaltyEarned(PointsMoved),
    #[serde(rename = "customer.loyalty.claimed")]
    LoyaltyClaimed(PointsMoved),
    #[serde(rename = "value.gift_card")]
    GiftCardMoved(Box<GiftMoved>),
    #[serde(rename = "value.account_credit")]
    CreditMoved(Box<CreditMoved>),
    #[serde(rename = "value.package")]
    PackageMoved(Box<PackageMoved>),
    #[serde(rename = "value.membership")]
    MembershipMoved(Box<MembershipMoved>),
    #[serde(rename = "staff.scheduled")]
    StaffScheduled(StaffOn),
    #[serde(rename = "staff.checked_in")]
    StaffCheckedIn(StaffCheckedIn),
    #[serde(rename = "staff.commission.calculated")]
    CommissionCalculated(Box<CommissionCalculated>),
    #[serde(rename = "staff.commission.adjusted")]
    CommissionAdjusted(Box<AdjustmentMade>),
}

impl Happening {
    /// The dotted name, as in `type`.
    pub const fn name(&self) -> &'static str {
        match self {
            Happening::BookingCreated(_) => "booking.created",
            Happening::BookingMoved(_) => "booking.moved",
            Happening::BookingConfirmed(_) => "booking.confirmed",
            Happening::BookingArrived(_) => "booking.arrived",
            Happening::BookingStarted(_) => "booking.started",
            Happening::BookingCompleted(_) => "booking.completed",
            Happening::BookingCancelled(_) => "booking.cancelled",
            Happening::BookingNoShow(_) => "booking.no_show",
            Happening::BookingNoted(_) => "booking.noted",
            Happening::BookingPatchTestWaived(_) => "booking.patch_test_waived",
            Happening::PaymentInitiated(_) => "payment.initiated",
            Happening::PaymentApproved(_) => "payment.approved",
            Happening::PaymentCompleted(_) => "payment.completed",
            Happening::PaymentFailed(_) => "payment.failed",
            Happening::PaymentUnknown(_) => "payment.unknown",
            Happening::PaymentResolved(_) => "payment.resolved",
            Happening::CardDay(_) => "payment.card_day",
            Happening::PaymentRefunded(_) => "payment.refunded",
            Happening::Invoiced(_) => "payment.invoiced",
            Happening::TicketHeld(_) => "ticket.held",
            Happening::PartPaid(_) => "ticket.part_paid",
            Happening::TicketDropped(_) => "ticket.dropped",
            Happening::TillOpened(_) => "till.opened",
            Happening::TillMoved(_) => "till.moved",
            Happening::DrawerOpened(_) => "till.drawer_opened",
            Happening::TillClosed(_) => "till.closed",
            Happening::PeriodClosed(_) => "till.period_closed",
            Happening::InventoryLow(_) => "inventory.low",
            Happening::InventoryRestocked(_) => "inventory.restocked",
            Happening::InventoryProductUsed(_) => "inventory.product_used",
            Happening::CustomerRegistered(_) => "customer.registered",
            Happening::LoyaltyEarned(_) => "customer.loyalty.earned",
            Happening::LoyaltyClaimed(_) => "customer.loyalty.claimed",
            Happening::GiftCardMoved(_) => "value.gift_card",
            Happening::CreditMoved(_) => "value.account_credit",
            Happening::PackageMoved(_) => "value.package",
            Happening::MembershipMoved(_) => "value.membership",
            Happening::StaffScheduled(_) => "staff.scheduled",
            Happening::StaffCheckedIn(_) => "staff.checked_in",
            Happening::CommissionCalculated(_) => "staff.commission.calculated",
            Happening::CommissionAdjusted(_) => "staff.commission.adjusted",
        }
    }

    /// The sale inside, for the two events that are one.
    pub fn sale(&self) -> Option<&Sale> {
        match self {
            Happening::PaymentCompleted(sale) | Happening::PaymentRefunded(sale) => Some(sale),
            _ => None,
        }
    }
}

/// The event that a fact of the book is. Same fact, same event id, on every device and on the server.
pub fn of_book_fact(fact: &BookFact, tenant: TenantId) -> DomainEvent {
    let booking = fact.booking();
    let plain = |claim, reason: &str| BookingRef { booking, claim, reason: reason.to_owned() };
    let (id, by, what): (EventId, Uuid, Happening) = match fact {
        BookFact::Visit(v) => (v.booking.derive(b"created"), v.by, Happening::BookingCreated(plain(None, ""))),
        BookFact::Claim(c) => (c.id.derive(b"moved"), c.by, Happening::BookingMoved(plain(Some(c.id), ""))),
        BookFact::Release { id, by, .. } => (*id, *by, Happening::BookingMoved(plain(None, ""))),
        BookFact::Arrived { id, by, .. } => (*id, *by, Happening::BookingArrived(plain(None, ""))),
        BookFact::Note(n) => (n.id, n.by, Happening::BookingNoted(plain(None, ""))),
        BookFact::Waived(w) => (w.id, w.by, Happening::BookingPatchTestWaived(plain(None, &w.reason))),
        BookFact::Status(s) => {
            let what = plain(None, &s.reason);
            let what = match s.status {
                BookingStatus::Pending => Happening::BookingCreated(what),
                BookingStatus::Confirmed => Happening::BookingConfirmed(what),
                BookingStatus::InProgress => Happening::BookingStarted(what),
                BookingStatus::Completed => Happening::BookingCompleted(what),
                BookingStatus::Cancelled => Happening::BookingCancelled(what),
                BookingStatus::NoShow => Happening::BookingNoShow(what),
            };
            (s.id, s.by, what)
        }
    };
    let at = fact.at().instant();
    DomainEvent {
        id,
        aggregate: booking.uuid(),
        at,
        what,
        meta: EventMeta { user: by, tenant, correlation: id.uuid() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ProductId;

    #[test]
    fn an_event_s_name_is_what_is_written() {
        let event = DomainEvent {
            id: EventId::from_parts(1, [1; 10]),
            aggregate: Uuid::nil(),
            at: Instant(5),
            what: Happening::InventoryLow(LowStock {
                product: ProductId::from_parts(1, [2; 10]),
                level_milli: 1,
                par_min: 2,
            }),
            meta: EventMeta { user: Uuid::nil(), tenant: TenantId::from_parts(1, [3; 10]), correlation: Uuid::nil() },
        };
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json["type"], event.what.name());
        assert_eq!(json["payload"]["par_min"], 2);
        assert_eq!(serde_json::from_value::<DomainEvent>(json).unwrap(), event);
    }
}
