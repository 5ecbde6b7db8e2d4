//! Money that goes back: whence it came, once, and in the books as it was in the card terminal.

use crate::rig::{BOTTLE, CUT, OUTAGE, Till, key, paid, receptionist, refund_of};
use salon_contract::window::{CardEndOfDay, Code, PaymentView, RefundSale, RefundTo, ResolveCard};
use salon_devices::sim::{CardFault, CardSim, EntryKind, EntryState};
use salon_domain::kernel::TicketId;
use salon_domain::payment::TenderKind;
use salon_tests::salon::shampoo;
use std::time::Duration;

/// What the card terminal did, in order, of what stands.
fn done(card: &CardSim) -> Vec<(EntryKind, u64)> {
    let stands = card.ledger().into_iter().filter(|entry| entry.state == EntryState::Final);
    stands.map(|entry| (entry.kind, entry.amount_minor)).collect()
}

fn bottles(till: &Till) -> i64 {
    till.app.store().levels().unwrap().get(&shampoo()).copied().unwrap_or_default()
}

#[test]
fn a_cash_sale_is_given_back_in_cash() {
    let till = Till::open();
    let sold = till.sell_cash(2);
    assert_eq!(bottles(&till), -2_000);
    let back = paid(till.refund(sold.sale.ticket).unwrap());
    assert_eq!(back.sale.total_minor, -(CUT + 2 * BOTTLE));
    assert!(matches!(back.sale.tenders[0].kind, TenderKind::Cash { .. }), "{:?}", back.sale.tenders);
    assert_eq!((back.sale.net_minor, back.sale.tax_minor), (-sold.sale.net_minor, -sold.sale.tax_minor));
    assert_eq!(bottles(&till), 0);
    till.is_well();
}

#[test]
fn a_card_sale_is_given_back_by_reversal_while_the_terminal_has_it_in_its_batch() {
    let (till, card) = Till::with_card();
    let sold = till.sell_card(1);
    let back = paid(till.refund(sold.sale.ticket).unwrap());
    assert_eq!((back.sale.total_minor, back.sale.number), (-(CUT + BOTTLE), 2));
    assert_eq!(done(&card), [(EntryKind::Payment, 7_190), (EntryKind::Reversal, 7_190)]);
    assert_eq!((card.charged_minor(), bottles(&till)), (0, 0));
    till.agrees_with(&card);
}

#[test]
fn a_card_sale_is_given_back_by_refund_after_the_terminal_has_closed_its_day() {
    let (till, card) = Till::with_card();
    let sold = till.sell_card(1);
    till.ask(CardEndOfDay { key: key() }).unwrap();
    let back = paid(till.refund(sold.sale.ticket).unwrap());
    assert_eq!(back.sale.total_minor, -(CUT + BOTTLE));
    assert_eq!(done(&card), [(EntryKind::Payment, 7_190), (EntryKind::Refund, 7_190)]);
    assert_eq!(bottles(&till), 0);
    till.agrees_with(&card);
    till.sell_card(2);
    let day = till.ask(CardEndOfDay { key: key() }).unwrap();
    assert_eq!((day.terminal_minor, day.journal_minor, day.difference_minor), (BOTTLE, BOTTLE, 0));
}

#[test]
fn a_reversal_whose_line_breaks_is_asked_about_and_both_sides_agree() {
    for (fault, given_back) in [
        (CardFault::DropBeforeStatus, false),
        (CardFault::DropDuringStatus, false),
        (CardFault::DropAfterStatus, false),
        (CardFault::DropBeforeCompletion, true),
        (CardFault::GarbledStatus, false),
    ] {
        let (till, card) = Till::with_card();
        let sold = till.sell_card(0);
        card.queue_fault(fault);
        let view = till.resolved(till.refund(sold.sale.ticket).unwrap());
        assert_eq!(matches!(view, PaymentView::Paid { .. }), given_back, "{fault}: {view:?}");
        till.agrees_with(&card);
        // What was not given back can be tried again, what was is not given back twice.
        paid(till.refund(sold.sale.ticket).unwrap());
        assert_eq!(card.charged_minor(), 0, "{fault}");
        till.agrees_with(&card);
    }
}

#[test]
fn a_reversal_stays_unknown_while_the_terminal_is_away_and_is_resolved_when_it_is_back() {
    for (fault, given_back) in [(CardFault::Crash(OUTAGE), false), (CardFault::CrashBeforeCompletion(OUTAGE), true)] {
        let (till, card) = Till::with_card();
        let sold = till.sell_card(0);
        card.queue_fault(fault);
        let view = till.refund(sold.sale.ticket).unwrap();
        assert!(matches!(view, PaymentView::Unknown { .. }), "{fault}: {view:?}");
        assert_eq!(till.pay_card(0).unwrap_err().code, Code::CardUnknown, "{fault}");
        let view = till.resolved(view);
        assert_eq!(matches!(view, PaymentView::Paid { .. }), given_back, "{fault}: {view:?}");
        assert_eq!(card.charged_minor(), if given_back { 0 } else { CUT }, "{fault}");
        till.agrees_with(&card);
    }
}

#[test]
fn asked_for_twice_a_sale_is_given_back_once() {
    let (till, card) = Till::with_card();
    for sold in [till.sell_card(0), till.sell_cash(1)] {
        let wanted = refund_of(sold.sale.ticket);
        let first = paid(till.ask(wanted.clone()).unwrap());
        let same_key = paid(till.ask(wanted).unwrap());
        let other_key = paid(till.refund(sold.sale.ticket).unwrap());
        assert_eq!([same_key.sale.number, other_key.sale.number], [first.sale.number; 2]);
        let of_the_refund = till.refund(first.sale.ticket).unwrap_err();
        assert_eq!(of_the_refund.code, Code::BadInput, "a refund is not refunded");
    }
    assert_eq!((card.charged_minor(), done(&card).len(), till.tenders().len()), (0, 2, 4));
    till.agrees_with(&card);
}

