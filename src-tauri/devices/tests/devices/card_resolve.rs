//! "What was your last transaction?" Method: a till that stopped in the middle, and its successor that knows only the
//! request and the number before; then any row of faults, after which the books of both sides must agree to the cent.

use crate::card::{Till, approved, assert_unknown, settings, start};
use crate::card_wire::RawTill;
use proptest::prelude::*;
use salon_devices::sim::{CardFault, CardSim, CardSimOptions};
use salon_devices::zvt::{Command, Fields};
use salon_domain::kernel::{Currency, Money, PaymentId};
use salon_ports::{CardOutcome, CardPort, CardReceipt, CardRequest, CardResolution, PortError};
use std::time::{Duration, Instant};

fn charged(resolution: Result<CardResolution, PortError>) -> i64 {
    match resolution {
        Ok(CardResolution::Approved(receipt)) => receipt.amount_minor,
        Ok(CardResolution::NotCharged) => 0,
        Err(error) => panic!("not resolved: {error:?}"),
    }
}

/// A till that pays by hand and loses its power once the terminal has its acknowledgement.
fn pay_and_crash(sim: &CardSim, amount_minor: u64) {
    let mut till = RawTill::registered(sim.address());
    till.send(&Command::Authorisation(Fields {
        amount_minor: Some(amount_minor),
        currency: Some(978),
        ..Fields::default()
    }));
    loop {
        let command = till.receive();
        if command != Command::Ack {
            till.send(&Command::Ack);
        }
        // The first line of the receipt shows that the acknowledgement has arrived.
        if matches!(command, Command::PrintLine { .. }) {
            return;
        }
    }
}

#[test]
fn a_till_that_crashed_after_the_approval_finds_its_payment() {
    let sim = start();
    let mut till = Till::at(&sim);
    let before = till.request(8200);
    let before = approved(till.pay(&before));
    pay_and_crash(&sim, 8200);

    let mut successor = Till::at(&sim);
    let request = successor.request(8200);
    let resolution = successor.resolve(&request, Some(before.trace)).unwrap();
    let CardResolution::Approved(receipt) = resolution else {
        panic!("the payment was lost");
    };
    assert_eq!(receipt.trace, before.trace + 1);
    assert_eq!(receipt.amount_minor, 8200);
    assert_eq!(sim.charged_minor(), 16_400);
}

#[test]
fn the_first_payment_of_all_is_found_by_the_number_that_there_was_none() {
    let sim = CardSim::start(CardSimOptions { last_trace: 700_000, ..CardSimOptions::default() }).unwrap();
    let before = Till::at(&sim).terminal.last_trace().unwrap();
    assert_eq!(before, Some(0));
    pay_and_crash(&sim, 8200);
    let mut successor = Till::at(&sim);
    let request = successor.request(8200);
    assert_eq!(charged(successor.resolve(&request, before)), 8200);
}

#[test]
fn without_a_number_from_before_the_amount_proves_nothing() {
    let sim = start();
    // Somebody has taken the same amount by hand, before our till ever spoke to this terminal.
    pay_and_crash(&sim, 8200);
    let mut till = Till::at(&sim);
    let request = till.request(8200);
    let error = till.resolve(&request, None).unwrap_err();
    assert!(matches!(error, PortError::OutcomeUnknown { .. }), "{error:?}");

    // A till that asks first is sure, in its own process and in the next one.
    let before = till.terminal.last_trace().unwrap();
    sim.queue_fault(CardFault::DropBeforeStatus);
    assert_unknown(&till.pay(&request));
    assert_eq!(charged(Till::at(&sim).resolve(&request, before)), 0);
    assert_eq!(charged(till.resolve(&request, None)), 0);
    assert_eq!(sim.charged_minor(), 8200);
}

#[test]
fn what_was_taken_by_hand_since_our_last_payment_is_not_ours() {
    let sim = start();
    let mut till = Till::at(&sim);
    let first = till.request(100);
    approved(till.pay(&first));
    pay_and_crash(&sim, 8200);
    sim.queue_fault(CardFault::DropDuringStatus);
    let request = till.request(8200);
    assert_unknown(&till.pay(&request));
    assert_eq!(charged(till.resolve(&request, Some(1))), 0);
    assert_eq!(sim.charged_minor(), 8300);
}

