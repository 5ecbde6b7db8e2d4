//! The composition root: the only place that names concrete devices, keyrings and clocks.

use crate::app::App;
use crate::clock::{Clock, SystemClock};
use crate::fittings::{Device, DeviceSettings, DriverFacts, Ports, Workshop};
use crate::secrets::{self, Secrets};
use crate::server_line::ServerLine;
use crate::store::{Store, StoreKey};
use crate::{card_server, messaging, printing, scanning, syncing, watching};
use salon_contract::window::{Code, DeviceRole, Failure, FoundDevice};
use salon_devices::DeviceConfig;
use salon_devices::find::{FindOptions, find};
use salon_devices::sim::{CardSim, CardSimOptions, PrinterSim, PrinterSimOptions};
use salon_devices::stripe::CardServer;
use salon_domain::kernel::Currency;
use salon_ports::Bitmap;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How a terminal is put together.
pub struct AppConfig {
    pub data: PathBuf,
    pub clock: Arc<dyn Clock>,
    /// Print jobs are printed, and devices looked after, by threads of their own.
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

impl App {
    /// Opens the terminal in `config.data` and starts its background threads.
    pub fn open(config: AppConfig) -> Result<Arc<App>, Failure> {
        let opened = Opened::new(&config.data, config.clock)?;
        let settings = opened.settings()?;
        let in_file = opened.secrets.in_file();
        // Without its key a till still sells; what needs the server says so at its use.
        let server = card_server::connect(&opened.store, opened.secrets.as_ref()).unwrap_or_else(|failure| {
            tracing::warn!(%failure, "card readers that the server drives cannot be used");
            None
        });
        let Opened { store, secrets, lock } = opened;
        let app = App::new(store, Ports::default(), salon_devices::escpos::layout, in_file)?;
        app.hold(lock);
        app.fit(Arc::new(DeviceWorkshop { server }), settings);
        if config.print {
            printing::start(&app);
            watching::start(&app);
            scanning::start(&app);
        }
        if config.sync {
            syncing::start(&app, secrets.as_ref())?;
            if let Some(line) = ServerLine::of(app.store(), secrets.as_ref())? {
                messaging::start(&app, Box::new(line));
            }
        }
        Ok(app)
    }
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
        let lock = File::options().create(true).truncate(false).write(true).open(data.join(LOCK)).map_err(io)?;
        if lock.try_lock().is_err() {
            return Err(Failure::new(Code::StoreInUse).with("path", data.display()));
        }
        let secrets = secrets::open(data).map_err(secret_failure)?;
        let key = store_key(secrets.as_ref(), data)?;
        let store = Store::open(data, &key, clock)?;
        Ok(Opened { store, secrets, lock })
    }

    pub fn settings(&self) -> Result<DeviceSettings, Failure> {
        self.store.write::<_, Failure>(|unit| Ok(unit.device_settings()?))
    }

    pub fn set_settings(&self, settings: &DeviceSettings) -> Result<(), Failure> {
        self.store.write::<_, Failure>(|unit| Ok(unit.set_device_settings(settings)?))
    }

