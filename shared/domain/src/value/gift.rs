//! Gift cards. Selling one is no turnover: it is owed until it is redeemed, and a redemption is a tender, not a
//! discount.

use super::code::GiftCode;
use super::moved::{Finding, Ledger, Malformed, Moved, Overdraft, Stamp, check_amount, check_reason};
use super::purse::{Effect, Slot, Totals, overdrafts, restored_too_much};
use crate::kernel::{Currency, MovementId, TicketId, TicketLineId};
use serde::{Deserialize, Serialize};

/// A card's money is in one currency. What is redeemed in another is a purse that nobody sold, and shows as overdrawn.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GiftPurse {
    pub code: GiftCode,
    pub currency: Currency,
}

/// Amounts are positive minor units, but for the adjustment's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum GiftChange {
    Issued {
        /// That sold it.
        line: TicketLineId,
        amount_minor: i64,
        /// The last day on which it can be used, itself included. A card without one never expires.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_day: Option<i32>,
    },
    /// Paid a ticket, or a part of it.
    Redeemed { ticket: TicketId, amount_minor: i64 },
    /// Comes back, because `ticket` refunds what the redemption `of` paid for.
    Restored { of: MovementId, ticket: TicketId, amount_minor: i64 },
    /// Gone, because `ticket` refunds the sale that sold it.
    Voided { ticket: TicketId, amount_minor: i64 },
    /// By a manager. Negative takes away.
    Adjusted { amount_minor: i64, reason: String },
}

pub type GiftMoved = Moved<GiftPurse, GiftChange>;

impl GiftMoved {
    pub fn check(&self) -> Result<(), Malformed> {
        match &self.what {
            GiftChange::Issued { amount_minor, expires_day, .. } => {
                check_amount(*amount_minor)?;
                if expires_day.is_some_and(|last| last < self.stamp.day) { Err(Malformed::Backwards) } else { Ok(()) }
            }
            GiftChange::Redeemed { amount_minor, .. }
            | GiftChange::Restored { amount_minor, .. }
            | GiftChange::Voided { amount_minor, .. } => check_amount(*amount_minor),
            GiftChange::Adjusted { amount_minor, reason } => {
                check_amount(amount_minor.saturating_abs())?;
                check_reason(reason)
            }
        }
    }

    fn entry(&self) -> (Slot, i64) {
        match self.what {
            GiftChange::Issued { amount_minor, .. } => (Slot::Issued, amount_minor),
            GiftChange::Redeemed { amount_minor, .. } => (Slot::Redeemed, amount_minor),
            GiftChange::Restored { amount_minor, .. } => (Slot::Restored, amount_minor),
            GiftChange::Voided { amount_minor, .. } => (Slot::Voided, amount_minor),
            GiftChange::Adjusted { amount_minor, .. } => (Slot::Adjusted, amount_minor),
        }
    }

    fn effect(&self) -> Effect {
        match &self.what {
            GiftChange::Issued { amount_minor, .. } | GiftChange::Adjusted { amount_minor, .. } => {
                Effect::In(*amount_minor)
            }
            GiftChange::Redeemed { amount_minor, .. } | GiftChange::Voided { amount_minor, .. } => {
                Effect::out(*amount_minor)
            }
            GiftChange::Restored { of, amount_minor, .. } => Effect::Back { of: *of, minor: *amount_minor },
        }
    }
}

/// Why a gift card does not do what the till wants, by what this till knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GiftError {
    #[error("no sale of this card is known here")]
    NotKnown,
    #[error("the sale of this card was given back")]
    Voided,
    #[error("it expired after day {expires_day}")]
    Expired { expires_day: i32 },
    #[error("it has {balance_minor} minor units left")]
    NotEnough { balance_minor: i64 },
    /// Giving back the sale of a card gives back at most what is still on it.
    #[error("it has been used: {balance_minor} minor units are left of it")]
    Used { balance_minor: i64 },
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

pub type GiftCard = Ledger<GiftPurse, GiftChange>;

impl GiftCard {
    /// The last day of use. Of two sales of one code the later day, for the client's good.
    pub fn expires_day(&self) -> Option<i32> {
        let last_days = self.movements().iter().filter_map(|m| match m.what {
            GiftChange::Issued { expires_day, .. } => Some(expires_day.unwrap_or(i32::MAX)),
            _ => None,
        });
        last_days.max().filter(|day| *day < i32::MAX)
    }

    /// Whether a sale of it is among the movements.
    pub fn is_known(&self) -> bool {
        self.movements().iter().any(|m| matches!(m.what, GiftChange::Issued { .. }))
    }

