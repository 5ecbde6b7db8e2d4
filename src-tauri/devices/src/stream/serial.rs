//! Serial lines: RS-232, and USB devices that look like it.
//!
//! 8 data bits, no parity, one stop bit, no flow control. The port is opened for us alone where the system can do that.
//! A read polls in slices, so that a stream that was shut down, or whose device was unplugged, ends within one.

use super::{ByteStream, Connector, Deadline, Medium};
use serialport::{ClearBuffer, DataBits, FlowControl, Parity, SerialPort, StopBits};
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// The longest that a read sleeps before it looks whether it should end.
const SLICE: Duration = Duration::from_millis(100);

/// A device on the serial port `path`, by the system's name for it.
#[derive(Debug, Clone)]
pub struct SerialConnector {
    path: String,
    baud: u32,
}

impl SerialConnector {
    pub fn new(path: impl Into<String>, baud: u32) -> Self {
        SerialConnector { path: path.into(), baud }
    }
}

impl Connector for SerialConnector {
    /// Opening a port does not wait for the other side, so `timeout` is not needed.
    fn connect(&self, _timeout: Duration) -> io::Result<Box<dyn ByteStream>> {
        let mut port = open(&self.path, self.baud)?;
        // Some devices stay silent until these say that we are here. A pseudo-terminal has no such lines and says so:
        // nothing is lost by that.
        let _ = port.write_request_to_send(true);
        let _ = port.write_data_terminal_ready(true);
        // What the device said before anybody listened answers none of our questions.
        let _ = port.clear(ClearBuffer::Input);
        Ok(Box::new(SerialStream { port: Box::new(port), shared: Arc::default() }))
    }

    fn describe(&self) -> String {
        format!("{}@{}", self.path, self.baud)
    }

    fn medium(&self) -> Medium {
        Medium::Line
    }

    /// Ten bits a byte: a start bit and a stop bit belong to it.
    fn transfer_time(&self, bytes: usize) -> Duration {
        let bits = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(10);
        Duration::from_millis(bits.saturating_mul(1000) / u64::from(self.baud.max(1)))
    }
}

fn builder(path: &str, baud: u32) -> serialport::SerialPortBuilder {
    serialport::new(path, baud)
        .data_bits(DataBits::Eight)
        .parity(Parity::None)
        .stop_bits(StopBits::One)
        .flow_control(FlowControl::None)
        .timeout(SLICE)
}

#[cfg(unix)]
fn open(path: &str, baud: u32) -> io::Result<serialport::TTYPort> {
    use nix::fcntl::{FcntlArg, OFlag, fcntl};
    use std::os::fd::AsRawFd;
    let port = builder(path, baud).open_native().map_err(|error| io_error(error, io::ErrorKind::ResourceBusy))?;
    // Otherwise a write waits for as long as the other side does not read, whatever its timeout.
    fcntl(port.as_raw_fd(), FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).map_err(io::Error::from)?;
    Ok(port)
}

/// Windows says the same of a port that is missing and of one that somebody else holds.
#[cfg(windows)]
fn open(path: &str, baud: u32) -> io::Result<serialport::COMPort> {
    builder(path, baud).open_native().map_err(|error| {
        let listed = serialport::available_ports().is_ok_and(|ports| ports.iter().any(|port| port.port_name == path));
        io_error(error, if listed { io::ErrorKind::ResourceBusy } else { io::ErrorKind::NotFound })
    })
}

/// `no_device` is what the library's "no device" means on this system.
fn io_error(error: serialport::Error, no_device: io::ErrorKind) -> io::Error {
    match error.kind() {
        serialport::ErrorKind::NoDevice => io::Error::new(no_device, error),
        _ => error.into(),
    }
}

struct SerialStream {
    port: Box<dyn SerialPort>,
    shared: Arc<Shared>,
}

/// What all handles on one stream have in common; timeouts in milliseconds.
#[derive(Default)]
struct Shared {
    closed: AtomicBool,
    read_timeout_ms: AtomicU64,
    write_timeout_ms: AtomicU64,
}

impl SerialStream {
    fn is_closed(&self) -> bool {
        self.shared.closed.load(Ordering::Acquire)
    }

    /// At most a slice, at least a millisecond: a wait that is over still looks once.
    fn wait_at_most(&mut self, deadline: Deadline) -> io::Result<()> {
        let slice = deadline.remaining().clamp(super::WAIT_MIN, SLICE);
        self.port.set_timeout(slice).map_err(io::Error::from)
    }
}

fn deadline_of(timeout_ms: &AtomicU64) -> Deadline {
    Deadline::after(Duration::from_millis(timeout_ms.load(Ordering::Relaxed)))
}

fn in_ms(timeout: Duration) -> u64 {
    u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX).max(1)
}

impl Read for SerialStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let deadline = deadline_of(&self.shared.read_timeout_ms);
        loop {
            if self.is_closed() {
                return Ok(0);
            }
            self.wait_at_most(deadline)?;
            match self.port.read(buffer) {
                Err(error) if super::is_timeout(&error) && !deadline.is_over() => {}
                result => return result,
            }
        }
    }
}

impl Write for SerialStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let deadline = deadline_of(&self.shared.write_timeout_ms);
        loop {
            if self.is_closed() {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            self.wait_at_most(deadline)?;
            match self.port.write(bytes) {
                Err(error) if super::is_timeout(&error) && !deadline.is_over() => {}
                result => return result,
            }
        }
    }

    /// The system sends on by itself; waiting for the last bit has no limit of its own.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl ByteStream for SerialStream {
    fn set_read_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        self.shared.read_timeout_ms.store(in_ms(timeout), Ordering::Relaxed);
        Ok(())
    }

    fn set_write_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        self.shared.write_timeout_ms.store(in_ms(timeout), Ordering::Relaxed);
        Ok(())
    }

    fn try_clone(&self) -> io::Result<Box<dyn ByteStream>> {
        let port = self.port.try_clone().map_err(io::Error::from)?;
        Ok(Box::new(SerialStream { port, shared: Arc::clone(&self.shared) }))
    }

    fn shutdown(&mut self) {
        self.shared.closed.store(true, Ordering::Release);
    }
}
