//! Z reports as tables: a row for each closing, for each of its taxes, for each of its tenders; and beside them what was
//! sold without tax and why, and the deposits that were taken, given back and used.

use super::{BooksRequest, BooksWriter, Sheet, amount, z_cells};
use crate::data_out::safe_cell;
use crate::store::ClosedSession;
use salon_contract::window::Failure;
use salon_domain::event::Happening;
use salon_domain::kernel::{Currency, Instant, TicketId, tax_of_line};
use salon_domain::payment::{Sale, Tender};

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
    exempt: Sheet,
    deposits: Sheet,
}

const EXEMPT_COLUMNS: [&str; 9] =
    ["receipt", "at", "what", "reason", "number", "taxes", "net", "tax_not_charged", "currency"];
const DEPOSIT_COLUMNS: [&str; 7] = ["at", "what", "ticket", "receipt", "tender", "amount", "currency"];

impl Tables {
    /// What was sold without tax: each line with the taxes that it would have had.
    fn exempt_lines(&mut self, head: &[String], at: Instant, sale: &Sale) -> Result<(), Failure> {
        for line in &sale.lines {
            let Some(exempted) = &line.exempted else { continue };
            let would = tax_of_line(line.price_minor + exempted.relief_minor, &exempted.rates).1;
            let charged: i64 = line.taxes.iter().map(|tax| tax.tax_minor).sum();
            let spared = would.iter().map(|tax| tax.tax_minor).sum::<i64>() - charged;
            let rates: Vec<String> = exempted.rates.iter().map(|r| format!("{}@{}", r.code, r.rate_bp)).collect();
            let cells = [
                sale.number.to_string(),
                at.to_rfc3339(),
                safe_cell(&line.description),
                safe_cell(&exempted.exemption.reason),
                safe_cell(&exempted.exemption.number),
                safe_cell(&rates.join("+")),
                amount(line.net_minor, sale.currency),
                amount(spared, sale.currency),
                sale.currency.to_string(),
            ];
            self.exempt.row(&[head, &cells].concat())?;
        }
        Ok(())
    }

    fn deposits(&mut self, head: &[String], at: Instant, what: &Happening) -> Result<(), Failure> {
        let mut row =
            |what: &str, ticket: TicketId, receipt: String, tender: &Tender, minor: i64, currency: Currency| {
                let cells = [
                    at.to_rfc3339(),
                    what.to_owned(),
                    ticket.to_string(),
                    receipt,
                    tender.kind.name().to_owned(),
                    amount(minor, currency),
                    currency.to_string(),
                ];
                self.deposits.row(&[head, &cells].concat())
            };
        match what {
            Happening::PartPaid(paid) if paid.is_deposit() => {
                let minor = paid.tender.amount_minor;
                let what = if minor < 0 { "given_back" } else { "taken" };
                row(what, paid.ticket.id, String::new(), &paid.tender, minor, paid.ticket.currency)
            }
            Happening::PaymentCompleted(sale) | Happening::PaymentRefunded(sale) => {
                let what = if sale.is_of_visit() { "used" } else { "kept" };
                let used = sale.tenders.iter().filter(|tender| tender.taken.is_some_and(|taken| taken.deposit));
                for tender in used {
                    row(what, sale.ticket, sale.number.to_string(), tender, -tender.amount_minor, sale.currency)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
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
            exempt: sheet("exempt_sales.csv", &EXEMPT_COLUMNS)?,
            deposits: sheet("deposits.csv", &DEPOSIT_COLUMNS)?,
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
        for event in &session.events {
            if let Some(sale) = event.what.sale() {
                self.exempt_lines(&head, event.at, sale)?;
            }
            self.deposits(&head, event.at, &event.what)?;
        }
        Ok(())
    }

    fn done(self: Box<Self>, _: &BooksRequest<'_>) -> Result<Vec<String>, Failure> {
        Ok(vec![
            self.closings.close()?,
            self.taxes.close()?,
            self.tenders.close()?,
            self.exempt.close()?,
            self.deposits.close()?,
        ])
    }
}
