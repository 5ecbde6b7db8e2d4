//! One exchange with the terminal, from the command to its end: one that has no money in it, and a transaction.
//!
//! The rule that keeps money safe (PA00P015, authorisation: status information and reversal): the terminal takes a
//! payment back unless its status information 04 0F is acknowledged. So it is recorded first, then acknowledged.

use super::cancel::Cancel;
use super::codes::{self, result};
use super::command::Command;
use super::fields::Fields;
use super::link::{Link, LinkError};
use super::receipt::receipt;
use crate::stream::Deadline;
use salon_ports::{CardOutcome, CardProgress, CardReceipt, FaultCause, PortError};
use std::time::Duration;

/// How long the terminal may take to answer anything that does not wait for a person. Five seconds is the
/// specification's own limit (PA00P016, T3); ours is just below.
pub(super) const ANSWER: Duration = Duration::from_millis(4500);

/// How an exchange without money ended.
pub(super) enum End {
    Completed { currency: Option<u16>, terminal_id: Option<u32>, state: Option<u8> },
    Aborted { code: u8, text: Option<String> },
    Refused(u8),
}

pub(super) struct Exchange {
    pub status: Option<Fields>,
    pub end: End,
    pub print: Printout,
}

/// Receipts as they come in, line by line or in blocks.
#[derive(Default)]
pub(super) struct Printout {
    /// For the client, for administration, or without saying for whom.
    pub lines: Vec<String>,
    /// The merchant's copies.
    pub merchant: Vec<String>,
}

impl Printout {
    /// Gives `command` back unless it was a part of a receipt.
    pub(super) fn take(&mut self, command: Command) -> Option<Command> {
        const MERCHANT: Option<u8> = Some(1);
        let (receipt_type, lines) = match command {
            Command::PrintLine { text, receipt_type, .. } => (receipt_type, vec![text]),
            Command::PrintBlock(block) => (block.receipt_type, block.print),
            other => return Some(other),
        };
        let copy = if receipt_type == MERCHANT { &mut self.merchant } else { &mut self.lines };
        copy.extend(lines);
        None
    }

    /// A terminal that prints for the merchant alone has nothing else to show.
    pub(super) fn into_lines(self) -> Vec<String> {
        if self.lines.is_empty() { self.merchant } else { self.lines }
    }
}

/// Sends `command` and acknowledges all that comes until the terminal is done, by `deadline`.
pub(super) fn exchange(link: &mut Link, command: &Command, deadline: Deadline) -> Result<Exchange, LinkError> {
    long_exchange(link, command, deadline, deadline, &mut |_| {})
}

/// As [`exchange`], for a terminal that first has to talk to its bank: the first answer by `answer_by`, the whole by
/// `deadline`.
pub(super) fn long_exchange(
    link: &mut Link,
    command: &Command,
    answer_by: Deadline,
    deadline: Deadline,
    progress: &mut dyn FnMut(CardProgress),
) -> Result<Exchange, LinkError> {
    link.send(command)?;
    let mut status = None;
    let mut print = Printout::default();
    let mut answered = false;
    loop {
        let message = link.recv(if answered { deadline } else { answer_by })?;
        answered = true;
        let end = match Command::from_apdu(&message).map(|command| print.take(command)) {
            Ok(Some(Command::Ack)) => continue,
            Ok(Some(Command::Nack(code))) => return Ok(Exchange { status, end: End::Refused(code), print }),
            Ok(Some(Command::Completion { fields, terminal_state: state })) => {
                Some(End::Completed { currency: fields.currency, terminal_id: fields.terminal_id, state })
            }
            Ok(Some(Command::Abort { code, text })) => Some(End::Aborted { code, text }),
            Ok(Some(Command::StatusInformation(fields))) => {
                status = Some(fields);
                None
            }
            Ok(Some(Command::IntermediateStatus { code, texts, .. })) => {
                show(progress, code, &texts);
                None
            }
            // A part of a receipt, or the time, which we have from elsewhere (04 01).
            Ok(None | Some(Command::Other { class: 0x04, instruction: 0x01 })) => None,
            _ => {
                link.send(&Command::Nack(result::FUNCTION_NOT_POSSIBLE))?;
                continue;
            }
        };
        let acknowledged = link.send(&Command::Ack);
        if let Some(end) = end {
            // It is over for the terminal; a lost acknowledgement changes nothing in an exchange without money.
            return Ok(Exchange { status, end, print });
        }
        acknowledged?;
    }
}

