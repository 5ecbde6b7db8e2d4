//! A card terminal: its settings, its faults, its books, and the handle on it. How it talks is in `card_session`.

use super::card_session::Session;
use super::ledger::{EntryKind, EntryState, LedgerEntry};
use super::server::{Caller, Server, Stop};
use crate::zvt::codes::result;
use crate::zvt::{Fields, Password};
use jiff::{Timestamp, tz::TimeZone};
use salon_domain::kernel::Currency;
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

type OnEntry = Box<dyn Fn(&LedgerEntry) + Send + Sync>;

pub struct CardSimOptions {
    /// `HOST:PORT`, or an address of [`super::on_serial`].
    pub listen: String,
    pub password: Password,
    pub currency: Currency,
    /// Between two intermediate states: how long client and bank take.
    pub delay: Duration,
    /// How long a message may go without its acknowledgement (PA00P016, T3).
    pub ack_timeout: Duration,
    /// Every so many-th payment is declined; 0 for none.
    pub decline_every: u32,
    /// Holds for every transaction, unless one was queued.
    pub fault: Option<CardFault>,
    /// The number before the first transaction's.
    pub last_trace: u32,
    /// Called when a transaction has become final or was taken back.
    pub on_entry: Option<OnEntry>,
}

impl Default for CardSimOptions {
    fn default() -> Self {
        CardSimOptions {
            listen: "127.0.0.1:0".into(),
            password: Password::default(),
            currency: Currency::EUR,
            delay: Duration::ZERO,
            ack_timeout: Duration::from_secs(5),
            decline_every: 0,
            fault: None,
            last_trace: 0,
            on_entry: None,
        }
    }
}

/// What goes wrong with one transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardFault {
    /// Approved, and the line breaks before the till can know: taken back.
    DropBeforeStatus,
    /// The till has the approval, its acknowledgement is not heard: taken back.
    DropAfterStatus,
    /// Acknowledged, so it stands; the end is not told.
    DropBeforeCompletion,
    /// The bank says no.
    Decline,
    /// The command is taken and nothing comes any more. No money moves.
    Silent,
    /// As silent, and the line stays dead: the terminal answers no other connection either until it is cleared.
    Dead,
    /// Another till's work is going on: the command is refused.
    Busy,
    /// The terminal approves a cent less than it was asked for.
    OtherAmount,
    /// The status information says nothing.
    GarbledStatus,
}

impl FromStr for CardFault {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "drop-before-status" => CardFault::DropBeforeStatus,
            "drop-after-status" => CardFault::DropAfterStatus,
            "drop-before-completion" => CardFault::DropBeforeCompletion,
            "decline" => CardFault::Decline,
            "silent" => CardFault::Silent,
            "dead" => CardFault::Dead,
            "busy" => CardFault::Busy,
            "other-amount" => CardFault::OtherAmount,
            "garbled-status" => CardFault::GarbledStatus,
            _ => {
                return Err(format!(
                    "\"{text}\" is none of: drop-before-status drop-after-status drop-before-completion decline \
                     silent dead busy other-amount garbled-status ok ledger charged"
                ));
            }
        })
    }
}

/// A running terminal; it stops when this is dropped.
pub struct CardSim {
    server: Server,
    shared: Arc<Shared>,
}

impl CardSim {
    pub fn start(options: CardSimOptions) -> io::Result<CardSim> {
        let listen = options.listen.clone();
        let books = Books { trace: options.last_trace, fault: options.fault, ..Books::default() };
        let shared = Arc::new(Shared { options, books: Mutex::new(books) });
        let serving = Arc::clone(&shared);
        let server = Server::start(&listen, move |caller: Caller, stop: &Stop| {
            Session::serve(caller, &serving, stop);
        })?;
        Ok(CardSim { server, shared })
    }

    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Where it is reached: `HOST:PORT`, or the path of its serial port.
    pub fn place(&self) -> String {
        self.server.place()
    }

    /// For the next transaction that has none queued yet; several are taken in order, one a transaction.
    pub fn queue_fault(&self, fault: CardFault) {
        self.shared.books().queued.push_back(fault);
    }

    /// No fault any more, queued ones neither.
    pub fn clear(&self) {
        self.shared.clear();
    }

    pub fn ledger(&self) -> Vec<LedgerEntry> {
        self.shared.books().ledger.clone()
    }

    /// What clients have paid, less what they got back.
    pub fn charged_minor(&self) -> i64 {
        self.shared.charged_minor()
    }

    /// How many authorisations 06 01 were received, refused ones included.
    pub fn authorisations(&self) -> u32 {
        self.shared.books().authorisations
    }

    /// What the till did against the protocol.
    pub fn errors(&self) -> Vec<String> {
        self.shared.books().errors.clone()
    }

    /// The commands of the control port: a fault by name (for the next transaction), `ok`, `ledger`, `charged`.
    pub fn control(&self) -> impl Fn(&str) -> Result<Vec<String>, String> + Send + 'static {
        let shared = Arc::clone(&self.shared);
        move |line| match line {
            "ok" => {
                shared.clear();
                Ok(Vec::new())
            }
            "ledger" => shared
                .books()
                .ledger
                .iter()
                .map(|entry| serde_json::to_string(entry).map_err(|error| error.to_string()))
                .collect(),
            "charged" => Ok(vec![shared.charged_minor().to_string()]),
            fault => {
                let fault = fault.parse()?;
                shared.books().queued.push_back(fault);
                Ok(Vec::new())
            }
        }
    }
}

