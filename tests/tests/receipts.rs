//! One receipt, all its renderings: paper of 58 and 80 mm, HTML, and what is selected and copied from the PDF.
//!
//! A rendering is compared with a file under `tests/golden/receipts`; with `UPDATE_GOLDEN=1` the files are written
//! anew, and what has changed is looked at in the version control. `SALON_RECEIPTS_OUT=DIR` keeps the HTML and PDF files, to look at.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

use salon_devices::escpos::CodePage;
use salon_domain::access::Role;
use salon_domain::branch::{Branch, WeekHours};
use salon_domain::kernel::{
    BranchZone, Currency, DeviceId, Instant, PaymentId, StaffId, TaxMode, TaxRate, TicketId, TillSessionId,
};
use salon_domain::payment::{
    Discount, Item, LineDraft, LineKind, Sale, SessionTotals, Tender, TenderKind, TicketDraft, TillClosed, ZReport,
    price,
};
use salon_domain::scan::receipt_code;
use salon_domain::staff::{Skills, Staff};
use salon_paper::{HtmlOptions, PageSize, PdfOptions};
use salon_ports::{Bitmap, ReceiptDoc, ReceiptPart};
use salon_terminal::app::{Catalog, Language, ReceiptOptions, receipt_of_sale, receipt_of_z};
use salon_terminal::store::SaleRecord;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use uuid::Uuid;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 | n)
}

const DESK: u128 = 1;
const MARA: u128 = 2;
const JOSE: u128 = 3;
const TILL: u128 = 0xb1ee;
/// 2026-09-29 14:05 in Berlin.
const AT: Instant = Instant(1_790_683_500_000);

fn person(n: u128, name: &str) -> Staff {
    Staff {
        id: StaffId::from_uuid(id(n)),
        code: String::new(),
        name: name.into(),
        role: Role::Stylist,
        branches: Vec::new(),
        skills: Skills::All,
        hours: WeekHours::default(),
        pin_hash: None,
        bookable: true,
        active: true,
    }
}

fn catalog(currency: Currency) -> Catalog {
    let salon = DeviceId::from_uuid(id(TILL));
    Catalog {
        branch: Branch {
            id: salon.derive(b"branch"),
            name: "Pink Blueberry".into(),
            zone: "Europe/Berlin".into(),
            currency,
            hours: WeekHours::default(),
            taxes: Vec::new(),
            address: vec!["Invented Street 12".into(), "10999 Berlin".into(), "+49 30 000000".into()],
            tax_number: "DE000000000".into(),
            receipt_footer: "Thank you, and see you soon.\nReturns within 14 days.".into(),
            language: String::new(),
            float_minor: 10_000,
            cash_rounding: Default::default(),
            stored_value: Default::default(),
            desk: Default::default(),
        },
        zone: BranchZone::named("Europe/Berlin").unwrap(),
        demo: false,
        commission: None,
        loyalty: None,
        services: BTreeMap::new(),
        products: BTreeMap::new(),
        promotions: Vec::new(),
        packages: Default::default(),
        memberships: Default::default(),
        staff: vec![person(DESK, "Front Desk"), person(MARA, "Mara Example"), person(JOSE, "José Muñoz-Żółć")],
        devices: BTreeMap::from([(id(TILL), "Till 1".into())]),
    }
}

fn rate(code: &str, rate_bp: u32, mode: TaxMode) -> TaxRate {
    TaxRate { code: code.into(), rate_bp, mode }
}

fn vat() -> Vec<TaxRate> {
    vec![rate("VAT", 1900, TaxMode::Inclusive)]
}

fn line(n: u128, description: &str, staff: Option<u128>, quantity: i64, unit_price_minor: i64) -> LineDraft {
    LineDraft {
        id: TicketId::from_uuid(id(0xffff)).derive(&n.to_be_bytes()),
        item: Item::Custom,
        kind: if unit_price_minor < 0 { LineKind::Refund } else { LineKind::Sale },
        description: description.into(),
        staff: staff.map(|n| StaffId::from_uuid(id(n))),
        card: None,
        quantity,
        unit_price_minor,
        discount: None,
        rates: vat(),
        terms: Default::default(),
    }
}

