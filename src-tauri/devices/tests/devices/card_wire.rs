//! The simulator itself: a till that talks by hand, in order and out of order. A simulator that forgives would prove
//! nothing about the driver.

use crate::card::{Till, approved, declined, start};
use salon_devices::sim::{CardSim, CardSimOptions, EntryState};
use salon_devices::zvt::{Apdu, Command, Fields, Password, TlvFields};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_secs(10);

/// Messages by hand.
pub struct RawTill {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl RawTill {
    pub fn connected(address: SocketAddr) -> RawTill {
        let stream = TcpStream::connect_timeout(&address, SOON).unwrap();
        stream.set_read_timeout(Some(SOON)).unwrap();
        RawTill { stream, buffer: Vec::new() }
    }

    pub fn registered(address: SocketAddr) -> RawTill {
        let mut till = RawTill::connected(address);
        till.register(TlvFields::default());
        assert_eq!(till.receive(), Command::Ack);
        assert!(matches!(till.receive(), Command::Completion { .. }));
        till.send(&Command::Ack);
        till
    }

    fn register(&mut self, tlv: TlvFields) {
        let password = Password::default();
        self.send(&Command::Registration { password, config: 0x9E, currency: Some(978), tlv });
    }

    pub fn send(&mut self, command: &Command) {
        let bytes = command.to_apdu().encode().unwrap();
        self.stream.write_all(&bytes).unwrap();
    }

    /// The next message, `None` at the end of the connection.
    pub fn next(&mut self) -> Option<Command> {
        loop {
            if let Some((apdu, used)) = Apdu::decode(&self.buffer).unwrap() {
                self.buffer.drain(..used);
                return Some(Command::from_apdu(&apdu).unwrap());
            }
            let mut piece = [0; 512];
            match self.stream.read(&mut piece) {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.buffer.extend_from_slice(&piece[..count]),
            }
        }
    }

    pub fn receive(&mut self) -> Command {
        self.next().expect("the connection ended")
    }

    /// The next status information; what comes before it is acknowledged, it is too.
    fn status(&mut self) -> Fields {
        loop {
            let message = self.receive();
            self.send(&Command::Ack);
            if let Command::StatusInformation(fields) = message {
                return fields;
            }
        }
    }

    /// What came before it.
    fn acknowledge_until_completion(&mut self) -> Vec<Command> {
        let mut messages = Vec::new();
        loop {
            let message = self.receive();
            self.send(&Command::Ack);
            if matches!(message, Command::Completion { .. }) {
                return messages;
            }
            messages.push(message);
        }
    }

