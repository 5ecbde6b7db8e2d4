//! The door for terminals that ask over HTTP: the key known from enrolment signs method, path, body, time and a nonce
//! (`salon_contract::device`). Revoked and quarantined devices stay outside, a request is taken once, and the server's
//! own clock decides what is too old.

use super::App;
use super::error::{ApiError, NowHeader};
use super::middleware::Peer;
use crate::auth::{from_hex, to_hex};
use crate::store::{DeviceRow, StoreExt};
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, StatusCode};
use ed25519_dalek::{Signature, VerifyingKey};
use salon_contract::device::{DEVICE_HEADER, NONCE_HEADER, SIGNATURE_HEADER, SKEW_MS_MAX, TIME_HEADER, signed_text};
use salon_domain::kernel::{DeviceId, Instant};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A body of a few ids and amounts.
pub(super) const BODY_BYTES_MAX: usize = 8 << 10;
const NONCE_DIGITS: usize = 32;
/// A little longer than a request can stay young enough: from the future to the past.
const REMEMBER_MS: i64 = 2 * SKEW_MS_MAX + 60_000;

/// A request of a device, and what it says in at most `MAX` bytes.
pub struct Signed<T, const MAX: usize = BODY_BYTES_MAX> {
    pub device: DeviceRow,
    pub body: T,
}

struct Claim {
    device: DeviceId,
    time_ms: i64,
    nonce: String,
    signature: Signature,
}

fn claim(headers: &HeaderMap) -> Option<Claim> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let nonce = text(NONCE_HEADER)?;
    let fine = nonce.len() == NONCE_DIGITS && nonce.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    Some(Claim {
        device: text(DEVICE_HEADER)?.parse().ok()?,
        time_ms: text(TIME_HEADER)?.parse().ok()?,
        nonce: fine.then(|| nonce.to_owned())?,
        signature: Signature::from_slice(&from_hex(text(SIGNATURE_HEADER)?)?).ok()?,
    })
}

fn unknown_device() -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "bad_signature", "not signed by a device that is known here")
}

/// The device that signed `text`, if it may ask.
fn device_of(store: &dyn crate::store::Store, claim: &Claim, text: &str) -> Result<DeviceRow, ApiError> {
    let row = store.reading(|tx| tx.device(claim.device))?.ok_or_else(unknown_device)?;
    let key = VerifyingKey::from_bytes(&row.public_key).map_err(|_| unknown_device())?;
    key.verify_strict(text.as_bytes(), &claim.signature).map_err(|_| unknown_device())?;
    if row.revoked.is_some() {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "revoked", "this terminal was revoked"));
    }
    if row.quarantined.is_some() {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "quarantined", "this terminal is in quarantine"));
    }
    let now = store.env().now();
    if (now.0 - claim.time_ms).saturating_abs() > SKEW_MS_MAX {
        let error = ApiError::new(StatusCode::UNAUTHORIZED, "clock_skew", "the terminal's clock is wrong");
        return Err(error.with_now(NowHeader(now)));
    }
    let forget = Instant(now.0 - REMEMBER_MS);
    let taken =
        store.writing(|tx| tx.take_nonce(row.tenant, row.device, &claim.nonce, now, forget)).map_err(ApiError::from)?;
    if !taken {
        return Err(ApiError::new(StatusCode::CONFLICT, "replayed", "this very request was taken before"));
    }
    Ok(row)
}

impl<T: DeserializeOwned, const MAX: usize> FromRequest<Arc<App>> for Signed<T, MAX> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let Ok(peer) = Peer::from_request_parts(&mut parts, app).await;
        let claim = claim(&parts.headers).ok_or_else(unknown_device)?;
        let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
        let now = app.store.env().now();
        // By device too: behind a proxy all tills have one address, and a stranger there must not stop their payments.
        let key = format!("{} {}", peer.key(), claim.device);
        app.strangers_of_address.take(&key, now).map_err(ApiError::too_many)?;
        let body: Bytes = axum::body::to_bytes(body, MAX)
            .await
            .map_err(|_| ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the body is too large"))?;
        let digest = to_hex(&Sha256::digest(&body));
        let text = signed_text(method.as_str(), &path, claim.device, claim.time_ms, &claim.nonce, &digest);
        let device = app.run(move |store| device_of(store, &claim, &text)).await??;
        app.strangers_of_address.give_back(&key);
        app.calls_of_device.take(&device.device.to_string(), now).map_err(ApiError::too_many)?;
        let body = serde_json::from_slice(&body).map_err(|error| ApiError::invalid(error.to_string()))?;
        Ok(Signed { device, body })
    }
}
