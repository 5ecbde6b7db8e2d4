//! "What was your last transaction?" Method: a till that stopped in the middle, and its successor that knows only the
//! request and the number before; then any row of faults, after which the books of both sides must agree to the cent.

use crate::card::{Till, approved, assert_unknown, settings, start};
use crate::card_wire::RawTill;
use proptest::prelude::*;
use salon_devices::sim::{CardFault, CardSim, CardSimOptions};
use salon_devices::zvt::{Command, Fields};
use salon_ports::{CardOutcome, CardPort, CardResolution, PortError};

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
fn the_first_payment_of_all_is_found_without_a_number() {
    let sim = start();
    pay_and_crash(&sim, 8200);
    let mut successor = Till::at(&sim);
    let request = successor.request(8200);
    assert_eq!(charged(successor.resolve(&request, None)), 8200);
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
        let mut last_trace = None;
        for (fault, amount, recordable, restarted) in &payments {
            if let Some(fault) = fault {
                sim.queue_fault(*fault);
            }
            // Few amounts, so that they repeat.
            let request = till.request(amount * 1000);
            let outcome = till.terminal.pay(&request, &mut |_| {}, &mut |_| {
                if *recordable { Ok(()) } else { Err("disk full".into()) }
            });
            taken += match outcome {
                Ok(CardOutcome::Approved(receipt)) => {
                    last_trace = Some(receipt.trace);
                    receipt.amount_minor
                }
                Ok(CardOutcome::Declined { .. })
                | Err(PortError::Retryable { .. } | PortError::Permanent { .. }) => 0,
                Err(PortError::OutcomeUnknown { .. }) => {
                    if *restarted {
                        till = Till::at(&sim);
                    }
                    match till.resolve(&request, last_trace) {
                        Ok(CardResolution::Approved(receipt)) => {
                            last_trace = Some(receipt.trace);
                            receipt.amount_minor
                        }
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
