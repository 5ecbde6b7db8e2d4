//! The fonts: which glyph a character has, how wide it is, and where a line breaks.

use crate::PaperError;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider, charmap::Charmap};
use std::collections::BTreeSet;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Semibold,
}

static REGULAR: &[u8] = include_bytes!("../../fonts/SourceSans3-Regular.otf");
static SEMIBOLD: &[u8] = include_bytes!("../../fonts/SourceSans3-Semibold.otf");

/// Stands for what the font lacks.
const BOX: char = '\u{25a1}';

pub struct Faces {
    regular: Face,
    semibold: Face,
}

impl Faces {
    pub fn load() -> Result<Self, PaperError> {
        let face = |bytes, name| Face::read(bytes).ok_or(PaperError::Font(name));
        Ok(Faces { regular: face(REGULAR, "Source Sans 3")?, semibold: face(SEMIBOLD, "Source Sans 3 Semibold")? })
    }

    pub fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Semibold => &self.semibold,
        }
    }

    /// The characters of `texts` that there is no glyph for. Both weights have the same characters.
    pub fn missing_in<'a>(&self, texts: impl Iterator<Item = &'a str>) -> Vec<char> {
        let missing: BTreeSet<char> =
            texts.flat_map(str::chars).filter(|c| self.regular.charmap.map(*c).is_none()).collect();
        missing.into_iter().collect()
    }
}

pub struct Face {
    pub font: Font,
    charmap: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    units_per_em: f32,
    missing: skrifa::GlyphId,
}

impl Face {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let reader = FontRef::new(bytes).ok()?;
        let charmap = reader.charmap();
        let font = Font::new(bytes.into(), 0)?;
        Some(Face {
            units_per_em: font.units_per_em(),
            font,
            missing: charmap.map(BOX)?,
            charmap,
            metrics: reader.glyph_metrics(Size::unscaled(), LocationRef::default()),
        })
    }

    fn glyph(&self, character: char) -> (skrifa::GlyphId, f32) {
        let glyph = self.charmap.map(character).unwrap_or(self.missing);
        (glyph, self.metrics.advance_width(glyph).unwrap_or_default() / self.units_per_em)
    }

    /// A glyph for each character, none left out. Figures are as wide as one another in this font.
    pub fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        text.char_indices()
            .map(|(at, character)| {
                let (glyph, advance) = self.glyph(character);
                let range = at..at + character.len_utf8();
                KrillaGlyph::new(GlyphId::new(glyph.to_u32()), advance, 0.0, 0.0, 0.0, range, None)
            })
            .collect()
    }

    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|character| self.glyph(character).1 * size).sum()
    }

    /// Lines of at most `width`: at line feeds, then between words, and inside a word only when it is wider than a
    /// line. A no-break space does not break.
    pub fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        text.split('\n').flat_map(|line| self.wrap_line(line.trim_end(), size, width)).collect()
    }

    fn wrap_line(&self, line: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        let mut current = String::new();
        for word in line.split(' ').filter(|word| !word.is_empty()) {
            let longer = if current.is_empty() { word.to_owned() } else { format!("{current} {word}") };
            if self.width(&longer, size) <= width {
                current = longer;
                continue;
            }
            if !current.is_empty() {
                lines.push(std::mem::take(&mut current));
            }
            for character in word.chars() {
                if !current.is_empty()
                    && self.width(&current, size) + self.width(character.encode_utf8(&mut [0; 4]), size) > width
                {
                    lines.push(std::mem::take(&mut current));
                }
                current.push(character);
            }
        }
        lines.push(current);
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_font_has_what_salons_write() {
        let faces = Faces::load().unwrap();
        let latin = (' '..='~').chain('\u{a0}'..='\u{17f}');
        let greek = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρστυφχψωάέήίόύώςΐΰϊϋ".chars();
        let cyrillic = '\u{400}'..='\u{45f}';
        let more = "€£¥₽₴₺…–—‘’“”•×ẞ№".chars();
        for character in latin.chain(greek).chain(cyrillic).chain(more) {
            for weight in [Weight::Regular, Weight::Semibold] {
                assert!(faces.of(weight).charmap.map(character).is_some(), "{character:?}");
            }
        }
    }

    #[test]
    fn figures_are_tabular() {
        let faces = Faces::load().unwrap();
        for face in [&faces.regular, &faces.semibold] {
            let widths: BTreeSet<u32> =
                ('0'..='9').map(|digit| (face.glyph(digit).1 * 1000.0).round() as u32).collect();
            assert_eq!(widths.len(), 1, "{widths:?}");
        }
    }

    #[test]
    fn what_is_missing_is_a_box_and_said() {
        let faces = Faces::load().unwrap();
        let glyphs = faces.regular.glyphs("a漢b");
        assert_eq!(glyphs.len(), 3);
        assert_eq!(glyphs[1].glyph_id, GlyphId::new(faces.regular.missing.to_u32()));
        assert_eq!(faces.missing_in(["漢a", "b漢字"].into_iter()), ['字', '漢']);
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_character_is_lost(text in "[a-zäЖ\u{a0} ]{0,60}", width in 20_f32..200.0) {
            let faces = Faces::load().unwrap();
            let lines = faces.regular.wrap(&text, 10.0, width);
            prop_assert!(lines.iter().all(|line| faces.regular.width(line, 10.0) <= width + 0.01), "{lines:?}");
            let letters = |text: &str| text.chars().filter(|c| *c != ' ' && *c != '\u{a0}').collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
