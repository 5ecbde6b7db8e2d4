//! The journal as double-entry postings: a line for each, an entry for each thing that moved money. The debits of every
//! entry are its credits.

use super::{BooksRequest, BooksWriter, Sheet, amount, date, till_name};
use crate::data_out::safe_cell;
use crate::store::ClosedSession;
use salon_contract::window::Failure;
use salon_domain::accounting::entry_of;
use salon_domain::event::Happening;
use salon_domain::payment::Sale;

const COLUMNS: [&str; 12] =
    ["entry", "day", "at", "device", "till", "z", "what", "document", "account", "debit", "credit", "currency"];

pub(super) struct LedgerFile {
    sheet: Sheet,
    entries: u64,
}

impl LedgerFile {
    pub(super) fn new(request: &BooksRequest<'_>) -> Result<Self, Failure> {
        Ok(LedgerFile { sheet: Sheet::new(request.dir, "ledger.csv", b',', &COLUMNS)?, entries: 0 })
    }
}

/// As the journal names it; a void apart from other refunds.
fn name_of(what: &Happening) -> &'static str {
    if what.sale().is_some_and(Sale::is_void) { "payment.voided" } else { what.name() }
}

impl BooksWriter for LedgerFile {
    fn session(&mut self, request: &BooksRequest<'_>, session: &ClosedSession) -> Result<(), Failure> {
        let currency = session.closed.currency;
        let till = safe_cell(&till_name(request.catalog, session));
        for event in &session.events {
            let Some(entry) = entry_of(&event.what).filter(|entry| !entry.postings.is_empty()) else { continue };
            self.entries += 1;
            let document = match &event.what {
                Happening::PaymentCompleted(sale) | Happening::PaymentRefunded(sale) => sale.number.to_string(),
                Happening::PartPaid(paid) => paid.part.to_string(),
                Happening::TillMoved(moved) => safe_cell(&moved.reason),
                Happening::TillClosed(closed) => safe_cell(&closed.report.reason),
                _ => String::new(),
            };
            for posting in &entry.postings {
                let debit =
                    if posting.amount_minor > 0 { amount(posting.amount_minor, currency) } else { String::new() };
                let credit =
                    if posting.amount_minor < 0 { amount(-posting.amount_minor, currency) } else { String::new() };
                self.sheet.row(&[
                    self.entries.to_string(),
                    date(session),
                    event.at.to_rfc3339(),
                    session.device.to_string(),
                    till.clone(),
                    session.closed.report.number.to_string(),
                    name_of(&event.what).to_owned(),
                    document.clone(),
                    posting.account.name(),
                    debit,
                    credit,
                    currency.to_string(),
                ])?;
            }
        }
        Ok(())
    }

    fn done(self: Box<Self>, _: &BooksRequest<'_>) -> Result<Vec<String>, Failure> {
        Ok(vec![self.sheet.close()?])
    }
}
