//! What travels between terminals and the server, and what it is kept in: the hash-chained journal, the Automerge
//! documents, the frames of the wire, and the two ends of a sync session as state machines without IO.
//!
//! No sockets, no SQL, no clock: events and the time go in, effects come out. `salon-terminal` and `salon-server`
//! perform them; the simulation in `tests/` performs them in memory, with loss, reordering and crashes.

pub mod client;
pub mod doc;
pub mod journal;
pub mod server;
pub mod wire;
