//! The driver: one connection per call, the state asked before and after, and a fault for every way it can go wrong.

use super::codepage::CodePage;
use super::encode::{Encoded, encode_with_drawer};
use super::layout::DOTS_PER_COLUMN;
use super::status::StatusBytes;
use super::wire::{CONNECT, Fault, SENSOR_REQUEST, STATUS, Wire, connect};
use crate::Paper;
use crate::stream::{Connector, Deadline, WriteError, write_until};
use salon_ports::{FaultCause, PortError, Printed, PrinterPort, PrinterState, ReceiptDoc};
use std::io;
use std::time::Duration;

/// A call about a receipt of usual length ends within five seconds, whatever the printer does.
const CALL: Duration = Duration::from_millis(4800);
/// Handed over at once; the printer has to take each such piece in [`STALL`]. It is six lines of text, for which the
/// slowest printers, those with needles, need a second and a half when their buffer is full.
const PIECE: usize = 256;
const STALL: Duration = Duration::from_millis(2000);
/// While it prints it is asked this often whether something has stopped it.
const PRINTING_CHECK: Duration = Duration::from_millis(400);
/// For a printer that is known not to answer when it is done.
const PRINTING_UNANSWERED: Duration = Duration::from_millis(300);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Characters in a line of the normal font.
    pub columns: usize,
    pub code_page: CodePage,
    pub drawer_open_is_high: bool,
    /// The drawer of `DrawerPort` hangs on connector pin 5.
    pub second_drawer: bool,
}

impl Profile {
    pub fn of(paper: &Paper) -> Self {
        Profile {
            columns: usize::from(paper.columns),
            code_page: paper.code_page,
            drawer_open_is_high: paper.drawer_open_is_high,
            second_drawer: paper.second_drawer,
        }
    }

    fn encode(&self, receipt: &ReceiptDoc) -> Encoded {
        encode_with_drawer(receipt, self.code_page, self.columns, u8::from(self.second_drawer))
    }

    /// Dots of a line: 384 on 58 mm paper, 576 on 80 mm. A picture that is wider is narrowed.
    pub fn dots(&self) -> usize {
        self.columns * DOTS_PER_COLUMN
    }
}

impl Default for Profile {
    fn default() -> Self {
        Profile::of(&Paper::default())
    }
}

/// An ESC/POS printer behind any byte stream.
pub struct EscPosPrinter {
    connector: Box<dyn Connector>,
    profile: Profile,
    /// Whether it answers `GS r`; some clones do not. Until the first receipt nobody knows.
    answers_in_turn: Option<bool>,
}

impl EscPosPrinter {
    pub fn new(connector: Box<dyn Connector>, profile: Profile) -> Self {
        EscPosPrinter { connector, profile, answers_in_turn: None }
    }

    /// How long a receipt of `bytes` may take in all: a logo over a slow line needs more than a usual call, and gets it as
    /// long as the printer takes bytes and says that it is well.
    fn time_for(&self, bytes: usize) -> Duration {
        CALL + self.connector.transfer_time(bytes)
    }

    /// Sends and waits until the printer has worked through it, or is stopped by a fault. A printer that has no `GS r`
    /// lets the time pass, and then its state has to say whether it is well.
    fn send(&mut self, wire: &mut Wire<'_>, bytes: &[u8], whole: Deadline) -> Result<(), WriteError> {
        let mut sent = 0;
        for piece in bytes.chunks(PIECE).chain([&SENSOR_REQUEST[..]]) {
            let written = write_until(wire.stream(), piece, whole.at_most(STALL));
            written.map_err(|error| WriteError { sent: sent + error.sent, ..error })?;
            sent += piece.len();
        }
        let broken = |source: io::Error| WriteError { sent, source };
        let patience = match self.answers_in_turn {
            Some(false) => whole.at_most(PRINTING_UNANSWERED + self.connector.transfer_time(bytes.len())),
            _ => whole,
        };
        while !patience.is_over() {
            match wire.sensor(patience.at_most(PRINTING_CHECK)) {
                Ok(()) => {
                    self.answers_in_turn = Some(true);
                    return Ok(());
                }
                Err(fault) if fault.cause != FaultCause::Timeout => {
                    return Err(broken(io::Error::other(fault.detail)));
                }
                Err(_) => {}
            }
            let stopped = wire.status(Deadline::after(STATUS)).map(|bytes| bytes.fault().is_some()).unwrap_or(true);
            if stopped {
                return Ok(());
            }
        }
        self.answers_in_turn.get_or_insert(false);
        Ok(())
    }

    fn state_of(&self, bytes: &StatusBytes) -> PrinterState {
        bytes.state(self.profile.drawer_open_is_high)
    }
}

impl PrinterPort for EscPosPrinter {
    fn state(&mut self) -> Result<PrinterState, PortError> {
        let mut stream = connect(self.connector.as_ref(), CONNECT)?;
        let bytes = Wire::new(stream.as_mut()).status(Deadline::after(STATUS));
        bytes.map(|bytes| self.state_of(&bytes)).map_err(Fault::before_anything_happened)
    }

    fn print(&mut self, receipt: &ReceiptDoc) -> Result<Printed, PortError> {
        let encoded = self.profile.encode(receipt);
        for note in &encoded.notes {
            tracing::debug!(?note, "printed otherwise than asked");
        }
        let length = encoded.bytes.len();
        let whole = Deadline::after(self.time_for(length)).earlier_by(STATUS);
        let mut stream = connect(self.connector.as_ref(), CONNECT)?;
        let mut wire = Wire::new(stream.as_mut());
        let before = wire.status(Deadline::after(STATUS)).map_err(Fault::before_anything_happened)?;
        if let Some((cause, detail)) = before.fault() {
            return Err(PortError::Retryable { cause, detail: format!("before anything was sent: {detail}") });
        }
        self.send(&mut wire, &encoded.bytes, whole).map_err(|error| broken_while_sending(&error, length))?;
        let after = wire.status(Deadline::after(STATUS)).map_err(Fault::after_sending)?;
        match after.fault() {
            None => Ok(Printed { state: self.state_of(&after), notes: encoded.notes }),
            Some((cause, detail)) => Err(PortError::OutcomeUnknown {
                cause,
                detail: format!("all {length} bytes were sent, it did not say that they are printed: {detail}"),
            }),
        }
    }
}

fn broken_while_sending(error: &WriteError, length: usize) -> PortError {
    let fault = Fault::of(&error.source);
    if error.sent == 0 {
        return fault.before_anything_happened();
    }
    let detail = format!("after {} of {length} bytes: {}", error.sent.min(length), fault.detail);
    Fault { detail, ..fault }.after_sending()
}
