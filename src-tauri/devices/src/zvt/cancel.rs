//! Stopping a payment from another thread: 06 B0, sent at most once a payment and never before its 06 01.

use super::command::Command;
use super::link::{SharedWriter, send_on};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Default)]
pub(super) struct Cancel(Mutex<State>);

#[derive(Default)]
struct State {
    requested: bool,
    sent: bool,
    writer: Option<SharedWriter>,
}

impl Cancel {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A payment begins: what was asked of the one before does not count.
    pub(super) fn begin(&self) {
        *self.lock() = State::default();
    }

    pub(super) fn is_requested(&self) -> bool {
        self.lock().requested
    }

    /// The terminal has the payment and can be told to stop, from now until [`Cancel::close`].
    pub(super) fn open(&self, writer: SharedWriter) {
        let mut state = self.lock();
        state.writer = Some(writer);
        send_if_due(&mut state);
    }

    pub(super) fn close(&self) {
        self.lock().writer = None;
    }

    pub(super) fn request(&self) {
        let mut state = self.lock();
        state.requested = true;
        send_if_due(&mut state);
    }
}

fn send_if_due(state: &mut State) {
    if !state.requested || state.sent {
        return;
    }
    if let Some(writer) = &state.writer {
        state.sent = true;
        // If it does not go out the payment goes on, and its own thread sees the broken link.
        if let Err(error) = send_on(writer, &Command::AbortRequest) {
            tracing::warn!(%error, "the terminal could not be asked to stop");
        }
    }
}
