//! The wire between a till and a device, with a hand on it: it passes everything on, message by message, until a rule
//! is met. Then the rule's script has the wire, with what was sent and what was not, and may kill, cut or stall.

use super::frames::first_len;
use anyhow::{Context, Result};
use socket2::SockRef;
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// How often a side that hears nothing looks whether the wire was cut meanwhile.
const POLL: Duration = Duration::from_millis(10);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    ToDevice,
    ToTill,
}

/// A message, or a piece of a stream that has none.
#[derive(Debug, Clone)]
pub struct Seen {
    pub at: Instant,
    pub direction: Direction,
    pub bytes: Vec<u8>,
}

impl Seen {
    pub fn is(&self, direction: Direction, class: u8, instruction: u8) -> bool {
        self.direction == direction && self.bytes.starts_with(&[class, instruction])
    }
}

/// Where a script gets the wire: at the first message that is meant.
#[derive(Debug, Clone)]
pub enum At {
    /// Before any byte of it is passed on.
    Message { direction: Direction, class: u8, instruction: u8, when: When },
    /// When so many bytes have gone in that direction since the rule was made, wherever that is.
    Byte { direction: Direction, count: u64 },
}

#[derive(Debug, Clone)]
pub enum When {
    /// An authorisation came before it on the same connection, or it is one.
    InPayment,
    /// The file was written to since then.
    Written { file: PathBuf, since: Stamp },
}

/// When a file was last written to, and how long it is.
pub type Stamp = (SystemTime, u64);

pub fn stamp(file: &Path) -> Result<Stamp> {
    let seen = fs::metadata(file)?;
    Ok((seen.modified()?, seen.len()))
}

impl When {
    fn is_so(&self, conn: &Conn) -> bool {
        match self {
            When::InPayment => conn.in_payment.load(Ordering::SeqCst),
            When::Written { file, since } => stamp(file).is_ok_and(|now| now != *since),
        }
    }
}

/// Has the wire for a moment.
pub(super) type Script = Box<dyn FnOnce(Wire) -> Result<Option<Wire>> + Send>;

struct Rule {
    at: At,
    passed: u64,
    script: Script,
    done: Sender<Result<()>>,
}

/// What happens to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Open,
    /// Nothing gets through; when the till hangs up, the device hears it.
    Silent,
    /// Nothing gets through until the till hangs up; then everything that was on its way arrives.
    Late,
    /// Everything is thrown away; the last one to let go resets both ends.
    Reset,
}

struct Conn {
    till: TcpStream,
    device: TcpStream,
    mode: Mutex<Mode>,
    held: Mutex<Vec<u8>>,
    in_payment: AtomicBool,
}

struct Shared {
    device: SocketAddr,
    has_messages: bool,
    rule: Mutex<Option<Rule>>,
    seen: Mutex<Vec<Seen>>,
    conns: Mutex<Vec<Arc<Conn>>>,
    refuses: AtomicBool,
    listens: AtomicBool,
    next_mode: Mutex<Mode>,
    stopped: AtomicBool,
    accepted: AtomicU64,
}

pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// Takes a device off the wire, and puts it on again.
#[derive(Clone)]
pub struct Breaker {
    shared: Arc<Shared>,
    address: SocketAddr,
}

impl Breaker {
    /// It is so when this returns.
    pub fn refuse(&self, refuses: bool) {
        self.shared.refuses.store(refuses, Ordering::SeqCst);
        if refuses {
            self.shared.cut_all();
        }
        while self.shared.listens.load(Ordering::SeqCst) == refuses {
            if refuses {
                // Wakes the listener.
                let _ = TcpStream::connect(self.address);
            }
            thread::sleep(POLL / 10);
        }
    }
}

/// The wire at the moment of the rule.
pub struct Wire {
    conn: Arc<Conn>,
    shared: Arc<Shared>,
    direction: Direction,
    message: Vec<u8>,
    passed: usize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Proxy {
    /// Towards a card terminal: its messages are seen one by one.
    pub fn of_card_terminal(device: SocketAddr) -> Result<Proxy> {
        Self::start(device, true)
    }

    /// Towards a printer: bytes as they come.
    pub fn of_printer(device: SocketAddr) -> Result<Proxy> {
        Self::start(device, false)
    }

    fn start(device: SocketAddr, has_messages: bool) -> Result<Proxy> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            device,
            has_messages,
            rule: Mutex::default(),
            seen: Mutex::default(),
            conns: Mutex::default(),
            refuses: AtomicBool::new(false),
            listens: AtomicBool::new(true),
            next_mode: Mutex::new(Mode::Open),
            stopped: AtomicBool::new(false),
            accepted: AtomicU64::new(0),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || serve(&serving, listener, address));
        Ok(Proxy { address, shared })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// At `at`, `script` gets the wire: once. What it returns is passed on from there, without the rest of the message;
    /// `None` when it has cut the wire. The receiver says that it ran.
    pub fn once(
        &self,
        at: At,
        script: impl FnOnce(Wire) -> Result<Option<Wire>> + Send + 'static,
    ) -> Receiver<Result<()>> {
        let (done, ran) = channel();
        *lock(&self.shared.rule) = Some(Rule { at, passed: 0, script: Box::new(script), done });
        ran
    }

