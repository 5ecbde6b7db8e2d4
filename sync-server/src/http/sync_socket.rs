//! `/sync`: a terminal's WebSocket. Binary frames in, effects of the session out; this file only carries them.

use super::App;
use super::middleware::Peer;
use super::online::Link;
use crate::store::StoreExt;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use salon_contract::rest::Live;
use salon_domain::kernel::TenantId;
use salon_sync::server::{Answer, DeviceInfo, Effect, Event, Query, Session};
use salon_sync::wire::{FRAME_BYTES_MAX, RefusalCode};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Small: two thousand of these are open at once, and a frame that needs more gets it.
const BUFFER_BYTES: usize = 8 << 10;
const TICK: Duration = Duration::from_secs(5);
/// A ping every so many ticks keeps middleboxes awake.
const TICKS_PER_PING: u32 = 4;
/// A terminal that does not take what it is sent for so long is gone.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);

pub async fn open(State(app): State<Arc<App>>, peer: Peer, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_message_size(FRAME_BYTES_MAX)
        .max_frame_size(FRAME_BYTES_MAX)
        .on_upgrade(move |socket| async move { Connection::new(app, peer, socket).run().await })
}

struct Connection {
    app: Arc<App>,
    peer: Peer,
    socket: WebSocket,
    session: Session,
    live: Option<(TenantId, Link, watch::Receiver<u64>)>,
}

/// Why a connection ends.
struct Ended;

impl Connection {
    fn new(app: Arc<App>, peer: Peer, socket: WebSocket) -> Self {
        let session = Session::new(app.store.env().now());
        Connection { app, peer, socket, session, live: None }
    }

    async fn run(mut self) {
        let nonce = self.app.store.env().random();
        let app = Arc::clone(&self.app);
        let stopped = app.stopped();
        tokio::pin!(stopped);
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut tick = 0_u32;
        let mut event = Some(Event::Opened { nonce });
        loop {
            if let Some(event) = event.take()
                && self.feed(event).await.is_err()
            {
                break;
            }
            tokio::select! {
                () = &mut stopped => {
                    let frame = CloseFrame { code: close_code::RESTART, reason: "the server stops".into() };
                    let _ = self.send(Message::Close(Some(frame))).await;
                    break;
                }
                message = self.socket.recv() => match message {
                    Some(Ok(Message::Binary(bytes))) => event = Some(Event::Frame(bytes.into())),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(Message::Text(_) | Message::Close(_)) | Err(_)) | None => break,
                },
                grown = grown(&mut self.live) => match grown {
                    Some(head) => event = Some(Event::LogGrew { head }),
                    None => break,
                },
                _ = ticks.tick() => {
                    event = Some(Event::Tick);
                    tick += 1;
                    if tick.is_multiple_of(TICKS_PER_PING)
                        && self.send(Message::Ping(Vec::new().into())).await.is_err()
                    {
                        break;
                    }
                }
            }
        }
        self.farewell().await;
    }

    /// Feeds an event, and every answer that its effects bring, in order.
    async fn feed(&mut self, event: Event) -> Result<(), Ended> {
        let now = self.app.store.env().now();
        let mut effects: VecDeque<Effect> = self.session.on(event, now).into();
        while let Some(effect) = effects.pop_front() {
            let event = match effect {
                Effect::Send(bytes) => {
                    self.send(Message::Binary(bytes.into())).await?;
                    continue;
                }
                Effect::Close => {
                    let _ = self.send(Message::Close(None)).await;
                    return Err(Ended);
                }
                Effect::Ask(query) => Event::Answer(ask(&self.app, self.peer, query).await),
                Effect::Authenticated(device) => Event::LogGrew { head: self.authenticated(&device).await },
            };
            let now = self.app.store.env().now();
            effects.extend(self.session.on(event, now));
        }
        Ok(())
    }

    /// Subscribes to the tenant's log and gives its head: what grew since the device was looked up counts too.
    async fn authenticated(&mut self, info: &DeviceInfo) -> u64 {
        let (tenant, device) = (info.tenant, info.device);
        self.live = Some((tenant, self.app.online.connect(device), self.app.feed.heads(tenant)));
        self.app.feed.tell(tenant, [Live::Terminal { device, online: true }]);
        let head = self.app.blocking(move |store| {
            let at = store.env().now();
            store.writing(|tx| {
                tx.device_seen(tenant, device, at)?;
                tx.head(tenant)
            })
        });
        head.await.unwrap_or_else(|error| {
            tracing::warn!(%error, %device, "could not note that a terminal came");
            0
        })
    }

    async fn send(&mut self, message: Message) -> Result<(), Ended> {
        match tokio::time::timeout(SEND_TIMEOUT, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Ended),
        }
    }

    async fn farewell(self) {
        let Some((tenant, link, _)) = self.live else { return };
        let device = link.device();
        if !link.close() {
            return;
        }
        let noted = self
            .app
            .blocking(move |store| {
                let at = store.env().now();
                store.writing(|tx| tx.device_seen(tenant, device, at))
            })
            .await;
        if let Err(error) = noted {
            tracing::warn!(%error, %device, "could not note when a terminal was last seen");
        }
        self.app.feed.tell(tenant, [Live::Terminal { device, online: false }]);
    }
}

/// Performs a query; guesses of pairing codes are braked.
async fn ask(app: &App, peer: Peer, query: Query) -> Answer {
    if !matches!(query, Query::Enrol { .. }) {
        return app.answer(query).await;
    }
    let key = peer.key();
    if app.enrolments_of_address.take(&key, app.store.env().now()).is_err() {
        return Answer::Enrolled(Err(RefusalCode::Busy));
    }
    let answer = app.answer(query).await;
    if matches!(answer, Answer::Enrolled(Ok(_))) {
        app.enrolments_of_address.give_back(&key);
    }
    answer
}

/// The new head of the tenant's log; none when the connection has to end. Waits for ever before the device is known.
async fn grown(live: &mut Option<(TenantId, Link, watch::Receiver<u64>)>) -> Option<u64> {
    let Some((_, link, heads)) = live else {
        return std::future::pending().await;
    };
    tokio::select! {
        () = link.ended() => None,
        changed = heads.changed() => changed.ok().map(|()| *heads.borrow_and_update()),
    }
}
