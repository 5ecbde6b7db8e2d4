//! A receipt printer: takes ESC/POS, answers real-time status at once and all else in its turn, and stops for a fault
//! with what has not been printed still in its buffer.

use super::server::{POLL, Server, Stop};
use crate::escpos::decode::{Decoded, Decoder, Op, Paper};
use crate::escpos::{StatusBytes, StatusKind};
use crate::stream::is_timeout;
use salon_ports::PrinterState;
use std::collections::VecDeque;
use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long somebody takes to push the drawer back in.
const DRAWER_OPEN: Duration = Duration::from_secs(3);

type OnReceipt = Box<dyn Fn(&PrintedReceipt) + Send + Sync>;

pub struct PrinterSimOptions {
    pub listen: String,
    pub columns: usize,
    /// Where each receipt goes as `NNNN.txt` and `NNNN.bin`.
    pub out: Option<PathBuf>,
    pub on_receipt: Option<OnReceipt>,
}

impl Default for PrinterSimOptions {
    fn default() -> Self {
        PrinterSimOptions { listen: "127.0.0.1:0".into(), columns: 48, out: None, on_receipt: None }
    }
}

/// What came out between two cuts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedReceipt {
    pub number: usize,
    pub lines: Vec<String>,
    pub raw: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrinterFault {
    PaperOut,
    PaperNearEnd,
    CoverOpen,
    CutterJam,
    Offline,
    /// Takes everything and answers nothing.
    Silent,
    /// Prints, but does not know `GS r`, as cheap clones do.
    NoSensorStatus,
    /// The paper ends after so many more lines.
    PaperOutAfterLines(usize),
    /// The next connection breaks after so many bytes.
    DropAfterBytes(usize),
}

impl FromStr for PrinterFault {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, argument) = text.split_once(' ').unwrap_or((text, ""));
        let count = || argument.parse().map_err(|_| format!("\"{name}\" takes a number"));
        Ok(match name {
            "paper-out" => PrinterFault::PaperOut,
            "paper-near-end" => PrinterFault::PaperNearEnd,
            "cover-open" => PrinterFault::CoverOpen,
            "cutter-jam" => PrinterFault::CutterJam,
            "offline" => PrinterFault::Offline,
            "silent" => PrinterFault::Silent,
            "no-sensor-status" => PrinterFault::NoSensorStatus,
            "paper-out-after" => PrinterFault::PaperOutAfterLines(count()?),
            "drop-after" => PrinterFault::DropAfterBytes(count()?),
            _ => {
                return Err(format!(
                    "\"{name}\" is none of: paper-out paper-near-end cover-open cutter-jam offline silent \
                     no-sensor-status paper-out-after drop-after ok"
                ));
            }
        })
    }
}

/// A running printer; it stops when this is dropped.
pub struct PrinterSim {
    server: Server,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    printed: Condvar,
    options: PrinterSimOptions,
}

struct State {
    faults: PrinterState,
    silent: bool,
    sensor_status: bool,
    paper_left_lines: Option<usize>,
    drop_after_bytes: Option<usize>,
    drawer_opened: Option<Instant>,
    drawer_pulses: usize,
    buffer: VecDeque<Decoded>,
    /// Where answers in turn go: to whoever is connected.
    client: Option<TcpStream>,
    paper: Paper,
    raw: Vec<u8>,
    receipts: Vec<PrintedReceipt>,
    first_number: usize,
    errors: Vec<String>,
}

impl PrinterSim {
    pub fn start(options: PrinterSimOptions) -> io::Result<PrinterSim> {
        let mut first_number = 1;
        if let Some(out) = &options.out {
            fs::create_dir_all(out)?;
            while out.join(format!("{first_number:04}.txt")).exists() {
                first_number += 1;
            }
        }
        let shared = Arc::new(Shared {
            state: Mutex::new(State::new(options.columns, first_number)),
            printed: Condvar::new(),
            options,
        });
        let serving = Arc::clone(&shared);
        let server = Server::start(&shared.options.listen, move |stream, stop| {
            // A client that went away is no fault of the printer.
            let _ = serving.session(stream, stop);
        })?;
        Ok(PrinterSim { server, shared })
    }

    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    pub fn set(&self, fault: PrinterFault) {
        self.shared.set(fault);
    }

