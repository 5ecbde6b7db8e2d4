//! The devices of this terminal: which there are, how they are, adding, trying and assigning them, and the drawer.

use super::desk::Health;
use super::{App, cause_name, lock};
use crate::fittings::{Device, DeviceSettings, DriverFacts, Ports, Workshop};
use crate::printing::test_page;
use crate::store::JobKind;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use salon_contract::window::{
    Code, CustomerScreen, DeviceRole, DeviceView, DeviceWords, DevicesView, Done, Failure, FoundDevice, Notice,
    SaveDevice,
};
use salon_domain::access::Permission;
use salon_ports::{Bitmap, CardAbilities, PortError};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// The option that is never shown; leaving it empty keeps what it was.
const PASSWORD: &str = "password";

/// How long a scanner that is tried waits for somebody to scan something.
const SCAN_WAIT: Duration = Duration::from_secs(10);

impl App {
    /// Takes on the devices in the store's settings. Called once after opening, and after each change.
    pub(crate) fn fit(&self, workshop: Arc<dyn Workshop>, settings: DeviceSettings) {
        let trouble = self.desk.trouble();
        self.desk.fit(ports_of(workshop.as_ref(), &settings));
        // Of the devices that were here; those that are now are looked at in a moment.
        trouble.iter().for_each(|past| self.notify(&Notice::DeviceWell { role: past.role, warning: None }));
        *lock(&self.settings) = settings;
        *lock(&self.workshop) = Some(workshop);
        self.wake_watch();
    }

    fn workshop(&self) -> Result<Arc<dyn Workshop>, Failure> {
        // A till that was put together by hand has no devices to manage.
        lock(&self.workshop).clone().ok_or_else(|| Failure::new(Code::NoDevice))
    }

    pub(super) fn devices(&self) -> Result<DevicesView, Failure> {
        let settings = lock(&self.settings).clone();
        let workshop = lock(&self.workshop).clone();
        let devices = settings.devices.iter().map(|device| self.device_view(workshop.as_deref(), device)).collect();
        Ok(DevicesView {
            devices,
            has_logo: self.logo().is_some(),
            print_queue: self.store.queued_jobs()?,
            print_unsure: self.store.unsure_jobs()?,
            training: self.training,
        })
    }

    fn device_view(&self, workshop: Option<&dyn Workshop>, device: &Device) -> DeviceView {
        let facts = workshop.and_then(|workshop| workshop.facts(&device.driver));
        let health = if device.assigned { self.desk.health(device.role) } else { Health::default() };
        let works_with_cards = device.assigned && device.role == DeviceRole::CardTerminal;
        let abilities = if works_with_cards { self.card_abilities() } else { CardAbilities::default() };
        let fault = match &facts {
            Some(_) => health.fault.map(cause_name),
            None => Some("unsupported".to_owned()),
        };
        let DriverFacts { kind, address, mut options, .. } = facts.unwrap_or_else(|| unknown_driver(device.role));
        if let Some(password) = options.get_mut(PASSWORD) {
            password.clear();
        }
        DeviceView {
            id: device.id,
            name: device.name.clone(),
            role: device.role,
            kind,
            address,
            assigned: device.assigned,
            options,
            well: fault.is_none(),
            fault,
            warning: health.warning(),
            abilities: ability_names(abilities),
        }
    }

    pub(super) fn find_devices(&self, network: bool) -> Result<Vec<FoundDevice>, Failure> {
        self.require(Permission::DeviceManage)?;
        let workshop = self.workshop()?;
        let known: Vec<DriverFacts> =
            lock(&self.settings).devices.iter().filter_map(|device| workshop.facts(&device.driver)).collect();
        let mut found = workshop.find(network);
        for device in &mut found {
            device.known = known.iter().any(|facts| {
                let name = format!("{}:{}", facts.kind, facts.address);
                // A serial port is the same at another speed.
                device.drivers.iter().any(|driver| without_speed(driver) == without_speed(&name))
            });
        }
        Ok(found)
    }

