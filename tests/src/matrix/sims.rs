//! The simulators as processes, and their control ports.

use crate::e2e::{GLANCE, PATIENCE, Process, built};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Between two states of a payment: short, the states are still seen apart.
const STATE_MS: &str = "20";

struct Sim {
    name: &'static str,
    args: Vec<String>,
    logs: PathBuf,
    starts: u32,
    address: SocketAddr,
    control: SocketAddr,
    process: Option<Process>,
}

impl Sim {
    fn start(name: &'static str, args: &[&str], logs: &Path) -> Result<Sim> {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        let mut sim = Sim { name, args, logs: logs.to_owned(), starts: 0, address: free, control: free, process: None };
        sim.start_again()?;
        Ok(sim)
    }

    /// At the same place as before.
    fn start_again(&mut self) -> Result<()> {
        self.starts += 1;
        let mut command = Command::new(built("salon-sim")?);
        command.arg(self.name).args(["--tcp", &self.address.to_string(), "--control", &self.control.to_string()]);
        command.args(&self.args);
        let mut process = Process::start(&format!("{}-{}", self.name, self.starts), &command, &self.logs)?;
        self.address = process.hear(|line| line.strip_prefix("listening on ")?.parse().ok())?;
        self.control = process.hear(|line| line.strip_prefix("control on ")?.parse().ok())?;
        self.process = Some(process);
        Ok(())
    }

    fn kill(&mut self) {
        self.process = None;
    }

    fn control(&self, command: &str) -> Result<Vec<String>> {
        let mut stream = TcpStream::connect(self.control)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.write_all(format!("{command}\n").as_bytes())?;
        let mut answer = Vec::new();
        for line in BufReader::new(stream).lines() {
            match line? {
                end if end == "ok" => return Ok(answer),
                error if error.starts_with("error:") => bail!("{command}: {error}"),
                line => answer.push(line),
            }
        }
        bail!("{command}: the simulator broke off")
    }
}

pub struct CardTerminal {
    sim: Sim,
    keeps_memory: bool,
}

impl CardTerminal {
    /// It keeps its memory in a file where the simulator can.
    pub fn start(dir: &Path) -> Result<CardTerminal> {
        let keeps_memory = can_keep_memory()?;
        let memory = dir.join("card-memory");
        let mut args = vec!["--delay-ms", STATE_MS];
        if keeps_memory {
            args.extend(["--memory", memory.to_str().context("a temporary folder has a plain name")?]);
        }
        Ok(CardTerminal { sim: Sim::start("card-terminal", &args, dir)?, keeps_memory })
    }

    pub fn address(&self) -> SocketAddr {
        self.sim.address
    }

    /// Whether a killed one knows what it had done when it is started again.
    pub fn keeps_memory(&self) -> bool {
        self.keeps_memory
    }

    pub fn kill(&mut self) {
        self.sim.kill();
    }

    pub fn is_running(&self) -> bool {
        self.sim.process.is_some()
    }

    pub fn start_again(&mut self) -> Result<()> {
        self.sim.start_again()
    }

    pub fn fault(&self, name: &str) -> Result<()> {
        self.sim.control(name).map(drop)
    }

    pub fn charged_minor(&self) -> Result<i64> {
        Ok(self.sim.control("charged")?.first().context("no figure")?.parse()?)
    }

    pub fn ledger(&self) -> Result<Vec<Value>> {
        self.sim.control("ledger")?.iter().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }

    /// How many payments stand.
    pub fn payments(&self) -> Result<usize> {
        Ok(self.ledger()?.iter().filter(|e| e["kind"] == "payment" && e["state"] == "final").count())
    }
}

fn can_keep_memory() -> Result<bool> {
    static CAN: OnceLock<bool> = OnceLock::new();
    if let Some(can) = CAN.get() {
        return Ok(*can);
    }
    let help = Command::new(built("salon-sim")?).args(["card-terminal", "--help"]).output()?;
    ensure!(help.status.success(), "salon-sim has no help");
    Ok(*CAN.get_or_init(|| String::from_utf8_lossy(&help.stdout).contains("--memory")))
}

pub struct Printer {
    sim: Sim,
    out: PathBuf,
}

impl Printer {
    pub fn start(dir: &Path) -> Result<Printer> {
        let out = dir.join("paper");
        let place = out.to_str().context("a temporary folder has a plain name")?;
        Ok(Printer { sim: Sim::start("printer", &["--out", place], dir)?, out })
    }

    pub fn address(&self) -> SocketAddr {
        self.sim.address
    }

    pub fn kill(&mut self) {
        self.sim.kill();
    }

    pub fn start_again(&mut self) -> Result<()> {
        self.sim.start_again()
    }

    /// A fault by its name on the control port.
    pub fn fault(&self, name: &str) -> Result<()> {
        self.sim.control(name).map(drop)
    }

    /// Somebody put it right.
    pub fn repair(&self) -> Result<()> {
        self.fault("ok")
    }

    /// Waits until so many sheets lie there, and gives them.
    pub fn wait_for_sheets(&self, count: usize) -> Result<Vec<String>> {
        let start = Instant::now();
        loop {
            let sheets = self.sheets()?;
            if sheets.len() >= count {
                return Ok(sheets);
            }
            ensure!(start.elapsed() < PATIENCE, "{} sheets instead of {count}", sheets.len());
            std::thread::sleep(GLANCE);
        }
    }

    /// What was cut off, sheet by sheet.
    pub fn sheets(&self) -> Result<Vec<String>> {
        let Ok(entries) = fs::read_dir(&self.out) else { return Ok(Vec::new()) };
        let files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        let mut texts: Vec<_> = files.into_iter().filter(|f| f.extension().is_some_and(|e| e == "txt")).collect();
        texts.sort();
        texts.iter().map(|file| fs::read_to_string(file).map_err(Into::into)).collect()
    }
}
