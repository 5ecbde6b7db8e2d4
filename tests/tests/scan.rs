//! What happens with a scanned text at a terminal, through the questions that the window asks and through a scanner on a
//! wire of its own; and that of a payment card nothing is left anywhere.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

use salon_contract::window::{
    Ask, Code, DeviceRole, Notice, Pay, SaveClient, SaveScanSetup, Scan, ScanView, ScannedText, StoreCardKind,
};
use salon_domain::access::Role;
use salon_domain::catalog::Product;
use salon_domain::kernel::{ProductId, TicketId};
use salon_domain::payment::Item;
use salon_domain::scan::{ScanRules, client_card_code, gift_card_code, gs1_check_digit, receipt_code};
use salon_domain::staff::Staff;
use salon_ports::{FaultCause, PortError, ScannerPort};
use salon_sync::wire::MasterKind;
use salon_terminal::app::{App, Ports};
use salon_terminal::scanning;
use salon_terminal::store::StoreError;
use salon_tests::net::Link;
use salon_tests::salon::{Salon, Terminal, desk, shampoo, tenant_id, ticket};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;
use uuid::Uuid;

/// A published test number.
const CARD: &str = "4111111111111111";
const TRACKS: &str = "%B4111111111111111^DOE/JANE^25121010000000000?;4111111111111111=25121010000000000?";

fn key(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | n)
}

fn serum() -> ProductId {
    tenant_id().derive(b"serum")
}
fn clay() -> ProductId {
    tenant_id().derive(b"clay")
}

/// A terminal with two products more: one from America, one sold by weight, at 20.00 a kilogram.
fn open(salon: &Salon) -> Terminal {
    open_with(salon, Ports::default())
}

fn open_with(salon: &Salon, ports: Ports) -> Terminal {
    let terminal = salon.terminal(1, ports).unwrap();
    let mut link = Link::new(&terminal).unwrap();
    for n in 0..200 {
        link.step(&terminal, salon, n).unwrap();
    }
    assert!(link.is_synced(), "{:?}", link.progress);
    let known: Product = terminal.app.store().master_one(MasterKind::Product, shampoo().uuid()).unwrap().unwrap();
    let more = [
        Product {
            id: serum(),
            barcode: "036000291452".into(),
            sku: "SE-30".into(),
            name: "Serum".into(),
            ..known.clone()
        },
        Product {
            id: clay(),
            barcode: String::new(),
            sku: "123".into(),
            name: "Clay".into(),
            price_minor: 2_000,
            ..known
        },
    ];
    terminal
        .app
        .store()
        .write::<_, StoreError>(|unit| {
            for product in &more {
                let body = serde_json::to_vec(product)?;
                unit.put_master(MasterKind::Product, product.id.uuid(), Some(&body), false)?;
            }
            Ok(())
        })
        .unwrap();
    terminal.app.act_as(desk());
    terminal
}

fn ask<Q: Ask>(app: &App, question: Q) -> Q::Reply {
    serde_json::from_value(app.ask(question.call()).unwrap()).unwrap()
}

fn scan(app: &App, text: &str) -> ScanView {
    ask(app, Scan { text: ScannedText(text.to_owned()) })
}

fn product_of(view: &ScanView) -> (ProductId, i64, Option<i64>, Option<u32>) {
    let ScanView::Product { product, quantity, price_minor, weight_grams } = view else { panic!("{view:?}") };
    (product.id, *quantity, *price_minor, *weight_grams)
}

/// An in-store number of the shop's own.
fn in_store(twelve: &str) -> String {
    let digits: Vec<u8> = twelve.bytes().map(|b| b - b'0').collect();
    format!("{twelve}{}", gs1_check_digit(&digits))
}

fn with_layouts(app: &App) {
    let layouts = vec!["22 IIIII VVVVV K".parse().unwrap(), "28 IIIII WWWWW K".parse().unwrap()];
    ask(app, SaveScanSetup { rules: ScanRules { layouts, ..ScanRules::default() } });
}

