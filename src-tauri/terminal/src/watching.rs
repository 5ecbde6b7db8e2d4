//! A thread that looks after the devices while nobody uses them: a fault is on screen within seconds, and what has become
//! well again is used again. It also serves the customer display, so that the till never waits for one.

use crate::app::App;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// Faults have to be shown within five seconds; asking a printer takes one at most.
const EVERY: Duration = Duration::from_secs(3);

/// Starts the thread. It ends with the app.
pub fn start(app: &Arc<App>) {
    let (wake, woken) = channel::<()>();
    app.on_watch(Box::new(move || {
        // The thread is gone only when the app is.
        let _ = wake.send(());
    }));
    let app = Arc::downgrade(app);
    std::thread::spawn(move || {
        let mut shown = None;
        let mut next = Instant::now();
        loop {
            match woken.recv_timeout(next.saturating_duration_since(Instant::now())) {
                Err(RecvTimeoutError::Disconnected) => return,
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout) => {
                    next = Instant::now() + EVERY;
                    if look(&app).is_none() {
                        return;
                    }
                }
            }
            let Some(app) = app.upgrade() else { return };
            app.show_now(&mut shown);
        }
    });
}

/// `None` when the app is gone.
fn look(app: &Weak<App>) -> Option<()> {
    let app = app.upgrade()?;
    if app.look_at_devices() {
        app.wake_printer();
    }
    Some(())
}