fn show(progress: &mut dyn FnMut(CardProgress), code: u8, texts: &[String]) {
    progress(CardProgress::Status { code });
    if !texts.is_empty() {
        let text = texts.join("\n");
        progress(CardProgress::Text { text });
    }
}

/// How a transaction ended.
pub(super) enum Ended {
    Known(CardOutcome),
    /// Recorded and acknowledged, but nothing shows that the acknowledgement arrived.
    Unconfirmed(CardReceipt),
    Failed(PortError),
}

/// A transaction in progress on `link`.
pub(super) struct Transaction<'a> {
    pub link: Link,
    pub cancel: &'a Cancel,
    pub card_timeout: Duration,
    pub amount_minor: u64,
    pub currency: u16,
    pub progress: &'a mut dyn FnMut(CardProgress),
    pub record: &'a mut dyn FnMut(&CardReceipt) -> Result<(), String>,
    /// What the terminal had printed so far.
    pub print: Printout,
    /// The number the terminal gave this transaction, once it has said so.
    pub trace: Option<u32>,
    /// The approval that was recorded.
    pub recorded: Option<CardReceipt>,
}

impl Transaction<'_> {
    pub(super) fn run(&mut self, command: &Command) -> Ended {
        let ended = self.begin_and_wait(command);
        self.cancel.close();
        ended.unwrap_or_else(Ended::Failed)
    }

    fn begin_and_wait(&mut self, command: &Command) -> Result<Ended, PortError> {
        if self.cancel.is_requested() {
            return Ok(declined(result::ABORTED, None));
        }
        self.link.send(command).map_err(unknown)?;
        self.cancel.open(self.link.writer());
        match self.wait_for_status()? {
            Waited::Stopped(ended) => Ok(ended),
            Waited::Status(fields) => {
                self.cancel.close();
                self.trace = fields.trace_number();
                self.settle(&fields)
            }
        }
    }

    /// While the client holds the card. When time is up the terminal is asked to stop and gets one more answer's time
    /// to say how it ended.
    fn wait_for_status(&mut self) -> Result<Waited, PortError> {
        let mut answered = false;
        let mut asked_to_stop = false;
        let mut deadline = Deadline::after(ANSWER);
        loop {
            let message = match self.link.recv(deadline) {
                Ok(message) => message,
                Err(LinkError::Timeout) if answered && !asked_to_stop => {
                    asked_to_stop = true;
                    self.link.send(&Command::AbortRequest).map_err(unknown)?;
                    deadline = Deadline::after(ANSWER);
                    continue;
                }
                Err(error) => return Err(unknown(error)),
            };
            let command = Command::from_apdu(&message);
            match command {
                Ok(Command::Nack(code)) if !answered => return Err(refused(code)),
                // Later ones answer a request to stop.
                Ok(Command::Nack(_)) => continue,
                _ => {}
            }
            if !answered {
                answered = true;
                deadline = Deadline::after(self.card_timeout);
            }
            match command {
                Ok(Command::Ack) => {}
                Ok(Command::StatusInformation(fields)) => return Ok(Waited::Status(Box::new(fields))),
                Ok(Command::Abort { code, text }) => {
                    self.acknowledge_end();
                    return Ok(Waited::Stopped(declined(code, text)));
                }
                Ok(Command::Completion { .. }) => {
                    self.acknowledge_end();
                    return Err(protocol("it ended without saying how"));
                }
                Ok(other) => {
                    self.answer_aside(other).map_err(unknown)?;
                }
                Err(error) if (message.class, message.instruction) == (0x04, 0x0F) => {
                    // Unread is unrecorded: it is not acknowledged, and the terminal takes the payment back.
                    self.link.send(&Command::Nack(result::PROTOCOL_ERROR)).map_err(unknown)?;
                    return Err(protocol(&error.to_string()));
                }
                Err(_) => {
                    self.link.send(&Command::Nack(result::PROTOCOL_ERROR)).map_err(unknown)?;
                }
            }
        }
    }

    /// Messages beside the outcome: states, texts, receipts. Says whether it was part of a receipt.
    fn answer_aside(&mut self, command: Command) -> Result<bool, LinkError> {
        let is_receipt = match self.print.take(command) {
            None => true,
            Some(Command::IntermediateStatus { code, texts, .. }) => {
                show(self.progress, code, &texts);
                false
            }
            Some(Command::Other { class: 0x04, instruction: 0x01 }) => false,
            Some(_) => {
                self.link.send(&Command::Nack(result::FUNCTION_NOT_POSSIBLE))?;
                return Ok(false);
            }
        };
        self.link.send(&Command::Ack)?;
        Ok(is_receipt)
    }

    fn settle(&mut self, fields: &Fields) -> Result<Ended, PortError> {
        match fields.result_code {
            Some(result::OK) => Ok(self.approve(fields)),
            Some(code) => {
                self.wait_after_decline();
                let text = fields.tlv.error_text.clone().or_else(|| fields.additional_text.clone());
                Ok(declined(code, text))
            }
            None => {
                self.link.send(&Command::Nack(result::PROTOCOL_ERROR)).map_err(unknown)?;
                Err(protocol("its status information has no result"))
            }
        }
    }

    fn approve(&mut self, fields: &Fields) -> Ended {
        let other_amount = fields.amount_minor.is_some_and(|minor| minor != self.amount_minor);
        let other_currency = fields.currency.is_some_and(|code| code != self.currency);
        if other_amount || other_currency {
            return self.take_back(FaultCause::Protocol, "it approved another amount");
        }
        let receipt = receipt(fields, self.amount_minor, &self.print.lines);
        if let Err(error) = (self.record)(&receipt) {
            let detail = format!("the approval could not be recorded: {error}");
            return self.take_back(FaultCause::Refused, &detail);
        }
        self.recorded = Some(receipt.clone());
        match self.link.send(&Command::Ack) {
            Ok(()) => self.finish(receipt),
            Err(_) => Ended::Unconfirmed(receipt),
        }
    }

    /// After the acknowledgement: the receipt, and the end. Both show that the terminal has the acknowledgement.
    fn finish(&mut self, mut receipt: CardReceipt) -> Ended {
        let whole = Deadline::after(self.card_timeout);
        let first_line = self.print.lines.len();
        let mut confirmed = false;
        loop {
            let command = self.link.recv(whole.at_most(ANSWER)).map(|message| Command::from_apdu(&message));
            match command {
                Ok(Ok(Command::Completion { .. })) => {
                    self.acknowledge_end();
                    confirmed = true;
                    break;
                }
                // It contradicts itself; what it has stored is the truth.
                Ok(Ok(Command::Abort { .. })) => {
                    self.acknowledge_end();
                    confirmed = false;
                    break;
                }
                Ok(Ok(Command::StatusInformation(_))) => {
                    if self.link.send(&Command::Ack).is_err() {
                        break;
                    }
                }
                Ok(Ok(Command::Ack | Command::Nack(_)) | Err(_)) => {}
                Ok(Ok(other)) => match self.answer_aside(other) {
                    Ok(is_receipt) => confirmed |= is_receipt,
                    Err(_) => break,
                },
                Err(_) => break,
            }
        }
        receipt.lines.extend_from_slice(&self.print.lines[first_line..]);
        if confirmed { Ended::Known(CardOutcome::Approved(receipt)) } else { Ended::Unconfirmed(receipt) }
    }

    /// Refuses an approval, which makes the terminal reverse it, and waits for it to say that it is done. Only then
    /// is it certain that nothing was charged.
    fn take_back(&mut self, cause: FaultCause, detail: &str) -> Ended {
        let detail = detail.to_owned();
        let uncertain = |detail: String, error: &LinkError| {
            Ended::Failed(PortError::OutcomeUnknown {
                cause,
                detail: format!("{detail}; no word of the reversal: {error}"),
            })
        };
        if let Err(error) = self.link.send(&Command::Nack(result::PROCESSING_ERROR)) {
            return uncertain(detail, &error);
        }
        let deadline = Deadline::after(ANSWER);
        loop {
            let message = match self.link.recv(deadline) {
                Ok(message) => message,
                Err(error) => return uncertain(detail, &error),
            };
            let answer = match Command::from_apdu(&message) {
                Ok(Command::Abort { .. }) => {
                    self.acknowledge_end();
                    return Ended::Failed(PortError::Permanent { cause, detail });
                }
                // It contradicts itself; what it has stored is the truth.
                Ok(Command::Completion { .. }) => {
                    self.acknowledge_end();
                    let detail = format!("{detail}; it completed all the same");
                    return Ended::Failed(PortError::OutcomeUnknown { cause, detail });
                }
                Ok(Command::Ack | Command::Nack(_)) => continue,
                Ok(Command::StatusInformation(fields)) if fields.result_code == Some(result::OK) => {
                    Command::Nack(result::PROCESSING_ERROR)
                }
                _ => Command::Ack,
            };
            if let Err(error) = self.link.send(&answer) {
                return uncertain(detail, &error);
            }
        }
    }

    /// The decline stands already; this only leaves the terminal in peace.
    fn wait_after_decline(&mut self) {
        let deadline = Deadline::after(ANSWER);
        let mut alive = self.link.send(&Command::Ack).is_ok();
        while alive {
            let command = self.link.recv(deadline).map(|message| Command::from_apdu(&message));
            alive = match command {
                Ok(Ok(Command::Completion { .. } | Command::Abort { .. })) => {
                    self.acknowledge_end();
                    false
                }
                Ok(Ok(Command::Ack | Command::Nack(_))) => true,
                Ok(Ok(Command::StatusInformation(_)) | Err(_)) => self.link.send(&Command::Ack).is_ok(),
                Ok(Ok(other)) => self.answer_aside(other).is_ok(),
                Err(_) => false,
            };
        }
    }

    fn acknowledge_end(&self) {
        // The terminal is done whether this arrives or not.
        let _ = self.link.send(&Command::Ack);
    }
}

