//! Rebuilding the read models from the truth, and proving that they are what the truth makes.

use super::back_bar::CostCheck;
use super::books::{BookFigures, Bookkeeper, Days};
use super::{OWN, SEQ_BITS, Store, StoreError, Unit, unit};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use salon_domain::customer::CardEdit;
use salon_domain::event::DomainEvent;
use salon_domain::kernel::DeviceId;
use salon_domain::payment::{PeriodClosed, TillClosed};
use salon_sync::doc::DocId;
use salon_sync::journal::{Chain, Hash};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The tables that are derived, with the columns that have to come out the same.
const READ_MODELS: &[(&str, &str)] = &[
    ("card", "SELECT card, name, phone, email, body FROM card ORDER BY card"),
    ("card_fts", "SELECT c.card, f.text FROM card_fts f JOIN card c ON c.ix = f.rowid ORDER BY c.card"),
    ("booking", "SELECT day, booking, card, status, start_ms, body FROM booking ORDER BY day, booking"),
    ("card_link", "SELECT * FROM card_link ORDER BY card, into_card"),
    ("card_group", "SELECT * FROM card_group ORDER BY card"),
    ("sale", "SELECT * FROM sale ORDER BY id"),
    ("till_session", "SELECT * FROM till_session ORDER BY session"),
    ("period_close", "SELECT * FROM period_close ORDER BY device, number"),
    ("device_total", "SELECT device, receipt, z, perpetual FROM device_total ORDER BY device"),
    ("visit_sale", "SELECT * FROM visit_sale ORDER BY booking, ticket"),
    ("open_ticket", "SELECT * FROM open_ticket ORDER BY ticket"),
    ("given_back", "SELECT * FROM given_back ORDER BY ticket, line, refund"),
    ("follow_up", "SELECT * FROM follow_up ORDER BY by_ticket"),
    ("invoice", "SELECT * FROM invoice ORDER BY ticket, device"),
    ("value_entry", "SELECT * FROM value_entry ORDER BY journal"),
    ("package_owner", "SELECT * FROM package_owner ORDER BY package"),
    ("membership_member", "SELECT * FROM membership_member ORDER BY membership"),
    ("value_overdrawn", "SELECT * FROM value_overdrawn ORDER BY ledger"),
    ("card_payment", "SELECT * FROM card_payment ORDER BY payment"),
    ("stock_level", "SELECT * FROM stock_level ORDER BY product"),
    ("product_used", "SELECT * FROM product_used ORDER BY day, ticket, line, id"),
    ("earning", "SELECT * FROM earning ORDER BY staff, day, id"),
    ("points", "SELECT * FROM points ORDER BY card, entry"),
];

#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Rebuilt {
    pub journal_entries: u64,
    pub documents: u64,
    pub card_edits: u64,
}

/// What `pos verify` found. Every list is empty when all is well.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Verification {
    pub journal_entries: u64,
    pub devices: u64,
    pub chain_faults: Vec<String>,
    pub numbering_faults: Vec<String>,
    pub money_faults: Vec<String>,
    /// What the books of the days that were asked for came to.
    pub books: BookFigures,
    /// Where lines, taxes, tenders, postings, Z reports and read models of those days are not the same numbers.
    pub book_faults: Vec<String>,
    pub stock_faults: Vec<String>,
    /// Read models that a rebuild would change.
    pub stale_tables: Vec<String>,
    pub page_faults: Vec<String>,
}

impl Verification {
    pub fn is_well(&self) -> bool {
        let faults = [
            &self.chain_faults,
            &self.numbering_faults,
            &self.money_faults,
            &self.book_faults,
            &self.stock_faults,
            &self.stale_tables,
            &self.page_faults,
        ];
        faults.iter().all(|f| f.is_empty())
    }
}

fn fingerprint(conn: &Connection, sql: &str) -> Result<[u8; 32], StoreError> {
    let mut statement = conn.prepare(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut sha = Sha256::new();
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            use rusqlite::types::ValueRef;
            match row.get_ref(column)? {
                ValueRef::Null => sha.update(b"n"),
                ValueRef::Integer(i) => sha.update([b"i".as_slice(), &i.to_le_bytes()].concat()),
                ValueRef::Real(r) => sha.update([b"r".as_slice(), &r.to_le_bytes()].concat()),
                ValueRef::Text(t) | ValueRef::Blob(t) => {
                    sha.update([b"t".as_slice(), &(t.len() as u64).to_le_bytes()].concat());
                    sha.update(t);
                }
            }
        }
    }
    Ok(sha.finalize().into())
}