    pub(super) fn save_device(&self, wanted: &SaveDevice) -> Result<DevicesView, Failure> {
        self.require(Permission::DeviceManage)?;
        let workshop = self.workshop()?;
        let currency = self.catalog()?.branch.currency;
        let settings = lock(&self.settings).clone();
        let before = wanted.id.map(|id| settings.find(id).cloned().ok_or(Code::NotFound)).transpose()?;
        let mut options = wanted.options.clone();
        let keeps_password = options.get(PASSWORD).is_some_and(String::is_empty);
        if keeps_password {
            options.remove(PASSWORD);
        }
        let bad = |detail: String| Failure::new(Code::BadInput).with("field", "driver").with("detail", detail);
        let mut driver = workshop.driver(&wanted.driver, &options, currency).map_err(bad)?;
        if keeps_password
            && let Some(old) = before.as_ref().and_then(|before| before.driver.pointer("/driver/password"))
        {
            driver["driver"][PASSWORD] = old.clone();
        }
        let facts = workshop.facts(&driver).ok_or_else(|| bad("no such driver".into()))?;
        let name = wanted.name.trim();
        if name.chars().count() > 60 {
            return Err(Failure::new(Code::BadInput).with("field", "name"));
        }
        let free = settings.assigned(facts.role).is_none();
        let assigned = before.as_ref().map_or(free, |before| before.assigned && before.role == facts.role);
        self.change_devices(Some(wanted.key), |settings, unit_id| {
            let id = wanted.id.unwrap_or(unit_id);
            settings.put(Device { id, name: name.to_owned(), role: facts.role, assigned, driver: driver.clone() });
        })
    }

    pub(super) fn assign_device(&self, id: Uuid, assigned: bool) -> Result<DevicesView, Failure> {
        self.require(Permission::DeviceManage)?;
        self.change_devices(None, |settings, _| settings.assign(id, assigned))
    }

    pub(super) fn remove_device(&self, id: Uuid) -> Result<DevicesView, Failure> {
        self.require(Permission::DeviceManage)?;
        self.change_devices(None, |settings, _| settings.remove(id))
    }

    pub(super) fn restore_device(&self, id: Uuid) -> Result<DevicesView, Failure> {
        self.require(Permission::DeviceManage)?;
        self.change_devices(None, |settings, _| settings.restore(id))
    }

    /// Writes the settings, then puts the ports in place. Not while a card payment runs: its port is in use. In
    /// training the devices are simulated ones, and the settings are those of the real till.
    fn change_devices(
        &self,
        key: Option<Uuid>,
        change: impl Fn(&mut DeviceSettings, Uuid),
    ) -> Result<DevicesView, Failure> {
        if self.training {
            return Err(Failure::new(Code::NotAllowed).with("permission", "training"));
        }
        let workshop = self.workshop()?;
        // Until the new ports are in place: a payment that began in between could not be cancelled any more.
        let _reserved = self.reserve_card()?;
        let changed = self.store.write::<_, Failure>(|unit| {
            if let Some(key) = key {
                if unit.done_before::<bool>(key)?.is_some() {
                    return Ok(None);
                }
                unit.mark_done(key, &true)?;
            }
            let mut settings = unit.device_settings()?;
            let id = unit.id::<()>().uuid();
            change(&mut settings, id);
            unit.set_device_settings(&settings)?;
            Ok(Some(settings))
        })?;
        if let Some(settings) = changed {
            self.fit(workshop, settings);
        }
        self.devices()
    }

    /// Tries a device, whether it is assigned or not. An assigned one's port is in use, and is the one that is tried.
    pub(super) fn test_device(&self, id: Uuid) -> Result<DeviceWords, Failure> {
        let device = lock(&self.settings).find(id).cloned().ok_or(Code::NotFound)?;
        let mut spare = if device.assigned { Ports::default() } else { self.workshop()?.ports(&[&device]) };
        let failed = |error: &PortError| device_failure(device.role, error);
        let lines = match device.role {
            DeviceRole::Printer => {
                let branch = self.catalog()?.branch.name.clone();
                let mut port = lock(&self.desk.printer);
                let port = if device.assigned { port.as_mut() } else { spare.printer.as_mut() };
                let tried = port.ok_or(Code::NoDevice)?.print(&test_page(&branch));
                if device.assigned {
                    self.set_health(
                        device.role,
                        Health::of_printer(&tried.as_ref().map(|p| p.state).map_err(Clone::clone)),
                    );
                }
                let printed = tried.map_err(|error| failed(&error))?;
                printed.notes.iter().map(crate::printing::note_text).collect()
            }
            DeviceRole::CardTerminal => {
                let tried = match spare.card.as_mut() {
                    Some(port) => port.test(),
                    None => self.take_card()?.port()?.test(),
                };
                if device.assigned {
                    let health = tried.as_ref().err().map_or_else(Health::default, |e| Health::faulty(e.cause()));
                    self.set_health(device.role, health);
                }
                tried.map_err(|error| failed(&error))?;
                Vec::new()
            }
            DeviceRole::Display => {
                let name = self.catalog()?.branch.name.clone();
                match spare.display.as_mut() {
                    Some(port) => port.show(&name, "12345678901234567890").map_err(|error| failed(&error))?,
                    None => self.show_later(&name, "12345678901234567890"),
                }
                Vec::new()
            }
            DeviceRole::Scanner => match spare.scanner.as_mut() {
                Some(port) => {
                    let read = port.read(SCAN_WAIT).map_err(|error| failed(&error))?;
                    read.map(|text| crate::scanning::for_people(&text)).into_iter().collect()
                }
                None => Vec::new(),
            },
        };
        Ok(DeviceWords { lines })
    }

