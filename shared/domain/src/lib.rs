//! The rules of a salon, pure: no IO, no clock, no randomness, no SQL, no text for people.
//!
//! A folder per context, each with the same rooms (`model`, `rules`, `error` where it has them). Contexts know each
//! other by id only; facts from another context arrive as arguments. [`event`] names everything that can have happened.
//! All of it compiles to wasm: the window and the browser compute with the very same code.

pub mod access;
pub mod accounting;
pub mod booking;
pub mod branch;
pub mod catalog;
pub mod commission;
pub mod customer;
pub mod event;
pub mod inventory;
pub mod kernel;
pub mod loyalty;
pub mod notification;
pub mod payment;
pub mod scan;
pub mod staff;
pub mod value;
