//! The till's devices through the window's questions: real drivers, and behind them simulators that speak the protocols.
//! Whole processes and power cuts are in `card_matrix` and `printer_faults`, the drivers alone in `salon-devices`.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

mod after_tips;
mod card_day;
mod chance;
mod counter;
mod deposits;
mod invoices;
mod moments;
mod offers;
mod partial_refunds;
mod parts;
mod printing;
mod refunds;
mod rig;
mod settings;
mod training;
mod voids;