#[test]
fn products_by_every_number_that_they_have() {
    let salon = Salon::new().unwrap();
    let till = open(&salon);
    let app = &till.app;
    for (text, id, quantity) in [
        ("4006381333931", shampoo(), 1),
        ("]E04006381333931\r", shampoo(), 1),
        ("SH-250", shampoo(), 1),
        ("sh-250", shampoo(), 1),
        ("036000291452", serum(), 1),
        ("0036000291452", serum(), 1),
        ("00036000291452", serum(), 1),
        ("]C10100036000291452\u{1d}3006", serum(), 6),
        ("(01)00036000291452(17)271231", serum(), 1),
    ] {
        assert_eq!(product_of(&scan(app, text)), (id, quantity, None, None), "{text}");
    }
    assert_eq!(scan(app, "4006381333023"), ScanView::Unknown { text: "4006381333023".into() });
    assert_eq!(scan(app, "4006381333933"), ScanView::BadCheckDigit);
    assert_eq!(scan(app, ""), ScanView::BadCheckDigit);
    assert_eq!(scan(app, "shamp"), ScanView::Search { text: "shamp".into() });
    for garbage in ["zzzzzz", "WIFI:T:WPA;S:net;;", "\u{1d}\u{1d}", "]]]]", "%%%%?", "(((((", "🦀🦀🦀🦀"] {
        assert!(matches!(scan(app, garbage), ScanView::Unknown { .. } | ScanView::BadCheckDigit), "{garbage}");
    }
}

/// What a label says is a price that anybody may sell at; the same price without the label needs the right to.
#[test]
fn labels_with_a_price_or_a_weight() {
    let salon = Salon::new().unwrap();
    let till = open(&salon);
    let app = &till.app;
    assert_eq!(scan(app, &in_store("220012301500")), ScanView::Unknown { text: in_store("220012301500") });
    with_layouts(app);
    let receptionist = tenant_id().derive(b"receptionist");
    let manager: Staff = app.store().master_one(MasterKind::Staff, desk().uuid()).unwrap().unwrap();
    let person = Staff { id: receptionist, role: Role::Receptionist, ..manager };
    let body = serde_json::to_vec(&person).unwrap();
    app.store()
        .write::<_, StoreError>(|unit| unit.put_master(MasterKind::Staff, receptionist.uuid(), Some(&body), false))
        .unwrap();
    app.open_till(key(1), 0).unwrap();
    app.act_as(receptionist);
    let refused = app.ask(SaveScanSetup { rules: ScanRules::default() }.call()).unwrap_err();
    assert_eq!(refused.code, Code::NotAllowed);

    let mut sale = ticket(TicketId::from_uuid(key(0xf1)), 1);
    sale.lines.remove(0);
    sale.lines[0].item = Item::Product(clay());
    sale.lines[0].staff = None;
    sale.lines[0].unit_price_minor = 1_500;
    let pay = |sale: &salon_domain::payment::TicketDraft| Pay::cash(key(2), sale.clone(), 5_000);
    assert_eq!(app.ask(pay(&sale).call()).unwrap_err().code, Code::NotAllowed);
    assert_eq!(product_of(&scan(app, &in_store("220012301500"))), (clay(), 1, Some(1_500), None));
    let sold = ask(app, pay(&sale)).sale().unwrap();
    assert_eq!(sold.sale.total_minor, 1_500);

    // 255 g at 20.00 a kilogram, and 1.2345 kg by GS1's own identifiers.
    assert_eq!(product_of(&scan(app, &in_store("280012300255"))), (clay(), 1, Some(510), Some(255)));
    app.act_as(desk());
    let known: Product = app.store().master_one(MasterKind::Product, clay().uuid()).unwrap().unwrap();
    let body = serde_json::to_vec(&Product { barcode: "4006381333023".into(), ..known }).unwrap();
    app.store()
        .write::<_, StoreError>(|unit| unit.put_master(MasterKind::Product, clay().uuid(), Some(&body), false))
        .unwrap();
    let case = {
        let digits: Vec<u8> = "9400638133302".bytes().map(|b| b - b'0').collect();
        format!("9400638133302{}", gs1_check_digit(&digits))
    };
    assert_eq!(product_of(&scan(app, &format!("(01){case}(3104)012345"))), (clay(), 1, Some(2_470), Some(1_235)));
    assert_eq!(product_of(&scan(app, &format!("]e001{case}3922000750"))), (clay(), 1, Some(750), None));
    let bad = ScanRules { gap_ms_max: 500, ..ScanRules::default() };
    assert_eq!(app.ask(SaveScanSetup { rules: bad }.call()).unwrap_err().code, Code::BadInput);
}

