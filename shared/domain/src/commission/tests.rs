//! A period from the first sale to its statement: worked examples, then the laws.

use super::*;
use crate::kernel::{Portion, ProductId, Returned, ServiceId, StaffId, TicketId, TicketLineId};
use crate::payment::Item;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn stylist() -> StaffId {
    StaffId::from_parts(1, [1; 10])
}
fn assistant() -> StaffId {
    StaffId::from_parts(1, [2; 10])
}
fn ticket(n: u8) -> TicketId {
    TicketId::from_parts(2, [n; 10])
}
fn line_id(n: u8) -> TicketLineId {
    TicketLineId::from_parts(3, [n; 10])
}

fn bands() -> Bands {
    let bands = [(0, 3_000), (200_000, 4_000), (500_000, 5_000)];
    bands.map(|(from_minor, rate_bp)| Band { from_minor, rate_bp }).to_vec().try_into().unwrap()
}

/// The stylist's rate on services, a quarter for other people's, a tenth on products.
fn scheme(rate: Rate) -> Scheme {
    let rule = |staff, what, rate| RateRule { staff, what, rate };
    let rules = vec![
        rule(Some(stylist()), What::Services, rate),
        rule(None, What::Services, Rate::Flat(2_500)),
        rule(None, What::Products, Rate::Flat(1_000)),
    ];
    Scheme { rules, base: Base::AfterDiscounts, below_nought: BelowNought::Nothing }
}

fn sold(n: u8, net_minor: i64) -> SoldLine {
    SoldLine {
        ticket: ticket(n),
        line: line_id(n),
        item: Item::Service(ServiceId::from_parts(4, [1; 10])),
        category: "HAIR".into(),
        net_minor,
        undiscounted_net_minor: net_minor,
        cost_minor: 0,
        shares: vec![Share::all(stylist())],
    }
}

/// Each line a ticket of its own, one after the other on one till.
fn sold_in_turn(scheme: &Scheme, lines: &[SoldLine], known: &[Earned]) -> Vec<Earned> {
    let mut all = known.to_vec();
    for line in lines {
        let earned = earn(scheme, std::slice::from_ref(line), &turnover(&all)).unwrap();
        all.extend(earned);
    }
    all.split_off(known.len())
}

fn returned(n: u8, portion: Portion) -> Returned {
    Returned { line: line_id(n + 100), of: line_id(n), portion }
}

fn amounts(earned: &[Earned]) -> Vec<i64> {
    earned.iter().map(|e| e.amount_minor).collect()
}

#[test]
fn why_these_amounts() {
    let mut scheme = scheme(Rate::Flat(4_000));
    let plain = |earned: Vec<Earned>| earned.into_iter().map(|e| (e.amount_minor, e.why)).collect::<Vec<_>>();
    let rule = |personal| Why::Rule { what: What::Services, personal };
    let none = BTreeMap::new();

    let shared = SoldLine {
        cost_minor: 1_001,
        undiscounted_net_minor: 12_000,
        shares: vec![
            Share { share_bp: 7_000, ..Share::all(stylist()) },
            Share { share_bp: 3_000, ..Share::all(assistant()) },
        ],
        ..sold(1, 10_000)
    };
    let mine = Why::Shared { share_bp: 7_000, of_minor: 10_000 };
    let theirs = Why::Shared { share_bp: 3_000, of_minor: 10_000 };
    let expected = vec![
        (2_520, vec![mine, Why::CostDeducted { cost_minor: 701 }, rule(true)]),
        (675, vec![theirs, Why::CostDeducted { cost_minor: 300 }, rule(false)]),
    ];
    assert_eq!(plain(earn(&scheme, std::slice::from_ref(&shared), &none).unwrap()), expected);

    scheme.base = Base::BeforeDiscounts;
    let one = SoldLine { shares: vec![Share::all(stylist())], ..shared };
    let why = vec![Why::BeforeDiscounts { discount_minor: 2_000 }, Why::CostDeducted { cost_minor: 1_001 }, rule(true)];
    assert_eq!(plain(earn(&scheme, std::slice::from_ref(&one), &none).unwrap()), [(4_400, why)]);

    scheme.base = Base::AfterDiscounts;
    let dear = SoldLine { cost_minor: 11_000, ..one };
    let why = vec![Why::CostDeducted { cost_minor: 11_000 }, Why::CostAbovePrice { by_minor: 1_000 }, rule(true)];
    assert_eq!(plain(earn(&scheme, std::slice::from_ref(&dear), &none).unwrap()), [(0, why.clone())]);
    scheme.below_nought = BelowNought::Deducted;
    assert_eq!(plain(earn(&scheme, &[dear], &none).unwrap()), [(-400, why)]);

    let custom = SoldLine { item: Item::Custom, ..sold(1, 5_000) };
    let product = SoldLine { item: Item::Product(ProductId::from_parts(5, [1; 10])), ..sold(2, 5_000) };
    let nobody = SoldLine { shares: Vec::new(), ..sold(3, 5_000) };
    let all = earn(&scheme, &[custom, product, nobody, sold(4, -5_000)], &none).unwrap();
    assert_eq!(all[0].why, [Why::NoRule]);
    assert_eq!(amounts(&all), [0, 500]);
}

