//! The till as its own process, and the window's questions to it, asked as the page asks them: over HTTP.

use super::template::{Template, last_json};
use super::tracer::signal;
use crate::e2e::{Process, built};
use crate::salon::{PIN, desk};
use anyhow::{Context, Result, bail, ensure};
use salon_contract::window::{Ask, Failure, OpenTill, SignIn};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Longer than anything may take: the card terminal's own patience, three questions after it, a busy machine.
const ANSWER_S_MAX: u64 = 90;

pub struct Till {
    data: PathBuf,
    page: PathBuf,
    logs: PathBuf,
    starts: u32,
    running: Option<(Process, Window)>,
}

/// Where a running till is asked.
#[derive(Debug, Clone)]
pub struct Window {
    address: SocketAddr,
    token: String,
}

/// A question that was asked and not answered yet.
pub struct Pending<A: Ask> {
    stream: TcpStream,
    reply: std::marker::PhantomData<fn() -> A::Reply>,
}

/// The printer's work, by its name in notices.
pub const PRINTER: &str = "printer";

/// A notice, as the page gets it, and when it came.
pub type Heard = (Instant, Value);

/// What the screen is told unasked, from the moment of its making on.
pub struct Notices(Receiver<Heard>);

impl Till {
    /// A copy of the template's terminal in `dir`, without devices; not started yet.
    pub fn new(template: &Template, dir: &Path) -> Result<Till> {
        let data = dir.join("till");
        template.copy_to(&data)?;
        Ok(Till { data, page: template.page(), logs: dir.to_owned(), starts: 0, running: None })
    }

    /// While it is not running: a printer at this address.
    pub fn add_printer(&self, address: SocketAddr) -> Result<()> {
        self.pos(&["devices", "add", &format!("escpos_tcp:{address}")]).map(drop)
    }

    /// While it is not running: a card terminal at this address, and how long a client has to hold the card.
    pub fn add_card_terminal(&self, address: SocketAddr, card_timeout_s: u16) -> Result<()> {
        let option = format!("card_timeout_s={card_timeout_s}");
        self.pos(&["devices", "add", &format!("zvt_tcp:{address}"), "--option", &option]).map(drop)
    }

    /// Starts the program and signs in.
    pub fn start(&mut self) -> Result<&Window> {
        self.starts += 1;
        let mut command = Command::new(built("pos")?);
        command.args(["window", "--data"]).arg(&self.data).arg("--page").arg(&self.page);
        command.env("SALON_SECRETS", "file");
        let mut process = Process::start(&format!("till-{}", self.starts), &command, &self.logs)?;
        let window = process.hear(Window::from_line)?;
        window.ask(SignIn { staff: desk(), pin: PIN.into() })??;
        let (_, window) = self.running.insert((process, window));
        Ok(window)
    }

    /// For the first time: with the till open.
    pub fn start_day(&mut self) -> Result<&Window> {
        let window = self.start()?;
        window.ask(OpenTill { key: Uuid::from_bytes([1; 16]), float_minor: 10_000 })??;
        Ok(window)
    }

    pub fn window(&self) -> Result<&Window> {
        self.running.as_ref().map(|(_, window)| window).context("the till is not running")
    }

    pub fn pid(&self) -> Result<u32> {
        self.running.as_ref().map(|(process, _)| process.pid()).context("the till is not running")
    }

    /// As a power cut, as far as a process can tell.
    pub fn kill(&mut self) -> Result<()> {
        signal(self.pid()?, "KILL")?;
        self.await_death()
    }

    /// Somebody kills it, or has killed it already.
    pub fn await_death(&mut self) -> Result<()> {
        let (process, _) = self.running.take().context("the till is not running")?;
        let status = process.await_end()?;
        ensure!(!status.success(), "the till ended by itself");
        Ok(())
    }

    /// As a person closes it.
    pub fn stop(&mut self) -> Result<()> {
        let (process, _) = self.running.take().context("the till is not running")?;
        let status = process.stop()?;
        ensure!(status.success(), "the till ended with {status}");
        Ok(())
    }

    /// The command line on this till's data, while it is not running.
    pub fn pos(&self, args: &[&str]) -> Result<Value> {
        let mut command = Command::new(built("pos")?);
        last_json(command.args(args).arg("--json").arg("--data").arg(&self.data))
    }

    /// `pos verify` finds nothing.
    pub fn verify(&self) -> Result<()> {
        let found = self.pos(&["verify"])?;
        let lists = found.as_object().into_iter().flatten().filter(|(_, value)| value.is_array());
        let faults: Vec<_> = lists.filter(|(_, value)| **value != serde_json::json!([])).collect();
        ensure!(faults.is_empty() && found["journal_entries"].as_u64() > Some(0), "verify: {found}");
        Ok(())
    }