#[test]
fn a_batch_that_was_closed_since_hides_what_happened() {
    let sim = start();
    let mut till = Till::at(&sim);
    let first = till.request(100);
    let first = approved(till.pay(&first));
    pay_and_crash(&sim, 8200);
    till.terminal.end_of_day(&mut |_| {}).unwrap();
    let mut successor = Till::at(&sim);
    let request = successor.request(8200);
    let error = successor.resolve(&request, Some(first.trace)).unwrap_err();
    assert!(matches!(error, PortError::OutcomeUnknown { .. }), "{error:?}");
}

/// Each kind, its end lost in each way, asked for by the till itself and by its successor.
#[test]
fn every_kind_is_resolved_after_a_restart() {
    let faults = [
        (CardFault::DropBeforeStatus, false),
        (CardFault::DropDuringStatus, false),
        (CardFault::DropAfterStatus, false),
        (CardFault::CrashBeforeStatus(Duration::from_millis(1)), false),
        (CardFault::Crash(Duration::from_millis(1)), false),
        (CardFault::CrashBeforeCompletion(Duration::from_millis(1)), true),
        (CardFault::DropBeforeCompletion, true),
    ];
    for (fault, stands) in faults {
        for kind in 0..3 {
            for restarted in [false, true] {
                let sim = start();
                let mut till = Till::at(&sim);
                let paid = till.request(8200);
                let paid = approved(till.pay(&paid));
                let before = till.terminal.last_trace().unwrap();
                assert_eq!(before, Some(paid.trace));
                let id = PaymentId::from_parts(9, [9; 10]);
                let amount = Money::new(8200, Currency::EUR);
                let request = match kind {
                    0 => CardRequest::payment(id, amount),
                    1 => CardRequest::reversal(id, paid.receipt_number, &paid.terminal_id, amount),
                    _ => CardRequest::refund(id, till.request(0).payment, amount),
                };
                sim.queue_fault(fault);
                let (seen, recorded) = (&mut |_| {}, &mut |_: &CardReceipt| Ok(()));
                let outcome = till.terminal.transact(&request, seen, recorded);
                let known = matches!(outcome, Ok(CardOutcome::Approved(_)));
                assert!(known && stands || matches!(outcome, Err(PortError::OutcomeUnknown { .. })), "{outcome:?}");
                if restarted {
                    till = Till::at(&sim);
                }
                // The answer stays the same however often and whenever it is asked for.
                let resolved = resolve_until_known(&mut till, &request, before);
                assert_eq!(resolved, if stands { 8200 } else { 0 }, "{fault} {kind} {restarted}");
                let moved = sim.charged_minor() - 8200;
                let expected = if kind == 0 { 8200 } else { -8200 };
                assert_eq!(moved, if stands { expected } else { 0 }, "{fault} {kind} {restarted}");
                assert_eq!(sim.errors(), Vec::<String>::new());
            }
        }
    }
}

/// While the terminal is without power it can only be asked again.
fn resolve_until_known(till: &mut Till, request: &CardRequest, before: Option<u32>) -> i64 {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        match till.resolve(request, before) {
            Err(PortError::Retryable { .. }) if Instant::now() < until => std::thread::yield_now(),
            resolution => return charged(resolution),
        }
    }
}

#[test]
fn an_older_payment_of_the_same_amount_is_not_taken_for_the_lost_one() {
    let sim = start();
    let mut till = Till::at(&sim);
    let first = till.request(8200);
    let first = approved(till.pay(&first));
    sim.queue_fault(CardFault::DropBeforeStatus);
    let second = till.request(8200);
    assert_unknown(&till.pay(&second));

    let mut successor = Till::at(&sim);
    let asked = successor.resolve(&second, Some(first.trace));
    assert_eq!(charged(asked), 0);
    // The till itself has seen the first one's number, whatever its caller remembers.
    assert_eq!(charged(till.resolve(&second, None)), 0);
    assert_eq!(sim.charged_minor(), 8200);
}

