//! The way to the sync server beside the sync protocol: one signed `POST` a call, over HTTP. Blocking.
//!
//! What a call means is not in here: see [`crate::card_server`] and [`crate::messaging`].

use crate::clock::Clock;
use crate::secrets::Secrets;
use crate::store::{Identity, Store};
use crate::syncing::device_key;
use ed25519_dalek::{Signer, SigningKey};
use salon_contract::device::{DEVICE_HEADER, NONCE_HEADER, NOW_HEADER, SIGNATURE_HEADER, TIME_HEADER, signed_text};
use salon_contract::rest::Problem;
use salon_contract::window::{Code, Failure};
use salon_domain::kernel::DeviceId;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

const CONNECT: Duration = Duration::from_secs(2);
const ANSWER_BYTES_MAX: u64 = 64 << 10;
/// Shorter than what servers and middleboxes keep an idle connection for: a stale one is an unknown outcome.
const IDLE: Duration = Duration::from_secs(5);
/// What a second try by the server's clock needs at least.
const PATIENCE_MIN: Duration = Duration::from_millis(50);

/// The sync server of this terminal.
pub struct ServerLine {
    agent: ureq::Agent,
    /// Without a slash at its end.
    base: String,
    device: DeviceId,
    key: SigningKey,
    clock: Arc<dyn Clock>,
    /// What has to be added to our clock to have the server's, as far as it had to complain.
    ahead_ms: AtomicI64,
}

/// Why there is no answer of the server's that says "done".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAnswer {
    /// The server did not get it.
    NotSent(String),
    /// The server may have got it.
    Unknown(String),
    /// The server would not.
    Refused { code: String, detail: String },
}

/// An answer that is no reply.
enum Answered {
    Error(NoAnswer),
    /// Not taken, for our clock is wrong; the server's, UTC milliseconds.
    WrongClock(i64),
}

impl ServerLine {
    pub fn new(identity: &Identity, key: SigningKey, clock: Arc<dyn Clock>) -> Result<Self, Failure> {
        let bad = || Failure::new(Code::BadInput).with("field", "server").with("value", &identity.server);
        let (scheme, rest) = identity.server.trim().trim_end_matches('/').split_once("://").ok_or_else(bad)?;
        let scheme = match scheme {
            "http" | "ws" => "http",
            "https" | "wss" => "https",
            _ => return Err(bad()),
        };
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_age(IDLE)
            .user_agent(crate::syncing::APP_VERSION)
            .build()
            .new_agent();
        Ok(ServerLine {
            agent,
            base: format!("{scheme}://{rest}"),
            device: identity.device,
            key,
            clock,
            ahead_ms: AtomicI64::new(0),
        })
    }

    /// The server of an enrolled terminal; none for one that is not.
    pub fn of(store: &Store, secrets: &dyn Secrets) -> Result<Option<Self>, Failure> {
        let Some(identity) = store.identity() else { return Ok(None) };
        Self::new(&identity, device_key(secrets)?, store.clock().clone()).map(Some)
    }

    /// Sends `body`, and gives the server's reply to it. A clock that is wrong is put right by the server's.
    pub fn post(&self, path: &str, body: &str, patience: Duration) -> Result<Vec<u8>, NoAnswer> {
        let until = Instant::now() + patience;
        match self.ask(path, body, patience) {
            Ok(reply) => Ok(reply),
            Err(Answered::Error(error)) => Err(error),
            Err(Answered::WrongClock(server_ms)) => {
                self.ahead_ms.store(server_ms - self.clock.now().0, Ordering::Relaxed);
                let left = until.saturating_duration_since(Instant::now()).max(PATIENCE_MIN);
                self.ask(path, body, left).map_err(|answered| match answered {
                    Answered::Error(error) => error,
                    Answered::WrongClock(_) => NoAnswer::NotSent("the server does not take our clock".into()),
                })
            }
        }
    }

    fn ask(&self, path: &str, body: &str, patience: Duration) -> Result<Vec<u8>, Answered> {
        let time_ms = self.clock.now().0 + self.ahead_ms.load(Ordering::Relaxed);
        let nonce = nonce().map_err(Answered::Error)?;
        let digest = hex(&Sha256::digest(body.as_bytes()));
        let text = signed_text("POST", path, self.device, time_ms, &nonce, &digest);
        let signature = hex(&self.key.sign(text.as_bytes()).to_bytes());
        let answered = self
            .agent
            .post(format!("{}{path}", self.base))
            .config()
            .timeout_connect(Some(CONNECT.min(patience)))
            .timeout_global(Some(patience))
            .build()
            .content_type("application/json")
            .header(DEVICE_HEADER, self.device.to_string())
            .header(TIME_HEADER, time_ms.to_string())
            .header(NONCE_HEADER, nonce)
            .header(SIGNATURE_HEADER, signature)
            .send(body);
        let mut response = answered.map_err(|error| Answered::Error(unanswered(&error)))?;
        let status = response.status().as_u16();
        let server_ms = response.headers().get(NOW_HEADER).and_then(|now| now.to_str().ok()?.parse().ok());
        let bytes = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
        let bytes = bytes.map_err(|error| Answered::Error(NoAnswer::Unknown(error.to_string())))?;
        judge(status, bytes, server_ms)
    }
}

fn judge(status: u16, body: Vec<u8>, server_ms: Option<i64>) -> Result<Vec<u8>, Answered> {
    let unknown = |detail: String| Answered::Error(NoAnswer::Unknown(detail));
    match status {
        200 => Ok(body),
        400..=499 | 501 => {
            // Whoever else answers in the server's place is no server.
            let problem: Problem = serde_json::from_slice(&body).map_err(|_| unknown(format!("status {status}")))?;
            match (problem.code.as_str(), server_ms) {
                ("clock_skew", Some(now)) => Err(Answered::WrongClock(now)),
                _ => Err(Answered::Error(NoAnswer::Refused { code: problem.code, detail: problem.message })),
            }
        }
        _ => Err(unknown(format!("status {status}"))),
    }
}

fn unanswered(error: &ureq::Error) -> NoAnswer {
    let not_sent = match error {
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::BadUri(_)
        | ureq::Error::Http(_)
        | ureq::Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) => true,
        ureq::Error::Io(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
        _ => false,
    };
    let detail = error.to_string();
    if not_sent { NoAnswer::NotSent(detail) } else { NoAnswer::Unknown(detail) }
}

fn nonce() -> Result<String, NoAnswer> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| NoAnswer::NotSent(error.to_string()))?;
    Ok(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
