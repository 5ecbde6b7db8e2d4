//! Gift cards and credit.

use super::*;
use crate::kernel::Currency;
use crate::payment::refund_of;
use crate::value::*;
use proptest::prelude::*;

fn purse() -> GiftPurse {
    GiftPurse { code: GiftCode::of_number("12345678").unwrap(), currency: Currency::EUR }
}

fn gift(stamp: Stamp, what: GiftChange) -> GiftMoved {
    Moved { stamp, ledger: purse(), what }
}

fn issued(n: u8, amount_minor: i64, expires_day: Option<i32>) -> GiftMoved {
    gift(stamp(n, 1, TODAY), GiftChange::Issued { line: line(n), amount_minor, expires_day })
}

fn redeemed(n: u8, device: u8, day: i32, amount_minor: i64) -> GiftMoved {
    gift(stamp(n, device, day), GiftChange::Redeemed { ticket: ticket(n), amount_minor })
}

fn restored(n: u8, day: i32, of: u8, amount_minor: i64) -> GiftMoved {
    gift(stamp(n, 1, day), GiftChange::Restored { of: movement(of), ticket: ticket(n), amount_minor })
}

fn card(movements: &[GiftMoved]) -> GiftCard {
    GiftCard::fold(purse(), movements)
}

#[test]
fn a_movement_is_tagged_and_comes_back_from_json() {
    let movement = redeemed(2, 1, TODAY, 500);
    let json = serde_json::to_value(&movement).unwrap();
    assert_eq!(json["kind"], "redeemed");
    assert_eq!(json["amount_minor"], 500);
    assert_eq!(json["ledger"]["code"], purse().code.printed());
    assert_eq!(serde_json::from_value::<GiftMoved>(json).unwrap(), movement);
    assert!(!format!("{movement:?}").contains("1234"), "the code is masked");
}

#[test]
fn two_tills_that_took_too_much_are_reported_by_the_clock() {
    let all = [issued(1, 5_000, None), redeemed(2, 1, TODAY, 4_000), redeemed(3, 2, TODAY, 3_000)];
    assert_eq!(card(&all[..2]).check_redeem(1_000, TODAY), Ok(()));
    let both = card(&all);
    assert_eq!(both.balance_minor(TODAY), -2_000);
    let over = both.overdrafts(TODAY);
    assert_eq!(over.len(), 1);
    assert_eq!((over[0].movement, over[0].over, over[0].allowed), (movement(3), 2_000, false));
    assert_eq!(both.check_redeem(1, TODAY), Err(GiftError::NotEnough { balance_minor: -2_000 }));
}

#[test]
fn a_till_whose_clock_is_behind_the_seller_s_has_overdrawn_nothing() {
    let all = [redeemed(1, 2, TODAY, 5_000), issued(2, 5_000, None)];
    assert!(card(&all).overdrafts(TODAY).is_empty());
    assert!(card(&all).findings().is_empty());
    let early = card(&all[..1]);
    assert_eq!(early.findings(), [Finding::NotSold]);
    assert_eq!(early.overdrafts(TODAY).len(), 1);
    assert_eq!(early.check_redeem(1, TODAY), Err(GiftError::NotKnown));
}

#[test]
fn a_card_is_good_on_its_last_day_and_not_after() {
    let last = TODAY + 10;
    let card = card(&[issued(1, 5_000, Some(last)), redeemed(2, 1, last, 2_000)]);
    assert_eq!(card.check_redeem(3_000, last), Ok(()));
    assert_eq!(card.check_redeem(3_000, last + 1), Err(GiftError::Expired { expires_day: last }));
    assert_eq!(card.totals(last + 1).expired_minor, 3_000);
    assert_eq!(card.balance_minor(last + 1), 0);
    assert!(card.findings().is_empty());
}

#[test]
fn what_is_refunded_to_an_expired_card_can_be_used() {
    let last = TODAY + 10;
    let mut all = vec![issued(1, 5_000, Some(last)), redeemed(2, 1, last, 2_000), restored(3, last + 5, 2, 2_000)];
    assert_eq!(card(&all).check_redeem(2_000, last + 5), Ok(()));
    all.push(redeemed(4, 1, last + 6, 2_000));
    assert!(card(&all).findings().is_empty());
    all.push(redeemed(5, 1, last + 6, 100));
    assert_eq!(card(&all).findings(), [Finding::AfterLastDay { movement: movement(5) }]);
}

