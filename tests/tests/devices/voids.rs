//! A sale that is voided before the close: all of it goes back the way it came, once, on paper of its own, and reports count
//! it apart from returns. After the close it is refunded instead.

use crate::rig::{BOTTLE, CUT, OUTAGE, Till, key, paid, receptionist, refund_of};
use salon_contract::window::{
    BookFormat, CloseTill, Code, Day, ExportBooks, Failure, GiftCardView, LookUpGiftCard, MakeBooking, NewGiftCard,
    OpenTickets, OpenTill, PartDraft, Pay, PayBy, PaymentView, SaleView, Sales, ScannedText, TicketFor, VoidSale,
    XReport,
};
use salon_devices::sim::{CardFault, CardSim, EntryKind, EntryState};
use salon_domain::booking::Source;
use salon_domain::kernel::TicketId;
use salon_domain::payment::{CountLine, FollowKind, Item, LineDraft, LineKind, SessionTotals, TicketDraft, ZReport};
use salon_domain::value::GiftCode;
use salon_terminal::store::StoreError;
use salon_tests::salon::{PIN, cut, desk, shampoo, stylist, ticket};

/// Of the tests' morning.
const DAY: &str = "2026-09-29";

pub fn void_of(ticket: TicketId) -> VoidSale {
    VoidSale { key: key(), ticket, manager: desk(), pin: PIN.into(), reason: "rung up twice".into() }
}

fn void(till: &Till, sold: &SaleView) -> Result<PaymentView, Failure> {
    till.ask(void_of(sold.sale.ticket))
}

fn bottles(till: &Till) -> i64 {
    till.app.store().levels().unwrap().get(&shampoo()).copied().unwrap_or_default()
}

fn totals(till: &Till) -> SessionTotals {
    till.app.store().open_session().unwrap().unwrap().totals
}

fn close(till: &Till) -> Result<ZReport, Failure> {
    let expected = totals(till).expected_cash_minor();
    let count = vec![CountLine { denomination_minor: 1, pieces: u32::try_from(expected).unwrap() }];
    let report = till.ask(CloseTill { key: key(), count, reason: String::new() })?.report;
    assert!(report.totals.balances(), "{report:?}");
    Ok(report)
}

fn stands(card: &CardSim) -> Vec<(EntryKind, u64)> {
    let stands = card.ledger().into_iter().filter(|entry| entry.state == EntryState::Final);
    stands.map(|entry| (entry.kind, entry.amount_minor)).collect()
}

fn part(till: &Till, draft: &TicketDraft, amount_minor: Option<i64>, by: PayBy) -> PaymentView {
    till.ask(Pay { key: key(), ticket: draft.clone(), name: String::new(), amount_minor, by }).unwrap()
}

/// A sale that two cards and the drawer paid.
fn mixed_sale(till: &Till) -> SaleView {
    let draft = ticket(TicketId::from_uuid(key()), 1);
    part(till, &draft, Some(2_000), PayBy::Card);
    part(till, &draft, Some(1_000), PayBy::Cash { tendered_minor: 1_000 });
    paid(part(till, &draft, None, PayBy::Card))
}

