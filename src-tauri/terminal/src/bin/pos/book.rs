//! `pos book`: the appointment book on paper, and its last step back.

use super::{Cli, devices};
use clap::{Subcommand, ValueEnum};
use salon_contract::window::{Ask, DayPaper, SaveDay, UndoBook};
use salon_domain::kernel::EventId;
use salon_terminal::clock::new_id;
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum BookCommand {
    /// Write a day as an A4 PDF into the terminal's folder.
    Pdf {
        /// One of the branch's days, as YYYY-MM-DD; today where none is named.
        #[arg(long, value_name = "DATE")]
        date: Option<jiff::civil::Date>,
        #[arg(long, value_enum, default_value = "columns")]
        paper: PaperArg,
    },
    /// Undo what was done last in the book of this terminal, if nobody has gone on with it.
    Undo,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum PaperArg {
    /// A column for each stylist, on its side.
    Columns,
    /// A line for each visit by time.
    List,
}

pub fn run(cli: &Cli, command: &BookCommand) -> anyhow::Result<ExitCode> {
    let app = devices::open(cli, false)?;
    match command {
        BookCommand::Pdf { date, paper } => {
            let date = date.map_or_else(|| app.status().map(|status| status.today), |date| Ok(date.to_string()))?;
            let paper = match paper {
                PaperArg::Columns => DayPaper::Columns,
                PaperArg::List => DayPaper::List,
            };
            cli.answer(&app.ask(SaveDay { date, paper }.call())?)
        }
        BookCommand::Undo => {
            let key: EventId = new_id(app.store().clock().as_ref());
            cli.answer(&app.ask(UndoBook { key: key.uuid(), step: None }.call())?)
        }
    }
}
