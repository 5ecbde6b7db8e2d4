//! `salon-sim`: a receipt printer, a customer display or a card terminal that is not there, speaking the real protocol on
//! a socket or a serial port.
//!
//! Prints `listening on ADDRESS` (or `listening on PATH`) when it is ready (then `control on ADDRESS`), and a short line
//! for what happens.
#![allow(clippy::print_stdout)]

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use salon_devices::sim::{
    CardFault, CardSim, CardSimOptions, Control, DisplaySim, DisplaySimOptions, PrinterFault, PrinterSim,
    PrinterSimOptions, card_script, on_serial,
};
use salon_devices::zvt::Password;
use salon_domain::kernel::Currency;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Parser)]
#[command(name = "salon-sim", about = "Simulates a receipt printer, a customer display or a card terminal")]
struct Cli {
    #[command(subcommand)]
    device: Device,
}

#[derive(Subcommand)]
enum Device {
    /// An ESC/POS printer.
    Printer(PrinterArgs),
    /// A ZVT card terminal.
    CardTerminal(CardArgs),
    /// A customer display of two lines; prints what it shows.
    Display(Common),
}

#[derive(Args)]
struct Common {
    /// Where the device listens; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0", conflicts_with = "serial")]
    tcp: String,
    /// The serial port that the device hangs on, instead of the network: PATH or PATH@BAUD.
    #[arg(long)]
    serial: Option<String>,
    /// Where faults are set while it runs, one command a line; an unknown command lists them.
    #[arg(long)]
    control: Option<String>,
}

impl Common {
    fn listen(&self) -> String {
        self.serial.as_deref().map_or_else(|| self.tcp.clone(), on_serial)
    }
}

#[derive(Args)]
struct PrinterArgs {
    #[command(flatten)]
    common: Common,
    /// Where each receipt goes, as NNNN.txt, NNNN.png and NNNN.bin; else its text is printed here.
    #[arg(long)]
    out: Option<PathBuf>,
    /// The paper ends after so many lines.
    #[arg(long, value_name = "LINES")]
    paper_out_after: Option<usize>,
    /// What is wrong from the start: paper-out, paper-near-end, cover-open, cutter-jam, offline, silent, ...
    #[arg(long)]
    fault: Option<PrinterFault>,
    /// 32 for 58 mm paper, 48 for 80 mm.
    #[arg(long, default_value_t = 48)]
    columns: usize,
}

#[derive(Args)]
struct CardArgs {
    #[command(flatten)]
    common: Common,
    /// Between two states of a payment: how long client and bank take.
    #[arg(long, default_value_t = 400)]
    delay_ms: u64,
    /// Declines every N-th payment; 0 for none.
    #[arg(long, default_value_t = 0)]
    decline_every: u32,
    /// What happens to the first transactions, one step a line ("approve", "decline 05", "slow 3s", "drop during-status",
    /// "crash 2s", # for comments).
    #[arg(long)]
    script: Option<PathBuf>,
    /// Where the terminal keeps its memory, so that it comes back after it was stopped.
    #[arg(long)]
    memory: Option<PathBuf>,
    /// Happens to every transaction: drop-before-status, drop-after-status, drop-before-completion, decline, silent, ...
    #[arg(long)]
    fault: Option<CardFault>,
    #[arg(long, default_value = "000000", value_parser = password)]
    password: Password,
    #[arg(long, default_value = "EUR")]
    currency: Currency,
}

fn password(text: &str) -> Result<Password, String> {
    Password::try_from(text.to_owned()).map_err(|error| error.to_string())
}

fn main() -> Result<()> {
    match Cli::parse().device {
        Device::Printer(args) => printer(args),
        Device::CardTerminal(args) => card(args),
        Device::Display(common) => display(common),
    }
}

fn printer(args: PrinterArgs) -> Result<()> {
    let shown = args.out.clone();
    let sim = PrinterSim::start(PrinterSimOptions {
        listen: args.common.listen(),
        columns: args.columns,
        out: args.out,
        on_receipt: Some(Box::new(move |receipt| {
            let (number, lines) = (receipt.number, receipt.lines.len());
            match &shown {
                Some(out) => {
                    println!("receipt {number}: {lines} lines, {}", out.join(format!("{number:04}.txt")).display())
                }
                None => println!("receipt {number}:\n{}", receipt.lines.join("\n")),
            }
        })),
    })
    .context("the printer could not be started")?;
    if let Some(lines) = args.paper_out_after {
        sim.set(PrinterFault::PaperOutAfterLines(lines));
    }
    if let Some(fault) = args.fault {
        sim.set(fault);
    }
    println!("listening on {}", sim.place());
    let _control = control(args.common.control, sim.control())?;
    wait()
}

fn card(args: CardArgs) -> Result<()> {
    let script = match &args.script {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
            card_script(&text).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?
        }
        None => Vec::new(),
    };
    let sim = CardSim::start(CardSimOptions {
        listen: args.common.listen(),
        password: args.password,
        currency: args.currency,
        delay: Duration::from_millis(args.delay_ms),
        decline_every: args.decline_every,
        fault: args.fault,
        script,
        memory: args.memory,
        on_entry: Some(Box::new(|entry| {
            let (kind, state) = (entry.kind, entry.state);
            println!("{kind:?} {} of {} minor units: {state:?}", entry.trace, entry.amount_minor);
        })),
        ..CardSimOptions::default()
    })
    .context("the card terminal could not be started")?;
    println!("listening on {}", sim.place());
    let _control = control(args.common.control, sim.control())?;
    wait()
}

fn display(common: Common) -> Result<()> {
    let sim = DisplaySim::start(DisplaySimOptions {
        listen: common.listen(),
        on_change: Some(Box::new(|lines| println!("{:20} | {:20}", lines[0], lines[1]))),
    })
    .context("the display could not be started")?;
    println!("listening on {}", sim.place());
    let _control = control(common.control, sim.control())?;
    wait()
}

fn control(
    listen: Option<String>,
    execute: impl Fn(&str) -> Result<Vec<String>, String> + Send + 'static,
) -> Result<Option<Control>> {
    let Some(listen) = listen else {
        return Ok(None);
    };
    let control = Control::start(&listen, execute).context("the control port could not be opened")?;
    println!("control on {}", control.address());
    Ok(Some(control))
}

/// Until it is killed: there is nothing to save.
fn wait() -> ! {
    loop {
        std::thread::park();
    }
}
