//! The print queue: it survives a restart, and prints each job once as far as the printer can tell.

use super::{Store, StoreError, Unit};
use rusqlite::{Connection, OptionalExtension, Row, params};
use salon_domain::kernel::Instant;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// `reference` is the sale's ticket.
    Receipt,
    /// `reference` is the closing's journal id, big endian.
    Z,
    /// The totals of a till session so far; `reference` is the session.
    X,
    /// A month's or a year's closure; `reference` is its journal id, big endian.
    Period,
    /// A card terminal's end of day; `reference` is its journal id, big endian.
    CardDay,
    /// The gift cards whose numbers the till drew for a sale; `reference` is its ticket.
    GiftCards,
    /// Money taken towards a ticket as a deposit, or given back of one; `reference` is its journal id, big endian.
    Deposit,
    /// The pulse alone. It overtakes what waits: a receipt that cannot be printed does not keep the drawer shut.
    Drawer,
    /// Of another version of the program: there is nothing to print.
    Unknown,
}

impl JobKind {
    const ALL: [JobKind; 8] = [
        JobKind::Receipt,
        JobKind::Z,
        JobKind::X,
        JobKind::Period,
        JobKind::CardDay,
        JobKind::GiftCards,
        JobKind::Deposit,
        JobKind::Drawer,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            JobKind::Receipt => "receipt",
            JobKind::Z => "z",
            JobKind::X => "x",
            JobKind::Period => "period",
            JobKind::CardDay => "card_day",
            JobKind::GiftCards => "gift_cards",
            JobKind::Deposit => "deposit",
            JobKind::Drawer => "drawer",
            JobKind::Unknown => "unknown",
        }
    }
    fn named(name: &str) -> Option<Self> {
        JobKind::ALL.into_iter().find(|k| k.name() == name)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    Queued,
    Sending,
    Printed,
    /// The link broke midway: some of it may be on paper.
    Unsure,
    /// A person took it out of the queue.
    Dropped,
}

