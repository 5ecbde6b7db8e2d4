//! Papers to clients: from the till's question over the server to a mail server and a text gateway that speak the real
//! protocols, and back to what the till shows.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

mod composed;
mod faults;
mod limits;
mod mail;
mod rig;
mod texts;
