//! Movements and the ledger that they make: the same for everything that is stored value.

use crate::kernel::{BranchId, DeviceId, Hlc, MembershipId, MovementId, PackageId, TicketId, TicketLineId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// When, where and by whom something was moved. Order: the hybrid clock, then the id. Total, and the same everywhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamp {
    pub at: Hlc,
    pub id: MovementId,
    pub device: DeviceId,
    pub branch: BranchId,
    /// The branch's day, in days since 1970-01-01: what last days are compared with.
    pub day: i32,
    /// The staff member or user who acted; nil for the system itself.
    pub by: Uuid,
}

impl Stamp {
    pub(super) const fn over_by(&self, over: i64) -> Overdraft {
        Overdraft { movement: self.id, at: self.at, device: self.device, over, allowed: false }
    }
}

/// One movement of the ledger `K`: the payload of a journal event. Immutable; a correction is another movement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Moved<K, W> {
    pub stamp: Stamp,
    /// Which card, account, package or membership.
    pub ledger: K,
    #[serde(flatten)]
    pub what: W,
}

/// Why a movement cannot be one, whatever else there is: the only reason to refuse one that arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("an amount has to be more than nothing")]
    NotPositive,
    #[error("the amount is too large")]
    TooLarge,
    #[error("it needs a reason")]
    NoReason,
    #[error("there is nothing in it")]
    Empty,
    #[error("it ends before it begins")]
    Backwards,
    #[error("there are too many units or days in it")]
    TooMany,
    #[error("a percentage is more than the whole")]
    MoreThanWhole,
}

/// Amounts beyond this are a typing mistake (as on tickets), and keep every sum far from overflow.
const AMOUNT_MINOR_MAX: i64 = 1_000_000_000_000;

pub(super) fn check_amount(minor: i64) -> Result<(), Malformed> {
    match minor {
        ..=0 => Err(Malformed::NotPositive),
        AMOUNT_MINOR_MAX.. => Err(Malformed::TooLarge),
        _ => Ok(()),
    }
}

pub(super) fn check_reason(reason: &str) -> Result<(), Malformed> {
    if reason.trim().is_empty() { Err(Malformed::NoReason) } else { Ok(()) }
}

/// The `nth` movement that a ticket line makes, from 0: each card or package that it sold, each unit that it used; of a
/// membership its beginning, then its first payment; of a later period its payment.
pub fn movement_of_line(line: TicketLineId, nth: u32) -> MovementId {
    line.derive(&[b"value/line/", &nth.to_be_bytes()[..]].concat())
}

/// The movement that the `nth` tender of a ticket makes, from 0.
pub fn movement_of_tender(ticket: TicketId, nth: u32) -> MovementId {
    ticket.derive(&[b"value/tender/", &nth.to_be_bytes()[..]].concat())
}

/// The movement that takes `of` back because of the refund `ticket`. A sale's refund has one ticket id on every till
/// ([`crate::payment::refund_of`]), so that two tills that give one sale back without knowing of each other restore
/// once.
pub fn movement_back(of: MovementId, ticket: TicketId) -> MovementId {
    of.derive(&[b"value/back/", &ticket.as_bytes()[..]].concat())
}

/// The `nth` package that a line sold, from 0.
pub fn package_of_line(line: TicketLineId, nth: u32) -> PackageId {
    line.derive(&[b"value/package/", &nth.to_be_bytes()[..]].concat())
}

/// The membership that a line began.
pub fn membership_of_line(line: TicketLineId) -> MembershipId {
    line.derive(b"value/membership")
}

/// All that is known of one card, account, package or membership: each movement once, by clock, then id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger<K, W> {
    of: K,
    movements: Vec<Moved<K, W>>,
}

impl<K: Ord + Clone, W: Ord + Clone> Ledger<K, W> {
    /// The movements among these that belong to `of`, in whatever order and however often they are given. Where two
    /// with one id differ (two tills wrote what follows from the same refund), the earlier is kept, on every device the
    /// same.
    pub fn fold<'a>(of: K, movements: impl IntoIterator<Item = &'a Moved<K, W>>) -> Self
    where
        K: 'a,
        W: 'a,
    {
        let mut by_id: BTreeMap<MovementId, &Moved<K, W>> = BTreeMap::new();
        for movement in movements.into_iter().filter(|m| m.ledger == of) {
            let kept = by_id.entry(movement.stamp.id).or_insert(movement);
            *kept = (*kept).min(movement);
        }
        let mut movements: Vec<Moved<K, W>> = by_id.into_values().cloned().collect();
        movements.sort();
        Ledger { of, movements }
    }

    pub const fn of(&self) -> &K {
        &self.of
    }

    /// The history, oldest first.
    pub fn movements(&self) -> &[Moved<K, W>] {
        &self.movements
    }
}

/// A movement that took more than there was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overdraft {
    pub movement: MovementId,
    pub at: Hlc,
    pub device: DeviceId,
    /// How much of it was not covered: minor units of money, or prepaid units.
    pub over: i64,
    /// The till knew, and the client may owe.
    pub allowed: bool,
}

/// What a person should look at: it counts, and should not have happened, or misses a movement that has yet to arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Finding {
    /// There are movements, and none that sold it: it was sold at a till that has not been heard of yet, or never.
    NotSold,
    /// Two sales of one gift card's code: two cards with one number, or the same card sold again.
    SoldTwice {
        movement: MovementId,
    },
    /// More came back than `of` had taken.
    RestoredTooMuch {
        of: MovementId,
        over_minor: i64,
    },
    AfterLastDay {
        movement: MovementId,
    },
    /// Used on a day on which it was frozen or paused.
    WhileFrozen {
        movement: MovementId,
    },
    /// Handed on by somebody who it did not belong to any more: it was handed on twice.
    TransferClash {
        movement: MovementId,
    },
    /// One period of a membership was paid for again: to be given back.
    PaidTwice {
        movement: MovementId,
    },
}