#[test]
fn shares_that_are_not_a_whole_are_refused() {
    let share = |staff, share_bp| Share { staff, share_bp };
    let table = [
        (vec![share(stylist(), 9_999)], ShareError::NotWhole { sum_bp: 9_999 }),
        (vec![share(stylist(), u32::MAX), share(assistant(), 1)], ShareError::NotWhole { sum_bp: 1 << 32 }),
        (vec![share(stylist(), 5_000), share(stylist(), 5_000)], ShareError::Twice { staff: stylist() }),
    ];
    for (shares, error) in table {
        assert_eq!(tips_owed(ticket(1), 100, &shares), Err(error));
        let line = SoldLine { shares, ..sold(1, 100) };
        assert_eq!(earn(&scheme(Rate::Flat(1)), &[line], &BTreeMap::new()), Err(error));
    }
    assert_eq!(tips_owed(ticket(1), 100, &[]), Err(ShareError::NotWhole { sum_bp: 0 }));
}

#[test]
fn a_tier_reached_in_the_middle_of_a_period() {
    let scheme = scheme(Rate::FromZero(bands()));
    let lines = [sold(1, 120_000), sold(2, 70_000), sold(3, 20_000)];
    let earned = sold_in_turn(&scheme, &lines, &[]);
    assert_eq!(amounts(&earned), [36_000, 21_000, 8_000]);
    assert_eq!(earned[2].why[1], Why::Reached { turnover_minor: 210_000, rate_bp: 4_000 });
    assert!(adjust(1, 31, &earned[..2], &[]).is_empty());

    // 40 % of all 2,100.00: 840.00, of which 650.00 are frozen.
    let adjusted = adjust(1, 31, &earned, &[]);
    assert_eq!((adjusted[0].amount_minor, adjusted[0].turnover_minor), (19_000, 210_000));
    let restated = &adjusted[0].restated[0];
    assert_eq!((restated.counted_minor, restated.frozen_minor, restated.due_minor), (210_000, 65_000, 84_000));
    assert!(adjust(1, 31, &earned, &adjusted).is_empty());

    // 300.00 come back of the first sale: what was frozen for them goes, and the tier with it.
    let portion = Portion { whole: 120_000, before: 0, now: 30_000 };
    let back = give_back(&earned[..1], &[returned(1, portion)], ticket(50));
    assert_eq!(amounts(&back), [-9_000]);
    let all = [earned, back].concat();
    let again = adjust(1, 31, &all, &adjusted);
    // 30 % of 1,800.00 are 540.00; 560.00 are frozen, and 190.00 were adjusted before.
    assert_eq!((again[0].amount_minor, again[0].adjusted_before_minor), (-21_000, 19_000));
    let both = [adjusted, again].concat();
    assert_eq!(statement(&all, &both, [])[&stylist()].total_minor(), 54_000);
    assert!(adjust(1, 31, &all, &both).is_empty());
    assert_eq!(adjust(32, 60, &all, &both)[0].amount_minor, -2_000, "another period's adjustments are not this one's");
}

