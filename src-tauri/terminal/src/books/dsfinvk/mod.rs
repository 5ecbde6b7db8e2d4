//! Tables in the shape of DSFinV-K, the digital interface of the German tax authority for cash registers: file and column
//! names after its taxonomy (version 2.3, as its tables are published by the Bundeszentralamt für Steuern and kept in
//! open implementations), described by an `index.xml`.
//!
//! This is no certified export. There is no technical security device (TSE), so that `transactions_tse.csv` and `tse.csv`
//! are not written, and an audit that asks for a DSFinV-K export is not answered by this.

mod bons;
mod tables;
mod vat;

use super::{BooksRequest, BooksWriter, Sheet, till_name};
use crate::app::day_text;
use crate::data_out::io;
use crate::store::ClosedSession;
use bons::{Bon, bon_of};
use salon_contract::window::Failure;
use salon_domain::kernel::{Currency, Money, round_half_up};
use std::collections::BTreeMap;
use tables::{Kind, Table};
use vat::VatKeys;

const TAXONOMY: &str = "2.3";
const INDEX: &str = "index.xml";

pub(super) struct Export {
    sheets: BTreeMap<&'static str, Sheet>,
    vat: VatKeys,
    /// Closings, for the table of tax rates: it is known when all are written.
    closings: Vec<[String; 3]>,
}

impl Export {
    pub(super) fn new(request: &BooksRequest<'_>) -> Result<Self, Failure> {
        let mut sheets = BTreeMap::new();
        for table in tables::ALL {
            let columns: Vec<&str> = tables::CLOSING.iter().chain(table.columns).map(|(name, _)| *name).collect();
            sheets.insert(table.file, Sheet::new(request.dir, table.file, b';', &columns)?);
        }
        Ok(Export { sheets, vat: VatKeys::default(), closings: Vec::new() })
    }

    /// A row of the closing's columns and `cells`, each no longer than its column.
    fn row(&mut self, table: &Table, closing: &[String; 3], cells: Vec<String>) -> Result<(), Failure> {
        let fitted = cells.into_iter().zip(table.columns).map(|(cell, (_, kind))| match kind {
            Kind::Text(length) => cell.chars().filter(|c| !c.is_control()).take(usize::from(*length)).collect(),
            Kind::Number(_) => cell,
        });
        let row: Vec<String> = closing.iter().cloned().chain(fitted).collect();
        match self.sheets.get_mut(table.file) {
            Some(sheet) => sheet.row(&row),
            None => Ok(()),
        }
    }

    fn bon(&mut self, request: &BooksRequest<'_>, session: &ClosedSession, bon: &Bon) -> Result<(), Failure> {
        let closing = &closing_of(session);
        let currency = session.closed.currency;
        let id = bon.id.to_string();
        let at = bon.at.to_rfc3339();
        let mut by_key: BTreeMap<u32, (i64, i64)> = BTreeMap::new();
        for (line, pos) in (1..).zip(&bon.lines) {
            let place: i32 = line;
            let unit = unit_thousandths(pos.gross_minor, pos.quantity);
            self.row(
                &tables::LINES,
                closing,
                vec![
                    id.clone(),
                    place.to_string(),
                    String::new(),
                    pos.text.clone(),
                    closing[0].clone(),
                    pos.case.0.to_owned(),
                    pos.case.1.to_owned(),
                    "0".to_owned(),
                    "0".to_owned(),
                    "0".to_owned(),
                    pos.item.clone(),
                    String::new(),
                    String::new(),
                    String::new(),
                    format!("{},000", pos.quantity),
                    "1,000".to_owned(),
                    "Stück".to_owned(),
                    thousandths(unit, currency),
                ],
            )?;
            self.row(
                &tables::LINES_VAT,
                closing,
                vec![
                    id.clone(),
                    place.to_string(),
                    pos.vat.to_string(),
                    exact(pos.gross_minor, currency),
                    exact(pos.net_minor, currency),
                    exact(pos.gross_minor - pos.net_minor, currency),
                ],
            )?;
            let sum = by_key.entry(pos.vat).or_default();
            *sum = (sum.0 + pos.gross_minor, sum.1 + pos.net_minor);
        }
        for (key, (gross, net)) in by_key {
            self.row(
                &tables::TRANSACTIONS_VAT,
                closing,
                vec![
                    id.clone(),
                    key.to_string(),
                    exact(gross, currency),
                    exact(net, currency),
                    exact(gross - net, currency),
                ],
            )?;
        }
        let mut head = vec![
            id.clone(),
            bon.number.map_or_else(String::new, |number| number.to_string()),
            "Beleg".to_owned(),
            String::new(),
            closing[0].clone(),
            u8::from(bon.is_void).to_string(),
            at.clone(),
            at,
            bon.user.to_string(),
            request.catalog.person_name(bon.user),
            decimal(bon.gross_minor(), currency),
            String::new(),
            bon.client.map_or_else(String::new, |card| card.to_string()),
        ];
        head.extend(std::iter::repeat_n(String::new(), 6));
        head.push(bon.note.clone());
        self.row(&tables::TRANSACTIONS, closing, head)?;
        for payment in &bon.payments {
            self.row(
                &tables::DATAPAYMENT,
                closing,
                vec![
                    id.clone(),
                    payment.kind.to_owned(),
                    payment.name.clone(),
                    currency.to_string(),
                    decimal(payment.minor, currency),
                    decimal(payment.minor, currency),
                ],
            )?;
        }
        Ok(())
    }

