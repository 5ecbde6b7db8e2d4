//! A terminal that is not connected: the cashier's answer is the outcome, and nothing else is guessed.

use salon_devices::external::ExternalTerminal;
use salon_domain::kernel::{Currency, Money, PaymentId};
use salon_ports::{
    CardOutcome, CardPort, CardProgress, CardReceipt, CardRequest, CashierAnswer, FaultCause, PortError,
};
use std::time::Duration;

fn request() -> CardRequest {
    CardRequest::payment(PaymentId::from_parts(1, [7; 10]), Money::new(4_900, Currency::EUR))
}

fn approved(code: &str) -> CashierAnswer {
    CashierAnswer::Approved { authorisation: code.into() }
}

/// What the cashier does each time that the till asks.
enum Does {
    Answers(CashierAnswer),
    Cancels,
}

struct Paid {
    outcome: Result<CardOutcome, PortError>,
    asked: usize,
    recorded: Vec<CardReceipt>,
}

fn pay(does: Vec<Does>, refund: bool) -> Paid {
    let mut terminal = ExternalTerminal::default();
    let (answer, cancel) = (terminal.answer_handle().unwrap(), terminal.cancel_handle());
    // Said before anybody asked: it is not about this payment.
    answer(CashierAnswer::Declined);
    cancel();
    let (mut does, mut asked, mut recorded) = (does.into_iter(), 0, Vec::new());
    let mut progress = |seen| {
        assert_eq!(seen, CardProgress::Confirm);
        asked += 1;
        match does.next().expect("asked once more than answered") {
            Does::Answers(said) => answer(said),
            Does::Cancels => cancel(),
        }
    };
    let mut record = |receipt: &CardReceipt| {
        recorded.push(receipt.clone());
        Ok(())
    };
    let asked_for = if refund {
        CardRequest::refund(request().payment, PaymentId::from_parts(2, [1; 10]), request().amount)
    } else {
        request()
    };
    let outcome = terminal.transact(&asked_for, &mut progress, &mut record);
    Paid { outcome, asked, recorded }
}

#[test]
fn the_code_on_the_slip_makes_it_approved() {
    for refund in [false, true] {
        let paid = pay(vec![Does::Answers(approved(" A1b2C3 "))], refund);
        let Ok(CardOutcome::Approved(receipt)) = paid.outcome else { panic!("{:?}", paid.outcome) };
        assert_eq!((receipt.authorisation.as_str(), receipt.terminal_id.as_str()), ("A1b2C3", "external"));
        assert_eq!((receipt.trace, receipt.amount_minor), (0, 4_900));
        assert_eq!(paid.recorded, [receipt]);
    }
}

#[test]
fn what_is_no_code_is_asked_for_again() {
    let wrong = ["", "7", "1234567890123", "12 34", "12-34", "12ä4"];
    let mut does: Vec<Does> = wrong.iter().map(|code| Does::Answers(approved(code))).collect();
    does.push(Does::Answers(approved("00")));
    let paid = pay(does, false);
    assert_eq!(paid.asked, wrong.len() + 1);
    assert_eq!(paid.recorded.len(), 1);
}

#[test]
fn declined_and_cancelled_charge_nothing() {
    for (does, code) in [(Does::Answers(CashierAnswer::Declined), 0x05), (Does::Cancels, 0x6C)] {
        let paid = pay(vec![does], false);
        assert!(
            matches!(paid.outcome, Ok(CardOutcome::Declined { code: got, .. }) if got == code),
            "{:?}",
            paid.outcome
        );
        assert!(paid.recorded.is_empty());
    }
}

#[test]
fn an_answer_from_another_thread_wakes_the_payment() {
    let mut terminal = ExternalTerminal::default();
    let answer = terminal.answer_handle().unwrap();
    let (asked, waiting) = std::sync::mpsc::channel();
    let outcome = std::thread::scope(|scope| {
        scope.spawn(move || {
            waiting.recv().unwrap();
            answer(approved("123456"));
        });
        terminal.transact(&request(), &mut |_| asked.send(()).unwrap(), &mut |_| Ok(()))
    });
    assert!(matches!(outcome, Ok(CardOutcome::Approved(_))), "{outcome:?}");
}

#[test]
fn silence_and_a_full_disk_are_unknown_and_only_a_person_can_tell() {
    let mut terminal = ExternalTerminal::answering_within(Duration::from_millis(20));
    let silent = terminal.transact(&request(), &mut |_| {}, &mut |_| Ok(()));
    assert!(matches!(silent, Err(PortError::OutcomeUnknown { cause: FaultCause::Timeout, .. })), "{silent:?}");
    let answer = terminal.answer_handle().unwrap();
    let unrecorded = terminal.transact(&request(), &mut |_| answer(approved("123456")), &mut |_| Err("full".into()));
    assert!(matches!(unrecorded, Err(PortError::OutcomeUnknown { .. })), "{unrecorded:?}");
    let resolved = terminal.resolve(&request(), None, &mut |_| {});
    assert!(matches!(resolved, Err(PortError::OutcomeUnknown { cause: FaultCause::Unsupported, .. })), "{resolved:?}");
    assert!(terminal.test().is_ok() && terminal.abilities().refund && !terminal.abilities().reversal);
}
