//! The code pages that receipt printers speak.
//!
//! The tables are the upper halves (0x80 to 0xFF) of the published code pages; the lower half is ASCII in all of them.
//! What is printed for characters that a page lacks is in `translit`.

use serde::{Deserialize, Serialize};

/// The character set that the printer is switched to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodePage {
    /// Western Europe with the euro sign: what most printers have.
    #[default]
    Cp858,
    /// Windows, Western Europe.
    Cp1252,
    /// Central Europe, without the euro sign.
    Cp852,
    /// United States and Western Europe, the oldest: every printer has it. Without the euro sign.
    Cp437,
    /// Western Europe, without the euro sign.
    Cp850,
    /// Cyrillic, without the euro sign.
    Cp866,
    /// Windows, Central Europe.
    Cp1250,
    /// Windows, Cyrillic.
    Cp1251,
    /// Windows, Turkish.
    Cp1254,
    /// Latin-9: Western Europe with the euro sign and French whole.
    Iso8859_15,
    /// Portuguese, without the euro sign.
    Cp860,
    /// Canadian French, without the euro sign.
    Cp863,
    /// Nordic, without the euro sign.
    Cp865,
    /// Turkish, without the euro sign.
    Cp857,
    /// Greek, without the euro sign.
    Cp737,
    /// Greek, with the euro sign.
    Iso8859_7,
    /// Latin-2: Central Europe, without the euro sign.
    Iso8859_2,
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

const CP437: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ\
    áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

const CP850: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ\
    áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
    └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀\
    ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

const CP866: &str = "\
    АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ\
    абвгдежзийклмноп░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    рстуфхцчшщъыьэюяЁёЄєЇїЎў°∙·√№¤■\u{a0}";

const CP1250: &str = "\
    €\u{fffd}‚\u{fffd}„…†‡\u{fffd}‰Š‹ŚŤŽŹ\u{fffd}‘’“”•–—\u{fffd}™š›śťžź\
    \u{a0}ˇ˘Ł¤Ą¦§¨©Ş«¬\u{ad}®Ż°±˛ł´µ¶·¸ąş»Ľ˝ľż\
    ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢß\
    ŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙";

const CP1251: &str = "\
    ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u{fffd}™љ›њќћџ\
    \u{a0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{ad}®Ї°±Ііґµ¶·ё№є»јЅѕї\
    АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ\
    абвгдежзийклмнопрстуфхцчшщъыьэюя";

const CP1254: &str = "\
    €\u{fffd}‚ƒ„…†‡ˆ‰Š‹Œ\u{fffd}\u{fffd}\u{fffd}\u{fffd}‘’“”•–—˜™š›œ\u{fffd}\u{fffd}Ÿ\
    \u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º»¼½¾¿\
    ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏĞÑÒÓÔÕÖ×ØÙÚÛÜİŞß\
    àáâãäåæçèéêëìíîïğñòóôõö÷øùúûüışÿ";

/// From 0xA0: the 32 bytes before it print nothing.
const ISO8859_15: &str = "\
    \u{a0}¡¢£€¥Š§š©ª«¬\u{ad}®¯°±²³Žµ¶·ž¹º»ŒœŸ¿\
    ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß\
    àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";

const CP860: &str = "\
    ÇüéâãàÁçêÊèÍÔìÃÂÉÀÈôõòÚùÌÕÜ¢£Ù₧Ó\
    áíóúñÑªº¿Ò¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

const CP863: &str = "\
    ÇüéâÂà¶çêëèïî‗À§ÉÈÊôËÏûù¤ÔÜ¢£ÙÛƒ\
    ¦´óú¨¸³¯Î⌐¬½¼¾«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

const CP865: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø₧ƒ\
    áíóúñÑªº¿⌐¬½¼¡«¤░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

const CP857: &str = "\
    ÇüéâäàåçêëèïîıÄÅÉæÆôöòûùİÖÜø£ØŞş\
    áíóúñÑĞğ¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
    └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ºªÊËÈ\u{fffd}ÍÎÏ┘┌█▄¦Ì▀\
    ÓßÔÒõÕµ\u{fffd}×ÚÛÙìÿ¯´\u{ad}±\u{fffd}¾¶§÷¸°¨·¹³²■\u{a0}";

