//! The devices of this terminal as its store keeps them, and what the composition root does for the use cases that
//! manage them. No concrete device is named here: a driver's settings are JSON that only the workshop reads.

use salon_contract::window::{DeviceRole, FoundDevice};
use salon_domain::kernel::Currency;
use salon_ports::{Bitmap, CardPort, DisplayPort, DrawerPort, PrinterPort, ScannerPort};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A device that somebody added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Device {
    pub id: Uuid,
    pub name: String,
    pub role: DeviceRole,
    /// Does its role's work at this terminal; one a role.
    pub assigned: bool,
    /// The driver's settings.
    pub driver: Value,
}

/// More than anybody removes by mistake.
const REMOVED_MAX: usize = 8;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DeviceSettings {
    #[serde(default)]
    pub devices: Vec<Device>,
    /// The last ones that were removed, so that it can be undone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    removed: Vec<Device>,
    /// At the head of receipts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Bitmap>,
    /// As the first version wrote them, one of each.
    #[serde(default, skip_serializing)]
    printer: Option<Value>,
    #[serde(default, skip_serializing)]
    card: Option<Value>,
}

impl DeviceSettings {
    /// What an older version wrote, in today's form.
    #[must_use]
    pub fn in_todays_form(mut self) -> Self {
        let old = [(DeviceRole::Printer, self.printer.take()), (DeviceRole::CardTerminal, self.card.take())];
        for (role, driver) in old {
            let Some(old) = driver.filter(|driver| !driver.is_null()) else { continue };
            let driver = serde_json::json!({ "device": role, "driver": old });
            // The same id at every start until the settings are written again.
            let id = Uuid::from_u128(role as u128 + 1);
            self.devices.push(Device { id, name: String::new(), role, assigned: true, driver });
        }
        self
    }

    pub fn assigned(&self, role: DeviceRole) -> Option<&Device> {
        self.devices.iter().find(|device| device.assigned && device.role == role)
    }

    pub fn find(&self, id: Uuid) -> Option<&Device> {
        self.devices.iter().find(|device| device.id == id)
    }

    /// Adds a device or changes the one with its id.
    pub fn put(&mut self, device: Device) {
        if device.assigned {
            self.devices.iter_mut().filter(|d| d.role == device.role).for_each(|d| d.assigned = false);
        }
        match self.devices.iter_mut().find(|d| d.id == device.id) {
            Some(known) => *known = device,
            None => self.devices.push(device),
        }
    }

    pub fn remove(&mut self, id: Uuid) {
        let Some(at) = self.devices.iter().position(|device| device.id == id) else { return };
        self.removed.push(self.devices.remove(at));
        let extra = self.removed.len().saturating_sub(REMOVED_MAX);
        self.removed.drain(..extra);
    }

    /// Undoes a removal; the device has its work again unless another has it by now.
    pub fn restore(&mut self, id: Uuid) {
        let Some(at) = self.removed.iter().position(|device| device.id == id) else { return };
        let mut device = self.removed.remove(at);
        device.assigned &= self.assigned(device.role).is_none();
        self.put(device);
    }

    /// Gives a role's work to one device, or takes it away.
    pub fn assign(&mut self, id: Uuid, assigned: bool) {
        let Some(role) = self.find(id).map(|device| device.role) else { return };
        for device in self.devices.iter_mut().filter(|device| device.role == role) {
            device.assigned = assigned && device.id == id;
        }
    }
}

/// The ports that do the work of this terminal.
#[derive(Default)]
pub struct Ports {
    pub printer: Option<Box<dyn PrinterPort>>,
    pub drawer: Option<Box<dyn DrawerPort>>,
    pub card: Option<Box<dyn CardPort>>,
    pub display: Option<Box<dyn DisplayPort>>,
    pub scanner: Option<Box<dyn ScannerPort>>,
}

/// What a driver's settings say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriverFacts {
    pub role: DeviceRole,
    /// `escpos_tcp`, …
    pub kind: String,
    pub address: String,
    /// What can be set, with the value that it has.
    pub options: BTreeMap<String, String>,
}

/// Makes ports out of settings. The composition root implements it; nothing connects before it is used.
pub trait Workshop: Send + Sync {
    /// Settings from `KIND:ADDRESS` and options by name; the error says what is wrong with them and with which.
    fn driver(&self, text: &str, options: &BTreeMap<String, String>, currency: Currency) -> Result<Value, String>;

    /// `None` when the settings are those of a driver that this version does not know.
    fn facts(&self, driver: &Value) -> Option<DriverFacts>;

    /// The ports of these devices. One whose driver this version does not know is left out.
    fn ports(&self, devices: &[&Device]) -> Ports;

    /// A PNG as the dots of a receipt; the error says why it is none.
    fn logo(&self, png: &[u8]) -> Result<Bitmap, String>;

    /// Looks around. `network` looks through the local network too.
    fn find(&self, network: bool) -> Vec<FoundDevice>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(n: u128, role: DeviceRole, assigned: bool) -> Device {
        Device { id: Uuid::from_u128(n), name: format!("device {n}"), role, assigned, driver: Value::Null }
    }

    #[test]
    fn one_device_does_a_role_s_work() {
        let mut settings = DeviceSettings::default();
        settings.put(device(1, DeviceRole::Printer, true));
        settings.put(device(2, DeviceRole::Printer, true));
        settings.put(device(3, DeviceRole::Scanner, true));
        assert_eq!(settings.assigned(DeviceRole::Printer).map(|d| d.id), Some(Uuid::from_u128(2)));
        settings.assign(Uuid::from_u128(1), true);
        assert_eq!(settings.devices.iter().filter(|d| d.assigned).count(), 2);
        assert_eq!(settings.assigned(DeviceRole::Printer).map(|d| d.id), Some(Uuid::from_u128(1)));
    }

    #[test]
    fn a_removal_is_undone_whole() {
        let mut settings = DeviceSettings::default();
        settings.put(device(1, DeviceRole::Printer, true));
        let before = settings.clone();
        settings.remove(Uuid::from_u128(1));
        assert!(settings.devices.is_empty());
        settings.restore(Uuid::from_u128(1));
        assert_eq!(settings, before);
        settings.remove(Uuid::from_u128(1));
        settings.put(device(2, DeviceRole::Printer, true));
        settings.restore(Uuid::from_u128(1));
        assert_eq!(settings.assigned(DeviceRole::Printer).map(|d| d.id), Some(Uuid::from_u128(2)));
    }

    #[test]
    fn settings_of_the_first_version_are_read() {
        let old = r#"{"printer":{"kind":"escpos_tcp","address":"192.0.2.1:9100"},"card":null}"#;
        let settings = serde_json::from_str::<DeviceSettings>(old).unwrap().in_todays_form();
        assert_eq!(settings.devices.len(), 1);
        assert_eq!(settings.devices[0].driver["driver"]["address"], "192.0.2.1:9100");
        let again: DeviceSettings = serde_json::from_str(&serde_json::to_string(&settings).unwrap()).unwrap();
        assert_eq!(again.in_todays_form(), settings);
    }
}
