//! The one window.

use crate::place::Place;
use tauri::webview::WebviewWindowBuilder;
use tauri::{App, AppHandle, Manager, Url};

const MAIN: &str = "main";

/// Opens the window that `tauri.conf.json` describes, with what the page stores kept in the terminal's own folder.
pub fn open(app: &App, place: &Place) -> tauri::Result<()> {
    let config =
        app.config().app.windows.iter().find(|window| window.label == MAIN).ok_or(tauri::Error::WindowNotFound)?;
    WebviewWindowBuilder::from_config(app, config)?
        .data_directory(place.webview())
        .on_navigation(is_own_page)
        .build()?;
    Ok(())
}

/// A link can't lead this window away from the terminal. (`tauri:` on Linux and macOS, `tauri.localhost` on Windows.)
fn is_own_page(url: &Url) -> bool {
    url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost") || url.as_str() == "about:blank"
}

pub fn to_front(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    let shown = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "the window did not come to the front");
    }
}