enum Waited {
    Status(Box<Fields>),
    Stopped(Ended),
}

/// In the terminal's own words, if it has any; else the page has a sentence for the code.
fn declined(code: u8, text: Option<String>) -> Ended {
    Ended::Known(CardOutcome::Declined { code, text: text.unwrap_or_default() })
}

pub(super) fn is_busy(code: u8) -> bool {
    matches!(code, result::PLEASE_WAIT | result::RECEIVER_NOT_READY)
}

/// The terminal did not take a command: nothing has happened.
pub(super) fn refused(code: u8) -> PortError {
    let detail = format!("{code:02X}: {}", codes::describe(code));
    let cause = match code {
        _ if is_busy(code) => {
            let cause = FaultCause::Busy;
            return PortError::Retryable { cause, detail };
        }
        result::FUNCTION_NOT_POSSIBLE => FaultCause::Unsupported,
        _ => FaultCause::Refused,
    };
    PortError::Permanent { cause, detail }
}

pub(super) fn cause_of(error: &LinkError) -> FaultCause {
    match error {
        LinkError::Timeout => FaultCause::Timeout,
        LinkError::Lost(_) => FaultCause::LinkLost,
        LinkError::Garbled(_) => FaultCause::Protocol,
    }
}

/// Nothing is lost by asking again.
pub(super) fn again(error: LinkError) -> PortError {
    PortError::Retryable { cause: cause_of(&error), detail: error.to_string() }
}

pub(super) fn unknown(error: LinkError) -> PortError {
    PortError::OutcomeUnknown { cause: cause_of(&error), detail: error.to_string() }
}

pub(super) fn protocol(detail: &str) -> PortError {
    PortError::OutcomeUnknown { cause: FaultCause::Protocol, detail: detail.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zvt::TlvFields;

    #[test]
    fn lines_and_blocks_go_to_whom_they_are_for() {
        let line = |text: &str, receipt_type| Command::PrintLine { attribute: 0, text: text.into(), receipt_type };
        let block = |text: &str, receipt_type| {
            Command::PrintBlock(TlvFields { print: vec![text.into()], receipt_type, ..TlvFields::default() })
        };
        let mut both = Printout::default();
        for part in [line("m1", Some(1)), block("m2", Some(1)), line("c1", Some(2)), block("c2", None)] {
            assert_eq!(both.take(part), None);
        }
        assert_eq!(both.take(Command::Ack), Some(Command::Ack));
        assert_eq!(both.into_lines(), ["c1", "c2"]);
        let mut merchant = Printout::default();
        merchant.take(block("m", Some(1)));
        assert_eq!(merchant.into_lines(), ["m"]);
    }
}
