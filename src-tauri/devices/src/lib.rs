//! Devices on the counter: receipt printers with their drawer, and card terminals.
//!
//! Implements the ports of `salon-ports` and speaks the real protocols: [`escpos`] and [`zvt`], each a codec without IO
//! and a driver over a [`stream::ByteStream`]. [`sim`] has the other side of both wires, as a library for tests and as
//! the program `device-sim`.
//!
//! Threads and blocking sockets, no async runtime: a device is one slow wire. Every call ends within five seconds,
//! except while a client holds the card. Nothing in here knows a sale, a store, or text for people.

mod config;
pub mod escpos;
pub mod sim;
pub mod stream;
pub mod zvt;

pub use config::{CardTerminalConfig, PrinterConfig};

use salon_ports::{CardPort, PrinterPort};
use std::time::Duration;
use stream::TcpConnector;

/// The printer that `config` describes. Nothing is connected before it is used.
pub fn printer(config: &PrinterConfig) -> Box<dyn PrinterPort> {
    match config {
        PrinterConfig::EscposTcp { address, columns, code_page, drawer_open_is_high } => {
            Box::new(escpos::EscPosPrinter::new(
                Box::new(TcpConnector::new(address)),
                escpos::Profile {
                    columns: usize::from(*columns),
                    code_page: *code_page,
                    drawer_open_is_high: *drawer_open_is_high,
                },
            ))
        }
    }
}

/// The card terminal that `config` describes. Nothing is connected before it is used.
pub fn card_terminal(config: &CardTerminalConfig) -> Box<dyn CardPort> {
    match config {
        CardTerminalConfig::ZvtTcp { address, password, currency, card_timeout_s } => Box::new(zvt::ZvtTerminal::new(
            Box::new(TcpConnector::new(address)),
            zvt::TerminalSettings {
                password: *password,
                currency: *currency,
                card_timeout: Duration::from_secs(u64::from(*card_timeout_s)),
            },
        )),
    }
}