#[test]
fn a_refund_of_an_earlier_period_keeps_its_amount() {
    let scheme = scheme(Rate::FromZero(bands()));
    let last_month = sold_in_turn(&scheme, &[sold(1, 600_000)], &[]);
    let back = give_back(&last_month, &[returned(1, Portion::ALL)], ticket(50));
    assert_eq!(amounts(&back), [-300_000]);
    let mut this_month = sold_in_turn(&scheme, &[sold(2, 700_000)], &[]);
    this_month.extend(back);
    let adjusted = adjust(32, 60, &this_month, &[]);
    assert_eq!((adjusted[0].turnover_minor, adjusted[0].amount_minor), (100_000, 210_000 - 350_000));
    assert_eq!(adjusted[0].restated.len(), 1);
}

#[test]
fn tips_are_owed_in_full_and_apart() {
    let shares = [Share { staff: stylist(), share_bp: 6_666 }, Share { staff: assistant(), share_bp: 3_334 }];
    let tips = tips_owed(ticket(1), 1_000, &shares).unwrap();
    assert_eq!(tips.iter().map(|t| t.amount_minor).collect::<Vec<_>>(), [667, 333]);
    let earned = sold_in_turn(&scheme(Rate::Flat(4_000)), &[sold(1, 10_000)], &[]);
    let owed = statement(&earned, [], tips.iter().chain(&tips))[&stylist()];
    assert_eq!((owed.commission_minor, owed.tips_minor, owed.turnover_minor), (4_000, 667, 10_000));
    let back = tips_owed(ticket(2), -1_000, &shares).unwrap();
    assert_eq!(statement([], [], tips.iter().chain(&back))[&assistant()], Owed::default());
}

