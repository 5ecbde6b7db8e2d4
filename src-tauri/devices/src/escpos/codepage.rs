//! The code pages that receipt printers speak, and what is printed for characters that a page lacks.
//!
//! The tables are the upper halves (0x80 to 0xFF) of the published code pages; the lower half is ASCII in all of them.

use serde::{Deserialize, Serialize};

/// The character set that the printer is switched to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodePage {
    /// Western Europe with the euro sign: what most printers have.
    #[default]
    Cp858,
    /// Windows, Western Europe.
    Cp1252,
    /// Central Europe, without the euro sign.
    Cp852,
}

const CP858: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ\
    áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
    └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀\
    ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

const CP1252: &str = "\
    €\u{fffd}‚ƒ„…†‡ˆ‰Š‹Œ\u{fffd}Ž\u{fffd}\u{fffd}‘’“”•–—˜™š›œ\u{fffd}žŸ\
    \u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º»¼½¾¿\
    ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß\
    àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";

const CP852: &str = "\
    ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×č\
    áíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐\
    └┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀\
    ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}";

/// Stands in the tables for the bytes that a page leaves undefined.
const UNDEFINED: char = '\u{fffd}';

impl CodePage {
    /// The number that `ESC t n` selects the page by.
    pub fn number(self) -> u8 {
        match self {
            CodePage::Cp1252 => 16,
            CodePage::Cp852 => 18,
            CodePage::Cp858 => 19,
        }
    }

    pub fn from_number(number: u8) -> Option<Self> {
        [CodePage::Cp858, CodePage::Cp1252, CodePage::Cp852].into_iter().find(|page| page.number() == number)
    }

    fn upper_half(self) -> &'static str {
        match self {
            CodePage::Cp858 => CP858,
            CodePage::Cp1252 => CP1252,
            CodePage::Cp852 => CP852,
        }
    }

    /// The byte for `character`, if the page has it and it leaves a mark: control characters have none.
    pub fn byte(self, character: char) -> Option<u8> {
        if matches!(character, ' '..='~') {
            return Some(character as u8);
        }
        if character == UNDEFINED {
            return None;
        }
        let position = self.upper_half().chars().position(|c| c == character)?;
        u8::try_from(position + 0x80).ok()
    }

    /// The character that `byte` prints. What prints nothing comes back as U+FFFD.
    pub fn character(self, byte: u8) -> char {
        match byte {
            b' '..=b'~' => char::from(byte),
            0x80.. => self.upper_half().chars().nth(usize::from(byte - 0x80)).unwrap_or(UNDEFINED),
            _ => UNDEFINED,
        }
    }

    /// Text of this page from its bytes, with `?` for what prints nothing.
    pub fn decode(self, bytes: &[u8]) -> String {
        bytes
            .iter()
            .map(|byte| match self.character(*byte) {
                UNDEFINED => '?',
                character => character,
            })
            .collect()
    }
}

/// The nearest ASCII for a character that a code page lacks; `?` when there is none. Combining accents, joiners and
/// soft hyphens vanish.
pub fn ascii_for(character: char) -> &'static str {
    ASCII
        .iter()
        .find(|(characters, _)| characters.contains(character))
        .map(|(_, ascii)| *ascii)
        .unwrap_or_else(|| if is_invisible(character) { "" } else { "?" })
}

fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe0e}' | '\u{fe0f}'
        )
}

