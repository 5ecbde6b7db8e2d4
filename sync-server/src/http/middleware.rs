//! Around every request: an id, a time limit, headers that keep browsers careful, one line in the log. The line has no
//! query (a token may be in it) and nothing personal.

use super::error::{ApiError, REQUEST_ID};
use crate::auth::to_hex;
use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

/// Until the first byte of the answer; streams go on after it.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

const CSP: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
                   img-src 'self' data:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'; \
                   form-action 'self'";

/// The address at the other end, where there is one (in-process tests have none).
#[derive(Debug, Clone, Copy)]
pub struct Peer(Option<IpAddr>);

impl Peer {
    /// What a brake counts by: an IPv4 address, or an IPv6 network as providers give them out.
    pub fn key(&self) -> String {
        match self.0 {
            None => String::new(),
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
                Some(mapped) => mapped.to_string(),
                None => to_hex(&address.octets()[..8]),
            },
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Peer(parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())))
    }
}

pub async fn around(request: Request, next: Next) -> Response {
    let mut random = [0; 8];
    // The id only helps people to find a line: without randomness it is all zeros.
    let _ = getrandom::fill(&mut random);
    let id = to_hex(&random);
    let started = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let answered = REQUEST_ID
        .scope(id.clone(), async {
            match tokio::time::timeout(ANSWER_TIMEOUT, next.run(request)).await {
                Ok(response) => response,
                Err(_) => ApiError::new(StatusCode::GATEWAY_TIMEOUT, "timeout", "this took too long").into_response(),
            }
        })
        .await;
    let elapsed_ms = started.elapsed().as_millis() as u64;
    tracing::info!(%method, path, status = answered.status().as_u16(), elapsed_ms, request_id = id, "request");
    with_headers(answered, &id)
}

fn with_headers(mut response: Response, id: &str) -> Response {
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CSP);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "no-referrer");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID_HEADER, value);
    }
    response
}
