//! The printer's two fonts as bitmaps: A, 12 × 24 dots, and B, 9 × 17.
//!
//! Latin, Greek and Cyrillic with their accents, typographic and currency signs, lines and blocks. `LICENSE-OFL.txt` says
//! where they come from and how the files are laid out.

use std::sync::LazyLock;

pub(super) struct Font {
    pub width: usize,
    pub height: usize,
    data: &'static [u8],
    count: usize,
}

static FONT_A: LazyLock<Font> = LazyLock::new(|| Font::new(12, 24, include_bytes!("paper-12x24.bin")));
static FONT_B: LazyLock<Font> = LazyLock::new(|| Font::new(9, 17, include_bytes!("paper-9x17.bin")));

/// Font B or font A.
pub(super) fn font(small: bool) -> &'static Font {
    if small { &FONT_B } else { &FONT_A }
}

impl Font {
    fn new(width: usize, height: usize, data: &'static [u8]) -> Font {
        let mut font = Font { width, height, data, count: 0 };
        font.count = usize::from(font.word(0));
        font
    }

    fn word(&self, index: usize) -> u16 {
        self.data.get(index * 2..index * 2 + 2).map_or(0, |pair| u16::from_be_bytes([pair[0], pair[1]]))
    }

    /// The rows of `character`, its leftmost dot in bit `width - 1`. A box stands for what the font lacks.
    pub(super) fn rows(&self, character: char) -> Vec<u16> {
        match self.position(similar(character)) {
            Some(position) => {
                let first = 1 + self.count + position * self.height;
                (first..first + self.height).map(|index| self.word(index)).collect()
            }
            None => self.missing(),
        }
    }

    fn position(&self, character: char) -> Option<usize> {
        let code = u16::try_from(u32::from(character)).ok()?;
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = (low + high) / 2;
            match self.word(1 + middle).cmp(&code) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    fn missing(&self) -> Vec<u16> {
        let (top, bottom) = (self.height / 6, self.height - self.height / 4);
        let full = (1 << (self.width - 2)) - 1;
        let sides = 1 << (self.width - 3) | 1;
        let row = |y: usize| match y {
            _ if y < top || y > bottom => 0,
            _ if y == top || y == bottom => full << 1,
            _ => (sides | 1 << (self.width - 3)) << 1,
        };
        (0..self.height).map(row).collect()
    }
}

/// Characters that look the same, or nearly so.
fn similar(character: char) -> char {
    match character {
        '\u{a0}' | '\u{2007}' | '\u{202f}' => ' ',
        '╭' => '┌',
        '╮' => '┐',
        '╰' => '└',
        '╯' => '┘',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::escpos::CodePage;

    #[test]
    fn every_character_of_every_page_can_be_drawn() {
        for page in CodePage::ALL {
            for byte in 0x21..=0xFF_u8 {
                let character = page.character(byte);
                if matches!(character, '\u{fffd}' | '\u{a0}' | '\u{ad}') {
                    continue;
                }
                for font in [font(false), font(true)] {
                    assert_ne!(font.rows(character), font.missing(), "{page:?} {character}");
                    assert!(font.rows(character).iter().any(|row| *row != 0), "{page:?} {character} is blank");
                }
            }
        }
    }

    #[test]
    fn what_it_lacks_is_a_box_of_its_size() {
        let rows = font(false).rows('髪');
        assert_eq!(rows.len(), 24);
        assert!(rows.iter().all(|row| *row < 1 << 12));
        assert_eq!(rows, font(false).missing());
        assert_eq!(font(false).rows(' '), vec![0; 24]);
    }
}
