//! What stands on the counter beside printer and terminal: a card terminal without a wire, the customer display, and
//! receipts that are files.

use crate::rig::{CUT, PATIENCE, Till, key, paid, wait_for};
use salon_contract::window::{
    AnswerCard, CancelCard, CardStage, Code, Customer, CustomerLine, CustomerScreen, CustomerTotal, Failure, Notice,
    PaymentView, ReceiptFormat, SaveReceipt, ShowDisplay,
};
use salon_devices::sim::{DisplaySim, DisplaySimOptions};
use salon_domain::kernel::{Currency, PaymentId};
use salon_domain::payment::TenderKind;
use std::sync::mpsc::Receiver;

/// Begins a payment at a terminal without a wire, and does `act` when the till wants to know.
fn externally(till: &Till, act: impl FnOnce(PaymentId)) -> PaymentView {
    let notices = till.app.subscribe();
    std::thread::scope(|scope| {
        let paying = scope.spawn(|| till.pay_card(0).unwrap());
        act(asked(&notices));
        paying.join().unwrap()
    })
}

fn asked(notices: &Receiver<Notice>) -> PaymentId {
    wait_for(notices, |notice| match notice {
        Notice::Card { payment, stage: CardStage::Confirm } => Some(*payment),
        _ => None,
    })
}

fn answer(till: &Till, payment: PaymentId, approved: bool, code: &str) -> Result<(), Failure> {
    till.ask(AnswerCard { payment, approved, authorisation: code.into() }).map(drop)
}

fn external() -> Till {
    let till = Till::open();
    till.add("external:");
    till
}

#[test]
fn a_terminal_without_a_wire_is_believed_by_its_code() {
    let till = external();
    let view = externally(&till, |payment| {
        for bad in ["", "1", "12 34", "1234567890123", "ab-cd"] {
            let failure = answer(&till, payment, true, bad).unwrap_err();
            assert_eq!((failure.code, failure.detail["field"].as_str()), (Code::BadInput, "authorisation"), "{bad}");
        }
        let other = answer(&till, PaymentId::from_uuid(key()), true, "1234").unwrap_err();
        assert_eq!(other.code, Code::NotFound, "another payment's answer is not taken");
        answer(&till, payment, true, " a1b2c3 ").unwrap();
    });
    let sale = paid(view).sale;
    let TenderKind::Card { authorisation, .. } = &sale.tenders[0].kind else { panic!("{sale:?}") };
    assert_eq!((authorisation.as_str(), sale.total_minor), ("A1B2C3", CUT));
    till.is_well();
}

#[test]
fn a_terminal_without_a_wire_may_decline() {
    let till = external();
    let view = externally(&till, |payment| answer(&till, payment, false, "").unwrap());
    assert!(matches!(view, PaymentView::Declined { .. }), "{view:?}");
    assert_eq!((till.by_card_minor(), till.app.store().open_payments().unwrap().len()), (0, 0));
}

#[test]
fn a_payment_at_a_terminal_without_a_wire_can_be_cancelled() {
    let till = external();
    let view = externally(&till, |_| {
        till.ask(CancelCard {}).unwrap();
    });
    assert!(matches!(view, PaymentView::Declined { .. }), "{view:?}");
    assert_eq!((till.by_card_minor(), till.app.store().open_payments().unwrap().len()), (0, 0));
    // What was cancelled does not spoil the next one.
    paid(externally(&till, |payment| answer(&till, payment, true, "4711").unwrap()));
}

#[test]
fn the_client_sees_what_was_asked_for() {
    let till = Till::watched();
    let display = DisplaySim::start(DisplaySimOptions::default()).unwrap();
    till.add(&format!("display_tcp:{}", display.address()));
    let show = |upper: &str, lower: &str| {
        till.ask(ShowDisplay { upper: upper.into(), lower: lower.into(), screen: CustomerScreen::default() }).unwrap();
    };
    show("Cut", "52.00");
    assert!(display.wait_for(["Cut", "52.00"], PATIENCE), "{:?}", display.lines());
    show("Total", "71.90");
    assert!(display.wait_for(["Total", "71.90"], PATIENCE), "{:?}", display.lines());
    show("", "");
    assert!(display.wait_for(["", ""], PATIENCE), "{:?}", display.lines());
    assert_eq!(display.errors(), Vec::<String>::new());
}

#[test]
fn the_client_s_own_screen_has_the_ticket_and_then_nothing() {
    let till = Till::watched();
    let total = CustomerTotal {
        currency: Currency::EUR,
        total_minor: 5_200,
        discount_minor: 0,
        owed_minor: 5_200,
        card: false,
        change_minor: None,
    };
    let line = CustomerLine { name: "Cut".into(), quantity: 1, amount_minor: 5_200 };
    let shown = CustomerScreen { lines: vec![line], total: Some(total) };
    let show = |screen: &CustomerScreen| {
        till.ask(ShowDisplay { upper: String::new(), lower: String::new(), screen: screen.clone() }).unwrap();
        assert_eq!(till.ask(Customer {}).unwrap(), *screen);
    };
    show(&shown);
    show(&CustomerScreen::default());
}

#[test]
fn without_a_display_nothing_is_shown_and_nothing_is_wrong() {
    let till = Till::watched();
    till.ask(ShowDisplay { upper: "Cut".into(), lower: "52.00".into(), screen: CustomerScreen::default() }).unwrap();
    till.sell_cash(0);
}

#[test]
fn a_receipt_is_kept_as_a_file() {
    let till = Till::open();
    let ticket = till.sell_cash(1).sale.ticket;
    for (format, ending, begins) in [(ReceiptFormat::Pdf, ".pdf", "%PDF-"), (ReceiptFormat::Html, ".html", "<!")] {
        let saved = till.ask(SaveReceipt { ticket, format }).unwrap();
        assert!(saved.path.ends_with(ending), "{saved:?}");
        let bytes = std::fs::read(&saved.path).unwrap();
        assert!(bytes.starts_with(begins.as_bytes()), "{saved:?}: {:?}", &bytes[..16]);
        assert!(bytes.len() > 500, "{saved:?}: {} bytes", bytes.len());
    }
    let unknown =
        till.ask(SaveReceipt { ticket: salon_domain::kernel::TicketId::from_uuid(key()), format: ReceiptFormat::Pdf });
    assert_eq!(unknown.unwrap_err().code, Code::NotFound);
}
