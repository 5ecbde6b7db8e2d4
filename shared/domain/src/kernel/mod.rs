//! What every context speaks: money, ids, time, tax, shares, and the envelope of a domain event.

mod hlc;
mod id;
mod money;
mod rounding;
mod share;
mod tax;
mod time;

pub use hlc::{DRIFT_MS_MAX as HLC_DRIFT_MS_MAX, Hlc, HlcClock};
pub use id::{
    BookingId, BranchId, CardId, ClaimId, DeviceId, EventId, Id, MembershipId, MembershipOfferId, MessageId,
    MovementId, NodeId, PackageId, PackageOfferId, PartId, PaymentId, ProductId, PromotionId, ServiceId, StaffId,
    TenantId, TicketId, TicketLineId, TillSessionId, UserId, marker,
};
pub use money::{Currency, Money, MoneyError, round_half_up};
pub use rounding::{CashRounding, rounded_cash};
pub use share::{Portion, Returned, largest_remainder};
pub use tax::{TaxAmount, TaxClass, TaxMode, TaxRate, tax_of_line};
pub use time::{BranchZone, Instant, Interval, MINUTE_MS, TimeError, day_from_number, day_number};
