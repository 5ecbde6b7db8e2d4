//! The printer's own thread: takes jobs from the durable queue, one by one, and never holds up the till.

use crate::app::{App, cause_name, journal_id, lock, receipt_of_card_day};
use crate::store::{JobKind, JobState, PrintJob};
use salon_contract::window::Failure;
use salon_domain::kernel::{TicketId, TillSessionId};
use salon_ports::{Align, FaultCause, PortError, PrintNote, ReceiptDoc, ReceiptPart};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// After a fault the printer is asked again this often.
const RETRY: Duration = Duration::from_secs(3);
const IDLE: Duration = Duration::from_secs(60);

/// A pulse that waited longer, for a receipt on a slow line, a restart, or a printer that was set up only now, is not for
/// whoever stands there now.
const PULSE_WAITS_MS_MAX: i64 = 30_000;

/// A client's receipt that waited longer is for nobody any more: a printer that is set up late, or is mended the next day,
/// does not print all that was sold without it. Reports are printed however late.
const RECEIPT_WAITS_MS_MAX: i64 = 12 * 3_600_000;

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
            Ok(Step::Done) => {}
            Ok(Step::Nothing) => return Some(IDLE),
            Ok(Step::Blocked) => return Some(RETRY),
            Err(error) => {
                tracing::error!(%error, "the print queue cannot be read");
                return Some(RETRY);
            }
        }
    }
}

/// What became of one look at the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// One job was sent, or found to have nothing to print.
    Done,
    /// There is none, or no printer.
    Nothing,
    /// The printer has a fault: the job waits.
    Blocked,
}

/// Prints the next job.
pub fn print_next(app: &App) -> Result<Step, Failure> {
    if !app.has_printer() {
        return Ok(Step::Nothing);
    }
    let _printing = lock(&app.desk.printing);
    // Only who prints sends, and that is here: it came to no end that could be written down.
    if app.store().is_sending()? {
        app.store().write::<_, Failure>(|unit| Ok(unit.unsure_about_sending()?))?;
        app.tell_printing();
    }
    let Some(job) = app.store().next_job()? else { return Ok(Step::Nothing) };
    if job.kind == JobKind::Drawer {
        return open_drawer(app, &job);
    }
    if app.printer_has_fault() && !app.printer_is_well() {
        return Ok(Step::Blocked);
    }
    let set =
        |state, fault: Option<&str>| app.store().write::<_, Failure>(|unit| Ok(unit.set_job(job.id, state, fault)?));
    if job.kind == JobKind::Receipt && app.clock.now().0 - job.at.0 > RECEIPT_WAITS_MS_MAX {
        set(JobState::Dropped, Some("too_late"))?;
        app.tell_printing();
        return Ok(Step::Done);
    }
    let found = document(app, &job).unwrap_or_else(|failure| {
        // One that cannot be read keeps nobody else's receipt back.
        tracing::error!(job = job.id, %failure, "a print job cannot be read");
        None
    });
    let Some(doc) = found else {
        set(JobState::Unsure, Some("no_content"))?;
        app.tell_printing();
        return Ok(Step::Done);
    };
    if !app.store().write::<_, Failure>(|unit| Ok(unit.begin_sending(job.id)?))? {
        return Ok(Step::Done);
    }
    let step = match app.print(&doc) {
        Ok(printed) => {
            let notes: Vec<String> = printed.notes.iter().map(note_text).collect();
            app.store().write::<_, Failure>(|unit| Ok(unit.job_printed(job.id, &notes)?))?;
            Step::Done
        }
        Err(error @ PortError::OutcomeUnknown { .. }) => {
            tracing::warn!(job = job.id, %error, detail = error.detail(), "some of it may be on paper");
            set(JobState::Unsure, Some(&cause_name(error.cause())))?;
            Step::Blocked
        }
        Err(error) => {
            tracing::info!(job = job.id, %error, detail = error.detail(), "not printed");
            set(JobState::Queued, Some(&cause_name(error.cause())))?;
            Step::Blocked
        }
    };
    app.tell_printing();
    Ok(step)
}

