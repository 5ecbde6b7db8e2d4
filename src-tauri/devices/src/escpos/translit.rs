//! What is printed for characters that a code page lacks: always ASCII, never a guess that is taken for something else.
//!
//! - Latin letters lose their accents; ligatures and letters of their own are spelled out (ß → ss, Æ → AE, ı → i).
//! - Cyrillic as in passports: ICAO Doc 9303, part 3, section 6 B, which needs no accents. The soft sign vanishes.
//! - Greek after ELOT 743 (ISO 843), letter by letter, without its rules for pairs (ου is "oy").
//! - Currencies by their ISO 4217 code, typographic signs by their nearest.
//! - Anything else, Chinese, Japanese and Korean writing and pictures among it, is one `?` a character.

/// The nearest ASCII for a character that a code page lacks; `?` when there is none. Combining accents, joiners and
/// soft hyphens vanish.
pub(super) fn ascii_for(character: char) -> &'static str {
    [ASCII, CYRILLIC, GREEK]
        .into_iter()
        .flatten()
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
    ("ﬀ", "ff"),
    ("ﬁ", "fi"),
    ("ﬂ", "fl"),
    ("ﬃ", "ffi"),
    ("ﬄ", "ffl"),
    ("ƠǪǬȌȎȪȬȮȰ", "O"),
    ("ơǫǭȍȏȫȭȯȱ", "o"),
    ("ƯȔȖ", "U"),
    ("ưȕȗ", "u"),
    ("ǞǠǺȀȂȦ", "A"),
    ("ǟǡǻȁȃȧ", "a"),
    ("ǦǴ", "G"),
    ("ǧǵ", "g"),
    ("Ǩ", "K"),
    ("ǩ", "k"),
    ("ǰ", "j"),
    ("Ǹ", "N"),
    ("ǹ", "n"),
    ("ȄȆȨ", "E"),
    ("ȅȇȩ", "e"),
    ("ȈȊ", "I"),
    ("ȉȋ", "i"),
    ("ȐȒ", "R"),
    ("ȑȓ", "r"),
    ("Ȟ", "H"),
    ("ȟ", "h"),
    ("Ȳ", "Y"),
    ("ȳ", "y"),
    ("ŉ", "'n"),
    ("ĿǇ", "L"),
    ("ŀ", "l"),
    ("ƒ", "f"),
    ("ſẛ", "s"),
    ("ƏǝƎ", "E"),
    ("ə", "e"),
    ("Ƶ", "Z"),
    ("ƶ", "z"),
    ("ȷ", "j"),
    ("ƀ", "b"),
    ("Ɓ", "B"),
    ("Ƙ", "K"),
    ("ƙ", "k"),
    ("Ɗ", "D"),
    ("ɗ", "d"),
    ("Ɨ", "I"),
    ("Ǥ", "G"),
    ("ǥ", "g"),
];

/// Cyrillic, after ICAO Doc 9303.
const CYRILLIC: &[(&str, &str)] = &[
    ("а", "a"),
    ("А", "A"),
    ("б", "b"),
    ("Б", "B"),
    ("в", "v"),
    ("В", "V"),
    ("гґѓ", "g"),
    ("ГҐЃ", "G"),
    ("дђ", "d"),
    ("ДЂ", "D"),
    ("еёэ", "e"),
    ("ЕЁЭ", "E"),
    ("ж", "zh"),
    ("Ж", "Zh"),
    ("з", "z"),
    ("З", "Z"),
    ("ийії", "i"),
    ("ИЙІЇ", "I"),
    ("кќ", "k"),
    ("КЌ", "K"),
    ("л", "l"),
    ("Л", "L"),
    ("м", "m"),
    ("М", "M"),
    ("н", "n"),
    ("Н", "N"),
    ("о", "o"),
    ("О", "O"),
    ("п", "p"),
    ("П", "P"),
    ("р", "r"),
    ("Р", "R"),
    ("с", "s"),
    ("С", "S"),
    ("т", "t"),
    ("Т", "T"),
    ("уў", "u"),
    ("УЎ", "U"),
    ("ф", "f"),
    ("Ф", "F"),
    ("х", "kh"),
    ("Х", "Kh"),
    ("ц", "ts"),
    ("Ц", "Ts"),
    ("ч", "ch"),
    ("Ч", "Ch"),
    ("ш", "sh"),
    ("Ш", "Sh"),
    ("щ", "shch"),
    ("Щ", "Shch"),
    ("ъє", "ie"),
    ("ЪЄ", "Ie"),
    ("ы", "y"),
    ("Ы", "Y"),
    ("ю", "iu"),
    ("Ю", "Iu"),
    ("я", "ia"),
    ("Я", "Ia"),
    ("ј", "j"),
    ("Ј", "J"),
    ("љ", "lj"),
    ("Љ", "Lj"),
    ("њ", "nj"),
    ("Њ", "Nj"),
    ("ћ", "c"),
    ("Ћ", "C"),
    ("џѕ", "dz"),
    ("ЏЅ", "Dz"),
    ("ьЬ", ""),
];

