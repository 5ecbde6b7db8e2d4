//! The sync loop: performs the session's effects over a WebSocket and the store. The session itself is in
//! `salon_sync::client`; nothing here decides anything.

use crate::app::App;
use crate::secrets::{self, Secrets};
use crate::store::{Identity, Store};
use ed25519_dalek::SigningKey;
use futures_util::{SinkExt, StreamExt};
use salon_contract::window::{Code, Failure, SyncState, SyncView};
use salon_domain::kernel::Instant;
use salon_sync::client::{Effect, Event, Phase, Progress, Session};
use salon_sync::wire::FRAME_BYTES_MAX;
use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant as Timer};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The session's timer is looked at this often at least.
const TICK: Duration = Duration::from_secs(5);

pub const APP_VERSION: &str = concat!("pos/", env!("CARGO_PKG_VERSION"));

/// `http(s)://host[:port]` → the sync endpoint.
pub fn endpoint(server: &str) -> Result<String, Failure> {
    let bad = || Failure::new(Code::BadInput).with("field", "server").with("value", server);
    let trimmed = server.trim().trim_end_matches('/');
    let (scheme, rest) = trimmed.split_once("://").ok_or_else(bad)?;
    let scheme = match scheme {
        "http" | "ws" => "ws",
        "https" | "wss" => "wss",
        _ => return Err(bad()),
    };
    if rest.is_empty() {
        return Err(bad());
    }
    Ok(format!("{scheme}://{rest}/sync"))
}

pub(crate) async fn dial(url: &str) -> Result<Socket, String> {
    let config =
        WebSocketConfig::default().max_message_size(Some(FRAME_BYTES_MAX)).max_frame_size(Some(FRAME_BYTES_MAX));
    let dialled = connect_async_with_config(url, Some(config), true);
    match tokio::time::timeout(CONNECT_TIMEOUT, dialled).await {
        Ok(Ok((socket, _))) => Ok(socket),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("no answer".into()),
    }
}

/// A session for what the store holds.
pub fn session(store: &Store, identity: &Identity, key: SigningKey) -> Result<Session, Failure> {
    let at = store.sync_position()?;
    Ok(Session::new(identity.device, key, APP_VERSION, at.cursor, at.acked, at.outbox_last))
}

/// Performs an effect that concerns the store, and gives the event that answers it, if one does.
pub fn perform(store: &Store, effect: Effect) -> Option<Event> {
    match effect {
        Effect::LoadOutbox { first } => match store.outbox(first) {
            Ok(items) => Some(Event::Outbox { first, items }),
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be read");
                Some(Event::StoreFailed)
            }
        },
        Effect::Store { items, next } => match store.write(|unit| unit.apply_batch(&items, next)) {
            Ok(()) => Some(Event::Stored { cursor: next }),
            Err(error) => {
                tracing::error!(%error, "what came from the server could not be stored");
                Some(Event::StoreFailed)
            }
        },
        Effect::MarkAcked { through } => {
            // If this fails, the same items go up again later, and the server takes them once.
            if let Err(error) = store.write(|unit| unit.mark_acked(through)) {
                tracing::error!(%error, "an acknowledgement could not be stored");
            }
            None
        }
        Effect::Connect | Effect::Send(_) | Effect::Disconnect | Effect::Report(_) => None,
    }
}

/// Starts the loop on a thread of its own, if this terminal is enrolled. It ends with the app.
pub fn start(app: &Arc<App>, secrets: &dyn Secrets) -> Result<(), Failure> {
    let Some(identity) = app.store().identity() else { return Ok(()) };
    let key = device_key(secrets)?;
    let url = endpoint(&identity.server)?;
    let session = session(app.store(), &identity, key)?;
    let (wake, woken) = unbounded_channel();
    app.on_outbox(Box::new(move || {
        // The loop is gone only when the app is.
        let _ = wake.send(());
    }));
    let app = Arc::downgrade(app);
    std::thread::spawn(move || match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(Loop { app, begun: Timer::now(), url, session, socket: None, woken }.run()),
        Err(error) => tracing::error!(%error, "the sync loop cannot start"),
    });
    Ok(())
}