#[test]
fn numbers_that_begin_again_are_newer() {
    let sim = CardSim::start(CardSimOptions { last_trace: 999_998, ..CardSimOptions::default() }).unwrap();
    let mut till = Till::at(&sim);
    let first = till.request(100);
    let first = approved(till.pay(&first));
    assert_eq!(first.trace, 999_999);
    pay_and_crash(&sim, 250);
    let mut successor = Till::at(&sim);
    let request = successor.request(250);
    assert_eq!(charged(successor.resolve(&request, Some(first.trace))), 250);
}

#[test]
fn another_payment_in_between_is_told_from_ours_or_left_to_a_person() {
    let sim = start();
    let mut till = Till::at(&sim);
    let first = till.request(100);
    let first = approved(till.pay(&first));
    let request = till.request(8200);

    // One other: ours cannot have happened.
    pay_and_crash(&sim, 300);
    assert_eq!(charged(till.resolve(&request, Some(first.trace))), 0);
    // Two others: ours could be behind the last one.
    pay_and_crash(&sim, 400);
    let mut successor = Till::with(&sim.address().to_string(), settings());
    let error = successor.resolve(&request, Some(first.trace)).unwrap_err();
    assert!(matches!(error, PortError::OutcomeUnknown { .. }), "{error:?}");
}

#[test]
fn a_reversal_of_the_same_amount_is_not_taken_for_a_payment() {
    let sim = start();
    let mut till = Till::at(&sim);
    let first = till.request(8200);
    let first = approved(till.pay(&first));
    sim.queue_fault(CardFault::DropBeforeStatus);
    let second = till.request(8200);
    assert_unknown(&till.pay(&second));
    // Somebody gives the first one back meanwhile.
    approved(Till::at(&sim).reverse(first.receipt_number, 8200));
    assert_eq!(sim.charged_minor(), 0);

    let error = Till::at(&sim).resolve(&second, Some(first.trace)).unwrap_err();
    assert!(matches!(error, PortError::OutcomeUnknown { .. }), "{error:?}");
}

fn any_fault() -> impl Strategy<Value = Option<CardFault>> {
    prop_oneof![
        3 => Just(None),
        1 => Just(Some(CardFault::DropBeforeStatus)),
        1 => Just(Some(CardFault::DropAfterStatus)),
        1 => Just(Some(CardFault::DropBeforeCompletion)),
        1 => Just(Some(CardFault::Decline)),
        1 => Just(Some(CardFault::Busy)),
        1 => Just(Some(CardFault::WrongCard)),
        1 => Just(Some(CardFault::AbortByCustomer)),
        1 => Just(Some(CardFault::DropDuringStatus)),
        1 => Just(Some(CardFault::OtherAmount)),
        1 => Just(Some(CardFault::GarbledStatus)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What the till says it took is what the terminal took, whatever goes wrong on the way, and nothing is asked for
    /// twice.
    #[test]
    fn the_books_agree(
        payments in proptest::collection::vec((any_fault(), 1_i64..4, any::<bool>(), any::<bool>()), 1..7)
    ) {
        let sim = start();
        let mut till = Till::at(&sim);
        let mut taken = 0;
        for (fault, amount, recordable, restarted) in &payments {
            if let Some(fault) = fault {
                sim.queue_fault(*fault);
            }
            // Few amounts, so that they repeat.
            let request = till.request(amount * 1000);
            let before = till.terminal.last_trace().unwrap();
            let outcome = till.terminal.transact(&request, &mut |_| {}, &mut |_| {
                if *recordable { Ok(()) } else { Err("disk full".into()) }
            });
            taken += match outcome {
                Ok(CardOutcome::Approved(receipt)) => receipt.amount_minor,
                Ok(CardOutcome::Declined { .. })
                | Err(PortError::Retryable { .. } | PortError::Permanent { .. }) => 0,
                Err(PortError::OutcomeUnknown { .. }) => {
                    if *restarted {
                        till = Till::at(&sim);
                    }
                    match till.resolve(&request, before) {
                        Ok(CardResolution::Approved(receipt)) => receipt.amount_minor,
                        Ok(CardResolution::NotCharged) => 0,
                        Err(error) => return Err(TestCaseError::fail(format!("{error:?}"))),
                    }
                }
            };
            prop_assert_eq!(sim.charged_minor(), taken, "after {:?}", fault);
        }
        prop_assert_eq!(sim.authorisations() as usize, payments.len());
    }
}
