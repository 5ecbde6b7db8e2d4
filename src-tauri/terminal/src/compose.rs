//! The composition root: the only place that names concrete devices, keyrings and clocks.

use crate::app::{App, Ports};
use crate::clock::{Clock, SystemClock};
use crate::secrets::{self, Secrets};
use crate::store::{Store, StoreKey};
use crate::{card_server, printing, syncing};
use salon_contract::window::{Code, Failure};
use salon_devices::{CardTerminalConfig, DeviceConfig, PrinterConfig};
use salon_domain::kernel::Currency;
use salon_ports::CardPort;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How a terminal is put together.
pub struct AppConfig {
    pub data: PathBuf,
    pub clock: Arc<dyn Clock>,
    /// Print jobs are printed by a thread of their own.
    pub print: bool,
    /// The server is kept in sync by a thread of its own.
    pub sync: bool,
}

impl AppConfig {
    /// As the window wants it.
    pub fn at(data: impl Into<PathBuf>) -> Self {
        AppConfig { data: data.into(), clock: Arc::new(SystemClock), print: true, sync: true }
    }

    /// As a command wants it that only looks or changes something and ends.
    pub fn quiet(data: impl Into<PathBuf>) -> Self {
        AppConfig { print: false, sync: false, ..AppConfig::at(data) }
    }
}

/// The devices of this terminal, kept in its store.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct DeviceSettings {
    pub printer: Option<PrinterConfig>,
    pub card: Option<CardTerminalConfig>,
}

impl App {
    /// Opens the terminal in `config.data` and starts its background threads.
    pub fn open(config: AppConfig) -> Result<Arc<App>, Failure> {
        let opened = Opened::new(&config.data, config.clock)?;
        let settings = opened.settings()?;
        let ports = Ports {
            printer: settings.printer.as_ref().map(|p| (address_of(p), salon_devices::printer(p))),
            card: settings.card.as_ref().map(|c| card_port(c, &opened)).transpose()?,
        };
        let in_file = opened.secrets.in_file();
        let Opened { store, secrets, lock } = opened;
        let app = App::new(store, ports, salon_devices::escpos::layout, in_file)?;
        app.hold(lock);
        if config.print {
            printing::start(&app);
        }
        if config.sync {
            syncing::start(&app, secrets.as_ref())?;
        }
        Ok(app)
    }
}

/// The port of a card terminal with its address; one that the server drives gets a way to the server.
fn card_port(config: &CardTerminalConfig, opened: &Opened) -> Result<(String, Box<dyn CardPort>), Failure> {
    let server = match config {
        CardTerminalConfig::Stripe { .. } => card_server::connect(&opened.store, opened.secrets.as_ref())?,
        _ => None,
    };
    let address = DeviceConfig::CardTerminal(config.clone()).address();
    Ok((address, salon_devices::card_terminal(config, server)))
}

/// A store with its keys, locked against a second copy of the program.
pub struct Opened {
    pub store: Store,
    pub secrets: Box<dyn Secrets>,
    pub lock: File,
}

impl Opened {
    pub fn new(data: &Path, clock: Arc<dyn Clock>) -> Result<Self, Failure> {
        let io = |e: std::io::Error| Failure::new(Code::Internal).with("path", data.display()).with("detail", e);
        std::fs::create_dir_all(data).map_err(io)?;
        let lock = File::options().create(true).truncate(false).write(true).open(data.join("lock")).map_err(io)?;
        if lock.try_lock().is_err() {
            return Err(Failure::new(Code::StoreInUse).with("path", data.display()));
        }
        let secrets = secrets::open(data).map_err(secret_failure)?;
        let key = store_key(secrets.as_ref(), data)?;
        let store = Store::open(data, &key, clock)?;
        Ok(Opened { store, secrets, lock })
    }

    pub fn settings(&self) -> Result<DeviceSettings, Failure> {
        self.store.write::<_, Failure>(|unit| Ok(unit.meta("devices")?.unwrap_or_default()))
    }

    pub fn set_settings(&self, settings: &DeviceSettings) -> Result<(), Failure> {
        self.store.write::<_, Failure>(|unit| Ok(unit.set_meta("devices", settings)?))
    }
}

pub(crate) fn secret_failure(error: secrets::SecretError) -> Failure {
    Failure::new(Code::Internal).with("detail", error)
}

/// The store's key, made at the first start.
pub(crate) fn store_key(secrets: &dyn Secrets, data: &Path) -> Result<StoreKey, Failure> {
    if let Some(key) = secrets.get(secrets::STORE_KEY).map_err(secret_failure)? {
        return StoreKey::try_from(key.as_slice())
            .map_err(|_| Failure::new(Code::StoreCorrupt).with("detail", "the store's key has not 32 bytes"));
    }
    if data.join("store.db").exists() {
        let detail = "the store is there, its key is not: it belongs to another computer or its keyring was reset";
        return Err(Failure::new(Code::StoreCorrupt).with("detail", detail));
    }
    let mut key: StoreKey = [0; 32];
    getrandom::fill(&mut key).map_err(|e| Failure::new(Code::Internal).with("detail", e))?;
    secrets.set(secrets::STORE_KEY, &key).map_err(secret_failure)?;
    Ok(key)
}

/// `escpos_tcp:HOST:PORT` and the like.
pub fn parse_printer(text: &str) -> Result<PrinterConfig, String> {
    match DeviceConfig::parse(text, Currency::EUR) {
        Ok(DeviceConfig::Printer(printer)) => Ok(printer),
        Ok(_) => Err(format!("\"{text}\" is no printer")),
        Err(error) => Err(error.to_string()),
    }
}

/// `zvt_tcp:HOST:PORT` and the like; the currency is the branch's.
pub fn parse_card(text: &str, currency: Currency) -> Result<CardTerminalConfig, String> {
    match DeviceConfig::parse(text, currency) {
        Ok(DeviceConfig::CardTerminal(card)) => Ok(card),
        Ok(_) => Err(format!("\"{text}\" is no card terminal")),
        Err(error) => Err(error.to_string()),
    }
}

fn address_of(config: &impl Serialize) -> String {
    let value = serde_json::to_value(config).unwrap_or_default();
    value.get("address").and_then(|a| a.as_str()).unwrap_or_default().to_owned()
}
