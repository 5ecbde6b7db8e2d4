//! What comes at the wrong moment: a second click, a manager in a hurry, a till that nobody closed, somebody who looks.

use crate::rig::{BOTTLE, CUT, Enrolled, OUTAGE, Till, key, paid, refund_of, wait_for};
use salon_contract::window::{
    AnswerCard, CardEndOfDay, CardStage, CloseTill, Code, DecideCard, Devices, DropPrintJob, Failure, Notice, Pay,
    PaymentView, PrintAgain, PrintQueue, RemoveDevice, Status,
};
use salon_devices::sim::{CardFault, CardSim, CardSimOptions, EntryKind, EntryState};
use salon_domain::kernel::{PaymentId, TicketId};
use salon_domain::payment::{CountLine, TenderKind};
use salon_terminal::printing::{Step, print_next};
use salon_terminal::store::{JobState, StoreError};
use salon_tests::salon::{PIN, desk, ticket};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};

/// From Tuesday morning to Thursday morning: past any grace after midnight.
const TWO_DAYS_MS: i64 = 2 * 24 * 3_600_000;

fn unknown(till: &Till, card: &CardSim, charged: bool, id: TicketId) -> PaymentId {
    card.queue_fault(if charged { CardFault::CrashBeforeCompletion(OUTAGE) } else { CardFault::Crash(OUTAGE) });
    let view = till.ask(Pay::card(key(), ticket(id, 0))).unwrap();
    let PaymentView::Unknown { payment, .. } = view else { panic!("{view:?}") };
    payment
}

fn decision(payment: PaymentId, charged: bool) -> DecideCard {
    DecideCard { key: key(), payment, charged, manager: desk(), pin: PIN.into(), reason: "seen on its slip".into() }
}

fn close(till: &Till, expected_minor: i64) {
    let count = vec![CountLine { denomination_minor: 1, pieces: u32::try_from(expected_minor).unwrap() }];
    till.ask(CloseTill { key: key(), count, reason: String::new() }).unwrap();
}

fn stands(card: &CardSim) -> Vec<EntryKind> {
    card.ledger().into_iter().filter(|entry| entry.state == EntryState::Final).map(|entry| entry.kind).collect()
}

fn resolved(till: &Till, payment: PaymentId) -> PaymentView {
    till.resolved(PaymentView::Unknown { payment, cause: String::new() })
}

#[test]
fn a_till_that_was_not_closed_asks_no_card_terminal() {
    let (till, card) = Till::with_card();
    till.clock().advance_ms(TWO_DAYS_MS);
    let failure = till.pay_card(0).unwrap_err();
    assert_eq!((failure.code, card.authorisations(), card.charged_minor()), (Code::TillFromEarlierDay, 0, 0));
    assert_eq!(till.app.store().open_payments().unwrap(), []);
    close(&till, 10_000);
}

#[test]
fn a_payment_that_becomes_known_days_later_is_still_a_sale_and_the_till_closes() {
    for (charged, decided) in [(true, false), (true, true), (false, false), (false, true)] {
        let (till, card) = Till::with_card();
        let payment = unknown(&till, &card, charged, TicketId::from_uuid(key()));
        till.clock().advance_ms(TWO_DAYS_MS);
        let view = match decided {
            true => till.ask(decision(payment, charged)).unwrap(),
            false => resolved(&till, payment),
        };
        assert_eq!(matches!(view, PaymentView::Paid { .. }), charged, "{decided}: {view:?}");
        assert_eq!(card.charged_minor(), if charged { CUT } else { 0 });
        assert_eq!(till.app.store().open_payments().unwrap(), []);
        till.is_well();
        close(&till, 10_000);
    }
}

#[test]
fn a_ticket_whose_card_payment_is_unknown_is_not_paid_in_cash_too() {
    let (till, card) = Till::with_card();
    let id = TicketId::from_uuid(key());
    let payment = unknown(&till, &card, true, id);
    let in_cash = || till.ask(Pay::cash(key(), ticket(id, 0), 10_000));
    let failure = in_cash().unwrap_err();
    assert_eq!((failure.code, &failure.detail["payment"]), (Code::CardUnknown, &payment.to_string()));
    till.sell_cash(1);
    let sale = paid(resolved(&till, payment)).sale;
    assert!(matches!(sale.tenders[0].kind, TenderKind::Card { .. }), "{sale:?}");
    assert_eq!(paid(in_cash().unwrap()).sale, sale, "a ticket is sold once");
    till.agrees_with(&card);

    let id = TicketId::from_uuid(key());
    let payment = unknown(&till, &card, false, id);
    resolved(&till, payment);
    let sale = paid(till.ask(Pay::cash(key(), ticket(id, 0), 10_000)).unwrap()).sale;
    assert!(matches!(sale.tenders[0].kind, TenderKind::Cash { .. }), "nothing was charged: {sale:?}");
    till.agrees_with(&card);
}

