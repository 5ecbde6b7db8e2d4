//! The terminal's window, a thin shell around `salon-terminal`: one window and one for the client, one copy
//! of it per data folder, a command that asks, one event.
//!
//! There is no logic of the salon here: everything that the window can do, the headless `pos` can do. There is no menu
//! either, for the page has its own rail and keys; macOS gets Tauri's standard one, which it needs for copy and paste.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod ask;
mod log;
mod place;
mod stop;
mod terminal;
mod window;

use anyhow::Context as _;
use clap::Parser;
use std::path::PathBuf;
use std::sync::Arc;
use tauri::Manager;
use terminal::Terminal;

/// The salon's terminal.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// The folder of the terminal's data; by default the one of this user.
    #[arg(long, value_name = "DIR", env = "SALON_DATA")]
    data: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let place = place::Place::new(args.data)?;
    log::start(place.data());

    let mut context = tauri::generate_context!("../tauri.conf.json");
    let identifier = place.identifier(&context.config().identifier);
    if cfg!(not(target_os = "linux")) {
        // Linux knows copies apart by the D-Bus name below; elsewhere they go by this.
        context.config_mut().identifier.clone_from(&identifier);
    }

    let app = tauri::Builder::default()
        // First of all plugins: a second copy ends here and brings the first one's window to the front.
        .plugin(
            tauri_plugin_single_instance::Builder::new()
                .dbus_id(identifier)
                .callback(|app, _args, _folder| window::to_front(app))
                .build(),
        )
        .plugin(tauri_plugin_window_state::Builder::new().with_filename(place.window_state()?).build())
        .invoke_handler(tauri::generate_handler![ask::ask, window::customer_window])
        .setup(move |app| {
            app.manage(Terminal::open(place.data().to_owned(), app.handle().clone()));
            window::open(app, &place)?;
            stop::on_signals(app.handle().clone());
            Ok(())
        })
        .build(context)
        .context("the window's toolkit did not start; is there a display, and is WebKitGTK (or WebView2) installed?")?;

    let code = app.run_return(|app, event| match event {
        tauri::RunEvent::Exit => app.state::<Arc<Terminal>>().inner().close(),
        tauri::RunEvent::WindowEvent { label, event: tauri::WindowEvent::Destroyed, .. } if label == window::MAIN => {
            window::close_customer(app);
        }
        _ => {}
    });
    std::process::exit(code)
}
