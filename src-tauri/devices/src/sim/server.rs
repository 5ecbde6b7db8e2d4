//! A listener on a thread that serves one connection after the other, as the devices do, and ends with its handle.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often a session that waits looks whether it should end.
pub(super) const POLL: Duration = Duration::from_millis(50);

/// Raised when the server's handle is dropped; a session has to look at it.
#[derive(Clone, Default)]
pub(super) struct Stop(Arc<AtomicBool>);

impl Stop {
    pub(super) fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

pub(super) struct Server {
    address: SocketAddr,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn start(listen: &str, session: impl Fn(TcpStream, &Stop) + Send + 'static) -> io::Result<Server> {
        let listener = TcpListener::bind(listen)?;
        let address = listener.local_addr()?;
        let stop = Stop::default();
        let stopped = stop.clone();
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.is_raised() {
                    break;
                }
                if let Ok(stream) = stream {
                    session(stream, &stopped);
                }
            }
        });
        Ok(Server { address, stop, thread: Some(thread) })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.0.store(true, Ordering::Relaxed);
        // Wakes the listener, which otherwise waits for a connection for ever.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        if let Some(thread) = self.thread.take() {
            // A session that panicked has said so on stderr; dropping must not panic again.
            let _ = thread.join();
        }
    }
}