    /// The file that a commit writes to.
    pub fn wal(&self) -> Result<PathBuf> {
        Ok(self.data.canonicalize()?.join("store.db-wal"))
    }
}

impl Window {
    fn from_line(line: &str) -> Option<Window> {
        let url: Value = serde_json::from_str(line).ok()?;
        let (address, token) = url["url"].as_str()?.strip_prefix("http://")?.split_once("/?token=")?;
        Some(Window { address: address.parse().ok()?, token: token.to_owned() })
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    fn connect(&self) -> Result<TcpStream> {
        let stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(ANSWER_S_MAX)))?;
        Ok(stream)
    }

    /// The error is a till that does not answer; the inner one is its refusal.
    pub fn ask<A: Ask>(&self, question: A) -> Result<Result<A::Reply, Failure>> {
        self.begin(question)?.answer()
    }

    /// Asks and does not wait.
    pub fn begin<A: Ask>(&self, question: A) -> Result<Pending<A>> {
        let body = serde_json::to_string(&question.call())?;
        let mut stream = self.connect()?;
        let head = format!(
            "POST /ask HTTP/1.0\r\nHost: {}\r\nx-window-token: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n",
            self.address,
            self.token,
            body.len()
        );
        stream.write_all((head + &body).as_bytes())?;
        Ok(Pending { stream, reply: std::marker::PhantomData })
    }

    /// The event stream of the screen.
    pub fn notices(&self) -> Result<Notices> {
        let mut stream = self.connect()?;
        stream.set_read_timeout(None)?;
        let head = format!("GET /notices?token={} HTTP/1.0\r\nHost: {}\r\n\r\n", self.token, self.address);
        stream.write_all(head.as_bytes())?;
        let mut lines = BufReader::new(stream).lines();
        // Its answer begins when the till has us among its subscribers.
        for line in lines.by_ref() {
            if line?.is_empty() {
                break;
            }
        }
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let notice = line.strip_prefix("data:").and_then(|json| serde_json::from_str(json).ok());
                if let Some(notice) = notice
                    && sender.send((Instant::now(), notice)).is_err()
                {
                    return;
                }
            }
        });
        Ok(Notices(receiver))
    }
}

impl<A: Ask> Pending<A> {
    pub fn answer(mut self) -> Result<Result<A::Reply, Failure>> {
        let mut bytes = Vec::new();
        self.stream.read_to_end(&mut bytes)?;
        let text = String::from_utf8(bytes)?;
        let (head, body) = text.split_once("\r\n\r\n").context("the till broke off")?;
        match head.split(' ').nth(1) {
            Some("200") => Ok(Ok(serde_json::from_str(body)?)),
            Some("422") => Ok(Err(serde_json::from_str(body)?)),
            _ => bail!("{text}"),
        }
    }
}

impl Notices {
    /// The next one that `is_it` knows. `patience` is for a machine that is busy, not a limit of the product.
    pub fn wait_for(&self, patience: Duration, is_it: impl Fn(&Value) -> bool) -> Result<Heard> {
        let end = Instant::now() + patience;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let heard = self.0.recv_timeout(left).context("the till did not say it")?;
            if is_it(&heard.1) {
                return Ok(heard);
            }
        }
    }

    /// The printer's next fault of this cause.
    pub fn wait_for_printer_fault(&self, cause: &str, patience: Duration) -> Result<Instant> {
        self.wait_for(patience, |notice| device_fault(notice, PRINTER) == Some(cause)).map(|(at, _)| at)
    }

    /// The word that the printer is well again.
    pub fn wait_for_printer_well(&self, patience: Duration) -> Result<Instant> {
        self.wait_for(patience, |notice| is_device_well(notice, PRINTER)).map(|(at, _)| at)
    }

    /// What came until now.
    pub fn so_far(&self) -> Vec<Heard> {
        self.0.try_iter().collect()
    }
}

/// The cause of a fault of the device with this work, if the notice is of one.
pub fn device_fault<'a>(notice: &'a Value, role: &str) -> Option<&'a str> {
    let is_it = notice["notice"] == "device_fault" && notice["role"] == role;
    is_it.then(|| notice["cause"].as_str()).flatten()
}

pub fn is_device_well(notice: &Value, role: &str) -> bool {
    notice["notice"] == "device_well" && notice["role"] == role
}
