//! Messages over a byte stream: bare, as on TCP (PA00P016, chapter on TCP/IP), or in frames, as on a serial line.
//! Used by both sides.

use super::apdu::Apdu;
use super::command::Command;
use super::line::Line;
use crate::stream::{ByteStream, Deadline, Medium, is_timeout, read_until, write_until};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A message is a few hundred bytes: a write that takes longer than this has no reader.
const WRITE: Duration = Duration::from_secs(2);

/// The sending half, which a second thread may use between two messages of the first.
pub(crate) type SharedWriter = Arc<Mutex<Writer>>;

pub(crate) struct Writer {
    stream: Box<dyn ByteStream>,
    framing: Framing,
}

enum Framing {
    Bare,
    Frames { line: Box<Line>, opened: Instant },
}

pub(crate) struct Link {
    /// Behind a lock for `send`, which on a serial line has to read the acknowledgement; one thread has the link.
    reader: Mutex<Box<dyn ByteStream>>,
    writer: SharedWriter,
    buffer: Vec<u8>,
    medium: Medium,
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
    pub(crate) fn new(stream: Box<dyn ByteStream>, medium: Medium) -> io::Result<Self> {
        let framing = match medium {
            Medium::Reliable => Framing::Bare,
            Medium::Line => Framing::Frames { line: Box::default(), opened: Instant::now() },
        };
        let writer = Writer { stream: stream.try_clone()?, framing };
        Ok(Link { reader: Mutex::new(stream), writer: Arc::new(Mutex::new(writer)), buffer: Vec::new(), medium })
    }

    pub(crate) fn writer(&self) -> SharedWriter {
        Arc::clone(&self.writer)
    }

    /// On a serial line it is over when the other side has acknowledged the frame, or when it has not, however often it
    /// was sent.
    pub(crate) fn send(&self, command: &Command) -> Result<(), LinkError> {
        send_on(&self.writer, command)?;
        if self.medium == Medium::Line {
            while !lock(&self.writer).is_settled()? {
                self.pump(Deadline::after(WRITE))?;
            }
        }
        Ok(())
    }

    /// The first half of a message, for a simulator whose cable is pulled.
    pub(crate) fn send_half(&self, command: &Command) -> Result<(), LinkError> {
        let garbled = |error: super::apdu::FrameError| LinkError::Garbled(error.to_string());
        let apdu = command.to_apdu();
        let bytes = match self.medium {
            Medium::Reliable => apdu.encode().map_err(garbled)?,
            Medium::Line => super::serial::frame(&apdu).map_err(garbled)?,
        };
        lock(&self.writer).write(&bytes[..bytes.len() / 2])
    }

    /// The next message. A deadline that is over ends it even while messages wait: a peer that never stops talking
    /// must not hold us.
    pub(crate) fn recv(&mut self, deadline: Deadline) -> Result<Apdu, LinkError> {
        match self.medium {
            Medium::Reliable => self.recv_bare(deadline),
            Medium::Line => self.recv_framed(deadline),
        }
    }

    fn recv_bare(&mut self, deadline: Deadline) -> Result<Apdu, LinkError> {
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
            match read_until(lock(&self.reader).as_mut(), &mut piece, deadline) {
                Ok(0) => return Err(closed()),
                Ok(count) => self.buffer.extend_from_slice(&piece[..count]),
                Err(error) => return Err(LinkError::of(&error)),
            }
        }
    }

    fn recv_framed(&mut self, deadline: Deadline) -> Result<Apdu, LinkError> {
        loop {
            if deadline.is_over() {
                return Err(LinkError::Timeout);
            }
            {
                let mut writer = lock(&self.writer);
                if let Some(apdu) = writer.next_message() {
                    tracing::trace!(?apdu, "received");
                    return Ok(apdu);
                }
                // A request to stop that another thread has sent; what went before it has its own verdict.
                if writer.is_settled().is_err() {
                    return Err(LinkError::Lost("it does not acknowledge any more".into()));
                }
            }
            self.pump(deadline)?;
        }
    }

    /// Lets the line go on: by what comes until `deadline`, or by the time at which it has to do something itself.
    fn pump(&self, deadline: Deadline) -> Result<(), LinkError> {
        let due = lock(&self.writer).due(deadline);
        let mut piece = [0; 1024];
        let read = read_until(lock(&self.reader).as_mut(), &mut piece, due);
        let mut writer = lock(&self.writer);
        match read {
            Ok(0) => Err(closed()),
            Ok(count) => writer.received(&piece[..count]),
            Err(error) if is_timeout(&error) => writer.received(&[]),
            Err(error) => Err(LinkError::of(&error)),
        }
    }
}

impl Writer {
    fn send(&mut self, apdu: &Apdu) -> Result<(), LinkError> {
        let garbled = |error: super::apdu::FrameError| LinkError::Garbled(error.to_string());
        let bytes = match &mut self.framing {
            Framing::Bare => apdu.encode().map_err(garbled)?,
            Framing::Frames { line, opened } => {
                line.send(apdu, opened.elapsed()).map_err(garbled)?;
                line.take_output()
            }
        };
        self.write(&bytes)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), LinkError> {
        write_until(self.stream.as_mut(), bytes, Deadline::after(WRITE)).map_err(|error| LinkError::of(&error.source))
    }

    fn received(&mut self, bytes: &[u8]) -> Result<(), LinkError> {
        let Framing::Frames { line, opened } = &mut self.framing else { return Ok(()) };
        let now = opened.elapsed();
        if bytes.is_empty() {
            line.tick(now);
        } else {
            line.receive(bytes, now);
        }
        let output = line.take_output();
        self.write(&output)
    }

    fn next_message(&mut self) -> Option<Apdu> {
        match &mut self.framing {
            Framing::Bare => None,
            Framing::Frames { line, .. } => line.next_message(),
        }
    }

    /// Whether all that was sent has arrived; an error when it never will.
    fn is_settled(&self) -> Result<bool, LinkError> {
        match &self.framing {
            Framing::Bare => Ok(true),
            Framing::Frames { line, .. } if line.has_given_up() => Err(LinkError::Timeout),
            Framing::Frames { line, .. } => Ok(line.is_settled()),
        }
    }

    fn due(&self, deadline: Deadline) -> Deadline {
        let Framing::Frames { line, opened } = &self.framing else { return deadline };
        let now = opened.elapsed();
        line.wake_at(now).map_or(deadline, |at| deadline.at_most(at.saturating_sub(now)))
    }
}

fn closed() -> LinkError {
    LinkError::Lost("closed by the other side".into())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Other handles may be around, with the cancel handle for one; the terminal has to see the end all the same.
impl Drop for Link {
    fn drop(&mut self) {
        lock(&self.reader).shutdown();
    }
}

/// Sends without waiting for an acknowledgement: the thread that has the link sees to that.
pub(crate) fn send_on(writer: &SharedWriter, command: &Command) -> Result<(), LinkError> {
    let apdu = command.to_apdu();
    tracing::trace!(?apdu, "sending");
    lock(writer).send(&apdu)
}