fn rebuild(tx: &Transaction<'_>, device: DeviceId) -> Result<Rebuilt, StoreError> {
    // The clock's reading is the one thing among them that nothing else tells.
    let clock: Option<Vec<u8>> =
        tx.query_row("SELECT hlc FROM device_total WHERE device = ?1", [OWN], |r| r.get(0)).optional()?.flatten();
    for (table, _) in READ_MODELS {
        tx.execute(&format!("DELETE FROM {table}"), [])?;
    }
    let mut done = Rebuilt::default();
    let mut entries = tx.prepare("SELECT id, body FROM journal ORDER BY id")?;
    let mut rows = entries.query([])?;
    while let Some(row) = rows.next()? {
        let event: DomainEvent = serde_json::from_slice(row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
        super::project::project_event(tx, row.get(0)?, &event)?;
        done.journal_entries += 1;
    }
    let mut edits = tx.prepare("SELECT body FROM card_edit ORDER BY card, at")?;
    let mut rows = edits.query([])?;
    while let Some(row) = rows.next()? {
        let edit: CardEdit = serde_json::from_slice(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?)?;
        super::cards::project_edit(tx, &edit)?;
        done.card_edits += 1;
    }
    let names = tx
        .prepare("SELECT doc FROM doc UNION SELECT doc FROM doc_number ORDER BY 1")?
        .query_map([], |r| r.get::<_, String>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    for name in names {
        let id: DocId = name.parse()?;
        let doc = unit::load_doc(tx, id, device)?;
        match id {
            DocId::Book { day, .. } => super::project::project_book(tx, day, &doc.facts()?.0)?,
            DocId::Stock { .. } => super::project::project_levels(tx, &doc.levels())?,
        }
        done.documents += 1;
    }
    if clock.is_some() {
        tx.execute(
            "INSERT INTO device_total (device, hlc) VALUES (?1, ?2) ON CONFLICT (device) DO UPDATE SET hlc = ?2",
            params![OWN, clock],
        )?;
    }
    Ok(done)
}

impl Unit<'_> {
    /// Drops and remakes every read model, in this unit.
    pub fn rebuild(&mut self) -> Result<Rebuilt, StoreError> {
        let device = self.identity()?.device;
        self.touched.rebuilt = true;
        rebuild(&self.tx, device)
    }
}

impl Store {
    /// Checks everything that can be checked: pages, chains, numbering, money, stock, read models, and the books of all
    /// days. Changes nothing.
    pub fn verify(&self) -> Result<Verification, StoreError> {
        self.verify_books_of(Days::ALL)
    }

    /// As [`Store::verify`], with the books of some days only.
    pub fn verify_books_of(&self, days: Days) -> Result<Verification, StoreError> {
        let mut found = Verification::default();
        if let Err(StoreError::Corrupt(detail)) = self.check_pages() {
            found.page_faults.push(detail);
            return Ok(found);
        }
        let mut guard = self.writer();
        let device = guard.identity.as_ref().map(|i| i.device).ok_or(StoreError::NotEnrolled)?;
        let tx = guard.conn.transaction()?;
        verify_journal(&tx, days, &mut found)?;
        verify_stock(&tx, &mut found)?;
        let before =
            READ_MODELS.iter().map(|(_, sql)| fingerprint(&tx, sql)).collect::<Result<Vec<_>, StoreError>>()?;
        rebuild(&tx, device)?;
        for (before, (table, sql)) in before.into_iter().zip(READ_MODELS) {
            if before != fingerprint(&tx, sql)? {
                found.stale_tables.push((*table).to_owned());
            }
        }
        tx.rollback()?;
        Ok(found)
    }
}

fn verify_journal(conn: &Connection, days: Days, found: &mut Verification) -> Result<(), StoreError> {
    let mut books = Bookkeeper::new(days);
    let mut costs = CostCheck::default();
    let devices: BTreeMap<i64, DeviceId> = conn
        .prepare("SELECT ix, device FROM device")?
        .query_map([], |r| Ok((r.get(0)?, r.get::<_, [u8; 16]>(1)?)))?
        .map(|r| r.map(|(ix, d)| (ix, DeviceId::from_uuid(uuid::Uuid::from_bytes(d)))))
        .collect::<Result<_, _>>()?;
    found.devices = devices.len() as u64;
    let mut chains: BTreeMap<i64, (Chain, Numbers)> = BTreeMap::new();
    let mut statement = conn.prepare("SELECT id, hash, body FROM journal ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        found.journal_entries += 1;
        let id: i64 = row.get(0)?;
        let (ix, seq) = (id >> SEQ_BITS, (id & ((1 << SEQ_BITS) - 1)) as u64);
        let (hash, body): (Hash, Vec<u8>) = (row.get(1)?, row.get(2)?);
        let Some(device) = devices.get(&ix) else {
            found.chain_faults.push(format!("entry {id} belongs to no device"));
            continue;
        };
        let (chain, numbers) = chains.entry(ix).or_insert_with(|| (Chain::start(*device), Numbers::default()));
        if let Err(fault) = chain.push(seq, &body, Some(&hash)) {
            found.chain_faults.push(fault.to_string());
            *chain = Chain { device: *device, seq, hash };
        }
        match serde_json::from_slice::<DomainEvent>(&body) {
            Ok(event) => {
                numbers.check(*device, &event, found);
                costs.enter(ix, &event);
                books.enter(conn, id, &event)?;
            }
            Err(fault) => found.chain_faults.push(format!("entry {seq} of {device}: {fault}")),
        }
    }
    (found.books, found.book_faults) = books.done(conn)?;
    found.stock_faults.extend(costs.faults());
    Ok(())
}

#[derive(Default)]
struct Numbers {
    receipt: u64,
    z: u64,
    period: u64,
    perpetual: i64,
    closes: Vec<TillClosed>,
}

impl Numbers {
    /// Receipt and Z numbers are gapless, and every sale's totals are the sums of its parts.
    fn check(&mut self, device: DeviceId, event: &DomainEvent, found: &mut Verification) {
        use salon_domain::event::Happening;
        if let Some(sale) = event.what.sale() {
            self.receipt += 1;
            self.perpetual += sale.turnover_minor();
            if sale.number != self.receipt {
                found
                    .numbering_faults
                    .push(format!("{device}: receipt {} where {} was due", sale.number, self.receipt));
                self.receipt = sale.number;
            }
            let lines: i64 = sale.lines.iter().map(|l| l.total_minor).sum();
            let net: i64 = sale.lines.iter().map(|l| l.net_minor).sum();
            let taxes: i64 = sale.lines.iter().flat_map(|l| &l.taxes).map(|t| t.tax_minor).sum();
            let paid: i64 = sale.tenders.iter().map(|t| t.amount_minor).sum();
            let agree = lines == sale.total_minor && net == sale.net_minor && taxes == sale.tax_minor;
            if !agree || paid != sale.total_minor + sale.rounding_minor || net + taxes != lines {
                found.money_faults.push(format!("{device}: receipt {} does not add up", sale.number));
            }
        }
        if let Happening::TillClosed(closed) = &event.what {
            self.z += 1;
            if closed.report.number != self.z {
                found.numbering_faults.push(format!("{device}: Z {} where {} was due", closed.report.number, self.z));
                self.z = closed.report.number;
            }
            if closed.report.perpetual_total_minor != self.perpetual {
                found.money_faults.push(format!("{device}: Z {} has another perpetual total than its sales", self.z));
            }
            self.closes.push((**closed).clone());
        }
        if let Happening::PeriodClosed(closed) = &event.what {
            self.check_period(device, closed, found);
        }
    }

    /// A closure is the sum of the Z reports before it of its days.
    fn check_period(&mut self, device: DeviceId, closed: &PeriodClosed, found: &mut Verification) {
        self.period += 1;
        if closed.number != self.period {
            found.numbering_faults.push(format!("{device}: closure {} where {} was due", closed.number, self.period));
            self.period = closed.number;
        }
        let days = closed.period.days().map_or(0..=0, |(first, last)| first..=last);
        let within: Vec<TillClosed> = self.closes.iter().filter(|z| days.contains(&z.day)).cloned().collect();
        let mut due = PeriodClosed::of(closed.period, closed.number, &within);
        if let Some(due) = due.as_mut().filter(|_| closed.totals.held_minor == 0) {
            // Closures of earlier versions did not add up what is only held.
            due.totals.held_minor = 0;
        }
        if due.as_ref() != Some(closed) {
            found.money_faults.push(format!("{device}: closure {} is not the sum of its Z reports", closed.number));
        }
    }
}

fn verify_stock(conn: &Connection, found: &mut Verification) -> Result<(), StoreError> {
    let mut statement = conn.prepare("SELECT hex(product), milli, moved FROM stock_level WHERE milli <> moved")?;
    let faults = statement
        .query_map([], |r| {
            let (product, level, moved): (String, i64, i64) = (r.get(0)?, r.get(1)?, r.get(2)?);
            Ok(format!("product {product}: level {level}, movements {moved}"))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    found.stock_faults.extend(faults);
    Ok(())
}
