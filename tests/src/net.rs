//! A network in memory between terminals and the server, one step at a time: it loses connections with what is in
//! them, lets late frames of a dead connection arrive after the new one has begun, and delivers frames twice.

use crate::salon::{Salon, Terminal};
use salon_domain::kernel::Instant;
use salon_sync::client;
use salon_sync::server;
use salon_terminal::syncing;
use std::collections::VecDeque;

/// One line between a terminal and the server.
struct Line {
    session: server::Session,
    to_server: VecDeque<Vec<u8>>,
    to_client: VecDeque<Vec<u8>>,
    live: bool,
    closed_by_server: bool,
}

pub struct Link {
    session: client::Session,
    events: VecDeque<client::Event>,
    line: Option<Line>,
    /// Lines that the terminal has given up; what is in them still arrives at the server.
    ghosts: Vec<Line>,
    pub online: bool,
    opened: u64,
    pub progress: Option<client::Progress>,
}

impl Link {
    pub fn new(terminal: &Terminal) -> anyhow::Result<Link> {
        Ok(Link {
            session: session_of(terminal)?,
            events: VecDeque::from([client::Event::Tick]),
            line: None,
            ghosts: Vec::new(),
            online: true,
            opened: 0,
            progress: None,
        })
    }

    /// The terminal was restarted: a new session over the store as it is.
    pub fn restarted(&mut self, terminal: &Terminal) -> anyhow::Result<()> {
        self.cut();
        self.events.clear();
        self.session = session_of(terminal)?;
        self.events.push_back(client::Event::Tick);
        Ok(())
    }

    /// The connection breaks. What was on its way to the server may still arrive; what was on its way back is lost.
    pub fn cut(&mut self) {
        if let Some(mut line) = self.line.take() {
            line.to_client.clear();
            self.ghosts.push(line);
            self.events.push_back(client::Event::Closed);
        }
    }

    /// The next frame on its way to the server arrives twice.
    pub fn duplicate(&mut self) {
        if let Some(line) = self.line.as_mut()
            && let Some(frame) = line.to_server.front().cloned()
        {
            line.to_server.push_front(frame);
        }
    }

    /// Something may have been written here, and time has passed.
    pub fn poke(&mut self, terminal: &Terminal) -> anyhow::Result<()> {
        let last = terminal.app.store().sync_position()?.outbox_last;
        self.events.push_back(client::Event::OutboxGrew { last });
        self.events.push_back(client::Event::Tick);
        Ok(())
    }

    pub fn is_synced(&self) -> bool {
        self.progress.is_some_and(|p| p.phase == client::Phase::Synced)
    }

    /// One thing happens on this link, if anything can. `random` drives jitter and nonces.
    pub fn step(&mut self, terminal: &Terminal, salon: &Salon, random: u64) -> anyhow::Result<bool> {
        if let Some(event) = self.events.pop_front() {
            self.client_event(terminal, event, random)?;
            return Ok(true);
        }
        let now = Instant(salon.clock.load(std::sync::atomic::Ordering::SeqCst));
        self.ghosts.retain(|g| g.live && !g.to_server.is_empty());
        if let Some(ghost) = self.ghosts.first_mut()
            && let Some(frame) = ghost.to_server.pop_front()
        {
            serve(ghost, salon, server::Event::Frame(frame), now);
            ghost.to_client.clear();
            return Ok(true);
        }
        let Some(line) = self.line.as_mut() else { return Ok(false) };
        if let Some(frame) = line.to_server.pop_front() {
            serve(line, salon, server::Event::Frame(frame), now);
            return Ok(true);
        }
        if let Some(frame) = line.to_client.pop_front() {
            self.events.push_back(client::Event::Frame(frame));
            return Ok(true);
        }
        if line.closed_by_server {
            self.line = None;
            self.events.push_back(client::Event::Closed);
            return Ok(true);
        }
        Ok(false)
    }

    /// The server's log grew, by anybody's doing.
    pub fn log_grew(&mut self, salon: &Salon, head: u64) {
        let now = Instant(salon.clock.load(std::sync::atomic::Ordering::SeqCst));
        if let Some(line) = self.line.as_mut() {
            serve(line, salon, server::Event::LogGrew { head }, now);
        }
    }

    fn client_event(&mut self, terminal: &Terminal, event: client::Event, random: u64) -> anyhow::Result<()> {
        let now = Instant(salon_terminal::clock::Clock::now(terminal.clock.as_ref()).0);
        for effect in self.session.on(event, now, random) {
            match effect {
                client::Effect::Connect if self.online => {
                    self.opened += 1;
                    let mut line = Line {
                        session: server::Session::new(now),
                        to_server: VecDeque::new(),
                        to_client: VecDeque::new(),
                        live: true,
                        closed_by_server: false,
                    };
                    let mut nonce = [0_u8; 32];
                    nonce[..8].copy_from_slice(&random.to_le_bytes());
                    nonce[8..16].copy_from_slice(&self.opened.to_le_bytes());
                    line.session.on(server::Event::Opened { nonce }, now);
                    self.line = Some(line);
                    self.events.push_back(client::Event::Opened);
                }
                client::Effect::Connect => self.events.push_back(client::Event::Closed),
                client::Effect::Send(bytes) => {
                    if let Some(line) = self.line.as_mut() {
                        line.to_server.push_back(bytes);
                    }
                }
                client::Effect::Disconnect => self.cut(),
                client::Effect::Report(progress) => self.progress = Some(progress),
                other => self.events.extend(syncing::perform(terminal.app.store(), other)),
            }
        }
        Ok(())
    }
}

fn session_of(terminal: &Terminal) -> anyhow::Result<client::Session> {
    let store = terminal.app.store();
    let identity = store.identity().ok_or_else(|| anyhow::anyhow!("not enrolled"))?;
    Ok(syncing::session(store, &identity, terminal.key.clone())?)
}

/// Feeds the server's end and performs what comes out, down to the store.
fn serve(line: &mut Line, salon: &Salon, event: server::Event, now: Instant) {
    let mut events = VecDeque::from([event]);
    while let Some(event) = events.pop_front() {
        for effect in line.session.on(event, now) {
            match effect {
                server::Effect::Send(bytes) => line.to_client.push_back(bytes),
                server::Effect::Ask(query) => {
                    let outcome = salon_server::sync::answer(salon.store.as_ref(), query);
                    events.push_back(server::Event::Answer(outcome.answer));
                }
                server::Effect::Authenticated(_) => {}
                server::Effect::Close => {
                    line.live = false;
                    line.closed_by_server = true;
                }
            }
        }
    }
}
