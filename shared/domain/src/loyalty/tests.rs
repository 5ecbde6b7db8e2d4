//! A salon's programme from sale to refund: worked examples, then the laws.

use super::*;
use crate::kernel::{CardId, MovementId, Portion, ProductId, Returned, ServiceId, TicketId, TicketLineId};
use crate::payment::Item;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A Tuesday in October 2024.
const TUESDAY: i32 = 20_004;

fn card() -> CardId {
    CardId::from_parts(1, [1; 10])
}
fn ticket(n: u8) -> TicketId {
    TicketId::from_parts(2, [n; 10])
}
fn line_id(n: u8) -> TicketLineId {
    TicketLineId::from_parts(3, [n; 10])
}
fn cut() -> Item {
    Item::Service(ServiceId::from_parts(4, [1; 10]))
}
fn serum() -> Item {
    Item::Product(ProductId::from_parts(5, [1; 10]))
}

fn line(n: u8, item: Item, category: &str, quantity: i64, base_minor: i64) -> SpendLine {
    SpendLine { line: line_id(n), item, category: category.into(), quantity, base_minor }
}

fn rule(name: &str, when: Vec<Condition>, gives: Gives, once: Option<Once>) -> Rule {
    Rule { name: name.into(), when, gives, once }
}

fn programme() -> Programme {
    Programme {
        spend: Some(SpendRule { each: 1, per_minor: 100 }),
        rules: vec![
            rule("serum", vec![Condition::Item(serum())], Gives::PerPiece(10), None),
            rule("care", vec![Condition::Category("CARE".into())], Gives::Extra(5_000), None),
            rule("tuesday", vec![Condition::Weekdays([2].into())], Gives::Extra(10_000), None),
            rule("birthday", vec![Condition::BirthdayMonth], Gives::PerTicket(101), Some(Once::PerYear)),
            rule("welcome", vec![Condition::FirstVisit], Gives::PerTicket(50), Some(Once::Ever)),
            rule("vip", vec![Condition::FromTier(Tier::Gold)], Gives::PerTicket(5), None),
        ],
        tiers: Tiers {
            window_days: Some(365),
            terms: vec![TierTerms {
                tier: Tier::Gold,
                from_points: 1_500,
                multiplier_bp: 15_000,
                services_off_bp: 500,
                products_off_bp: 0,
            }],
        },
        rewards: Vec::new(),
        expires_after_days: Some(365),
    }
}

fn visit<'a>(n: u8, day: i32, lines: &'a [SpendLine], had: &'a BTreeSet<(String, i32)>) -> Visit<'a> {
    let (birthday_month, first_visit, tier) = (None, false, Tier::Bronze);
    Visit { card: card(), ticket: ticket(n), day, lines, birthday_month, first_visit, tier, had }
}

/// The rule's name, or the code, and the points of each movement.
fn told(movements: &[Points]) -> Vec<(&str, i64)> {
    fn name(points: &Points) -> &str {
        if let Why::Rule { rule, .. } = &points.why { rule } else { points.why.code() }
    }
    movements.iter().map(|m| (name(m), m.points)).collect()
}

/// A cut for 45.50, two serums for 39.99, on which nothing else is remarkable: 85.49 spent, 85 points.
fn basket() -> Vec<SpendLine> {
    vec![line(1, cut(), "HAIR", 1, 4_550), line(2, serum(), "CARE", 2, 3_999)]
}

#[test]
fn what_visits_earn() {
    let none = BTreeSet::new();
    let (basket, day) = (basket(), TUESDAY + 1);
    let plain = visit(1, day, &basket, &none);
    let base = vec![("spend", 45), ("spend", 40), ("serum", 20), ("care", 20)];
    assert_eq!(told(&earn(&programme(), &plain)), base);

    let tuesday = earn(&programme(), &Visit { day: TUESDAY, ..plain.clone() });
    assert_eq!(told(&tuesday)[4..], [("tuesday", 45), ("tuesday", 40)]);

    let gold = earn(&programme(), &Visit { tier: Tier::Platinum, ..plain.clone() });
    assert_eq!(told(&gold)[4..], [("vip", 3), ("vip", 2)], "platinum has no terms, but is beyond gold");
    let gold = earn(&programme(), &Visit { tier: Tier::Gold, ..plain.clone() });
    assert_eq!(told(&gold)[2..4], [("tier", 22), ("tier", 20)], "42 and a half, rounded down");

    let october = Visit { birthday_month: Some(10), first_visit: true, ..plain.clone() };
    let new = earn(&programme(), &october);
    let bonus = [("birthday", 54), ("birthday", 47), ("welcome", 27), ("welcome", 23)];
    assert_eq!(told(&new)[4..], bonus);
    let had: BTreeSet<(String, i32)> = [("birthday".into(), 2024), ("welcome".into(), 0)].into();
    assert_eq!(told(&earn(&programme(), &Visit { had: &had, ..october.clone() })), base);
    let last_year: BTreeSet<(String, i32)> = [("birthday".into(), 2023), ("welcome".into(), 0)].into();
    assert_eq!(told(&earn(&programme(), &Visit { had: &last_year, ..october }))[4..], bonus[..2]);

    let gift_card = [line(1, cut(), "HAIR", 1, 0), line(2, serum(), "CARE", 1, -500)];
    assert_eq!(earn(&programme(), &visit(1, TUESDAY, &gift_card, &none)), []);
    assert!(new.iter().all(|m| m.until_day == Some(day + 365) && m.ticket == Some(ticket(1))));
}

