//! Terminals: the list, pairing codes, revoking.

use super::App;
use super::authorised::{Authorised, need};
use super::error::ApiError;
use super::extract::{Body, PathId};
use super::schema::{DevicesBody, PairingBody, PairingRequestBody};
use crate::auth::code::LIFETIME_S;
use crate::provision;
use crate::store::StoreExt;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use salon_contract::rest::Live;
use salon_domain::kernel::{BranchId, DeviceId, Instant};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeviceState {
    pub device: DeviceId,
    pub branch: BranchId,
    pub name: String,
    pub online: bool,
    /// UTC, RFC 3339, as all instants here.
    pub last_seen: Option<String>,
    pub revoked: Option<String>,
    pub quarantined: Option<String>,
    /// Why, for the people who look after the system.
    pub quarantine_reason: Option<String>,
    pub acked: u64,
    pub journal_seq: u64,
}

/// All terminals of the caller's branches, revoked ones too.
#[utoipa::path(get, path = "/api/v1/devices", responses((status = 200, body = DevicesBody)),
    extensions(("x-permission" = json!("device_manage"))))]
pub async fn list(
    State(app): State<Arc<App>>,
    caller: Authorised<need::DeviceManage>,
) -> Result<Json<Vec<DeviceState>>, ApiError> {
    let tenant = caller.user.tenant;
    let rows = app.blocking(move |store| store.reading(|tx| tx.devices(tenant))).await?;
    let state = |row: crate::store::DeviceRow| {
        let (quarantined, quarantine_reason) = row.quarantined.unzip();
        DeviceState {
            device: row.device,
            branch: row.branch,
            name: row.name,
            online: app.online.is_online(row.device),
            last_seen: row.last_seen.map(Instant::to_rfc3339),
            revoked: row.revoked.map(Instant::to_rfc3339),
            quarantined: quarantined.map(Instant::to_rfc3339),
            quarantine_reason,
            acked: row.acked,
            journal_seq: row.journal_seq,
        }
    };
    Ok(Json(rows.into_iter().filter(|row| caller.user.sees(row.branch)).map(state).collect()))
}

/// Revokes a terminal: it is sent away at once and never taken again. What it has not sent stays on it.
#[utoipa::path(post, path = "/api/v1/devices/{device}/revoke", params(("device" = String, Path)),
    responses((status = 204), (status = 404, description = "not_found")),
    extensions(("x-permission" = json!("device_manage"))))]
pub async fn revoke(
    State(app): State<Arc<App>>,
    caller: Authorised<need::DeviceManage>,
    PathId(device): PathId<DeviceId>,
) -> Result<StatusCode, ApiError> {
    let user = caller.user;
    let tenant = user.tenant;
    app.run(move |store| {
        let now = store.env().now();
        store.writing(|tx| {
            let row = tx.device(device)?.filter(|row| row.tenant == tenant && user.sees(row.branch));
            let row = row.ok_or_else(ApiError::not_found)?;
            Ok::<_, ApiError>(tx.revoke_device(tenant, row.device, now)?)
        })
    })
    .await??;
    tracing::info!(%device, "a terminal was revoked");
    app.online.end(device);
    app.feed.tell(tenant, [Live::Terminal { device, online: false }]);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PairingRequest {
    pub branch: BranchId,
    /// The terminal's name; empty: the terminal's own word.
    #[serde(default)]
    pub name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PairingCode {
    pub code: String,
    pub expires_in_s: u64,
    pub branch: BranchId,
}

/// A one-time code by which a terminal joins a branch.
#[utoipa::path(post, path = "/api/v1/devices/pairing-codes", request_body = PairingRequestBody,
    responses((status = 201, body = PairingBody), (status = 404, description = "not_found")),
    extensions(("x-permission" = json!("device_manage"))))]
pub async fn pairing_code(
    State(app): State<Arc<App>>,
    caller: Authorised<need::DeviceManage>,
    Body(request): Body<PairingRequest>,
) -> Result<(StatusCode, Json<PairingCode>), ApiError> {
    if !caller.user.sees(request.branch) {
        return Err(ApiError::forbidden());
    }
    let branch = request.branch;
    let code =
        app.run(move |store| provision::pairing_code(store, caller.user.tenant, branch, &request.name)).await??;
    Ok((StatusCode::CREATED, Json(PairingCode { code: code.to_string(), expires_in_s: LIFETIME_S, branch })))
}
