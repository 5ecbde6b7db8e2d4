//! Adding, changing, assigning, removing and trying devices.

use crate::rig::{Enrolled, Till, key, receptionist};
use salon_contract::window::{
    AssignDevice, Code, DeviceRole, DeviceView, Devices, DevicesView, FindDevices, RemoveDevice, RestoreDevice,
    SaveDevice, TestDevice,
};
use salon_devices::sim::{PrinterSim, PrinterSimOptions};
use salon_terminal::compose::Opened;
use std::collections::BTreeMap;
use std::time::Duration;

fn only(view: &DevicesView) -> &DeviceView {
    let [device] = view.devices.as_slice() else { panic!("{view:?}") };
    device
}

#[test]
fn settings_that_an_older_version_wrote_are_read() {
    let enrolled = Enrolled::new();
    let opened = Opened::new(&enrolled.dir, enrolled.clock.clone()).unwrap();
    let old = serde_json::json!({
        "printer": {"kind": "escpos_tcp", "address": "192.0.2.1:9100"},
        "card": {"kind": "zvt_tcp", "address": "192.0.2.2:20007", "currency": "EUR"},
    });
    let write = opened.store.write::<_, salon_terminal::store::StoreError>(|unit| unit.set_meta("devices", &old));
    write.unwrap();
    drop(opened);
    let till = enrolled.open(false);
    let view = till.ask(Devices {}).unwrap();
    let seen: Vec<_> = view.devices.iter().map(|d| (d.role, d.kind.as_str(), d.address.as_str(), d.assigned)).collect();
    let printer = (DeviceRole::Printer, "escpos_tcp", "192.0.2.1:9100", true);
    assert_eq!(seen, [printer, (DeviceRole::CardTerminal, "zvt_tcp", "192.0.2.2:20007", true)]);
    // They can be changed as any other, and are kept in today's form.
    let id = view.devices[0].id;
    let changed = till.save(Some(id), "escpos_tcp:192.0.2.9:9100", &[]).unwrap();
    assert_eq!((changed.devices.len(), changed.devices[0].address.as_str()), (2, "192.0.2.9:9100"));
}

#[test]
fn a_device_is_added_changed_assigned_removed_and_restored() {
    let till = Till::open();
    let first = only(&till.add("escpos_tcp:192.0.2.1:9100")).clone();
    assert!(first.assigned, "nothing else prints");
    let second = till.add("escpos_tcp:192.0.2.2:9100").devices[1].clone();
    assert!(!second.assigned, "there is one that prints");

    let view = till.save(Some(first.id), "escpos_tcp:192.0.2.3:9100", &[("columns", "32")]).unwrap();
    let changed = &view.devices[0];
    assert_eq!((changed.id, changed.address.as_str(), changed.assigned), (first.id, "192.0.2.3:9100", true));
    assert_eq!(changed.options["columns"], "32");

    let view = till.ask(AssignDevice { id: second.id, assigned: true }).unwrap();
    assert_eq!(view.devices.iter().map(|d| d.assigned).collect::<Vec<_>>(), [false, true]);
    let view = till.ask(RemoveDevice { id: second.id }).unwrap();
    assert_eq!(only(&view).id, first.id);
    let view = till.ask(RestoreDevice { id: second.id }).unwrap();
    assert_eq!(
        view.devices.iter().map(|d| (d.id, d.assigned)).collect::<Vec<_>>(),
        [(first.id, false), (second.id, true)]
    );
}

#[test]
fn adding_twice_with_one_key_adds_once() {
    let till = Till::open();
    let wanted = SaveDevice {
        key: key(),
        id: None,
        name: "front".into(),
        driver: "escpos_tcp:192.0.2.1:9100".into(),
        options: BTreeMap::new(),
    };
    let view = till.ask(wanted.clone()).unwrap();
    assert_eq!(till.ask(wanted).unwrap(), view);
    assert_eq!(only(&view).name, "front");
}

