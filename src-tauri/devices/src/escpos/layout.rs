//! Where every character of a receipt goes: the one model behind paper, screen, file and test.
//!
//! [`prepare`] replaces what a printer cannot print, and says so. [`layout`] turns any receipt into lines of a given
//! width. The encoder and the decoder use the pieces of this module, so that paper and screen cannot drift apart.

use super::code128;
use super::codepage::CodePage;
use super::raster;
use super::table::table_lines;
use super::translit::ascii_for;
use salon_ports::{Align, PrintNote, ReceiptDoc, ReceiptPart, Symbology};
use salon_symbol::{self as symbol, BARS_QUIET};

/// A QR code of version 40 with error correction level M holds this many bytes (ISO/IEC 18004, table 7).
const QR_BYTES_MAX: usize = 2331;

/// Dots of one character of font A, on both paper widths.
pub(crate) const DOTS_PER_COLUMN: usize = 12;

/// Where `left` would get less than this beside `right`, it gets lines of its own.
pub(super) const LEFT_WIDTH_MIN: usize = 8;

/// `doc` as a printer of `page` and `columns` can print it, and what was changed for that.
pub fn prepare(doc: &ReceiptDoc, page: CodePage, columns: usize) -> (ReceiptDoc, Vec<PrintNote>) {
    let mut notes = Vec::new();
    let parts = doc.parts.iter().map(|part| prepare_part(part, page, columns, &mut notes)).collect();
    (ReceiptDoc { parts }, notes)
}

fn prepare_part(part: &ReceiptPart, page: CodePage, columns: usize, notes: &mut Vec<PrintNote>) -> ReceiptPart {
    match part {
        ReceiptPart::Text { text, align, bold, double } => {
            ReceiptPart::Text { text: printable(text, page, notes), align: *align, bold: *bold, double: *double }
        }
        ReceiptPart::Columns { left, right, bold } => ReceiptPart::Columns {
            left: printable(left, page, notes),
            right: printable(right, page, notes),
            bold: *bold,
        },
        ReceiptPart::Qr { content } if content.len() > QR_BYTES_MAX => {
            notes.push(PrintNote::QrTooLong { bytes: content.len() });
            centered(printable(content, page, notes))
        }
        ReceiptPart::Qr { content } => ReceiptPart::Qr { content: scannable(content, notes) },
        ReceiptPart::Barcode { content, symbology } if barcode_module_dots(*symbology, content, columns).is_none() => {
            notes.push(PrintNote::BarcodeUnprintable { content: content.clone() });
            centered(printable(content, page, notes))
        }
        ReceiptPart::Table { header, rows } => {
            let mut cells = |row: &Vec<String>| row.iter().map(|cell| printable(cell, page, notes)).collect();
            ReceiptPart::Table { header: cells(header), rows: rows.iter().map(cells).collect() }
        }
        ReceiptPart::Image { bitmap, alt } if !raster::is_printable(bitmap) => {
            notes.push(PrintNote::ImageLeftOut { alt: alt.clone() });
            centered(printable(alt, page, notes))
        }
        other => other.clone(),
    }
}

/// A QR code holds any text, but its bytes pass through the printer: what could be a command is taken out.
fn scannable(content: &str, notes: &mut Vec<PrintNote>) -> String {
    let is_command = |c: char| c.is_ascii_control() && !matches!(c, '\n' | '\r' | '\t');
    for original in content.chars().filter(|c| is_command(*c)) {
        note_once(notes, PrintNote::Substituted { original, printed: String::new() });
    }
    content.chars().filter(|c| !is_command(*c)).collect()
}

fn centered(text: String) -> ReceiptPart {
    ReceiptPart::Text { text, align: Align::Center, bold: false, double: false }
}

/// `text` in characters of `page` and line feeds only. A client's name with an escape sequence in it must not steer
/// the printer.
pub(super) fn printable(text: &str, page: CodePage, notes: &mut Vec<PrintNote>) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '\n' {
            out.push('\n');
        } else if character.is_whitespace() {
            // A carriage return before a line feed ends up as a space at the end of a line, which layout drops.
            out.push(' ');
        } else if page.prints(character) {
            out.push(character);
        } else {
            let printed = ascii_for(character);
            out.push_str(printed);
            note_once(notes, PrintNote::Substituted { original: character, printed: printed.to_owned() });
        }
    }
    out
}

fn note_once(notes: &mut Vec<PrintNote>, note: PrintNote) {
    if !notes.contains(&note) {
        notes.push(note);
    }
}

