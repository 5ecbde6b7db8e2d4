//! What the tests share: a salon in memory, terminals on temporary folders, and a network that can be told to fail.

pub mod agreed;
pub mod bench;
#[cfg(target_os = "linux")]
pub mod e2e;
pub mod fake_smtp;
pub mod fake_stripe;
pub mod fake_texts;
#[cfg(target_os = "linux")]
pub mod matrix;
pub mod mime;
pub mod net;
pub mod salon;
