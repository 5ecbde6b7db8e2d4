//! A server in this process on a loopback port, and tills that keep themselves in sync with it over WebSockets.

use super::house::{House, Till};
use salon_server::http;
use salon_terminal::secrets::{DEVICE_KEY, SecretError, Secrets};
use salon_terminal::syncing;
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub struct Served {
    pub url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    pub fn start(house: &House) -> anyhow::Result<Served> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let url = format!("http://{}", listener.local_addr()?);
        let app = http::App::new(house.server.clone(), None);
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let shutdown = async {
                // The other end gone is a reason to stop as well.
                let _ = stopped.await;
            };
            let _ = runtime.block_on(http::serve(app, listener, shutdown));
        });
        Ok(Served { url, stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The key of one till, in memory.
struct Key([u8; 32]);

impl Secrets for Key {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, SecretError> {
        Ok((name == DEVICE_KEY).then(|| self.0.to_vec()))
    }
    fn set(&self, _: &str, _: &[u8]) -> Result<(), SecretError> {
        Ok(())
    }
    fn remove(&self, _: &str) -> Result<(), SecretError> {
        Ok(())
    }
    fn in_file(&self) -> bool {
        false
    }
}

/// As the program does it: a thread of its own.
pub fn keep_in_sync(till: &Till) -> anyhow::Result<()> {
    syncing::start(&till.app, &Key(till.place.device_key.to_bytes()))?;
    Ok(())
}

/// Waits until `a` has nothing that the server has not, and `b` everything that the server has.
pub fn wait_until_same(house: &House, a: &Arc<salon_terminal::app::App>, b: &Till) -> anyhow::Result<()> {
    use salon_server::store::StoreExt;
    let begun = std::time::Instant::now();
    loop {
        let mine = a.store().sync_position()?;
        if mine.acked == mine.outbox_last {
            let head: Result<u64, salon_server::store::StoreError> = house.server.reading(|tx| tx.head(house.tenant));
            if b.app.store().sync_position()?.cursor >= head? {
                return Ok(());
            }
        }
        if begun.elapsed().as_secs() > 120 {
            anyhow::bail!("two tills did not come together in two minutes");
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}
