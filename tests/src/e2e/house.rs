//! A salon's programs: the server, a receipt printer, a card terminal, and the terminal's command line.

use super::{Process, built, pages, until};
use crate::salon::{self, PIN};
use anyhow::{Context, Result};
use salon_domain::branch::WeekHours;
use salon_server::auth::password::hash_pin;
use salon_server::provision::NewTenant;
use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;
use tempfile::TempDir;

pub struct House {
    dir: TempDir,
    address: Option<SocketAddr>,
    server: Option<Process>,
    devices: Vec<Process>,
}

/// The zone in which it was noon, or not yet one o'clock, when the test began: no day ends while it runs. And the
/// zone's offset in hours.
pub fn noon_zone() -> (String, i8) {
    static EAST: OnceLock<i8> = OnceLock::new();
    let hour_utc = || jiff::Timestamp::now().as_second().div_euclid(3_600).rem_euclid(24) as i8;
    let east = *EAST.get_or_init(|| 12 - hour_utc());
    // The names have the sign of POSIX: Etc/GMT-3 is three hours east.
    (if east == 0 { "Etc/GMT".to_owned() } else { format!("Etc/GMT{:+}", -east) }, east)
}

/// The small salon, open day and night, where it is noon now. The front desk's PIN is [`PIN`].
pub fn small_salon() -> Result<NewTenant> {
    let mut tenant = salon::new_tenant(Some(hash_pin(PIN, &[7; 16])?));
    let always = WeekHours::every_day(0, 24 * 60);
    for branch in &mut tenant.branches {
        branch.zone = noon_zone().0;
        branch.hours = always.clone();
    }
    for person in &mut tenant.staff {
        person.hours = always.clone();
    }
    Ok(tenant)
}