#[test]
fn a_password_is_never_shown_and_kept_when_it_is_left_empty() {
    let till = Till::open();
    let view = till.save(None, "zvt_tcp:192.0.2.2:20007", &[("password", "123456")]).unwrap();
    let device = only(&view);
    assert_eq!(device.options["password"], "");
    let kept = |till: &Till| -> serde_json::Value {
        let settings = till.app.store().write::<_, salon_terminal::store::StoreError>(|unit| unit.device_settings());
        settings.unwrap().devices[0].driver["driver"]["password"].clone()
    };
    let before = kept(&till);
    assert!(before.to_string().contains("123456"), "{before}");
    till.save(Some(device.id), "zvt_tcp:192.0.2.3:20007", &[("password", "")]).unwrap();
    assert_eq!(kept(&till), before);
    till.save(Some(device.id), "zvt_tcp:192.0.2.3:20007", &[("password", "654321")]).unwrap();
    assert!(kept(&till).to_string().contains("654321"));
}

#[test]
fn settings_that_make_no_sense_say_why_and_change_nothing() {
    let till = Till::open();
    let none = &[][..];
    let cases = [
        ("a printer", none, "KIND:ADDRESS"),
        ("telegraph:somewhere", none, "telegraph"),
        ("escpos_tcp:no port", none, "no port"),
        ("escpos_tcp:192.0.2.1:9100", &[("colour", "red")][..], "colour"),
        ("escpos_tcp:192.0.2.1:9100", &[("columns", "many")][..], "many"),
        ("escpos_tcp:192.0.2.1:9100", &[("address", "192.0.2.2:9100")][..], "address"),
    ];
    for (driver, options, said) in cases {
        let failure = till.save(None, driver, options).unwrap_err();
        assert_eq!((failure.code, failure.detail["field"].as_str()), (Code::BadInput, "driver"), "{driver}");
        assert!(failure.detail["detail"].contains(said), "{driver}: {failure}");
    }
    assert_eq!(till.ask(Devices {}).unwrap().devices, []);
}

#[test]
fn a_receptionist_sees_the_devices_and_changes_none() {
    let till = Till::open();
    let device = only(&till.add("escpos_tcp:192.0.2.1:9100")).clone();
    till.app.act_as(receptionist());
    assert_eq!(only(&till.ask(Devices {}).unwrap()).id, device.id);
    let refused = [
        till.save(None, "escpos_tcp:192.0.2.2:9100", &[]).unwrap_err(),
        till.ask(AssignDevice { id: device.id, assigned: false }).unwrap_err(),
        till.ask(RemoveDevice { id: device.id }).unwrap_err(),
        till.ask(RestoreDevice { id: device.id }).unwrap_err(),
        till.ask(FindDevices { network: false }).unwrap_err(),
    ];
    assert!(refused.iter().all(|failure| failure.code == Code::NotAllowed), "{refused:?}");
    assert!(only(&till.ask(Devices {}).unwrap()).assigned);
}

#[test]
fn looking_for_devices_finds_what_there_is_or_nothing() {
    let till = Till::open();
    let found = till.ask(FindDevices { network: false }).unwrap();
    assert!(found.iter().all(|device| !device.drivers.is_empty() && !device.known), "{found:?}");
}

#[test]
fn a_printer_that_is_tried_says_what_it_put_in_place_of_letters_that_it_lacks() {
    let (till, printer) = Till::open().with_printer();
    let id = only(&till.ask(Devices {}).unwrap()).id;
    let words = till.ask(TestDevice { id }).unwrap();
    assert!(words.lines.contains(&"Ł → L".to_owned()), "{words:?}");
    assert!(printer.wait_for_receipts(1, Duration::from_secs(5)));
    let paper = printer.receipts()[0].lines.join("\n");
    assert!(paper.contains("äöü ß é ñ € Lódz"), "{paper}");
}

#[test]
fn a_printer_can_be_tried_before_it_gets_its_work() {
    let (till, working) = Till::open().with_printer();
    let spare = PrinterSim::start(PrinterSimOptions::default()).unwrap();
    let id = till.add(&format!("escpos_tcp:{}", spare.address())).devices[1].id;
    till.ask(TestDevice { id }).unwrap();
    assert!(spare.wait_for_receipts(1, Duration::from_secs(5)));
    assert_eq!(working.receipts(), []);
}
