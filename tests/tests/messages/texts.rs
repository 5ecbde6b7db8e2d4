//! Text messages through a gateway.

use crate::rig::{AGAIN_MS, LEASE_MS, Rig, receipt};
use salon_contract::message::NotSent;
use salon_contract::window::{Code, MessageStands, SendPaper};
use salon_domain::kernel::Instant;
use salon_domain::kernel::{MessageId, TicketId};
use salon_domain::notification::Channel;
use salon_server::integrations::messages::Stepped;
use salon_server::store::StoreExt;
use salon_tests::fake_texts::{FROM, Fault};
use salon_tests::salon::MORNING;

const PHONE: &str = "+4915123456789";

fn by_text(ticket: TicketId) -> SendPaper {
    receipt(ticket, Channel::Text, "0151 234 567 89")
}

fn asked(rig: &mut Rig) -> (TicketId, MessageId) {
    let sold = rig.sell(None).sale.ticket;
    let message = rig.ask(by_text(sold)).unwrap().sent[0].message;
    rig.carry();
    (sold, message)
}

#[test]
fn a_receipt_in_a_few_lines() {
    let mut rig = Rig::new();
    let card = rig.client(&[("phone", "0151/23456789")]);
    let sold = rig.sell(Some(card)).sale.ticket;
    let view = rig.view(sold);
    assert_eq!((view.text.address.as_str(), view.text.masked.as_str()), (PHONE, "…789"));
    rig.ask(by_text(sold)).unwrap();
    assert_eq!(rig.settle(sold), MessageStands::Sent);
    let texts = rig.texts.texts();
    assert_eq!(texts.len(), 1);
    assert_eq!((texts[0].to.as_str(), texts[0].from.as_str()), (PHONE, FROM));
    assert_eq!(texts[0].body, "Harbour\nYour receipt 1, 2026-09-29 09:00\nCut 52.00\nTOTAL 52.00 EUR\nThank you!");
    assert_eq!(rig.texts.violations(), Vec::<String>::new());
    assert_eq!(rig.view(sold).sent[0].to, "…789");
}

#[test]
fn a_number_that_is_none_is_said_here_or_by_the_gateway() {
    let mut rig = Rig::new();
    let sold = rig.sell(None).sale.ticket;
    for (to, why) in [("0151", "phone"), ("call me", "phone"), ("", "empty")] {
        let failure = rig.ask(SendPaper { to: to.into(), ..by_text(sold) }).unwrap_err();
        assert_eq!((failure.code, failure.detail["why"].as_str()), (Code::AddressWrong, why));
    }
    for (fault, why) in
        [(Fault::Refuse(400, 21_211), NotSent::NoSuchAddress), (Fault::Refuse(400, 21_610), NotSent::Refused)]
    {
        rig.texts.fail([fault]);
        rig.ask(by_text(sold)).unwrap();
        assert_eq!(rig.settle(sold), MessageStands::Failed { why });
    }
    assert!(rig.texts.texts().is_empty());
}

#[test]
fn not_now_is_tried_again() {
    let mut rig = Rig::new();
    rig.texts.fail([Fault::Refuse(429, 20_429), Fault::Refuse(503, 0)]);
    let (sold, message) = asked(&mut rig);
    rig.await_server(message, |row| row.code == "429 20429");
    rig.wait_ms(AGAIN_MS);
    rig.await_server(message, |row| row.code == "503");
    rig.wait_ms(AGAIN_MS);
    assert_eq!(rig.settle(sold), MessageStands::Sent);
    assert_eq!(rig.texts.texts().len(), 1);
}

/// A text has no id by which a phone would know the second as the first.
#[test]
fn what_may_have_been_sent_is_not_sent_again_by_itself() {
    let mut rig = Rig::new();
    rig.texts.fail([Fault::DropAfter]);
    let (sold, _) = asked(&mut rig);
    assert_eq!(rig.settle(sold), MessageStands::Failed { why: NotSent::Unknown });
    assert_eq!(rig.texts.texts().len(), 1);

    // The same when the server dies at it.
    let mut rig = Rig::new();
    let office = rig.office();
    drop(rig.server.take());
    let sold = rig.sell(None).sale.ticket;
    let message = rig.ask(by_text(sold)).unwrap().sent[0].message;
    let letter = salon_contract::message::SendMessage {
        message,
        channel: Channel::Text,
        to: PHONE.into(),
        subject: String::new(),
        text: "Total 52.00".into(),
        html: String::new(),
        files: Vec::new(),
    };
    let device = rig.till.app.store().identity().unwrap().device;
    let store = rig.salon.store.clone();
    let device = store.reading(|tx| tx.device(device)).unwrap().unwrap();
    office.accept(store.as_ref(), &device, &letter).unwrap();
    let lease = Instant(MORNING.0 + LEASE_MS);
    store.writing(|tx| tx.claim_message(MORNING, lease)).unwrap().unwrap();
    assert_eq!(office.step(store.as_ref()).unwrap(), Stepped::Idle, "somebody is at it");
    rig.wait_ms(LEASE_MS);
    assert_eq!(office.step(store.as_ref()).unwrap(), Stepped::Tried);
    let row = rig.row(message).unwrap();
    assert_eq!((row.why, row.code.as_str(), row.body), (Some(NotSent::Unknown), "restart", None));
    assert!(rig.texts.texts().is_empty());
}