impl House {
    pub fn new() -> Result<House> {
        let dir = tempfile::Builder::new().prefix("salon-e2e-").tempdir()?;
        fs::create_dir(dir.path().join("logs"))?;
        Ok(House { dir, address: None, server: None, devices: Vec::new() })
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn logs(&self) -> PathBuf {
        self.dir().join("logs")
    }

    /// Clears up, unless something went wrong: then everything stays to be looked at.
    pub fn end(self, outcome: Result<()>) -> Result<()> {
        let House { dir, server, devices, .. } = self;
        drop((server, devices));
        outcome
            .map_err(|error| anyhow::anyhow!("{error:#}\nlogs, pictures and data are kept in {}", dir.keep().display()))
    }

    /// Runs a program to its end and gives the JSON of the last line that it says.
    fn ask(&self, command: &mut Command) -> Result<Value> {
        let shown = format!("{command:?}");
        let output = command.env("SALON_SECRETS", "file").stdin(Stdio::null()).output()?;
        let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        anyhow::ensure!(output.status.success(), "{shown} ended with {}: {said}{errors}", output.status);
        let last = said.lines().next_back().with_context(|| format!("{shown} said nothing"))?;
        serde_json::from_str(last).with_context(|| format!("{shown} said no JSON: {last}"))
    }

    fn salon_server(&self, subcommand: &str) -> Result<Command> {
        let mut command = Command::new(built("salon-server")?);
        command.arg(subcommand).arg("--data").arg(self.dir().join("server"));
        Ok(command)
    }

    pub fn provision(&self, tenant: &NewTenant) -> Result<()> {
        let file = self.dir().join("tenant.json");
        fs::write(&file, serde_json::to_vec(tenant)?)?;
        self.ask(self.salon_server("provision")?.arg("--file").arg(file)).map(drop)
    }

    /// Opens the server: on a free port at first, later on the same one again.
    pub async fn open_server(&mut self) -> Result<()> {
        let mut command = self.salon_server("serve")?;
        let listen = self.address.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)));
        command.args(["--listen", &listen.to_string()]).arg("--pages").arg(pages()?);
        let mut server = Process::start("server", &command, &self.logs())?;
        let address = server.hear(|line| line.strip_prefix("listening on http://")?.parse().ok())?;
        self.address = Some(address);
        self.server = Some(server);
        until("the server is well", async || Ok(get(address, "/health")?.0.eq(&200).then_some(()))).await
    }

    pub fn close_server(&mut self) -> Result<()> {
        let server = self.server.take().context("the server is not open")?;
        let status = server.stop()?;
        anyhow::ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }

    pub fn server(&self) -> Result<SocketAddr> {
        self.address.context("the server was never opened")
    }

    /// What the server has in all.
    pub fn totals(&self) -> Result<Value> {
        self.ask(&mut self.salon_server("totals")?)
    }

    /// The terminal's command line on the terminal of that name.
    pub fn pos(&self, terminal: &str, args: &[&str]) -> Result<Value> {
        let mut command = Command::new(built("pos")?);
        self.ask(command.args(args).arg("--json").arg("--data").arg(self.terminal(terminal)))
    }

    /// Serves a terminal's window to a browser, with everything logged; its address there.
    pub fn serve_window(&self, terminal: &str) -> Result<(Process, String)> {
        let mut command = Command::new(built("pos")?);
        command.arg("--data").arg(self.terminal(terminal)).args(["window", "--page"]).arg(pages()?.join("terminal"));
        command.env("SALON_SECRETS", "file").env("SALON_LOG", "trace");
        let mut window = Process::start("pos-window", &command, &self.logs())?;
        let said = |line: &str| serde_json::from_str::<Value>(line).ok()?["url"].as_str().map(str::to_owned);
        let url = window.hear(said)?;
        Ok((window, url))
    }

    /// Where the terminal of that name keeps its data.
    pub fn terminal(&self, name: &str) -> PathBuf {
        self.dir().join(name)
    }

    /// Makes a terminal of the branch.
    pub fn enrol(&self, name: &str, branch: &str) -> Result<()> {
        let paired = self.ask(self.salon_server("pair")?.args(["--branch", branch, "--name", name]))?;
        let code = paired["code"].as_str().context("no code")?;
        self.pos(name, &["enrol", "--server", &format!("http://{}", self.server()?), "--code", code]).map(drop)
    }

    /// A simulator of its own process; its address.
    fn device(&mut self, name: &str, args: &[&str]) -> Result<String> {
        let mut command = Command::new(built("salon-sim")?);
        command.args(args);
        let mut device = Process::start(name, &command, &self.logs())?;
        let address = device.hear(|line| line.strip_prefix("listening on ").map(str::to_owned))?;
        self.devices.push(device);
        Ok(address)
    }

    /// Gives a terminal a receipt printer and a card terminal.
    pub fn connect_devices(&mut self, terminal: &str) -> Result<()> {
        let paper = self.paper();
        let paper = paper.to_str().context("a temporary folder has a plain name")?;
        let printer = self.device("printer", &["printer", "--out", paper])?;
        let card = self.device("card", &["card-terminal", "--delay-ms", "100"])?;
        let (printer, card) = (format!("escpos_tcp:{printer}"), format!("zvt_tcp:{card}"));
        self.pos(terminal, &["devices", "add", "--only", &printer])?;
        self.pos(terminal, &["devices", "add", "--only", &card]).map(drop)
    }

    fn paper(&self) -> PathBuf {
        self.dir().join("paper")
    }

    /// What the printer has printed, sheet by sheet.
    pub fn printed(&self) -> Result<Vec<String>> {
        let Ok(entries) = fs::read_dir(self.paper()) else { return Ok(Vec::new()) };
        let files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        let mut texts: Vec<_> = files.into_iter().filter(|f| f.extension().is_some_and(|e| e == "txt")).collect();
        texts.sort();
        texts.iter().map(|file| fs::read_to_string(file).map_err(Into::into)).collect()
    }
}

/// A plain GET: status and body.
pub fn get(address: SocketAddr, path: &str) -> Result<(u16, String)> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("no HTTP")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")?;
    Ok((status, body.to_owned()))
}
