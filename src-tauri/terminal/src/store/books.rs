//! Proving the books of a span of days: lines, taxes, tenders, postings, Z reports and read models are the same numbers.
//! What is proved is the journal's; nothing is written here.

use super::{SEQ_BITS, StoreError};
use rusqlite::{Connection, OptionalExtension, params};
use salon_domain::accounting::{Account, Ledger, entry_of, session_of};
use salon_domain::event::{DomainEvent, Happening};
use salon_domain::kernel::{TillSessionId, day_from_number};
use salon_domain::payment::{Sale, SessionTotals, TillClosed};
use std::collections::BTreeMap;

/// Days of the branch, both ends within, in days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub from: i32,
    pub to: i32,
}

impl Days {
    pub const ALL: Days = Days { from: i32::MIN, to: i32::MAX };

    pub const fn contains(self, day: i32) -> bool {
        self.from <= day && day <= self.to
    }
}

/// What the books of the span came to, in minor units, tips within.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct BookFigures {
    pub days: u64,
    /// Till sessions, and those of them that are closed.
    pub sessions: u64,
    pub closed: u64,
    pub receipts: u64,
    /// Entries of postings, each of which comes to nought.
    pub entries: u64,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub total_minor: i64,
    /// By all tenders, in the sessions that they were taken in.
    pub taken_minor: i64,
}

/// One session as the journal tells it again.
struct Session {
    name: String,
    day: i32,
    totals: SessionTotals,
    ledger: Ledger,
}

#[derive(Default, PartialEq, Eq)]
struct DayFigures {
    receipts: i64,
    lines: i64,
    net_minor: i64,
    tax_minor: i64,
    total_minor: i64,
}

/// Goes through the journal, device by device, and keeps the books anew.
pub(super) struct Bookkeeper {
    days: Days,
    sessions: BTreeMap<TillSessionId, Session>,
    by_day: BTreeMap<i32, DayFigures>,
    ledger: Ledger,
    figures: BookFigures,
    pub(super) faults: Vec<String>,
}

impl Bookkeeper {
    pub(super) fn new(days: Days) -> Self {
        Bookkeeper {
            days,
            sessions: BTreeMap::new(),
            by_day: BTreeMap::new(),
            ledger: Ledger::default(),
            figures: BookFigures::default(),
            faults: Vec::new(),
        }
    }

    pub(super) fn enter(&mut self, conn: &Connection, id: i64, event: &DomainEvent) -> Result<(), StoreError> {
        let Some(session) = session_of(&event.what) else { return Ok(()) };
        match &event.what {
            Happening::TillOpened(opened) if self.days.contains(opened.day) => {
                let name = format!("the till session of {} at device {}", date(opened.day), id >> SEQ_BITS);
                let totals = SessionTotals::of(opened);
                self.sessions.insert(session, Session { name, day: opened.day, totals, ledger: Ledger::default() });
                self.figures.sessions += 1;
            }
            Happening::PaymentCompleted(sale) | Happening::PaymentRefunded(sale) => self.sold(sale),
            _ => {}
        }
        // Of a session outside the span.
        let Some(open) = self.sessions.get_mut(&session) else { return Ok(()) };
        match &event.what {
            Happening::PaymentCompleted(sale) | Happening::PaymentRefunded(sale) => {
                open.totals.add_sale(sale);
                open.totals.add_cashier(event.meta.user, sale);
            }
            Happening::PartPaid(paid) => open.totals.add_part(paid),
            Happening::TillMoved(moved) => open.totals.add_move(moved),
            Happening::DrawerOpened(_) => open.totals.add_drawer_opening(),
            Happening::TillClosed(closed) => self.closed(conn, id, closed)?,
            _ => {}
        }
        self.post(session, event);
        if let Happening::TillClosed(_) = event.what
            && let Some(done) = self.sessions.remove(&session)
            && done.ledger.balance(&Account::Cash) != 0
        {
            self.faults.push(format!("{}: its drawer's account is not nought after the close", done.name));
        }
        Ok(())
    }

    fn post(&mut self, session: TillSessionId, event: &DomainEvent) {
        let Some(entry) = entry_of(&event.what) else { return };
        if !entry.is_balanced() {
            self.faults.push(format!("the postings of entry {} do not come to nought", event.id));
        }
        self.figures.entries += 1;
        self.ledger.add(&entry);
        if let Some(open) = self.sessions.get_mut(&session) {
            open.ledger.add(&entry);
        }
    }

    fn sold(&mut self, sale: &Sale) {
        match self.sessions.get(&sale.session) {
            Some(session) if session.day == sale.day => {}
            None if !self.days.contains(sale.day) => return,
            _ => self.faults.push(format!("receipt {} is not of a day and till session that were open", sale.number)),
        }
        let day = self.by_day.entry(sale.day).or_default();
        day.receipts += 1;
        day.lines += sale.lines.len() as i64;
        // What is only held for somebody is in the total alone.
        let sold = sale.lines.iter().filter(|line| line.kind.is_turnover());
        day.net_minor += sold.clone().map(|line| line.net_minor).sum::<i64>();
        day.tax_minor += sold.flat_map(|line| &line.taxes).map(|tax| tax.tax_minor).sum::<i64>();
        day.total_minor += sale.lines.iter().map(|line| line.total_minor).sum::<i64>();
    }