    /// All faults gone; what waits in the buffer is printed.
    pub fn clear(&self) {
        self.shared.clear();
    }

    pub fn receipts(&self) -> Vec<PrintedReceipt> {
        self.shared.lock().receipts.clone()
    }

    /// Whether `count` receipts were cut before `timeout` was over.
    pub fn wait_for_receipts(&self, count: usize, timeout: Duration) -> bool {
        let state = self.shared.lock();
        let waited = self
            .shared
            .printed
            .wait_timeout_while(state, timeout, |state| state.receipts.len() < count)
            .unwrap_or_else(PoisonError::into_inner);
        !waited.1.timed_out()
    }

    pub fn drawer_pulses(&self) -> usize {
        self.shared.lock().drawer_pulses
    }

    /// Lines on the paper that no cut has ended.
    pub fn uncut_lines(&self) -> Vec<String> {
        self.shared.lock().paper.lines.clone()
    }

    /// What the printer was sent and does not know.
    pub fn errors(&self) -> Vec<String> {
        self.shared.lock().errors.clone()
    }

    /// The commands of the control port: the faults by name, `ok`, `receipts`, `state`.
    pub fn control(&self) -> impl Fn(&str) -> Result<Vec<String>, String> + Send + 'static {
        let shared = Arc::clone(&self.shared);
        move |line| match line {
            "ok" => {
                shared.clear();
                Ok(Vec::new())
            }
            "receipts" => Ok(vec![shared.lock().receipts.len().to_string()]),
            "state" => Ok(vec![format!("{:?}", shared.lock().reported())]),
            fault => {
                shared.set(fault.parse()?);
                Ok(Vec::new())
            }
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, fault: PrinterFault) {
        let mut state = self.lock();
        match fault {
            PrinterFault::PaperOut => state.faults.paper_out = true,
            PrinterFault::PaperNearEnd => state.faults.paper_near_end = true,
            PrinterFault::CoverOpen => state.faults.cover_open = true,
            PrinterFault::CutterJam => state.faults.cutter_error = true,
            PrinterFault::Offline => state.faults.online = false,
            PrinterFault::Silent => state.silent = true,
            PrinterFault::NoSensorStatus => state.sensor_status = false,
            PrinterFault::PaperOutAfterLines(lines) => state.paper_left_lines = Some(lines),
            PrinterFault::DropAfterBytes(bytes) => state.drop_after_bytes = Some(bytes),
        }
    }

    fn clear(&self) {
        let mut state = self.lock();
        state.faults = WELL;
        state.silent = false;
        state.sensor_status = true;
        state.paper_left_lines = None;
        state.drop_after_bytes = None;
        self.print(&mut state);
    }

