//! A period from the first sale to its statement: worked examples.

mod laws;

use super::*;
use crate::kernel::{Portion, ProductId, Returned, ServiceId, StaffId, TicketId, TicketLineId};
use crate::payment::Item;
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
fn a_refund_that_is_taken_back_is_the_sale_again() {
    let sale = sold_in_turn(&scheme(Rate::Flat(4_000)), &[sold(1, 9_999)], &[]);
    let back = give_back(&sale, &[returned(1, Portion::ALL)], ticket(50));
    let again = give_back(&back, &[returned(101, Portion::ALL)], ticket(51));
    assert_eq!((again[0].amount_minor, again[0].original()), (4_000, sale[0].original()));
}

#[test]
fn a_line_at_the_rate_that_was_reached_is_not_rounded_again() {
    let sale = sold_in_turn(&scheme(Rate::FromZero(bands())), &[sold(1, 5)], &[]);
    let back = give_back(&sale, &[returned(1, Portion { whole: 5, before: 0, now: 1 })], ticket(50));
    let all = [sale, back].concat();
    assert_eq!(statement(&all, [], [])[&stylist()].commission_minor, 2, "30 % of 4 would be 1");
    assert!(adjust(1, 31, &all, &[]).is_empty());
}

#[test]
fn of_two_lines_with_one_id_the_same_one_stands_everywhere() {
    let one = sold_in_turn(&scheme(Rate::Flat(4_000)), &[sold(1, 10_000)], &[]).remove(0);
    let other = Earned { amount_minor: 3_000, ..one.clone() };
    assert_eq!(statement([&one, &other], [], []), statement([&other, &one], [], []));
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
