//! Scanners on a wire of their own: a thread for each reads, and the window hears what it was. A scanner that types as a
//! keyboard does is the window's business.

use crate::app::{App, cause_name};
use salon_contract::window::{Code, Notice};
use salon_ports::{FaultCause, PortError, ScannerPort};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

/// So long at most the thread waits for a code, and so late at most it sees that the app is gone.
const WAIT: Duration = Duration::from_millis(500);

/// Told when a scanner goes away (why) and when it is back (none), once each.
pub type Report = Box<dyn Fn(Option<FaultCause>) + Send>;

/// Reads from `port` for as long as the app lives. Faults are told to the window.
pub fn start(app: &Arc<App>, port: Box<dyn ScannerPort>) -> JoinHandle<()> {
    let telling = Arc::downgrade(app);
    let report = move |fault: Option<FaultCause>| {
        if let Some(app) = telling.upgrade() {
            app.notify(&match fault {
                Some(cause) => Notice::ScannerFault { cause: cause_name(cause) },
                None => Notice::ScannerWell,
            });
        }
    };
    start_with(app, port, Box::new(report))
}

/// As [`start`], with somebody else who hears of faults.
pub fn start_with(app: &Arc<App>, port: Box<dyn ScannerPort>, report: Report) -> JoinHandle<()> {
    let app = Arc::downgrade(app);
    std::thread::spawn(move || read_all(&app, port, &report))
}

fn read_all(app: &Weak<App>, mut port: Box<dyn ScannerPort>, report: &Report) {
    let mut fault: Option<FaultCause> = None;
    loop {
        let outcome = port.read(WAIT);
        let Some(app) = app.upgrade() else { return };
        let now = outcome.as_ref().err().map(PortError::cause);
        if now != fault {
            fault = now;
            report(now);
        }
        match outcome {
            Ok(Some(text)) => scanned(&app, text),
            Ok(None) => {}
            Err(_) => {
                // The port may have failed at once. Nothing is held while waiting, so that the app can end.
                drop(app);
                std::thread::sleep(WAIT);
            }
        }
    }
}

/// A text came from a scanner: the window hears what it is. While nobody is signed in, it is dropped.
pub fn scanned(app: &App, text: String) {
    match app.scan(&text) {
        Ok(view) => app.notify(&Notice::Scanned { view }),
        Err(failure) if failure.code == Code::SignInNeeded => {}
        // The failure's details never have the text in them.
        Err(failure) => tracing::warn!(code = ?failure.code, "a scan was not answered"),
    }
}
