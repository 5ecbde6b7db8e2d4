//! Receipts and Z reports as one model, for paper, screen and file. What is said, and in what order; how it looks on
//! paper is `salon-devices`' business, in a file `salon-paper`'s. Opening the drawer is no part of a receipt.

mod day;
mod deposit;
mod gift;
mod invoice;
mod period;
mod sale;
mod sending;
mod takings;
mod words;
mod x;
mod z;

pub(super) use invoice::invoice_code;
pub(super) use sending::SendingWords;

pub(super) use deposit::kept_line;
pub use period::receipt_of_period;
pub use sale::receipt_of_sale;
pub use words::Language;
pub use x::receipt_of_x;
pub use z::receipt_of_z;

use super::commit::drawn_cards;
use super::{App, Catalog, PointsOnReceipt};
use crate::store::SaleRecord;
use gift::{PrintedGiftCard, paper_of_gift_cards};
use salon_contract::window::{Code, Failure, ReceiptFormat, SavedFile};
use salon_domain::access::Permission;
use salon_domain::kernel::{Currency, Instant, Money, TicketId};
use salon_domain::payment::{TaxTotal, TillClosed};
use salon_domain::scan::receipt_code;
use salon_ports::{Align, Bitmap, ReceiptDoc, ReceiptPart};
use sending::Sheet;
use words::Words;

pub(super) const SCREEN_COLUMNS: usize = 48;

/// What a receipt says besides what was sold.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReceiptOptions<'a> {
    pub language: Language,
    /// For whom; empty if nobody has to know.
    pub client_name: &'a str,
    /// Marks a reprint.
    pub copy: bool,
    /// Marks what was only practised: at head and foot, and that it is no receipt.
    pub training: bool,
    pub logo: Option<&'a Bitmap>,
    /// What it earned the client. None: nothing is said.
    pub points: Option<PointsOnReceipt>,
    /// The content of a QR code at the end.
    pub qr: Option<&'a str>,
}

impl App {
    /// A sale's receipt as this terminal writes it.
    pub(crate) fn receipt_of(&self, record: &SaleRecord, copy: bool) -> Result<ReceiptDoc, Failure> {
        let catalog = self.catalog()?;
        let client_name = self.client_name(record.sale.card)?;
        let logo = self.logo();
        let options = ReceiptOptions {
            client_name: &client_name,
            logo: logo.as_ref(),
            points: self.points_on_receipt(record)?,
            ..self.receipt_options(&catalog, copy)
        };
        Ok(receipt_of_sale(&catalog, record, &options))
    }

    /// The gift cards whose numbers were drawn for a sale, on paper.
    pub(crate) fn gift_cards_of(&self, record: &SaleRecord) -> Result<ReceiptDoc, Failure> {
        let catalog = self.catalog()?;
        let logo = self.logo();
        let options = ReceiptOptions { logo: logo.as_ref(), ..self.receipt_options(&catalog, false) };
        let cards = drawn_cards(&record.sale).map(|(code, amount_minor)| {
            let expires_day = self.gift_card(&catalog, code)?.expires_day();
            Ok(PrintedGiftCard { code, amount_minor, expires_day })
        });
        let cards = cards.collect::<Result<Vec<_>, Failure>>()?;
        Ok(paper_of_gift_cards(&catalog, record.sale.currency, &cards, &options))
    }

    /// A till's closing report.
    pub(crate) fn report_of(&self, closed: &TillClosed, copy: bool) -> Result<ReceiptDoc, Failure> {
        let catalog = self.catalog()?;
        Ok(receipt_of_z(&catalog, closed, &self.receipt_options(&catalog, copy)))
    }

    pub(super) fn receipt_options(&self, catalog: &Catalog, copy: bool) -> ReceiptOptions<'static> {
        ReceiptOptions {
            language: Language::of(&catalog.branch.language),
            copy,
            training: self.is_training(),
            ..ReceiptOptions::default()
        }
    }

    /// A sale's receipt to be sent.
    pub(super) fn receipt_paper(&self, catalog: &Catalog, record: &SaleRecord) -> Result<Sheet, Failure> {
        let code = receipt_code(record.sale.device, record.sale.number);
        let title = receipt_title(catalog, record);
        Ok(Sheet { doc: self.receipt_of(record, false)?, code, title, page: salon_paper::PageSize::Roll80 })
    }

    /// Writes a receipt as a file into the terminal's folder, to be mailed or kept, and says where.
    pub(super) fn save_receipt(&self, ticket: TicketId, format: ReceiptFormat) -> Result<SavedFile, Failure> {
        self.require(Permission::Sell)?;
        let record = self.store().sale(ticket)?.ok_or(Code::NotFound)?;
        let catalog = self.catalog()?;
        let doc = self.receipt_of(&record, false)?;
        let language = Language::of(&catalog.branch.language).tag();
        let title = receipt_title(&catalog, &record);
        let broken = |error: &dyn std::fmt::Display| Failure::new(Code::Internal).with("detail", error);
        let (ending, bytes) = match format {
            ReceiptFormat::Html => {
                ("html", salon_paper::html(&doc, &salon_paper::HtmlOptions { language, title: &title }).into_bytes())
            }
            ReceiptFormat::Pdf => {
                let author = catalog.branch.name.as_str();
                let page = salon_paper::PageSize::Roll80;
                let options = salon_paper::PdfOptions { page, language, title: &title, author };
                ("pdf", salon_paper::pdf(&doc, &options).map_err(|error| broken(&error))?.bytes)
            }
        };
        let name = receipt_code(record.sale.device, record.sale.number);
        self.save_file("receipts", &format!("{name}.{ending}"), &bytes)
    }

    /// Writes a file into a folder beside the store, and says where it is.
    pub(super) fn save_file(&self, folder: &str, name: &str, bytes: &[u8]) -> Result<SavedFile, Failure> {
        let broken = |error: &dyn std::fmt::Display| Failure::new(Code::Internal).with("detail", error);
        let folder = self.store().path().with_file_name(folder);
        let path = folder.join(name);
        // Whole or not at all: a full disk leaves no half receipt to be mailed, nor spoils the one that is there.
        let part = folder.join(format!("{name}.part"));
        let written = std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(&part, bytes))
            .and_then(|()| std::fs::rename(&part, &path))
            .inspect_err(|_| drop(std::fs::remove_file(&part)));
        written.map_err(|error| match error.kind() {
            std::io::ErrorKind::StorageFull => Failure::from(Code::DiskFull),
            _ => broken(&error).with("path", path.display()),
        })?;
        Ok(SavedFile { path: path.display().to_string() })
    }
}

