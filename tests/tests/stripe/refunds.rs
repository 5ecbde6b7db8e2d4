//! Money on its way back.

use super::rig::{AMOUNT, Cut, NEVER_ENDING, Rig, SLOW_MS};
use salon_contract::window::PaymentView;
use salon_devices::stripe::StripeTerminal;
use salon_domain::kernel::{Currency, Money, PaymentId};
use salon_ports::{CardOutcome, CardPort, CardReceipt, CardRequest, CardResolution, PortError};
use salon_server::store::StoreExt;
use salon_tests::fake_stripe::{Fault, Step};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A journal beside the port, for what the till has no use case for.
struct Refunding<'a> {
    rig: &'a Rig,
    terminal: StripeTerminal,
    recorded: Vec<CardReceipt>,
}

impl Refunding<'_> {
    fn refund(&mut self, original: PaymentId, n: i64, minor: i64) -> Option<Result<CardOutcome, PortError>> {
        let request = refund_request(original, n, minor);
        let (terminal, recorded) = (&mut self.terminal, &mut self.recorded);
        catch_unwind(AssertUnwindSafe(|| {
            terminal.transact(&request, &mut |_| {}, &mut |receipt| {
                recorded.push(receipt.clone());
                Ok(())
            })
        }))
        .ok()
    }

    fn resolve(&self, original: PaymentId, n: i64, minor: i64) -> CardResolution {
        let mut terminal = self.rig.terminal();
        for _ in 0..40 {
            match terminal.resolve(&refund_request(original, n, minor), None, &mut |_| {}) {
                Ok(resolution) => return resolution,
                Err(PortError::Retryable { .. }) => std::thread::sleep(Duration::from_millis(50)),
                Err(error) => panic!("{error:?}"),
            }
        }
        panic!("nobody came to know")
    }
}

fn refund_request(original: PaymentId, n: i64, minor: i64) -> CardRequest {
    let refund = PaymentId::from_parts(1_000_000 + n, [9; 10]);
    CardRequest::refund(refund, original, Money::new(minor, Currency::EUR))
}

/// Pays, and says which payment that was.
fn paid(rig: &Rig) -> PaymentId {
    assert!(matches!(rig.pay(1), Some(PaymentView::Paid { .. })));
    rig.stripe.ledger()[0].payment.parse().unwrap()
}

#[test]
fn one_refund_or_none_whatever_breaks() {
    let faults = [Fault::DropBefore, Fault::DropAfter, Fault::FailBefore, Fault::FailAfter, Fault::Slow(SLOW_MS)];
    println!("| what breaks | the till heard | given back |\n|---|---|---|");
    let mut count = 0;
    for step in [Step::Refund, Step::ListRefunds] {
        for (fault, killed) in faults.into_iter().flat_map(|fault| [(fault, false), (fault, true)]) {
            let mut rig = Rig::new(Duration::from_secs(5));
            let original = paid(&rig);
            if killed {
                let dead = Arc::clone(&rig.server.dead);
                rig.stripe.plan_with(step, fault, move || dead.store(true, Ordering::SeqCst));
            } else {
                rig.stripe.plan(step, fault, NEVER_ENDING);
            }
            let mut desk = Refunding { rig: &rig, terminal: rig.terminal(), recorded: Vec::new() };
            let heard = desk.refund(original, 1, 2_000).unwrap();
            let recorded: i64 = desk.recorded.iter().map(|receipt| receipt.amount_minor).sum();
            assert!(rig.stripe.fired() > 0);
            rig.stripe.heal();
            if killed {
                rig.restart_server();
            }
            // A failure that Stripe keeps under the key never becomes a refund: that one stays to be decided on.
            let stuck = step == Step::Refund && fault == Fault::FailBefore;
            let desk = Refunding { rig: &rig, terminal: rig.terminal(), recorded: Vec::new() };
            let given_back = match &heard {
                Ok(CardOutcome::Approved(_)) => recorded,
                Ok(CardOutcome::Declined { .. }) | Err(PortError::Retryable { .. } | PortError::Permanent { .. }) => 0,
                Err(PortError::OutcomeUnknown { .. }) if stuck => 0,
                Err(PortError::OutcomeUnknown { .. }) => match desk.resolve(original, 1, 2_000) {
                    CardResolution::Approved(receipt) => receipt.amount_minor,
                    CardResolution::NotCharged => 0,
                },
            };
            let what = format!("{step:?} {fault:?}{}", if killed { ", server killed" } else { "" });
            assert_eq!(rig.stripe.charged_minor(), AMOUNT - given_back, "{what}: {heard:?}");
            assert_eq!(rig.stripe.violations(), Vec::<String>::new(), "{what}");
            let heard = match heard {
                Ok(CardOutcome::Approved(_)) => "given back",
                Ok(CardOutcome::Declined { .. }) => "declined",
                Err(PortError::OutcomeUnknown { .. }) => "unknown",
                Err(_) => "nothing done",
            };
            println!("| {what} | {heard} | {given_back} |");
            count += 1;
        }
    }
    println!("{count} rows: Stripe's ledger and the till agree in all of them");
}