    /// Adds the device `KIND:ADDRESS` and gives it its role's work, or changes the one at that address. `only` takes all
    /// others of its role away.
    pub fn add_device(
        &self,
        text: &str,
        name: &str,
        options: &[(String, String)],
        currency: Currency,
        only: bool,
    ) -> Result<Device, Failure> {
        let bad = |detail: String| Failure::new(Code::BadInput).with("field", "device").with("detail", detail);
        let workshop = DeviceWorkshop::default();
        let options = options.iter().cloned().collect();
        let driver = workshop.driver(text, &options, currency).map_err(bad)?;
        let facts = workshop.facts(&driver).ok_or_else(|| bad(format!("\"{text}\" is no device")))?;
        self.store.write::<_, Failure>(|unit| {
            let mut settings = unit.device_settings()?;
            if only {
                settings.devices.retain(|device| device.role != facts.role);
            }
            let same = |device: &&Device| {
                let known = workshop.facts(&device.driver);
                known.is_some_and(|known| known.kind == facts.kind && known.address == facts.address)
            };
            let known = settings.devices.iter().find(same).map(|device| device.id);
            let id = known.unwrap_or_else(|| unit.id::<()>().uuid());
            let device = Device { id, name: name.to_owned(), role: facts.role, assigned: true, driver: driver.clone() };
            settings.put(device.clone());
            unit.set_device_settings(&settings)?;
            Ok(device)
        })
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

/// A copy of a till to practise on: its store in a folder of its own, never synced, and simulated devices that speak the
/// real protocols. Everything of it is gone when practice ends.
pub struct Practice {
    pub app: Arc<App>,
    _printer: PrinterSim,
    _card: CardSim,
}

const PRACTICE: &str = "training";

/// Keeps a second copy of the program out.
const LOCK: &str = "lock";

impl Practice {
    pub fn begin(real: &App, data: &Path) -> Result<Practice, Failure> {
        let folder = data.join(PRACTICE);
        Practice::sweep(data);
        let broken = |error: &dyn std::fmt::Display| Failure::new(Code::Internal).with("detail", error);
        std::fs::create_dir_all(&folder).map_err(|error| broken(&error))?;
        real.store().copy_to(&folder.join("store.db"))?;
        let secrets = secrets::open(data).map_err(secret_failure)?;
        let key = store_key(secrets.as_ref(), data)?;
        let store = Store::open(&folder, &key, real.store().clock().clone())?;
        store.write::<_, Failure>(|unit| Ok(unit.begin_training()?))?;
        let currency = real.catalog()?.branch.currency;
        let printer = PrinterSim::start(PrinterSimOptions::default()).map_err(|error| broken(&error))?;
        let card = CardSimOptions { currency, delay: PRACTICE_DELAY, ..CardSimOptions::default() };
        let card = CardSim::start(card).map_err(|error| broken(&error))?;
        let app = App::new(store, Ports::default(), salon_devices::escpos::layout, secrets.in_file())?;
        let workshop = DeviceWorkshop::default();
        let mut settings = DeviceSettings::default();
        for text in [format!("escpos_tcp:{}", printer.address()), format!("zvt_tcp:{}", card.address())] {
            let driver = workshop.driver(&text, &BTreeMap::new(), currency).map_err(|error| broken(&error))?;
            let facts = workshop.facts(&driver).ok_or_else(|| broken(&text))?;
            let id = Uuid::from_u128(facts.role as u128 + 1);
            settings.put(Device { id, name: String::new(), role: facts.role, assigned: true, driver });
        }
        app.fit(Arc::new(workshop), settings);
        if let Some(person) = real.who() {
            app.act_as(person);
        }
        printing::start(&app);
        watching::start(&app);
        Ok(Practice { app, _printer: printer, _card: card })
    }

    pub fn end(self) {
        App::close(self.app);
    }

    /// Removes what practice has left when the program ended without ending it. Not while another program has the till:
    /// it may be somebody's practice of this moment.
    pub fn sweep_left(data: &Path) {
        if !data.join(PRACTICE).exists() {
            return;
        }
        // Let go of at the end of this function, as the file is closed.
        let lock = File::options().create(true).truncate(false).write(true).open(data.join(LOCK));
        if lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
            Practice::sweep(data);
        }
    }

    /// Removes what practice has left.
    pub fn sweep(data: &Path) {
        let folder = data.join(PRACTICE);
        if folder.exists()
            && let Err(error) = std::fs::remove_dir_all(&folder)
        {
            tracing::warn!(%error, folder = %folder.display(), "what practice left is still there");
        }
    }
}

/// Between two states of a practice payment: time to read them.
const PRACTICE_DELAY: Duration = Duration::from_millis(600);

/// Makes the real devices.
#[derive(Default)]
pub struct DeviceWorkshop {
    /// For card readers that the sync server drives.
    server: Option<Arc<dyn CardServer>>,
}

/// Settings that say where a device is; all others are options.
const PLACE: [&str; 8] = ["kind", "address", "path", "baud", "vendor", "product", "serial", "reader"];

impl Workshop for DeviceWorkshop {
    fn driver(&self, text: &str, options: &BTreeMap<String, String>, currency: Currency) -> Result<Value, String> {
        let config = DeviceConfig::parse(text, currency).map_err(|error| error.to_string())?;
        let mut value = serde_json::to_value(&config).map_err(|error| error.to_string())?;
        let settings = value.get_mut("driver").and_then(Value::as_object_mut);
        let settings = settings.ok_or_else(|| format!("\"{text}\" has no settings"))?;
        for (name, given) in options {
            set_option(settings, name, given)?;
        }
        let config: DeviceConfig = serde_json::from_value(value).map_err(|error| error.to_string())?;
        serde_json::to_value(&config).map_err(|error| error.to_string())
    }

