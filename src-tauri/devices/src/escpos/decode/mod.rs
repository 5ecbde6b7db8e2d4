//! From the bytes of a printer back to what they do and to the text on the paper: for the simulator, for tests, and for
//! whoever looks at a recording.
//!
//! Knows the commands of the reference that programs send to receipt printers: those that change what is on paper are
//! an [`Op`] of their own, the others are an [`Op::Setting`]. What it does not know comes out as [`Op::Unknown`], never
//! as a panic and never silently. Memory is bounded by the longest command, [`COMMAND_LEN_MAX`]. Page mode and two-byte
//! characters are recognised, not laid out.

mod command;
mod describe;
mod format;
mod paper;
mod picture;
mod symbols;

pub use describe::{describe, name};
pub use format::Format;
pub use paper::Paper;

use super::codepage::{CodePage, decode_other};
use super::status::StatusKind;
use command::{Step, step};
use salon_ports::{Align, Bitmap, Symbology};
use salon_symbol::check_digit;

/// A longer command is no command: 4 MiB are a picture of five metres.
pub const COMMAND_LEN_MAX: usize = 4 << 20;

/// One command, or a run of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// `ESC @`
    Init,
    /// `ESC t n`
    SelectPage(CodePage),
    /// `ESC t n` with a page that is not ours: its text is ASCII and question marks.
    OtherPage(u8),
    /// `ESC a n`
    Align(Align),
    /// `ESC E n`, `ESC G n`
    Bold(bool),
    /// `ESC - n`: how thick, 0 to 2 dots.
    Underline(u8),
    /// `GS B n`
    Inverse(bool),
    /// `ESC { n`
    UpsideDown(bool),
    /// `ESC M n`: font B, nine dots wide.
    SmallFont(bool),
    /// `GS ! n`: each 1 to 8.
    Size {
        width: u8,
        height: u8,
    },
    /// `ESC ! n`: font, bold, size and underline at once.
    Mode(u8),
    Text(String),
    LineFeed,
    /// CR, FF and the like: no mark on the roll.
    Control(u8),
    /// HT
    Tab,
    /// `ESC D`: columns, ascending.
    TabStops(Vec<u8>),
    /// `ESC d n`
    Feed(u8),
    /// `ESC J n`
    FeedDots(u8),
    /// `ESC 3 n`, and `ESC 2` for what is usual.
    LineSpacing(Option<u8>),
    /// `ESC SP n`
    CharacterSpacing(u8),
    /// `GS L`, in dots.
    LeftMargin(u16),
    /// `GS W`, in dots.
    AreaWidth(u16),
    /// `ESC $`, in dots from the left margin.
    MoveTo(u16),
    /// `ESC \`, in dots from where it is.
    MoveBy(i16),
    /// `GS ( k` with a setting of a QR code: model, size, error correction.
    QrSetting {
        function: u8,
        value: u8,
    },
    QrStore(String),
    QrPrint,
    /// `GS ( k` for a code that is not drawn: 48 PDF417, 50 MaxiCode, 51 GS1 DataBar, 52 composite, 53 Aztec,
    /// 54 DataMatrix.
    OtherSymbol {
        kind: u8,
        function: u8,
    },
    /// `GS h`, `GS w`, `GS H`, `GS f`
    BarcodeSetting {
        command: u8,
        value: u8,
    },
    /// `GS k`; `system` as in function B, 65 to 79.
    Barcode {
        system: u8,
        content: String,
    },
    /// `GS v 0`
    Image(Picture),
    /// `GS ( L` and `GS 8 L`, functions 112 and 113
    GraphicsStore(Picture),
    /// `GS ( L`, functions 2 and 50
    GraphicsPrint,
    /// `ESC *`: a strip in the line.
    Strip(Picture),
    /// `GS V`, `ESC i`, `ESC m`
    Cut {
        partial: bool,
        feed_dots: u8,
    },
    /// `ESC p m t1 t2`; both times in units of 2 ms.
    DrawerPulse {
        connector: u8,
        on: u8,
        off: u8,
    },
    /// `DLE DC4 1 m t`: at once; the time in units of 100 ms.
    DrawerPulseNow {
        connector: u8,
        time: u8,
    },
    /// `DLE EOT n`: answered at once, whatever else waits in the buffer.
    Status(StatusKind),
    /// `DLE ENQ n`: at once too. 1 goes on after an error, 2 throws away what waits.
    Recover(u8),
    /// `GS r n`: answered in its turn, after all that came before it.
    SensorStatus(u8),
    /// `GS a n`: four bytes at every change from now on; 0 for no more.
    StatusBack(u8),
    /// `GS I n`: what kind of printer it is.
    Identify(u8),
    /// `ESC = n`: who listens, bit 0 the printer, bit 1 the display.
    SelectDevice(u8),
    /// `US …`: to a customer display that hangs on the printer.
    Display(DisplayOp),
    /// Known, and without a mark on our paper.
    Setting,
    /// Bytes that are none of these.
    Unknown(Vec<u8>),
}

