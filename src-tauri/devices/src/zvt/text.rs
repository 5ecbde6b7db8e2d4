//! Text on the wire. The standard character set of ZVT is code page 437 (PA00P015, chapter on character sets); terminals
//! in the field send UTF-8 too. Every text is freed of card numbers and control characters as it comes in.

use super::redact::without_card_numbers;
use crate::escpos::CodePage;

/// The letters of 437 and 858 are at the same places; they differ in frames and a few signs.
const PAGE: CodePage = CodePage::Cp858;

pub fn decode(bytes: &[u8]) -> String {
    let visible: String = characters(bytes).chars().filter(|c| !c.is_control()).collect();
    without_card_numbers(&visible)
}

/// As [`decode`], for the texts that hold several lines (PA00P015, bitmap 3C: ended by CR, LF or both).
pub fn decode_lines(bytes: &[u8]) -> String {
    // A number may go on in the next line: it is masked before and after they are taken apart.
    let whole = without_card_numbers(&characters(bytes).replace("\r\n", "\n").replace('\r', "\n"));
    let lines: Vec<String> = whole
        .split('\n')
        .map(|line| line.chars().filter(|c| !c.is_control()).collect::<String>())
        .map(|line| without_card_numbers(&line))
        .collect();
    lines.join("\n")
}

fn characters(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.chars().all(is_plausible) => text.to_owned(),
        _ => PAGE.decode(bytes),
    }
}

/// Letters of the code page can by chance be valid UTF-8, of a script that no receipt here is in.
fn is_plausible(character: char) -> bool {
    character.is_control() || PAGE.byte(character).is_some()
}

pub fn encode(text: &str) -> Vec<u8> {
    text.chars().map(|character| PAGE.byte(character).unwrap_or(b'?')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_character_sets_are_read() {
        assert_eq!(decode("Gerät größer 5 €".as_bytes()), "Gerät größer 5 €");
        assert_eq!(decode(b"Ger\x84t gr\x94\xe1er"), "Gerät größer");
        assert_eq!(decode(b"\xe1\x84\x81"), "ßäü");
        assert_eq!(decode(b"PAN\x00 4111111111111234\x1b"), "PAN ************1234");
    }
}
