//! The Stripe driver against a server that says what the test wants. The whole way to a strict Stripe is in the
//! workspace's `tests/tests/stripe.rs`; here is what the driver itself promises.

use salon_contract::device::{CardCall, CardReply, NotCharged, RemoteReceipt};
use salon_devices::stripe::{CallError, CardServer, StripeSettings, StripeTerminal};
use salon_devices::{CardTerminalConfig, card_terminal};
use salon_domain::kernel::{Currency, Money, PaymentId};
use salon_ports::{
    CardOutcome, CardPort, CardProgress, CardReceipt, CardRequest, CardResolution, FaultCause, PortError,
};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

type Said = Result<CardReply, CallError>;

/// Gives the replies of the script in order, the last one for ever, and notes what it was asked.
struct Script {
    replies: Mutex<VecDeque<Said>>,
    asked: Mutex<Vec<&'static str>>,
}

impl CardServer for Script {
    fn call(&self, call: &CardCall, _: Duration) -> Said {
        self.asked.lock().unwrap().push(call.name());
        let mut replies = self.replies.lock().unwrap();
        if replies.len() > 1 { replies.pop_front().unwrap() } else { replies.front().unwrap().clone() }
    }
}

struct Shared(Arc<Script>);

impl CardServer for Shared {
    fn call(&self, call: &CardCall, patience: Duration) -> Said {
        self.0.call(call, patience)
    }
}

fn terminal(replies: Vec<Said>) -> (StripeTerminal, Arc<Script>) {
    let script = Arc::new(Script { replies: Mutex::new(replies.into()), asked: Mutex::default() });
    let settings = StripeSettings {
        poll_every: Duration::from_millis(1),
        end_within: Duration::from_millis(40),
        silence_max: Duration::from_millis(40),
        ..StripeSettings::new("tmr_1", Duration::from_secs(20))
    };
    (StripeTerminal::new(Some(Arc::new(Shared(Arc::clone(&script)))), settings), script)
}

fn request() -> CardRequest {
    CardRequest::payment(PaymentId::from_parts(1, [7; 10]), Money::new(4_900, Currency::EUR))
}

fn remote(amount_minor: i64) -> RemoteReceipt {
    RemoteReceipt {
        number: 7,
        reader: "tmr_1".into(),
        authorisation: "123456".into(),
        brand: "visa".into(),
        last4: "4242".into(),
        amount_minor,
        currency: Currency::EUR,
        at_ms: 1_790_665_200_000,
        lines: vec!["Visa Credit".into()],
    }
}

fn authorised() -> Said {
    Ok(CardReply::Authorised { receipt: remote(4_900) })
}

fn captured() -> Said {
    Ok(CardReply::Captured { receipt: remote(4_900) })
}

fn not_charged(why: NotCharged, code: &str) -> Said {
    Ok(CardReply::NotCharged { why, code: code.into() })
}

fn lost() -> Said {
    Err(CallError::Unknown("lost".into()))
}

fn pay(terminal: &mut StripeTerminal) -> (Result<CardOutcome, PortError>, Vec<CardReceipt>, Vec<CardProgress>) {
    let (mut recorded, mut seen) = (Vec::new(), Vec::new());
    let outcome = terminal.transact(&request(), &mut |progress| seen.push(progress), &mut |receipt| {
        recorded.push(receipt.clone());
        Ok(())
    });
    (outcome, recorded, seen)
}