/// Another branch may have another day.
#[test]
fn what_comes_back_a_day_before_it_was_taken_has_not_expired() {
    let all = [issued(1, 5_000, Some(TODAY)), redeemed(2, 1, TODAY + 1, 2_000), restored(3, TODAY, 2, 2_000)];
    let totals = card(&all).totals(TODAY + 1);
    assert_eq!((totals.expired_minor, totals.balance_minor()), (5_000, 0));
}

#[test]
fn the_sale_of_a_used_card_gives_back_what_is_left() {
    let mut all = vec![issued(1, 5_000, None)];
    assert_eq!(card(&all).check_void(TODAY), Ok(()));
    all.push(redeemed(2, 1, TODAY, 1_500));
    assert_eq!(card(&all).check_void(TODAY), Err(GiftError::Used { balance_minor: 3_500 }));
    all.push(gift(stamp(3, 1, TODAY), GiftChange::Voided { ticket: ticket(3), amount_minor: 3_500 }));
    assert_eq!(card(&all).check_void(TODAY), Err(GiftError::Voided));
    assert_eq!(card(&all).check_redeem(1, TODAY), Err(GiftError::Voided));
}

#[test]
fn two_tills_that_give_one_ticket_back_restore_once() {
    let sale = redeemed(2, 1, TODAY, 2_000);
    let refund = refund_of(ticket(2));
    let back = |n, device| {
        let id = movement_back(sale.stamp.id, refund);
        let what = GiftChange::Restored { of: sale.stamp.id, ticket: refund, amount_minor: 2_000 };
        gift(Stamp { id, ..stamp(n, device, TODAY) }, what)
    };
    let all = [issued(1, 5_000, None), sale.clone(), back(4, 2), back(3, 1)];
    assert_eq!(card(&all).balance_minor(TODAY), 5_000);
    assert_eq!(card(&all).movements()[2].stamp.device, stamp(3, 1, TODAY).device, "the earlier is kept");
    let again = [issued(1, 5_000, None), sale, restored(3, TODAY, 2, 2_000), restored(4, TODAY, 2, 500)];
    assert_eq!(card(&again).findings(), [Finding::RestoredTooMuch { of: movement(2), over_minor: 500 }]);
}

#[test]
fn another_currency_is_another_purse() {
    let mut foreign = redeemed(2, 1, TODAY, 1_000);
    foreign.ledger.currency = Currency::CHF;
    assert_eq!(card(&[issued(1, 5_000, None), foreign.clone()]).balance_minor(TODAY), 5_000);
    let francs = GiftCard::fold(foreign.ledger.clone(), &[foreign]);
    assert_eq!(francs.overdrafts(TODAY).len(), 1);
}

#[test]
fn a_malformed_movement_says_what_is_wrong() {
    assert_eq!(issued(1, 0, None).check(), Err(Malformed::NotPositive));
    assert_eq!(issued(1, i64::MAX, None).check(), Err(Malformed::TooLarge));
    assert_eq!(issued(1, 1, Some(TODAY - 1)).check(), Err(Malformed::Backwards));
    let adjusted = |amount_minor, reason: &str| {
        gift(stamp(1, 1, TODAY), GiftChange::Adjusted { amount_minor, reason: reason.into() }).check()
    };
    assert_eq!(adjusted(-500, " "), Err(Malformed::NoReason));
    assert_eq!(adjusted(i64::MIN, "lost"), Err(Malformed::TooLarge));
    assert_eq!(adjusted(-500, "lost"), Ok(()));
}

fn account() -> AccountKey {
    AccountKey { card: client(1), currency: Currency::EUR }
}

fn credit(n: u8, what: CreditChange) -> CreditMoved {
    Moved { stamp: stamp(n, n % 3, TODAY), ledger: account(), what }
}

fn added(n: u8, source: CreditSource, amount_minor: i64) -> CreditMoved {
    credit(n, CreditChange::Added { source, amount_minor, ticket: None, reason: String::new() })
}