    fn session(&self, mut stream: TcpStream, stop: &Stop) -> io::Result<()> {
        stream.set_read_timeout(Some(POLL))?;
        stream.set_write_timeout(Some(Duration::from_secs(2)))?;
        stream.set_nodelay(true)?;
        self.lock().client = Some(stream.try_clone()?);
        let mut decoder = Decoder::new();
        let mut piece = [0; 4096];
        let mut received = 0;
        while !stop.is_raised() {
            let count = match stream.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if is_timeout(&error) => continue,
                Err(error) => {
                    self.lock().client = None;
                    return Err(error);
                }
            };
            let drop_at = self.lock().drop_after_bytes;
            let taken = drop_at.map_or(count, |at: usize| at.saturating_sub(received).min(count));
            received += count;
            self.receive(decoder.push(&piece[..taken]), &mut stream);
            if drop_at.is_some_and(|at| received >= at) {
                self.lock().drop_after_bytes = None;
                break;
            }
        }
        self.lock().client = None;
        Ok(())
    }

    fn receive(&self, ops: Vec<Decoded>, stream: &mut TcpStream) {
        let mut state = self.lock();
        for decoded in ops {
            match decoded.op {
                Op::Status(kind) => state.answer_status(kind, stream),
                _ => state.buffer.push_back(decoded),
            }
        }
        self.print(&mut state);
    }

    /// Works through the buffer as far as nothing is in the way.
    fn print(&self, state: &mut State) {
        while state.reported().online {
            let Some(decoded) = state.buffer.pop_front() else {
                break;
            };
            state.raw.extend_from_slice(&decoded.raw);
            let lines_before = state.paper.lines.len();
            state.paper.apply(&decoded.op);
            let printed = state.paper.lines.len() - lines_before;
            state.use_paper(printed);
            match decoded.op {
                Op::SensorStatus(_) => state.answer_sensor(),
                Op::DrawerPulse { .. } => {
                    state.drawer_pulses += 1;
                    state.drawer_opened = Some(Instant::now());
                }
                Op::Cut { .. } => self.cut(state),
                Op::Unknown(bytes) => state.errors.push(format!("unknown command {bytes:02X?}")),
                _ => {}
            }
        }
    }

    fn cut(&self, state: &mut State) {
        let receipt = PrintedReceipt {
            number: state.first_number + state.receipts.len(),
            lines: std::mem::take(&mut state.paper.lines),
            raw: std::mem::take(&mut state.raw),
        };
        if let Some(out) = &self.options.out {
            let path = out.join(format!("{:04}", receipt.number));
            let text: String = receipt.lines.iter().map(|l| format!("{l}\n")).collect();
            let written = fs::write(path.with_extension("bin"), &receipt.raw)
                .and_then(|()| fs::write(path.with_extension("txt"), text));
            if let Err(error) = written {
                state.errors.push(format!("{}: {error}", path.display()));
            }
        }
        if let Some(on_receipt) = &self.options.on_receipt {
            on_receipt(&receipt);
        }
        state.receipts.push(receipt);
        self.printed.notify_all();
    }
}

const WELL: PrinterState = PrinterState {
    online: true,
    cover_open: false,
    paper_near_end: false,
    paper_out: false,
    cutter_error: false,
    drawer_open: false,
};

impl State {
    fn new(columns: usize, first_number: usize) -> Self {
        State {
            faults: WELL,
            silent: false,
            sensor_status: true,
            paper_left_lines: None,
            drop_after_bytes: None,
            drawer_opened: None,
            drawer_pulses: 0,
            buffer: VecDeque::new(),
            client: None,
            paper: Paper::new(columns),
            raw: Vec::new(),
            receipts: Vec::new(),
            first_number,
            errors: Vec::new(),
        }
    }

    /// Any fault takes a printer offline.
    fn reported(&self) -> PrinterState {
        let faults = self.faults;
        let stopped = faults.cover_open || faults.paper_out || faults.cutter_error;
        PrinterState {
            online: faults.online && !stopped,
            drawer_open: self.drawer_opened.is_some_and(|opened| opened.elapsed() < DRAWER_OPEN),
            ..faults
        }
    }

    fn answer_status(&self, kind: StatusKind, stream: &mut TcpStream) {
        if self.silent {
            return;
        }
        let bytes = StatusBytes::of(&self.reported(), true).0;
        // Who does not wait for the answer misses it.
        let _ = stream.write_all(&[bytes[kind as usize - 1]]);
    }

    /// `GS r 1`: bits 0 and 1 for near end, 2 and 3 for end. A printer at its end does not get here.
    fn answer_sensor(&mut self) {
        if self.silent || !self.sensor_status {
            return;
        }
        let byte = if self.faults.paper_near_end { 0x03 } else { 0 };
        if let Some(client) = &mut self.client {
            // As above.
            let _ = client.write_all(&[byte]);
        }
    }

    fn use_paper(&mut self, lines: usize) {
        let Some(left) = self.paper_left_lines else {
            return;
        };
        self.paper_left_lines = Some(left.saturating_sub(lines));
        if lines >= left {
            self.paper_left_lines = None;
            self.faults.paper_out = true;
        }
    }
}
