//! What a terminal's settings say about its devices. Read by the composition root, which asks this crate for the ports.
//!
//! In a command line a device is `KIND:ADDRESS`: `escpos_tcp:192.0.2.10:9100`, `escpos_serial:/dev/ttyUSB0@19200`,
//! `escpos_usb:04b8:0e15`, `zvt_tcp:…`, `zvt_serial:…`, `stripe:READER`, `external:`, `scanner_serial:…`,
//! `display_tcp:…`, `display_serial:…`.

use crate::escpos::CodePage;
use crate::zvt::Password;
use salon_domain::kernel::Currency;
use serde::{Deserialize, Serialize};

/// Where a device hangs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "link", rename_all = "snake_case")]
pub enum Link {
    /// `HOST:PORT`
    Tcp { address: String },
    /// A serial port by the system's name for it, 8 data bits, no parity, 1 stop bit.
    Serial { path: String, baud: u32 },
    /// By vendor and product; the serial number tells two of the same kind apart.
    Usb { vendor: u16, product: u16, serial: Option<String> },
}

/// How a printer puts characters on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Characters in a line of the normal font: 32 on 58 mm paper, 48 on 80 mm.
    #[serde(default = "columns_of_80_mm")]
    pub columns: u8,
    #[serde(default)]
    pub code_page: CodePage,
    /// Which level of connector pin 3 means that the drawer is open; it depends on the drawer's switch.
    #[serde(default = "yes")]
    pub drawer_open_is_high: bool,
    /// The second drawer hangs on connector pin 5.
    #[serde(default)]
    pub second_drawer: bool,
}

