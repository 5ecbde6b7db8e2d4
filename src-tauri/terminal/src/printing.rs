//! The printer's own thread: takes jobs from the durable queue, one by one, and never holds up the till.

use crate::app::{App, ReceiptOptions, receipt_of_sale, receipt_of_z};
use crate::store::{JobKind, JobState, PrintJob};
use salon_contract::window::Failure;
use salon_domain::kernel::TicketId;
use salon_ports::{Align, PortError, ReceiptDoc, ReceiptPart};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// After a fault the printer is asked again this often.
const RETRY: Duration = Duration::from_secs(3);
const IDLE: Duration = Duration::from_secs(60);

/// Starts the thread. It ends with the app.
pub fn start(app: &Arc<App>) {
    let (wake, woken) = channel::<()>();
    app.on_print_job(Box::new(move || {
        // The thread is gone only when the app is.
        let _ = wake.send(());
    }));
    let app = Arc::downgrade(app);
    std::thread::spawn(move || {
        let mut wait = Duration::ZERO;
        loop {
            match woken.recv_timeout(wait) {
                Err(RecvTimeoutError::Disconnected) => return,
                Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            }
            match print_all(&app) {
                Some(next) => wait = next,
                None => return,
            }
        }
    });
}

/// Prints what waits. `None` when the app is gone; otherwise how long to wait.
fn print_all(app: &Weak<App>) -> Option<Duration> {
    loop {
        let app = app.upgrade()?;
        match print_next(&app) {
            Ok(true) => {}
            // Nothing to print: a fault that was shown is looked at again until the printer is well.
            Ok(false) if app.printer_has_fault() && !app.printer_is_well() => return Some(RETRY),
            Ok(false) => return Some(IDLE),
            Err(error) => {
                tracing::error!(%error, "the print queue cannot be read");
                return Some(RETRY);
            }
        }
        if app.printer_has_fault() {
            return Some(RETRY);
        }
    }
}

/// Prints one job; false when there is none, or no printer.
pub fn print_next(app: &App) -> Result<bool, Failure> {
    if !app.has_printer() {
        return Ok(false);
    }
    let Some(job) = app.store().next_job()? else { return Ok(false) };
    let Some(doc) = document(app, &job)? else {
        app.store().write::<_, Failure>(|unit| Ok(unit.set_job(job.id, JobState::Unsure, Some("no_content"))?))?;
        return Ok(true);
    };
    let set =
        |state, fault: Option<&str>| app.store().write::<_, Failure>(|unit| Ok(unit.set_job(job.id, state, fault)?));
    set(JobState::Sending, None)?;
    match app.print(&doc) {
        Ok(_) => {
            set(JobState::Printed, None)?;
            app.set_printer_fault(None);
        }
        Err(error @ PortError::OutcomeUnknown { .. }) => {
            set(JobState::Unsure, Some(&error.to_string()))?;
            app.set_printer_fault(Some(error.cause()));
        }
        Err(error) => {
            set(JobState::Queued, Some(&error.to_string()))?;
            app.set_printer_fault(Some(error.cause()));
        }
    }
    Ok(true)
}

fn document(app: &App, job: &PrintJob) -> Result<Option<ReceiptDoc>, Failure> {
    let catalog = app.catalog()?;
    Ok(match job.kind {
        JobKind::Receipt => {
            let ticket = TicketId::from_slice(&job.reference);
            let record = ticket.map(|t| app.store().sale(t)).transpose()?.flatten();
            match record {
                Some(record) => {
                    let card = record.sale.card.map(|c| app.store().card(c)).transpose()?.flatten();
                    let name = card.map_or_else(String::new, |c| c.display_name());
                    let options = ReceiptOptions { client_name: &name, copy: job.copy, ..ReceiptOptions::default() };
                    Some(receipt_of_sale(&catalog, &record, &options))
                }
                None => None,
            }
        }
        JobKind::Z => {
            let id = <[u8; 8]>::try_from(job.reference.as_slice()).map(i64::from_be_bytes).ok();
            let closed = id.map(|id| app.store().close_at(id)).transpose()?.flatten();
            let options = ReceiptOptions { copy: job.copy, ..ReceiptOptions::default() };
            closed.map(|closed| receipt_of_z(&catalog, &closed, &options))
        }
        JobKind::Drawer => Some(ReceiptDoc { parts: vec![ReceiptPart::OpenDrawer] }),
        JobKind::Test => Some(test_page(&catalog.branch.name)),
    })
}

fn test_page(branch: &str) -> ReceiptDoc {
    let text =
        |text: &str, double| ReceiptPart::Text { text: text.to_owned(), align: Align::Center, bold: double, double };
    ReceiptDoc {
        parts: vec![
            text(branch, true),
            text("Printer test", false),
            text("äöü ß é ñ € Łódź", false),
            ReceiptPart::Rule,
            ReceiptPart::Columns { left: "left".into(), right: "right".into(), bold: false },
            ReceiptPart::Feed { lines: 3 },
            ReceiptPart::Cut,
        ],
    }
}
