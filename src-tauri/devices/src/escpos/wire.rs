//! Talking to a printer: its connection, its answers, and what a wait that failed means.

use super::GS;
use super::status::{STATUS_KINDS, StatusBytes, StatusKind, begins_automatic_status, is_status_byte};
use crate::stream::{ByteStream, Connector, Deadline, cause_of_connect, is_timeout, read_until, write_until};
use salon_ports::{FaultCause, PortError};
use std::io;
use std::time::Duration;

pub(super) const CONNECT: Duration = Duration::from_millis(1500);
pub(super) const STATUS: Duration = Duration::from_millis(900);

/// `GS r 1`: asks for the paper sensor in the printer's turn, so that its answer means that all before it is printed.
pub(super) const SENSOR_REQUEST: [u8; 3] = [GS, b'r', 1];

/// In an answer to `GS r` bits 4 and 7 are off, in one to `DLE EOT` bit 4 is on: they cannot be mistaken.
fn is_sensor_byte(byte: u8) -> bool {
    byte & 0b1001_0000 == 0
}

pub(super) fn connect(connector: &dyn Connector, timeout: Duration) -> Result<Box<dyn ByteStream>, PortError> {
    connector.connect(timeout).map_err(|error| PortError::Retryable {
        cause: cause_of_connect(&error),
        detail: format!("{}: {error}", connector.describe()),
    })
}

/// A wait that did not end as it should, before it is known what that means for the receipt.
pub(super) struct Fault {
    pub(super) cause: FaultCause,
    pub(super) detail: String,
}

impl Fault {
    pub(super) fn of(error: &io::Error) -> Self {
        let cause = if is_timeout(error) { FaultCause::Timeout } else { FaultCause::LinkLost };
        Fault { cause, detail: error.to_string() }
    }

    pub(super) fn before_anything_happened(self) -> PortError {
        PortError::Retryable { cause: self.cause, detail: self.detail }
    }

    pub(super) fn after_sending(self) -> PortError {
        PortError::OutcomeUnknown { cause: self.cause, detail: self.detail }
    }
}

/// The stream while three kinds of answers may be under way: to `DLE EOT`, at once; to `GS r`, in its turn; and an
/// automatic status that another program once asked for.
pub(super) struct Wire<'a> {
    stream: &'a mut dyn ByteStream,
    sensor_answered: bool,
    /// Bytes of an automatic status that are still to come.
    automatic_left: u8,
}

impl<'a> Wire<'a> {
    pub(super) fn new(stream: &'a mut dyn ByteStream) -> Self {
        Wire { stream, sensor_answered: false, automatic_left: 0 }
    }

    pub(super) fn stream(&mut self) -> &mut dyn ByteStream {
        self.stream
    }

    /// All four questions in one piece: the printer answers each at once and in order, and nobody waits three times more
    /// than it takes.
    pub(super) fn status(&mut self, deadline: Deadline) -> Result<StatusBytes, Fault> {
        let questions = STATUS_KINDS.map(StatusKind::request).concat();
        write_until(self.stream, &questions, deadline).map_err(|error| Fault::of(&error.source))?;
        let mut bytes = [0; STATUS_KINDS.len()];
        for byte in &mut bytes {
            *byte = loop {
                let answer = self.read_byte(deadline)?;
                if let Some(answer) = answer.filter(|answer| is_status_byte(*answer)) {
                    break answer;
                }
            };
        }
        Ok(StatusBytes(bytes))
    }

    pub(super) fn sensor(&mut self, deadline: Deadline) -> Result<(), Fault> {
        while !self.sensor_answered {
            self.read_byte(deadline)?;
        }
        Ok(())
    }

    /// `None` for a byte of an automatic status.
    fn read_byte(&mut self, deadline: Deadline) -> Result<Option<u8>, Fault> {
        if deadline.is_over() {
            return Err(Fault::of(&io::ErrorKind::TimedOut.into()));
        }
        let mut byte = [0];
        let count = read_until(self.stream, &mut byte, deadline).map_err(|error| Fault::of(&error))?;
        if count == 0 {
            return Err(Fault { cause: FaultCause::LinkLost, detail: "the printer closed the connection".into() });
        }
        if self.automatic_left > 0 {
            self.automatic_left -= 1;
            return Ok(None);
        }
        if begins_automatic_status(byte[0]) {
            self.automatic_left = 3;
            return Ok(None);
        }
        self.sensor_answered |= is_sensor_byte(byte[0]);
        Ok(Some(byte[0]))
    }
}