#[test]
fn what_is_journalled_is_what_is_read() {
    let earned = sold_in_turn(&scheme(Rate::Progressive(bands())), &[sold(1, 300_000)], &[]);
    let json = serde_json::to_value(&earned[0]).unwrap();
    assert_eq!(
        json["parts"][1],
        serde_json::json!({"rate_bp": 4_000, "counted_minor": 100_000, "amount_minor": 40_000})
    );
    assert_eq!(json["why"][0]["code"], "rule");
    assert_eq!(serde_json::from_value::<Earned>(json).unwrap(), earned[0]);
    assert_eq!(earned[0].rate_bp(), 3_333);
    let back = give_back(&earned, &[returned(1, Portion::ALL)], ticket(2));
    assert_eq!(back[0].rate_bp(), 3_333);
    let later: Why = serde_json::from_str(r#"{"code":"mentor","share_bp":5}"#).unwrap();
    assert_eq!(later, Why::Other);
    let two_tills = [earned, sold_in_turn(&scheme(Rate::Progressive(bands())), &[sold(2, 300_000)], &[])].concat();
    let adjusted = adjust(1, 31, &two_tills, &[]);
    let json = serde_json::to_string(&adjusted[0]).unwrap();
    assert_eq!(serde_json::from_str::<Adjusted>(&json).unwrap(), adjusted[0]);
}

fn any_rate() -> impl Strategy<Value = Rate> {
    prop_oneof![(0_u32..=10_000).prop_map(Rate::Flat), Just(Rate::FromZero(bands())), Just(Rate::Progressive(bands())),]
}

fn any_lines() -> impl Strategy<Value = Vec<SoldLine>> {
    let line = (0_i64..200_000, 0_i64..20_000, prop_oneof![Just(0_i64), 0_i64..30_000], 0_u32..=10_000);
    prop::collection::vec(line, 1..12).prop_map(|lines| {
        (1_u8..)
            .zip(lines)
            .map(|(n, (net_minor, discount, cost_minor, share_bp))| SoldLine {
                undiscounted_net_minor: net_minor + discount,
                cost_minor,
                shares: vec![
                    Share { staff: stylist(), share_bp },
                    Share { staff: assistant(), share_bp: 10_000 - share_bp },
                ],
                ..sold(n, net_minor)
            })
            .collect()
    })
}

fn any_scheme() -> impl Strategy<Value = Scheme> {
    (any_rate(), any::<bool>(), any::<bool>()).prop_map(|(rate, before, deducted)| Scheme {
        base: if before { Base::BeforeDiscounts } else { Base::AfterDiscounts },
        below_nought: if deducted { BelowNought::Deducted } else { BelowNought::Nothing },
        ..scheme(rate)
    })
}

proptest! {
    /// The shares of a line add up to it, the parts to the amount, and nothing is below nought without a reason.
    #[test]
    fn lines_add_up(scheme in any_scheme(), lines in any_lines()) {
        let earned = earn(&scheme, &lines, &BTreeMap::new()).unwrap();
        for line in &lines {
            let of = |field: fn(&Earned) -> i64| earned.iter().filter(|e| e.line == line.line).map(field).sum::<i64>();
            let price = if scheme.base == Base::AfterDiscounts { line.net_minor } else { line.undiscounted_net_minor };
            prop_assert_eq!(of(|e| e.base_minor), price);
            prop_assert_eq!(of(|e| e.cost_minor), line.cost_minor);
        }
        for one in &earned {
            prop_assert_eq!(one.parts.iter().map(|p| p.amount_minor).sum::<i64>(), one.amount_minor);
            prop_assert_eq!(one.parts.iter().map(|p| p.counted_minor).sum::<i64>(), one.counted_minor);
            let dear = one.why.iter().any(|why| matches!(why, Why::CostAbovePrice { .. }));
            prop_assert!(one.amount_minor >= 0 || dear);
            prop_assert_eq!(dear, one.cost_minor > one.base_minor);
            prop_assert!(dear || one.counted_minor == one.base_minor - one.cost_minor);
        }
        prop_assert_eq!(earn(&scheme, &lines, &BTreeMap::new()).unwrap(), earned);
    }

    /// A sale and its refund are nought, line by line, whether it comes back at once or in pieces, and whatever the
    /// turnover is by then.
    #[test]
    fn a_sale_and_its_refund_are_nought(scheme in any_scheme(), lines in any_lines(), first in 0_i64..=7) {
        let earned = earn(&scheme, &lines, &BTreeMap::new()).unwrap();
        for n in 1..=lines.len() as u8 {
            let sale: Vec<Earned> = earned.iter().filter(|e| e.line == line_id(n)).cloned().collect();
            let whole = give_back(&sale, &[returned(n, Portion::ALL)], ticket(100));
            let left = statement(sale.iter().chain(&whole), [], []);
            prop_assert!(left.values().all(|owed| *owed == Owed::default()));
            for back in &whole {
                prop_assert_eq!(&back.why, &[Why::Refund { whole: 1, before: 0, now: 1 }]);
                prop_assert_eq!(back.original(), sale[0].original());
            }
            let piece = |before, now| returned(n, Portion { whole: 7, before, now });
            let mut pieces = give_back(&sale, &[piece(0, first)], ticket(101));
            pieces.extend(give_back(&sale, &[piece(first, 7 - first)], ticket(102)));
            let left = statement(sale.iter().chain(&pieces), [], []);
            prop_assert!(left.values().all(|owed| *owed == Owed::default()));
        }
    }

    /// After its adjustment a period is what one rate makes of its turnover, whatever each till knew, came back, or was
    /// adjusted before; and then there is nothing more to adjust.
    #[test]
    fn an_adjusted_period_is_what_its_turnover_comes_to(
        net in prop::collection::vec(1_i64..200_000, 2..12), progressive in any::<bool>(), apart in 0_usize..12,
    ) {
        let rate = if progressive { Rate::Progressive(bands()) } else { Rate::FromZero(bands()) };
        let scheme = scheme(rate.clone());
        let lines: Vec<SoldLine> = (1_u8..).zip(&net).map(|(n, minor)| sold(n, *minor)).collect();
        let (here, there) = lines.split_at(apart.min(lines.len()));
        let here = sold_in_turn(&scheme, here, &[]);
        let there = sold_in_turn(&scheme, there, &[]);
        let back = give_back(&here, &[returned(1, Portion::ALL)], ticket(100));
        let kept: Vec<i64> = if here.is_empty() { net } else { net[1..].to_vec() };
        let total: i64 = kept.iter().sum();
        let mut adjusted = adjust(1, 31, &here, &[]);
        adjusted.extend(adjust(1, 31, &there, &[]));
        let all = [here, there, back].concat();
        adjusted.extend(adjust(1, 31, &all, &adjusted));

        let due: i64 = if progressive {
            rate.parts(0, total).iter().map(|p| p.amount_minor).sum()
        } else {
            kept.iter().map(|minor| rate.parts(total - minor, *minor)[0].amount_minor).sum()
        };
        prop_assert_eq!(statement(&all, &adjusted, [])[&stylist()].total_minor(), due);
        prop_assert!(adjust(1, 31, &all, &adjusted).is_empty());
    }

    /// On one till that knows everything, progressive lines need no adjustment.
    #[test]
    fn progressive_lines_are_right_at_once(net in prop::collection::vec(0_i64..200_000, 1..12)) {
        let lines: Vec<SoldLine> = (1_u8..).zip(&net).map(|(n, minor)| sold(n, *minor)).collect();
        prop_assert!(adjust(1, 31, &sold_in_turn(&scheme(Rate::Progressive(bands())), &lines, &[]), &[]).is_empty());
    }

    #[test]
    fn order_and_repetition_change_nothing((all, shuffled) in (any_scheme(), any_lines()).prop_flat_map(|(scheme, lines)| {
        let mut all = sold_in_turn(&scheme, &lines, &[]);
        all.extend(give_back(&all, &[returned(1, Portion { whole: 3, before: 0, now: 2 })], ticket(100)));
        let twice: Vec<Earned> = all.iter().chain(&all).cloned().collect();
        (Just(all), Just(twice).prop_shuffle())
    })) {
        prop_assert_eq!(statement(&all, [], []), statement(&shuffled, [], []));
        let adjusted = adjust(1, 31, &all, &[]);
        prop_assert_eq!(&adjust(1, 31, &shuffled, &[]), &adjusted);
        let twice: Vec<Adjusted> = adjusted.iter().chain(&adjusted).cloned().collect();
        prop_assert_eq!(statement(&all, &adjusted, []), statement(&shuffled, &twice, []));
        prop_assert!(adjust(1, 31, &shuffled, &twice).is_empty());
    }

    #[test]
    fn no_numbers_are_too_large(
        scheme in any_scheme(),
        lines in prop::collection::vec((any::<i64>(), any::<i64>(), any::<i64>()), 1..6),
        before in any::<i64>(),
        portion in (any::<i64>(), any::<i64>(), any::<i64>()),
    ) {
        let lines: Vec<SoldLine> = (1_u8..).zip(lines).map(|(n, (net_minor, undiscounted_net_minor, cost_minor))| {
            SoldLine { undiscounted_net_minor, cost_minor, ..sold(n, net_minor) }
        }).collect();
        let mut all = earn(&scheme, &lines, &[(stylist(), before)].into()).unwrap();
        let (whole, before, now) = portion;
        all.extend(give_back(&all, &[returned(1, Portion { whole, before, now })], ticket(100)));
        let adjusted = adjust(i32::MIN, i32::MAX, &all, &[]);
        statement(&all, &adjusted, []).values().for_each(|owed| { owed.total_minor(); });
        all.iter().for_each(|earned| { earned.rate_bp(); });
    }
}