/// Latin letters with their accents off, typographic signs, and the currencies that a salon may write.
const ASCII: &[(&str, &str)] = &[
    ("ß", "ss"),
    ("ẞ", "SS"),
    ("Æ", "AE"),
    ("æ", "ae"),
    ("Œ", "OE"),
    ("œ", "oe"),
    ("Þ", "Th"),
    ("þ", "th"),
    ("Ĳ", "IJ"),
    ("ĳ", "ij"),
    ("ŁĹĻĽḶḸḺḼ", "L"),
    ("łĺļľḷḹḻḽ", "l"),
    ("ÐĐĎḊḌḎḐḒ", "D"),
    ("ðđďḋḍḏḑḓ", "d"),
    ("ØÒÓÔÕÖŌŎŐǑṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢ", "O"),
    ("øº°òóôõöōŏőǒṍṏṑṓọỏốồổỗộớờởỡợ", "o"),
    ("ĦĤḢḤḦḨḪ", "H"),
    ("ħĥḣḥḧḩḫẖ", "h"),
    ("ŦŢŤȚṪṬṮṰ", "T"),
    ("ŧţťțṫṭṯṱẗ", "t"),
    ("ıìíîïĩīĭįǐḭḯỉị", "i"),
    ("ĸķḱḳḵ", "k"),
    ("ŊÑŃŅŇṄṆṈṊ", "N"),
    ("ŋʼnñńņňṅṇṉṋ", "n"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("¥", "JPY"),
    ("₺", "TRY"),
    ("₴", "UAH"),
    ("₽", "RUB"),
    ("₹", "INR"),
    ("¢", "ct"),
    ("‘’‚‛′´", "'"),
    ("“”„‟″«»", "\""),
    ("‹", "<"),
    ("›", ">"),
    ("‐‑‒–—―−", "-"),
    ("…", "..."),
    ("•·×∙●★", "*"),
    ("÷⁄", "/"),
    ("\u{a0}\u{2007}\u{2009}\u{200a}\u{202f}\u{2002}\u{2003}", " "),
    ("©", "(c)"),
    ("®", "(R)"),
    ("™", "(TM)"),
    ("½", "1/2"),
    ("¼", "1/4"),
    ("¾", "3/4"),
    ("ªàáâãäåāăąǎḁạảấầẩẫậắằẳẵặ", "a"),
    ("¹", "1"),
    ("²", "2"),
    ("³", "3"),
    ("¡", "!"),
    ("¿", "?"),
    ("±", "+/-"),
    ("¦", "|"),
    ("µùúûüũūŭůűųǔǖǘǚǜṳṵṷṹṻụủứừửữự", "u"),
    ("№", "No"),
    ("→", "->"),
    ("←", "<-"),
    ("§ŚŜŞŠȘṠṢṤṦṨ", "S"),
    ("≈", "="),
    ("ÀÁÂÃÄÅĀĂĄǍḀẠẢẤẦẨẪẬẮẰẲẴẶ", "A"),
    ("ÇĆĈĊČḈ", "C"),
    ("ÈÉÊËĒĔĖĘĚḔḖḘḚḜẸẺẼẾỀỂỄỆ", "E"),
    ("ÌÍÎÏĨĪĬĮİǏḬḮỈỊ", "I"),
    ("ÙÚÛÜŨŪŬŮŰŲǓǕǗǙǛṲṴṶṸṺỤỦỨỪỬỮỰ", "U"),
    ("ÝŶŸẎỲỴỶỸ", "Y"),
    ("çćĉċčḉ", "c"),
    ("èéêëēĕėęěḕḗḙḛḝẹẻẽếềểễệ", "e"),
    ("ýÿŷẏẙỳỵỷỹ", "y"),
    ("ĜĞĠĢḠ", "G"),
    ("ĝğġģḡ", "g"),
    ("Ĵ", "J"),
    ("ĵ", "j"),
    ("ĶḰḲḴ", "K"),
    ("ŔŖŘṘṚṜṞ", "R"),
    ("ŕŗřṙṛṝṟ", "r"),
    ("śŝşšșṡṣṥṧṩ", "s"),
    ("ŴẀẂẄẆẈ", "W"),
    ("ŵẁẃẅẇẉẘ", "w"),
    ("ŹŻŽẐẒẔ", "Z"),
    ("źżžẑẓẕ", "z"),
    ("ḂḄḆ", "B"),
    ("ḃḅḇ", "b"),
    ("Ḟ", "F"),
    ("ḟ", "f"),
    ("ḾṀṂ", "M"),
    ("ḿṁṃ", "m"),
    ("ṔṖ", "P"),
    ("ṕṗ", "p"),
    ("ṼṾ", "V"),
    ("ṽṿ", "v"),
    ("ẊẌ", "X"),
    ("ẋẍ", "x"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_maps_each_of_its_bytes_back() {
        for page in [CodePage::Cp858, CodePage::Cp1252, CodePage::Cp852] {
            assert_eq!(page.upper_half().chars().count(), 128, "{page:?}");
            assert_eq!(CodePage::from_number(page.number()), Some(page));
            for byte in 0x20..=0xFF_u8 {
                let character = page.character(byte);
                if character != UNDEFINED {
                    assert_eq!(page.byte(character), Some(byte), "{page:?} {byte:02x}");
                }
            }
        }
    }

    #[test]
    fn known_bytes_of_the_published_tables() {
        let cases = [
            (CodePage::Cp858, '€', 0xD5),
            (CodePage::Cp858, 'ñ', 0xA4),
            (CodePage::Cp858, 'ü', 0x81),
            (CodePage::Cp1252, '€', 0x80),
            (CodePage::Cp1252, 'ß', 0xDF),
            (CodePage::Cp852, 'Ł', 0x9D),
            (CodePage::Cp852, 'ź', 0xAB),
        ];
        for (page, character, byte) in cases {
            assert_eq!(page.byte(character), Some(byte), "{page:?} {character}");
        }
        assert_eq!(CodePage::Cp852.byte('€'), None);
        assert_eq!(CodePage::Cp858.byte('Ł'), None);
        assert_eq!(CodePage::Cp858.byte('\u{1b}'), None);
        assert_eq!(CodePage::Cp1252.byte(UNDEFINED), None);
    }

    #[test]
    fn approximates_what_a_page_lacks() {
        let text: String = "Łódź €5 “Wax” ﬀ 髪 e\u{301}".chars().map(ascii_for_any).collect();
        assert_eq!(text, "Lodz EUR5 \"Wax\" ? ? e");
    }

    fn ascii_for_any(character: char) -> String {
        if character.is_ascii() { character.to_string() } else { ascii_for(character).to_owned() }
    }
}
