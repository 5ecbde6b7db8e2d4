//! `/health`: for whoever watches over the server.

use super::App;
use super::error::ApiError;
use super::schema::HealthBody;
use crate::store::StoreExt;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `ok`; a server that is not answers with a problem.
    pub status: String,
    pub version: String,
    pub database: String,
}

/// Whether the server and its database work.
#[utoipa::path(get, path = "/health", responses((status = 200, body = HealthBody), (status = 503, description = "busy")))]
pub async fn health(State(app): State<Arc<App>>) -> Result<Json<Health>, ApiError> {
    app.blocking(|store| store.reading(|tx| tx.tenants().map(|_| ()))).await?;
    Ok(Json(Health { status: "ok".into(), version: env!("CARGO_PKG_VERSION").into(), database: "ok".into() }))
}
