//! Devices on the network.

use super::{ByteStream, Connector, Deadline, WAIT_MIN};
use std::io;
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

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
pub(crate) fn resolve(address: &str, deadline: Deadline) -> io::Result<Vec<SocketAddr>> {
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
