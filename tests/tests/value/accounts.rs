//! Account credit: paid in, spent, kept from a refund, and spent twice by tills that did not hear of each other.

use crate::rig::{CUT, House, Till, key, of_lines, paid, services};
use salon_contract::window::{AccountCredit, Client, Code, Overdrafts, PayBy, PaymentView, SaveClient};
use salon_domain::kernel::{CardId, TicketId};
use salon_domain::payment::{Item, LineDraft, TicketDraft};
use salon_terminal::app::Ports;
use std::collections::BTreeMap;

pub fn client(till: &Till) -> CardId {
    let set = BTreeMap::from([("given_name".to_owned(), "Ada".to_owned())]);
    till.ask(SaveClient { key: key(), card: None, set }).unwrap().card
}

pub fn for_client(card: CardId, ticket: TicketDraft) -> TicketDraft {
    TicketDraft { card: Some(card), ..ticket }
}

fn credit_line(amount_minor: i64) -> LineDraft {
    let gift = crate::rig::gift_line(&salon_domain::value::GiftCode::drawn(0), amount_minor);
    LineDraft { item: Item::AccountCredit, description: "Credit".into(), ..gift }
}

pub fn pay_in(till: &Till, card: CardId, amount_minor: i64) -> TicketId {
    till.cash(&for_client(card, of_lines(vec![credit_line(amount_minor)]))).sale.ticket
}

pub fn balance(till: &Till, card: CardId) -> i64 {
    let view = till.ask(AccountCredit { card }).unwrap();
    assert_eq!(till.ask(Client { card }).unwrap().credit_minor, view.balance_minor);
    view.balance_minor
}

#[test]
fn credit_is_paid_in_spent_and_given_back() {
    let house = House::new(1, Ports::default());
    let till = &house.tills[0];
    let card = client(till);
    let nobody = till.pay(&of_lines(vec![credit_line(100)]), None, PayBy::Cash { tendered_minor: 100 }).unwrap_err();
    assert_eq!(nobody.code, Code::ClientNeeded);
    let paid_in = pay_in(till, card, 7_000);
    assert_eq!(balance(till, card), 7_000);
    assert_eq!(till.pay(&services(0), None, PayBy::AccountCredit).unwrap_err().code, Code::ClientNeeded);

    let cut = for_client(card, services(0));
    let PaymentView::Part { .. } = till.pay(&cut, Some(2_000), PayBy::AccountCredit).unwrap() else { panic!() };
    let sold = paid(till.pay(&cut, None, PayBy::AccountCredit).unwrap());
    assert_eq!((sold.sale.tenders.len(), balance(till, card)), (2, 7_000 - CUT));
    assert!(sold.text.join("\n").contains("18.00"), "what is left: {:?}", sold.text);
    let spent = till.ask(Client { card }).unwrap().spent_minor;
    assert_eq!(spent, CUT, "what was paid in is not spent yet");
    let used = till.refund(paid_in).unwrap_err();
    assert_eq!((used.code, used.detail["balance_minor"].as_str()), (Code::ValueUsed, "1800"));

    let back = paid(till.refund(sold.sale.ticket).unwrap());
    assert!(back.sale.tenders.iter().all(|tender| tender.kind.name() == "account_credit"), "{:?}", back.sale.tenders);
    assert_eq!(balance(till, card), 7_000);
    let back = paid(till.refund(paid_in).unwrap());
    assert_eq!((back.sale.tenders[0].kind.name(), balance(till, card)), ("cash", 0));
    house.close();
}

#[test]
fn a_refund_can_be_kept_as_credit() {
    let house = House::new(1, Ports::default());
    let till = &house.tills[0];
    let card = client(till);
    let of_nobody = till.cash(&services(0)).sale.ticket;
    assert_eq!(till.refund_to_credit(of_nobody).unwrap_err().code, Code::ClientNeeded);
    let sold = till.cash(&for_client(card, services(0))).sale.ticket;
    let back = paid(till.refund_to_credit(sold).unwrap());
    assert_eq!(paid(till.refund_to_credit(sold).unwrap()).sale, back.sale, "once");
    assert_eq!((back.sale.tenders.len(), back.sale.tenders[0].kind.name()), (1, "account_credit"));
    assert_eq!(balance(till, card), CUT);
    let spent = paid(till.pay(&for_client(card, services(0)), None, PayBy::AccountCredit).unwrap());
    assert_eq!((spent.sale.total_minor, balance(till, card)), (CUT, 0));
    house.close();
}

#[test]
fn one_account_spent_at_two_tills_that_do_not_hear_of_each_other() {
    let mut house = House::new(2, Ports::default());
    let card = client(&house.tills[0]);
    pay_in(&house.tills[0], card, CUT + 1_000);
    house.sync();
    for till in &house.tills {
        paid(till.pay(&for_client(card, services(0)), None, PayBy::AccountCredit).unwrap());
    }
    house.sync();
    for till in &house.tills {
        assert_eq!(balance(till, card), 1_000 - CUT);
        let found = till.ask(Overdrafts {}).unwrap();
        assert_eq!(found.iter().map(|one| (one.card, one.over_minor)).collect::<Vec<_>>(), [(Some(card), CUT - 1_000)]);
        assert_eq!(found[0].name, "Ada");
    }
    // What the client pays in settles it, and nothing is listed any more.
    pay_in(&house.tills[1], card, 10_000);
    house.sync();
    for till in &house.tills {
        assert_eq!(balance(till, card), 11_000 - CUT);
        assert!(till.ask(Overdrafts {}).unwrap().is_empty());
    }
    house.close();
}

#[test]
fn a_void_puts_credit_back_and_takes_back_what_was_paid_in() {
    let house = House::new(1, Ports::default());
    let till = &house.tills[0];
    let card = client(till);
    let paid_in = pay_in(till, card, 7_000);
    let sold = paid(till.pay(&for_client(card, services(0)), None, PayBy::AccountCredit).unwrap());
    assert_eq!(till.void(paid_in).unwrap_err().code, Code::ValueUsed);
    paid(till.void(sold.sale.ticket).unwrap());
    assert_eq!(balance(till, card), 7_000);
    let void = paid(till.void(paid_in).unwrap());
    assert_eq!((void.sale.tenders[0].kind.name(), balance(till, card)), ("cash", 0));
    house.close();
}
