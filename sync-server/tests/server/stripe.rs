//! Card calls of terminals: who may ask, and what is refused before Stripe hears of it. What Stripe does is in the
//! workspace's `tests/tests/stripe.rs`; here nobody listens at its address.

use super::support::{Terminal, TestApp, fixed, harbour, old_town};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use ed25519_dalek::{Signer, SigningKey};
use salon_contract::device::{
    AboutCard, AskReader, CARDS, CardCall, CardReply, DEVICE_HEADER, NONCE_HEADER, NOW_HEADER, NotCharged, RefundCard,
    RefundOf, ResolveCard, SIGNATURE_HEADER, StartCard, TIME_HEADER, signed_text,
};
use salon_domain::kernel::{Currency, DeviceId, PaymentId};
use salon_server::http::{App, router};
use salon_server::integrations::stripe::{Api, ApiConfig, SecretKey};
use salon_server::store::StoreExt;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tower::ServiceExt;

const READER: &str = "tmr_1";

struct Counter {
    app: TestApp,
    router: Router,
    till: Terminal,
    nonce: std::cell::Cell<u8>,
}

/// What a request says of itself; a test changes what it wants to be wrong.
struct Signed {
    path: String,
    body: String,
    device: DeviceId,
    time_ms: i64,
    nonce: String,
    signature: String,
}

impl Counter {
    /// A till of the harbour with a reader, and a Stripe that is not there.
    fn new() -> Counter {
        let app = TestApp::new();
        app.store.writing(|tx| tx.set_card_reader(app.tenant, READER, "Front desk")).unwrap();
        // The port of "discard": nobody listens.
        let config = ApiConfig::new("http://127.0.0.1:9", SecretKey::new("sk_test_12345678").unwrap()).unwrap();
        let served = App::with(Arc::clone(&app.store), None, Some(Api::new(config)));
        let till = app.terminal(harbour(), 1);
        Counter { router: router(served), till, app, nonce: std::cell::Cell::new(0) }
    }

    fn signed(&self, till: &Terminal, call: &CardCall) -> Signed {
        self.nonce.set(self.nonce.get() + 1);
        let time_ms = self.app.store.env().now().0;
        self.signed_as(&till.key, till.info.device, call, time_ms)
    }

    fn signed_as(&self, key: &SigningKey, device: DeviceId, call: &CardCall, time_ms: i64) -> Signed {
        let (path, body) = (format!("{CARDS}{}", call.name()), call.body().unwrap());
        let nonce = format!("{:032x}", self.nonce.get());
        let digest: String = Sha256::digest(body.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
        let text = signed_text("POST", &path, device, time_ms, &nonce, &digest);
        let signature = key.sign(text.as_bytes()).to_bytes().iter().map(|b| format!("{b:02x}")).collect();
        Signed { path, body, device, time_ms, nonce, signature }
    }

    async fn send(&self, signed: &Signed) -> (u16, Value, Option<i64>) {
        let request = Request::post(&signed.path)
            .header(DEVICE_HEADER, signed.device.to_string())
            .header(TIME_HEADER, signed.time_ms.to_string())
            .header(NONCE_HEADER, &signed.nonce)
            .header(SIGNATURE_HEADER, &signed.signature)
            .header("content-type", "application/json")
            .body(Body::from(signed.body.clone()))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let now = response.headers().get(NOW_HEADER).and_then(|now| now.to_str().unwrap().parse().ok());
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null), now)
    }

    async fn ask(&self, till: &Terminal, call: &CardCall) -> Result<CardReply, (u16, String)> {
        let (status, body, _) = self.send(&self.signed(till, call)).await;
        if status == 200 {
            return Ok(serde_json::from_value(body).unwrap());
        }
        Err((status, body["code"].as_str().unwrap().to_owned()))
    }
}

fn payment(n: u8) -> PaymentId {
    fixed(n)
}

fn start(n: u8, reader: &str, amount_minor: i64, currency: Currency) -> CardCall {
    CardCall::Start(StartCard { payment: payment(n), reader: reader.into(), amount_minor, currency })
}

fn poll(n: u8) -> CardCall {
    CardCall::Poll(AboutCard { payment: payment(n) })
}

fn refused(status: u16, code: &str) -> Result<CardReply, (u16, String)> {
    Err((status, code.to_owned()))
}

