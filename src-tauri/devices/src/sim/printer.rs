//! A receipt printer: takes ESC/POS, answers real-time status at once and all else in its turn, and stops for a fault
//! with what has not been printed still in its buffer. Its faults, its wire and its handle; what goes on inside is in
//! `printer_state`.

use super::printer_state::{Answers, State};
use super::server::{Caller, POLL, Server, Stop};
use crate::escpos::decode::{Decoded, Decoder, Op};
use crate::stream::{ByteStream, is_timeout};
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub(super) type OnReceipt = Box<dyn Fn(&PrintedReceipt) + Send + Sync>;

pub struct PrinterSimOptions {
    /// `HOST:PORT`, or an address of [`super::on_serial`].
    pub listen: String,
    pub columns: usize,
    /// Where each receipt goes as `NNNN.txt`, `NNNN.png` and `NNNN.bin`.
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
    /// For a cause that it does not give.
    Offline,
    /// Somebody feeds paper with the button.
    Feeding,
    /// An error that only switching it off and on would clear.
    Error,
    /// The head is too hot, and it goes on by itself when it has cooled down.
    Overheated,
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
            "feeding" => PrinterFault::Feeding,
            "error" => PrinterFault::Error,
            "overheated" => PrinterFault::Overheated,
            "silent" => PrinterFault::Silent,
            "no-sensor-status" => PrinterFault::NoSensorStatus,
            "paper-out-after" => PrinterFault::PaperOutAfterLines(count()?),
            "drop-after" => PrinterFault::DropAfterBytes(count()?),
            _ => {
                return Err(format!(
                    "\"{name}\" is none of: paper-out paper-near-end cover-open cutter-jam offline feeding error \
                     overheated silent no-sensor-status paper-out-after drop-after ok"
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
    /// Something came out, or the drawer opened.
    printed: Condvar,
    options: PrinterSimOptions,
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
            state: Mutex::new(State::new(options.columns, options.out.is_some(), first_number)),
            printed: Condvar::new(),
            options,
        });
        let serving = Arc::clone(&shared);
        let server = Server::start(&shared.options.listen, move |caller: Caller, stop: &Stop| {
            // A client that went away is no fault of the printer.
            let _ = serving.session(caller.stream, stop);
        })?;
        Ok(PrinterSim { server, shared })
    }

    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Where it is reached: `HOST:PORT`, or the path of its serial port.
    pub fn place(&self) -> String {
        self.server.place()
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
        self.shared.lock().uncut_lines()
    }

    /// When the first byte of the receipt that was cut last arrived: for measuring.
    pub fn first_byte_of_last_receipt(&self) -> Option<Instant> {
        self.shared.lock().last_first_byte
    }

    /// Whether the drawer got `count` pulses before `timeout` was over.
    pub fn wait_for_pulses(&self, count: usize, timeout: Duration) -> bool {
        let state = self.shared.lock();
        let waited = self
            .shared
            .printed
            .wait_timeout_while(state, timeout, |state| state.drawer_pulses < count)
            .unwrap_or_else(PoisonError::into_inner);
        !waited.1.timed_out()
    }

    /// What the printer was sent and does not know.
    pub fn errors(&self) -> Vec<String> {
        self.shared.lock().errors.clone()
    }

    /// The commands of the control port: the faults by name, `ok`, `receipts`, `pulses`, `errors`, `state`.
    pub fn control(&self) -> impl Fn(&str) -> Result<Vec<String>, String> + Send + 'static {
        let shared = Arc::clone(&self.shared);
        move |line| match line {
            "ok" => {
                shared.clear();
                Ok(Vec::new())
            }
            "receipts" => Ok(vec![shared.lock().receipts.len().to_string()]),
            "pulses" => Ok(vec![shared.lock().drawer_pulses.to_string()]),
            "errors" => Ok(shared.lock().errors.clone()),
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
        self.lock().set(fault);
    }

    fn clear(&self) {
        let mut state = self.lock();
        state.clear();
        self.print(&mut state);
        state.report_change();
    }

    fn session(&self, mut stream: Box<dyn ByteStream>, stop: &Stop) -> io::Result<()> {
        stream.set_read_timeout(POLL)?;
        stream.set_write_timeout(Duration::from_secs(2))?;
        self.lock().connected(Answers::to(stream.try_clone()?));
        let result = self.serve(stream.as_mut(), stop);
        self.lock().disconnected();
        result
    }

    fn serve(&self, stream: &mut dyn ByteStream, stop: &Stop) -> io::Result<()> {
        let mut decoder = Decoder::new();
        let mut piece = [0; 4096];
        let mut received = 0;
        while !stop.is_raised() {
            let count = match stream.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if is_timeout(&error) => continue,
                Err(error) => return Err(error),
            };
            let drop_at = self.lock().drop_after_bytes;
            let taken = drop_at.map_or(count, |at: usize| at.saturating_sub(received).min(count));
            received += count;
            self.receive(decoder.push(&piece[..taken]));
            if drop_at.is_some_and(|at| received >= at) {
                self.lock().drop_after_bytes = None;
                stream.shutdown();
                break;
            }
        }
        Ok(())
    }

    fn receive(&self, ops: Vec<Decoded>) {
        let mut state = self.lock();
        for decoded in ops {
            match decoded.op {
                Op::Status(kind) => state.answer_status(kind),
                Op::DrawerPulseNow { .. } => state.pulse(),
                Op::Recover(n) => state.recover(n),
                _ => state.take(decoded),
            }
        }
        self.print(&mut state);
    }

    /// Works through the buffer as far as nothing is in the way.
    fn print(&self, state: &mut State) {
        while let Some(cut) = state.print_until_cut() {
            state.keep(cut, &self.options);
        }
        self.printed.notify_all();
    }
}
