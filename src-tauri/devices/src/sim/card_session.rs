//! How the card terminal talks: one till's connection, message by message, every message acknowledged or it is over.

use super::card::{CardFault, Shared};
use super::ledger::{EntryKind, EntryState};
use super::server::{Caller, POLL, Stop};
use crate::stream::Deadline;
use crate::zvt::codes::{result, state};
use crate::zvt::{Apdu, Command, Fields, Link, LinkError, Password};
use std::time::Duration;

/// A till says something within this time or is taken for gone.
const IDLE: Duration = Duration::from_secs(600);

pub(super) struct Session<'a> {
    link: Link,
    shared: &'a Shared,
    stop: &'a Stop,
    /// The configuration byte of the registration, once there was one.
    registered: Option<u8>,
    cancelled: bool,
}

/// The session is over: the till went away, or the terminal pretends to.
struct Over;

enum Answer {
    Ack,
    Nack(u8),
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
        match command {
            Command::Registration { password, config, currency } => self.register(password, config, currency),
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
            // Too late: what it should stop is over.
            Command::AbortRequest => self.send(&Command::Ack),
            other => {
                self.shared.error(format!("unexpected {other:?}"));
                self.send(&Command::Nack(result::FUNCTION_NOT_POSSIBLE))
            }
        }
    }

    fn register(&mut self, password: Password, config: u8, currency: Option<u16>) -> Result<(), Over> {
        if password != self.shared.options.password {
            return self.send(&Command::Nack(result::PROTOCOL_ERROR));
        }
        let ours = self.shared.options.currency.numeric();
        if currency.is_some() && currency != ours {
            self.send(&Command::Ack)?;
            return self.abort(result::WRONG_CURRENCY);
        }
        self.send(&Command::Ack)?;
        self.registered = Some(config);
        self.complete(Fields {
            status_byte: Some(0),
            terminal_id: Some(65_012_345),
            currency: ours,
            ..Fields::default()
        })
    }

    fn authorise(&mut self, asked: &Fields) -> Result<(), Over> {
        self.shared.books().authorisations += 1;
        self.transaction(EntryKind::Payment, asked, None)
    }

    fn refund(&mut self, password: Password, asked: &Fields) -> Result<(), Over> {
        self.check_password(password)?;
        self.transaction(EntryKind::Refund, asked, None)
    }

    fn reverse(&mut self, password: Password, asked: &Fields) -> Result<(), Over> {
        self.check_password(password)?;
        match self.shared.reversible(asked.receipt_number, asked.amount_minor) {
            Ok(payment) => {
                let whole = Fields { amount_minor: Some(payment.amount_minor), ..asked.clone() };
                self.transaction(EntryKind::Reversal, &whole, Some(payment.trace))
            }
            Err(code) => {
                self.send(&Command::Ack)?;
                self.decline(asked.amount_minor.unwrap_or(0), code)
            }
        }
    }

    /// Wrong fields are refused before anything begins.
    fn transaction(&mut self, kind: EntryKind, asked: &Fields, original_trace: Option<u32>) -> Result<(), Over> {
        let amount_minor = match asked.amount_minor {
            Some(minor) if minor > 0 && asked.unread == 0 => minor,
            _ => {
                self.shared.error(format!("{kind:?} without an amount"));
                return self.send(&Command::Nack(result::PROTOCOL_ERROR));
            }
        };
        if asked.currency != self.shared.options.currency.numeric() {
            self.shared.error(format!("{kind:?} in another currency"));
            return self.send(&Command::Nack(result::WRONG_CURRENCY));
        }
        let fault = self.shared.next_fault();
        if fault == Some(CardFault::Busy) {
            return self.send(&Command::Nack(result::PLEASE_WAIT));
        }
        self.send(&Command::Ack)?;
        if matches!(fault, Some(CardFault::Silent | CardFault::Dead)) {
            return self.swallow();
        }
        self.cancelled = false;
        if kind != EntryKind::Reversal {
            self.take_card()?;
        }
        if self.cancelled {
            return self.decline(amount_minor, result::ABORTED);
        }
        if self.shared.is_declined(fault) {
            return self.decline(amount_minor, result::DECLINED_BY_HOST);
        }
        let approved = match fault {
            Some(CardFault::OtherAmount) => amount_minor.saturating_sub(1),
            _ => amount_minor,
        };
        let status = Fields { original_trace, ..self.shared.number(approved, result::OK) };
        self.shared.authorised(kind, &status);
        self.report(&status, fault)
    }

    /// The states a client sees, each with its time. The till may stop it here.
    fn take_card(&mut self) -> Result<(), Over> {
        for code in [state::INSERT_CARD, state::WATCH_PIN_PAD, state::WAITING_FOR_HOST] {
            self.show(code)?;
            self.pause(self.shared.options.delay)?;
            if self.cancelled {
                break;
            }
        }
        Ok(())
    }

    /// Approved: the till has to acknowledge that it knows, or it did not happen.
    fn report(&mut self, status: &Fields, fault: Option<CardFault>) -> Result<(), Over> {
        if fault == Some(CardFault::DropBeforeStatus) {
            self.shared.ended(status, EntryState::TakenBack);
            return Err(Over);
        }
        let sent = if fault == Some(CardFault::GarbledStatus) {
            self.send_garbled()
        } else {
            self.send(&Command::StatusInformation(status.clone()))
        };
        let answer = match (sent, fault) {
            (Err(Over), _) | (_, Some(CardFault::DropAfterStatus)) => Err(Over),
            (Ok(()), _) => self.answer(),
        };
        match answer {
            Ok(Answer::Ack) => self.shared.ended(status, EntryState::Final),
            Ok(Answer::Nack(_)) => {
                self.shared.ended(status, EntryState::TakenBack);
                self.show(state::AUTO_REVERSAL)?;
                return self.abort(result::ABORTED);
            }
            Err(Over) => {
                self.shared.ended(status, EntryState::TakenBack);
                return Err(Over);
            }
        }
        if fault == Some(CardFault::DropBeforeCompletion) {
            return Err(Over);
        }
        self.print(status)?;
        self.show(state::REMOVE_CARD)?;
        self.complete(Fields::default())
    }

    /// A status information without a single field.
    fn send_garbled(&mut self) -> Result<(), Over> {
        self.send(&Command::Other { class: 0x04, instruction: 0x0F })
    }

    fn decline(&mut self, amount_minor: u64, code: u8) -> Result<(), Over> {
        let status = self.shared.number(amount_minor, code);
        self.send(&Command::StatusInformation(status))?;
        self.answer()?;
        self.abort(code)
    }

    fn print(&mut self, status: &Fields) -> Result<(), Over> {
        const PRINTS_ON_TILL: u8 = 0b1000_0010;
        let config = self.registered.unwrap_or(0);
        if config & PRINTS_ON_TILL != PRINTS_ON_TILL {
            return Ok(());
        }
        let amount = status.amount_minor.unwrap_or(0);
        let lines = [
            "** Kundenbeleg **".to_owned(),
            format!("Terminal-ID {:08}", status.terminal_id.unwrap_or(0)),
            format!("TA-Nr {:06}  Beleg {:04}", status.trace.unwrap_or(0), status.receipt_number.unwrap_or(0)),
            "girocard ############1234".to_owned(),
            format!("{} {}.{:02}", self.shared.options.currency, amount / 100, amount % 100),
        ];
        for text in lines {
            self.say(&Command::PrintLine { attribute: 0, text })?;
        }
        Ok(())
    }

    fn repeat_receipt(&mut self, password: Password, asked: &Fields) -> Result<(), Over> {
        self.check_password(password)?;
        self.send(&Command::Ack)?;
        let last = self.shared.books().last.clone();
        let Some(last) = last else {
            return self.abort(result::FUNCTION_NOT_POSSIBLE);
        };
        if asked.service_byte.is_some_and(|bits| bits & 0x03 != 0) {
            self.say(&Command::StatusInformation(last))?;
        } else {
            self.print(&last)?;
        }
        self.complete(Fields::default())
    }

    fn tell_state(&mut self) -> Result<(), Over> {
        self.send(&Command::Ack)?;
        self.say(&Command::Completion { fields: Fields::default(), terminal_state: Some(result::OK) })
    }

    fn end_day(&mut self, password: Password) -> Result<(), Over> {
        self.check_password(password)?;
        self.send(&Command::Ack)?;
        let total = self.shared.close_batch();
        let status = self.shared.number(total, result::OK);
        self.say(&Command::StatusInformation(status))?;
        self.complete(Fields::default())
    }

    fn check_password(&mut self, password: Password) -> Result<(), Over> {
        if password == self.shared.options.password {
            return Ok(());
        }
        self.shared.error("wrong password");
        self.send(&Command::Nack(result::PROTOCOL_ERROR))?;
        Err(Over)
    }

    fn show(&mut self, code: u8) -> Result<(), Over> {
        self.say(&Command::IntermediateStatus { code, timeout_min: None, texts: Vec::new() })
    }

    fn complete(&mut self, fields: Fields) -> Result<(), Over> {
        self.say(&Command::Completion { fields, terminal_state: None })
    }

    fn abort(&mut self, code: u8) -> Result<(), Over> {
        self.say(&Command::Abort { code, text: None })
    }

    /// Sends, and takes anything but a positive acknowledgement for an error.
    fn say(&mut self, command: &Command) -> Result<(), Over> {
        self.send(command)?;
        match self.answer()? {
            Answer::Ack => Ok(()),
            Answer::Nack(code) => {
                self.shared.error(format!("{command:?} was refused with {code:02X}"));
                Err(Over)
            }
        }
    }

    fn send(&mut self, command: &Command) -> Result<(), Over> {
        self.link.send(command).map_err(|_| Over)
    }

    /// The till's answer to what was sent. A request to stop may cross it on the way.
    fn answer(&mut self) -> Result<Answer, Over> {
        let deadline = Deadline::after(self.shared.options.ack_timeout);
        loop {
            let message = self.receive(deadline.remaining())?;
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

    fn pause(&mut self, duration: Duration) -> Result<(), Over> {
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
    fn swallow(&mut self) -> Result<(), Over> {
        while self.receive(IDLE).is_ok() {}
        Err(Over)
    }
}
