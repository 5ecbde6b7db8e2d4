//! The whole salon on one machine: server with a demo salon, receipt printer, card terminal, and a terminal in its
//! window; without a display, in the browser.

use crate::cargo::{self, PROGRAMS, Profile, WINDOW};
use crate::children::{Children, Ended};
use crate::demo::Demo;
use crate::house::{self, House};
use crate::needs::Purpose;
use crate::page::{self, Kind};
use crate::{http, process, say, setup};
use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::env;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Install what is missing without asking
    #[arg(long)]
    yes: bool,
    /// Where the demo keeps its data
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Begin with a new demo salon
    #[arg(long)]
    fresh: bool,
}

/// A first start makes a database and hashes passwords; the machine may be slow and busy.
const PATIENCE: Duration = Duration::from_secs(90);

pub fn run(house: &House, options: &Options) -> Result<()> {
    let display = has_display();
    if !display {
        say::line("There is no display here, so the terminal will be in the browser instead of in its window.");
    }
    setup::setup(house, if display { Purpose::Window } else { Purpose::Browser }, options.yes)?;
    page::build(house, Kind::Small)?;
    let programs: Vec<_> = PROGRAMS.into_iter().chain(display.then_some(WINDOW)).collect();
    cargo::build(house, &programs, Profile::Dev)?;

    let folder = match &options.data {
        Some(folder) => std::path::absolute(folder)?,
        None => house::demo_data()?,
    };
    let stop = stop_on_ctrl_c()?;
    let demo = Demo::open(folder, options.fresh)?;
    let children = Children::new(demo.logs(), stop)?;
    let mut salon = Salon { house, demo, children };
    let outcome = salon.open(display).and_then(|()| salon.wait());
    say::line("\nClosing …");
    salon.children.stop();
    if salon.children.is_to_stop() { Ok(()) } else { outcome }
}

/// A screen to open a window on. macOS and Windows always have one.
pub fn has_display() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

fn stop_on_ctrl_c() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    ctrlc::set_handler(move || asked.store(true, Ordering::SeqCst)).context("Ctrl-C can't be listened to")?;
    Ok(stop)
}

struct Salon<'a> {
    house: &'a House,
    demo: Demo,
    children: Children,
}

