//! The window's page in a browser, for computers without WebKit and for tests: the same questions and notices over HTTP
//! on the loopback address, for whoever has the token.

use crate::host::Host;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::StreamExt as _;
use salon_contract::window::{Call, Code, Failure};
use serde::Deserialize;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

#[derive(Clone)]
struct Shared {
    host: Arc<Host>,
    token: Arc<str>,
    /// Becomes true when this ends: a stream of notices never would by itself, and would be waited for.
    ending: watch::Receiver<bool>,
}

#[derive(Deserialize)]
struct Token {
    token: Option<String>,
}

const CSP: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
                   img-src 'self' data:; frame-ancestors 'none'";

/// Serves the page in `page` and the questions it asks. Gives the address that it listens on, with the token, to
/// `ready`; ends on Ctrl-C or SIGTERM.
pub fn serve(host: Arc<Host>, listen: SocketAddr, page: &Path, ready: impl FnOnce(&str)) -> Result<(), Failure> {
    let internal = |e: &dyn std::fmt::Display| Failure::new(Code::Internal).with("detail", e);
    if !page.join("index.html").is_file() {
        return Err(Failure::new(Code::BadInput)
            .with("field", "page")
            .with("detail", format!("{} has no index.html: build the page first (./x page)", page.display())));
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(|e| internal(&e))?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await.map_err(|e| {
            Failure::new(Code::BadInput)
                .with("field", "listen")
                .with("detail", format!("{listen}: {e}; choose another"))
        })?;
        let address = listener.local_addr().map_err(|e| internal(&e))?;
        let token = new_token()?;
        let (ends, ending) = watch::channel(false);
        let router = router(Shared { host, token: Arc::from(token.as_str()), ending }, page);
        ready(&format!("http://{address}/?token={token}"));
        let stop = async move {
            stop_signal().await;
            ends.send_replace(true);
        };
        axum::serve(listener, router).with_graceful_shutdown(stop).await.map_err(|e| internal(&e))
    })
}

fn new_token() -> Result<String, Failure> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| Failure::new(Code::Internal).with("detail", e))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

fn router(shared: Shared, page: &Path) -> Router {
    Router::new()
        .route("/ask", post(ask))
        .route("/notices", get(notices))
        .fallback_service(ServeDir::new(page))
        .layer(SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP)))
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-cache")))
        .with_state(shared)
}

fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |differs, (x, y)| differs | (x ^ y)) == 0
}

async fn ask(State(shared): State<Shared>, headers: HeaderMap, Json(call): Json<Call>) -> Response {
    let given = headers.get("x-window-token").and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !same(given, &shared.token) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let host = shared.host.clone();
    match tokio::task::spawn_blocking(move || host.ask(call)).await {
        Ok(Ok(reply)) => Json(reply).into_response(),
        Ok(Err(failure)) => (StatusCode::UNPROCESSABLE_ENTITY, Json(failure)).into_response(),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, Json(Failure::new(Code::Internal))).into_response(),
    }
}

async fn notices(State(shared): State<Shared>, Query(query): Query<Token>) -> Response {
    if !query.token.is_some_and(|t| same(&t, &shared.token)) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let receiver = shared.host.subscribe();
    let (sender, stream) = tokio::sync::mpsc::unbounded_channel::<Result<Event, Infallible>>();
    std::thread::spawn(move || {
        for notice in receiver {
            let Ok(event) = Event::default().json_data(&notice) else { continue };
            if sender.send(Ok(event)).is_err() {
                return;
            }
        }
    });
    let stream = futures_util::stream::unfold(stream, |mut s| async move { s.recv().await.map(|e| (e, s)) });
    let mut ending = shared.ending.clone();
    let stream = stream.take_until(async move {
        // An error says that nobody is there any more to say it.
        let _ended = ending.wait_for(|is_ending| *is_ending).await.is_ok();
    });
    Sse::new(stream).keep_alive(KeepAlive::default()).into_response()
}

async fn stop_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
