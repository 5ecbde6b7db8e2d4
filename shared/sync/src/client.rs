//! The terminal's end of a sync session.
//!
//! One round trip whatever the number of documents: the outbox goes up from what the server has acknowledged, the log
//! comes down from the cursor. Batches are handed out to be stored and confirmed only when stored; a push is sent again
//! from the last acknowledgement after every reconnect, and the server takes each item once.

use crate::wire::{self, FromClient, FromServer, Item, RefusalCode};
use ed25519_dalek::{Signer, SigningKey};
use salon_domain::kernel::{DeviceId, Instant};
use serde_bytes::ByteBuf;

/// What happened to the session.
#[derive(Debug)]
pub enum Event {
    /// The connection is there.
    Opened,
    Frame(Vec<u8>),
    /// The connection is gone, or could not be made.
    Closed,
    /// Time has passed; call it at least at [`Session::wake_at`].
    Tick,
    /// Something was written to the outbox; its last number.
    OutboxGrew {
        last: u64,
    },
    /// The answer to [`Effect::LoadOutbox`]: the items from `first` on, in order.
    Outbox {
        first: u64,
        items: Vec<Item>,
    },
    /// The answer to [`Effect::Store`]: it is durable.
    Stored {
        cursor: u64,
    },
    /// The answer to [`Effect::Store`]: it could not be stored (disk full, broken chain). Nothing of it was.
    StoreFailed,
}

/// What the session wants done.
#[derive(Debug, PartialEq)]
pub enum Effect {
    Connect,
    Send(Vec<u8>),
    Disconnect,
    LoadOutbox {
        first: u64,
    },
    /// Apply all of it in one transaction together with the cursor.
    Store {
        items: Vec<Item>,
        next: u64,
    },
    /// The server has everything up to here durably: the outbox may forget it.
    MarkAcked {
        through: u64,
    },
    Report(Progress),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Offline,
    Connecting,
    Syncing,
    /// Nothing to push, nothing to pull.
    Synced,
    Refused(RefusalCode),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub phase: Phase,
    pub pending: u64,
    pub cursor: u64,
    pub head: u64,
}

/// Retry after 1 s, doubling to 30 s, each with up to half of it again at random so that a salon's terminals do not
/// all come back in the same instant.
const BACKOFF_MS_MIN: i64 = 1_000;
const BACKOFF_MS_MAX: i64 = 30_000;
/// A ping after so long a silence, and the end of the connection after twice that.
const SILENCE_MS: i64 = 15_000;

enum State {
    Waiting { until: Instant },
    Connecting,
    Proving,
    Live,
    Refused(RefusalCode),
}

pub struct Session {
    device: DeviceId,
    key: SigningKey,
    app: String,
    state: State,
    failures: u32,
    outbox_last: u64,
    acked: u64,
    /// Sent and not acknowledged: up to here.
    pushed: u64,
    loading: bool,
    storing: bool,
    cursor: u64,
    head: u64,
    last_heard: Instant,
    last_sent: Instant,
    reported: Option<Progress>,
}

impl Session {
    /// `cursor`: the log is stored here up to it. `acked` and `outbox_last`: the outbox as it stands.
    pub fn new(device: DeviceId, key: SigningKey, app: &str, cursor: u64, acked: u64, outbox_last: u64) -> Self {
        Session {
            device,
            key,
            app: app.to_owned(),
            state: State::Waiting { until: Instant(i64::MIN) },
            failures: 0,
            outbox_last,
            acked,
            pushed: acked,
            loading: false,
            storing: false,
            cursor,
            head: cursor,
            last_heard: Instant(0),
            last_sent: Instant(0),
            reported: None,
        }
    }

    /// When [`Event::Tick`] is wanted at the latest.
    pub fn wake_at(&self) -> Option<Instant> {
        match self.state {
            State::Waiting { until } => Some(until),
            State::Refused(_) => None,
            _ => Some(Instant(self.last_heard.0 + SILENCE_MS)),
        }
    }

    /// Feeds one event. `random` decides the jitter.
    pub fn on(&mut self, event: Event, now: Instant, random: u64) -> Vec<Effect> {
        let mut out = Vec::new();
        match event {
            Event::Tick => self.tick(now, random, &mut out),
            Event::Opened => {
                self.last_heard = now;
                self.state = State::Proving;
                let hello = FromClient::Hello {
                    v: wire::VERSION,
                    v_min: wire::VERSION_MIN,
                    app: self.app.clone(),
                    device: self.device,
                    cursor: self.cursor,
                };
                self.send(&hello, now, &mut out);
            }
            Event::Closed => self.closed(now, random),
            Event::Frame(bytes) => {
                self.last_heard = now;
                match wire::decode::<FromServer>(&bytes) {
                    Ok(frame) => self.frame(frame, now, &mut out),
                    Err(_) => self.hang_up(now, random, &mut out),
                }
            }
            Event::OutboxGrew { last } => {
                self.outbox_last = self.outbox_last.max(last);
                self.push(&mut out);
            }
            Event::Outbox { first, items } => self.outbox(first, items, now, &mut out),
            Event::Stored { cursor } => {
                self.storing = false;
                self.cursor = self.cursor.max(cursor);
                if matches!(self.state, State::Live) {
                    self.send(&FromClient::Have { cursor: self.cursor }, now, &mut out);
                }
            }
            Event::StoreFailed => {
                self.storing = false;
                self.hang_up(now, random, &mut out);
            }
        }
        self.report(&mut out);
        out
    }