impl Salon<'_> {
    fn open(&mut self, display: bool) -> Result<()> {
        self.seed()?;
        let server = self.start_server()?;
        let (printer, card) = self.start_devices()?;
        self.enrol(server)?;
        self.connect_devices(printer, card)?;
        let terminal = if display { self.open_window()? } else { self.open_in_browser()? };
        self.print_welcome(server, &terminal);
        Ok(())
    }

    fn program(&self, name: &str) -> Command {
        Command::new(self.house.debug_bin(name))
    }

    fn pos(&self, args: &[&str]) -> Command {
        let mut command = self.program("pos");
        command.args(args).arg("--data").arg(self.demo.terminal());
        command
    }

    /// The demo salon, the first time.
    fn seed(&mut self) -> Result<()> {
        if self.demo.noted("salon").is_some() {
            return Ok(());
        }
        say::line("Making up a demo salon …");
        let mut command = self.program("salon-server");
        let said = process::answer(command.arg("seed-demo").arg("--data").arg(self.demo.server()))?;
        self.demo.note("salon", last_json(&said).context("salon-server seed-demo did not say what it made")?)
    }

    fn start_server(&mut self) -> Result<SocketAddr> {
        let address = self.demo.server_address()?;
        let mut command = self.program("salon-server");
        command.arg("serve").arg("--data").arg(self.demo.server());
        command.args(["--listen", &address.to_string()]).arg("--pages").arg(self.house.dist());
        self.children.start("server", &mut command)?;
        self.children
            .wait_until("the server", PATIENCE, || http::status(address, "/health").is_ok_and(|s| s == 200))?;
        Ok(address)
    }

    /// A receipt printer and a card terminal: simulators, but behind the real protocols.
    fn start_devices(&mut self) -> Result<(SocketAddr, SocketAddr)> {
        let printer = self.demo.address("printer", 1)?;
        let mut command = self.program("salon-sim");
        command.args(["printer", "--tcp", &printer.to_string(), "--out"]).arg(self.demo.receipts());
        self.children.start_and_hear("printer", &mut command, PATIENCE)?;
        let card = self.demo.address("card", 2)?;
        let mut command = self.program("salon-sim");
        self.children.start_and_hear("card", command.args(["card-terminal", "--tcp", &card.to_string()]), PATIENCE)?;
        Ok((printer, card))
    }

    /// Makes the terminal one of the demo salon's, the first time.
    fn enrol(&mut self, server: SocketAddr) -> Result<()> {
        if self.demo.noted("enrolled").is_some() {
            return Ok(());
        }
        let branch = self.demo.noted("salon").and_then(|salon| salon["branches"][0]["branch"].as_str());
        let branch = branch.context("the demo salon has no branch: start with --fresh")?;
        let mut command = self.program("salon-server");
        let said =
            process::answer(command.arg("pair").arg("--data").arg(self.demo.server()).args(["--branch", branch]))?;
        let pairing = last_json(&said).context("salon-server pair did not say the code")?;
        let code = pairing["code"].as_str().context("salon-server pair did not say the code")?;
        process::answer(&mut self.pos(&["enrol", "--server", &format!("http://{server}"), "--code", code]))
            .context("the terminal could not be enrolled; --fresh begins anew")?;
        self.demo.note("enrolled", json!(true))
    }

    fn connect_devices(&self, printer: SocketAddr, card: SocketAddr) -> Result<()> {
        let (printer, card) = (format!("escpos_tcp:{printer}"), format!("zvt_tcp:{card}"));
        process::answer(&mut self.pos(&["devices", "add", "--only", &printer]))?;
        process::answer(&mut self.pos(&["devices", "add", "--only", &card])).map(drop)
    }

    fn open_window(&mut self) -> Result<String> {
        let mut command = self.program(WINDOW);
        self.children.start("window", command.arg("--data").arg(self.demo.terminal()))?;
        Ok("in its window (closing it ends the demo)".to_owned())
    }

    fn open_in_browser(&mut self) -> Result<String> {
        let address = self.demo.address("terminal", 3)?;
        let mut command = self.pos(&["window", "--listen", &address.to_string()]);
        command.arg("--page").arg(self.house.dist().join("terminal"));
        let line = self.children.start_and_hear("terminal", &mut command, PATIENCE)?;
        let said =
            last_json(&line).with_context(|| format!("pos window said something else than its address: {line}"))?;
        Ok(said["url"].as_str().context("pos window did not say its address")?.to_owned())
    }

    fn print_welcome(&self, server: SocketAddr, terminal: &str) {
        let salon = self.demo.noted("salon").cloned().unwrap_or_default();
        let owner = &salon["owner"];
        say::line(format!(
            "\nThe salon is open. Everything in it is invented.\n\n\
             \x20 Terminal   {terminal}\n\
             {pins}\
             \x20 Console    http://{server}/\n\
             \x20            {email}, password {password}\n\
             \x20 Receipts   {receipts}\n\
             \x20 Logs       {logs}\n\n\
             Ctrl-C closes it; the data stays. `./x run --fresh` begins anew.",
            pins = pins(&salon["staff"]),
            email = text(&owner["email"]),
            password = text(&owner["password"]),
            receipts = self.demo.receipts().display(),
            logs = self.demo.logs().display(),
        ));
    }

    /// Until Ctrl-C, or the window is closed, or something that the salon can't be without has ended.
    fn wait(&mut self) -> Result<()> {
        while !self.children.is_to_stop() {
            if let Some(ended) = self.children.ended()
                && self.is_over(&ended)?
            {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    fn is_over(&self, ended: &Ended) -> Result<bool> {
        let Ended { name, status } = ended;
        if *name == "window" && status.success() {
            say::line("\nThe window was closed.");
            return Ok(true);
        }
        let log = self.children.log(name);
        let tail = self.children.tail(name);
        if matches!(*name, "printer" | "card") {
            say::line(format!(
                "\nThe simulated {name} ended with {status}; the terminal goes on without. Its last words:\n{tail}"
            ));
            return Ok(false);
        }
        bail!("the {name} ended with {status}. The end of {}:\n{tail}", log.display())
    }
}

/// The PIN of the first person of each role; one of each is enough to try everything.
fn pins(staff: &Value) -> String {
    let mut roles = BTreeSet::new();
    let first = staff.as_array().into_iter().flatten().filter(|person| roles.insert(text(&person["role"])));
    first
        .map(|person| {
            let role = text(&person["role"]).to_lowercase();
            format!("             PIN {}  {}, {role}\n", text(&person["pin"]), text(&person["name"]))
        })
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}

/// The JSON of the last line that is any: programs may say more before it.
fn last_json(text: &str) -> Option<Value> {
    text.lines().rev().find_map(|line| serde_json::from_str(line).ok())
}
