//! The way to the sync server for a card reader that the server drives.
//!
//! Part of the composition root, as it implements what a device driver asks for. Blocking, like the drivers.

use crate::clock::Clock;
use crate::secrets::Secrets;
use crate::server_line::{NoAnswer, ServerLine};
use crate::store::{Identity, Store};
use ed25519_dalek::SigningKey;
use salon_contract::device::{CARDS, CardCall, CardReply};
use salon_contract::window::Failure;
use salon_devices::stripe::{CallError, CardServer};
use std::sync::Arc;
use std::time::Duration;

/// The sync server of this terminal.
pub struct HttpCardServer(ServerLine);

/// The server of an enrolled terminal; none for one that is not.
pub fn connect(store: &Store, secrets: &dyn Secrets) -> Result<Option<Arc<dyn CardServer>>, Failure> {
    let line = ServerLine::of(store, secrets)?;
    Ok(line.map(|line| Arc::new(HttpCardServer(line)) as Arc<dyn CardServer>))
}

impl HttpCardServer {
    pub fn new(identity: &Identity, key: SigningKey, clock: Arc<dyn Clock>) -> Result<Self, Failure> {
        ServerLine::new(identity, key, clock).map(HttpCardServer)
    }
}

impl CardServer for HttpCardServer {
    fn call(&self, call: &CardCall, patience: Duration) -> Result<CardReply, CallError> {
        let body = call.body().map_err(|error| CallError::NotSent(error.to_string()))?;
        let reply = self.0.post(&format!("{CARDS}{}", call.name()), &body, patience).map_err(|error| match error {
            NoAnswer::NotSent(detail) => CallError::NotSent(detail),
            NoAnswer::Unknown(detail) => CallError::Unknown(detail),
            NoAnswer::Refused { code, detail } => CallError::Refused { code, detail },
        })?;
        serde_json::from_slice(&reply).map_err(|error| CallError::Unknown(format!("a reply that is none: {error}")))
    }
}
