//! A client's credit with the salon: deposits, refunds kept as credit, goodwill; and what a client owes, where that is
//! allowed.

use super::moved::{Finding, Ledger, Malformed, Moved, Overdraft, Stamp, check_amount, check_reason};
use super::purse::{Effect, Slot, Totals, overdrafts, restored_too_much};
use crate::kernel::{CardId, Currency, MovementId, TicketId};
use serde::{Deserialize, Serialize};

/// An account is a client card's, in one currency. Where two cards turn out to be one client's, whoever merges them
/// folds both under the card that stays, by giving the movements with that card: ids are the movements' own, so a merge
/// that is undone gives each its own again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountKey {
    pub card: CardId,
    pub currency: Currency,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditSource {
    /// Paid in ahead, for a booking or in general.
    Deposit,
    /// A refund that the client keeps as credit.
    Refund,
    /// A present of the salon: no money was taken, and there is a reason.
    Goodwill,
    /// Pays back what the client owes.
    Repaid,
    /// What the client came with, from the software before this.
    Opening,
}

/// Amounts are positive minor units.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CreditChange {
    Added {
        source: CreditSource,
        amount_minor: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<TicketId>,
        /// Needed for goodwill.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    Used {
        ticket: TicketId,
        amount_minor: i64,
        /// The till let it go below nought knowingly.
        #[serde(default)]
        owes: bool,
    },
    /// Comes back, because `ticket` refunds what the use `of` paid for.
    Restored { of: MovementId, ticket: TicketId, amount_minor: i64 },
    /// Gone again, because `ticket` refunds what had added it: a deposit paid out.
    Voided { ticket: TicketId, amount_minor: i64 },
}

pub type CreditMoved = Moved<AccountKey, CreditChange>;

impl CreditMoved {
    pub fn check(&self) -> Result<(), Malformed> {
        check_amount(self.entry().1)?;
        match &self.what {
            CreditChange::Added { source: CreditSource::Goodwill, reason, .. } => check_reason(reason),
            _ => Ok(()),
        }
    }

    fn entry(&self) -> (Slot, i64) {
        match self.what {
            CreditChange::Added { amount_minor, .. } => (Slot::Issued, amount_minor),
            CreditChange::Used { amount_minor, .. } => (Slot::Redeemed, amount_minor),
            CreditChange::Restored { amount_minor, .. } => (Slot::Restored, amount_minor),
            CreditChange::Voided { amount_minor, .. } => (Slot::Voided, amount_minor),
        }
    }

    fn effect(&self) -> Effect {
        match self.what {
            CreditChange::Added { amount_minor, .. } => Effect::In(amount_minor),
            CreditChange::Used { amount_minor, owes, .. } => Effect::Out { minor: amount_minor, allowed: owes },
            CreditChange::Restored { of, amount_minor, .. } => Effect::Back { of, minor: amount_minor },
            CreditChange::Voided { amount_minor, .. } => Effect::out(amount_minor),
        }
    }
}

/// Why credit cannot be used, by what this till knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CreditError {
    #[error("there are {balance_minor} minor units of credit, and the client may owe {owes_minor_max}")]
    NotEnough { balance_minor: i64, owes_minor_max: i64 },
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

pub type Account = Ledger<AccountKey, CreditChange>;

impl Account {
    /// What became of it; `issued` is what was added, `redeemed` what was used. Credit does not expire.
    pub fn totals(&self) -> Totals {
        Totals::of(self.movements().iter().map(CreditMoved::entry))
    }

    /// Negative: the client owes.
    pub fn balance_minor(&self) -> i64 {
        self.totals().balance_minor()
    }

    /// Whether `amount_minor` can be used by a client who may owe up to `owes_minor_max` (0 for most), and with which
    /// `owes` the movement is written. A till without the server asks [`super::offline_allowance`] too; owing is for
    /// tills that are online, unless the salon decides otherwise.
    pub fn check_use(&self, amount_minor: i64, owes_minor_max: i64) -> Result<bool, CreditError> {
        check_amount(amount_minor)?;
        let owes_minor_max = owes_minor_max.max(0);
        let balance_minor = self.balance_minor();
        let after = balance_minor.saturating_sub(amount_minor);
        if after < -owes_minor_max {
            return Err(CreditError::NotEnough { balance_minor, owes_minor_max });
        }
        Ok(after < 0)
    }

    /// The uses that took more than there was; together exactly what the balance is below nought. Those that the till
    /// allowed are among them, marked.
    pub fn overdrafts(&self) -> Vec<Overdraft> {
        overdrafts(&self.effects(), 0)
    }

    pub fn findings(&self) -> Vec<Finding> {
        restored_too_much(&self.effects())
    }

    fn effects(&self) -> Vec<(&Stamp, Effect)> {
        self.movements().iter().map(|m| (&m.stamp, m.effect())).collect()
    }
}