fn cash(tendered_minor: i64) -> TenderKind {
    TenderKind::Cash { tendered_minor }
}

fn card(lines: &[&str]) -> TenderKind {
    TenderKind::Card {
        payment: PaymentId::from_uuid(id(9)),
        terminal_id: "52500041".into(),
        trace: 381,
        receipt_number: 112,
        authorisation: "004711".into(),
        brand: "girocard".into(),
        last4: "0119".into(),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
    }
}

/// The sale of `lines`, priced as the till prices it and paid in one way.
fn sale(currency: Currency, number: u64, lines: Vec<LineDraft>, paid: TenderKind) -> SaleRecord {
    let ticket = TicketId::from_uuid(id(0xffff));
    let terms = Default::default();
    let draft = TicketDraft { id: ticket, booking: None, card: None, currency, lines, discount: None, terms };
    let priced = price(&draft).unwrap();
    let device = DeviceId::from_uuid(id(TILL));
    let change_minor = match paid {
        TenderKind::Cash { tendered_minor } => (tendered_minor - priced.total_minor).max(0),
        _ => 0,
    };
    let sale = Sale {
        ticket,
        number,
        device,
        branch: device.derive(b"branch"),
        session: TillSessionId::from_uuid(id(8)),
        day: 20_725,
        booking: None,
        bookings: Vec::new(),
        card: None,
        currency,
        lines: priced.lines,
        tenders: vec![Tender::now(priced.total_minor, paid)],
        net_minor: priced.net_minor,
        tax_minor: priced.tax_minor,
        total_minor: priced.total_minor,
        rounding_minor: 0,
        change_minor,
        follows: None,
        external_number: None,
    };
    SaleRecord { at: AT, user: id(DESK), sale }
}

/// A blueberry, 144 × 96 dots.
fn logo() -> Bitmap {
    let (width, height) = (144_i32, 96_i32);
    let mut rows = vec![0_u8; (width / 8 * height) as usize];
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
        let from = |cx: i32, cy: i32| (x - cx).pow(2) + (y - cy).pow(2);
        let berry = from(72, 52) < 42 * 42;
        let crown = from(72, 34) < 14 * 14 && (x - 72).abs() + (y - 34).abs() > 9;
        let shine = from(54, 58) < 6 * 6;
        if berry && !crown && !shine {
            rows[(y * width / 8 + x / 8) as usize] |= 0x80 >> (x % 8);
        }
    }
    Bitmap { width_dots: width as u16, height_dots: height as u16, rows }
}

/// Two stylists, a product twice, discounts, one tax, cash and change.
fn an_ordinary_day() -> ReceiptDoc {
    let mut colour = line(2, "Balayage, gloss and blow-dry", Some(MARA), 1, 14_800);
    colour.discount = Some(Discount::Percent(1_000));
    let mut shampoo = line(4, "Shampoo for coloured hair 250 ml", None, 2, 1_990);
    shampoo.discount = Some(Discount::Amount(380));
    let mut magazine = line(5, "Book: The Art of the Bob", None, 1, 1_290);
    magazine.rates = vec![rate("VAT", 700, TaxMode::Inclusive)];
    let lines = vec![
        line(1, "Cut", Some(MARA), 1, 5_200),
        colour,
        line(3, "Beard trim", Some(JOSE), 1, 2_500),
        shampoo,
        magazine,
    ];
    let logo = logo();
    let options = ReceiptOptions {
        client_name: "Łucja Žižková-Ångström",
        logo: Some(&logo),
        qr: Some("https://salon.example/r/7Q2M"),
        ..ReceiptOptions::default()
    };
    receipt_of_sale(&catalog(Currency::EUR), &sale(Currency::EUR, 1042, lines, cash(30_000)), &options)
}

