//! A Stripe reader behind the card port. The reader hangs on the internet and obeys the sync server, which keeps the
//! books of what it asked (`salon_contract::device`); this driver asks the server, waits, and holds the promises of the
//! port: the approval is recorded before the money is taken, and what is not known is said to be unknown.
//!
//! No HTTP is in here: a [`CardServer`] carries the calls. The instants at which somebody can die, and what each leaves
//! behind, are in the documents of the server's `integrations::stripe`.

mod cancel;
mod terminal;

pub use terminal::{StripeSettings, StripeTerminal};

use salon_contract::device::{CardCall, CardReply};
use std::time::Duration;

/// Why a call has no reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    /// The server did not get it: nothing was done.
    NotSent(String),
    /// It may have been done.
    Unknown(String),
    /// The server said no; nothing was done by this call. `code` is the stable one of its problem.
    Refused { code: String, detail: String },
}

/// The way to the sync server.
pub trait CardServer: Send + Sync {
    /// Ends within `patience`.
    fn call(&self, call: &CardCall, patience: Duration) -> Result<CardReply, CallError>;
}
