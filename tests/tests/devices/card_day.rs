//! The card terminal's end of day beside the journal.

use crate::rig::{BOTTLE, CUT, OUTAGE, Till, key, paid};
use salon_contract::window::{CardDayView, CardEndOfDay, Code, PaymentView};
use salon_devices::sim::{CardFault, CardSim, EntryKind};
use salon_devices::stream::TcpConnector;
use salon_devices::zvt::{TerminalSettings, ZvtTerminal};
use salon_domain::kernel::{Currency, Money, PaymentId};
use salon_domain::payment::CardDayUnseen;
use salon_ports::{CardOutcome, CardPort, CardRequest};

fn figures(day: &CardDayView) -> (i64, i64, i64) {
    (day.terminal_minor, day.journal_minor, day.difference_minor)
}

/// Somebody types an amount on the terminal itself.
fn paid_by_hand(card: &CardSim, minor: i64) {
    let connector = Box::new(TcpConnector::new(card.address().to_string()));
    let mut terminal = ZvtTerminal::new(connector, TerminalSettings::default());
    let request = CardRequest::payment(PaymentId::from_uuid(key()), Money::new(minor, Currency::EUR));
    let outcome = terminal.transact(&request, &mut |_| {}, &mut |_| Ok(())).unwrap();
    assert!(matches!(outcome, CardOutcome::Approved(_)), "{outcome:?}");
}

#[test]
fn a_day_agrees_with_what_was_sold_and_given_back() {
    let (till, card) = Till::with_card();
    let sold = till.sell_card(1);
    till.sell_card(0);
    till.sell_cash(0);
    till.refund(sold.sale.ticket).unwrap();
    let day = till.ask(CardEndOfDay { key: key() }).unwrap();
    assert_eq!(figures(&day), (CUT, CUT, 0));
    assert_eq!((day.terminal_count, day.journal_count), (Some(3), 3));
    assert_eq!(day.by_card.iter().map(|brand| brand.amount_minor).sum::<i64>(), CUT);
    let next = till.ask(CardEndOfDay { key: key() }).unwrap();
    assert_eq!((figures(&next), next.journal_count), ((0, 0, 0), 0));
    till.agrees_with(&card);
}

#[test]
fn a_payment_that_was_taken_at_the_terminal_by_hand_is_the_difference() {
    let (till, card) = Till::with_card();
    till.sell_card(0);
    paid_by_hand(&card, 999);
    till.sell_card(1);
    let day = till.ask(CardEndOfDay { key: key() }).unwrap();
    assert_eq!(figures(&day), (2 * CUT + BOTTLE + 999, 2 * CUT + BOTTLE, 999));
    till.is_well();
}

#[test]
fn a_day_is_not_closed_while_a_payment_is_unknown() {
    let (till, card) = Till::with_card();
    till.sell_card(0);
    card.queue_fault(CardFault::CrashBeforeCompletion(OUTAGE));
    let view = till.pay_card(1).unwrap();
    let PaymentView::Unknown { payment, .. } = view else { panic!("{view:?}") };
    let failure = till.ask(CardEndOfDay { key: key() }).unwrap_err();
    assert_eq!((failure.code, &failure.detail["payment"]), (Code::CardUnknown, &payment.to_string()));
    let view = till.resolved(view);
    assert!(matches!(view, PaymentView::Paid { .. }), "{view:?}");
    let day = till.ask(CardEndOfDay { key: key() }).unwrap();
    assert_eq!(figures(&day), (2 * CUT + BOTTLE, 2 * CUT + BOTTLE, 0));
    till.agrees_with(&card);
}