/// By card, in French, two taxes on top of the price; the card terminal's own lines; a second print.
fn by_card_in_french() -> ReceiptDoc {
    let rates = vec![rate("TPS", 500, TaxMode::Exclusive), rate("TVP", 700, TaxMode::Exclusive)];
    let lines =
        [line(1, "Coupe et coiffage", Some(MARA), 1, 120_000), line(2, "Soin à l'huile d'argan", Some(JOSE), 1, 4_550)];
    let lines = lines.map(|line| LineDraft { rates: rates.clone(), ..line }).to_vec();
    let paid = card(&["AID A0000003591010", "PAIEMENT SANS CONTACT"]);
    let options = ReceiptOptions { language: Language::French, copy: true, ..ReceiptOptions::default() };
    receipt_of_sale(&catalog(Currency::CAD), &sale(Currency::CAD, 7, lines, paid), &options)
}

/// Given back in cash, in German, one line taxed at nothing and one not at all; a name that tries markup.
fn a_refund_in_german() -> ReceiptDoc {
    let mut voucher = line(2, "Gutschein <b>50</b> & mehr", None, 1, -5_000);
    voucher.rates = vec![rate("USt", 0, TaxMode::Inclusive)];
    let mut untaxed = line(3, "Pfand", None, 1, -200);
    untaxed.rates = Vec::new();
    let lines = vec![line(1, "Haaröl 100 ml", Some(JOSE), 1, -2_450), voucher, untaxed];
    let options = ReceiptOptions {
        language: Language::German,
        client_name: "<script>alert('x')</script>",
        ..ReceiptOptions::default()
    };
    receipt_of_sale(&catalog(Currency::EUR), &sale(Currency::EUR, 1043, lines, cash(0)), &options)
}

/// Thirty lines, the largest amounts, the longest names; practised only, in a demo salon; Cyrillic, Greek, Chinese.
fn the_largest_in_training() -> ReceiptDoc {
    let long = "A very long treatment with keratin, argan oil and a scalp massage, as booked by telephone";
    let names =
        [long, "Окрашивание волос", "Κούρεμα", "漢字カット", "Donaudampfschifffahrtsgesellschaftskapitänsfrisur"];
    let lines = (0..30_usize).map(|n| {
        let who = [None, Some(MARA), Some(JOSE)][n % 3];
        let minor = if n == 0 { 123_456_789 - 29 * 1_000 } else { 1_000 };
        line(n as u128, names[n % names.len()], who, 1, minor)
    });
    let options = ReceiptOptions { training: true, ..ReceiptOptions::default() };
    let mut catalog = catalog(Currency::EUR);
    catalog.demo = true;
    catalog.branch.name = "The Extraordinarily Long-Named Salon".into();
    receipt_of_sale(&catalog, &sale(Currency::EUR, 999_999, lines.collect(), card(&[])), &options)
}

fn a_z_report() -> ReceiptDoc {
    let record = sale(Currency::EUR, 1042, vec![line(1, "Cut", Some(MARA), 1, 5_200)], cash(6_000));
    let mut totals = SessionTotals::opened(10_000);
    totals.add_sale(&record.sale);
    let report = ZReport {
        number: 17,
        counted_minor: totals.expected_cash_minor() - 5,
        count: Vec::new(),
        difference_minor: -5,
        reason: "five cents on the floor".into(),
        perpetual_total_minor: 98_765_432,
        totals,
    };
    let closed = TillClosed {
        session: record.sale.session,
        device: record.sale.device,
        branch: record.sale.branch,
        day: record.sale.day,
        currency: Currency::EUR,
        report,
    };
    receipt_of_z(&catalog(Currency::EUR), &closed, &ReceiptOptions::default())
}

fn samples() -> [(&'static str, &'static str, ReceiptDoc); 5] {
    [
        ("ordinary", "en", an_ordinary_day()),
        ("card_fr", "fr", by_card_in_french()),
        ("refund_de", "de", a_refund_in_german()),
        ("largest_training", "en", the_largest_in_training()),
        ("z", "en", a_z_report()),
    ]
}