/// A salon that moves to another account gives back from the one that was paid.
#[test]
fn a_refund_comes_from_the_account_that_was_paid() {
    let rig = Rig::new(Duration::from_secs(5));
    let tenant = rig.salon.tenant;
    let move_to = |account| rig.salon.store.writing(|tx| tx.set_card_account(tenant, Some(account))).unwrap();
    move_to("acct_1");
    let original = paid(&rig);
    move_to("acct_2");
    let mut desk = Refunding { rig: &rig, terminal: rig.terminal(), recorded: Vec::new() };
    assert!(matches!(desk.refund(original, 1, AMOUNT), Some(Ok(CardOutcome::Approved(_)))));
    assert_eq!(rig.stripe.charged_minor(), 0);
}

/// The till dies at the call, or the line is cut there: what was asked for is done once, what was not heard of never is.
#[test]
fn a_refund_cut_short_is_done_once_or_never() {
    for cut in [Cut::Before, Cut::After, Cut::KilledBefore, Cut::KilledAfter] {
        let rig = Rig::new(Duration::from_secs(5));
        let original = paid(&rig);
        *rig.line.planned.lock().unwrap() = Some(("refund", cut, 0));
        let mut desk = Refunding { rig: &rig, terminal: rig.terminal(), recorded: Vec::new() };
        let heard = desk.refund(original, 1, 2_000);
        assert_eq!(heard.is_none(), matches!(cut, Cut::KilledBefore | Cut::KilledAfter), "{cut:?}: {heard:?}");
        let given_back = match heard {
            Some(Ok(CardOutcome::Approved(receipt))) => receipt.amount_minor,
            None => match desk.resolve(original, 1, 2_000) {
                CardResolution::Approved(receipt) => receipt.amount_minor,
                CardResolution::NotCharged => 0,
            },
            other => panic!("{cut:?}: {other:?}"),
        };
        assert_eq!(given_back == 0, cut == Cut::KilledBefore, "{cut:?}");
        assert_eq!(rig.stripe.charged_minor(), AMOUNT - given_back, "{cut:?}");
        // The id has had its end: asking again changes nothing.
        let mut again = Refunding { rig: &rig, terminal: rig.terminal(), recorded: Vec::new() };
        again.refund(original, 1, 2_000);
        assert_eq!(rig.stripe.charged_minor(), AMOUNT - given_back, "{cut:?}, again");
    }
}

#[test]
fn money_goes_back_in_parts_and_never_more_than_was_taken() {
    let rig = Rig::new(Duration::from_secs(5));
    let original = paid(&rig);
    let mut desk = Refunding { rig: &rig, terminal: rig.terminal(), recorded: Vec::new() };
    assert!(matches!(desk.refund(original, 1, 2_000), Some(Ok(CardOutcome::Approved(_)))));
    // The same again by the same id is the same refund.
    assert!(matches!(desk.refund(original, 1, 2_000), Some(Ok(CardOutcome::Approved(_)))));
    assert_eq!(rig.stripe.charged_minor(), AMOUNT - 2_000);
    assert!(matches!(desk.refund(original, 2, 4_000), Some(Ok(CardOutcome::Declined { .. }))), "more than is left");
    assert!(matches!(desk.refund(original, 3, AMOUNT + 1), Some(Err(PortError::Permanent { .. }))));
    assert!(matches!(desk.refund(original, 1, 100), Some(Err(PortError::Permanent { .. }))), "the id is used");
    let unknown = PaymentId::from_parts(5, [1; 10]);
    assert!(matches!(desk.refund(unknown, 4, 100), Some(Err(PortError::Permanent { .. }))));
    // The rest, by the number on the receipt.
    let of_rest = refund_request(original, 6, AMOUNT - 2_000);
    let of_rest = CardRequest::reversal(of_rest.payment, 1, "", of_rest.amount);
    let rest = desk.terminal.transact(&of_rest, &mut |_| {}, &mut |_| Ok(()));
    assert!(matches!(rest, Ok(CardOutcome::Approved(_))), "{rest:?}");
    assert_eq!(rig.stripe.charged_minor(), 0);
    // One that is asked about before it comes will not be done any more.
    assert_eq!(desk.resolve(original, 7, 100), CardResolution::NotCharged);
    assert!(matches!(desk.refund(original, 7, 100), Some(Err(PortError::Retryable { .. }))));
    assert_eq!(rig.stripe.violations(), Vec::<String>::new());
}
