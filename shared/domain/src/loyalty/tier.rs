//! Tiers: what a card has reached by the points it earned, and what that is good for.

use super::fold::Standing;
use crate::payment::Item;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Tier {
    #[default]
    Bronze,
    Silver,
    Gold,
    Platinum,
}

impl Tier {
    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Tier::Bronze => "BRONZE",
            Tier::Silver => "SILVER",
            Tier::Gold => "GOLD",
            Tier::Platinum => "PLATINUM",
        }
    }
}

/// What a tier takes and gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierTerms {
    pub tier: Tier,
    /// Reached with so many points earned.
    pub from_points: i64,
    /// Of the points for spend: 10,000 is once, 15,000 one and a half times. Below 10,000 it counts as once.
    pub multiplier_bp: u32,
    pub services_off_bp: u32,
    pub products_off_bp: u32,
}

impl TierTerms {
    /// Basis points off an item. What the catalog does not have is never cheaper.
    pub const fn off_bp(&self, item: &Item) -> u32 {
        match item {
            Item::Service(_) => self.services_off_bp,
            Item::Product(_) => self.products_off_bp,
            Item::Custom
            | Item::Fee
            | Item::GiftCard { .. }
            | Item::AccountCredit
            | Item::Package { .. }
            | Item::Membership { .. }
            | Item::MembershipDue { .. } => 0,
        }
    }
}

/// The tiers that a salon has, in any order. Everybody is at least Bronze.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tiers {
    /// Counts the points earned in the last so many days, today included. None: all that were ever earned.
    pub window_days: Option<u32>,
    pub terms: Vec<TierTerms>,
}

/// What a card has reached, and what is missing to the next tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierStanding {
    pub tier: Tier,
    pub earned_points: i64,
    pub next: Option<Tier>,
    pub missing_points: i64,
}

impl Tiers {
    /// The highest tier whose points were earned. Points that were taken back after a refund were not earned; points that
    /// were spent or have expired were.
    pub fn reached(&self, standing: &Standing, today: i32) -> TierStanding {
        let from = self.window_days.map_or(i64::from(i32::MIN), |days| i64::from(today) - i64::from(days) + 1);
        let in_window = |day: i32| i64::from(day) >= from && day <= today;
        let earned_points = standing
            .earned
            .iter()
            .filter(|(day, _)| in_window(**day))
            .fold(0_i64, |sum, (_, points)| sum.saturating_add(*points));
        let (have, missing): (Vec<_>, Vec<_>) = self.terms.iter().partition(|t| t.from_points <= earned_points);
        let tier = have.iter().map(|t| t.tier).max().unwrap_or_default();
        let next = missing.iter().filter(|t| t.tier > tier).min_by_key(|t| (t.tier, t.from_points));
        TierStanding {
            tier,
            earned_points,
            next: next.map(|t| t.tier),
            missing_points: next.map_or(0, |t| t.from_points.saturating_sub(earned_points)),
        }
    }

    /// The terms of a tier, if it has any.
    pub fn terms_of(&self, tier: Tier) -> Option<&TierTerms> {
        self.terms.iter().find(|terms| terms.tier == tier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{ProductId, ServiceId};

    fn tiers(window_days: Option<u32>) -> Tiers {
        let terms = |tier, from_points, multiplier_bp| TierTerms {
            tier,
            from_points,
            multiplier_bp,
            services_off_bp: 500,
            products_off_bp: 1_000,
        };
        let terms = vec![
            terms(Tier::Platinum, 5_000, 20_000),
            terms(Tier::Silver, 500, 12_500),
            terms(Tier::Gold, 1_500, 15_000),
        ];
        Tiers { window_days, terms }
    }

    #[test]
    fn the_window_s_points_make_the_tier() {
        let standing = Standing { earned: [(100, 900), (200, 700), (300, 400)].into(), ..Standing::default() };
        let table = [
            (None, 300, Tier::Gold, 2_000, Some(Tier::Platinum), 3_000),
            (Some(101), 300, Tier::Silver, 1_100, Some(Tier::Gold), 400),
            (Some(100), 300, Tier::Bronze, 400, Some(Tier::Silver), 100),
            (Some(365), 250, Tier::Gold, 1_600, Some(Tier::Platinum), 3_400),
            (Some(30), 900, Tier::Bronze, 0, Some(Tier::Silver), 500),
        ];
        for (window, today, tier, earned_points, next, missing_points) in table {
            let expected = TierStanding { tier, earned_points, next, missing_points };
            assert_eq!(tiers(window).reached(&standing, today), expected, "{window:?} on {today}");
        }
        let rich = Standing { earned: [(1, i64::MAX), (2, 5)].into(), ..Standing::default() };
        assert_eq!(tiers(None).reached(&rich, 2).next, None);
    }

    #[test]
    fn a_tier_is_worth_something_off() {
        let tiers = tiers(None);
        let gold = tiers.terms_of(Tier::Gold).unwrap();
        assert_eq!(gold.off_bp(&Item::Service(ServiceId::from_parts(1, [1; 10]))), 500);
        assert_eq!(gold.off_bp(&Item::Product(ProductId::from_parts(1, [1; 10]))), 1_000);
        assert_eq!(gold.off_bp(&Item::Custom), 0);
        assert!(tiers.terms_of(Tier::Bronze).is_none());
        for tier in [Tier::Bronze, Tier::Silver, Tier::Gold, Tier::Platinum] {
            assert_eq!(serde_json::to_value(tier).unwrap(), tier.name());
        }
    }
}
