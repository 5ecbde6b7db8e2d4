//! Payments over a bad serial cable: bytes are lost, changed and invented on their way, in both directions. Method: real
//! driver and simulator, a stream that damages what it carries by a seeded plan, and the terminal's ledger against what
//! the driver said.

use crate::pty::Cable;
use salon_devices::sim::{CardSim, CardSimOptions, on_serial};
use salon_devices::stream::{ByteStream, Connector, Medium, SerialConnector};
use salon_devices::zvt::{TerminalSettings, ZvtTerminal};
use salon_domain::kernel::{Currency, Money, PaymentId};
use salon_ports::{CardOutcome, CardPort, CardRequest, CardResolution, PortError};
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// One byte in so many is hurt.
const ONE_IN: u64 = 150;

#[derive(Clone)]
struct Noise(Arc<Mutex<u64>>);

impl Noise {
    fn seeded(seed: u64) -> Noise {
        Noise(Arc::new(Mutex::new(seed)))
    }

    fn random(&self) -> u64 {
        let mut state = self.0.lock().unwrap();
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state
    }

    fn damage(&self, bytes: &[u8]) -> Vec<u8> {
        let mut damaged = Vec::new();
        for byte in bytes {
            match self.random() % (ONE_IN * 3) {
                0 => {}
                1 => damaged.push(byte ^ (1 << (self.random() % 8))),
                2 => damaged.extend([*byte, (self.random() % 256) as u8]),
                _ => damaged.push(*byte),
            }
        }
        damaged
    }
}

struct NoisyConnector {
    cable: SerialConnector,
    noise: Noise,
}

impl Connector for NoisyConnector {
    fn connect(&self, timeout: Duration) -> io::Result<Box<dyn ByteStream>> {
        let stream = self.cable.connect(timeout)?;
        Ok(Box::new(NoisyStream { stream, noise: self.noise.clone() }))
    }
    fn describe(&self) -> String {
        self.cable.describe()
    }
    fn medium(&self) -> Medium {
        Medium::Line
    }
}

struct NoisyStream {
    stream: Box<dyn ByteStream>,
    noise: Noise,
}

impl Read for NoisyStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Half of it, so that invented bytes have room.
        let mut piece = vec![0; buffer.len() / 2];
        let count = self.stream.read(&mut piece)?;
        let damaged = self.noise.damage(&piece[..count]);
        if count > 0 && damaged.is_empty() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        buffer[..damaged.len()].copy_from_slice(&damaged);
        Ok(damaged.len())
    }
}

impl Write for NoisyStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write_all(&self.noise.damage(bytes))?;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl ByteStream for NoisyStream {
    fn set_read_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        self.stream.set_read_timeout(timeout)
    }
    fn set_write_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        self.stream.set_write_timeout(timeout)
    }
    fn try_clone(&self) -> io::Result<Box<dyn ByteStream>> {
        Ok(Box::new(NoisyStream { stream: self.stream.try_clone()?, noise: self.noise.clone() }))
    }
    fn shutdown(&mut self) {
        self.stream.shutdown();
    }
}

/// What the till books for one payment: whether it was charged.
fn settle(driver: &mut ZvtTerminal, request: &CardRequest, last_trace: &mut Option<u32>) -> bool {
    let receipt = match driver.transact(request, &mut |_| {}, &mut |_| Ok(())) {
        Ok(CardOutcome::Approved(receipt)) => Some(receipt),
        Ok(CardOutcome::Declined { .. }) | Err(PortError::Retryable { .. } | PortError::Permanent { .. }) => None,
        Err(PortError::OutcomeUnknown { .. }) => loop {
            match driver.resolve(request, *last_trace, &mut |_| {}) {
                Ok(CardResolution::Approved(receipt)) => break Some(receipt),
                Ok(CardResolution::NotCharged) => break None,
                Err(PortError::Retryable { .. }) => {}
                Err(error) => panic!("{error:?}"),
            }
        },
    };
    *last_trace = receipt.as_ref().map(|receipt| receipt.trace).or(*last_trace);
    receipt.is_some()
}

#[test]
fn payments_over_a_bad_cable_are_charged_once_or_not_at_all() {
    let cable = Cable::plugged_in();
    let listen = on_serial(cable.device().to_str().unwrap());
    let sim = CardSim::start(CardSimOptions { listen, ..CardSimOptions::default() }).unwrap();
    for seed in 1..=5_u64 {
        let noise = Noise::seeded(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let cable = SerialConnector::new(cable.till().display().to_string(), 9600);
        let connector = NoisyConnector { cable, noise };
        let settings = TerminalSettings { card_timeout: Duration::from_secs(2), ..TerminalSettings::default() };
        let mut driver = ZvtTerminal::new(Box::new(connector), settings);
        let mut last_trace = sim.ledger().last().map(|entry| entry.trace);
        let minor = 1000 + i64::try_from(seed).unwrap();
        let payment = PaymentId::from_parts(minor, [5; 10]);
        let request = CardRequest::payment(payment, Money::new(minor, Currency::EUR));
        let before = sim.charged_minor();
        let charged = settle(&mut driver, &request, &mut last_trace);
        let expected = if charged { minor } else { 0 };
        assert_eq!(sim.charged_minor() - before, expected, "seed {seed}: {:?}", sim.ledger());
    }
    assert!(sim.charged_minor() > 0);
}
