//! `pos verify` and `pos export` of a span of days.

use super::Cli;
use clap::{Args, Subcommand};
use salon_contract::window::BookFormat;
use salon_domain::kernel::day_number;
use salon_terminal::books::{BooksRequest, DatevSettings};
use salon_terminal::compose::AppConfig;
use salon_terminal::store::Days;
use salon_terminal::{books, data_out};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Args)]
pub struct DayArgs {
    /// The first of the branch's days, as YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    from: Option<jiff::civil::Date>,
    /// The last day.
    #[arg(long, value_name = "DATE")]
    to: Option<jiff::civil::Date>,
}

impl DayArgs {
    /// All days where none are named.
    pub fn days(&self) -> anyhow::Result<Days> {
        let days =
            Days { from: self.from.map_or(Days::ALL.from, day_number), to: self.to.map_or(Days::ALL.to, day_number) };
        anyhow::ensure!(days.from <= days.to, "--from is after --to");
        Ok(days)
    }
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ExportArgs {
    #[command(subcommand)]
    books: Option<BooksCommand>,
    /// Everything: journal, clients, bookings, sales, master data.
    dir: Option<PathBuf>,
}

/// Of closed till sessions; those that are open are left out and counted.
#[derive(Subcommand)]
enum BooksCommand {
    /// Double-entry postings as CSV, an entry for each thing that moved money.
    Ledger(BooksArgs),
    /// Z reports as CSV: closings, their taxes, their tenders.
    Csv(BooksArgs),
    /// A DATEV posting batch (Buchungsstapel), of one fiscal year. The account numbers follow SKR03 and are for the
    /// bookkeeper to check.
    Datev {
        #[command(flatten)]
        args: BooksArgs,
        /// Consultant, client and account numbers, as JSON.
        #[arg(long, value_name = "FILE")]
        accounts: Option<PathBuf>,
    },
    /// Tables in the shape of DSFinV-K. NOT CERTIFIED: there is no technical security device (TSE), so that there are no
    /// TSE signatures in it. It does not replace a DSFinV-K export of a certified system.
    Dsfinvk(BooksArgs),
}

#[derive(Args)]
struct BooksArgs {
    #[command(flatten)]
    days: DayArgs,
    /// A new or empty folder.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub fn export(cli: &Cli, args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let Some(command) = &args.books else {
        let dir = args.dir.as_deref().ok_or_else(|| anyhow::anyhow!("say which folder, or which of the books"))?;
        return cli.answer(&data_out::export(&cli.open()?.store, dir)?);
    };
    let (format, args, accounts) = match command {
        BooksCommand::Ledger(args) => (BookFormat::Ledger, args, None),
        BooksCommand::Csv(args) => (BookFormat::Csv, args, None),
        BooksCommand::Datev { args, accounts } => (BookFormat::Datev, args, accounts.as_deref()),
        BooksCommand::Dsfinvk(args) => (BookFormat::Dsfinvk, args, None),
    };
    let datev = accounts.map(settings).transpose()?.unwrap_or_default();
    let app = cli.app(AppConfig::quiet(cli.data()?))?;
    let catalog = app.catalog()?;
    cli.answer(&books::export(&BooksRequest {
        store: app.store(),
        catalog: &catalog,
        days: args.days.days()?,
        dir: &args.out,
        now: app.store().clock().now(),
        format,
        datev: &datev,
    })?)
}

fn settings(file: &Path) -> anyhow::Result<DatevSettings> {
    anyhow::ensure!(file.exists(), "there is no {}", file.display());
    Ok(DatevSettings::read(file)?)
}
