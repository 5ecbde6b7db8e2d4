//! What the salon has agreed with its people, and promises its clients: invented.

use super::catalog::TAX_CLASS;
use salon_domain::access::Role;
use salon_domain::branch::{Charge, DepositTerms, DeskTerms, Fee, StaffDiscount};
use salon_domain::catalog::Service;
use salon_domain::commission::{Band, Bands, Rate, RateRule, Scheme, What};
use salon_domain::kernel::{Currency, MembershipOfferId};
use salon_domain::loyalty::{
    Condition, Gives, Once, Programme, Reward, RewardGives, Rule, SpendRule, Tier, TierTerms, Tiers,
};
use salon_domain::payment::Item;
use salon_domain::staff::Staff;
use salon_domain::value::{Benefit, MembershipOffer, MembershipPlan, Period, Prepaid};

/// Services in bands of the month's turnover, highlights at less (their material is dear), a tenth of products, and a
/// little more of them for the first stylist.
pub fn commission(staff: &[Staff]) -> Scheme {
    let band = |from_minor, rate_bp| Band { from_minor, rate_bp };
    let bands = Bands::try_from(vec![band(0, 3_000), band(400_000, 3_500), band(800_000, 4_000)]);
    let services = bands.map_or(Rate::Flat(3_000), Rate::Progressive);
    let rule = |staff, what, rate| RateRule { staff, what, rate };
    let mut rules = vec![
        rule(None, What::Services, services),
        rule(None, What::ServicesIn("Highlights".into()), Rate::Flat(2_500)),
        rule(None, What::Products, Rate::Flat(1_000)),
    ];
    let first = staff.iter().find(|person| person.role == Role::Stylist);
    rules.extend(first.map(|person| rule(Some(person.id), What::Products, Rate::Flat(1_200))));
    Scheme { rules, base: Default::default(), below_nought: Default::default() }
}

/// Two fees and a share, half off services for who works here, and a quarter of a booking as its deposit.
pub fn desk() -> DeskTerms {
    let fee = |code: &str, name: &str, charge| Fee {
        code: code.into(),
        name: name.into(),
        charge,
        tax_class: TAX_CLASS.into(),
        active: true,
    };
    DeskTerms {
        fees: vec![
            fee("LATE", "Late cancellation", Charge::Amount(1_500)),
            fee("CALL", "Call-out", Charge::Amount(2_500)),
            fee("SERVICE", "Service charge", Charge::Percent(500)),
        ],
        staff_discount: Some(StaffDiscount {
            label: "Staff".into(),
            services_off_bp: 5_000,
            products_off_bp: 3_000,
            active: true,
        }),
        deposit: DepositTerms { asked: Some(Charge::Percent(2_500)), kept_tax_class: TAX_CLASS.into() },
        exempt_pay_net: true,
    }
}

/// One that includes services, and one that takes something off.
pub fn memberships(services: &[Service]) -> Vec<MembershipOffer> {
    let one = |n: u8, name: &str, price_minor, benefits| MembershipOffer {
        id: MembershipOfferId::from_parts(super::FOUNDED_MS, [n; 10]),
        plan: MembershipPlan {
            name: name.into(),
            price_minor,
            currency: Currency::EUR,
            period: Period::Months(1),
            grace_days: 5,
            benefits,
            tax_class: TAX_CLASS.into(),
        },
        active: true,
    };
    let fringe = services.iter().find(|service| service.code == "CUT-FR");
    let club = fringe.map(|service| {
        let trims = Benefit::Included { what: Prepaid::Service(service.id), units: 2 };
        one(1, "Fringe club (demo)", 2_400, vec![trims, Benefit::ProductsOff { percent_bp: 1_000 }])
    });
    let circle = vec![Benefit::ServicesOff { percent_bp: 1_500 }, Benefit::ProductsOff { percent_bp: 1_500 }];
    club.into_iter().chain([one(2, "Berry circle (demo)", 1_900, circle)]).collect()
}

/// A point for a euro; more in the month of the birthday; two rewards; a tenth off products for the best.
pub fn loyalty(services: &[Service]) -> Programme {
    let terms = |tier, from_points, multiplier_bp, products_off_bp| TierTerms {
        tier,
        from_points,
        multiplier_bp,
        services_off_bp: 0,
        products_off_bp,
    };
    let ten_off = Reward { name: "Ten euros off".into(), cost_points: 150, gives: RewardGives::AmountOff(1_000) };
    let fringe = services.iter().find(|service| service.code == "CUT-FR").map(|service| Reward {
        name: "Fringe trim".into(),
        cost_points: 60,
        gives: RewardGives::FreeItem(Item::Service(service.id)),
    });
    Programme {
        spend: Some(SpendRule { each: 1, per_minor: 100 }),
        rules: vec![
            Rule {
                name: "Birthday month".into(),
                when: vec![Condition::BirthdayMonth],
                gives: Gives::Extra(10_000),
                once: Some(Once::PerYear),
            },
            Rule {
                name: "Welcome".into(),
                when: vec![Condition::FirstVisit],
                gives: Gives::PerTicket(25),
                once: Some(Once::Ever),
            },
        ],
        tiers: Tiers {
            window_days: Some(365),
            terms: vec![
                terms(Tier::Silver, 300, 12_500, 0),
                terms(Tier::Gold, 800, 15_000, 0),
                terms(Tier::Platinum, 2_000, 20_000, 1_000),
            ],
        },
        rewards: fringe.into_iter().chain([ten_off]).collect(),
        expires_after_days: Some(730),
    }
}
