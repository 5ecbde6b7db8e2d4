//! The Z report: what a till session came to.

use super::{Catalog, Paper, ReceiptOptions};
use crate::app::till::date_text;
use salon_domain::payment::TillClosed;
use salon_ports::{Align, ReceiptDoc};

/// The report that closes a till session. Of `options` it takes language, logo, and the marks.
pub fn receipt_of_z(catalog: &Catalog, closed: &TillClosed, options: &ReceiptOptions<'_>) -> ReceiptDoc {
    let report = &closed.report;
    let totals = &report.totals;
    let mut paper = Paper::new(closed.currency, options.language);
    let words = paper.words;
    paper.head(catalog, options);
    paper.mark(format!("{} {}", words.z_report, report.number));
    paper.row(words.day, date_text(closed.day));
    paper.row(words.receipts, totals.receipts.to_string());
    if let (Some(first), Some(last)) = (totals.first_number, totals.last_number) {
        paper.row(words.numbers, format!("{first} - {last}"));
    }
    paper.rule();
    paper.amount(words.net, totals.net_minor);
    paper.total(totals.total_minor);
    paper.amount(words.returns_and_deposits, totals.refund_minor);
    if totals.discount_minor != 0 {
        paper.amount(words.discounts, -totals.discount_minor);
    }
    // What was taken besides turnover: with it, the tenders add up.
    let besides = [
        (words.tip, totals.tip_minor),
        (words.held, totals.held_minor),
        (words.rounding, totals.rounding_minor),
        (words.parts, totals.part_minor),
    ];
    for (name, minor) in besides.into_iter().filter(|(_, minor)| *minor != 0) {
        paper.amount(name, minor);
    }
    paper.rule();
    // A day's lines may have one tax or several; only sums that hold for all are printed.
    paper.taxes(&totals.taxes, false);
    if !totals.taxes.is_empty() {
        paper.rule();
    }
    paper.amount(words.cash, totals.cash_minor);
    paper.amount(words.card, totals.card_minor);
    for (kind, minor) in &totals.others_minor {
        let name = match kind.as_str() {
            "bank_transfer" => words.bank_transfer,
            "cheque" => words.cheque,
            "gift_card" => words.gift_card,
            "account_credit" => words.credit,
            "wallet" => words.wallet,
            other => other,
        };
        paper.amount(name, *minor);
    }
    paper.rule();
    paper.amount(words.float, totals.float_minor);
    paper.amount(words.paid_in, totals.pay_in_minor);
    paper.amount(words.paid_out, -totals.pay_out_minor);
    paper.amount(words.cash_expected, totals.expected_cash_minor());
    paper.amount(words.cash_counted, report.counted_minor);
    paper.bold_amount(words.difference, report.difference_minor);
    if !report.reason.is_empty() {
        paper.text(&report.reason, Align::Left, false);
    }
    paper.rule();
    paper.amount(words.perpetual, report.perpetual_total_minor);
    paper.training(options);
    paper.end()
}