impl JobState {
    pub const fn name(self) -> &'static str {
        match self {
            JobState::Queued => "queued",
            JobState::Sending => "sending",
            JobState::Printed => "printed",
            JobState::Unsure => "unsure",
            JobState::Dropped => "dropped",
        }
    }
    fn named(name: &str) -> Self {
        match name {
            "queued" => JobState::Queued,
            "sending" => JobState::Sending,
            "printed" => JobState::Printed,
            "dropped" => JobState::Dropped,
            _ => JobState::Unsure,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintJob {
    pub id: i64,
    pub kind: JobKind,
    pub reference: Vec<u8>,
    pub copy: bool,
    pub state: JobState,
    /// A `FaultCause`'s name, when it did not go through.
    pub fault: Option<String>,
    /// What was printed otherwise than asked.
    pub notes: Vec<String>,
    pub at: Instant,
}

const PRINT_FLOOR: &str = "print_floor";

/// Whether a job waits, or is being sent: those below the floor are over, and the table keeps them.
const OPEN: &str = "id > coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'print_floor'), 0) \
                    AND state IN ('queued', 'sending')";

const JOB: &str = "SELECT id, kind, ref, copy, state, fault, notes, at_ms FROM print_job";

fn job(r: &Row<'_>) -> rusqlite::Result<PrintJob> {
    let kind: String = r.get(1)?;
    let notes: Option<String> = r.get(6)?;
    Ok(PrintJob {
        id: r.get(0)?,
        kind: JobKind::named(&kind).unwrap_or(JobKind::Unknown),
        reference: r.get(2)?,
        copy: r.get(3)?,
        state: JobState::named(&r.get::<_, String>(4)?),
        fault: r.get(5)?,
        notes: notes.and_then(|n| serde_json::from_str(&n).ok()).unwrap_or_default(),
        at: Instant(r.get(7)?),
    })
}

fn job_by_id(conn: &Connection, id: i64) -> Result<Option<PrintJob>, StoreError> {
    Ok(conn.prepare_cached(&format!("{JOB} WHERE id = ?1"))?.query_row([id], job).optional()?)
}

impl Unit<'_> {
    pub fn queue_print(&mut self, kind: JobKind, reference: &[u8], copy: bool) -> Result<i64, StoreError> {
        let at = self.now().0;
        self.tx
            .prepare_cached("INSERT INTO print_job (kind, ref, copy, at_ms) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![kind.name(), reference, copy, at])?;
        self.touched.jobs = true;
        Ok(self.tx.last_insert_rowid())
    }

    pub fn set_job(&mut self, id: i64, state: JobState, fault: Option<&str>) -> Result<(), StoreError> {
        self.tx.prepare_cached("UPDATE print_job SET state = ?2, fault = ?3 WHERE id = ?1")?.execute(params![
            id,
            state.name(),
            fault
        ])?;
        if !matches!(state, JobState::Queued | JobState::Sending) {
            self.raise_floor()?;
        }
        Ok(())
    }

    /// The jobs below the first that is open are over; a job is never opened again.
    fn raise_floor(&self) -> Result<(), StoreError> {
        let first: Option<i64> = self
            .tx
            .prepare_cached(&format!("SELECT min(id) FROM print_job WHERE {OPEN}"))?
            .query_row([], |r| r.get(0))?;
        let floor: i64 = match first {
            Some(first) => first - 1,
            None => self.tx.query_row("SELECT coalesce(max(id), 0) FROM print_job", [], |r| r.get(0))?,
        };
        self.set_meta(PRINT_FLOOR, &floor)
    }

    /// Marks a job that waits as being sent, before its first byte leaves. False when it does not wait any more: somebody
    /// took it out of the queue after it was looked up.
    pub fn begin_sending(&mut self, id: i64) -> Result<bool, StoreError> {
        let changed = self
            .tx
            .prepare_cached("UPDATE print_job SET state = 'sending', fault = NULL WHERE id = ?1 AND state = 'queued'")?
            .execute([id])?;
        Ok(changed == 1)
    }

    /// It is on paper; `notes` say what was printed otherwise than asked.
    pub fn job_printed(&mut self, id: i64, notes: &[String]) -> Result<(), StoreError> {
        self.set_job(id, JobState::Printed, None)?;
        if !notes.is_empty() {
            let notes = serde_json::to_string(notes)?;
            self.tx.execute("UPDATE print_job SET notes = ?2 WHERE id = ?1", params![id, notes])?;
        }
        Ok(())
    }

    pub fn job(&self, id: i64) -> Result<Option<PrintJob>, StoreError> {
        job_by_id(&self.tx, id)
    }

    /// What was being sent, and is not any more, may be on paper, in part: after a restart, or when a full disk kept its
    /// end from being written down. It is not sent again by itself.
    pub fn unsure_about_sending(&mut self) -> Result<usize, StoreError> {
        let sql = format!("UPDATE print_job SET state = 'unsure' WHERE {OPEN} AND state = 'sending'");
        Ok(self.tx.execute(&sql, [])?)
    }
}

impl Store {
    /// The oldest that waits; a drawer's pulse before all others.
    pub fn next_job(&self) -> Result<Option<PrintJob>, StoreError> {
        self.read(|c| {
            Ok(c.prepare_cached(&format!(
                "{JOB} WHERE {OPEN} AND state = 'queued' ORDER BY kind <> 'drawer', id LIMIT 1"
            ))?
            .query_row([], job)
            .optional()?)
        })
    }

    /// Whether a job is marked as being sent.
    pub fn is_sending(&self) -> Result<bool, StoreError> {
        self.read(|c| {
            let sql = format!("SELECT EXISTS (SELECT 1 FROM print_job WHERE {OPEN} AND state = 'sending')");
            Ok(c.prepare_cached(&sql)?.query_row([], |r| r.get(0))?)
        })
    }

    pub fn print_job(&self, id: i64) -> Result<Option<PrintJob>, StoreError> {
        self.read(|c| job_by_id(c, id))
    }

    /// What is open, and the latest of the others; newest first, at most `limit`.
    pub fn print_jobs(&self, limit: u32) -> Result<Vec<PrintJob>, StoreError> {
        self.read(|c| {
            let mut statement = c.prepare_cached(&format!("{JOB} ORDER BY id DESC LIMIT ?1"))?;
            Ok(statement.query_map([limit], job)?.collect::<Result<_, _>>()?)
        })
    }

    pub fn queued_jobs(&self) -> Result<u32, StoreError> {
        self.read(|c| Ok(c.query_row(&format!("SELECT count(*) FROM print_job WHERE {OPEN}"), [], |r| r.get(0))?))
    }

    /// Jobs that a person has to look at.
    pub fn unsure_jobs(&self) -> Result<u32, StoreError> {
        self.read(|c| Ok(c.query_row("SELECT count(*) FROM print_job WHERE state = 'unsure'", [], |r| r.get(0))?))
    }

    /// The state of the latest job for `reference`.
    pub fn job_state(&self, kind: JobKind, reference: &[u8]) -> Result<Option<JobState>, StoreError> {
        self.glance(|c| {
            let state: Option<String> = c
                .prepare_cached("SELECT state FROM print_job WHERE kind = ?1 AND ref = ?2 ORDER BY id DESC LIMIT 1")?
                .query_row(params![kind.name(), reference], |r| r.get(0))
                .optional()?;
            Ok(state.map(|s| JobState::named(&s)))
        })
    }

    /// How many receipts are known to be on paper.
    pub fn printed_jobs(&self) -> Result<u64, StoreError> {
        self.read(|c| {
            let count: i64 =
                c.query_row("SELECT count(*) FROM print_job WHERE state = 'printed' AND kind <> 'drawer'", [], |r| {
                    r.get(0)
                })?;
            Ok(count as u64)
        })
    }
}
