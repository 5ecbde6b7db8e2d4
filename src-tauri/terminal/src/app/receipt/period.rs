//! A month's or a year's closure: what its Z reports come to.

use super::{Catalog, Paper, ReceiptOptions};
use crate::app::till::date_text;
use salon_domain::payment::{Period, PeriodClosed};
use salon_ports::ReceiptDoc;

/// The closure's paper. Of `options` it takes language and the marks.
pub fn receipt_of_period(catalog: &Catalog, closed: &PeriodClosed, options: &ReceiptOptions<'_>) -> ReceiptDoc {
    let mut paper = Paper::new(closed.currency, options.language);
    let words = paper.words;
    paper.head(catalog, options);
    paper.mark(match closed.period {
        Period::Month { .. } => words.month_close,
        Period::Year { .. } => words.year_close,
    });
    paper.row(words.number, closed.number.to_string());
    paper.row(words.period, closed.period.name());
    if let Some((first, last)) = closed.period.days() {
        paper.row(words.day, format!("{} - {}", date_text(first), date_text(last)));
    }
    paper.row(words.z_reports, format!("{} - {} ({})", closed.z_first, closed.z_last, closed.z_count));
    paper.takings(catalog, &closed.totals);
    paper.rule();
    paper.moves(&closed.totals);
    paper.bold_amount(words.difference, closed.difference_minor);
    paper.rule();
    paper.amount(words.perpetual, closed.perpetual_total_minor);
    paper.training(options);
    paper.end()
}
