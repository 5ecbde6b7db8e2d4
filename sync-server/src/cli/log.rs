//! Logs go to the standard error; `RUST_LOG` chooses, as usual.

use tracing_subscriber::EnvFilter;

pub fn start(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,refinery_core=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Started twice (in a test): the first one stays.
    let _ = if json { log.json().try_init() } else { log.with_ansi(false).try_init() };
}
