//! Payments on a Stripe reader, whole: a till with its journal, the real server over HTTP, and a strict Stripe with a
//! ledger of its own. Method: break each step in each way, once and until somebody looks, kill the till or the server
//! there, cut the line; then ask until it is known, and hold Stripe's ledger against the till's journal: one charge or
//! none, nothing held, and the next payment goes through. The matrix is printed.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test ends where it is surprised, and shows its table")]

mod matrix;
mod refunds;
mod rig;

use rig::{AMOUNT, Rig, serve};
use salon_contract::device::{CardCall, CardReply};
use salon_contract::window::{Ask, PaymentView, TestDevice};
use salon_devices::stripe::CallError;
use salon_domain::kernel::{Currency, PaymentId};
use salon_server::provision;
use salon_server::store::StoreExt;
use salon_terminal::app::App;
use salon_terminal::clock::ManualClock;
use salon_terminal::compose::{AppConfig, Opened};
use salon_tests::fake_stripe::{FakeStripe, READER};
use salon_tests::salon::{MORNING, Salon};
use std::sync::Arc;
use std::time::Duration;

#[test]
fn what_comes_late_finds_the_payment_ended() {
    let rig = Rig::new(Duration::from_secs(5));
    let server = rig.line.server.lock().unwrap().clone().unwrap();
    let patience = Duration::from_secs(5);
    let payment = PaymentId::from_parts(9, [3; 10]);
    let (amount_minor, currency) = (AMOUNT, Currency::EUR);
    let start =
        CardCall::Start(salon_contract::device::StartCard { payment, reader: READER.into(), amount_minor, currency });
    let resolve = CardCall::Resolve(salon_contract::device::ResolveCard { payment, amount_minor, currency });
    let ended = |reply: Result<CardReply, CallError>| matches!(reply, Ok(CardReply::NotCharged { .. }));
    assert!(ended(server.call(&resolve, patience)));
    assert!(ended(server.call(&start, patience)));
    assert_eq!(rig.stripe.ledger(), Vec::new());
    // And a capture that comes after the hold was given up takes nothing.
    let payment = PaymentId::from_parts(10, [3; 10]);
    let about = salon_contract::device::AboutCard { payment };
    let start =
        CardCall::Start(salon_contract::device::StartCard { payment, reader: READER.into(), amount_minor, currency });
    server.call(&start, patience).unwrap();
    let mut reply = server.call(&CardCall::Poll(about), patience).unwrap();
    while reply == CardReply::Waiting {
        reply = server.call(&CardCall::Poll(about), patience).unwrap();
    }
    let CardReply::Authorised { receipt } = reply else { panic!("{reply:?}") };
    assert_eq!(
        (receipt.brand.as_str(), receipt.last4.as_str(), receipt.authorisation.as_str()),
        ("visa", "4242", "123456")
    );
    assert_eq!(rig.stripe.held_minor(), AMOUNT);
    let resolve = CardCall::Resolve(salon_contract::device::ResolveCard { payment, amount_minor, currency });
    assert!(ended(server.call(&resolve, patience)));
    assert!(ended(server.call(&CardCall::Capture(about), patience)));
    assert_eq!((rig.stripe.charged_minor(), rig.stripe.held_minor()), (0, 0));
}

/// The till's clock is an hour wrong: the server says so, and the payment goes through.
#[test]
fn a_wrong_clock_pays_all_the_same() {
    let rig = Rig::new(Duration::from_secs(5));
    rig.till().clock.advance_ms(3_600_000);
    assert!(matches!(rig.pay(1), Some(PaymentView::Paid { .. })));
    assert_eq!(rig.stripe.charged_minor(), AMOUNT);
}

/// Enrolled over the wire, the reader in its settings: the composition root makes the way to the server.
#[test]
fn a_terminal_in_its_own_folder_reaches_the_reader() {
    let (salon, stripe) = (Salon::new().unwrap(), FakeStripe::start().unwrap());
    salon.store.writing(|tx| tx.set_card_reader(salon.tenant, READER, "Front desk")).unwrap();
    let server = serve(&salon, &stripe);
    let code = provision::pairing_code(salon.store.as_ref(), salon.tenant, salon.branch, "Till 9").unwrap();
    let folder = salon.dir.path().join("own");
    std::fs::create_dir(&folder).unwrap();
    // Keys in a file: a test has no keyring.
    std::fs::write(folder.join("secrets.json"), "{}").unwrap();
    let config = || AppConfig { clock: Arc::new(ManualClock::at(MORNING)), ..AppConfig::quiet(&folder) };
    let opened = Opened::new(&folder, config().clock).unwrap();
    salon_terminal::enrol::enrol(&opened, &server.url, &code.to_string(), "").unwrap();
    let id = opened.add_device(&format!("stripe:{READER}"), "", &[], Currency::EUR, true).unwrap().id;
    drop(opened);

    let app = App::open(config()).unwrap();
    app.ask(TestDevice { id }.call()).unwrap();
    stripe.set_offline(true);
    let failure = app.ask(TestDevice { id }.call()).unwrap_err();
    assert!(format!("{failure:?}").contains("offline"), "{failure:?}");
    drop(server);
    assert!(app.ask(TestDevice { id }.call()).is_err());
}