    fn ask(&mut self, command: &Command) -> Command {
        self.send(command);
        self.receive()
    }
}

fn payment(minor: u64) -> Command {
    Command::Authorisation(Fields { amount_minor: Some(minor), currency: Some(978), ..Fields::default() })
}

#[test]
fn nothing_goes_before_a_registration() {
    let sim = start();
    let mut till = RawTill::connected(sim.address());
    assert_eq!(till.ask(&payment(100)), Command::Nack(0x6B));
    assert_eq!(sim.authorisations(), 0);
    assert_eq!(sim.errors().len(), 1);
}

#[test]
fn wrong_fields_are_refused() {
    let sim = start();
    let mut till = RawTill::registered(sim.address());
    let no_amount = Command::Authorisation(Fields { currency: Some(978), ..Fields::default() });
    let francs = Command::Authorisation(Fields { amount_minor: Some(100), currency: Some(756), ..Fields::default() });
    let unknown = Command::Other { class: 0x06, instruction: 0x79 };
    for (command, code) in [(no_amount, 0x9A), (payment(0), 0x9A), (francs, 0x6F), (unknown, 0x83)] {
        assert_eq!(till.ask(&command), Command::Nack(code), "{command:?}");
    }
    assert_eq!(sim.errors().len(), 4);
    assert_eq!(sim.ledger(), []);
}

#[test]
fn what_is_against_the_protocol_is_kept_in_mind() {
    let wrong = Password::try_from("111111".to_owned()).unwrap();
    let registration = |password, currency| Command::Registration {
        password,
        config: 0x9E,
        currency: Some(currency),
        tlv: TlvFields::default(),
    };
    let sim = start();
    assert_eq!(RawTill::connected(sim.address()).ask(&registration(wrong, 978)), Command::Nack(0x9A));
    let mut swiss = RawTill::connected(sim.address());
    assert_eq!(swiss.ask(&registration(Password::default(), 756)), Command::Ack);
    assert_eq!(swiss.receive(), Command::Abort { code: 0x6F, text: None });
    swiss.send(&Command::Ack);
    drop(swiss);
    let mut till = RawTill::registered(sim.address());
    for longer in [b"\x06\x50\x04\x00\x00\x00\x00".as_slice(), b"\x06\x02\x01\x00", b"\x06\xb0\x01\x00"] {
        till.stream.write_all(longer).unwrap();
        assert_eq!(till.receive(), Command::Nack(0x9A), "{longer:02x?}");
    }
    assert_eq!(till.ask(&Command::EndOfDay(wrong)), Command::Nack(0x9A));
    assert_eq!(till.next(), None);
    assert_eq!(sim.errors().len(), 6, "{:?}", sim.errors());
}

#[test]
fn a_till_that_does_not_acknowledge_is_kept_in_mind() {
    let options = CardSimOptions { ack_timeout: Duration::from_millis(50), ..CardSimOptions::default() };
    let sim = CardSim::start(options).unwrap();
    let mut till = RawTill::registered(sim.address());
    assert_eq!(till.ask(&payment(100)), Command::Ack);
    assert!(matches!(till.receive(), Command::IntermediateStatus { .. }));
    assert_eq!(till.next(), None);
    assert_eq!(sim.errors(), ["no acknowledgement in time"]);
}

#[test]
fn receipts_come_as_the_registration_asks_for_them() {
    let sim = start();
    let receipts = |config: u8, tlv: TlvFields| -> Vec<Command> {
        let mut till = RawTill::connected(sim.address());
        let password = Password::default();
        till.ask(&Command::Registration { password, config, currency: Some(978), tlv });
        till.acknowledge_until_completion();
        till.ask(&payment(100));
        till.acknowledge_until_completion()
    };
    let in_blocks = TlvFields { commands: vec![[0x06, 0xD1], [0x06, 0xD3]], ..TlvFields::default() };
    let is_line = |message: &Command| matches!(message, Command::PrintLine { .. });
    let is_state = |message: &Command| matches!(message, Command::IntermediateStatus { .. });

    let lines = receipts(0x9E, TlvFields::default());
    assert_eq!(lines.iter().filter(|message| is_line(message)).count(), 12);
    let blocks = receipts(0x9E, in_blocks);
    let types: Vec<Option<u8>> = blocks
        .iter()
        .filter_map(|message| match message {
            Command::PrintBlock(block) => Some(block.receipt_type),
            _ => None,
        })
        .collect();
    assert_eq!(types, [Some(1), Some(2)]);
    assert!(!blocks.iter().any(is_line));
    // Neither receipts of payments nor states.
    let quiet = receipts(0x94, TlvFields::default());
    assert!(!quiet.iter().any(|message| is_line(message) || is_state(message)), "{quiet:?}");
    assert_eq!(sim.errors(), Vec::<String>::new());
}

#[test]
fn a_till_that_logs_off_has_to_register_again() {
    let sim = start();
    let mut till = RawTill::registered(sim.address());
    assert_eq!(till.ask(&Command::LogOff), Command::Ack);
    assert_eq!(till.ask(&payment(100)), Command::Nack(0x6B));
}

#[test]
fn an_approval_that_is_never_acknowledged_is_taken_back() {
    let sim = CardSim::start(CardSimOptions { ack_timeout: Duration::from_millis(100), ..CardSimOptions::default() })
        .unwrap();
    let mut till = RawTill::registered(sim.address());
    assert_eq!(till.ask(&payment(100)), Command::Ack);
    loop {
        match till.receive() {
            Command::IntermediateStatus { .. } => till.send(&Command::Ack),
            Command::StatusInformation(_) => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(till.next(), None);
    assert_eq!(sim.ledger()[0].state, EntryState::TakenBack);
    assert_eq!(sim.charged_minor(), 0);
}

#[test]
fn a_stranger_with_garbage_does_not_keep_the_till_out() {
    let sim = start();
    let mut stranger = RawTill::connected(sim.address());
    stranger.stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    drop(stranger);
    let mut stranger = RawTill::connected(sim.address());
    stranger.stream.write_all(b"\x06\x01\xff\xff\xff").unwrap();
    assert_eq!(stranger.next(), None);
    let mut till = Till::at(&sim);
    let request = till.request(100);
    approved(till.pay(&request));
    assert_eq!(sim.errors().len(), 1);
}

#[test]
fn after_the_day_is_closed_a_payment_can_only_be_refunded() {
    let sim = start();
    let mut till = Till::at(&sim);
    let request = till.request(8200);
    let receipt = approved(till.pay(&request));

    let mut raw = RawTill::registered(sim.address());
    assert_eq!(raw.ask(&Command::EndOfDay(Password::default())), Command::Ack);
    let total = raw.status();
    assert_eq!(total.amount_minor, Some(8200));
    raw.acknowledge_until_completion();
    drop(raw);

    assert_eq!(declined(till.reverse(receipt.receipt_number, 8200)), 0xB5);
    approved(till.refund(8200));
    let last = sim.ledger().pop().unwrap();
    assert_eq!(last.original_trace, None);
    assert_eq!(sim.charged_minor(), 0);
}

#[test]
fn a_simulator_ends_with_its_handle() {
    let sim = start();
    let address = sim.address();
    let mut till = RawTill::registered(address);
    let began = Instant::now();
    drop(sim);
    assert!(began.elapsed() < SOON);
    assert_eq!(till.next(), None);
}