const CP737: &str = "\
    ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθ\
    ικλμνξοπρσςτυφχψ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    ωάέήϊίόύϋώΆΈΉΊΌΎΏ±≥≤ΪΫ÷≈°∙·√ⁿ²■\u{a0}";

const ISO8859_7: &str = "\
    \u{a0}‘’£€₯¦§¨©ͺ«¬\u{ad}\u{fffd}―°±²³΄΅Ά·ΈΉΊ»Ό½ΎΏ\
    ΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡ\u{fffd}ΣΤΥΦΧΨΩΪΫάέήί\
    ΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώ\u{fffd}";

const ISO8859_2: &str = "\
    \u{a0}Ą˘Ł¤ĽŚ§¨ŠŞŤŹ\u{ad}ŽŻ°ą˛ł´ľśˇ¸šşťź˝žż\
    ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢß\
    ŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙";

/// What printers switched to page 1 (katakana) print for 0x80 to 0x9F. Only read: programs draw their rules with it.
const PAGE_1_LINES: &str = "▁▂▃▄▅▆▇█▏▎▍▌▋▊▉┼┴┬┤├▔─│▕┌┐└┘╭╮╰╯";

/// Stands in the tables for the bytes that a page leaves undefined.
const UNDEFINED: char = '\u{fffd}';

impl CodePage {
    pub const ALL: [CodePage; 17] = [
        CodePage::Cp858,
        CodePage::Cp1252,
        CodePage::Cp852,
        CodePage::Cp437,
        CodePage::Cp850,
        CodePage::Cp866,
        CodePage::Cp1250,
        CodePage::Cp1251,
        CodePage::Cp1254,
        CodePage::Iso8859_15,
        CodePage::Cp860,
        CodePage::Cp863,
        CodePage::Cp865,
        CodePage::Cp857,
        CodePage::Cp737,
        CodePage::Iso8859_7,
        CodePage::Iso8859_2,
    ];