/// The width in dots of the narrowest bar: 3 if the code with its quiet zones fits the paper so, else 2, else none.
pub(super) fn barcode_module_dots(symbology: Symbology, content: &str, columns: usize) -> Option<u8> {
    let bars = match symbology {
        Symbology::Code128 => code128::plan(content)?.bars(),
        other => symbol::bars(other, content)?,
    };
    let modules = bars.len() + 2 * BARS_QUIET;
    [3_u8, 2].into_iter().find(|dots| modules * usize::from(*dots) <= columns * DOTS_PER_COLUMN)
}

/// `doc` as lines of at most `columns` characters, without spaces at their ends. A cut and the drawer leave no line;
/// a QR code is its content, marked as one; a picture is its `alt`; a line of double size wraps at half the width, as it does on paper.
pub fn layout(doc: &ReceiptDoc, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    doc.parts
        .iter()
        .flat_map(|part| match part {
            ReceiptPart::Text { text, align, double, .. } => {
                wrap(text, text_width(columns, *double)).iter().map(|line| pad(line, *align, columns)).collect()
            }
            ReceiptPart::Columns { left, right, .. } => column_lines(left, right, columns),
            ReceiptPart::Rule => vec![rule(columns)],
            ReceiptPart::Feed { lines } => vec![String::new(); usize::from(*lines)],
            ReceiptPart::Qr { content } => qr_lines(content, columns),
            ReceiptPart::Barcode { content, .. } => barcode_lines(content, columns),
            ReceiptPart::Table { header, rows } => {
                let (header, rows) = table_lines(header, rows, columns);
                header.into_iter().chain(rows).collect()
            }
            ReceiptPart::Image { alt, .. } => image_lines(alt, columns),
            ReceiptPart::Cut | ReceiptPart::OpenDrawer => Vec::new(),
        })
        .collect()
}

pub(super) fn text_width(columns: usize, double: bool) -> usize {
    if double { (columns / 2).max(1) } else { columns }
}

pub(super) fn rule(columns: usize) -> String {
    "-".repeat(columns)
}

fn qr_lines(content: &str, columns: usize) -> Vec<String> {
    if content.is_empty() { Vec::new() } else { center_all(&qr_text(content), columns) }
}

/// A QR code in text.
pub(super) fn qr_text(content: &str) -> String {
    format!("[QR] {content}")
}

/// Stands for a picture of which nothing else is known.
pub(super) const IMAGE: &str = "[image]";

fn image_lines(alt: &str, columns: usize) -> Vec<String> {
    center_all(if alt.trim().is_empty() { IMAGE } else { alt }, columns)
}

fn barcode_lines(content: &str, columns: usize) -> Vec<String> {
    if content.is_empty() {
        return Vec::new();
    }
    center_all(content, columns)
}

fn center_all(text: &str, columns: usize) -> Vec<String> {
    wrap(text, columns).iter().map(|line| pad(line, Align::Center, columns)).collect()
}

/// `line` at its place within `columns`, without spaces at the end.
pub(super) fn pad(line: &str, align: Align, columns: usize) -> String {
    let free = columns.saturating_sub(line.chars().count());
    let before = match align {
        Align::Left => 0,
        Align::Center => free / 2,
        Align::Right => free,
    };
    format!("{}{line}", " ".repeat(before)).trim_end().to_owned()
}

/// Lines of at most `width` characters: at line feeds, then between words, and inside a word only when it is longer
/// than a line.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    text.split('\n').flat_map(|line| wrap_line(&without_controls(line), width)).collect()
}

pub(super) fn without_controls(line: &str) -> String {
    line.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !c.is_control()).collect()
}

fn wrap_line(line: &str, width: usize) -> Vec<String> {
    let line = line.trim_end();
    if line.chars().count() <= width {
        return vec![line.to_owned()];
    }
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut used = 0;
    for word in line.split_whitespace() {
        for (index, piece) in pieces(word, width).into_iter().enumerate() {
            let length = piece.chars().count();
            let gap = usize::from(index == 0 && used > 0);
            if used + gap + length > width || index > 0 {
                lines.push(std::mem::take(&mut current));
                used = 0;
            }
            if used > 0 {
                current.push(' ');
                used += 1;
            }
            current.push_str(&piece);
            used += length;
        }
    }
    lines.push(current);
    lines
}

fn pieces(word: &str, width: usize) -> Vec<String> {
    let characters: Vec<char> = word.chars().collect();
    characters.chunks(width).map(|chunk| chunk.iter().collect()).collect()
}

