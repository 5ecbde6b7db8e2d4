//! ESC/POS receipt printers: what a receipt looks like on paper, its bytes, and the driver.
//!
//! A receipt goes `ReceiptDoc` → [`prepare`] (only what the printer can print) → [`layout`] (lines) → [`encode`]
//! (bytes). [`decode`] goes the other way, for the simulator and for tests. Command names and bytes are those of the
//! "ESC/POS Command Reference for TM Printers" (Epson); ours are only commands that common clones understand too.

mod code128;
mod codepage;
pub mod decode;
mod display;
mod drawer;
mod encode;
mod layout;
mod printer;
mod raster;
mod status;
mod table;
mod translit;
mod wire;

pub use codepage::CodePage;
pub use display::{DISPLAY_COLUMNS, EscPosDisplay, display_bytes};
pub use drawer::EscPosDrawer;
pub use encode::{Encoded, encode};
pub(crate) use layout::DOTS_PER_COLUMN;
pub use layout::{layout, prepare};
pub use printer::{EscPosPrinter, Profile};
pub(crate) use status::is_status_byte;
pub use status::{STATUS_KINDS, StatusBytes, StatusKind, Trouble};

pub(crate) const DLE: u8 = 0x10;
pub(crate) const EOT: u8 = 0x04;
pub(crate) const ENQ: u8 = 0x05;
pub(crate) const DC4: u8 = 0x14;
pub(crate) const FS: u8 = 0x1C;
pub(crate) const US: u8 = 0x1F;
pub(crate) const ESC: u8 = 0x1B;
pub(crate) const GS: u8 = 0x1D;
pub(crate) const LF: u8 = 0x0A;
