//! What a terminal does without a card: close its day, print again, try its line, with each thing that can go wrong.

use crate::card::{CALL_MAX, Till, approved, settings, start};
use salon_devices::sim::{CardFault, CardSim, CardSimOptions};
use salon_devices::zvt::TerminalSettings;
use salon_ports::{CardPort, CardProgress, CardTotal, FaultCause, PortError};
use std::time::{Duration, Instant};

fn total(brand: &str, count: u32, amount_minor: i64) -> CardTotal {
    CardTotal { brand: brand.into(), count, amount_minor }
}

#[test]
fn a_day_is_closed_with_its_totals() {
    let sim = start();
    let control = sim.control();
    let mut till = Till::at(&sim);
    let first = till.request(8200);
    let first = approved(till.pay(&first));
    let second = till.request(5000);
    approved(till.pay(&second));
    control("card visa").unwrap();
    let third = till.request(1250);
    assert_eq!(approved(till.pay(&third)).card_brand, "Visa");
    approved(till.refund(250));
    sim.queue_fault(CardFault::Decline);
    let declined = till.request(9900);
    assert!(till.pay(&declined).is_ok());
    control("card girocard").unwrap();
    approved(till.reverse(first.receipt_number, 8200));

    let mut seen = Vec::new();
    let totals = till.terminal.end_of_day(&mut |progress| seen.push(progress)).unwrap();
    assert_eq!(totals.total_minor, sim.charged_minor());
    assert_eq!(totals.total_minor, 6000);
    assert_eq!(totals.count, Some(5));
    assert_eq!(totals.by_card, [total("girocard", 3, 5000), total("Visa", 2, 1000)]);
    assert!(totals.lines.contains(&"Gesamt EUR 60.00".to_owned()), "{:?}", totals.lines);
    assert!(seen.contains(&CardProgress::Text { text: "Kassenschnitt".into() }));

    // The next day is empty.
    let totals = till.terminal.end_of_day(&mut |_| {}).unwrap();
    assert_eq!((totals.total_minor, totals.count, totals.by_card.len()), (0, Some(0), 0));
    assert_eq!(sim.errors(), Vec::<String>::new());
}

#[test]
fn a_day_that_is_not_closed_says_why() {
    let sim = start();
    let mut till = Till::at(&sim);
    let request = till.request(8200);
    approved(till.pay(&request));
    let cases = [
        (CardFault::Busy, FaultCause::Busy, true),
        (CardFault::Decline, FaultCause::Refused, false),
        (CardFault::DeclineWith(0x7D), FaultCause::Offline, true),
        (CardFault::DeclineWith(0x83), FaultCause::Unsupported, false),
        (CardFault::DeclineWith(0xFF), FaultCause::DeviceError, false),
    ];
    for (fault, cause, retryable) in cases {
        sim.queue_fault(fault);
        let error = till.terminal.end_of_day(&mut |_| {}).unwrap_err();
        assert_eq!((error.cause(), matches!(error, PortError::Retryable { .. })), (cause, retryable), "{fault}");
        assert!(!matches!(error, PortError::OutcomeUnknown { .. }), "{fault}");
    }
    assert_eq!(till.terminal.end_of_day(&mut |_| {}).unwrap().total_minor, 8200);
}

#[test]
fn a_day_whose_end_was_not_seen_is_unknown_and_the_next_one_tells() {
    for (fault, closed) in [
        (CardFault::DropBeforeStatus, false),
        (CardFault::DropDuringStatus, true),
        (CardFault::DropAfterStatus, true),
        (CardFault::DropBeforeCompletion, true),
        (CardFault::Crash(Duration::from_millis(1)), false),
    ] {
        let sim = start();
        let mut till = Till::at(&sim);
        let request = till.request(8200);
        approved(till.pay(&request));
        sim.queue_fault(fault);
        let error = till.terminal.end_of_day(&mut |_| {}).unwrap_err();
        assert!(matches!(error, PortError::OutcomeUnknown { .. }), "{fault}: {error:?}");
        let next = retried(|| till.terminal.end_of_day(&mut |_| {}));
        assert_eq!(next.total_minor, if closed { 0 } else { 8200 }, "{fault}");
    }
}

/// While the terminal is without power it can only be asked again.
fn retried<T>(mut ask: impl FnMut() -> Result<T, PortError>) -> T {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        match ask() {
            Ok(answer) => return answer,
            Err(PortError::Retryable { .. }) if Instant::now() < until => std::thread::yield_now(),
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[test]
fn a_terminal_that_falls_silent_over_its_batch_does_not_hold_the_till() {
    let sim = start();
    sim.queue_fault(CardFault::Silent);
    let impatient = TerminalSettings { card_timeout: Duration::from_millis(200), ..settings() };
    let mut till = Till::with(&sim.address().to_string(), impatient);
    let began = Instant::now();
    let error = till.terminal.end_of_day(&mut |_| {}).unwrap_err();
    assert!(matches!(error, PortError::OutcomeUnknown { cause: FaultCause::Timeout, .. }), "{error:?}");
    assert!(began.elapsed() < CALL_MAX);
}

#[test]
fn the_last_receipt_is_printed_again() {
    let sim = start();
    let mut till = Till::at(&sim);
    let none = till.terminal.repeat_receipt().unwrap_err();
    assert!(matches!(none, PortError::Permanent { .. }), "{none:?}");
    let request = till.request(8200);
    let receipt = approved(till.pay(&request));
    let lines = till.terminal.repeat_receipt().unwrap();
    assert_eq!(lines, receipt.lines);
    assert_eq!(lines[0], "** Kundenbeleg **");
    assert!(!lines.contains(&"** Haendlerbeleg **".to_owned()));
    assert_eq!(sim.charged_minor(), 8200);
}

#[test]
fn a_diagnosis_has_the_terminals_words() {
    let sim = start();
    let mut till = Till::at(&sim);
    let mut seen = Vec::new();
    let lines = till.terminal.diagnosis(&mut |progress| seen.push(progress)).unwrap();
    assert!(lines.contains(&"Terminal-ID 65012345".to_owned()));
    assert!(seen.contains(&CardProgress::Status { code: 0xC9 }));
    assert_eq!(sim.errors(), Vec::<String>::new());
    drop(sim);
    let error = till.terminal.diagnosis(&mut |_| {}).unwrap_err();
    assert_eq!(error.cause(), FaultCause::NotConnected);
}

#[test]
fn the_memory_outlives_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let memory = Some(folder.path().join("terminal.json"));
    let options = || CardSimOptions { memory: memory.clone(), ..CardSimOptions::default() };
    let sim = CardSim::start(options()).unwrap();
    let mut till = Till::at(&sim);
    let request = till.request(8200);
    let paid = approved(till.pay(&request));
    sim.queue_fault(CardFault::Crash(Duration::from_secs(60)));
    let lost = till.request(700);
    let error = till.pay(&lost).unwrap_err();
    assert!(matches!(error, PortError::OutcomeUnknown { .. }), "{error:?}");
    // It does not come back in time; its process is started anew.
    drop(sim);

    let sim = CardSim::start(options()).unwrap();
    assert_eq!((sim.charged_minor(), sim.authorisations(), sim.ledger().len()), (8200, 2, 2));
    let mut till = Till::at(&sim);
    assert_eq!(till.terminal.last_trace().unwrap(), Some(paid.trace));
    let next = till.request(100);
    assert_eq!(approved(till.pay(&next)).trace, paid.trace + 2);
    approved(till.reverse(paid.receipt_number, 8200));
    assert_eq!(sim.charged_minor(), 100);
}
