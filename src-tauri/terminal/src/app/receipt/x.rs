//! The X report: what a till session has taken so far. It has no number, and says that nothing was closed.

use super::{Catalog, Paper, ReceiptOptions, when};
use crate::app::till::date_text;
use crate::store::OpenSession;
use salon_domain::kernel::Instant;
use salon_ports::{Align, ReceiptDoc};

/// The report of `session` at `now`. `perpetual_minor` is all that the device has ever taken. The cash that is expected is
/// left out: the drawer is counted first.
pub fn receipt_of_x(
    catalog: &Catalog,
    session: &OpenSession,
    now: Instant,
    perpetual_minor: i64,
    options: &ReceiptOptions<'_>,
) -> ReceiptDoc {
    let mut paper = Paper::new(catalog.branch.currency, options.language);
    let words = paper.words;
    paper.head(catalog, options);
    paper.mark(words.x_report);
    paper.text(words.nothing_closed, Align::Center, false);
    paper.row(words.day, date_text(session.day));
    paper.row(words.as_of, when(catalog, options.language, now));
    paper.takings(catalog, &session.totals);
    paper.rule();
    paper.drawer(&session.totals);
    paper.rule();
    paper.amount(words.perpetual, perpetual_minor);
    paper.training(options);
    paper.end()
}