    /// The number that `ESC t n` selects the page by, on Epson's printers and those that follow them. Some clones count
    /// otherwise from 20 on: a test page shows it.
    pub fn number(self) -> u8 {
        match self {
            CodePage::Cp437 => 0,
            CodePage::Cp850 => 2,
            CodePage::Cp1252 => 16,
            CodePage::Cp866 => 17,
            CodePage::Cp852 => 18,
            CodePage::Cp858 => 19,
            CodePage::Iso8859_15 => 40,
            CodePage::Cp1250 => 45,
            CodePage::Cp1251 => 46,
            CodePage::Cp1254 => 48,
            CodePage::Cp860 => 3,
            CodePage::Cp863 => 4,
            CodePage::Cp865 => 5,
            CodePage::Cp857 => 13,
            CodePage::Cp737 => 14,
            CodePage::Iso8859_7 => 15,
            CodePage::Iso8859_2 => 39,
        }
    }

    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.number() == number)
    }

    /// As the command reference names it.
    pub fn name(self) -> &'static str {
        match self {
            CodePage::Cp437 => "PC437",
            CodePage::Cp850 => "PC850",
            CodePage::Cp1252 => "WPC1252",
            CodePage::Cp866 => "PC866",
            CodePage::Cp852 => "PC852",
            CodePage::Cp858 => "PC858",
            CodePage::Iso8859_15 => "ISO8859-15",
            CodePage::Cp1250 => "WPC1250",
            CodePage::Cp1251 => "WPC1251",
            CodePage::Cp1254 => "WPC1254",
            CodePage::Cp860 => "PC860",
            CodePage::Cp863 => "PC863",
            CodePage::Cp865 => "PC865",
            CodePage::Cp857 => "PC857",
            CodePage::Cp737 => "PC737",
            CodePage::Iso8859_7 => "ISO8859-7",
            CodePage::Iso8859_2 => "ISO8859-2",
        }
    }

    /// The first byte of the table, and the characters from there on.
    fn upper(self) -> (u8, &'static str) {
        match self {
            CodePage::Cp858 => (0x80, CP858),
            CodePage::Cp1252 => (0x80, CP1252),
            CodePage::Cp852 => (0x80, CP852),
            CodePage::Cp437 => (0x80, CP437),
            CodePage::Cp850 => (0x80, CP850),
            CodePage::Cp866 => (0x80, CP866),
            CodePage::Cp1250 => (0x80, CP1250),
            CodePage::Cp1251 => (0x80, CP1251),
            CodePage::Cp1254 => (0x80, CP1254),
            CodePage::Iso8859_15 => (0xA0, ISO8859_15),
            CodePage::Cp860 => (0x80, CP860),
            CodePage::Cp863 => (0x80, CP863),
            CodePage::Cp865 => (0x80, CP865),
            CodePage::Cp857 => (0x80, CP857),
            CodePage::Cp737 => (0x80, CP737),
            CodePage::Iso8859_7 => (0xA0, ISO8859_7),
            CodePage::Iso8859_2 => (0xA0, ISO8859_2),
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
        let (first, table) = self.upper();
        let position = table.chars().position(|c| c == character)?;
        u8::try_from(position + usize::from(first)).ok()
    }

    /// Whether text with `character` in it should be printed as it is. PC437 and its kin have a dozen Greek letters for formulas: a
    /// Greek name would come out half Greek and half Latin, so it goes into Latin whole.
    pub fn prints(self, character: char) -> bool {
        let of_formulas = matches!(self, CodePage::Cp437 | CodePage::Cp860 | CodePage::Cp863 | CodePage::Cp865);
        let formula = of_formulas && matches!(character, '\u{370}'..='\u{3ff}');
        self.byte(character).is_some() && character != '\u{ad}' && !formula
    }

    /// The character that `byte` prints. What prints nothing comes back as U+FFFD.
    pub fn character(self, byte: u8) -> char {
        let (first, table) = self.upper();
        match byte {
            b' '..=b'~' => char::from(byte),
            0x80.. => byte.checked_sub(first).and_then(|at| table.chars().nth(usize::from(at))).unwrap_or(UNDEFINED),
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

/// Text of a page that is not ours from its bytes: ASCII, the lines of page 1, and `?` for all else.
pub(super) fn decode_other(page: Option<u8>, bytes: &[u8]) -> String {
    let lines = |byte: u8| PAGE_1_LINES.chars().nth(usize::from(byte - 0x80));
    bytes
        .iter()
        .map(|byte| match byte {
            b' '..=b'~' => char::from(*byte),
            0x80.. if page == Some(1) => lines(*byte).unwrap_or('?'),
            _ => '?',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_maps_each_of_its_bytes_back() {
        for page in CodePage::ALL {
            let (first, table) = page.upper();
            assert_eq!(table.chars().count(), 0x100 - usize::from(first), "{page:?}");
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
            (CodePage::Cp437, '₧', 0x9E),
            (CodePage::Cp850, 'ø', 0x9B),
            (CodePage::Cp866, 'Ж', 0x86),
            (CodePage::Cp866, 'ё', 0xF1),
            (CodePage::Cp1250, 'ő', 0xF5),
            (CodePage::Cp1251, 'ж', 0xE6),
            (CodePage::Cp1251, '€', 0x88),
            (CodePage::Cp1254, 'İ', 0xDD),
            (CodePage::Cp1254, 'ş', 0xFE),
            (CodePage::Iso8859_15, '€', 0xA4),
            (CodePage::Iso8859_15, 'Œ', 0xBC),
        ];
        for (page, character, byte) in cases {
            assert_eq!(page.byte(character), Some(byte), "{page:?} {character}");
        }
        assert_eq!(CodePage::Cp852.byte('€'), None);
        assert_eq!(CodePage::Cp858.byte('Ł'), None);
        assert_eq!(CodePage::Cp858.byte('\u{1b}'), None);
        assert_eq!(CodePage::Cp1252.byte(UNDEFINED), None);
        assert!(CodePage::Cp437.prints('ß') && !CodePage::Cp437.prints('α'));
    }
}
