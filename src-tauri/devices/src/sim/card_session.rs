//! How the card terminal talks: one till's connection, message by message, every message acknowledged or it is over.
//! What it does with money is in `card_payment`.

use super::card::Shared;
use super::server::{Caller, POLL, Stop};
use crate::stream::Deadline;
use crate::zvt::codes::{result, state};
use crate::zvt::{Apdu, Command, Fields, Link, LinkError, Password, TlvFields};
use std::time::Duration;

/// A till says something within this time or is taken for gone.
const IDLE: Duration = Duration::from_secs(600);

/// Bits of the configuration byte (PA00P015, registration).
mod config {
    pub const PAYMENT_RECEIPTS: u8 = 0x02;
    pub const ADMINISTRATION_RECEIPTS: u8 = 0x04;
    pub const INTERMEDIATE_STATUS: u8 = 0x08;
    pub const PRINT_COMMANDS: u8 = 0x80;
}

pub(super) struct Session<'a> {
    link: Link,
    pub(super) shared: &'a Shared,
    stop: &'a Stop,
    registered: Option<Registered>,
    pub(super) cancelled: bool,
}

/// What a till asked for in its registration.
#[derive(Clone, Copy)]
struct Registered {
    config: u8,
    /// It takes text blocks 06 D3; else receipts go line by line in 06 D1.
    blocks: bool,
}

/// The session is over: the till went away, or the terminal pretends to.
pub(super) struct Over;

pub(super) enum Answer {
    Ack,
    Nack(u8),
}

/// For whom a receipt is (TLV 1F07).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Copy {
    Merchant = 1,
    Client = 2,
    Administration = 3,
}

