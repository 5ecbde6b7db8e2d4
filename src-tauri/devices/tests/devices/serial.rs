//! Drivers and simulators over a serial cable. Method: what works over TCP works the same; then the cable is pulled out
//! at the worst moments, plugged in again, and the same driver goes on.

use crate::pty::Cable;
use salon_devices::sim::{CardSim, CardSimOptions, EntryState, PrinterFault, PrinterSim, PrinterSimOptions, on_serial};
use salon_devices::stream::{
    ByteStream, Connector, Deadline, SerialConnector, TcpConnector, cause_of_connect, is_timeout, read_until,
    write_until,
};
use salon_devices::{CardTerminalConfig, Paper, PrinterConfig, ZvtConfig, card_terminal, printer};
use salon_domain::kernel::{Currency, Money, PaymentId};
use salon_ports::{
    Align, CardOutcome, CardPort, CardProgress, CardRequest, CardResolution, FaultCause, PortError, PrinterPort,
    ReceiptDoc, ReceiptPart,
};
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_secs(15);
/// Nothing but a client's card may take longer.
const CALL_MAX: Duration = Duration::from_secs(5);

fn printer_on(cable: &Cable) -> PrinterSim {
    let listen = on_serial(&format!("{}@19200", cable.device().display()));
    PrinterSim::start(PrinterSimOptions { listen, ..PrinterSimOptions::default() }).unwrap()
}

fn printer_driver(cable: &Cable) -> Box<dyn PrinterPort> {
    let path = cable.till().display().to_string();
    printer(&PrinterConfig::EscposSerial { path, baud: 19_200, paper: Paper::default() })
}

fn terminal_on(cable: &Cable, delay: Duration) -> CardSim {
    let listen = on_serial(cable.device().to_str().unwrap());
    CardSim::start(CardSimOptions { listen, delay, ..CardSimOptions::default() }).unwrap()
}

fn card_driver(cable: &Cable) -> Box<dyn CardPort> {
    let path = cable.till().display().to_string();
    let zvt = ZvtConfig { card_timeout_s: 20, ..ZvtConfig::default() };
    card_terminal(&CardTerminalConfig::ZvtSerial { path, baud: 9600, zvt }, None)
}

fn receipt(text: &str) -> ReceiptDoc {
    let line = ReceiptPart::Text { text: text.into(), align: Align::Left, bold: false, double: false };
    ReceiptDoc { parts: vec![line, ReceiptPart::Rule, ReceiptPart::Cut] }
}

fn request(number: i64) -> CardRequest {
    CardRequest::payment(PaymentId::from_parts(number, [3; 10]), Money::new(8200, Currency::EUR))
}

/// As the print queue and the resolving of a payment do it: what may be asked again is asked again.
fn until_back<T>(mut ask: impl FnMut() -> Result<T, PortError>) -> T {
    let deadline = Deadline::after(SOON);
    loop {
        match ask() {
            Err(PortError::Retryable { .. }) if !deadline.is_over() => {}
            answer => return answer.map_err(|error| format!("{error:?}")).unwrap(),
        }
    }
}

#[test]
fn a_receipt_over_a_serial_cable() {
    let cable = Cable::plugged_in();
    let sim = printer_on(&cable);
    assert_eq!(sim.place(), cable.device().display().to_string());
    let mut driver = printer_driver(&cable);
    for text in ["first", "second"] {
        driver.print(&receipt(text)).unwrap();
    }
    let lines: Vec<String> = sim.receipts().iter().map(|receipt| receipt.lines[0].clone()).collect();
    assert_eq!(lines, ["first", "second"]);
    assert_eq!(sim.errors(), Vec::<String>::new());
}

#[test]
fn a_payment_over_a_serial_cable() {
    let cable = Cable::plugged_in();
    let sim = terminal_on(&cable, Duration::ZERO);
    let mut driver = card_driver(&cable);
    driver.test().unwrap();
    let mut recorded = Vec::new();
    let outcome = driver.transact(&request(1), &mut |_| {}, &mut |receipt| {
        recorded.push(receipt.clone());
        Ok(())
    });
    let Ok(CardOutcome::Approved(receipt)) = outcome else { panic!("{outcome:?}") };
    assert_eq!((recorded.len(), receipt.trace), (1, sim.ledger()[0].trace));
    assert!(receipt.lines.iter().any(|line| line.contains("Kundenbeleg")));
    assert_eq!(sim.charged_minor(), 8200);
    assert_eq!(sim.errors(), Vec::<String>::new());
}

