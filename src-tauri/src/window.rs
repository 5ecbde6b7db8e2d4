//! The terminal's window, and the one that is turned to the client on a second screen.

use crate::place::Place;
use std::path::PathBuf;
use tauri::webview::WebviewWindowBuilder;
use tauri::{App, AppHandle, Manager, State, Url, WebviewUrl};

pub const MAIN: &str = "main";
const CUSTOMER: &str = "customer";

/// Where the pages keep what they store.
pub(crate) struct Stored(PathBuf);

/// Opens the window that `tauri.conf.json` describes, with what the page stores kept in the terminal's own folder.
pub fn open(app: &App, place: &Place) -> tauri::Result<()> {
    let config =
        app.config().app.windows.iter().find(|window| window.label == MAIN).ok_or(tauri::Error::WindowNotFound)?;
    WebviewWindowBuilder::from_config(app, config)?
        .data_directory(place.webview())
        .on_navigation(is_own_page)
        .build()?;
    app.manage(Stored(place.webview()));
    Ok(())
}

/// Opens the client's window, or brings it to the front. A thread of its own: a window made on the main one would wait for
/// itself on Windows.
#[tauri::command]
pub async fn customer_window(app: AppHandle, stored: State<'_, Stored>) -> Result<(), String> {
    let opened = match app.get_webview_window(CUSTOMER) {
        Some(window) => window.unminimize().and_then(|()| window.show()),
        None => WebviewWindowBuilder::new(&app, CUSTOMER, WebviewUrl::App("index.html?screen=customer".into()))
            .title(&app.package_info().name)
            .inner_size(1024.0, 768.0)
            .data_directory(stored.0.clone())
            .on_navigation(is_own_page)
            .build()
            .map(|_| ()),
    };
    opened.map_err(|error| error.to_string())
}

/// The terminal has been closed: what the client sees of it goes with it.
pub fn close_customer(app: &AppHandle) {
    let Some(window) = app.get_webview_window(CUSTOMER) else { return };
    if let Err(error) = window.close() {
        tracing::warn!(%error, "the client's window did not close");
    }
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