#[test]
fn a_decision_is_one_entry_with_what_follows_and_said_twice_is_said_once() {
    for charged in [true, false] {
        let (till, card) = Till::with_card();
        let payment = unknown(&till, &card, charged, TicketId::from_uuid(key()));
        let wanted = decision(payment, charged);
        let view = till.ask(wanted.clone()).unwrap();
        assert_eq!(matches!(view, PaymentView::Paid { .. }), charged, "{view:?}");
        let entries = till.app.store().journal_count().unwrap();
        assert_eq!(till.ask(wanted).unwrap(), view);
        assert_eq!(till.ask(decision(payment, !charged)).unwrap_err().code, Code::NotFound);
        assert_eq!(till.app.store().journal_count().unwrap(), entries);
        till.agrees_with(&card);
    }
}

#[test]
fn a_refund_that_a_manager_says_was_made_is_in_the_books_and_on_the_shelf_once() {
    let (till, card) = Till::with_card();
    let sold = till.sell_card(1);
    card.queue_fault(CardFault::CrashBeforeCompletion(OUTAGE));
    let view = till.refund(sold.sale.ticket).unwrap();
    let PaymentView::Unknown { payment, .. } = view else { panic!("{view:?}") };
    let back = paid(till.ask(decision(payment, true)).unwrap()).sale;
    assert_eq!((back.total_minor, back.tenders[0].amount_minor), (-(CUT + BOTTLE), -(CUT + BOTTLE)));
    assert!(till.app.store().levels().unwrap().values().all(|milli| *milli == 0));
    assert_eq!(paid(till.refund(sold.sale.ticket).unwrap()).sale, back);
    till.agrees_with(&card);
}

#[test]
fn nothing_is_decided_or_changed_while_a_payment_still_runs() {
    let till = Till::open();
    till.add("external:");
    let device = till.ask(Devices {}).unwrap().devices[0].id;
    let notices = till.app.subscribe();
    std::thread::scope(|scope| {
        let paying = scope.spawn(|| till.pay_card(0).unwrap());
        let payment = wait_for(&notices, |notice| match notice {
            Notice::Card { payment, stage: CardStage::Confirm } => Some(*payment),
            _ => None,
        });
        let refused = [
            till.ask(decision(payment, true)).map(drop),
            till.ask(decision(payment, false)).map(drop),
            till.ask(RemoveDevice { id: device }).map(drop),
            till.save(Some(device), "external:", &[]).map(drop),
            till.pay_card(0).map(drop),
        ];
        // Before anything is looked at: the payment waits for it.
        till.ask(AnswerCard { payment, approved: true, authorisation: "4711".into() }).unwrap();
        paid(paying.join().unwrap());
        let is_busy = |said: &Result<(), Failure>| said.as_ref().is_err_and(|failure| failure.code == Code::CardBusy);
        assert!(refused.iter().all(is_busy), "{refused:?}");
    });
    till.ask(RemoveDevice { id: device }).unwrap();
    till.is_well();
}

/// Whoever only looks is in nobody's way.
#[test]
fn nobody_who_looks_makes_the_card_terminal_busy() {
    let (till, card) = Till::with_card();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    till.app.look_at_card_terminal();
                    till.ask(Status {}).unwrap();
                }
            });
        }
        let sold: Vec<_> = (0..25).map(|_| till.pay_card(0)).collect();
        over.store(true, Ordering::Relaxed);
        assert!(sold.iter().all(|view| matches!(view, Ok(PaymentView::Paid { .. }))), "{sold:?}");
    });
    till.agrees_with(&card);
}

#[test]
fn clicked_twice_at_once_it_happens_once() {
    let (till, card) = Till::with_card();
    for _ in 0..8 {
        let sold = till.sell_card(0).sale.ticket;
        let (both, day) = (Barrier::new(2), key());
        let twice = |act: &(dyn Fn() -> Result<(), Code> + Sync)| {
            std::thread::scope(|scope| {
                let clicks = [0, 1].map(|_| {
                    scope.spawn(|| {
                        both.wait();
                        act()
                    })
                });
                let said = clicks.map(|click| click.join().unwrap());
                assert!(said.iter().any(Result::is_ok), "{said:?}");
                assert!(
                    said.iter().flat_map(|said| said.as_ref().err()).all(|code| *code == Code::CardBusy),
                    "{said:?}"
                );
            });
        };
        twice(&|| till.ask(refund_of(sold)).map(drop).map_err(|failure| failure.code));
        twice(&|| till.ask(CardEndOfDay { key: day }).map(drop).map_err(|failure| failure.code));
    }
    assert_eq!(card.charged_minor(), 0);
    assert_eq!(stands(&card).len(), 16);
    till.agrees_with(&card);
}

