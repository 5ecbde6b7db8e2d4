//! Mail servers that would not, links that break, and a server that dies at it.

use crate::rig::{AGAIN_MS, EMAIL, LEASE_MS, Rig, by_email, relay_by};
use salon_contract::message::NotSent;
use salon_contract::window::{DropMessage, MessageStands};
use salon_domain::kernel::{MessageId, TicketId};
use salon_server::integrations::messages::{Office, TlsMode};
use salon_tests::fake_smtp::{At, Fault};
use salon_tests::mime::Part;

fn asked(rig: &mut Rig) -> (TicketId, MessageId) {
    let sold = rig.sell(None).sale.ticket;
    let message = rig.ask(by_email(sold)).unwrap().sent[0].message;
    rig.carry();
    (sold, message)
}

/// The headers by which a mail program knows a repeat.
fn known_by(rig: &Rig) -> Vec<(String, String)> {
    let header = |mail: &Part, name: &str| mail.header(name).unwrap().to_owned();
    let mails = rig.smtp.mails();
    let mails = mails.iter().map(|mail| Part::read(&mail.content).unwrap());
    mails.map(|mail| (header(&mail, "Message-ID"), header(&mail, "Date"))).collect()
}

/// Lets the server wait its time after each try until it has tried so often.
fn after_tries(rig: &Rig, message: MessageId, tries: u32) {
    for tried in 1..=tries {
        rig.await_server(message, |row| row.attempt == tried && row.state.name() == "queued");
        rig.wait_ms(AGAIN_MS);
    }
}

#[test]
fn not_now_is_tried_again() {
    let mut rig = Rig::new();
    rig.smtp.fail([
        (At::Connect, Fault::Say("421 4.3.2 too busy")),
        (At::Rcpt, Fault::Say("451 4.7.1 greylisted")),
        (At::Body, Fault::Say("452 4.3.1 no room")),
    ]);
    let (sold, message) = asked(&mut rig);
    rig.await_server(message, |row| row.code == "421 4.3.2" && row.attempt == 1);
    assert_eq!(rig.stands(sold), MessageStands::Handed);
    rig.wait_ms(AGAIN_MS);
    rig.await_server(message, |row| row.code == "451 4.7.1");
    rig.wait_ms(AGAIN_MS);
    rig.await_server(message, |row| row.code == "452 4.3.1");
    rig.wait_ms(AGAIN_MS);
    assert_eq!(rig.settle(sold), MessageStands::Sent);
    assert_eq!((rig.smtp.mails().len(), rig.row(message).unwrap().attempt), (1, 4));
    assert_eq!(rig.smtp.violations(), Vec::<String>::new());
}

#[test]
fn a_mail_server_that_never_can_is_given_up() {
    let mut rig = Rig::new();
    rig.smtp.fail((0..4).map(|_| (At::Mail, Fault::Say("451 4.3.0 later"))));
    let (sold, message) = asked(&mut rig);
    after_tries(&rig, message, 3);
    assert_eq!(rig.settle(sold), MessageStands::Failed { why: NotSent::GaveUp });
    assert_eq!(rig.row(message).unwrap().body, None);
    assert!(rig.smtp.mails().is_empty());
    // Where it should have gone is there to be corrected, until somebody leaves it at that.
    assert_eq!((rig.till.app.status().unwrap().unsent, rig.view(sold).sent[0].address.as_str()), (vec![sold], EMAIL));
    rig.ask(DropMessage { message }).unwrap();
    assert!(rig.till.app.status().unwrap().unsent.is_empty() && rig.view(sold).sent.is_empty());
}

