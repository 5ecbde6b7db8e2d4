//! News within this process: the head of each tenant's log for sync sessions, live events for consoles.

use crate::sync::News;
use salon_contract::rest::Live;
use salon_domain::kernel::TenantId;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{broadcast, watch};

/// A console that is further behind than this asks for everything again anyway.
const LIVE_MAX: usize = 256;

struct Channel {
    head: watch::Sender<u64>,
    live: broadcast::Sender<Live>,
}

impl Default for Channel {
    fn default() -> Self {
        Channel { head: watch::channel(0).0, live: broadcast::channel(LIVE_MAX).0 }
    }
}

#[derive(Default)]
pub struct Feed(Mutex<HashMap<TenantId, Channel>>);

impl Feed {
    fn channels(&self) -> MutexGuard<'_, HashMap<TenantId, Channel>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn heads(&self, tenant: TenantId) -> watch::Receiver<u64> {
        self.channels().entry(tenant).or_default().head.subscribe()
    }

    pub fn live(&self, tenant: TenantId) -> broadcast::Receiver<Live> {
        self.channels().entry(tenant).or_default().live.subscribe()
    }

    pub fn publish(&self, news: &News) {
        self.grew(news.tenant, news.head);
        self.tell(news.tenant, news.live.iter().cloned());
    }

    pub fn tell(&self, tenant: TenantId, live: impl IntoIterator<Item = Live>) {
        if let Some(channel) = self.channels().get(&tenant) {
            for event in live {
                // Nobody listens: nothing to tell.
                let _ = channel.live.send(event);
            }
        }
    }

    /// Whether this is news: the head may have been known here.
    pub fn grew(&self, tenant: TenantId, head: u64) -> bool {
        self.channels().get(&tenant).is_some_and(|channel| {
            channel.head.send_if_modified(|known| {
                let grew = head > *known;
                *known = head.max(*known);
                grew
            })
        })
    }

    /// Tenants that somebody listens for; forgets the others.
    pub fn watched(&self) -> Vec<TenantId> {
        let mut channels = self.channels();
        channels.retain(|_, c| c.head.receiver_count() + c.live.receiver_count() > 0);
        channels.keys().copied().collect()
    }
}
