//! What a salon may have agreed: commission with its people, points with its clients.

use crate::salon::{cut, stylist};
use salon_domain::commission::{Band, Bands, Base, Rate, RateRule, Scheme, What};
use salon_domain::loyalty::{
    Condition, Gives, Once, Programme, Reward, RewardGives, Rule, SpendRule, Tier, TierTerms, Tiers,
};
use salon_domain::payment::Item;

/// Services 30 % up to 100.00 net a month and 40 % above it; products a tenth, for the first stylist 12 %.
pub fn scheme() -> Scheme {
    let band = |from_minor, rate_bp| Band { from_minor, rate_bp };
    let bands = Bands::try_from(vec![band(0, 3_000), band(10_000, 4_000)]);
    let rule = |staff, what, rate| RateRule { staff, what, rate };
    Scheme {
        rules: vec![
            rule(None, What::Services, bands.map_or(Rate::Flat(3_000), Rate::Progressive)),
            rule(None, What::Products, Rate::Flat(1_000)),
            rule(Some(stylist(0)), What::ProductsIn("Retail".into()), Rate::Flat(1_200)),
        ],
        base: Base::AfterDiscounts,
        below_nought: Default::default(),
    }
}

/// A point for a euro, half as many again from 100 points on; 20 for the first visit; 10.00 off for 50 points, a cut for
/// 40. Points are good for 100 days.
pub fn programme() -> Programme {
    let reward = |name: &str, cost_points, gives| Reward { name: name.into(), cost_points, gives };
    Programme {
        spend: Some(SpendRule { each: 1, per_minor: 100 }),
        rules: vec![Rule {
            name: "Welcome".into(),
            when: vec![Condition::FirstVisit],
            gives: Gives::PerTicket(20),
            once: Some(Once::Ever),
        }],
        tiers: Tiers {
            window_days: None,
            terms: vec![TierTerms {
                tier: Tier::Silver,
                from_points: 100,
                multiplier_bp: 15_000,
                services_off_bp: 0,
                products_off_bp: 0,
            }],
        },
        rewards: vec![
            reward("Ten off", 50, RewardGives::AmountOff(1_000)),
            reward("A cut", 40, RewardGives::FreeItem(Item::Service(cut()))),
        ],
        expires_after_days: Some(100),
    }
}
