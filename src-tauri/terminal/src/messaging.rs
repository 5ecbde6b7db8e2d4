//! Brings papers that are to be sent to clients to the server, one by one, and asks what became of them. A thread of its
//! own, that never holds up the till; without a connection everything waits.
//!
//! What is sent twice, because an answer was lost, is one message: its id is the server's key.

use crate::app::App;
use crate::server_line::{NoAnswer, ServerLine};
use crate::store::{KnownChannels, Message};
use salon_contract::message::{
    AskMessages, MESSAGES, MessageReply, MessageState, MessagesReply, NotSent, SEND, SEND_BYTES_MAX, STATES,
    SendMessage,
};
use salon_contract::window::{Failure, MessageStands};
use salon_domain::kernel::{Instant, MessageId};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant as Timer};

/// Time for a file to go up a slow line.
const PATIENCE: Duration = Duration::from_secs(30);
const ASK_PATIENCE: Duration = Duration::from_secs(8);
/// Without news the server is asked so often what it can send by.
const LOOK_EVERY: Duration = Duration::from_secs(300);
const ASKED_AT_ONCE: u32 = 50;
const SECOND_MS: i64 = 1_000;
const DAY_MS: i64 = 24 * 3_600 * SECOND_MS;
/// A receipt that comes later is for nobody any more. Less than the server knows a message for: asked for again, it is the
/// same to it.
const WAITS_MS_MAX: i64 = 14 * DAY_MS;
/// A failed message can be tried again with its address for so long.
const ADDRESS_KEPT_MS: i64 = 7 * DAY_MS;

/// What the server is asked.
pub trait MessageServer: Send {
    fn send(&self, message: &SendMessage) -> Result<MessageState, NoAnswer>;
    fn states(&self, messages: Vec<MessageId>) -> Result<MessagesReply, NoAnswer>;
}

impl MessageServer for ServerLine {
    fn send(&self, message: &SendMessage) -> Result<MessageState, NoAnswer> {
        let body = serde_json::to_string(message).map_err(|error| NoAnswer::NotSent(error.to_string()))?;
        if body.len() > SEND_BYTES_MAX {
            return Err(NoAnswer::Refused { code: TOO_LARGE.into(), detail: String::new() });
        }
        let reply = self.post(&format!("{MESSAGES}{SEND}"), &body, PATIENCE)?;
        let reply: MessageReply = serde_json::from_slice(&reply).map_err(|e| NoAnswer::Unknown(e.to_string()))?;
        Ok(reply.state)
    }

    fn states(&self, messages: Vec<MessageId>) -> Result<MessagesReply, NoAnswer> {
        let body = serde_json::to_string(&AskMessages { messages });
        let body = body.map_err(|error| NoAnswer::NotSent(error.to_string()))?;
        let reply = self.post(&format!("{MESSAGES}{STATES}"), &body, ASK_PATIENCE)?;
        serde_json::from_slice(&reply).map_err(|e| NoAnswer::Unknown(e.to_string()))
    }
}

/// The server's code for a body that it does not read.
const TOO_LARGE: &str = "too_large";

/// Starts the thread. It ends with the app.
pub fn start(app: &Arc<App>, server: Box<dyn MessageServer>) {
    let (wake, woken) = channel();
    app.on_message(Box::new(move || {
        // The thread is gone only when the app is.
        let _ = wake.send(());
    }));
    let app = Arc::downgrade(app);
    std::thread::spawn(move || Courier { app, server, asked: None, failures: 0 }.run(&woken));
}

/// Brings and asks.
pub struct Courier {
    app: Weak<App>,
    server: Box<dyn MessageServer>,
    /// When the server was asked for its channels last.
    asked: Option<Timer>,
    /// Calls in a row that the server did not answer.
    failures: u32,
}

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// One thing: there may be more.
    Did,
    /// Nothing is due; look again in so long.
    Nothing(Duration),
    /// The server is away; try again in so long.
    Away(Duration),
    /// The app is gone.
    Over,
}

impl Courier {
    pub fn new(app: &Arc<App>, server: Box<dyn MessageServer>) -> Self {
        Courier { app: Arc::downgrade(app), server, asked: None, failures: 0 }
    }

    fn run(&mut self, woken: &Receiver<()>) {
        let mut wait = Duration::ZERO;
        loop {
            match woken.recv_timeout(wait) {
                Err(RecvTimeoutError::Disconnected) => return,
                Ok(()) | Err(RecvTimeoutError::Timeout) => while woken.try_recv().is_ok() {},
            }
            wait = loop {
                match self.round() {
                    Round::Did => {}
                    Round::Nothing(wait) | Round::Away(wait) => break wait,
                    Round::Over => return,
                }
            };
        }
    }

    /// Does the next thing. The app is not held while the server is spoken to, so that it can end.
    pub fn round(&mut self) -> Round {
        match self.next_thing() {
            Ok(round) => round,
            Err(failure) => {
                tracing::error!(%failure, "messages cannot be looked after");
                Round::Away(self.backoff())
            }
        }
    }

    fn next_thing(&mut self) -> Result<Round, Failure> {
        let Some(app) = self.app.upgrade() else { return Ok(Round::Over) };
        let now = app.clock.now();
        if let Some(message) = app.store().waiting_message(now)? {
            return self.bring(app, &message, now);
        }
        let handed = app.store().handed_messages(now, ASKED_AT_ONCE)?;
        if !handed.is_empty() || self.asked.is_none_or(|asked| asked.elapsed() >= LOOK_EVERY) {
            return self.inquire(app, &handed);
        }
        let due = app.store().next_message()?;
        let wait = due.map_or(LOOK_EVERY, |due| Duration::from_millis((due.0 - now.0).max(0).unsigned_abs()));
        Ok(Round::Nothing(wait.clamp(Duration::from_millis(100), LOOK_EVERY)))
    }