    /// The closing itself: its sums by business case and by payment, and the cash that was counted.
    fn closing(&mut self, request: &BooksRequest<'_>, session: &ClosedSession, bons: &[Bon]) -> Result<(), Failure> {
        let closing = &closing_of(session);
        let (currency, branch) = (session.closed.currency, &request.catalog.branch);
        let mut cases: BTreeMap<(&str, &str, u32), (i64, i64)> = BTreeMap::new();
        let mut payments: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        for bon in bons {
            for pos in &bon.lines {
                let sum = cases.entry((pos.case.0, pos.case.1, pos.vat)).or_default();
                *sum = (sum.0 + pos.gross_minor, sum.1 + pos.net_minor);
            }
            for payment in &bon.payments {
                *payments.entry((payment.kind, payment.name.as_str())).or_default() += payment.minor;
            }
        }
        for ((case, name, key), (gross, net)) in cases {
            self.row(
                &tables::BUSINESSCASES,
                closing,
                vec![
                    case.to_owned(),
                    name.to_owned(),
                    "0".to_owned(),
                    key.to_string(),
                    exact(gross, currency),
                    exact(net, currency),
                    exact(gross - net, currency),
                ],
            )?;
        }
        let all: i64 = payments.values().sum();
        let cash: i64 = payments.iter().filter(|((kind, _), _)| *kind == "Bar").map(|(_, minor)| minor).sum();
        for ((kind, name), minor) in payments {
            let cells = vec![kind.to_owned(), name.to_owned(), decimal(minor, currency)];
            self.row(&tables::PAYMENT, closing, cells)?;
        }
        let counted = decimal(session.closed.report.counted_minor, currency);
        self.row(&tables::CASH_PER_CURRENCY, closing, vec![currency.to_string(), counted])?;
        let end = |bon: Option<&Bon>| bon.map_or_else(String::new, |bon| bon.id.to_string());
        let address = |line: usize| branch.address.get(line).cloned().unwrap_or_default();
        self.row(
            &tables::CASHPOINTCLOSING,
            closing,
            vec![
                day_text(session.closed.day),
                TAXONOMY.to_owned(),
                end(bons.first()),
                end(bons.last()),
                branch.name.clone(),
                address(0),
                String::new(),
                address(1),
                String::new(),
                branch.tax_number.clone(),
                String::new(),
                decimal(all, currency),
                decimal(cash, currency),
            ],
        )?;
        self.row(
            &tables::CASHREGISTER,
            closing,
            vec![
                "Pink Blueberry".to_owned(),
                till_name(request.catalog, session),
                session.device.to_string(),
                "Pink Blueberry".to_owned(),
                env!("CARGO_PKG_VERSION").to_owned(),
                currency.to_string(),
                "0".to_owned(),
            ],
        )
    }
}

impl BooksWriter for Export {
    fn session(&mut self, request: &BooksRequest<'_>, session: &ClosedSession) -> Result<(), Failure> {
        let mut bons = Vec::new();
        for event in &session.events {
            bons.extend(bon_of(event, &mut self.vat));
        }
        for bon in &bons {
            self.bon(request, session, bon)?;
        }
        self.closing(request, session, &bons)?;
        self.closings.push(closing_of(session));
        Ok(())
    }

    fn done(mut self: Box<Self>, request: &BooksRequest<'_>) -> Result<Vec<String>, Failure> {
        for closing in std::mem::take(&mut self.closings) {
            for (key, rate_bp, name) in self.vat.all() {
                let rate = format!("{},{:02}", rate_bp / 100, rate_bp % 100);
                self.row(&tables::VAT, &closing, vec![key.to_string(), rate, name])?;
            }
        }
        let path = request.dir.join(INDEX);
        std::fs::write(&path, tables::index(&request.catalog.branch.name)).map_err(io(&path))?;
        let mut files = vec![INDEX.to_owned()];
        for sheet in std::mem::take(&mut self.sheets).into_values() {
            files.push(sheet.close()?);
        }
        Ok(files)
    }
}

fn closing_of(session: &ClosedSession) -> [String; 3] {
    [session.device.to_string(), session.closed_at.to_rfc3339(), session.closed.report.number.to_string()]
}

/// `-12,50`
fn decimal(minor: i64, currency: Currency) -> String {
    Money::new(minor, currency).to_string().replace('.', ",")
}

/// The price of one, in thousandths of a minor unit; positive where both are negative, as of what is given back.
fn unit_thousandths(gross_minor: i64, quantity: i64) -> i64 {
    let size = i128::from(quantity.unsigned_abs()).max(1);
    round_half_up(i128::from(gross_minor) * 1_000 * i128::from(quantity.signum()), size)
}

/// With three decimals more than the currency has: `12,50000` of 1250 cents.
fn exact(minor: i64, currency: Currency) -> String {
    thousandths(minor * 1_000, currency)
}

/// Of thousandths of a minor unit.
fn thousandths(thousandths: i64, currency: Currency) -> String {
    let digits = currency.minor_digits() as usize + 3;
    let (sign, size) = (if thousandths < 0 { "-" } else { "" }, thousandths.unsigned_abs());
    let text = format!("{size:0>width$}", width = digits + 1);
    let (whole, fraction) = text.split_at(text.len() - digits);
    format!("{sign}{whole},{fraction}")
}
