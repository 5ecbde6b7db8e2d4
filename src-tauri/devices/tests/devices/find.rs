//! Looking for devices. Method: addresses on this computer's own loopback only, lists instead of real interfaces, and
//! what is listed as serial port is described, never opened.

use salon_devices::find::{FindOptions, FoundKind, Limits, Role, Target, find, hosts_of, networks_of, ports, scan};
use salon_devices::sim::{CardSim, CardSimOptions, PrinterFault, PrinterSim, PrinterSimOptions};
use salon_devices::{DeviceConfig, PrinterConfig};
use salon_domain::kernel::Currency;
use serialport::{SerialPortInfo, SerialPortType, UsbPortInfo};
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn closed_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[test]
fn a_printer_is_known_by_its_answer_and_a_terminal_by_its_port() {
    let printer = PrinterSim::start(PrinterSimOptions::default()).unwrap();
    let mute = PrinterSim::start(PrinterSimOptions::default()).unwrap();
    mute.set(PrinterFault::Silent);
    let terminal = TcpListener::bind("127.0.0.1:0").unwrap();
    let targets = [
        Target::new(closed_port(), Role::Printer),
        Target::new(terminal.local_addr().unwrap(), Role::Terminal),
        Target::new(mute.address(), Role::Printer),
        Target::new(printer.address(), Role::Printer),
        Target::new(closed_port(), Role::Terminal),
    ];
    let found = scan(&targets, &Limits::default());
    let kinds: Vec<_> = found.iter().map(|hit| (hit.kind, hit.address.clone())).collect();
    let expected = [
        (FoundKind::NetworkTerminal, terminal.local_addr().unwrap().to_string()),
        (FoundKind::NetworkPrinter, printer.address().to_string()),
    ];
    assert_eq!(kinds, expected);
    assert!(printer.errors().is_empty() && printer.uncut_lines().is_empty());
    // Nothing was said to the terminal.
    let mut said = Vec::new();
    terminal.accept().unwrap().0.read_to_end(&mut said).unwrap();
    assert_eq!(said, [0; 0]);
}

#[test]
fn what_a_person_gives_is_tried_and_suggested() {
    let printer = PrinterSim::start(PrinterSimOptions::default()).unwrap();
    let terminal = CardSim::start(CardSimOptions::default()).unwrap();
    let addresses = [printer.address(), terminal.address(), closed_port()].map(|address| address.to_string());
    let options = FindOptions { serial: false, usb: false, network: false, addresses: addresses.to_vec() };
    let found = find(&options);
    assert_eq!(
        found.iter().map(|hit| hit.kind).collect::<Vec<_>>(),
        [FoundKind::NetworkPrinter, FoundKind::NetworkUnknown]
    );
    assert_eq!(found[1].suggestions, [""; 0]);
    let config = DeviceConfig::parse(&found[0].suggestions[0], Currency::EUR).unwrap();
    assert!(
        matches!(config, DeviceConfig::Printer(PrinterConfig::EscposTcp { address, .. }) if address == addresses[0])
    );
    assert_eq!((terminal.authorisations(), terminal.errors().len()), (0, 0));
    assert_eq!(find(&FindOptions { addresses: vec!["no such host".into()], ..options }), []);
}

#[test]
fn a_search_ends_with_its_time() {
    // Takes every connection and never says anything.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let targets = vec![Target::new(listener.local_addr().unwrap(), Role::Printer); 300];
    let limits = Limits { whole: Duration::from_millis(600), at_once: 8, ..Limits::default() };
    let began = Instant::now();
    assert_eq!(scan(&targets, &limits), []);
    assert!(began.elapsed() < Duration::from_secs(3));
}

#[test]
fn only_private_networks_are_searched() {
    let own = ["127.0.0.1", "203.0.113.7", "192.168.7.30", "169.254.1.1", "192.168.7.31", "10.1.2.3", "172.16.0.1"];
    let own = own.map(|address| address.parse::<Ipv4Addr>().unwrap());
    let networks = networks_of(own);
    assert_eq!(networks, [Ipv4Addr::new(192, 168, 7, 0), Ipv4Addr::new(10, 1, 2, 0)]);
    let hosts = hosts_of(&networks);
    assert_eq!(hosts.len(), 2 * 254 * 2);
    assert_eq!(hosts[0], Target::new("192.168.7.1:9100".parse().unwrap(), Role::Printer));
    assert_eq!(hosts[1], Target::new("192.168.7.1:20007".parse().unwrap(), Role::Terminal));
    assert_eq!(hosts[1015], Target::new("10.1.2.254:20007".parse().unwrap(), Role::Terminal));
}

fn usb_port(name: &str, vid: u16, maker: &str, product: &str) -> SerialPortInfo {
    let usb = UsbPortInfo {
        vid,
        pid: 0x0202,
        serial_number: Some("A1".into()),
        manufacturer: Some(maker.into()),
        product: Some(product.into()),
    };
    SerialPortInfo { port_name: name.into(), port_type: SerialPortType::UsbPort(usb) }
}

#[test]
fn serial_ports_with_what_the_system_knows_of_them() {
    let listed = vec![
        usb_port("/dev/ttyUSB1", 0x04B8, "EPSON", "TM-T88V"),
        SerialPortInfo { port_name: "/dev/ttyS0".into(), port_type: SerialPortType::PciPort },
        usb_port("/dev/ttyACM0", 0x0C2E, "Honeywell", "Honeywell Voyager"),
        SerialPortInfo { port_name: "/dev/tty.usbmodem1".into(), port_type: SerialPortType::Unknown },
    ];
    let by_id = "/dev/serial/by-id/usb-EPSON_TM-T88V_A1-if00";
    let found = ports(listed, &[(PathBuf::from(by_id), PathBuf::from("/dev/ttyUSB1"))]);
    let labels: Vec<&str> = found.iter().map(|port| port.label.as_str()).collect();
    assert_eq!(labels, ["Honeywell Voyager (/dev/ttyACM0)", "/dev/ttyS0", "EPSON TM-T88V (/dev/ttyUSB1)"]);
    assert_eq!(found[0].suggestions[0], "scanner_serial:/dev/ttyACM0@9600");
    assert_eq!(found[1].suggestions[0], "escpos_serial:/dev/ttyS0@19200");
    assert_eq!(found[2].suggestions[0], format!("escpos_serial:{by_id}@19200"));
    assert_eq!(found[2].usb.as_ref().unwrap().vendor, 0x04B8);
    for suggestion in found.iter().flat_map(|port| &port.suggestions) {
        DeviceConfig::parse(suggestion, Currency::EUR).unwrap();
    }
}

#[test]
fn this_computer_can_be_looked_at() {
    let found = find(&FindOptions::default());
    assert!(found.iter().all(|hit| matches!(hit.kind, FoundKind::SerialPort | FoundKind::UsbPrinter)), "{found:?}");
}