/// The pulse goes out with or without paper. One that did not arrive is not sent minutes later: a drawer that opens by
/// itself is worse than one that stays shut.
fn open_drawer(app: &App, job: &PrintJob) -> Result<Step, Failure> {
    // Before the pulse, as with paper: one that was sent and not noted would be sent again.
    if !app.store().write::<_, Failure>(|unit| Ok(unit.begin_sending(job.id)?))? {
        return Ok(Step::Done);
    }
    let waited_ms = app.clock.now().0 - job.at.0;
    let opened = match waited_ms > PULSE_WAITS_MS_MAX {
        true => Err(PortError::Retryable { cause: FaultCause::Timeout, detail: format!("it waited {waited_ms} ms") }),
        false => app.open_drawer_now(),
    };
    let (state, fault) = match &opened {
        Ok(()) => (JobState::Printed, None),
        Err(error @ PortError::OutcomeUnknown { .. }) => (JobState::Unsure, Some(cause_name(error.cause()))),
        Err(error) => (JobState::Dropped, Some(cause_name(error.cause()))),
    };
    app.store().write::<_, Failure>(|unit| Ok(unit.set_job(job.id, state, fault.as_deref())?))?;
    app.tell_printing();
    Ok(Step::Done)
}

fn document(app: &App, job: &PrintJob) -> Result<Option<ReceiptDoc>, Failure> {
    let catalog = app.catalog()?;
    let entry = journal_id(&job.reference);
    Ok(match job.kind {
        JobKind::Receipt => {
            let ticket = TicketId::from_slice(&job.reference);
            let record = ticket.map(|t| app.store().sale(t)).transpose()?.flatten();
            record.map(|record| app.receipt_of(&record, job.copy)).transpose()?
        }
        JobKind::GiftCards => {
            let ticket = TicketId::from_slice(&job.reference);
            let record = ticket.map(|t| app.store().sale(t)).transpose()?.flatten();
            record.map(|record| app.gift_cards_of(&record)).transpose()?
        }
        JobKind::Deposit => {
            let taken = entry.map(|id| app.store().part_at(id)).transpose()?.flatten();
            taken.map(|taken| app.deposit_paper(&taken, job.copy)).transpose()?
        }
        JobKind::Z => {
            let closed = entry.map(|id| app.store().close_at(id)).transpose()?.flatten();
            closed.map(|closed| app.report_of(&closed, job.copy)).transpose()?
        }
        JobKind::X => match TillSessionId::from_slice(&job.reference) {
            Some(session) => app.x_paper(session, job.copy)?,
            None => None,
        },
        JobKind::Period => {
            let closed = entry.map(|id| app.store().period_at(id)).transpose()?.flatten();
            closed.map(|closed| app.period_paper(&closed, job.copy)).transpose()?
        }
        JobKind::CardDay => {
            let day = entry.map(|id| app.store().card_day_at(id)).transpose()?.flatten();
            day.map(|day| receipt_of_card_day(&catalog, &day, job.copy, app.is_training()))
        }
        JobKind::Drawer | JobKind::Unknown => None,
    })
}

/// What was printed otherwise than asked, in a few characters.
pub fn note_text(note: &PrintNote) -> String {
    match note {
        PrintNote::Substituted { original, printed } if printed.is_empty() => format!("{original} → ∅"),
        PrintNote::Substituted { original, printed } => format!("{original} → {printed}"),
        PrintNote::QrTooLong { bytes } => format!("QR: {bytes} B"),
        PrintNote::BarcodeUnprintable { content } => content.clone(),
        PrintNote::ImageLeftOut { alt } => alt.clone(),
    }
}

/// What the one-click test prints: alignment, letters that code pages lack, a bar code, a QR code.
pub(crate) fn test_page(branch: &str) -> ReceiptDoc {
    let text =
        |text: &str, double| ReceiptPart::Text { text: text.to_owned(), align: Align::Center, bold: double, double };
    ReceiptDoc {
        parts: vec![
            text(branch, true),
            text("Printer test", false),
            text("äöü ß é ñ € Łódź", false),
            ReceiptPart::Rule,
            ReceiptPart::Columns { left: "left".into(), right: "right".into(), bold: false },
            ReceiptPart::Barcode { content: "TEST 0123".into(), symbology: Default::default() },
            ReceiptPart::Qr { content: "Pink Blueberry".into() },
            ReceiptPart::Feed { lines: 3 },
            ReceiptPart::Cut,
        ],
    }
}