impl Default for Paper {
    fn default() -> Self {
        Paper {
            columns: columns_of_80_mm(),
            code_page: CodePage::default(),
            drawer_open_is_high: true,
            second_drawer: false,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PrinterConfig {
    /// An ESC/POS printer on the network, most often at port 9100.
    EscposTcp {
        address: String,
        #[serde(flatten)]
        paper: Paper,
    },
    EscposSerial {
        path: String,
        #[serde(default = "baud_of_printers")]
        baud: u32,
        #[serde(flatten)]
        paper: Paper,
    },
    EscposUsb {
        vendor: u16,
        product: u16,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        serial: Option<String>,
        #[serde(flatten)]
        paper: Paper,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CardTerminalConfig {
    /// A ZVT terminal on the network, most often at port 20007.
    ZvtTcp {
        address: String,
        #[serde(flatten)]
        zvt: ZvtConfig,
    },
    /// A ZVT terminal on a serial line.
    ZvtSerial {
        path: String,
        #[serde(default = "baud_of_terminals")]
        baud: u32,
        #[serde(flatten)]
        zvt: ZvtConfig,
    },
    /// A Stripe reader, driven by the sync server.
    Stripe {
        reader: String,
        #[serde(default = "card_timeout_s")]
        card_timeout_s: u16,
    },
    /// A terminal that is not connected to us: the cashier types the amount there and says what it said.
    External {},
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZvtConfig {
    #[serde(default)]
    pub password: Password,
    #[serde(default = "euro")]
    pub currency: Currency,
    /// How long the client has to hold the card; then the terminal is asked to stop.
    #[serde(default = "card_timeout_s")]
    pub card_timeout_s: u16,
}

impl Default for ZvtConfig {
    fn default() -> Self {
        ZvtConfig { password: Password::default(), currency: euro(), card_timeout_s: card_timeout_s() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ScannerConfig {
    ScannerSerial {
        path: String,
        #[serde(default = "baud_of_terminals")]
        baud: u32,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DisplayConfig {
    DisplayTcp {
        address: String,
        #[serde(default)]
        code_page: CodePage,
    },
    DisplaySerial {
        path: String,
        #[serde(default = "baud_of_terminals")]
        baud: u32,
        #[serde(default)]
        code_page: CodePage,
    },
}

/// One device, of whatever kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "device", content = "driver", rename_all = "snake_case")]
pub enum DeviceConfig {
    Printer(PrinterConfig),
    CardTerminal(CardTerminalConfig),
    Scanner(ScannerConfig),
    Display(DisplayConfig),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("\"{0}\" has to be KIND:ADDRESS, e.g. escpos_tcp:192.0.2.10:9100 or zvt_serial:/dev/ttyUSB0@9600")]
    NoKind(String),
    #[error("there is no kind of device \"{0}\": use one of {KINDS}")]
    UnknownKind(String),
    #[error("\"{0}\" is no address of {1}")]
    BadAddress(String, &'static str),
}

const KINDS: &str = "escpos_tcp, escpos_serial, escpos_usb, zvt_tcp, zvt_serial, stripe, external, scanner_serial, \
                     display_tcp, display_serial";

impl DeviceConfig {
    /// Reads `KIND:ADDRESS`; `currency` is what card terminals of the branch take.
    pub fn parse(text: &str, currency: Currency) -> Result<DeviceConfig, ConfigError> {
        let (kind, address) = text.split_once(':').ok_or_else(|| ConfigError::NoKind(text.to_owned()))?;
        let zvt = ZvtConfig { currency, ..ZvtConfig::default() };
        let (paper, code_page) = (Paper::default(), CodePage::default());
        Ok(match kind {
            "escpos_tcp" => DeviceConfig::Printer(PrinterConfig::EscposTcp { address: tcp(address)?, paper }),
            "escpos_serial" => {
                let (path, baud) = serial(address, baud_of_printers())?;
                DeviceConfig::Printer(PrinterConfig::EscposSerial { path, baud, paper })
            }
            "escpos_usb" => {
                let (vendor, product, serial) = usb(address)?;
                DeviceConfig::Printer(PrinterConfig::EscposUsb { vendor, product, serial, paper })
            }
            "zvt_tcp" => DeviceConfig::CardTerminal(CardTerminalConfig::ZvtTcp { address: tcp(address)?, zvt }),
            "zvt_serial" => {
                let (path, baud) = serial(address, baud_of_terminals())?;
                DeviceConfig::CardTerminal(CardTerminalConfig::ZvtSerial { path, baud, zvt })
            }
            "stripe" if !address.is_empty() => DeviceConfig::CardTerminal(CardTerminalConfig::Stripe {
                reader: address.to_owned(),
                card_timeout_s: card_timeout_s(),
            }),
            "stripe" => return Err(ConfigError::BadAddress(address.to_owned(), "a Stripe reader (tmr_…)")),
            "external" => DeviceConfig::CardTerminal(CardTerminalConfig::External {}),
            "scanner_serial" => {
                let (path, baud) = serial(address, baud_of_terminals())?;
                DeviceConfig::Scanner(ScannerConfig::ScannerSerial { path, baud })
            }
            "display_tcp" => DeviceConfig::Display(DisplayConfig::DisplayTcp { address: tcp(address)?, code_page }),
            "display_serial" => {
                let (path, baud) = serial(address, baud_of_terminals())?;
                DeviceConfig::Display(DisplayConfig::DisplaySerial { path, baud, code_page })
            }
            other => return Err(ConfigError::UnknownKind(other.to_owned())),
        })
    }

    /// Where it hangs; none for what is not on a wire of this computer's.
    pub fn link(&self) -> Option<Link> {
        match self {
            DeviceConfig::Printer(printer) => Some(printer.link()),
            DeviceConfig::CardTerminal(card) => card.link(),
            DeviceConfig::Scanner(ScannerConfig::ScannerSerial { path, baud })
            | DeviceConfig::Display(DisplayConfig::DisplaySerial { path, baud, .. }) => {
                Some(Link::Serial { path: path.clone(), baud: *baud })
            }
            DeviceConfig::Display(DisplayConfig::DisplayTcp { address, .. }) => {
                Some(Link::Tcp { address: address.clone() })
            }
        }
    }

    /// As a person reads it: the address of its wire, or the name of its reader.
    pub fn address(&self) -> String {
        match (self, self.link()) {
            (_, Some(link)) => link.to_string(),
            (DeviceConfig::CardTerminal(CardTerminalConfig::Stripe { reader, .. }), None) => reader.clone(),
            _ => String::new(),
        }
    }

    /// The kind as in a command line.
    pub fn kind(&self) -> &'static str {
        match self {
            DeviceConfig::Printer(PrinterConfig::EscposTcp { .. }) => "escpos_tcp",
            DeviceConfig::Printer(PrinterConfig::EscposSerial { .. }) => "escpos_serial",
            DeviceConfig::Printer(PrinterConfig::EscposUsb { .. }) => "escpos_usb",
            DeviceConfig::CardTerminal(CardTerminalConfig::ZvtTcp { .. }) => "zvt_tcp",
            DeviceConfig::CardTerminal(CardTerminalConfig::ZvtSerial { .. }) => "zvt_serial",
            DeviceConfig::CardTerminal(CardTerminalConfig::Stripe { .. }) => "stripe",
            DeviceConfig::CardTerminal(CardTerminalConfig::External {}) => "external",
            DeviceConfig::Scanner(ScannerConfig::ScannerSerial { .. }) => "scanner_serial",
            DeviceConfig::Display(DisplayConfig::DisplayTcp { .. }) => "display_tcp",
            DeviceConfig::Display(DisplayConfig::DisplaySerial { .. }) => "display_serial",
        }
    }
}

impl PrinterConfig {
    pub fn link(&self) -> Link {
        match self {
            PrinterConfig::EscposTcp { address, .. } => Link::Tcp { address: address.clone() },
            PrinterConfig::EscposSerial { path, baud, .. } => Link::Serial { path: path.clone(), baud: *baud },
            PrinterConfig::EscposUsb { vendor, product, serial, .. } => {
                Link::Usb { vendor: *vendor, product: *product, serial: serial.clone() }
            }
        }
    }

    pub fn paper(&self) -> &Paper {
        match self {
            PrinterConfig::EscposTcp { paper, .. }
            | PrinterConfig::EscposSerial { paper, .. }
            | PrinterConfig::EscposUsb { paper, .. } => paper,
        }
    }

    pub fn paper_mut(&mut self) -> &mut Paper {
        match self {
            PrinterConfig::EscposTcp { paper, .. }
            | PrinterConfig::EscposSerial { paper, .. }
            | PrinterConfig::EscposUsb { paper, .. } => paper,
        }
    }
}

impl CardTerminalConfig {
    pub fn link(&self) -> Option<Link> {
        match self {
            CardTerminalConfig::ZvtTcp { address, .. } => Some(Link::Tcp { address: address.clone() }),
            CardTerminalConfig::ZvtSerial { path, baud, .. } => Some(Link::Serial { path: path.clone(), baud: *baud }),
            CardTerminalConfig::Stripe { .. } | CardTerminalConfig::External {} => None,
        }
    }
}

impl std::fmt::Display for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Link::Tcp { address } => f.write_str(address),
            Link::Serial { path, baud } => write!(f, "{path}@{baud}"),
            Link::Usb { vendor, product, serial: None } => write!(f, "{vendor:04x}:{product:04x}"),
            Link::Usb { vendor, product, serial: Some(serial) } => write!(f, "{vendor:04x}:{product:04x}:{serial}"),
        }
    }
}

fn tcp(address: &str) -> Result<String, ConfigError> {
    let whole = address.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    if whole {
        Ok(address.to_owned())
    } else {
        Err(ConfigError::BadAddress(address.to_owned(), "a device on the network (HOST:PORT)"))
    }
}

fn serial(address: &str, baud: u32) -> Result<(String, u32), ConfigError> {
    let bad = || ConfigError::BadAddress(address.to_owned(), "a serial port (PATH or PATH@BAUD)");
    let (path, baud) = match address.rsplit_once('@') {
        Some((path, speed)) => (path, speed.parse().map_err(|_| bad())?),
        None => (address, baud),
    };
    if path.is_empty() || baud == 0 { Err(bad()) } else { Ok((path.to_owned(), baud)) }
}

fn usb(address: &str) -> Result<(u16, u16, Option<String>), ConfigError> {
    let bad = || ConfigError::BadAddress(address.to_owned(), "a USB device (VENDOR:PRODUCT in hex, or …:SERIAL)");
    let mut parts = address.splitn(3, ':');
    let mut id = || parts.next().and_then(|part| u16::from_str_radix(part, 16).ok());
    let (vendor, product) = (id().ok_or_else(bad)?, id().ok_or_else(bad)?);
    let serial = parts.next().filter(|serial| !serial.is_empty()).map(str::to_owned);
    Ok((vendor, product, serial))
}

fn columns_of_80_mm() -> u8 {
    48
}
fn yes() -> bool {
    true
}
fn euro() -> Currency {
    Currency::EUR
}
fn card_timeout_s() -> u16 {
    120
}
fn baud_of_printers() -> u32 {
    19_200
}
fn baud_of_terminals() -> u32 {
    9_600
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_settings_hold() {
        let printer: PrinterConfig = serde_json::from_str(
            r#"{"kind":"escpos_tcp","address":"127.0.0.1:9100","columns":32,"code_page":"cp852"}"#,
        )
        .unwrap();
        let paper = Paper { columns: 32, code_page: CodePage::Cp852, ..Paper::default() };
        assert_eq!(printer, PrinterConfig::EscposTcp { address: "127.0.0.1:9100".into(), paper });
        let card: CardTerminalConfig = serde_json::from_str(
            r#"{"kind":"zvt_tcp","address":"10.0.0.5:20007","password":"123456","currency":"EUR"}"#,
        )
        .unwrap();
        assert!(!format!("{card:?}").contains("123456"));
        let back: CardTerminalConfig = serde_json::from_str(&serde_json::to_string(&card).unwrap()).unwrap();
        assert_eq!(back, card);
    }

    #[test]
    fn refuses_a_password_that_no_terminal_takes() {
        for password in ["12345", "1234567", "12345a", ""] {
            let json = format!(r#"{{"kind":"zvt_tcp","address":"x","password":"{password}"}}"#);
            assert!(serde_json::from_str::<CardTerminalConfig>(&json).is_err(), "{password}");
        }
    }

    #[test]
    fn every_kind_is_read_and_written_the_same() {
        for text in [
            "escpos_tcp:192.0.2.10:9100",
            "escpos_serial:/dev/ttyUSB0@38400",
            "escpos_serial:COM3@19200",
            "escpos_usb:04b8:0e15",
            "escpos_usb:04b8:0e15:J5KF010203",
            "zvt_tcp:terminal.example:20007",
            "zvt_serial:/dev/ttyS0@9600",
            "stripe:tmr_123",
            "external:",
            "scanner_serial:/dev/ttyACM0@9600",
            "display_tcp:192.0.2.11:9100",
            "display_serial:/dev/ttyS1@9600",
        ] {
            let config = DeviceConfig::parse(text, Currency::EUR).unwrap();
            assert_eq!(format!("{}:{}", config.kind(), config.address()), text);
            let back: DeviceConfig = serde_json::from_str(&serde_json::to_string(&config).unwrap()).unwrap();
            assert_eq!(back, config);
        }
    }

    #[test]
    fn what_is_no_device_is_told_why() {
        for text in [
            "",
            "escpos_tcp",
            "escpos_tcp:",
            "escpos_tcp:host",
            "fax:1",
            "escpos_usb:zz:1",
            "zvt_serial:@9600",
            "zvt_serial:/dev/x@fast",
            "stripe:",
        ] {
            assert!(DeviceConfig::parse(text, Currency::EUR).is_err(), "{text}");
        }
    }
}
