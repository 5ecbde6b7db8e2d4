//! The terminal behind the window: opened beside the page's own start, and tried again when it could not be opened.
//!
//! A store that cannot be opened is no reason to have no window: every question is then answered with the failure,
//! and the page says what to do about it. Asking again tries again, so that a disk that was full or a second copy that
//! was open needs no restart.

use salon_contract::window::Failure;
use salon_terminal::app::{App, AppConfig};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tauri::{AppHandle, Emitter};

/// The event's name, for `window.__TAURI__.event.listen`.
const NOTICE: &str = "notice";

pub struct Terminal {
    data: PathBuf,
    page: AppHandle,
    app: Mutex<Option<Arc<App>>>,
}

impl Terminal {
    /// Starts opening the terminal; whoever asks meanwhile waits.
    pub fn open(data: PathBuf, page: AppHandle) -> Arc<Self> {
        let terminal = Arc::new(Terminal { data, page, app: Mutex::new(None) });
        let behind = Arc::clone(&terminal);
        std::thread::spawn(move || behind.app());
        terminal
    }

    /// The open terminal.
    pub fn app(&self) -> Result<Arc<App>, Failure> {
        let mut app = self.app.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = app.as_ref() {
            return Ok(Arc::clone(open));
        }
        let opened = App::open(AppConfig::at(self.data.clone())).inspect_err(
            |failure| tracing::error!(%failure, data = %self.data.display(), "the terminal's store did not open"),
        )?;
        self.pass_notices_on(&opened);
        Ok(Arc::clone(app.insert(opened)))
    }

    /// Lets go of the store, at the very end.
    pub fn close(&self) {
        self.app.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// For as long as the terminal lives.
    fn pass_notices_on(&self, app: &App) {
        let (notices, page) = (app.subscribe(), self.page.clone());
        std::thread::spawn(move || {
            for notice in notices {
                if let Err(error) = page.emit(NOTICE, &notice) {
                    tracing::warn!(%error, "a notice did not reach the page");
                }
            }
        });
    }
}
