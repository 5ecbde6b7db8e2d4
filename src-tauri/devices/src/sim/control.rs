//! Steering a simulator while it runs: one command a line, answered by any lines and then `ok` or `error: …`.

use super::server::{Caller, POLL, Server, Stop};
use crate::stream::ByteStream;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::SocketAddr;
use std::time::Duration;

/// A command is a few words.
const LINE_LEN_MAX: usize = 200;

pub struct Control(Server);

impl Control {
    /// `execute` gets a trimmed line and gives the lines of the answer, or what is wrong with it.
    pub fn start(
        listen: &str,
        execute: impl Fn(&str) -> Result<Vec<String>, String> + Send + 'static,
    ) -> io::Result<Control> {
        let serve = move |caller: Caller, stop: &Stop| {
            // The other side went away; the next one is welcome.
            let _ = session(caller.stream, stop, &execute);
        };
        Server::start(listen, serve).map(Control)
    }

    pub fn address(&self) -> SocketAddr {
        self.0.address()
    }
}

fn session(
    mut stream: Box<dyn ByteStream>,
    stop: &Stop,
    execute: &impl Fn(&str) -> Result<Vec<String>, String>,
) -> io::Result<()> {
    stream.set_read_timeout(POLL)?;
    stream.set_write_timeout(Duration::from_secs(2))?;
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while !stop.is_raised() && line.len() <= LINE_LEN_MAX {
        match reader.read_until(b'\n', &mut line) {
            Ok(0) => return Ok(()),
            Ok(_) if line.ends_with(b"\n") => {
                let answer = execute(String::from_utf8_lossy(&line).trim());
                line.clear();
                writer.write_all(text_of(answer).as_bytes())?;
            }
            Ok(_) => return Ok(()),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn text_of(answer: Result<Vec<String>, String>) -> String {
    match answer {
        Ok(lines) => lines.into_iter().chain(["ok".to_owned()]).map(|line| line + "\n").collect(),
        Err(error) => format!("error: {error}\n"),
    }
}
