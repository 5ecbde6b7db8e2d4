//! Byte streams to devices, and the deadlines that bound every wait on one.
//!
//! Protocols are written against [`ByteStream`] and [`Connector`]; TCP, serial lines and USB implement them, a file
//! each. Nothing in here knows a protocol, and nothing waits without a limit.

mod serial;
mod tcp;
mod usb;
mod usb_plan;

pub use serial::SerialConnector;
pub use tcp::TcpConnector;
pub(crate) use tcp::resolve;
pub use usb::UsbConnector;
pub(crate) use usb_plan::CLASS_PRINTER;

use salon_ports::FaultCause;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

/// A two-way stream of bytes to one device.
pub trait ByteStream: Read + Write + Send {
    /// The longest that one `read` may wait. Holds for clones of the same stream too.
    fn set_read_timeout(&mut self, timeout: Duration) -> io::Result<()>;
    /// The longest that one `write` may wait. Holds for clones of the same stream too.
    fn set_write_timeout(&mut self, timeout: Duration) -> io::Result<()>;
    /// A second handle on the same stream, so that another thread can write while this one reads.
    fn try_clone(&self) -> io::Result<Box<dyn ByteStream>>;
    /// Ends the stream for all of its handles; a `read` that waits returns.
    fn shutdown(&mut self);
}

/// How to reach a device. A connection is opened for each call, so that a cable that was out for an hour costs nothing.
pub trait Connector: Send {
    fn connect(&self, timeout: Duration) -> io::Result<Box<dyn ByteStream>>;
    /// Where this leads, for error details and logs.
    fn describe(&self) -> String;
    /// What the bytes travel over.
    fn medium(&self) -> Medium {
        Medium::Reliable
    }
    /// How long so many bytes are on the wire: no fault, just a slow line. Nothing worth counting but on a serial line.
    fn transfer_time(&self, _bytes: usize) -> Duration {
        Duration::ZERO
    }
}

/// What a protocol has to expect of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// They arrive whole and in order, or the stream ends: TCP, USB.
    Reliable,
    /// They may be lost or changed, and nobody tells: a serial line.
    Line,
}

/// How to reach the device on `link`.
pub fn connector(link: &crate::Link) -> Box<dyn Connector> {
    match link {
        crate::Link::Tcp { address } => Box::new(TcpConnector::new(address)),
        crate::Link::Serial { path, baud } => Box::new(SerialConnector::new(path, *baud)),
        crate::Link::Usb { vendor, product, serial } => Box::new(UsbConnector::new(*vendor, *product, serial.clone())),
    }
}

/// What a person can do about a connection that did not come about.
pub fn cause_of_connect(error: &io::Error) -> FaultCause {
    match error.kind() {
        io::ErrorKind::ResourceBusy => FaultCause::Busy,
        io::ErrorKind::PermissionDenied => FaultCause::AccessDenied,
        io::ErrorKind::Unsupported => FaultCause::Unsupported,
        _ => FaultCause::NotConnected,
    }
}

/// An instant by which something has to be over.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    pub fn after(duration: Duration) -> Self {
        Deadline(Instant::now() + duration)
    }

    pub fn remaining(&self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    pub fn is_over(&self) -> bool {
        self.remaining().is_zero()
    }

    /// So much earlier, to leave time for what comes after.
    pub fn earlier_by(&self, duration: Duration) -> Self {
        Deadline(self.0.checked_sub(duration).unwrap_or(self.0))
    }

    /// The earlier of this one and `duration` from now.
    pub fn at_most(&self, duration: Duration) -> Self {
        Deadline(self.0.min(Instant::now() + duration))
    }
}

/// The system refuses a timeout of zero, and a wait that is over should still look once.
const WAIT_MIN: Duration = Duration::from_millis(1);

/// Reads what there is, waiting until `deadline` at most. `Ok(0)` is the end of the stream; nothing in time is
/// [`io::ErrorKind::TimedOut`], on every platform.
pub fn read_until(stream: &mut dyn ByteStream, buffer: &mut [u8], deadline: Deadline) -> io::Result<usize> {
    loop {
        stream.set_read_timeout(deadline.remaining().max(WAIT_MIN))?;
        match stream.read(buffer) {
            Err(error) if is_timeout(&error) && deadline.is_over() => {
                return Err(io::ErrorKind::TimedOut.into());
            }
            Err(error) if is_timeout(&error) || error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Writes all of `bytes` by `deadline`. The error says how many bytes the system had taken until then: with none,
/// nothing has reached the device.
pub fn write_until(stream: &mut dyn ByteStream, bytes: &[u8], deadline: Deadline) -> Result<(), WriteError> {
    let mut sent = 0;
    while sent < bytes.len() {
        if deadline.is_over() {
            return Err(WriteError { sent, source: io::ErrorKind::TimedOut.into() });
        }
        let step =
            stream.set_write_timeout(deadline.remaining().max(WAIT_MIN)).and_then(|()| stream.write(&bytes[sent..]));
        match step {
            Ok(0) => {
                return Err(WriteError { sent, source: io::ErrorKind::WriteZero.into() });
            }
            Ok(taken) => sent += taken,
            Err(error) if is_timeout(&error) || error.kind() == io::ErrorKind::Interrupted => {}
            Err(source) => return Err(WriteError { sent, source }),
        }
    }
    Ok(())
}

#[derive(Debug, thiserror::Error)]
#[error("{source} after {sent} bytes")]
pub struct WriteError {
    pub sent: usize,
    pub source: io::Error,
}

/// Unix reports an elapsed read timeout as `WouldBlock`, Windows as `TimedOut`.
pub fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}