pub(super) struct Shared {
    pub(super) options: CardSimOptions,
    books: Mutex<Books>,
}

#[derive(Default)]
pub(super) struct Books {
    trace: u32,
    receipt_number: u16,
    ledger: Vec<LedgerEntry>,
    /// The status information of the last transaction that stands.
    pub(super) last: Option<Fields>,
    queued: VecDeque<CardFault>,
    fault: Option<CardFault>,
    pub(super) dead: bool,
    pub(super) authorisations: u32,
    pub(super) errors: Vec<String>,
}

impl Shared {
    pub(super) fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn clear(&self) {
        let mut books = self.books();
        books.queued.clear();
        books.fault = None;
        books.dead = false;
    }

    fn charged_minor(&self) -> i64 {
        let books = self.books();
        books.ledger.iter().map(LedgerEntry::charged_minor).sum()
    }

    pub(super) fn error(&self, text: impl Into<String>) {
        self.books().errors.push(text.into());
    }

    /// The fault of the transaction that begins now.
    pub(super) fn next_fault(&self) -> Option<CardFault> {
        let mut books = self.books();
        let fault = books.queued.pop_front().or(books.fault);
        if fault == Some(CardFault::Dead) {
            books.dead = true;
        }
        fault
    }

    pub(super) fn is_declined(&self, fault: Option<CardFault>) -> bool {
        let every = self.options.decline_every;
        let nth = self.books().authorisations;
        fault == Some(CardFault::Decline) || every > 0 && nth.is_multiple_of(every)
    }

    /// The status information of a new transaction.
    pub(super) fn number(&self, amount_minor: u64, code: u8) -> Fields {
        let mut books = self.books();
        books.trace = if books.trace >= 999_999 { 1 } else { books.trace + 1 };
        books.receipt_number = books.receipt_number % 9999 + 1;
        let now = Timestamp::now().to_zoned(TimeZone::UTC);
        let clock = |high: i8, middle: i8, low: i8| {
            u32::from(high.unsigned_abs()) * 10_000
                + u32::from(middle.unsigned_abs()) * 100
                + u32::from(low.unsigned_abs())
        };
        let approved = code == result::OK;
        Fields {
            result_code: Some(code),
            amount_minor: Some(amount_minor),
            currency: self.options.currency.numeric(),
            trace: Some(books.trace),
            receipt_number: Some(books.receipt_number),
            terminal_id: Some(65_012_345),
            time: Some(clock(now.hour(), now.minute(), now.second())),
            date: u16::try_from(clock(0, now.month(), now.day())).ok(),
            authorisation: approved.then(|| format!("{:06}", 100_000 + books.trace % 900_000)),
            card_last4: Some("1234".into()),
            card_type: Some(5),
            card_name: Some("girocard".into()),
            ..Fields::default()
        }
    }

    /// The bank has approved `status`.
    pub(super) fn authorised(&self, kind: EntryKind, status: &Fields) {
        let entry = LedgerEntry {
            trace: status.trace.unwrap_or(0),
            receipt_number: status.receipt_number.unwrap_or(0),
            kind,
            amount_minor: status.amount_minor.unwrap_or(0),
            state: EntryState::Authorised,
            original_trace: status.original_trace,
            closed: false,
        };
        self.books().ledger.push(entry);
    }

    /// The till has acknowledged it, or not.
    pub(super) fn ended(&self, status: &Fields, state: EntryState) {
        let mut books = self.books();
        if state == EntryState::Final {
            books.last = Some(status.clone());
        }
        let entry = books.ledger.iter_mut().rev().find(|entry| Some(entry.trace) == status.trace);
        if let Some(entry) = entry {
            entry.state = state;
            if let Some(on_entry) = &self.options.on_entry {
                on_entry(entry);
            }
        }
    }

    /// The trace of the payment that a reversal of `receipt_number` gives back, or why it cannot.
    pub(super) fn reversible(&self, receipt_number: Option<u16>, amount_minor: Option<u64>) -> Result<LedgerEntry, u8> {
        let books = self.books();
        let stands = |entry: &&LedgerEntry| entry.state == EntryState::Final;
        let payment = books
            .ledger
            .iter()
            .rev()
            .filter(stands)
            .filter(|entry| entry.kind == EntryKind::Payment && !entry.closed)
            .find(|entry| Some(entry.receipt_number) == receipt_number)
            .ok_or(result::REVERSAL_NOT_POSSIBLE)?;
        let reversed = books.ledger.iter().filter(stands).any(|entry| entry.original_trace == Some(payment.trace));
        match amount_minor {
            _ if reversed => Err(result::ALREADY_REVERSED),
            Some(amount) if amount != payment.amount_minor => Err(result::AMOUNT_INCORRECT),
            _ => Ok(payment.clone()),
        }
    }

    /// Closes the batch and gives its total.
    pub(super) fn close_batch(&self) -> u64 {
        let mut books = self.books();
        books.last = None;
        let open = books.ledger.iter_mut().filter(|entry| !entry.closed);
        let total: i64 = open
            .map(|entry| {
                entry.closed = true;
                entry.charged_minor()
            })
            .sum();
        u64::try_from(total).unwrap_or(0)
    }
}