impl Session<'_> {
    pub(super) fn serve(caller: Caller, shared: &Shared, stop: &Stop) {
        let Ok(link) = Link::new(caller.stream, caller.medium) else { return };
        let mut session = Session { link, shared, stop, registered: None, cancelled: false };
        while session.turn().is_ok() {}
    }

    fn turn(&mut self) -> Result<(), Over> {
        let message = self.receive(IDLE)?;
        if self.shared.books().dead {
            return self.swallow();
        }
        let command = match Command::from_apdu(&message) {
            Ok(command) => command,
            Err(error) => {
                self.shared.error(format!("{message:?}: {error}"));
                return self.send(&Command::Nack(result::PROTOCOL_ERROR));
            }
        };
        if has_wrong_length(&command, &message) {
            self.shared.error(format!("{message:?} has another length than {command:?}"));
            return self.send(&Command::Nack(result::PROTOCOL_ERROR));
        }
        match command {
            Command::Registration { password, config, currency, tlv } => {
                self.register(password, config, currency, &tlv)
            }
            _ if self.registered.is_none() => {
                self.shared.error(format!("{message:?} before a registration"));
                self.send(&Command::Nack(result::NOT_REGISTERED))
            }
            Command::Authorisation(fields) => self.authorise(&fields),
            Command::Reversal(password, fields) => self.reverse(password, &fields),
            Command::Refund(password, fields) => self.refund(password, &fields),
            Command::RepeatReceipt(password, fields) => self.repeat_receipt(password, &fields),
            Command::StatusEnquiry(_) => self.tell_state(),
            Command::EndOfDay(password) => self.end_day(password),
            Command::Diagnosis(_) => self.diagnose(),
            Command::LogOff => {
                self.registered = None;
                self.send(&Command::Ack)
            }
            // Too late: what it should stop is over.
            Command::AbortRequest => self.send(&Command::Ack),
            other => {
                self.shared.error(format!("unexpected {other:?}"));
                self.send(&Command::Nack(result::FUNCTION_NOT_POSSIBLE))
            }
        }
    }

    fn register(&mut self, password: Password, config: u8, currency: Option<u16>, tlv: &TlvFields) -> Result<(), Over> {
        if password != self.shared.options.password {
            self.shared.error("registration with a wrong password");
            return self.send(&Command::Nack(result::PROTOCOL_ERROR));
        }
        let ours = self.shared.options.currency.numeric();
        if currency.is_some() && currency != ours {
            self.shared.error("registration in another currency");
            self.send(&Command::Ack)?;
            return self.abort(result::WRONG_CURRENCY);
        }
        self.send(&Command::Ack)?;
        let blocks = tlv.commands.contains(&[0x06, 0xD3]);
        self.registered = Some(Registered { config, blocks });
        self.complete(Fields {
            status_byte: Some(0),
            terminal_id: Some(self.shared.options.terminal_id),
            currency: ours,
            ..Fields::default()
        })
    }

    fn tell_state(&mut self) -> Result<(), Over> {
        self.send(&Command::Ack)?;
        self.say(&Command::Completion { fields: Fields::default(), terminal_state: Some(result::OK) })
    }

    fn diagnose(&mut self) -> Result<(), Over> {
        self.send(&Command::Ack)?;
        self.show(state::AUTOMATIC_DIAGNOSIS, &[])?;
        self.pause(self.shared.options.delay)?;
        let id = self.shared.options.terminal_id;
        let lines = ["** Diagnose **".to_owned(), format!("Terminal-ID {id:08}"), "Netzbetreiber erreicht".to_owned()];
        self.print(Copy::Administration, &lines)?;
        self.complete(Fields::default())
    }

    pub(super) fn check_password(&mut self, password: Password) -> Result<(), Over> {
        if password == self.shared.options.password {
            return Ok(());
        }
        self.shared.error("wrong password");
        self.send(&Command::Nack(result::PROTOCOL_ERROR))?;
        Err(Over)
    }

    /// A receipt, as the registration asked for it.
    pub(super) fn print(&mut self, copy: Copy, lines: &[String]) -> Result<(), Over> {
        let Some(Registered { config, blocks }) = self.registered else {
            return Ok(());
        };
        let wanted = match copy {
            Copy::Administration => config::ADMINISTRATION_RECEIPTS,
            Copy::Merchant | Copy::Client => config::PAYMENT_RECEIPTS,
        };
        let wanted = wanted | config::PRINT_COMMANDS;
        if config & wanted != wanted {
            return Ok(());
        }
        let receipt_type = Some(copy as u8);
        if blocks {
            let block = TlvFields { print: lines.to_vec(), receipt_type, ..TlvFields::default() };
            return self.say(&Command::PrintBlock(block));
        }
        for text in lines {
            self.say(&Command::PrintLine { attribute: 0, text: text.clone(), receipt_type })?;
        }
        Ok(())
    }

    /// An intermediate state with its texts, if the till wants them.
    pub(super) fn show(&mut self, code: u8, texts: &[&str]) -> Result<(), Over> {
        if self.registered.is_none_or(|till| till.config & config::INTERMEDIATE_STATUS == 0) {
            return Ok(());
        }
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        self.say(&Command::IntermediateStatus { code, timeout_min: None, texts })
    }

    pub(super) fn complete(&mut self, fields: Fields) -> Result<(), Over> {
        self.say(&Command::Completion { fields, terminal_state: None })
    }

    pub(super) fn abort(&mut self, code: u8) -> Result<(), Over> {
        self.say(&Command::Abort { code, text: None })
    }

    /// Sends, and takes anything but a positive acknowledgement for an error.
    pub(super) fn say(&mut self, command: &Command) -> Result<(), Over> {
        self.send(command)?;
        match self.answer()? {
            Answer::Ack => Ok(()),
            Answer::Nack(code) => {
                self.shared.error(format!("{command:?} was refused with {code:02X}"));
                Err(Over)
            }
        }
    }

    pub(super) fn send(&mut self, command: &Command) -> Result<(), Over> {
        self.link.send(command).map_err(|_| Over)
    }

    /// The first half of a message, as when a cable is pulled.
    pub(super) fn send_half(&mut self, command: &Command) {
        // Nobody may be there to hear it.
        let _ = self.link.send_half(command);
    }

    /// The till's answer to what was sent. A request to stop may cross it on the way.
    pub(super) fn answer(&mut self) -> Result<Answer, Over> {
        let deadline = Deadline::after(self.shared.options.ack_timeout);
        loop {
            let Ok(message) = self.receive(deadline.remaining()) else {
                if deadline.is_over() {
                    self.shared.error("no acknowledgement in time");
                }
                return Err(Over);
            };
            match Command::from_apdu(&message) {
                Ok(Command::Ack) => return Ok(Answer::Ack),
                Ok(Command::Nack(code)) => return Ok(Answer::Nack(code)),
                Ok(Command::AbortRequest) => self.stop_requested()?,
                other => {
                    self.shared.error(format!("{other:?} where an answer was due"));
                    return Err(Over);
                }
            }
        }
    }

    /// While the client or the bank takes time; the till may stop it.
    pub(super) fn pause(&mut self, duration: Duration) -> Result<(), Over> {
        let deadline = Deadline::after(duration);
        while !deadline.is_over() && !self.cancelled {
            match self.link.recv(deadline.at_most(POLL)) {
                Err(LinkError::Timeout) if self.stop.is_raised() => return Err(Over),
                Err(LinkError::Timeout) => {}
                Err(_) => return Err(Over),
                Ok(message) => match Command::from_apdu(&message) {
                    Ok(Command::AbortRequest) => self.stop_requested()?,
                    other => {
                        self.shared.error(format!("{other:?} during a payment"));
                        self.send(&Command::Nack(result::PLEASE_WAIT))?;
                    }
                },
            }
        }
        Ok(())
    }

    fn stop_requested(&mut self) -> Result<(), Over> {
        self.cancelled = true;
        self.send(&Command::Ack)
    }

    fn receive(&mut self, timeout: Duration) -> Result<Apdu, Over> {
        let deadline = Deadline::after(timeout);
        loop {
            match self.link.recv(deadline.at_most(POLL)) {
                Ok(message) => return Ok(message),
                Err(LinkError::Timeout) if !deadline.is_over() && !self.stop.is_raised() => {}
                Err(LinkError::Garbled(text)) => {
                    self.shared.error(text);
                    return Err(Over);
                }
                Err(_) => return Err(Over),
            }
        }
    }

    /// Nothing is answered until the till gives up.
    pub(super) fn swallow(&mut self) -> Result<(), Over> {
        while self.receive(IDLE).is_ok() {}
        Err(Over)
    }

    /// The acknowledgement gets lost on the way; the line stands.
    pub(super) fn miss_the_answer(&mut self) -> Result<(), Over> {
        let deadline = Deadline::after(self.shared.options.ack_timeout);
        while !deadline.is_over() {
            match self.link.recv(deadline.at_most(POLL)) {
                Ok(_) => {}
                Err(LinkError::Timeout) if !self.stop.is_raised() => {}
                Err(_) => return Err(Over),
            }
        }
        Ok(())
    }

    /// The power goes: nothing is said or heard any more, on no connection.
    pub(super) fn crash(&mut self, pause: Duration) -> Over {
        self.shared.crash(pause);
        while !self.stop.is_raised() {
            // Without the line there is nothing to wait on but the power.
            if let Err(LinkError::Lost(_)) = self.link.recv(Deadline::after(POLL)) {
                std::thread::sleep(POLL);
            }
        }
        Over
    }
}

/// Of commands whose length the specification fixes.
fn has_wrong_length(command: &Command, message: &Apdu) -> bool {
    match command {
        Command::EndOfDay(_) | Command::LogOff | Command::AbortRequest | Command::Ack => {
            command.to_apdu().data.len() != message.data.len()
        }
        Command::Authorisation(fields)
        | Command::Reversal(_, fields)
        | Command::Refund(_, fields)
        | Command::RepeatReceipt(_, fields) => fields.unread > 0,
        _ => false,
    }
}
