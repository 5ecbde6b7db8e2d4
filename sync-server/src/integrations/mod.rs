//! Services of others that the server talks to. Each has a client that knows the service's protocol, and what the server
//! does with it, written over the store's contract; no route and no status code of ours.

pub mod messages;
pub mod stripe;
