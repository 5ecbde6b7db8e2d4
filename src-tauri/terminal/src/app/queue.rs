//! The print queue as people see it.

use super::{App, till};
use crate::store::{JobKind, JobState, PrintJob};
use salon_contract::window::{Code, Done, Failure, PrintJobView};
use salon_domain::access::Permission;
use salon_domain::kernel::TicketId;
use uuid::Uuid;

/// As many as anybody scrolls through.
const JOBS_MAX: u32 = 50;

impl App {
    pub(super) fn print_queue(&self) -> Result<Vec<PrintJobView>, Failure> {
        self.require(Permission::Sell)?;
        self.store.print_jobs(JOBS_MAX)?.into_iter().map(|job| self.job_view(job)).collect()
    }

    fn job_view(&self, job: PrintJob) -> Result<PrintJobView, Failure> {
        let catalog = self.catalog()?;
        let ticket = match job.kind {
            JobKind::Receipt | JobKind::GiftCards => TicketId::from_slice(&job.reference),
            _ => None,
        };
        let number = match (job.kind, ticket) {
            (_, Some(ticket)) => self.store.sale(ticket)?.map(|record| record.sale.number),
            (JobKind::Z, None) => {
                let id = journal_id(&job.reference);
                id.map(|id| self.store.close_at(id)).transpose()?.flatten().map(|closed| closed.report.number)
            }
            _ => None,
        };
        Ok(PrintJobView {
            job: job.id,
            kind: job.kind.name().to_owned(),
            number,
            ticket,
            copy: job.copy,
            state: job.state.name().to_owned(),
            fault: job.fault,
            notes: job.notes,
            date: till::date_text(catalog.day(job.at)?),
            minute: catalog.minute(job.at),
        })
    }

    /// Only for a job of which some may be on paper: what waits is printed by itself, what was printed has Reprint.
    pub(super) fn print_again(&self, key: Uuid, job: i64) -> Result<Done, Failure> {
        self.require(Permission::Sell)?;
        self.store.write::<_, Failure>(|unit| {
            if unit.done_before::<bool>(key)?.is_some() {
                return Ok(Done {});
            }
            let found = unit.job(job)?.filter(|job| job.state == JobState::Unsure).ok_or(Code::NotFound)?;
            // Some of the first may be with the client already.
            unit.queue_print(found.kind, &found.reference, found.kind != JobKind::Drawer)?;
            unit.set_job(job, JobState::Dropped, found.fault.as_deref())?;
            unit.mark_done(key, &true)?;
            Ok(Done {})
        })
    }

    pub(super) fn drop_print_job(&self, job: i64) -> Result<Done, Failure> {
        self.require(Permission::Sell)?;
        self.store.write::<_, Failure>(|unit| {
            let found = unit.job(job)?.ok_or(Code::NotFound)?;
            match found.state {
                JobState::Queued | JobState::Unsure => unit.set_job(job, JobState::Dropped, found.fault.as_deref())?,
                JobState::Dropped => {}
                // It is on its way to the paper or there already.
                JobState::Sending | JobState::Printed => return Err(Code::NotFound.into()),
            }
            unit.touched.jobs = true;
            Ok(Done {})
        })
    }
}

/// A job's reference that is a journal id, big endian.
pub(crate) fn journal_id(reference: &[u8]) -> Option<i64> {
    <[u8; 8]>::try_from(reference).map(i64::from_be_bytes).ok()
}
