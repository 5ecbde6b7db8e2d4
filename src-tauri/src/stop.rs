//! A stop from outside (Ctrl-C, a service manager, the end of a session) closes the window as a person would.

use tauri::AppHandle;

pub fn on_signals(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        match asked_to_stop().await {
            Ok(()) => app.exit(0),
            Err(error) => tracing::warn!(%error, "signals can't be listened to: a stop from outside will be abrupt"),
        }
    });
}

#[cfg(unix)]
async fn asked_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        pressed = tokio::signal::ctrl_c() => pressed,
    }
}

#[cfg(windows)]
async fn asked_to_stop() -> std::io::Result<()> {
    use tokio::signal::windows;
    let mut close = windows::ctrl_close()?;
    let mut shutdown = windows::ctrl_shutdown()?;
    tokio::select! {
        _ = close.recv() => Ok(()),
        _ = shutdown.recv() => Ok(()),
        pressed = tokio::signal::ctrl_c() => pressed,
    }
}
