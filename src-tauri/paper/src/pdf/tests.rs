//! What a PDF has to be, without a viewer; what it looks like and says is in the workspace's `tests/tests/receipts.rs`.

use super::*;
use salon_ports::{Align, ReceiptPart};

const OPTIONS: PdfOptions<'_> =
    PdfOptions { page: PageSize::Roll80, language: "en", title: "Receipt 1", author: "Salon" };

fn columns(left: &str, right: &str) -> ReceiptPart {
    ReceiptPart::Columns { left: left.into(), right: right.into(), bold: false }
}

fn doc(rows: usize) -> ReceiptDoc {
    let mut parts = vec![ReceiptPart::Text { text: "Salon".into(), align: Align::Center, bold: true, double: true }];
    parts.extend((0..rows).map(|n| columns(&format!("Line {n}"), "1,234,567.89")));
    parts.push(ReceiptPart::Table {
        header: vec!["Tax".into(), "Net".into()],
        rows: vec![vec!["VAT".into(), "1.00".into()], vec!["".into(), "".into()]],
    });
    parts.push(ReceiptPart::Qr { content: "https://salon.example/1".into() });
    parts.push(ReceiptPart::Cut);
    ReceiptDoc { parts }
}

/// Width and height of each page, by the file's own words.
fn page_sizes(bytes: &[u8]) -> Vec<(f32, f32)> {
    let text = String::from_utf8_lossy(bytes);
    let boxes = text.split("/MediaBox").skip(1).map(|rest| {
        let numbers = rest.trim_start_matches([' ', '[']).split(']').next().unwrap();
        let numbers: Vec<f32> = numbers.split_whitespace().map(|n| n.parse().unwrap()).collect();
        (numbers[2], numbers[3])
    });
    boxes.collect()
}

#[test]
fn the_same_receipt_gives_the_same_bytes() {
    let first = pdf(&doc(3), &OPTIONS).unwrap();
    assert_eq!(first, pdf(&doc(3), &OPTIONS).unwrap());
    assert_ne!(first, pdf(&doc(4), &OPTIONS).unwrap());
    assert!(first.bytes.starts_with(b"%PDF-1.7") && first.missing.is_empty());
}

#[test]
fn a_roll_is_as_long_as_it_needs_and_a_sheet_is_followed_by_another() {
    let sizes = |rows, page| page_sizes(&pdf(&doc(rows), &PdfOptions { page, ..OPTIONS }).unwrap().bytes);
    let [short, long] = [3, 30].map(|rows| sizes(rows, PageSize::Roll80));
    assert_eq!((short.len(), long.len()), (1, 1));
    assert!((short[0].0 - 226.77).abs() < 0.01 && short[0].0 == long[0].0);
    assert!((long[0].1 - short[0].1 - 27.0 * 9.0 * 1.32).abs() < 0.1, "{short:?} {long:?}");
    assert_eq!(sizes(3, PageSize::A4).len(), 1);
    let sheets = sizes(100, PageSize::A4);
    assert_eq!(sheets.len(), 3);
    assert!(sheets.iter().all(|size| *size == sheets[0]));
    assert_eq!(sizes(3, PageSize::Letter), [(612.0, 792.0)]);
    assert!(sizes(3000, PageSize::Roll80).len() > 1, "no page is longer than viewers show");
}

#[test]
fn what_the_font_lacks_is_said_and_breaks_nothing() {
    let odd = ReceiptDoc { parts: vec![columns("漢字 カット \u{1f600}", "1.00"), columns("漢", "\u{0}")] };
    let file = pdf(&odd, &OPTIONS).unwrap();
    let mut expected = ['漢', '字', 'カ', 'ッ', 'ト', '\u{1f600}'];
    expected.sort_unstable();
    assert_eq!(file.missing, expected);
}

#[test]
fn nothing_to_print_is_a_page_all_the_same() {
    for parts in [vec![], vec![ReceiptPart::Rule], vec![columns("", "")]] {
        assert_eq!(page_sizes(&pdf(&ReceiptDoc { parts }, &OPTIONS).unwrap().bytes).len(), 1);
    }
}
