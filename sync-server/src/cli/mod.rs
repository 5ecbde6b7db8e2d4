//! The command line. Commands other than `serve` open the same database beside a running server.

mod cards;
mod log;
mod sender;
mod serve;
mod tenant;

use crate::store::SqliteStore;
use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

#[derive(Debug, Parser)]
#[command(name = "salon-server", version, about = "The sync server of Pink Blueberry Salon")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Where the data is.
#[derive(Debug, Args)]
struct Data {
    /// The folder of the database.
    #[arg(long, env = "SALON_SERVER_DATA")]
    data: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve terminals and the console.
    Serve {
        #[command(flatten)]
        data: Data,
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// The folder with the built pages (`console/` in it).
        #[arg(long)]
        pages: Option<PathBuf>,
        /// One JSON object a line instead of text.
        #[arg(long)]
        log_json: bool,
    },
    /// Bring the database to the newest schema.
    Migrate {
        #[command(flatten)]
        data: Data,
    },
    /// Create a tenant with one branch and its owner. The password comes from the standard input, or is made and
    /// printed once.
    CreateTenant(tenant::CreateTenant),
    /// Create a tenant from a JSON file (`-`: standard input).
    Provision {
        #[command(flatten)]
        data: Data,
        #[arg(long)]
        file: PathBuf,
    },
    /// Offer packages of prepaid units, from a JSON file with a list of them (`-`: standard input).
    OfferPackages {
        #[command(flatten)]
        data: Data,
        /// The tenant's id or name; may be left out while there is only one.
        #[arg(long)]
        tenant: Option<String>,
        #[arg(long)]
        file: PathBuf,
    },
    /// Offer memberships, from a JSON file with a list of them (`-`: standard input).
    OfferMemberships {
        #[command(flatten)]
        data: Data,
        /// The tenant's id or name; may be left out while there is only one.
        #[arg(long)]
        tenant: Option<String>,
        #[arg(long)]
        file: PathBuf,
    },
    /// Fill the store with an invented salon: two branches, a year behind and a month ahead. The same for a given seed
    /// and day; one that is there already is left as it is.
    SeedDemo {
        #[command(flatten)]
        data: Data,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Months of trade before today.
        #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(0..=36))]
        months: u32,
    },
    /// A one-time code by which a terminal joins a branch.
    Pair(tenant::Pair),
    /// Give a tenant a card reader that the server drives (Stripe Terminal).
    CardReader(cards::CardReader),
    /// Say who a tenant's e-mails and text messages are from.
    MessageSender(sender::MessageSender),
    /// Make the read models anew from journal and documents.
    Rebuild {
        #[command(flatten)]
        data: Data,
    },
    /// What a tenant has in all, as JSON.
    Totals {
        #[command(flatten)]
        data: Data,
        /// Id or name; may be left out while there is only one.
        #[arg(long)]
        tenant: Option<String>,
    },
    /// Print the OpenAPI document.
    Openapi,
}

/// Runs what the command line asks for.
pub fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve { data, listen, pages, log_json } => {
            log::start(log_json);
            serve::run(&data.data, listen, pages)
        }
        Command::Migrate { data } => {
            open(&data.data)?;
            print_json(&serde_json::json!({"migrated": database(&data.data)}))
        }
        Command::SeedDemo { data, seed, months } => {
            let store = open(&data.data)?;
            let wish = crate::demo::Wish::full(seed, months, crate::store::Store::env(&store).now());
            print_json(&crate::demo::seed(&store, &wish)?)
        }
        Command::CreateTenant(command) => command.run(),
        Command::Provision { data, file } => tenant::provision(&data.data, &file),
        Command::OfferPackages { data, tenant, file } => tenant::offer_packages(&data.data, tenant.as_deref(), &file),
        Command::OfferMemberships { data, tenant, file } => {
            tenant::offer_memberships(&data.data, tenant.as_deref(), &file)
        }
        Command::Pair(command) => command.run(),
        Command::CardReader(command) => command.run(),
        Command::MessageSender(command) => command.run(),
        Command::Rebuild { data } => tenant::rebuild(&data.data),
        Command::Totals { data, tenant } => tenant::totals(&data.data, tenant.as_deref()),
        Command::Openapi => print_json(&crate::http::openapi()),
    }
}

fn database(data: &Path) -> PathBuf {
    data.join("salon-server.sqlite")
}

/// Opens the store in a folder, which is made if it is not there.
fn open(data: &Path) -> anyhow::Result<SqliteStore> {
    std::fs::create_dir_all(data)
        .with_context(|| format!("cannot make the folder {}: choose another with --data", data.display()))?;
    Ok(SqliteStore::open(&database(data))?)
}

/// One line of JSON on the standard output.
fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    let mut line = serde_json::to_string(value)?;
    line.push('\n');
    say(&line)
}

fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}
