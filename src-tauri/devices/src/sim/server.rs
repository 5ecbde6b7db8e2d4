//! Where a simulator is reached: a TCP port that serves one connection after the other, or a serial line that is served
//! for as long as it is there and again when it is back. On a thread of its own that ends with its handle.

use crate::stream::{ByteStream, Connector, Medium, SerialConnector};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often a session that waits looks whether it should end.
pub(super) const POLL: Duration = Duration::from_millis(50);

/// How often it is tried whether a serial line is back.
const REOPEN: Duration = Duration::from_millis(250);

/// What a listen address begins with when it is a serial port; its path and, after an `@`, its speed follow.
const SERIAL: &str = "serial:";
/// A line without a speed: what card terminals have.
const BAUD: u32 = 9_600;

/// The listen address of a simulator on the serial port `path`, or `path@baud`.
pub fn on_serial(path: &str) -> String {
    format!("{SERIAL}{path}")
}

/// Raised when the server's handle is dropped; a session has to look at it.
#[derive(Clone, Default)]
pub(super) struct Stop(Arc<AtomicBool>);

impl Stop {
    pub(super) fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// False when it was raised meanwhile.
    fn pause(&self, duration: Duration) -> bool {
        let mut left = duration;
        while !self.is_raised() && !left.is_zero() {
            let step = left.min(POLL);
            thread::sleep(step);
            left -= step;
        }
        !self.is_raised()
    }
}

/// Who is connected, and over what.
pub(super) struct Caller {
    pub(super) stream: Box<dyn ByteStream>,
    pub(super) medium: Medium,
}

pub(super) struct Server {
    place: Place,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
}

enum Place {
    Tcp(SocketAddr),
    Serial(String),
}

impl Server {
    /// `listen` is `HOST:PORT`, port 0 for a free one, or an address of [`on_serial`]. A serial port has to be there
    /// at the start.
    pub(super) fn start(listen: &str, session: impl Fn(Caller, &Stop) + Send + 'static) -> io::Result<Server> {
        let stop = Stop::default();
        let stopped = stop.clone();
        let (place, thread) = match listen.strip_prefix(SERIAL) {
            Some(line) => {
                let (path, baud) = match line.rsplit_once('@') {
                    Some((path, baud)) => (path, baud.parse().map_err(|_| io::ErrorKind::InvalidInput)?),
                    None => (line, BAUD),
                };
                let connector = SerialConnector::new(path, baud);
                let first = connector.connect(REOPEN)?;
                let thread = thread::spawn(move || serve_line(&connector, first, &session, &stopped));
                (Place::Serial(path.to_owned()), thread)
            }
            None => {
                let listener = TcpListener::bind(listen)?;
                let address = listener.local_addr()?;
                (Place::Tcp(address), thread::spawn(move || serve_tcp(&listener, &session, &stopped)))
            }
        };
        Ok(Server { place, stop, thread: Some(thread) })
    }

    /// Where it listens on TCP; nowhere (0.0.0.0:0) on a serial line.
    pub(super) fn address(&self) -> SocketAddr {
        match self.place {
            Place::Tcp(address) => address,
            Place::Serial(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        }
    }

    /// What to listen on to be reached at the same place again; `first` is what it was started with.
    pub(super) fn same_place(&self, first: &str) -> String {
        match &self.place {
            Place::Tcp(address) => address.to_string(),
            Place::Serial(_) => first.to_owned(),
        }
    }

    /// Where it is reached, for a person: `HOST:PORT`, or the path of the serial port.
    pub(super) fn place(&self) -> String {
        match &self.place {
            Place::Tcp(address) => address.to_string(),
            Place::Serial(path) => path.clone(),
        }
    }
}

fn serve_tcp(listener: &TcpListener, session: &impl Fn(Caller, &Stop), stop: &Stop) {
    for stream in listener.incoming() {
        if stop.is_raised() {
            break;
        }
        if let Ok(stream) = stream
            && stream.set_nodelay(true).is_ok()
        {
            session(Caller { stream: Box::new(stream), medium: Medium::Reliable }, stop);
        }
    }
}

fn serve_line(connector: &SerialConnector, first: Box<dyn ByteStream>, session: &impl Fn(Caller, &Stop), stop: &Stop) {
    let mut open = Some(first);
    loop {
        if let Some(stream) = open.take() {
            session(Caller { stream, medium: Medium::Line }, stop);
        }
        if !stop.pause(REOPEN) {
            break;
        }
        open = connector.connect(REOPEN).ok();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.0.store(true, Ordering::Relaxed);
        if let Place::Tcp(address) = self.place {
            // Wakes the listener, which otherwise waits for a connection for ever.
            let _ = TcpStream::connect_timeout(&address, Duration::from_secs(1));
        }
        if let Some(thread) = self.thread.take() {
            // A session that panicked has said so on stderr; dropping must not panic again.
            let _ = thread.join();
        }
    }
}
