//! What the window shows of devices and of the print queue.

use salon_domain::kernel::TicketId;
use salon_domain::payment::CardDayUnseen;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The work that a device does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceRole {
    /// Receipt printer, with the drawer that hangs on it.
    Printer,
    CardTerminal,
    Scanner,
    Display,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DevicesView {
    pub devices: Vec<DeviceView>,
    /// Receipts have a picture at their head.
    pub has_logo: bool,
    pub print_queue: u32,
    /// Jobs of which some may be on paper.
    pub print_unsure: u32,
    pub training: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceView {
    pub id: Uuid,
    pub name: String,
    pub role: DeviceRole,
    /// `escpos_tcp`, `zvt_serial`, …
    pub kind: String,
    pub address: String,
    pub assigned: bool,
    /// What can be set on its kind, with the value that it has.
    pub options: BTreeMap<String, String>,
    /// Of the assigned ones: what it said last.
    pub well: bool,
    /// A `FaultCause`.
    pub fault: Option<String>,
    /// `paper_near_end`
    pub warning: Option<String>,
    /// Of a card terminal: `end_of_day`, `diagnosis`, `repeat_receipt`, `refund`, `reversal`.
    pub abilities: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FoundDevice {
    /// What the system or the device calls itself.
    pub label: String,
    /// Drivers to try, the likeliest first, as `SaveDevice` takes them.
    pub drivers: Vec<String>,
    /// This terminal has it already.
    pub known: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceWords {
    pub lines: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrintJobView {
    pub job: i64,
    /// `receipt`, `z`, `card_day`, `gift_cards`, `drawer`, `test`
    pub kind: String,
    /// The receipt's number, or the Z's.
    pub number: Option<u64>,
    pub ticket: Option<TicketId>,
    pub copy: bool,
    /// `queued`, `sending`, `printed`, `unsure`, `dropped`
    pub state: String,
    /// A `FaultCause`.
    pub fault: Option<String>,
    /// Characters that the printer lacks and what stood for them: `Ł→L`.
    pub notes: Vec<String>,
    pub date: String,
    pub minute: u16,
}

/// A card terminal's end of day beside the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CardDayView {
    /// The link broke before the card terminal said so: its totals are not known, nor whether its batch is closed.
    pub unseen: bool,
    /// An end of day before this one was not seen and had closed a batch: what the till has of that one.
    pub before: Option<CardDayUnseen>,
    pub terminal_minor: i64,
    pub terminal_count: Option<u32>,
    /// Since the end of day before: payments less what was given back, and how many of both.
    pub journal_minor: i64,
    pub journal_count: u32,
    /// `terminal_minor - journal_minor`
    pub difference_minor: i64,
    pub by_card: Vec<CardBrandTotal>,
    pub lines: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardBrandTotal {
    pub brand: String,
    pub count: u32,
    pub amount_minor: i64,
}

/// A device that keeps something from working.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceTrouble {
    pub role: DeviceRole,
    /// A `FaultCause`, or `paper_near_end`.
    pub cause: String,
    /// It works nevertheless.
    pub warning: bool,
}

/// As what a receipt is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptFormat {
    Html,
    Pdf,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedFile {
    pub path: String,
}