fn spend_of(points: i64, n: u8, day: i32) -> Points {
    let lines = [line(n, cut(), "HAIR", 1, points * 100)];
    let only = Programme { rules: Vec::new(), ..programme() };
    earn(&only, &visit(n, day, &lines, &BTreeSet::new())).remove(0)
}

fn redeemed(points: i64, n: u8, day: i32) -> Points {
    let reward = Reward { name: "OFF".into(), cost_points: points, gives: RewardGives::AmountOff(1_000) };
    let lines = [RewardLine { line: line_id(n), item: cut(), quantity: 1, price_minor: 4_500 }];
    let at = Redeeming { card: card(), ticket: ticket(n), day, nth: 0, lines: &lines };
    redeem(&reward, &Standing { balance: points, ..Standing::default() }, &at).unwrap().0
}

fn whole_line(n: u8) -> Returned {
    Returned { line: line_id(100 + n), of: line_id(n), portion: Portion::ALL }
}

#[test]
fn a_year_of_points() {
    let first = spend_of(100, 1, 100);
    let second = spend_of(60, 2, 200);
    let spent = redeemed(130, 3, 300);
    let all = [first.clone(), second.clone(), spent.clone()];
    let left = |s: &Standing| s.lots.iter().map(|l| l.left_points).collect::<Vec<_>>();

    let on = standing(&all, 300);
    assert_eq!((on.balance, left(&on), on.expired_points), (30, vec![30], 0), "the older lot went first");
    assert_eq!(standing(&all, 564).balance, 30);
    let over = standing(&all, 565);
    assert_eq!((over.balance, over.expired_points, over.lapsed.len()), (0, 30, 1));
    let written = expiries(&over);
    assert_eq!((written[0].points, written[0].day), (-30, 565));
    let noted = standing(all.iter().chain(&written), 565);
    assert_eq!((noted.balance, noted.expired_points, expiries(&noted)), (0, 30, vec![]));

    // The redemption's ticket is given back after the first lot was over: only what came from the second is good again.
    let returned = give_back(std::slice::from_ref(&spent), Portion::ALL, ticket(90), 500);
    assert_eq!(returned[0].points, 130);
    assert_eq!(standing(all.iter().chain(&returned), 500).balance, 60);
    let half = Portion { whole: 4_500, before: 0, now: 2_250 };
    let half = give_back(std::slice::from_ref(&spent), half, ticket(90), 300);
    assert_eq!(standing(all.iter().chain(&half), 300).balance, 95);
}

#[test]
fn a_balance_below_nought_says_why() {
    let sold = spend_of(100, 1, 100);
    let spent = redeemed(80, 2, 110);
    let refunded = take_back(std::slice::from_ref(&sold), &[whole_line(1)], ticket(91), 120);
    let mut all = vec![sold, spent];
    all.extend(refunded);
    let on = standing(&all, 120);
    assert_eq!((on.balance, &on.below), (-80, &vec![Below::Refunded { points: 80 }]));
    assert_eq!(on.earned.get(&100), Some(&0));
    // Another till, offline, took 50 more of the same points.
    all.push(redeemed(50, 3, 110));
    let below = vec![Below::Overdrawn { points: 30 }, Below::Refunded { points: 100 }];
    assert_eq!((standing(&all, 120).balance, standing(&all, 120).below), (-130, below));
    // The next visit makes it good first.
    all.push(spend_of(150, 4, 130));
    assert_eq!((standing(&all, 130).balance, standing(&all, 130).below), (20, vec![]));
    assert_eq!(
        (standing(&all, 500).balance, standing(&all, 500).expired_points),
        (0, 20),
        "what was made good stays so"
    );
}

#[test]
fn a_redemption_that_is_known_late_takes_nothing_twice() {
    let sold = spend_of(100, 1, 100);
    let written = expiries(&standing([&sold], 465));
    assert_eq!(written[0].points, -100);
    let offline = redeemed(40, 2, 464);
    let on = standing([&sold, &written[0], &offline], 470);
    assert_eq!((on.balance, on.expired_points), (0, 60));
    let too_late = redeemed(40, 2, 465);
    let on = standing([&sold, &written[0], &too_late], 470);
    assert_eq!((on.balance, on.below), (-40, vec![Below::Overdrawn { points: 40 }]));
}

