//! The print queue: it survives a restart, and prints each job once as far as the printer can tell.

use super::{Store, StoreError, Unit};
use rusqlite::{OptionalExtension, params};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// `reference` is the sale's ticket.
    Receipt,
    /// `reference` is the closing's journal id, big endian.
    Z,
    Drawer,
    Test,
}

impl JobKind {
    const fn name(self) -> &'static str {
        match self {
            JobKind::Receipt => "receipt",
            JobKind::Z => "z",
            JobKind::Drawer => "drawer",
            JobKind::Test => "test",
        }
    }
    fn named(name: &str) -> Option<Self> {
        [JobKind::Receipt, JobKind::Z, JobKind::Drawer, JobKind::Test].into_iter().find(|k| k.name() == name)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    Queued,
    Sending,
    Printed,
    /// The link broke midway: some of it may be on paper.
    Unsure,
}

impl JobState {
    const fn name(self) -> &'static str {
        match self {
            JobState::Queued => "queued",
            JobState::Sending => "sending",
            JobState::Printed => "printed",
            JobState::Unsure => "unsure",
        }
    }
    fn named(name: &str) -> Self {
        match name {
            "queued" => JobState::Queued,
            "sending" => JobState::Sending,
            "printed" => JobState::Printed,
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
}

impl Unit<'_> {
    pub fn queue_print(&mut self, kind: JobKind, reference: &[u8], copy: bool) -> Result<i64, StoreError> {
        self.tx.prepare_cached("INSERT INTO print_job (kind, ref, copy) VALUES (?1, ?2, ?3)")?.execute(params![
            kind.name(),
            reference,
            copy
        ])?;
        self.touched.jobs = true;
        Ok(self.tx.last_insert_rowid())
    }

    pub fn set_job(&mut self, id: i64, state: JobState, fault: Option<&str>) -> Result<(), StoreError> {
        self.tx.prepare_cached("UPDATE print_job SET state = ?2, fault = ?3 WHERE id = ?1")?.execute(params![
            id,
            state.name(),
            fault
        ])?;
        Ok(())
    }

    /// After a restart: what was being sent may be on paper, in part. It is not sent again by itself.
    pub fn unsure_about_sending(&mut self) -> Result<usize, StoreError> {
        // The first condition is the partial index's own: without it every job there ever was is looked at.
        Ok(self.tx.execute(
            "UPDATE print_job SET state = 'unsure' WHERE state IN ('queued', 'sending') AND state = 'sending'",
            [],
        )?)
    }
}

impl Store {
    pub fn next_job(&self) -> Result<Option<PrintJob>, StoreError> {
        self.read(|c| {
            let found = c
                .prepare_cached(
                    "SELECT id, kind, ref, copy, state FROM print_job \
                     WHERE state IN ('queued', 'sending') AND state = 'queued' ORDER BY id LIMIT 1",
                )?
                .query_row([], |r| {
                    Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?, r.get(2)?, r.get(3)?, r.get::<_, String>(4)?))
                })
                .optional()?;
            let Some((id, kind, reference, copy, state)) = found else { return Ok(None) };
            let kind = JobKind::named(&kind).ok_or_else(|| StoreError::Decode(format!("print job kind {kind}")))?;
            Ok(Some(PrintJob { id, kind, reference, copy, state: JobState::named(&state) }))
        })
    }

    pub fn queued_jobs(&self) -> Result<u32, StoreError> {
        self.read(|c| {
            Ok(c.query_row("SELECT count(*) FROM print_job WHERE state IN ('queued', 'sending')", [], |r| r.get(0))?)
        })
    }

    /// The state of the latest job for `reference`.
    pub fn job_state(&self, kind: JobKind, reference: &[u8]) -> Result<Option<JobState>, StoreError> {
        self.read(|c| {
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
            let count: i64 = c.query_row("SELECT count(*) FROM print_job WHERE state = 'printed'", [], |r| r.get(0))?;
            Ok(count as u64)
        })
    }
}
