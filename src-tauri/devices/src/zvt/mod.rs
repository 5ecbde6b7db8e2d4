//! ZVT card terminals: the codec and the driver.
//!
//! After the public specifications PA00P015 (commands, bitmaps, error messages) and PA00P016 (transport) of the
//! Verband der Terminalhersteller. In their words the ECR is us and the PT is the card terminal.
//!
//! Bytes ⇄ [`Apdu`] ⇄ [`Command`] with its [`Fields`]; [`ZvtTerminal`] speaks them. [`serial`] has the framing for serial
//! lines, `line` who has got what on one, [`describe`] reads recordings aloud. The decoders take hostile bytes: no panic,
//! no length beyond a cap, and no card number ever becomes a value of ours: at most its last four digits, so that nothing
//! can log or store more.

mod administration;
mod apdu;
mod bcd;
mod bitmap;
mod cancel;
pub mod codes;
mod command;
mod content;
mod describe;
mod dialogue;
mod fields;
mod line;
mod link;
mod names;
mod password;
mod receipt;
mod recover;
mod redact;
pub mod serial;
mod tags;
mod terminal;
mod text;
mod tlv;
mod totals;

pub use apdu::{Apdu, DATA_LEN_MAX, FrameError};
pub use command::Command;
pub use describe::describe;
pub use fields::{Fields, FieldsError};
pub(crate) use link::{Link, LinkError};
pub use password::Password;
pub use redact::without_card_numbers;
pub use terminal::{TerminalSettings, ZvtTerminal};
pub use tlv::TlvFields;
pub(crate) use totals::group_of;
pub use totals::{CARD_GROUPS, Total, Totals};
