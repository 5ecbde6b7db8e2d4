//! The driver against the printer simulator. Method: every fault, before a receipt and in the middle of one, and what
//! is on paper afterwards.

use salon_devices::escpos::{CodePage, layout, prepare};
use salon_devices::sim::{DisplaySim, DisplaySimOptions, PrinterFault, PrinterSim, PrinterSimOptions};
use salon_devices::{DisplayConfig, Paper, PrinterConfig, display, drawer, printer};
use salon_ports::{Align, Bitmap, FaultCause, PortError, PrinterPort, ReceiptDoc, ReceiptPart, Symbology};
use std::io::{Read, Write};
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

fn config_for(address: &str, paper: Paper) -> PrinterConfig {
    PrinterConfig::EscposTcp { address: address.into(), paper }
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

#[test]
fn what_is_known_of_a_receipt_that_ended_in_the_middle() {
    let (sim, mut driver) = start();
    sim.set(PrinterFault::PaperOutAfterLines(3));
    let error = driver.print(&receipt()).unwrap_err();
    assert!(error.detail().contains("were sent") && error.detail().contains("paper"), "{}", error.detail());
    sim.clear();
    assert!(sim.wait_for_receipts(1, SOON));
    sim.set(PrinterFault::DropAfterBytes(12 + 40));
    let error = driver.print(&receipt()).unwrap_err();
    assert!(error.detail().starts_with("after ") || error.detail().contains("closed"), "{}", error.detail());
}

#[test]
fn the_drawer_opens_once_whatever_the_paper_does() {
    let sim = PrinterSim::start(PrinterSimOptions::default()).unwrap();
    let mut drawer = drawer(&config_for(&sim.address().to_string(), Paper::default()));
    drawer.open().unwrap();
    assert!(sim.wait_for_pulses(1, SOON));
    for (count, fault) in [(2, PrinterFault::PaperOut), (3, PrinterFault::CoverOpen), (4, PrinterFault::Offline)] {
        sim.set(fault);
        drawer.open().unwrap();
        assert!(sim.wait_for_pulses(count, SOON), "{fault:?}");
        // Nothing waits in the buffer that would open it again.
        sim.clear();
        driver_for(&sim.address().to_string()).print(&receipt()).unwrap();
        assert_eq!(sim.drawer_pulses(), count);
    }
    assert_eq!(sim.errors(), Vec::<String>::new());
    sim.set(PrinterFault::Silent);
    let error = drawer.open().unwrap_err();
    assert!(matches!(error, PortError::Retryable { cause: FaultCause::Timeout, .. }), "{error:?}");
    assert_eq!(sim.drawer_pulses(), 4);
}

/// A printer of a few lines that gives `answer` for every question, and keeps what it was sent.
fn scripted_printer(answer: impl Fn(&[u8]) -> Vec<u8> + Send + 'static) -> (String, std::thread::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut received = Vec::new();
        let mut piece = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut piece) {
            received.extend_from_slice(&piece[..count]);
            if stream.write_all(&answer(&piece[..count])).is_err() {
                break;
            }
        }
        received
    });
    (address, thread)
}

#[test]
fn the_pulse_goes_to_the_connector_that_the_drawer_hangs_on() {
    for (second_drawer, paper_out, expected) in [
        (false, false, &b"\x1bp\x00\x19\xfa"[..]),
        (true, false, b"\x1bp\x01\x19\xfa"),
        (false, true, b"\x10\x14\x01\x00\x01"),
        (true, true, b"\x10\x14\x01\x01\x01"),
    ] {
        let answers = if paper_out { [0x1A, 0x32, 0x12, 0x72] } else { [0x12; 4] };
        let (address, thread) =
            scripted_printer(move |bytes| if bytes.len() == 12 { answers.to_vec() } else { Vec::new() });
        let paper = Paper { second_drawer, ..Paper::default() };
        drawer(&config_for(&address, paper)).open().unwrap();
        assert!(thread.join().unwrap().ends_with(expected), "{second_drawer} {paper_out}");
    }
}

#[test]
fn a_status_that_nobody_asked_for_is_no_answer() {
    // Another program left the printer in automatic status (`GS a`): four bytes whenever it likes.
    let automatic = [0x14, 0x00, 0x00, 0x0F];
    let (address, thread) = scripted_printer(move |bytes| match bytes {
        [0x10, 0x04, ..] => [&automatic[..], &[0x12, 0x12], &automatic, &[0x12, 0x1E]].concat(),
        [.., 0x1D, b'r', 1] => [&automatic[..], &[0x00]].concat(),
        _ => Vec::new(),
    });
    let state = driver_for(&address).state().unwrap();
    assert!(state.online && state.paper_near_end && !state.drawer_open);
    thread.join().unwrap();
}

#[test]
fn a_large_logo_is_printed_in_its_time() {
    let (sim, mut driver) = start();
    let bitmap = Bitmap { width_dots: 576, height_dots: 600, rows: vec![0x55; 72 * 600] };
    let logo = ReceiptPart::Image { bitmap, alt: "Pink Blueberry".into() };
    let doc = ReceiptDoc { parts: [vec![logo], receipt().parts].concat() };
    driver.print(&doc).unwrap();
    assert_eq!(sim.receipts()[0].lines[0].trim(), "[image]");
    assert_eq!(sim.errors(), Vec::<String>::new());
}

/// How long from the call until the printer has the first byte: a figure to look at, not to fail by.
#[test]
fn a_receipt_reaches_the_port_at_once() {
    let (sim, mut driver) = start();
    let mut delays: Vec<Duration> = (1..=20)
        .map(|count| {
            let called = Instant::now();
            driver.print(&receipt()).unwrap();
            assert_eq!(sim.receipts().len(), count);
            sim.first_byte_of_last_receipt().unwrap().duration_since(called)
        })
        .collect();
    delays.sort();
    println!("from print() to the first byte at the port: median {:?}, worst {:?}", delays[10], delays[19]);
}

#[test]
fn the_display_shows_two_lines() {
    let sim = DisplaySim::start(DisplaySimOptions::default()).unwrap();
    let config = DisplayConfig::DisplayTcp { address: sim.address().to_string(), code_page: CodePage::Cp858 };
    let mut display = display(&config);
    display.show("Haarschnitt für Łucja Kowalska", "42,00 €").unwrap();
    assert!(sim.wait_for(["Haarschnitt für Lucj", "42,00 €"], SOON), "{:?}", sim.lines());
    display.show("Danke \u{1b}@!", "").unwrap();
    assert!(sim.wait_for(["Danke @!", ""], SOON), "{:?}", sim.lines());
    display.show("", "").unwrap();
    assert!(sim.wait_for(["", ""], SOON));
    assert_eq!(sim.errors(), Vec::<String>::new());
    assert_eq!(sim.control()("lines").unwrap(), ["", ""]);
    let address = sim.address().to_string();
    drop(sim);
    let config = DisplayConfig::DisplayTcp { address, code_page: CodePage::Cp858 };
    let error = salon_devices::display(&config).show("a", "b").unwrap_err();
    assert!(matches!(error, PortError::Retryable { cause: FaultCause::NotConnected, .. }), "{error:?}");
}
