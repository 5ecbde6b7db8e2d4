//! Packages.

use super::*;
use crate::kernel::{Currency, PackageId, ServiceId};
use crate::value::*;
use proptest::prelude::*;

fn key() -> PackageId {
    package_of_line(line(1), 0)
}

fn moved(n: u8, day: i32, what: PackageChange) -> PackageMoved {
    Moved { stamp: stamp(n, n % 3, day), ledger: key(), what }
}

fn cut() -> ServiceId {
    ServiceId::from_parts(1, [1; 10])
}

fn entry(what: Prepaid, units: u32, list_price_minor: i64) -> PackageEntry {
    PackageEntry { what, units, list_price_minor }
}

/// Two units of anything in COLOUR and three cuts, for 100.00.
fn sold(expires_day: Option<i32>) -> PackageMoved {
    let entries = vec![entry(Prepaid::Category("COLOUR".into()), 2, 4_000), entry(Prepaid::Service(cut()), 3, 2_500)];
    let what = PackageChange::Sold {
        line: line(1),
        card: client(1),
        entries,
        price_minor: 10_000,
        currency: Currency::EUR,
        expires_day,
    };
    moved(1, TODAY, what)
}

fn used(n: u8, day: i32, entry: u16) -> PackageMoved {
    moved(n, day, PackageChange::Redeemed { ticket: ticket(n), line: line(n), entry })
}

fn frozen(n: u8, from_day: i32, until_day: i32) -> PackageMoved {
    moved(n, TODAY, PackageChange::Frozen { from_day, until_day, reason: "abroad".into() })
}

fn extended(n: u8, expires_day: i32) -> PackageMoved {
    moved(n, TODAY, PackageChange::Extended { expires_day, reason: "illness".into() })
}

fn transferred(n: u8, from: u8, to: u8) -> PackageMoved {
    let reason = "a present".into();
    moved(n, TODAY, PackageChange::Transferred { from: client(from), to: client(to), reason })
}

fn package(movements: &[PackageMoved]) -> Package {
    Package::fold(key(), movements)
}

#[test]
fn a_movement_is_tagged_and_comes_back_from_json() {
    let json = serde_json::to_value(sold(Some(TODAY))).unwrap();
    assert_eq!((&json["kind"], &json["entries"][0]["what"]["category"]), (&"sold".into(), &"COLOUR".into()));
    assert_eq!(serde_json::from_value::<PackageMoved>(json).unwrap(), sold(Some(TODAY)));
}

#[test]
fn units_are_used_one_by_one_and_come_back() {
    let mut all = vec![sold(None), used(2, TODAY, 1), used(3, TODAY, 1), used(4, TODAY, 1)];
    assert_eq!(package(&all).remaining(), [2, 0]);
    assert_eq!(package(&all).check_redeem(1, TODAY), Err(PackageError::NoneLeft));
    assert_eq!(package(&all).check_redeem(2, TODAY), Err(PackageError::NoSuchEntry));
    all.push(moved(5, TODAY, PackageChange::Restored { of: movement(3), ticket: ticket(5) }));
    all.push(moved(6, TODAY, PackageChange::Restored { of: movement(3), ticket: ticket(6) }));
    assert_eq!(package(&all).remaining(), [2, 1]);
    assert_eq!(package(&all).check_redeem(1, TODAY), Ok(()));
}

#[test]
fn the_unit_for_that_very_service_is_used_first() {
    let mut all = vec![sold(None)];
    assert_eq!(package(&all).entry_for(cut(), "COLOUR"), Some(1));
    all.extend([used(2, TODAY, 1), used(3, TODAY, 1), used(4, TODAY, 1)]);
    assert_eq!(package(&all).entry_for(cut(), "COLOUR"), Some(0));
    assert_eq!(package(&all).entry_for(cut(), "CUT"), None);
}

#[test]
fn two_tills_that_used_the_last_unit_are_reported() {
    let mut all: Vec<_> = (2..6).map(|n| used(n, TODAY, 1)).collect();
    assert_eq!(package(&all).findings(), [Finding::NotSold]);
    all.push(sold(None));
    let package = package(&all);
    assert_eq!(package.remaining(), [2, -1]);
    assert_eq!(package.overdrafts().iter().map(|o| (o.movement, o.over)).collect::<Vec<_>>(), [(movement(5), 1)]);
    assert_eq!(package.next_unit_minor(1), 0);
}

