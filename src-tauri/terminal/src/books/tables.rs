//! Z reports as tables: a row for each closing, for each of its taxes, for each of its tenders.

use super::{BooksRequest, BooksWriter, Sheet, amount, z_cells};
use crate::data_out::safe_cell;
use crate::store::ClosedSession;
use salon_contract::window::Failure;

const Z_COLUMNS: [&str; 4] = ["device", "till", "z", "day"];
const CLOSING_COLUMNS: [&str; 24] = [
    "closed_at",
    "receipts",
    "first_number",
    "last_number",
    "net",
    "tax",
    "total",
    "discounts",
    "returns_and_deposits",
    "tips",
    "rounding",
    "parts",
    "float",
    "paid_in",
    "paid_out",
    "lifted",
    "cash_expected",
    "cash_counted",
    "difference",
    "reason",
    "perpetual_total",
    "currency",
    "voids",
    "voided",
];

pub(super) struct Tables {
    closings: Sheet,
    taxes: Sheet,
    tenders: Sheet,
}

impl Tables {
    pub(super) fn new(request: &BooksRequest<'_>) -> Result<Self, Failure> {
        let sheet = |name: &str, columns: &[&str]| {
            Sheet::new(request.dir, name, b',', &[Z_COLUMNS.as_slice(), columns].concat())
        };
        Ok(Tables {
            closings: sheet("closings.csv", &CLOSING_COLUMNS)?,
            taxes: sheet("closing_taxes.csv", &["code", "rate_bp", "net", "tax", "currency"])?,
            tenders: sheet("closing_tenders.csv", &["tender", "amount", "currency"])?,
        })
    }
}

impl BooksWriter for Tables {
    fn session(&mut self, request: &BooksRequest<'_>, session: &ClosedSession) -> Result<(), Failure> {
        let (report, currency) = (&session.closed.report, session.closed.currency);
        let totals = &report.totals;
        let money = |minor| amount(minor, currency);
        let head = z_cells(request.catalog, session);
        let with = |cells: Vec<String>| [head.clone(), cells].concat();
        let number = |number: Option<u64>| number.map_or_else(String::new, |n| n.to_string());
        self.closings.row(&with(vec![
            session.closed_at.to_rfc3339(),
            totals.receipts.to_string(),
            number(totals.first_number),
            number(totals.last_number),
            money(totals.net_minor),
            money(totals.total_minor - totals.net_minor),
            money(totals.total_minor),
            money(totals.discount_minor),
            money(totals.refund_minor),
            money(totals.tip_minor),
            money(totals.rounding_minor),
            money(totals.part_minor),
            money(totals.float_minor),
            money(totals.pay_in_minor),
            money(totals.pay_out_minor),
            money(totals.lift_minor),
            money(totals.expected_cash_minor()),
            money(report.counted_minor),
            money(report.difference_minor),
            safe_cell(&report.reason),
            money(report.perpetual_total_minor),
            currency.to_string(),
            totals.void_count.to_string(),
            money(totals.void_minor),
        ]))?;
        for tax in &totals.taxes {
            self.taxes.row(&with(vec![
                safe_cell(&tax.code),
                tax.rate_bp.to_string(),
                money(tax.net_minor),
                money(tax.tax_minor),
                currency.to_string(),
            ]))?;
        }
        let main = [("cash", totals.cash_minor), ("card", totals.card_minor)];
        let others = totals.others_minor.iter().map(|(name, minor)| (name.as_str(), *minor));
        for (tender, minor) in main.into_iter().chain(others) {
            self.tenders.row(&with(vec![tender.to_owned(), money(minor), currency.to_string()]))?;
        }
        Ok(())
    }

    fn done(self: Box<Self>, _: &BooksRequest<'_>) -> Result<Vec<String>, Failure> {
        Ok(vec![self.closings.close()?, self.taxes.close()?, self.tenders.close()?])
    }
}