/// The title of a receipt that is a file.
fn receipt_title(catalog: &Catalog, record: &SaleRecord) -> String {
    format!("{} {}", catalog.branch.name, record.sale.number)
}

/// A receipt while it is being written.
struct Paper {
    currency: Currency,
    language: Language,
    words: &'static Words,
    parts: Vec<ReceiptPart>,
}

impl Paper {
    fn new(currency: Currency, language: Language) -> Self {
        Paper { currency, language, words: language.words(), parts: Vec::new() }
    }

    fn money(&self, minor: i64) -> String {
        self.language.money(Money::new(minor, self.currency))
    }

    fn text(&mut self, text: impl Into<String>, align: Align, bold: bool) {
        self.parts.push(ReceiptPart::Text { text: text.into(), align, bold, double: false });
    }

    /// A word that nobody may overlook.
    fn mark(&mut self, text: impl Into<String>) {
        self.parts.push(ReceiptPart::Text { text: text.into(), align: Align::Center, bold: true, double: true });
    }

    fn row(&mut self, left: impl Into<String>, right: impl Into<String>) {
        self.parts.push(ReceiptPart::Columns { left: left.into(), right: right.into(), bold: false });
    }

    fn amount(&mut self, left: impl Into<String>, minor: i64) {
        let right = self.money(minor);
        self.row(left, right);
    }

    fn bold_amount(&mut self, left: impl Into<String>, minor: i64) {
        let right = format!("{} {}", self.money(minor), self.currency);
        self.parts.push(ReceiptPart::Columns { left: left.into(), right, bold: true });
    }

    /// The largest thing on paper. Papers break lines at any space, so an amount that is grouped by spaces gets a line
    /// of its own where the narrow paper would break it.
    fn total(&mut self, minor: i64) {
        self.large(format!("{} {}", self.words.total, self.currency), minor);
    }

    fn large(&mut self, word: String, minor: i64) {
        let amount = self.money(minor);
        let is_long = word.chars().count() + 1 + amount.chars().count() > DOUBLE_COLUMNS_MIN;
        let between = if is_long && amount.contains(char::is_whitespace) { '\n' } else { ' ' };
        let text = format!("{word}{between}{amount}");
        self.parts.push(ReceiptPart::Text { text, align: Align::Right, bold: true, double: true });
    }

    fn rule(&mut self) {
        self.parts.push(ReceiptPart::Rule);
    }

    /// Who trades, where, and whether this is for real.
    fn head(&mut self, catalog: &Catalog, options: &ReceiptOptions<'_>) {
        let branch = &catalog.branch;
        if let Some(logo) = options.logo {
            self.parts.push(ReceiptPart::Image { bitmap: logo.clone(), alt: branch.name.clone() });
        }
        self.mark(&branch.name);
        for line in &branch.address {
            self.text(line, Align::Center, false);
        }
        if !branch.tax_number.is_empty() {
            self.text(format!("{} {}", self.words.tax_number, branch.tax_number), Align::Center, false);
        }
        if catalog.demo {
            self.text(self.words.demo, Align::Center, true);
        }
        self.training(options);
        self.rule();
        if options.copy {
            self.mark(self.words.copy);
        }
    }

    fn training(&mut self, options: &ReceiptOptions<'_>) {
        if options.training {
            self.mark(self.words.training);
            self.text(self.words.not_a_receipt, Align::Center, true);
        }
    }

    /// A row for each tax and rate. The gross column is left out where several taxes are on one net: its cells would
    /// not add up to the total.
    fn taxes(&mut self, taxes: &[TaxTotal], with_gross: bool) {
        if taxes.is_empty() {
            return;
        }
        let words = self.words;
        let mut header = vec![words.kind, words.rate, words.net, words.tax];
        header.extend(with_gross.then_some(words.gross));
        let rows = taxes.iter().map(|tax| {
            let mut row = vec![
                tax.code.clone(),
                self.language.rate(tax.rate_bp),
                self.money(tax.net_minor),
                self.money(tax.tax_minor),
            ];
            row.extend(with_gross.then(|| self.money(tax.net_minor + tax.tax_minor)));
            row
        });
        let rows = rows.collect();
        self.parts.push(ReceiptPart::Table { header: header.into_iter().map(str::to_owned).collect(), rows });
    }

    fn end(mut self) -> ReceiptDoc {
        self.parts.push(ReceiptPart::Feed { lines: 3 });
        self.parts.push(ReceiptPart::Cut);
        ReceiptDoc { parts: self.parts }
    }
}

/// Characters of double size in a line of the narrow paper.
const DOUBLE_COLUMNS_MIN: usize = 16;

/// The branch's clock, in the receipt's language. Empty for a time that no calendar has.
fn when(catalog: &Catalog, language: Language, at: Instant) -> String {
    catalog.zone.civil(at).map(|civil| language.date_time(civil)).unwrap_or_default()
}