#[test]
fn frozen_days_push_the_last_day_once() {
    let last = TODAY + 100;
    let mut all = vec![sold(Some(last)), frozen(2, TODAY + 10, TODAY + 20), frozen(3, TODAY + 15, TODAY + 25)];
    all.push(frozen(4, TODAY + 11, TODAY + 12));
    let package = package(&all);
    assert_eq!(package.expires_day(), Some(last + 15));
    assert_eq!(package.check_redeem(0, TODAY + 24), Err(PackageError::Frozen));
    assert_eq!(package.check_redeem(0, TODAY + 25), Ok(()));
    assert_eq!(package.check_redeem(0, last + 16), Err(PackageError::Expired { expires_day: last + 15 }));
}

#[test]
fn a_freeze_that_ends_early_pushes_less() {
    let mut all = vec![sold(Some(TODAY + 100)), frozen(2, TODAY + 10, TODAY + 20)];
    all.push(moved(3, TODAY, PackageChange::Thawed { of: movement(2), day: TODAY + 14 }));
    assert_eq!(package(&all).expires_day(), Some(TODAY + 104));
    all.push(moved(4, TODAY, PackageChange::Thawed { of: movement(2), day: TODAY + 10 }));
    assert_eq!(package(&all).expires_day(), Some(TODAY + 100));
}

#[test]
fn an_extension_says_the_day_and_only_later_freezes_push_it() {
    let mut all = vec![sold(Some(TODAY + 100)), frozen(2, TODAY, TODAY + 30), extended(3, TODAY + 200)];
    assert_eq!(package(&all).expires_day(), Some(TODAY + 200));
    all.push(frozen(4, TODAY + 20, TODAY + 40));
    assert_eq!(package(&all).expires_day(), Some(TODAY + 210));
    all.push(extended(5, TODAY + 150));
    assert_eq!(package(&all).expires_day(), Some(TODAY + 150));
}

#[test]
fn handing_on_can_be_undone() {
    let mut all = vec![sold(None), transferred(2, 1, 2), used(3, TODAY, 0)];
    assert_eq!(package(&all).owner(), Some(client(2)));
    all.push(moved(4, TODAY, PackageChange::TransferUndone { of: movement(2) }));
    assert_eq!(package(&all).owner(), Some(client(1)));
    assert_eq!(package(&all).remaining(), [1, 3]);
    assert!(package(&all).findings().is_empty());
}

#[test]
fn handed_on_at_two_tills_at_once_it_is_the_later_s_and_is_reported() {
    let package = package(&[sold(None), transferred(3, 1, 3), transferred(2, 1, 2)]);
    assert_eq!(package.owner(), Some(client(3)));
    assert_eq!(package.findings(), [Finding::TransferClash { movement: movement(3) }]);
}

#[test]
fn what_was_used_after_the_sale_was_given_back_is_overdrawn() {
    let mut all = vec![sold(None), used(2, TODAY, 0), moved(3, TODAY, PackageChange::Voided { ticket: ticket(3) })];
    assert_eq!(package(&all).remaining(), [0, 0]);
    assert!(package(&all).overdrafts().is_empty());
    all.push(used(4, TODAY, 0));
    assert_eq!(package(&all).overdrafts().len(), 1);
    assert_eq!(package(&all).check_redeem(0, TODAY), Err(PackageError::Voided));
}

#[test]
fn used_on_a_day_that_it_could_not_be_used_on() {
    let last = TODAY + 100;
    let all = [sold(Some(last)), frozen(2, TODAY, TODAY + 5), used(3, TODAY + 4, 0), used(4, last + 6, 0)];
    let found = package(&all).findings();
    let expected = [Finding::WhileFrozen { movement: movement(3) }, Finding::AfterLastDay { movement: movement(4) }];
    assert_eq!(found, expected);
}

#[test]
fn the_price_goes_by_what_the_units_would_cost() {
    // 10000 over 2 × 4000 and 3 × 2500: 2580.6 and 1612.9 each, and the last minor units to those that lost most.
    let mut all = vec![sold(Some(TODAY))];
    assert_eq!((package(&all).next_unit_minor(0), package(&all).next_unit_minor(1)), (2_581, 1_613));
    all.extend([used(2, TODAY, 1), used(3, TODAY, 1)]);
    assert_eq!(package(&all).next_unit_minor(1), 1_613);
    let value = package(&all).value(TODAY);
    assert_eq!((value.earned_minor, value.deferred_minor), (3_226, 6_774));
    assert_eq!(package(&all).value(TODAY + 1).lapsed_minor, 6_774);
}

#[test]
fn a_malformed_movement_says_what_is_wrong() {
    assert_eq!(sold(Some(TODAY)).check(), Ok(()));
    assert_eq!(sold(Some(TODAY - 1)).check(), Err(Malformed::Backwards));
    assert_eq!(frozen(2, TODAY, TODAY).check(), Err(Malformed::Backwards));
    assert_eq!(frozen(2, i32::MIN, i32::MAX).check(), Err(Malformed::TooMany));
    let mut empty = sold(None);
    if let PackageChange::Sold { entries, .. } = &mut empty.what {
        entries[0].units = 0;
    }
    assert_eq!(empty.check(), Err(Malformed::Empty));
}