#[test]
fn a_client_owes_only_where_that_is_allowed() {
    let mut all = vec![added(1, CreditSource::Deposit, 2_000)];
    let now = |all: &[CreditMoved]| Account::fold(account(), all);
    assert_eq!(now(&all).check_use(2_000, 0), Ok(false));
    let short = CreditError::NotEnough { balance_minor: 2_000, owes_minor_max: 0 };
    assert_eq!(now(&all).check_use(2_001, -5), Err(short));
    assert_eq!(now(&all).check_use(2_500, 500), Ok(true));
    all.push(credit(2, CreditChange::Used { ticket: ticket(2), amount_minor: 2_500, owes: true }));
    assert_eq!(now(&all).balance_minor(), -500);
    assert!(now(&all).overdrafts().iter().all(|over| over.allowed && over.over == 500));
    all.push(credit(3, CreditChange::Used { ticket: ticket(3), amount_minor: 100, owes: false }));
    assert_eq!(now(&all).overdrafts().iter().filter(|over| !over.allowed).count(), 1);
    all.push(added(4, CreditSource::Repaid, 600));
    assert_eq!((now(&all).balance_minor(), now(&all).overdrafts()), (0, vec![]));
    assert_eq!(added(1, CreditSource::Goodwill, 100).check(), Err(Malformed::NoReason));
    assert_eq!(added(1, CreditSource::Deposit, 100).check(), Ok(()));
}