#[test]
fn clients_cards_and_receipts() {
    let salon = Salon::new().unwrap();
    let till = open(&salon);
    let app = &till.app;
    let card_of = |n: u128, name: &str, number: &str| {
        let set = BTreeMap::from([
            ("family_name".to_owned(), name.to_owned()),
            ("phone".to_owned(), "030 0079400".to_owned()),
            ("loyalty_number".to_owned(), number.to_owned()),
        ]);
        ask(app, SaveClient { key: key(n), card: None, set }).card
    };
    let ada = card_of(1, "Ada", "0079 40");
    card_of(2, "Grace", "10079401");
    let swiped = card_of(3, "Hedy", "HL-778");
    let ada_is = ScanView::Client { card: ada, name: "Ada".into() };
    assert_eq!(scan(app, &client_card_code("007940").unwrap()), ada_is);
    assert_eq!(scan(app, "%HL778?"), ScanView::Client { card: swiped, name: "Hedy".into() });
    let nobody = StoreCardKind::Client;
    let free = client_card_code("00794").unwrap();
    assert_eq!(scan(app, &free), ScanView::StoreCard { kind: nobody, number: "00794".into() }, "only the whole number");
    // It is given to somebody else: the newest word counts.
    let later = BTreeMap::from([("loyalty_number".to_owned(), "007940".to_owned())]);
    ask(app, SaveClient { key: key(4), card: Some(swiped), set: later });
    let hedy_is = ScanView::Client { card: swiped, name: "Hedy".into() };
    assert_eq!(scan(app, &client_card_code("007940").unwrap()), hedy_is);
    assert_eq!(scan(app, "%HL778?"), ScanView::StoreCard { kind: StoreCardKind::Other, number: "HL778".into() });
    let gift = gift_card_code("99881234").unwrap();
    assert_eq!(scan(app, &gift), ScanView::StoreCard { kind: StoreCardKind::Gift, number: "99881234".into() });

    app.open_till(key(5), 0).unwrap();
    let sold = app.pay_cash(key(6), &ticket(TicketId::from_uuid(key(0xf2)), 1), 10_000).unwrap();
    let code = receipt_code(sold.sale.device, sold.sale.number);
    assert_eq!(scan(app, &code), ScanView::Receipt { ticket: sold.sale.ticket, number: 1 });
    assert!(matches!(scan(app, &receipt_code(sold.sale.device, 2)), ScanView::Unknown { .. }));
    let verified = app.store().verify().unwrap();
    assert!(verified.is_well(), "{verified:?}");
}

/// Everything that is logged in this process, at every level.
#[derive(Clone, Default)]
struct Log;

