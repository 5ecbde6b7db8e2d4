//! Messages over a byte stream without further framing, as on TCP (PA00P016, chapter on TCP/IP). Used by both sides.

use super::apdu::Apdu;
use super::command::Command;
use crate::stream::{ByteStream, Deadline, is_timeout, read_until, write_until};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A message is a few hundred bytes: a write that takes longer than this has no reader.
const WRITE: Duration = Duration::from_secs(2);

/// The sending half, which a second thread may use between two messages of the first.
pub(crate) type SharedWriter = Arc<Mutex<Box<dyn ByteStream>>>;

pub(crate) struct Link {
    reader: Box<dyn ByteStream>,
    writer: SharedWriter,
    buffer: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LinkError {
    #[error("no message in time")]
    Timeout,
    #[error("the connection ended: {0}")]
    Lost(String),
    #[error("what arrived is not a message: {0}")]
    Garbled(String),
}

impl LinkError {
    fn of(error: &io::Error) -> Self {
        if is_timeout(error) { LinkError::Timeout } else { LinkError::Lost(error.to_string()) }
    }
}

impl Link {
    pub(crate) fn new(stream: Box<dyn ByteStream>) -> io::Result<Self> {
        let writer = stream.try_clone()?;
        Ok(Link { reader: stream, writer: Arc::new(Mutex::new(writer)), buffer: Vec::new() })
    }

    pub(crate) fn writer(&self) -> SharedWriter {
        Arc::clone(&self.writer)
    }

    pub(crate) fn send(&self, command: &Command) -> Result<(), LinkError> {
        send_on(&self.writer, command)
    }

    /// The next message. A deadline that is over ends it even while messages wait: a peer that never stops talking
    /// must not hold us.
    pub(crate) fn recv(&mut self, deadline: Deadline) -> Result<Apdu, LinkError> {
        loop {
            if deadline.is_over() {
                return Err(LinkError::Timeout);
            }
            match Apdu::decode(&self.buffer) {
                Ok(Some((apdu, used))) => {
                    self.buffer.drain(..used);
                    tracing::trace!(?apdu, "received");
                    return Ok(apdu);
                }
                Ok(None) => {}
                Err(error) => return Err(LinkError::Garbled(error.to_string())),
            }
            let mut piece = [0; 1024];
            match read_until(self.reader.as_mut(), &mut piece, deadline) {
                Ok(0) => return Err(LinkError::Lost("closed by the other side".into())),
                Ok(count) => self.buffer.extend_from_slice(&piece[..count]),
                Err(error) => return Err(LinkError::of(&error)),
            }
        }
    }
}

/// Other handles may be around, with the cancel handle for one; the terminal has to see the end all the same.
impl Drop for Link {
    fn drop(&mut self) {
        self.reader.shutdown();
    }
}

pub(crate) fn send_on(writer: &SharedWriter, command: &Command) -> Result<(), LinkError> {
    let apdu = command.to_apdu();
    let bytes = apdu.encode().map_err(|error| LinkError::Garbled(error.to_string()))?;
    tracing::trace!(?apdu, "sending");
    let mut stream = writer.lock().unwrap_or_else(PoisonError::into_inner);
    write_until(stream.as_mut(), &bytes, Deadline::after(WRITE)).map_err(|error| LinkError::of(&error.source))
}
