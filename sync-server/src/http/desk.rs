//! What a branch charges, takes off and asks for at its desk, over REST: fees, the staff's discount, deposits, exempt
//! clients. One record for each branch, replaced whole. What was sold before stays as it was.

use super::App;
use super::authorised::{Authorised, need};
use super::error::ApiError;
use super::extract::{Body, PathId};
use super::schema::DeskBody;
use crate::store::StoreExt;
use crate::sync::News;
use crate::sync::master;
use axum::Json;
use axum::extract::State;
use salon_contract::rest::Live;
use salon_domain::branch::{Branch, DeskTerms};
use salon_domain::kernel::BranchId;
use std::sync::Arc;

/// A branch's terms at the desk.
#[utoipa::path(get, path = "/api/v1/branches/{id}/desk", params(("id" = String, Path)),
    responses((status = 200, body = DeskBody), (status = 404, description = "no such branch")),
    extensions(("x-permission" = json!("book_read"))))]
pub async fn desk(
    State(app): State<Arc<App>>,
    caller: Authorised<need::BookRead>,
    PathId(id): PathId<BranchId>,
) -> Result<Json<DeskTerms>, ApiError> {
    if !caller.user.sees(id) {
        return Err(ApiError::not_found());
    }
    let tenant = caller.user.tenant;
    let found: Option<Branch> =
        app.blocking(move |store| store.reading(|tx| master::get(tx, tenant, id.uuid()))).await?;
    Ok(Json(found.ok_or_else(ApiError::not_found)?.desk))
}

/// Replaces a branch's terms at the desk.
#[utoipa::path(put, path = "/api/v1/branches/{id}/desk", params(("id" = String, Path)), request_body = DeskBody,
    responses((status = 200, body = DeskBody), (status = 404, description = "no such branch"),
        (status = 422, description = "invalid")),
    extensions(("x-permission" = json!("catalog_write"))))]
pub async fn put_desk(
    State(app): State<Arc<App>>,
    caller: Authorised<need::CatalogWrite>,
    PathId(id): PathId<BranchId>,
    Body(terms): Body<DeskTerms>,
) -> Result<Json<DeskTerms>, ApiError> {
    if !caller.user.sees(id) {
        return Err(ApiError::not_found());
    }
    let tenant = caller.user.tenant;
    let put = terms.clone();
    let head = app
        .run(move |store| {
            store.writing(|tx| {
                let known: Option<Branch> = master::get(tx, tenant, id.uuid())?;
                let mut branch = known.ok_or_else(ApiError::not_found)?;
                put.check(&branch.taxes).map_err(|error| ApiError::invalid(error.to_string()))?;
                branch.desk.clone_from(&put);
                master::put(tx, tenant, &branch)?;
                Ok::<_, ApiError>(tx.head(tenant)?)
            })
        })
        .await??;
    app.feed.publish(&News { tenant, head, live: vec![Live::Master] });
    Ok(Json(terms))
}
