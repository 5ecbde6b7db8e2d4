//! A DATEV posting batch (Buchungsstapel): header version 700, category 21, format version 13, after the format's public
//! description at developer.datev.de ("DATEV-Format": Einstieg, Header, Buchungsstapel).
//!
//! Rows are debit against credit, summed for each till session, voids ("Storno") apart; cash moves are one by one. Turnover with one tax whose rate
//! has an automatic account is posted gross to it, so that the tax is DATEV's to take out; all other turnover is posted
//! net, with its taxes beside it. What moves between accounts of the same number has no row.

mod settings;
mod text;

pub use settings::{DatevAccounts, DatevSettings};

use super::{BooksRequest, BooksWriter, till_name};
use crate::data_out::io;
use crate::store::ClosedSession;
use jiff::civil::Date;
use salon_contract::window::{Code, Failure};
use salon_domain::accounting::{Account, Entry, TaxKey, entry_of, keys_of};
use salon_domain::event::Happening;
use salon_domain::kernel::{Money, day_from_number};
use salon_domain::payment::Sale;
use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

const FILE: &str = "EXTF_Buchungsstapel.csv";

/// Refuses days that a batch cannot have: it is of one fiscal year.
pub(super) fn check(request: &BooksRequest<'_>) -> Result<(), Failure> {
    span(request).map(|_| ())
}

/// The fiscal year's first day, and the batch's first and last.
fn span(request: &BooksRequest<'_>) -> Result<(Date, Date, Date), Failure> {
    let bad = |why: &str| Failure::new(Code::BadInput).with("field", "to").with("detail", why);
    let days = day_from_number(request.days.from).and_then(|from| Ok((from, day_from_number(request.days.to)?)));
    let (from, to) = days.map_err(|_| bad("DATEV needs a first and a last day"))?;
    let month = request.datev.fiscal_year_first_month;
    let year = if from.month() < month { from.year() - 1 } else { from.year() };
    let begin = |year| Date::new(year, month, 1).map_err(|_| bad("there is no such fiscal year"));
    let (first, next) = (begin(year)?, begin(year + 1)?);
    if to >= next {
        return Err(bad("a DATEV batch is of one fiscal year"));
    }
    Ok((first, from, to))
}

/// What is posted to one account under one word.
type Sides = BTreeMap<(u32, String), i64>;

pub(super) struct Batch {
    path: PathBuf,
    out: BufWriter<std::fs::File>,
}

impl Batch {
    pub(super) fn new(request: &BooksRequest<'_>) -> Result<Self, Failure> {
        let path = request.dir.join(FILE);
        let file = std::fs::File::create(&path).map_err(io(&path))?;
        let mut batch = Batch { path, out: BufWriter::new(file) };
        let (year, from, to) = span(request)?;
        let settings = request.datev;
        let created = request.catalog.zone.civil(request.now).map_err(crate::app::time_failure)?;
        let compact = |date: Date| date.strftime("%Y%m%d").to_string();
        let header = format!(
            "\"EXTF\";700;21;\"Buchungsstapel\";13;{}000;;\"RE\";\"\";\"\";{};{};{};{};{};{};\"{}\";\"\";1;0;0;\"{}\";;\"\";;;\"{}\";;;\"\";\"\"",
            created.strftime("%Y%m%d%H%M%S"),
            settings.consultant,
            settings.client,
            compact(year),
            settings.account_digits,
            compact(from),
            compact(to),
            text::cell("Kassenbuch", 30),
            request.catalog.branch.currency,
            text::cell(&settings.chart, 2),
        );
        batch.line(&header)?;
        batch.line(&text::columns().join(";"))?;
        Ok(batch)
    }

    fn line(&mut self, line: &str) -> Result<(), Failure> {
        let mut bytes = text::windows_1252(line);
        bytes.extend_from_slice(b"\r\n");
        self.out.write_all(&bytes).map_err(io(&self.path))
    }

    /// Debits against credits, in the order of their accounts. `sides` come to nought.
    fn pair(&mut self, session: &ClosedSession, till: &str, sides: &Sides, note: &str) -> Result<(), Failure> {
        let mut debits: Vec<(u32, &str, i64)> = Vec::new();
        let mut credits: Vec<(u32, &str, i64)> = Vec::new();
        for ((account, word), minor) in sides {
            match minor {
                0 => {}
                1.. => debits.push((*account, word, *minor)),
                _ => credits.push((*account, word, -minor)),
            }
        }
        let (mut debit, mut credit) = (0, 0);
        while let (Some(to), Some(from)) = (debits.get(debit).copied(), credits.get(credit).copied()) {
            let minor = to.2.min(from.2);
            if to.0 != from.0 {
                let said = format!("{till} Z{} {} an {} {note}", session.closed.report.number, to.1, from.1);
                self.posting(session, minor, to.0, from.0, &said)?;
            }
            debits[debit].2 -= minor;
            credits[credit].2 -= minor;
            debit += usize::from(debits[debit].2 == 0);
            credit += usize::from(credits[credit].2 == 0);
        }
        Ok(())
    }

