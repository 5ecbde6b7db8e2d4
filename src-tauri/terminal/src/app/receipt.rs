//! Receipts and Z reports as one model, for paper, screen and file. Text for people lives here as in a template.

use super::Catalog;
use crate::store::SaleRecord;
use salon_domain::kernel::{Currency, Money};
use salon_domain::payment::{LineKind, TaxTotal, TenderKind, TillClosed};
use salon_ports::{Align, ReceiptDoc, ReceiptPart};

pub(super) const SCREEN_COLUMNS: usize = 48;

struct Paper {
    currency: Currency,
    parts: Vec<ReceiptPart>,
}

impl Paper {
    fn new(currency: Currency) -> Self {
        Paper { currency, parts: Vec::new() }
    }
    fn money(&self, minor: i64) -> String {
        Money::new(minor, self.currency).to_string()
    }
    fn text(&mut self, text: impl Into<String>, align: Align, bold: bool, double: bool) {
        self.parts.push(ReceiptPart::Text { text: text.into(), align, bold, double });
    }
    fn row(&mut self, left: impl Into<String>, right: impl Into<String>) {
        self.parts.push(ReceiptPart::Columns { left: left.into(), right: right.into(), bold: false });
    }
    fn amount(&mut self, left: impl Into<String>, minor: i64) {
        let right = self.money(minor);
        self.row(left, right);
    }
    fn total(&mut self, left: impl Into<String>, minor: i64) {
        let right = format!("{} {}", self.money(minor), self.currency);
        self.parts.push(ReceiptPart::Columns { left: left.into(), right, bold: true });
    }
    fn rule(&mut self) {
        self.parts.push(ReceiptPart::Rule);
    }
    fn end(mut self) -> ReceiptDoc {
        self.parts.push(ReceiptPart::Feed { lines: 3 });
        self.parts.push(ReceiptPart::Cut);
        ReceiptDoc { parts: self.parts }
    }
}

fn head(paper: &mut Paper, catalog: &Catalog) {
    paper.text(&catalog.branch.name, Align::Center, true, true);
    for line in &catalog.branch.address {
        paper.text(line, Align::Center, false, false);
    }
    if !catalog.branch.tax_number.is_empty() {
        paper.text(&catalog.branch.tax_number, Align::Center, false, false);
    }
    if catalog.demo {
        paper.text("DEMO - INVENTED DATA - NOT A RECEIPT", Align::Center, true, false);
    }
    paper.rule();
}

fn taxes(paper: &mut Paper, taxes: &[TaxTotal]) {
    for tax in taxes {
        let rate = format!("{}.{:02}", tax.rate_bp / 100, tax.rate_bp % 100);
        let rate = rate.trim_end_matches('0').trim_end_matches('.');
        let net = paper.money(tax.net_minor);
        paper.amount(format!("{} {rate} % of {net}", tax.code), tax.tax_minor);
    }
}

fn when(catalog: &Catalog, at: salon_domain::kernel::Instant) -> String {
    catalog.zone.civil(at).map(|c| c.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

/// A sale's receipt. `copy` marks a reprint.
pub fn receipt_of_sale(catalog: &Catalog, record: &SaleRecord, client_name: &str, copy: bool) -> ReceiptDoc {
    let sale = &record.sale;
    let mut paper = Paper::new(sale.currency);
    head(&mut paper, catalog);
    if copy {
        paper.text("COPY", Align::Center, true, true);
    }
    let till = catalog.devices.get(&sale.device.uuid()).cloned().unwrap_or_default();
    paper.row(format!("Receipt {}", sale.number), when(catalog, record.at));
    paper.row(till, catalog.person_name(record.user));
    if !client_name.is_empty() {
        paper.row(client_name, "");
    }
    paper.rule();
    for line in &sale.lines {
        let name = match line.kind {
            LineKind::Sale => line.description.clone(),
            LineKind::Refund => format!("Return: {}", line.description),
            LineKind::DepositRedeemed => format!("Deposit: {}", line.description),
        };
        let name = if line.quantity == 1 { name } else { format!("{} x {name}", line.quantity) };
        paper.amount(name, line.price_minor + line.discount_minor);
        if line.discount_minor != 0 {
            paper.amount("  Discount", -line.discount_minor);
        }
        if let Some(staff) = line.staff.map(|s| catalog.person_name(s.uuid())).filter(|n| !n.is_empty()) {
            paper.row(format!("  with {staff}"), "");
        }
    }
    paper.rule();
    paper.amount("Net", sale.net_minor);
    let mut totals = Vec::new();
    for amount in sale.lines.iter().flat_map(|l| &l.taxes) {
        TaxTotal::add(&mut totals, amount);
    }
    taxes(&mut paper, &totals);
    paper.total("TOTAL", sale.total_minor);
    for tender in &sale.tenders {
        match &tender.kind {
            TenderKind::Cash { tendered_minor } if tender.amount_minor >= 0 => {
                paper.amount("Cash", *tendered_minor);
                paper.amount("Change", tendered_minor - tender.amount_minor);
            }
            TenderKind::Cash { .. } => paper.amount("Cash returned", tender.amount_minor),
            TenderKind::Card { brand, last4, authorisation, trace, terminal_id, .. } => {
                let digits = if last4.is_empty() { String::new() } else { format!(" **** {last4}") };
                paper.amount(format!("Card {brand}{digits}"), tender.amount_minor);
                if *trace != 0 {
                    paper.row(format!("  T-ID {terminal_id}  Trace {trace:06}"), format!("Auth {authorisation}"));
                }
            }
        }
    }
    if !catalog.branch.receipt_footer.is_empty() {
        paper.rule();
        paper.text(&catalog.branch.receipt_footer, Align::Center, false, false);
    }
    if sale.tenders.iter().any(|t| matches!(t.kind, TenderKind::Cash { .. })) && !copy {
        paper.parts.push(ReceiptPart::OpenDrawer);
    }
    paper.end()
}

pub fn receipt_of_z(catalog: &Catalog, closed: &TillClosed, copy: bool) -> ReceiptDoc {
    let report = &closed.report;
    let totals = &report.totals;
    let mut paper = Paper::new(closed.currency);
    head(&mut paper, catalog);
    if copy {
        paper.text("COPY", Align::Center, true, true);
    }
    paper.text(format!("Z REPORT {}", report.number), Align::Center, true, true);
    paper.row("Day", super::till::date_text(closed.day));
    paper.row("Receipts", totals.receipts.to_string());
    if let (Some(first), Some(last)) = (totals.first_number, totals.last_number) {
        paper.row("Numbers", format!("{first} - {last}"));
    }
    paper.rule();
    paper.amount("Net", totals.net_minor);
    taxes(&mut paper, &totals.taxes);
    paper.total("TOTAL", totals.total_minor);
    paper.amount("of it returns and deposits", totals.refund_minor);
    paper.amount("Discounts given", totals.discount_minor);
    paper.rule();
    paper.amount("Cash", totals.cash_minor);
    paper.amount("Card", totals.card_minor);
    paper.rule();
    paper.amount("Float", totals.float_minor);
    paper.amount("Paid in", totals.pay_in_minor);
    paper.amount("Paid out", -totals.pay_out_minor);
    paper.amount("Cash expected", totals.expected_cash_minor());
    paper.amount("Cash counted", report.counted_minor);
    paper.total("Difference", report.difference_minor);
    if !report.reason.is_empty() {
        paper.text(&report.reason, Align::Left, false, false);
    }
    paper.rule();
    paper.amount("Perpetual total", report.perpetual_total_minor);
    paper.end()
}
