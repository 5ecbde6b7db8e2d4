//! Loyalty: points that a client's card earns and spends, the tiers it reaches, the rewards it takes.
//!
//! Append-only. What a sale earns is computed once, at the sale ([`earn`]), and journalled with its reason in codes and
//! the numbers behind it; a refund adds movements ([`take_back`], [`give_back`]) and changes none. A movement's id
//! follows from what caused it (ticket, line, rule, kind), so that twice is once, on two devices too. What a card has is
//! a fold over the movements ([`standing`]), the same whatever their order and however often each is there.
//!
//! Not in here: which tenders earn nothing. The caller takes their share out of the bases that it passes.

mod earn;
mod fold;
mod model;
mod programme;
mod refund;
mod reward;
mod tier;

#[cfg(test)]
mod tests;

pub use earn::{SpendLine, Visit, earn};
pub use fold::{Below, Lot, Standing, expiries, standing};
pub use model::{Points, PointsMoved, Why};
pub use programme::{Condition, Gives, Once, Programme, ProgrammeError, Rule, SpendRule};
pub use refund::{give_back, take_back};
pub use reward::{Off, Redeeming, Reward, RewardError, RewardGives, RewardLine, redeem, spent};
pub use tier::{Tier, TierStanding, TierTerms, Tiers};
