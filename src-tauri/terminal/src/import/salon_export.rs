//! The profile `salon-export`: a folder of CSV files as one salon software writes them.
//!
//! `services.csv` (IsActive, Code, Desc, Cate, Price, Cost), `products.csv` (IsActive, Code, Description, Supplier,
//! Brand, Category, Price, On Hand, Minimum, Maximum, Cost, …), `bookings.csv` (Code, Staff, Service, Date, Time,
//! TimeInt), `receipts.csv` (Receipt, Date, Description, Client, Staff, Quantity, Amount, and a column for each tax),
//! `cancellations.csv` and `no-shows.csv`. Dates are MM/DD/YYYY. The last two may be missing.

use jiff::civil::Date;
use salon_contract::window::{Code, Failure};
use salon_domain::kernel::{Currency, Money};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unreadable {
    pub file: String,
    /// From 1, the heading included: as an editor counts.
    pub line: u64,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRow {
    pub active: bool,
    pub code: String,
    pub name: String,
    pub category: String,
    pub price_minor: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductRow {
    pub active: bool,
    pub code: String,
    pub name: String,
    pub brand: String,
    pub category: String,
    pub price_minor: i64,
    pub cost_minor: i64,
    pub on_hand: i64,
    pub minimum: i64,
    pub maximum: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppointmentRow {
    pub client: String,
    pub staff: String,
    pub service: String,
    pub date: Date,
    pub minute: u16,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancellationRow {
    pub client: String,
    pub staff: String,
    pub service: String,
    /// The appointment's day.
    pub date: Date,
    pub by: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptLine {
    pub receipt: String,
    pub date: Date,
    pub description: String,
    pub client: String,
    pub staff: String,
    pub quantity: i64,
    pub amount_minor: i64,
    /// Recorded taxes, rounded to the minor unit, by the column's name.
    pub taxes: BTreeMap<String, i64>,
}

/// What a folder says.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub services: Vec<ServiceRow>,
    pub products: Vec<ProductRow>,
    pub appointments: Vec<AppointmentRow>,
    pub receipts: Vec<ReceiptLine>,
    pub cancellations: Vec<CancellationRow>,
    pub no_shows: Vec<CancellationRow>,
    pub unreadable: Vec<Unreadable>,
    pub notes: Vec<String>,
}

impl Plan {
    /// Every staff code that any file names.
    pub fn staff(&self) -> BTreeSet<String> {
        let appointments = self.appointments.iter().map(|a| &a.staff);
        let receipts = self.receipts.iter().map(|r| &r.staff);
        appointments.chain(receipts).filter(|s| !s.is_empty()).cloned().collect()
    }

    /// Every client code that any file names, walk-ins apart.
    pub fn clients(&self) -> BTreeSet<String> {
        let appointments = self.appointments.iter().map(|a| &a.client);
        let receipts = self.receipts.iter().map(|r| &r.client);
        let gone = self.cancellations.iter().chain(&self.no_shows).map(|c| &c.client);
        let all = appointments.chain(receipts).chain(gone);
        all.filter(|c| !c.is_empty() && !is_walk_in(c)).cloned().collect()
    }

    /// Service codes that appointments name and the list does not have.
    pub fn missing_services(&self) -> BTreeSet<String> {
        let listed: BTreeSet<&str> = self.services.iter().map(|s| s.code.as_str()).collect();
        let named = self.appointments.iter().map(|a| a.service.as_str());
        named.filter(|s| !listed.contains(s)).map(str::to_owned).collect()
    }

    /// Days on which anything happens, in order.
    pub fn days(&self) -> BTreeSet<Date> {
        self.appointments.iter().map(|a| a.date).chain(self.receipts.iter().map(|r| r.date)).collect()
    }
}

pub fn is_walk_in(client: &str) -> bool {
    matches!(client.to_ascii_uppercase().as_str(), "WALK_IN" | "WALKIN" | "WALK-IN" | "WALK IN")
}

/// One file being read: its heading, and the row at hand.
struct Table<'t> {
    file: &'t str,
    heading: csv::StringRecord,
    row: csv::StringRecord,
}

impl Table<'_> {
    fn cell(&self, name: &str) -> Result<&str, String> {
        let at = self.heading.iter().position(|h| h.trim() == name);
        let at = at.ok_or_else(|| format!("the column \"{name}\" is missing"))?;
        self.row.get(at).map(str::trim).ok_or_else(|| format!("the row ends before \"{name}\""))
    }

    fn money(&self, name: &str, currency: Currency) -> Result<i64, String> {
        let text = self.cell(name)?;
        Money::parse(text, currency).map(|m| m.minor).map_err(|e| format!("{name}: {e}"))
    }

    fn whole(&self, name: &str) -> Result<i64, String> {
        let text = self.cell(name)?;
        if text.is_empty() {
            return Ok(0);
        }
        text.parse().map_err(|_| format!("{name}: \"{text}\" is not a whole number"))
    }

    fn active(&self) -> Result<bool, String> {
        match self.cell("IsActive")?.to_ascii_uppercase().as_str() {
            "TRUE" | "1" | "YES" => Ok(true),
            "FALSE" | "0" | "NO" => Ok(false),
            other => Err(format!("IsActive: \"{other}\" is neither TRUE nor FALSE")),
        }
    }

    fn date(&self, name: &str) -> Result<Date, String> {
        let text = self.cell(name)?;
        Date::strptime("%m/%d/%Y", text).map_err(|_| format!("{name}: \"{text}\" is not a date as MM/DD/YYYY"))
    }

    fn needed(&self, name: &str) -> Result<String, String> {
        let text = self.cell(name)?;
        if text.is_empty() { Err(format!("{name} is empty")) } else { Ok(text.to_owned()) }
    }
}

/// Reads the folder. Rows that cannot be read are listed and left out; a file or heading that is not there is an error.
pub fn read(dir: &Path, currency: Currency) -> Result<Plan, Failure> {
    let mut plan = Plan::default();
    let mut unreadable = Vec::new();
    plan.services = rows(dir, "services.csv", true, &mut unreadable, |t| {
        let code = t.needed("Code")?;
        let name = t.cell("Desc")?.to_owned();
        let name = if name.is_empty() { code.clone() } else { name };
        let category = t.cell("Cate")?.to_owned();
        Ok(ServiceRow { active: t.active()?, code, name, category, price_minor: t.money("Price", currency)? })
    })?;
    plan.products = rows(dir, "products.csv", true, &mut unreadable, |t| {
        let code = t.needed("Code")?;
        let name = t.cell("Description")?.to_owned();
        Ok(ProductRow {
            active: t.active()?,
            name: if name.is_empty() { code.clone() } else { name },
            code,
            brand: t.cell("Brand")?.to_owned(),
            category: t.cell("Category")?.to_owned(),
            price_minor: t.money("Price", currency)?,
            cost_minor: t.money("Cost", currency)?,
            on_hand: t.whole("On Hand")?,
            minimum: t.whole("Minimum")?,
            maximum: t.whole("Maximum")?,
        })
    })?;
    plan.appointments = rows(dir, "bookings.csv", true, &mut unreadable, |t| {
        let minute = t.whole("TimeInt")?;
        let minute = u16::try_from(minute).ok().filter(|m| *m < 24 * 60);
        Ok(AppointmentRow {
            client: t.cell("Code")?.to_owned(),
            staff: t.needed("Staff")?,
            service: t.needed("Service")?,
            date: t.date("Date")?,
            minute: minute.ok_or("TimeInt is not a minute of the day")?,
        })
    })?;
    plan.receipts = rows(dir, "receipts.csv", true, &mut unreadable, |t| receipt_line(t, currency))?;
    plan.cancellations = rows(dir, "cancellations.csv", false, &mut unreadable, |t| {
        Ok(CancellationRow {
            client: t.cell("Code")?.to_owned(),
            staff: t.needed("Staff")?,
            service: t.needed("Service")?,
            date: t.date("Booking Date")?,
            by: t.cell("Canceled By")?.to_owned(),
        })
    })?;
    plan.no_shows = rows(dir, "no-shows.csv", false, &mut unreadable, |t| {
        Ok(CancellationRow {
            client: t.cell("Code")?.to_owned(),
            staff: t.needed("Staff")?,
            service: t.needed("Service")?,
            date: t.date("Date")?,
            by: String::new(),
        })
    })?;
    drop_duplicates(&mut plan, &mut unreadable);
    plan.unreadable = unreadable;
    for code in plan.missing_services() {
        plan.notes.push(format!(
            "bookings.csv names the service {code}, which services.csv does not have: it is made, inactive"
        ));
    }
    Ok(plan)
}

/// Receipt columns that are not a tax.
const PLAIN: [&str; 7] = ["Receipt", "Date", "Description", "Client", "Staff", "Quantity", "Amount"];

fn receipt_line(t: &Table<'_>, currency: Currency) -> Result<ReceiptLine, String> {
    let mut taxes = BTreeMap::new();
    for name in t.heading.iter().map(str::trim).filter(|h| !PLAIN.contains(h) && !h.is_empty()) {
        taxes.insert(name.to_owned(), t.money(name, currency)?);
    }
    let quantity = t.whole("Quantity")?;
    if quantity < 1 {
        return Err(format!("Quantity: {quantity} is not one or more"));
    }
    Ok(ReceiptLine {
        receipt: t.needed("Receipt")?,
        date: t.date("Date")?,
        description: t.needed("Description")?,
        client: t.cell("Client")?.to_owned(),
        staff: t.cell("Staff")?.to_owned(),
        quantity,
        amount_minor: t.money("Amount", currency)?,
        taxes,
    })
}

fn rows<T>(
    dir: &Path,
    file: &str,
    needed: bool,
    unreadable: &mut Vec<Unreadable>,
    read_row: impl Fn(&Table<'_>) -> Result<T, String>,
) -> Result<Vec<T>, Failure> {
    let path = dir.join(file);
    if !path.exists() && !needed {
        return Ok(Vec::new());
    }
    let fault = |detail: String| Failure::new(Code::BadInput).with("file", path.display()).with("detail", detail);
    let bytes = std::fs::read(&path).map_err(|e| fault(e.to_string()))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(bytes);
    let mut records = reader.byte_records();
    let heading = match records.next() {
        Some(Ok(first)) => text_record(&first),
        _ => return Err(fault("the file is empty".into())),
    };
    let mut table = Table { file, heading, row: csv::StringRecord::new() };
    let mut all = Vec::new();
    for record in records {
        let (line, result) = match record {
            Err(error) => (error.position().map_or(0, csv::Position::line), Err(error.to_string())),
            Ok(raw) if raw.iter().all(<[u8]>::is_empty) => continue,
            Ok(raw) => {
                let line = raw.position().map_or(0, csv::Position::line);
                table.row = text_record(&raw);
                (line, read_row(&table))
            }
        };
        match result {
            Ok(row) => all.push(row),
            Err(reason) => unreadable.push(Unreadable { file: table.file.to_owned(), line, reason }),
        }
    }
    Ok(all)
}

/// UTF-8, or else Latin-1, which every byte is something in.
fn text_record(raw: &csv::ByteRecord) -> csv::StringRecord {
    raw.iter()
        .map(|cell| {
            std::str::from_utf8(cell).map_or_else(|_| cell.iter().map(|b| char::from(*b)).collect(), str::to_owned)
        })
        .collect()
}

/// A code listed twice: the first is taken, the second said.
fn drop_duplicates(plan: &mut Plan, unreadable: &mut Vec<Unreadable>) {
    let mut seen = BTreeSet::new();
    let mut twice = |file: &str, code: &str| {
        let again = !seen.insert(format!("{file}/{code}"));
        if again {
            let reason = format!("the code {code} is there twice: the first is taken");
            unreadable.push(Unreadable { file: file.to_owned(), line: 0, reason });
        }
        again
    };
    plan.services.retain(|s| !twice("services.csv", &s.code));
    plan.products.retain(|p| !twice("products.csv", &p.code));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(receipts: &str) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        put("services.csv", "IsActive,Code,Desc,Cate,Price,Cost\nTRUE,CUT,Cut,STYLE,52,5\nTRUE,CUT,Again,STYLE,1,1\n");
        put(
            "products.csv",
            "IsActive,Code,Description,Supplier,Brand,Category,Price,On Hand,Minimum,Maximum,Cost\nTRUE,SH,Shampoo,S,B,RETAIL,30,2,1,x,18\n",
        );
        put(
            "bookings.csv",
            "Code,Staff,Service,Date,Time,TimeInt\nA1,JJ,CUT,03/14/2018,3:50:00 PM,950\nA2,JJ,PERM,03/14/2018,4:00,2000\n",
        );
        put("receipts.csv", receipts);
        dir
    }

    #[test]
    fn every_row_that_cannot_be_read_is_said_with_line_and_reason() {
        let dir = folder(
            "Receipt,Date,Description,Client,Staff,Quantity,Amount,GST,PST\n1,03/14/2018,Cut,A1,JJ,1,52,2.6,4.16\n2,14.03.2018,Cut,A1,JJ,1,52,2.6,4.16\n3,03/14/2018,Cut,A1,JJ,1\n4,03/14/2018,Cut,A1,JJ,1,abc,1,1\n",
        );
        let plan = read(dir.path(), Currency::CAD).unwrap();
        assert_eq!(
            (plan.services.len(), plan.products.len(), plan.appointments.len(), plan.receipts.len()),
            (1, 0, 1, 1)
        );
        let said: Vec<(&str, u64)> = plan.unreadable.iter().map(|u| (u.file.as_str(), u.line)).collect();
        assert_eq!(
            said,
            [
                ("products.csv", 2),
                ("bookings.csv", 3),
                ("receipts.csv", 3),
                ("receipts.csv", 4),
                ("receipts.csv", 5),
                ("services.csv", 0)
            ]
        );
        assert_eq!(plan.receipts[0].taxes, BTreeMap::from([("GST".into(), 260), ("PST".into(), 416)]));
    }

    #[test]
    fn a_missing_file_is_an_error_that_names_it() {
        let dir = tempfile::tempdir().unwrap();
        let failure = read(dir.path(), Currency::CAD).unwrap_err();
        assert!(failure.detail["file"].ends_with("services.csv"));
    }
}