    /// A rule that was not met is forgotten.
    pub fn disarm(&self) {
        *lock(&self.shared.rule) = None;
    }

    /// As a device that is off: the connections that there are are reset, and nobody takes new ones.
    pub fn refuse(&self, refuses: bool) {
        self.breaker().refuse(refuses);
    }

    /// For scripts.
    pub fn breaker(&self) -> Breaker {
        Breaker { shared: Arc::clone(&self.shared), address: self.address }
    }

    /// The next connection is silent from its beginning; `late`: until the till hangs up, and then all arrives.
    pub fn stall_next(&self, late: bool) {
        *lock(&self.shared.next_mode) = if late { Mode::Late } else { Mode::Silent };
    }

    /// All that came by, in order; forgotten with this.
    pub fn take_seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *lock(&self.shared.seen))
    }

    /// How many authorisations 06 01 the till has sent since the last [`Proxy::take_seen`].
    pub fn authorisations(&self) -> usize {
        lock(&self.shared.seen).iter().filter(|seen| seen.is(Direction::ToDevice, 0x06, 0x01)).count()
    }

    /// Connections so far.
    pub fn connections(&self) -> u64 {
        self.shared.accepted.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        self.shared.cut_all();
        // Wakes the listener.
        let _ = TcpStream::connect(self.address);
    }
}

fn reset(stream: &TcpStream) {
    // The other side may be gone already.
    let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
}

/// Takes connections; while the device is off nobody listens.
fn serve(shared: &Arc<Shared>, listener: TcpListener, address: SocketAddr) {
    let mut listening = Some(listener);
    while !shared.stopped.load(Ordering::SeqCst) {
        let is_off = shared.refuses.load(Ordering::SeqCst);
        match &listening {
            Some(_) if is_off => listening = None,
            // Somebody else may have the port for a moment.
            None if !is_off => listening = TcpListener::bind(address).ok(),
            None => thread::sleep(POLL / 10),
            Some(listener) => {
                let Ok((till, _)) = listener.accept() else { return };
                if shared.refuses.load(Ordering::SeqCst) || shared.stopped.load(Ordering::SeqCst) {
                    reset(&till);
                } else {
                    shared.accepted.fetch_add(1, Ordering::SeqCst);
                    // A device that is off, and a till that hung up at once, are what this is for.
                    let _ = accept(shared, till);
                }
            }
        }
        shared.listens.store(listening.is_some(), Ordering::SeqCst);
    }
}

fn accept(shared: &Arc<Shared>, till: TcpStream) -> Result<()> {
    let device = match TcpStream::connect(shared.device) {
        Ok(device) => device,
        Err(error) => {
            reset(&till);
            return Err(error).context("the device is off");
        }
    };
    for stream in [&till, &device] {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(POLL))?;
    }
    let mode = std::mem::replace(&mut *lock(&shared.next_mode), Mode::Open);
    let conn = Arc::new(Conn {
        till,
        device,
        mode: Mutex::new(mode),
        held: Mutex::default(),
        in_payment: AtomicBool::new(false),
    });
    let mut conns = lock(&shared.conns);
    conns.retain(|conn| Arc::strong_count(conn) > 1);
    conns.push(Arc::clone(&conn));
    drop(conns);
    for direction in [Direction::ToDevice, Direction::ToTill] {
        let (conn, shared) = (Arc::clone(&conn), Arc::clone(shared));
        thread::spawn(move || pump(conn, &shared, direction));
    }
    Ok(())
}

impl Conn {
    fn mode(&self) -> Mode {
        *lock(&self.mode)
    }

    fn set(&self, mode: Mode) {
        if mode == Mode::Reset {
            reset(&self.till);
            reset(&self.device);
        }
        *lock(&self.mode) = mode;
    }

    fn source(&self, direction: Direction) -> &TcpStream {
        match direction {
            Direction::ToDevice => &self.till,
            Direction::ToTill => &self.device,
        }
    }

    fn target(&self, direction: Direction) -> &TcpStream {
        match direction {
            Direction::ToDevice => &self.device,
            Direction::ToTill => &self.till,
        }
    }

    /// Passes on, or keeps, or throws away, as the connection is.
    fn carry(&self, direction: Direction, bytes: &[u8]) {
        match (self.mode(), direction) {
            // Who is not there any more does not hear it.
            (Mode::Open, _) => drop(self.target(direction).write_all(bytes)),
            (Mode::Late, Direction::ToDevice) => lock(&self.held).extend_from_slice(bytes),
            _ => {}
        }
    }

