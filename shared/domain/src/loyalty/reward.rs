//! Rewards: what points buy.

use super::fold::Standing;
use super::model::{Points, Why, id_of};
use crate::kernel::{CardId, TicketId, TicketLineId, round_half_up};
use crate::payment::Item;
use serde::{Deserialize, Serialize};

/// Master data. Names are unique within a programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reward {
    pub name: String,
    /// Positive.
    pub cost_points: i64,
    pub gives: RewardGives,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RewardGives {
    /// Minor units off the ticket, or as much as there is.
    AmountOff(i64),
    /// Basis points off the ticket, rounded half away from zero.
    PercentOff(u32),
    /// One piece of it, where the ticket has it: of the dearest line.
    FreeItem(Item),
}

/// A line of the ticket that the reward is for. `price_minor` is for all pieces, after the discounts that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewardLine {
    pub line: TicketLineId,
    pub item: Item,
    pub quantity: i64,
    pub price_minor: i64,
}

/// What comes off: of one line, or of the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Off {
    pub line: Option<TicketLineId>,
    pub minor: i64,
}

impl Reward {
    /// What the reward takes off a ticket. None: there is nothing that it could be taken off.
    pub fn off(&self, lines: &[RewardLine]) -> Option<Off> {
        let positive = lines.iter().filter(|l| l.price_minor > 0 && l.quantity > 0);
        let sum = positive.clone().fold(0_i64, |sum, line| sum.saturating_add(line.price_minor));
        let off = match &self.gives {
            RewardGives::AmountOff(minor) => Off { line: None, minor: (*minor).min(sum) },
            RewardGives::PercentOff(bp) => {
                let minor = round_half_up(i128::from(sum) * i128::from((*bp).min(10_000)), 10_000);
                Off { line: None, minor }
            }
            RewardGives::FreeItem(item) => {
                let piece = |l: &RewardLine| round_half_up(i128::from(l.price_minor), i128::from(l.quantity));
                let dearest = positive.filter(|l| l.item == *item).max_by_key(|l| (piece(l), l.line))?;
                Off { line: Some(dearest.line), minor: piece(dearest) }
            }
        };
        (off.minor > 0).then_some(off)
    }
}

/// Where a reward is redeemed. `nth` tells several of one reward on one ticket apart, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redeeming<'a> {
    pub card: CardId,
    pub ticket: TicketId,
    pub day: i32,
    pub nth: u32,
    pub lines: &'a [RewardLine],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RewardError {
    #[error("{missing_points} points are missing")]
    NotEnough { missing_points: i64 },
    #[error("the ticket has nothing that the reward is for")]
    NothingToTakeOff,
    #[error("a reward has to cost one point or more")]
    BadCost,
}

/// The movement that pays for a reward, and what it takes off. `standing` has every movement so far, those of this
/// ticket included. Two tills that are offline can both say yes: the fold then shows what was overdrawn.
pub fn redeem(reward: &Reward, standing: &Standing, at: &Redeeming<'_>) -> Result<(Points, Off), RewardError> {
    if reward.cost_points < 1 {
        return Err(RewardError::BadCost);
    }
    let missing_points = reward.cost_points.saturating_sub(standing.balance);
    if missing_points > 0 {
        return Err(RewardError::NotEnough { missing_points });
    }
    let off = reward.off(at.lines).ok_or(RewardError::NothingToTakeOff)?;
    Ok((spent(&reward.name, reward.cost_points, off, at), off))
}

/// The movement that pays `cost_points` for what a reward has taken off.
pub fn spent(reward: &str, cost_points: i64, off: Off, at: &Redeeming<'_>) -> Points {
    Points {
        id: id_of(at.ticket, at.ticket, at.ticket, &format!("redeemed-{}", at.nth), reward),
        card: at.card,
        day: at.day,
        points: cost_points.saturating_neg(),
        ticket: Some(at.ticket),
        line: off.line,
        until_day: None,
        why: Why::Redeemed { reward: reward.to_owned(), off_minor: off.minor },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{ProductId, ServiceId};

    fn cut() -> Item {
        Item::Service(ServiceId::from_parts(1, [1; 10]))
    }

    fn line(n: u8, item: Item, quantity: i64, price_minor: i64) -> RewardLine {
        RewardLine { line: TicketLineId::from_parts(1, [n; 10]), item, quantity, price_minor }
    }

    fn reward(cost_points: i64, gives: RewardGives) -> Reward {
        Reward { name: "R".into(), cost_points, gives }
    }

    #[test]
    fn what_a_reward_takes_off() {
        let shampoo = Item::Product(ProductId::from_parts(1, [2; 10]));
        let lines = [line(1, cut(), 1, 4_500), line(2, shampoo.clone(), 3, 5_000), line(3, shampoo.clone(), 1, 1_800)];
        let table = [
            (RewardGives::AmountOff(1_000), Some((None, 1_000))),
            (RewardGives::AmountOff(20_000), Some((None, 11_300))),
            (RewardGives::AmountOff(-5), None),
            (RewardGives::PercentOff(1_500), Some((None, 1_695))),
            (RewardGives::PercentOff(50_000), Some((None, 11_300))),
            (RewardGives::FreeItem(cut()), Some((Some(1), 4_500))),
            (RewardGives::FreeItem(shampoo), Some((Some(3), 1_800))),
            (RewardGives::FreeItem(Item::Custom), None),
        ];
        for (gives, off) in table {
            let expected = off.map(|(n, minor): (Option<u8>, i64)| Off {
                line: n.map(|n| TicketLineId::from_parts(1, [n; 10])),
                minor,
            });
            assert_eq!(reward(1, gives.clone()).off(&lines), expected, "{gives:?}");
        }
    }

    #[test]
    fn points_that_are_not_there_are_not_spent() {
        let lines = [line(1, cut(), 1, 4_500)];
        let at = Redeeming {
            card: CardId::from_parts(1, [1; 10]),
            ticket: TicketId::from_parts(1, [2; 10]),
            day: 20_000,
            nth: 0,
            lines: &lines,
        };
        let has = Standing { balance: 99, ..Standing::default() };
        let ten_off = reward(100, RewardGives::AmountOff(1_000));
        assert_eq!(redeem(&ten_off, &has, &at), Err(RewardError::NotEnough { missing_points: 1 }));
        let has = Standing { balance: 100, ..Standing::default() };
        let (points, off) = redeem(&ten_off, &has, &at).unwrap();
        assert_eq!((points.points, off.minor), (-100, 1_000));
        assert_eq!(redeem(&ten_off, &has, &at).unwrap().0.id, points.id);
        assert_ne!(redeem(&ten_off, &has, &Redeeming { nth: 1, ..at }).unwrap().0.id, points.id);
        let nothing = Redeeming { lines: &[], ..at };
        assert_eq!(redeem(&ten_off, &has, &nothing), Err(RewardError::NothingToTakeOff));
        assert_eq!(redeem(&reward(0, RewardGives::AmountOff(1)), &has, &at), Err(RewardError::BadCost));
    }
}
