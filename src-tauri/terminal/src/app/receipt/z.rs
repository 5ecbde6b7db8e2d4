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
    paper.takings(catalog, totals);
    paper.rule();
    paper.drawer(totals);
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
