//! strace(1) on a running program: it writes down its system calls, or does something at one of them. Where the system
//! does not let one process trace another, tests say so and go without.

use crate::e2e::{GLANCE, PATIENCE, installed};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// It writes its last words and lets go within this time.
const LETS_GO: Duration = Duration::from_secs(3);

/// Detached when dropped; the program runs on.
pub struct Tracer {
    strace: Child,
    out: PathBuf,
}

impl Tracer {
    /// Follows all threads of `pid`; returns when no system call can slip past it any more. Its words go to `out`.
    pub fn attach(pid: u32, args: &[&str], out: &Path) -> Result<Tracer> {
        let said = out.with_extension("strace");
        let mut command = Command::new(installed(&["strace"])?);
        command.args(["-f", "-p", &pid.to_string(), "-o"]).arg(out).args(args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&said)?);
        let mut strace = command.spawn().context("strace did not start")?;
        let start = Instant::now();
        while !fs::read_to_string(&said)?.contains(" attached") {
            if let Some(status) = strace.try_wait()? {
                bail!("strace ended with {status}: {}", fs::read_to_string(&said)?);
            }
            if start.elapsed() > PATIENCE {
                let _ = strace.kill();
                bail!("strace does not attach: {}", fs::read_to_string(&said)?);
            }
            std::thread::sleep(GLANCE / 10);
        }
        Ok(Tracer { strace, out: out.to_owned() })
    }

    /// Detaches and gives what it wrote.
    pub fn end(mut self) -> Result<String> {
        self.detach();
        Ok(fs::read_to_string(&self.out)?)
    }

    fn detach(&mut self) {
        if matches!(self.strace.try_wait(), Ok(None)) {
            // It may end at the same moment by itself, with its program.
            let _ = signal(self.strace.id(), "INT");
            let start = Instant::now();
            while matches!(self.strace.try_wait(), Ok(None)) && start.elapsed() < LETS_GO {
                std::thread::sleep(GLANCE / 10);
            }
            // strace is known to wait for ever for threads of a program that was killed under it.
            let _ = self.strace.kill();
            let _ = self.strace.wait();
        }
    }
}

impl Drop for Tracer {
    fn drop(&mut self) {
        self.detach();
    }
}

/// Sends a signal by its name.
pub fn signal(pid: u32, name: &str) -> Result<()> {
    let status = Command::new("sh").args(["-c", "kill -\"$1\" \"$0\"", &pid.to_string(), name]).status()?;
    anyhow::ensure!(status.success(), "{pid} does not take SIG{name}");
    Ok(())
}

/// Whether this system lets us trace a program that is not our child, as a till that we started is.
pub fn is_allowed() -> bool {
    static ALLOWED: OnceLock<bool> = OnceLock::new();
    *ALLOWED.get_or_init(|| try_on_something_harmless().unwrap_or(false))
}

fn try_on_something_harmless() -> Result<bool> {
    let dir = tempfile::tempdir()?;
    let mut sleeper = Command::new("sleep").arg("60").spawn()?;
    let attached = Tracer::attach(sleeper.id(), &["-e", "trace=none"], &dir.path().join("trial"));
    let allowed = attached.is_ok();
    drop(attached);
    sleeper.kill()?;
    sleeper.wait()?;
    Ok(allowed)
}
