//! Some of a sale goes back: pieces, amounts, to several tenders, in exchange.

use crate::rig::{BOTTLE, CUT, Till, key, paid, receptionist, refund_of};
use salon_contract::window::{
    Code, Failure, LineBack, OpenTickets, Pay, PayBy, PaymentView, RefundSale, RefundState, RefundTo, SaleView,
};
use salon_devices::sim::{CardFault, CardSim, EntryKind, EntryState};
use salon_domain::kernel::{TicketId, TicketLineId};
use salon_domain::payment::{Back, GivenBack, Item, LineDraft, LineKind, TenderKind, TicketDraft};
use salon_tests::salon::{shampoo, ticket};

fn back(till: &Till, sold: &SaleView, lines: &[(usize, Back)], to: RefundTo) -> Result<PaymentView, Failure> {
    let line = |(ix, back): &(usize, Back)| LineBack { line: sold.sale.lines[*ix].id, back: *back };
    let lines = lines.iter().map(line).collect();
    till.ask(RefundSale { lines, to, ..refund_of(sold.sale.ticket) })
}

fn kinds(sale: &SaleView) -> Vec<(&'static str, i64)> {
    sale.sale.tenders.iter().map(|tender| (tender.kind.name(), tender.amount_minor)).collect()
}

fn done(card: &CardSim) -> Vec<(EntryKind, u64)> {
    let stands = card.ledger().into_iter().filter(|entry| entry.state == EntryState::Final);
    stands.map(|entry| (entry.kind, entry.amount_minor)).collect()
}

fn bottles(till: &Till) -> i64 {
    till.app.store().levels().unwrap().get(&shampoo()).copied().unwrap_or_default()
}

fn left(till: &Till, sold: &SaleView) -> Vec<(i64, i64)> {
    let state = till.ask(RefundState { ticket: sold.sale.ticket }).unwrap();
    state.iter().map(|line| (line.pieces, line.total_minor)).collect()
}

#[test]
fn a_bottle_of_three_goes_back_and_then_the_rest() {
    let till = Till::open();
    let sold = till.sell_cash(3);
    let one = paid(back(&till, &sold, &[(1, Back::Pieces(1))], RefundTo::Original).unwrap());
    assert_eq!((one.sale.total_minor, bottles(&till)), (-BOTTLE, -2_000));
    assert_eq!(left(&till, &sold), [(1, CUT), (2, 2 * BOTTLE)]);
    let money = paid(back(&till, &sold, &[(1, Back::Amount(500))], RefundTo::Original).unwrap());
    assert_eq!((money.sale.total_minor, bottles(&till)), (-500, -2_000), "money only");
    let rest = paid(till.refund(sold.sale.ticket).unwrap());
    assert_eq!(rest.sale.total_minor, -(CUT + 2 * BOTTLE - 500));
    assert_eq!(bottles(&till), 0);
    assert_eq!(left(&till, &sold), [(0, 0), (0, 0)]);
    let totals = till.app.store().open_session().unwrap().unwrap().totals;
    assert_eq!((totals.net_minor, totals.total_minor, totals.cash_minor), (0, 0, 0));
    let nothing = back(&till, &sold, &[(0, Back::Amount(1))], RefundTo::Cash).unwrap_err();
    assert_eq!((nothing.code, nothing.detail["left_minor"].as_str()), (Code::NothingLeft, "0"));
    till.is_well();
}

#[test]
fn more_than_there_was_and_what_was_not_there_is_refused() {
    let till = Till::open();
    let sold = till.sell_cash(2);
    let refused = |lines: &[(usize, Back)]| {
        let failure = back(&till, &sold, lines, RefundTo::Original).unwrap_err();
        (failure.code, failure.detail.values().next().cloned().unwrap_or_default())
    };
    assert_eq!(refused(&[(1, Back::Pieces(3))]), (Code::NothingLeft, "2".into()));
    assert_eq!(refused(&[(1, Back::Pieces(1)), (1, Back::Pieces(2))]), (Code::NothingLeft, "1".into()));
    assert_eq!(refused(&[(0, Back::Amount(CUT + 1))]), (Code::NothingLeft, CUT.to_string()));
    assert_eq!(refused(&[(0, Back::Amount(-5))]), (Code::NothingLeft, CUT.to_string()));
    let nowhere = LineBack { line: TicketLineId::from_uuid(key()), back: Back::Pieces(1) };
    let failure = till.ask(RefundSale { lines: vec![nowhere], ..refund_of(sold.sale.ticket) }).unwrap_err();
    assert_eq!((failure.code, failure.detail["field"].as_str()), (Code::BadInput, "line"));
    assert_eq!(left(&till, &sold), [(1, CUT), (2, 2 * BOTTLE)]);
}

