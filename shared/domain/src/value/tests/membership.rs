//! Memberships.

use super::*;
use crate::kernel::{Currency, MembershipId, day_number};
use crate::value::*;
use jiff::civil::date;
use proptest::prelude::*;

fn key() -> MembershipId {
    membership_of_line(line(1))
}

fn moved(n: u8, day: i32, what: MembershipChange) -> MembershipMoved {
    Moved { stamp: stamp(n, n % 3, day), ledger: key(), what }
}

fn day(year: i16, month: i8, day: i8) -> i32 {
    day_number(date(year, month, day))
}

/// 49.00 a month, 10 % off products, two blow-dries included.
fn plan() -> MembershipPlan {
    let what = Prepaid::Category("BLOWDRY".into());
    MembershipPlan {
        name: "Blow-dry club".into(),
        price_minor: 4_900,
        currency: Currency::EUR,
        period: Period::Months(1),
        grace_days: 3,
        benefits: vec![Benefit::ProductsOff { percent_bp: 1_000 }, Benefit::Included { what, units: 2 }],
        tax_class: "standard".into(),
    }
}

fn started(from_day: i32) -> MembershipMoved {
    let what = MembershipChange::Started { line: line(1), card: client(1), from_day, plan: Box::new(plan()) };
    moved(1, from_day, what)
}

fn paid(n: u8, period: u32) -> MembershipMoved {
    moved(n, TODAY, MembershipChange::Paid { period, ticket: ticket(n), amount_minor: 4_900 })
}

fn used(n: u8, day: i32, period: u32) -> MembershipMoved {
    moved(n, day, MembershipChange::Used { benefit: 1, period, ticket: ticket(n), line: line(n) })
}

fn paused(n: u8, from_day: i32) -> MembershipMoved {
    moved(n, from_day, MembershipChange::Paused { from_day, reason: "abroad".into() })
}

fn cancelled(n: u8, day: i32) -> MembershipMoved {
    moved(n, day, MembershipChange::Cancelled { day, reason: "moves away".into() })
}

fn membership(movements: &[MembershipMoved]) -> Membership {
    Membership::fold(key(), movements)
}

#[test]
fn a_movement_is_tagged_and_comes_back_from_json() {
    let json = serde_json::to_value(started(TODAY)).unwrap();
    assert_eq!((&json["kind"], &json["plan"]["period"]["months"]), (&"started".into(), &1.into()));
    assert_eq!(json["plan"]["benefits"][0]["kind"], "products_off");
    assert_eq!(serde_json::from_value::<MembershipMoved>(json).unwrap(), started(TODAY));
}

#[test]
fn benefits_hold_while_a_period_is_paid_and_in_its_days_of_grace() {
    let begun = day(2026, 1, 10);
    let all = [started(begun), paid(2, 0)];
    let membership = membership(&all);
    assert_eq!(membership.benefits(begun - 1), Err(MembershipError::NotStarted));
    assert!(membership.benefits(day(2026, 2, 9)).is_ok());
    assert_eq!(membership.benefits(day(2026, 2, 12)).map(|(period, _)| period), Ok(1));
    assert_eq!(membership.benefits(day(2026, 2, 13)), Err(MembershipError::Unpaid { period: 1 }));
    assert_eq!(membership.due(day(2026, 3, 10)), [1, 2]);
}

#[test]
fn a_payment_given_back_is_no_payment_and_two_are_reported() {
    let all = [started(TODAY), paid(2, 0), paid(3, 0)];
    assert_eq!(membership(&all).findings(), [Finding::PaidTwice { movement: movement(3) }]);
    let back = |n, of| moved(n, TODAY, MembershipChange::Refunded { of: movement(of), ticket: ticket(n) });
    let once = [&all[..], &[back(4, 3)]].concat();
    assert!(membership(&once).findings().is_empty());
    assert_eq!(membership(&once).standing(TODAY), Standing::Running { period: 0, paid: true });
    let none = [&once[..], &[back(5, 2)]].concat();
    assert_eq!(membership(&none).due(TODAY), [0]);
    assert_eq!(membership(&none).benefits(TODAY), Err(MembershipError::Unpaid { period: 0 }));
}