    fn bring(&mut self, app: Arc<App>, message: &Message, now: Instant) -> Result<Round, Failure> {
        if now.0 - message.at.0 > WAITS_MS_MAX {
            self.sweep(&app, now)?;
            return Ok(Round::Did);
        }
        let set = |app: &App, stands, next, tries| {
            app.store().write::<_, Failure>(|unit| Ok(unit.set_message(message.id, stands, next, tries)?))
        };
        let failed = |why| MessageStands::Failed { why };
        let letter = app.letter(message).unwrap_or_else(|failure| {
            // One that cannot be made keeps nobody else's back.
            tracing::error!(message = %message.id, %failure, "a paper to be sent cannot be made");
            None
        });
        let Some(letter) = letter else {
            set(&app, failed(NotSent::NothingToSend), now, 0)?;
            return Ok(Round::Did);
        };
        drop(app);
        let answer = self.server.send(&letter);
        let Some(app) = self.app.upgrade() else { return Ok(Round::Over) };
        match answer {
            Ok(state) => {
                self.failures = 0;
                set(&app, stands(state), soon(app.clock.now(), 0), 0)?;
                Ok(Round::Did)
            }
            Err(NoAnswer::Refused { code, .. }) if code == "not_set_up" => {
                set(&app, failed(NotSent::NotSetUp), now, 0)?;
                // What it can send by is news then.
                self.asked = None;
                Ok(Round::Did)
            }
            Err(NoAnswer::Refused { code, .. }) if matches!(code.as_str(), "invalid" | "conflict" | TOO_LARGE) => {
                tracing::warn!(message = %message.id, code, "the server does not take a message");
                let why = if code == TOO_LARGE { NotSent::TooLarge } else { NotSent::Refused };
                set(&app, failed(why), now, 0)?;
                Ok(Round::Did)
            }
            // Too many at a time, or this terminal is not welcome for now: nothing is lost by waiting.
            Err(error) => {
                self.note(&error);
                let wait = self.backoff();
                set(&app, MessageStands::Waiting, after(app.clock.now(), wait), message.tries.saturating_add(1))?;
                Ok(Round::Away(wait))
            }
        }
    }

    /// Asks how messages stand that the server has, and what it can send by.
    fn inquire(&mut self, app: Arc<App>, handed: &[Message]) -> Result<Round, Failure> {
        self.sweep(&app, app.clock.now())?;
        drop(app);
        let answer = self.server.states(handed.iter().map(|message| message.id).collect());
        let Some(app) = self.app.upgrade() else { return Ok(Round::Over) };
        let now = app.clock.now();
        match answer {
            Ok(reply) => {
                self.failures = 0;
                self.asked = Some(Timer::now());
                app.store().write::<_, Failure>(|unit| {
                    unit.set_message_channels(KnownChannels { email: reply.email, text: reply.text })?;
                    for message in handed {
                        let known = reply.states.iter().find(|known| known.message == message.id);
                        // What the server does not know any more ended long ago.
                        let state = known.map_or(MessageState::Failed { why: NotSent::Unknown }, |known| known.state);
                        let tries = message.tries.saturating_add(1);
                        unit.set_message(message.id, stands(state), soon(now, tries), tries)?;
                    }
                    Ok(())
                })?;
                Ok(Round::Did)
            }
            Err(error) => {
                self.note(&error);
                let wait = self.backoff();
                app.store().write::<_, Failure>(|unit| {
                    for message in handed {
                        unit.set_message(message.id, MessageStands::Handed, after(now, wait), message.tries)?;
                    }
                    Ok(())
                })?;
                Ok(Round::Away(wait))
            }
        }
    }

    fn sweep(&self, app: &App, now: Instant) -> Result<(), Failure> {
        let (give_up, forget) = (Instant(now.0 - WAITS_MS_MAX), Instant(now.0 - ADDRESS_KEPT_MS));
        app.store().write::<_, Failure>(|unit| Ok(unit.expire_messages(give_up, forget)?))
    }

    fn note(&mut self, error: &NoAnswer) {
        self.failures = self.failures.saturating_add(1);
        match error {
            NoAnswer::Refused { code, .. } => tracing::warn!(code, "the server takes no messages now"),
            NoAnswer::NotSent(detail) | NoAnswer::Unknown(detail) => {
                tracing::debug!(detail, "the server did not answer about messages");
            }
        }
    }

    /// 2 seconds, 4, 8, … a minute.
    fn backoff(&self) -> Duration {
        Duration::from_secs(1 << self.failures.clamp(1, 6)).min(Duration::from_secs(60))
    }
}

fn after(now: Instant, wait: Duration) -> Instant {
    Instant(now.0 + wait.as_millis() as i64)
}

/// When to ask again how a message stands: soon at first, for somebody looks at the screen, then once a minute.
fn soon(now: Instant, tries: u32) -> Instant {
    Instant(now.0 + (SECOND_MS << tries.min(6)).min(60 * SECOND_MS))
}

const fn stands(state: MessageState) -> MessageStands {
    match state {
        MessageState::Queued | MessageState::Sending => MessageStands::Handed,
        MessageState::Sent => MessageStands::Sent,
        MessageState::Failed { why } => MessageStands::Failed { why },
    }
}