#[test]
fn no_is_no_with_its_reason_and_a_person_may_ask_again() {
    for (at, said, why) in [
        (At::Rcpt, "550 5.1.1 <mia@example.com> User unknown", NotSent::NoSuchAddress),
        (At::Rcpt, "550 no such user", NotSent::NoSuchAddress),
        (At::Body, "552 5.3.4 too big", NotSent::TooLarge),
        (At::Body, "554 5.7.1 spam", NotSent::Refused),
    ] {
        let mut rig = Rig::new();
        rig.smtp.fail([(at, Fault::Say(said))]);
        let (sold, message) = asked(&mut rig);
        assert_eq!(rig.settle(sold), MessageStands::Failed { why }, "{said}");
        let row = rig.row(message).unwrap();
        assert_eq!((row.attempt, row.body.is_none()), (1, true), "no is not asked twice");
        assert!(!row.code.contains('@'), "nothing personal is kept: {}", row.code);
        assert_eq!(rig.till.app.status().unwrap().unsent, [sold], "somebody hears of it");
        let again = rig.ask(by_email(sold)).unwrap();
        assert!(rig.till.app.status().unwrap().unsent.is_empty(), "somebody is at it");
        assert_eq!(again.sent.len(), 2);
        assert_eq!(rig.settle(sold), MessageStands::Sent);
        assert_eq!(rig.smtp.mails().len(), 1);
    }
}

/// The server's own password is wrong: no word about the client, and nothing is lost while its owner mends it.
#[test]
fn a_login_that_is_refused_is_no_ones_address() {
    let mut rig = Rig::new();
    rig.smtp.fail([(At::Auth, Fault::Say("535 5.7.8 who are you"))]);
    let (sold, message) = asked(&mut rig);
    rig.await_server(message, |row| row.code == "535 5.7.8");
    rig.wait_ms(AGAIN_MS);
    assert_eq!(rig.settle(sold), MessageStands::Sent);
    assert_eq!(rig.smtp.mails().len(), 1);
}

/// A mail server that should encrypt and does not, or somebody in its place.
#[test]
fn a_mail_server_that_does_not_encrypt_hears_no_password() {
    for tls in [TlsMode::StartTls, TlsMode::Wrapped] {
        let mut rig = Rig::alone();
        let office = Office::new(Some(relay_by(&rig.smtp, tls)), None);
        rig.serve(office);
        let (sold, message) = asked(&mut rig);
        let row = rig.await_server(message, |row| row.state.name() == "queued" && row.attempt == 1);
        assert!(["link", "tls"].contains(&row.code.as_str()), "{tls:?}: {}", row.code);
        assert_eq!((rig.smtp.logins(), rig.smtp.mails().len()), (0, 0), "{tls:?}");
        assert!(rig.smtp.connections() > 0);
        assert_eq!(rig.stands(sold), MessageStands::Handed);
    }
}

#[test]
fn a_link_that_breaks_after_the_message_sends_the_same_message() {
    let mut rig = Rig::new();
    rig.smtp.fail([(At::Body, Fault::Cut)]);
    let (sold, message) = asked(&mut rig);
    rig.await_server(message, |row| row.code == "link");
    rig.wait_ms(AGAIN_MS);
    assert_eq!(rig.settle(sold), MessageStands::Sent);
    let known = known_by(&rig);
    assert_eq!(known.len(), 2, "the first may have arrived, or not");
    assert_eq!(known[0], known[1]);
    assert_eq!(known[0].0, format!("<{message}@salon.example>"));
}

#[test]
fn a_server_that_dies_while_it_sends_sends_the_same_message() {
    let mut rig = Rig::new();
    rig.smtp.fail([(At::Body, Fault::Hold)]);
    let (sold, message) = asked(&mut rig);
    assert!(rig.smtp.wait_for_hold());
    // The whole message is out, and its sender hears nothing more that it could note.
    let dead = rig.server.take().unwrap();
    dead.kill();
    rig.smtp.release();
    assert!(rig.smtp.wait_for(1));
    drop(dead);
    let row = rig.row(message).unwrap();
    assert_eq!((row.state.name(), row.attempt), ("sending", 1));

    rig.start_server();
    // Whoever was at it may still be: until its time is up nobody else is.
    rig.wait_ms(LEASE_MS - 1);
    rig.carry();
    assert_eq!(rig.row(message).unwrap().attempt, 1);
    rig.wait_ms(1);
    assert_eq!(rig.settle(sold), MessageStands::Sent);
    let known = known_by(&rig);
    assert_eq!(known.len(), 2);
    assert_eq!(known[0], known[1]);
    assert_eq!(rig.row(message).unwrap().attempt, 2);
}
