//! Threads that look after the devices while nobody uses them: a fault is on screen within seconds, and what has become
//! well again is used again. They also serve the customer display, so that the till never waits for one.

use crate::app::App;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// Faults have to be shown within five seconds, and a device that is not there takes two of them to be looked for.
const EVERY: Duration = Duration::from_millis(2500);

/// Starts the threads, one for each device that may keep it waiting. They end with the app.
pub fn start(app: &Arc<App>) {
    every(app, |app| {
        if app.look_at_printer() {
            app.wake_printer();
        }
    });
    every(app, |app| app.look_at_card_terminal());
    show(app);
}

fn every(app: &Arc<App>, look: impl Fn(&App) + Send + 'static) {
    let app = Arc::downgrade(app);
    std::thread::spawn(move || {
        loop {
            let begun = Instant::now();
            let Some(held) = Weak::upgrade(&app) else { return };
            look(&held);
            drop(held);
            std::thread::sleep(EVERY.saturating_sub(begun.elapsed()));
        }
    });
}

/// The customer display shows what it is told; one that was away is told again.
fn show(app: &Arc<App>) {
    let (wake, woken) = channel::<()>();
    app.on_watch(Box::new(move || {
        // The thread is gone only when the app is.
        let _ = wake.send(());
    }));
    let app = Arc::downgrade(app);
    std::thread::spawn(move || {
        let mut shown = None;
        while !matches!(woken.recv_timeout(EVERY), Err(RecvTimeoutError::Disconnected)) {
            let Some(app) = app.upgrade() else { return };
            app.show_now(&mut shown);
        }
    });
}
