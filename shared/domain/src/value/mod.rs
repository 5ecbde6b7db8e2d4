//! Stored value: gift cards, a client's credit, packages of prepaid units, memberships. What a client has paid for and
//! not yet had.
//!
//! Each is a ledger of movements and nothing else. A movement is written by one till, offline as well as online,
//! travels in its journal, and arrives at the others in any order and perhaps twice. So:
//! - A [`Ledger`] is a *set* of movements by id. Folding is commutative and idempotent; every balance, rest and last
//!   day is computed from the set, never kept and changed.
//! - What follows from one thing has an id that follows from it ([`movement_of_line`], [`movement_of_tender`],
//!   [`movement_back`]): a command that is sent again, or a ticket that two tills give back, moves value once.
//! - What was done counts. Nothing that arrives is refused or dropped: two tills that together took more than there was
//!   leave a negative rest and [`Overdraft`]s; what else should not have happened, a [`Finding`]. Both follow from the
//!   movements known so far, and may go away when the missing one arrives.
//! - `check…` is what a till asks *before* it writes, by what it knows. Only a malformed movement ([`Moved::check`])
//!   may be refused by a server.
//!
//! Not here: who may do it (`access`), what a ticket costs (`payment`), which movements have been sent (the store).

mod code;
mod credit;
mod days;
mod gift;
mod membership;
mod moved;
mod offline;
mod package;
mod purse;
#[cfg(test)]
mod tests;

pub use code::{GiftCode, GiftCodeError};
pub use credit::{Account, AccountKey, CreditChange, CreditError, CreditMoved, CreditSource};
pub use gift::{GiftCard, GiftChange, GiftError, GiftMoved, GiftPurse};
pub use membership::{
    Benefit, InVain, Membership, MembershipChange, MembershipError, MembershipMoved, MembershipOffer, MembershipPlan,
    Period, Standing,
};
pub use moved::{
    Finding, Ledger, Malformed, Moved, Overdraft, Stamp, membership_of_line, movement_back, movement_of_line,
    movement_of_tender, package_of_line,
};
pub use offline::offline_allowance;
pub use package::{
    Package, PackageChange, PackageEntry, PackageError, PackageMoved, PackageOffer, PackageValue, Prepaid,
};
pub use purse::Totals;
