//! Bar codes and QR codes as modules: what is dark, in units of the narrowest bar, without quiet zone.
//!
//! Pure functions, for whoever draws: the printer simulator's paper, a receipt as HTML or PDF. The ESC/POS encoder sends
//! content and lets the printer draw; it asks here only whether the content can be drawn, and how wide it gets. No
//! dots, no millimetres, no files in here.

mod code128;
mod ean;

pub use code128::{Code128, Set, code128, code128_in_b};
use salon_ports::Symbology;

/// A square symbol, row by row from the top, `size` × `size` modules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    pub size: usize,
    pub dark: Vec<bool>,
}

impl Matrix {
    /// Light outside.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.size && self.dark.get(y * self.size + x).copied().unwrap_or(false)
    }
}

/// Modules of quiet zone on each side of a bar code: what CODE128 asks for, and a little more than EAN does.
pub const BARS_QUIET: usize = 10;

/// Modules of quiet zone around a QR code (ISO/IEC 18004, 9.1).
pub const QR_QUIET: usize = 4;

/// A QR code of `content` as UTF-8, model 2, error correction M. `None` when it holds too much, or nothing.
pub fn qr(content: &str) -> Option<Matrix> {
    if content.is_empty() {
        return None;
    }
    let code = qrcode::QrCode::with_error_correction_level(content, qrcode::EcLevel::M).ok()?;
    let dark = code.to_colors().into_iter().map(|color| color == qrcode::Color::Dark).collect();
    Some(Matrix { size: code.width(), dark })
}

/// A bar code of `content`, `true` for a dark module. `None` when the symbology lacks a character of it, its length
/// is not the symbology's, or its check digit is wrong.
pub fn bars(symbology: Symbology, content: &str) -> Option<Vec<bool>> {
    match symbology {
        Symbology::Code128 => code128(content).map(|code| code.bars()),
        Symbology::Ean13 => ean::ean13(content),
        Symbology::Ean8 => ean::ean8(content),
        // An EAN-13 whose first digit is 0 has the same bars (GS1 General Specifications, 5.2.2.4).
        Symbology::UpcA => Some(content).filter(|digits| digits.len() == 12).and_then(|d| ean::ean13(&format!("0{d}"))),
    }
}

/// The check digit that belongs behind `digits` in EAN-13, EAN-8 and UPC-A (GS1 General Specifications, 7.9): weights 3
/// and 1 in turn, from the right. `None` when there is anything but digits, or none.
pub fn check_digit(digits: &str) -> Option<char> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let sum: u32 =
        digits.bytes().rev().zip([3, 1].into_iter().cycle()).map(|(d, weight)| u32::from(d - b'0') * weight).sum();
    char::from_digit((10 - sum % 10) % 10, 10)
}

/// Adds bars and spaces in turn, beginning with a bar, their widths in digits.
fn push_widths(bars: &mut Vec<bool>, widths: &str) {
    for (index, width) in widths.bytes().enumerate() {
        bars.extend(std::iter::repeat_n(index % 2 == 0, usize::from(width - b'0')));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(bars: &[bool]) -> String {
        bars.iter().map(|dark| if *dark { '1' } else { '0' }).collect()
    }

    #[test]
    fn ean_13_bar_by_bar() {
        // 5901234123457: the left half's parity for a leading 5 is LGGLLG.
        let expected = [
            "101", "0001011", "0100111", "0110011", "0010011", "0111101", "0011101", "01010", "1100110", "1101100",
            "1000010", "1011100", "1001110", "1000100", "101",
        ];
        assert_eq!(drawn(&bars(Symbology::Ean13, "5901234123457").unwrap_or_default()), expected.concat());
    }

    #[test]
    fn ean_8_bar_by_bar() {
        let expected = [
            "101", "0001011", "0101111", "0111101", "0110111", "01010", "1001110", "1110010", "1000100", "1011100",
            "101",
        ];
        assert_eq!(drawn(&bars(Symbology::Ean8, "96385074").unwrap_or_default()), expected.concat());
    }

    #[test]
    fn upc_a_has_the_bars_of_an_ean_13_with_a_zero() {
        assert_eq!(bars(Symbology::UpcA, "036000291452"), bars(Symbology::Ean13, "0036000291452"));
        assert!(bars(Symbology::UpcA, "036000291452").is_some());
        assert_eq!(bars(Symbology::UpcA, "0036000291452"), None);
    }

    #[test]
    fn wrong_check_digits_and_lengths_are_no_bar_codes() {
        for (symbology, content) in [
            (Symbology::Ean13, "5901234123458"),
            (Symbology::Ean13, "590123412345"),
            (Symbology::Ean13, "590123412345x"),
            (Symbology::Ean8, "96385075"),
            (Symbology::UpcA, "036000291453"),
            (Symbology::UpcA, ""),
            (Symbology::Code128, ""),
            (Symbology::Code128, "ü"),
            (Symbology::Code128, "a\n"),
        ] {
            assert_eq!(bars(symbology, content), None, "{symbology:?} {content}");
        }
        assert_eq!(check_digit("590123412345"), Some('7'));
        assert_eq!(check_digit("12a"), None);
    }

    #[test]
    fn a_qr_code_has_its_finders() {
        let matrix = qr("https://x.y/r/1").unwrap_or(Matrix { size: 0, dark: Vec::new() });
        assert_eq!(matrix.size, 25);
        for (x, y) in [(0, 0), (18, 0), (0, 18)] {
            assert!(matrix.is_dark(x, y) && !matrix.is_dark(x + 1, y + 1) && matrix.is_dark(x + 3, y + 3));
        }
        assert!(!matrix.is_dark(25, 0));
        assert_eq!(qr(""), None);
        assert_eq!(qr(&"x".repeat(2332)), None);
        assert!(qr(&"x".repeat(2331)).is_some());
    }
}