#[test]
fn a_cash_sale_is_voided_once_and_is_no_return() {
    let till = Till::open();
    let sold = till.sell_cash(2);
    let kept = till.sell_cash(0);
    let wanted = void_of(sold.sale.ticket);
    let void = paid(till.ask(wanted.clone()).unwrap());
    let total = CUT + 2 * BOTTLE;
    assert_eq!((void.sale.number, void.sale.total_minor, bottles(&till)), (3, -total, 0));
    let follows = void.sale.follows.unwrap();
    assert_eq!((follows.how, follows.ticket, follows.number), (FollowKind::Void, sold.sale.ticket, 1));
    let text = void.text.join("\n");
    assert!(text.contains("VOID") && text.contains("Voids receipt 1") && !text.contains("REFUND"), "{text}");

    let again = [till.ask(wanted), till.ask(void_of(sold.sale.ticket)), till.refund(sold.sale.ticket)];
    assert!(again.into_iter().all(|view| paid(view.unwrap()).sale == void.sale), "it is one void");
    assert_eq!(till.ask(void_of(void.sale.ticket)).unwrap_err().code, Code::BadInput, "a void is not voided");

    let rows = till.ask(Sales { date: None }).unwrap();
    let how: Vec<_> = rows.iter().map(|row| (row.number, row.follows)).collect();
    assert_eq!(how, [(3, Some(FollowKind::Void)), (2, None), (1, None)]);
    let now = totals(&till);
    assert_eq!((now.void_count, now.void_minor, now.refund_minor), (1, -total, 0));
    assert_eq!((now.receipts, now.total_minor, now.cash_minor), (3, CUT, CUT));
    paid(till.refund(kept.sale.ticket).unwrap());
    let x = till.ask(XReport {}).unwrap();
    assert_eq!((x.totals.void_minor, x.totals.refund_minor), (-total, -CUT), "a return is no void");
    let row = x.text.iter().find(|row| row.contains("voided")).unwrap();
    assert!(row.contains("1 x") && row.contains("-91.80"), "{row}");
    assert_eq!(close(&till).unwrap().totals, x.totals);
    till.is_well();
    till.app.store().write::<_, StoreError>(|unit| unit.rebuild()).unwrap();
    assert_eq!(till.app.store().last_close().unwrap().unwrap().report.totals, x.totals);
    till.is_well();
}

#[test]
fn only_the_whole_sale_of_the_open_till_is_voided() {
    let till = Till::open();
    let (sold, partly) = (till.sell_cash(0), till.sell_cash(1));
    let wanted = void_of(sold.sale.ticket);
    let code = |wanted: VoidSale| till.ask(wanted).unwrap_err().code;
    assert_eq!(code(VoidSale { pin: "0000".into(), ..wanted.clone() }), Code::WrongPin);
    assert_eq!(code(VoidSale { reason: " ".into(), ..wanted.clone() }), Code::BadInput);
    assert_eq!(code(VoidSale { manager: receptionist(), ..wanted.clone() }), Code::NotAllowed);
    assert_eq!(code(VoidSale { ticket: TicketId::from_uuid(key()), ..wanted.clone() }), Code::NotFound);
    let line = salon_contract::window::LineBack {
        line: partly.sale.lines[1].id,
        back: salon_domain::payment::Back::Pieces(1),
    };
    let some = salon_contract::window::RefundSale { lines: vec![line], ..refund_of(partly.sale.ticket) };
    paid(till.ask(some).unwrap());
    assert_eq!(code(void_of(partly.sale.ticket)), Code::RefundInstead, "some of it came back");

    close(&till).unwrap();
    assert_eq!(code(wanted.clone()), Code::RefundInstead);
    till.ask(OpenTill { key: key(), float_minor: 10_000 }).unwrap();
    assert_eq!(code(wanted), Code::RefundInstead, "it is another session's");
    let refund = paid(till.refund(sold.sale.ticket).unwrap());
    assert_eq!((refund.sale.is_void(), refund.sale.total_minor), (false, -CUT));
    assert_eq!(code(void_of(sold.sale.ticket)), Code::NothingLeft);
    assert_eq!((totals(&till).void_count, totals(&till).refund_minor), (0, -CUT));
    till.is_well();
}

#[test]
fn a_card_sale_is_voided_by_reversal_and_a_mixed_one_goes_back_the_way_it_came() {
    let (till, card) = Till::with_card();
    let sold = till.sell_card(1);
    paid(void(&till, &sold).unwrap());
    assert_eq!(stands(&card), [(EntryKind::Payment, 7_190), (EntryKind::Reversal, 7_190)]);
    let mixed = mixed_sale(&till);
    let back = paid(void(&till, &mixed).unwrap());
    let ways: Vec<_> = back.sale.tenders.iter().map(|t| (t.kind.name(), t.amount_minor)).collect();
    assert_eq!(ways, [("card", -2_000), ("card", -4_190), ("cash", -1_000)]);
    assert_eq!((card.charged_minor(), bottles(&till), totals(&till).cash_minor), (0, 0, 0));
    assert_eq!((totals(&till).void_count, totals(&till).void_minor), (2, -2 * 7_190));
    till.agrees_with(&card);
    close(&till).unwrap();
}