/// Anything that tills can do to a card, sensible or not.
fn any_gift() -> impl Strategy<Value = Vec<GiftMoved>> {
    let change = (0_u8..6, 1_i64..10_000, 1_u8..30, prop::option::of(TODAY - 5..TODAY + 5));
    prop::collection::vec((1_u8..30, 0_u8..3, TODAY - 5..TODAY + 9, change), 0..16).prop_map(|all| {
        all.into_iter()
            .map(|(n, device, day, (kind, amount_minor, other, expires_day))| {
                let what = match kind {
                    0 => GiftChange::Issued { line: line(n), amount_minor, expires_day },
                    1 | 2 => GiftChange::Redeemed { ticket: ticket(n), amount_minor },
                    3 => GiftChange::Restored { of: movement(other), ticket: ticket(n), amount_minor },
                    4 => GiftChange::Voided { ticket: ticket(n), amount_minor },
                    _ => GiftChange::Adjusted { amount_minor: 5_000 - amount_minor, reason: "counted".into() },
                };
                gift(stamp(n, device, day), what)
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn order_and_repetition_do_not_matter(all in any_gift(), seed in any::<u64>()) {
        prop_assert!(same_in_any_order(&purse(), &all, seed));
    }

    #[test]
    fn money_is_conserved_and_every_overdraft_is_reported(all in any_gift(), day in TODAY - 6..TODAY + 12) {
        let card = card(&all);
        let sum: i64 = card.movements().iter().map(|m| match m.what {
            GiftChange::Issued { amount_minor, .. }
            | GiftChange::Restored { amount_minor, .. }
            | GiftChange::Adjusted { amount_minor, .. } => amount_minor,
            GiftChange::Redeemed { amount_minor, .. } | GiftChange::Voided { amount_minor, .. } => -amount_minor,
        }).sum();
        let totals = card.totals(day);
        prop_assert!(totals.expired_minor >= 0);
        prop_assert_eq!(totals.balance_minor(), sum - totals.expired_minor);
        let over = card.overdrafts(day);
        prop_assert!(over.iter().all(|o| o.over > 0));
        prop_assert!(over.windows(2).all(|two| (two[0].at, two[0].movement) < (two[1].at, two[1].movement)));
        prop_assert_eq!(over.iter().map(|o| o.over).sum::<i64>(), -totals.balance_minor().min(0));
    }

    /// What tills did that asked before is never overdrawn while each knew of the others.
    #[test]
    fn who_asks_first_overdraws_nothing(wishes in prop::collection::vec((TODAY..TODAY + 9, 1_i64..900), 1..12)) {
        let mut all = vec![issued(1, 2_000, Some(TODAY + 4))];
        for (n, (day, minor)) in (2_u8..).zip(wishes) {
            if card(&all).check_redeem(minor, day).is_ok() {
                all.push(redeemed(n, 1, day, minor));
            }
        }
        prop_assert!(card(&all).overdrafts(TODAY).is_empty());
        prop_assert!(card(&all).balance_minor(TODAY) >= 0);
    }

    /// Also around the last day, and whichever of the two is heard of first.
    #[test]
    fn a_redemption_and_its_restore_are_nought(
        all in any_gift(), amount_minor in 1_i64..10_000, taken in TODAY - 5..TODAY + 9, later in 0_i32..4,
    ) {
        let before = card(&all);
        let mut with = all.clone();
        with.push(restored(41, taken + later, 40, amount_minor));
        with.push(redeemed(40, 2, taken, amount_minor));
        let after = card(&with);
        let day = TODAY + 30;
        let raw = |totals: Totals| totals.balance_minor() + totals.expired_minor;
        prop_assert_eq!(raw(after.totals(day)), raw(before.totals(day)));
        let same_side = before.expires_day().is_none_or(|last| taken > last || taken + later <= last);
        if same_side {
            prop_assert_eq!(after.totals(day).balance_minor(), before.totals(day).balance_minor());
        }
        let of_it = |o: &Overdraft| o.movement == movement(40);
        prop_assert!(!after.overdrafts(day).iter().any(of_it));
    }

    #[test]
    fn an_account_is_conserved_in_any_order(
        picks in prop::collection::vec((1_u8..30, 0_u8..4, 1_i64..10_000, 1_u8..30, any::<bool>()), 0..16),
        seed in any::<u64>(),
    ) {
        let all: Vec<CreditMoved> = picks
            .into_iter()
            .map(|(n, kind, amount_minor, other, owes)| match kind {
                0 => added(n, CreditSource::Deposit, amount_minor),
                1 => credit(n, CreditChange::Used { ticket: ticket(n), amount_minor, owes }),
                2 => credit(n, CreditChange::Restored { of: movement(other), ticket: ticket(n), amount_minor }),
                _ => credit(n, CreditChange::Voided { ticket: ticket(n), amount_minor }),
            })
            .collect();
        prop_assert!(same_in_any_order(&account(), &all, seed));
        let account = Account::fold(account(), &all);
        let sum: i64 = account.movements().iter().map(|m| match m.what {
            CreditChange::Added { amount_minor, .. } | CreditChange::Restored { amount_minor, .. } => amount_minor,
            CreditChange::Used { amount_minor, .. } | CreditChange::Voided { amount_minor, .. } => -amount_minor,
        }).sum();
        prop_assert_eq!(account.balance_minor(), sum);
        prop_assert_eq!(account.overdrafts().iter().map(|o| o.over).sum::<i64>(), -sum.min(0));
    }

    #[test]
    fn no_amount_and_no_day_is_too_far(
        picks in prop::collection::vec((1_u8..30, 0_u8..5, any::<i64>(), any::<i32>(), any::<Option<i32>>()), 0..9),
        amount_minor in any::<i64>(), day in any::<i32>(),
    ) {
        let change = |(n, kind, amount_minor, day, expires_day): (u8, u8, i64, i32, Option<i32>)| match kind {
            0 => gift(stamp(n, 1, day), GiftChange::Issued { line: line(n), amount_minor, expires_day }),
            1 => gift(stamp(n, 1, day), GiftChange::Adjusted { amount_minor, reason: String::new() }),
            2 => restored(n, day, n / 2, amount_minor),
            3 => gift(stamp(n, 1, day), GiftChange::Voided { ticket: ticket(n), amount_minor }),
            _ => redeemed(n, 1, day, amount_minor),
        };
        let card = card(&picks.into_iter().map(change).collect::<Vec<_>>());
        let _ = (card.check_redeem(amount_minor, day), card.check_void(day), card.overdrafts(day), card.findings());
        let malformed: Vec<_> = card.movements().iter().map(GiftMoved::check).collect();
        prop_assert_eq!(malformed.len(), card.movements().len());
        let all = [added(1, CreditSource::Deposit, amount_minor), added(2, CreditSource::Refund, amount_minor)];
        let _ = Account::fold(account(), &all).check_use(amount_minor, amount_minor);
    }
}
