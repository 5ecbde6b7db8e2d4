//! The driver against the card terminal simulator. Method: every way a payment can go, and after each the terminal's
//! ledger against what the driver said: no double charge, no lost payment.

use salon_devices::sim::{CardFault, CardSim, CardSimOptions, EntryKind, EntryState};
use salon_devices::stream::TcpConnector;
use salon_devices::zvt::{Password, TerminalSettings, ZvtTerminal};
use salon_domain::kernel::{Currency, Money, PaymentId};
use salon_domain::payment::CardIntentKind;
use salon_ports::{
    CardOutcome, CardPort, CardProgress, CardReceipt, CardRequest, CardResolution, FaultCause, PortError,
};
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// Nothing but a client's card may take longer.
pub const CALL_MAX: Duration = Duration::from_secs(5);

pub fn start() -> CardSim {
    CardSim::start(CardSimOptions::default()).unwrap()
}

pub fn settings() -> TerminalSettings {
    TerminalSettings { card_timeout: Duration::from_secs(20), ..TerminalSettings::default() }
}

/// A till with its journal: what it recorded, in order.
pub struct Till {
    pub terminal: ZvtTerminal,
    pub recorded: Vec<CardReceipt>,
    pub seen: Vec<CardProgress>,
    payments: i64,
}

impl Till {
    pub fn at(sim: &CardSim) -> Till {
        Till::with(&sim.address().to_string(), settings())
    }

    pub fn with(address: &str, settings: TerminalSettings) -> Till {
        Till {
            terminal: ZvtTerminal::new(Box::new(TcpConnector::new(address)), settings),
            recorded: Vec::new(),
            seen: Vec::new(),
            payments: 0,
        }
    }

    pub fn request(&mut self, minor: i64) -> CardRequest {
        self.payments += 1;
        CardRequest::payment(PaymentId::from_parts(self.payments, [7; 10]), Money::new(minor, Currency::EUR))
    }

    pub fn pay(&mut self, request: &CardRequest) -> Result<CardOutcome, PortError> {
        let (recorded, seen) = (&mut self.recorded, &mut self.seen);
        self.terminal.transact(request, &mut |progress| seen.push(progress), &mut |receipt| {
            recorded.push(receipt.clone());
            Ok(())
        })
    }

    pub fn reverse(&mut self, number: u32, minor: i64) -> Result<CardOutcome, PortError> {
        let request = CardRequest { kind: CardIntentKind::Reversal { receipt_number: number }, ..self.request(minor) };
        self.pay(&request)
    }

    pub fn refund(&mut self, minor: i64) -> Result<CardOutcome, PortError> {
        let of = PaymentId::from_parts(7, [7; 10]);
        let request = CardRequest { kind: CardIntentKind::Refund { of }, ..self.request(minor) };
        self.pay(&request)
    }

    pub fn resolve(&mut self, request: &CardRequest, asked_at_trace: Option<u32>) -> Result<CardResolution, PortError> {
        self.terminal.resolve(request, asked_at_trace, &mut |_| {})
    }
}

pub fn approved(outcome: Result<CardOutcome, PortError>) -> CardReceipt {
    match outcome {
        Ok(CardOutcome::Approved(receipt)) => receipt,
        other => panic!("not approved: {other:?}"),
    }
}

pub fn declined(outcome: Result<CardOutcome, PortError>) -> u8 {
    match outcome {
        Ok(CardOutcome::Declined { code, .. }) => code,
        other => panic!("not declined: {other:?}"),
    }
}

pub fn assert_unknown(outcome: &Result<CardOutcome, PortError>) {
    assert!(matches!(outcome, Err(PortError::OutcomeUnknown { .. })), "{outcome:?}");
}

#[test]
fn a_payment_is_recorded_before_the_terminal_knows_that_we_know() {
    let sim = start();
    let mut till = Till::at(&sim);
    let request = till.request(8200);
    let mut state_when_recorded = None;
    let outcome = till.terminal.transact(&request, &mut |_| {}, &mut |_| {
        state_when_recorded = sim.ledger().last().map(|entry| entry.state);
        Ok(())
    });
    assert_eq!(state_when_recorded, Some(EntryState::Authorised));
    let receipt = approved(outcome);
    assert_eq!(sim.charged_minor(), 8200);
    let [entry] = sim.ledger().try_into().unwrap();
    assert_eq!(entry.state, EntryState::Final);
    assert_eq!((receipt.trace, receipt.amount_minor), (entry.trace, 8200));
    assert_eq!(receipt.receipt_number, u32::from(entry.receipt_number));
    assert_eq!(receipt.terminal_id, "65012345");
    assert_eq!(receipt.card_last4, "1234");
    assert_eq!(receipt.card_brand, "girocard");
    assert_eq!(receipt.terminal_clock.len(), 10);
    assert!(receipt.lines.iter().any(|line| line == "EUR 82.00"));
    assert!(receipt.lines.contains(&"girocard ************1234".into()));
    assert_eq!(sim.errors(), Vec::<String>::new());
}

