//! What the card terminal does with money: payments and what gives them back, their receipts, the end of the day.

use super::card_fault::CardFault;
use super::card_session::{Answer, Copy, Over, Session};
use super::ledger::{EntryKind, EntryState};
use crate::stream::Deadline;
use crate::zvt::codes::{result, state};
use crate::zvt::{CARD_GROUPS, Command, Fields, Password};
use std::time::Duration;

/// How often a slow terminal asks for patience.
const PATIENCE: Duration = Duration::from_secs(1);

impl Session<'_> {
    pub(super) fn authorise(&mut self, asked: &Fields) -> Result<(), Over> {
        self.shared.kept(|memory| memory.count_authorisation());
        self.transaction(EntryKind::Payment, asked, None)
    }

    pub(super) fn refund(&mut self, password: Password, asked: &Fields) -> Result<(), Over> {
        self.check_password(password)?;
        self.transaction(EntryKind::Refund, asked, None)
    }

    pub(super) fn reverse(&mut self, password: Password, asked: &Fields) -> Result<(), Over> {
        self.check_password(password)?;
        let payment = self.shared.books().memory.reversible(asked.receipt_number, asked.amount_minor);
        match payment {
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
            Some(minor) if minor > 0 => minor,
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
            self.take_card(amount_minor, fault)?;
        }
        if self.cancelled {
            return self.decline(amount_minor, result::ABORTED);
        }
        if fault == Some(CardFault::AbortByCustomer) {
            return self.abort(result::ABORTED);
        }
        if let Some(code) = self.shared.declines_with(fault) {
            return self.decline(amount_minor, code);
        }
        let approved = match fault {
            Some(CardFault::OtherAmount) => amount_minor.saturating_sub(1),
            _ => amount_minor,
        };
        let numbered = self.shared.kept(|memory| memory.number(approved, result::OK));
        let status = Fields { original_trace, ..numbered };
        self.shared.kept(|memory| memory.authorised(kind, &status));
        self.report(kind, &status, fault)
    }

    /// The states a client sees, each with its time. The till may stop it here.
    fn take_card(&mut self, amount_minor: u64, fault: Option<CardFault>) -> Result<(), Over> {
        let amount = self.amount(amount_minor);
        let steps = [
            (state::INSERT_CARD, vec![amount.as_str(), "Bitte Karte"]),
            (state::WATCH_PIN_PAD, vec!["Bitte PIN eingeben"]),
            (state::WAITING_FOR_HOST, vec![]),
        ];
        for (code, texts) in steps {
            self.show(code, &texts)?;
            self.pause(self.shared.options.delay)?;
            let stops_here = match fault {
                Some(CardFault::AbortByCustomer) => code == state::WATCH_PIN_PAD,
                Some(CardFault::WrongCard) => {
                    self.show(state::CARD_NOT_ADMITTED, &["Karte nicht zugelassen"])?;
                    true
                }
                _ => false,
            };
            if self.cancelled || stops_here {
                return Ok(());
            }
        }
        let Some(CardFault::Slow(time)) = fault else {
            return Ok(());
        };
        let whole = Deadline::after(time);
        while !whole.is_over() && !self.cancelled {
            self.show(state::PLEASE_WAIT, &["Bitte warten"])?;
            self.pause(whole.remaining().min(PATIENCE))?;
        }
        Ok(())
    }

    /// Approved: the till has to acknowledge that it knows, or it did not happen.
    fn report(&mut self, kind: EntryKind, status: &Fields, fault: Option<CardFault>) -> Result<(), Over> {
        if let Some(CardFault::CrashBeforeStatus(pause)) = fault {
            return Err(self.crash(pause));
        }
        let message = Command::StatusInformation(status.clone());
        let sent = match fault {
            Some(CardFault::DropBeforeStatus) => Err(Over),
            Some(CardFault::DropDuringStatus) => {
                self.send_half(&message);
                Err(Over)
            }
            Some(CardFault::GarbledStatus) => self.send(&Command::Other { class: 0x04, instruction: 0x0F }),
            _ => self.send(&message),
        };
        if let (Ok(()), Some(CardFault::Crash(pause))) = (&sent, fault) {
            // What was not acknowledged is taken back when the power is back.
            return Err(self.crash(pause));
        }
        let answer = match (sent, fault) {
            (Err(Over), _) | (_, Some(CardFault::DropAfterStatus)) => Err(Over),
            (Ok(()), Some(CardFault::ReverseUnacknowledged)) => {
                self.miss_the_answer().map(|()| Answer::Nack(result::PROCESSING_ERROR))
            }
            (Ok(()), _) => self.answer(),
        };
        match answer {
            Ok(Answer::Ack) => self.shared.ended(status, EntryState::Final),
            Ok(Answer::Nack(_)) => {
                self.shared.ended(status, EntryState::TakenBack);
                self.show(state::AUTO_REVERSAL, &[])?;
                return self.abort(result::ABORTED);
            }
            Err(Over) => {
                self.shared.ended(status, EntryState::TakenBack);
                return Err(Over);
            }
        }
        match fault {
            Some(CardFault::DropBeforeCompletion) => return Err(Over),
            Some(CardFault::CrashBeforeCompletion(pause)) => return Err(self.crash(pause)),
            _ => {}
        }
        self.print_receipts(kind, status)?;
        self.show(state::REMOVE_CARD, &[])?;
        self.complete(Fields::default())
    }

    fn decline(&mut self, amount_minor: u64, code: u8) -> Result<(), Over> {
        let status = self.shared.kept(|memory| memory.number(amount_minor, code));
        self.say(&Command::StatusInformation(status))?;
        self.show(state::NOT_ACCEPTED, &[])?;
        self.abort(code)
    }

    fn print_receipts(&mut self, kind: EntryKind, status: &Fields) -> Result<(), Over> {
        for (copy, title) in [(Copy::Merchant, "** Haendlerbeleg **"), (Copy::Client, "** Kundenbeleg **")] {
            let what = match kind {
                EntryKind::Payment => "Kartenzahlung",
                EntryKind::Reversal => "Storno",
                EntryKind::Refund => "Gutschrift",
            };
            let lines = [
                title.to_owned(),
                what.to_owned(),
                format!("Terminal-ID {:08}", status.terminal_id.unwrap_or(0)),
                format!("TA-Nr {:06}  Beleg {:04}", status.trace.unwrap_or(0), status.receipt_number.unwrap_or(0)),
                format!("{} ############1234", status.card_name.as_deref().unwrap_or("Karte")),
                self.amount(status.amount_minor.unwrap_or(0)),
            ];
            self.print(copy, &lines)?;
        }
        Ok(())
    }

    fn amount(&self, minor: u64) -> String {
        format!("{} {}.{:02}", self.shared.options.currency, minor / 100, minor % 100)
    }

    /// The last transaction's status information, or its receipt.
    pub(super) fn repeat_receipt(&mut self, password: Password, asked: &Fields) -> Result<(), Over> {
        self.check_password(password)?;
        self.send(&Command::Ack)?;
        let last = self.shared.books().memory.last();
        let Some(last) = last else {
            return self.abort(result::FUNCTION_NOT_POSSIBLE);
        };
        if asked.service_byte.is_some_and(|bits| bits & 0x03 != 0) {
            self.say(&Command::StatusInformation(last))?;
        } else {
            let kind = if last.original_trace.is_some() { EntryKind::Reversal } else { EntryKind::Payment };
            self.print_receipts(kind, &last)?;
        }
        self.complete(Fields::default())
    }

    pub(super) fn end_day(&mut self, password: Password) -> Result<(), Over> {
        self.check_password(password)?;
        let fault = self.shared.next_fault();
        if fault == Some(CardFault::Busy) {
            return self.send(&Command::Nack(result::PLEASE_WAIT));
        }
        self.send(&Command::Ack)?;
        match fault {
            Some(CardFault::Silent | CardFault::Dead) => return self.swallow(),
            Some(CardFault::DropBeforeStatus) => return Err(Over),
            Some(CardFault::Crash(pause) | CardFault::CrashBeforeStatus(pause)) => return Err(self.crash(pause)),
            Some(CardFault::Decline) => return self.abort(result::END_OF_DAY_NOT_POSSIBLE),
            Some(CardFault::DeclineWith(code)) => return self.abort(code),
            _ => {}
        }
        self.show(state::PLEASE_WAIT, &["Kassenschnitt"])?;
        self.pause(self.shared.options.delay)?;
        let status = self.shared.kept(|memory| memory.close_batch());
        let message = Command::StatusInformation(status.clone());
        if fault == Some(CardFault::DropDuringStatus) {
            self.send_half(&message);
            return Err(Over);
        }
        self.say(&message)?;
        if fault == Some(CardFault::DropAfterStatus) {
            return Err(Over);
        }
        self.print(Copy::Administration, &self.day_report(&status))?;
        match fault {
            Some(CardFault::DropBeforeCompletion) => return Err(Over),
            Some(CardFault::CrashBeforeCompletion(pause)) => return Err(self.crash(pause)),
            _ => {}
        }
        self.complete(Fields::default())
    }

    fn day_report(&self, status: &Fields) -> Vec<String> {
        let totals = status.totals.clone().unwrap_or_default();
        let mut lines = vec![
            "** Kassenschnitt **".to_owned(),
            format!("Belege {:04} bis {:04}", totals.first_receipt, totals.last_receipt),
        ];
        for (name, total) in CARD_GROUPS.iter().zip(&totals.groups).filter(|(_, total)| total.count > 0) {
            lines.push(format!("{name} {} {}", total.count, self.amount(total.amount_minor)));
        }
        lines.push(format!("Gesamt {}", self.amount(status.amount_minor.unwrap_or(0))));
        lines
    }
}