#[test]
fn the_cashier_stops_a_payment_over_a_serial_cable() {
    let cable = Cable::plugged_in();
    let sim = terminal_on(&cable, Duration::from_secs(20));
    let mut driver = card_driver(&cable);
    let cancel = driver.cancel_handle();
    let began = Instant::now();
    let outcome = driver.transact(
        &request(1),
        &mut |progress| {
            if matches!(progress, CardProgress::Status { code: 0x0A }) {
                cancel();
            }
        },
        &mut |_| Ok(()),
    );
    assert!(matches!(outcome, Ok(CardOutcome::Declined { code: 0x6C, .. })), "{outcome:?}");
    assert!(began.elapsed() < CALL_MAX);
    assert_eq!(sim.charged_minor(), 0);
    assert_eq!(sim.errors(), Vec::<String>::new());
}

/// `salon-sim` as somebody starts it who has a cable.
struct Process {
    child: Child,
    /// Kept open: it says what happens.
    _says: BufReader<ChildStdout>,
}

impl Process {
    fn start(cable: &Cable, arguments: &[&str]) -> Process {
        let mut child = Command::new(env!("CARGO_BIN_EXE_salon-sim"))
            .args(arguments)
            .arg("--serial")
            .arg(cable.device())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut says = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        says.read_line(&mut line).unwrap();
        assert_eq!(line.trim_end(), format!("listening on {}", cable.device().display()));
        Process { child, _says: says }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn both_simulators_as_processes_on_a_cable() {
    let cable = Cable::plugged_in();
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(&cable, &["printer", "--out", folder.path().to_str().unwrap()]);
    printer_driver(&cable).print(&receipt("over the cable")).unwrap();
    let text = std::fs::read_to_string(folder.path().join("0001.txt")).unwrap();
    assert!(text.starts_with("over the cable\n"), "{text}");
    drop(process);

    let _process = Process::start(&cable, &["card-terminal", "--delay-ms", "0"]);
    let outcome = card_driver(&cable).transact(&request(1), &mut |_| {}, &mut |_| Ok(()));
    assert!(matches!(outcome, Ok(CardOutcome::Approved(_))), "{outcome:?}");
}

#[test]
fn a_cable_pulled_out_of_the_printer() {
    let mut cable = Cable::plugged_in();
    let sim = printer_on(&cable);
    // It prints and does not say when it is done: the driver still waits when the cable goes.
    sim.set(PrinterFault::NoSensorStatus);
    let mut driver = printer_driver(&cable);
    let (error, took) = std::thread::scope(|scope| {
        let printing = scope.spawn(|| {
            let began = Instant::now();
            (driver.print(&receipt("first")).unwrap_err(), began.elapsed())
        });
        assert!(sim.wait_for_receipts(1, SOON));
        cable.pull_out();
        printing.join().unwrap()
    });
    assert!(matches!(error, PortError::OutcomeUnknown { .. }), "{error:?}");
    assert_eq!(error.cause(), FaultCause::LinkLost);
    assert!(took < CALL_MAX, "{took:?}");

    let began = Instant::now();
    let error = driver.print(&receipt("second")).unwrap_err();
    assert!(matches!(error, PortError::Retryable { .. }), "{error:?}");
    assert_eq!(error.cause(), FaultCause::NotConnected);
    assert!(began.elapsed() < CALL_MAX);

    sim.clear();
    cable.plug_in();
    until_back(|| driver.print(&receipt("second")));
    assert_eq!(sim.receipts().len(), 2);
}

#[test]
fn a_cable_pulled_out_while_the_client_holds_the_card() {
    let mut cable = Cable::plugged_in();
    let sim = terminal_on(&cable, Duration::from_millis(300));
    let mut driver = card_driver(&cable);
    let mut pulled_out = None;
    let outcome = driver.transact(
        &request(1),
        &mut |progress| {
            if matches!(progress, CardProgress::Status { .. }) && pulled_out.is_none() {
                cable.pull_out();
                pulled_out = Some(Instant::now());
            }
        },
        &mut |_| Ok(()),
    );
    assert!(pulled_out.unwrap().elapsed() < CALL_MAX);
    let Err(error @ PortError::OutcomeUnknown { .. }) = outcome else { panic!("{outcome:?}") };
    assert_eq!(error.cause(), FaultCause::LinkLost);

    let began = Instant::now();
    let error = driver.resolve(&request(1), None, &mut |_| {}).unwrap_err();
    assert_eq!(error.cause(), FaultCause::NotConnected);
    assert!(began.elapsed() < CALL_MAX);

    cable.plug_in();
    let resolution = until_back(|| driver.resolve(&request(1), None, &mut |_| {}));
    assert_eq!(resolution, CardResolution::NotCharged);
    assert_eq!((sim.charged_minor(), sim.authorisations()), (0, 1));
    let outcome = driver.transact(&request(2), &mut |_| {}, &mut |_| Ok(()));
    assert!(matches!(outcome, Ok(CardOutcome::Approved(_))), "{outcome:?}");
    assert_eq!(sim.charged_minor(), 8200);
}

#[test]
fn a_cable_pulled_out_before_the_acknowledgement_charges_nothing() {
    let mut cable = Cable::plugged_in();
    let sim = terminal_on(&cable, Duration::ZERO);
    let mut driver = card_driver(&cable);
    let outcome = driver.transact(&request(1), &mut |_| {}, &mut |_| {
        cable.pull_out();
        Ok(())
    });
    assert!(matches!(outcome, Err(PortError::OutcomeUnknown { .. })), "{outcome:?}");
    cable.plug_in();
    let resolution = until_back(|| driver.resolve(&request(1), None, &mut |_| {}));
    assert_eq!(resolution, CardResolution::NotCharged);
    assert_eq!(sim.ledger()[0].state, EntryState::TakenBack);
    assert_eq!(sim.charged_minor(), 0);
}

#[test]
fn a_terminal_that_is_switched_off_is_told_in_time() {
    // The cable is there, and nobody at its other end.
    let cable = Cable::plugged_in();
    let began = Instant::now();
    let error = card_driver(&cable).test().unwrap_err();
    assert!(matches!(error, PortError::Retryable { .. }), "{error:?}");
    assert_eq!(error.cause(), FaultCause::Timeout);
    assert!(began.elapsed() < CALL_MAX);

    let began = Instant::now();
    let error = printer_driver(&cable).state().unwrap_err();
    assert_eq!(error.cause(), FaultCause::Timeout);
    assert!(began.elapsed() < CALL_MAX);
}

#[test]
fn a_slow_line_is_no_fault() {
    let line = SerialConnector::new("COM3", 19_200);
    assert_eq!(line.transfer_time(1920), Duration::from_secs(1));
    assert_eq!(TcpConnector::new("192.0.2.1:9100").transfer_time(1 << 20), Duration::ZERO);
}

fn open(cable: &Cable) -> std::io::Result<Box<dyn ByteStream>> {
    SerialConnector::new(cable.till().display().to_string(), 9600).connect(SOON)
}

#[test]
fn why_a_port_does_not_open() {
    let mut cable = Cable::plugged_in();
    let first = open(&cable).unwrap();
    let busy = open(&cable).err().unwrap();
    assert_eq!(cause_of_connect(&busy), FaultCause::Busy, "{busy:?}");
    let error = printer_driver(&cable).state().unwrap_err();
    assert_eq!(error.cause(), FaultCause::Busy);
    drop(first);
    open(&cable).unwrap();
    cable.pull_out();
    let missing = open(&cable).err().unwrap();
    assert_eq!(cause_of_connect(&missing), FaultCause::NotConnected, "{missing:?}");
    let forbidden = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    assert_eq!(cause_of_connect(&forbidden), FaultCause::AccessDenied);
}

#[test]
fn a_read_ends_when_the_stream_is_shut_down_or_the_cable_pulled_out() {
    let mut cable = Cable::plugged_in();
    let mut reader = open(&cable).unwrap();
    let mut other = reader.try_clone().unwrap();
    let began = Instant::now();
    let read = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| read_until(reader.as_mut(), &mut [0; 8], Deadline::after(SOON)));
        other.shutdown();
        waiting.join().unwrap()
    });
    assert_eq!(read.unwrap(), 0);
    assert!(began.elapsed() < CALL_MAX);
    drop((reader, other));

    let mut reader = open(&cable).unwrap();
    let read = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| read_until(reader.as_mut(), &mut [0; 8], Deadline::after(SOON)));
        cable.pull_out();
        waiting.join().unwrap()
    });
    assert!(read.as_ref().map_or_else(|error| !is_timeout(error), |count| *count == 0), "{read:?}");
    assert!(began.elapsed() < CALL_MAX);
}

#[test]
fn a_write_that_nobody_reads_ends_with_its_time() {
    let cable = Cable::plugged_in();
    let mut stream = open(&cable).unwrap();
    let began = Instant::now();
    let error =
        write_until(stream.as_mut(), &vec![0x55; 4 << 20], Deadline::after(Duration::from_millis(500))).unwrap_err();
    assert!(is_timeout(&error.source) && error.sent > 0, "{error:?}");
    assert!(began.elapsed() < CALL_MAX);
}
