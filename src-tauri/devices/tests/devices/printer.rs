//! The driver against the printer simulator. Method: every fault, before a receipt and in the middle of one, and what
//! is on paper afterwards.

use salon_devices::escpos::{CodePage, layout, prepare};
use salon_devices::sim::{PrinterFault, PrinterSim, PrinterSimOptions};
use salon_devices::{Paper, PrinterConfig, printer};
use salon_ports::{Align, FaultCause, PortError, PrinterPort, ReceiptDoc, ReceiptPart, Symbology};
use std::net::TcpListener;
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_secs(10);
const CALL_MAX: Duration = Duration::from_secs(5);

fn start() -> (PrinterSim, Box<dyn PrinterPort>) {
    let sim = PrinterSim::start(PrinterSimOptions::default()).unwrap();
    let driver = driver_for(&sim.address().to_string());
    (sim, driver)
}

fn driver_for(address: &str) -> Box<dyn PrinterPort> {
    printer(&PrinterConfig::EscposTcp { address: address.into(), paper: Paper::default() })
}

fn receipt() -> ReceiptDoc {
    let text = |text: &str| ReceiptPart::Text { text: text.into(), align: Align::Center, bold: true, double: false };
    ReceiptDoc {
        parts: vec![
            text("Pink Blueberry"),
            text("Ägidiusstraße 3"),
            ReceiptPart::Rule,
            ReceiptPart::Columns { left: "Cut for Łucja".into(), right: "82.00".into(), bold: false },
            ReceiptPart::Barcode { content: "R-000123".into(), symbology: Symbology::Code128 },
            ReceiptPart::Qr { content: "https://x.y/r/1".into() },
            ReceiptPart::Feed { lines: 2 },
            ReceiptPart::Cut,
        ],
    }
}

#[test]
fn a_receipt_comes_out_as_it_was_laid_out() {
    let (sim, mut driver) = start();
    let state = driver.print(&receipt()).unwrap().state;
    assert!(state.online && !state.drawer_open);
    let (prepared, _) = prepare(&receipt(), CodePage::Cp858, 48);
    let printed = sim.receipts();
    assert_eq!(printed.len(), 1);
    assert_eq!(printed[0].lines, layout(&prepared, 48));
    assert_eq!(sim.errors(), Vec::<String>::new());
}

#[test]
fn receipts_are_kept_as_numbered_files() {
    let folder = tempfile::tempdir().unwrap();
    let options = || PrinterSimOptions { out: Some(folder.path().to_owned()), ..PrinterSimOptions::default() };
    for _ in 0..2 {
        // The second simulator goes on where the first one stopped.
        let sim = PrinterSim::start(options()).unwrap();
        driver_for(&sim.address().to_string()).print(&receipt()).unwrap();
    }
    let text = std::fs::read_to_string(folder.path().join("0002.txt")).unwrap();
    assert!(text.contains("Ägidiusstraße 3") && text.contains("Cut for Lucja"));
    let raw = std::fs::read(folder.path().join("0001.bin")).unwrap();
    assert!(raw.starts_with(b"\x1b@\x1bt\x13"));
}

#[test]
fn a_printer_that_cannot_print_is_given_nothing() {
    let cases = [
        (PrinterFault::PaperOut, FaultCause::PaperOut),
        (PrinterFault::CoverOpen, FaultCause::CoverOpen),
        (PrinterFault::CutterJam, FaultCause::CutterJam),
        (PrinterFault::Offline, FaultCause::Offline),
        (PrinterFault::Feeding, FaultCause::Busy),
        (PrinterFault::Error, FaultCause::DeviceError),
        (PrinterFault::Overheated, FaultCause::DeviceError),
    ];
    let (sim, mut driver) = start();
    for (fault, cause) in cases {
        sim.set(fault);
        assert!(!driver.state().unwrap().online);
        let error = driver.print(&receipt()).unwrap_err();
        assert!(matches!(error, PortError::Retryable { .. }), "{error:?}");
        assert_eq!(error.cause(), cause);
        sim.clear();
        assert!(sim.receipts().is_empty() && sim.uncut_lines().is_empty());
    }
    driver.print(&receipt()).unwrap();
    assert_eq!(sim.receipts().len(), 1);
}

