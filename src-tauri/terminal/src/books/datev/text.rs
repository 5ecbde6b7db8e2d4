//! How a DATEV file is written: windows-1252, the columns of format version 13, text in quotes even where it is empty.

/// The columns before and after the two runs of numbered ones.
const FIRST: &str = "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Kurs;Basis-Umsatz;WKZ Basis-Umsatz;\
    Konto;Gegenkonto (ohne BU-Schlüssel);BU-Schlüssel;Belegdatum;Belegfeld 1;Belegfeld 2;Skonto;Buchungstext;\
    Postensperre;Diverse Adressnummer;Geschäftspartnerbank;Sachverhalt;Zinssperre;Beleglink";
const MIDDLE: &str = "KOST1 - Kostenstelle;KOST2 - Kostenstelle;Kost-Menge;EU-Land u. UStID (Bestimmung);\
    EU-Steuersatz (Bestimmung);Abw. Versteuerungsart;Sachverhalt L+L;Funktionsergänzung L+L;BU 49 Hauptfunktionstyp;\
    BU 49 Hauptfunktionsnummer;BU 49 Funktionsergänzung";
const LAST: &str = "Stück;Gewicht;Zahlweise;Forderungsart;Veranlagungsjahr;Zugeordnete Fälligkeit;Skontotyp;\
    Auftragsnummer;Buchungstyp;USt-Schlüssel (Anzahlungen);EU-Land (Anzahlungen);Sachverhalt L+L (Anzahlungen);\
    EU-Steuersatz (Anzahlungen);Erlöskonto (Anzahlungen);Herkunft-Kz;Buchungs GUID;KOST-Datum;SEPA-Mandatsreferenz;\
    Skontosperre;Gesellschaftername;Beteiligtennummer;Identifikationsnummer;Zeichnernummer;Postensperre bis;\
    Bezeichnung SoBil-Sachverhalt;Kennzeichen SoBil-Buchung;Festschreibung;Leistungsdatum;Datum Zuord. Steuerperiode;\
    Fälligkeit;Generalumkehr (GU);Steuersatz;Land;Abrechnungsreferenz;BVV-Position;EU-Land u. UStID (Ursprung);\
    EU-Steuersatz (Ursprung);Abw. Skontokonto";

/// Columns of format version 13.
const COLUMNS: usize = 125;

pub(super) fn columns() -> Vec<String> {
    let mut columns: Vec<String> = FIRST.split(';').map(str::to_owned).collect();
    columns.extend((1..=8).flat_map(|n| [format!("Beleginfo - Art {n}"), format!("Beleginfo - Inhalt {n}")]));
    columns.extend(MIDDLE.split(';').map(str::to_owned));
    columns.extend(
        (1..=20).flat_map(|n| [format!("Zusatzinformation - Art {n}"), format!("Zusatzinformation- Inhalt {n}")]),
    );
    columns.extend(LAST.split(';').map(str::to_owned));
    columns
}

/// Whether a column, counted from one, is text.
const fn is_text(column: usize) -> bool {
    matches!(
        column,
        2 | 3 | 6 | 9 | 11 | 12 | 14 | 16 | 20..=38 | 40 | 42 | 48..=87 | 91 | 95 | 96 | 98 | 102 | 103 | 105 | 107
            | 109 | 110 | 112 | 118 | 120 | 121 | 123
    )
}

/// A row of cells by their columns, the others empty.
pub(super) fn row(cells: &[(usize, String)]) -> String {
    let cell = |column: usize| {
        let said = cells.iter().find(|(at, _)| *at == column).map_or("", |(_, said)| said.as_str());
        if is_text(column) { format!("\"{said}\"") } else { said.to_owned() }
    };
    (1..=COLUMNS).map(cell).collect::<Vec<_>>().join(";")
}

/// A text without control characters, its quotes doubled, of so many characters at most.
pub(super) fn cell(text: &str, chars_max: usize) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control()).take(chars_max).collect();
    plain.replace('"', "\"\"")
}

/// 0x80 to 0x9f of windows-1252; the five that it leaves undefined are not here.
const HIGH: [(char, u8); 27] = [
    ('€', 0x80),
    ('‚', 0x82),
    ('ƒ', 0x83),
    ('„', 0x84),
    ('…', 0x85),
    ('†', 0x86),
    ('‡', 0x87),
    ('ˆ', 0x88),
    ('‰', 0x89),
    ('Š', 0x8a),
    ('‹', 0x8b),
    ('Œ', 0x8c),
    ('Ž', 0x8e),
    ('‘', 0x91),
    ('’', 0x92),
    ('“', 0x93),
    ('”', 0x94),
    ('•', 0x95),
    ('–', 0x96),
    ('—', 0x97),
    ('˜', 0x98),
    ('™', 0x99),
    ('š', 0x9a),
    ('›', 0x9b),
    ('œ', 0x9c),
    ('ž', 0x9e),
    ('Ÿ', 0x9f),
];

/// What windows-1252 does not have is a question mark.
pub(super) fn windows_1252(text: &str) -> Vec<u8> {
    let byte = |c: char| match u32::from(c) {
        code @ (0..=0x7f | 0xa0..=0xff) => code as u8,
        _ => HIGH.iter().find(|(high, _)| *high == c).map_or(b'?', |(_, byte)| *byte),
    };
    text.chars().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_all_columns_and_quotes_its_texts() {
        let columns = columns();
        assert_eq!(columns.len(), COLUMNS);
        assert_eq!((columns[13].as_str(), columns[113].as_str()), ("Buchungstext", "Festschreibung"));
        let row = row(&[(1, "12,50".into()), (14, cell("say \"hi\"\n", 60))]);
        let cells: Vec<&str> = row.split(';').collect();
        assert_eq!((cells.len(), cells[0], cells[1], cells[3]), (COLUMNS, "12,50", "\"\"", ""));
        assert_eq!(cells[13], "\"say \"\"hi\"\"\"");
        assert_eq!(cell(&"ä".repeat(99), 60).chars().count(), 60);
    }

    #[test]
    fn letters_are_windows_1252() {
        assert_eq!(windows_1252("Erlöse 5 €"), b"Erl\xf6se 5 \x80");
        assert_eq!(windows_1252("Łódź"), b"?\xf3d?");
    }
}
