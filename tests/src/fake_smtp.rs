//! A strict mail server on a loopback port (RFC 5321, RFC 4954): it wants a greeting, the right login, one sender, at least
//! one recipient, lines that end in CR LF and are no longer than 1000 bytes, and says 503 to what comes out of turn. What
//! was wrong beyond that is in [`FakeSmtp::violations`]. Answers can be replaced, and the connection cut, step by step.
//!
//! Not in here: TLS, pipelining, delivery.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub const USER: &str = "salon";
pub const PASSWORD: &str = "correct horse 3";

/// Nothing takes longer here.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where something can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Connect,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// After the whole message.
    Body,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// This answer instead of the good one: the message is not taken.
    Say(&'static str),
    /// The connection ends before the answer. A whole message is kept, as a mail server may have done that.
    Cut,
    /// The whole message is kept; the answer comes when [`FakeSmtp::release`] says so.
    Hold,
}

/// A mail that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    pub content: Vec<u8>,
}

#[derive(Default)]
struct Post {
    mails: Vec<Mail>,
    faults: VecDeque<(At, Fault)>,
    violations: Vec<String>,
    connections: u32,
    logins: u32,
    holding: bool,
    released: bool,
    over: bool,
}

#[derive(Default)]
struct Shared {
    post: Mutex<Post>,
    changed: Condvar,
}

impl Shared {
    fn post(&self) -> MutexGuard<'_, Post> {
        self.post.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Post) -> T) -> T {
        let value = change(&mut self.post());
        self.changed.notify_all();
        value
    }

    /// Waits until `ready`; false when it took too long.
    fn wait(&self, ready: impl Fn(&Post) -> bool) -> bool {
        let until = Instant::now() + PATIENCE;
        let mut post = self.post();
        while !ready(&post) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            post = self.changed.wait_timeout(post, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    fn fault(&self, at: At) -> Option<Fault> {
        self.change(|post| match post.faults.front() {
            Some((wanted, _)) if *wanted == at => post.faults.pop_front().map(|(_, fault)| fault),
            _ => None,
        })
    }
}

pub struct FakeSmtp {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl FakeSmtp {
    pub fn start() -> std::io::Result<FakeSmtp> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.post().over {
                    return;
                }
                let shared = Arc::clone(&serving);
                std::thread::spawn(move || {
                    shared.change(|post| post.connections += 1);
                    // A link that breaks is what some tests are about.
                    let _ = converse(&shared, &stream);
                });
            }
        });
        Ok(FakeSmtp { address, shared })
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What goes wrong next, in that order.
    pub fn fail(&self, faults: impl IntoIterator<Item = (At, Fault)>) {
        self.shared.change(|post| post.faults.extend(faults));
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.shared.post().mails.clone()
    }

    pub fn violations(&self) -> Vec<String> {
        self.shared.post().violations.clone()
    }

    pub fn connections(&self) -> u32 {
        self.shared.post().connections
    }

    /// How often somebody tried to log in.
    pub fn logins(&self) -> u32 {
        self.shared.post().logins
    }

    /// Until so many mails are there.
    pub fn wait_for(&self, mails: usize) -> bool {
        self.shared.wait(|post| post.mails.len() >= mails)
    }

    /// Until a message is there whose answer is held back.
    pub fn wait_for_hold(&self) -> bool {
        self.shared.wait(|post| post.holding)
    }

    pub fn release(&self) {
        self.shared.change(|post| post.released = true);
    }
}

impl Drop for FakeSmtp {
    fn drop(&mut self) {
        self.shared.change(|post| {
            post.over = true;
            post.released = true;
        });
        // Wakes the thread that accepts; whether it can is of no matter any more.
        let _ = TcpStream::connect(self.address);
    }
}

/// One connection's state.
#[derive(Default)]
struct Session {
    greeted: bool,
    trusted: bool,
    from: Option<String>,
    to: Vec<String>,
}

/// What is done after a command.
enum Next {
    Say(String),
    TakeMessage,
    Hang,
    Bye,
}