#[test]
fn paper_that_is_nearly_out_still_prints() {
    let (sim, mut driver) = start();
    sim.set(PrinterFault::PaperNearEnd);
    assert!(driver.print(&receipt()).unwrap().state.paper_near_end);
}

#[test]
fn paper_that_ends_in_the_middle_is_an_unknown_outcome() {
    let (sim, mut driver) = start();
    sim.set(PrinterFault::PaperOutAfterLines(3));
    let began = Instant::now();
    let error = driver.print(&receipt()).unwrap_err();
    assert!(matches!(error, PortError::OutcomeUnknown { .. }), "{error:?}");
    assert_eq!(error.cause(), FaultCause::PaperOut);
    assert!(began.elapsed() < CALL_MAX);
    assert_eq!(sim.uncut_lines().len(), 3);
    // A new roll: the printer goes on with what it holds.
    sim.clear();
    assert!(sim.wait_for_receipts(1, SOON));
}

#[test]
fn a_link_that_breaks_in_the_middle_is_an_unknown_outcome() {
    let (sim, mut driver) = start();
    // Four questions of three bytes, then some of the receipt.
    sim.set(PrinterFault::DropAfterBytes(12 + 40));
    let error = driver.print(&receipt()).unwrap_err();
    assert!(matches!(error, PortError::OutcomeUnknown { .. }), "{error:?}");
    assert_eq!(error.cause(), FaultCause::LinkLost);
    assert!(sim.receipts().is_empty());
    // The next receipt begins by itself, not in the middle of a line.
    driver.print(&receipt()).unwrap();
    assert_eq!(sim.errors(), Vec::<String>::new());
}

#[test]
fn a_silent_or_absent_printer_is_told_in_time() {
    let (sim, mut driver) = start();
    sim.set(PrinterFault::Silent);
    let began = Instant::now();
    let error = driver.print(&receipt()).unwrap_err();
    assert!(matches!(error, PortError::Retryable { .. }), "{error:?}");
    assert_eq!(error.cause(), FaultCause::Timeout);
    assert!(began.elapsed() < CALL_MAX);

    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap().to_string();
    drop(nobody);
    let error = driver_for(&address).state().unwrap_err();
    assert!(matches!(error, PortError::Retryable { .. }), "{error:?}");
    assert_eq!(error.cause(), FaultCause::NotConnected);
}

#[test]
fn a_clone_without_sensor_status_prints_too() {
    let (sim, mut driver) = start();
    sim.set(PrinterFault::NoSensorStatus);
    for count in 1..=2 {
        let began = Instant::now();
        driver.print(&receipt()).unwrap();
        assert!(began.elapsed() < CALL_MAX);
        assert_eq!(sim.receipts().len(), count);
    }
}

#[test]
fn the_drawer_opens_without_a_receipt() {
    let (sim, mut driver) = start();
    let state = driver.print(&ReceiptDoc { parts: vec![ReceiptPart::OpenDrawer] }).unwrap().state;
    assert!(state.drawer_open);
    assert_eq!(sim.drawer_pulses(), 1);
    assert!(sim.receipts().is_empty());
}

#[test]
fn a_name_cannot_steer_the_printer() {
    let (sim, mut driver) = start();
    let doc = ReceiptDoc {
        parts: vec![
            ReceiptPart::Columns {
                left: "Eve\u{1b}p\u{0}\u{19}\u{fa}\u{1d}V\u{42}\u{0}".into(),
                right: "\u{1b}@1".into(),
                bold: false,
            },
            ReceiptPart::Cut,
        ],
    };
    driver.print(&doc).unwrap();
    assert_eq!(sim.drawer_pulses(), 0);
    assert_eq!(sim.receipts().len(), 1);
    assert_eq!(sim.errors(), Vec::<String>::new());
}
