//! The processes that `run` starts: each with a log, all of them ended with it, and only they.

use crate::process;
use crate::say;
use anyhow::{Context as _, Result, bail};
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How long a process may take to end by itself.
const FAREWELL: Duration = Duration::from_secs(8);
const GLANCE: Duration = Duration::from_millis(50);

pub struct Children {
    logs: PathBuf,
    list: Vec<Started>,
    /// Set when somebody wants it all to end.
    stop: Arc<AtomicBool>,
}

struct Started {
    name: &'static str,
    child: Child,
}

/// One that has ended although nobody asked it to.
pub struct Ended {
    pub name: &'static str,
    pub status: ExitStatus,
}

impl Children {
    /// `logs` is made when it is not there.
    pub fn new(logs: PathBuf, stop: Arc<AtomicBool>) -> Result<Self> {
        fs::create_dir_all(&logs).with_context(|| format!("{} can't be made", logs.display()))?;
        Ok(Children { logs, list: Vec::new(), stop })
    }

    pub fn is_to_stop(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    pub fn log(&self, name: &str) -> PathBuf {
        self.logs.join(format!("{name}.log"))
    }

    /// Starts a process whose output goes to its log.
    pub fn start(&mut self, name: &'static str, command: &mut Command) -> Result<()> {
        let log = self.new_log(name)?;
        command.stdout(log.try_clone()?).stderr(log);
        self.spawn(name, command)
    }

    /// Starts a process and waits for the line that it says first; the rest goes to its log.
    pub fn start_and_hear(&mut self, name: &'static str, command: &mut Command, patience: Duration) -> Result<String> {
        let log = self.new_log(name)?;
        command.stdout(Stdio::piped()).stderr(log.try_clone()?);
        self.spawn(name, command)?;
        let stdout = self.list.last_mut().and_then(|started| started.child.stdout.take()).context("no output")?;
        let heard = first_line(stdout, log).recv_timeout(patience);
        match heard {
            Ok(line) => Ok(line),
            Err(RecvTimeoutError::Timeout) => bail!("{name} said nothing within {}", say::seconds(patience)),
            Err(RecvTimeoutError::Disconnected) => {
                bail!("{name} did not start. The end of its log:\n{}", self.tail(name))
            }
        }
    }

    /// Asks `ready` again and again; an error as soon as one of the processes has ended.
    pub fn wait_until(&mut self, what: &str, patience: Duration, mut ready: impl FnMut() -> bool) -> Result<()> {
        let start = Instant::now();
        while !ready() {
            if let Some(ended) = self.ended() {
                bail!(
                    "{} ended with {} instead of starting. The end of its log:\n{}",
                    ended.name,
                    ended.status,
                    self.tail(ended.name)
                );
            }
            anyhow::ensure!(!self.is_to_stop(), "stopped");
            if start.elapsed() > patience {
                bail!(
                    "{what} is still not there after {}; the logs are in {}",
                    say::seconds(patience),
                    self.logs.display()
                );
            }
            std::thread::sleep(GLANCE);
        }
        Ok(())
    }

    /// One that has ended by itself since the last time; it is forgotten.
    pub fn ended(&mut self) -> Option<Ended> {
        for (index, started) in self.list.iter_mut().enumerate() {
            if let Ok(Some(status)) = started.child.try_wait() {
                let name = self.list.remove(index).name;
                return Some(Ended { name, status });
            }
        }
        None
    }

    /// The end of a log, for a message.
    pub fn tail(&self, name: &str) -> String {
        let text = fs::read(self.log(name)).unwrap_or_default();
        process::last_lines(&String::from_utf8_lossy(&text), 12)
    }

    /// Asks every process to end, the youngest first, and sees to it that it does.
    pub fn stop(&mut self) {
        for started in self.list.iter_mut().rev() {
            ask_to_end(&mut started.child);
            if !ends_within(&mut started.child, FAREWELL) {
                say::line(format!("{} did not end by itself: killed.", started.name));
                let _ = started.child.kill();
                let _ = started.child.wait();
            }
        }
        self.list.clear();
    }

    fn new_log(&self, name: &str) -> Result<File> {
        let log = self.log(name);
        File::create(&log).with_context(|| format!("{} can't be written", log.display()))
    }

    fn spawn(&mut self, name: &'static str, command: &mut Command) -> Result<()> {
        apart(command.stdin(Stdio::null()));
        let child = command.spawn().with_context(|| format!("{} did not start", process::shown(command)))?;
        self.list.push(Started { name, child });
        Ok(())
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        self.stop();
    }
}

/// In a process group of its own: Ctrl-C in the terminal is for us, and we end the children in order.
#[cfg(unix)]
fn apart(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(windows)]
fn apart(command: &mut Command) {
    use std::os::windows::process::CommandExt as _;
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
    command.creation_flags(CREATE_NEW_PROCESS_GROUP);
}

/// SIGTERM, by the shell's own `kill`: the standard library can't send it.
#[cfg(unix)]
fn ask_to_end(child: &mut Child) {
    let pid = child.id().to_string();
    process::succeeds(Command::new("sh").args(["-c", "kill -TERM \"$0\"", &pid]));
}

/// Windows has no such request for a process without a console: it ends at once; the stores withstand that.
#[cfg(not(unix))]
fn ask_to_end(child: &mut Child) {
    let _ = child.kill();
}

fn ends_within(child: &mut Child, patience: Duration) -> bool {
    let start = Instant::now();
    while start.elapsed() < patience {
        if !matches!(child.try_wait(), Ok(None)) {
            return true;
        }
        std::thread::sleep(GLANCE);
    }
    false
}

/// Sends the first line, and goes on copying the others to the log until the process closes its output.
fn first_line(stdout: ChildStdout, mut log: File) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || -> io::Result<()> {
        let mut lines = BufReader::new(stdout);
        let mut first = String::new();
        lines.read_line(&mut first)?;
        log.write_all(first.as_bytes())?;
        if !first.trim().is_empty() {
            let _ = sender.send(first.trim().to_owned());
        }
        drop(sender);
        io::copy(&mut lines, &mut log).map(drop)
    });
    receiver
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn children(name: &str) -> Children {
        let logs = std::env::temp_dir().join(format!("xtask-children-{}-{name}", std::process::id()));
        Children::new(logs, Arc::default()).expect("a folder for logs")
    }

    #[test]
    fn hears_the_first_line_and_logs_the_rest() {
        let mut children = children("hears");
        let line = children.start_and_hear("talker", &mut shell("echo one; echo two"), FAREWELL).unwrap();
        assert_eq!(line, "one");
        children.wait_until("the log", FAREWELL, || false).unwrap_err();
        assert!(children.tail("talker").starts_with("one"));
    }

    #[test]
    fn one_that_dies_is_told_with_its_last_words() {
        let mut children = children("dies");
        children.start("mortal", &mut shell("echo the port is taken >&2; exit 3")).unwrap();
        let error = children.wait_until("mortal", FAREWELL, || false).unwrap_err().to_string();
        assert!(error.contains("the port is taken") && error.contains('3'), "{error}");
    }

    #[test]
    fn stops_what_it_started_by_asking_first() {
        let mut children = children("stops");
        let script = "trap 'echo farewell; exit 0' TERM; echo ready; while :; do sleep 0.05; done";
        children.start_and_hear("polite", &mut shell(script), FAREWELL).unwrap();
        children.stop();
        assert!(children.list.is_empty());
        let log = children.log("polite");
        let start = Instant::now();
        while !fs::read_to_string(&log).unwrap().contains("farewell") && start.elapsed() < FAREWELL {
            std::thread::yield_now();
        }
        assert!(fs::read_to_string(log).unwrap().contains("farewell"));
    }
}
