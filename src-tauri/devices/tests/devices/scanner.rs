//! A scanner at the end of a serial cable: codes come as they were scanned, and again after the cable was out.

use crate::pty::Cable;
use salon_devices::stream::{ByteStream, Connector, Deadline, SerialConnector, write_until};
use salon_devices::{ScannerConfig, scanner};
use salon_ports::{FaultCause, PortError, ScannerPort};
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_secs(10);

fn scanner_on(cable: &Cable) -> Box<dyn ScannerPort> {
    scanner(&ScannerConfig::ScannerSerial { path: cable.till().display().to_string(), baud: 9600 })
}

/// The hand with the scanner.
fn hand(cable: &Cable) -> Box<dyn ByteStream> {
    SerialConnector::new(cable.device().display().to_string(), 9600).connect(SOON).unwrap()
}

fn scan(hand: &mut Box<dyn ByteStream>, bytes: &[u8]) {
    write_until(hand.as_mut(), bytes, Deadline::after(SOON)).unwrap();
}

#[test]
fn codes_come_as_they_were_scanned() {
    let cable = Cable::plugged_in();
    let mut scanner = scanner_on(&cable);
    let began = Instant::now();
    assert_eq!(scanner.read(Duration::from_millis(100)).unwrap(), None);
    assert!(began.elapsed() >= Duration::from_millis(100));

    let mut hand = hand(&cable);
    scan(&mut hand, b"4006381333931\r\n]C1019501\x1D10A\r");
    assert_eq!(scanner.read(SOON).unwrap().as_deref(), Some("4006381333931"));
    assert_eq!(scanner.read(SOON).unwrap().as_deref(), Some("]C1019501\u{1d}10A"));

    scan(&mut hand, &[vec![b'9'; 6000], b"\r96385074\r".to_vec()].concat());
    let error = scanner.read(SOON).unwrap_err();
    assert!(matches!(error, PortError::Retryable { cause: FaultCause::Protocol, .. }), "{error:?}");
    assert_eq!(scanner.read(SOON).unwrap().as_deref(), Some("96385074"));

    // Half a code, and silence.
    scan(&mut hand, b"40063");
    let error = scanner.read(SOON).unwrap_err();
    assert_eq!(error.cause(), FaultCause::Protocol);
}

#[test]
fn a_scanner_that_was_pulled_out_comes_back_by_itself() {
    let mut cable = Cable::plugged_in();
    let mut scanner = scanner_on(&cable);
    assert_eq!(scanner.read(Duration::from_millis(50)).unwrap(), None);
    cable.pull_out();
    let began = Instant::now();
    let error = scanner.read(SOON).unwrap_err();
    assert!(matches!(error, PortError::Retryable { cause: FaultCause::LinkLost, .. }), "{error:?}");
    // Who asks on at once is told again, and not made to run in circles.
    let error = scanner.read(SOON).unwrap_err();
    assert!(matches!(error, PortError::Retryable { cause: FaultCause::NotConnected, .. }), "{error:?}");
    assert!(began.elapsed() > Duration::from_millis(900) && began.elapsed() < Duration::from_secs(5));
    assert_eq!(scanner.read(Duration::from_millis(10)).unwrap(), None);

    cable.plug_in();
    assert_eq!(scanner.read(Duration::from_secs(2)).unwrap(), None);
    scan(&mut hand(&cable), b"96385074\n");
    assert_eq!(scanner.read(SOON).unwrap().as_deref(), Some("96385074"));
}
