//! What arrives in a client's mailbox.

use crate::rig::{CUT, EMAIL, FROM, Lossy, Rig, by_email, key, line};
use salon_contract::message::NotSent;
use salon_contract::window::{
    Code, Invoice, MessageStands, PrintedView, ReceiptFormat, RefundSale, RefundTo, SaveReceipt, SendPaper, SentPaper,
};
use salon_domain::branch::Branch;
use salon_domain::kernel::TicketId;
use salon_domain::notification::Channel;
use salon_domain::payment::{Recipient, refund_of};
use salon_server::auth::password::hash_pin;
use salon_server::store::{SenderRow, StoreExt};
use salon_sync::wire::MasterKind;
use salon_terminal::messaging::{Courier, Round};
use salon_tests::fake_smtp::Mail;
use salon_tests::mime::{Part, parameter};
use salon_tests::salon::{PIN, desk};
use std::sync::atomic::AtomicBool;

fn read(mail: &Mail) -> Part {
    Part::read(&mail.content).unwrap()
}

fn saved(rig: &Rig, ticket: TicketId, format: ReceiptFormat) -> Vec<u8> {
    std::fs::read(rig.ask(SaveReceipt { ticket, format }).unwrap().path).unwrap()
}

#[test]
fn a_receipt_arrives_whole_and_its_figures_are_the_sales() {
    let mut rig = Rig::new();
    let card = rig.client(&[("email", EMAIL)]);
    let sold = rig.sell(Some(card)).sale;
    let before = rig.view(sold.ticket);
    assert_eq!((before.email.address.as_str(), before.email.masked.as_str()), (EMAIL, "m…@e….com"));
    assert_eq!((before.text.address.as_str(), before.client), ("", true));

    let asked = rig.ask(by_email(sold.ticket)).unwrap();
    assert_eq!(asked.sent[0].stands, MessageStands::Waiting);
    let message = asked.sent[0].message;
    assert_eq!(rig.settle(sold.ticket), MessageStands::Sent);

    let mails = rig.smtp.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].from.as_str(), mails[0].to.as_slice()), (FROM, [EMAIL.to_owned()].as_slice()));
    let mail = read(&mails[0]);
    assert_eq!(mail.header("Subject"), Some("Your receipt 1 from Harbour"));
    assert_eq!(mail.header("From"), Some(format!("Harbour <{FROM}>").as_str()));
    assert_eq!(mail.header("To"), Some(EMAIL));
    assert_eq!(mail.header("Message-ID"), Some(format!("<{message}@salon.example>").as_str()));
    assert_eq!(mail.header("Date"), Some("Tue, 29 Sep 2026 07:00:00 +0000"));
    assert_eq!((mail.header("Reply-To"), mail.header("Auto-Submitted")), (None, Some("auto-generated")));

    // The text has the receipt's lines as they are on the till's screen, the total among them.
    let text = mail.part("text/plain").unwrap().text();
    let total: Vec<&str> = text.lines().filter(|line| line.contains("TOTAL")).collect();
    assert!(total.len() == 1 && total[0].contains("52.00"), "{text}");
    assert!(text.contains("Cut") && text.contains("8.30"), "{text}");
    let html = mail.part("text/html").unwrap().content.clone();
    assert_eq!(String::from_utf8(html).unwrap().replace("\r\n", "\n").trim(), {
        let file = saved(&rig, sold.ticket, ReceiptFormat::Html);
        String::from_utf8(file).unwrap().trim().to_owned()
    });
    let pdf = mail.part("application/pdf").unwrap();
    let name = parameter(pdf.header("Content-Disposition").unwrap(), "filename").unwrap();
    assert!(name.starts_with('R') && name.ends_with(".pdf"), "{name}");
    assert_eq!(pdf.content, saved(&rig, sold.ticket, ReceiptFormat::Pdf), "the file is the one that the till writes");

    // Nothing personal is left where it is not needed.
    let row = rig.row(message).unwrap();
    assert_eq!((row.body, row.code.as_str()), (None, ""));
    assert_eq!(rig.till.app.store().message(message).unwrap().unwrap().address, None);
    assert_eq!(rig.view(sold.ticket).sent[0].to, "m…@e….com");
    assert_eq!(rig.smtp.violations(), Vec::<String>::new());
    assert!(rig.till.app.store().verify().unwrap().is_well());
}