#[test]
fn the_cashier_sees_how_it_goes() {
    let sim = start();
    let mut till = Till::at(&sim);
    let request = till.request(100);
    approved(till.pay(&request));
    let codes: Vec<u8> = till
        .seen
        .iter()
        .filter_map(|progress| match progress {
            CardProgress::Status { code } => Some(*code),
            _ => None,
        })
        .collect();
    assert_eq!(till.seen[0], CardProgress::Connecting);
    assert_eq!(codes, [0x0A, 0x01, 0x04, 0x0B]);
}

#[test]
fn a_declined_card_pays_nothing() {
    let sim = start();
    sim.queue_fault(CardFault::Decline);
    let mut till = Till::at(&sim);
    let request = till.request(8200);
    assert_eq!(declined(till.pay(&request)), 0x05);
    assert!(till.recorded.is_empty());
    assert_eq!(sim.charged_minor(), 0);
    let request = till.request(8200);
    approved(till.pay(&request));
    assert_eq!(sim.charged_minor(), 8200);
    assert_eq!(sim.errors(), Vec::<String>::new());
}

#[test]
fn every_third_card_is_declined_when_asked_for() {
    let sim = CardSim::start(CardSimOptions { decline_every: 3, ..CardSimOptions::default() }).unwrap();
    let mut till = Till::at(&sim);
    let declines: Vec<bool> = (0..6)
        .map(|_| {
            let request = till.request(100);
            matches!(till.pay(&request), Ok(CardOutcome::Declined { .. }))
        })
        .collect();
    assert_eq!(declines, [false, false, true, false, false, true]);
    assert_eq!(sim.charged_minor(), 400);
}

#[test]
fn a_link_lost_before_the_result_charges_nothing_and_is_unknown_until_asked() {
    let sim = start();
    sim.queue_fault(CardFault::DropBeforeStatus);
    let mut till = Till::at(&sim);
    let request = till.request(8200);
    assert_unknown(&till.pay(&request));
    assert!(till.recorded.is_empty());
    let resolution = till.resolve(&request, None).unwrap();
    assert_eq!(resolution, CardResolution::NotCharged);
    assert_eq!(sim.charged_minor(), 0);
    assert_eq!(sim.authorisations(), 1);
}

#[test]
fn an_acknowledgement_that_was_not_heard_charges_nothing() {
    let sim = start();
    sim.queue_fault(CardFault::DropAfterStatus);
    let mut till = Till::at(&sim);
    let request = till.request(8200);
    assert_unknown(&till.pay(&request));
    assert_eq!(till.recorded.len(), 1);
    let resolution = till.resolve(&request, None).unwrap();
    assert_eq!(resolution, CardResolution::NotCharged);
    assert_eq!(sim.ledger()[0].state, EntryState::TakenBack);
    assert_eq!(sim.charged_minor(), 0);
    assert_eq!(sim.authorisations(), 1);
}

#[test]
fn a_completion_that_is_lost_changes_nothing() {
    let sim = start();
    sim.queue_fault(CardFault::DropBeforeCompletion);
    let mut till = Till::at(&sim);
    let request = till.request(8200);
    let receipt = approved(till.pay(&request));
    assert_eq!(till.recorded.len(), 1);
    assert_eq!(receipt.trace, sim.ledger()[0].trace);
    assert!(till.seen.contains(&CardProgress::Recovering));
    assert_eq!(sim.charged_minor(), 8200);
    assert_eq!(sim.authorisations(), 1);
}