fn converse(shared: &Shared, stream: &TcpStream) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    let mut session = Session::default();
    match shared.fault(At::Connect) {
        Some(Fault::Say(text)) => return say(&mut writer, text),
        Some(_) => return Ok(()),
        None => say(&mut writer, "220 mail.example.com ready")?,
    }
    while let Some(line) = line(shared, &mut reader)? {
        match session.command(shared, &String::from_utf8_lossy(&line)) {
            Next::Say(text) => say(&mut writer, &text)?,
            Next::Hang => return Ok(()),
            Next::Bye => return say(&mut writer, "221 2.0.0 bye"),
            Next::TakeMessage => {
                say(&mut writer, "354 go ahead")?;
                let Some(content) = message(shared, &mut reader)? else { return Ok(()) };
                if !session.take(shared, content, &mut writer)? {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

fn say(writer: &mut impl Write, text: &str) -> std::io::Result<()> {
    writer.write_all(format!("{text}\r\n").as_bytes())?;
    writer.flush()
}

/// A line without its end; none when the other side has ended.
fn line(shared: &Shared, reader: &mut impl BufRead) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    if reader.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    let wrong = |what: &str| shared.change(|post| post.violations.push(what.to_owned()));
    if line.len() > 1_000 {
        wrong("a line has more than 1000 bytes");
    }
    if !line.ends_with(b"\r\n") {
        wrong("a line does not end in CR LF");
    }
    if line[..line.len().saturating_sub(2)].contains(&b'\r') {
        wrong("a CR stands alone");
    }
    let end = line.iter().rposition(|b| !matches!(b, b'\r' | b'\n')).map_or(0, |at| at + 1);
    line.truncate(end);
    Ok(Some(line))
}

/// A message up to its dot, its own dots unstuffed. None: the connection ended first.
fn message(shared: &Shared, reader: &mut impl BufRead) -> std::io::Result<Option<Vec<u8>>> {
    let mut content = Vec::new();
    while let Some(line) = line(shared, reader)? {
        if line == b"." {
            return Ok(Some(content));
        }
        content.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        content.extend_from_slice(b"\r\n");
    }
    Ok(None)
}

impl Session {
    fn command(&mut self, shared: &Shared, line: &str) -> Next {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let out_of_turn = || Next::Say("503 5.5.1 out of turn".into());
        let faulty = |at, good: &str| match shared.fault(at) {
            Some(Fault::Say(text)) => (false, Next::Say(text.to_owned())),
            Some(Fault::Cut | Fault::Hold) => (false, Next::Hang),
            None => (true, Next::Say(good.to_owned())),
        };
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" if !rest.is_empty() => {
                self.greeted = true;
                Next::Say("250-mail.example.com\r\n250-AUTH PLAIN\r\n250-8BITMIME\r\n250 SIZE 10485760".into())
            }
            "AUTH" if self.greeted && !self.trusted => {
                shared.change(|post| post.logins += 1);
                let (passed, next) = faulty(At::Auth, "235 2.7.0 welcome");
                if passed && rest != format!("PLAIN {}", BASE64.encode(format!("\0{USER}\0{PASSWORD}"))) {
                    return Next::Say("535 5.7.8 who are you".into());
                }
                self.trusted = passed;
                next
            }
            "MAIL" if self.trusted && self.from.is_none() => match path(rest, "FROM:") {
                Some(from) => {
                    let (passed, next) = faulty(At::Mail, "250 2.1.0 fine");
                    self.from = passed.then_some(from);
                    next
                }
                None => Next::Say("501 5.5.4 who is it from".into()),
            },
            "RCPT" if self.from.is_some() => match path(rest, "TO:") {
                Some(to) => {
                    let (passed, next) = faulty(At::Rcpt, "250 2.1.5 fine");
                    if passed {
                        self.to.push(to);
                    }
                    next
                }
                None => Next::Say("501 5.5.4 who is it for".into()),
            },
            "DATA" if !self.to.is_empty() => match faulty(At::Data, "") {
                (true, _) => Next::TakeMessage,
                (false, next) => next,
            },
            "RSET" => {
                (self.from, self.to) = (None, Vec::new());
                Next::Say("250 2.0.0 forgotten".into())
            }
            "NOOP" => Next::Say("250 2.0.0 here".into()),
            "QUIT" => Next::Bye,
            "EHLO" | "AUTH" | "MAIL" | "RCPT" | "DATA" => out_of_turn(),
            _ => {
                shared.change(|post| post.violations.push(format!("no such command: {verb}")));
                Next::Say("500 5.5.2 what".into())
            }
        }
    }

    /// False: the connection is over.
    fn take(&mut self, shared: &Shared, content: Vec<u8>, writer: &mut impl Write) -> std::io::Result<bool> {
        let mail = Mail { from: self.from.take().unwrap_or_default(), to: std::mem::take(&mut self.to), content };
        let keep = |mail| shared.change(|post| post.mails.push(mail));
        match shared.fault(At::Body) {
            Some(Fault::Say(text)) => say(writer, text)?,
            Some(Fault::Cut) => {
                keep(mail);
                return Ok(false);
            }
            Some(Fault::Hold) => {
                shared.change(|post| (post.holding, post.released) = (true, false));
                shared.wait(|post| post.released);
                shared.change(|post| post.holding = false);
                keep(mail);
                say(writer, "250 2.0.0 taken")?;
            }
            None => {
                keep(mail);
                say(writer, "250 2.0.0 taken")?;
            }
        }
        Ok(true)
    }
}

/// `FROM:<a@b> SIZE=1` → `a@b`. Parameters have to be some that were offered.
fn path(rest: &str, word: &str) -> Option<String> {
    let head = rest.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word))?;
    let (address, parameters) = rest[head.len()..].strip_prefix('<')?.split_once('>')?;
    let known = |p: &str| p.starts_with("SIZE=") || p == "BODY=8BITMIME";
    let fine = parameters.split_whitespace().all(known) && address.contains('@') && !address.contains(['<', ' ', ',']);
    fine.then(|| address.to_owned())
}