#[test]
fn points_that_were_carried_over_can_be_ended_by_a_movement() {
    let opening = Points { until_day: None, why: Why::Unstated, ..spend_of(100, 1, 100) };
    assert_eq!(standing([&opening], i32::MAX).balance, 100);
    let why = Why::Expired { of: opening.id, earned_day: 100 };
    let end = Points { id: opening.id.derive(b"expired"), day: 300, points: -100, why, ..opening.clone() };
    for (day, balance, expired_points) in [(299, 0, 60), (300, -40, 100)] {
        let on = standing([&opening, &end, &redeemed(40, 2, day)], 310);
        assert_eq!((on.balance, on.expired_points), (balance, expired_points), "spent on {day}");
    }
}

#[test]
fn of_two_movements_with_one_id_the_same_one_stands_everywhere() {
    let one = spend_of(100, 1, 100);
    let other = Points { points: 90, ..one.clone() };
    assert_eq!(standing([&one, &other], 100), standing([&other, &one], 100));
    assert_eq!(standing([&one, &other], 100).balance, 90);
}

#[test]
fn a_free_item_that_comes_back_takes_no_points() {
    let free = Reward { name: "CUT".into(), cost_points: 60, gives: RewardGives::FreeItem(cut()) };
    let lines = [RewardLine { line: line_id(1), item: cut(), quantity: 1, price_minor: 4_500 }];
    let at = Redeeming { card: card(), ticket: ticket(1), day: 100, nth: 0, lines: &lines };
    let spent = redeem(&free, &Standing { balance: 60, ..Standing::default() }, &at).unwrap().0;
    assert_eq!(spent.line, Some(line_id(1)));
    let ticket_s = [spend_of(10, 1, 100), spent];
    let points = |movements: Vec<Points>| movements.iter().map(|m| m.points).collect::<Vec<_>>();
    assert_eq!(points(take_back(&ticket_s, &[whole_line(1)], ticket(2), 100)), [-10]);
    assert_eq!(points(give_back(&ticket_s, Portion::ALL, ticket(2), 100)), [60]);
}

#[test]
fn a_welcome_on_two_tills_is_one_welcome() {
    let none = BTreeSet::new();
    let basket = basket();
    let new = |n, day| earn(&programme(), &Visit { first_visit: true, ..visit(n, day, &basket, &none) });
    let (here, there) = (new(1, 101), new(2, 100));
    let on = standing(here.iter().chain(&there), 102);
    let rules_once = here.iter().filter(|m| matches!(m.why, Why::Rule { once: Some(_), .. })).map(|m| m.id);
    assert_eq!(on.repeated, rules_once.collect::<BTreeSet<_>>(), "the later one is set aside");
    assert_eq!(on.balance, 2 * 125 + 50);
    assert!(on.had.contains(&("welcome".to_owned(), 0)));
    // Taking the set-aside sale back takes no welcome from the one that stands.
    let back = take_back(&here, &[whole_line(1), whole_line(2)], ticket(92), 102);
    assert_eq!(standing(here.iter().chain(&there).chain(&back), 102).balance, 125 + 50);
    assert_eq!(standing(&back, 102).waiting.len(), back.len(), "what it takes back is not known yet");
}

fn life() -> impl Strategy<Value = Vec<Points>> {
    let visits = prop::collection::vec((100_i32..900, 1_i64..50_000, 1_i64..50_000, 0_u8..6, any::<bool>()), 1..10);
    visits.prop_map(|visits| {
        let mut all = Vec::new();
        for (n, (day, cut_minor, serum_minor, then, first_visit)) in (1_u8..).zip(visits) {
            let lines = [line(n, cut(), "HAIR", 1, cut_minor), line(n + 100, serum(), "CARE", 2, serum_minor)];
            let earned = earn(&programme(), &Visit { first_visit, ..visit(n, day, &lines, &BTreeSet::new()) });
            let back =
                Returned { line: line_id(n + 50), of: line_id(n), portion: Portion { whole: 3, before: 0, now: 1 } };
            let spent = redeemed(i64::from(then) * 40 + 1, n + 20, day + 30);
            if then % 2 == 0 {
                all.extend(take_back(&earned, &[back], ticket(n + 40), day + 40));
            }
            if then % 3 == 0 {
                all.extend(give_back(std::slice::from_ref(&spent), Portion::ALL, ticket(n + 60), day + 50));
            }
            all.push(spent);
            all.extend(earned);
        }
        let over = expiries(&standing(&all, 700));
        all.extend(over);
        all
    })
}

