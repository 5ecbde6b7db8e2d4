//! Stopping a payment from another thread: wakes the one that waits between two polls.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[derive(Default)]
pub(super) struct Cancel {
    requested: Mutex<bool>,
    changed: Condvar,
}

impl Cancel {
    fn lock(&self) -> MutexGuard<'_, bool> {
        self.requested.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A payment begins: what was asked of the one before does not count.
    pub(super) fn begin(&self) {
        *self.lock() = false;
    }

    pub(super) fn request(&self) {
        *self.lock() = true;
        self.changed.notify_all();
    }

    pub(super) fn is_requested(&self) -> bool {
        *self.lock()
    }

    /// Waits for so long, or until it is requested.
    pub(super) fn wait(&self, longest: Duration) {
        let waited = self.changed.wait_timeout_while(self.lock(), longest, |requested| !*requested);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}
