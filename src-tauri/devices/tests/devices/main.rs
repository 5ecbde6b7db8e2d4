//! The drivers against the simulators, and both codecs against the specifications. One program, a module per device.
#![allow(clippy::unwrap_used)]

mod binary;
mod card;
mod card_resolve;
mod card_wire;
mod escpos;
mod external;
mod printer;
mod stripe;
mod zvt_codec;
