//! The server's end of a sync session: one for each connection, without IO. Queries go out as effects, their answers
//! come back as events, one at a time and in order.

use crate::wire::{self, FromClient, FromServer, Item, RefusalCode};
use ed25519_dalek::{Signature, Verifier, VerifyingKey};
use salon_domain::kernel::{BranchId, DeviceId, Instant, TenantId};
use serde_bytes::ByteBuf;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceInfo {
    pub tenant: TenantId,
    pub branch: BranchId,
    pub device: DeviceId,
    pub name: String,
    pub public_key: [u8; 32],
    pub revoked: bool,
    /// The device's outbox is durable here up to this item.
    pub acked: u64,
}

#[derive(Debug)]
pub enum Event {
    /// The connection is there; `nonce` is fresh randomness.
    Opened {
        nonce: [u8; 32],
    },
    Frame(Vec<u8>),
    /// The log of the session's tenant grew (fan-out from other sessions and from REST).
    LogGrew {
        head: u64,
    },
    Answer(Answer),
    Tick,
}

#[derive(Debug, PartialEq)]
pub enum Query {
    Device {
        device: DeviceId,
    },
    /// Redeem a one-time pairing code.
    Enrol {
        code: String,
        name: String,
        public_key: [u8; 32],
    },
    /// Store these items of the device's outbox durably, each once.
    Push {
        device: DeviceInfo,
        first: u64,
        items: Vec<Item>,
    },
    /// The log of the tenant after `after`, what this device may have of it.
    Log {
        device: DeviceInfo,
        after: u64,
    },
}

#[derive(Debug)]
pub enum Answer {
    Device {
        info: Option<DeviceInfo>,
        head: u64,
    },
    Enrolled(Result<DeviceInfo, RefusalCode>),
    Pushed(Result<u64, (RefusalCode, String)>),
    Log {
        items: Vec<Item>,
        next: u64,
        head: u64,
    },
    /// The store could not answer now.
    Failed,
}

#[derive(Debug, PartialEq)]
pub enum Effect {
    Send(Vec<u8>),
    Ask(Query),
    /// The device has proved itself: subscribe the session to its tenant's log, count it as online.
    Authenticated(DeviceInfo),
    Close,
}

enum State {
    Fresh,
    Enrolling,
    Looking { cursor: u64 },
    Challenged { device: DeviceInfo, cursor: u64, head: u64 },
    Live { device: DeviceInfo },
    Over,
}

/// A connection that has not proved itself by then is closed.
const PROVE_MS_MAX: i64 = 10_000;
/// No word from the terminal for so long: it is gone.
const SILENCE_MS_MAX: i64 = 60_000;

pub struct Session {
    state: State,
    nonce: [u8; 32],
    opened: Instant,
    heard: Instant,
    /// Pushes that wait for the one being stored.
    queue: std::collections::VecDeque<(u64, Vec<Item>)>,
    pushing: bool,
    /// The client has everything up to here.
    cursor: u64,
    head: u64,
    /// A batch was asked for, or sent and not confirmed.
    pulling: bool,
}

impl Session {
    pub fn new(now: Instant) -> Self {
        Session {
            state: State::Fresh,
            nonce: [0; 32],
            opened: now,
            heard: now,
            queue: std::collections::VecDeque::new(),
            pushing: false,
            cursor: 0,
            head: 0,
            pulling: false,
        }
    }

    pub fn on(&mut self, event: Event, now: Instant) -> Vec<Effect> {
        let mut out = Vec::new();
        match event {
            Event::Opened { nonce } => self.nonce = nonce,
            Event::Frame(bytes) => {
                self.heard = now;
                match wire::decode::<FromClient>(&bytes) {
                    Ok(frame) => self.frame(frame, &mut out),
                    Err(error) => self.refuse(RefusalCode::BadPush, &error.to_string(), &mut out),
                }
            }
            Event::LogGrew { head } => {
                self.head = self.head.max(head);
                self.pull(&mut out);
            }
            Event::Answer(answer) => self.answer(answer, now, &mut out),
            Event::Tick => {
                let limit = if matches!(self.state, State::Live { .. }) { SILENCE_MS_MAX } else { PROVE_MS_MAX };
                let since = if matches!(self.state, State::Live { .. }) { self.heard } else { self.opened };
                if now.0 - since.0 > limit {
                    self.state = State::Over;
                    out.push(Effect::Close);
                }
            }
        }
        out
    }