fn html(doc: &ReceiptDoc, language: &str) -> String {
    salon_paper::html(doc, &HtmlOptions { language, title: "Receipt - Pink Blueberry" })
}

fn pdf(doc: &ReceiptDoc, language: &str, page: PageSize) -> salon_paper::Pdf {
    let options = PdfOptions { page, language, title: "Receipt - Pink Blueberry", author: "Pink Blueberry" };
    salon_paper::pdf(doc, &options).unwrap()
}

fn golden_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/receipts")
}

/// Compares with the file of that name, or writes it where that was asked for.
fn golden(name: &str, found: &str) {
    let path = golden_dir().join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(golden_dir()).unwrap();
        std::fs::write(&path, found).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let differs = expected.lines().zip(found.lines()).enumerate().find(|(_, (expected, found))| expected != found);
    assert!(expected == found, "{name} is not what it was; first at {differs:?}");
}

fn lines_of(doc: &ReceiptDoc, columns: usize) -> String {
    salon_devices::escpos::layout(doc, columns).join("\n") + "\n"
}

#[test]
fn on_paper_of_both_widths() {
    for (name, _, doc) in samples() {
        for (paper, columns) in [("58mm", 32), ("80mm", 48)] {
            golden(&format!("{name}.{paper}.txt"), &lines_of(&doc, columns));
        }
    }
}

#[test]
fn as_html() {
    for (name, language, doc) in samples() {
        golden(&format!("{name}.html"), &html(&doc, language));
    }
}