/// The link breaks while the card terminal takes the payment back: the till is not closed before that is known.
#[test]
fn a_void_whose_card_is_unknown_is_asked_about_and_stays_a_void() {
    for (fault, given_back) in [(CardFault::Crash(OUTAGE), false), (CardFault::CrashBeforeCompletion(OUTAGE), true)] {
        let (till, card) = Till::with_card();
        let sold = till.sell_card(0);
        card.queue_fault(fault);
        let view = void(&till, &sold).unwrap();
        assert!(matches!(view, PaymentView::Unknown { .. }), "{fault}: {view:?}");
        assert_eq!(void(&till, &sold).unwrap_err().code, Code::CardUnknown, "{fault}");
        assert_eq!(close(&till).unwrap_err().code, Code::CardUnknown, "{fault}");
        // The program ends, and is there again.
        let till = till.ended().open(false);
        let view = till.resolved(view);
        assert_eq!(matches!(view, PaymentView::Paid { .. }), given_back, "{fault}: {view:?}");
        let void = paid(void(&till, &sold).unwrap());
        assert!(void.sale.is_void(), "{fault}");
        assert_eq!((card.charged_minor(), totals(&till).void_count), (0, 1), "{fault}");
        till.agrees_with(&card);
        close(&till).unwrap();
    }
}

/// The first card has its money back, the second fails, and the program ends: the void goes on where it was.
#[test]
fn a_void_that_was_stopped_midway_goes_on_after_a_restart() {
    let (till, card) = Till::with_card();
    let sold = mixed_sale(&till);
    card.queue_fault(CardFault::Approve);
    card.queue_fault(CardFault::Decline);
    let view = void(&till, &sold).unwrap();
    assert!(matches!(view, PaymentView::Declined { .. }), "{view:?}");
    let till = till.ended().open(false);
    assert_eq!(till.ask(OpenTickets {}).unwrap().len(), 1);
    paid(void(&till, &sold).unwrap());
    assert_eq!(stands(&card)[2..], [(EntryKind::Reversal, 2_000), (EntryKind::Reversal, 4_190)]);
    assert_eq!((card.charged_minor(), till.ask(OpenTickets {}).unwrap().len()), (0, 0));
    till.agrees_with(&card);
    close(&till).unwrap();
}

/// And when the till was closed between, what is left goes back as a refund.
#[test]
fn a_void_that_the_close_overtook_is_finished_as_a_refund() {
    let (till, card) = Till::with_card();
    let sold = mixed_sale(&till);
    card.queue_fault(CardFault::Approve);
    card.queue_fault(CardFault::Decline);
    assert!(matches!(void(&till, &sold).unwrap(), PaymentView::Declined { .. }));
    close(&till).unwrap();
    till.ask(OpenTill { key: key(), float_minor: 10_000 }).unwrap();
    assert_eq!(void(&till, &sold).unwrap_err().code, Code::RefundInstead);
    let refund = paid(till.refund(sold.sale.ticket).unwrap());
    assert!(!refund.sale.is_void());
    assert_eq!(card.charged_minor(), 0);
    till.agrees_with(&card);
    assert_eq!(close(&till).unwrap().totals.refund_minor, -7_190);
}

fn gift(till: &Till, code: &GiftCode) -> GiftCardView {
    till.ask(LookUpGiftCard { code: ScannedText(code.printed().to_lowercase()) }).unwrap()
}

#[test]
fn what_a_gift_card_paid_is_on_it_again_and_a_voided_card_is_worth_nothing() {
    let till = Till::open();
    let code = till.ask(NewGiftCard {}).unwrap().code;
    let base = ticket(TicketId::from_uuid(key()), 0);
    let line = LineDraft {
        item: Item::GiftCard { code: code.clone(), drawn: true },
        kind: LineKind::ValueSold,
        staff: None,
        unit_price_minor: 10_000,
        ..base.lines[0].clone()
    };
    let card_sale = paid(till.ask(Pay::cash(key(), TicketDraft { lines: vec![line], ..base }, 10_000)).unwrap());
    let spent = ticket(TicketId::from_uuid(key()), 0);
    let sold = paid(part(&till, &spent, None, PayBy::GiftCard { code: code.clone() }));
    assert_eq!(gift(&till, &code).balance_minor, 10_000 - CUT);
    assert_eq!(void(&till, &card_sale).unwrap_err().code, Code::ValueUsed);
    paid(void(&till, &sold).unwrap());
    assert_eq!(gift(&till, &code).balance_minor, 10_000);
    paid(void(&till, &card_sale).unwrap());
    let refused = part_of_gift(&till, &code);
    assert_eq!(refused.code, Code::GiftVoided);
    let report = close(&till).unwrap().totals;
    assert_eq!((report.void_count, report.void_minor, report.held_minor, report.cash_minor), (2, -CUT, 0, 0));
    till.is_well();
}

