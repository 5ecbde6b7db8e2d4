//! The harm itself, done by the hand on the wire.

use super::cell::Act;
use super::proxy::{Breaker, Wire, stamp};
use super::sims::CardTerminal;
use super::tracer::{Tracer, signal};
use crate::e2e::PATIENCE;
use anyhow::{Result, ensure};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The writer dies at its second write: the first piece is in the file.
pub(super) const KILL_IN_WRITE: [&str; 4] =
    ["-e", "trace=pwrite64,write", "-e", "inject=pwrite64,write:signal=KILL:when=2"];
/// The till dies as it begins to send.
const KILL_IN_SEND: [&str; 4] = ["-e", "trace=sendto", "-e", "inject=sendto:signal=KILL:when=1"];
/// Time to act in, between the commit and what follows.
const SLOW_DISK: [&str; 4] = ["-e", "trace=fdatasync,fsync", "-e", "inject=fdatasync,fsync:delay_exit=1500000:when=1"];
/// A disk slower than the terminal's five seconds for an acknowledgement (PA00P016, T3).
const TOO_SLOW_DISK: [&str; 4] =
    ["-e", "trace=fdatasync,fsync", "-e", "inject=fdatasync,fsync:delay_exit=5600000:when=1"];

/// What a script needs to know of the till to trace it.
pub(super) struct Arming {
    pub pid: u32,
    pub wal: PathBuf,
    pub out: PathBuf,
}

impl Arming {
    pub fn attach(&self, args: &[&str], only_wal: bool) -> Result<Tracer> {
        let mut args = args.to_vec();
        let wal = self.wal.to_string_lossy();
        if only_wal {
            args.extend(["-P", &wal]);
        }
        Tracer::attach(self.pid, &args, &self.out)
    }
}

pub(super) struct Hand {
    pub act: Act,
    pub pid: u32,
    pub terminal: Arc<Mutex<CardTerminal>>,
    pub breaker: Breaker,
}

impl Hand {
    /// What was not passed on yet is lost, or late.
    pub fn act(self, mut wire: Wire) -> Result<Option<Wire>> {
        match self.act {
            Act::KillTill => signal(self.pid, "KILL")?,
            Act::Silence => wire.stall(false),
            Act::Delay => wire.stall(true),
            Act::KillTerminal => {
                kill(&self.terminal, &self.breaker);
                wire.reset();
                return Ok(None);
            }
            Act::Reset => {
                wire.reset();
                return Ok(None);
            }
        }
        Ok(Some(wire))
    }

    /// The message arrives at a till that stands still; then the act; then it looks.
    pub fn act_while_it_waits(self, mut wire: Wire) -> Result<Option<Wire>> {
        let (pid, dies) = (self.pid, self.act == Act::KillTill);
        freeze(pid)?;
        wire.pass_all();
        let wire = self.act(wire)?;
        if !dies {
            signal(pid, "CONT")?;
        }
        Ok(wire)
    }

    /// The approval is in the file, and the till is held there.
    pub fn act_before_acknowledgement(
        self,
        mut wire: Wire,
        arming: &Arming,
        tracer: &Mutex<Option<Tracer>>,
    ) -> Result<Option<Wire>> {
        let attached = match self.act {
            Act::KillTill => arming.attach(&KILL_IN_SEND, false)?,
            Act::Delay => arming.attach(&TOO_SLOW_DISK, true)?,
            _ => arming.attach(&SLOW_DISK, true)?,
        };
        *tracer.lock().unwrap_or_else(PoisonError::into_inner) = Some(attached);
        let before = stamp(&arming.wal)?;
        wire.pass_all();
        if matches!(self.act, Act::KillTill | Act::Delay) {
            return Ok(Some(wire));
        }
        let start = Instant::now();
        while stamp(&arming.wal)? == before {
            ensure!(start.elapsed() < PATIENCE, "the approval was not written");
            std::thread::sleep(Duration::from_millis(1));
        }
        self.act(wire)
    }
}

/// A terminal that could not remember is cut off instead.
pub(super) fn kill(terminal: &Mutex<CardTerminal>, breaker: &Breaker) {
    let mut terminal = terminal.lock().unwrap_or_else(PoisonError::into_inner);
    if terminal.keeps_memory() {
        terminal.kill();
    } else {
        breaker.refuse(true);
    }
}

/// Returns when none of its threads runs any more.
fn freeze(pid: u32) -> Result<()> {
    signal(pid, "STOP")?;
    let start = Instant::now();
    loop {
        let mut stands = true;
        for task in fs::read_dir(format!("/proc/{pid}/task"))? {
            let stat = fs::read_to_string(task?.path().join("stat")).unwrap_or_default();
            stands &= stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with(['T', 't', 'Z', 'X']));
        }
        if stands {
            return Ok(());
        }
        ensure!(start.elapsed() < PATIENCE, "{pid} does not stand still");
        std::thread::sleep(Duration::from_millis(1));
    }
}