proptest! {
    #[test]
    fn order_and_repetition_change_nothing((life, shuffled) in life().prop_flat_map(|life| {
        let twice: Vec<Points> = life.iter().chain(&life).cloned().collect();
        (Just(life), Just(twice).prop_shuffle())
    }), today in 100_i32..1_500) {
        prop_assert_eq!(standing(&life, today), standing(&shuffled, today));
    }

    /// Everything earned is spent, expired, set aside or still there.
    #[test]
    fn points_are_conserved(life in life(), today in 950_i32..1_500) {
        let on = standing(&life, today);
        let counted = |m: &&Points| !on.repeated.contains(&m.id) && !matches!(m.why, Why::Expired { .. });
        let set_aside = |m: &&Points| match m.why {
            Why::TakenBack { of, .. } => !on.repeated.contains(&of),
            _ => true,
        };
        let moved: i64 = life.iter().filter(counted).filter(set_aside).map(|m| m.points).sum();
        prop_assert_eq!(on.balance + on.expired_points, moved);
        let why: i64 = on.below.iter().map(|b| match b {
            Below::Refunded { points } | Below::Overdrawn { points } => *points,
        }).sum();
        prop_assert_eq!(why, (-on.balance).max(0));
        let noted: Vec<Points> = life.iter().cloned().chain(expiries(&on)).collect();
        prop_assert_eq!(standing(&noted, today).balance, on.balance);
        prop_assert!(expiries(&standing(&noted, today)).is_empty());
    }

    /// The lines of a ticket add up to its points; a sale and its refund, in whatever pieces, are nought.
    #[test]
    fn a_sale_and_its_refund_earn_nothing(
        bases in prop::collection::vec(1_i64..100_000, 1..6), first in 0_i64..=7, gold in any::<bool>(),
    ) {
        let lines: Vec<SpendLine> =
            (1_u8..).zip(&bases).map(|(n, base)| line(n, serum(), "CARE", 1 + base % 3, *base)).collect();
        let none = BTreeSet::new();
        let tier = if gold { Tier::Gold } else { Tier::Bronze };
        let at = Visit { tier, first_visit: true, birthday_month: Some(10), ..visit(1, TUESDAY, &lines, &none) };
        let earned = earn(&programme(), &at);
        let of = |code: &str| earned.iter().filter(|m| m.why.code() == code).map(|m| m.points).sum::<i64>();
        let spend = bases.iter().sum::<i64>() / 100;
        prop_assert_eq!(of("spend"), spend);
        prop_assert_eq!(of("tier"), if gold { spend / 2 } else { 0 });
        let ids: BTreeSet<MovementId> = earned.iter().map(|m| m.id).collect();
        prop_assert_eq!(ids.len(), earned.len());

        let piece = |n: u8, before, now| {
            let portion = Portion { whole: 7, before, now };
            (1..=lines.len() as u8).map(|l| Returned { line: line_id(n + l), of: line_id(l), portion }).collect::<Vec<_>>()
        };
        let mut all = earned.clone();
        all.extend(take_back(&earned, &piece(50, 0, first), ticket(2), TUESDAY));
        all.extend(take_back(&earned, &piece(80, first, 7 - first), ticket(3), TUESDAY));
        prop_assert_eq!(all.iter().map(|m| m.points).sum::<i64>(), 0);
        prop_assert_eq!(standing(&all, TUESDAY).balance, 0);
        // The same pieces on tills that did not know of each other take back no more than there was.
        all.extend(take_back(&earned, &piece(110, 0, 7), ticket(4), TUESDAY));
        prop_assert_eq!(standing(&all, TUESDAY).balance, 0);
    }

    #[test]
    fn no_numbers_are_too_large(
        moves in prop::collection::vec((any::<i32>(), any::<i64>(), any::<i64>(), any::<u32>()), 1..9), today in any::<i32>(),
    ) {
        let mut programme = programme();
        programme.tiers.terms[0].multiplier_bp = u32::MAX;
        let mut all = Vec::new();
        for (n, (day, base, each, bp)) in (1_u8..).zip(moves) {
            programme.spend = Some(SpendRule { each, per_minor: 1 });
            programme.expires_after_days = Some(bp);
            programme.rules = vec![rule("x", vec![], Gives::Extra(bp), None), rule("p", vec![], Gives::PerPiece(each), None)];
            let lines = [line(n, cut(), "HAIR", base, base), line(n + 100, cut(), "HAIR", each, each)];
            let earned = earn(&programme, &Visit { tier: Tier::Gold, ..visit(n, day, &lines, &BTreeSet::new()) });
            let spent = Points { points: base, why: Why::Unstated, ..redeemed(1, n + 20, day) };
            all.extend(take_back(&earned, &[whole_line(n)], ticket(n + 40), day));
            all.push(spent);
            all.extend(earned);
        }
        let on = standing(&all, today);
        expiries(&on);
        programme.tiers.reached(&on, today);
    }
}