#[test]
fn a_pause_shortens_no_period_that_was_paid() {
    let begun = day(2026, 1, 10);
    let mut all = vec![started(begun), paid(2, 0), paused(3, day(2026, 1, 20)), used(4, day(2026, 1, 25), 0)];
    assert_eq!(membership(&all).standing(day(2026, 5, 1)), Standing::Paused);
    assert_eq!(membership(&all).findings(), [Finding::WhileFrozen { movement: movement(4) }]);
    assert_eq!(membership(&all).pauses(day(2026, 2, 9)), [movement(3)]);
    let back = day(2026, 2, 9);
    all.push(moved(5, back, MembershipChange::Resumed { of: movement(3), day: back }));
    let membership = membership(&all);
    // Twenty days were paused: the first period ends twenty days later.
    assert_eq!(membership.standing(back), Standing::Running { period: 0, paid: true });
    assert_eq!(membership.standing(day(2026, 3, 1)), Standing::Running { period: 0, paid: true });
    assert_eq!(membership.standing(day(2026, 3, 2)), Standing::Running { period: 1, paid: false });
    assert!(membership.pauses(back).is_empty());
}

#[test]
fn a_cancellation_waits_for_the_end_of_the_period() {
    let begun = day(2026, 1, 10);
    let mut all = vec![started(begun), paid(2, 0), cancelled(4, day(2026, 3, 1)), cancelled(3, day(2026, 1, 15))];
    assert_eq!(membership(&all).last_period(), Some(0));
    assert!(membership(&all).benefits(day(2026, 2, 9)).is_ok());
    assert_eq!(membership(&all).benefits(day(2026, 2, 10)), Err(MembershipError::Ended));
    assert!(membership(&all).due(day(2026, 6, 1)).is_empty());
    assert_eq!(membership(&[started(begun), cancelled(2, begun - 3)]).last_period(), Some(0));
    assert_eq!(membership(&[cancelled(2, begun)]).last_period(), None);
    all.push(used(5, day(2026, 2, 10), 1));
    assert_eq!(membership(&all).findings(), [Finding::AfterLastDay { movement: movement(5) }]);
}

#[test]
fn included_units_are_of_their_period() {
    let begun = day(2026, 1, 10);
    let mut all = vec![started(begun), paid(2, 0), paid(3, 1), used(4, begun, 0), used(5, begun, 0)];
    assert_eq!(membership(&all).check_use(1, begun), Err(MembershipError::NoneLeft));
    assert_eq!(membership(&all).check_use(0, begun), Err(MembershipError::NotIncluded));
    assert_eq!(membership(&all).check_use(1, day(2026, 2, 10)), Ok(1));
    all.push(used(6, begun, 0));
    assert_eq!(membership(&all).overdrafts().iter().map(|o| o.movement).collect::<Vec<_>>(), [movement(6)]);
    all.push(moved(7, begun, MembershipChange::Restored { of: movement(4), ticket: ticket(7) }));
    assert!(membership(&all).overdrafts().is_empty());
    assert_eq!(membership(&all).units_used(1, 0), 2);
}

#[test]
fn periods_have_first_days_that_pauses_push() {
    let begun = day(2026, 1, 31);
    let mut all = vec![started(begun), paid(2, 0)];
    let days = |all: &[MembershipMoved]| (0..3).map(|n| membership(all).first_day(n)).collect::<Vec<_>>();
    assert_eq!(days(&all), [Some(begun), Some(day(2026, 2, 28)), Some(day(2026, 3, 31))]);
    all.push(paused(3, day(2026, 2, 10)));
    assert_eq!(days(&all), [Some(begun), None, None], "a pause without an end");
    all.push(moved(4, day(2026, 2, 15), MembershipChange::Resumed { of: movement(3), day: day(2026, 2, 15) }));
    assert_eq!(days(&all), [Some(begun), Some(day(2026, 3, 5)), Some(day(2026, 4, 5))]);
}

