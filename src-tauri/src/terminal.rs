//! The terminal behind the window: opened beside the page's own start.

use salon_contract::window::{Call, Failure};
use salon_terminal::host::Host;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use tauri::{AppHandle, Emitter};

/// The event's name, for `window.__TAURI__.event.listen`.
const NOTICE: &str = "notice";

pub struct Terminal(Arc<Host>);

impl Terminal {
    /// Starts opening the terminal; whoever asks meanwhile waits.
    pub fn open(data: PathBuf, page: AppHandle) -> Arc<Self> {
        let host = Host::new(data);
        let notices = host.subscribe();
        std::thread::spawn(move || {
            for notice in notices {
                if let Err(error) = page.emit(NOTICE, &notice) {
                    tracing::warn!(%error, "a notice did not reach the page");
                }
            }
        });
        let behind = Arc::clone(&host);
        std::thread::spawn(move || behind.app());
        Arc::new(Terminal(host))
    }

    pub fn ask(&self, call: Call) -> Result<Value, Failure> {
        self.0.ask(call)
    }

    /// Lets go of the store, at the very end.
    pub fn close(&self) {
        self.0.close();
    }
}
