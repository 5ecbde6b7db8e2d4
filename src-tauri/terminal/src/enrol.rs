//! Enrolment: a one-time code against an identity. The private key never leaves this computer.

use crate::compose::{Opened, secret_failure};
use crate::secrets;
use crate::store::Identity;
use crate::syncing::{dial, endpoint};
use ed25519_dalek::SigningKey;
use futures_util::{SinkExt, StreamExt};
use salon_contract::window::{Code, Failure};
use salon_sync::wire::{self, FromClient, FromServer, RefusalCode};
use serde_bytes::ByteBuf;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// Redeems `code` at `server` and makes this store that device.
pub fn enrol(opened: &Opened, server: &str, code: &str, name: &str) -> Result<Identity, Failure> {
    if let Some(known) = opened.store.identity() {
        return Err(Failure::new(Code::BadInput)
            .with("field", "data")
            .with("detail", "enrolled already")
            .with("name", known.name));
    }
    let url = endpoint(server)?;
    let key = new_key()?;
    // Kept before the code is spent: a crash after it must not leave an identity without its key.
    opened.secrets.set(secrets::DEVICE_KEY, &key.to_bytes()).map_err(secret_failure)?;
    let request = FromClient::Enrol {
        v: wire::VERSION,
        code: code.trim().to_owned(),
        name: name.to_owned(),
        public_key: ByteBuf::from(key.verifying_key().to_bytes().to_vec()),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::new(Code::Internal).with("detail", e))?;
    match runtime.block_on(redeem(&url, &request))? {
        FromServer::Enrolled { tenant, branch, device, name } => {
            let identity = Identity { tenant, branch, device, name, server: server.trim_end_matches('/').to_owned() };
            opened.store.write::<_, Failure>(|unit| Ok(unit.enrol(identity.clone())?))?;
            Ok(identity)
        }
        FromServer::Refused { code: RefusalCode::BadCode, .. } => Err(Failure::new(Code::BadInput)
            .with("field", "code")
            .with("detail", "wrong, used or expired: get a new one")),
        FromServer::Refused { code, message } => {
            Err(Failure::new(Code::ServerAway).with("detail", format!("{code:?}: {message}")))
        }
        _ => Err(Failure::new(Code::ServerAway).with("detail", "the server answered something else")),
    }
}

fn new_key() -> Result<SigningKey, Failure> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|e| Failure::new(Code::Internal).with("detail", e))?;
    Ok(SigningKey::from_bytes(&seed))
}

async fn redeem(url: &str, request: &FromClient) -> Result<FromServer, Failure> {
    let away = |detail: String| Failure::new(Code::ServerAway).with("detail", detail);
    let mut socket = dial(url).await.map_err(away)?;
    let frame = wire::encode(request).map_err(|e| away(e.to_string()))?;
    socket.send(Message::Binary(frame.into())).await.map_err(|e| away(e.to_string()))?;
    loop {
        let next = tokio::time::timeout(ANSWER_TIMEOUT, socket.next()).await;
        match next.map_err(|_| away("no answer".into()))? {
            Some(Ok(Message::Binary(bytes))) => return wire::decode(&bytes).map_err(|e| away(e.to_string())),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(away(error.to_string())),
            None => return Err(away("the connection was closed".into())),
        }
    }
}
