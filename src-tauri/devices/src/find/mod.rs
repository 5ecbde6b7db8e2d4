//! What hangs on this computer and could be a device: serial ports, printers on USB, and the network when asked to.
//!
//! Looks and does not touch: a serial port is listed and not opened, since what is written to it may start a printer or
//! a payment, and USB is listed without opening anything. On the network a printer is recognised by its answer to a
//! real-time status request, a card terminal only by its open port; it is never registered with. What a person sees of
//! this is put in words elsewhere: a label is what the device says of itself.

mod network;
mod serial;
mod usb;

pub use network::{Limits, Role, Target, hosts_of, networks_of, own_networks, scan};
pub use serial::ports;

use serde::Serialize;

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindOptions {
    pub serial: bool,
    pub usb: bool,
    /// Every address in the private /24 networks of this computer is tried. Only when a person asks for it.
    pub network: bool,
    /// `HOST:PORT`, or `HOST` for the usual ports.
    pub addresses: Vec<String>,
}

impl Default for FindOptions {
    fn default() -> Self {
        FindOptions { serial: true, usb: true, network: false, addresses: Vec::new() }
    }
}

/// What is known of the place where something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundKind {
    /// A serial port; what hangs on it nobody can tell.
    SerialPort,
    /// A USB device of the printer class.
    UsbPrinter,
    /// It answers as a receipt printer.
    NetworkPrinter,
    /// The port of card terminals is open.
    NetworkTerminal,
    /// Something listens at an address that was given, and does not answer as a printer.
    NetworkUnknown,
}

/// What a USB device says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct UsbIdentity {
    pub vendor: u16,
    pub product: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    pub kind: FoundKind,
    /// As the device or the system names it, in no language.
    pub label: String,
    /// The system's name of the port, `VENDOR:PRODUCT`, or `HOST:PORT`.
    pub address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usb: Option<UsbIdentity>,
    /// What it could be, the likeliest first, each to be read by [`crate::DeviceConfig::parse`].
    pub suggestions: Vec<String>,
}

/// Everything that is found now. Bounded in time; the network takes up to five seconds, the rest is at once.
pub fn find(options: &FindOptions) -> Vec<Found> {
    let mut found = Vec::new();
    if options.serial {
        found.extend(serial::find());
    }
    if options.usb {
        found.extend(usb::find());
    }
    let limits = Limits::default();
    let mut targets = network::targets_of(&options.addresses, &limits);
    if options.network {
        targets.extend(hosts_of(&own_networks()));
    }
    found.extend(scan(&targets, &limits));
    found
}

impl UsbIdentity {
    fn address(&self) -> String {
        format!("{:04x}:{:04x}", self.vendor, self.product)
    }

    /// Maker and name, or the numbers where it has neither.
    fn label(&self) -> String {
        let words = [&self.manufacturer, &self.name].map(|part| part.as_deref().unwrap_or_default().trim());
        let [maker, name] = words;
        let label = if name.starts_with(maker) { name.to_owned() } else { format!("{maker} {name}") };
        if label.trim().is_empty() { self.address() } else { label.trim().to_owned() }
    }
}