#[test]
fn money_goes_back_only_by_a_manager_s_pin_and_for_a_reason() {
    let (till, card) = Till::with_card();
    let sold = till.sell_card(0);
    let entries = till.app.store().journal_count().unwrap();
    let wanted = refund_of(sold.sale.ticket);
    let refused = |wanted: RefundSale| {
        let failure = till.ask(wanted).unwrap_err();
        (failure.code, failure.detail.get("permission").or(failure.detail.get("field")).cloned())
    };
    assert_eq!(refused(RefundSale { pin: "0000".into(), ..wanted.clone() }), (Code::WrongPin, None));
    let reason = RefundSale { reason: "  ".into(), ..wanted.clone() };
    assert_eq!(refused(reason), (Code::BadInput, Some("reason".into())));
    let by_reception = RefundSale { manager: receptionist(), ..wanted.clone() };
    assert_eq!(refused(by_reception), (Code::NotAllowed, Some("refund".into())));
    let nothing = RefundSale { ticket: TicketId::from_uuid(key()), ..wanted.clone() };
    assert_eq!(refused(nothing).0, Code::NotFound);
    assert_eq!((card.charged_minor(), till.app.store().journal_count().unwrap()), (CUT, entries));
    // A receptionist at the till, the manager beside: that is what the PIN is for.
    till.app.act_as(receptionist());
    paid(till.ask(wanted).unwrap());
    till.agrees_with(&card);
}

#[test]
fn a_refund_that_the_client_stops_gives_nothing_back() {
    let (till, card) = Till::with_card();
    let sold = till.sell_card(0);
    till.ask(CardEndOfDay { key: key() }).unwrap();
    // The reversal of a closed batch never gets as far as the client; the refund that follows is what is stopped.
    card.queue_fault(CardFault::AbortByCustomer);
    let view = till.refund(sold.sale.ticket).unwrap();
    assert!(matches!(view, PaymentView::Declined { .. }), "{view:?}");
    assert_eq!(card.charged_minor(), CUT);
    till.agrees_with(&card);
}

#[test]
fn a_reversal_that_somebody_stops_does_not_become_a_refund() {
    let (till, card) = Till::with_card();
    let sold = till.sell_card(0);
    card.queue_fault(CardFault::AbortByCustomer);
    let view = till.refund(sold.sale.ticket).unwrap();
    assert!(matches!(view, PaymentView::Declined { .. }), "{view:?}");
    assert_eq!(card.charged_minor(), CUT);
    till.agrees_with(&card);
}

/// Receipt numbers begin with one on each terminal, and the amounts are the same: only its id tells them apart.
#[test]
fn a_payment_of_another_terminal_is_refunded_and_nobody_else_s_payment_is_reversed() {
    let (till, first) = Till::with_card();
    let old = till.sell_card(0);
    let second = till.swapped();
    let new = till.sell_card(0);
    paid(till.refund(old.sale.ticket).unwrap());
    assert_eq!(done(&second), [(EntryKind::Payment, 5_200), (EntryKind::Refund, 5_200)]);
    paid(till.refund(new.sale.ticket).unwrap());
    assert_eq!(done(&second).last(), Some(&(EntryKind::Reversal, 5_200)));
    assert_eq!((first.charged_minor(), second.charged_minor()), (CUT, -CUT));
    till.is_well();
}

#[test]
fn a_reversal_that_is_declined_becomes_a_refund_only_when_somebody_says_so() {
    // Reversed already, an error of the terminal's, no bank.
    for code in [0xB4, 0xFF, 0x7D] {
        let (till, card) = Till::with_card();
        let sold = till.sell_card(0);
        card.queue_fault(CardFault::DeclineWith(code));
        let view = till.refund(sold.sale.ticket).unwrap();
        assert!(matches!(view, PaymentView::Declined { code: said, .. } if said == code), "{view:?}");
        assert_eq!(done(&card), [(EntryKind::Payment, 5_200)]);
        paid(till.ask(RefundSale { to: RefundTo::HeldCard, ..refund_of(sold.sale.ticket) }).unwrap());
        assert_eq!(done(&card), [(EntryKind::Payment, 5_200), (EntryKind::Refund, 5_200)]);
        till.agrees_with(&card);
    }
}

#[test]
fn another_terminal_is_not_asked_what_became_of_a_payment() {
    let (till, card) = Till::with_card();
    card.queue_fault(CardFault::CrashBeforeCompletion(OUTAGE));
    let view = till.pay_card(0).unwrap();
    let PaymentView::Unknown { payment, .. } = view else { panic!("{view:?}") };
    let other = till.swapped();
    let asked = till.ask(ResolveCard { payment }).unwrap();
    assert_eq!(asked, PaymentView::Unknown { payment, cause: "other_device".into() });
    till.connect_to(&card);
    paid(till.resolved(asked));
    assert_eq!((card.charged_minor(), other.charged_minor()), (CUT, 0));
    till.agrees_with(&card);
}

#[test]
fn a_terminal_that_comes_back_within_seconds_needs_nobody() {
    let (till, card) = Till::with_card();
    card.queue_fault(CardFault::CrashBeforeCompletion(Duration::from_secs(2)));
    till.sell_card(0);
    till.agrees_with(&card);
}
