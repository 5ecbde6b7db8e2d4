//! Serial ports as the system lists them; nothing is opened.

use super::{Found, FoundKind, UsbIdentity};
use serialport::{SerialPortInfo, SerialPortType};
use std::path::{Path, PathBuf};

/// Makers whose devices on a serial port are of one kind, by their USB vendor number.
const PRINTER_MAKERS: [u16; 5] = [0x04B8, 0x0519, 0x1504, 0x1D90, 0x0DD4];
const TERMINAL_MAKERS: [u16; 2] = [0x11CA, 0x0B00];
const SCANNER_MAKERS: [u16; 4] = [0x0C2E, 0x05E0, 0x05F9, 0x1EAB];

/// What a serial port can have at its other end, with the speed such devices are delivered with.
const KINDS: [(&str, u32, &[u16]); 4] = [
    ("escpos_serial", 19_200, &PRINTER_MAKERS),
    ("zvt_serial", 9_600, &TERMINAL_MAKERS),
    ("scanner_serial", 9_600, &SCANNER_MAKERS),
    ("display_serial", 9_600, &[]),
];

pub(super) fn find() -> Vec<Found> {
    // The library takes it for granted and would panic; a container may have none.
    if cfg!(target_os = "linux") && !Path::new("/sys/class/tty").is_dir() {
        return Vec::new();
    }
    match serialport::available_ports() {
        Ok(listed) => ports(listed, &lasting_names()),
        Err(error) => {
            tracing::warn!(%error, "the serial ports could not be listed");
            Vec::new()
        }
    }
}

/// `listed` as devices, under the names that last where there are any: which port is `ttyUSB0` depends on the order in
/// which they were plugged in. `lasting` has name and port.
pub fn ports(listed: Vec<SerialPortInfo>, lasting: &[(PathBuf, PathBuf)]) -> Vec<Found> {
    let mut found: Vec<Found> = listed
        .into_iter()
        // On macOS every port is there twice, and this one waits for a carrier that no device here has.
        .filter(|port| !port.port_name.starts_with("/dev/tty."))
        .map(|port| {
            let lasts = lasting.iter().find(|(_, target)| target.as_path() == Path::new(&port.port_name));
            let path = lasts.map_or(port.port_name.clone(), |(name, _)| name.display().to_string());
            found_at(port, &path)
        })
        .collect();
    found.sort_by(|one, other| one.address.cmp(&other.address));
    found
}

fn found_at(port: SerialPortInfo, path: &str) -> Found {
    let usb = match port.port_type {
        SerialPortType::UsbPort(info) => Some(UsbIdentity {
            vendor: info.vid,
            product: info.pid,
            serial: info.serial_number,
            manufacturer: info.manufacturer,
            name: info.product,
        }),
        _ => None,
    };
    let label = match &usb {
        Some(usb) => format!("{} ({})", usb.label(), port.port_name),
        None => port.port_name.clone(),
    };
    Found { kind: FoundKind::SerialPort, label, address: port.port_name, suggestions: suggestions(path, &usb), usb }
}

fn suggestions(path: &str, usb: &Option<UsbIdentity>) -> Vec<String> {
    let mut kinds = KINDS;
    if let Some(usb) = usb {
        kinds.sort_by_key(|(_, _, makers)| !makers.contains(&usb.vendor));
    }
    kinds.iter().map(|(kind, baud, _)| format!("{kind}:{path}@{baud}")).collect()
}

/// Links that udev makes on Linux, by maker and serial number, with the ports they lead to.
fn lasting_names() -> Vec<(PathBuf, PathBuf)> {
    let entries = std::fs::read_dir("/dev/serial/by-id").into_iter().flatten().flatten();
    entries.filter_map(|entry| Some((entry.path(), entry.path().canonicalize().ok()?))).collect()
}
