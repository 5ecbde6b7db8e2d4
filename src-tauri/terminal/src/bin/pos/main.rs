//! `pos`: everything that a terminal can do, without a window.

#![allow(clippy::print_stdout, reason = "this is what a command line is for")]

mod book;
mod books;
mod devices;

use clap::{Args, Parser, Subcommand};
use salon_contract::window::{Call, Code, Failure};
use salon_domain::kernel::Currency;
use salon_terminal::app::App;
use salon_terminal::clock::SystemClock;
use salon_terminal::compose::{AppConfig, Opened};
use salon_terminal::host::Host;
use salon_terminal::{data_out, enrol, import, replay, window};
use serde::Serialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

#[derive(Parser)]
#[command(name = "pos", version, about = "The Pink Blueberry terminal, without a window")]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Where the terminal's store is.
    #[arg(long, global = true, env = "SALON_DATA")]
    data: Option<PathBuf>,
    /// Answer with one JSON object on the last line.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Make this store a terminal of a branch, by a one-time pairing code.
    Enrol {
        #[arg(long)]
        server: String,
        #[arg(long)]
        code: String,
        #[arg(long, default_value = "Till")]
        name: String,
        /// Do not wait for the first catch-up.
        #[arg(long)]
        no_wait: bool,
    },
    /// Read another system's exports.
    Import(ImportArgs),
    /// Trade a salon's exported days through this program and reconcile them.
    Replay { dir: PathBuf },
    /// Check pages, chains, numbering, money, stock, and that the read models are what a rebuild makes; and prove of the
    /// days asked for that lines, taxes, tenders, postings, Z reports and read models are the same numbers.
    Verify(books::DayArgs),
    /// Make the read models anew from journal, documents and cards.
    Rebuild,
    /// Write everything in open formats into an empty folder, or the bookkeeper's files of some days.
    Export(books::ExportArgs),
    /// Write the whole store and its keys into one file.
    Backup { file: PathBuf },
    /// Put a backup into an empty data folder.
    Restore { file: PathBuf },
    /// What this terminal is and where it stands.
    Status,
    /// Push and pull until everything is synced.
    Sync {
        #[arg(long, default_value_t = 120)]
        seconds: u64,
    },
    /// Ask what the window asks, as JSON: `{"ask": "print_queue", "with": {}}`; answered as to the salon's owner.
    Ask { question: String },
    /// The appointment book: a day on paper, the last step back.
    Book {
        #[command(subcommand)]
        command: book::BookCommand,
    },
    /// The devices of this terminal: printers, card terminals, scanners, customer displays.
    Devices {
        #[command(subcommand)]
        command: devices::DevicesCommand,
    },
    /// Serve the window's page for a browser on this computer.
    Window {
        #[arg(long, default_value = "127.0.0.1:0")]
        listen: SocketAddr,
        /// The folder of the built page.
        #[arg(long)]
        page: PathBuf,
    },
}

#[derive(Args)]
struct ImportArgs {
    /// `salon-export`
    #[arg(required_unless_present = "undo")]
    profile: Option<String>,
    #[arg(required_unless_present = "undo")]
    dir: Option<PathBuf>,
    /// Only say what it would make, and what it cannot read.
    #[arg(long)]
    dry_run: bool,
    /// Take an import back.
    #[arg(long, value_name = "ID")]
    undo: Option<String>,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("SALON_LOG").unwrap_or_else(|_| "warn,salon=info".into()),
        )
        .init();
    match run(&cli) {
        Ok(code) => code,
        Err(error) => {
            if cli.json {
                let failure = error.downcast_ref::<Failure>().cloned();
                let failure =
                    failure.unwrap_or_else(|| Failure::new(Code::Internal).with("detail", format!("{error:#}")));
                println!("{}", serde_json::json!({ "error": failure }));
            }
            eprintln!("pos: {error:#}");
            ExitCode::FAILURE
        }
    }
}

impl Cli {
    fn data(&self) -> anyhow::Result<&Path> {
        self.data.as_deref().ok_or_else(|| anyhow::anyhow!("say where the store is: --data DIR"))
    }

    fn answer<T: Serialize>(&self, reply: &T) -> anyhow::Result<ExitCode> {
        let text = if self.json { serde_json::to_string(reply)? } else { serde_json::to_string_pretty(reply)? };
        println!("{text}");
        Ok(ExitCode::SUCCESS)
    }

    fn open(&self) -> anyhow::Result<Opened> {
        let opened = Opened::new(self.data()?, Arc::new(SystemClock))?;
        if opened.secrets.in_file() {
            eprintln!(
                "pos: no keyring here: the keys are in {}/secrets.json, for its owner only",
                self.data()?.display()
            );
        }
        Ok(opened)
    }

    fn app(&self, config: AppConfig) -> anyhow::Result<Till> {
        Ok(Till(Some(App::open(config)?)))
    }
}

fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    match &cli.command {
        Command::Enrol { server, code, name, no_wait } => {
            let opened = cli.open()?;
            let identity = enrol::enrol(&opened, server, code, name)?;
            drop(opened);
            if !no_wait {
                catch_up(cli, Duration::from_secs(300))?;
            }
            cli.answer(&identity)
        }
        Command::Import(args) => import_command(cli, args),
        Command::Replay { dir } => {
            let bins = std::env::var_os("SALON_BIN_DIR").map(PathBuf::from);
            let here = || std::env::current_exe().ok().and_then(|p| p.parent().map(Path::to_owned));
            let bins =
                bins.or_else(here).ok_or_else(|| anyhow::anyhow!("set SALON_BIN_DIR to the programs' folder"))?;
            let report = replay::replay(dir, &bins, &mut |line| eprintln!("replay: {line}"))?;
            println!("{}", serde_json::to_string(&report)?);
            let figures =
                replay::Figures { net_minor: report.net_minor, receipts: report.receipts, bookings: report.bookings };
            let agrees = report.chain_ok && report.server == figures && report.second_terminal == figures;
            Ok(if agrees { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Verify(args) => {
            let found = cli.open()?.store.verify_books_of(args.days()?).map_err(Failure::from)?;
            cli.answer(&found)?;
            Ok(if found.is_well() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Rebuild => cli.answer(&cli.open()?.store.write::<_, Failure>(|unit| Ok(unit.rebuild()?))?),
        Command::Export(args) => books::export(cli, args),
        Command::Backup { file } => {
            let bytes = data_out::backup(&cli.open()?, file)?;
            cli.answer(&serde_json::json!({ "file": file, "store_bytes": bytes, "holds_keys": true }))
        }
        Command::Restore { file } => {
            data_out::restore(file, cli.data()?)?;
            cli.answer(&serde_json::json!({ "restored": file }))
        }
        Command::Status => status(cli),
        Command::Sync { seconds } => {
            catch_up(cli, Duration::from_secs(*seconds))?;
            status(cli)
        }
        Command::Ask { question } => ask(cli, question),
        Command::Book { command } => book::run(cli, command),
        Command::Devices { command } => devices::run(cli, command),
        Command::Window { listen, page } => {
            let host = Host::new(cli.data()?);
            // A store that does not open is said here and now, not to the first who asks.
            host.app()?;
            let served = window::serve(host.clone(), *listen, page, |url| {
                println!("{}", serde_json::json!({ "url": url }));
            });
            host.close();
            served?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// A till that is let go of before the program ends, whatever its threads are at.
struct Till(Option<Arc<App>>);

impl std::ops::Deref for Till {
    type Target = Arc<App>;
    fn deref(&self) -> &Arc<App> {
        // Taken by `drop` alone.
        #[allow(clippy::expect_used)]
        self.0.as_ref().expect("a till that was let go of")
    }
}

impl Drop for Till {
    fn drop(&mut self) {
        self.0.take().into_iter().for_each(App::close);
    }
}

/// Everything that the window can do, for scripts. What is printed or looked after in the background is not waited for.
fn ask(cli: &Cli, question: &str) -> anyhow::Result<ExitCode> {
    let call: Call = serde_json::from_str(question).map_err(|error| anyhow::anyhow!("not a question: {error}"))?;
    let app = devices::open(cli, false)?;
    cli.answer(&app.ask(call)?)
}

fn catch_up(cli: &Cli, patience: Duration) -> anyhow::Result<()> {
    let app = cli.app(AppConfig { sync: true, ..AppConfig::quiet(cli.data()?) })?;
    replay::await_synced(&app, patience)
}

fn status(cli: &Cli) -> anyhow::Result<ExitCode> {
    let app = cli.app(AppConfig::quiet(cli.data()?))?;
    let store = app.store();
    let (receipts, net_minor, total_minor) = store.sale_totals().map_err(Failure::from)?;
    let at = store.sync_position().map_err(Failure::from)?;
    cli.answer(&serde_json::json!({
        "status": app.status()?,
        "identity": store.identity(),
        "receipts": receipts,
        "net_minor": net_minor,
        "total_minor": total_minor,
        "bookings": store.booking_count().map_err(Failure::from)?,
        "clients": store.card_count().map_err(Failure::from)?,
        "journal_entries": store.journal_count().map_err(Failure::from)?,
        "pending": at.outbox_last - at.acked,
        "cursor": at.cursor,
    }))
}

fn import_command(cli: &Cli, args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let app = cli.app(AppConfig::quiet(cli.data()?))?;
    let catalog = app.catalog()?;
    let admin = catalog.staff.iter().find(|s| s.active && s.role == salon_domain::access::Role::Admin);
    let user = admin.map_or_else(uuid::Uuid::nil, |s| s.id.uuid());
    if let Some(id) = &args.undo {
        let taken_back = import::undo(&app, id, user)?;
        return cli.answer(&serde_json::json!({ "undone": taken_back.id, "clients": taken_back.clients.len() }));
    }
    let profile = args.profile.as_deref().unwrap_or_default();
    anyhow::ensure!(profile == "salon-export", "there is no import profile \"{profile}\": use salon-export");
    let dir = args.dir.as_deref().ok_or_else(|| anyhow::anyhow!("say which folder"))?;
    let currency: Currency = catalog.branch.currency;
    let plan = import::read(dir, currency)?;
    let summary = serde_json::json!({
        "services": plan.services.len() + plan.missing_services().len(),
        "products": plan.products.len(),
        "staff": plan.staff(),
        "clients": plan.clients().len(),
        "appointments": plan.appointments.len(),
        "receipt_lines": plan.receipts.len(),
        "unreadable": plan.unreadable,
        "notes": plan.notes,
    });
    if args.dry_run {
        return cli.answer(&serde_json::json!({ "dry_run": true, "would_make": summary }));
    }
    let made = import::apply(&app, &plan, user)?;
    cli.answer(&serde_json::json!({
        "import": made.id,
        "made": {
            "services": made.services.len(), "products": made.products.len(),
            "staff": made.staff.len(), "clients": made.clients.len(),
        },
        "unreadable": plan.unreadable,
        "notes": plan.notes,
    }))
}