fn part_of_gift(till: &Till, code: &GiftCode) -> Failure {
    let (ticket, by) = (ticket(TicketId::from_uuid(key()), 0), PayBy::GiftCard { code: code.clone() });
    till.ask(Pay { key: key(), ticket, name: String::new(), amount_minor: None, by }).unwrap_err()
}

/// The visit has taken place; it can be rung up again, rightly this time.
#[test]
fn a_visit_whose_sale_was_voided_is_checked_out_again() {
    let till = Till::open();
    let draft = salon_contract::window::BookingDraft {
        date: DAY.into(),
        card: None,
        client_name: "Walk-in".into(),
        source: Source::Phone,
        parts: vec![PartDraft { service: cut(), staff: stylist(0), start_minute: 600 }],
        note: String::new(),
        anyway: true,
    };
    let booking = till.ask(MakeBooking { key: key(), draft }).unwrap().booking;
    let shown = || {
        let day = till.ask(Day { date: Some(DAY.into()) }).unwrap();
        day.appointments.into_iter().find(|a| a.booking == booking).unwrap().ticket
    };
    let first = till.ask(TicketFor { booking, date: DAY.into() }).unwrap();
    let sold = paid(till.ask(Pay::cash(key(), first.clone(), CUT)).unwrap());
    assert_eq!(shown(), Some(first.id));
    paid(void(&till, &sold).unwrap());
    assert_eq!(shown(), None);
    let second = till.ask(TicketFor { booking, date: DAY.into() }).unwrap();
    assert_ne!(second.id, first.id);
    assert_eq!(
        till.ask(TicketFor { booking, date: DAY.into() }).unwrap().id,
        second.id,
        "on two screens it is one sale"
    );
    paid(till.ask(Pay::cash(key(), second.clone(), CUT)).unwrap());
    assert_eq!((shown(), totals(&till).total_minor), (Some(second.id), CUT));
    till.app.store().write::<_, StoreError>(|unit| unit.rebuild()).unwrap();
    assert_eq!(shown(), Some(second.id));
    till.is_well();
}

#[test]
fn the_bookkeeper_s_files_say_which_receipts_are_voids() {
    let till = Till::open();
    let sold = till.sell_cash(1);
    till.sell_cash(0);
    paid(void(&till, &sold).unwrap());
    close(&till).unwrap();
    till.is_well();
    let file = |format, name: &str| {
        let wanted = ExportBooks { format, from: DAY.into(), to: DAY.into() };
        let path = till.ask(wanted).unwrap().path;
        String::from_utf8_lossy(&std::fs::read(std::path::Path::new(&path).join(name)).unwrap()).into_owned()
    };
    let ledger = file(BookFormat::Ledger, "ledger.csv");
    assert!(ledger.lines().any(|row| row.contains("payment.voided,3")), "{ledger}");
    assert!(!ledger.contains("payment.refunded"), "{ledger}");
    let closings = file(BookFormat::Csv, "closings.csv");
    assert!(closings.lines().next().unwrap().ends_with("voids,voided"), "{closings}");
    assert!(closings.lines().nth(1).unwrap().ends_with("1,-71.90"), "{closings}");
    let batch = file(BookFormat::Datev, "EXTF_Buchungsstapel.csv");
    assert!(batch.lines().any(|row| row.contains("71,90") && row.contains("Storno")), "{batch}");
    let heads = file(BookFormat::Dsfinvk, "transactions.csv");
    let voids: Vec<&str> = heads.lines().filter(|row| row.contains("Storno zu Beleg 1")).collect();
    assert_eq!(voids.len(), 1, "{heads}");
    assert!(voids[0].contains(";Beleg;;") && voids[0].contains(";1;"), "{heads}");
}
