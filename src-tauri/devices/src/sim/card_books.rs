//! The card terminal's memory: its numbers, its transactions, and its last status information. In a file if it is given
//! one, so that it comes back from a crash, or from the end of its process, as a terminal comes back from a power cut.

use super::ledger::{EntryKind, EntryState, LedgerEntry};
use crate::zvt::codes::result;
use crate::zvt::{Fields, Total, Totals, group_of};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(crate) const TERMINAL_ID: u32 = 65_012_345;
const GIROCARD: u8 = 5;

/// What survives.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Kept {
    trace: u32,
    receipt_number: u16,
    ledger: Vec<LedgerEntry>,
    /// The status information of the last transaction that stands, as on the wire.
    last: Option<Vec<u8>>,
    authorisations: u32,
}

pub(super) struct Memory {
    kept: Kept,
    file: Option<PathBuf>,
    currency: Option<u16>,
    terminal_id: u32,
    /// The kind of card that clients hold.
    pub(super) card: Card,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Card {
    kind: u8,
    name: &'static str,
}

impl Card {
    pub(super) fn named(name: &str) -> Option<Card> {
        let (kind, name) = match name {
            "girocard" => (GIROCARD, "girocard"),
            "mastercard" => (6, "Mastercard"),
            "visa" => (10, "Visa"),
            "amex" => (8, "American Express"),
            "maestro" => (46, "Maestro"),
            _ => return None,
        };
        Some(Card { kind, name })
    }
}

impl Memory {
    /// `last_trace` is where a terminal without a file begins.
    pub(super) fn open(
        file: Option<PathBuf>,
        last_trace: u32,
        currency: Option<u16>,
        terminal_id: u32,
    ) -> io::Result<Memory> {
        let kept = match &file {
            Some(path) => read(path)?,
            None => None,
        };
        let kept = kept.unwrap_or_else(|| Kept { trace: last_trace, ..Kept::default() });
        let card = Card { kind: GIROCARD, name: "girocard" };
        let mut memory = Memory { kept, file, currency, terminal_id, card };
        memory.take_back_unacknowledged()?;
        Ok(memory)
    }

    pub(super) fn ledger(&self) -> &[LedgerEntry] {
        &self.kept.ledger
    }

    pub(super) fn authorisations(&self) -> u32 {
        self.kept.authorisations
    }

    pub(super) fn charged_minor(&self) -> i64 {
        self.kept.ledger.iter().map(LedgerEntry::charged_minor).sum()
    }

    pub(super) fn last(&self) -> Option<Fields> {
        // We have written it ourselves.
        self.kept.last.as_ref().and_then(|bytes| Fields::decode(bytes).ok())
    }

    pub(super) fn count_authorisation(&mut self) -> io::Result<()> {
        self.kept.authorisations += 1;
        self.save()
    }

    /// After a crash: what the till has not acknowledged does not stand.
    pub(super) fn take_back_unacknowledged(&mut self) -> io::Result<()> {
        for entry in &mut self.kept.ledger {
            if entry.state == EntryState::Authorised {
                entry.state = EntryState::TakenBack;
            }
        }
        self.save()
    }

    /// The status information of a new transaction.
    pub(super) fn number(&mut self, amount_minor: u64, code: u8) -> io::Result<Fields> {
        let kept = &mut self.kept;
        kept.trace = if kept.trace >= 999_999 { 1 } else { kept.trace + 1 };
        kept.receipt_number = kept.receipt_number % 9999 + 1;
        let (trace, receipt_number) = (kept.trace, kept.receipt_number);
        self.save()?;
        let (date, time) = now();
        let approved = code == result::OK;
        Ok(Fields {
            result_code: Some(code),
            amount_minor: Some(amount_minor),
            currency: self.currency,
            trace: Some(trace),
            receipt_number: Some(receipt_number),
            turnover_number: Some(trace),
            terminal_id: Some(self.terminal_id),
            contract_number: Some("100461763".into()),
            time: Some(time),
            date: Some(date),
            authorisation: approved.then(|| format!("{:06}", 100_000 + trace % 900_000)),
            card_last4: Some("1234".into()),
            card_type: Some(self.card.kind),
            card_name: Some(self.card.name.to_owned()),
            ..Fields::default()
        })
    }

