//! What a part of a receipt means, read from its place and form: the same for every kind of file.

use salon_ports::{Align, Bitmap, ReceiptDoc, ReceiptPart, Symbology};

/// A part as a file shows it. Texts have no control characters; only `\n` ends a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// The first line of double size: who issued this.
    Heading(String),
    /// Double size at the right: the total. The amount is what stands behind the last space that may break.
    Total {
        label: String,
        amount: String,
    },
    /// Any other line of double size: a word that nobody may overlook.
    Mark(String),
    Text {
        text: String,
        align: Align,
        bold: bool,
    },
    /// `detail` belongs to the row above: its left was set in by spaces.
    Row {
        left: String,
        right: String,
        bold: bool,
        detail: bool,
    },
    Rule,
    Gap(u8),
    Qr(String),
    Barcode {
        content: String,
        symbology: Symbology,
    },
    Table {
        header: Vec<String>,
        rows: Vec<Vec<String>>,
    },
    Image {
        bitmap: Bitmap,
        alt: String,
    },
}

/// The pieces of `doc`. What only a printer does (cut, drawer) is left out, and rules and gaps at either end.
pub fn pieces(doc: &ReceiptDoc) -> Vec<Piece> {
    let mut has_heading = false;
    let mut pieces: Vec<Piece> = doc.parts.iter().filter_map(|part| piece(part, &mut has_heading)).collect();
    let is_space = |piece: &Piece| matches!(piece, Piece::Rule | Piece::Gap(_));
    while pieces.last().is_some_and(is_space) {
        pieces.pop();
    }
    let lead = pieces.iter().take_while(|piece| is_space(piece)).count();
    pieces.drain(..lead);
    pieces
}

fn piece(part: &ReceiptPart, has_heading: &mut bool) -> Option<Piece> {
    Some(match part {
        ReceiptPart::Text { text, align, double: true, .. } => {
            let text = clean(text);
            match (align, std::mem::replace(has_heading, true)) {
                (_, false) => Piece::Heading(text),
                (Align::Right, true) => total(&text),
                (_, true) => Piece::Mark(text),
            }
        }
        ReceiptPart::Text { text, align, bold, double: false } => {
            Piece::Text { text: clean(text), align: *align, bold: *bold }
        }
        ReceiptPart::Columns { left, right, bold } => Piece::Row {
            detail: left.starts_with(' '),
            left: clean(left).trim().to_owned(),
            right: one_line(right),
            bold: *bold,
        },
        ReceiptPart::Rule => Piece::Rule,
        ReceiptPart::Feed { lines } => Piece::Gap(*lines),
        ReceiptPart::Qr { content } => Piece::Qr(content.clone()),
        ReceiptPart::Barcode { content, symbology } => {
            Piece::Barcode { content: content.clone(), symbology: *symbology }
        }
        ReceiptPart::Table { header, rows } => Piece::Table {
            header: header.iter().map(|cell| one_line(cell)).collect(),
            rows: rows.iter().map(|row| row.iter().map(|cell| one_line(cell)).collect()).collect(),
        },
        ReceiptPart::Image { bitmap, alt } => Piece::Image { bitmap: bitmap.clone(), alt: clean(alt) },
        ReceiptPart::Cut | ReceiptPart::OpenDrawer => return None,
    })
}

fn total(text: &str) -> Piece {
    let (label, amount) = text.trim().rsplit_once([' ', '\n']).unwrap_or(("", text.trim()));
    Piece::Total { label: label.replace('\n', " "), amount: amount.to_owned() }
}

/// Without controls and without what is invisible anyway: joiners, direction marks, variation selectors, soft hyphens.
pub fn clean(text: &str) -> String {
    text.chars()
        .filter_map(|character| match character {
            '\n' | '\u{a0}' => Some(character),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => None,
            '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => None,
            space if space.is_whitespace() => Some(' '),
            control if control.is_control() => None,
            other => Some(other),
        })
        .collect()
}

fn one_line(text: &str) -> String {
    clean(text).replace('\n', " ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn double(text: &str, align: Align) -> ReceiptPart {
        ReceiptPart::Text { text: text.into(), align, bold: true, double: true }
    }

    #[test]
    fn a_part_means_what_its_place_says() {
        let doc = ReceiptDoc {
            parts: vec![
                ReceiptPart::Rule,
                double("Salon", Align::Center),
                double("COPY", Align::Center),
                ReceiptPart::Columns { left: "  Discount".into(), right: "-1\u{1b}.00\n".into(), bold: false },
                double("TOTAL EUR\n1\u{a0}000,00", Align::Right),
                ReceiptPart::OpenDrawer,
                ReceiptPart::Feed { lines: 3 },
                ReceiptPart::Cut,
            ],
        };
        let row = Piece::Row { left: "Discount".into(), right: "-1.00".into(), bold: false, detail: true };
        let total = Piece::Total { label: "TOTAL EUR".into(), amount: "1\u{a0}000,00".into() };
        let expected = [Piece::Heading("Salon".into()), Piece::Mark("COPY".into()), row, total];
        assert_eq!(pieces(&doc), expected);
    }

    #[test]
    fn what_is_invisible_is_left_out_and_nothing_else() {
        assert_eq!(clean("a\u{200d}b\u{202e}c\td\u{7}\r\ne\u{a0}f 漢"), "abc d \ne\u{a0}f 漢");
    }
}
