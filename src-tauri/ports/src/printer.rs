//! The receipt printer and the cash drawer that hangs on it.

use crate::PortError;
use serde::{Deserialize, Serialize};

/// A picture of black dots: `rows` has a bit a dot, the leftmost in the highest bit, each row filled up to whole bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bitmap {
    pub width_dots: u16,
    pub height_dots: u16,
    pub rows: Vec<u8>,
}

impl Bitmap {
    /// Bytes of one row.
    pub fn stride(&self) -> usize {
        usize::from(self.width_dots).div_ceil(8)
    }

    /// Whether the dot is black; white outside.
    pub fn is_black(&self, x: usize, y: usize) -> bool {
        x < usize::from(self.width_dots)
            && self.rows.get(y * self.stride() + x / 8).is_some_and(|byte| byte >> (7 - x % 8) & 1 == 1)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Symbology {
    /// Any printable ASCII.
    #[default]
    Code128,
    /// 13 digits, the last of them the check digit.
    Ean13,
    /// 8 digits, the last of them the check digit.
    Ean8,
    /// 12 digits, the last of them the check digit.
    UpcA,
}

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
    /// A bar code with its text below.
    Barcode {
        content: String,
        #[serde(default)]
        symbology: Symbology,
    },
    /// Rows of cells, the first column to the left and all others to the right, as wide as their content: the tax table.
    Table {
        header: Vec<String>,
        rows: Vec<Vec<String>>,
    },
    /// A picture in the middle, narrowed to the paper; `alt` stands for it where there are no pictures.
    Image {
        bitmap: Bitmap,
        alt: String,
    },
    Cut,
    /// The pulse that opens the drawer.
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

/// What was printed otherwise than it was asked for. A receipt is never refused for this; somebody should know, though.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum PrintNote {
    /// The printer's code page lacks `original`, `printed` stands for it.
    Substituted { original: char, printed: String },
    /// More than a QR code of medium error correction holds: its text was printed instead.
    QrTooLong { bytes: usize },
    /// The symbology lacks a character of it, its check digit is wrong, or it is wider than the paper: its text was
    /// printed instead.
    BarcodeUnprintable { content: String },
    /// The printer takes no pictures: `alt` was printed instead.
    ImageLeftOut { alt: String },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    pub state: PrinterState,
    pub notes: Vec<PrintNote>,
}

pub trait PrinterPort: Send {
    /// Asks for the state; under five seconds, whatever the printer does.
    fn state(&mut self) -> Result<PrinterState, PortError>;

    /// Prints one receipt. Checks the state before and after. `Ok` means that the printer said afterwards that it is
    /// well; [`PortError::OutcomeUnknown`] that some or all of it may be on paper.
    fn print(&mut self, receipt: &ReceiptDoc) -> Result<Printed, PortError>;
}

/// The cash drawer. It hangs on the printer's connector, but has to open without paper too.
pub trait DrawerPort: Send {
    /// Sends the pulse. `Ok` means that it was sent; whether a drawer is there nobody can tell.
    fn open(&mut self) -> Result<(), PortError>;
}