/// Anything that tills can do to a package, sensible or not.
fn any_package() -> impl Strategy<Value = Vec<PackageMoved>> {
    let change = (0_u8..9, 0_u16..3, TODAY - 9..TODAY + 30, 0_i32..20, 1_u8..30);
    prop::collection::vec((2_u8..30, TODAY - 3..TODAY + 30, change), 0..16).prop_map(|all| {
        let mut movements: Vec<PackageMoved> = all
            .into_iter()
            .map(|(n, day, (kind, entry, from_day, days, other))| match kind {
                0..3 => used(n, day, entry),
                3 => moved(n, day, PackageChange::Restored { of: movement(other), ticket: ticket(n) }),
                4 => moved(n, day, PackageChange::Voided { ticket: ticket(n) }),
                5 => extended(n, from_day + days),
                6 => frozen(n, from_day, from_day + days),
                7 => moved(n, day, PackageChange::Thawed { of: movement(other), day: from_day }),
                _ => transferred(n, other % 3, other % 4),
            })
            .collect();
        movements.push(sold(Some(TODAY + 10)));
        movements
    })
}

proptest! {
    #[test]
    fn order_and_repetition_do_not_matter(all in any_package(), seed in any::<u64>()) {
        prop_assert!(same_in_any_order(&key(), &all, seed));
    }

    /// Units and money: sold = used − over + left, price = earned + deferred + lapsed + voided.
    #[test]
    fn units_and_price_are_conserved(all in any_package(), day in TODAY..TODAY + 60) {
        let package = package(&all);
        let value = package.value(day);
        let parts = [value.earned_minor, value.deferred_minor, value.lapsed_minor, value.voided_minor];
        prop_assert!(parts.iter().all(|minor| *minor >= 0));
        prop_assert_eq!(parts.iter().sum::<i64>(), 10_000);
        let restored = |m: &PackageMoved| package.movements().iter().any(|back| {
            matches!(back.what, PackageChange::Restored { of, .. } if of == m.stamp.id)
        });
        let is_voided = package.movements().iter().any(|m| matches!(m.what, PackageChange::Voided { .. }));
        let live = |m: &&PackageMoved| {
            matches!(m.what, PackageChange::Redeemed { entry, .. } if entry < 2) && !restored(m)
        };
        let used = package.movements().iter().filter(live).count() as i64;
        prop_assert!(package.remaining().iter().sum::<i64>() == 5 - used || is_voided);
        // Entry 2 is none: each unit of it is over.
        let over = package.overdrafts();
        prop_assert!(over.windows(2).all(|two| two[0].at <= two[1].at));
        if !is_voided {
            let short: i64 = package.remaining().iter().map(|left| -left.min(&0)).sum();
            let nowhere = |m: &&PackageMoved| {
                matches!(m.what, PackageChange::Redeemed { entry: 2, .. }) && !restored(m)
            };
            prop_assert_eq!(over.len() as i64, short + package.movements().iter().filter(nowhere).count() as i64);
        }
    }

    #[test]
    fn a_unit_used_and_restored_is_nought(all in any_package(), entry in 0_u16..2, day in TODAY..TODAY + 60) {
        let mut with = all.clone();
        with.push(moved(41, day, PackageChange::Restored { of: movement(40), ticket: ticket(41) }));
        with.push(used(40, day, entry));
        let (before, after) = (package(&all), package(&with));
        prop_assert_eq!(after.remaining(), before.remaining());
        prop_assert_eq!(after.value(day), before.value(day));
        prop_assert_eq!(after.overdrafts(), before.overdrafts());
    }

    #[test]
    fn no_price_and_no_day_is_too_far(
        units in any::<u32>(), list in any::<i64>(), price in any::<i64>(), last in any::<i32>(),
        spans in prop::collection::vec((2_u8..30, any::<i32>(), any::<i32>()), 0..5), day in any::<i32>(),
    ) {
        let mut sale = sold(Some(last));
        if let PackageChange::Sold { entries, price_minor, .. } = &mut sale.what {
            entries[0] = entry(Prepaid::Service(cut()), units, list);
            *price_minor = price;
        }
        let mut all: Vec<PackageMoved> = spans.iter().map(|(n, from, until)| frozen(*n, *from, *until)).collect();
        all.extend([sale.clone(), used(40, day, 0), used(41, day, u16::MAX)]);
        let package = package(&all);
        prop_assert_eq!(package.value(day).earned_minor <= price.max(0), true);
        let _ = (package.check_redeem(0, day), package.next_unit_minor(0), package.findings(), sale.check());
    }
}