/// Text as it is selected and copied, in order and place. Needs `pdftotext` (package poppler-utils).
#[test]
fn as_pdf_text() {
    if Command::new("pdftotext").arg("-v").output().is_err() {
        eprintln!("skipped: there is no pdftotext");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (name, language, doc) in samples() {
        let path = dir.path().join(format!("{name}.pdf"));
        std::fs::write(&path, pdf(&doc, language, PageSize::Roll80).bytes).unwrap();
        let out = Command::new("pdftotext").args(["-layout", "-enc", "UTF-8"]).arg(&path).arg("-").output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let text = String::from_utf8(out.stdout).unwrap();
        golden(&format!("{name}.pdf.txt"), &text.replace('\u{c}', ""));
    }
}

/// Every word and every amount of the model is in the file, whatever was wrapped.
#[test]
fn nothing_is_lost_on_the_way_to_html() {
    for (name, language, doc) in samples() {
        let page = html(&doc, language);
        let unescaped = page.replace("&lt;", "<").replace("&gt;", ">").replace("&#39;", "'").replace("&amp;", "&");
        for text in doc.parts.iter().flat_map(texts_of) {
            for word in text.split_whitespace() {
                assert!(unescaped.contains(word), "{name}: {word}");
            }
        }
        assert!(!page.contains("<script") && !page.contains("<b>"), "{name}");
    }
}

fn texts_of(part: &ReceiptPart) -> Vec<String> {
    match part {
        ReceiptPart::Text { text, .. } => vec![text.clone()],
        ReceiptPart::Columns { left, right, .. } => vec![left.clone(), right.clone()],
        ReceiptPart::Table { header, rows } => header.iter().chain(rows.iter().flatten()).cloned().collect(),
        ReceiptPart::Qr { content } | ReceiptPart::Barcode { content, .. } => vec![content.clone()],
        ReceiptPart::Image { alt, .. } => vec![alt.clone()],
        ReceiptPart::Rule | ReceiptPart::Feed { .. } | ReceiptPart::Cut | ReceiptPart::OpenDrawer => Vec::new(),
    }
}

#[test]
fn what_the_font_of_the_pdf_lacks_is_said() {
    for (name, language, doc) in samples() {
        let missing = pdf(&doc, language, PageSize::A4).missing;
        let expected: &[char] = if name == "largest_training" { &['カ', 'ッ', 'ト', '字', '漢'] } else { &[] };
        assert_eq!(missing, expected, "{name}");
    }
}

#[test]
fn a_receipt_is_marked_for_what_it_is() {
    let count = |doc: &ReceiptDoc, word: &str| doc.parts.iter().flat_map(texts_of).filter(|text| text == word).count();
    let training = the_largest_in_training();
    assert_eq!((count(&training, "TRAINING"), count(&training, "NOT A RECEIPT")), (2, 2), "at head and foot");
    assert_eq!(count(&training, "DEMO - INVENTED DATA - NOT A RECEIPT"), 1);
    assert!(!training.parts.iter().any(|part| matches!(part, ReceiptPart::Barcode { .. })), "it has no code to scan");
    let ordinary = an_ordinary_day();
    assert_eq!((count(&ordinary, "TRAINING"), count(&ordinary, "COPY"), count(&ordinary, "REFUND")), (0, 0, 0));
    assert_eq!(count(&by_card_in_french(), "DUPLICATA"), 1);
    assert_eq!(count(&a_refund_in_german(), "ERSTATTUNG"), 1);
    for (name, _, doc) in samples() {
        assert!(!doc.parts.contains(&ReceiptPart::OpenDrawer), "{name}: the drawer is a job of its own");
    }
}

/// The tax table's columns add up to what was paid, where there is one tax on a line.
#[test]
fn the_tax_table_adds_up() {
    let doc = an_ordinary_day();
    let table = doc.parts.iter().find_map(|part| match part {
        ReceiptPart::Table { header, rows } => Some((header, rows)),
        _ => None,
    });
    let (header, rows) = table.unwrap();
    assert_eq!(header, &["Kind", "Rate", "Net", "Tax", "Gross"]);
    let minor = |text: &str| text.replace(['.', ','], "").parse::<i64>().unwrap();
    for row in rows {
        assert_eq!(minor(&row[2]) + minor(&row[3]), minor(&row[4]), "{row:?}");
    }
    let gross: i64 = rows.iter().map(|row| minor(&row[4])).sum();
    assert_eq!(gross, 5_200 + 14_800 - 1_480 + 2_500 + 2 * 1_990 - 380 + 1_290);
    let several = by_card_in_french();
    let header = several.parts.iter().find_map(|part| match part {
        ReceiptPart::Table { header, .. } => Some(header.len()),
        _ => None,
    });
    assert_eq!(header, Some(4), "two taxes on one net have no gross that adds up");
}

#[test]
fn the_code_on_a_receipt_fits_the_narrow_paper() {
    let sold = sale(Currency::EUR, 999_999, vec![line(1, "Cut", None, 1, 1)], cash(1)).sale;
    let content = receipt_code(sold.device, sold.number);
    let part = ReceiptPart::Barcode { content, symbology: salon_ports::Symbology::Code128 };
    let encoded = salon_devices::escpos::encode(&ReceiptDoc { parts: vec![part] }, CodePage::Cp858, 32);
    assert_eq!(encoded.notes, []);
}

/// For the eye: `SALON_RECEIPTS_OUT=DIR` keeps what was made.
#[test]
fn files_are_made_on_every_page_size() {
    let out = std::env::var_os("SALON_RECEIPTS_OUT").map(PathBuf::from);
    for (name, language, doc) in samples() {
        for (size, page) in [("roll", PageSize::Roll80), ("a4", PageSize::A4), ("letter", PageSize::Letter)] {
            let file = pdf(&doc, language, page);
            assert!(file.bytes.starts_with(b"%PDF-") && file.bytes.len() < 100_000, "{name}: {}", file.bytes.len());
            if let Some(dir) = &out {
                std::fs::write(dir.join(format!("{name}.{size}.pdf")), &file.bytes).unwrap();
                std::fs::write(dir.join(format!("{name}.html")), html(&doc, language)).unwrap();
            }
        }
    }
}
