//! A card terminal: its settings, its power, and the handle on it. How it talks is in `card_session` and `card_payment`,
//! what it remembers in `card_books`, what goes wrong in `card_fault`.

use super::card_books::{Card, Memory};
use super::card_fault::{CardFault, NAMES};
use super::card_session::Session;
use super::ledger::{EntryState, LedgerEntry};
use super::server::{Caller, POLL, Server, Stop};
use crate::zvt::{Fields, Password};
use salon_domain::kernel::Currency;
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

type OnEntry = Box<dyn Fn(&LedgerEntry) + Send + Sync>;

pub struct CardSimOptions {
    /// `HOST:PORT`, or an address of [`super::on_serial`].
    pub listen: String,
    pub password: Password,
    pub currency: Currency,
    /// Its own id, eight digits (bitmap 29).
    pub terminal_id: u32,
    /// Between two intermediate states: how long client and bank take.
    pub delay: Duration,
    /// How long a message may go without its acknowledgement (PA00P016, T3).
    pub ack_timeout: Duration,
    /// Every so many-th payment is declined; 0 for none.
    pub decline_every: u32,
    /// Holds for every transaction, unless one was queued.
    pub fault: Option<CardFault>,
    /// The faults of the first transactions, one each.
    pub script: Vec<CardFault>,
    /// The number before the first transaction's.
    pub last_trace: u32,
    /// Where the memory is kept; what is there already is remembered.
    pub memory: Option<PathBuf>,
    /// Called when a transaction has become final or was taken back.
    pub on_entry: Option<OnEntry>,
}

impl Default for CardSimOptions {
    fn default() -> Self {
        CardSimOptions {
            listen: "127.0.0.1:0".into(),
            password: Password::default(),
            currency: Currency::EUR,
            terminal_id: super::card_books::TERMINAL_ID,
            delay: Duration::ZERO,
            ack_timeout: Duration::from_secs(5),
            decline_every: 0,
            fault: None,
            script: Vec::new(),
            last_trace: 0,
            memory: None,
            on_entry: None,
        }
    }
}

/// A running terminal; it stops when this is dropped.
pub struct CardSim {
    address: SocketAddr,
    place: String,
    shared: Arc<Shared>,
    /// Dropped first: it ends the thread below.
    power: Option<Sender<Power>>,
    thread: Option<JoinHandle<()>>,
}

/// What happens to the terminal's power.
enum Power {
    OutFor(Duration),
    Off,
}

impl CardSim {
    pub fn start(mut options: CardSimOptions) -> io::Result<CardSim> {
        let memory =
            Memory::open(options.memory.take(), options.last_trace, options.currency.numeric(), options.terminal_id)?;
        let books = Books {
            memory,
            queued: std::mem::take(&mut options.script).into(),
            fault: options.fault,
            dead: false,
            errors: Vec::new(),
        };
        let (power, changes) = mpsc::channel();
        let listen = options.listen.clone();
        let shared = Arc::new(Shared { options, books: Mutex::new(books), power: Mutex::new(power.clone()) });
        let server = serve(&shared, &listen)?;
        let (address, place, again) = (server.address(), server.place(), server.same_place(&listen));
        let powered = Arc::clone(&shared);
        let thread = thread::spawn(move || run(&powered, server, &again, &changes));
        Ok(CardSim { address, place, shared, power: Some(power), thread: Some(thread) })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it is reached: `HOST:PORT`, or the path of its serial port.
    pub fn place(&self) -> String {
        self.place.clone()
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
        self.shared.books().memory.ledger().to_vec()
    }

    /// What clients have paid, less what they got back.
    pub fn charged_minor(&self) -> i64 {
        self.shared.books().memory.charged_minor()
    }

    /// How many authorisations 06 01 were received, refused ones included.
    pub fn authorisations(&self) -> u32 {
        self.shared.books().memory.authorisations()
    }

    /// What the till did against the protocol.
    pub fn errors(&self) -> Vec<String> {
        self.shared.books().errors.clone()
    }

    /// The commands of the control port: a fault by name (for the next transaction), `card NAME` for the cards from now
    /// on, `ok`, `ledger`, `charged`, `errors`.
    pub fn control(&self) -> impl Fn(&str) -> Result<Vec<String>, String> + Send + 'static {
        let shared = Arc::clone(&self.shared);
        move |line| shared.command(line)
    }
}