    /// The picture at the head of receipts.
    pub(crate) fn logo(&self) -> Option<Bitmap> {
        lock(&self.settings).logo.clone()
    }

    pub(super) fn save_logo(&self, png: Option<&str>) -> Result<Done, Failure> {
        self.require(Permission::DeviceManage)?;
        let workshop = self.workshop()?;
        let bad =
            |detail: &dyn std::fmt::Display| Failure::new(Code::BadInput).with("field", "logo").with("detail", detail);
        let bytes = png.map(|text| STANDARD.decode(text).map_err(|error| bad(&error))).transpose()?;
        let logo = bytes.map(|bytes| workshop.logo(&bytes).map_err(|error| bad(&error))).transpose()?;
        self.store.write::<_, Failure>(|unit| {
            let mut settings = unit.device_settings()?;
            settings.logo = logo.clone();
            Ok(unit.set_device_settings(&settings)?)
        })?;
        lock(&self.settings).logo = logo;
        Ok(Done {})
    }

    pub(super) fn show_display(&self, upper: &str, lower: &str, screen: CustomerScreen) -> Done {
        self.show_later(upper, lower);
        self.show_on_screen(screen);
        Done {}
    }

    pub(super) fn open_drawer(&self, key: Uuid, reason: &str) -> Result<Done, Failure> {
        let user = self.require(Permission::TillOpenClose)?;
        if reason.trim().is_empty() {
            return Err(Failure::new(Code::BadInput).with("field", "reason"));
        }
        self.store.write::<_, Failure>(|unit| {
            if unit.done_before::<bool>(key)?.is_some() {
                return Ok(Done {});
            }
            let session = unit.open_session()?.ok_or(Code::TillClosed)?;
            let opened =
                salon_domain::payment::DrawerOpened { session: session.session, reason: reason.trim().to_owned() };
            let what = salon_domain::event::Happening::DrawerOpened(opened);
            unit.journal(session.session.uuid(), what, user, key)?;
            unit.queue_print(JobKind::Drawer, &[], false)?;
            unit.mark_done(key, &true)?;
            Ok(Done {})
        })
    }
}

fn ports_of(workshop: &dyn Workshop, settings: &DeviceSettings) -> Ports {
    let assigned: Vec<&Device> = settings.devices.iter().filter(|device| device.assigned).collect();
    workshop.ports(&assigned)
}

fn unknown_driver(role: DeviceRole) -> DriverFacts {
    DriverFacts { role, kind: String::new(), address: String::new(), options: Default::default() }
}

fn without_speed(driver: &str) -> &str {
    driver.rsplit_once('@').map_or(driver, |(port, _)| port)
}

fn ability_names(abilities: CardAbilities) -> Vec<String> {
    let all = [
        (abilities.end_of_day, "end_of_day"),
        (abilities.diagnosis, "diagnosis"),
        (abilities.repeat_receipt, "repeat_receipt"),
        (abilities.refund, "refund"),
        (abilities.reversal, "reversal"),
    ];
    all.into_iter().filter(|(able, _)| *able).map(|(_, name)| name.to_owned()).collect()
}

pub(super) fn device_failure(role: DeviceRole, error: &PortError) -> Failure {
    let device = serde_json::to_value(role).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
    Failure::new(Code::Device).with("device", device).with("cause", cause_name(error.cause()))
}