#[test]
fn the_approval_is_recorded_before_the_money_is_taken() {
    let (mut terminal, script) =
        terminal(vec![Ok(CardReply::Waiting), Ok(CardReply::Waiting), authorised(), captured()]);
    let mut asked_when_recorded = Vec::new();
    let outcome = terminal.transact(&request(), &mut |_| {}, &mut |_| {
        asked_when_recorded = script.asked.lock().unwrap().clone();
        Ok(())
    });
    let Ok(CardOutcome::Approved(receipt)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(asked_when_recorded, ["start", "poll", "poll"]);
    assert_eq!(*script.asked.lock().unwrap(), ["start", "poll", "poll", "capture"]);
    assert_eq!((receipt.trace, receipt.receipt_number, receipt.card_last4.as_str()), (7, 7, "4242"));
    assert_eq!(receipt.terminal_clock, "0929070000");
}

#[test]
fn what_cannot_be_recorded_is_given_up_and_never_taken() {
    for (reply, is_known) in [(not_charged(NotCharged::Cancelled, ""), true), (lost(), false)] {
        let (mut terminal, script) = terminal(vec![authorised(), reply]);
        let outcome = terminal.transact(&request(), &mut |_| {}, &mut |_| Err("the disk is full".into()));
        assert_eq!(matches!(outcome, Err(PortError::Permanent { .. })), is_known, "{outcome:?}");
        assert_eq!(matches!(outcome, Err(PortError::OutcomeUnknown { .. })), !is_known, "{outcome:?}");
        assert_eq!(*script.asked.lock().unwrap(), ["start", "resolve"]);
    }
}

#[test]
fn each_end_has_its_outcome() {
    let declined = |code| Ok(Some(code));
    let cases: Vec<(Said, Result<Option<u8>, FaultCause>)> = vec![
        (not_charged(NotCharged::Declined, "card_declined"), declined(0x05)),
        (not_charged(NotCharged::Declined, "expired_card"), declined(0x78)),
        (not_charged(NotCharged::Cancelled, "customer_canceled"), declined(0x6C)),
        (not_charged(NotCharged::ReaderBusy, "terminal_reader_busy"), Err(FaultCause::Busy)),
        (not_charged(NotCharged::ReaderOffline, "terminal_reader_offline"), Err(FaultCause::Offline)),
        (not_charged(NotCharged::Refused, "no_answer"), Err(FaultCause::NotConnected)),
        (not_charged(NotCharged::Refused, "amount_too_small"), Err(FaultCause::Refused)),
        (Err(CallError::NotSent("away".into())), Err(FaultCause::NotConnected)),
        (Err(CallError::Refused { code: "revoked".into(), detail: String::new() }), Err(FaultCause::AccessDenied)),
        (Err(CallError::Refused { code: "bad_currency".into(), detail: String::new() }), Err(FaultCause::Unsupported)),
    ];
    for (reply, expected) in cases {
        let (mut terminal, _) = terminal(vec![reply.clone()]);
        let (outcome, recorded, _) = pay(&mut terminal);
        assert!(recorded.is_empty());
        match (outcome, expected) {
            (Ok(CardOutcome::Declined { code, .. }), Ok(Some(wanted))) => assert_eq!(code, wanted, "{reply:?}"),
            (Err(error @ (PortError::Retryable { .. } | PortError::Permanent { .. })), Err(wanted)) => {
                assert_eq!(error.cause(), wanted, "{reply:?}");
            }
            other => panic!("{reply:?}: {other:?}"),
        }
    }
}

#[test]
fn a_server_that_goes_away_leaves_it_unknown_within_its_time() {
    for replies in [
        vec![lost()],
        vec![Ok(CardReply::Waiting), lost()],
        vec![authorised(), lost()],
        vec![authorised(), not_charged(NotCharged::Refused, "expired")],
        vec![Ok(CardReply::Authorised { receipt: remote(4_901) })],
        vec![lost(), Err(CallError::Refused { code: "no_such_payment".into(), detail: String::new() })],
    ] {
        let (mut terminal, script) = terminal(replies);
        let (outcome, ..) = pay(&mut terminal);
        assert!(matches!(outcome, Err(PortError::OutcomeUnknown { .. })), "{outcome:?}");
        assert_eq!(script.asked.lock().unwrap().iter().filter(|call| **call == "start").count(), 1, "never again");
    }
}

#[test]
fn a_hiccup_in_the_line_is_waited_out() {
    let (mut terminal, _) = terminal(vec![
        lost(),
        Ok(CardReply::Waiting),
        Err(CallError::NotSent("away".into())),
        Err(CallError::Refused { code: "too_many_tries".into(), detail: String::new() }),
        authorised(),
        lost(),
        Err(CallError::NotSent("away".into())),
        captured(),
    ]);
    let (outcome, recorded, seen) = pay(&mut terminal);
    assert!(matches!(outcome, Ok(CardOutcome::Approved(_))), "{outcome:?}");
    assert_eq!(recorded.len(), 1);
    assert_eq!(seen[0], CardProgress::Connecting);
    assert!(seen.contains(&CardProgress::Status { code: 0x0A }) && seen.contains(&CardProgress::Recovering));
}

#[test]
fn the_cashier_stops_it_once_and_the_reader_decides() {
    for (end, stopped) in [(not_charged(NotCharged::Cancelled, ""), true), (authorised(), false)] {
        let (mut terminal, script) = terminal(vec![Ok(CardReply::Waiting), Ok(CardReply::Waiting), end, captured()]);
        let cancel = terminal.cancel_handle();
        let outcome = terminal.transact(
            &request(),
            &mut |progress| {
                if progress == (CardProgress::Status { code: 0x0A }) {
                    cancel();
                }
            },
            &mut |_| Ok(()),
        );
        assert_eq!(matches!(outcome, Ok(CardOutcome::Declined { code: 0x6C, .. })), stopped, "{outcome:?}");
        assert_eq!(matches!(outcome, Ok(CardOutcome::Approved(_))), !stopped, "{outcome:?}");
        assert_eq!(script.asked.lock().unwrap().iter().filter(|call| **call == "cancel").count(), 1);
    }
}

#[test]
fn a_client_who_does_not_come_is_not_waited_for_for_ever() {
    let script =
        Arc::new(Script { replies: Mutex::new(VecDeque::from([Ok(CardReply::Waiting)])), asked: Mutex::default() });
    let settings = StripeSettings {
        poll_every: Duration::from_millis(1),
        end_within: Duration::from_millis(30),
        ..StripeSettings::new("tmr_1", Duration::from_millis(30))
    };
    let mut terminal = StripeTerminal::new(Some(Arc::new(Shared(Arc::clone(&script)))), settings);
    let (outcome, ..) = pay(&mut terminal);
    assert!(matches!(outcome, Err(PortError::OutcomeUnknown { cause: FaultCause::Timeout, .. })), "{outcome:?}");
    assert!(script.asked.lock().unwrap().contains(&"cancel"));
}

#[test]
fn resolving_says_what_the_server_says() {
    let (mut terminal, _) =
        terminal(vec![captured(), not_charged(NotCharged::Never, ""), Ok(CardReply::Waiting), lost()]);
    let mut resolve = || terminal.resolve(&request(), Some(3), &mut |_| {});
    assert!(matches!(resolve(), Ok(CardResolution::Approved(receipt)) if receipt.amount_minor == 4_900));
    assert_eq!(resolve().unwrap(), CardResolution::NotCharged);
    assert!(matches!(resolve(), Err(PortError::Retryable { cause: FaultCause::Busy, .. })));
    assert!(matches!(resolve(), Err(PortError::Retryable { cause: FaultCause::LinkLost, .. })));
}

#[test]
fn without_a_server_every_use_says_so() {
    let config = CardTerminalConfig::Stripe { reader: "tmr_1".into(), card_timeout_s: 60 };
    let mut terminal = card_terminal(&config, None);
    let refund = CardRequest::refund(request().payment, PaymentId::from_parts(2, [1; 10]), request().amount);
    let is_away = |error: PortError| matches!(error, PortError::Permanent { cause: FaultCause::NotConnected, .. });
    assert!(is_away(terminal.test().unwrap_err()));
    assert!(is_away(terminal.transact(&request(), &mut |_| {}, &mut |_| Ok(())).unwrap_err()));
    assert!(is_away(terminal.resolve(&request(), None, &mut |_| {}).unwrap_err()));
    assert!(is_away(terminal.transact(&refund, &mut |_| {}, &mut |_| Ok(())).unwrap_err()));
    let abilities = terminal.abilities();
    assert!(abilities.refund && abilities.reversal && !abilities.end_of_day && !abilities.repeat_receipt);
}
