//! `salon-server serve`.

use super::{open, say};
use crate::http::{App, serve};
use crate::integrations::messages::{Carrier, GatewayConfig, MailConfig, MailRelay, Office, TextGateway};
use crate::integrations::stripe::{Api, ApiConfig};
use anyhow::Context;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

pub fn run(data: &Path, listen: SocketAddr, pages: Option<PathBuf>) -> anyhow::Result<()> {
    if let Some(pages) = &pages
        && !pages.is_dir()
    {
        anyhow::bail!("--pages {}: there is no such folder; build the pages first", pages.display());
    }
    let stripe = ApiConfig::from_environment()?.map(Api::new);
    let office = office()?;
    let store = open(data)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(async {
        let listener = bind(listen).await?;
        let address = listener.local_addr()?;
        say(&format!("listening on http://{address}\n"))?;
        tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "serving");
        serve(App::with_services(Arc::new(store), pages, stripe, office), listener, signalled()).await?;
        tracing::info!("stopped");
        Ok(())
    });
    // A call to a service of others that is still out is cut off: what it was about is known from the store.
    runtime.shutdown_timeout(CALLS_END_WITHIN);
    served
}

/// Longer than a call to the payment service takes.
const CALLS_END_WITHIN: Duration = Duration::from_secs(10);

/// What messages to clients are sent by.
fn office() -> anyhow::Result<Office> {
    let mail = match MailConfig::from_environment()? {
        Some(config) => Some(Arc::new(MailRelay::new(&config)?) as Arc<dyn Carrier>),
        None => None,
    };
    let text = GatewayConfig::from_environment()?.map(|config| Arc::new(TextGateway::new(config)) as Arc<dyn Carrier>);
    Ok(Office::new(mail, text))
}

async fn bind(listen: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(listen).await.with_context(|| {
        format!(
            "cannot listen on {listen}: another program has this port, or it is not ours; choose another with --listen"
        )
    })
}

/// Ctrl-C, or the signal by which a service is stopped.
async fn signalled() {
    let interrupted = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "Ctrl-C cannot be heard");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(error) => {
                tracing::error!(%error, "SIGTERM cannot be heard");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