    fn frame(&mut self, frame: FromClient, out: &mut Vec<Effect>) {
        match (frame, &self.state) {
            (FromClient::Enrol { v, code, name, public_key }, State::Fresh) => {
                let Ok(public_key) = <[u8; 32]>::try_from(public_key.as_slice()) else {
                    return self.refuse(RefusalCode::BadPush, "a public key has 32 bytes", out);
                };
                if v < wire::VERSION_MIN {
                    return self.refuse(RefusalCode::VersionTooOld, "update this terminal", out);
                }
                self.state = State::Enrolling;
                out.push(Effect::Ask(Query::Enrol { code, name, public_key }));
            }
            (FromClient::Hello { v, device, cursor, .. }, State::Fresh) => {
                if v < wire::VERSION_MIN {
                    return self.refuse(RefusalCode::VersionTooOld, "update this terminal", out);
                }
                self.state = State::Looking { cursor };
                out.push(Effect::Ask(Query::Device { device }));
            }
            (FromClient::Prove { signature }, State::Challenged { .. }) => self.prove(&signature, out),
            (FromClient::Push { first, items }, State::Live { .. }) => {
                self.queue.push_back((first, items));
                self.store_next(out);
            }
            (FromClient::Have { cursor }, State::Live { .. }) => {
                self.cursor = self.cursor.max(cursor);
                self.pulling = false;
                self.pull(out);
            }
            (FromClient::Ping, State::Live { .. }) => self.send(&FromServer::Pong, out),
            (_, State::Over) => {}
            _ => self.refuse(RefusalCode::BadPush, "unexpected frame", out),
        }
    }

    fn prove(&mut self, signature: &[u8], out: &mut Vec<Effect>) {
        let State::Challenged { device, cursor, head } = std::mem::replace(&mut self.state, State::Over) else {
            return;
        };
        let message = wire::challenge_message(device.device, &self.nonce);
        let proved = VerifyingKey::from_bytes(&device.public_key)
            .and_then(|key| key.verify(&message, &Signature::from_slice(signature)?))
            .is_ok();
        if !proved {
            return self.refuse(RefusalCode::BadSignature, "the device could not prove itself", out);
        }
        let welcome = FromServer::Welcome { v: wire::VERSION, acked: device.acked, head, now_ms: self.heard.0 };
        self.cursor = cursor;
        self.head = self.head.max(head);
        self.send(&welcome, out);
        out.push(Effect::Authenticated(device.clone()));
        self.state = State::Live { device };
        self.pull(out);
    }

    fn answer(&mut self, answer: Answer, now: Instant, out: &mut Vec<Effect>) {
        match answer {
            Answer::Failed => self.refuse(RefusalCode::Busy, "try again later", out),
            Answer::Device { info: None, .. } => {
                self.refuse(RefusalCode::UnknownDevice, "enrol this terminal again", out)
            }
            Answer::Device { info: Some(info), .. } if info.revoked => {
                self.refuse(RefusalCode::Revoked, "this terminal was revoked", out);
            }
            Answer::Device { info: Some(device), head } => {
                let State::Looking { cursor } = self.state else { return };
                self.opened = now;
                self.send(&FromServer::Challenge { nonce: ByteBuf::from(self.nonce.to_vec()) }, out);
                self.state = State::Challenged { device, cursor, head };
            }
            Answer::Enrolled(Err(code)) => self.refuse(code, "the pairing code is not valid (any more)", out),
            Answer::Enrolled(Ok(info)) => {
                let DeviceInfo { tenant, branch, device, name, .. } = info;
                self.send(&FromServer::Enrolled { tenant, branch, device, name }, out);
                self.state = State::Over;
                out.push(Effect::Close);
            }
            Answer::Pushed(Err((code, message))) => self.refuse(code, &message, out),
            Answer::Pushed(Ok(through)) => {
                self.pushing = false;
                if let State::Live { device } = &mut self.state {
                    device.acked = device.acked.max(through);
                }
                self.send(&FromServer::Ack { through }, out);
                self.store_next(out);
            }
            Answer::Log { items, next, head } => {
                self.head = self.head.max(head);
                if items.is_empty() {
                    // Nothing in it for this device: move on without a round trip.
                    self.pulling = false;
                    self.cursor = self.cursor.max(next);
                    if next < self.head {
                        return self.pull(out);
                    }
                }
                self.send(&FromServer::Batch { items, next, head: self.head }, out);
                self.pulling = true;
            }
        }
    }

    fn store_next(&mut self, out: &mut Vec<Effect>) {
        if self.pushing {
            return;
        }
        let State::Live { device } = &self.state else { return };
        if let Some((first, items)) = self.queue.pop_front() {
            self.pushing = true;
            out.push(Effect::Ask(Query::Push { device: device.clone(), first, items }));
        }
    }

    fn pull(&mut self, out: &mut Vec<Effect>) {
        let State::Live { device } = &self.state else { return };
        if !self.pulling && self.cursor < self.head {
            self.pulling = true;
            out.push(Effect::Ask(Query::Log { device: device.clone(), after: self.cursor }));
        }
    }

    fn send(&mut self, frame: &FromServer, out: &mut Vec<Effect>) {
        match wire::encode(frame) {
            Ok(bytes) => out.push(Effect::Send(bytes)),
            Err(_) => out.push(Effect::Close),
        }
    }

    fn refuse(&mut self, code: RefusalCode, message: &str, out: &mut Vec<Effect>) {
        self.send(&FromServer::Refused { code, message: message.to_owned() }, out);
        self.state = State::Over;
        out.push(Effect::Close);
    }
}
