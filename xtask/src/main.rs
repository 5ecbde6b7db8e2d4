//! What `./x` does, in Rust: sets a machine up, builds the pages, runs the whole salon, tests it.
//!
//! Light on purpose (it has to be there before anything else can be): no HTTP client, no runtime, no wasm-bindgen; that
//! one is `xtask/wasm`, a program of its own that only the page's build compiles. Everything this says goes to the
//! error stream: the output of `replay` and `bench` belongs to what they start.

mod assemble;
mod bench;
mod cargo;
mod check;
mod children;
mod compiler;
mod demo;
mod house;
mod http;
mod needs;
mod npm;
mod packages;
mod page;
mod peers;
mod process;
mod replay;
mod run;
mod say;
mod setup;
mod test;
mod window;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Parser)]
#[command(
    name = "./x",
    bin_name = "./x",
    about = "Pink Blueberry Salon: the one entry point",
    disable_version_flag = true
)]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Makes everything there that building and testing need
    Setup {
        /// Install what is missing without asking
        #[arg(long)]
        yes: bool,
    },
    /// Builds the pages (terminal, console) into dist/
    Page {
        /// Fast to build, slow to load: for working on the pages
        #[arg(long)]
        dev: bool,
    },
    /// Starts it all: server with a demo salon, printer, card terminal, and the terminal's window
    Run(run::Options),
    /// Starts the terminal's window alone, on the demo's data or on a folder of yours
    Window {
        /// The terminal's data folder
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
    /// Every test there is, with format and lints
    Test {
        /// Install what is missing without asking
        #[arg(long)]
        yes: bool,
    },
    /// Format, lints and the fast tests
    Check,
    /// Measures against the bars (arguments go to the bench program)
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Plays a salon's exported days through this build
    Replay {
        /// The folder with the salon's files
        dir: PathBuf,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
}

fn main() -> ExitCode {
    match perform(Args::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::failed(&error);
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<()> {
    let house = house::House::find()?;
    match task {
        Task::Setup { yes } => setup::setup(&house, needs::Purpose::Test, yes),
        Task::Page { dev } => {
            setup::setup(&house, needs::Purpose::Page, false)?;
            page::build(&house, if dev { page::Kind::Dev } else { page::Kind::Small })
        }
        Task::Run(options) => run::run(&house, &options),
        Task::Window { data } => window::window(&house, data),
        Task::Test { yes } => test::test(&house, yes),
        Task::Check => check::check(&house),
        Task::Bench { args } => bench::bench(&house, &args),
        Task::Replay { dir, args } => replay::replay(&house, &dir, &args),
    }
}