#[test]
fn a_terminal_that_falls_silent_is_unknown_until_asked() {
    let sim = start();
    sim.queue_fault(CardFault::Silent);
    let impatient = TerminalSettings { card_timeout: Duration::from_millis(200), ..settings() };
    let mut till = Till::with(&sim.address().to_string(), impatient);
    let request = till.request(8200);
    let outcome = till.pay(&request);
    assert_unknown(&outcome);
    assert_eq!(outcome.unwrap_err().cause(), FaultCause::Timeout);
    let resolution = till.resolve(&request, None).unwrap();
    assert_eq!(resolution, CardResolution::NotCharged);
    assert_eq!(sim.charged_minor(), 0);
    assert_eq!(sim.authorisations(), 1);
}

#[test]
fn while_the_terminal_is_dead_the_question_can_be_asked_again() {
    let sim = start();
    sim.queue_fault(CardFault::Dead);
    let impatient = TerminalSettings { card_timeout: Duration::from_millis(200), ..settings() };
    let mut till = Till::with(&sim.address().to_string(), impatient);
    let request = till.request(8200);
    assert_unknown(&till.pay(&request));
    let began = Instant::now();
    let error = till.resolve(&request, None).unwrap_err();
    assert!(matches!(error, PortError::Retryable { .. }), "{error:?}");
    assert!(began.elapsed() < CALL_MAX);
    sim.clear();
    let resolution = till.resolve(&request, None).unwrap();
    assert_eq!(resolution, CardResolution::NotCharged);
    assert_eq!(sim.authorisations(), 1);
}

#[test]
fn what_cannot_be_recorded_is_taken_back() {
    let sim = start();
    let mut till = Till::at(&sim);
    let request = till.request(8200);
    let outcome = till.terminal.transact(&request, &mut |_| {}, &mut |_| Err("disk full".into()));
    let error = outcome.unwrap_err();
    assert!(matches!(error, PortError::Permanent { .. }), "{error:?}");
    assert!(error.detail().contains("disk full"));
    assert_eq!(sim.ledger()[0].state, EntryState::TakenBack);
    assert_eq!(sim.charged_minor(), 0);
    // Space was made; the client pays once.
    let request = till.request(8200);
    approved(till.pay(&request));
    assert_eq!(sim.charged_minor(), 8200);
    assert_eq!(sim.errors(), Vec::<String>::new());
}

#[test]
fn another_amount_than_was_asked_for_is_taken_back() {
    let sim = start();
    sim.queue_fault(CardFault::OtherAmount);
    let mut till = Till::at(&sim);
    let request = till.request(8200);
    let error = till.pay(&request).unwrap_err();
    assert!(matches!(error, PortError::Permanent { .. }), "{error:?}");
    assert_eq!(error.cause(), FaultCause::Protocol);
    assert!(till.recorded.is_empty());
    assert_eq!(sim.charged_minor(), 0);
}

#[test]
fn a_result_that_cannot_be_read_is_not_acknowledged() {
    let sim = start();
    sim.queue_fault(CardFault::GarbledStatus);
    let mut till = Till::at(&sim);
    let request = till.request(8200);
    assert_unknown(&till.pay(&request));
    let resolution = till.resolve(&request, None).unwrap();
    assert_eq!(resolution, CardResolution::NotCharged);
    assert_eq!(sim.charged_minor(), 0);
}

#[test]
fn what_the_terminal_never_began_is_no_unknown_outcome() {
    let sim = start();
    sim.queue_fault(CardFault::Busy);
    let mut till = Till::at(&sim);
    let request = till.request(100);
    let busy = till.pay(&request).unwrap_err();
    assert!(matches!(busy, PortError::Retryable { .. }), "{busy:?}");
    assert_eq!(busy.cause(), FaultCause::Busy);

    let wrong_password = TerminalSettings { password: Password::try_from("999999".to_owned()).unwrap(), ..settings() };
    let mut till = Till::with(&sim.address().to_string(), wrong_password);
    let refused = till.pay(&request).unwrap_err();
    assert!(matches!(refused, PortError::Permanent { .. }), "{refused:?}");

    let swiss = CardSim::start(CardSimOptions { currency: Currency::CHF, ..CardSimOptions::default() }).unwrap();
    let refused = Till::at(&swiss).pay(&request).unwrap_err();
    assert!(matches!(refused, PortError::Permanent { .. }), "{refused:?}");

    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap().to_string();
    drop(nobody);
    let absent = Till::with(&address, settings()).pay(&request).unwrap_err();
    assert!(matches!(absent, PortError::Retryable { .. }), "{absent:?}");
    assert_eq!(absent.cause(), FaultCause::NotConnected);
    assert_eq!(sim.charged_minor(), 0);
}

