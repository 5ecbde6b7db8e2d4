//! From a receipt to the bytes of a printer. Pure: no IO, no clock.

use super::code128::code128_data;
use super::codepage::CodePage;
use super::layout::{DOTS_PER_COLUMN, barcode_module_dots, column_lines, prepare, rule, text_width, wrap};
use super::raster::{BAND_ROWS, narrowed, without_commands};
use super::table::table_lines;
use super::{ESC, GS, LF};
use salon_ports::{Align, Bitmap, PrintNote, ReceiptDoc, ReceiptPart, Symbology};

/// The pulse of `ESC p`: 25 × 2 ms on, 250 × 2 ms until the next may come. Drawers need 50 ms or more.
const PULSE_ON_2MS: u8 = 25;
const PULSE_OFF_2MS: u8 = 250;

/// Height of a bar code in dots, 8 to a millimetre.
const BARCODE_HEIGHT_DOTS: u8 = 80;

/// `ESC p` for connector pin 2 (0) or pin 5 (1).
pub(super) fn pulse(connector: u8) -> [u8; 5] {
    [ESC, b'p', connector, PULSE_ON_2MS, PULSE_OFF_2MS]
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    pub bytes: Vec<u8>,
    pub notes: Vec<PrintNote>,
}

/// The bytes that print `doc` on a printer of `columns`, and what had to be printed otherwise. A drawer hangs on connector
/// pin 2.
pub fn encode(doc: &ReceiptDoc, page: CodePage, columns: usize) -> Encoded {
    encode_with_drawer(doc, page, columns, 0)
}

/// The same with the drawer on connector pin 2 (0) or pin 5 (1).
pub(super) fn encode_with_drawer(doc: &ReceiptDoc, page: CodePage, columns: usize, connector: u8) -> Encoded {
    let columns = columns.max(1);
    let (doc, notes) = prepare(doc, page, columns);
    let mut writer = Writer::new(page, columns, connector);
    for part in &doc.parts {
        writer.part(part);
    }
    Encoded { bytes: writer.bytes, notes }
}

struct Writer {
    bytes: Vec<u8>,
    page: CodePage,
    columns: usize,
    connector: u8,
    align: Align,
    bold: bool,
    double: bool,
}

impl Writer {
    /// `ESC @` puts the printer in the state that the fields say it is in.
    fn new(page: CodePage, columns: usize, connector: u8) -> Self {
        Writer {
            bytes: vec![ESC, b'@', ESC, b't', page.number()],
            page,
            columns,
            connector,
            align: Align::Left,
            bold: false,
            double: false,
        }
    }

    fn part(&mut self, part: &ReceiptPart) {
        match part {
            ReceiptPart::Text { text, align, bold, double } => {
                self.style(*align, *bold, *double);
                self.lines(&wrap(text, text_width(self.columns, *double)));
            }
            ReceiptPart::Columns { left, right, bold } => {
                self.style(Align::Left, *bold, false);
                self.lines(&column_lines(left, right, self.columns));
            }
            ReceiptPart::Rule => {
                self.style(Align::Left, false, false);
                self.lines(&[rule(self.columns)]);
            }
            ReceiptPart::Feed { lines: 0 } => {}
            ReceiptPart::Feed { lines } => self.bytes.extend([ESC, b'd', *lines]),
            ReceiptPart::Qr { content } => self.qr(content),
            ReceiptPart::Barcode { content, symbology } => self.barcode(*symbology, content),
            ReceiptPart::Table { header, rows } => {
                let (header, rows) = table_lines(header, rows, self.columns);
                self.style(Align::Left, true, false);
                self.lines(&header);
                self.style(Align::Left, false, false);
                self.lines(&rows);
            }
            ReceiptPart::Image { bitmap, .. } => self.image(bitmap),
            // Function B: feeds to the cutter, then cuts; 0 extra units.
            ReceiptPart::Cut => self.bytes.extend([GS, b'V', 66, 0]),
            ReceiptPart::OpenDrawer => {
                self.bytes.extend(pulse(self.connector));
            }
        }
    }

    fn lines(&mut self, lines: &[String]) {
        for line in lines {
            // `prepare` left only characters of the page.
            self.bytes.extend(line.chars().map(|c| self.page.byte(c).unwrap_or(b'?')));
            self.bytes.push(LF);
        }
    }

    fn style(&mut self, align: Align, bold: bool, double: bool) {
        if self.align != align {
            let n = match align {
                Align::Left => 0,
                Align::Center => 1,
                Align::Right => 2,
            };
            self.bytes.extend([ESC, b'a', n]);
            self.align = align;
        }
        if self.bold != bold {
            self.bytes.extend([ESC, b'E', u8::from(bold)]);
            self.bold = bold;
        }
        if self.double != double {
            self.bytes.extend([GS, b'!', if double { 0x11 } else { 0x00 }]);
            self.double = double;
        }
    }

    /// `GS ( k`, functions 165 (model 2), 167 (size), 169 (error correction M), 180 (store) and 181 (print).
    fn qr(&mut self, content: &str) {
        if content.is_empty() {
            return;
        }
        self.style(Align::Center, false, false);
        let module_dots = if self.columns >= 40 { 6 } else { 5 };
        self.symbol(65, &[50, 0]);
        self.symbol(67, &[module_dots]);
        self.symbol(69, &[49]);
        let mut store = vec![48];
        store.extend_from_slice(content.as_bytes());
        self.symbol(80, &store);
        self.symbol(81, &[48]);
    }

    fn symbol(&mut self, function: u8, parameters: &[u8]) {
        // The content was held against the capacity of a code, which is far below 65,533.
        let length = (parameters.len() + 2) as u16;
        self.bytes.extend([GS, b'(', b'k']);
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend([49, function]);
        self.bytes.extend_from_slice(parameters);
    }

    /// `GS v 0`, normal size, in bands that small buffers take: the printer sets each right below the one before.
    fn image(&mut self, bitmap: &Bitmap) {
        self.style(Align::Center, false, false);
        // Said again, so that the bands of one picture belong together and those of two do not.
        self.bytes.extend([ESC, b'a', 1]);
        let bitmap = narrowed(bitmap, self.columns * DOTS_PER_COLUMN);
        // Not wider than the paper, which has far fewer than 65,536 × 8 dots.
        let stride = bitmap.stride();
        for band in bitmap.rows.chunks(stride * BAND_ROWS) {
            self.bytes.extend([GS, b'v', b'0', 0]);
            self.bytes.extend((stride as u16).to_le_bytes());
            self.bytes.extend(((band.len() / stride) as u16).to_le_bytes());
            self.bytes.extend(without_commands(band));
        }
    }

    /// `GS k`, function B: the length before the data. Text below by `GS H 2`.
    fn barcode(&mut self, symbology: Symbology, content: &str) {
        let Some(module_dots) = barcode_module_dots(symbology, content, self.columns) else {
            return;
        };
        let (system, data) = match symbology {
            Symbology::UpcA => (65, content.as_bytes().to_vec()),
            Symbology::Ean13 => (67, content.as_bytes().to_vec()),
            Symbology::Ean8 => (68, content.as_bytes().to_vec()),
            Symbology::Code128 => (73, code128_data(content).unwrap_or_default()),
        };
        self.style(Align::Center, false, false);
        self.bytes.extend([GS, b'h', BARCODE_HEIGHT_DOTS]);
        self.bytes.extend([GS, b'w', module_dots, GS, b'H', 2]);
        // What fits on the paper is below 100 characters.
        self.bytes.extend([GS, b'k', system, data.len() as u8]);
        self.bytes.extend(data);
    }
}