#[tokio::test]
async fn only_the_key_of_enrolment_opens_the_door() {
    let counter = Counter::new();
    let good = counter.signed(&counter.till, &poll(1));
    assert_eq!(counter.send(&good).await.0, 404, "taken, and there is no such payment");

    let stranger = SigningKey::from_bytes(&[99; 32]);
    let now = counter.app.store.env().now().0;
    let device = counter.till.info.device;
    let other_key = counter.signed_as(&stranger, device, &poll(1), now);
    let other_device = Signed { device: fixed(77), ..counter.signed(&counter.till, &poll(1)) };
    let other_body = Signed { body: poll(2).body().unwrap(), ..counter.signed(&counter.till, &poll(1)) };
    let other_path = Signed { path: format!("{CARDS}capture"), ..counter.signed(&counter.till, &poll(1)) };
    let other_time = Signed { time_ms: now + 1, ..counter.signed(&counter.till, &poll(1)) };
    let no_nonce = Signed { nonce: "x".into(), ..counter.signed(&counter.till, &poll(1)) };
    let no_signature = Signed { signature: String::new(), ..counter.signed(&counter.till, &poll(1)) };
    for wrong in [other_key, other_device, other_body, other_path, other_time, no_nonce, no_signature] {
        let (status, body, _) = counter.send(&wrong).await;
        assert_eq!((status, body["code"].as_str()), (401, Some("bad_signature")), "{} {}", wrong.path, wrong.body);
    }
}

#[tokio::test]
async fn a_request_is_taken_once_and_not_out_of_its_time() {
    let counter = Counter::new();
    let once = counter.signed(&counter.till, &poll(1));
    assert_eq!(counter.send(&once).await.0, 404);
    let (status, body, _) = counter.send(&once).await;
    assert_eq!((status, body["code"].as_str()), (409, Some("replayed")));
    // Four minutes later it is still known; six minutes later it is too old to be.
    counter.app.clock.forward_s(4 * 60);
    assert_eq!(counter.send(&once).await.1["code"], "replayed");
    counter.app.clock.forward_s(2 * 60);
    assert_eq!(counter.send(&once).await.1["code"], "clock_skew");

    let now = counter.app.store.env().now().0;
    for (off_ms, status) in [(299_000, 404), (-299_000, 404), (301_000, 401), (-301_000, 401)] {
        counter.nonce.set(counter.nonce.get() + 1);
        let off = counter.signed_as(&counter.till.key, counter.till.info.device, &poll(1), now + off_ms);
        let (got, body, said) = counter.send(&off).await;
        assert_eq!(got, status, "{off_ms}: {body}");
        assert_eq!(said, (status == 401).then_some(now), "whose clock is wrong is told the time");
    }
}

#[tokio::test]
async fn a_revoked_or_quarantined_terminal_pays_nothing() {
    let counter = Counter::new();
    let (tenant, now) = (counter.app.tenant, counter.app.store.env().now());
    let second = counter.app.terminal(harbour(), 2);
    counter.app.store.writing(|tx| tx.revoke_device(tenant, counter.till.info.device, now)).unwrap();
    counter.app.store.writing(|tx| tx.quarantine(tenant, second.info.device, now, "test")).unwrap();
    let call = start(1, READER, 100, Currency::EUR);
    assert_eq!(counter.ask(&counter.till, &call).await, refused(403, "revoked"));
    assert_eq!(counter.ask(&second, &call).await, refused(403, "quarantined"));
}

#[tokio::test]
async fn what_no_reader_takes_is_refused_at_once() {
    let counter = Counter::new();
    for (call, status, code) in [
        (start(1, "tmr_other", 100, Currency::EUR), 404, "no_such_reader"),
        (start(1, READER, 0, Currency::EUR), 422, "bad_amount"),
        (start(1, READER, -5, Currency::EUR), 422, "bad_amount"),
        (start(1, READER, 100_000_000, Currency::EUR), 422, "bad_amount"),
        (start(1, READER, 100, "ISK".parse().unwrap()), 422, "bad_currency"),
        (CardCall::Reader(AskReader { reader: "tmr_other".into() }), 404, "no_such_reader"),
        (CardCall::Capture(AboutCard { payment: payment(1) }), 404, "no_such_payment"),
        (CardCall::Cancel(AboutCard { payment: payment(1) }), 404, "no_such_payment"),
        (refund(5, RefundOf::Payment(payment(1)), 100), 404, "no_such_payment"),
        (refund(5, RefundOf::Number(1), 100), 404, "no_such_payment"),
        (CardCall::Reader(AskReader { reader: READER.into() }), 502, "card_service_away"),
    ] {
        assert_eq!(counter.ask(&counter.till, &call).await, refused(status, code), "{call:?}");
    }
}

