//! The other side of both wires: a receipt printer, a customer display and a card terminal, as strict as real ones.
//!
//! Tests start them in-process on port 0, steer them through their handles and read what happened; `salon-sim` runs
//! the same code for a demo. They share the codecs with the drivers and nothing else: what a codec test proves against
//! the specification, these prove in motion. A simulator never forgives: what it does not understand it refuses, and
//! keeps a note of it.

mod canvas;
mod card;
mod card_books;
mod card_fault;
mod card_payment;
mod card_session;
mod control;
mod display;
mod font;
mod ledger;
mod paper_png;
mod printer;
mod printer_state;
mod server;

pub use card::{CardSim, CardSimOptions};
pub use card_fault::{CardFault, card_script};
pub use control::Control;
pub use display::{DisplaySim, DisplaySimOptions};
pub use ledger::{EntryKind, EntryState, LedgerEntry};
pub use printer::{PrintedReceipt, PrinterFault, PrinterSim, PrinterSimOptions};
pub use server::on_serial;
