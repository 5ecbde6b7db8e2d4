//! The pages: the terminal's window and the owner's console, out of one set of parts, one catalogue of texts and one
//! file of design tokens. No money is computed here other than by `salon_domain::payment`, no rule is decided here
//! other than by asking.

pub mod browser;
pub mod console;
pub mod hooks;
pub mod parts;
pub mod scan;
pub mod stopped;
pub mod terminal;
pub mod text;
pub mod transport;
