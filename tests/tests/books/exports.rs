//! What the bookkeeper gets: sums in the files are the journal's.

use crate::day::*;
use salon_contract::window::{BookFormat, BooksWritten, Code, ExportBooks, Failure};
use salon_domain::accounting::{Ledger, entry_of};
use salon_domain::event::Happening;
use salon_tests::salon::{Salon, Terminal};
use std::collections::BTreeMap;
use std::path::Path;

/// Two closed days, of which the first is three short, and one that is open.
fn trading(salon: &Salon) -> Terminal {
    let till = open_terminal(salon);
    a_mixed_day(&till);
    till.app.close_till(key(21), count(DRAWER_MINOR - 3), "three; \"short\"").unwrap();
    another_day(&till, 40, 1);
    till.app.close_till(key(42), count(15_200), "").unwrap();
    another_day(&till, 50, 2);
    till
}

fn export(till: &Terminal, format: BookFormat, from: &str, to: &str) -> Result<BooksWritten, Failure> {
    ask(till, ExportBooks { format, from: from.into(), to: to.into() })
}

/// The rows of a file without quotes that hold the separator, by the names of their columns.
fn rows(path: &Path, separator: char) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.split("\r\n").filter(|line| !line.is_empty());
    let split = |line: &str| cells(line, separator);
    let names = split(lines.next().unwrap());
    lines.map(|line| names.iter().cloned().zip(split(line)).collect()).collect()
}

/// A line's cells, with quotes around those that have the separator within.
fn cells(line: &str, separator: char) -> Vec<String> {
    let (mut found, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c == separator && !quoted => found.push(String::new()),
            c => found.last_mut().unwrap().push(c),
        }
    }
    found
}

/// `-12.50`, `12,50000` or nothing as minor units.
fn minor(text: &str) -> i64 {
    if text.is_empty() {
        return 0;
    }
    let (whole, fraction) = text.split_once(['.', ',']).unwrap();
    assert!(fraction[2..].chars().all(|c| c == '0'), "{text}");
    let size = whole.trim_start_matches('-').parse::<i64>().unwrap() * 100 + fraction[..2].parse::<i64>().unwrap();
    if text.starts_with('-') { -size } else { size }
}

fn sum<'r>(rows: impl IntoIterator<Item = &'r BTreeMap<String, String>>, column: &str) -> i64 {
    rows.into_iter().map(|row| minor(&row[column])).sum()
}

/// Every entry's debits are its credits, and every account has what the journal's closed sessions posted to it.
#[test]
fn the_ledger_balances_and_is_the_journal() {
    let salon = salon();
    let till = trading(&salon);
    let written = export(&till, BookFormat::Ledger, "2026-09-29", "2026-10-01").unwrap();
    assert_eq!(
        (written.sessions, written.open_sessions, written.files.as_slice()),
        (2, 1, ["ledger.csv".to_owned()].as_slice())
    );
    let rows = rows(&Path::new(&written.path).join("ledger.csv"), ',');
    let mut entries: BTreeMap<&str, i64> = BTreeMap::new();
    let mut accounts: BTreeMap<String, i64> = BTreeMap::new();
    for row in &rows {
        let posted = minor(&row["debit"]) - minor(&row["credit"]);
        *entries.entry(&row["entry"]).or_default() += posted;
        *accounts.entry(row["account"].clone()).or_default() += posted;
    }
    assert!(entries.len() > 10 && entries.values().all(|sum| *sum == 0), "{entries:?}");
    let (mut ledger, mut closed) = (Ledger::default(), 0);
    till.app
        .store()
        .each_event(|_, event| {
            if closed < 2
                && let Some(entry) = entry_of(&event.what)
            {
                ledger.add(&entry);
            }
            closed += usize::from(matches!(event.what, Happening::TillClosed(_)));
            Ok(())
        })
        .unwrap();
    let journal: BTreeMap<String, i64> =
        ledger.balances().iter().map(|(account, sum)| (account.name(), *sum)).collect();
    assert_eq!(accounts, journal);
    assert_eq!((accounts["cash"], accounts["cash_difference"], accounts["safe"]), (0, 3, 4_000));

    let one = export(&till, BookFormat::Ledger, "2026-09-30", "2026-09-30").unwrap();
    assert_eq!((one.sessions, one.open_sessions), (1, 0));
    assert_eq!(export(&till, BookFormat::Ledger, "2026-10-02", "2026-10-01").unwrap_err().code, Code::BadInput);
}

