//! What the requests share.

use super::feed::Feed;
use super::online::Online;
use crate::auth::throttle::Throttle;
use crate::store::{Store, StoreError};
use crate::sync::Outcome;
use salon_sync::server::{Answer, Query};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

/// Store calls at one time: more would only wait for one another inside SQLite.
const STORE_CALLS: usize = 16;
/// Password hashes at one time: each takes 19 MiB and a core for a while.
const HASHES: usize = 2;

pub struct App {
    pub store: Arc<dyn Store>,
    pub feed: Feed,
    pub online: Online,
    pub logins_of_email: Throttle,
    pub logins_of_address: Throttle,
    pub enrolments_of_address: Throttle,
    /// The folder with the built pages, `console/` in it.
    pub pages: Option<PathBuf>,
    calls: Semaphore,
    hashes: Semaphore,
    stop: watch::Sender<bool>,
}

impl App {
    pub fn new(store: Arc<dyn Store>, pages: Option<PathBuf>) -> Arc<Self> {
        Arc::new(App {
            store,
            feed: Feed::default(),
            online: Online::default(),
            logins_of_email: Throttle::new(8, 60_000),
            logins_of_address: Throttle::new(40, 15_000),
            enrolments_of_address: Throttle::new(20, 30_000),
            pages,
            calls: Semaphore::new(STORE_CALLS),
            hashes: Semaphore::new(HASHES),
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
