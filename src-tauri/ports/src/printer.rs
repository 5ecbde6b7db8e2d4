//! The receipt printer and the cash drawer that hangs on it.

use crate::PortError;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    Left,
    Center,
    Right,
}

/// A piece of a receipt, laid out by the printer's own width.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum ReceiptPart {
    /// A line of text, wrapped at the paper's width. `double` is double width and height.
    Text {
        text: String,
        align: Align,
        bold: bool,
        double: bool,
    },
    /// `left ……… right` on one line (`left` wraps, `right` never does): items and totals.
    Columns {
        left: String,
        right: String,
        bold: bool,
    },
    Rule,
    Feed {
        lines: u8,
    },
    /// A QR code of `content` (UTF-8).
    Qr {
        content: String,
    },
    /// CODE128 (set B) with its text below.
    Barcode {
        content: String,
    },
    Cut,
    /// The pulse that opens the drawer on connector pin 2.
    OpenDrawer,
}

/// One receipt: the single model behind paper, screen and file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ReceiptDoc {
    pub parts: Vec<ReceiptPart>,
}

/// What the printer says of itself by real-time status (ESC/POS `DLE EOT n`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PrinterState {
    pub online: bool,
    pub cover_open: bool,
    pub paper_near_end: bool,
    pub paper_out: bool,
    pub cutter_error: bool,
    pub drawer_open: bool,
}

pub trait PrinterPort: Send {
    /// Asks for the state; under five seconds, whatever the printer does.
    fn state(&mut self) -> Result<PrinterState, PortError>;

    /// Prints one receipt. Checks the state before and after. `Ok` means that the printer said afterwards that it is
    /// well; [`PortError::OutcomeUnknown`] that some or all of it may be on paper.
    fn print(&mut self, receipt: &ReceiptDoc) -> Result<PrinterState, PortError>;
}
