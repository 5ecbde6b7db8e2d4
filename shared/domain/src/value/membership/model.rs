use super::plan::MembershipPlan;
use crate::kernel::{CardId, MembershipId, MovementId, TicketId, TicketLineId};
use crate::value::moved::{Ledger, Malformed, Moved, check_amount, check_reason};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MembershipChange {
    Started {
        line: TicketLineId,
        card: CardId,
        from_day: i32,
        plan: Box<MembershipPlan>,
    },
    /// From a day until it is resumed.
    Paused {
        from_day: i32,
        reason: String,
    },
    /// The pause `of` is over: `day` is the first that counts again. Names its pause, so that no order of arrival can
    /// leave a pause without an end; see [`Membership::pauses`].
    Resumed {
        of: MovementId,
        day: i32,
    },
    /// On `day`, for the end of the period that it is in. Twice is once: the earlier counts.
    Cancelled {
        day: i32,
        reason: String,
    },
    /// One period, from 0, is paid for. What was paid may be another amount than the plan's (a first month at half
    /// price).
    Paid {
        period: u32,
        ticket: TicketId,
        amount_minor: i64,
    },
    /// It never was, because `ticket` refunds the sale that began it: nothing is due, and nothing is given any more.
    Voided {
        ticket: TicketId,
    },
    /// The payment `of` was given back by `ticket`.
    Refunded {
        of: MovementId,
        ticket: TicketId,
    },
    /// One unit of an included benefit, in the period that it was used in.
    Used {
        benefit: u16,
        period: u32,
        ticket: TicketId,
        line: TicketLineId,
    },
    /// The unit of `of` comes back to the period that it was taken from, because `ticket` refunds its line.
    Restored {
        of: MovementId,
        ticket: TicketId,
    },
}

pub type MembershipMoved = Moved<MembershipId, MembershipChange>;

impl MembershipMoved {
    pub fn check(&self) -> Result<(), Malformed> {
        match &self.what {
            MembershipChange::Started { plan, .. } => plan.check(),
            MembershipChange::Paused { reason, .. } | MembershipChange::Cancelled { reason, .. } => {
                check_reason(reason)
            }
            // A period may be a present.
            MembershipChange::Paid { amount_minor, .. } if *amount_minor != 0 => check_amount(*amount_minor),
            MembershipChange::Paid { .. }
            | MembershipChange::Resumed { .. }
            | MembershipChange::Voided { .. }
            | MembershipChange::Refunded { .. }
            | MembershipChange::Used { .. }
            | MembershipChange::Restored { .. } => Ok(()),
        }
    }
}

/// Where a membership is on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Standing {
    /// Before its first day, or its beginning is not known here.
    NotStarted,
    Running {
        period: u32,
        paid: bool,
    },
    Paused,
    /// Cancelled, and the last period is over; or its sale was given back.
    Ended,
}

/// Why there are no benefits, by what this till knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MembershipError {
    #[error("it has not begun, or its beginning is not known here")]
    NotStarted,
    #[error("it is paused")]
    Paused,
    #[error("it was cancelled and is over, or its sale was given back")]
    Ended,
    #[error("period {period} is not paid")]
    Unpaid { period: u32 },
    #[error("it includes no such units")]
    NotIncluded,
    #[error("all units of this period are used")]
    NoneLeft,
    #[error("units were used or later periods paid")]
    Used,
    #[error("this period is paid, or is not to be paid")]
    NotDue,
}

pub type Membership = Ledger<MembershipId, MembershipChange>;
