//! What the tests share: a salon in memory, terminals on temporary folders, and a network that can be told to fail.

pub mod agreed;
pub mod bench;
#[cfg(target_os = "linux")]
pub mod e2e;
pub mod fake_stripe;
#[cfg(target_os = "linux")]
pub mod matrix;
pub mod net;
pub mod salon;
