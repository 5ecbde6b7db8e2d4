//! What went wrong, panics too, in `logs/window.log` of the data folder and on the error stream.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::Mutex;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::MakeWriterExt;

/// Beyond this the log starts anew; the one before is kept beside it.
const SIZE_MAX: u64 = 4 * 1024 * 1024;

/// A log that can't be written is no reason not to sell: then only the error stream has it.
pub fn start(data: &Path) {
    let filter = EnvFilter::try_from_env("SALON_LOG").unwrap_or_else(|_| EnvFilter::new("info,refinery_core=warn"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false);
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    match open(&data.join("logs")) {
        Ok(file) => lines.with_writer(std::io::stderr.and(Mutex::new(file))).init(),
        Err(error) => {
            lines.with_writer(std::io::stderr).init();
            tracing::warn!(%error, "the log can't be written to the data folder");
        }
    }
}

fn open(logs: &Path) -> std::io::Result<File> {
    std::fs::create_dir_all(logs)?;
    let log = logs.join("window.log");
    if log.metadata().is_ok_and(|known| known.len() > SIZE_MAX) {
        std::fs::rename(&log, logs.join("window.log.1"))?;
    }
    OpenOptions::new().create(true).append(true).open(log)
}