#[test]
fn what_is_asked_for_offline_goes_out_when_the_server_is_back() {
    let mut rig = Rig::alone();
    let first = rig.sell(None).sale.ticket;
    let second = rig.sell(None).sale.ticket;
    for ticket in [first, second] {
        rig.ask(by_email(ticket)).unwrap();
    }
    assert!(matches!(rig.carry(), Round::Away(_)));
    assert_eq!(rig.view(first).email.set_up, None, "nobody knows yet");
    assert_eq!((rig.stands(first), rig.stands(second)), (MessageStands::Waiting, MessageStands::Waiting));
    assert!(rig.smtp.mails().is_empty());

    // A power cut at the till meanwhile.
    let Rig { smtp, texts, till, salon, .. } = rig;
    let till = till.reopened(1).unwrap();
    let courier = crate::rig::courier(&till, "http://127.0.0.1:1");
    let mut rig = Rig::over(smtp, texts, till, courier, salon);
    rig.start_server();
    rig.till.clock.advance_ms(60_000);
    assert_eq!((rig.settle(first), rig.settle(second)), (MessageStands::Sent, MessageStands::Sent));
    assert_eq!(rig.smtp.mails().len(), 2);
    assert_eq!(rig.view(first).email.set_up, Some(true));
}

#[test]
fn twice_is_once() {
    let mut rig = Rig::new();
    let sold = rig.sell(None).sale.ticket;
    let wanted = by_email(sold);
    // Two clicks, and the answer to the first call is lost.
    rig.ask(wanted.clone()).unwrap();
    assert_eq!(rig.ask(wanted.clone()).unwrap().sent.len(), 1);
    let url = rig.server.as_ref().unwrap().url.clone();
    let lossy = Lossy { line: line(&rig.till, &url), lost: AtomicBool::new(false) };
    rig.courier = Courier::new(&rig.till.app, Box::new(lossy));
    assert!(matches!(rig.carry(), Round::Away(_)));
    assert_eq!(rig.stands(sold), MessageStands::Waiting);
    rig.till.clock.advance_ms(60_000);
    assert_eq!(rig.settle(sold), MessageStands::Sent);
    // And the question once more, when all is done.
    assert_eq!(rig.ask(wanted).unwrap().sent.len(), 1);
    rig.till.clock.advance_ms(60_000);
    rig.carry();
    assert_eq!(rig.smtp.mails().len(), 1);
}

#[test]
fn an_invoice_and_its_credit_note_go_by_mail() {
    let mut tenant = salon_tests::salon::new_tenant(Some(hash_pin(PIN, &[7; 16]).unwrap()));
    tenant.branches[0].language = "de-DE".into();
    let mut rig = Rig::of(&tenant);
    rig.start_server();
    let sold = rig.sell(None).sale.ticket;
    let invoice = |ticket, channel| SendPaper {
        key: key(),
        ticket,
        paper: SentPaper::Invoice,
        channel,
        to: EMAIL.into(),
        keep: false,
    };
    assert_eq!(rig.ask(invoice(sold, Channel::Email)).unwrap_err().code, Code::NotFound, "none was written");
    let to = Recipient { name: "Erfundene GmbH".into(), ..Recipient::default() };
    let written = rig.ask(Invoice { key: key(), ticket: sold, to: to.clone() }).unwrap();
    assert_eq!(rig.ask(invoice(sold, Channel::Text)).unwrap_err().code, Code::BadInput);
    rig.ask(invoice(sold, Channel::Email)).unwrap();
    assert_eq!(rig.settle(sold), MessageStands::Sent);

    let back = RefundSale {
        key: key(),
        ticket: sold,
        lines: Vec::new(),
        to: RefundTo::default(),
        manager: desk(),
        pin: PIN.into(),
        reason: "Nicht zufrieden".into(),
    };
    rig.ask(back).unwrap().sale().unwrap();
    let credit = rig.ask(Invoice { key: key(), ticket: refund_of(sold), to }).unwrap();
    rig.ask(invoice(refund_of(sold), Channel::Email)).unwrap();
    assert_eq!(rig.settle(refund_of(sold)), MessageStands::Sent);

    let mails = rig.smtp.mails();
    for (mail, file, word) in [(&mails[0], written, "Ihre Rechnung"), (&mails[1], credit, "Ihre Gutschrift")] {
        let mail = read(mail);
        let code = std::path::Path::new(&file.path).file_stem().unwrap().to_str().unwrap();
        assert_eq!(mail.header("Subject"), Some(format!("{word} {code} von Harbour").as_str()));
        assert_eq!(mail.part("application/pdf").unwrap().content, std::fs::read(&file.path).unwrap());
        assert!(mail.part("text/plain").unwrap().text().contains("52,00"));
    }
}