#[test]
fn the_tables_are_the_z_reports() {
    let salon = salon();
    let till = trading(&salon);
    let written = export(&till, BookFormat::Csv, "2026-09-29", "2026-10-01").unwrap();
    let table = |name: &str| rows(&Path::new(&written.path).join(name), ',');
    let closings = table("closings.csv");
    assert_eq!(sum(&closings, "total"), TURNOVER_MINOR + 5_200);
    assert_eq!((closings[0]["z"].as_str(), closings[1]["z"].as_str()), ("1", "2"));
    assert_eq!((minor(&closings[0]["difference"]), minor(&closings[0]["cash_counted"])), (-3, DRAWER_MINOR - 3));
    assert_eq!(sum(&table("closing_taxes.csv"), "tax"), sum(&closings, "tax"));
    let kept = sum(&closings, "tips") + sum(&closings, "rounding") + sum(&closings, "parts");
    assert_eq!(sum(&table("closing_tenders.csv"), "amount"), sum(&closings, "total") + kept);
}

/// Konto is debited and Gegenkonto credited with every row: what is left on the accounts is the journal's.
#[test]
fn the_datev_batch_posts_what_the_journal_has() {
    let salon = salon();
    let till = trading(&salon);
    let written = export(&till, BookFormat::Datev, "2026-09-29", "2026-09-30").unwrap();
    let bytes = std::fs::read(Path::new(&written.path).join("EXTF_Buchungsstapel.csv")).unwrap();
    assert!(bytes.windows(4).any(|w| w == b"Erl\xf6"), "windows-1252");
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let lines: Vec<&str> = text.split("\r\n").filter(|line| !line.is_empty()).collect();
    assert!(lines[0].starts_with("\"EXTF\";700;21;\"Buchungsstapel\";13;20261001090000000;;\"RE\""), "{}", lines[0]);
    assert!(lines[0].contains(";1001;1;20260101;4;20260929;20260930;\"Kassenbuch\";"), "{}", lines[0]);
    assert_eq!(lines[0].split(';').count(), 31);
    let mut accounts: BTreeMap<String, i64> = BTreeMap::new();
    for line in &lines[2..] {
        let row = cells(line, ';');
        assert_eq!((row.len(), row[1].as_str()), (125, "S"), "{line}");
        assert!(minor(&row[0]) > 0 && row[6] != row[7], "{line}");
        assert!(["2909", "3009"].contains(&row[9].as_str()), "{line}");
        *accounts.entry(row[6].clone()).or_default() += minor(&row[0]);
        *accounts.entry(row[7].clone()).or_default() -= minor(&row[0]);
    }
    let expected = [
        ("1000", DRAWER_MINOR - 3 - 10_000 + 5_200),
        ("1200", 9_180 - 5_000),
        ("1330", 2_000),
        ("1360", 4_000),
        ("1362", 7_190),
        ("1590", -503),
        ("1591", -1_500),
        ("1592", 700),
        ("1710", -1_000),
        ("2300", 3),
        ("2309", -2),
        ("8400", -TURNOVER_MINOR - 5_200),
    ];
    assert_eq!(accounts, expected.into_iter().map(|(number, sum)| (number.to_owned(), sum)).collect());
    let refused = export(&till, BookFormat::Datev, "2026-09-29", "2027-01-01").unwrap_err();
    assert_eq!(refused.code, Code::BadInput, "two fiscal years");

    std::fs::write(till.dir.join("datev.json"), r#"{"client": 77, "accounts": {"bank": 1800}}"#).unwrap();
    let mine = export(&till, BookFormat::Datev, "2026-09-29", "2026-09-29").unwrap();
    let bytes = std::fs::read(Path::new(&mine.path).join("EXTF_Buchungsstapel.csv")).unwrap();
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    assert!(text.contains(";1001;77;") && text.contains(";1800;") && !text.contains(";1200;"));
    std::fs::write(till.dir.join("datev.json"), r#"{"bank": 1800}"#).unwrap();
    assert_eq!(export(&till, BookFormat::Datev, "2026-09-29", "2026-09-29").unwrap_err().code, Code::BadInput);
}

/// Lines, transactions, payments and closings of the DSFinV-K tables add up to one another and to the Z reports.
#[test]
fn the_dsfinvk_tables_add_up() {
    let salon = salon();
    let till = trading(&salon);
    let written = export(&till, BookFormat::Dsfinvk, "2026-09-29", "2026-10-01").unwrap();
    let dir = Path::new(&written.path);
    let table = |name: &str| rows(&dir.join(name), ';');
    let (heads, payments) = (table("transactions.csv"), table("datapayment.csv"));
    for head in &heads {
        let of = |row: &&BTreeMap<String, String>| row["BON_ID"] == head["BON_ID"];
        assert_eq!(sum(payments.iter().filter(of), "BASISWAEH_BETRAG"), minor(&head["UMS_BRUTTO"]), "{head:?}");
        assert_eq!(sum(table("lines_vat.csv").iter().filter(of), "POS_BRUTTO"), minor(&head["UMS_BRUTTO"]));
    }
    assert_eq!(heads.iter().filter(|head| !head["BON_NR"].is_empty()).count(), 4, "as many as receipts");
    let cases = table("businesscases.csv");
    let case = |name: &str| sum(cases.iter().filter(|row| row["GV_TYP"] == name), "Z_UMS_BRUTTO");
    assert_eq!((case("Umsatz"), case("TrinkgeldAN")), (TURNOVER_MINOR + 5_200, 503));
    assert_eq!((case("Anzahlungseinstellung"), case("Anzahlungsaufloesung")), (6_000, -5_000));
    assert_eq!((case("Geldtransit"), case("Einzahlung"), case("Auszahlung")), (-4_000, 1_500, -700));
    assert_eq!((case("Anfangsbestand"), case("DifferenzSollIst")), (20_000, -3 + 2));
    let vat = table("lines_vat.csv");
    assert_eq!(sum(&vat, "POS_UST"), sum(&vat, "POS_BRUTTO") - sum(&vat, "POS_NETTO"));
    let second = till.app.store().last_close().unwrap().unwrap().report;
    assert_eq!(second.number, 2);
    let of_second = |row: &&BTreeMap<String, String>| row["Z_NR"] == "2";
    let tax: i64 = second.totals.taxes.iter().map(|tax| tax.tax_minor).sum();
    assert_eq!(sum(cases.iter().filter(of_second), "Z_UST"), tax);
    let closings = table("cashpointclosing.csv");
    let counted = table("cash_per_currency.csv");
    assert_eq!((closings.len(), sum(&counted, "ZAHLART_BETRAG_WAEH")), (2, DRAWER_MINOR - 3 + 15_200));
    assert_eq!(sum(&closings, "Z_SE_BARZAHLUNGEN"), DRAWER_MINOR - 3 + 15_200, "the drawer is what was paid in cash");
    assert_eq!(sum(&closings, "Z_SE_ZAHLUNGEN"), sum(&table("payment.csv"), "Z_ZAHLART_BETRAG"));

    let index = std::fs::read_to_string(dir.join("index.xml")).unwrap();
    assert!(index.contains("Not certified. Without signatures"), "{index}");
    for file in written.files.iter().filter(|file| *file != "index.xml") {
        assert!(index.contains(&format!("<URL>{file}</URL>")), "{file}");
        let header = std::fs::read_to_string(dir.join(file)).unwrap();
        for column in header.lines().next().unwrap().split(';') {
            assert!(index.contains(&format!("<Name>{column}</Name>")), "{column} of {file}");
        }
    }
    assert!(!written.files.iter().any(|file| file.contains("tse")));
}
