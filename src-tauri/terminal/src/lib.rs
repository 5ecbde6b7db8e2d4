//! The terminal without a window: use cases, the encrypted SQLite store, the sync loop. Everything that the window can
//! do, the command `pos` can do with this crate, and nearly all tests run on it.
//!
//! Use cases ([`app`]) know the domain, the ports and the [`store`]. Only [`compose`] names concrete devices.

pub mod app;
pub mod books;
pub mod card_server;
pub mod clock;
pub mod compose;
pub mod data_out;
pub mod enrol;
pub mod fittings;
pub mod host;
pub mod import;
pub mod messaging;
pub mod printing;
pub mod replay;
pub mod scanning;
pub mod secrets;
pub mod server_line;
pub mod store;
pub mod syncing;
pub mod watching;
pub mod window;