    /// The Z against the session as the journal tells it, its postings, and its row.
    fn closed(&mut self, conn: &Connection, id: i64, closed: &TillClosed) -> Result<(), StoreError> {
        let Some(session) = self.sessions.get(&closed.session) else { return Ok(()) };
        let report = &closed.report;
        let name = format!("Z {}", report.number);
        if session.totals != report.totals {
            self.faults.push(format!("{name}: its totals are not those of {}", session.name));
        }
        agree(&name, session, &report.totals, &mut self.faults);
        let counted: i64 = report.count.iter().map(|c| c.denomination_minor * i64::from(c.pieces)).sum();
        if !report.count.is_empty() && counted != report.counted_minor {
            self.faults.push(format!("{name}: the pieces come to another sum than was counted"));
        }
        if report.counted_minor - report.totals.expected_cash_minor() != report.difference_minor {
            self.faults.push(format!("{name}: its difference is not what was counted less what was expected"));
        }
        let row: Option<(Option<i64>, Option<i64>)> = conn
            .prepare_cached("SELECT z_number, z_journal FROM till_session WHERE session = ?1")?
            .query_row([closed.session.as_bytes()], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        if row != Some((Some(report.number as i64), Some(id))) {
            self.faults.push(format!("{name}: the read model has another close"));
        }
        self.same_row(conn, closed.session)?;
        self.figures.closed += 1;
        self.figures.taken_minor += report.totals.taken_minor();
        Ok(())
    }

    fn same_row(&mut self, conn: &Connection, session: TillSessionId) -> Result<(), StoreError> {
        let Some(told) = self.sessions.get(&session) else { return Ok(()) };
        let row: Option<Vec<u8>> = conn
            .prepare_cached("SELECT totals FROM till_session WHERE session = ?1")?
            .query_row([session.as_bytes()], |r| r.get(0))
            .optional()?;
        let kept: Option<SessionTotals> = row.map(|bytes| serde_json::from_slice(&bytes)).transpose()?;
        if kept.as_ref() != Some(&told.totals) {
            self.faults.push(format!("{}: the read model has other totals", told.name));
        }
        Ok(())
    }

    /// What is left: sessions that are open, the days' rows, and the books as a whole.
    pub(super) fn done(mut self, conn: &Connection) -> Result<(BookFigures, Vec<String>), StoreError> {
        let open: Vec<TillSessionId> = self.sessions.keys().copied().collect();
        for session in open {
            self.same_row(conn, session)?;
            let Some(told) = self.sessions.get(&session) else { continue };
            agree(&told.name, told, &told.totals, &mut self.faults);
            self.figures.taken_minor += told.totals.taken_minor();
        }
        let mut rows = BTreeMap::new();
        let mut statement = conn.prepare(
            "SELECT day, count(*), sum(lines), sum(net), sum(tax), sum(total) FROM sale \
             WHERE day BETWEEN ?1 AND ?2 GROUP BY day",
        )?;
        let mut found = statement.query(params![self.days.from, self.days.to])?;
        while let Some(r) = found.next()? {
            let figures = DayFigures {
                receipts: r.get(1)?,
                lines: r.get(2)?,
                net_minor: r.get(3)?,
                tax_minor: r.get(4)?,
                total_minor: r.get(5)?,
            };
            rows.insert(r.get::<_, i32>(0)?, figures);
        }
        for day in self.by_day.keys().chain(rows.keys()).collect::<std::collections::BTreeSet<_>>() {
            if self.by_day.get(day) != rows.get(day) {
                self.faults.push(format!("{}: the read model of its sales is not what its lines come to", date(*day)));
            }
        }
        let sum = |of: fn(&DayFigures) -> i64| self.by_day.values().map(of).sum::<i64>();
        self.figures.days = self.by_day.len() as u64;
        self.figures.receipts = sum(|day| day.receipts) as u64;
        self.figures.net_minor = sum(|day| day.net_minor);
        self.figures.tax_minor = sum(|day| day.tax_minor);
        self.figures.total_minor = sum(|day| day.total_minor);
        let taxes = self.ledger.balances().iter().filter(|(account, _)| matches!(account, Account::TaxPayable(_)));
        let tax_minor: i64 = -taxes.map(|(_, minor)| minor).sum::<i64>();
        if self.ledger.net_minor() + tax_minor != self.figures.net_minor + self.figures.tax_minor {
            self.faults.push("the postings of all days have another turnover than their lines".to_owned());
        }
        if !self.ledger.is_balanced() {
            self.faults.push("the postings of all days do not come to nought".to_owned());
        }
        Ok((self.figures, self.faults))
    }
}

fn agree(name: &str, session: &Session, totals: &SessionTotals, faults: &mut Vec<String>) {
    faults.extend(session.ledger.disagreements(totals).into_iter().map(|found| format!("{name}: {found}")));
    if !totals.balances() {
        faults.push(format!("{name}: what was sold is not what was taken"));
    }
}

fn date(day: i32) -> String {
    day_from_number(day).map_or_else(|_| day.to_string(), |date| date.to_string())
}
