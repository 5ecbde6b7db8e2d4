//! What the requests share.

use super::feed::Feed;
use super::online::Online;
use crate::auth::throttle::Throttle;
use crate::integrations::messages::Office;
use crate::integrations::stripe::Api;
use crate::store::{Store, StoreError};
use crate::sync::Outcome;
use salon_sync::server::{Answer, Query};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{Notify, Semaphore, watch};

/// Store calls at one time: more would only wait for one another inside SQLite.
const STORE_CALLS: usize = 16;
/// Password hashes at one time: each takes 19 MiB and a core for a while.
const HASHES: usize = 2;
/// Conversations with services of others at one time: each mostly waits.
const OUTSIDE_CALLS: usize = 64;

pub struct App {
    pub store: Arc<dyn Store>,
    pub feed: Feed,
    pub online: Online,
    pub logins_of_email: Throttle,
    pub logins_of_address: Throttle,
    pub enrolments_of_address: Throttle,
    /// Requests of devices whose signature has not been found good, by address and device.
    pub strangers_of_address: Throttle,
    pub calls_of_device: Throttle,
    /// Drives card readers, if this server was given a key.
    pub stripe: Option<Arc<Api>>,
    /// Sends messages to clients, by what this server was given.
    pub office: Arc<Office>,
    /// Wakes whoever sends them.
    pub letters: Notify,
    /// The folder with the built pages, `console/` in it.
    pub pages: Option<PathBuf>,
    calls: Semaphore,
    hashes: Semaphore,
    outside: Semaphore,
    stop: watch::Sender<bool>,
}

impl App {
    pub fn new(store: Arc<dyn Store>, pages: Option<PathBuf>) -> Arc<Self> {
        Self::with(store, pages, None)
    }

    /// With what drives card readers.
    pub fn with(store: Arc<dyn Store>, pages: Option<PathBuf>, stripe: Option<Api>) -> Arc<Self> {
        Self::with_services(store, pages, stripe, Office::default())
    }

    /// With all services of others that there are.
    pub fn with_services(
        store: Arc<dyn Store>,
        pages: Option<PathBuf>,
        stripe: Option<Api>,
        office: Office,
    ) -> Arc<Self> {
        Arc::new(App {
            store,
            feed: Feed::default(),
            online: Online::default(),
            logins_of_email: Throttle::new(8, 60_000),
            logins_of_address: Throttle::new(40, 15_000),
            enrolments_of_address: Throttle::new(20, 30_000),
            strangers_of_address: Throttle::new(40, 15_000),
            // A payment asks about once a second.
            calls_of_device: Throttle::new(120, 250),
            stripe: stripe.map(Arc::new),
            office: Arc::new(office),
            letters: Notify::new(),
            pages,
            calls: Semaphore::new(STORE_CALLS),
            hashes: Semaphore::new(HASHES),
            outside: Semaphore::new(OUTSIDE_CALLS),
            stop: watch::channel(false).0,
        })
    }

    /// Says to every connection that the server stops.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Resolves when the server stops.
    pub async fn stopped(&self) {
        let mut stop = self.stop.subscribe();
        // The sender lives in `self`: it cannot be gone.
        let _ = stop.wait_for(|stopped| *stopped).await;
    }

    /// Resolves when nobody waits for [`Self::stopped`] any more: every connection has ended.
    pub async fn drained(&self) {
        self.stop.closed().await;
    }

    /// Runs `work` where blocking is allowed.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.run(work).await?
    }

    /// The same for other errors.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Store) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let _permit = self.calls.acquire().await.map_err(|_| StoreError::Busy)?;
        let store = Arc::clone(&self.store);
        tokio::task::spawn_blocking(move || work(store.as_ref()))
            .await
            .map_err(|e| StoreError::Failed(format!("a store call ended early: {e}")))
    }

    /// Runs `work` that talks to a service of others between its transactions. It goes on to its end even when nobody
    /// waits for it any more.
    pub async fn calling<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Store) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let _permit = self.outside.acquire().await.map_err(|_| StoreError::Busy)?;
        let store = Arc::clone(&self.store);
        tokio::task::spawn_blocking(move || work(store.as_ref()))
            .await
            .map_err(|e| StoreError::Failed(format!("a call ended early: {e}")))
    }

    /// Runs a password hash: slow, and only a few at a time.
    pub async fn hashing<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
        let _permit = self.hashes.acquire().await.map_err(|_| StoreError::Busy)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|e| StoreError::Failed(format!("a password hash ended early: {e}")))
    }

    /// Performs what a sync session asks for, and tells the others.
    pub async fn answer(&self, query: Query) -> Answer {
        match self.run(|store| store.answer_with_news(query)).await {
            Ok(Outcome { answer, news }) => {
                if let Some(news) = news {
                    self.feed.publish(&news);
                }
                answer
            }
            Err(error) => {
                tracing::error!(%error, "a sync query failed");
                Answer::Failed
            }
        }
    }
}
