//! What a till may not: send by what is not there, send too much, send what it likes.

use crate::rig::{EMAIL, Rig, by_email, key, line, relay};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use salon_contract::message::{MessageFile, NotSent, SEND_BYTES_MAX, SendMessage};
use salon_contract::window::{Code, MessageStands};
use salon_domain::kernel::MessageId;
use salon_domain::notification::Channel;
use salon_server::integrations::messages::{Limits, Office};
use salon_server::store::StoreExt;
use salon_terminal::messaging::{MessageServer, Round};
use salon_terminal::server_line::NoAnswer;

#[test]
fn a_server_without_mail_says_so() {
    let mut rig = Rig::alone();
    // Nobody knows that it cannot be sent: it waits.
    let early = rig.sell(None).sale.ticket;
    rig.ask(by_email(early)).unwrap();
    rig.serve(Office::default());
    rig.carry();
    assert_eq!(rig.stands(early), MessageStands::Failed { why: NotSent::NotSetUp });
    // From then on it is known.
    let view = rig.view(early);
    assert_eq!((view.email.set_up, view.text.set_up), (Some(false), Some(false)));
    let failure = rig.ask(by_email(early)).unwrap_err();
    assert_eq!((failure.code, failure.detail["channel"].as_str()), (Code::ChannelNotSetUp, "email"));
    // And again when it is there.
    let office = Office::new(Some(relay(&rig.smtp)), None);
    rig.serve(office);
    rig.carry();
    let view = rig.view(early);
    assert_eq!((view.email.set_up, view.text.set_up), (Some(true), Some(false)));
    rig.ask(by_email(early)).unwrap();
    assert_eq!(rig.settle(early), MessageStands::Sent);
}

#[test]
fn a_stolen_till_is_no_cannon_and_nothing_of_an_honest_one_is_lost() {
    let mut rig = Rig::alone();
    let office = rig.office().with_limits(Limits { in_an_hour: 2, in_a_day: 3 });
    rig.serve(office);
    let tickets: Vec<_> = (0..4).map(|_| rig.sell(None).sale.ticket).collect();
    for ticket in &tickets {
        rig.ask(by_email(*ticket)).unwrap();
    }
    let done = |rig: &Rig| {
        let over = |stands| matches!(stands, MessageStands::Handed | MessageStands::Sent);
        tickets.iter().filter(|ticket| over(rig.stands(**ticket))).count()
    };
    let hour_ms = 3_600_000;
    for (hours, through) in [(0, 2), (1, 3), (2, 3), (24, 4)] {
        rig.wait_ms(hours * hour_ms + 1);
        rig.till.clock.advance_ms(120_000);
        while matches!(rig.carry(), Round::Away(_)) && done(&rig) < through {
            rig.till.clock.advance_ms(120_000);
        }
        assert_eq!(done(&rig), through, "after {hours} more hours");
    }
    assert!(rig.smtp.wait_for(4));
}

fn letter() -> SendMessage {
    SendMessage {
        message: MessageId::from_uuid(key()),
        channel: Channel::Email,
        to: EMAIL.into(),
        subject: "Hello".into(),
        text: "Hello".into(),
        html: String::new(),
        files: Vec::new(),
    }
}

#[test]
fn what_a_till_says_is_looked_at() {
    let rig = Rig::new();
    let line = line(&rig.till, &rig.server.as_ref().unwrap().url);
    let file = |content: Vec<u8>| MessageFile {
        name: "receipt.pdf".into(),
        media_type: "application/pdf".into(),
        content: BASE64.encode(content),
    };
    for (bad, code) in [
        (SendMessage { to: "mia@example.com\r\nRCPT TO:<eve@example.com>".into(), ..letter() }, "invalid"),
        (SendMessage { subject: "Hello\r\nBcc: eve@example.com".into(), ..letter() }, "invalid"),
        (SendMessage { files: vec![file(vec![0; (1 << 20) + 1])], ..letter() }, "invalid"),
        (SendMessage { text: "x".repeat(SEND_BYTES_MAX), ..letter() }, "too_large"),
    ] {
        match line.send(&bad) {
            Err(NoAnswer::Refused { code: said, .. }) => assert_eq!(said, code),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((rig.smtp.mails().len(), rig.smtp.connections()), (0, 0));
}

#[test]
fn a_revoked_till_sends_nothing_and_no_till_sees_anothers_messages() {
    let mut rig = Rig::new();
    let url = rig.server.as_ref().unwrap().url.clone();
    let first = letter();
    let own = line(&rig.till, &url);
    own.send(&first).unwrap();
    let other = rig.salon.terminal(2, salon_terminal::app::Ports::default()).unwrap();
    let theirs = line(&other, &url);
    assert!(theirs.states(vec![first.message]).unwrap().states.is_empty());
    let taken = theirs.send(&first);
    assert!(matches!(&taken, Err(NoAnswer::Refused { code, .. }) if code == "conflict"), "{taken:?}");

    let device = rig.till.app.store().identity().unwrap().device;
    let (tenant, now) = (rig.salon.tenant, salon_tests::salon::MORNING);
    rig.salon.store.writing(|tx| tx.revoke_device(tenant, device, now)).unwrap();
    let sold = rig.sell(None).sale.ticket;
    rig.ask(by_email(sold)).unwrap();
    assert!(matches!(rig.carry(), Round::Away(_)));
    assert_eq!(rig.stands(sold), MessageStands::Waiting);
    assert!(rig.smtp.wait_for(1));
    assert_eq!(rig.smtp.mails().len(), 1, "only what was asked for before");
}