impl Drop for CardSim {
    fn drop(&mut self) {
        if let Some(power) = self.power.take() {
            // It is off already if nobody hears this.
            let _ = power.send(Power::Off);
        }
        if let Some(thread) = self.thread.take() {
            // One that panicked has said so on stderr; dropping must not panic again.
            let _ = thread.join();
        }
    }
}

fn serve(shared: &Arc<Shared>, listen: &str) -> io::Result<Server> {
    let serving = Arc::clone(shared);
    Server::start(listen, move |caller: Caller, stop: &Stop| Session::serve(caller, &serving, stop))
}

/// Keeps the terminal on, and takes its power away when a session asks for it: connections end, the listener is closed,
/// the memory stays.
fn run(shared: &Arc<Shared>, server: Server, listen: &str, changes: &Receiver<Power>) {
    let mut server = Some(server);
    while let Ok(Power::OutFor(pause)) = changes.recv() {
        drop(server.take());
        if !matches!(changes.recv_timeout(pause), Err(RecvTimeoutError::Timeout)) {
            return;
        }
        shared.kept(Memory::take_back_unacknowledged);
        // Somebody else may have the port for a moment.
        while server.is_none() {
            match serve(shared, listen) {
                Ok(started) => server = Some(started),
                Err(error) => {
                    tracing::warn!(%error, "the card terminal does not come back yet");
                    if !matches!(changes.recv_timeout(POLL), Err(RecvTimeoutError::Timeout)) {
                        return;
                    }
                }
            }
        }
    }
}

pub(super) struct Shared {
    pub(super) options: CardSimOptions,
    books: Mutex<Books>,
    power: Mutex<Sender<Power>>,
}

pub(super) struct Books {
    pub(super) memory: Memory,
    queued: VecDeque<CardFault>,
    fault: Option<CardFault>,
    pub(super) dead: bool,
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

    pub(super) fn error(&self, text: impl Into<String>) {
        self.books().errors.push(text.into());
    }

    /// Does something with the memory. A disk that fails is an error of the simulator's, told where tests look.
    pub(super) fn kept<T: Default>(&self, change: impl FnOnce(&mut Memory) -> io::Result<T>) -> T {
        let changed = change(&mut self.books().memory);
        changed.unwrap_or_else(|error| {
            self.error(format!("the memory could not be kept: {error}"));
            T::default()
        })
    }

    /// The fault of the transaction or the end of day that begins now.
    pub(super) fn next_fault(&self) -> Option<CardFault> {
        let mut books = self.books();
        let fault = books.queued.pop_front().or(books.fault);
        if fault == Some(CardFault::Dead) {
            books.dead = true;
        }
        fault
    }

    /// The code with which this payment is declined, if it is.
    pub(super) fn declines_with(&self, fault: Option<CardFault>) -> Option<u8> {
        let every = self.options.decline_every;
        let nth = self.books().memory.authorisations();
        match fault {
            Some(fault) => fault.declines_with(),
            None if every > 0 && nth.is_multiple_of(every) => CardFault::Decline.declines_with(),
            None => None,
        }
    }

    /// The till has acknowledged the transaction, or not.
    pub(super) fn ended(&self, status: &Fields, state: EntryState) {
        let entry = self.kept(|memory| memory.ended(status, state));
        if let (Some(entry), Some(on_entry)) = (entry, &self.options.on_entry) {
            on_entry(&entry);
        }
    }

    pub(super) fn crash(&self, pause: Duration) {
        let power = self.power.lock().unwrap_or_else(PoisonError::into_inner);
        // It is off already if nobody hears this.
        let _ = power.send(Power::OutFor(pause));
    }

    fn command(&self, line: &str) -> Result<Vec<String>, String> {
        let mut books = self.books();
        match line {
            "ok" => {
                drop(books);
                self.clear();
                Ok(Vec::new())
            }
            "ledger" => {
                let entries = books.memory.ledger().iter();
                entries.map(|entry| serde_json::to_string(entry).map_err(|error| error.to_string())).collect()
            }
            "charged" => Ok(vec![books.memory.charged_minor().to_string()]),
            "errors" => Ok(books.errors.clone()),
            _ => {
                if let Some(name) = line.strip_prefix("card ") {
                    books.memory.card = Card::named(name.trim())
                        .ok_or_else(|| format!("\"{name}\" is none of: girocard mastercard visa amex maestro"))?;
                    return Ok(Vec::new());
                }
                let fault = line.parse().map_err(|_: String| {
                    format!("\"{line}\" is none of: {NAMES}, card NAME, ok, ledger, charged, errors")
                })?;
                books.queued.push_back(fault);
                Ok(Vec::new())
            }
        }
    }
}