fn log() -> &'static Mutex<Vec<u8>> {
    static LOG: OnceLock<Mutex<Vec<u8>>> = OnceLock::new();
    LOG.get_or_init(Mutex::default)
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        log().lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn has(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// Whether a text is anywhere in the store, decrypted: every value of every table.
fn store_has(till: &Terminal, needle: &str) -> bool {
    let conn = rusqlite::Connection::open(till.app.store().path()).unwrap();
    conn.execute_batch(&format!("PRAGMA key = \"x'{}'\"", "01".repeat(32))).unwrap();
    let tables: Vec<String> = {
        let mut names = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
        names.query_map([], |r| r.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    assert!(tables.contains(&"journal".to_owned()), "{tables:?}");
    tables.iter().any(|table| {
        let mut all = conn.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
        let columns = all.column_count();
        let mut rows = all.query([]).unwrap();
        let mut found = false;
        while let Some(row) = rows.next().unwrap() {
            found |= (0..columns).any(|at| match row.get_ref(at).unwrap() {
                rusqlite::types::ValueRef::Text(bytes) | rusqlite::types::ValueRef::Blob(bytes) => has(bytes, needle),
                _ => false,
            });
        }
        found
    })
}

fn files_have(dir: &std::path::Path, needle: &str) -> bool {
    std::fs::read_dir(dir).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() { files_have(&path, needle) } else { has(&std::fs::read(path).unwrap(), needle) }
    })
}

#[test]
fn nothing_of_a_payment_card_is_left_anywhere() {
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(|| Log).init();
    let salon = Salon::new().unwrap();
    let till = open(&salon);
    let app = &till.app;
    let name = "Lamarr-findable".to_owned();
    ask(app, SaveClient { key: key(1), card: None, set: BTreeMap::from([("family_name".into(), name)]) });
    let heard = app.subscribe();
    let spaced = "4111 1111 1111 1111";
    for text in [TRACKS, &TRACKS[46..], CARD, spaced, "ö4111111111111111´25121010000000000_"] {
        let question = Scan { text: ScannedText(text.to_owned()) };
        assert!(
            !format!("{:?}", question.clone().call()).contains("4111"),
            "a question does not show what was scanned"
        );
        let reply = app.ask(question.call()).unwrap();
        assert_eq!(reply, serde_json::json!({ "scan": "payment_card" }), "{text}");
        scanning::scanned(app, text.to_owned());
        assert_eq!(heard.try_iter().collect::<Vec<_>>(), [Notice::Scanned { view: ScanView::PaymentCard }]);
    }
    // Nobody is signed in: the scan is dropped, not kept for later.
    ask(app, salon_contract::window::SignOut {});
    scanning::scanned(app, TRACKS.to_owned());
    assert!(heard.try_iter().next().is_none());
    assert_eq!(app.ask(Scan { text: ScannedText(TRACKS.into()) }.call()).unwrap_err().code, Code::SignInNeeded);

    tracing::info!("the log is heard");
    let logged = log().lock().unwrap().clone();
    assert!(has(&logged, "the log is heard"));
    assert!(store_has(&till, "Lamarr-findable"), "what is in the store is found");
    for trace in [CARD, "411111111111", spaced, "DOE/JANE", "25121010000000000"] {
        assert!(!has(&logged, trace), "{trace} was logged");
        assert!(!store_has(&till, trace), "{trace} is in the store");
        assert!(!files_have(&till.dir, trace), "{trace} is in a file");
    }
}

/// A scanner that says what it is told to.
struct Scripted {
    says: Receiver<Result<Option<String>, PortError>>,
    dropped: Sender<()>,
}

impl ScannerPort for Scripted {
    fn read(&mut self, timeout: Duration) -> Result<Option<String>, PortError> {
        self.says.recv_timeout(timeout).unwrap_or(Ok(None))
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        // Who waits for it may be gone.
        let _ = self.dropped.send(());
    }
}

#[test]
fn a_scanner_on_a_wire_is_heard_and_its_faults_are_told_once() {
    let salon = Salon::new().unwrap();
    let (tell, says) = channel();
    let (dropped, ended) = channel();
    let scanner: Box<dyn ScannerPort> = Box::new(Scripted { says, dropped });
    let till = open_with(&salon, Ports { scanner: Some(scanner), ..Ports::default() });
    let heard = till.app.subscribe();
    scanning::start(&till.app);
    let next = || heard.recv_timeout(Duration::from_secs(20)).unwrap();
    let away = || Err(PortError::Retryable { cause: FaultCause::NotConnected, detail: String::new() });

    tell.send(Ok(Some("4006381333931".into()))).unwrap();
    let Notice::Scanned { view } = next() else { panic!() };
    assert_eq!(product_of(&view).0, shampoo());
    tell.send(away()).unwrap();
    tell.send(away()).unwrap();
    tell.send(Ok(Some("036000291452".into()))).unwrap();
    assert_eq!(next(), Notice::DeviceFault { role: DeviceRole::Scanner, cause: "not_connected".into() });
    assert_eq!(next(), Notice::DeviceWell { role: DeviceRole::Scanner, warning: None });
    let Notice::Scanned { view } = next() else { panic!() };
    assert_eq!(product_of(&view).0, serum());

    drop(till);
    ended.recv_timeout(Duration::from_secs(20)).unwrap();
}