#[test]
fn a_period_is_paid_when_it_is_due_or_the_next() {
    let begun = day(2026, 1, 10);
    let all = [started(begun), paid(2, 0)];
    let known = membership(&all);
    let in_march = day(2026, 3, 12);
    let can = |period| known.check_pay(period, in_march);
    assert_eq!([can(0), can(1), can(2), can(3)], [Err(MembershipError::NotDue), Ok(()), Ok(()), Ok(())]);
    assert_eq!(can(4), Err(MembershipError::NotDue));
    assert_eq!(known.benefits(in_march), Ok((2, &plan().benefits[..])), "grace");
    let later = day(2026, 3, 20);
    assert_eq!(known.benefits(later), Err(MembershipError::Unpaid { period: 2 }));
    assert!(known.benefits_with(later, &[2]).is_ok(), "paid with the ticket in hand");
    let ending = [&all[..], &[cancelled(3, in_march)]].concat();
    assert_eq!(membership(&ending).check_pay(3, in_march), Err(MembershipError::NotDue));
    assert_eq!(membership(&[]).check_pay(0, in_march), Err(MembershipError::NotStarted));
}

#[test]
fn a_sale_given_back_ends_everything_and_what_was_had_since_is_reported() {
    let begun = day(2026, 1, 10);
    let all = [started(begun), paid(2, 0)];
    assert_eq!(membership(&all).check_void(), Ok(()));
    assert_eq!(membership(&[&all[..], &[used(3, begun, 0)]].concat()).check_void(), Err(MembershipError::Used));
    assert_eq!(membership(&[&all[..], &[paid(3, 1)]].concat()).check_void(), Err(MembershipError::Used));
    let void = moved(4, begun, MembershipChange::Voided { ticket: ticket(4) });
    let gone = [&all[..], &[void]].concat();
    assert_eq!(membership(&gone).standing(begun), Standing::Ended);
    assert_eq!(membership(&gone).benefits(begun), Err(MembershipError::Ended));
    assert!(membership(&gone).due(day(2026, 6, 1)).is_empty());
    assert!(membership(&gone).overdrafts().is_empty() && membership(&gone).in_vain().is_empty());
    // Tills that had not heard of it.
    let since = [&gone[..], &[used(5, begun, 0), paid(6, 1)]].concat();
    assert_eq!(membership(&since).overdrafts().iter().map(|o| o.movement).collect::<Vec<_>>(), [movement(5)]);
    let in_vain: Vec<_> = membership(&since).in_vain().iter().map(|paid| (paid.stamp.id, paid.amount_minor)).collect();
    assert_eq!(in_vain, [(movement(6), 4_900)]);
}

#[test]
fn a_payment_is_given_back_unless_it_paid_for_what_was_used() {
    let begun = day(2026, 1, 10);
    let all = [started(begun), paid(2, 0), used(3, begun, 0)];
    assert_eq!(membership(&all).check_refund(movement(2)), Err(MembershipError::Used));
    let twice = [&all[..], &[paid(4, 0)]].concat();
    assert_eq!(membership(&twice).check_refund(movement(4)), Ok(()));
    assert_eq!(membership(&twice).check_refund(movement(9)), Err(MembershipError::NotDue));
}

#[test]
fn a_malformed_movement_says_what_is_wrong() {
    let with = |change: fn(&mut MembershipPlan)| {
        let mut plan = plan();
        change(&mut plan);
        plan.check()
    };
    assert_eq!(with(|_| {}), Ok(()));
    assert_eq!(with(|p| p.benefits.clear()), Err(Malformed::Empty));
    assert_eq!(with(|p| p.period = Period::Months(0)), Err(Malformed::Empty));
    assert_eq!(with(|p| p.price_minor = -1), Err(Malformed::NotPositive));
    assert_eq!(
        with(|p| p.benefits = vec![Benefit::Included { what: Prepaid::Category("CUT".into()), units: 10_001 }]),
        Err(Malformed::TooMany)
    );
    let unnamed = MembershipOffer {
        id: crate::kernel::MembershipOfferId::from_parts(1, [1; 10]),
        plan: MembershipPlan { name: " ".into(), ..plan() },
        active: true,
    };
    assert_eq!(unnamed.check(), Err(Malformed::Empty));
    let too_much = with(|p| p.benefits = vec![Benefit::ServicesOff { percent_bp: 10_001 }]);
    assert_eq!(too_much, Err(Malformed::MoreThanWhole));
}

