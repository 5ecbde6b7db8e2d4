//! The laws: what is shared, refunded or adjusted adds up, whatever the numbers and the order.

use super::*;
use proptest::prelude::*;

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

    /// On one till that knows everything, progressive lines need no adjustment: among lines at other rates too, and
    /// whatever order their ids are in.
    #[test]
    fn progressive_lines_are_right_at_once(net in prop::collection::vec((0_i64..200_000, any::<bool>()), 1..12)) {
        let product = Item::Product(ProductId::from_parts(5, [1; 10]));
        let line = |(n, (minor, service)): (u8, (i64, bool))| {
            let line = sold(100 - n, minor);
            if service { line } else { SoldLine { item: product.clone(), ..line } }
        };
        let lines: Vec<SoldLine> = (1_u8..).zip(net).map(line).collect();
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
