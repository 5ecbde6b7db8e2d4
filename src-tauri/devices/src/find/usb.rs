//! Printers on USB, from the system's list; nothing is opened, so no permission is needed.

use super::{Found, FoundKind, UsbIdentity};
use crate::stream::CLASS_PRINTER;
use nusb::{DeviceInfo, MaybeFuture};

pub(super) fn find() -> Vec<Found> {
    match nusb::list_devices().wait() {
        Ok(devices) => devices.filter(is_printer).map(|device| found(identity(&device))).collect(),
        Err(error) => {
            tracing::debug!(%error, "USB devices could not be listed");
            Vec::new()
        }
    }
}

fn is_printer(device: &DeviceInfo) -> bool {
    device.class() == CLASS_PRINTER || device.interfaces().any(|interface| interface.class() == CLASS_PRINTER)
}

fn identity(device: &DeviceInfo) -> UsbIdentity {
    UsbIdentity {
        vendor: device.vendor_id(),
        product: device.product_id(),
        serial: device.serial_number().map(str::to_owned),
        manufacturer: device.manufacturer_string().map(str::to_owned),
        name: device.product_string().map(str::to_owned),
    }
}

/// With its serial number, which tells two of a kind apart.
fn found(usb: UsbIdentity) -> Found {
    let link = crate::Link::Usb { vendor: usb.vendor, product: usb.product, serial: usb.serial.clone() };
    Found {
        kind: FoundKind::UsbPrinter,
        label: usb.label(),
        address: usb.address(),
        suggestions: vec![format!("escpos_usb:{link}")],
        usb: Some(usb),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printer_is_named_by_what_it_says_of_itself() {
        let named = UsbIdentity {
            vendor: 0x04B8,
            product: 0x0E15,
            serial: Some("J5KF010203".into()),
            manufacturer: Some("EPSON".into()),
            name: Some("TM-T20II".into()),
        };
        let found_named = found(named.clone());
        assert_eq!(found_named.label, "EPSON TM-T20II");
        assert_eq!(found_named.suggestions, ["escpos_usb:04b8:0e15:J5KF010203"]);
        let twice = UsbIdentity { name: Some("EPSON TM-T20II".into()), ..named };
        assert_eq!(found(twice).label, "EPSON TM-T20II");
        let nameless = UsbIdentity { vendor: 0x0416, product: 0x5011, ..UsbIdentity::default() };
        assert_eq!(found(nameless.clone()).label, "0416:5011");
        assert_eq!(found(nameless).suggestions, ["escpos_usb:0416:5011"]);
    }
}
