//! Commission: what a sale earns the people who worked for it, line by line, with the reason.
//!
//! Computed at the sale and frozen ([`earn`]): a later change of rates changes nothing that was earned. A refund gives
//! back what was frozen ([`give_back`]). What only the whole period can tell, because a tier was reached later or a till
//! did not know of another's sales, is an adjustment of its own ([`adjust`]). Tips are apart: they are owed to whom they
//! were given, in full ([`tips_owed`]).
//!
//! What a person decides, a bonus or an advance, is an entry of its own ([`AdjustmentMade`]), and so is what takes it back.
//!
//! Not in here: when a period begins and ends, and what a back bar used. The caller says.

mod adjust;
mod earn;
mod journal;
mod made;
mod model;
mod rate;
mod refund;
mod scheme;
mod statement;

#[cfg(test)]
mod tests;

pub use adjust::{Adjusted, Restated, adjust};
pub use earn::{SoldLine, earn, earned_id};
pub use journal::{CommissionCalculated, How};
pub use made::{AdjustmentError, AdjustmentKind, AdjustmentMade};
pub use model::{Earned, Original, Share, ShareError, TipOwed, Why, check_line_shares, tips_owed};
pub use rate::{Band, BandError, Bands, Part, Rate};
pub use refund::give_back;
pub use scheme::{Base, BelowNought, RateRule, Scheme, SchemeError, What};
pub use statement::{Owed, statement, turnover};