fn refund(n: u8, of: RefundOf, amount_minor: i64) -> CardCall {
    CardCall::Refund(RefundCard { refund: payment(n), of, amount_minor, currency: Currency::EUR })
}

#[tokio::test]
async fn without_stripe_nothing_is_charged_and_the_id_stays_what_it_was() {
    let counter = Counter::new();
    let never = CardReply::NotCharged { why: NotCharged::Refused, code: "not_sent".into() };
    let first = start(1, READER, 100, Currency::EUR);
    for call in [first.clone(), first, poll(1)] {
        assert_eq!(counter.ask(&counter.till, &call).await, Ok(never.clone()), "{call:?}");
    }
    assert_eq!(counter.ask(&counter.till, &start(1, READER, 200, Currency::EUR)).await, refused(409, "conflict"));
    let resolve =
        |amount_minor| CardCall::Resolve(ResolveCard { payment: payment(1), amount_minor, currency: Currency::EUR });
    assert_eq!(counter.ask(&counter.till, &resolve(200)).await, refused(409, "conflict"));
    assert_eq!(counter.ask(&counter.till, &resolve(100)).await, Ok(never.clone()));
    let capture = CardCall::Capture(AboutCard { payment: payment(1) });
    assert_eq!(counter.ask(&counter.till, &capture).await, Ok(never));
    // What was not taken cannot be given back, and another till knows nothing of it.
    let back = refund(5, RefundOf::Payment(payment(1)), 100);
    assert_eq!(counter.ask(&counter.till, &back).await, refused(409, "not_captured"));
    let other = counter.app.terminal(old_town(), 2);
    assert_eq!(counter.ask(&other, &poll(1)).await, refused(404, "no_such_payment"));
}

#[tokio::test]
async fn a_reader_belongs_to_one_salon() {
    let counter = Counter::new();
    let other = TestApp::over(Arc::clone(&counter.app.store), counter.app.clock.clone(), "second@example.com");
    let theirs = other.terminal(harbour(), 9);
    assert_eq!(counter.ask(&theirs, &start(1, READER, 100, Currency::EUR)).await, refused(404, "no_such_reader"));
    // The same payment id in two salons is two payments.
    counter.app.store.writing(|tx| tx.set_card_reader(other.tenant, "tmr_2", "")).unwrap();
    counter.ask(&counter.till, &start(1, READER, 100, Currency::EUR)).await.unwrap();
    counter.ask(&theirs, &start(1, "tmr_2", 300, Currency::EUR)).await.unwrap();
}

#[tokio::test]
async fn too_many_calls_and_too_much_text_are_refused() {
    let counter = Counter::new();
    for _ in 0..120 {
        assert_eq!(counter.ask(&counter.till, &poll(1)).await, refused(404, "no_such_payment"));
    }
    assert_eq!(counter.ask(&counter.till, &poll(1)).await, refused(429, "too_many_tries"));
    counter.app.clock.forward_s(1);
    assert_eq!(counter.ask(&counter.till, &poll(1)).await, refused(404, "no_such_payment"));
    let long = start(1, &"x".repeat(10_000), 100, Currency::EUR);
    assert_eq!(counter.ask(&counter.till, &long).await, refused(413, "too_large"));
}

#[tokio::test]
async fn a_server_without_a_key_says_so() {
    let app = TestApp::new();
    let till = app.terminal(harbour(), 1);
    let counter = Counter { router: app.router.clone(), till, app, nonce: std::cell::Cell::new(0) };
    let call = start(1, READER, 100, Currency::EUR);
    assert_eq!(counter.ask(&counter.till, &call).await, refused(501, "no_card_service"));
}

#[test]
fn the_document_describes_the_calls() {
    let document = salon_server::http::openapi();
    for name in ["start", "poll", "cancel", "capture", "resolve", "refund", "reader"] {
        let post = &document["paths"][format!("{CARDS}{name}")]["post"];
        assert_eq!(post["security"][0]["device"], serde_json::json!([]), "{name}");
        assert!(post["requestBody"].is_object() && post["responses"]["403"].is_object(), "{name}");
    }
    let status = StatusCode::OK.as_str();
    assert!(document["paths"][format!("{CARDS}poll")]["post"]["responses"][status].is_object());
}