#[test]
fn a_day_that_is_closed_twice_with_one_key_is_closed_once() {
    let (till, card) = Till::with_card();
    till.sell_card(0);
    let key = key();
    let day = till.ask(CardEndOfDay { key }).unwrap();
    till.sell_card(1);
    assert_eq!(till.ask(CardEndOfDay { key }).unwrap(), day);
    assert_eq!(card.ledger().iter().map(|entry| entry.closed).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_day_that_the_terminal_refuses_to_close_stays_open() {
    let (till, card) = Till::with_card();
    till.sell_card(0);
    card.queue_fault(CardFault::Busy);
    let key = key();
    let failure = till.ask(CardEndOfDay { key }).unwrap_err();
    assert_eq!((failure.code, failure.detail["cause"].as_str()), (Code::Device, "busy"));
    assert_eq!(figures(&till.ask(CardEndOfDay { key }).unwrap()), (CUT, CUT, 0));
}

#[test]
fn a_day_whose_end_was_not_seen_is_written_down_and_the_next_one_tells_what_became_of_it() {
    for (fault, closed) in [
        (CardFault::DropBeforeStatus, false),
        (CardFault::DropDuringStatus, true),
        (CardFault::DropBeforeCompletion, true),
    ] {
        let (till, card) = Till::with_card();
        till.sell_card(0);
        till.sell_card(1);
        card.queue_fault(fault);
        let key_of_the_day = key();
        let unseen = till.ask(CardEndOfDay { key: key_of_the_day }).unwrap();
        assert!(unseen.unseen && unseen.before.is_none(), "{fault}: {unseen:?}");
        assert_eq!((unseen.journal_minor, unseen.difference_minor), (2 * CUT + BOTTLE, 0), "{fault}");
        assert_eq!(till.ask(CardEndOfDay { key: key_of_the_day }).unwrap(), unseen, "{fault}: the same key is one day");
        till.sell_card(2);
        let day = till.ask(CardEndOfDay { key: key() }).unwrap();
        let earlier = CardDayUnseen { journal_minor: 2 * CUT + BOTTLE, journal_count: 2 };
        assert_eq!((day.unseen, day.before), (false, closed.then_some(earlier)), "{fault}");
        let all = if closed { 0 } else { 2 * CUT + BOTTLE } + CUT + 2 * BOTTLE;
        assert_eq!(figures(&day), (all, all, 0), "{fault}");
        assert_eq!(figures(&till.ask(CardEndOfDay { key: key() }).unwrap()), (0, 0, 0), "{fault}");
        till.agrees_with(&card);
    }
}

/// Whether the batch was closed is not known: its receipt numbers may begin again.
#[test]
fn after_a_day_that_was_not_seen_nothing_of_before_is_reversed() {
    let (till, card) = Till::with_card();
    let sold = till.sell_card(0);
    card.queue_fault(CardFault::DropBeforeStatus);
    assert!(till.ask(CardEndOfDay { key: key() }).unwrap().unseen);
    paid(till.refund(sold.sale.ticket).unwrap());
    assert_eq!(card.ledger().last().unwrap().kind, EntryKind::Refund);
    till.agrees_with(&card);
}

#[test]
fn a_day_on_which_more_was_given_back_than_taken_agrees() {
    let (till, card) = Till::with_card();
    let sold = till.sell_card(0);
    till.ask(CardEndOfDay { key: key() }).unwrap();
    paid(till.refund(sold.sale.ticket).unwrap());
    let day = till.ask(CardEndOfDay { key: key() }).unwrap();
    assert_eq!(figures(&day), (-CUT, -CUT, 0));
    till.agrees_with(&card);
}

#[test]
fn what_another_card_terminal_took_is_in_its_own_day() {
    let (till, first) = Till::with_card();
    till.sell_card(0);
    let second = till.swapped();
    till.sell_card(1);
    assert_eq!(figures(&till.ask(CardEndOfDay { key: key() }).unwrap()), (CUT + BOTTLE, CUT + BOTTLE, 0));
    till.connect_to(&first);
    assert_eq!(figures(&till.ask(CardEndOfDay { key: key() }).unwrap()), (CUT, CUT, 0));
    assert_eq!(figures(&till.ask(CardEndOfDay { key: key() }).unwrap()), (0, 0, 0));
    assert_eq!((first.charged_minor(), second.charged_minor()), (CUT, CUT + BOTTLE));
    till.is_well();
}
