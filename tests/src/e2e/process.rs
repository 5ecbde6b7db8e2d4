//! Processes that never outlive the test, however it ends.
//!
//! Each is the leader of a session of its own. Beside it a small shell, the guard, waits on a pipe that only the test
//! holds: when that closes, because the test is done with the process or is itself dead, the guard kills whatever is
//! left of the session, helpers of browsers included, which a process group would miss.

use super::{GLANCE, PATIENCE};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Instant;

pub struct Process {
    name: String,
    child: Child,
    guard: Child,
    out: PathBuf,
    err: PathBuf,
}

/// `$0` is the session; proc(5): after the name in brackets come state, parent, group and session.
const GUARD: &str = r#"
read -r gone
for round in 1 2 3 4 5 6 7 8 9 10; do
    left=
    for stat in /proc/[0-9]*/stat; do
        { read -r line < "$stat"; } 2> /dev/null || continue
        set -- ${line##*) }
        if [ "$4" = "$0" ] && [ "$1" != Z ]; then
            left=1 pid=${stat#/proc/}
            kill -KILL "${pid%/stat}"
        fi
    done
    [ "$left" ] || exit 0
    sleep 0.05
done
"#;

impl Process {
    /// Starts what `command` says; its output goes to files in `logs`.
    pub fn start(name: &str, command: &Command, logs: &Path) -> Result<Process> {
        let (out, err) = (logs.join(format!("{name}.out")), logs.join(format!("{name}.err")));
        let mut own_session = Command::new(super::installed(&["setsid"])?);
        own_session.arg(command.get_program()).args(command.get_args());
        for (key, value) in command.get_envs() {
            match value {
                Some(value) => own_session.env(key, value),
                None => own_session.env_remove(key),
            };
        }
        own_session.stdin(Stdio::null()).stdout(File::create(&out)?).stderr(File::create(&err)?);
        let mut child = own_session.spawn().with_context(|| format!("{name} did not start"))?;
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, &child.id().to_string()]).process_group(0);
        guard.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        match guard.spawn() {
            Ok(guard) => Ok(Process { name: name.to_owned(), child, guard, out, err }),
            Err(error) => {
                let _ = child.kill();
                Err(error).context("sh did not start")
            }
        }
    }

    /// Waits for a line on its standard output that `pick` knows, and gives what it picked.
    pub fn hear<T>(&mut self, pick: impl Fn(&str) -> Option<T>) -> Result<T> {
        let start = Instant::now();
        loop {
            let said = fs::read_to_string(&self.out)?;
            // The last line may be half written.
            let whole = said.rsplit_once('\n').map_or("", |(lines, _)| lines);
            if let Some(picked) = whole.lines().find_map(&pick) {
                return Ok(picked);
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended with {status}: {}", self.name, self.last_words());
            }
            if start.elapsed() > PATIENCE {
                bail!("{} is not ready after {} s: {}", self.name, PATIENCE.as_secs(), self.last_words());
            }
            std::thread::sleep(GLANCE);
        }
    }

    /// The process itself, which leads its session.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has ended by itself, or by what it was hit with.
    pub fn await_end(mut self) -> Result<ExitStatus> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(GLANCE);
        }
        bail!("{} is still running: {}", self.name, self.last_words())
    }

    /// Asks a program that it has started to end, as a service manager would.
    pub fn ask_to_end(&self, program: &Path) -> Result<()> {
        for entry in fs::read_dir("/proc")? {
            let dir = entry?.path();
            // Processes come and go meanwhile.
            let stat = fs::read_to_string(dir.join("stat")).unwrap_or_default();
            let session = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(3)?.parse().ok());
            let is_it =
                session == Some(self.child.id()) && fs::read_link(dir.join("exe")).is_ok_and(|exe| exe == program);
            if let (true, Some(pid)) = (is_it, dir.file_name().and_then(|pid| pid.to_str())) {
                return terminate(pid);
            }
        }
        bail!("{} is not running", program.display())
    }

    /// Asks it to end, as a service manager would, and waits until it has.
    pub fn stop(mut self) -> Result<ExitStatus> {
        terminate(&self.child.id().to_string())?;
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(GLANCE);
        }
        bail!("{} does not end when asked to: {}", self.name, self.last_words())
    }

    fn last_words(&self) -> String {
        let said = fs::read(&self.err).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let lines: Vec<&str> = said.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }
}

fn terminate(pid: &str) -> Result<()> {
    let status = Command::new("sh").args(["-c", "kill -TERM \"$0\"", pid]).status()?;
    anyhow::ensure!(status.success(), "{pid} can't be asked to end");
    Ok(())
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
        // Usually dead by now; not when it was too young to have begun its session.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