#[test]
fn it_speaks_the_branchs_language() {
    let mut rig = Rig::new();
    let sold = rig.sell(None).sale.ticket;
    let branch: Branch = rig.till.app.catalog().unwrap().branch.clone();
    for (language, subject) in [("fr", "Votre reçu 1 de Salon Étoile"), ("de-AT", "Ihr Beleg 1 von Salon Étoile")] {
        let branch = Branch { language: language.into(), name: "Salon Étoile".into(), ..branch.clone() };
        let body = serde_json::to_vec(&branch).unwrap();
        let put = |unit: &mut salon_terminal::store::Unit<'_>| {
            unit.put_master(MasterKind::Branch, branch.id.uuid(), Some(&body), false)
        };
        rig.till.app.store().write(put).unwrap();
        rig.ask(by_email(sold)).unwrap();
        assert_eq!(rig.settle(sold), MessageStands::Sent);
        assert_eq!(read(rig.smtp.mails().last().unwrap()).header("Subject"), Some(subject));
    }
}

#[test]
fn a_salon_has_a_sender_of_its_own_and_no_name_makes_a_header() {
    let mut rig = Rig::new();
    let sender = SenderRow {
        name: "Salon\r\nBcc: eve@example.com".into(),
        email: "hello@harbour.example".into(),
        reply_to: "desk@harbour.example".into(),
        phone: String::new(),
    };
    let tenant = rig.salon.tenant;
    rig.salon.store.writing(|tx| tx.set_message_sender(tenant, &sender)).unwrap();
    let sold = rig.sell(None).sale.ticket;
    rig.ask(by_email(sold)).unwrap();
    assert_eq!(rig.settle(sold), MessageStands::Sent);
    let mails = rig.smtp.mails();
    assert_eq!((mails.len(), mails[0].to.len()), (1, 1));
    let mail = read(&mails[0]);
    let from = mail.header("From").unwrap();
    assert!(from.contains("eve@example.com") && from.ends_with("<hello@harbour.example>"), "{from}");
    assert_eq!(mail.header("Reply-To"), Some("desk@harbour.example"));
    assert_eq!((mail.header("Bcc"), mail.header("Cc")), (None, None));
    // What bounces comes to who may send.
    assert_eq!(mails[0].from, FROM);
}

#[test]
fn an_address_can_be_kept_and_is_looked_at_first() {
    let mut rig = Rig::new();
    let card = rig.client(&[]);
    let sold = rig.sell(Some(card)).sale;
    assert_eq!(sold.total_minor, CUT);
    for (to, why) in [
        ("", "empty"),
        ("mia", "email"),
        ("mia@example", "email"),
        ("mia@example.com\r\nBcc: eve@example.com", "email"),
        ("mia@example.com,eve@example.com", "email"),
    ] {
        let failure = rig.ask(SendPaper { to: to.into(), ..by_email(sold.ticket) }).unwrap_err();
        assert_eq!((failure.code, failure.detail["why"].as_str()), (Code::AddressWrong, why), "{to}");
        assert!(!format!("{failure}").contains("example"), "no address in a failure: {failure}");
    }
    assert!(rig.view(sold.ticket).sent.is_empty());
    let typed = SendPaper { to: " Mia@Example.com ".into(), keep: true, ..by_email(sold.ticket) };
    let view = rig.ask(typed).unwrap();
    assert_eq!(view.email.address, "Mia@example.com");
    assert_eq!(rig.settle(sold.ticket), MessageStands::Sent);
    let unknown = by_email(TicketId::from_uuid(key()));
    assert_eq!(rig.ask(unknown).unwrap_err().code, Code::NotFound);
}