/// Greek, after ELOT 743.
const GREEK: &[(&str, &str)] = &[
    ("αά", "a"),
    ("ΑΆ", "A"),
    ("β", "v"),
    ("Β", "V"),
    ("γ", "g"),
    ("Γ", "G"),
    ("δ", "d"),
    ("Δ", "D"),
    ("εέ", "e"),
    ("ΕΈ", "E"),
    ("ζ", "z"),
    ("Ζ", "Z"),
    ("ηιήίϊΐ", "i"),
    ("ΗΙΉΊΪ", "I"),
    ("θ", "th"),
    ("Θ", "Th"),
    ("κ", "k"),
    ("Κ", "K"),
    ("λ", "l"),
    ("Λ", "L"),
    ("μ", "m"),
    ("Μ", "M"),
    ("ν", "n"),
    ("Ν", "N"),
    ("ξ", "x"),
    ("Ξ", "X"),
    ("οωόώ", "o"),
    ("ΟΩΌΏ", "O"),
    ("π", "p"),
    ("Π", "P"),
    ("ρ", "r"),
    ("Ρ", "R"),
    ("σς", "s"),
    ("Σ", "S"),
    ("τ", "t"),
    ("Τ", "T"),
    ("υύϋΰ", "y"),
    ("ΥΎΫ", "Y"),
    ("φ", "f"),
    ("Φ", "F"),
    ("χ", "ch"),
    ("Χ", "Ch"),
    ("ψ", "ps"),
    ("Ψ", "Ps"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn ascii(text: &str) -> String {
        text.chars().map(|c| if c.is_ascii() { c.to_string() } else { ascii_for(c).to_owned() }).collect()
    }

    #[test]
    fn writes_names_as_a_passport_does() {
        for (name, expected) in [
            ("Łódź", "Lodz"),
            ("Ñuñez €5", "Nunez EUR5"),
            ("Őry ősz", "Ory osz"),
            ("Iași, Constanța", "Iasi, Constanta"),
            ("İzmir ılık", "Izmir ilik"),
            ("Straße GROẞ", "Strasse GROSS"),
            ("Đặng Thị Ngọc", "Dang Thi Ngoc"),
            ("Пётр Щукин, Ольга", "Petr Shchukin, Olga"),
            ("Київ, Єва", "Kiiv, Ieva"),
            ("Αλέξανδρος Θεός", "Alexandros Theos"),
            ("“Wax” – ﬁne…", "\"Wax\" - fine..."),
            ("髪 美容室 😀", "? ??? ?"),
            ("e\u{301}", "e"),
        ] {
            assert_eq!(ascii(name), expected);
        }
    }

    #[test]
    fn everything_becomes_ascii_that_can_be_printed() {
        for character in ('\0'..='\u{ffff}').filter(|c| !c.is_ascii()) {
            assert!(ascii_for(character).bytes().all(|byte| matches!(byte, b' '..=b'~')), "{character}");
        }
        let all: Vec<char> =
            [ASCII, CYRILLIC, GREEK].into_iter().flatten().flat_map(|(from, _)| from.chars()).collect();
        let mut once = all.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(all.len(), once.len(), "a character is listed twice");
    }

    #[test]
    fn every_latin_letter_with_accents_has_its_base() {
        for character in ('À'..='ž').chain('Ḁ'..='ẙ').chain('Ạ'..='ỹ').filter(|c| c.is_alphabetic()) {
            assert_ne!(ascii_for(character), "?", "{character}");
        }
    }
}
