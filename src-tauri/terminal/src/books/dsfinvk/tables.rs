//! The tables, their columns, and the `index.xml` that describes them (GDPdU description standard).

/// What a column holds: text of so many characters, or a number of so many decimals.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text(u16),
    Number(u8),
}
use Kind::{Number, Text};

pub(super) type Column = (&'static str, Kind);

/// Which closing a row belongs to: the first columns of every table.
pub(super) const CLOSING: [Column; 3] = [("Z_KASSE_ID", Text(50)), ("Z_ERSTELLUNG", Text(25)), ("Z_NR", Number(0))];

/// File, name, and the columns after those of the closing.
pub(super) struct Table {
    pub file: &'static str,
    pub name: &'static str,
    pub columns: &'static [Column],
}

pub(super) const LINES: Table = Table {
    file: "lines.csv",
    name: "Bonpos",
    columns: &[
        ("BON_ID", Text(40)),
        ("POS_ZEILE", Text(50)),
        ("GUTSCHEIN_NR", Text(50)),
        ("ARTIKELTEXT", Text(255)),
        ("POS_TERMINAL_ID", Text(50)),
        ("GV_TYP", Text(30)),
        ("GV_NAME", Text(40)),
        ("INHAUS", Text(1)),
        ("P_STORNO", Text(1)),
        ("AGENTUR_ID", Number(0)),
        ("ART_NR", Text(50)),
        ("GTIN", Text(50)),
        ("WARENGR_ID", Text(40)),
        ("WARENGR", Text(50)),
        ("MENGE", Number(3)),
        ("FAKTOR", Number(3)),
        ("EINHEIT", Text(50)),
        ("STK_BR", Number(5)),
    ],
};
pub(super) const LINES_VAT: Table = Table {
    file: "lines_vat.csv",
    name: "Bonpos_USt",
    columns: &[
        ("BON_ID", Text(40)),
        ("POS_ZEILE", Text(50)),
        ("UST_SCHLUESSEL", Number(0)),
        ("POS_BRUTTO", Number(5)),
        ("POS_NETTO", Number(5)),
        ("POS_UST", Number(5)),
    ],
};
pub(super) const TRANSACTIONS: Table = Table {
    file: "transactions.csv",
    name: "Bonkopf",
    columns: &[
        ("BON_ID", Text(40)),
        ("BON_NR", Number(0)),
        ("BON_TYP", Text(30)),
        ("BON_NAME", Text(60)),
        ("TERMINAL_ID", Text(50)),
        ("BON_STORNO", Text(1)),
        ("BON_START", Text(25)),
        ("BON_ENDE", Text(25)),
        ("BEDIENER_ID", Text(50)),
        ("BEDIENER_NAME", Text(50)),
        ("UMS_BRUTTO", Number(2)),
        ("KUNDE_NAME", Text(50)),
        ("KUNDE_ID", Text(50)),
        ("KUNDE_TYP", Text(50)),
        ("KUNDE_STRASSE", Text(60)),
        ("KUNDE_PLZ", Text(10)),
        ("KUNDE_ORT", Text(62)),
        ("KUNDE_LAND", Text(3)),
        ("KUNDE_USTID", Text(15)),
        ("BON_NOTIZ", Text(255)),
    ],
};
pub(super) const TRANSACTIONS_VAT: Table = Table {
    file: "transactions_vat.csv",
    name: "Bonkopf_USt",
    columns: &[
        ("BON_ID", Text(40)),
        ("UST_SCHLUESSEL", Number(0)),
        ("BON_BRUTTO", Number(5)),
        ("BON_NETTO", Number(5)),
        ("BON_UST", Number(5)),
    ],
};
pub(super) const DATAPAYMENT: Table = Table {
    file: "datapayment.csv",
    name: "Bonkopf_Zahlarten",
    columns: &[
        ("BON_ID", Text(40)),
        ("ZAHLART_TYP", Text(25)),
        ("ZAHLART_NAME", Text(60)),
        ("ZAHLWAEH_CODE", Text(3)),
        ("ZAHLWAEH_BETRAG", Number(2)),
        ("BASISWAEH_BETRAG", Number(2)),
    ],
};
pub(super) const CASHPOINTCLOSING: Table = Table {
    file: "cashpointclosing.csv",
    name: "Stamm_Abschluss",
    columns: &[
        ("Z_BUCHUNGSTAG", Text(10)),
        ("TAXONOMIE_VERSION", Text(10)),
        ("Z_START_ID", Text(40)),
        ("Z_ENDE_ID", Text(40)),
        ("NAME", Text(60)),
        ("STRASSE", Text(60)),
        ("PLZ", Text(10)),
        ("ORT", Text(62)),
        ("LAND", Text(3)),
        ("STNR", Text(20)),
        ("USTID", Text(15)),
        ("Z_SE_ZAHLUNGEN", Number(2)),
        ("Z_SE_BARZAHLUNGEN", Number(2)),
    ],
};
pub(super) const CASHREGISTER: Table = Table {
    file: "cashregister.csv",
    name: "Stamm_Kassen",
    columns: &[
        ("KASSE_BRAND", Text(50)),
        ("KASSE_MODELL", Text(50)),
        ("KASSE_SERIENNR", Text(70)),
        ("KASSE_SW_BRAND", Text(50)),
        ("KASSE_SW_VERSION", Text(50)),
        ("KASSE_BASISWAEH_CODE", Text(3)),
        ("KEINE_UST_ZUORDNUNG", Text(1)),
    ],
};
pub(super) const VAT: Table = Table {
    file: "vat.csv",
    name: "Stamm_USt",
    columns: &[("UST_SCHLUESSEL", Number(0)), ("UST_SATZ", Number(2)), ("UST_BESCHR", Text(55))],
};
pub(super) const BUSINESSCASES: Table = Table {
    file: "businesscases.csv",
    name: "Z_GV_Typ",
    columns: &[
        ("GV_TYP", Text(30)),
        ("GV_NAME", Text(40)),
        ("AGENTUR_ID", Number(0)),
        ("UST_SCHLUESSEL", Number(0)),
        ("Z_UMS_BRUTTO", Number(5)),
        ("Z_UMS_NETTO", Number(5)),
        ("Z_UST", Number(5)),
    ],
};
pub(super) const PAYMENT: Table = Table {
    file: "payment.csv",
    name: "Z_Zahlart",
    columns: &[("ZAHLART_TYP", Text(25)), ("ZAHLART_NAME", Text(60)), ("Z_ZAHLART_BETRAG", Number(2))],
};
pub(super) const CASH_PER_CURRENCY: Table = Table {
    file: "cash_per_currency.csv",
    name: "Z_Waehrungen",
    columns: &[("ZAHLART_WAEH", Text(3)), ("ZAHLART_BETRAG_WAEH", Number(2))],
};

pub(super) const ALL: [&Table; 11] = [
    &LINES,
    &LINES_VAT,
    &TRANSACTIONS,
    &TRANSACTIONS_VAT,
    &DATAPAYMENT,
    &CASHPOINTCLOSING,
    &CASHREGISTER,
    &VAT,
    &BUSINESSCASES,
    &PAYMENT,
    &CASH_PER_CURRENCY,
];

/// `index.xml`. `who` is the business.
pub(super) fn index(who: &str) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.push_str("<!DOCTYPE DataSet SYSTEM \"gdpdu-01-09-2004.dtd\">\n<DataSet>\n  <Version>1.0</Version>\n");
    xml.push_str(&format!(
        "  <DataSupplier>\n    <Name>{}</Name>\n    <Location></Location>\n    <Comment>In the shape of DSFinV-K. Not \
         certified. Without signatures of a technical security device.</Comment>\n  </DataSupplier>\n",
        escaped(who)
    ));
    xml.push_str("  <Media>\n    <Name>DSFinV-K</Name>\n");
    for table in ALL {
        xml.push_str(&format!(
            "    <Table>\n      <URL>{}</URL>\n      <Name>{}</Name>\n      <UTF8/>\n      \
             <DecimalSymbol>,</DecimalSymbol>\n      <DigitGroupingSymbol>.</DigitGroupingSymbol>\n      \
             <Range><From>2</From></Range>\n      <VariableLength>\n        <ColumnDelimiter>;</ColumnDelimiter>\n        \
             <RecordDelimiter>&#13;&#10;</RecordDelimiter>\n        <TextEncapsulator>\"</TextEncapsulator>\n",
            table.file, table.name
        ));
        for (name, kind) in CLOSING.iter().chain(table.columns) {
            let kind = match kind {
                Text(length) => format!("<AlphaNumeric/><MaxLength>{length}</MaxLength>"),
                Number(0) => "<Numeric/>".to_owned(),
                Number(decimals) => format!("<Numeric><Accuracy>{decimals}</Accuracy></Numeric>"),
            };
            xml.push_str(&format!("        <VariableColumn><Name>{name}</Name>{kind}</VariableColumn>\n"));
        }
        xml.push_str("      </VariableLength>\n    </Table>\n");
    }
    xml.push_str("  </Media>\n</DataSet>\n");
    xml
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
