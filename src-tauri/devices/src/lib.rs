//! Devices on the counter: receipt printers with their drawer, customer displays, card terminals, and scanners.
//!
//! Implements the ports of `salon-ports` and speaks the real protocols: [`escpos`] and [`zvt`], each a codec without IO
//! and a driver over a [`stream::ByteStream`]. [`stripe`] drives a reader through the sync server, [`external`] asks the
//! cashier. [`sim`] has the other side of both wires, as a library for tests and as the program `salon-sim`. [`find`]
//! looks for what is there.
//!
//! Threads and blocking sockets, no async runtime: a device is one slow wire. Every call ends within five seconds,
//! except while a client holds the card. Nothing in here knows a sale, a store, or text for people.

mod config;
pub mod escpos;
pub mod external;
pub mod find;
pub mod logo;
pub mod scanner;
pub mod sim;
pub mod stream;
pub mod stripe;
pub mod zvt;

pub use config::{
    CardTerminalConfig, ConfigError, DeviceConfig, DisplayConfig, Link, Paper, PrinterConfig, ScannerConfig, ZvtConfig,
};

use salon_ports::{CardPort, DisplayPort, DrawerPort, PrinterPort, ScannerPort};
use std::sync::Arc;
use std::time::Duration;
use stream::connector;
use stripe::CardServer;

/// The printer that `config` describes. Nothing is connected before it is used.
pub fn printer(config: &PrinterConfig) -> Box<dyn PrinterPort> {
    Box::new(escpos::EscPosPrinter::new(connector(&config.link()), escpos::Profile::of(config.paper())))
}

/// The drawer that hangs on the printer of `config`, with a connection of its own.
pub fn drawer(config: &PrinterConfig) -> Box<dyn DrawerPort> {
    Box::new(escpos::EscPosDrawer::new(connector(&config.link()), escpos::Profile::of(config.paper())))
}

/// The customer display that `config` describes. Nothing is connected before it is used.
pub fn display(config: &DisplayConfig) -> Box<dyn DisplayPort> {
    let (link, code_page) = match config {
        DisplayConfig::DisplayTcp { address, code_page } => (Link::Tcp { address: address.clone() }, *code_page),
        DisplayConfig::DisplaySerial { path, baud, code_page } => {
            (Link::Serial { path: path.clone(), baud: *baud }, *code_page)
        }
    };
    Box::new(escpos::EscPosDisplay::new(connector(&link), code_page))
}

/// The card terminal that `config` describes. `server` carries the calls of one that the sync server drives; without it
/// such a terminal says at every use that it is not connected.
pub fn card_terminal(config: &CardTerminalConfig, server: Option<Arc<dyn CardServer>>) -> Box<dyn CardPort> {
    match config {
        CardTerminalConfig::ZvtTcp { address, zvt } => zvt_terminal(&Link::Tcp { address: address.clone() }, zvt),
        CardTerminalConfig::ZvtSerial { path, baud, zvt } => {
            zvt_terminal(&Link::Serial { path: path.clone(), baud: *baud }, zvt)
        }
        CardTerminalConfig::Stripe { reader, card_timeout_s } => {
            let card_timeout = Duration::from_secs(u64::from(*card_timeout_s));
            Box::new(stripe::StripeTerminal::new(server, stripe::StripeSettings::new(reader, card_timeout)))
        }
        CardTerminalConfig::External {} => Box::new(external::ExternalTerminal::default()),
    }
}

/// The ZVT terminal on `link`. Nothing is connected before it is used.
fn zvt_terminal(link: &Link, config: &ZvtConfig) -> Box<dyn CardPort> {
    let settings = zvt::TerminalSettings {
        password: config.password,
        currency: config.currency,
        card_timeout: Duration::from_secs(u64::from(config.card_timeout_s)),
    };
    Box::new(zvt::ZvtTerminal::new(connector(link), settings))
}

/// The scanner that `config` describes. Nothing is connected before it is read.
pub fn scanner(config: &ScannerConfig) -> Box<dyn ScannerPort> {
    let ScannerConfig::ScannerSerial { path, baud } = config;
    Box::new(scanner::SerialScanner::new(Box::new(stream::SerialConnector::new(path, *baud))))
}
