//! Byte streams to devices, and the deadlines that bound every wait on one.
//!
//! Protocols are written against [`ByteStream`] and [`Connector`]; TCP is the first implementation, serial and USB
//! join as others. Nothing in here knows a protocol, and nothing waits without a limit.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
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
}

/// How to reach the device on `link`.
pub fn connector(link: &crate::Link) -> Box<dyn Connector> {
    match link {
        crate::Link::Tcp { address } => Box::new(TcpConnector::new(address)),
        crate::Link::Serial { .. } | crate::Link::Usb { .. } => Box::new(NotYet(link.clone())),
    }
}

struct NotYet(crate::Link);

impl Connector for NotYet {
    fn connect(&self, _: Duration) -> io::Result<Box<dyn ByteStream>> {
        Err(io::ErrorKind::Unsupported.into())
    }
    fn describe(&self) -> String {
        self.0.to_string()
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

impl ByteStream for TcpStream {
    fn set_read_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        TcpStream::set_read_timeout(self, Some(timeout))
    }
    fn set_write_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        TcpStream::set_write_timeout(self, Some(timeout))
    }
    fn try_clone(&self) -> io::Result<Box<dyn ByteStream>> {
        Ok(Box::new(TcpStream::try_clone(self)?))
    }
    fn shutdown(&mut self) {
        // It may be gone already, and then there is nothing left to end.
        let _ = TcpStream::shutdown(self, Shutdown::Both);
    }
}

/// A device at `host:port`.
#[derive(Debug, Clone)]
pub struct TcpConnector {
    address: String,
}

impl TcpConnector {
    pub fn new(address: impl Into<String>) -> Self {
        TcpConnector { address: address.into() }
    }
}

impl Connector for TcpConnector {
    fn connect(&self, timeout: Duration) -> io::Result<Box<dyn ByteStream>> {
        let deadline = Deadline::after(timeout);
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        for address in resolve(&self.address, deadline)? {
            match TcpStream::connect_timeout(&address, deadline.remaining().max(WAIT_MIN)) {
                Ok(stream) => {
                    // Messages are a few bytes and each waits for its answer: Nagle only adds delay.
                    stream.set_nodelay(true)?;
                    return Ok(Box::new(stream));
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn describe(&self) -> String {
        self.address.clone()
    }
}

/// Name look-up has no timeout of its own and can take half a minute without a network: it is done on a thread that
/// is left behind when it takes too long.
fn resolve(address: &str, deadline: Deadline) -> io::Result<Vec<SocketAddr>> {
    if let Ok(numeric) = address.parse() {
        return Ok(vec![numeric]);
    }
    let (sender, receiver) = mpsc::channel();
    let name = address.to_owned();
    thread::spawn(move || {
        // The receiver is gone when it took too long; nobody wants the answer then.
        let _ = sender.send(name.to_socket_addrs().map(Iterator::collect));
    });
    receiver.recv_timeout(deadline.remaining()).unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}