    fn tick(&mut self, now: Instant, random: u64, out: &mut Vec<Effect>) {
        match self.state {
            State::Waiting { until } if now >= until => {
                self.state = State::Connecting;
                self.last_heard = now;
                out.push(Effect::Connect);
            }
            State::Waiting { .. } | State::Refused(_) => {}
            _ if now.0 - self.last_heard.0 >= 2 * SILENCE_MS => self.hang_up(now, random, out),
            State::Live if now.0 - self.last_heard.0 >= SILENCE_MS && now.0 - self.last_sent.0 >= SILENCE_MS / 3 => {
                self.send(&FromClient::Ping, now, out);
            }
            _ => {}
        }
    }

    fn closed(&mut self, now: Instant, random: u64) {
        self.loading = false;
        self.pushed = self.acked;
        if matches!(self.state, State::Refused(_)) {
            return;
        }
        let base = (BACKOFF_MS_MIN << self.failures.min(5)).min(BACKOFF_MS_MAX);
        let jitter = (random % (base as u64 / 2 + 1)) as i64;
        self.failures = self.failures.saturating_add(1);
        self.state = State::Waiting { until: Instant(now.0 + base + jitter) };
    }

    fn hang_up(&mut self, now: Instant, random: u64, out: &mut Vec<Effect>) {
        out.push(Effect::Disconnect);
        self.closed(now, random);
    }

    fn frame(&mut self, frame: FromServer, now: Instant, out: &mut Vec<Effect>) {
        match frame {
            FromServer::Challenge { nonce } if matches!(self.state, State::Proving) => {
                let signature = self.key.sign(&wire::challenge_message(self.device, &nonce));
                let proof = FromClient::Prove { signature: ByteBuf::from(signature.to_bytes().to_vec()) };
                self.send(&proof, now, out);
            }
            FromServer::Welcome { acked, head, .. } if matches!(self.state, State::Proving) => {
                self.state = State::Live;
                self.failures = 0;
                self.head = head;
                self.ack(acked, out);
                self.pushed = self.acked;
                self.push(out);
            }
            FromServer::Ack { through } => {
                self.ack(through, out);
                self.push(out);
            }
            FromServer::Batch { items, next, head } if matches!(self.state, State::Live) && !self.storing => {
                self.head = head;
                self.storing = true;
                out.push(Effect::Store { items, next });
            }
            FromServer::Refused { code: RefusalCode::Busy, .. } => out.push(Effect::Disconnect),
            FromServer::Refused { code, .. } => {
                self.state = State::Refused(code);
                out.push(Effect::Disconnect);
            }
            _ => {}
        }
    }

    fn ack(&mut self, through: u64, out: &mut Vec<Effect>) {
        if through > self.acked && through <= self.outbox_last {
            self.acked = through;
            self.pushed = self.pushed.max(through);
            out.push(Effect::MarkAcked { through });
        } else if through > self.outbox_last {
            // The server has more from this device than the device itself: an older copy of the store is running.
            self.state = State::Refused(RefusalCode::UnknownDevice);
            out.push(Effect::Disconnect);
        }
    }

    fn push(&mut self, out: &mut Vec<Effect>) {
        let idle = matches!(self.state, State::Live) && !self.loading;
        // One push on its way, and one more behind it to keep the line full.
        if idle && self.pushed < self.outbox_last && self.pushed - self.acked <= wire::BATCH_ITEMS_MAX as u64 {
            self.loading = true;
            out.push(Effect::LoadOutbox { first: self.pushed + 1 });
        }
    }

    fn outbox(&mut self, first: u64, items: Vec<Item>, now: Instant, out: &mut Vec<Effect>) {
        self.loading = false;
        if !matches!(self.state, State::Live) || first != self.pushed + 1 || items.is_empty() {
            return;
        }
        self.pushed += items.len() as u64;
        self.send(&FromClient::Push { first, items }, now, out);
        self.push(out);
    }

    fn send(&mut self, frame: &FromClient, now: Instant, out: &mut Vec<Effect>) {
        // A frame that cannot be encoded (over the size limit) would be sent again for ever: end the session instead.
        match wire::encode(frame) {
            Ok(bytes) => {
                self.last_sent = now;
                out.push(Effect::Send(bytes));
            }
            Err(_) => out.push(Effect::Disconnect),
        }
    }

    fn report(&mut self, out: &mut Vec<Effect>) {
        let pending = self.outbox_last - self.acked;
        let phase = match self.state {
            State::Waiting { .. } => Phase::Offline,
            State::Connecting | State::Proving => Phase::Connecting,
            State::Live if pending == 0 && self.cursor >= self.head && !self.storing => Phase::Synced,
            State::Live => Phase::Syncing,
            State::Refused(code) => Phase::Refused(code),
        };
        let progress = Progress { phase, pending, cursor: self.cursor, head: self.head };
        if self.reported != Some(progress) {
            self.reported = Some(progress);
            out.push(Effect::Report(progress));
        }
    }
}
