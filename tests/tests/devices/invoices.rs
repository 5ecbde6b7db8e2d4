//! Invoices have a number series of their own, without gaps, one invoice for each sale.

use crate::rig::{CUT, Till, key, paid};
use salon_contract::window::{Code, Invoice, InvoiceView};
use salon_domain::kernel::TicketId;
use salon_domain::payment::Recipient;

fn to() -> Recipient {
    Recipient { name: "Invented GmbH".into(), address: vec!["Made-up Lane 1".into()], tax_number: "DE000000000".into() }
}

fn invoice(till: &Till, ticket: TicketId) -> InvoiceView {
    till.ask(Invoice { key: key(), ticket, to: to() }).unwrap()
}

#[test]
fn numbers_have_no_gaps_and_a_sale_has_one_invoice() {
    let till = Till::open();
    let (first, second) = (till.sell_cash(0), till.sell_cash(1));
    let one = invoice(&till, second.sale.ticket);
    assert_eq!((one.number, one.credit_note), (1, false));
    assert_eq!(invoice(&till, second.sale.ticket), one, "asked for again it is the same");
    assert_eq!(invoice(&till, first.sale.ticket).number, 2);
    let bytes = std::fs::read(&one.path).unwrap();
    assert!(bytes.starts_with(b"%PDF-") && bytes.len() > 10_000, "{} bytes", bytes.len());
    let back = paid(till.refund(second.sale.ticket).unwrap());
    let credit = invoice(&till, back.sale.ticket);
    assert_eq!((credit.number, credit.credit_note), (3, true));
    let known = till.app.store().invoice_of(back.sale.ticket).unwrap().unwrap();
    assert_eq!(known.credits.map(|credits| credits.number), Some(1));
    assert_ne!(credit.path, one.path);
    till.is_well();
}

#[test]
fn nobody_and_nothing_have_no_invoice() {
    let till = Till::open();
    let sold = till.sell_cash(0);
    assert_eq!(sold.sale.total_minor, CUT);
    let nobody = Recipient { name: "  ".into(), ..to() };
    let failure = till.ask(Invoice { key: key(), ticket: sold.sale.ticket, to: nobody }).unwrap_err();
    assert_eq!((failure.code, failure.detail["field"].as_str()), (Code::BadInput, "recipient"));
    let nowhere = Invoice { key: key(), ticket: TicketId::from_uuid(key()), to: to() };
    assert_eq!(till.ask(nowhere).unwrap_err().code, Code::NotFound);
    assert_eq!(invoice(&till, sold.sale.ticket).number, 1, "what was refused took no number");
}