    fn facts(&self, driver: &Value) -> Option<DriverFacts> {
        let config: DeviceConfig = serde_json::from_value(driver.clone()).ok()?;
        let options = driver.get("driver").and_then(Value::as_object)?.iter();
        let options = options.filter(|(name, value)| !PLACE.contains(&name.as_str()) && !value.is_object());
        Some(DriverFacts {
            role: role_of(&config),
            kind: config.kind().to_owned(),
            address: config.address(),
            options: options.map(|(name, value)| (name.clone(), option_text(value))).collect(),
        })
    }

    fn ports(&self, devices: &[&Device]) -> Ports {
        let mut ports = Ports::default();
        for device in devices {
            match serde_json::from_value::<DeviceConfig>(device.driver.clone()) {
                Ok(DeviceConfig::Printer(config)) => {
                    ports.printer = Some(salon_devices::printer(&config));
                    ports.drawer = Some(salon_devices::drawer(&config));
                }
                Ok(DeviceConfig::CardTerminal(config)) => {
                    ports.card = Some(salon_devices::card_terminal(&config, self.server.clone()));
                }
                Ok(DeviceConfig::Scanner(config)) => ports.scanner = Some(salon_devices::scanner(&config)),
                Ok(DeviceConfig::Display(config)) => ports.display = Some(salon_devices::display(&config)),
                Err(error) => tracing::warn!(device = %device.id, %error, "a device of another version is left alone"),
            }
        }
        ports
    }

    fn logo(&self, png: &[u8]) -> Result<Bitmap, String> {
        salon_devices::logo::from_png(png).map_err(|error| error.to_string())
    }

    fn find(&self, network: bool) -> Vec<FoundDevice> {
        let found = find(&FindOptions { network, ..FindOptions::default() });
        found
            .into_iter()
            .map(|found| FoundDevice { label: found.label, drivers: found.suggestions, known: false })
            .collect()
    }
}

fn role_of(config: &DeviceConfig) -> DeviceRole {
    match config {
        DeviceConfig::Printer(_) => DeviceRole::Printer,
        DeviceConfig::CardTerminal(_) => DeviceRole::CardTerminal,
        DeviceConfig::Scanner(_) => DeviceRole::Scanner,
        DeviceConfig::Display(_) => DeviceRole::Display,
    }
}

/// Puts an option in as what it is: a number, a yes or no, or text.
fn set_option(settings: &mut Map<String, Value>, name: &str, given: &str) -> Result<(), String> {
    let known = settings.get_mut(name).filter(|_| !PLACE.contains(&name));
    let value = known.ok_or_else(|| format!("there is no option \"{name}\" for this device"))?;
    let bad = || format!("\"{given}\" is nothing that \"{name}\" can be");
    *value = match value {
        Value::Bool(_) => Value::Bool(given.parse().map_err(|_| bad())?),
        Value::Number(_) => Value::from(given.parse::<u64>().map_err(|_| bad())?),
        _ => Value::from(given),
    };
    Ok(())
}

fn option_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