#[test]
fn one_question_asked_twice_gives_back_once() {
    let (till, card) = Till::with_card();
    let sold = till.sell_card(2);
    let line = LineBack { line: sold.sale.lines[1].id, back: Back::Pieces(1) };
    let wanted = RefundSale { lines: vec![line], ..refund_of(sold.sale.ticket) };
    let first = paid(till.ask(wanted.clone()).unwrap());
    assert_eq!(paid(till.ask(wanted).unwrap()).sale, first.sale);
    assert_eq!(done(&card), [(EntryKind::Payment, 9_180), (EntryKind::Refund, 1_990)]);
    // What is left cannot be reversed any more: the terminal knows only the whole.
    paid(till.refund(sold.sale.ticket).unwrap());
    assert_eq!(done(&card).last(), Some(&(EntryKind::Refund, 7_190)));
    assert_eq!(card.charged_minor(), 0);
    till.agrees_with(&card);
}

#[test]
fn a_mixed_sale_goes_back_to_its_cards_first_and_cash_last() {
    let (till, card) = Till::with_card();
    let draft = ticket(TicketId::from_uuid(key()), 1);
    let pay = |amount_minor, by| {
        till.ask(Pay { key: key(), ticket: draft.clone(), name: String::new(), amount_minor, by }).unwrap()
    };
    pay(Some(1_000), PayBy::Cash { tendered_minor: 1_000 });
    pay(Some(2_000), PayBy::Card);
    pay(Some(500), PayBy::Wallet { provider: "TWINT".into(), reference: String::new() });
    let sold = paid(pay(None, PayBy::Card));
    let some = paid(back(&till, &sold, &[(0, Back::Amount(600))], RefundTo::Original).unwrap());
    assert_eq!(kinds(&some), [("card", -600)]);
    let whole = paid(till.refund(sold.sale.ticket).unwrap());
    assert_eq!(kinds(&whole), [("card", -1_400), ("card", -3_690), ("wallet", -500), ("cash", -1_000)]);
    assert_eq!(done(&card)[2..], [(EntryKind::Refund, 600), (EntryKind::Refund, 1_400), (EntryKind::Reversal, 3_690)]);
    assert_eq!((card.charged_minor(), bottles(&till)), (0, 0));
    assert_eq!(till.ask(OpenTickets {}).unwrap(), []);
    assert!(till.app.store().open_session().unwrap().unwrap().totals.balances());
    till.agrees_with(&card);
}

#[test]
fn a_card_sale_goes_back_in_cash_when_somebody_wants_it_so() {
    let (till, card) = Till::with_card();
    let sold = till.sell_card(0);
    let some = paid(back(&till, &sold, &[(0, Back::Amount(1_000))], RefundTo::Cash).unwrap());
    assert_eq!(kinds(&some), [("cash", -1_000)]);
    assert_eq!(card.charged_minor(), CUT);
    till.is_well();
}

/// A bottle comes back and another one goes, in one ticket: nothing to pay.
#[test]
fn an_exchange_is_one_ticket() {
    let till = Till::open();
    let sold = till.sell_cash(1);
    let given = GivenBack { ticket: sold.sale.ticket, line: sold.sale.lines[1].id, pieces: 1, exact: None };
    let mut draft: TicketDraft = ticket(TicketId::from_uuid(key()), 1);
    draft.lines.remove(0);
    let mut returned =
        LineDraft { id: TicketLineId::from_uuid(key()), kind: LineKind::Refund, ..draft.lines[0].clone() };
    // What the window says of the price does not count.
    returned.unit_price_minor = -1;
    returned.terms.given_back = Some(Box::new(given));
    draft.lines.push(returned.clone());
    let exchanged = paid(till.ask(Pay::cash(key(), draft.clone(), 0)).unwrap());
    assert_eq!((exchanged.sale.total_minor, bottles(&till)), (0, -1_000));
    assert!(matches!(exchanged.sale.tenders[0].kind, TenderKind::Cash { .. }));
    assert_eq!(paid(till.ask(Pay::cash(key(), draft.clone(), 0)).unwrap()).sale, exchanged.sale, "a second click");
    draft.id = TicketId::from_uuid(key());
    let again = till.ask(Pay::cash(key(), draft, 0)).unwrap_err();
    assert_eq!((again.code, again.detail["left"].as_str()), (Code::NothingLeft, "0"));
    till.is_well();
}

/// The first card has its money back when the second one fails: tried again, only the second gets something.
#[test]
fn a_refund_to_two_cards_that_failed_midway_goes_on_where_it_was() {
    let (till, card) = Till::with_card();
    let draft = ticket(TicketId::from_uuid(key()), 0);
    let pay = |amount_minor| {
        let by = PayBy::Card;
        till.ask(Pay { key: key(), ticket: draft.clone(), name: String::new(), amount_minor, by }).unwrap()
    };
    pay(Some(2_000));
    let sold = paid(pay(None));
    card.queue_fault(CardFault::Approve);
    card.queue_fault(CardFault::Decline);
    let view = till.refund(sold.sale.ticket).unwrap();
    assert!(matches!(view, PaymentView::Declined { .. }), "{view:?}");
    paid(till.refund(sold.sale.ticket).unwrap());
    assert_eq!(done(&card)[2..], [(EntryKind::Reversal, 2_000), (EntryKind::Reversal, 3_200)]);
    assert_eq!(card.charged_minor(), 0);
    till.agrees_with(&card);
}

