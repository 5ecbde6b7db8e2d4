//! Scanners on a wire of their own: a thread reads, and the window hears what it was. A scanner that types as a keyboard
//! does is the window's business.

use crate::app::App;
use salon_contract::window::{Code, Notice};
use salon_domain::scan::{ScanRules, is_payment_card};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// So long at most the thread waits for a code, and so late at most it sees that the app is gone or that there is another
/// scanner.
const WAIT: Duration = Duration::from_millis(500);

/// Starts the thread. It ends with the app.
pub fn start(app: &Arc<App>) {
    let app = Arc::downgrade(app);
    std::thread::spawn(move || while read(&app).is_some() {});
}

/// `None` when the app is gone.
fn read(app: &Weak<App>) -> Option<()> {
    let held = app.upgrade()?;
    match held.read_scanner(WAIT) {
        Ok(Some(text)) => scanned(&held, text),
        Ok(None) => {}
        Err(_) => {
            // There is none, or it is away. Nothing is held while waiting, so that the app can end.
            drop(held);
            std::thread::sleep(WAIT);
        }
    }
    Some(())
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

/// What a scanner that is tried has read, for a screen: never a payment card's track.
pub(crate) fn for_people(text: &str) -> String {
    if is_payment_card(text, &ScanRules::default()) {
        return "****".to_owned();
    }
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}