/// The commands of a customer display that are not the printer's (Epson, "DM-D Series" command reference).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisplayOp {
    /// `US $ column line`, from 1.
    MoveTo { column: u8, line: u8 },
    /// All others: brightness, blinking, mode, clock.
    Setting,
}

/// Dots that came in, and how many dots of paper each is wide and high.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub bitmap: Bitmap,
    pub scale_x: u8,
    pub scale_y: u8,
}

/// The bar code that a `GS k` system draws, if it is one of ours.
pub fn symbology(system: u8) -> Option<Symbology> {
    match system {
        65 => Some(Symbology::UpcA),
        67 => Some(Symbology::Ean13),
        68 => Some(Symbology::Ean8),
        73 => Some(Symbology::Code128),
        _ => None,
    }
}

/// What a bar code says on paper: EAN and UPC may come without their check digit, and the printer adds it.
pub fn printed_content(system: u8, content: &str) -> String {
    let without = match symbology(system) {
        Some(Symbology::Ean13) => 12,
        Some(Symbology::Ean8) => 7,
        Some(Symbology::UpcA) => 11,
        Some(Symbology::Code128) | None => usize::MAX,
    };
    let digit = (content.len() == without).then(|| check_digit(content)).flatten();
    content.chars().chain(digit).collect()
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    pub op: Op,
    pub raw: Vec<u8>,
}

/// Takes bytes as they arrive, in pieces of any size.
#[derive(Debug, Default)]
pub struct Decoder {
    pending: Vec<u8>,
    page: Page,
}

/// Until a page is selected only ASCII is certain: the default page differs by the printer's country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Page {
    #[default]
    NotSelected,
    Ours(CodePage),
    Other(u8),
}

impl Page {
    fn text(self, bytes: &[u8]) -> String {
        match self {
            Page::Ours(page) => page.decode(bytes),
            Page::Other(number) => decode_other(Some(number), bytes),
            Page::NotSelected => decode_other(None, bytes),
        }
    }
}

impl Decoder {
    pub fn new() -> Self {
        Decoder::default()
    }

    pub fn push(&mut self, bytes: &[u8]) -> Vec<Decoded> {
        self.pending.extend_from_slice(bytes);
        let mut ops = Vec::new();
        let mut at = 0;
        while at < self.pending.len() {
            let Step::Done(op, used) = step(&self.pending[at..], |text| self.page.text(text)) else {
                break;
            };
            match &op {
                Op::Init => self.page = Page::NotSelected,
                Op::SelectPage(page) => self.page = Page::Ours(*page),
                Op::OtherPage(number) => self.page = Page::Other(*number),
                _ => {}
            }
            let raw = self.pending[at..at + used].to_vec();
            ops.push(Decoded { op, raw });
            at += used;
        }
        self.pending.drain(..at);
        ops
    }

    /// Bytes of a command that has not arrived whole.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }
}

/// All that `bytes` put on paper.
pub fn text(bytes: &[u8], columns: usize) -> Vec<String> {
    let mut paper = Paper::new(columns);
    for decoded in Decoder::new().push(bytes) {
        paper.apply(&decoded.op);
    }
    paper.lines
}
