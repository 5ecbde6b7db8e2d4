use super::units::{PackageEntry, check_entries};
use crate::kernel::{CardId, Currency, MovementId, PackageId, TicketId, TicketLineId};
use crate::value::moved::{Ledger, Malformed, Moved, check_amount, check_reason};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PackageChange {
    /// The terms as they were sold: what the catalog says later changes nothing.
    Sold {
        line: TicketLineId,
        card: CardId,
        entries: Vec<PackageEntry>,
        /// What the line came to after discounts: what is earned unit by unit.
        price_minor: i64,
        currency: Currency,
        /// The last day on which it can be used, itself included; without, it never expires.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_day: Option<i32>,
    },
    /// One unit, used by one line. A line of three uses three movements.
    Redeemed {
        ticket: TicketId,
        line: TicketLineId,
        /// Which of the entries, from 0.
        entry: u16,
    },
    /// The unit of `of` comes back, because `ticket` refunds its line. Once, however often it is said.
    Restored {
        of: MovementId,
        ticket: TicketId,
    },
    /// What is left is gone, because `ticket` refunds the sale.
    Voided {
        ticket: TicketId,
    },
    /// A new last day, itself included, whatever had been frozen by then; only freezes made later push it further.
    Extended {
        expires_day: i32,
        reason: String,
    },
    /// Cannot be used from a day to the day before `until_day`, and expires so many days later.
    Frozen {
        from_day: i32,
        until_day: i32,
        reason: String,
    },
    /// The freeze `of` ends early: `day` is the first on which it can be used again. On its first day it never was.
    Thawed {
        of: MovementId,
        day: i32,
    },
    Transferred {
        from: CardId,
        to: CardId,
        reason: String,
    },
    /// The transfer `of` never was. What was used in the meantime stays used.
    TransferUndone {
        of: MovementId,
    },
}

pub type PackageMoved = Moved<PackageId, PackageChange>;

/// Longer than anybody freezes a package for.
const FREEZE_DAYS_MAX: i64 = 3 * 366;

impl PackageMoved {
    pub fn check(&self) -> Result<(), Malformed> {
        match &self.what {
            PackageChange::Sold { entries, price_minor, expires_day, .. } => {
                check_entries(entries)?;
                // A package can be a present: its units are worth nothing then.
                if *price_minor != 0 {
                    check_amount(*price_minor)?;
                }
                if expires_day.is_some_and(|last| last < self.stamp.day) { Err(Malformed::Backwards) } else { Ok(()) }
            }
            PackageChange::Frozen { from_day, until_day, reason } => {
                check_reason(reason)?;
                match i64::from(*until_day) - i64::from(*from_day) {
                    ..=0 => Err(Malformed::Backwards),
                    1..=FREEZE_DAYS_MAX => Ok(()),
                    _ => Err(Malformed::TooMany),
                }
            }
            PackageChange::Extended { reason, .. } | PackageChange::Transferred { reason, .. } => check_reason(reason),
            PackageChange::Redeemed { .. }
            | PackageChange::Restored { .. }
            | PackageChange::Voided { .. }
            | PackageChange::Thawed { .. }
            | PackageChange::TransferUndone { .. } => Ok(()),
        }
    }
}

/// Why a unit cannot be used, by what this till knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    #[error("no sale of this package is known here")]
    NotKnown,
    #[error("the sale of this package was given back")]
    Voided,
    /// A unit that comes back to an expired package needs an extension to be used.
    #[error("it expired after day {expires_day}")]
    Expired { expires_day: i32 },
    #[error("it is frozen")]
    Frozen,
    #[error("it has no such entry")]
    NoSuchEntry,
    #[error("all units of it are used")]
    NoneLeft,
}

/// What became of the price. Conservation: all of them together are the price, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PackageValue {
    /// Of the units used.
    pub earned_minor: i64,
    /// Of the units that can still be used: a debt of the salon's.
    pub deferred_minor: i64,
    /// Of the units that expired.
    pub lapsed_minor: i64,
    /// Of the units that were given back with the sale.
    pub voided_minor: i64,
}

pub type Package = Ledger<PackageId, PackageChange>;