    /// One side has hung up: the other one hears it, after what was still on its way.
    fn hang_up(&self, direction: Direction) {
        let mode = self.mode();
        if mode == Mode::Late && direction == Direction::ToDevice {
            let held = std::mem::take(&mut *lock(&self.held));
            let _ = (&self.device).write_all(&held);
        }
        if mode == Mode::Open || direction == Direction::ToDevice {
            let _ = self.target(direction).shutdown(Shutdown::Both);
            let _ = self.source(direction).shutdown(Shutdown::Both);
        }
    }
}

/// One direction of one connection, until a side hangs up.
fn pump(mut conn: Arc<Conn>, shared: &Arc<Shared>, direction: Direction) {
    let mut waiting = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if conn.mode() == Mode::Reset {
            return;
        }
        match conn.source(direction).read(&mut piece) {
            Ok(0) => break,
            Ok(count) => waiting.extend_from_slice(&piece[..count]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => continue,
            Err(_) => break,
        }
        while let Some(len) = shared.first_len(&waiting) {
            let message: Vec<u8> = waiting.drain(..len).collect();
            match shared.handle(conn, direction, message) {
                Some(kept) => conn = kept,
                None => return,
            }
        }
    }
    conn.carry(direction, &waiting);
    conn.hang_up(direction);
}

impl Shared {
    fn cut_all(&self) {
        for conn in std::mem::take(&mut *lock(&self.conns)) {
            conn.set(Mode::Reset);
        }
    }

    fn first_len(&self, bytes: &[u8]) -> Option<usize> {
        if self.has_messages { first_len(bytes) } else { Some(bytes.len()).filter(|len| *len > 0) }
    }

    fn handle(self: &Arc<Self>, conn: Arc<Conn>, direction: Direction, message: Vec<u8>) -> Option<Arc<Conn>> {
        let at = Instant::now();
        lock(&self.seen).push(Seen { at, direction, bytes: message.clone() });
        let is_authorisation = direction == Direction::ToDevice && message.starts_with(&[0x06, 0x01]);
        if self.has_messages && is_authorisation {
            conn.in_payment.store(true, Ordering::SeqCst);
        }
        let due = self.due(&conn, direction, &message);
        let Some((rule, first_bytes)) = due else {
            conn.carry(direction, &message);
            return Some(conn);
        };
        let mut wire = Wire { conn, shared: Arc::clone(self), direction, message, passed: 0 };
        wire.pass(first_bytes);
        match (rule.script)(wire) {
            Ok(wire) => {
                let _ = rule.done.send(Ok(()));
                wire.map(Wire::let_go)
            }
            Err(error) => {
                let _ = rule.done.send(Err(error));
                None
            }
        }
    }

    /// The rule, if it is for this message, and how much of it is passed on before.
    fn due(&self, conn: &Conn, direction: Direction, message: &[u8]) -> Option<(Rule, usize)> {
        let mut armed = lock(&self.rule);
        let rule = armed.as_mut()?;
        let first_bytes = match &rule.at {
            At::Message { direction: meant, class, instruction, when } => {
                let is_it = *meant == direction && message.starts_with(&[*class, *instruction]) && when.is_so(conn);
                is_it.then_some(0)
            }
            At::Byte { direction: meant, count } if *meant == direction => {
                let end = rule.passed + message.len() as u64;
                let begin = std::mem::replace(&mut rule.passed, end);
                (end > *count).then(|| (count - begin) as usize)
            }
            At::Byte { .. } => None,
        }?;
        armed.take().map(|rule| (rule, first_bytes))
    }
}

impl Wire {
    /// Passes on so many more bytes of the message.
    pub fn pass(&mut self, bytes: usize) {
        let end = (self.passed + bytes).min(self.message.len());
        self.conn.carry(self.direction, &self.message[self.passed..end]);
        self.passed = end;
    }

    /// Passes the whole message on.
    pub fn pass_all(&mut self) {
        self.pass(self.message.len());
    }

    /// Both ends get a reset, and have got it when this returns.
    pub fn reset(self) {
        self.conn.set(Mode::Reset);
        lock(&self.shared.conns).retain(|conn| !Arc::ptr_eq(conn, &self.conn));
        // The other direction's thread lets go when it looks next.
        while Arc::strong_count(&self.conn) > 1 {
            thread::sleep(POLL / 10);
        }
    }

    /// From here on nothing gets through until the till hangs up. `late`: what was on its way to the device, the rest
    /// of this message too, arrives then.
    pub fn stall(&mut self, late: bool) {
        self.conn.set(if late { Mode::Late } else { Mode::Silent });
        self.pass_all();
    }

    fn let_go(self) -> Arc<Conn> {
        self.conn
    }
}