/// `left` and `right` on one line; what does not fit of `left` continues below, under itself.
pub(super) fn column_lines(left: &str, right: &str, columns: usize) -> Vec<String> {
    let right = without_controls(&right.replace('\n', " ")).trim().to_owned();
    let right_width = right.chars().count();
    let left_width = match right_width {
        0 => columns,
        _ => columns.saturating_sub(right_width + 1),
    };
    let fits =
        left_width >= LEFT_WIDTH_MIN || wrap(left, columns).iter().all(|line| line.chars().count() <= left_width);
    if !fits || right_width > columns {
        let mut lines = wrap(left, columns);
        let below = pieces(&right, columns);
        lines.extend(below.iter().map(|line| pad(line, Align::Right, columns)));
        return lines;
    }
    let mut lines = wrap(left, left_width.max(1));
    let first = &mut lines[0];
    let gap = columns - right_width - first.chars().count();
    *first = format!("{first}{}{right}", " ".repeat(gap)).trim_end().to_owned();
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str, align: Align, double: bool) -> ReceiptPart {
        ReceiptPart::Text { text: text.into(), align, bold: false, double }
    }

    fn columns(left: &str, right: &str) -> ReceiptPart {
        ReceiptPart::Columns { left: left.into(), right: right.into(), bold: false }
    }

    #[test]
    fn a_receipt_on_58_mm() {
        let doc = ReceiptDoc {
            parts: vec![
                text("Pink Blueberry", Align::Center, true),
                text("12 Long Street, where the road bends", Align::Center, false),
                ReceiptPart::Rule,
                columns("Cut and colour with a very long name", "120.00"),
                columns("Total", "120.00"),
                text("thanks", Align::Right, false),
                ReceiptPart::Feed { lines: 1 },
                ReceiptPart::Qr { content: "https://x.y/r".into() },
                ReceiptPart::Cut,
                ReceiptPart::OpenDrawer,
            ],
        };
        assert_eq!(
            layout(&doc, 32),
            [
                "         Pink Blueberry",
                " 12 Long Street, where the road",
                "             bends",
                "--------------------------------",
                "Cut and colour with a     120.00",
                "very long name",
                "Total                     120.00",
                "                          thanks",
                "",
                "       [QR] https://x.y/r",
            ]
        );
    }

    #[test]
    fn an_amount_never_wraps_and_never_loses_a_digit() {
        assert_eq!(
            layout(&ReceiptDoc { parts: vec![columns("Shampoo for dry hair", "1,234,567.00")] }, 16),
            ["Shampoo for dry", "hair", "    1,234,567.00"]
        );
        assert_eq!(column_lines("A", "12345", 7), ["A 12345"]);
        assert_eq!(column_lines("A", "1234567", 4), ["A", "1234", " 567"]);
    }

    #[test]
    fn says_what_it_replaced() {
        let doc = ReceiptDoc {
            parts: vec![
                text("Łódź\u{1b}@", Align::Left, false),
                columns("Señor Łuk", "5 €"),
                ReceiptPart::Barcode { content: "ü1".into(), symbology: Symbology::Code128 },
            ],
        };
        let (prepared, notes) = prepare(&doc, CodePage::Cp858, 48);
        assert_eq!(layout(&prepared, 20), ["Lódz@", "Señor Luk        5 €", "         ü1"]);
        let substituted = |original, printed: &str| PrintNote::Substituted { original, printed: printed.into() };
        assert_eq!(
            notes,
            [
                substituted('Ł', "L"),
                substituted('ź', "z"),
                substituted('\u{1b}', ""),
                PrintNote::BarcodeUnprintable { content: "ü1".into() },
            ]
        );
    }

    #[test]
    fn a_barcode_is_as_wide_as_the_paper_allows() {
        assert_eq!(barcode_module_dots(Symbology::Code128, "R-000123", 48), Some(3));
        assert_eq!(barcode_module_dots(Symbology::Code128, "R-000123", 32), Some(3));
        assert_eq!(barcode_module_dots(Symbology::Code128, "R-000123/abc", 32), Some(2));
        assert_eq!(barcode_module_dots(Symbology::Code128, "012345678901234567ABCDEF", 32), None);
        assert_eq!(barcode_module_dots(Symbology::Code128, "", 48), None);
        assert_eq!(barcode_module_dots(Symbology::Ean13, "5901234123457", 32), Some(3));
        assert_eq!(barcode_module_dots(Symbology::Ean13, "5901234123456", 48), None);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_paper_and_no_word_is_lost(
            left in "[a-zä ]{0,80}", right in "[0-9.,]{0,12}", columns in 12_usize..60
        ) {
            let doc = ReceiptDoc { parts: vec![
                ReceiptPart::Columns { left: left.clone(), right: right.clone(), bold: false },
                ReceiptPart::Text { text: left.clone(), align: Align::Center, bold: true, double: true },
            ]};
            let lines = layout(&doc, columns);
            prop_assert!(lines.iter().all(|line| line.chars().count() <= columns), "{lines:?}");
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
            prop_assert_eq!(lines.iter().map(|line| letters(line)).sum::<usize>(), 2 * letters(&left));
            if !right.is_empty() {
                prop_assert!(lines.iter().any(|line| line.ends_with(&right)), "{lines:?}");
            }
        }
    }
}
