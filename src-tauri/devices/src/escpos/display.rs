//! Customer displays of two lines in ESC/POS mode (Epson, "DM-D Series" command reference).

use super::codepage::CodePage;
use super::layout::printable;
use super::wire::{CONNECT, Fault, STATUS, connect};
use super::{ESC, US};
use crate::stream::{Connector, Deadline, write_until};
use salon_ports::{DisplayPort, PortError};

/// Characters of a line, on all displays of this kind.
pub const DISPLAY_COLUMNS: usize = 20;

/// CLR: clears the screen, the cursor goes home.
const CLEAR: u8 = 0x0C;

/// A display behind any byte stream.
pub struct EscPosDisplay {
    connector: Box<dyn Connector>,
    code_page: CodePage,
}

impl EscPosDisplay {
    pub fn new(connector: Box<dyn Connector>, code_page: CodePage) -> Self {
        EscPosDisplay { connector, code_page }
    }
}

impl DisplayPort for EscPosDisplay {
    fn show(&mut self, upper: &str, lower: &str) -> Result<(), PortError> {
        let bytes = display_bytes(upper, lower, self.code_page);
        let mut stream = connect(self.connector.as_ref(), CONNECT)?;
        // Showing the same twice does no harm: whatever went wrong, asking again is right.
        write_until(stream.as_mut(), &bytes, Deadline::after(STATUS))
            .map_err(|error| Fault::of(&error.source).before_anything_happened())
    }
}

/// Both lines, whatever the display showed and was set to before: it may have been off and on again.
pub fn display_bytes(upper: &str, lower: &str, page: CodePage) -> Vec<u8> {
    let mut bytes = vec![ESC, b'@', ESC, b't', page.number(), CLEAR];
    for (line, text) in [(1, upper), (2, lower)] {
        let text = line_of(text, page);
        if !text.is_empty() {
            bytes.extend([US, b'$', 1, line]);
            bytes.extend(text.chars().map(|c| page.byte(c).unwrap_or(b'?')));
        }
    }
    bytes
}

/// `text` in characters of the page, cut at the display's width.
fn line_of(text: &str, page: CodePage) -> String {
    let text = printable(&text.replace('\n', " "), page, &mut Vec::new());
    text.chars().take(DISPLAY_COLUMNS).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_lines_byte_by_byte() {
        let bytes = display_bytes("Haarschnitt für Łucja K.", "5 €", CodePage::Cp858);
        let expected: &[&[u8]] =
            &[b"\x1b@\x1bt\x13\x0c", b"\x1f$\x01\x01Haarschnitt f\x81r Lucj", b"\x1f$\x01\x025 \xd5"];
        assert_eq!(bytes, expected.concat());
        assert_eq!(display_bytes("", " ", CodePage::Cp437), b"\x1b@\x1bt\x00\x0c");
        assert!(display_bytes("a\u{1b}@", "\u{10}\u{14}", CodePage::Cp437).ends_with(b"\x1f$\x01\x01a@"));
    }
}