#[test]
fn a_client_gets_receipts_as_she_wishes() {
    let mut rig = Rig::new();
    rig.carry();
    let client = |rig: &Rig, wish: &str, email: &str| rig.client(&[("receipt_by", wish), ("email", email)]);
    // What she wishes, where it is sent to, and whether it is printed.
    for (wish, email, sent, printed) in [
        ("email", EMAIL, true, PrintedView::NotAsked),
        ("none", EMAIL, false, PrintedView::NotAsked),
        ("", EMAIL, false, PrintedView::Queued),
        ("email", "no address", false, PrintedView::Queued),
        // By a phone that she has not said.
        ("text", EMAIL, false, PrintedView::Queued),
    ] {
        let card = client(&rig, wish, email);
        let sold = rig.sell(Some(card));
        assert_eq!(
            (rig.view(sold.sale.ticket).sent.len(), sold.printed),
            (usize::from(sent), printed),
            "{wish} {email}"
        );
        if sent {
            assert_eq!(rig.settle(sold.sale.ticket), MessageStands::Sent);
        }
    }
    assert_eq!(rig.smtp.mails().len(), 1);
    // Where nobody can send it, it is on paper.
    rig.serve(salon_server::integrations::messages::Office::default());
    rig.carry();
    let card = client(&rig, "email", EMAIL);
    assert_eq!(rig.sell(Some(card)).printed, PrintedView::Queued);
}

#[test]
fn an_erased_client_is_forgotten_and_old_addresses_are() {
    let mut rig = Rig::alone();
    let (card, other) = (rig.client(&[("email", EMAIL)]), rig.client(&[]));
    let (hers, his) = (rig.sell(Some(card)).sale.ticket, rig.sell(Some(other)).sale.ticket);
    for ticket in [hers, his] {
        rig.ask(by_email(ticket)).unwrap();
    }
    rig.till.app.store().write(|unit| unit.forget_messages_of(card)).unwrap();
    assert!(rig.view(hers).sent.is_empty());
    // Two weeks without a server are enough; a week later nobody knows where it should have gone.
    let day_ms = 24 * 3_600_000;
    rig.start_server();
    rig.till.clock.advance_ms(15 * day_ms);
    rig.carry();
    let message = rig.view(his).sent[0].message;
    assert_eq!(rig.stands(his), MessageStands::Failed { why: NotSent::TooLate });
    assert!(rig.till.app.store().message(message).unwrap().unwrap().address.is_some());
    rig.till.clock.advance_ms(8 * day_ms);
    rig.start_server();
    rig.carry();
    assert_eq!(rig.till.app.store().message(message).unwrap().unwrap().address, None);
    assert!(rig.smtp.mails().is_empty());
}

#[test]
fn in_training_nothing_is_sent() {
    let mut rig = Rig::new();
    let sold = rig.sell(None).sale.ticket;
    rig.ask(by_email(sold)).unwrap();
    rig.till.app.store().write(|unit| unit.begin_training()).unwrap();
    let Rig { server, smtp, texts, till, salon, .. } = rig;
    let till = till.reopened(1).unwrap();
    let courier = crate::rig::courier(&till, &server.as_ref().unwrap().url);
    let mut rig = Rig::over(smtp, texts, till, courier, salon);
    assert!(rig.view(sold).sent.is_empty(), "what waited is the real till's");
    rig.ask(by_email(sold)).unwrap();
    rig.carry();
    assert_eq!(rig.stands(sold), MessageStands::Failed { why: NotSent::Training });
    assert!(rig.smtp.mails().is_empty());
    drop(server);
}
