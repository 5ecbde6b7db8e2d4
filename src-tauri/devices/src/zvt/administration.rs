//! What a terminal does without a client's card: close its day, print again, try its line (PA00P015, chapters on
//! end-of-day, repeat receipt and diagnosis). No money moves.

use super::codes::{self, result};
use super::command::Command;
use super::dialogue::{ANSWER, End, Exchange, again, exchange, is_busy, long_exchange, refused, unknown};
use super::fields::Fields;
use super::receipt::terminal_id;
use super::terminal::ZvtTerminal;
use super::tlv::TlvFields;
use super::totals::{CARD_GROUPS, Totals};
use crate::stream::Deadline;
use salon_ports::{CardProgress, CardTotal, DayTotals, FaultCause, PortError};

impl ZvtTerminal {
    /// 06 50. The terminal takes its time: it sends the batch to the bank. The status information in between has the
    /// totals, the completion says that the batch is closed.
    pub(super) fn close_day(&mut self, progress: &mut dyn FnMut(CardProgress)) -> Result<DayTotals, PortError> {
        progress(CardProgress::Connecting);
        let mut link = self.open(Deadline::after(ANSWER))?;
        let command = Command::EndOfDay(self.settings.password);
        let deadline = Deadline::after(self.settings.card_timeout);
        // Whether the batch is closed is not known once the command is out.
        let done = long_exchange(&mut link, &command, answer_by(), deadline, progress).map_err(unknown)?;
        check(&done)?;
        Ok(day_totals(done, self.id))
    }

    /// 06 20 without a service byte: the receipt itself.
    pub(super) fn print_again(&mut self) -> Result<Vec<String>, PortError> {
        let deadline = Deadline::after(ANSWER);
        let mut link = self.open(deadline)?;
        let command = Command::RepeatReceipt(self.settings.password, Fields::default());
        let done = exchange(&mut link, &command, deadline).map_err(again)?;
        check(&done)?;
        Ok(done.print.into_lines())
    }

    /// 06 70. The terminal calls its host, which may take as long as a payment.
    pub(super) fn diagnose(&mut self, progress: &mut dyn FnMut(CardProgress)) -> Result<Vec<String>, PortError> {
        progress(CardProgress::Connecting);
        let mut link = self.open(Deadline::after(ANSWER))?;
        let command = Command::Diagnosis(TlvFields::default());
        let deadline = Deadline::after(self.settings.card_timeout);
        let done = long_exchange(&mut link, &command, answer_by(), deadline, progress).map_err(again)?;
        check(&done)?;
        let mut lines = done.print.into_lines();
        if lines.is_empty() {
            let text = done.status.and_then(|status| status.additional_text);
            lines.extend(text.iter().flat_map(|text| text.lines()).map(str::to_owned));
        }
        Ok(lines)
    }
}

/// By when a command has to be taken, however long it is worked on then.
fn answer_by() -> Deadline {
    Deadline::after(ANSWER)
}

/// Nothing has happened unless it was completed, with a status information that says so where there was one.
fn check(done: &Exchange) -> Result<(), PortError> {
    match (&done.end, done.status.as_ref().and_then(|status| status.result_code)) {
        (End::Refused(code), _) => Err(refused(*code)),
        (End::Aborted { code, text }, _) => Err(aborted(*code, text.as_deref())),
        (End::Completed { .. }, Some(code)) if code != result::OK => Err(aborted(code, None)),
        (End::Completed { .. }, _) => Ok(()),
    }
}

/// The terminal took the command and gave it up. Without its host it may work later.
fn aborted(code: u8, text: Option<&str>) -> PortError {
    let meaning = text.filter(|text| !text.is_empty()).unwrap_or_else(|| codes::describe(code));
    let detail = format!("{code:02X}: {meaning}");
    match code {
        _ if is_busy(code) => refused(code),
        result::COMMUNICATION_ERROR | 0x9B | 0xA1 | 0xA3 | 0xAF => {
            PortError::Retryable { cause: FaultCause::Offline, detail }
        }
        result::FUNCTION_NOT_POSSIBLE => PortError::Permanent { cause: FaultCause::Unsupported, detail },
        result::SYSTEM_ERROR => PortError::Permanent { cause: FaultCause::DeviceError, detail },
        _ => PortError::Permanent { cause: FaultCause::Refused, detail },
    }
}

/// `of` is the terminal as it was registered with.
fn day_totals(done: Exchange, of: Option<u32>) -> DayTotals {
    let status = done.status.unwrap_or_default();
    let totals = status.totals;
    let sum = status.amount_minor.or(totals.as_ref().map(Totals::amount_minor)).unwrap_or(0);
    DayTotals {
        terminal_id: terminal_id(status.terminal_id.or(of)),
        total_minor: minor(sum),
        count: totals.as_ref().map(Totals::count),
        by_card: totals.as_ref().map(by_card).unwrap_or_default(),
        lines: done.print.into_lines(),
    }
}

fn by_card(totals: &Totals) -> Vec<CardTotal> {
    CARD_GROUPS
        .iter()
        .zip(&totals.groups)
        .filter(|(_, total)| total.count > 0 || total.amount_minor > 0)
        .map(|(brand, total)| CardTotal {
            brand: (*brand).to_owned(),
            count: u32::from(total.count),
            amount_minor: minor(total.amount_minor),
        })
        .collect()
}

/// Twelve digits at most.
fn minor(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}
