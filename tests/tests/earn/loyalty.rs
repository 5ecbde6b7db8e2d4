use super::{ask, key, open_till, refund, salon, sell, sync, ticket_id, tip, void};
use salon_contract::window::{Code, LineBack, Loyalty, LoyaltyView, Rewards, RewardsView};
use salon_domain::kernel::CardId;
use salon_domain::loyalty::{Below, Tier, Why};
use salon_domain::payment::{Back, Discount, TicketDraft};
use salon_terminal::app::App;
use salon_terminal::store::StoreError;
use salon_tests::agreed::programme;
use salon_tests::salon::{Salon, ticket};
use std::collections::BTreeMap;

fn rewarding() -> Salon {
    salon(|tenant| tenant.loyalty = Some(programme()))
}

fn client(app: &App) -> CardId {
    let set = BTreeMap::from([("given_name".to_owned(), "Ada".to_owned())]);
    app.save_client(key(), None, &set).unwrap().card
}

fn bought_by(card: CardId, bottles: i64) -> TicketDraft {
    TicketDraft { card: Some(card), ..ticket(ticket_id(), bottles) }
}

fn points(app: &App, card: CardId) -> LoyaltyView {
    ask(app, Loyalty { card }).unwrap()
}

fn rewards(app: &App, draft: &TicketDraft, take: Option<&str>) -> RewardsView {
    ask(app, Rewards { ticket: draft.clone(), take: take.map(str::to_owned) }).unwrap().unwrap()
}

/// The draft as the window has it once the client takes a reward.
fn taking(app: &App, draft: &TicketDraft, reward: &str) -> TicketDraft {
    let mut draft = draft.clone();
    let view = rewards(app, &draft, Some(reward));
    draft.terms.rewards = view.taken;
    draft.terms.offers = view.offers;
    draft
}

#[test]
fn a_sale_earns_once_and_a_refund_takes_it_back() {
    let salon = rewarding();
    let till = open_till(&salon, 1);
    let app = &till.app;
    let card = client(app);
    let mut draft = bought_by(card, 1);
    draft.lines.push(tip(&draft, 0, 5_000));
    let once = key();
    let sold = app.pay_cash(once, &draft, 100_000).unwrap();
    app.pay_cash(once, &draft, 100_000).unwrap();
    app.pay_cash(key(), &draft, 100_000).unwrap();
    // 71.90 without the tip, and the first visit.
    let view = points(app, card);
    assert_eq!((view.balance, view.tier.tier, view.tier.missing_points), (71 + 20, Tier::Bronze, 9));
    assert!(view.history.iter().all(|row| row.number == sold.sale.number && row.counts));
    assert!(view.history.iter().any(|row| matches!(row.why, Why::Rule { once: Some(0), .. })));
    let text = sold.text.join("\n");
    assert!(text.contains("Points earned") && text.contains("91") && text.contains("Points balance"), "{text}");

    // The next visit is none's first; it reaches silver for the one after it.
    sell(app, &bought_by(card, 0));
    assert_eq!(points(app, card).balance, 91 + 52);
    let third = bought_by(card, 0);
    sell(app, &third);
    assert_eq!(points(app, card).balance, 91 + 52 + 78);
    refund(app, third.id, Vec::new());
    assert_eq!(points(app, card).balance, 91 + 52);
    refund(app, draft.id, Vec::new());
    assert_eq!((points(app, card).balance, points(app, card).tier.earned_points), (52, 52));
    assert!(app.store().verify().unwrap().is_well());
}

#[test]
fn what_comes_back_in_pieces_takes_back_to_nought() {
    let salon = rewarding();
    let till = open_till(&salon, 1);
    let app = &till.app;
    let card = client(app);
    let draft = bought_by(card, 3);
    sell(app, &draft);
    let whole = points(app, card).balance;
    let back = |back| vec![LineBack { line: draft.lines[1].id, back }];
    refund(app, draft.id, back(Back::Pieces(1)));
    assert!((1..whole).contains(&points(app, card).balance));
    refund(app, draft.id, back(Back::Amount(777)));
    refund(app, draft.id, Vec::new());
    assert_eq!(points(app, card).balance, 0);
}

#[test]
fn a_reward_takes_off_its_amount_and_a_refund_gives_the_points_back() {
    let salon = rewarding();
    let till = open_till(&salon, 1);
    let app = &till.app;
    let card = client(app);
    let empty_handed = bought_by(card, 0);
    let missing = ask(app, Rewards { ticket: empty_handed.clone(), take: Some("Ten off".into()) }).unwrap_err();
    assert_eq!((missing.code, missing.detail["missing_points"].as_str()), (Code::NotEnoughPoints, "50"));
    sell(app, &bought_by(card, 1));
    assert_eq!(points(app, card).balance, 91);

    let draft = taking(app, &bought_by(card, 1), "Ten off");
    let view = rewards(app, &draft, None);
    assert_eq!((view.balance, view.taken.len()), (41, 1));
    assert_eq!(view.choices[0].missing_points, 9);
    let both = taking(app, &draft, "A cut");
    let sold = sell(app, &both);
    // 10.00 off both lines, and then what is left of the cut.
    assert_eq!(sold.sale.lines[0].total_minor, 0);
    assert!(sold.sale.total_minor > 0);
    let labels: Vec<&str> = sold.sale.lines[0].discount_parts.iter().map(|part| part.label.as_str()).collect();
    assert!(labels.contains(&"Ten off") && labels.contains(&"A cut"), "{labels:?}");
    assert!(sold.text.join("\n").contains("Ten off"));
    let earned = sold.sale.total_minor / 100;
    assert_eq!(points(app, card).balance, 91 - 50 - 40 + earned);
    // The same ticket again is the sale that there is, though the points are gone.
    assert_eq!(sell(app, &both).sale, sold.sale);

    refund(app, both.id, Vec::new());
    assert_eq!(points(app, card).balance, 91);
    assert!(app.store().verify().unwrap().is_well());
}

