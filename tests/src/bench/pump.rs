//! A terminal and the server joined without sockets, as `salon_tests::net` does, but counting bytes and the server's
//! time instead of losing frames.

use super::house::Till;
use salon_server::store::{SqliteStore, Store as _};
use salon_sync::{client, server};
use salon_terminal::syncing;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[derive(Debug, Default, Clone, Copy)]
pub struct Traffic {
    pub up: usize,
    pub down: usize,
    pub frames: usize,
    pub server: Duration,
}

pub struct Pump<'t> {
    till: &'t Till,
    server: Arc<SqliteStore>,
    session: client::Session,
    line: Option<server::Session>,
    events: VecDeque<client::Event>,
    to_server: VecDeque<Vec<u8>>,
    to_client: VecDeque<Vec<u8>>,
    progress: Option<client::Progress>,
    pub traffic: Traffic,
}

impl<'t> Pump<'t> {
    pub fn new(till: &'t Till, server: Arc<SqliteStore>) -> anyhow::Result<Self> {
        let store = till.app.store();
        let identity = store.identity().ok_or_else(|| anyhow::anyhow!("not enrolled"))?;
        Ok(Pump {
            till,
            server,
            session: syncing::session(store, &identity, till.place.device_key.clone())?,
            line: None,
            events: VecDeque::from([client::Event::Tick]),
            to_server: VecDeque::new(),
            to_client: VecDeque::new(),
            progress: None,
            traffic: Traffic::default(),
        })
    }

    /// Something was written here.
    pub fn poke(&mut self) -> anyhow::Result<()> {
        let last = self.till.app.store().sync_position()?.outbox_last;
        self.events.push_back(client::Event::OutboxGrew { last });
        Ok(())
    }

    /// Until nothing is left to do here.
    pub fn finish(&mut self) -> anyhow::Result<()> {
        while self.step(&mut None)? {}
        self.check_synced()
    }

    pub fn check_synced(&self) -> anyhow::Result<()> {
        match self.progress.map(|p| p.phase) {
            Some(client::Phase::Synced) => Ok(()),
            other => anyhow::bail!("not synced: {other:?}"),
        }
    }

    pub fn log_grew(&mut self, head: u64) {
        self.serve(server::Event::LogGrew { head }, &mut None);
    }

    /// One thing happens, if anything can. `head` is set when the server's log grew.
    pub fn step(&mut self, head: &mut Option<u64>) -> anyhow::Result<bool> {
        if let Some(event) = self.events.pop_front() {
            self.client(event)?;
        } else if let Some(frame) = self.to_server.pop_front() {
            self.serve(server::Event::Frame(frame), head);
        } else if let Some(frame) = self.to_client.pop_front() {
            self.events.push_back(client::Event::Frame(frame));
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn client(&mut self, event: client::Event) -> anyhow::Result<()> {
        let now = self.till.place.clock.now();
        for effect in self.session.on(event, now, 0) {
            match effect {
                client::Effect::Connect => {
                    self.line = Some(server::Session::new(self.server.env().now()));
                    self.serve(server::Event::Opened { nonce: [7; 32] }, &mut None);
                    self.events.push_back(client::Event::Opened);
                }
                client::Effect::Send(bytes) => {
                    self.traffic.up += bytes.len();
                    self.traffic.frames += 1;
                    self.to_server.push_back(bytes);
                }
                client::Effect::Disconnect => anyhow::bail!("the terminal hung up"),
                client::Effect::Report(progress) => self.progress = Some(progress),
                other => self.events.extend(syncing::perform(self.till.app.store(), other)),
            }
        }
        Ok(())
    }

    fn serve(&mut self, event: server::Event, head: &mut Option<u64>) {
        let Some(line) = self.line.as_mut() else { return };
        let begun = Instant::now();
        let now = self.server.env().now();
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for effect in line.on(event, now) {
                match effect {
                    server::Effect::Send(bytes) => {
                        self.traffic.down += bytes.len();
                        self.traffic.frames += 1;
                        self.to_client.push_back(bytes);
                    }
                    server::Effect::Ask(query) => {
                        let outcome = salon_server::sync::answer(self.server.as_ref(), query);
                        if let Some(news) = outcome.news {
                            *head = Some(news.head);
                        }
                        events.push_back(server::Event::Answer(outcome.answer));
                    }
                    server::Effect::Authenticated(_) | server::Effect::Close => {}
                }
            }
        }
        self.traffic.server += begun.elapsed();
    }
}

/// Both until neither has anything left to do; what one pushes the other hears of.
pub fn settle(a: &mut Pump<'_>, b: &mut Pump<'_>) -> anyhow::Result<()> {
    loop {
        let (mut from_a, mut from_b) = (None, None);
        let moved = a.step(&mut from_a)? | b.step(&mut from_b)?;
        if let Some(head) = from_a {
            b.log_grew(head);
        }
        if let Some(head) = from_b {
            a.log_grew(head);
        }
        if !moved {
            a.check_synced()?;
            return b.check_synced();
        }
    }
}