/// Some of a sale goes back to two cards, and the second fails: begun again from the panel, with another key, it is the same
/// refund; another one has to wait.
#[test]
fn a_partial_refund_that_failed_midway_is_finished_before_another_one() {
    let (till, card) = Till::with_card();
    let draft = ticket(TicketId::from_uuid(key()), 1);
    let pay = |amount_minor| {
        let by = PayBy::Card;
        till.ask(Pay { key: key(), ticket: draft.clone(), name: String::new(), amount_minor, by }).unwrap()
    };
    pay(Some(2_000));
    let sold = paid(pay(None));
    card.queue_fault(CardFault::Approve);
    card.queue_fault(CardFault::Decline);
    let view = back(&till, &sold, &[(0, Back::Pieces(1))], RefundTo::Original).unwrap();
    assert!(matches!(view, PaymentView::Declined { .. }), "{view:?}");
    let other = back(&till, &sold, &[(1, Back::Pieces(1))], RefundTo::Original).unwrap_err();
    assert_eq!((other.code, other.detail["total_minor"].as_str()), (Code::RefundBegun, "5200"));
    assert_eq!(till.refund(sold.sale.ticket).unwrap_err().code, Code::RefundBegun);
    let begun = till.ask(OpenTickets {}).unwrap();
    assert_eq!((begun.len(), begun[0].paid_minor), (1, -2_000));

    let line = LineBack { line: sold.sale.lines[0].id, back: Back::Pieces(1) };
    let wanted = RefundSale { lines: vec![line], ..refund_of(sold.sale.ticket) };
    let finished = paid(till.ask(wanted.clone()).unwrap());
    assert_eq!((finished.sale.ticket, finished.sale.total_minor), (begun[0].draft.id, -CUT));
    assert_eq!(paid(till.ask(wanted).unwrap()).sale, finished.sale, "a second click");
    assert_eq!(till.ask(OpenTickets {}).unwrap(), []);
    assert_eq!(card.charged_minor(), BOTTLE);
    paid(back(&till, &sold, &[(1, Back::Pieces(1))], RefundTo::Original).unwrap());
    assert_eq!(card.charged_minor(), 0);
    till.agrees_with(&card);
}

/// Two windows give the same bottle back at once, in two ways: it comes back once.
#[test]
fn two_windows_give_one_line_back_once() {
    let till = Till::open();
    let sold = till.sell_cash(1);
    let gate = std::sync::Barrier::new(4);
    let given = std::thread::scope(|scope| {
        let give = || {
            gate.wait();
            back(&till, &sold, &[(1, Back::Pieces(1))], RefundTo::Cash)
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(give)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(given.iter().filter(|view| view.is_ok()).count(), 1, "{given:?}");
    assert!(given.iter().filter_map(|view| view.as_ref().err()).all(|failure| failure.code == Code::NothingLeft));
    assert_eq!((bottles(&till), left(&till, &sold)), (0, vec![(1, CUT), (0, 0)]));
    till.is_well();
}

/// Who may not refund gives nothing back by another name either.
#[test]
fn without_the_right_to_refund_no_line_gives_money_back() {
    let till = Till::open();
    let sold = till.sell_cash(1);
    till.app.act_as(receptionist());
    let base = ticket(TicketId::from_uuid(key()), 0).lines.remove(0);
    let of_line = |line: LineDraft| TicketDraft { lines: vec![line], ..ticket(TicketId::from_uuid(key()), 0) };
    let refused = |line: LineDraft| till.ask(Pay::cash(key(), of_line(line), 100_000)).unwrap_err().code;

    let given = GivenBack { ticket: sold.sale.ticket, line: sold.sale.lines[0].id, pieces: 1, exact: None };
    let mut hidden = base.clone();
    hidden.terms.given_back = Some(Box::new(given));
    assert_eq!(refused(hidden), Code::NotAllowed, "a return that says it is a sale");
    let tip = LineDraft { item: Item::Custom, kind: LineKind::Tip, unit_price_minor: -5_000, ..base.clone() };
    assert_eq!(refused(tip.clone()), Code::NotAllowed, "a tip that is given back");
    let shelf = LineDraft { kind: LineKind::Tip, unit_price_minor: 1, ..base };
    assert_eq!(refused(shelf), Code::BadInput, "a cut for a cent as a tip");
    let fine = LineDraft { unit_price_minor: 500, ..tip };
    assert_eq!(paid(till.ask(Pay::cash(key(), of_line(fine), 500)).unwrap()).sale.total_minor, 500);
    till.is_well();
}