/// Anything that tills can do to a membership, sensible or not.
fn any_membership() -> impl Strategy<Value = Vec<MembershipMoved>> {
    let change = (0_u8..8, 0_u32..4, 1_u8..30);
    prop::collection::vec((2_u8..30, TODAY - 9..TODAY + 90, change), 0..16).prop_map(|all| {
        let change = |(n, day, (kind, period, other)): (u8, i32, (u8, u32, u8))| match kind {
            0 => paused(n, day),
            1 => moved(n, day, MembershipChange::Resumed { of: movement(other), day }),
            2 => cancelled(n, day),
            3 => paid(n, period),
            4 => moved(n, day, MembershipChange::Refunded { of: movement(other), ticket: ticket(n) }),
            5 if other == 29 => moved(n, day, MembershipChange::Voided { ticket: ticket(n) }),
            5 => moved(n, day, MembershipChange::Restored { of: movement(other), ticket: ticket(n) }),
            _ => used(n, day, period),
        };
        let mut movements: Vec<MembershipMoved> = all.into_iter().map(change).collect();
        movements.push(started(TODAY));
        movements
    })
}

proptest! {
    #[test]
    fn order_and_repetition_do_not_matter(all in any_membership(), seed in any::<u64>()) {
        prop_assert!(same_in_any_order(&key(), &all, seed));
    }

    /// The first day of a period is in it, and the day before is not.
    #[test]
    fn the_first_day_of_a_period_is_its_first(all in any_membership(), period in 0_u32..6) {
        let membership = membership(&all);
        if let Some(first) = membership.first_day(period) {
            prop_assert_eq!(membership.period_of(first), Some(period));
            prop_assert!(membership.period_of(first - 1) < Some(period));
        }
    }

    /// Each period that was paid at all has one payment that counts; every other one is reported.
    #[test]
    fn payments_count_once_or_are_reported(all in any_membership()) {
        let membership = membership(&all);
        let back: Vec<_> = membership.movements().iter().filter_map(|m| match m.what {
            MembershipChange::Refunded { of, .. } | MembershipChange::Restored { of, .. } => Some(of),
            _ => None,
        }).collect();
        let live: Vec<u32> = membership.movements().iter().filter_map(|m| match m.what {
            MembershipChange::Paid { period, .. } if !back.contains(&m.stamp.id) => Some(period),
            _ => None,
        }).collect();
        let periods: std::collections::BTreeSet<u32> = live.iter().copied().collect();
        let twice = membership.in_vain().iter().filter(|one| matches!(one.why, Finding::PaidTwice { .. })).count();
        prop_assert_eq!(live.len() - periods.len(), twice);
    }

    /// Every use is either within what its period includes, or reported. (After its sale was given back, all are.)
    #[test]
    fn uses_are_covered_or_reported(mut all in any_membership()) {
        all.retain(|m| !matches!(m.what, MembershipChange::Voided { .. }));
        let membership = membership(&all);
        let used: u32 = (0..4).map(|period| membership.units_used(1, period)).sum();
        let covered: u32 = (0..4).map(|period| membership.units_used(1, period).min(2)).sum();
        prop_assert_eq!((used - covered) as usize, membership.overdrafts().len());
    }

    #[test]
    fn a_unit_used_and_restored_is_nought(all in any_membership(), period in 0_u32..4) {
        let mut with = all.clone();
        with.push(moved(41, TODAY, MembershipChange::Restored { of: movement(40), ticket: ticket(41) }));
        with.push(used(40, TODAY, period));
        prop_assert_eq!(membership(&with).units_used(1, period), membership(&all).units_used(1, period));
        prop_assert_eq!(membership(&with).overdrafts(), membership(&all).overdrafts());
    }

    #[test]
    fn no_day_is_too_far(all in any_membership(), day in any::<i32>(), period in any::<u32>()) {
        let membership = membership(&[&all[..], &[paid(40, period), used(41, day, period), paused(42, day)]].concat());
        let _ = (membership.standing(day), membership.benefits(day), membership.findings(), membership.pauses(day));
    }
}