/// Receipt numbers begin again with another terminal, and with some terminals after each end of day.
#[test]
fn after_an_end_of_day_a_number_of_the_old_batch_reverses_nobody_else_s_payment() {
    let (till, card) = Till::with_card();
    let old = till.sell_card(0);
    till.ask(CardEndOfDay { key: key() }).unwrap();
    let other = CardSim::start(CardSimOptions::default()).unwrap();
    let id = till.ask(Devices {}).unwrap().devices[0].id;
    till.save(Some(id), &format!("zvt_tcp:{}", other.address()), &[]).unwrap();
    let new = till.sell_card(0);
    let number = |tenders: &[salon_domain::payment::Tender]| match tenders[0].kind {
        TenderKind::Card { receipt_number, .. } => receipt_number,
        _ => panic!("{tenders:?}"),
    };
    assert_eq!(number(&old.sale.tenders), number(&new.sale.tenders), "or this tries nothing");
    paid(till.refund(old.sale.ticket).unwrap());
    assert_eq!(stands(&other), [EntryKind::Payment, EntryKind::Refund]);
    paid(till.refund(new.sale.ticket).unwrap());
    assert_eq!(stands(&other), [EntryKind::Payment, EntryKind::Refund, EntryKind::Reversal]);
    assert_eq!((card.charged_minor(), other.charged_minor()), (CUT, -CUT));
    till.is_well();
}

#[test]
fn a_pulse_that_waited_too_long_does_not_open_the_drawer() {
    let till = Till::open();
    let sold = till.sell_cash(0);
    till.clock().advance_ms(31_000);
    let (till, printer) = till.with_printer();
    while print_next(&till.app).unwrap() == Step::Done {}
    assert_eq!((printer.drawer_pulses(), printer.receipts().len()), (0, 1));
    let jobs = till.ask(PrintQueue {}).unwrap();
    let drawer = jobs.iter().find(|job| job.kind == "drawer").unwrap();
    assert_eq!((drawer.state.as_str(), drawer.fault.as_deref()), ("dropped", Some("timeout")));
    assert_eq!(sold.sale.number, 1);
    till.sell_cash(0);
    while print_next(&till.app).unwrap() == Step::Done {}
    assert_eq!(printer.drawer_pulses(), 1);
}

#[test]
fn a_job_that_was_dropped_before_its_first_byte_is_not_sent() {
    let (till, printer) = Till::open().with_printer();
    till.sell_cash(0);
    let job = till.ask(PrintQueue {}).unwrap().into_iter().find(|job| job.kind == "receipt").unwrap().job;
    // The printing thread has looked it up already.
    let looked_up = till.app.store().print_job(job).unwrap().unwrap();
    till.ask(DropPrintJob { job }).unwrap();
    let begun = till.app.store().write::<_, StoreError>(|unit| unit.begin_sending(looked_up.id)).unwrap();
    assert!(!begun);
    while print_next(&till.app).unwrap() == Step::Done {}
    assert_eq!((printer.receipts().len(), printer.drawer_pulses()), (0, 1));
}

#[test]
fn a_job_whose_end_could_not_be_written_down_is_put_before_a_person() {
    let (till, printer) = Till::open().with_printer();
    till.sell_cash(0);
    let job = till.ask(PrintQueue {}).unwrap().into_iter().find(|job| job.kind == "receipt").unwrap().job;
    till.app.store().write::<_, StoreError>(|unit| unit.set_job(job, JobState::Sending, None)).unwrap();
    while print_next(&till.app).unwrap() == Step::Done {}
    assert_eq!(printer.receipts().len(), 0, "it may be on paper already");
    assert_eq!(till.app.store().print_job(job).unwrap().unwrap().state, JobState::Unsure);
    till.ask(PrintAgain { key: key(), job }).unwrap();
    while print_next(&till.app).unwrap() == Step::Done {}
    assert!(printer.receipts()[0].lines.join("\n").contains("COPY"));
}

#[test]
fn a_fault_goes_with_its_device() {
    let (till, printer) = Till::watched().with_printer();
    let notices = till.app.subscribe();
    printer.set(salon_devices::sim::PrinterFault::CoverOpen);
    wait_for(&notices, |notice| matches!(notice, Notice::DeviceFault { .. }).then_some(()));
    let id = till.ask(Devices {}).unwrap().devices[0].id;
    till.ask(RemoveDevice { id }).unwrap();
    wait_for(&notices, |notice| matches!(notice, Notice::DeviceWell { .. }).then_some(()));
    assert_eq!(till.ask(Status {}).unwrap().device_trouble, []);
}

/// A till that is opened again after a crash does not open the drawer for whoever stands there now.
#[test]
fn a_restart_opens_no_drawer() {
    let enrolled = Enrolled::new();
    let till = enrolled.open(false);
    till.ask(salon_contract::window::OpenTill { key: key(), float_minor: 10_000 }).unwrap();
    let (till, printer) = till.with_printer();
    till.sell_cash(0);
    let enrolled = till.ended();
    enrolled.clock.advance_ms(60_000);
    let till = enrolled.open(false);
    while print_next(&till.app).unwrap() == Step::Done {}
    assert_eq!((printer.drawer_pulses(), printer.receipts().len()), (0, 1));
}