pub(crate) fn device_key(secrets: &dyn Secrets) -> Result<SigningKey, Failure> {
    let bytes = secrets.get(secrets::DEVICE_KEY).map_err(crate::compose::secret_failure)?;
    let bytes: [u8; 32] = bytes
        .and_then(|b| b.try_into().ok())
        .ok_or_else(|| Failure::new(Code::NotEnrolled).with("detail", "the device key is gone: enrol again"))?;
    Ok(SigningKey::from_bytes(&bytes))
}

struct Loop {
    app: Weak<App>,
    /// What the session waits by. Not the wall clock: that may be set back, and the terminal would stay offline until it has
    /// caught up.
    begun: Timer,
    url: String,
    session: Session,
    socket: Option<Socket>,
    woken: UnboundedReceiver<()>,
}

impl Loop {
    fn now(&self) -> Instant {
        Instant(self.begun.elapsed().as_millis() as i64)
    }

    async fn run(mut self) {
        let mut events = VecDeque::from([Event::Tick]);
        loop {
            while let Some(event) = events.pop_front() {
                if !self.handle(event, &mut events).await {
                    return;
                }
            }
            match self.next_event().await {
                Some(event) => events.push_back(event),
                None => return,
            }
        }
    }

    /// Feeds an event and performs what comes out. False when the app is gone.
    async fn handle(&mut self, event: Event, events: &mut VecDeque<Event>) -> bool {
        for effect in self.session.on(event, self.now(), random()) {
            let Some(app) = self.app.upgrade() else { return false };
            match effect {
                Effect::Connect => match dial(&self.url).await {
                    Ok(socket) => {
                        self.socket = Some(socket);
                        events.push_back(Event::Opened);
                    }
                    Err(error) => {
                        tracing::debug!(%error, "the server is away");
                        events.push_back(Event::Closed);
                    }
                },
                Effect::Send(bytes) => {
                    if let Some(socket) = self.socket.as_mut()
                        && socket.send(Message::Binary(bytes.into())).await.is_err()
                    {
                        self.socket = None;
                        events.push_back(Event::Closed);
                    }
                }
                Effect::Disconnect => {
                    if let Some(mut socket) = self.socket.take() {
                        // The other side may be gone already.
                        let _ = tokio::time::timeout(Duration::from_secs(1), socket.close(None)).await;
                        events.push_back(Event::Closed);
                    }
                }
                Effect::Report(progress) => app.set_sync(view(&app, progress)),
                other => events.extend(perform(app.store(), other)),
            }
        }
        true
    }

    async fn next_event(&mut self) -> Option<Event> {
        let now = self.now().0;
        let until_wake = self.session.wake_at().map_or(TICK.as_millis() as i64, |at| at.0.saturating_sub(now).max(0));
        let wait = Duration::from_millis(until_wake as u64).min(TICK).max(Duration::from_millis(5));
        let message = async {
            match self.socket.as_mut() {
                Some(socket) => socket.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            message = message => Some(match message {
                Some(Ok(Message::Binary(bytes))) => Event::Frame(bytes.to_vec()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => {
                    self.socket = None;
                    Event::Closed
                }
                Some(Ok(_)) => Event::Tick,
            }),
            woken = self.woken.recv() => {
                woken?;
                while self.woken.try_recv().is_ok() {}
                let app = self.app.upgrade()?;
                match app.store().sync_position() {
                    Ok(at) => Some(Event::OutboxGrew { last: at.outbox_last }),
                    Err(_) => Some(Event::Tick),
                }
            }
            () = tokio::time::sleep(wait) => self.app.upgrade().map(|_| Event::Tick),
        }
    }
}

fn random() -> u64 {
    let mut bytes = [0; 8];
    // Only jitter: none is better than no sync.
    let _ = getrandom::fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

fn view(app: &App, progress: Progress) -> SyncView {
    let state = match progress.phase {
        Phase::Offline => SyncState::Offline,
        Phase::Connecting => SyncState::Connecting,
        Phase::Syncing => SyncState::Syncing,
        Phase::Synced => SyncState::Synced,
        Phase::Refused(code) => {
            tracing::error!(?code, "the server refused this terminal");
            SyncState::Refused
        }
    };
    let synced_at =
        if state == SyncState::Synced { Some(app.store().clock().now()) } else { app.sync_view().synced_at };
    SyncView { state, pending: progress.pending, synced_at }
}
