//! The drivers against the simulators, and both codecs against the specifications. One program, a module per device.
#![allow(clippy::unwrap_used)]

mod binary;
mod card;
mod card_day;
mod card_faults;
mod card_resolve;
mod card_wire;
mod escpos;
mod external;
mod find;
mod golden;
mod peers;
mod printer;
mod pty;
mod scanner;
mod serial;
mod serial_noise;
mod stripe;
mod zvt_codec;
mod zvt_describe;
mod zvt_sources;