    fn posting(
        &mut self,
        session: &ClosedSession,
        minor: i64,
        account: u32,
        contra: u32,
        said: &str,
    ) -> Result<(), Failure> {
        let currency = session.closed.currency;
        let day = day_from_number(session.closed.day).map_err(crate::app::time_failure)?;
        let amount = Money::new(minor, currency).to_string().replace('.', ",");
        let cells = [
            (1, amount),
            (2, "S".to_owned()),
            (3, currency.to_string()),
            (7, account.to_string()),
            (8, contra.to_string()),
            (10, day.strftime("%d%m").to_string()),
            (11, format!("Z{}", session.closed.report.number)),
            (14, text::cell(said.trim(), 60)),
        ];
        self.line(&text::row(&cells))
    }
}

impl BooksWriter for Batch {
    fn session(&mut self, request: &BooksRequest<'_>, session: &ClosedSession) -> Result<(), Failure> {
        let accounts = &request.datev.accounts;
        let till = till_name(request.catalog, session);
        let (mut taken, mut voided) = (Sides::new(), Sides::new());
        for event in &session.events {
            let Some(entry) = entry_of(&event.what) else { continue };
            match &event.what {
                Happening::PaymentCompleted(sale) | Happening::PaymentRefunded(sale) => {
                    // Rows of their own: a void is no return, and neither is it left out.
                    let sides = if sale.is_void() { &mut voided } else { &mut taken };
                    post(sides, accounts, &entry);
                    post_turnover(sides, accounts, sale);
                }
                Happening::PartPaid(_) => post(&mut taken, accounts, &entry),
                Happening::TillMoved(moved) => {
                    let mut sides = Sides::new();
                    post(&mut sides, accounts, &entry);
                    self.pair(session, &till, &sides, &moved.reason)?;
                }
                Happening::TillOpened(_) => {
                    let mut sides = Sides::new();
                    post(&mut sides, accounts, &entry);
                    self.pair(session, &till, &sides, "")?;
                }
                Happening::TillClosed(closed) => {
                    self.pair(session, &till, &taken, "")?;
                    self.pair(session, &till, &voided, "Storno")?;
                    let mut sides = Sides::new();
                    post(&mut sides, accounts, &entry);
                    self.pair(session, &till, &sides, &closed.report.reason)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn done(mut self: Box<Self>, _: &BooksRequest<'_>) -> Result<Vec<String>, Failure> {
        self.out.flush().map_err(io(&self.path))?;
        Ok(vec![FILE.to_owned()])
    }
}

/// All of an entry but turnover and its taxes.
fn post(sides: &mut Sides, accounts: &DatevAccounts, entry: &Entry) {
    for posting in &entry.postings {
        let (number, word) = match &posting.account {
            Account::Cash => (accounts.cash, "Kasse"),
            Account::CashAtRest => (accounts.cash_at_rest, "Kassenbestand"),
            Account::Safe => (accounts.safe, "Tresor"),
            Account::CardClearing => (accounts.card, "Karte"),
            Account::Bank => (accounts.bank, "Überweisung"),
            Account::Wallet => (accounts.wallet, "Wallet"),
            Account::Cheque => (accounts.cheque, "Scheck"),
            Account::TipsPayable => (accounts.tips, "Trinkgeld"),
            Account::StoredValue => (accounts.stored_value, "Gutscheine und Guthaben"),
            Account::ClientParts => (accounts.client_parts, "Anzahlungen"),
            Account::Rounding => (accounts.rounding, "Rundung"),
            Account::CashDifference => (accounts.cash_difference, "Kassendifferenz"),
            Account::PayIn => (accounts.pay_in, "Einlage"),
            Account::PayOut => (accounts.pay_out, "Entnahme"),
            Account::Sales(_) | Account::DepositsRedeemed(_) | Account::TaxPayable(_) => continue,
        };
        *sides.entry((number, word.to_owned())).or_default() += posting.amount_minor;
    }
}

fn post_turnover(sides: &mut Sides, accounts: &DatevAccounts, sale: &Sale) {
    let mut credit = |number: u32, word: String, minor: i64| *sides.entry((number, word)).or_default() -= minor;
    for line in sale.lines.iter().filter(|line| line.kind.is_turnover()) {
        let keys = keys_of(line);
        let automatic = match keys.as_slice() {
            [tax] => accounts.automatic(tax.rate_bp).map(|number| (number, tax)),
            _ => None,
        };
        if let Some((number, tax)) = automatic {
            credit(number, format!("Erlöse {}", rate(tax)), line.total_minor);
            continue;
        }
        credit(accounts.revenue, "Erlöse".to_owned(), line.net_minor);
        for (key, tax) in keys.iter().zip(&line.taxes) {
            credit(accounts.tax, format!("Steuer {} {}", key.code, rate(key)), tax.tax_minor);
        }
    }
}

/// `19 %`, `8,1 %`
fn rate(tax: &TaxKey) -> String {
    let text = format!("{},{:02}", tax.rate_bp / 100, tax.rate_bp % 100);
    format!("{} %", text.trim_end_matches('0').trim_end_matches(','))
}