    /// The bank has approved `status`.
    pub(super) fn authorised(&mut self, kind: EntryKind, status: &Fields) -> io::Result<()> {
        self.kept.ledger.push(LedgerEntry {
            trace: status.trace.unwrap_or(0),
            receipt_number: status.receipt_number.unwrap_or(0),
            kind,
            amount_minor: status.amount_minor.unwrap_or(0),
            state: EntryState::Authorised,
            card_type: status.card_type.unwrap_or(GIROCARD),
            original_trace: status.original_trace,
            closed: false,
        });
        self.save()
    }

    /// The till has acknowledged it, or not. Gives the entry as it is now.
    pub(super) fn ended(&mut self, status: &Fields, state: EntryState) -> io::Result<Option<LedgerEntry>> {
        if state == EntryState::Final {
            self.kept.last = Some(status.encode());
        }
        let entry = self.kept.ledger.iter_mut().rev().find(|entry| Some(entry.trace) == status.trace).map(|entry| {
            entry.state = state;
            entry.clone()
        });
        self.save()?;
        Ok(entry)
    }

    /// The payment that a reversal of `receipt_number` gives back, or why it cannot.
    pub(super) fn reversible(&self, receipt_number: Option<u16>, amount_minor: Option<u64>) -> Result<LedgerEntry, u8> {
        let standing = || self.kept.ledger.iter().filter(|entry| entry.state == EntryState::Final);
        let payment = standing()
            .filter(|entry| entry.kind == EntryKind::Payment && !entry.closed)
            .rfind(|entry| Some(entry.receipt_number) == receipt_number)
            .ok_or(result::REVERSAL_NOT_POSSIBLE)?;
        let reversed = standing().any(|entry| entry.original_trace == Some(payment.trace));
        match amount_minor {
            _ if reversed => Err(result::ALREADY_REVERSED),
            Some(amount) if amount != payment.amount_minor => Err(result::AMOUNT_INCORRECT),
            _ => Ok(payment.clone()),
        }
    }

    /// Closes the batch; the status information with its totals.
    pub(super) fn close_batch(&mut self) -> io::Result<Fields> {
        let open: Vec<&LedgerEntry> =
            self.kept.ledger.iter().filter(|entry| !entry.closed && entry.state == EntryState::Final).collect();
        let totals = totals_of(&open);
        let sum: i64 = open.iter().map(|entry| entry.charged_minor()).sum();
        self.kept.ledger.iter_mut().for_each(|entry| entry.closed = true);
        self.kept.last = None;
        let numbered = self.number(sum.unsigned_abs(), result::OK)?;
        Ok(Fields {
            result_code: numbered.result_code,
            amount_minor: numbered.amount_minor,
            currency: numbered.currency,
            trace: numbered.trace,
            time: numbered.time,
            date: numbered.date,
            terminal_id: numbered.terminal_id,
            totals: Some(totals),
            ..Fields::default()
        })
    }

    fn save(&self) -> io::Result<()> {
        let Some(path) = &self.file else {
            return Ok(());
        };
        let text = serde_json::to_vec_pretty(&self.kept)?;
        let beside = path.with_extension("new");
        let mut file = fs::File::create(&beside)?;
        file.write_all(&text)?;
        file.sync_data()?;
        fs::rename(&beside, path)
    }
}

/// Counts and sums by kind of card. One that gave back more than it took looks as if it were the other way: the bitmap
/// has no sign.
fn totals_of(open: &[&LedgerEntry]) -> Totals {
    let mut totals = Totals {
        first_receipt: open.first().map_or(0, |entry| entry.receipt_number),
        last_receipt: open.last().map_or(0, |entry| entry.receipt_number),
        ..Totals::default()
    };
    for (group, total) in totals.groups.iter_mut().enumerate() {
        let of_group = open.iter().filter(|entry| group_of(entry.card_type) == group);
        let sum: i64 = of_group.clone().map(|entry| entry.charged_minor()).sum();
        let count = u8::try_from(of_group.count()).unwrap_or(u8::MAX);
        *total = Total { count, amount_minor: sum.unsigned_abs() };
    }
    totals
}

/// `MMDD` and `hhmmss`.
fn now() -> (u16, u32) {
    let now = Timestamp::now().to_zoned(TimeZone::UTC);
    let part = |number: i8| u32::from(number.unsigned_abs());
    let date = part(now.month()) * 100 + part(now.day());
    let time = part(now.hour()) * 10_000 + part(now.minute()) * 100 + part(now.second());
    (u16::try_from(date).unwrap_or(101), time)
}

fn read(path: &Path) -> io::Result<Option<Kept>> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(io::Error::other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