    fn is_voided(&self) -> bool {
        self.movements().iter().any(|m| matches!(m.what, GiftChange::Voided { .. }))
    }

    /// What became of its money by the end of `day`, a branch's day in days since 1970-01-01.
    ///
    /// Nobody writes that a card expires: it follows from the day, so that a redemption which was made in time and
    /// arrives late is in time. What expires is what was left at the end of the last day. What comes back *after* it (a
    /// ticket refunded to the card, a manager's adjustment) has not expired and can be used: a refund is never lost in
    /// a dead card. A redemption after the last day, by a till that let it pass, took what was not there and is an
    /// overdraft.
    pub fn totals(&self, day: i32) -> Totals {
        let expired_minor = match self.expires_day() {
            Some(last) if day > last => {
                sums(self.movements().iter().filter(|m| self.day_of(m) <= last)).balance_minor()
            }
            _ => 0,
        };
        Totals { expired_minor: expired_minor.max(0), ..sums(self.movements()) }
    }

    /// The day that a movement counts on. Nothing comes back before the day it was taken on, whatever two branches'
    /// days.
    fn day_of(&self, movement: &GiftMoved) -> i32 {
        let GiftChange::Restored { of, .. } = movement.what else { return movement.stamp.day };
        let taken = self.movements().iter().find(|m| m.stamp.id == of);
        taken.map_or(movement.stamp.day, |taken| taken.stamp.day.max(movement.stamp.day))
    }

    pub fn balance_minor(&self, day: i32) -> i64 {
        self.totals(day).balance_minor()
    }

    /// Whether `amount_minor` can be redeemed on `day`. Offline, ask [`super::offline_allowance`] too.
    pub fn check_redeem(&self, amount_minor: i64, day: i32) -> Result<(), GiftError> {
        check_amount(amount_minor)?;
        if !self.is_known() {
            return Err(GiftError::NotKnown);
        }
        let balance_minor = self.balance_minor(day);
        if balance_minor >= amount_minor {
            return Ok(());
        }
        Err(match self.expires_day() {
            _ if self.is_voided() => GiftError::Voided,
            Some(expires_day) if day > expires_day && balance_minor <= 0 => GiftError::Expired { expires_day },
            _ => GiftError::NotEnough { balance_minor },
        })
    }

    /// Whether the sale of this card can be given back whole: only while all that was paid for it is still on it. Else
    /// the till gives back what [`GiftError::Used`] says is left, and voids as much.
    pub fn check_void(&self, day: i32) -> Result<(), GiftError> {
        if !self.is_known() {
            return Err(GiftError::NotKnown);
        }
        if self.is_voided() {
            return Err(GiftError::Voided);
        }
        let totals = self.totals(day);
        let balance_minor = totals.balance_minor();
        match self.expires_day() {
            Some(expires_day) if day > expires_day => Err(GiftError::Expired { expires_day }),
            _ if balance_minor < totals.issued_minor => Err(GiftError::Used { balance_minor }),
            _ => Ok(()),
        }
    }

    fn effects(&self) -> Vec<(&Stamp, Effect)> {
        self.movements().iter().map(|m| (&m.stamp, m.effect())).collect()
    }

    /// The movements that took more than there was, as seen on `day`; together exactly what the balance is below
    /// nought.
    pub fn overdrafts(&self, day: i32) -> Vec<Overdraft> {
        overdrafts(&self.effects(), self.totals(day).expired_minor)
    }

    pub fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        if !self.is_known() && !self.movements().is_empty() {
            found.push(Finding::NotSold);
        }
        let sales = self.movements().iter().filter(|m| matches!(m.what, GiftChange::Issued { .. }));
        found.extend(sales.skip(1).map(|m| Finding::SoldTwice { movement: m.stamp.id }));
        let over = self.overdrafts(i32::MAX);
        let late = |m: &&GiftMoved| {
            matches!(m.what, GiftChange::Redeemed { .. })
                && self.expires_day().is_some_and(|last| m.stamp.day > last)
                && over.iter().any(|o| o.movement == m.stamp.id)
        };
        found.extend(self.movements().iter().filter(late).map(|m| Finding::AfterLastDay { movement: m.stamp.id }));
        found.extend(restored_too_much(&self.effects()));
        found
    }
}

fn sums<'a>(movements: impl IntoIterator<Item = &'a GiftMoved>) -> Totals {
    Totals::of(movements.into_iter().map(GiftMoved::entry))
}
