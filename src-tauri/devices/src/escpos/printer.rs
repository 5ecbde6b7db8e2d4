//! The driver: one connection per call, the state asked before and after, and a fault for every way it can go wrong.

use super::GS;
use super::codepage::CodePage;
use super::encode::encode;
use super::status::{STATUS_KINDS, StatusBytes, fault_of, is_status_byte};
use crate::Paper;
use crate::stream::{
    ByteStream, Connector, Deadline, WriteError, cause_of_connect, is_timeout, read_until, write_until,
};
use salon_ports::{FaultCause, PortError, Printed, PrinterPort, PrinterState, ReceiptDoc};
use std::io;
use std::time::Duration;

/// A call ends within five seconds, whatever the printer does.
const CALL: Duration = Duration::from_millis(4800);
const CONNECT: Duration = Duration::from_millis(1500);
const STATUS: Duration = Duration::from_millis(900);
/// While it prints it is asked this often whether something has stopped it.
const PRINTING_CHECK: Duration = Duration::from_millis(400);
/// For a printer that is known not to answer when it is done.
const PRINTING_UNANSWERED: Duration = Duration::from_millis(300);

/// `GS r 1`: asks for the paper sensor in the printer's turn, so that its answer means that all before it is printed.
const SENSOR_REQUEST: [u8; 3] = [GS, b'r', 1];

/// In an answer to `GS r` bits 4 and 7 are off, in one to `DLE EOT` bit 4 is on: they cannot be mistaken.
fn is_sensor_byte(byte: u8) -> bool {
    byte & 0b1001_0000 == 0
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Characters in a line of the normal font.
    pub columns: usize,
    pub code_page: CodePage,
    pub drawer_open_is_high: bool,
}

impl Profile {
    pub fn of(paper: &Paper) -> Self {
        Profile {
            columns: usize::from(paper.columns),
            code_page: paper.code_page,
            drawer_open_is_high: paper.drawer_open_is_high,
        }
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

    fn connect(&self) -> Result<Box<dyn ByteStream>, PortError> {
        self.connector.connect(CONNECT).map_err(|error| PortError::Retryable {
            cause: cause_of_connect(&error),
            detail: format!("{}: {error}", self.connector.describe()),
        })
    }

    fn ask_state(&self, wire: &mut Wire<'_>) -> Result<PrinterState, Fault> {
        let bytes = wire.status(Deadline::after(STATUS))?;
        Ok(bytes.state(self.profile.drawer_open_is_high))
    }

    /// Sends and waits until the printer has worked through it, or is stopped by a fault. A printer that has no `GS r`
    /// lets the time pass, and then its state has to say whether it is well.
    fn send(&mut self, wire: &mut Wire<'_>, bytes: &[u8], deadline: Deadline) -> Result<(), WriteError> {
        write_until(wire.stream, bytes, deadline)?;
        let broken = |source: io::Error| WriteError { sent: bytes.len(), source };
        write_until(wire.stream, &SENSOR_REQUEST, deadline).map_err(|error| broken(error.source))?;
        let patience = match self.answers_in_turn {
            Some(false) => deadline.at_most(PRINTING_UNANSWERED),
            _ => deadline,
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
            let stopped = self.ask_state(wire).map(|state| fault_of(&state).is_some()).unwrap_or(true);
            if stopped {
                return Ok(());
            }
        }
        self.answers_in_turn.get_or_insert(false);
        Ok(())
    }
}

impl PrinterPort for EscPosPrinter {
    fn state(&mut self) -> Result<PrinterState, PortError> {
        let mut stream = self.connect()?;
        self.ask_state(&mut Wire::new(stream.as_mut())).map_err(Fault::before_anything_happened)
    }

    fn print(&mut self, receipt: &ReceiptDoc) -> Result<Printed, PortError> {
        let encoded = encode(receipt, self.profile.code_page, self.profile.columns);
        for note in &encoded.notes {
            tracing::debug!(?note, "printed otherwise than asked");
        }
        let whole = Deadline::after(CALL + self.connector.transfer_time(encoded.bytes.len()));
        let mut stream = self.connect()?;
        let mut wire = Wire::new(stream.as_mut());
        let before = self.ask_state(&mut wire).map_err(Fault::before_anything_happened)?;
        if let Some(cause) = fault_of(&before) {
            return Err(PortError::Retryable { cause, detail: "the printer said so before anything was sent".into() });
        }
        self.send(&mut wire, &encoded.bytes, whole.earlier_by(STATUS)).map_err(|error| broken_while_sending(&error))?;
        let after = self.ask_state(&mut wire).map_err(Fault::after_sending)?;
        match fault_of(&after) {
            None => Ok(Printed { state: after, notes: encoded.notes }),
            Some(cause) => {
                Err(PortError::OutcomeUnknown { cause, detail: "the printer said so after everything was sent".into() })
            }
        }
    }
}

/// A wait that did not end as it should, before it is known what that means for the receipt.
struct Fault {
    cause: FaultCause,
    detail: String,
}

impl Fault {
    fn of(error: &io::Error) -> Self {
        let cause = if is_timeout(error) { FaultCause::Timeout } else { FaultCause::LinkLost };
        Fault { cause, detail: error.to_string() }
    }

    fn before_anything_happened(self) -> PortError {
        PortError::Retryable { cause: self.cause, detail: self.detail }
    }

    fn after_sending(self) -> PortError {
        PortError::OutcomeUnknown { cause: self.cause, detail: self.detail }
    }
}

fn broken_while_sending(error: &WriteError) -> PortError {
    let fault = Fault::of(&error.source);
    if error.sent == 0 { fault.before_anything_happened() } else { fault.after_sending() }
}

/// The stream while two kinds of answers may be under way: to `DLE EOT`, at once, and to `GS r`, in its turn.
struct Wire<'a> {
    stream: &'a mut dyn ByteStream,
    sensor_answered: bool,
}

impl<'a> Wire<'a> {
    fn new(stream: &'a mut dyn ByteStream) -> Self {
        Wire { stream, sensor_answered: false }
    }

    fn status(&mut self, deadline: Deadline) -> Result<StatusBytes, Fault> {
        let mut bytes = [0; STATUS_KINDS.len()];
        for (kind, byte) in STATUS_KINDS.into_iter().zip(&mut bytes) {
            write_until(self.stream, &kind.request(), deadline).map_err(|error| Fault::of(&error.source))?;
            *byte = loop {
                let answer = self.read_byte(deadline)?;
                if is_status_byte(answer) {
                    break answer;
                }
            };
        }
        Ok(StatusBytes(bytes))
    }

    fn sensor(&mut self, deadline: Deadline) -> Result<(), Fault> {
        while !self.sensor_answered {
            self.read_byte(deadline)?;
        }
        Ok(())
    }

    fn read_byte(&mut self, deadline: Deadline) -> Result<u8, Fault> {
        if deadline.is_over() {
            return Err(Fault::of(&io::ErrorKind::TimedOut.into()));
        }
        let mut byte = [0];
        let count = read_until(self.stream, &mut byte, deadline).map_err(|error| Fault::of(&error))?;
        if count == 0 {
            return Err(Fault { cause: FaultCause::LinkLost, detail: "the printer closed the connection".into() });
        }
        self.sensor_answered |= is_sensor_byte(byte[0]);
        Ok(byte[0])
    }
}