/// What the window says of offers, costs and amounts is not taken for true.
#[test]
fn the_window_does_not_say_what_a_reward_costs() {
    let salon = rewarding();
    let till = open_till(&salon, 1);
    let app = &till.app;
    let card = client(app);
    sell(app, &bought_by(card, 0));
    let mut draft = taking(app, &bought_by(card, 0), "Ten off");
    draft.terms.rewards[0].cost_points = 1;
    draft.terms.offers[0].off = Discount::Amount(5_000);
    let sold = sell(app, &draft);
    assert_eq!(sold.sale.total_minor, 5_200 - 1_000);
    assert_eq!(points(app, card).balance, 72 - 50 + 42);
    let twice = TicketDraft { terms: draft.terms.clone(), ..bought_by(card, 0) };
    let mut greedy = twice.clone();
    greedy.terms.rewards.push(draft.terms.rewards[0].clone());
    assert_eq!(app.pay_cash(key(), &greedy, 100_000).unwrap_err().code, Code::NotEnoughPoints);
    assert_eq!(rewards(app, &greedy, None).taken.len(), 1, "the window keeps what can be had");
}

#[test]
fn two_tills_that_sell_to_one_client_offline_end_in_one_balance() {
    let salon = rewarding();
    let (one, two) = (open_till(&salon, 1), open_till(&salon, 2));
    let card = client(&one.app);
    sync(&salon, &[&one, &two]);
    // Both take it for the first visit: the welcome counts once.
    sell(&one.app, &bought_by(card, 0));
    let shared = bought_by(card, 2);
    sell(&two.app, &shared);
    sync(&salon, &[&one, &two]);
    let (here, there) = (points(&one.app, card), points(&two.app, card));
    assert_eq!((here.balance, there.balance), (52 + 91 + 20, 52 + 91 + 20));
    let beside: i64 = here.history.iter().filter(|row| !row.counts).map(|row| row.points).sum();
    assert_eq!(beside, 20);

    // Both spend what there is, and one gives the other's sale back.
    for till in [&one, &two] {
        let mut draft = bought_by(card, 0);
        for _ in 0..3 {
            draft = taking(&till.app, &draft, "Ten off");
        }
        sell(&till.app, &draft);
    }
    refund(&one.app, shared.id, Vec::new());
    sync(&salon, &[&one, &two]);
    let (here, there) = (points(&one.app, card), points(&two.app, card));
    assert_eq!(here.balance, there.balance);
    assert_eq!(here.below, there.below);
    assert!(
        here.balance < 0 && here.below.iter().any(|b| matches!(b, Below::Overdrawn { .. } | Below::Refunded { .. }))
    );
    for till in [&one, &two] {
        assert!(till.app.store().verify().unwrap().is_well());
        till.app.store().write::<_, StoreError>(|unit| unit.rebuild()).unwrap();
        assert_eq!(points(&till.app, card).balance, here.balance);
    }
}

#[test]
fn points_that_are_over_are_said_to_be_and_count_no_more() {
    let salon = rewarding();
    let till = open_till(&salon, 1);
    let app = &till.app;
    let card = client(app);
    sell(app, &bought_by(card, 0));
    let view = points(app, card);
    assert_eq!(view.next_expiry.as_ref().map(|(_, points)| *points), Some(72));
    till.clock.advance_ms(101 * 86_400_000);
    let view = points(app, card);
    assert_eq!(view.balance, 0);
    assert!(matches!(view.history[0].why, Why::Expired { .. }));
    // The next sale journals it, once.
    let close = ask(app, salon_contract::window::CloseTill { key: key(), count: Vec::new(), reason: "test".into() });
    close.unwrap();
    app.open_till(key(), 0).unwrap();
    sell(app, &bought_by(card, 0));
    let view = points(app, card);
    assert_eq!(view.balance, 52);
    assert_eq!(view.history.iter().filter(|row| matches!(row.why, Why::Expired { .. })).count(), 2);
    assert!(app.store().verify().unwrap().is_well());
}

/// No programme: no entry, no row, and a window that says nothing of points.
#[test]
fn without_a_programme_nothing_is_written() {
    let salon = salon(|_| {});
    let till = open_till(&salon, 1);
    let app = &till.app;
    let card = client(app);
    let before = app.store().journal_count().unwrap();
    let draft = bought_by(card, 1);
    let sold = sell(app, &draft);
    assert_eq!(app.store().journal_count().unwrap(), before + 1);
    assert!(!sold.text.join("\n").contains("Points"));
    let view = points(app, card);
    assert!(!view.has_programme && view.history.is_empty() && view.balance == 0);
    assert_eq!(ask(app, Rewards { ticket: draft, take: None }).unwrap(), None);
}

#[test]
fn a_void_takes_the_points_back() {
    let salon = rewarding();
    let till = open_till(&salon, 1);
    let app = &till.app;
    let card = client(app);
    let first = bought_by(card, 1);
    sell(app, &first);
    let balance = points(app, card).balance;
    let second = bought_by(card, 2);
    sell(app, &second);
    assert!(points(app, card).balance > balance);
    void(app, second.id);
    assert_eq!(points(app, card).balance, balance);
    void(app, first.id);
    assert_eq!(points(app, card).balance, 0);
    let verified = app.store().verify().unwrap();
    assert!(verified.is_well(), "{verified:?}");
}