#[test]
fn an_amount_that_is_none_does_not_reach_the_terminal() {
    let sim = start();
    let mut till = Till::at(&sim);
    for (minor, currency) in
        [(0, Currency::EUR), (-1, Currency::EUR), (1_000_000_000_000, Currency::EUR), (100, Currency::CHF)]
    {
        let request = CardRequest::payment(PaymentId::from_parts(1, [0; 10]), Money::new(minor, currency));
        let error = till.pay(&request).unwrap_err();
        assert!(matches!(error, PortError::Permanent { .. }), "{error:?}");
    }
    assert_eq!(sim.authorisations(), 0);
}

#[test]
fn the_cashier_can_stop_a_payment() {
    let sim = CardSim::start(CardSimOptions { delay: Duration::from_secs(10), ..CardSimOptions::default() }).unwrap();
    let mut till = Till::at(&sim);
    let request = till.request(8200);
    let cancel = till.terminal.cancel_handle();
    let began = Instant::now();
    let outcome = std::thread::scope(|scope| {
        let (insert_card, shown) = std::sync::mpsc::channel();
        scope.spawn(move || {
            if shown.recv().is_ok() {
                cancel();
                cancel();
            }
        });
        till.terminal.transact(
            &request,
            &mut |progress| {
                if matches!(progress, CardProgress::Status { code: 0x0A }) {
                    insert_card.send(()).unwrap();
                }
            },
            &mut |_| Ok(()),
        )
    });
    assert_eq!(declined(outcome), 0x6C);
    assert!(began.elapsed() < CALL_MAX);
    assert_eq!(sim.charged_minor(), 0);
    assert_eq!(sim.errors(), Vec::<String>::new());
}

#[test]
fn time_that_is_up_stops_the_payment_at_the_terminal() {
    let sim = CardSim::start(CardSimOptions { delay: Duration::from_secs(10), ..CardSimOptions::default() }).unwrap();
    let impatient = TerminalSettings { card_timeout: Duration::from_millis(200), ..settings() };
    let mut till = Till::with(&sim.address().to_string(), impatient);
    let request = till.request(8200);
    assert_eq!(declined(till.pay(&request)), 0x6C);
    assert_eq!(sim.charged_minor(), 0);
}

#[test]
fn money_goes_back_by_reversal_or_by_refund() {
    let sim = start();
    let mut till = Till::at(&sim);
    let first = till.request(8200);
    let first = approved(till.pay(&first));
    let second = till.request(5000);
    let second = approved(till.pay(&second));

    // All of it, today: a reversal.
    approved(till.reverse(first.receipt_number, 8200));
    assert_eq!(sim.charged_minor(), 5000);
    // Not twice.
    assert_eq!(declined(till.reverse(first.receipt_number, 8200)), 0xB4);
    // A part of it: a refund.
    assert_eq!(declined(till.reverse(second.receipt_number, 2000)), 0xB7);
    approved(till.refund(2000));
    assert_eq!(sim.charged_minor(), 3000);
    let kinds: Vec<EntryKind> = sim.ledger().iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [EntryKind::Payment, EntryKind::Payment, EntryKind::Reversal, EntryKind::Refund]);
    assert_eq!(till.recorded.len(), 4);
    assert_eq!(sim.errors(), Vec::<String>::new());
}

#[test]
fn a_reversal_whose_end_is_lost_is_resolved_like_a_payment() {
    let sim = start();
    let mut till = Till::at(&sim);
    let payment = till.request(8200);
    let payment = approved(till.pay(&payment));
    sim.queue_fault(CardFault::DropAfterStatus);
    let outcome = till.reverse(payment.receipt_number, 8200);
    assert_unknown(&outcome);
    let id = PaymentId::from_parts(2, [7; 10]);
    let request =
        CardRequest::reversal(id, payment.receipt_number, &payment.terminal_id, Money::new(8200, Currency::EUR));
    let resolution = till.resolve(&request, Some(payment.trace)).unwrap();
    assert_eq!(resolution, CardResolution::NotCharged);
    assert_eq!(sim.charged_minor(), 8200);

    sim.queue_fault(CardFault::DropBeforeCompletion);
    approved(till.reverse(payment.receipt_number, 8200));
    assert_eq!(sim.charged_minor(), 0);
}
