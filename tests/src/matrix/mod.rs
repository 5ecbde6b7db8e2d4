//! Devices that fail at a chosen instant, with every program a process of its own: the till as `pos window`, asked over
//! the window's own questions; the devices as `salon-sim`; between them a [`Proxy`] that reads the frames, and does
//! harm at exactly one of them. What can't be seen on the wire, a [`Tracer`] reaches at the till's system calls.
//!
//! A [`Cell`] is one instant and one act; [`run`] plays it and holds the till's books against the card terminal's.
//! Nothing here knows how the till or its drivers are made.

mod acts;
mod calls;
mod cell;
mod desk;
mod frames;
mod play;
mod proxy;
mod sims;
mod table;
mod template;
mod till;
mod tracer;

pub use calls::{Call, Calls};
pub use cell::{Act, By, Cell, Outcome, Step, Verdict, run};
pub use desk::{Desk, PRICE_MINOR};
pub use play::{Found, Played, play};
pub use proxy::{At, Breaker, Direction, Proxy, Seen, When, Wire};
pub use sims::{CardTerminal, Printer};
pub use table::table;
pub use template::Template;
pub use till::{Heard, Notices, PRINTER, Pending, Till, Window, device_fault, is_device_well};
pub use tracer::{Tracer, is_allowed, signal};
